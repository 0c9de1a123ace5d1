//! The task table: filtered, sorted, paged.

use crate::snapshot::{Snapshot, TaskView};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;
use tingzhou_ledger::{AreaId, Light, ReportId, ScheduleStatus, TaskId, UnitId};

/// What to sort by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Order of the report.
    #[default]
    Report,
    /// Most urgent light first.
    Light,
    /// Deadline.
    Deadline,
    /// Lead unit.
    Unit,
    /// Title.
    Title,
}

/// Which tasks. Everything empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFilter {
    /// Of a report; the newest when empty.
    pub report: Option<ReportId>,
    /// Of an area.
    pub area: Option<AreaId>,
    /// Led or helped by a unit (or suggested to, before it is confirmed).
    pub unit: Option<UnitId>,
    /// With this light.
    pub light: Option<Light>,
    /// With this schedule status.
    pub schedule: Option<ScheduleStatus>,
    /// Of this livelihood item; 0 for any item.
    pub item: Option<u8>,
    /// Only with a contradiction.
    pub contradicted: bool,
    /// Only with an unconfirmed lead unit.
    pub unassigned: bool,
    /// Words that all stand in title, sentence or number.
    pub text: String,
    /// Sort by.
    pub sort: Sort,
    /// Turned round.
    pub descending: bool,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// How many there are in all.
    pub total: usize,
    /// Place of the first row, from 0.
    pub offset: usize,
    /// Place of the next page, when there is one.
    pub next: Option<usize>,
}

/// How many tasks stand how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub total: usize,
    /// By light, most urgent first; every light is there.
    pub lights: Vec<(Light, usize)>,
    /// By schedule status; every status is there.
    pub schedule: Vec<(ScheduleStatus, usize)>,
    /// With a contradiction.
    pub contradicted: usize,
    /// Without confirmed lead unit.
    pub unassigned: usize,
}

impl Counts {
    /// Counts some tasks.
    pub fn of<'a>(tasks: impl Iterator<Item = &'a Arc<TaskView>>) -> Self {
        let mut lights: BTreeMap<&str, usize> = BTreeMap::new();
        let mut schedule: BTreeMap<&str, usize> = BTreeMap::new();
        let mut counts = Self::default();
        for view in tasks {
            counts.total += 1;
            *lights.entry(view.judgement.light.name()).or_default() += 1;
            *schedule.entry(view.judgement.schedule.name()).or_default() += 1;
            counts.contradicted += usize::from(!view.judgement.contradictions.is_empty());
            counts.unassigned += usize::from(view.task.assignment.is_none());
        }
        counts.lights = Light::ALL.iter().map(|l| (*l, lights.get(l.name()).copied().unwrap_or(0))).collect();
        counts.schedule =
            ScheduleStatus::ALL.iter().map(|s| (*s, schedule.get(s.name()).copied().unwrap_or(0))).collect();
        counts
    }
}

/// The unit a task is with: the lead as confirmed, else as suggested.
fn with(view: &TaskView) -> Option<&UnitId> {
    let assigned = view.task.assignment.as_ref().map(|a| &a.lead);
    assigned.or_else(|| view.task.suggestion.as_ref().map(|s| &s.lead))
}

fn matches(view: &TaskView, filter: &TaskFilter, words: &[String]) -> bool {
    let (task, judgement) = (&view.task, &view.judgement);
    filter.area.as_ref().is_none_or(|a| a == &task.area)
        && filter.unit.as_ref().is_none_or(|u| task.involves(u) || (task.assignment.is_none() && with(view) == Some(u)))
        && filter.light.is_none_or(|l| l == judgement.light)
        && filter.schedule.is_none_or(|s| s == judgement.schedule)
        && filter.item.is_none_or(|i| if i == 0 { task.item.is_some() } else { task.item == Some(i) })
        && (!filter.contradicted || !judgement.contradictions.is_empty())
        && (!filter.unassigned || task.assignment.is_none())
        && words.iter().all(|w| {
            task.title.to_lowercase().contains(w)
                || task.sentence.to_lowercase().contains(w)
                || task.id.as_str().to_lowercase().contains(w)
        })
}

fn rank(light: Light) -> usize {
    Light::ALL.iter().position(|l| *l == light).unwrap_or(usize::MAX)
}

fn order(a: &TaskView, b: &TaskView, sort: Sort) -> Ordering {
    match sort {
        Sort::Report => Ordering::Equal,
        Sort::Light => rank(a.judgement.light).cmp(&rank(b.judgement.light)),
        Sort::Deadline => a.task.deadline_now().cmp(&b.task.deadline_now()),
        Sort::Unit => with(a).cmp(&with(b)),
        Sort::Title => a.task.title.cmp(&b.task.title),
    }
}

impl Snapshot {
    /// All tasks a filter lets through, sorted.
    #[must_use]
    pub fn filtered(&self, filter: &TaskFilter) -> Vec<Arc<TaskView>> {
        let Some(report) = self.report(filter.report.as_ref()) else { return Vec::new() };
        let words: Vec<String> = filter.text.split_whitespace().take(10).map(str::to_lowercase).collect();
        let mut rows: Vec<_> = self.tasks_of(&report.id).filter(|v| matches(v, filter, &words)).cloned().collect();
        // Stable: within equal keys the report's order stays.
        rows.sort_by(|a, b| order(a, b, filter.sort));
        if filter.descending {
            rows.reverse();
        }
        rows
    }

    /// One page of them. `limit` is held to 1 to 200.
    #[must_use]
    pub fn page(&self, filter: &TaskFilter, offset: usize, limit: usize) -> Page<Arc<TaskView>> {
        let all = self.filtered(filter);
        let (total, limit) = (all.len(), limit.clamp(1, 200));
        let rows: Vec<_> = all.into_iter().skip(offset).take(limit).collect();
        let next = offset.saturating_add(rows.len());
        Page { next: (next < total && !rows.is_empty()).then_some(next), rows, total, offset }
    }

    /// A task's identifier if it is there; for checking links.
    #[must_use]
    pub fn has(&self, id: &TaskId) -> bool {
        self.task(id).is_some()
    }
}
