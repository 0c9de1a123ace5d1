//! Instants and lengths of time as series keep them: whole milliseconds.

use crate::Two;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SpanRelativeTo, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// UTC+8. China has kept it all year round since 1992; hours and days of earlier years are those of UTC+8 too, without
/// the summer time of 1986 to 1991.
const BEIJING: Offset = jiff::tz::offset(8);

/// An instant in whole milliseconds; what an instrument says beyond that is cut off. Always within the years of
/// [`Timestamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Timestamp", into = "Timestamp")]
pub struct Moment(i64);

impl Moment {
    // A second within the ends of timestamps, whose fractions count away from zero.
    const FIRST: i64 = -377_705_023_200 * SECOND;
    const LAST: i64 = 253_402_207_199 * SECOND;

    /// The instant at so many milliseconds after 1970-01-01 00:00 UTC; none beyond the years of [`Timestamp`].
    #[must_use]
    pub fn from_millis(millis: i64) -> Option<Self> {
        (Self::FIRST..=Self::LAST).contains(&millis).then_some(Self(millis))
    }

    /// Milliseconds since 1970-01-01 00:00 UTC.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// So much later, at most the last instant there is.
    #[must_use]
    pub fn after(self, period: Period) -> Self {
        Self::within(self.0.saturating_add(period.0))
    }

    /// So much earlier, at least the first instant there is.
    #[must_use]
    pub fn before(self, period: Period) -> Self {
        Self::within(self.0.saturating_sub(period.0))
    }

    /// How long it is since an earlier instant; nothing when that one is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Period {
        Period((self.0 - earlier.0).max(0))
    }

    /// The beginning of its hour or day in Beijing time.
    #[must_use]
    pub fn begin(self, grain: Grain) -> Self {
        let shift = i64::from(BEIJING.seconds()) * SECOND;
        let length = grain.period().0;
        Self::within((self.0 + shift).div_euclid(length) * length - shift)
    }

    /// The beginning of a day in Beijing time.
    #[must_use]
    pub fn begin_of(day: Date) -> Self {
        let days = i64::from((day - Date::constant(1970, 1, 1)).get_days());
        Self::within(days * DAY - i64::from(BEIJING.seconds()) * SECOND)
    }

    /// Its civil time in Beijing.
    #[must_use]
    pub fn civil(self) -> DateTime {
        BEIJING.to_datetime(self.into())
    }

    fn within(millis: i64) -> Self {
        Self(millis.clamp(Self::FIRST, Self::LAST))
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self::within(at.as_millisecond())
    }
}

impl From<Moment> for Timestamp {
    fn from(moment: Moment) -> Self {
        // A moment is within the years of timestamps.
        Self::from_millisecond(moment.0).unwrap_or(Self::UNIX_EPOCH)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.civil().strftime("%Y-%m-%d %H:%M:%S"))
    }
}

/// What rollups are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grain {
    /// Hours of Beijing time.
    Hour,
    /// Days of Beijing time.
    Day,
}

impl Grain {
    /// How long one is.
    #[must_use]
    pub fn period(self) -> Period {
        match self {
            Self::Hour => Period(HOUR),
            Self::Day => Period(DAY),
        }
    }
}

/// A length of time in whole milliseconds, not negative, at most a hundred years. Written like `10m`, `1h 30m` or `90d`
/// (a day has 24 hours).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period(i64);

/// Why a text is not a length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not a length of time; write it like 30s, 10m, 1h 30m or 90d, at most 100 years")]
pub struct PeriodError {
    /// What was given, shortened.
    pub text: String,
}

