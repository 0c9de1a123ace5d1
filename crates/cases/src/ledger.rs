//! A clock's ledger: what happened to it, in order. Nothing is computed here, so that a changed calendar moves the end.

use crate::definition::Budget;
use crate::event::Approval;
use crate::ids::PauseId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One run of a clock, from start to stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What it started with.
    pub budget: Budget,
    /// When.
    pub started: Timestamp,
    /// What happened since, oldest first.
    pub entries: Vec<Entry>,
}

/// One thing that happened to a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: EntryKind,
}

/// What can happen to a clock that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A pause began.
    Paused {
        /// By which rule.
        pause: PauseId,
        /// Why; may be empty.
        reason: String,
    },
    /// A pause ended.
    Resumed {
        /// Which.
        pause: PauseId,
    },
    /// It was given more time.
    Extended {
        /// How much, in its unit.
        amount: u32,
        /// Why.
        reason: String,
        /// Who approved.
        approval: Approval,
    },
    /// It stopped.
    Stopped,
}

impl Run {
    /// A clock that starts.
    #[must_use]
    pub fn start(budget: Budget, at: Timestamp) -> Self {
        Self { budget, started: at, entries: Vec::new() }
    }

    /// Whether it has not stopped.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.entries.last().is_none_or(|entry| entry.what != EntryKind::Stopped)
    }

    /// Whether a pause is open.
    #[must_use]
    pub fn is_paused_by(&self, pause: &PauseId) -> bool {
        let last = self.entries.iter().rev().find_map(|entry| match &entry.what {
            EntryKind::Paused { pause: p, .. } if p == pause => Some(true),
            EntryKind::Resumed { pause: p } if p == pause => Some(false),
            _ => None,
        });
        self.is_open() && last == Some(true)
    }

    /// How often it was given more time.
    #[must_use]
    pub fn extensions(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.what, EntryKind::Extended { .. })).count()
    }
}
