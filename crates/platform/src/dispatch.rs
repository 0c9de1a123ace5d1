//! Dispatch (督办): a task sent to its units as a case. What happens to the task moves the case along, so that nothing is
//! entered twice: filing signs and reports, closing concludes.

use crate::cases::{CaseChange, CaseView, ended};
use crate::error::PlatformError;
use crate::matters::DISPATCH;
use crate::platform::Platform;
use crate::snapshot::TaskView;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use tingzhou_cases::{
    Actor as CaseActor, Case, CaseId, Command, FieldId, Inputs, MaterialId, Matter, PartyId, Request, RoleId, StateId,
    TransitionId, Value, decide, open,
};
use tingzhou_ledger::{Actor, Assignment, Event, Evidence, Figure, Refusal, RefusalKind, Source, Task, TaskId, Two};
use tingzhou_store::{CaseRow, Commit, StoreError};

/// Longest account of progress passed on from a filing; the filing itself keeps all of it.
const LONGEST_RESULT: usize = 1_000;

/// What became of several tasks sent at once.
#[derive(Debug, Default)]
pub struct Dispatched {
    /// Cases opened.
    pub opened: Vec<CaseId>,
    /// Tasks not sent, and why.
    pub failed: Vec<(TaskId, PlatformError)>,
}

fn refused(code: &'static str, zh: &str, en: &str) -> PlatformError {
    Refusal { kind: RefusalKind::State, code, field: None, message: Two::new(zh, en) }.into()
}

impl Platform {
    /// Sends a task to its units: opens its dispatch.
    ///
    /// # Errors
    /// When it has no confirmed lead unit, is closed or sent already, the account may not, or the store does not answer.
    pub async fn dispatch(&self, actor: &Actor, task: &TaskId) -> Result<CaseView, PlatformError> {
        self.dispatch_at(actor, task, self.clock().now()).await
    }

    pub(crate) async fn dispatch_at(
        &self,
        actor: &Actor,
        id: &TaskId,
        now: Timestamp,
    ) -> Result<CaseView, PlatformError> {
        let task = self.store().task(self.city(), id).await?;
        let task = task.ok_or_else(|| PlatformError::NotFound { what: format!("task {id}") })?;
        let Some(assignment) = &task.assignment else {
            return Err(refused(
                "not-assigned",
                "任务还没有确认牵头单位；请先确认分工，再交办。",
                "The task has no confirmed lead unit; confirm who answers for it, then dispatch it.",
            ));
        };
        if task.closing.is_some() {
            return Err(refused(
                "task-closed",
                "任务已办结，不再交办；如需继续，请先重新打开。",
                "The task is closed; open it again to dispatch it.",
            ));
        }
        let matter = self
            .matters()
            .current(DISPATCH)
            .ok_or_else(|| PlatformError::NotFound { what: format!("matter {DISPATCH}") })?;
        let before = self.store().cases_of(self.city(), id.as_str(), 100).await?;
        let case = CaseId::new(format!("{id}.d{}", before.len() + 1))?;
        let mut inputs = Inputs { parties: self.parties(assignment)?, ..Inputs::default() };
        inputs.fields.insert(FieldId::new("last-day")?, Value::Date(task.deadline_now()));
        let who = self.case_actor(actor)?;
        let events = open(matter, &case, &TransitionId::new("assign")?, &who, inputs, now, self.calendar())?;
        let after =
            Case::replay(&events).map_err(|e| StoreError::Damaged { table: "case_state", why: e.to_string() })?;
        let change = CaseChange { before: None, after, subject: id.to_string(), events };
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        self.put_change(&mut commit, &change, &mut 0)?;
        match self.store().commit(commit).await {
            Ok(_) => self.case_view(actor, CaseRow { subject: change.subject, due: None, case: change.after }),
            Err(StoreError::Exists { .. }) => Err(refused(
                "dispatched-already",
                "任务已经交办，正在办理。",
                "The task has been dispatched already and is under way.",
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends several tasks to their units, each by itself: one that cannot be sent holds up no other.
    ///
    /// # Errors
    /// When this account may not, or the store does not answer.
    pub async fn dispatch_many(&self, actor: &Actor, tasks: &[TaskId]) -> Result<Dispatched, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let mut done = Dispatched::default();
        for task in tasks {
            match self.dispatch(actor, task).await {
                Ok(view) => done.opened.push(view.case.id),
                Err(PlatformError::Store(error)) => return Err(error.into()),
                Err(error) => done.failed.push((task.clone(), error)),
            }
        }
        Ok(done)
    }

    /// Where a dispatch can stand, in the order of its matter.
    #[must_use]
    pub fn dispatch_states(&self) -> Vec<(StateId, Two)> {
        let matter = self.matters().current(DISPATCH);
        let states = matter.map(|matter| matter.definition().states.as_slice()).unwrap_or_default();
        states.iter().map(|state| (state.id.clone(), state.name.clone())).collect()
    }

    /// Tasks with a confirmed lead unit, neither closed nor sent, in the report's order.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn undispatched(&self) -> Result<Vec<Arc<TaskView>>, PlatformError> {
        let sent: HashSet<String> = self.store().open_subjects(self.city(), DISPATCH).await?.into_iter().collect();
        let snapshot = self.snapshot().await?;
        let Some(report) = snapshot.report(None) else { return Ok(Vec::new()) };
        let ready = |view: &&Arc<TaskView>| {
            let task = &view.task;
            task.assignment.is_some() && task.closing.is_none() && !sent.contains(task.id.as_str())
        };
        Ok(snapshot.tasks_of(&report.id).filter(ready).cloned().collect())
    }

    /// Who takes part, as a task's assignment says. A task without a leading post has the one its lead unit answers to.
    fn parties(&self, assignment: &Assignment) -> Result<BTreeMap<RoleId, Vec<PartyId>>, PlatformError> {
        let mut parties = BTreeMap::new();
        parties.insert(RoleId::new("lead")?, vec![PartyId::new(assignment.lead.as_str())?]);
        let co = assignment.co_units.iter().map(|unit| PartyId::new(unit.as_str())).collect::<Result<Vec<_>, _>>()?;
        if !co.is_empty() {
            parties.insert(RoleId::new("co")?, co);
        }
        let of_lead = self.pack().leaders.iter().find(|leader| leader.units.contains(&assignment.lead));
        if let Some(leader) = assignment.leader.as_ref().or(of_lead.map(|leader| &leader.id)) {
            parties.insert(RoleId::new("leader")?, vec![PartyId::new(leader.as_str())?]);
        }
        Ok(parties)
    }

    /// Lets a task's dispatch go with what happened to the task, in the same transaction. A step the case's rules do not
    /// allow now is left out: the task is not held up by it.
    pub(crate) async fn follow(
        &self,
        commit: &mut Commit,
        actor: &Actor,
        task: &Task,
        events: &[Event],
        now: Timestamp,
    ) -> Result<(), PlatformError> {
        let rows = self.store().cases_of(self.city(), task.id.as_str(), 5).await?;
        let Some(row) = rows.into_iter().find(|row| row.case.matter.as_str() == DISPATCH) else { return Ok(()) };
        let matter = Arc::clone(self.matter_of(&row.case)?);
        if ended(&matter, &row.case) {
            return Ok(());
        }
        let before = row.case.version;
        let who = self.case_actor(actor)?;
        let mut steps = Steps { platform: self, matter: &matter, who, now, case: row.case, events: Vec::new() };
        for event in events {
            steps.follow(task, event)?;
        }
        if steps.events.is_empty() {
            return Ok(());
        }
        let (after, events) = (steps.case, steps.events);
        let change = CaseChange { before: Some(before), after, subject: row.subject, events };
        self.put_change(commit, &change, &mut 0)
    }
}

/// A case on its way through several steps of one transaction.
struct Steps<'a> {
    platform: &'a Platform,
    matter: &'a Matter,
    who: CaseActor,
    now: Timestamp,
    case: Case,
    events: Vec<tingzhou_cases::Event>,
}

impl Steps<'_> {
    /// Takes a step if it is allowed now.
    fn step(&mut self, transition: &str, inputs: Inputs) -> Result<bool, PlatformError> {
        let command = Command::Move { transition: TransitionId::new(transition)?, inputs };
        let request = Request { version: self.case.version, actor: self.who.clone(), command };
        match decide(self.matter, &self.case, &request, self.now, self.platform.calendar()) {
            Ok(events) => {
                self.case = events.iter().fold(self.case.clone(), Case::apply);
                self.events.extend(events);
                Ok(true)
            }
            Err(refusal) => {
                tracing::debug!(case = %self.case.id, transition, %refusal, "the dispatch does not follow its task");
                Ok(false)
            }
        }
    }

