//! The time a bulletin speaks of: a month, a quarter, a half-year or a whole year.

use crate::Two;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text names no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is no period: write 2025-10 (month), 2025-Q3 (quarter) or 2025-H1 (half-year)")]
pub struct PeriodError {
    /// What was given, shortened.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    Month(i8),
    Quarter(i8),
    Half(i8),
}

/// A month, quarter or half-year of a year between 1900 and 9998. Written `2025-10`, `2025-Q3`, `2025-H1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BulletinPeriod {
    year: i16,
    part: Part,
}

impl BulletinPeriod {
    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// Months of the year from the first to the last.
    fn months(self) -> (i8, i8) {
        match self.part {
            Part::Month(month) => (month, month),
            Part::Quarter(quarter) => (quarter * 3 - 2, quarter * 3),
            Part::Half(half) => (half * 6 - 5, half * 6),
        }
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        date(self.year, self.months().0, 1)
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        date(self.year, self.months().1, 1).last_of_month()
    }

    /// The one before, of the same length and year; `None` for the year's first.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        let part = match self.part {
            Part::Month(n) if n > 1 => Part::Month(n - 1),
            Part::Quarter(n) if n > 1 => Part::Quarter(n - 1),
            Part::Half(n) if n > 1 => Part::Half(n - 1),
            _ => return None,
        };
        Some(Self { part, ..self })
    }

    /// The periods of a year that are over by the end of `today`: half-years, quarters, months, the latest first.
    #[must_use]
    pub fn over(year: i16, today: Date) -> Vec<Self> {
        if !(1900..=9998).contains(&year) {
            return Vec::new();
        }
        let halves = (1..=2).rev().map(Part::Half);
        let quarters = (1..=4).rev().map(Part::Quarter);
        let months = (1..=12).rev().map(Part::Month);
        let all = months.chain(quarters).chain(halves).map(|part| Self { year, part });
        all.filter(|period| period.last_day() <= today).collect()
    }

    /// For people: 2025年10月, 2025年第三季度, 2025年上半年.
    #[must_use]
    pub fn words(self) -> Two {
        let year = self.year;
        match self.part {
            Part::Month(month) => {
                Two::new(format!("{year}年{month}月"), self.first_day().strftime("%B %Y").to_string())
            }
            Part::Quarter(quarter) => {
                let zh = ["一", "二", "三", "四"].get(usize::from(quarter.unsigned_abs()).wrapping_sub(1)).copied();
                Two::new(format!("{year}年第{}季度", zh.unwrap_or_default()), format!("quarter {quarter} of {year}"))
            }
            Part::Half(1) => Two::new(format!("{year}年上半年"), format!("first half of {year}")),
            Part::Half(_) => Two::new(format!("{year}年下半年"), format!("second half of {year}")),
        }
    }
}

impl fmt::Display for BulletinPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Month(n) => write!(f, "{}-{n:02}", self.year),
            Part::Quarter(n) => write!(f, "{}-Q{n}", self.year),
            Part::Half(n) => write!(f, "{}-H{n}", self.year),
        }
    }
}

impl FromStr for BulletinPeriod {
    type Err = PeriodError;
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let read = || {
            let (year, part) = text.split_once('-')?;
            let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
            let year: i16 = digits(year, 4).then(|| year.parse().ok())??;
            let number =
                |s: &str, n, most: i8| digits(s, n).then(|| s.parse().ok())?.filter(|n| (1..=most).contains(n));
            let part = match part.split_at_checked(1)? {
                ("Q", rest) => Part::Quarter(number(rest, 1, 4)?),
                ("H", rest) => Part::Half(number(rest, 1, 2)?),
                _ => Part::Month(number(part, 2, 12)?),
            };
            (1900..=9998).contains(&year).then_some(Self { year, part })
        };
        read().ok_or_else(|| PeriodError { text: text.chars().take(40).collect() })
    }
}

impl TryFrom<String> for BulletinPeriod {
    type Error = PeriodError;
    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<BulletinPeriod> for String {
    fn from(period: BulletinPeriod) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_and_written() {
        let check = |text: &str, expected: Option<(&str, &str, Option<&str>, &str)>| {
            let got = text.parse::<BulletinPeriod>().ok().map(|p| {
                assert_eq!(p.to_string(), text);
                let before = p.before().map(|b| b.to_string());
                (p.first_day().to_string(), p.last_day().to_string(), before, p.words().zh)
            });
            let got = got.as_ref().map(|(a, b, c, d)| (a.as_str(), b.as_str(), c.as_deref(), d.as_str()));
            assert_eq!(got, expected, "{text}");
        };
        check("2025-10", Some(("2025-10-01", "2025-10-31", Some("2025-09"), "2025年10月")));
        check("2024-02", Some(("2024-02-01", "2024-02-29", Some("2024-01"), "2024年2月")));
        check("2025-Q3", Some(("2025-07-01", "2025-09-30", Some("2025-Q2"), "2025年第三季度")));
        check("2025-H1", Some(("2025-01-01", "2025-06-30", None, "2025年上半年")));
        check("2025-H2", Some(("2025-07-01", "2025-12-31", Some("2025-H1"), "2025年下半年")));
        for wrong in [
            "",
            "2025",
            "2025-",
            "2025-0",
            "2025-13",
            "2025-00",
            "2025-Q5",
            "2025-H3",
            "2025-q1",
            "99-01",
            "2025-1",
            "2025-年1",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn only_what_is_over_can_be_told() {
        let over: Vec<_> = BulletinPeriod::over(2025, date(2025, 6, 30)).iter().map(ToString::to_string).collect();
        assert_eq!(over[0], "2025-06");
        assert_eq!(&over[6..], ["2025-Q2", "2025-Q1", "2025-H1"]);
        assert!(BulletinPeriod::over(2026, date(2025, 6, 30)).is_empty());
    }
}
