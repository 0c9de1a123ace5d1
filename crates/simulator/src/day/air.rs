//! What an air station measures: hour means of the six pollutants.

use crate::day::time::Time;
use crate::day::weather::Weather;
use crate::noise::Noise;

/// Concentrations at one station.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Air {
    /// PM2.5, µg/m³.
    pub pm25: f64,
    /// PM10, µg/m³; never less than PM2.5.
    pub pm10: f64,
    /// Sulphur dioxide, µg/m³.
    pub so2: f64,
    /// Nitrogen dioxide, µg/m³.
    pub no2: f64,
    /// Carbon monoxide, mg/m³.
    pub co: f64,
    /// Ozone, µg/m³.
    pub o3: f64,
}

impl Air {
    /// What the air is like at a station. Stoves and chimneys under an inversion make winter's fine dust, storms spring's
    /// coarse one, sun and heat summer's ozone; rain and wind clean.
    #[must_use]
    pub fn at(station: Noise, time: &Time, weather: &Weather) -> Self {
        let here =
            station.named("site").between(0.88, 1.12) * (1.0 + 0.15 * station.named("air").rough(time.days * 6.0));
        let stoves = if time.is_heating() { weather.cold.max(0.0) } else { 0.0 };
        let clean = (1.0 - 0.08 * weather.rain).max(0.5) * (1.12 - 0.03 * weather.wind).clamp(0.75, 1.1);
        let traffic = time.traffic();
        let trapped = 1.0 + 1.6 * weather.inversion;

        let smoke = (11.0 + 3.0 * traffic + 22.0 * stoves + 105.0 * weather.inversion) * clean;
        let pm25 = (smoke + 55.0 * weather.dust) * here;
        let coarse = (26.0 + 10.0 * traffic + 6.0 * stoves) * clean + 330.0 * weather.dust;
        let ozone = 42.0 - 14.0 * traffic - 12.0 * weather.cold + 118.0 * weather.sun * (0.62 - 0.38 * weather.cold);
        Self {
            pm25: pm25.max(2.0),
            pm10: pm25.max(2.0) + (coarse * here).max(3.0),
            so2: (5.0 + 9.0 * stoves * trapped) * here,
            no2: (9.0 + 20.0 * traffic + 9.0 * stoves) * trapped.sqrt() * here * clean,
            co: (0.35 + 0.25 * traffic + 0.45 * stoves) * trapped.sqrt() * here,
            o3: (ozone * (2.0 - here)).max(3.0),
        }
    }
}
