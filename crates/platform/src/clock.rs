//! The time of day, with the city's zone. A simulated city stands at a chosen day.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// What time it is in a city.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: TimeZone,
    shift: SignedDuration,
}

impl Clock {
    /// The real time in Asia/Shanghai, the one legal time of China.
    #[must_use]
    pub fn shanghai() -> Self {
        // The zone table is bundled, and China has kept UTC+8 without change since 1991; the fallback is the same.
        let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)));
        Self { zone, shift: SignedDuration::ZERO }
    }

    /// A clock that stands at `day` now and goes on from there at the real pace. For simulated cities and tests.
    #[must_use]
    pub fn standing_at(day: Date) -> Self {
        let real = Self::shanghai();
        let shift = real.at_noon(day).duration_since(Timestamp::now());
        Self { shift, ..real }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::now().checked_add(self.shift).unwrap_or_else(|_| Timestamp::now())
    }

    /// Today in the city.
    #[must_use]
    pub fn today(&self) -> Date {
        self.day_of(self.now())
    }

    /// The day of an instant in the city.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// Noon of a day in the city.
    #[must_use]
    pub fn at_noon(&self, day: Date) -> Timestamp {
        let noon = day.at(12, 0, 0, 0);
        self.zone.to_ambiguous_timestamp(noon).compatible().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// An instant written in the city's time: `2025-10-31 09:30`.
    #[must_use]
    pub fn written(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// Whether it stands elsewhere than the real time.
    #[must_use]
    pub fn shifted(&self) -> bool {
        !self.shift.is_zero()
    }
}

/// An instant as it is stored: in microseconds.
pub(crate) fn as_stored(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
