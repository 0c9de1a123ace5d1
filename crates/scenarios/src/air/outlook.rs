//! How many good days the year will have, with a 90 % interval and how likely a target is met.
//!
//! Each month still to come has a rate of good days, taken from days near it in the year (earlier years' and this
//! year's, nearer days weighing more), and moved by how this year has differed from earlier ones so far. Polluted days
//! come in spells, so a month's count is beta-binomial: wider than if days were independent. Months are added up
//! exactly, which gives the interval and the probability without drawing random numbers.

use super::year::{by_day, known_good};
use super::{DayRecord, year_so_far};
use crate::Two;
use crate::refusal::Refusal;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Most days of earlier years that are taken: those of twenty years.
pub const MOST_EARLIER_DAYS: usize = 20 * super::MOST_DAYS;

/// How many days before and after the middle of a month tell something about it.
const REACH: i64 = 45;
/// The number of days, in effect, a month's rate needs.
const DAYS_NEEDED: f64 = 20.0;
/// How many bad days this year must differ by before half of the difference is believed.
const BELIEF: f64 = 15.0;
/// How alike the days of one month are (correlation of two of them), when earlier years cannot tell, and its bounds.
const LIKENESS: f64 = 1.0 / 12.0;
const LEAST_LIKENESS: f64 = 1.0 / 40.0;
const MOST_LIKENESS: f64 = 1.0 / 5.0;
/// How much worse the rest of a year is than its months let expect, with weights.
const REST_OF_YEAR: [(f64, f64); 3] = [(0.25, 0.75), (0.5, 1.0), (0.25, 1.25)];
/// Known days a month of an earlier year needs to tell how alike its days are.
const MONTH_NEEDED: u32 = 20;

/// What the year's good days come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoodDays {
    /// Neither this year nor earlier ones say enough.
    TooEarly {
        /// What is missing.
        reason: Two,
    },
    /// A forecast.
    Expected(GoodDaysOutlook),
}

/// A forecast of a year's good days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodDaysOutlook {
    /// The last day that is known.
    pub as_of: Date,
    /// Good days so far.
    pub so_far: u16,
    /// Days still to come.
    pub to_come: u16,
    /// Good days of the whole year, as expected.
    pub expected: u16,
    /// Lower end of the 90 % interval.
    pub low: u16,
    /// Upper end of the 90 % interval.
    pub high: u16,
    /// Good days wanted.
    pub target: u16,
    /// How likely the year has at least so many, 0 to 1, in thousandths; 0 and 1 only when certain.
    pub probability: Decimal,
    /// Days the rates rest on.
    pub days: usize,
    /// The sentence for people.
    pub sentence: Two,
}

/// Forecasts the good days of `as_of`'s year from its days so far and from days of earlier years, which may be none.
///
/// Indices of earlier days should be by the edition in force on the same day of this year; the means are known, so they
/// can be assessed again. Invalid days count as not good, days without a record as unknown.
///
/// # Errors
/// As [`year_so_far`]; also when an earlier day is not earlier, or there are more than [`MOST_EARLIER_DAYS`].
pub fn good_days_outlook(
    as_of: Date,
    this_year: &[DayRecord],
    earlier: &[DayRecord],
    target: u16,
) -> Result<GoodDays, Refusal> {
    let so_far = year_so_far(as_of, this_year)?;
    let mut known = Known::default();
    for (day, outcome) in by_day(as_of, this_year)? {
        known.add(day, known_good(outcome));
    }
    let past = earlier_days(as_of, earlier)?;
    let months = months_to_come(as_of);
    let all = known.with(&past);
    let ratio = year_ratio(&known, &past);
    let likeness = past.likeness();
    let years = past.years().max(1);
    let spread = (likeness * (1.0 + 1.0 / f64::from(years))).min(MOST_LIKENESS);
    let mut rates = Vec::new();
    for month in &months {
        let Some(rate) = all.rate(month.middle) else {
            return Ok(GoodDays::TooEarly { reason: too_early(month.middle) });
        };
        rates.push((month.days, rate));
    }
    // What is left of the year may as a whole be better or worse than its months let expect.
    let mut distribution = vec![0.0; usize::from(so_far.to_come) + 1];
    for (weight, worse) in REST_OF_YEAR {
        let mut rest = vec![1.0];
        for (days, rate) in &rates {
            let bad = ((1.0 - rate) * ratio * worse).clamp(0.002, 0.99);
            rest = sum(&rest, &beta_binomial(*days, 1.0 - bad, 1.0 / spread - 1.0));
        }
        distribution.iter_mut().zip(rest).for_each(|(whole, chance)| *whole += weight * chance);
    }
    Ok(GoodDays::Expected(outlook(as_of, so_far.good, so_far.to_come, target, &distribution, all.days())))
}

