//! Measures: how actual values are computed, for everybody to see; written by the supervision office.

pub(crate) mod edit;
pub(crate) mod one;
pub(crate) mod task;

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::i18n::Lang;
use crate::pages::{PageResult, page};
use askama::Template;
use rust_decimal::Decimal;
use tingzhou_platform::ReadingRow;
use tingzhou_platform::ledger::Figure;
use tingzhou_platform::measure::{MeasureId, MeasureText};

/// A value with its unit.
pub(crate) fn figure(ctx: &Ctx, value: Decimal, unit: &str) -> String {
    Figure { value, unit, english: ctx.lang == Lang::En }.to_string()
}

pub(crate) fn measure_id(text: &str) -> Result<MeasureId, Answer> {
    MeasureId::new(text).ok_or_else(Answer::not_found)
}

/// A reading as lists show it.
pub(crate) struct ReadingLine {
    pub(crate) day: String,
    pub(crate) version: u32,
    /// Empty when nothing was read.
    pub(crate) value: String,
    pub(crate) numerator: String,
    pub(crate) denominator: String,
    pub(crate) count: String,
    pub(crate) at: String,
    pub(crate) took: String,
    /// Why the last attempt gave nothing; empty when it did.
    pub(crate) fault: String,
    /// Whether it rests on anything simulated.
    pub(crate) simulated: bool,
}

impl ReadingLine {
    pub(crate) fn of(ctx: &Ctx, text: &MeasureText, row: &ReadingRow) -> Self {
        let plain = |value: Option<Decimal>| value.map(|v| figure(ctx, v, "")).unwrap_or_default();
        let read = row.read.as_ref();
        let at = read.map_or(row.tried, |(_, at)| *at);
        Self {
            day: row.day.to_string(),
            version: row.version,
            value: read.map(|(figures, _)| figure(ctx, figures.value, &text.unit)).unwrap_or_default(),
            numerator: plain(read.and_then(|(figures, _)| figures.numerator)),
            denominator: plain(read.and_then(|(figures, _)| figures.denominator)),
            count: plain(read.and_then(|(figures, _)| figures.count)),
            at: ctx.platform().clock().written(at),
            took: milliseconds(row.took),
            fault: row.fault.as_ref().map(|fault| ctx.lang.of(&fault.words()).to_owned()).unwrap_or_default(),
            simulated: row.simulated && row.read.is_some(),
        }
    }
}

/// Microseconds as milliseconds, one decimal.
pub(crate) fn milliseconds(micros: i64) -> String {
    Decimal::new(micros, 3).round_dp(1).normalize().to_string()
}

struct Line {
    id: String,
    name: String,
    words: String,
    version: u32,
    tasks: usize,
    reading: Option<ReadingLine>,
}

#[derive(Template)]
#[template(path = "measures.html")]
struct ListPage {
    c: Chrome,
    rows: Vec<Line>,
}

/// `GET /measures`
pub(crate) async fn list(ctx: Ctx) -> PageResult {
    let line = |line: tingzhou_platform::MeasureLine| {
        let text = &line.measure.text;
        Line {
            id: text.id.to_string(),
            name: ctx.lang.of(&text.name).to_owned(),
            words: ctx.lang.of(&text.words).to_owned(),
            version: line.measure.version,
            tasks: line.tasks,
            reading: line.reading.as_ref().map(|row| ReadingLine::of(&ctx, text, row)),
        }
    };
    let rows = ctx.platform().measures().await?.into_iter().map(line).collect();
    page(&ListPage { rows, c: ctx.chrome(Nav::Measures) })
}
