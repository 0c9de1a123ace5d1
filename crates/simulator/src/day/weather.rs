//! The weather of the whole city, which air, rain, rivers and heat share. Continental: -20 °C in January, 38 °C in July.

use crate::day::time::Time;
use crate::noise::{Noise, ramp, wave};

/// The weather at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weather {
    /// Air temperature, °C.
    pub temperature: f64,
    /// Relative humidity, %.
    pub humidity: f64,
    /// Wind speed, m/s.
    pub wind: f64,
    /// Where the wind comes from, degrees clockwise from north.
    pub direction: f64,
    /// Rain, or snow as water, mm an hour.
    pub rain: f64,
    /// How firmly a lid of warm air lies on the city, 0 to 1; in the cold months only.
    pub inversion: f64,
    /// How much dust a spring storm carries, 0 to 1.
    pub dust: f64,
    /// How strongly the sun shines, 0 to 1.
    pub sun: f64,
    /// How cold the season is, -1 in July to 1 in January.
    pub cold: f64,
}

/// The part of the year with the warmest day: mid-July.
const WARMEST: f64 = 0.545;

impl Weather {
    /// The weather that a seed has at a moment.
    #[must_use]
    pub fn at(noise: Noise, time: &Time) -> Self {
        let noise = noise.named("weather");
        let cold = -wave(time.year, WARMEST, 1.0);
        let front = noise.named("front").rough(time.days / 3.5);
        let clouds = noise.named("clouds").rough(time.days / 1.7);
        let cloudy = ramp(clouds, 0.0, 0.7);
        let by_day = wave(time.hour, 15.5, 24.0) * (5.5 - 1.5 * cold) * (1.0 - 0.4 * cloudy);
        let temperature = 7.0 - 19.0 * cold + by_day + 5.0 * front;

        let shower = ramp(noise.named("shower").course(time.days * 9.0), -0.4, 0.8);
        let wet = ramp(clouds, 0.45, 0.85);
        let rain = 4.5 * wet * shower * (0.55 - 0.4 * cold);

        let calm = noise.named("calm").rough(time.days / 4.5);
        let inversion = ramp(cold, 0.2, 0.85) * ramp(calm, -0.4, 0.7);
        let dust = spring(time.year) * ramp(noise.named("dust").course(time.days / 1.3), 0.72, 0.95);
        let height = ramp(wave(time.hour, 14.2, 24.0), -0.1 + 0.25 * cold, 1.0);
        let gusts = 1.0 + noise.named("gusts").course(time.days * 20.0);
        let wind = (0.6 + 1.6 * gusts + 1.2 * ramp(by_day, 0.0, 6.0)) * (1.0 - 0.7 * inversion) + 7.0 * dust;
        let turn = noise.named("turn").rough(time.days / 2.0);
        Self {
            temperature,
            humidity: (52.0 + 16.0 * cold - 2.5 * by_day + 35.0 * wet - 20.0 * dust).clamp(8.0, 99.0),
            wind,
            direction: (250.0 + 130.0 * turn).rem_euclid(360.0),
            rain: if rain < 0.05 { 0.0 } else { rain },
            inversion,
            dust,
            sun: height * (1.0 - 0.7 * cloudy),
            cold,
        }
    }
}

/// Rises in March, falls in May.
fn spring(year: f64) -> f64 {
    ramp(year, 0.15, 0.22) * (1.0 - ramp(year, 0.37, 0.45))
}
