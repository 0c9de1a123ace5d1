//! A city's day from the days of its stations.

use super::day::{Day, Lack, Mean, standing};
use super::{Averaging, Concentration, Edition, Pollutant};
use crate::refusal::Refusal;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Per cent of a city's stations that need a valid mean (HJ 663: 75 %).
const STATIONS_NEEDED: usize = 75;

/// A city's day: of each pollutant the mean of its stations' means (HJ 663), which counts when at least three quarters of
/// all stations have one. `stations` is how many there should be, those without any value included.
///
/// # Errors
/// When no edition is known for the day.
pub fn assess_city(date: Date, days: &[Day], stations: usize) -> Result<Day, Refusal> {
    let edition = Edition::on(date)?;
    let (mut means, mut lacks) = (Vec::new(), Vec::new());
    for pollutant in Pollutant::ALL {
        let wanted: &[Averaging] =
            if pollutant == Pollutant::O3 { &[Averaging::EightHours, Averaging::Hour] } else { &[Averaging::Day] };
        for averaging in wanted {
            let own: Vec<&Mean> = days
                .iter()
                .flat_map(|day| &day.means)
                .filter(|mean| mean.averaging == *averaging && mean.concentration.pollutant() == pollutant)
                .collect();
            let valid = own.len();
            let needed = valid > 0 && valid * 100 >= stations * STATIONS_NEEDED;
            let sum: Decimal = own.iter().map(|mean| mean.concentration.value()).sum();
            let mean = sum.checked_div(Decimal::from(valid)).filter(|_| needed);
            match mean.and_then(|mean| Concentration::new(pollutant, mean).ok()) {
                Some(concentration) => means.push(Mean { averaging: *averaging, concentration, values: valid }),
                // The hour of ozone only stands in for its eight-hour mean; without it nothing is lacking.
                None if *averaging == Averaging::Hour => {}
                None => lacks.push(Lack::Stations { pollutant, valid, stations }),
            }
        }
    }
    Ok(Day { date, edition, standing: standing(edition, &means, lacks), means, dropped: Vec::new() })
}
