//! Tables as files, CSV and XLSX, and the task list as a table. Every number stands beside its unit, its day and its source.

use crate::context::Ctx;
use crate::error::Answer;
use crate::i18n::words;
use crate::view::Look;
use axum::http::StatusCode;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};
use std::sync::Arc;
use tingzhou_platform::TaskView;
use tingzhou_platform::ledger::{Figure, words_of_target};
use tingzhou_platform::report::guarded;

/// A table that goes into a file.
pub(crate) struct Table {
    /// The name of its sheet.
    pub(crate) name: &'static str,
    pub(crate) head: Vec<&'static str>,
    /// Columns that hold sentences.
    pub(crate) wide: &'static [u16],
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) note: String,
    pub(crate) file_name: String,
}

/// When and of what a table was made.
pub(crate) fn note(ctx: &Ctx) -> String {
    let (w, clock) = (words(ctx.lang), ctx.platform().clock());
    let simulated = if ctx.snapshot.simulated() { format!(" · {}", w.simulated_data) } else { String::new() };
    let now = clock.written(clock.now());
    format!("{} {now} (UTC+8) · {} {}{simulated}", w.as_of, w.log_event, ctx.snapshot.head.seq)
}

fn failed(error: &dyn std::fmt::Display) -> Answer {
    tracing::error!(%error, "a list could not be written as a file");
    Answer::by_status(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Table {
    pub(crate) fn of(ctx: &Ctx, views: &[Arc<TaskView>]) -> Self {
        let w = words(ctx.lang);
        let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
        let head = vec![
            w.number,
            w.task,
            w.area,
            w.livelihood_item,
            w.target_adopted,
            w.target_now,
            w.value_unit,
            w.deadline,
            w.light,
            w.light_sentence,
            w.reported,
            w.measured,
            w.schedule,
            w.latest_value,
            w.value_day,
            w.value_source,
            w.contradictions,
            w.lead_unit,
            w.lead_state,
            w.co_units,
            w.leader,
            w.sentence_in_report,
            w.simulated,
        ];
        let rows = views.iter().map(|v| row(&look, v)).collect();
        Self {
            name: w.nav_tasks,
            head,
            wide: &[1, 9, 16, 21],
            rows,
            note: note(ctx),
            file_name: format!("tasks-{}-{}", ctx.platform().city(), ctx.snapshot.today),
        }
    }

    pub(crate) fn csv(&self) -> Result<Vec<u8>, Answer> {
        csv_piece(Some(&self.head), &self.rows)
    }

    fn sheet(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(self.name)?;
        let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
        let bold = wrap.clone().set_bold();
        let width = |column: u16| if self.wide.contains(&column) { 40 } else { 14 };
        sheet.write_string(0, 0, &self.note)?;
        for (column, head) in (0_u16..).zip(&self.head) {
            sheet.write_string_with_format(1, column, *head, &bold)?;
            sheet.set_column_width(column, f64::from(width(column)))?;
        }
        for (number, row) in (2_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(row) {
                // Strings, never formulas: what a cell holds is shown, not run.
                sheet.write_string_with_format(number, column, cell, &wrap)?;
            }
            let tallest = (0_u16..).zip(row).map(|(column, cell)| lines(cell, width(column))).max().unwrap_or(1);
            sheet.set_row_height(number, f64::from(tallest) * 15.0)?;
        }
        sheet.set_freeze_panes(2, 2)?;
        sheet.set_repeat_rows(1, 1)?;
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        Ok(())
    }
}

/// A piece of a CSV file, which begins with a head.
pub(crate) fn csv_piece(head: Option<&[&str]>, rows: &[Vec<String>]) -> Result<Vec<u8>, Answer> {
    let mark = if head.is_some() { vec![0xEF, 0xBB, 0xBF] } else { Vec::new() };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(mark);
    if let Some(head) = head {
        writer.write_record(head).map_err(|e| failed(&e))?;
    }
    for row in rows {
        let guarded: Vec<_> = row.iter().map(|cell| guarded(cell)).collect();
        writer.write_record(guarded).map_err(|e| failed(&e))?;
    }
    writer.into_inner().map_err(|e| failed(&e))
}

/// How many lines words take in a cell so many columns wide; a Chinese character takes two. Not every program finds the
/// height of wrapped text by itself, and no row is higher than a page.
pub(crate) fn lines(words: &str, columns: u32) -> u32 {
    let wide: u32 = words.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    wide.div_ceil(columns.max(2)).clamp(1, 26)
}

/// A workbook with a sheet for each table.
pub(crate) fn xlsx(tables: &[Table]) -> Result<Vec<u8>, Answer> {
    let mut book = Workbook::new();
    let sheets: Result<(), XlsxError> = tables.iter().try_for_each(|table| table.sheet(&mut book));
    sheets.and_then(|()| book.save_to_buffer()).map_err(|e| failed(&e))
}

fn row(look: &Look<'_>, view: &TaskView) -> Vec<String> {
    let (task, judgement, lang) = (&view.task, &view.judgement, look.lang);
    let w = words(lang);
    let report = look.snapshot.report(Some(&task.report));
    let target_words = |target: Option<&tingzhou_platform::ledger::Target>| {
        target.map(|t| lang.of(&words_of_target(t)).to_owned()).unwrap_or_default()
    };
    let unit = task.target_now().map_or("", |t| t.unit.as_str());
    let (source, day) = judgement
        .latest_source
        .map_or((String::new(), String::new()), |(source, day)| (look.source(source).to_owned(), day.to_string()));
    let (lead, state, co_units, leader) = match (&task.assignment, &task.suggestion) {
        (Some(a), _) => (Some(&a.lead), w.confirmed, &a.co_units[..], a.leader.as_ref()),
        (None, Some(s)) => (Some(&s.lead), w.suggested, &s.co_units[..], s.leader.as_ref()),
        (None, None) => (None, w.nobody, &[][..], None),
    };
    vec![
        task.id.to_string(),
        task.title.clone(),
        report.map(|r| look.area(r, &task.area)).unwrap_or_default(),
        task.item.map(|i| i.to_string()).unwrap_or_default(),
        target_words(task.target.as_ref()),
        target_words(task.target_now()),
        unit.to_owned(),
        task.deadline_now().to_string(),
        lang.of(&judgement.light.words()).to_owned(),
        lang.of(&judgement.sentence).to_owned(),
        judgement.reported.map(|r| lang.of(&r.words()).to_owned()).unwrap_or_default(),
        lang.of(&judgement.measured.words()).to_owned(),
        lang.of(&judgement.schedule.words()).to_owned(),
        judgement
            .latest
            .map(|v| Figure { value: v, unit, english: lang == crate::i18n::Lang::En }.to_string())
            .unwrap_or_default(),
        day,
        source,
        judgement.contradictions.iter().map(|c| lang.of(&c.sentence)).collect::<Vec<_>>().join(" "),
        lead.map(|u| look.unit(u)).unwrap_or_default(),
        state.to_owned(),
        co_units.iter().map(|u| look.unit(u)).collect::<Vec<_>>().join("、"),
        leader.map(|l| look.leader(l)).unwrap_or_default(),
        task.sentence.clone(),
        if task.simulated { w.simulated } else { "" }.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_opens_in_a_spreadsheet() {
        let table = Table {
            name: "任务",
            wide: &[],
            head: vec!["编号", "任务"],
            rows: vec![vec!["2025-001".to_owned(), "=危险,\"引号\"".to_owned()]],
            note: String::new(),
            file_name: String::new(),
        };
        let text = String::from_utf8(table.csv().unwrap()).unwrap();
        assert_eq!(text, "\u{feff}编号,任务\r\n2025-001,\"'=危险,\"\"引号\"\"\"\r\n");
    }
}
