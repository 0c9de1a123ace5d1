//! What someone asks for, of one case.

use crate::actor::Actor;
use crate::ids::TransitionId;
use crate::inputs::Inputs;
use crate::reminder::ReminderKey;

/// A command, by whom, and on what the person was looking at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The version of the case it was based on.
    pub version: u64,
    /// Who asks.
    pub actor: Actor,
    /// For what.
    pub command: Command,
}

/// What someone asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Carry out a transition; one that needs an approval is proposed by this.
    Move {
        /// Which.
        transition: TransitionId,
        /// What goes with it.
        inputs: Inputs,
    },
    /// Approve what was proposed, which carries it out.
    Approve {
        /// Which.
        transition: TransitionId,
        /// By what decision; may be empty.
        note: String,
    },
    /// Decline what was proposed.
    Decline {
        /// Which.
        transition: TransitionId,
        /// Why.
        reason: String,
    },
    /// Note that reminders are sent. For the job that sends them, whatever the actor; those noted before are passed over.
    Remind {
        /// Which.
        reminders: Vec<ReminderKey>,
    },
}
