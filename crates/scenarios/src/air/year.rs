//! A year's good days so far, and whether the year can be judged at all.

use super::{AirClass, Day, Standing};
use crate::Two;
use crate::refusal::Refusal;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most days that are taken at once: those of a leap year.
pub const MOST_DAYS: usize = 366;

/// Valid days a year needs (HJ 663 and GB 3095, table 4: 324 daily means a year).
#[must_use]
pub fn days_needed_in_year() -> u16 {
    324
}

/// Valid days a month needs (GB 3095, table 4: 27 daily means a month, 25 in February).
#[must_use]
pub fn days_needed_in_month(month: i8) -> u16 {
    if month == 2 { 25 } else { 27 }
}

/// How a day came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The day counts, with this index.
    Valid(u16),
    /// The day does not count, for this reason.
    Invalid(Two),
}

/// A day and how it came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRecord {
    /// The day.
    pub date: Date,
    /// How it came out.
    pub outcome: Outcome,
}

impl From<&Day> for DayRecord {
    fn from(day: &Day) -> Self {
        let outcome = match &day.standing {
            Standing::Valid(index) => Outcome::Valid(index.value),
            Standing::Invalid { lacks, .. } => {
                let all: Vec<Two> = lacks.iter().map(super::Lack::message).collect();
                let join = |words: Vec<&str>, with: &str| words.join(with);
                Outcome::Invalid(Two::new(
                    join(all.iter().map(|t| t.zh.as_str()).collect(), "；"),
                    join(all.iter().map(|t| t.en.as_str()).collect(), "; "),
                ))
            }
        };
        Self { date: day.date, outcome }
    }
}

/// A day that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidDay {
    /// The day.
    pub date: Date,
    /// Why.
    pub reason: Two,
}

/// A month that cannot have the valid days it needs any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortMonth {
    /// 1 to 12.
    pub month: i8,
    /// Its valid days so far.
    pub valid: u16,
    /// Those it needs.
    pub needed: u16,
}

/// A year's days until one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearSoFar {
    /// The last day counted.
    pub as_of: Date,
    /// Good days: valid, with an index of at most 100.
    pub good: u16,
    /// Valid days.
    pub valid: u16,
    /// Days of each class, from excellent to severe.
    pub classes: [u16; 6],
    /// Days until `as_of` that do not count, with those nothing is known of.
    pub invalid: Vec<InvalidDay>,
    /// Days of the year that are still to come.
    pub to_come: u16,
    /// Months that are, or are bound to be, too short.
    pub short_months: Vec<ShortMonth>,
    /// Whether the year can still have the valid days it needs.
    pub can_be_valid: bool,
    /// Whether the year is over and has the valid days it needs, in all and in every month.
    pub is_valid: bool,
}

/// Counts a year's days until `as_of`. A day without a record is invalid for want of data.
///
/// # Errors
/// When a day is given twice, lies in another year or after `as_of`, or there are more than [`MOST_DAYS`].
pub fn year_so_far(as_of: Date, records: &[DayRecord]) -> Result<YearSoFar, Refusal> {
    let outcomes = by_day(as_of, records)?;
    let first = date(as_of.year(), 1, 1);
    let last = date(as_of.year(), 12, 31);
    let mut found = YearSoFar {
        as_of,
        good: 0,
        valid: 0,
        classes: [0; 6],
        invalid: Vec::new(),
        to_come: u16::try_from((last - as_of).get_days()).unwrap_or_default(),
        short_months: Vec::new(),
        can_be_valid: false,
        is_valid: false,
    };
    let mut months = [0_u16; 13];
    for day in first.series(1.day()).take_while(|day| *day <= as_of) {
        match outcomes.get(&day) {
            Some(Outcome::Valid(index)) => {
                let class = AirClass::of(*index);
                found.valid += 1;
                found.good += u16::from(class.is_good());
                found.classes[class as usize] += 1;
                months[usize::from(day.month().unsigned_abs())] += 1;
            }
            Some(Outcome::Invalid(reason)) => found.invalid.push(InvalidDay { date: day, reason: reason.clone() }),
            None => {
                found.invalid.push(InvalidDay { date: day, reason: Two::new("当日无数据", "no data of the day") });
            }
        }
    }
    for (month, valid) in (1..=12_i8).zip(months.into_iter().skip(1)) {
        let days = date(as_of.year(), month, 1);
        let left = (days.last_of_month() - as_of.max(days.yesterday().unwrap_or(days))).get_days();
        let needed = days_needed_in_month(month);
        if i32::from(valid) + left.max(0) < i32::from(needed) {
            found.short_months.push(ShortMonth { month, valid, needed });
        }
    }
    found.can_be_valid = found.short_months.is_empty() && found.valid + found.to_come >= days_needed_in_year();
    found.is_valid = found.can_be_valid && found.to_come == 0;
    Ok(found)
}

