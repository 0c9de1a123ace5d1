//! Bulletins: a draft is computed from the log as it was known by the close of filing; issuing one fixes its content.

use crate::adopt::hex;
use crate::clock::as_stored;
use crate::error::PlatformError;
use crate::platform::Platform;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use tingzhou_ledger::bulletin::{Bulletin, BulletinPeriod, Known, OfficialOrder, bulletin, decide_issue};
use tingzhou_ledger::{Actor, AreaId, Event, ReportId, Task, TaskId, judge};
use tingzhou_store::{BulletinLine, Commit, StoreError};

/// Events read from the log at once.
const PAGE: u32 = 1_000;

/// A bulletin with when and by whom it was issued; a draft has neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulletinView {
    /// What it says.
    pub bulletin: Bulletin,
    /// Set once it is issued.
    pub issued: Option<BulletinLine>,
}

pub(crate) fn content_hash(body: &str) -> String {
    hex(&Sha256::digest(body.as_bytes()))
}

/// Tasks at up to two moments, from one walk over the log.
#[derive(Default)]
struct Replay {
    now: HashMap<TaskId, Task>,
    before: HashMap<TaskId, Task>,
}

fn replay(tasks: &mut HashMap<TaskId, Task>, subject: &TaskId, event: &Event) {
    match event {
        Event::TaskOpened { task } => {
            tasks.insert(subject.clone(), Task::clone(task).apply(event));
        }
        other => {
            if let Some(task) = tasks.remove(subject) {
                tasks.insert(subject.clone(), task.apply(other));
            }
        }
    }
}

impl Platform {
    /// The tasks of a report as the log knew them by the end of `by`, and by the end of `before`. A task is known from the
    /// start, whenever its report was adopted: the commitment stood since the report was given.
    async fn replayed(&self, report: &ReportId, by: Date, before: Option<Date>) -> Result<Replay, PlatformError> {
        let mut found = Replay::default();
        let mut after = 0;
        loop {
            let page = self.store().events(self.city(), after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(found) };
            after = last.seq;
            for row in &page {
                let concerns = row.kind.starts_with("task-")
                    || matches!(row.kind.as_str(), "evidence-filed" | "evidence-withdrawn" | "target-adjusted");
                if !concerns {
                    continue;
                }
                let damaged = |why: String| StoreError::Damaged { table: "event", why };
                let event: Event = serde_json::from_str(&row.body).map_err(|e| damaged(e.to_string()))?;
                let subject = TaskId::new(row.subject.clone()).map_err(|e| damaged(e.to_string()))?;
                let opened = match &event {
                    Event::TaskOpened { task } if &task.report != report => continue,
                    event => matches!(event, Event::TaskOpened { .. }),
                };
                let day = self.clock().day_of(row.at);
                if opened || day <= by {
                    replay(&mut found.now, &subject, &event);
                }
                if opened || before.is_some_and(|before| day <= before) {
                    replay(&mut found.before, &subject, &event);
                }
            }
        }
    }

    /// The bulletin of a period as it was issued; `None` when it is not.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn issued_bulletin(&self, period: BulletinPeriod) -> Result<Option<BulletinView>, PlatformError> {
        let Some((line, body)) = self.store().bulletin(self.city(), period).await? else { return Ok(None) };
        let bulletin =
            serde_json::from_str(&body).map_err(|e| StoreError::Damaged { table: "bulletin", why: e.to_string() })?;
        Ok(Some(BulletinView { bulletin, issued: Some(line) }))
    }

    /// The bulletin of a period: as issued, or a draft computed now. `filed_by` closes the filing for a draft; the period's
    /// last day when not given. It is compared with the period before, as that one was known when it was issued.
    ///
    /// # Errors
    /// When no report was adopted for the period's year, or the store does not answer.
    pub async fn bulletin(
        &self,
        period: BulletinPeriod,
        filed_by: Option<Date>,
    ) -> Result<BulletinView, PlatformError> {
        if let Some(issued) = self.issued_bulletin(period).await? {
            return Ok(issued);
        }
        let snapshot = self.snapshot().await?;
        let report = snapshot.reports.iter().find(|report| report.year == period.year());
        let missing = || PlatformError::NotFound { what: format!("report for {}", period.year()) };
        let report = Arc::clone(report.ok_or_else(missing)?);
        let filed_by = filed_by.unwrap_or(period.last_day());
        let before = match period.before() {
            None => None,
            Some(before) => {
                let issued = self.issued_bulletin(before).await?;
                Some((before.last_day(), issued.map_or(before.last_day(), |view| view.bulletin.filed_by)))
            }
        };
        let mut found = self.replayed(&report.id, filed_by, before.map(|(_, filed_by)| filed_by)).await?;
        let settings = &self.pack().settings;
        let known = snapshot.tasks_of(&report.id).filter_map(|view| {
            let task = found.now.remove(&view.task.id)?;
            let before = before.zip(found.before.remove(&view.task.id)).map(|((day, _), was)| {
                let judged = judge(&was, settings, day);
                (was, judged)
            });
            Some(Known { judged: judge(&task, settings, period.last_day()), before, task })
        });
        let known: Vec<Known> = known.collect();
        let mut areas: Vec<_> = report.reading.areas.iter().map(|a| (a.id.clone(), a.name.clone())).collect();
        // The pack's order; areas the pack does not know follow in the report's.
        let place = |id: &AreaId| self.pack().areas.iter().position(|own| &own.id == id).unwrap_or(usize::MAX);
        areas.sort_by_key(|(id, _)| place(id));
        let units: Vec<_> = self.pack().units.iter().map(|u| (u.id.clone(), u.name.clone())).collect();
        let order = OfficialOrder { areas: &areas, units: &units };
        let about = (&self.pack().name, &report.id, report.title.as_str());
        let bulletin = bulletin(about, period, filed_by, &known, order, &self.pack().bulletin);
        Ok(BulletinView { bulletin, issued: None })
    }

    /// Issues the bulletin of a period: its content is kept with its hash and no longer changes.
    ///
    /// # Errors
    /// A refusal by the rules, no report for the period's year, or the store.
    pub async fn issue_bulletin(
        &self,
        actor: &Actor,
        period: BulletinPeriod,
        filed_by: Option<Date>,
    ) -> Result<BulletinView, PlatformError> {
        let view = self.bulletin(period, filed_by).await?;
        let body = serde_json::to_string(&view.bulletin).map_err(StoreError::from)?;
        let sha256 = content_hash(&body);
        let now = self.clock().now();
        let event = decide_issue(&view.bulletin, &sha256, view.issued.is_some(), actor, self.clock().day_of(now))?;
        let line = BulletinLine {
            period,
            day: view.bulletin.day,
            title: view.bulletin.title.zh.clone(),
            sha256,
            issued_by: actor.account.clone(),
            issued_at: as_stored(now),
        };
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        commit.add_bulletin(&line, &body);
        commit.event(period.to_string(), event);
        self.store().commit(commit).await?;
        Ok(BulletinView { issued: Some(line), ..view })
    }

    /// Issued bulletins, the latest period first; `limit` is held to 1 to 201, one more
    /// than a page, so that a caller sees whether there is another.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn bulletins(&self, offset: u32, limit: u32) -> Result<Vec<BulletinLine>, PlatformError> {
        Ok(self.store().bulletins(self.city(), offset, limit.clamp(1, 201)).await?)
    }
}
