//! The points of a task's plot: what the plan asks for and what was filed, checked and measured.

use crate::snapshot::TaskView;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde::Serialize;
use tingzhou_ledger::forecast::{Outlook, outlook};
use tingzhou_ledger::{Source, path_at, value_at};

/// A value on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PlotPoint {
    /// The day.
    pub day: Date,
    /// In the target's unit.
    pub value: Decimal,
}

/// What a task's plot shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plot {
    /// The unit of every value.
    pub unit: String,
    /// What has to be reached.
    pub target: Option<Decimal>,
    /// The plan: month ends up to the deadline, at most 120.
    pub path: Vec<PlotPoint>,
    /// Value as filed.
    pub filed: Vec<PlotPoint>,
    /// Value as checked or measured.
    pub measured: Vec<PlotPoint>,
    /// Where it leads, when that can be said.
    pub forecast: Option<PlotForecast>,
}

/// A forecast, from the last reading to the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PlotForecast {
    /// The last reading.
    pub from: PlotPoint,
    /// The most likely value at the deadline.
    pub to: PlotPoint,
    /// Nine times out of ten not lower.
    pub low: Decimal,
    /// Nine times out of ten not higher.
    pub high: Decimal,
}

fn forecast(view: &TaskView) -> Option<PlotForecast> {
    let Outlook::Expected(expected) = outlook(&view.task, view.judgement.day) else { return None };
    let from = PlotPoint { day: expected.as_of, value: view.judgement.latest? };
    let to = PlotPoint { day: view.task.deadline_now(), value: expected.value };
    Some(PlotForecast { from, to, low: expected.low, high: expected.high })
}

impl Plot {
    /// The plot of a task; empty for a task without a number.
    #[must_use]
    pub fn of(view: &TaskView) -> Self {
        let task = &view.task;
        let Some(target) = task.target_now() else { return Self::default() };
        let mut path = Vec::new();
        let mut day = date(task.year.clamp(1, 9_998), 1, 1);
        if let Some(value) = path_at(task, target, day).filter(|_| day <= task.deadline_now()) {
            path.push(PlotPoint { day, value: value.round_dp(4) });
        }
        for _ in 0..120 {
            let end = day.last_of_month().min(task.deadline_now());
            if let Some(value) = path_at(task, target, end) {
                path.push(PlotPoint { day: end, value: value.round_dp(4) });
            }
            if end >= task.deadline_now() {
                break;
            }
            let Ok(next) = end.tomorrow() else { break };
            day = next;
        }
        let line = |sources: &[Source]| {
            let mut days: Vec<Date> =
                task.standing_evidence().filter(|e| sources.contains(&e.source)).map(|e| e.period.to).collect();
            days.sort_unstable();
            days.dedup();
            let at = |day: Date| sources.iter().filter_map(|s| value_at(task, *s, day)).max_by_key(|(_, on)| *on);
            days.iter().filter_map(|day| at(*day).map(|(value, _)| PlotPoint { day: *day, value })).collect()
        };
        Self {
            unit: target.unit.clone(),
            target: Some(target.value),
            path,
            filed: line(&[Source::Filing]),
            measured: line(&[Source::Check, Source::Measure]),
            forecast: forecast(view),
        }
    }
}
