//! Runs the queries of measures: on connections that can only read, for a limited time, with a limited number of rows.

use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;
use crate::views;
use std::time::{Duration, Instant};
use tingzhou_ledger::CityId;
use tingzhou_measures::{Asked, Checked, MeasureFault, Output};

/// One value of a result.
#[derive(Clone, Debug, PartialEq)]
pub enum MeasureCell {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Another number; may be infinite.
    Real(f64),
    /// Words.
    Text(String),
}

/// What to run, and how far.
#[derive(Clone, Debug)]
pub struct MeasureRun<'a> {
    /// The query.
    pub query: &'a Checked,
    /// What its names stand for.
    pub asked: &'a Asked,
    /// The window of observations and alarms, in milliseconds: from the first to before the second.
    pub window: (i64, i64),
    /// Rows wanted at most.
    pub limit: u32,
    /// Rows to skip.
    pub offset: u32,
    /// Whether it is run as if nothing simulated were there.
    pub real: bool,
    /// How long it may take.
    pub within: Duration,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureRows {
    /// Rows; cells in the order of the query's outputs.
    pub rows: Vec<Vec<MeasureCell>>,
    /// How long it took.
    pub took: Duration,
}

pub(crate) enum Ran {
    Rows(Vec<Vec<Value>>),
    Fault(MeasureFault),
}

/// The order rows are given in, so that pages follow each other: the newest day first.
fn order(outputs: &[Output], collate: &str) -> String {
    let mut keys: Vec<String> = Vec::new();
    for output in [Output::Day, Output::Label, Output::Facility, Output::Case, Output::Task, Output::Project] {
        if outputs.contains(&output) {
            let way = if output == Output::Day { "DESC NULLS LAST" } else { "ASC NULLS FIRST" };
            keys.push(format!("CAST(m.\"{}\" AS TEXT){collate} {way}", output.name()));
        }
    }
    if keys.is_empty() { String::new() } else { format!(" ORDER BY {}", keys.join(", ")) }
}

fn sqlite_text(run: &MeasureRun<'_>) -> String {
    let outputs = run.query.outputs();
    let columns = outputs.iter().map(|o| format!("m.\"{}\"", o.name())).collect::<Vec<_>>().join(", ");
    let before = views::before(run.query.views(), true, run.real);
    let order = order(outputs, "");
    format!(
        "{before} SELECT {columns} FROM ({}) AS m{order} LIMIT {} OFFSET {}",
        run.query.sqlite(),
        run.limit,
        run.offset
    )
}

/// Each value comes with its type, since only the values themselves have one here.
fn postgres_text(run: &MeasureRun<'_>) -> String {
    let outputs = run.query.outputs();
    let column = |o: &Output| {
        let name = o.name();
        format!("jsonb_typeof(to_jsonb(m.\"{name}\")), to_jsonb(m.\"{name}\") #>> '{{}}'")
    };
    let columns = outputs.iter().map(column).collect::<Vec<_>>().join(", ");
    let before = views::before(run.query.views(), false, run.real);
    let order = order(outputs, " COLLATE \"C\"");
    format!(
        "{before} SELECT {columns} FROM ({}) AS m{order} LIMIT {} OFFSET {}",
        run.query.postgres(),
        run.limit,
        run.offset
    )
}

fn cell(value: Value) -> MeasureCell {
    match value {
        Value::Null | Value::LastSeq => MeasureCell::Null,
        Value::Int(number) => MeasureCell::Int(number),
        Value::Real(number) => MeasureCell::Real(number),
        Value::Text(text) => MeasureCell::Text(text),
        Value::Bytes(_) => MeasureCell::Text("(bytes)".to_owned()),
    }
}

fn typed(kind: &Value, text: Value) -> MeasureCell {
    match (kind, text) {
        (Value::Text(kind), Value::Text(text)) if kind == "number" => match text.parse::<i64>() {
            Ok(number) => MeasureCell::Int(number),
            Err(_) => text.parse::<f64>().map_or(MeasureCell::Text(text), MeasureCell::Real),
        },
        (_, other) => cell(other),
    }
}

impl Store {
    /// Runs a measure's query over the rows of one city.
    ///
    /// # Errors
    /// When the store does not answer. What is wrong with the query is the inner result.
    pub async fn run_measure(
        &self,
        city: &CityId,
        run: &MeasureRun<'_>,
    ) -> Result<Result<MeasureRows, MeasureFault>, StoreError> {
        let params = vec![
            Value::text(city.as_str()),
            Value::Int(run.window.0),
            Value::Int(run.window.1),
            Value::Int(run.asked.year),
            Value::text(&run.asked.from),
            Value::text(&run.asked.to),
            Value::text(&run.asked.today),
        ];
        let begun = Instant::now();
        let ran = match self.backend() {
            crate::backend::Backend::Sqlite(sqlite) => sqlite.measure(sqlite_text(run), params, run.within).await?,
            crate::backend::Backend::Postgres(postgres) => {
                postgres.measure(&postgres_text(run), &params, run.within).await?
            }
        };
        let took = begun.elapsed();
        let pairs = matches!(self.backend(), crate::backend::Backend::Postgres(_));
        Ok(match ran {
            Ran::Fault(fault) => Err(fault),
            Ran::Rows(rows) => {
                let rows = rows.into_iter().map(|row| {
                    if !pairs {
                        return row.into_iter().map(cell).collect();
                    }
                    let mut cells = row.into_iter();
                    let mut out = Vec::new();
                    while let (Some(kind), Some(text)) = (cells.next(), cells.next()) {
                        out.push(typed(&kind, text));
                    }
                    out
                });
                Ok(MeasureRows { rows: rows.collect(), took })
            }
        })
    }
}

/// A database's words, short enough for a page.
pub(crate) fn failed(words: &str) -> MeasureFault {
    MeasureFault::Failed { why: words.chars().take(300).collect() }
}

pub(crate) fn too_long(within: Duration) -> MeasureFault {
    MeasureFault::TooLong { limit: u64::try_from(within.as_millis()).unwrap_or(u64::MAX) }
}