impl Period {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u32) -> Self {
        Self(millis as i64)
    }

    /// So many seconds.
    #[must_use]
    pub const fn from_secs(seconds: u32) -> Self {
        // Some 136 years in seconds are far from the end of 64 bits in milliseconds.
        Self(seconds as i64 * SECOND)
    }

    /// So many days of 24 hours, at most 36 525.
    #[must_use]
    pub const fn from_days(days: u16) -> Self {
        Self(days as i64 * DAY)
    }

    /// Its milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whether it is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// For people, to the second: `1 小时 30 分钟`, `1 h 30 min`.
    #[must_use]
    pub fn words(self) -> Two {
        let parts = [
            (self.0 / DAY, "天", "d"),
            (self.0 % DAY / HOUR, "小时", "h"),
            (self.0 % HOUR / MINUTE, "分钟", "min"),
            (self.0 % MINUTE / SECOND, "秒", "s"),
        ];
        let join = |pick: fn(&(i64, &'static str, &'static str)) -> &'static str| -> String {
            let told: Vec<String> = parts.iter().filter(|p| p.0 > 0).map(|p| format!("{} {}", p.0, pick(p))).collect();
            if told.is_empty() { format!("0 {}", pick(&parts[3])) } else { told.join(" ") }
        };
        Two::new(join(|p| p.1), join(|p| p.2))
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;
    fn try_from(text: String) -> Result<Self, PeriodError> {
        let span = text.parse::<jiff::Span>().ok();
        let length = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
        let millis = length.and_then(|length| i64::try_from(length.as_millis()).ok());
        match millis {
            Some(millis) if (0..=36_525 * DAY).contains(&millis) => Ok(Self(millis)),
            _ => Err(PeriodError { text: text.chars().take(80).collect() }),
        }
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        let millis = period.0 % SECOND;
        let whole = Period(period.0 - millis).words().en.replace("min", "m").replace(' ', "");
        let whole = whole.replace('d', "d ").replace('h', "h ").replace('m', "m ");
        if millis == 0 { whole.trim_end().to_owned() } else { format!("{} {millis}ms", whole.trim_end()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        let civil: DateTime = text.parse().unwrap();
        BEIJING.to_timestamp(civil).unwrap().into()
    }

    #[test]
    fn hours_and_days_begin_in_beijing() {
        let check = |text: &str, hour: &str, day: &str| {
            assert_eq!(at(text).begin(Grain::Hour), at(hour), "{text}");
            assert_eq!(at(text).begin(Grain::Day), at(day), "{text}");
        };
        check("2026-03-01T00:00:00", "2026-03-01T00:00:00", "2026-03-01T00:00:00");
        check("2026-03-01T07:59:59.999", "2026-03-01T07:00:00", "2026-03-01T00:00:00");
        check("2026-02-28T23:59:59.999", "2026-02-28T23:00:00", "2026-02-28T00:00:00");
        check("1965-01-01T00:30:00", "1965-01-01T00:00:00", "1965-01-01T00:00:00");
        // In the summer time of 1988 too.
        check("1988-07-01T00:30:00", "1988-07-01T00:00:00", "1988-07-01T00:00:00");
    }

    #[test]
    fn periods_are_read_and_said() {
        let check = |text: &str, millis: i64, zh: &str, en: &str| {
            let period = Period::try_from(text.to_owned()).unwrap();
            assert_eq!((period.millis(), period.words()), (millis, Two::new(zh, en)), "{text}");
            assert_eq!(Period::try_from(String::from(period)).unwrap(), period, "{text}");
        };
        check("30s", 30_000, "30 秒", "30 s");
        check("1h 30m", 5_400_000, "1 小时 30 分钟", "1 h 30 min");
        check("90d", 7_776_000_000, "90 天", "90 d");
        check("0s", 0, "0 秒", "0 s");
        check("1s 500ms", 1_500, "1 秒", "1 s");
        check("250ms", 250, "0 秒", "0 s");
        let refused = |text: &str| assert!(Period::try_from(text.to_owned()).is_err(), "{text}");
        refused("");
        refused("10");
        refused("-5m");
        refused("1 month");
        refused("101 years");
        refused("40000d");
    }

    #[test]
    fn the_ends_of_time_hold() {
        let (first, last) = (Moment::from(Timestamp::MIN), Moment::from(Timestamp::MAX));
        assert_eq!(first.before(Period::from_days(1)).begin(Grain::Day), first);
        assert_eq!(last.after(Period::from_days(1)), last);
        assert_eq!((Moment::from_millis(i64::MAX), Moment::from_millis(i64::MIN)), (None, None));
        for moment in [first, last] {
            assert_eq!(Moment::from(Timestamp::from(moment)), moment);
        }
    }
}
