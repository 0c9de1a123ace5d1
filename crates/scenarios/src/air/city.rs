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
            // Of means that were rounded the mean would be rounded twice, which GB/T 8170 forbids.
            let sum: Decimal = own.iter().map(|mean| mean.exact).sum();
            let mean = sum.checked_div(Decimal::from(valid)).filter(|_| needed);
            match mean.and_then(|mean| Some((mean, Concentration::new(pollutant, mean).ok()?))) {
                Some((exact, concentration)) => {
                    means.push(Mean { averaging: *averaging, concentration, exact, values: valid });
                }
                // The hour of ozone only stands in for its eight-hour mean; without it nothing is lacking.
                None if *averaging == Averaging::Hour => {}
                None => lacks.push(Lack::Stations { pollutant, valid, stations }),
            }
        }
    }
    Ok(Day { date, edition, standing: standing(edition, &means, lacks), means, dropped: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::super::{HourlyValues, Standing, assess_day};
    use super::*;
    use jiff::civil::date;

    /// The city's index of stations whose hours have one concentration of a pollutant each, and little of the others.
    #[test]
    fn a_citys_mean_is_rounded_once() {
        let day = date(2025, 7, 1);
        let check = |pollutant: Pollutant, given: &[&str], expected: (&str, u16)| {
            let stations: Vec<Day> = given
                .iter()
                .map(|text| {
                    let mut values = HourlyValues::default();
                    for one in Pollutant::ALL {
                        *values.of_mut(one) = [Some(Decimal::ONE); 24];
                    }
                    *values.of_mut(pollutant) = [text.parse().ok(); 24];
                    assess_day(day, &values).unwrap()
                })
                .collect();
            let city = assess_city(day, &stations, given.len()).unwrap();
            let mean = city.means.iter().find(|mean| mean.concentration.pollutant() == pollutant).unwrap();
            let Standing::Valid(index) = city.standing else { panic!("{pollutant} {given:?}") };
            let found = (mean.concentration.value().normalize().to_string(), index.value);
            assert_eq!(found, (expected.0.to_owned(), expected.1), "{pollutant} {given:?}");
        };
        // 75.45, and not the mean of 76 and 75.
        check(Pollutant::Pm25, &["75.5", "75.4"], ("75", 100));
        check(Pollutant::Pm25, &["75.6", "75.4"], ("76", 102));
        check(Pollutant::Pm25, &["75.49", "75.49", "75.53"], ("76", 102));
        check(Pollutant::O3, &["160.6", "160.3"], ("160", 100));
        check(Pollutant::Co, &["4.05", "4.04"], ("4", 100));
        check(Pollutant::Co, &["4.07", "4.04"], ("4.1", 101));
    }
}
