//! The tables of an official text as sheets: A4, heads repeated on every page, counts and percentages as numbers.

use crate::export::lines;
use crate::official::{Cell, Official};
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

struct Formats {
    title: Format,
    head: Format,
    text: Format,
    count: Format,
    percent: Format,
    note: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = || {
            let base = Format::new().set_font_name("仿宋_GB2312").set_font_size(11).set_text_wrap();
            base.set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter)
        };
        let centred = |f: Format| f.set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        Self {
            title: centred(Format::new().set_font_name("方正小标宋简体").set_font_size(18).set_text_wrap()),
            head: centred(cell().set_font_name("黑体")),
            text: cell(),
            count: cell().set_align(FormatAlign::Right).set_num_format("0"),
            percent: cell().set_align(FormatAlign::Right).set_num_format("0.0\"%\""),
            note: Format::new()
                .set_font_name("仿宋_GB2312")
                .set_font_size(10)
                .set_text_wrap()
                .set_align(FormatAlign::Top),
        }
    }
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell {
        // Strings, never formulas: what a cell holds is shown, not run.
        Cell::Text(_) | Cell::Link(..) | Cell::Links(_) => {
            sheet.write_string_with_format(row, column, cell.words(), &formats.text)?
        }
        Cell::Count(count) => {
            sheet.write_number_with_format(row, column, count.to_f64().unwrap_or_default(), &formats.count)?
        }
        Cell::Percent(percent) => {
            sheet.write_number_with_format(row, column, percent.to_f64().unwrap_or_default(), &formats.percent)?
        }
    };
    Ok(())
}

/// The file's bytes.
pub(super) fn write(official: &Official) -> Result<Vec<u8>, XlsxError> {
    let (mut book, formats) = (Workbook::new(), Formats::new());
    for (number, grid) in official.tables().enumerate() {
        let sheet = book.add_worksheet();
        // Names of sheets have at most 31 characters and none of these.
        let name: String = grid.name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(25).collect();
        sheet.set_name(format!("{} {name}", number + 1))?;
        let last = u16::try_from(grid.columns.len().saturating_sub(1)).unwrap_or(0);
        sheet.merge_range(0, 0, 0, last.max(1), &official.whole_title(), &formats.title)?;
        sheet.set_row_height(0, 48)?;
        sheet.merge_range(1, 0, 1, last.max(1), &official.source, &formats.note)?;
        sheet.set_row_height(1, 30)?;
        for (column, (head, share)) in (0_u16..).zip(&grid.columns) {
            sheet.write_string_with_format(2, column, head, &formats.head)?;
            // A page across has room for about 88 characters of this size.
            sheet.set_column_width(column, f64::from(*share) * 0.88)?;
        }
        for (row, cells) in (3_u32..).zip(&grid.rows) {
            let mut tallest = 1;
            for ((column, cell), (_, share)) in (0_u16..).zip(cells).zip(&grid.columns) {
                put(sheet, row, column, cell, &formats)?;
                // A page has about 80 columns of letters of this size.
                tallest = tallest.max(lines(&cell.words(), share * 80 / 100));
            }
            sheet.set_row_height(row, f64::from(tallest) * 15.6 + 2.0)?;
        }
        sheet.set_freeze_panes(3, 0)?;
        sheet.set_repeat_rows(2, 2)?;
        sheet.set_paper_size(9).set_print_fit_to_pages(1, 0).set_margins(0.8, 0.7, 1.0, 1.0, 0.4, 0.5);
        sheet.set_footer("&C— &P —");
    }
    book.save_to_buffer()
}
