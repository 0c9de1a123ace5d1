//! Cases: what someone may see of them and do with them. The rules are those of the case's matter.

use crate::error::PlatformError;
use crate::matters::DISPATCH;
use crate::orders::{is_order_case, order_times};
use crate::platform::Platform;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tingzhou_calendar::{Certainty, OutOfRange};
use tingzhou_cases::{
    Actor as CaseActor, ActorId, Case, CaseId, ClockId, Command, Event, Matter, MatterId, PartyId, Reading, Request,
    RoleId, Standing, StateId, Transition, Two, Unit, decide, next_reminder, read_clock, reminders_due,
};
use tingzhou_ledger::{Actor, Audience, LeaderId, UnitId};
use tingzhou_store::{CaseCount, CaseFilter, CaseIndex, CaseRow, Commit, StoreError};

/// The role of the supervision office in a matter.
pub(crate) const OFFICE: &str = "office";
/// Reminders looked at in one go.
const REMINDED_AT_ONCE: u32 = 100;

/// A clock that has not stopped, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseClock {
    /// Which.
    pub id: ClockId,
    /// For people.
    pub name: Two,
    /// As it stands.
    pub reading: Reading,
}

/// Who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyName {
    /// As what.
    pub role: Two,
    /// The name of the unit or post.
    pub name: Two,
}

/// A case as someone sees it.
#[derive(Clone, Debug)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// What it is about: a task's identifier.
    pub subject: String,
    /// By which rules.
    pub matter: Arc<Matter>,
    /// Its clocks that have not stopped, the first to end first.
    pub clocks: Vec<CaseClock>,
    /// What the one who looks may do now, in the order of the matter.
    pub can: Vec<Transition>,
    /// What waits for the approval of the one who looks.
    pub to_approve: Vec<Transition>,
    /// Who takes part, by role.
    pub parties: Vec<PartyName>,
}

impl CaseView {
    /// Where it stands, for people.
    #[must_use]
    pub fn state(&self) -> Two {
        let name = self.matter.state(&self.case.state).map(|state| state.name.clone());
        name.unwrap_or_else(|| Two::new(self.case.state.as_str(), self.case.state.as_str()))
    }

    /// Whether it has ended.
    #[must_use]
    pub fn ended(&self) -> bool {
        ended(&self.matter, &self.case)
    }

    /// Whether the last step that moved it gave it back to whoever reported.
    #[must_use]
    pub fn returned(&self) -> bool {
        let moved = self.case.history.iter().rev().find(|step| step.kind == "case-moved");
        moved.is_some_and(|step| step.about == RETURN)
    }
}

/// The transition that gives a report back.
const RETURN: &str = "reject";

/// Which cases to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseSelect {
    /// In this state.
    pub state: Option<StateId>,
    /// Only those in which the one who looks has this role: lead, co.
    pub role: Option<RoleId>,
    /// Only those whose first clock has ended.
    pub over: bool,
    /// Only those whose first clock ends within so many days.
    pub due_within_days: Option<u16>,
    /// Only those where something waits for an approval.
    pub waiting: bool,
    /// Those that have ended, too.
    pub ended: bool,
}

/// One page of cases.
#[derive(Clone, Debug)]
pub struct CasePage {
    /// The cases.
    pub rows: Vec<CaseView>,
    /// Where the next page begins, when there is one.
    pub next: Option<u32>,
}

pub(crate) fn ended(matter: &Matter, case: &Case) -> bool {
    matter.state(&case.state).is_some_and(|state| state.is_final)
}

pub(crate) fn out_of_range(out: &OutOfRange) -> PlatformError {
    StoreError::Damaged { table: "case_state", why: out.to_string() }.into()
}

/// A change of a case, ready to be written.
#[derive(Clone, Debug)]
pub(crate) struct CaseChange {
    pub(crate) before: Option<u64>,
    pub(crate) after: Case,
    pub(crate) subject: String,
    pub(crate) events: Vec<Event>,
}

