//! What happened to a case. Events stand for themselves: replaying them needs no definition.

use crate::definition::Budget;
use crate::ids::{ActorId, CaseId, ClockId, MatterId, PauseId, RoleId, StateId, TransitionId};
use crate::inputs::Inputs;
use crate::reminder::ReminderKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: ActorId,
    /// As what.
    pub role: RoleId,
    /// By what decision; may be empty.
    pub note: String,
}

/// A transition that waits for its approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Which.
    pub transition: TransitionId,
    /// Who proposes.
    pub by: ActorId,
    /// As what.
    pub role: RoleId,
    /// What goes with it.
    pub inputs: Inputs,
}

/// A transition carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Which.
    pub transition: TransitionId,
    /// Where the case stands now.
    pub to: StateId,
    /// Who did it, or proposed it.
    pub by: ActorId,
    /// As what.
    pub role: RoleId,
    /// What went with it.
    pub inputs: Inputs,
    /// Who approved, when that was needed.
    pub approval: Option<Approval>,
}

/// Something that happened, with its instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// A case was opened.
    CaseOpened {
        /// Its name.
        case: CaseId,
        /// What kind.
        matter: MatterId,
        /// In which version; it keeps it.
        matter_version: u32,
        /// The transition that opened it.
        moved: Box<Move>,
        /// When.
        at: Timestamp,
    },
    /// A transition was carried out.
    CaseMoved {
        /// What.
        moved: Box<Move>,
        /// When.
        at: Timestamp,
    },
    /// A transition waits for its approval.
    MoveProposed {
        /// What.
        proposal: Box<Proposal>,
        /// When.
        at: Timestamp,
    },
    /// A proposal was declined.
    MoveDeclined {
        /// Which.
        transition: TransitionId,
        /// By whom.
        by: ActorId,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// A clock started.
    ClockStarted {
        /// Which.
        clock: ClockId,
        /// With how much time.
        budget: Budget,
        /// When.
        at: Timestamp,
    },
    /// A clock paused.
    ClockPaused {
        /// Which.
        clock: ClockId,
        /// By which rule.
        pause: PauseId,
        /// Why; may be empty when the rule says it all.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// A pause ended.
    ClockResumed {
        /// Which clock.
        clock: ClockId,
        /// Which pause.
        pause: PauseId,
        /// When.
        at: Timestamp,
    },
    /// A clock was given more time.
    ClockExtended {
        /// Which.
        clock: ClockId,
        /// How much, in its unit.
        amount: u32,
        /// Why.
        reason: String,
        /// Who approved.
        approval: Approval,
        /// When.
        at: Timestamp,
    },
    /// A clock stopped.
    ClockStopped {
        /// Which.
        clock: ClockId,
        /// When.
        at: Timestamp,
    },
    /// A reminder was sent.
    ReminderSent {
        /// Which.
        reminder: ReminderKey,
        /// When.
        at: Timestamp,
    },
}

impl Event {
    /// All kinds.
    pub const KINDS: [&'static str; 10] = [
        "case-opened",
        "case-moved",
        "move-proposed",
        "move-declined",
        "clock-started",
        "clock-paused",
        "clock-resumed",
        "clock-extended",
        "clock-stopped",
        "reminder-sent",
    ];

    /// The kind, as it stands in a log's own column.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CaseOpened { .. } => "case-opened",
            Self::CaseMoved { .. } => "case-moved",
            Self::MoveProposed { .. } => "move-proposed",
            Self::MoveDeclined { .. } => "move-declined",
            Self::ClockStarted { .. } => "clock-started",
            Self::ClockPaused { .. } => "clock-paused",
            Self::ClockResumed { .. } => "clock-resumed",
            Self::ClockExtended { .. } => "clock-extended",
            Self::ClockStopped { .. } => "clock-stopped",
            Self::ReminderSent { .. } => "reminder-sent",
        }
    }

    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Self::CaseOpened { at, .. }
            | Self::CaseMoved { at, .. }
            | Self::MoveProposed { at, .. }
            | Self::MoveDeclined { at, .. }
            | Self::ClockStarted { at, .. }
            | Self::ClockPaused { at, .. }
            | Self::ClockResumed { at, .. }
            | Self::ClockExtended { at, .. }
            | Self::ClockStopped { at, .. }
            | Self::ReminderSent { at, .. } => *at,
        }
    }
}
