//! Holidays as data: the yearly notice of the State Council, and a city's own.

use crate::error::NoticeMistake;
use crate::year::FIXED_DATES;
use crate::{FIRST_YEAR, LAST_YEAR};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Most days of one holiday. The longest so far had 10 (Spring Festival 2020 as prolonged).
pub(crate) const LONGEST: i32 = 20;

/// Days off in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// 简体中文.
    pub zh: String,
    /// English.
    pub en: String,
    /// First day off.
    pub from: Date,
    /// Last day off.
    pub to: Date,
}

impl Holiday {
    /// Its days; none when it is longer than any holiday.
    pub(crate) fn days(&self) -> impl Iterator<Item = Date> + use<> {
        let length = days_from(self.from, self.to);
        let (from, count) = (self.from, if (0..LONGEST).contains(&length) { length + 1 } else { 0 });
        (0..count).map(move |i| from.saturating_add(i.days()))
    }
}

fn days_from(from: Date, to: Date) -> i32 {
    from.duration_until(to).as_hours().checked_div(24).and_then(|days| i32::try_from(days).ok()).unwrap_or(i32::MAX)
}

/// A yearly notice of the General Office of the State Council (国务院办公厅关于部分节假日安排的通知). It makes its
/// year official.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The year it is for. Its days may begin in the last days of the year before.
    pub year: i16,
    /// Name, number and date of the notice.
    pub source: String,
    /// Days off.
    pub holidays: Vec<Holiday>,
    /// Saturdays and Sundays worked instead (调休上班).
    #[serde(default)]
    pub make_up: Vec<Date>,
}

impl Notice {
    /// What is wrong with it; nothing when it can be used.
    #[must_use]
    pub fn mistakes(&self) -> Vec<NoticeMistake> {
        let mut found = common(&self.source, &self.holidays, &self.make_up);
        if !(FIRST_YEAR..=LAST_YEAR).contains(&self.year) {
            found.push(NoticeMistake::Year(self.year));
            return found;
        }
        if self.holidays.is_empty() {
            found.push(NoticeMistake::Empty);
            return found;
        }
        let off: HashSet<Date> = self.holidays.iter().flat_map(Holiday::days).collect();
        // Part of New Year's holiday may lie in the December before; nothing else leaves the year.
        let speaks_of = |day: &Date| {
            day.year() == self.year || (day.year() == self.year - 1 && day.month() == 12 && day.day() >= 15)
        };
        found.extend(off.iter().chain(&self.make_up).filter(|d| !speaks_of(d)).map(|d| NoticeMistake::OtherYear(*d)));
        let fixed = FIXED_DATES.iter().filter_map(|fixed| Date::new(self.year, fixed.month, fixed.day).ok());
        found.extend(fixed.filter(|day| !off.contains(day)).map(NoticeMistake::FixedDateMissing));
        found
    }
}

/// A city's own holidays, such as the festivals that the measure on holidays (全国年节及纪念日放假办法) leaves to the
/// governments of areas where minorities live. They leave a year as official or provisional as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regional {
    /// Name, number and date of the regional notice.
    pub source: String,
    /// Days off in this city.
    pub holidays: Vec<Holiday>,
    /// Saturdays and Sundays worked instead.
    #[serde(default)]
    pub make_up: Vec<Date>,
}

impl Regional {
    /// What is wrong with it by itself; what is wrong beside the national days is found when it is added.
    pub(crate) fn mistakes(&self) -> Vec<NoticeMistake> {
        let mut found = common(&self.source, &self.holidays, &self.make_up);
        let inside = |day: &Date| (FIRST_YEAR..=LAST_YEAR).contains(&day.year());
        let named = self.holidays.iter().flat_map(|h| [h.from, h.to]).chain(self.make_up.iter().copied());
        found.extend(named.filter(|day| !inside(day)).map(|day| NoticeMistake::Year(day.year())));
        found
    }
}

fn common(source: &str, holidays: &[Holiday], make_up: &[Date]) -> Vec<NoticeMistake> {
    let mut found = Vec::new();
    if source.trim().is_empty() {
        found.push(NoticeMistake::NoSource);
    }
    let mut seen = HashSet::new();
    for holiday in holidays {
        let Holiday { zh, en, from, to } = holiday;
        if zh.trim().is_empty() || en.trim().is_empty() {
            found.push(NoticeMistake::Unnamed(*from));
        }
        if !(0..LONGEST).contains(&days_from(*from, *to)) {
            found.push(NoticeMistake::Span { from: *from, to: *to });
        }
        found.extend(holiday.days().filter(|day| !seen.insert(*day)).map(NoticeMistake::Twice));
    }
    for day in make_up {
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            found.push(NoticeMistake::WorkedAnyway(*day));
        }
        if !seen.insert(*day) {
            found.push(NoticeMistake::Twice(*day));
        }
    }
    found
}