/// The records of a year until a day, each day once.
pub(super) fn by_day(as_of: Date, records: &[DayRecord]) -> Result<BTreeMap<Date, &Outcome>, Refusal> {
    if records.len() > MOST_DAYS {
        let (zh, en) = (
            format!("共 {} 天，超过一年的 {MOST_DAYS} 天；请只给一年的数据。", records.len()),
            format!("{} days are more than the {MOST_DAYS} of a year; give one year.", records.len()),
        );
        return Err(Refusal::new("too-many-days", "days", zh, en));
    }
    let mut found = BTreeMap::new();
    for record in records {
        let day = record.date;
        if day.year() != as_of.year() || day > as_of {
            let (zh, en) = (
                format!("{day} 不在 {} 年初至 {as_of} 之间；请核对日期。", as_of.year()),
                format!("{day} does not lie between the beginning of {} and {as_of}; check the date.", as_of.year()),
            );
            return Err(Refusal::new("other-day", format!("days.{day}"), zh, en));
        }
        if found.insert(day, &record.outcome).is_some() {
            let (zh, en) = (format!("{day} 给出了两次；请只留一次。"), format!("{day} is given twice; keep one."));
            return Err(Refusal::new("day-twice", format!("days.{day}"), zh, en));
        }
    }
    Ok(found)
}

/// Whether a day is known to be good.
pub(super) fn known_good(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Valid(index) if AirClass::of(*index).is_good())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records from the year's first day on, one for each number; `-` is an invalid day, `?` one without a record.
    fn year(first: Date, text: &str) -> Vec<DayRecord> {
        let mut found = Vec::new();
        let mut day = first;
        for part in text.split_whitespace() {
            let (what, count) = part.split_once('*').unwrap_or((part, "1"));
            for _ in 0..count.parse::<u16>().unwrap() {
                let outcome = match what {
                    "-" => Some(Outcome::Invalid(Two::new("停电", "no power"))),
                    "?" => None,
                    index => Some(Outcome::Valid(index.parse().unwrap())),
                };
                found.extend(outcome.map(|outcome| DayRecord { date: day, outcome }));
                day = day.tomorrow().unwrap();
            }
        }
        found
    }

    #[test]
    fn counts() {
        let check = |first: Date, as_of: Date, text: &str, expected: &str| {
            let found = year_so_far(as_of, &year(first, text));
            let found = match found {
                Ok(y) => {
                    let months: Vec<i8> = y.short_months.iter().map(|m| m.month).collect();
                    let short = if months.is_empty() { String::new() } else { format!(" short {months:?}") };
                    let state = if y.is_valid {
                        " valid"
                    } else if y.can_be_valid {
                        " open"
                    } else {
                        " lost"
                    };
                    format!("{}/{} {} invalid, {} left{state}{short}", y.good, y.valid, y.invalid.len(), y.to_come)
                }
                Err(refusal) => refusal.code.to_owned(),
            };
            assert_eq!(found, expected, "{as_of} {text}");
        };
        let first = date(2025, 1, 1);
        let last = date(2025, 12, 31);
        check(first, date(2025, 1, 3), "50 100 101", "2/3 0 invalid, 362 left open");
        check(first, date(2025, 1, 3), "50 ? -", "1/1 2 invalid, 362 left open");
        check(first, date(2025, 1, 31), "80*27 -*4", "27/27 4 invalid, 334 left open");
        check(first, date(2025, 1, 31), "80*26 -*5", "26/26 5 invalid, 334 left lost short [1]");
        check(first, date(2025, 1, 5), "-*4 80", "1/1 4 invalid, 360 left open");
        check(first, date(2025, 1, 5), "-*5", "0/0 5 invalid, 360 left lost short [1]");
        check(first, date(2025, 2, 28), "80*31 80*25 -*3", "56/56 3 invalid, 306 left open");
        check(first, date(2025, 2, 28), "80*31 80*24 -*4", "55/55 4 invalid, 306 left lost short [2]");
        check(first, last, "80*300 120*65", "300/365 0 invalid, 0 left valid");
        check(date(2024, 1, 1), date(2024, 12, 31), "80*366", "366/366 0 invalid, 0 left valid");
        // As many days missing as each month allows leave 322 of the year, two too few.
        let four = "-*4 80*27 -*3 80*25 -*4 80*27 -*3 80*27 -*4 80*27 -*3 80*27 -*4 80*27 -*4 80*27 -*3 80*27 -*4 80*27 \
                    -*3 80*27";
        check(first, last, &format!("{four} -*4 80*27"), "322/322 43 invalid, 0 left lost");
        check(first, last, &format!("{four} -*3 80*28"), "323/323 42 invalid, 0 left lost");
        check(first, last, &format!("{four} -*2 80*29"), "324/324 41 invalid, 0 left valid");
        check(first, date(2025, 1, 1), "80 80", "other-day");
        check(date(2024, 12, 31), date(2025, 1, 1), "80", "other-day");
        check(first, last, "80*367", "too-many-days");
        let twice = [year(first, "80"), year(first, "90")].concat();
        assert_eq!(year_so_far(last, &twice).map_err(|r| r.code), Err("day-twice"));
    }

    #[test]
    fn invalid_days_are_named() {
        let found = year_so_far(date(2025, 1, 3), &year(date(2025, 1, 1), "50 - ?")).unwrap();
        let named: Vec<_> = found.invalid.iter().map(|d| (d.date.to_string(), d.reason.zh.as_str())).collect();
        assert_eq!(named, [("2025-01-02".to_owned(), "停电"), ("2025-01-03".to_owned(), "当日无数据")]);
    }
}
