//! Who parks where and when, as counts. There are no vehicles here and no plates: a lot is a number of spaces, and so many
//! of them are taken.

use crate::day::time::Time;
use crate::noise::{Noise, rounded, whole};

/// What a lot is next to, which makes its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbourhood {
    /// 商业: shops and restaurants; afternoons, evenings, weekends.
    Shops,
    /// 办公: offices; working hours.
    Offices,
    /// 居住: homes; nights.
    Homes,
    /// 医院: a hospital; mornings of working days.
    Hospital,
}

/// A car park, or a street with marked bays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// What it is next to.
    pub by: Neighbourhood,
    /// How many spaces it has; at least 1.
    pub spaces: u32,
    noise: Noise,
}

/// Vehicles that came and went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passages {
    /// How many came in.
    pub entered: u32,
    /// How many went out.
    pub left: u32,
}

impl Lot {
    /// The lot at a place; on a street it is smaller.
    #[must_use]
    pub fn of(noise: Noise, on_street: bool) -> Self {
        use Neighbourhood::{Homes, Hospital, Offices, Shops};
        let kinds = [Shops, Shops, Shops, Offices, Offices, Homes, Homes, Hospital];
        let (low, high) = if on_street { (8.0, 60.0) } else { (40.0, 620.0) };
        let spaces = u32::try_from(whole(noise.named("spaces").between(low, high))).unwrap_or(1);
        Self { by: kinds[noise.named("by").pick(kinds.len())], spaces, noise }
    }

    /// How many spaces are taken, at most all.
    #[must_use]
    pub fn occupied(&self, time: &Time) -> u32 {
        let (work, off) = (!time.rest, time.rest);
        let hill = |hour: f64, width: f64| time.bump(hour, width);
        let share = match (self.by, work) {
            (Neighbourhood::Shops, true) => 0.08 + 0.5 * hill(13.5, 2.2) + 0.62 * hill(19.5, 1.8),
            (Neighbourhood::Shops, false) => 0.08 + 0.72 * hill(15.0, 2.6) + 0.55 * hill(19.8, 1.7),
            (Neighbourhood::Offices, true) => 0.05 + 0.85 * hill(11.5, 1.9) + 0.8 * hill(16.8, 1.7),
            (Neighbourhood::Offices, false) => 0.07 + 0.1 * hill(14.0, 3.0),
            (Neighbourhood::Homes, _) => 0.95 - (if off { 0.25 } else { 0.5 }) * hill(14.5, 3.6),
            (Neighbourhood::Hospital, true) => 0.15 + 0.85 * hill(10.8, 1.9) + 0.4 * hill(16.5, 1.6),
            (Neighbourhood::Hospital, false) => 0.15 + 0.4 * hill(11.0, 2.2),
        };
        let liking = self.noise.named("liking").between(0.72, 1.12);
        let day = 1.0 + 0.1 * self.noise.named("day").course(time.days / 1.5);
        let restless = 0.03 * self.noise.named("restless").rough(time.days * 30.0);
        let taken = rounded((share * liking * day + restless).clamp(0.0, 1.0) * f64::from(self.spaces), 0);
        u32::try_from(whole(taken)).unwrap_or(0).min(self.spaces)
    }

    /// Who came and went between two moments next to each other: the difference of what is taken, and those who made room
    /// for each other meanwhile.
    #[must_use]
    pub fn passages(&self, from: &Time, to: &Time) -> Passages {
        let (before, after) = (self.occupied(from), self.occupied(to));
        let minutes = 1_440.0 * (to.days - from.days).max(0.0);
        let turning = f64::from(before.min(after)) * minutes / 120.0;
        let exchanged = turning * self.noise.named("exchange").of(to.at.millis()).between(0.3, 1.2);
        let exchanged = u32::try_from(whole(exchanged)).unwrap_or(0);
        Passages {
            entered: after.saturating_sub(before).saturating_add(exchanged),
            left: before.saturating_sub(after).saturating_add(exchanged),
        }
    }
}