fn too_early(middle: i64) -> Two {
    // The middle of a month in a year of 365 days.
    let month = date(2025, 1, 1).saturating_add((middle - 1).days()).month();
    Two::new(
        format!("{month} 月前后 {REACH} 天内的已知天数不足，为时过早；补充往年逐日数据后即可推算。"),
        format!("Too early: too few days within {REACH} days of month {month} are known; add days of earlier years."),
    )
}

fn outlook(as_of: Date, so_far: u16, to_come: u16, target: u16, distribution: &[f64], days: usize) -> GoodDaysOutlook {
    let (mut mean, mut below, mut met) = (0.0, 0.0, 0.0);
    let (mut low, mut high) = (None, None);
    for (good, chance) in (so_far..).zip(distribution) {
        mean += f64::from(good) * chance;
        below += chance;
        if below >= 0.05 {
            low = low.or(Some(good));
        }
        if below >= 0.95 {
            high = high.or(Some(good));
        }
        if good >= target {
            met += chance;
        }
    }
    let most = so_far.saturating_add(to_come);
    let (low, high) = (low.unwrap_or(so_far), high.unwrap_or(most));
    let expected = (so_far..=most).find(|good| f64::from(*good) + 0.5 > mean).unwrap_or(most).clamp(low, high);
    let probability = if so_far >= target {
        Decimal::ONE
    } else if most < target {
        Decimal::ZERO
    } else {
        let thousandths = (1..999_u16).find(|t| f64::from(*t) + 0.5 > met * 1000.0).unwrap_or(999);
        Decimal::new(i64::from(thousandths), 3)
    };
    let percent = (probability * Decimal::ONE_HUNDRED).normalize();
    let sentence = Two::new(
        format!(
            "截至 {as_of} 优良 {so_far} 天；预计全年 {expected} 天（90% 区间 {low}–{high} 天），达到 {target} 天的可能性 {percent}%。"
        ),
        format!(
            "{so_far} good days until {as_of}; {expected} expected for the year (90 % interval {low} to {high}), at least {target} with a probability of {percent} %."
        ),
    );
    GoodDaysOutlook { as_of, so_far, to_come, expected, low, high, target, probability, days, sentence }
}

fn earlier_days(as_of: Date, earlier: &[DayRecord]) -> Result<Known, Refusal> {
    if earlier.len() > MOST_EARLIER_DAYS {
        let (zh, en) = (
            format!("往年数据超过 {MOST_EARLIER_DAYS} 天；请只给最近二十年。"),
            format!("More than {MOST_EARLIER_DAYS} earlier days; give the last twenty years."),
        );
        return Err(Refusal::new("too-many-days", "earlier", zh, en));
    }
    let mut seen = BTreeSet::new();
    let mut known = Known::default();
    for record in earlier {
        let day = record.date;
        if day.year() >= as_of.year() || !seen.insert(day) {
            let (zh, en) = (
                format!("往年数据中的 {day} 重复，或不早于 {} 年；请核对。", as_of.year()),
                format!("The earlier day {day} is given twice or is not before {}; check it.", as_of.year()),
            );
            return Err(Refusal::new("other-day", format!("earlier.{day}"), zh, en));
        }
        known.add(day, known_good(&record.outcome));
    }
    Ok(known)
}

/// Days still to come in one month.
struct Month {
    /// The day of the year in their middle.
    middle: i64,
    /// How many.
    days: u32,
}

fn months_to_come(as_of: Date) -> Vec<Month> {
    let mut found = Vec::new();
    for month in as_of.month()..=12 {
        let first = date(as_of.year(), month, 1);
        let last = first.last_of_month();
        let from = if month == as_of.month() { as_of.saturating_add(1.day()) } else { first };
        let days = u32::try_from((last - from).get_days() + 1).unwrap_or_default();
        if from <= last && from.year() == as_of.year() {
            found.push(Month { middle: i64::from(from.day_of_year() + last.day_of_year()) / 2, days });
        }
    }
    found
}

