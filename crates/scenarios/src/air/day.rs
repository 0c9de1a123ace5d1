//! A day's means from its hours, and whether the day counts.

use super::{Averaging, BadValue, Concentration, Edition, Index, Pollutant, SubIndexError, index_of};
use crate::Two;
use crate::refusal::Refusal;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Hourly means a 24-hour mean needs (GB 3095, table 4: 20 hours of a day).
const HOURS_NEEDED: usize = 20;
/// Hours an eight-hour mean needs (GB 3095, table 4: 6 hours of 8).
const OF_EIGHT_NEEDED: usize = 6;
/// Eight-hour means a day needs (HJ 663: 14 of those that end at 8:00 to 24:00).
const EIGHTS_NEEDED: usize = 14;

/// Seconds of sampling an hourly mean needs (GB 3095, table 4: 45 minutes of an hour).
const SAMPLED_NEEDED: u64 = 2_700;

/// Whether so many values make an hourly mean: by the seconds between two values of the station they are of at least 45
/// minutes. A station that tells whole hours has sampled them itself, and of one without a rhythm it is not known.
#[must_use]
pub fn is_hour_sampled(values: u32, every: Option<u64>) -> bool {
    let enough = |every: u64| every >= 3_600 || u64::from(values).saturating_mul(every) >= SAMPLED_NEEDED;
    values > 0 && every.is_none_or(enough)
}

/// One pollutant's hourly means of a day; the first is that from 0:00 to 1:00. A missing hour is `None`.
pub type Hours = [Option<Decimal>; 24];

/// The hourly means of a day, in each pollutant's unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HourlyValues {
    /// SO₂, µg/m³.
    pub so2: Hours,
    /// NO₂, µg/m³.
    pub no2: Hours,
    /// PM10, µg/m³.
    pub pm10: Hours,
    /// CO, mg/m³.
    pub co: Hours,
    /// O₃, µg/m³.
    pub o3: Hours,
    /// PM2.5, µg/m³.
    pub pm25: Hours,
}

impl HourlyValues {
    /// One pollutant's hours, to be filled in.
    pub fn of_mut(&mut self, pollutant: Pollutant) -> &mut Hours {
        match pollutant {
            Pollutant::So2 => &mut self.so2,
            Pollutant::No2 => &mut self.no2,
            Pollutant::Pm10 => &mut self.pm10,
            Pollutant::Co => &mut self.co,
            Pollutant::O3 => &mut self.o3,
            Pollutant::Pm25 => &mut self.pm25,
        }
    }

    /// One pollutant's hours.
    #[must_use]
    pub fn of(&self, pollutant: Pollutant) -> &Hours {
        match pollutant {
            Pollutant::So2 => &self.so2,
            Pollutant::No2 => &self.no2,
            Pollutant::Pm10 => &self.pm10,
            Pollutant::Co => &self.co,
            Pollutant::O3 => &self.o3,
            Pollutant::Pm25 => &self.pm25,
        }
    }
}

/// An hour that was given and not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its place in the day, 0 to 23.
    pub hour: usize,
    /// Why.
    pub why: BadValue,
}

/// Why a pollutant has no valid mean of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Too few hourly means.
    Hours {
        /// Of which pollutant.
        pollutant: Pollutant,
        /// How many are valid.
        valid: usize,
    },
    /// Too few eight-hour means of ozone, and the largest is not above the limit.
    EightHours {
        /// How many are valid.
        valid: usize,
    },
    /// Too few of the city's stations have a valid mean.
    Stations {
        /// Of which pollutant.
        pollutant: Pollutant,
        /// How many have one.
        valid: usize,
        /// How many stations there are.
        stations: usize,
    },
    /// The concentration has no index.
    NoIndex(SubIndexError),
}

