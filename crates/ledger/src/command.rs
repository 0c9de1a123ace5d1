//! What someone asks for.

use crate::evidence::{Attachment, Basis, Period, Source};
use crate::ids::{EvidenceId, LeaderId, UnitId};
use crate::place::Point;
use crate::plan::Plan;
use crate::status::{Outcome, ReportedStatus};
use crate::target::Target;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Something unusual that a person has looked at and means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirmation {
    /// A cumulative value lower than the last one.
    LowerThanLast,
    /// A period that shares days with one already filed.
    OverlappingPeriod,
    /// More than five times the target.
    FarAboveTarget,
    /// The same file already stands as evidence.
    SameFile,
    /// Another task names the same place in the same days.
    SamePlace,
    /// Closed as met although the columns contradict each other.
    ClosedDespiteContradiction,
}

impl Confirmation {
    /// All.
    pub const ALL: [Self; 6] = [
        Self::LowerThanLast,
        Self::OverlappingPeriod,
        Self::FarAboveTarget,
        Self::SameFile,
        Self::SamePlace,
        Self::ClosedDespiteContradiction,
    ];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LowerThanLast => "lower-than-last",
            Self::OverlappingPeriod => "overlapping-period",
            Self::FarAboveTarget => "far-above-target",
            Self::SameFile => "same-file",
            Self::SamePlace => "same-place",
            Self::ClosedDespiteContradiction => "closed-despite-contradiction",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }
}

/// Confirm who answers for a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assign {
    /// Lead unit.
    pub lead: UnitId,
    /// Co-units.
    pub co_units: Vec<UnitId>,
    /// Leading post.
    pub leader: Option<LeaderId>,
    /// Another path; `None` keeps the one it has.
    pub plan: Option<Plan>,
}

/// File evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// New identifier of the evidence.
    pub id: EvidenceId,
    /// Filing, check or measure.
    pub source: Source,
    /// The reading, in `unit`.
    pub value: Option<Decimal>,
    /// The unit as typed; empty means the target's.
    pub unit: String,
    /// Cumulative or for the period alone.
    pub basis: Basis,
    /// The days it speaks of.
    pub period: Period,
    /// Where.
    pub place: String,
    /// Where, on the ground.
    pub point: Option<Point>,
    /// What was done.
    pub note: String,
    /// What the filer says of the task.
    pub reported: ReportedStatus,
    /// Files, already kept.
    pub attachments: Vec<Attachment>,
    /// The name of the plan's milestone that was reached on the period's last day.
    pub milestone: Option<String>,
    /// Comes from the simulated city.
    pub simulated: bool,
    /// Oddities looked at and meant.
    pub confirmed: Vec<Confirmation>,
}

/// Adjust what has to be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAdjustment {
    /// The new value, in the target's unit.
    pub value: Decimal,
    /// The new deadline.
    pub deadline: Date,
    /// Why, and by whose decision.
    pub reason: String,
}

/// Close a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// How it ended.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// Oddities looked at and meant.
    pub confirmed: Vec<Confirmation>,
}

/// What someone asks for, of one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Confirm who answers.
    Assign(Assign),
    /// File evidence.
    File(Box<File>),
    /// Take evidence back.
    Withdraw {
        /// Which.
        evidence: EvidenceId,
        /// Why.
        reason: String,
    },
    /// Adjust the target.
    Adjust(SetAdjustment),
    /// Close.
    Close(Close),
    /// Open again.
    Reopen {
        /// Why.
        reason: String,
    },
}

/// A target with another value; everything else stays.
#[must_use]
pub(crate) fn with_value(target: &Target, value: Decimal) -> Target {
    Target { value, ..target.clone() }
}
