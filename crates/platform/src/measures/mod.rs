//! Measures: versions, what they come to, and which tasks they measure. A promise is a query.

mod load;
mod run;

pub(crate) use load::load_measures;
pub use run::{MeasureLine, MeasurePreview, MeasureRow, MeasureRowsPage};

use crate::clock::as_stored;
use crate::error::PlatformError;
use crate::platform::Platform;
use jiff::Timestamp;
use std::collections::BTreeMap;
use tingzhou_ledger::{AccountId, AccountRole, Actor, Refusal, RefusalKind, TaskId, Two};
use tingzhou_measures::{
    Measure, MeasureEvent, MeasureFault, MeasureId, MeasureLink, MeasureText, decide_link, decide_save, decide_unlink,
};
use tingzhou_store::{Commit, ReadingRow, StoreError};

/// Who writes down what a city brings.
const INSTALLATION: &str = "installation";
/// Measures of a city at most.
pub(crate) const MOST_MEASURES: u32 = 500;
/// Versions and readings shown of a measure at most.
const MOST_SHOWN: u32 = 1_000;

/// A measure with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureView {
    /// Its versions, newest first, at most 1,000; never empty.
    pub versions: Vec<Measure>,
    /// What it came to, the newest day first, at most 1,000 days.
    pub readings: Vec<ReadingRow>,
    /// The tasks it measures, each with the version.
    pub tasks: Vec<(TaskId, MeasureLink)>,
}

impl MeasureView {
    /// The version that holds now.
    #[must_use]
    pub fn latest(&self) -> Option<&Measure> {
        self.versions.first()
    }
}

/// What a task is measured by, and how that went last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasuredTask {
    /// The version it was taken with.
    pub measure: Measure,
    /// Since when.
    pub link: MeasureLink,
    /// The newest version there is.
    pub newest: u32,
    /// What it came to last.
    pub reading: Option<ReadingRow>,
    /// Why the last attempt is not the task's evidence.
    pub fault: Option<MeasureFault>,
}

fn refused(code: &'static str, field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> PlatformError {
    Refusal { kind: RefusalKind::State, code, field: Some(field), message: Two::new(zh, en) }.into()
}

fn not_found(id: &MeasureId) -> PlatformError {
    PlatformError::NotFound { what: format!("measure {id}") }
}

/// Writes down what a pack brings. A measure the office has changed since stays as the office has it.
pub(crate) fn brought(
    commit: &mut Commit,
    texts: &[MeasureText],
    latest: &[Measure],
    now: Timestamp,
) -> Result<(), PlatformError> {
    let now = as_stored(now);
    let installation =
        Actor { account: AccountId::new(INSTALLATION)?, role: AccountRole::Admin, unit: None, leader: None };
    for text in texts {
        let before = latest.iter().find(|measure| measure.text.id == text.id);
        if before.is_some_and(|measure| measure.by.as_str() != INSTALLATION) {
            continue;
        }
        let event = decide_save(before, text.clone(), "随城市数据更新", &installation, now)?;
        if let Some(MeasureEvent::MeasureSaved { measure }) = event {
            commit.put_measure(&measure)?;
            commit.measure_event(text.id.as_str(), MeasureEvent::MeasureSaved { measure });
        }
    }
    Ok(())
}

impl Platform {
    /// A measure with its versions, readings and tasks.
    ///
    /// # Errors
    /// When there is none, or the store does not answer.
    pub async fn measure_view(&self, id: &MeasureId) -> Result<MeasureView, PlatformError> {
        let versions = self.store().measure_versions(self.city(), id, MOST_SHOWN).await?;
        if versions.is_empty() {
            return Err(not_found(id));
        }
        let readings = self.store().measure_readings(self.city(), id, MOST_SHOWN).await?;
        let links = self.store().measure_links(self.city()).await?;
        let tasks = links.into_iter().filter(|(_, link)| &link.measure == id).collect();
        Ok(MeasureView { versions, readings, tasks })
    }

