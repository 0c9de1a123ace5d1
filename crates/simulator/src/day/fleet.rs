//! The municipal fleet: sanitation vehicles on their routes. Public service vehicles, each a facility of the city.

use crate::day::time::Time;
use crate::noise::{Noise, whole};
use std::f64::consts::TAU;

/// A round through the streets: once about a rectangle of blocks, as often as a shift allows, then back at its depot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Route {
    /// West to east, m.
    pub wide: f64,
    /// South to north, m.
    pub high: f64,
    /// When the day's two shifts begin, hours.
    shifts: [f64; 2],
    /// Rounds a shift.
    rounds: f64,
}

/// Where a vehicle is, from the south-western corner of its round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// To the east, m.
    pub east: f64,
    /// To the north, m.
    pub north: f64,
    /// km/h.
    pub speed: f64,
    /// Where it heads, degrees clockwise from north.
    pub direction: f64,
    /// Whether it is at work.
    pub working: bool,
}

/// Length of a shift, hours.
const SHIFT: f64 = 5.0;

/// Seconds from one stop to the next.
const STOPS: f64 = 100.0;

impl Route {
    /// The round of a vehicle, along streets a block apart.
    #[must_use]
    pub fn of(noise: Noise, block: f64) -> Self {
        // At most a few blocks.
        let blocks = |name: &str| f64::from(u8::try_from(2 + noise.named(name).pick(4)).unwrap_or(2));
        let (wide, high) = (block * blocks("wide"), block * blocks("high"));
        let speed = noise.named("speed").between(8.0, 14.0) * 1_000.0;
        // Whole rounds, so that a shift ends where it began.
        let rounds = libm::round(speed * SHIFT / (2.0 * (wide + high))).max(1.0);
        let late = noise.named("late").between(0.0, 1.5);
        Self { wide, high, shifts: [5.0 + late, 15.0 + late], rounds }
    }

    /// Where the vehicle is. It stops and goes: the way is the mean speed's with a wave on it, and the speed is the way's
    /// own rate.
    #[must_use]
    pub fn at(&self, time: &Time) -> Spot {
        let depot = Spot { east: 0.0, north: 0.0, speed: 0.0, direction: 0.0, working: false };
        let gone = self.shifts.iter().map(|begin| time.hour - begin).find(|gone| (0.0..SHIFT).contains(gone));
        let Some(gone) = gone else { return depot };
        let seconds = 3_600.0 * gone;
        let around = 2.0 * (self.wide + self.high);
        // Metres a second.
        let mean = self.rounds * around / (3_600.0 * SHIFT);
        let turn = TAU * seconds / STOPS;
        let way = mean * (seconds - STOPS / TAU * libm::sin(turn));
        let (east, north, direction) = self.corner(way.rem_euclid(around));
        Spot { east, north, speed: 3.6 * mean * (1.0 - libm::cos(turn)), direction, working: true }
    }

    fn corner(&self, way: f64) -> (f64, f64, f64) {
        let (wide, high) = (self.wide, self.high);
        if way < wide {
            (way, 0.0, 90.0)
        } else if way < wide + high {
            (wide, way - wide, 0.0)
        } else if way < 2.0 * wide + high {
            (2.0 * wide + high - way, high, 270.0)
        } else {
            (0.0, (2.0 * (wide + high) - way).max(0.0), 180.0)
        }
    }
}

/// Whole degrees of a direction, 0 to 359.
#[must_use]
pub fn degrees(direction: f64) -> u16 {
    u16::try_from(whole(direction).rem_euclid(360)).unwrap_or(0)
}
