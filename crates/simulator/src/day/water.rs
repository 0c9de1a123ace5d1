//! Water: what meters count, the pressure in the pipes, rain gauges, rivers and reservoirs.

use crate::day::time::Time;
use crate::day::weather::Weather;
use crate::noise::{Noise, wave};
use std::f64::consts::TAU;

/// What a district's meter has counted since 2020, m³. It never runs backwards: its rate is a mean with a year's, a day's and
/// half a day's wave on it, which together are smaller than the mean.
#[must_use]
pub fn counted(noise: Noise, days: f64) -> f64 {
    let mean = noise.named("mean").between(40.0, 900.0);
    let peak = noise.named("peak").between(0.33, 0.4);
    // The area under a wave of height 1 with that period and peak.
    let area = |peak: f64, period: f64| libm::sin(TAU * (days - peak) / period) * period / TAU;
    // 2020-01-01 is day 18,262; a constant keeps the waves from going below zero there.
    let gone = days - 18_262.0 + 30.0;
    mean * (gone + 0.25 * area(199.0, 365.25) + 0.4 * area(peak, 1.0) + 0.3 * area(peak, 0.5))
}

/// How much water is drawn, 0 to 1.
fn drawn(time: &Time) -> f64 {
    let morning = if time.rest { 9.8 } else { 8.2 };
    0.12 + 0.6 * time.bump(morning, 1.1) + 0.3 * time.bump(13.5, 1.5) + 0.6 * time.bump(20.5, 1.6)
}

/// Pressure in a supply pipe, MPa.
#[must_use]
pub fn pressure(noise: Noise, time: &Time) -> f64 {
    let still = noise.named("still").between(0.3, 0.42);
    still - 0.09 * drawn(time) + 0.008 * noise.named("surge").rough(time.days * 48.0)
}

/// Rain of the hour that ends at a moment, at a gauge, mm. Showers are not the same everywhere.
#[must_use]
pub fn rain(noise: Noise, time: &Time, weather: &Weather) -> f64 {
    let here = 1.0 + 0.6 * noise.named("shower").course(time.days * 12.0);
    weather.rain * here.max(0.0)
}

/// A river's discharge, m³/s: snow melts from April to August, rain of the last two days comes down.
#[must_use]
pub fn flow(noise: Noise, time: &Time, rain_before: f64) -> f64 {
    let size = noise.named("size").between(2.0, 18.0);
    let melt = 0.5 * (1.0 + wave(time.year, 0.5, 1.0));
    let by_day = 1.0 + 0.12 * melt * wave(time.hour, 19.0, 24.0);
    let unrest = 1.0 + 0.1 * noise.named("flow").rough(time.days / 2.0);
    size * (0.15 + 1.4 * melt * melt) * by_day * unrest + 0.8 * rain_before
}

/// A river's level, m above the sea, by a stage curve.
#[must_use]
pub fn stage(noise: Noise, flow: f64) -> f64 {
    noise.named("bed").between(520.0, 780.0) + 0.35 * libm::pow(flow.max(0.0), 0.6)
}

/// What a reservoir holds, 10⁴ m³: full after the melt in July, drawn down for the fields until October.
#[must_use]
pub fn volume(noise: Noise, time: &Time) -> f64 {
    let capacity = noise.named("capacity").between(1_800.0, 6_500.0);
    let season = 0.55 + 0.28 * wave(time.year, 0.5, 1.0) - 0.06 * wave(time.year, 0.3, 0.5);
    capacity * (season + 0.03 * noise.named("volume").rough(time.days / 9.0))
}

/// A reservoir's level, m above the sea, of what it holds.
#[must_use]
pub fn level(noise: Noise, volume: f64) -> f64 {
    noise.named("floor").between(880.0, 1_150.0) + 0.62 * libm::pow(volume.max(0.0), 0.5)
}
