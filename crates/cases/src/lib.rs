//! Cases: one engine for everything that moves through states under clocks: orders, applications, inspections.
//!
//! Pure. What may happen is data: a [`Definition`], checked once into a [`Matter`]. [`open`] and [`decide`] turn a
//! command into events or a refusal, [`Case::apply`] events into state, [`read_clock`] the ledger of a clock into what is
//! used up and when it ends, [`reminders_due`] into what is to be sent.
//!
//! Absent on purpose: every field of work. What the parties, fields and materials mean is known to the definitions and
//! to those who show them.

mod actor;
mod case;
mod check;
mod clock;
mod command;
mod decide;
mod definition;
mod event;
mod ids;
mod inputs;
mod ledger;
mod matter;
mod refusal;
mod reminder;

pub use actor::Actor;
pub use case::{Case, ReplayError, Step};
pub use check::Mistake;
pub use clock::{Due, DueMoved, Reading, Standing, clock_path, read_clock};
pub use command::{Command, Request};
pub use decide::{decide, open};
pub use definition::{
    Budget, ClockDef, Definition, Effect, FieldDef, FieldKind, MaterialDef, Needs, PauseDef, ReminderDef, ReminderTime,
    RoleDef, StateDef, Takes, Transition, Unit,
};
pub use event::{Approval, Event, Move, Proposal};
pub use ids::{
    ActorId, CaseId, ClockId, FieldId, IdError, MaterialId, MatterId, PartyId, PauseId, ReminderId, RoleId, StateId,
    TransitionId,
};
pub use inputs::{Inputs, Value};
pub use ledger::{Entry, EntryKind, Run};
pub use matter::Matter;
pub use refusal::{Refusal, RefusalKind};
pub use reminder::{DueReminder, ReminderKey, next_reminder, reminders_due};
pub use tingzhou_two::Two;
