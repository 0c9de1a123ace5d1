//! Is everything as it was written? The log's hashes, and the state against what the log says.

use crate::bulletins::content_hash;
use crate::error::PlatformError;
use crate::platform::Platform;
use std::collections::{BTreeMap, HashMap};
use tingzhou_cases::Case;
use tingzhou_ledger::bulletin::BulletinPeriod;
use tingzhou_ledger::project::{Project, ProjectEvent, RollUpRule};
use tingzhou_ledger::year_end::ItemTally;
use tingzhou_ledger::{AccountId, Dismissal, Event, FindingId, ReportId, Task};
use tingzhou_measures::{Measure, MeasureEvent, MeasureLink};
use tingzhou_store::{EventRow, LogFault, Logged};

/// A city found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// Events walked.
    pub events: i64,
    /// Tasks whose state was compared with the log.
    pub tasks: usize,
    /// Hash of the last event, hexadecimal.
    pub head: String,
}

/// The first thing found wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    /// An event is not as it was written.
    #[error(transparent)]
    Log(#[from] LogFault),
    /// An event's content is sound by its hash but cannot be understood.
    #[error("event {seq} ({kind}, {subject}) cannot be read: {why}")]
    Unreadable {
        /// Its number.
        seq: i64,
        /// Its kind.
        kind: String,
        /// What it is about.
        subject: String,
        /// Why.
        why: String,
    },
    /// A task's row is not what its events make of it.
    #[error("task {task} is stored otherwise than its events say (last event {seq})")]
    State {
        /// The task.
        task: String,
        /// Its last event.
        seq: i64,
    },
    /// A case's row is not what its events make of it.
    #[error("case {case} is stored otherwise than its events say")]
    Case {
        /// The case.
        case: String,
    },
    /// A finding is set aside otherwise than the events say.
    #[error("the dismissal of finding {finding} of report {report} is not as the log says")]
    Dismissal {
        /// The report.
        report: ReportId,
        /// The finding.
        finding: FindingId,
    },
    /// What was published of a report at the year's end is not as the event of its publishing says.
    #[error("the completions of report {report} are not as they were published")]
    YearEnd {
        /// The report.
        report: ReportId,
    },
    /// A key project, or what a task is measured by, is not what its events make of it.
    #[error("key project or roll-up {project} is not what its events make of it")]
    Project {
        /// Which.
        project: String,
    },
    /// A version of a measure, or what a task is measured by, is not what its events make of it.
    #[error("measure, or what is measured by it, {measure} is not what its events make of it")]
    Measure {
        /// Which.
        measure: String,
    },
    /// The votes counted of a report are not those that were cast, or not those published at the end.
    #[error("the vote on report {report} is not what was cast")]
    Ballot {
        /// The report.
        report: ReportId,
    },
    /// An issued bulletin is not as the event of its issuing says.
    #[error("the bulletin of {period} is not as it was issued")]
    Bulletin {
        /// Its period.
        period: BulletinPeriod,
    },
}

/// Key projects and roll-ups as their events make them.
#[derive(Default)]
struct ReplayedProjects {
    projects: BTreeMap<String, Project>,
    rules: BTreeMap<String, RollUpRule>,
}

impl ReplayedProjects {
    fn apply(&mut self, row: &EventRow, event: &ProjectEvent) {
        match event {
            ProjectEvent::ProjectsRolledUp { task, rule } => {
                self.rules.insert(task.to_string(), rule.clone());
            }
            ProjectEvent::RollUpEnded { task } => {
                self.rules.remove(task.as_str());
            }
            event => {
                let before = match event {
                    ProjectEvent::ProjectAdded { project } => Some(Project::clone(project)),
                    _ => self.projects.remove(&row.subject),
                };
                // Written by an account, whose name is an identifier; another name is missed below.
                if let (Some(before), Ok(by)) = (before, AccountId::new(row.actor.clone())) {
                    self.projects.insert(row.subject.clone(), before.apply(event, &by, row.at));
                }
            }
        }
    }
}

/// Measures and what tasks are measured by, as their events make them.
#[derive(Default)]
struct ReplayedMeasures {
    versions: BTreeMap<(String, u32), Measure>,
    links: BTreeMap<String, MeasureLink>,
}

impl ReplayedMeasures {
    fn apply(&mut self, event: MeasureEvent) {
        match event {
            MeasureEvent::MeasureSaved { measure } => {
                self.versions.insert((measure.text.id.to_string(), measure.version), *measure);
            }
            MeasureEvent::TaskMeasured { task, link, .. } => {
                self.links.insert(task.to_string(), link);
            }
            MeasureEvent::TaskUnmeasured { task, .. } => {
                self.links.remove(task.as_str());
            }
        }
    }
}

