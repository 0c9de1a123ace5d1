//! Key projects: the year's list, what units report month by month, and what it comes to for the tasks that promise it.

use crate::clock::as_stored;
use crate::decomposition::grids;
use crate::error::PlatformError;
use crate::platform::Platform;
use crate::tasks::{Upload, random_hex, taken};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap};
use tingzhou_documents::photo_facts;
use tingzhou_ledger::project::{
    Photo, Project, ProjectCommand, ProjectDetails, ProjectEvent, ProjectLine, ProjectReport, RollUpRule, Stage,
    StageReached, check_rule, decide_add, decide_project, listed, project_lines, roll_up,
};
use tingzhou_ledger::{
    AccountId, AccountRole, Actor, Basis, Command, Confirmation, EvidenceId, File, Period, Point, ProjectId, Refusal,
    RefusalKind, ReportedStatus, Source, Task, TaskId, Two, UnitId, decide,
};
use tingzhou_store::{Commit, EventRow, FileRow, StoreError};

/// Who files what was rolled up: no person.
const ROLLS_UP: &str = "key-projects";
/// A task is measured anew no more often than this, so that a busy afternoon is not hundreds of readings.
const ROLL_UP_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Projects listed in one table at most.
const MOST_LINES: usize = 2_000;

/// A photograph as it comes in. What is not said is taken from the picture itself.
#[derive(Clone, Debug)]
pub struct NewPhoto {
    /// The file.
    pub upload: Upload,
    /// The day it was taken.
    pub taken: Option<Date>,
    /// Where.
    pub point: Option<Point>,
    /// What it shows.
    pub note: String,
}

/// A list of projects, read and held against those there are.
#[derive(Clone, Debug, Default)]
pub struct ProjectsPreview {
    /// Its rows.
    pub lines: Vec<ProjectLine>,
    /// What is wrong with the table itself, by cell.
    pub problems: Vec<(String, Two)>,
    /// Names that are on the list already and would be changed.
    pub known: Vec<String>,
}

/// A project to be put on the list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ListedProject {
    /// What the list says of it.
    pub details: ProjectDetails,
    /// The stage it is in.
    pub stage: Option<Stage>,
}

/// What became of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProjectsDone {
    /// New on the list.
    pub added: usize,
    /// Changed.
    pub changed: usize,
    /// The same already.
    pub same: usize,
}

fn not_found(id: &ProjectId) -> PlatformError {
    PlatformError::NotFound { what: format!("project {id}") }
}

fn name_taken() -> Refusal {
    let message = Two::new("本年清单上已有同名项目。", "Another project of the year has this name.");
    Refusal { kind: RefusalKind::Invalid, code: "name-taken", field: Some("name"), message }
}

/// Whether someone sees a project: the office all, units their own, leaders those of their field.
fn may_see(actor: &Actor, project: &Project) -> bool {
    actor.role.supervises()
        || actor.unit.as_ref() == Some(&project.details.lead)
        || (actor.leader.is_some() && actor.leader == project.details.leader)
}