impl CaseChange {
    /// What events make of a case as it was found.
    pub(crate) fn of(row: CaseRow, events: Vec<Event>) -> Self {
        let before = Some(row.case.version);
        Self { before, after: events.iter().fold(row.case, Case::apply), subject: row.subject, events }
    }
}

impl Platform {
    /// Someone as cases know them: an account with a role, or a party.
    pub(crate) fn case_actor(&self, actor: &Actor) -> Result<CaseActor, PlatformError> {
        let mut roles = Vec::new();
        if actor.role.supervises() {
            roles.push(RoleId::new(OFFICE)?);
        }
        Ok(CaseActor { id: ActorId::new(actor.account.as_str())?, roles, party: party_of(actor)? })
    }

    pub(crate) fn matter_of(&self, case: &Case) -> Result<&Arc<Matter>, PlatformError> {
        let why = || format!("case {} goes by {} v{}, which is not there", case.id, case.matter, case.matter_version);
        let missing = || StoreError::Damaged { table: "matter", why: why() };
        Ok(self.matters().of_case(case).ok_or_else(missing)?)
    }

    /// Whether someone may see a case: the supervision office, and who takes part.
    pub(crate) fn may_see(actor: &Actor, case: &Case) -> bool {
        let own = actor.unit.as_ref().map(UnitId::as_str).or(actor.leader.as_ref().map(LeaderId::as_str));
        actor.role.supervises()
            || own.is_some_and(|own| case.parties.values().flatten().any(|party| party.as_str() == own))
    }

    /// The name of a unit or a leading post that takes part.
    pub(crate) fn party_name(&self, party: &PartyId) -> Two {
        let unit = self.pack().units.iter().find(|u| u.id.as_str() == party.as_str()).map(|u| &u.name);
        let leader = || self.pack().leaders.iter().find(|l| l.id.as_str() == party.as_str()).map(|l| &l.title);
        unit.or_else(leader).map_or_else(|| Two::new(party.as_str(), party.as_str()), Clone::clone)
    }

    pub(crate) fn case_view(&self, actor: &Actor, row: CaseRow) -> Result<CaseView, PlatformError> {
        self.case_view_at(actor, row, self.clock().now())
    }

    /// A case with its clocks as they read at an instant.
    pub(crate) fn case_view_at(&self, actor: &Actor, row: CaseRow, now: Timestamp) -> Result<CaseView, PlatformError> {
        let case = row.case;
        let matter = Arc::clone(self.matter_of(&case)?);
        let mut clocks = Vec::new();
        for def in &matter.definition().clocks {
            if let Some(run) = case.open_run(&def.id) {
                let reading = read_clock(run, self.calendar(), now).map_err(|out| out_of_range(&out))?;
                clocks.push(CaseClock { id: def.id.clone(), name: def.name.clone(), reading });
            }
        }
        clocks.sort_by_key(|clock| clock.reading.due.at);
        let who = self.case_actor(actor)?;
        let definition = matter.definition();
        let proposed = |t: &Transition| case.proposals.iter().find(|p| p.transition == t.id);
        let can = matter.possible(&case.state).filter(|t| who.first_of(&t.by, definition, Some(&case)).is_some());
        let can = can.filter(|t| proposed(t).is_none()).cloned().collect();
        let approves = |t: &&Transition| {
            let approver = who.first_of(t.needs.approval.as_slice(), definition, Some(&case)).is_some();
            approver && proposed(t).is_some_and(|p| p.by != who.id)
        };
        let to_approve = matter.possible(&case.state).filter(approves).cloned().collect();
        let mut parties = Vec::new();
        for role in &definition.roles {
            for party in case.parties.get(&role.id).into_iter().flatten() {
                parties.push(PartyName { role: role.name.clone(), name: self.party_name(party) });
            }
        }
        Ok(CaseView { subject: row.subject, matter, clocks, can, to_approve, parties, case })
    }

