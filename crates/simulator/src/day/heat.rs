//! Heat: exchange stations and rooms, 15 October to 15 April.

use crate::day::time::Time;
use crate::day::weather::Weather;
use crate::noise::Noise;

/// Temperatures of the water that leaves a heat exchange station and comes back, °C. Outside the season it stands.
#[must_use]
pub fn station(noise: Noise, time: &Time, weather: &Weather) -> (f64, f64) {
    let unrest = 0.7 * noise.named("heat").rough(time.days * 24.0);
    if !time.is_heating() {
        let still = 19.0 - 4.0 * weather.cold + unrest;
        return (still, still - 0.3);
    }
    // By the weather outside, as operators run it: 38 °C at +10, 62 °C at -20.
    let supply = (46.0 - 0.8 * weather.temperature).clamp(34.0, 65.0) + noise.named("set").between(-2.0, 2.0) + unrest;
    let used = 0.28 * (supply - 20.0) * noise.named("used").between(0.85, 1.15);
    (supply, supply - used)
}

/// Temperature of a room, °C. One home in fifteen is colder than it should be.
#[must_use]
pub fn room(noise: Noise, time: &Time, weather: &Weather) -> f64 {
    let unrest = 0.6 * noise.named("room").rough(time.days * 8.0);
    if !time.is_heating() {
        return 24.0 - 4.0 * weather.cold.clamp(-1.0, 0.4) + 0.12 * (weather.temperature - 18.0) + unrest;
    }
    let is_cold = noise.named("cold").unit() < 1.0 / 15.0;
    let kept = if is_cold { noise.named("kept").between(15.2, 17.6) } else { noise.named("kept").between(19.0, 23.0) };
    kept + 0.04 * (weather.temperature + 5.0).clamp(-15.0, 15.0) + unrest
}