    /// Writes a measure down: the first version, or the one after `expected`, which is the newest the writer has seen.
    ///
    /// # Errors
    /// A refusal by the rules or because somebody else was first; or the store.
    pub async fn save_measure(
        &self,
        actor: &Actor,
        text: MeasureText,
        expected: u32,
        reason: &str,
    ) -> Result<Measure, PlatformError> {
        let now = as_stored(self.clock().now());
        let id = text.id.clone();
        let latest = self.store().measure_versions(self.city(), &id, 1).await?.into_iter().next();
        let found = latest.as_ref().map_or(0, |measure| measure.version);
        let first = |found: u32| {
            if expected == 0 {
                refused(
                    "measure-exists",
                    "id",
                    format!("已有编号为 {id} 的口径；请换一个编号，或打开它修改。"),
                    format!("There is a measure {id} already; take another identifier, or change that one."),
                )
            } else {
                refused(
                    "measure-changed",
                    "reason",
                    format!("有人已先保存到第 {found} 版；请对照后再保存。"),
                    format!("Somebody else has saved version {found} meanwhile; compare, then save again."),
                )
            }
        };
        let event = decide_save(latest.as_ref(), text, reason, actor, now)?;
        if found != expected {
            return Err(first(found));
        }
        let measure = match (event, latest) {
            (Some(MeasureEvent::MeasureSaved { measure }), _) => measure,
            (_, Some(latest)) => return Ok(latest),
            (_, None) => return Err(not_found(&id)),
        };
        if measure.version == 1
            && self.store().measures(self.city(), MOST_MEASURES).await?.len() >= MOST_MEASURES as usize
        {
            return Err(refused(
                "too-many-measures",
                "id",
                format!("口径已有 {MOST_MEASURES} 个；请修改已有的口径。"),
                format!("There are {MOST_MEASURES} measures; change one of them."),
            ));
        }
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        commit.put_measure(&measure)?;
        commit.measure_event(id.as_str(), MeasureEvent::MeasureSaved { measure: measure.clone() });
        match self.store().commit(commit).await {
            Ok(_) => Ok(*measure),
            Err(StoreError::Conflict { found, .. }) => Err(first(u32::try_from(found).unwrap_or(0))),
            Err(StoreError::Exists { .. }) => Err(first(found)),
            Err(error) => Err(error.into()),
        }
    }

    /// What each task is measured by.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measure_links(&self) -> Result<BTreeMap<TaskId, MeasureLink>, PlatformError> {
        Ok(self.store().measure_links(self.city()).await?.into_iter().collect())
    }

    /// Has a task measured by a version of a measure, the newest when none is named, and measures it at once.
    ///
    /// # Errors
    /// A refusal by the rules, when there is no such task or version, or the store.
    pub async fn link_measure(
        &self,
        actor: &Actor,
        task: &TaskId,
        (id, version): (&MeasureId, Option<u32>),
        reason: &str,
    ) -> Result<(), PlatformError> {
        let now = as_stored(self.clock().now());
        let found = self.store().task(self.city(), task).await?;
        let found = found.ok_or_else(|| PlatformError::NotFound { what: format!("task {task}") })?;
        let measure = match version {
            Some(version) => self.store().measure(self.city(), id, version).await?,
            None => self.store().measure_versions(self.city(), id, 1).await?.into_iter().next(),
        };
        let measure = measure.ok_or_else(|| not_found(id))?;
        let before = self.store().measure_link(self.city(), task).await?;
        let event = decide_link(&found, before.as_ref(), &measure, reason, actor, now)?;
        if self.roll_ups().await?.contains_key(task) {
            return Err(refused(
                "rolled-up",
                "measure",
                "该任务由重点项目汇总测算；请先停止汇总。",
                "The task is measured by the key projects; end that first.",
            ));
        }
        if let MeasureEvent::TaskMeasured { link, .. } = &event {
            let mut commit = Commit::new(self.city(), now, actor.account.as_str());
            commit.put_measure_link(task, Some(link))?;
            commit.measure_event(task.as_str(), event);
            self.store().commit(commit).await?;
            self.measure_task(task).await?;
        }
        Ok(())
    }

    /// Ends that a task is measured.
    ///
    /// # Errors
    /// A refusal by the rules, or the store.
    pub async fn unlink_measure(&self, actor: &Actor, task: &TaskId, reason: &str) -> Result<(), PlatformError> {
        let before = self.store().measure_link(self.city(), task).await?;
        let event = decide_unlink(task, before.as_ref(), reason, actor)?;
        let mut commit = Commit::new(self.city(), self.clock().now(), actor.account.as_str());
        commit.put_measure_link(task, None)?;
        commit.measure_event(task.as_str(), event);
        self.store().commit(commit).await?;
        Ok(())
    }

    /// What a task is measured by and how that went; `None` when it is not measured.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measured_task(&self, task: &TaskId) -> Result<Option<MeasuredTask>, PlatformError> {
        let Some(link) = self.store().measure_link(self.city(), task).await? else { return Ok(None) };
        let Some(measure) = self.store().measure(self.city(), &link.measure, link.version).await? else {
            return Ok(None);
        };
        let newest = self.store().measure_versions(self.city(), &link.measure, 1).await?;
        let newest = newest.first().map_or(link.version, |measure| measure.version);
        let readings = self.store().measure_readings(self.city(), &link.measure, MOST_SHOWN).await?;
        let mut own = readings.into_iter().filter(|row| row.version == link.version);
        let last = own.next();
        let mut fault = last.as_ref().and_then(|row| row.fault.clone());
        if let (None, Some(row), Some(view)) = (&fault, &last, self.snapshot().await?.task(task)) {
            fault = self.refusal_of(&view.task, &measure, row).map(|why| MeasureFault::Refused { why });
        }
        // A failure does not hide what was read before.
        let reading = if last.as_ref().is_some_and(|row| row.read.is_some()) {
            last
        } else {
            own.find(|r| r.read.is_some()).or(last)
        };
        Ok(Some(MeasuredTask { measure, link, newest, reading, fault }))
    }
}