    fn follow(&mut self, task: &Task, event: &Event) -> Result<(), PlatformError> {
        match event {
            Event::EvidenceFiled { evidence } if evidence.source == Source::Filing => {
                // Who files has received it.
                self.step("sign", Inputs::default())?;
                if !self.step("report", account(task, evidence, "result")?)? {
                    self.step("contribute", account(task, evidence, "opinion")?)?;
                }
            }
            Event::TaskAssigned { assignment, .. } => {
                let parties = self.platform.parties(assignment)?;
                let lead = RoleId::new("lead")?;
                let other_lead = self.case.parties.get(&lead) != parties.get(&lead);
                let same = parties.iter().all(|(role, now)| self.case.parties.get(role) == Some(now))
                    && parties.len() == self.case.parties.len();
                let inputs = Inputs { parties, ..Inputs::default() };
                if same {
                    return Ok(());
                }
                if !other_lead || !self.step("reassign", inputs.clone())? {
                    self.step("amend", inputs)?;
                }
            }
            Event::TargetAdjusted { adjustment } => {
                let mut inputs = Inputs::default();
                inputs.fields.insert(FieldId::new("last-day")?, Value::Date(adjustment.deadline));
                self.step("retime", inputs)?;
            }
            Event::TaskClosed { .. } => {
                self.step("accept", Inputs::default())?;
            }
            Event::TaskReopened { .. } => {
                self.step("reopen", Inputs::default())?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// A filing as the dispatch passes it on: the value, the status, the note, and which evidence.
fn account(task: &Task, evidence: &Evidence, field: &str) -> Result<Inputs, PlatformError> {
    let unit = task.target_now().map_or("", |target| target.unit.as_str());
    let value = evidence.value.map(|value| Figure { value, unit, english: false }.to_string());
    let status = evidence.reported.words().zh;
    let parts = [value.as_deref().unwrap_or_default(), status.as_ref(), evidence.note.trim()];
    let words: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let words = words.join("；").chars().filter(|c| *c != '\0').take(LONGEST_RESULT).collect();
    let mut inputs = Inputs::default();
    inputs.fields.insert(FieldId::new(field)?, Value::Text(words));
    inputs.materials.insert(MaterialId::new("evidence")?, vec![evidence.id.to_string()]);
    Ok(inputs)
}