/// Good and known days, by year and by day of the year.
#[derive(Clone, Default)]
struct Known {
    by_day: BTreeMap<i64, (u32, u32)>,
    by_month: BTreeMap<(i8, i16), (u32, u32)>,
}

impl Known {
    fn add(&mut self, day: Date, good: bool) {
        let one = u32::from(good);
        let of_day = self.by_day.entry(i64::from(day.day_of_year())).or_default();
        *of_day = (of_day.0 + one, of_day.1 + 1);
        let of_month = self.by_month.entry((day.month(), day.year())).or_default();
        *of_month = (of_month.0 + one, of_month.1 + 1);
    }

    fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (day, (good, known)) in &other.by_day {
            let of_day = both.by_day.entry(*day).or_default();
            *of_day = (of_day.0 + good, of_day.1 + known);
        }
        both.by_month.extend(other.by_month.iter().map(|(k, v)| (*k, *v)));
        both
    }

    fn days(&self) -> usize {
        self.by_day.values().map(|(_, known)| usize::try_from(*known).unwrap_or(usize::MAX)).sum()
    }

    fn years(&self) -> u16 {
        let years: BTreeSet<i16> = self.by_month.keys().map(|(_, year)| *year).collect();
        u16::try_from(years.len()).unwrap_or(u16::MAX)
    }

    /// The share of good days around a day of the year; none when too few are known.
    fn rate(&self, middle: i64) -> Option<f64> {
        let (mut weights, mut squares, mut good) = (0.0, 0.0, 0.0);
        for (day, (of_good, known)) in &self.by_day {
            let apart = (day - middle).abs();
            let apart = apart.min(365 - apart.min(365));
            // A triangle: one more than the reach away weighs nothing.
            let Ok(weight) = u32::try_from(REACH + 1 - apart) else { continue };
            let weight = f64::from(weight);
            weights += weight * f64::from(*known);
            squares += weight * weight * f64::from(*known);
            good += weight * f64::from(*of_good);
        }
        let effective = if squares > 0.0 { weights * weights / squares } else { 0.0 };
        // One good and one bad day more, so that no rate is 0 or 1 for certain.
        (effective >= DAYS_NEEDED).then(|| (good / weights * effective + 1.0) / (effective + 2.0))
    }

    /// How alike days of one month are, from how much the same month differs between years.
    fn likeness(&self) -> f64 {
        let (mut seen, mut alone, mut size, mut months) = (0.0, 0.0, 0.0, 0.0);
        for month in 1..=12_i8 {
            let years: Vec<(f64, f64)> = self
                .by_month
                .range((month, i16::MIN)..=(month, i16::MAX))
                .filter(|(_, (_, known))| *known >= MONTH_NEEDED)
                .map(|(_, (good, known))| (f64::from(*good), f64::from(*known)))
                .collect();
            let Ok(count) = u32::try_from(years.len()) else { continue };
            if count < 3 {
                continue;
            }
            let rate = years.iter().map(|y| y.0).sum::<f64>() / years.iter().map(|y| y.1).sum::<f64>();
            // The mean is taken from the same years, which hides one year's worth of the difference.
            let hidden = f64::from(count) / f64::from(count - 1);
            seen +=
                hidden * years.iter().map(|(good, known)| (good - known * rate) * (good - known * rate)).sum::<f64>();
            alone += years.iter().map(|(_, known)| known * rate * (1.0 - rate)).sum::<f64>();
            size += years.iter().map(|(_, known)| known).sum::<f64>();
            months += f64::from(count);
        }
        if months < 12.0 || alone <= 0.0 {
            return LIKENESS;
        }
        let others = size / months - 1.0;
        ((seen / alone - 1.0) / others).clamp(LEAST_LIKENESS, MOST_LIKENESS)
    }
}

/// How many bad days this year has for each that earlier years let expect, half believed.
fn year_ratio(known: &Known, past: &Known) -> f64 {
    let (mut seen, mut awaited) = (0.0, 0.0);
    for (day, (good, all)) in &known.by_day {
        let Some(rate) = past.rate(*day) else { continue };
        seen += f64::from(all - good);
        awaited += (1.0 - rate) * f64::from(*all);
    }
    f64::midpoint(1.0, (seen + BELIEF) / (awaited + BELIEF))
}

