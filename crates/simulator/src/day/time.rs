//! A moment with what the day's course depends on.

use jiff::civil::{Date, Weekday};
use tingzhou_calendar::{Calendar, DayKind};
use tingzhou_city::Moment;

/// A moment, taken apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time {
    /// The moment.
    pub at: Moment,
    /// The day in Beijing.
    pub date: Date,
    /// Hours since that day began, with fractions.
    pub hour: f64,
    /// Days since 1970-01-01 in Beijing, with fractions.
    pub days: f64,
    /// The part of the year gone, 0 to 1.
    pub year: f64,
    /// Whether most people are off: a weekend that is not worked, or a holiday.
    pub rest: bool,
}

impl Time {
    /// Takes a moment apart; the calendar says which days are off.
    #[must_use]
    pub fn of(at: Moment, calendar: &Calendar) -> Self {
        let civil = at.civil();
        let date = civil.date();
        let begun = Moment::begin_of(date);
        // A day is less than 2³² milliseconds, and all days there are fewer than 2³².
        let gone = u32::try_from(at.since(begun).millis()).unwrap_or(0);
        let hour = f64::from(gone) / 3_600_000.0;
        let whole_days = f64::from((date - Date::constant(1970, 1, 1)).get_days());
        let year = (f64::from(date.day_of_year()) - 1.0 + hour / 24.0) / f64::from(date.days_in_year());
        let rest = calendar.kind(date).map_or_else(
            |_| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday),
            |answer| matches!(answer.value, DayKind::Holiday { .. } | DayKind::Weekend),
        );
        Self { at, date, hour, days: whole_days + hour / 24.0, year, rest }
    }

    /// Whether the heating season is on: 15 October to 15 April.
    #[must_use]
    pub fn is_heating(&self) -> bool {
        let day = (self.date.month(), self.date.day());
        day >= (10, 15) || day <= (4, 15)
    }

    /// A bump of height 1 at an hour of the day, `width` hours wide either way, across midnight too.
    #[must_use]
    pub fn bump(&self, hour: f64, width: f64) -> f64 {
        let apart = (self.hour - hour).abs();
        let apart = apart.min(24.0 - apart) / width;
        libm::exp(-0.5 * apart * apart)
    }

    /// How much traffic there is, 0 to 1: two rushes on working days, one long afternoon on others.
    #[must_use]
    pub fn traffic(&self) -> f64 {
        let light = 0.55 * self.bump(14.0, 4.5);
        let rush = 0.75 * self.bump(9.5, 1.0) + 0.8 * self.bump(19.5, 1.2);
        if self.rest { 0.1 + light + 0.2 * self.bump(19.5, 2.0) } else { (0.1 + 0.6 * light + rush).min(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::DateTime;

    fn time(text: &str) -> Time {
        let civil: DateTime = text.parse().unwrap();
        let at = jiff::tz::offset(8).to_timestamp(civil).unwrap();
        Time::of(at.into(), &Calendar::national())
    }

    #[test]
    fn days_off_and_seasons() {
        let check = |text: &str, rest: bool, heating: bool, hour: f64| {
            let time = time(text);
            assert_eq!((time.rest, time.is_heating()), (rest, heating), "{text}");
            assert!((time.hour - hour).abs() < 1e-9, "{text}");
        };
        check("2025-10-01T00:00:00", true, false, 0.0);
        check("2025-10-14T12:30:00", false, false, 12.5);
        check("2025-10-15T23:59:59.5", false, true, 24.0 - 0.5 / 3_600.0);
        check("2025-04-15T06:00:00", false, true, 6.0);
        check("2025-04-16T06:00:00", false, false, 6.0);
        // A Saturday that is off and a Sunday that is worked.
        check("2025-09-20T08:00:00", true, false, 8.0);
        check("2025-09-28T08:00:00", false, false, 8.0);
    }

    #[test]
    fn rushes_are_on_working_days() {
        let (work, off) = (time("2025-09-24T09:30:00"), time("2025-09-20T09:30:00"));
        assert!(work.traffic() > 2.0 * off.traffic());
        assert!(time("2025-09-24T04:00:00").traffic() < 0.2);
        assert!((time("2025-01-01T00:30:00").bump(23.5, 1.0) - libm::exp(-0.5)).abs() < 1e-9);
    }
}
