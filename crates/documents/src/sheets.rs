//! Tables as delivered: the sheets of an XLSX workbook, or a CSV file as one sheet. Cells are text as a reader sees them.

use crate::container::Container;
use crate::error::{DocumentError, LARGEST};
use crate::text;
use calamine::{DataRef, Reader, Xlsx};
use std::io::Cursor;

/// Most rows of a sheet.
const MOST_ROWS: u32 = 20_000;
/// Most columns of a sheet.
const MOST_COLUMNS: u32 = 64;
/// Most sheets of a workbook.
const MOST_SHEETS: usize = 50;
/// Most characters of all cells together: a shared text may stand in every one of them.
const MOST_TEXT: usize = 16 * 1024 * 1024;

/// Cells merged into one: from and to, rows and columns from 0, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    /// First row and column; only this cell holds anything.
    pub from: (usize, usize),
    /// Last row and column.
    pub to: (usize, usize),
}

/// A sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name; empty for a CSV file.
    pub name: String,
    /// Rows of cells from A1 on; a row ends with its last cell that holds anything.
    pub rows: Vec<Vec<String>>,
    /// Cells merged into one.
    pub merges: Vec<Merge>,
}

impl Sheet {
    fn put(&mut self, row: usize, column: usize, text: String) {
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        if let Some(cells) = self.rows.get_mut(row) {
            if cells.len() <= column {
                cells.resize_with(column + 1, String::new);
            }
            if let Some(cell) = cells.get_mut(column) {
                *cell = text;
            }
        }
    }
}

fn refusal(format: &'static str, why: impl Into<String>) -> DocumentError {
    DocumentError::Wordless { format, why: why.into() }
}

/// Reads a table: XLSX by its first bytes, else CSV in UTF-8 or GB18030.
///
/// # Errors
/// [`DocumentError`] naming what is wrong and what to do; also when it has more than 20,000 rows or 64 columns.
pub fn open_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, DocumentError> {
    if bytes.len() > LARGEST {
        return Err(DocumentError::TooLarge { size: bytes.len() as u64 });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return xlsx(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(refusal("XLS", "the old binary format is not read; save it as XLSX or CSV"));
    }
    csv(bytes).map(|sheet| vec![sheet])
}

fn xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, DocumentError> {
    let mut container = Container::open(bytes, "XLSX")?;
    if !container.has_folder("xl/") {
        return Err(container.refusal("it is no workbook; give the table as XLSX or CSV".to_owned()));
    }
    container.within_limits()?;
    let wrong = |error: calamine::XlsxError| refusal("XLSX", format!("it cannot be read ({error}); save it again"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(wrong)?;
    let names = book.sheet_names();
    if names.len() > MOST_SHEETS {
        return Err(refusal("XLSX", format!("it has {} sheets; {MOST_SHEETS} are read at most", names.len())));
    }
    let (mut sheets, mut left) = (Vec::new(), MOST_TEXT);
    for name in names {
        let mut sheet = Sheet { name: name.clone(), ..Sheet::default() };
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            // A sheet of charts has no cells.
            Err(calamine::XlsxError::WorksheetNotFound(_)) => continue,
            Err(error) => return Err(wrong(error)),
        };
        while let Some(cell) = cells.next_cell().map_err(wrong)? {
            let (row, column) = cell.get_position();
            let Some(text) = shown(cell.get_value()) else { continue };
            if row >= MOST_ROWS || column >= MOST_COLUMNS {
                let why = format!(
                    "sheet “{name}” has a cell in row {}, column {}; {MOST_ROWS} rows and {MOST_COLUMNS} columns are read at most",
                    row + 1,
                    column + 1
                );
                return Err(refusal("XLSX", why));
            }
            left = left.checked_sub(text.len()).ok_or_else(|| refusal("XLSX", "its cells hold too much text"))?;
            sheet.put(row as usize, column as usize, text);
        }
        drop(cells);
        let merged = book.merge_cells_by_sheet_name(&name).map_err(wrong)?;
        let place = |(row, column): (u32, u32)| (row as usize, column as usize);
        sheet.merges = merged.iter().map(|m| Merge { from: place(m.start), to: place(m.end) }).collect();
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// A cell as a reader sees it; nothing when it is empty.
fn shown(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        // 15 digits are what a spreadsheet itself keeps and shows.
        DataRef::Float(number) => {
            let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(*number);
            rounded.to_string()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(when) => {
            let (year, month, day, ..) = when.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn csv(bytes: &[u8]) -> Result<Sheet, DocumentError> {
    let decoded = text::decode(bytes)?.text;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(decoded.as_bytes());
    let mut sheet = Sheet::default();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| refusal("CSV", format!("row {} cannot be read ({error})", row + 1)))?;
        if row >= MOST_ROWS as usize || record.len() > MOST_COLUMNS as usize {
            let why = format!("row {} is beyond {MOST_ROWS} rows or {MOST_COLUMNS} columns; split the table", row + 1);
            return Err(refusal("CSV", why));
        }
        for (column, cell) in record.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.put(row, column, cell.to_owned());
        }
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use rust_xlsxwriter::{Format, Workbook};

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn a_workbook_is_read_as_it_looks() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("分解表").unwrap();
        sheet.merge_range(0, 0, 0, 2, "任务分解表", &Format::new()).unwrap();
        sheet.merge_range(1, 0, 2, 0, "城建", &Format::new()).unwrap();
        sheet.write(1, 1, "改造老旧小区8个").unwrap();
        sheet.write(1, 2, 0.1 + 0.2).unwrap();
        sheet.write(2, 1, 1_100).unwrap();
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2025, 10, 31).unwrap();
        sheet.write_datetime_with_format(2, 2, day, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        let read = open_sheets(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].name, "分解表");
        assert_eq!(
            read[0].rows,
            rows(&[&["任务分解表"], &["城建", "改造老旧小区8个", "0.3"], &["", "1100", "2025-10-31"]])
        );
        let merges = [Merge { from: (0, 0), to: (0, 2) }, Merge { from: (1, 0), to: (2, 0) }];
        assert_eq!(read[0].merges, merges);
    }

    #[test]
    fn csv_in_either_encoding() {
        let text = "类别,任务\n城建,\"改造老旧小区8个,\n含管网\"\n";
        let expected = rows(&[&["类别", "任务"], &["城建", "改造老旧小区8个,\n含管网"]]);
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        for bytes in [text.as_bytes(), &gb, format!("\u{FEFF}{text}").as_bytes()] {
            assert_eq!(open_sheets(bytes).unwrap()[0].rows, expected);
        }
    }

    #[test]
    fn what_is_no_table_or_too_large_is_refused() {
        let check = |bytes: &[u8], why: &str| {
            let error = open_sheets(bytes).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        };
        check(b"", "empty");
        check(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "XLSX or CSV");
        check(b"PK\x03\x04broken", "damaged");
        check("a\n".repeat(20_001).as_bytes(), "row 20001");
        check(",".repeat(64).as_bytes(), "64 columns");
        let mut book = Workbook::new();
        book.add_worksheet().write(1_000_000, 3, "far").unwrap();
        check(&book.save_to_buffer().unwrap(), "row 1000001, column 4");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = open_sheets(&bytes);
        }

        #[test]
        fn no_damaged_workbook_panics(at in 0_usize..6_000, byte in proptest::num::u8::ANY) {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            sheet.write(0, 0, "任务").unwrap();
            sheet.merge_range(1, 0, 2, 1, "城建", &Format::new()).unwrap();
            let mut bytes = book.save_to_buffer().unwrap();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = open_sheets(&bytes);
        }
    }
}
