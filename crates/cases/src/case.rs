//! A case and how events change it.

use crate::event::{Event, Move, Proposal};
use crate::ids::{ActorId, CaseId, ClockId, FieldId, MaterialId, MatterId, PartyId, RoleId, StateId};
use crate::inputs::Value;
use crate::ledger::{Entry, EntryKind, Run};
use crate::reminder::ReminderKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One line of a case's history. Reminders leave none: whoever had the case open need not look at it again for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The case's version after it.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// The event's kind.
    pub kind: String,
    /// The transition or clock it is about.
    pub about: String,
    /// Who did it; clocks follow a transition and name nobody.
    pub by: Option<ActorId>,
}

/// A case: everything its events say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: CaseId,
    /// What kind.
    pub matter: MatterId,
    /// In which version.
    pub matter_version: u32,
    /// Where it stands.
    pub state: StateId,
    /// How many events it has seen; every command names the one it was based on.
    pub version: u64,
    /// The last instant anything happened to it. Its time never runs backwards.
    pub touched: Timestamp,
    /// Fields as given last.
    pub fields: BTreeMap<FieldId, Value>,
    /// All materials given.
    pub materials: BTreeMap<MaterialId, Vec<String>>,
    /// Who takes part as what.
    pub parties: BTreeMap<RoleId, Vec<PartyId>>,
    /// The runs of each clock, oldest first.
    pub clocks: BTreeMap<ClockId, Vec<Run>>,
    /// What waits for approval; a change of state voids it.
    pub proposals: Vec<Proposal>,
    /// Reminders sent.
    pub sent: BTreeSet<ReminderKey>,
    /// What happened.
    pub history: Vec<Step>,
}

/// Events that make no case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the first event does not open a case; read the case's events from the beginning")]
pub struct ReplayError;

impl Case {
    /// The case that events make.
    ///
    /// # Errors
    /// [`ReplayError`] when the first one does not open a case.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, ReplayError> {
        let mut events = events.into_iter();
        let Some(Event::CaseOpened { case, matter, matter_version, moved, at }) = events.next() else {
            return Err(ReplayError);
        };
        let mut opened = Self {
            id: case.clone(),
            matter: matter.clone(),
            matter_version: *matter_version,
            state: moved.to.clone(),
            version: 0,
            touched: *at,
            fields: BTreeMap::new(),
            materials: BTreeMap::new(),
            parties: BTreeMap::new(),
            clocks: BTreeMap::new(),
            proposals: Vec::new(),
            sent: BTreeSet::new(),
            history: Vec::new(),
        };
        opened.version += 1;
        opened.take(moved);
        opened.note("case-opened", moved.transition.as_str(), Some(&moved.by));
        Ok(events.fold(opened, Self::apply))
    }

    /// The state after an event. Events of other cases are not given to it; one that fits nothing changes nothing but
    /// the version.
    #[must_use]
    pub fn apply(mut self, event: &Event) -> Self {
        self.version += 1;
        self.touched = self.touched.max(event.at());
        let kind = event.kind();
        let at = event.at();
        match event {
            Event::CaseOpened { .. } => {}
            Event::CaseMoved { moved, .. } => {
                self.take(moved);
                self.note(kind, moved.transition.as_str(), Some(&moved.by));
            }
            Event::MoveProposed { proposal, .. } => {
                self.proposals.push((**proposal).clone());
                self.note(kind, proposal.transition.as_str(), Some(&proposal.by));
            }
            Event::MoveDeclined { transition, by, .. } => {
                self.proposals.retain(|p| &p.transition != transition);
                self.note(kind, transition.as_str(), Some(by));
            }
            Event::ClockStarted { clock, budget, at } => {
                self.clocks.entry(clock.clone()).or_default().push(Run::start(*budget, *at));
                self.note(kind, clock.as_str(), None);
            }
            Event::ClockPaused { clock, pause, reason, .. } => {
                let what = EntryKind::Paused { pause: pause.clone(), reason: reason.clone() };
                self.enter(clock, Entry { at, what }, kind);
            }
            Event::ClockResumed { clock, pause, .. } => {
                self.enter(clock, Entry { at, what: EntryKind::Resumed { pause: pause.clone() } }, kind);
            }
            Event::ClockExtended { clock, amount, reason, approval, .. } => {
                let (reason, approval) = (reason.clone(), approval.clone());
                self.enter(clock, Entry { at, what: EntryKind::Extended { amount: *amount, reason, approval } }, kind);
            }
            Event::ClockStopped { clock, .. } => self.enter(clock, Entry { at, what: EntryKind::Stopped }, kind),
            Event::ReminderSent { reminder, .. } => drop(self.sent.insert(reminder.clone())),
        }
        self
    }

    /// The run of a clock that has not stopped.
    #[must_use]
    pub fn open_run(&self, clock: &ClockId) -> Option<&Run> {
        self.clocks.get(clock).and_then(|runs| runs.last()).filter(|run| run.is_open())
    }

    fn take(&mut self, moved: &Move) {
        let inputs = &moved.inputs;
        self.fields.extend(inputs.fields.iter().map(|(id, value)| (id.clone(), value.clone())));
        for (id, files) in &inputs.materials {
            self.materials.entry(id.clone()).or_default().extend(files.iter().cloned());
        }
        self.parties.extend(inputs.parties.iter().map(|(role, parties)| (role.clone(), parties.clone())));
        if self.state == moved.to {
            self.proposals.retain(|p| p.transition != moved.transition);
        } else {
            self.proposals.clear();
            self.state = moved.to.clone();
        }
    }

    fn enter(&mut self, clock: &ClockId, entry: Entry, kind: &str) {
        if let Some(run) = self.clocks.get_mut(clock).and_then(|runs| runs.last_mut()) {
            run.entries.push(entry);
        }
        self.note(kind, clock.as_str(), None);
    }

    fn note(&mut self, kind: &str, about: &str, by: Option<&ActorId>) {
        let step =
            Step { version: self.version, at: self.touched, kind: kind.into(), about: about.into(), by: by.cloned() };
        self.history.push(step);
    }
}
