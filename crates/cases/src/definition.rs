//! A matter as data: what its file says, before anybody has checked it.

use crate::Two;
use crate::ids::{ClockId, FieldId, MaterialId, MatterId, PauseId, ReminderId, RoleId, StateId, TransitionId};
use serde::{Deserialize, Serialize};

/// A kind of case in one of its versions. A case keeps the version it was opened with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Definition {
    /// What kind.
    pub id: MatterId,
    /// Its version, from 1.
    pub version: u32,
    /// For people.
    pub name: Two,
    /// The rule it rests on.
    pub source: String,
    /// Who there is.
    pub roles: Vec<RoleDef>,
    /// Where a case can stand.
    pub states: Vec<StateDef>,
    /// What can be written into it.
    #[serde(default)]
    pub fields: Vec<FieldDef>,
    /// What can be handed in.
    #[serde(default)]
    pub materials: Vec<MaterialDef>,
    /// Its time limits.
    #[serde(default)]
    pub clocks: Vec<ClockDef>,
    /// What can happen.
    pub transitions: Vec<Transition>,
    /// What is told before and after a clock's end.
    #[serde(default)]
    pub reminders: Vec<ReminderDef>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleDef {
    /// Its name for programs.
    pub id: RoleId,
    /// For people.
    pub name: Two,
    /// Whether it is given case by case (主办, 协办, 申请人) instead of going with an account.
    #[serde(default)]
    pub party: bool,
}

/// A state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StateDef {
    /// Its name for programs.
    pub id: StateId,
    /// For people.
    pub name: Two,
    /// Whether the case ends here. All clocks still open stop then.
    #[serde(default, rename = "final")]
    pub is_final: bool,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FieldDef {
    /// Its name for programs.
    pub id: FieldId,
    /// For people.
    pub name: Two,
    /// What it holds.
    pub kind: FieldKind,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Words.
    Text,
    /// A whole number that is not negative.
    Count,
    /// A number with or without decimals.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Flag,
}

/// A material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MaterialDef {
    /// Its name for programs.
    pub id: MaterialId,
    /// For people.
    pub name: Two,
}

/// What a clock counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Days of the official calendar (行政许可法 art. 82).
    WorkingDays,
    /// All days; a last day off moves to the next working day (民法典 arts. 200 to 203).
    CalendarDays,
    /// Hours on the wall, night and holidays included. One day is never taken for 24 of them.
    Hours,
    /// Minutes on the wall, as hours are counted.
    Minutes,
}

impl Unit {
    /// How long one of it is, for what is counted on the wall; none for days, which are counted by the calendar.
    pub(crate) fn nanos(self) -> Option<i128> {
        match self {
            Self::WorkingDays | Self::CalendarDays => None,
            Self::Hours => Some(3_600_000_000_000),
            Self::Minutes => Some(60_000_000_000),
        }
    }
}

/// How much time there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// In what.
    pub unit: Unit,
    /// How much. 0 days means: within the day it starts.
    pub amount: u32,
}

/// A clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClockDef {
    /// Its name for programs.
    pub id: ClockId,
    /// For people.
    pub name: Two,
    /// The rule it rests on.
    pub source: String,
    /// How much time there is.
    pub budget: Budget,
    /// By which rules it pauses.
    #[serde(default)]
    pub pauses: Vec<PauseDef>,
}

/// A rule by which time is not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PauseDef {
    /// Its name for programs.
    pub id: PauseId,
    /// For people.
    pub name: Two,
    /// The rule it rests on.
    pub source: String,
}

/// Something that can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Transition {
    /// Its name for programs.
    pub id: TransitionId,
    /// For people.
    pub name: Two,
    /// From which states; none means that it opens a case.
    #[serde(default)]
    pub from: Vec<StateId>,
    /// To which state; without it the case stays where it is.
    #[serde(default)]
    pub to: Option<StateId>,
    /// Who may.
    pub by: Vec<RoleId>,
    /// What must be given.
    #[serde(default)]
    pub needs: Needs,
    /// What may be given besides.
    #[serde(default)]
    pub takes: Takes,
    /// What it does to clocks; each clock at most once.
    #[serde(default)]
    pub clocks: Vec<Effect>,
    /// Who is told that it happened, besides those who see it anyway.
    #[serde(default)]
    pub tells: Vec<RoleId>,
}

/// What a transition asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Needs {
    /// Fields, given now.
    pub fields: Vec<FieldId>,
    /// Materials, given now or in the case already.
    pub materials: Vec<MaterialId>,
    /// Parties, given now: at least one for each.
    pub parties: Vec<RoleId>,
    /// A reason.
    pub reason: bool,
    /// The role that must approve first; never the person who proposes.
    pub approval: Option<RoleId>,
}

/// What a transition accepts besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Takes {
    /// Fields.
    pub fields: Vec<FieldId>,
    /// Materials.
    pub materials: Vec<MaterialId>,
    /// Parties.
    pub parties: Vec<RoleId>,
}

/// What a transition does to a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "do")]
pub enum Effect {
    /// Starts it; a stopped one starts anew.
    Start {
        /// Which.
        clock: ClockId,
        /// Whether one that is open is stopped and starts anew, too.
        #[serde(default)]
        anew: bool,
        /// A field that may shorten its budget, never lengthen it: how much, or for days the last day.
        #[serde(default)]
        budget_from: Option<FieldId>,
    },
    /// Pauses it. While any pause is open no time counts.
    Pause {
        /// Which.
        clock: ClockId,
        /// By which rule.
        pause: PauseId,
    },
    /// Ends a pause.
    Resume {
        /// Which.
        clock: ClockId,
        /// Which pause.
        pause: PauseId,
    },
    /// Stops it, when it is open.
    Stop {
        /// Which.
        clock: ClockId,
    },
    /// Gives it more time. Needs a reason and an approval.
    Extend {
        /// Which.
        clock: ClockId,
        /// How much at most, in the clock's unit.
        amount: u32,
        /// A field that may ask for less.
        #[serde(default)]
        amount_from: Option<FieldId>,
        /// How often.
        most: u32,
    },
}

impl Effect {
    /// The clock it is about.
    #[must_use]
    pub fn clock(&self) -> &ClockId {
        match self {
            Self::Start { clock, .. }
            | Self::Pause { clock, .. }
            | Self::Resume { clock, .. }
            | Self::Stop { clock }
            | Self::Extend { clock, .. } => clock,
        }
    }
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReminderDef {
    /// Its name for programs.
    pub id: ReminderId,
    /// The clock.
    pub clock: ClockId,
    /// When.
    pub when: ReminderTime,
    /// To whom.
    pub to: Vec<RoleId>,
    /// What it says.
    pub text: Two,
}

/// When a reminder is due, in its clock's unit. Days begin at 0:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReminderTime {
    /// So much before the end; 0 days is the last day itself. Not sent once the clock is over, nor when this lies before
    /// its start because a field made it shorter.
    Before(u32),
    /// So much after the end; 0 is as soon as the clock is over.
    After(u32),
}
