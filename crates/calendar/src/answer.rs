//! What the calendar answers with.

use serde::{Deserialize, Serialize};

/// What an answer rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Every day looked at lies in a year whose holidays are announced.
    Official,
    /// Some day looked at does not; the answer may change with the announcement.
    Provisional,
}

impl Certainty {
    /// The less certain of the two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

/// An answer, and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// What it rests on.
    pub certainty: Certainty,
}

/// A number of working days; negative means backwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingDays(pub i32);

/// Why a day is worked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind<'a> {
    /// An ordinary Monday to Friday.
    Weekday,
    /// A Saturday or Sunday without work.
    Weekend,
    /// A day off by a notice or by a fixed date.
    Holiday {
        /// 简体中文.
        zh: &'a str,
        /// English.
        en: &'a str,
    },
    /// A Saturday or Sunday worked to make up for a holiday (调休上班).
    MakeUp,
}
