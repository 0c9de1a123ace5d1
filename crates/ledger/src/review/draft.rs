//! A draft: the proposed statements with the reviewer's decisions.

use crate::event::Event;
use crate::ids::ReportId;
use crate::review::Difference;
use crate::review::command::{Decision, Made, Remaining};
use crate::review::statement::{DraftStatement, Outline, Proposal};
use serde::{Deserialize, Serialize};

/// What the reviewer decided of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum State {
    /// Nothing yet.
    Open,
    /// Taken.
    Accepted,
    /// Taken with other fields.
    Edited,
    /// Left out.
    Rejected {
        /// Why; may be empty.
        reason: String,
    },
    /// Replaced by the two made of it.
    Split,
    /// Replaced by the one made of it and its neighbour.
    Merged,
}

impl State {
    /// Whether the statement is one of the draft's, and not replaced by others.
    #[must_use]
    pub fn stands(&self) -> bool {
        !matches!(self, Self::Split | Self::Merged)
    }

    /// Its stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Edited => "edited",
            Self::Rejected { .. } => "rejected",
            Self::Split => "split",
            Self::Merged => "merged",
        }
    }
}

/// What a newer reader says of a statement already decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Newer {
    /// Something else, see [`Entry::proposed`].
    Differs,
    /// It no longer proposes it.
    Gone,
}

/// How a statement was before a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The decision's number.
    pub decision: u64,
    /// The state before.
    pub state: State,
    /// What it said before, where the decision changed that. An open statement says what is proposed.
    pub current: Option<Box<DraftStatement>>,
    /// What a newer reader said before.
    pub newer: Option<Newer>,
}

/// One statement of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in the draft, from 1, never used twice.
    pub id: u32,
    /// The decision that made it; `None` when the reader proposed it.
    pub made_by: Option<u64>,
    /// What the newest reading proposes; `None` when only the reviewer says it.
    pub proposed: Option<DraftStatement>,
    /// What it says.
    pub current: DraftStatement,
    /// What was decided.
    pub state: State,
    /// What a newer reader says otherwise.
    pub newer: Option<Newer>,
    /// How it was before each decision, oldest first.
    pub past: Vec<Past>,
}

impl Entry {
    fn decided(&mut self, decision: u64, state: State, current: Option<DraftStatement>) {
        let changed = current.map(|now| std::mem::replace(&mut self.current, now));
        let before = changed.filter(|_| self.state != State::Open).map(Box::new);
        let state = std::mem::replace(&mut self.state, state);
        self.past.push(Past { decision, state, current: before, newer: self.newer });
        self.newer = None;
    }

    fn undone(&mut self) {
        let Some(past) = self.past.pop() else { return };
        self.state = past.state;
        self.newer = past.newer;
        if let (State::Open, Some(proposed)) = (&self.state, &self.proposed) {
            self.current = proposed.clone();
            self.newer = self.newer.filter(|newer| *newer == Newer::Gone);
        } else if let Some(current) = past.current {
            self.current = *current;
        }
    }

    /// The statement a decision takes along when the draft is adopted.
    fn taken(&self, remaining: Remaining) -> Option<&DraftStatement> {
        let taken = match self.state {
            State::Accepted | State::Edited => true,
            State::Open => remaining == Remaining::Accepted,
            State::Rejected { .. } | State::Split | State::Merged => false,
        };
        taken.then_some(&self.current)
    }
}

/// How a draft ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "end")]
pub enum End {
    /// Adopted.
    Adopted {
        /// As this report.
        report: ReportId,
        /// What became of those nobody decided.
        remaining: Remaining,
    },
    /// Given up.
    Discarded {
        /// Why; may be empty.
        reason: String,
    },
}

/// How far a review has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Statements, those replaced by others not counted.
    pub total: usize,
    /// Nothing decided yet.
    pub open: usize,
    /// Taken as they stand.
    pub accepted: usize,
    /// Taken with other fields.
    pub edited: usize,
    /// Left out.
    pub rejected: usize,
    /// Decided, but read otherwise by a newer reader.
    pub newer: usize,
}

impl Progress {
    /// Decided either way.
    #[must_use]
    pub fn decided(&self) -> usize {
        self.total - self.open
    }
}

/// The proposed statements of a document with the reviewer's decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Parts and clauses of the text.
    pub outline: Outline,
    /// Statements in the order of the text, those replaced among them.
    pub entries: Vec<Entry>,
    /// Largest number of a statement so far.
    pub last_id: u32,
    /// Decisions so far, those taken back counted.
    pub decisions: u64,
    /// How often it changed; every command names the version it was based on.
    pub version: u64,
    /// How it ended.
    pub end: Option<End>,
    /// What the last re-reading changed.
    pub reread: Option<Difference>,
}

impl Draft {
    /// A draft in which nothing is decided.
    #[must_use]
    pub fn new(proposal: Proposal) -> Self {
        let mut draft = Self { outline: proposal.outline, version: 1, ..Self::default() };
        for statement in proposal.statements {
            draft.last_id = draft.last_id.saturating_add(1);
            draft.entries.push(open(draft.last_id, statement));
        }
        draft.sort();
        draft
    }

    pub(crate) fn sort(&mut self) {
        self.entries.sort_by_key(|entry| (entry.current.order(), entry.id));
    }

