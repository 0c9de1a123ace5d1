//! Gas: detectors that rest near zero until something leaks, and the pressures of regulating stations.

use crate::day::time::Time;
use crate::day::weather::Weather;
use crate::noise::Noise;
use tingzhou_city::{Moment, Period};

/// A leak: the concentration rises, stays until somebody shuts the gas off, and fades.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leak {
    /// When it begins.
    pub begin: Moment,
    /// Highest concentration, %LEL.
    pub peak: f64,
    /// Minutes until that is reached.
    pub rise: f64,
    /// Minutes it stays there.
    pub hold: f64,
    /// Minutes in which it falls to a third.
    pub fade: f64,
}

/// A detector can begin to see a leak once in so many days.
const WINDOW: u16 = 30;

/// How many detectors see one in that time.
const SHARE: f64 = 0.012;

impl Leak {
    /// What a leak that begins now is like at a detector.
    #[must_use]
    pub fn beginning(at: Moment, noise: Noise) -> Self {
        let noise = noise.named("leak").of(at.millis());
        Self {
            begin: at,
            peak: noise.named("peak").between(28.0, 85.0),
            rise: noise.named("rise").between(3.0, 15.0),
            hold: noise.named("hold").between(8.0, 45.0),
            fade: noise.named("fade").between(4.0, 15.0),
        }
    }

    /// The leak that a detector's chance has in the window of a moment, if any.
    #[must_use]
    pub fn around(noise: Noise, at: Moment) -> Option<Self> {
        let window = Period::from_days(WINDOW).millis();
        let number = at.millis().div_euclid(window);
        let chance = noise.named("window").of(number);
        if chance.unit() >= SHARE {
            return None;
        }
        // It is over before the window ends: the longest takes less than a day.
        let room = f64::from(WINDOW - 1) * 86_400_000.0;
        let begin = number * window + crate::noise::whole(chance.named("begin").between(0.0, room));
        Some(Self::beginning(Moment::from_millis(begin)?, chance))
    }

    /// How much it adds at a moment, %LEL.
    #[must_use]
    pub fn adds(&self, at: Moment) -> f64 {
        if at < self.begin {
            return 0.0;
        }
        let minutes = f64::from(u32::try_from(at.since(self.begin).millis()).unwrap_or(u32::MAX)) / 60_000.0;
        let after = minutes - self.rise - self.hold;
        if minutes < self.rise {
            self.peak * minutes / self.rise
        } else if after < 0.0 {
            self.peak
        } else {
            self.peak * libm::exp(-after / self.fade.max(1e-6))
        }
    }
}

/// Combustible gas at a detector, %LEL.
#[must_use]
pub fn concentration(noise: Noise, time: &Time) -> f64 {
    let rest = 0.6 + 0.5 * noise.named("rest").rough(time.days * 12.0);
    let leak = Leak::around(noise, time.at).map_or(0.0, |leak| leak.adds(time.at));
    (rest.max(0.0) + leak).min(100.0)
}

/// Charge of a battery, %: it falls for a year and a half and is then changed.
#[must_use]
pub fn battery(noise: Noise, time: &Time) -> f64 {
    let life = noise.named("battery").between(420.0, 640.0);
    let age = (time.days + noise.named("changed").between(0.0, life)).rem_euclid(life) / life;
    100.0 - noise.named("low").between(72.0, 82.0) * age
}

/// How much gas the city burns, 0 to 1: meals, and heating by the cold outside.
#[must_use]
pub fn demand(time: &Time, weather: &Weather) -> f64 {
    let meals = 0.2 * time.bump(8.5, 1.0) + 0.3 * time.bump(13.5, 1.2) + 0.35 * time.bump(19.5, 1.4);
    let warmth = if time.is_heating() { (0.012 * (18.0 - weather.temperature)).clamp(0.0, 0.5) } else { 0.0 };
    (0.1 + meals + warmth).min(1.0)
}

/// Pressures before and after a regulating station, MPa. The inlet gives way to demand, the outlet hardly.
#[must_use]
pub fn pressures(noise: Noise, time: &Time, weather: &Weather) -> (f64, f64) {
    let demand = demand(time, weather);
    let inlet =
        noise.named("inlet").between(0.3, 0.38) - 0.06 * demand + 0.006 * noise.named("in").rough(time.days * 48.0);
    let outlet = noise.named("outlet").between(0.0026, 0.003) - 0.0003 * demand
        + 0.000_08 * noise.named("out").rough(time.days * 96.0);
    (inlet, outlet)
}
