//! A time of day in whole minutes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Minutes of a day. The zone has no summer time.
pub(super) const DAY: i64 = 24 * 60;

/// A minute of the day, from 00:00 to 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

/// Why a text is no time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a time of day; write it as 08:00, at most 24:00 (写作 08:00，最晚 24:00)")]
pub struct NoTimeOfDay(String);

impl TimeOfDay {
    /// Minutes since midnight, 0 to 1,440.
    #[must_use]
    pub fn minutes(self) -> i64 {
        i64::from(self.0)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = NoTimeOfDay;

    fn try_from(text: String) -> Result<Self, NoTimeOfDay> {
        let two = |part: &str| -> Option<u16> {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let read = || {
            let (hours, minutes) = text.split_once(':')?;
            let (hours, minutes) = (two(hours)?, two(minutes)?);
            (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(Self(hours * 60 + minutes))
        };
        read().ok_or_else(|| NoTimeOfDay(text.chars().take(20).collect()))
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(TimeOfDay::try_from(text.to_owned()).ok().map(TimeOfDay::minutes), expected, "{text}");
        };
        check("00:00", Some(0));
        check("08:30", Some(510));
        check("24:00", Some(1440));
        check("24:01", None);
        check("8:00", None);
        check("08:60", None);
        check("+1:00", None);
        check("99:99", None);
        check("", None);
        check("08:00:00", None);
    }
}
