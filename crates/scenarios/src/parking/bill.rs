//! What a stay costs, line by line.

use super::Fen;
use crate::Two;
use jiff::civil::DateTime;
use serde::Serialize;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// Free minutes.
    FreeMinutes,
    /// Time in a period that costs nothing.
    FreePeriod,
    /// Time a monthly card covers.
    Card,
    /// A class that pays nothing.
    Exempt,
    /// Units charged.
    Charge,
    /// Taken off: what a day costs beyond its cap.
    DayCap,
    /// Taken off: what the stay costs beyond its cap.
    StayCap,
    /// Taken off: the share a class need not pay.
    Reduction,
}

/// One line of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is about.
    pub kind: LineKind,
    /// Beginning of the time it is about, in local time.
    pub from: DateTime,
    /// Its end.
    pub to: DateTime,
    /// Minutes between.
    pub minutes: i64,
    /// What it adds; negative when it takes off.
    pub amount: Fen,
    /// The rule, for people.
    pub rule: Two,
}

/// What a stay costs. The lines' amounts add up to the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bill {
    /// The tariff's name for programs.
    pub tariff: String,
    /// Its version.
    pub version: u32,
    /// Entry as priced: to the minute, in local time.
    pub entry: DateTime,
    /// Exit as priced.
    pub exit: DateTime,
    /// Whole minutes of the stay.
    pub minutes: i64,
    /// Every line, those that take off last.
    pub lines: Vec<Line>,
    /// What is to be paid; never negative.
    pub total: Fen,
}
