//! Evidence: one dated reading, with where it comes from.

use crate::Two;
use crate::ids::{AccountId, EvidenceId, UnitId};
use crate::place::Point;
use crate::status::ReportedStatus;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Where a reading comes from. Filings fill the reported column, checks and measures the measured one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The unit says so.
    Filing,
    /// The supervision office looked (documents, telephone, a visit).
    Check,
    /// A measure computed it from the systems' own records.
    Measure,
}

impl Source {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Filing => "filing",
            Self::Check => "check",
            Self::Measure => "measure",
        }
    }

    /// For people: who or what says so.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Filing => Two::new("单位填报", "filed by the unit"),
            Self::Check => Two::new("督查核查", "checked by the supervision office"),
            Self::Measure => Two::new("口径测得", "measured"),
        }
    }
}

/// Whether a value counts from the year's start or only for its own period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// From the year's start to the period's end.
    Cumulative,
    /// Within the period alone.
    Period,
}

/// Days `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Period {
    /// Whether the two share a day.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// A file that goes with evidence. Its content is kept under its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Name as given.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Media type, from the content.
    pub media_type: String,
}

/// Taken back, by whom, when and why. The row stays; it no longer counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Who.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// One dated reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Unique within the city.
    pub id: EvidenceId,
    /// Where it comes from.
    pub source: Source,
    /// The reading in the target's unit; `None` for a task without a number.
    pub value: Option<Decimal>,
    /// What the value counts.
    pub basis: Basis,
    /// The days it speaks of.
    pub period: Period,
    /// Where, in words; empty when it does not apply.
    pub place: String,
    /// Where, on the ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// What was done.
    pub note: String,
    /// What the filer says of the task.
    pub reported: ReportedStatus,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// The unit that filed; `None` for the supervision office and for measures.
    pub unit: Option<UnitId>,
    /// Who.
    pub by: AccountId,
    /// When it was filed.
    pub at: Timestamp,
    /// The name of the plan's milestone that was reached on the period's last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<String>,
    /// Comes from the simulated city.
    pub simulated: bool,
    /// Set when taken back.
    pub withdrawn: Option<Withdrawal>,
}