/// The chances of 0, 1, 2 … good days among so many, with a rate and how firm it is (the sum of the two shapes).
fn beta_binomial(days: u32, rate: f64, firm: f64) -> Vec<f64> {
    let (a, b) = (rate * firm, (1.0 - rate) * firm);
    let mut chances = vec![1.0];
    let mut last = 1.0;
    for k in 0..days {
        let left = f64::from(days - k);
        let (good, k) = (f64::from(k) + a, f64::from(k));
        last *= left / (k + 1.0) * good / (b + left - 1.0);
        chances.push(last);
    }
    let whole: f64 = chances.iter().sum();
    chances.iter_mut().for_each(|c| *c /= whole);
    chances
}

/// The chances of the sum of two independent counts.
fn sum(one: &[f64], other: &[f64]) -> Vec<f64> {
    let mut found = vec![0.0; (one.len() + other.len()).saturating_sub(1)];
    for (i, a) in one.iter().enumerate() {
        for (j, b) in other.iter().enumerate() {
            if let Some(chance) = found.get_mut(i + j) {
                *chance += a * b;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    /// A city of the tests: winters with spells of bad days, years that differ.
    struct City(u64);

    impl City {
        fn draw(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
        }

        fn year(&mut self, year: i16) -> Vec<DayRecord> {
            let harder = 0.7 + 0.6 * self.draw();
            let mut bad = false;
            date(year, 1, 1)
                .series(1.day())
                .take_while(|d| d.year() == year)
                .map(|day| {
                    let share: f64 = if matches!(day.month(), 11 | 12 | 1 | 2) { 0.45 } else { 0.06 };
                    let share = (share * harder).min(0.9);
                    // A spell goes on with 0.6; what begins one keeps the share as it is.
                    let begins = share * 0.4 / (1.0 - share);
                    bad = self.draw() < if bad { 0.6 } else { begins };
                    DayRecord { date: day, outcome: Outcome::Valid(if bad { 140 } else { 70 }) }
                })
                .collect()
        }
    }

    fn until(records: &[DayRecord], day: Date) -> Vec<DayRecord> {
        records.iter().filter(|r| r.date <= day).cloned().collect()
    }

    #[test]
    fn intervals_hold_what_they_say() {
        let check = |month: i8, earlier_years: i16, least: u32| {
            let (mut inside, mut all, mut score, mut met_all) = (0, 0, 0.0, 0.0);
            for seed in 0..100 {
                let mut city = City(seed * 977 + 5);
                let earlier: Vec<DayRecord> = (0..earlier_years).flat_map(|y| city.year(2015 + y)).collect();
                let year = city.year(2025);
                let good = year.iter().filter(|r| known_good(&r.outcome)).count();
                let as_of = date(2025, month, 1).last_of_month();
                let found = good_days_outlook(as_of, &until(&year, as_of), &earlier, 290).unwrap();
                let GoodDays::Expected(found) = found else { continue };
                all += 1;
                inside += u32::from((usize::from(found.low)..=usize::from(found.high)).contains(&good));
                let met = f64::from(u8::from(good >= 290));
                let chance: f64 = found.probability.to_string().parse().unwrap();
                score += (chance - met) * (chance - met);
                met_all += met;
            }
            let share = inside * 100 / all;
            let base = met_all / f64::from(all);
            let (brier, guess) = (score / f64::from(all), base * (1.0 - base));
            assert!(all == 100 && share >= least, "month {month}, {earlier_years} years: {share} % of {all}");
            assert!(
                brier <= guess + 0.01,
                "month {month}, {earlier_years} years: Brier {brier:.3}, base rate {guess:.3}"
            );
        };
        check(2, 1, 85);
        check(3, 3, 85);
        check(6, 3, 85);
        check(9, 5, 85);
        check(11, 5, 85);
        check(11, 0, 85);
    }

    #[test]
    fn too_early_or_not() {
        let mut city = City(1);
        let (earlier, year) = (city.year(2024), city.year(2025));
        let check = |as_of: Date, earlier: &[DayRecord], early: bool| {
            let found = good_days_outlook(as_of, &until(&year, as_of), earlier, 300).unwrap();
            assert_eq!(matches!(found, GoodDays::TooEarly { .. }), early, "{as_of} {found:?}");
        };
        check(date(2025, 1, 10), &[], true);
        check(date(2025, 6, 30), &[], true);
        check(date(2025, 9, 30), &[], true);
        check(date(2025, 10, 31), &[], false);
        check(date(2025, 1, 10), &earlier, false);
        check(date(2025, 1, 10), &earlier[..180], true);
    }

    #[test]
    fn read_off_a_distribution() {
        let check = |target: u16, chances: &[f64], expected: (u16, u16, u16, &str)| {
            let to_come = u16::try_from(chances.len() - 1).unwrap();
            let found = outlook(date(2025, 12, 1), 10, to_come, target, chances, 0);
            let probability = found.probability.to_string();
            assert_eq!((found.low, found.expected, found.high, probability.as_str()), expected, "{target} {chances:?}");
        };
        check(11, &[0.25, 0.5, 0.25], (10, 11, 12, "0.750"));
        check(12, &[0.25, 0.5, 0.25], (10, 11, 12, "0.250"));
        check(12, &[0.04, 0.92, 0.04], (11, 11, 11, "0.040"));
        check(11, &[0.04, 0.0, 0.96], (12, 12, 12, "0.960"));
        check(12, &[0.9999, 0.0001, 0.0], (10, 10, 10, "0.001"));
        check(11, &[0.0001, 0.0, 0.9999], (12, 12, 12, "0.999"));
    }

    #[test]
    fn certain_ends() {
        let good = |days: usize| -> Vec<DayRecord> {
            let days = date(2025, 1, 1).series(1.day()).take(days);
            days.map(|date| DayRecord { date, outcome: Outcome::Valid(60) }).collect()
        };
        let check = |as_of: Date, days: usize, target: u16, expected: (u16, u16, u16, &str)| {
            let found = good_days_outlook(as_of, &good(days), &[], target).unwrap();
            let GoodDays::Expected(found) = found else { panic!("{found:?}") };
            let got = (found.low, found.expected, found.high, found.probability.to_string());
            assert_eq!((got.0, got.1, got.2, got.3.as_str()), expected, "{as_of}");
        };
        check(date(2025, 12, 31), 365, 300, (365, 365, 365, "1"));
        check(date(2025, 12, 31), 299, 300, (299, 299, 299, "0"));
    }

    #[test]
    fn what_is_certain_is_said_to_be() {
        let mut city = City(3);
        let (earlier, year) = (city.year(2024), city.year(2025));
        let as_of = date(2025, 9, 30);
        let records = until(&year, as_of);
        let so_far = u16::try_from(records.iter().filter(|r| known_good(&r.outcome)).count()).unwrap();
        let check = |target: u16, certain: Option<&str>| {
            let found = good_days_outlook(as_of, &records, &earlier, target).unwrap();
            let GoodDays::Expected(found) = found else { panic!("{found:?}") };
            let probability = found.probability.to_string();
            assert!(certain.map_or(probability.starts_with("0."), |c| c == probability), "{target}: {probability}");
            assert!(found.so_far <= found.low && found.low <= found.expected && found.expected <= found.high);
        };
        check(so_far, Some("1"));
        check(so_far + 1, None);
        check(so_far + 92, None);
        check(so_far + 93, Some("0"));
    }

    #[test]
    fn refusals() {
        let day = |date| DayRecord { date, outcome: Outcome::Valid(60) };
        let check = |earlier: &[DayRecord], code: &str| {
            let found = good_days_outlook(date(2025, 6, 30), &[], earlier, 300);
            assert_eq!(found.map_err(|r| r.code), Err(code));
        };
        check(&[day(date(2025, 1, 1))], "other-day");
        check(&[day(date(2024, 1, 1)), day(date(2024, 1, 1))], "other-day");
        let many: Vec<_> = (0..=MOST_EARLIER_DAYS).map(|_| day(date(2024, 1, 1))).collect();
        check(&many, "too-many-days");
    }

    #[test]
    fn beta_binomials_have_their_mean() {
        for (days, rate, firm) in [(31, 0.7, 11.0), (1, 0.01, 5.0), (28, 0.998, 39.0)] {
            let chances = beta_binomial(days, rate, firm);
            let mean: f64 = (0..).zip(&chances).map(|(k, c)| f64::from(k) * c).sum();
            assert!((mean - f64::from(days) * rate).abs() < 1e-9, "{days} {rate} {firm}: {mean}");
        }
    }
}
