//! What the calendar does not answer, and what is wrong with a notice.

use crate::{FIRST_YEAR, LAST_YEAR};
use jiff::civil::Date;

/// A date the calendar has no answer for, given or reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} the years {FIRST_YEAR} to {LAST_YEAR}; check the date or the number of days", self.what())]
pub struct OutOfRange {
    /// The date given, or from which days were counted.
    pub date: Date,
    /// The days counted from it, when there were any.
    pub days: i64,
}

impl OutOfRange {
    fn what(&self) -> String {
        if self.days == 0 {
            format!("{} is outside", self.date)
        } else {
            format!("{} days from {} lead outside", self.days, self.date)
        }
    }

    /// The same in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        let Self { date, days } = self;
        if *days == 0 {
            format!("{date} 不在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间；请核对日期。")
        } else {
            format!("自 {date} 起数 {days} 日，超出 {FIRST_YEAR} 至 {LAST_YEAR} 年；请核对日期和天数。")
        }
    }
}

/// Something wrong with a notice or with a city's own days.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeMistake {
    /// Nobody could check where it comes from.
    #[error("no source: give the notice's name and number")]
    NoSource,
    /// A year the calendar has no answers for.
    #[error("year {0} is outside {FIRST_YEAR} to {LAST_YEAR}")]
    Year(i16),
    /// A notice that says nothing.
    #[error("no holidays: a notice has at least those with a fixed date")]
    Empty,
    /// A day with a fixed date that the notice leaves out.
    #[error("{0} is a holiday by law and is not among the holidays; add it")]
    FixedDateMissing(Date),
    /// A holiday without a name.
    #[error("the holiday of {0} needs a name in Chinese and in English")]
    Unnamed(Date),
    /// A holiday that ends before it begins, or is longer than any.
    #[error("the holiday from {from} to {to} ends before it begins or is longer than {} days", crate::notice::LONGEST)]
    Span {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// A day the notice cannot speak of.
    #[error("{0} is outside the year the notice is for")]
    OtherYear(Date),
    /// Said twice.
    #[error("{0} is named twice")]
    Twice(Date),
    /// A day to be worked that is worked anyway.
    #[error("{0} is worked anyway; a make-up day is a Saturday or Sunday")]
    WorkedAnyway(Date),
    /// A city's holiday without a single working day in it.
    #[error("the holiday from {0} changes nothing: none of its days is worked")]
    NoEffect(Date),
    /// A city's make-up day on a holiday of the whole country.
    #[error("{0} is a holiday of the whole country and cannot be worked in one city")]
    NationalHoliday(Date),
}
