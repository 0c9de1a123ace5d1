//! A task's plot as numbers: for the script that draws it, and as the table that stands beside it.

use crate::view::Look;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use tingzhou_platform::{Plot, PlotPoint, TaskView};

/// One day of a plot.
#[derive(Default)]
pub(crate) struct PlotRow {
    pub(crate) day: String,
    pub(crate) path: String,
    pub(crate) filed: String,
    pub(crate) measured: String,
}

/// A plot as a table, with the same numbers as JSON.
pub(crate) struct PlotTable {
    pub(crate) target: String,
    pub(crate) rows: Vec<PlotRow>,
    pub(crate) json: String,
}

impl PlotTable {
    /// `None` for a task without a number.
    pub(crate) fn of(look: &Look<'_>, view: &TaskView) -> Option<Self> {
        let plot = Plot::of(view);
        let target = plot.target?;
        let mut days: BTreeMap<String, PlotRow> = BTreeMap::new();
        let as_is = |value: Decimal| look.figure(value, &plot.unit);
        let computed = |value: Decimal| look.computed(value, &plot.unit);
        let mut fill = |points: &[PlotPoint], written: &dyn Fn(Decimal) -> String, set: fn(&mut PlotRow, String)| {
            for point in points {
                let day = point.day.to_string();
                let row = days.entry(day.clone()).or_insert_with(|| PlotRow { day, ..PlotRow::default() });
                set(row, written(point.value));
            }
        };
        fill(&plot.path, &computed, |row, value| row.path = value);
        fill(&plot.filed, &as_is, |row, value| row.filed = value);
        fill(&plot.measured, &as_is, |row, value| row.measured = value);
        let json = serde_json::to_string(&plot).unwrap_or_default();
        Some(Self { target: as_is(target), rows: days.into_values().collect(), json })
    }
}
