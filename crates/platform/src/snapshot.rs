//! Everything the screens show of a city, as of one event and one day, built once and shared.

use crate::adopt::AdoptedReading;
use crate::error::PlatformError;
use crate::findings::Found;
use crate::platform::Platform;
use jiff::{Timestamp, civil::Date};
use std::collections::HashMap;
use std::sync::Arc;
use tingzhou_ledger::{AccountId, Judgement, ReportId, Task, TaskId, judge};
use tingzhou_store::{Head, ReportRow, StoreError};

/// An adopted report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdoptedReport {
    /// Identifier.
    pub id: ReportId,
    /// The year promised for.
    pub year: i16,
    /// Title.
    pub title: String,
    /// SHA-256 of the text.
    pub sha256: String,
    /// The text as delivered.
    pub text: Arc<str>,
    /// The reading as adopted.
    pub reading: Arc<AdoptedReading>,
    /// Who adopted it.
    pub adopted_by: AccountId,
    /// When.
    pub adopted_at: Timestamp,
    /// Belongs to a simulated city.
    pub simulated: bool,
}

impl AdoptedReport {
    pub(crate) fn from_row(row: ReportRow) -> Result<Self, PlatformError> {
        let reading = serde_json::from_str(&row.reading)
            .map_err(|e| StoreError::Damaged { table: "report", why: e.to_string() })?;
        Ok(Self {
            id: row.id,
            year: row.year,
            title: row.title,
            sha256: row.sha256,
            text: row.text.into(),
            reading: Arc::new(reading),
            adopted_by: row.adopted_by,
            adopted_at: row.adopted_at,
            simulated: row.simulated,
        })
    }
}

/// A task with how it stands on the snapshot's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskView {
    /// The task.
    pub task: Task,
    /// How it stands.
    pub judgement: Judgement,
}

/// A city as of one event and one day.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The end of the log it was built from.
    pub head: Head,
    /// The day it was judged for.
    pub today: Date,
    /// Reports, newest year first.
    pub reports: Vec<Arc<AdoptedReport>>,
    /// Tasks in the order of their identifiers, which is the order of the report's text.
    pub tasks: Vec<Arc<TaskView>>,
    by_id: Arc<HashMap<TaskId, usize>>,
    pub(crate) found: Found,
}

impl Snapshot {
    /// A task by its identifier.
    #[must_use]
    pub fn task(&self, id: &TaskId) -> Option<&Arc<TaskView>> {
        self.by_id.get(id).and_then(|i| self.tasks.get(*i))
    }

    /// The newest report, or the one asked for.
    #[must_use]
    pub fn report(&self, id: Option<&ReportId>) -> Option<&Arc<AdoptedReport>> {
        match id {
            None => self.reports.first(),
            Some(id) => self.reports.iter().find(|r| &r.id == id),
        }
    }

    /// The tasks of a report, in the order of its text.
    pub fn tasks_of<'a>(&'a self, report: &'a ReportId) -> impl Iterator<Item = &'a Arc<TaskView>> {
        self.tasks.iter().filter(move |v| &v.task.report == report)
    }

    /// Whether anything in it belongs to a simulated city.
    #[must_use]
    pub fn simulated(&self) -> bool {
        self.reports.iter().any(|r| r.simulated)
    }

    fn from_tasks(
        head: Head,
        today: Date,
        reports: Vec<Arc<AdoptedReport>>,
        mut tasks: Vec<Arc<TaskView>>,
        found: Found,
    ) -> Self {
        tasks.sort_by(|a, b| (&a.task.report, a.task.statement).cmp(&(&b.task.report, b.task.statement)));
        let by_id = tasks.iter().enumerate().map(|(i, v)| (v.task.id.clone(), i)).collect();
        Self { head, today, reports, tasks, by_id: Arc::new(by_id), found }
    }

    /// The same tasks on the same day, some of them changed: all else is taken over as it is. A task keeps its place,
    /// which its report and statement give it. `None` when a task is new.
    fn with_changed(&self, head: &Head, changed: &[TaskView]) -> Option<Self> {
        let mut tasks = self.tasks.clone();
        for view in changed {
            *tasks.get_mut(*self.by_id.get(&view.task.id)?)? = Arc::new(view.clone());
        }
        let (reports, found, by_id) = (self.reports.clone(), self.found.clone(), Arc::clone(&self.by_id));
        Some(Self { head: head.clone(), today: self.today, reports, tasks, by_id, found })
    }
}

impl Platform {
    /// The city as it is now. Cheap when nothing has changed; else only what has changed is loaded.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>, PlatformError> {
        let today = self.clock().today();
        let head = self.store().head(self.city()).await?;
        if let Some(fresh) = self.cached(|s| s.head == head && s.today == today) {
            return Ok(fresh);
        }
        // One at a time builds; the others take what it built.
        let _building = self.building().lock().await;
        let head = self.store().head(self.city()).await?;
        if let Some(fresh) = self.cached(|s| s.head == head && s.today == today) {
            return Ok(fresh);
        }
        let before = self.cached(|_| true);
        let changed = self.store().tasks_changed(self.city(), before.as_ref().map_or(0, |s| s.head.seq)).await?;
        let changed: Vec<TaskView> = changed.into_iter().map(|task| self.view(task)).collect();
        // While units file, this is what happens hundreds of times a second.
        if let Some(before) = before.as_ref().filter(|s| s.today == today && !s.reports.is_empty())
            && let Some(mut next) = before.with_changed(&head, &changed)
        {
            let dismissed = self.store().dismissals(self.city()).await?;
            next.found = Found::of(&next.reports, Some(&before.found), dismissed);
            let next = Arc::new(next);
            self.keep(Arc::clone(&next));
            return Ok(next);
        }
        let mut tasks: HashMap<TaskId, Arc<TaskView>> = HashMap::new();
        if let Some(before) = &before {
            for view in &before.tasks {
                let view = if before.today == today { Arc::clone(view) } else { self.view(view.task.clone()).into() };
                tasks.insert(view.task.id.clone(), view);
            }
        }
        for view in changed {
            tasks.insert(view.task.id.clone(), Arc::new(view));
        }
        let known = before.as_ref().map(|s| s.reports.clone()).unwrap_or_default();
        let reports = if tasks.values().all(|v| known.iter().any(|r| r.id == v.task.report)) && !known.is_empty() {
            known
        } else {
            let rows = self.store().reports(self.city()).await?;
            rows.into_iter().map(|row| AdoptedReport::from_row(row).map(Arc::new)).collect::<Result<_, _>>()?
        };
        let dismissed = self.store().dismissals(self.city()).await?;
        let found = Found::of(&reports, before.as_deref().map(|s| &s.found), dismissed);
        let snapshot = Arc::new(Snapshot::from_tasks(head, today, reports, tasks.into_values().collect(), found));
        self.keep(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    pub(crate) fn view(&self, task: Task) -> TaskView {
        let judgement = judge(&task, &self.pack().settings, self.clock().today());
        TaskView { task, judgement }
    }
}