impl Lack {
    /// The reason for people.
    #[must_use]
    pub fn message(&self) -> Two {
        match self {
            Self::Hours { pollutant, valid } => Two::new(
                format!("{}仅 {valid} 个小时值有效，至少需 {HOURS_NEEDED} 个", pollutant.name().zh),
                format!("{pollutant} has {valid} valid hours; {HOURS_NEEDED} are needed"),
            ),
            Self::EightHours { valid } => Two::new(
                format!("臭氧仅 {valid} 个 8 小时平均有效，至少需 {EIGHTS_NEEDED} 个"),
                format!("O₃ has {valid} valid 8 h means; {EIGHTS_NEEDED} are needed"),
            ),
            Self::Stations { pollutant, valid, stations } => Two::new(
                format!("{}：{stations} 个站点中仅 {valid} 个有效，至少需 75%", pollutant.name().zh),
                format!("{pollutant}: {valid} of {stations} stations are valid; 75 % are needed"),
            ),
            Self::NoIndex(why) => why.message(),
        }
    }
}

/// A valid mean of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mean {
    /// Over which time; for ozone the largest of the day.
    pub averaging: Averaging,
    /// The rounded mean.
    pub concentration: Concentration,
    /// The same before it was rounded, for means of it.
    pub exact: Decimal,
    /// How many values it rests on: hours, or eight-hour means.
    pub values: usize,
}

/// Whether a day counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All six pollutants have a valid mean.
    Valid(Index),
    /// At least one has none. The day is neither good nor bad.
    Invalid {
        /// What is missing.
        lacks: Vec<Lack>,
        /// The index of the others: the day's was at least that.
        at_least: Option<Index>,
    },
}

/// A day as its hours have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// The edition in force on it.
    pub edition: Edition,
    /// Whether it counts, with its index.
    pub standing: Standing,
    /// The valid means.
    pub means: Vec<Mean>,
    /// Hours given that are no concentrations.
    pub dropped: Vec<Dropped>,
}