impl Platform {
    /// The year projects are looked at for when none is given: that of the newest report, else the current one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn project_year(&self) -> Result<i16, PlatformError> {
        let snapshot = self.snapshot().await?;
        Ok(snapshot.report(None).map_or_else(|| self.clock().today().year(), |report| report.year))
    }

    /// The key projects of a year that someone may see, in the list's order; at most 10,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn projects(&self, actor: &Actor, year: i16) -> Result<Vec<Project>, PlatformError> {
        let all = self.store().projects(self.city(), year).await?;
        Ok(all.into_iter().filter(|project| may_see(actor, project)).collect())
    }

    /// Years that have key projects, newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn project_years(&self) -> Result<Vec<i16>, PlatformError> {
        Ok(self.store().project_years(self.city()).await?)
    }

    /// A key project.
    ///
    /// # Errors
    /// When there is none that this account may see, or the store does not answer.
    pub async fn project(&self, actor: &Actor, id: &ProjectId) -> Result<Project, PlatformError> {
        let found = self.store().project(self.city(), id).await?;
        found.filter(|project| may_see(actor, project)).ok_or_else(|| not_found(id))
    }

    /// What happened to a project, oldest first, at most 1,000 events.
    ///
    /// # Errors
    /// When there is none that this account may see, or the store does not answer.
    pub async fn project_history(&self, actor: &Actor, id: &ProjectId) -> Result<Vec<EventRow>, PlatformError> {
        self.project(actor, id).await?;
        Ok(self.store().events_of(self.city(), id.as_str(), 1_000).await?)
    }

    fn known_parties(&self, details: &ProjectDetails) -> Result<(), PlatformError> {
        if self.pack().unit(&details.lead).is_none() {
            return Err(PlatformError::NotFound { what: format!("unit {}", details.lead) });
        }
        match details.leader.as_ref().filter(|leader| self.pack().leader(leader).is_none()) {
            Some(leader) => Err(PlatformError::NotFound { what: format!("leader {leader}") }),
            None => Ok(()),
        }
    }

    /// Puts projects on a year's list, or changes those of the same name, all or none. Returns how many were new.
    ///
    /// # Errors
    /// A refusal by the rules, or the store.
    pub async fn list_projects(
        &self,
        actor: &Actor,
        year: i16,
        wanted: Vec<ListedProject>,
    ) -> Result<ProjectsDone, PlatformError> {
        self.list_projects_at(actor, year, wanted, self.clock().now()).await
    }

    pub(crate) async fn list_projects_at(
        &self,
        actor: &Actor,
        year: i16,
        wanted: Vec<ListedProject>,
        now: Timestamp,
    ) -> Result<ProjectsDone, PlatformError> {
        let (today, now) = (self.clock().day_of(now), as_stored(now));
        if !(today.year() - 5..=today.year() + 2).contains(&year) {
            let message = Two::new(
                format!("{year} 年离今天太远；请核对年份。"),
                format!("The year {year} is too far from today; check it."),
            );
            return Err(Refusal { kind: RefusalKind::Invalid, code: "year", field: Some("year"), message }.into());
        }
        let there = self.store().projects(self.city(), year).await?;
        let mut next = there.iter().filter_map(|p| p.id.as_str().rsplit_once('-')?.1.parse::<u32>().ok()).max();
        let by_name: HashMap<&str, &Project> = there.iter().map(|p| (p.details.name.as_str(), p)).collect();
        let simulated = self.snapshot().await?.simulated();
        let (mut commit, mut done) = (Commit::new(self.city(), now, actor.account.as_str()), ProjectsDone::default());
        for ListedProject { details, stage } in wanted {
            self.known_parties(&details)?;
            if let Some(project) = by_name.get(details.name.trim()) {
                // What a table has no column for stays.
                let kept = project.details.clone();
                let details = ProjectDetails { point: kept.point, milestones: kept.milestones.clone(), ..details };
                if details == kept {
                    done.same += 1;
                    continue;
                }
                let command = ProjectCommand::Change(Box::new(details));
                let event = decide_project(project, &command, actor, today)?;
                let after = Project::clone(project).apply(&event, &actor.account, now);
                commit.put_project(&after, Some(project.version))?;
                commit.project_event(project.id.as_str(), event);
                done.changed += 1;
                continue;
            }
            let number = next.map_or(1, |last| last.saturating_add(1));
            next = Some(number);
            let id = ProjectId::new(format!("p{year}-{number:04}"))?;
            let mut project = listed(id, year, details, simulated);
            // Where it stands when it comes onto the list, as of the year's beginning.
            let begins = date(year.clamp(1, 9_998), 1, 1).min(today);
            project.stages = stage.map(|stage| StageReached { stage, on: begins }).into_iter().collect();
            let event = decide_add(project, actor)?;
            let ProjectEvent::ProjectAdded { project } = &event else { continue };
            let after = Project::clone(project).apply(&event, &actor.account, now);
            commit.put_project(&after, None)?;
            commit.project_event(after.id.as_str(), event);
            done.added += 1;
        }
        if done.added + done.changed > 0 {
            self.store().commit(commit).await?;
        } else if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        Ok(done)
    }

    /// Reads a list (XLSX or CSV) and holds it against the year's projects. Writes nothing.
    ///
    /// # Errors
    /// When the bytes are no table that can be read, or the store does not answer.
    pub async fn preview_projects(
        &self,
        actor: &Actor,
        year: i16,
        bytes: &[u8],
    ) -> Result<ProjectsPreview, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let grids = grids(bytes)?;
        let (mut lines, mut problems) = project_lines(&grids, &self.names());
        if lines.len() > MOST_LINES {
            let words = Two::new(
                format!("表中有 {} 个项目，超过 {MOST_LINES} 个；请分次导入。", lines.len()),
                format!("The table has {} projects, more than {MOST_LINES}; split it.", lines.len()),
            );
            problems.push(("A1".to_owned(), words));
            lines.truncate(MOST_LINES);
        }
        let there = self.store().projects(self.city(), year).await?;
        let known = there.into_iter().map(|p| p.details.name).filter(|n| lines.iter().any(|l| &l.name == n)).collect();
        Ok(ProjectsPreview { lines, problems, known })
    }

    /// Carries out a command on a project, based on the version the caller saw.
    ///
    /// # Errors
    /// A refusal by the rules, a conflict when somebody else changed the project, or the store.
    pub async fn run_project(
        &self,
        actor: &Actor,
        id: &ProjectId,
        expected: u64,
        command: ProjectCommand,
    ) -> Result<Project, PlatformError> {
        let now = self.clock().now();
        let project = self.run_project_at(actor, id, expected, command, Vec::new(), now).await?;
        self.roll_up_at(now, false).await?;
        Ok(project)
    }

    /// Reports a month with photographs. What a photograph says of its day and place itself is not asked.
    ///
    /// # Errors
    /// As [`Platform::run_project`]; also when a file is too large or no picture.
    pub async fn report_project(
        &self,
        actor: &Actor,
        id: &ProjectId,
        expected: u64,
        mut report: ProjectReport,
        photos: Vec<NewPhoto>,
    ) -> Result<Project, PlatformError> {
        let now = self.clock().now();
        let today = self.clock().day_of(now);
        let mut files = Vec::new();
        for photo in photos {
            let facts = photo_facts(&photo.upload.content);
            let (file, row) = taken(&photo.upload)?;
            files.push(row);
            let own = facts.taken.and_then(|(year, month, day)| Date::new(year, month, day).ok());
            report.photos.push(Photo {
                file,
                // A camera whose clock is ahead says nothing.
                taken: photo.taken.or(own.filter(|own| *own <= today)).unwrap_or(today),
                point: photo.point.or(facts.point.and_then(|(longitude, latitude)| Point::new(longitude, latitude))),
                note: photo.note,
            });
        }
        let command = ProjectCommand::Report(Box::new(report));
        let project = self.run_project_at(actor, id, expected, command, files, now).await?;
        self.roll_up_at(now, false).await?;
        Ok(project)
    }

    pub(crate) async fn run_project_at(
        &self,
        actor: &Actor,
        id: &ProjectId,
        expected: u64,
        command: ProjectCommand,
        files: Vec<FileRow>,
        now: Timestamp,
    ) -> Result<Project, PlatformError> {
        let (project, now) = (self.project(actor, id).await?, as_stored(now));
        if let ProjectCommand::Change(details) = &command {
            self.known_parties(details)?;
        }
        if let ProjectCommand::Raise { asks: Some(unit), .. } = &command
            && self.pack().unit(unit).is_none()
        {
            return Err(PlatformError::NotFound { what: format!("unit {unit}") });
        }
        if project.version != expected {
            return Err(PlatformError::ProjectConflict { current: project.version });
        }
        let event = decide_project(&project, &command, actor, self.clock().day_of(now))?;
        let after = project.apply(&event, &actor.account, now);
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        for file in &files {
            commit.put_file(file);
        }
        commit.put_project(&after, Some(expected))?;
        commit.project_event(id.as_str(), event);
        match self.store().commit(commit).await {
            Ok(_) => Ok(after),
            Err(StoreError::Conflict { .. }) => {
                Err(PlatformError::ProjectConflict { current: self.project(actor, id).await?.version })
            }
            Err(StoreError::Exists { .. }) => Err(name_taken().into()),
            Err(error) => Err(error.into()),
        }
    }

    /// The content of a project's photograph, for those who may see the project.
    ///
    /// # Errors
    /// When it is not there or not for this account, or the store does not answer.
    pub async fn project_photo(&self, actor: &Actor, id: &ProjectId, sha256: &str) -> Result<FileRow, PlatformError> {
        let project = self.project(actor, id).await?;
        let missing = || PlatformError::NotFound { what: format!("photograph of project {id}") };
        if !project.photos.iter().any(|photo| photo.file.sha256 == sha256) {
            return Err(missing());
        }
        self.store().file(self.city(), sha256).await?.ok_or_else(missing)
    }

    /// What of the key projects each task is measured by.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn roll_ups(&self) -> Result<BTreeMap<TaskId, RollUpRule>, PlatformError> {
        Ok(self.store().roll_ups(self.city()).await?.into_iter().collect())
    }

    /// Has a task measured by the key projects of its year, or no longer (`None`), and measures it at once.
    ///
    /// # Errors
    /// When the account is not of the supervision office, the task has no number of that sort, or the store.
    pub async fn set_roll_up(
        &self,
        actor: &Actor,
        task: &TaskId,
        rule: Option<RollUpRule>,
    ) -> Result<(), PlatformError> {
        self.set_roll_up_at(actor, task, rule, self.clock().now()).await
    }

    pub(crate) async fn set_roll_up_at(
        &self,
        actor: &Actor,
        task: &TaskId,
        rule: Option<RollUpRule>,
        now: Timestamp,
    ) -> Result<(), PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let found = self.store().task(self.city(), task).await?;
        let found = found.ok_or_else(|| PlatformError::NotFound { what: format!("task {task}") })?;
        let event = match &rule {
            Some(rule) => {
                check_rule(&found, rule)?;
                if self.store().measure_link(self.city(), task).await?.is_some() {
                    let message = Two::new(
                        "该任务由口径测算；请先在任务页停用口径。",
                        "The task is measured by a measure; end that on its page first.",
                    );
                    return Err(
                        Refusal { kind: RefusalKind::State, code: "measured", field: Some("what"), message }.into()
                    );
                }
                ProjectEvent::ProjectsRolledUp { task: task.clone(), rule: rule.clone() }
            }
            None => ProjectEvent::RollUpEnded { task: task.clone() },
        };
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        commit.put_roll_up(task, rule.as_ref())?;
        commit.project_event(task.as_str(), event);
        self.store().commit(commit).await?;
        self.roll_up_at(now, true).await?;
        Ok(())
    }

    /// Measures every task that key projects are rolled up into, where the projects say something else than at the last
    /// time; no task more than once an hour. Returns how many were measured.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn roll_up(&self) -> Result<usize, PlatformError> {
        self.roll_up_at(self.clock().now(), false).await
    }

    pub(crate) async fn roll_up_at(&self, now: Timestamp, at_once: bool) -> Result<usize, PlatformError> {
        let rules = self.store().roll_ups(self.city()).await?;
        let mut years: BTreeMap<i16, Vec<Project>> = BTreeMap::new();
        let mut measured = 0;
        for (id, rule) in rules {
            let Some(task) = self.store().task(self.city(), &id).await? else { continue };
            if let std::collections::btree_map::Entry::Vacant(entry) = years.entry(task.year) {
                entry.insert(self.store().projects(self.city(), task.year).await?);
            }
            let projects = years.get(&task.year).map(Vec::as_slice).unwrap_or_default();
            measured += usize::from(self.measure(&task, &rule, projects, now, at_once).await?);
        }
        Ok(measured)
    }

    async fn measure(
        &self,
        task: &Task,
        rule: &RollUpRule,
        projects: &[Project],
        now: Timestamp,
        at_once: bool,
    ) -> Result<bool, PlatformError> {
        let (value, count) = roll_up(rule, projects.iter());
        let before = task.standing_evidence().rfind(|e| e.source == Source::Measure && e.by.as_str() == ROLLS_UP);
        let recent = before.is_some_and(|e| now.duration_since(e.at) < ROLL_UP_EVERY && now >= e.at);
        if before.is_some_and(|e| e.value == Some(value)) || (recent && !at_once) || (before.is_none() && count == 0) {
            return Ok(false);
        }
        let today = self.clock().day_of(now);
        let last = date(task.year.clamp(1, 9_998), 12, 31);
        let category = if rule.category.is_empty() { String::new() } else { format!("（{}）", rule.category) };
        let what = rule.what.words();
        let command = Command::File(Box::new(File {
            id: EvidenceId::new(format!("e{}", random_hex(10)?))?,
            source: Source::Measure,
            value: Some(value),
            unit: String::new(),
            basis: Basis::Cumulative,
            period: Period { from: date(task.year.clamp(1, 9_998), 1, 1), to: today.min(last) },
            place: String::new(),
            point: None,
            note: format!("由重点项目清单汇总{category}：{}，清单内项目 {count} 个。", what.zh),
            reported: ReportedStatus::UnderWay,
            attachments: Vec::new(),
            milestone: None,
            simulated: task.simulated,
            confirmed: Confirmation::ALL.to_vec(),
        }));
        let nobody =
            Actor { account: AccountId::new(ROLLS_UP)?, role: AccountRole::Supervisor, unit: None, leader: None };
        // A closed task, or one whose year has not begun, is not measured.
        if decide(task, &command, &nobody, &self.pack().settings, now, today).is_err() {
            return Ok(false);
        }
        match self.run_at(&nobody, &task.id, task.version, command, now, Vec::new(), None).await {
            Ok(_) => Ok(true),
            // Somebody filed meanwhile; it is measured the next time.
            Err(PlatformError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Units that answer for projects, for choosing from, in official order.
    #[must_use]
    pub fn units_of(&self, projects: &[Project]) -> Vec<UnitId> {
        let has = |unit: &UnitId| projects.iter().any(|p| &p.details.lead == unit);
        self.pack().units.iter().map(|u| u.id.clone()).filter(has).collect()
    }
}