    /// A statement by its number.
    #[must_use]
    pub fn entry(&self, id: u32) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The statements that are not replaced by others, in the order of the text.
    pub fn standing(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.state.stands())
    }

    /// The next standing statement of the same sentence, which a merge takes.
    #[must_use]
    pub fn next_of_sentence(&self, id: u32) -> Option<&Entry> {
        let place = self.entries.iter().position(|entry| entry.id == id)?;
        let own = self.entries.get(place)?;
        let alive = |entry: &&Entry| matches!(entry.state, State::Open | State::Accepted | State::Edited);
        let mut after = self.entries.iter().skip(place + 1);
        after.find(alive).filter(|next| next.current.sentence == own.current.sentence)
    }

    /// How far the review has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let mut progress = Progress::default();
        for entry in self.standing() {
            progress.total += 1;
            progress.newer += usize::from(entry.newer.is_some());
            match entry.state {
                State::Open => progress.open += 1,
                State::Accepted => progress.accepted += 1,
                State::Edited => progress.edited += 1,
                State::Rejected { .. } => progress.rejected += 1,
                State::Split | State::Merged => {}
            }
        }
        progress
    }

    /// The number of the decision that can be taken back next, and the statements it was about.
    #[must_use]
    pub fn last_decision(&self) -> Option<(u64, Vec<u32>)> {
        let of = |entry: &Entry| entry.past.last().map(|past| past.decision).or(entry.made_by);
        let last = self.entries.iter().filter_map(of).max()?;
        Some((last, self.entries.iter().filter(|entry| of(entry) == Some(last)).map(|entry| entry.id).collect()))
    }

    /// The statements that would be adopted, in the order of the text.
    #[must_use]
    pub fn taken(&self, remaining: Remaining) -> Vec<DraftStatement> {
        self.entries.iter().filter_map(|entry| entry.taken(remaining)).cloned().collect()
    }

    /// The draft as it was adopted: what became of the statements nobody decided is a decision too.
    #[must_use]
    pub fn as_adopted(&self) -> Self {
        let mut draft = self.clone();
        if let Some(End::Adopted { remaining, .. }) = &self.end {
            for entry in draft.entries.iter_mut().filter(|entry| entry.state == State::Open) {
                entry.state = match remaining {
                    Remaining::Accepted => State::Accepted,
                    Remaining::LeftOut => State::Rejected { reason: String::new() },
                };
            }
        }
        draft
    }

    fn decided(&mut self, ids: &[u32], decision: u64, state: &State) {
        // Lists of numbers are short or name nearly every statement, so they are looked up in order.
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        for entry in self.entries.iter_mut().filter(|entry| sorted.binary_search(&entry.id).is_ok()) {
            entry.decided(decision, state.clone(), None);
        }
    }

    fn made(&mut self, decision: u64, made: &Made) {
        self.last_id = self.last_id.max(made.id);
        self.entries.push(Entry {
            id: made.id,
            made_by: Some(decision),
            proposed: None,
            current: made.statement.clone(),
            state: State::Accepted,
            newer: None,
            past: Vec::new(),
        });
    }

    fn take(&mut self, number: u64, decision: &Decision) {
        self.decisions = self.decisions.max(number);
        match decision {
            Decision::Accepted { ids } => {
                for entry in self.entries.iter_mut().filter(|entry| ids.binary_search(&entry.id).is_ok()) {
                    // What was edited stays said to be so.
                    let state = if entry.state == State::Edited { State::Edited } else { State::Accepted };
                    entry.decided(number, state, None);
                }
            }
            Decision::Edited { id, to } => {
                if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == *id) {
                    entry.decided(number, State::Edited, Some(to.as_ref().clone()));
                }
            }
            Decision::Split { id, pieces } => {
                self.decided(&[*id], number, &State::Split);
                pieces.iter().for_each(|piece| self.made(number, piece));
            }
            Decision::Merged { ids, whole } => {
                self.decided(ids, number, &State::Merged);
                self.made(number, whole);
            }
            Decision::Rejected { id, reason } => {
                self.decided(&[*id], number, &State::Rejected { reason: reason.clone() });
            }
            Decision::Added { made } => self.made(number, made),
            Decision::TookNewer { id } => {
                if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == *id) {
                    match (entry.newer, entry.proposed.clone()) {
                        (Some(Newer::Differs), Some(proposed)) => {
                            entry.decided(number, State::Accepted, Some(proposed));
                        }
                        _ => entry.decided(number, State::Rejected { reason: String::new() }, None),
                    }
                }
            }
        }
        self.sort();
    }

    /// The draft after an event.
    #[must_use]
    pub fn apply(mut self, event: &Event) -> Self {
        match event {
            Event::ReviewDecided { number, what } => self.take(*number, what),
            Event::ReviewUndone { number } => {
                // What a newer reader proposes by now stays proposed when the reviewer no longer says it.
                self.entries.retain(|entry| entry.made_by != Some(*number) || entry.proposed.is_some());
                for entry in self.entries.iter_mut().filter(|entry| entry.made_by == Some(*number)) {
                    if let Some(proposed) = entry.proposed.clone() {
                        *entry = open(entry.id, proposed);
                    }
                }
                let last = |entry: &&mut Entry| entry.past.last().is_some_and(|past| past.decision == *number);
                self.entries.iter_mut().filter(last).for_each(Entry::undone);
                self.sort();
            }
            Event::ReviewDiscarded { reason } => self.end = Some(End::Discarded { reason: reason.clone() }),
            Event::ReviewAdopted { report, remaining, .. } => {
                self.end = Some(End::Adopted { report: report.clone(), remaining: *remaining });
            }
            // Events of tasks, and of a draft's beginning, do not change it.
            _ => return self,
        }
        self.version += 1;
        self
    }
}

/// A statement as proposed.
pub(crate) fn open(id: u32, statement: DraftStatement) -> Entry {
    Entry {
        id,
        made_by: None,
        proposed: Some(statement.clone()),
        current: statement,
        state: State::Open,
        newer: None,
        past: Vec::new(),
    }
}
