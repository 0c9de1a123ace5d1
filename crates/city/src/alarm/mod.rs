//! Alarms: conditions that need a person, each with a life of its own.
//!
//! A rule is data ([`RuleDef`]), checked with all others into a [`RuleBook`]. Each pair of a rule and a facility has one
//! [`State`] of fixed size; [`step`] takes it on with a value or the time, [`command`] with what a person does, and both say
//! what happened as [`AlarmEvent`]s. [`Watch`] keeps the states of a city and knows when to look again.
//!
//! The life follows ISA-18.2: normal, unacknowledged, acknowledged, returned unacknowledged, shelved, out of service.
//! What was decided where it leaves a choice:
//!
//! - Levels of a rule are one alarm. A higher level escalates it and wants acknowledging again; a lower one eases it.
//! - The deadband works once a level is reached, not before: a value must stay at its limit for the on-delay.
//! - Delays go by the time of the values. The last value holds until the next, so it does not matter how often the time is
//!   told. A value older than the last is left out: it belongs to the series, not to now. No value is from later than it
//!   came, so that an instrument whose clock was ahead is heard at once when it is set right.
//! - Suspect values and values out of range count: doubt must not hide a leak.
//! - Values from under maintenance raise nothing and clear nothing, and delays that ran end; they are a sign of life.
//! - Nobody is silent because nobody listened: after an outage silence counts from when somebody listens again.
//! - Shelving hides an alarm until an hour, out of service until somebody says otherwise. A condition that still holds
//!   then is raised anew.
//! - An alarm that is raised again and again chatters. It then stays where it is and its repetitions are counted, until it
//!   has been quiet; a higher level is told all the same.

mod command;
mod definition;
mod event;
pub mod figures;
mod past;
mod rule;
mod state;
mod step;
mod watch;

pub use command::{Command, Refusal, command};
pub use definition::{Override, RuleDef, RuleKind, Settings};
pub use event::{AlarmEvent, Cause, What};
pub use figures::{Figures, figures};
pub use past::stood;
pub use rule::{Condition, Limit, Limits, MOST_LEVELS, MOST_RAISES, Priority, Rule, RuleBook};
pub use state::{Standing, State};
pub use step::{Input, next_due, step};
pub use watch::{Key, Told, Watch};