    /// A case.
    ///
    /// # Errors
    /// When there is none that this account may see, or the store does not answer.
    pub async fn case(&self, actor: &Actor, id: &CaseId) -> Result<CaseView, PlatformError> {
        let row = self.store().case(self.city(), id).await?;
        // A case of others is not told apart from one that is not there.
        let row = row.filter(|row| !is_order_case(&row.case) && Self::may_see(actor, &row.case));
        self.case_view(actor, row.ok_or_else(|| PlatformError::NotFound { what: format!("case {id}") })?)
    }

    /// The cases about something that someone may see, those not ended first; at most 20.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn cases_about(&self, actor: &Actor, subject: &str) -> Result<Vec<CaseView>, PlatformError> {
        let rows = self.store().cases_of(self.city(), subject, 20).await?;
        let seen = rows.into_iter().filter(|row| Self::may_see(actor, &row.case));
        seen.map(|row| self.case_view(actor, row)).collect()
    }

    /// One page of the dispatches someone may see, the first to end first. `limit` is held to 1 to 200.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn cases(
        &self,
        actor: &Actor,
        select: &CaseSelect,
        offset: u32,
        limit: u32,
    ) -> Result<CasePage, PlatformError> {
        let (now, limit) = (self.clock().now(), limit.clamp(1, 200));
        let party = if actor.role.supervises() { None } else { party_of(actor)? };
        if party.is_none() && !actor.role.supervises() {
            return Ok(CasePage { rows: Vec::new(), next: None });
        }
        let soon = select
            .due_within_days
            .map(|days| now.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now));
        let filter = CaseFilter {
            matter: MatterId::new(DISPATCH)?,
            state: select.state.clone(),
            role: select.role.as_ref().filter(|_| party.is_some()).map(ToString::to_string),
            party,
            ended: select.ended,
            waiting: select.waiting,
            due_from: soon.map(|_| now),
            due_before: if select.over { Some(now) } else { soon },
        };
        let mut rows = self.store().cases(self.city(), &filter, offset, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let rows = rows.into_iter().map(|row| self.case_view(actor, row)).collect::<Result<Vec<_>, _>>()?;
        Ok(CasePage { rows, next: more.then(|| offset.saturating_add(limit)) })
    }

    /// How many of the dispatches someone may see stand in each state.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn case_counts(&self, actor: &Actor) -> Result<Vec<CaseCount>, PlatformError> {
        let party = if actor.role.supervises() { None } else { party_of(actor)? };
        if party.is_none() && !actor.role.supervises() {
            return Ok(Vec::new());
        }
        let matter = MatterId::new(DISPATCH)?;
        Ok(self.store().case_counts(self.city(), &matter, party.as_ref(), self.clock().now()).await?)
    }

    /// Carries out a command on a case, based on the version the caller saw.
    ///
    /// # Errors
    /// A refusal by the matter's rules, a stale one when somebody else was first, or the store.
    pub async fn run_case(
        &self,
        actor: &Actor,
        id: &CaseId,
        expected: u64,
        command: Command,
    ) -> Result<CaseView, PlatformError> {
        self.run_case_at(actor, id, expected, command, self.clock().now()).await
    }

    pub(crate) async fn run_case_at(
        &self,
        actor: &Actor,
        id: &CaseId,
        expected: u64,
        command: Command,
        now: Timestamp,
    ) -> Result<CaseView, PlatformError> {
        // The job that sends reminders is the only one to note them.
        if matches!(command, Command::Remind { .. }) {
            return Err(PlatformError::NotAllowed);
        }
        let request = Request { version: expected, actor: self.case_actor(actor)?, command };
        // A reminder may be noted in between, which is nobody's change: it is tried again on the case as it is then.
        for _ in 0..5 {
            // Orders have rules beside their matter's, and a way of their own.
            let row = self.store().case(self.city(), id).await?;
            let row = row.filter(|row| !is_order_case(&row.case) && Self::may_see(actor, &row.case));
            let row = row.ok_or_else(|| PlatformError::NotFound { what: format!("case {id}") })?;
            let matter = self.matter_of(&row.case)?;
            let events = decide(matter, &row.case, &request, now, self.calendar())?;
            let change = CaseChange::of(row, events);
            let mut commit = Commit::new(self.city(), now, actor.account.as_str());
            self.put_change(&mut commit, &change, &mut 0)?;
            match self.store().commit(commit).await {
                Ok(_) => {
                    let due = None;
                    return self.case_view(actor, CaseRow { subject: change.subject, due, case: change.after });
                }
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Busy { what: format!("case {id}") }.into())
    }

    /// Writes a change of a case, its events and what is told of it into a transaction. `ord` numbers the notices of the
    /// transaction.
    pub(crate) fn put_change(
        &self,
        commit: &mut Commit,
        change: &CaseChange,
        ord: &mut i64,
    ) -> Result<(), PlatformError> {
        let matter = Arc::clone(self.matter_of(&change.after)?);
        if change.before.is_none() {
            commit.put_matter(matter.definition())?;
        }
        let index = self.index(&matter, &change.after, &change.subject)?;
        commit.put_case(&change.after, &index, change.before)?;
        if let Some(times) = order_times(&change.after, index.ended) {
            commit.put_order_times(&times);
        }
        // A work order is found by itself, anything else by what it is about.
        let about = if is_order_case(&change.after) { change.after.id.as_str() } else { &change.subject };
        for event in &change.events {
            for (audience, told) in self.told(&matter, change, event) {
                let body = serde_json::to_string(&told).map_err(StoreError::from)?;
                commit.add_notice(*ord, &audience, about, &body);
                *ord += 1;
            }
            commit.case_event(&change.after.id, event.clone());
        }
        Ok(())
    }

    fn index(&self, matter: &Matter, case: &Case, subject: &str) -> Result<CaseIndex, PlatformError> {
        let (due, remind) = self.instants(matter, case)?;
        Ok(CaseIndex { subject: subject.to_owned(), ended: ended(matter, case), due, remind })
    }

    /// When the first clock that runs ends, and when the next reminder is due.
    fn instants(&self, matter: &Matter, case: &Case) -> Result<(Option<Timestamp>, Option<Timestamp>), PlatformError> {
        let now = case.touched;
        let mut due: Option<Timestamp> = None;
        for clock in case.clocks.keys() {
            let Some(run) = case.open_run(clock) else { continue };
            let reading = read_clock(run, self.calendar(), now).map_err(|out| out_of_range(&out))?;
            if matches!(reading.standing, Standing::Running { .. }) {
                due = Some(due.map_or(reading.due.at, |at| at.min(reading.due.at)));
            }
        }
        let remind = next_reminder(matter, case, self.calendar(), now).map_err(|out| out_of_range(&out))?;
        Ok((due, remind))
    }

    /// Who is meant by a role in a case.
    pub(crate) fn audiences(&self, case: &Case, role: &RoleId) -> Vec<Audience> {
        if role.as_str() == OFFICE {
            return vec![Audience::Office];
        }
        let parties = case.parties.get(role).into_iter().flatten();
        parties
            .filter_map(|party| {
                let unit = self.pack().units.iter().find(|u| u.id.as_str() == party.as_str());
                let leader = self.pack().leaders.iter().find(|l| l.id.as_str() == party.as_str());
                unit.map(|u| Audience::Unit(u.id.clone())).or_else(|| leader.map(|l| Audience::Leader(l.id.clone())))
            })
            .collect()
    }

    /// Sends every reminder that is due now; each once, however often and in how many places this runs. Returns how
    /// many were sent.
    ///
    /// # Errors
    /// When the store does not answer. What was sent before stays sent.
    pub async fn remind(&self) -> Result<usize, PlatformError> {
        let now = self.clock().now();
        let nobody = CaseActor { id: ActorId::new("reminders")?, roles: Vec::new(), party: None };
        let mut sent = 0;
        loop {
            let rows = self.store().cases_to_remind(self.city(), now, REMINDED_AT_ONCE).await?;
            let (full, mut moved_on) = (rows.len() >= REMINDED_AT_ONCE as usize, false);
            for row in rows {
                let matter = Arc::clone(self.matter_of(&row.case)?);
                let due = reminders_due(&matter, &row.case, self.calendar(), now).map_err(|out| out_of_range(&out))?;
                let mut commit = Commit::new(self.city(), now, nobody.id.as_str());
                let count = due.len();
                if due.is_empty() {
                    let remind = next_reminder(&matter, &row.case, self.calendar(), now);
                    let remind = remind.map_err(|out| out_of_range(&out))?;
                    let (first, _) = self.instants(&matter, &row.case)?;
                    commit.index_case(&row.case, first, remind);
                } else {
                    let reminders = due.into_iter().map(|reminder| reminder.key).collect();
                    let command = Command::Remind { reminders };
                    let request = Request { version: row.case.version, actor: nobody.clone(), command };
                    let events = decide(&matter, &row.case, &request, now, self.calendar())?;
                    let change = CaseChange::of(row, events);
                    self.put_change(&mut commit, &change, &mut 0)?;
                }
                match self.store().commit(commit).await {
                    Ok(_) => {
                        sent += count;
                        moved_on = true;
                    }
                    // Somebody was quicker; the case is looked at again next time.
                    Err(StoreError::Conflict { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            if !(full && moved_on) {
                return Ok(sent);
            }
        }
    }

    /// Computes the ends of all open cases anew, after the calendar or the matters have changed.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn index_cases(&self) -> Result<usize, PlatformError> {
        let (mut after, mut done) = (String::new(), 0);
        loop {
            let rows = self.store().cases_after(self.city(), &after, false, 200).await?;
            let Some(last) = rows.last() else { return Ok(done) };
            after = last.case.id.to_string();
            let mut commit = Commit::new(self.city(), self.clock().now(), "installation");
            for row in &rows {
                let (due, remind) = self.instants(self.matter_of(&row.case)?, &row.case)?;
                commit.index_case(&row.case, due, remind);
                done += 1;
            }
            self.store().commit(commit).await?;
        }
    }
}

/// The party someone acts for: a unit or a leading post.
pub(crate) fn party_of(actor: &Actor) -> Result<Option<PartyId>, PlatformError> {
    let own = actor.unit.as_ref().map(UnitId::as_str).or(actor.leader.as_ref().map(LeaderId::as_str));
    Ok(own.map(PartyId::new).transpose()?)
}

impl CaseClock {
    /// What is left of it, or by how much it is over, with its last day.
    #[must_use]
    pub fn words(&self) -> Two {
        let (reading, due) = (&self.reading, self.reading.due);
        // Hours and minutes end at a time of a day; a day is the last one as a whole.
        let date = match reading.unit {
            Unit::WorkingDays | Unit::CalendarDays => due.date.to_string(),
            Unit::Hours | Unit::Minutes => {
                jiff::tz::offset(8).to_datetime(due.at).strftime("%Y-%m-%d %H:%M").to_string()
            }
        };
        let (zh, en) = match reading.unit {
            Unit::WorkingDays => ("个工作日", "working days"),
            Unit::CalendarDays => ("天", "days"),
            Unit::Hours => ("小时", "hours"),
            Unit::Minutes => ("分钟", "minutes"),
        };
        let mut words = match (&reading.standing, reading.over) {
            (Standing::Paused { .. }, false) => Two::new("暂停计时", "paused"),
            (_, true) => Two::new(
                format!("已超期 {} {zh}（应于 {date} 前）", reading.late),
                format!("{} {en} overdue (was due by {date})", reading.late),
            ),
            (_, false) => Two::new(
                format!("还剩 {} {zh}，至 {date}", reading.remaining),
                format!("{} {en} left, until {date}", reading.remaining),
            ),
        };
        if reading.due.certainty == Certainty::Provisional {
            words.zh.push_str("（放假安排未公布，暂按周一至周五推算）");
            words.en.push_str(" (holidays not announced yet; provisional)");
        }
        words
    }
}
