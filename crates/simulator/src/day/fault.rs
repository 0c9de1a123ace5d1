//! What goes wrong with instruments, rarely and by the seed: silence, a value that sticks, a spike, a wrong clock.

use crate::noise::{Noise, whole};
use tingzhou_city::{Grain, Moment, Period};

/// Something wrong with an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It says nothing.
    Silent,
    /// It repeats what it said when it got stuck.
    Stuck {
        /// When that was.
        since: Moment,
    },
    /// One value is far off, and may be beyond the instrument's range.
    Spike,
    /// Its clock is wrong by so many milliseconds.
    Clock {
        /// Ahead when positive.
        off: i64,
    },
}

const HOUR: f64 = 3_600_000.0;

/// Days in a thousand on which an instrument falls silent, sticks, and has a wrong clock.
const SILENT: f64 = 8.0;
const STUCK: f64 = 2.0;
const CLOCK: f64 = 1.0;

/// Values in a million that are spikes.
const SPIKES: f64 = 60.0;

/// What is wrong with an instrument at a moment. Silence and clocks concern the whole of it, the others one property.
#[must_use]
pub fn fault(facility: Noise, property: Noise, at: Moment) -> Option<Fault> {
    let day = at.begin(Grain::Day);
    let within = |noise: Noise, share: f64, longest: f64| {
        let chance = noise.of(day.millis());
        if chance.unit() * 1_000.0 >= share {
            return None;
        }
        let begin = day.millis() + whole(chance.named("begin").between(0.0, 18.0 * HOUR));
        let end = begin + whole(chance.named("long").between(0.4 * HOUR, longest * HOUR));
        (begin..end).contains(&at.millis()).then_some(begin)
    };
    if within(facility.named("silent"), SILENT, 6.0).is_some() {
        return Some(Fault::Silent);
    }
    if let Some(begin) = within(facility.named("clock"), CLOCK, 6.0) {
        let hours = [-365 * 24, -8, 1, 24];
        let off = hours[facility.named("off").of(day.millis()).pick(hours.len())];
        return (begin > 0).then_some(Fault::Clock { off: off * 3_600_000 });
    }
    if let Some(since) = within(property.named("stuck"), STUCK, 6.0) {
        return Some(Fault::Stuck { since: Moment::from_millis(since)? });
    }
    let spike = property.named("spike").of(at.millis()).unit() * 1e6 < SPIKES;
    spike.then_some(Fault::Spike)
}

/// A spike in place of a value.
#[must_use]
pub fn spike(property: Noise, at: Moment, value: f64) -> f64 {
    let noise = property.named("far").of(at.millis());
    if noise.unit() < 0.3 { -9_999.0 } else { value.abs().max(1.0) * noise.named("times").between(3.0, 60.0) }
}

/// A moment as a wrong clock has it.
#[must_use]
pub fn by_clock(at: Moment, off: i64) -> Moment {
    let period = Period::from_secs(u32::try_from(off.unsigned_abs() / 1_000).unwrap_or(0));
    if off < 0 { at.before(period) } else { at.after(period) }
}