impl Platform {
    /// Walks the log, recomputes every hash, replays every task's events and compares them with what is stored.
    ///
    /// # Errors
    /// When the store does not answer; a fault found is the inner result.
    pub async fn audit(&self) -> Result<Result<AuditReport, AuditFault>, PlatformError> {
        let mut replayed: HashMap<String, (Task, i64)> = HashMap::new();
        let mut dismissed: BTreeMap<(ReportId, FindingId), Dismissal> = BTreeMap::new();
        let mut issued: BTreeMap<BulletinPeriod, String> = BTreeMap::new();
        let mut published: BTreeMap<ReportId, String> = BTreeMap::new();
        let mut cases: HashMap<String, Case> = HashMap::new();
        let mut projects = ReplayedProjects::default();
        let mut measures = ReplayedMeasures::default();
        let mut ballots: BTreeMap<ReportId, (u32, Option<Vec<ItemTally>>)> = BTreeMap::new();
        let mut unreadable = None;
        let verified = self
            .store()
            .verify_log(self.city(), |row| match Logged::read(&row.kind, &row.body) {
                Ok(Logged::Case(event)) => match cases.remove(&row.subject) {
                    Some(case) => {
                        cases.insert(row.subject.clone(), case.apply(&event));
                    }
                    None => {
                        // One whose first event does not open it is missed below.
                        if let Ok(case) = Case::replay([&event]) {
                            cases.insert(row.subject.clone(), case);
                        }
                    }
                },
                Ok(Logged::Project(event)) => projects.apply(row, &event),
                Ok(Logged::Measure(event)) => measures.apply(event),
                // Who did what with instruments; how they stand is no ledger, and changes with every value.
                Ok(Logged::Instruments(_)) => {}
                Ok(Logged::City(Event::TaskOpened { task })) => {
                    let task = Task::clone(&task).apply(&Event::TaskOpened { task });
                    replayed.insert(row.subject.clone(), (task, row.seq));
                }
                Ok(Logged::City(Event::FindingDismissed { report, finding, reason })) => {
                    // Written by an account, whose name is an identifier; another name is no dismissal and will be missed.
                    if let Ok(by) = AccountId::new(row.actor.clone()) {
                        dismissed.insert((report, finding), Dismissal { by, at: row.at, reason });
                    }
                }
                Ok(Logged::City(Event::FindingRestored { report, finding })) => {
                    dismissed.remove(&(report, finding));
                }
                Ok(Logged::City(Event::YearEndPublished { report, sha256, .. })) => {
                    published.insert(report, sha256);
                }
                Ok(Logged::City(Event::BallotCast { report })) => ballots.entry(report).or_default().0 += 1,
                Ok(Logged::City(Event::BallotClosed { report, tally })) => {
                    ballots.entry(report).or_default().1 = Some(tally);
                }
                Ok(Logged::City(Event::BulletinIssued { period, sha256, .. })) => {
                    issued.insert(period, sha256);
                }
                Ok(Logged::City(event)) => {
                    if let Some((task, last)) = replayed.remove(&row.subject) {
                        let _ = last;
                        replayed.insert(row.subject.clone(), (task.apply(&event), row.seq));
                    }
                }
                Err(error) => {
                    unreadable.get_or_insert_with(|| AuditFault::Unreadable {
                        seq: row.seq,
                        kind: row.kind.clone(),
                        subject: row.subject.clone(),
                        why: error.to_string(),
                    });
                }
            })
            .await?;
        let verified = match verified {
            Ok(verified) => verified,
            Err(fault) => return Ok(Err(fault.into())),
        };
        if let Some(fault) = unreadable {
            return Ok(Err(fault));
        }
        let stored = self.store().tasks_changed(self.city(), 0).await?;
        let tasks = stored.len();
        let missing = |task: &str, seq| AuditFault::State { task: task.to_owned(), seq };
        for task in stored {
            match replayed.remove(task.id.as_str()) {
                Some((same, _)) if same == task => {}
                Some((_, seq)) => return Ok(Err(missing(task.id.as_str(), seq))),
                None => return Ok(Err(missing(task.id.as_str(), 0))),
            }
        }
        if let Some((task, (_, seq))) = replayed.into_iter().next() {
            return Ok(Err(missing(&task, seq)));
        }
        if let Some(case) = self.changed_case(cases).await? {
            return Ok(Err(AuditFault::Case { case }));
        }
        if let Some(project) = self.changed_project(projects).await? {
            return Ok(Err(AuditFault::Project { project }));
        }
        if let Some(measure) = self.changed_measure(measures).await? {
            return Ok(Err(AuditFault::Measure { measure }));
        }
        for row in self.store().dismissals(self.city()).await? {
            let key = (row.report, row.finding);
            if dismissed.remove(&key).as_ref() != Some(&row.dismissal) {
                return Ok(Err(AuditFault::Dismissal { report: key.0, finding: key.1 }));
            }
        }
        if let Some(((report, finding), _)) = dismissed.pop_first() {
            return Ok(Err(AuditFault::Dismissal { report, finding }));
        }
        for (report, sha256) in published {
            let row = self.store().year_end(self.city(), &report).await?;
            if row.is_none_or(|row| row.sha256 != sha256 || content_hash(&row.body) != sha256) {
                return Ok(Err(AuditFault::YearEnd { report }));
            }
        }
        for (report, (cast, published)) in ballots {
            let ballot = self.ballot(&report).await?;
            // Each ballot says one thing of every item; once the vote is over the counts are those published.
            let counted = |own: &ItemTally| own.votes.iter().sum::<u32>() <= cast;
            let same = published.is_none_or(|tally| tally == ballot.tally);
            if ballot.used != cast || !ballot.tally.iter().all(counted) || !same {
                return Ok(Err(AuditFault::Ballot { report }));
            }
        }
        if let Some(period) = self.changed_bulletin(issued).await? {
            return Ok(Err(AuditFault::Bulletin { period }));
        }
        Ok(Ok(AuditReport { events: verified.events, tasks, head: verified.head }))
    }