/// A day's means, index and validity from its hours, by the edition in force on the day. Hours that are negative or
/// beyond the range are left out and named.
///
/// # Errors
/// When no edition is known for the day.
pub fn assess_day(date: Date, values: &HourlyValues) -> Result<Day, Refusal> {
    let edition = Edition::on(date)?;
    let (mut means, mut lacks, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
    for pollutant in Pollutant::ALL {
        let mut hours = *values.of(pollutant);
        for (hour, value) in hours.iter_mut().enumerate() {
            if let Some(Err(why)) = value.map(|value| Concentration::check(pollutant, value)) {
                dropped.push(Dropped { hour, why });
                *value = None;
            }
        }
        let found = if pollutant == Pollutant::O3 {
            ozone(edition, &hours)
        } else {
            whole_day(pollutant, &hours).map(|m| vec![m])
        };
        match found {
            Ok(mut found) => means.append(&mut found),
            Err(lack) => lacks.push(lack),
        }
    }
    Ok(Day { date, edition, standing: standing(edition, &means, lacks), means, dropped })
}

/// How a day stands by its means and what it lacks.
pub(super) fn standing(edition: Edition, means: &[Mean], mut lacks: Vec<Lack>) -> Standing {
    let given: Vec<(Averaging, Concentration)> = means.iter().map(|m| (m.averaging, m.concentration)).collect();
    match index_of(edition, &given) {
        Ok(index) if lacks.is_empty() => Standing::Valid(index),
        Ok(index) => Standing::Invalid { lacks, at_least: Some(index) },
        Err(SubIndexError::Nothing) => Standing::Invalid { lacks, at_least: None },
        Err(why) => {
            lacks.push(Lack::NoIndex(why));
            Standing::Invalid { lacks, at_least: None }
        }
    }
}

/// The mean of some hours, not rounded; none of none.
fn mean(hours: &[Option<Decimal>]) -> Option<(Decimal, usize)> {
    let valid: Vec<Decimal> = hours.iter().flatten().copied().collect();
    let count = valid.len();
    // At most 24 numbers of at most 10,000, so the sum is far from any limit; an empty list gives no quotient.
    let mean = valid.iter().sum::<Decimal>().checked_div(Decimal::from(count))?;
    Some((mean, count))
}

fn whole_day(pollutant: Pollutant, hours: &Hours) -> Result<Mean, Lack> {
    let (mean, values) = mean(hours).unwrap_or_default();
    let lack = Lack::Hours { pollutant, valid: values };
    if values < HOURS_NEEDED {
        return Err(lack);
    }
    let concentration = Concentration::new(pollutant, mean).map_err(|_| lack)?;
    Ok(Mean { averaging: Averaging::Day, concentration, exact: mean, values })
}

/// The largest eight-hour mean of those that end at 8:00 to 24:00 (HJ 663), and the largest hour.
fn ozone(edition: Edition, hours: &Hours) -> Result<Vec<Mean>, Lack> {
    let means = hours.windows(8).filter_map(mean).filter(|(_, hours)| *hours >= OF_EIGHT_NEEDED);
    let eights: Vec<(Decimal, Concentration)> =
        means.filter_map(|(mean, _)| Some((mean, Concentration::new(Pollutant::O3, mean).ok()?))).collect();
    let lack = Lack::EightHours { valid: eights.len() };
    let (exact, concentration) = eights.iter().max().copied().ok_or(lack)?;
    let limit = edition.scale(Pollutant::O3, Averaging::EightHours).map_or(u16::MAX, super::Scale::limit);
    if eights.len() < EIGHTS_NEEDED && concentration.value() <= Decimal::from(limit) {
        return Err(lack);
    }
    let mut found = vec![Mean { averaging: Averaging::EightHours, concentration, exact, values: eights.len() }];
    let given: Vec<(Decimal, Concentration)> = hours
        .iter()
        .flatten()
        .filter_map(|value| Some((*value, Concentration::new(Pollutant::O3, *value).ok()?)))
        .collect();
    found.extend(given.iter().max().map(|(exact, concentration)| Mean {
        averaging: Averaging::Hour,
        concentration: *concentration,
        exact: *exact,
        values: given.len(),
    }));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Hours from `value*count` parts, `_` for missing ones: `12*20 _*4`.
    fn hours(text: &str) -> Hours {
        let mut found: Vec<Option<Decimal>> = Vec::new();
        for part in text.split_whitespace() {
            let (value, count) = part.split_once('*').unwrap_or((part, "1"));
            found.extend(std::iter::repeat_n(value.parse().ok(), count.parse().unwrap()));
        }
        found.try_into().unwrap()
    }

    fn clean() -> HourlyValues {
        HourlyValues {
            so2: hours("10*24"),
            no2: hours("20*24"),
            pm10: hours("40*24"),
            co: hours("0.5*24"),
            o3: hours("80*24"),
            pm25: hours("30*24"),
        }
    }

    fn shown(day: Day) -> String {
        let one = |index: &Index| format!("{} {:?}", index.value, index.primary);
        match day.standing {
            Standing::Valid(index) => one(&index),
            Standing::Invalid { lacks, at_least } => {
                let lacks: Vec<String> = lacks.iter().map(|l| l.message().zh).collect();
                format!("{} | {}", lacks.join("; "), at_least.as_ref().map_or("-".to_owned(), one))
            }
        }
    }

    #[test]
    fn hours_of_few_values() {
        let check = |values: u32, every: Option<u64>, expected: bool| {
            assert_eq!(is_hour_sampled(values, every), expected, "{values} {every:?}");
        };
        check(1, Some(3_600), true);
        check(1, Some(7_200), true);
        check(0, Some(3_600), false);
        check(1, Some(1_800), false);
        check(2, Some(1_800), true);
        check(8, Some(300), false);
        check(9, Some(300), true);
        check(44, Some(60), false);
        check(45, Some(60), true);
        check(u32::MAX, Some(3_599), true);
        check(1, None, true);
    }

    #[test]
    fn days() {
        let check = |pollutant: Pollutant, text: &str, expected: &str| {
            let mut values = clean();
            *values.of_mut(pollutant) = hours(text);
            assert_eq!(shown(assess_day(date(2025, 7, 1), &values).unwrap()), expected, "{pollutant} {text}");
        };
        check(Pollutant::Pm25, "30*24", "43 []");
        check(Pollutant::Pm25, "75*24", "100 [Pm25]");
        check(Pollutant::Pm25, "_*4 75*20", "100 [Pm25]");
        check(Pollutant::Pm25, "_*5 75*19", "PM2.5仅 19 个小时值有效，至少需 20 个 | 40 []");
        check(Pollutant::Pm25, "_*24", "PM2.5仅 0 个小时值有效，至少需 20 个 | 40 []");
        check(Pollutant::Pm25, "-3*4 75*20", "100 [Pm25]");
        check(Pollutant::Pm25, "-3*5 75*19", "PM2.5仅 19 个小时值有效，至少需 20 个 | 40 []");
        check(Pollutant::Pm25, "99999*4 75*20", "100 [Pm25]");
        // 24-hour mean 75.5, half to even 76: 100 + 50/40 = 101.25.
        check(Pollutant::Pm25, "75*12 76*12", "102 [Pm25]");
        check(Pollutant::Pm25, "74*12 75*12", "99 [Pm25]");
        check(Pollutant::Co, "4.05*24", "100 [Co]");
        check(Pollutant::Co, "4.06*24", "101 [Co]");
        // The largest mean of eight hours is (160×7+168)/8 = 161.
        check(Pollutant::O3, "80*10 160*7 168 80*6", "101 [O3]");
        // 17 windows of a whole day; without hours 0 to 4 those that begin at hours 0 to 2 lack three or more.
        check(Pollutant::O3, "_*5 80*19", "43 []");
        check(Pollutant::O3, "_*6 80*18", "臭氧仅 13 个 8 小时平均有效，至少需 14 个 | 43 []");
        check(Pollutant::O3, "_*3 80*4 _*3 80*14", "臭氧仅 9 个 8 小时平均有效，至少需 14 个 | 43 []");
        check(Pollutant::O3, "80*8 _*12 170*4", "臭氧仅 3 个 8 小时平均有效，至少需 14 个 | 43 []");
        check(Pollutant::O3, "_*16 170*8", "110 [O3]");
        check(Pollutant::O3, "_*16 160*8", "臭氧仅 3 个 8 小时平均有效，至少需 14 个 | 43 []");
        check(Pollutant::O3, "_*24", "臭氧仅 0 个 8 小时平均有效，至少需 14 个 | 43 []");
        // Above 800 over eight hours there is no eight-hour index; the largest hour has 400 + 100 × 100/200.
        check(Pollutant::O3, "80*8 801*7 1100 80*8", "450 [O3]");
    }

    #[test]
    fn the_edition_is_that_of_the_day() {
        let check = |day: Date, expected: &str| {
            let values = HourlyValues { pm25: hours("75*24"), ..clean() };
            assert_eq!(assess_day(day, &values).map(shown).map_err(|r| r.code), Ok(expected.to_owned()), "{day}");
        };
        check(date(2026, 2, 28), "100 [Pm25]");
        check(date(2026, 3, 1), "114 [Pm25]");
        assert_eq!(assess_day(date(2031, 1, 1), &clean()).map_err(|r| r.code), Err("no-edition"));
    }

    #[test]
    fn hours_left_out_are_named() {
        let values = HourlyValues { pm25: hours("30*2 -1 30*20 10001"), ..clean() };
        let day = assess_day(date(2025, 1, 1), &values).unwrap();
        let named: Vec<usize> = day.dropped.iter().map(|d| d.hour).collect();
        assert_eq!(named, [2, 23]);
        assert_eq!(day.means.iter().map(|m| m.values).collect::<Vec<_>>(), [24, 24, 24, 24, 17, 24, 22]);
    }

    #[test]
    fn nothing_at_all_is_a_day_without_an_index() {
        let day = assess_day(date(2025, 1, 1), &HourlyValues::default()).unwrap();
        let Standing::Invalid { lacks, at_least: None } = day.standing else { panic!("{day:?}") };
        assert_eq!(lacks.len(), 6);
    }
}
