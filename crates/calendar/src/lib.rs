//! The calendar: which days of mainland China are working days, and how many lie between two of them.
//!
//! Pure. A year whose holidays the State Council has announced is [`Certainty::Official`]. Any other year is
//! [`Certainty::Provisional`]: Monday to Friday without the holidays that have a fixed date. Every answer says which of
//! the two it rests on, so that a date after the last announced year is never shown as if it were certain.
//!
//! Absent on purpose: lunar arithmetic. Spring Festival, Dragon Boat Festival and Mid-Autumn Festival of a year not yet
//! announced could be computed, the days moved around them could not; a half-right guess would look like a fact.

mod answer;
mod calendar;
mod error;
mod notice;
mod official;
mod year;

pub use answer::{Answer, Certainty, DayKind, WorkingDays};
pub use calendar::Calendar;
pub use error::{NoticeMistake, OutOfRange};
pub use notice::{Holiday, Notice, Regional};

/// First year there are answers for.
pub const FIRST_YEAR: i16 = 1900;
/// Last year there are answers for. One less than the last year of dates, so that a day after exists for each.
pub const LAST_YEAR: i16 = 9998;