    /// The first case whose row is not what its events make of it.
    async fn changed_case(&self, mut replayed: HashMap<String, Case>) -> Result<Option<String>, PlatformError> {
        let mut after = String::new();
        loop {
            let rows = self.store().cases_after(self.city(), &after, true, 200).await?;
            let Some(last) = rows.last() else { break };
            after = last.case.id.to_string();
            for row in rows {
                if replayed.remove(row.case.id.as_str()).as_ref() != Some(&row.case) {
                    return Ok(Some(row.case.id.to_string()));
                }
            }
        }
        Ok(replayed.into_keys().min())
    }

    /// The first key project or roll-up whose row is not what its events make of it.
    async fn changed_project(&self, mut replayed: ReplayedProjects) -> Result<Option<String>, PlatformError> {
        let mut after = String::new();
        loop {
            let rows = self.store().projects_after(self.city(), &after, 200).await?;
            let Some(last) = rows.last() else { break };
            after = last.id.to_string();
            for row in rows {
                if replayed.projects.remove(row.id.as_str()).as_ref() != Some(&row) {
                    return Ok(Some(row.id.to_string()));
                }
            }
        }
        for (task, rule) in self.store().roll_ups(self.city()).await? {
            if replayed.rules.remove(task.as_str()) != Some(rule) {
                return Ok(Some(task.to_string()));
            }
        }
        Ok(replayed.projects.into_keys().chain(replayed.rules.into_keys()).next())
    }

    /// The first version of a measure, or task measured, whose row is not what its events make of it.
    async fn changed_measure(&self, mut replayed: ReplayedMeasures) -> Result<Option<String>, PlatformError> {
        let mut after = (String::new(), 0);
        loop {
            let rows = self.store().measures_after(self.city(), (&after.0, after.1), 200).await?;
            let Some(last) = rows.last() else { break };
            after = (last.text.id.to_string(), last.version);
            for row in rows {
                let key = (row.text.id.to_string(), row.version);
                if replayed.versions.remove(&key).as_ref() != Some(&row) {
                    return Ok(Some(key.0));
                }
            }
        }
        for (task, link) in self.store().measure_links(self.city()).await? {
            if replayed.links.remove(task.as_str()) != Some(link) {
                return Ok(Some(task.to_string()));
            }
        }
        Ok(replayed.versions.into_keys().map(|(id, _)| id).chain(replayed.links.into_keys()).next())
    }

    /// The first bulletin whose stored content is not what was issued.
    async fn changed_bulletin(
        &self,
        mut issued: BTreeMap<BulletinPeriod, String>,
    ) -> Result<Option<BulletinPeriod>, PlatformError> {
        let mut offset = 0;
        loop {
            let lines = self.store().bulletins(self.city(), offset, 100).await?;
            let Some(more) = u32::try_from(lines.len()).ok().filter(|n| *n > 0) else { break };
            offset = offset.saturating_add(more);
            for line in lines {
                let body = self.store().bulletin(self.city(), line.period).await?.map(|(_, body)| body);
                let own = body.map(|body| content_hash(&body)).unwrap_or_default();
                if issued.remove(&line.period).is_none_or(|hash| hash != own || hash != line.sha256) {
                    return Ok(Some(line.period));
                }
            }
        }
        Ok(issued.pop_first().map(|(period, _)| period))
    }
}
