//! A year's sum of monthly values that have a history.

use super::normal::{NINETY, probability_below};
use super::seasonal::{YEAR, factors};
use super::smooth::{adjusted, monthly, smoothed};

/// Where a value will stand at the year's end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearEnd {
    /// The most likely value.
    pub point: f64,
    /// How uncertain it is, as one deviation of a normal distribution; never negative.
    pub deviation: f64,
}

impl YearEnd {
    /// Nine times out of ten the value lies between these two.
    #[must_use]
    pub fn interval(self) -> (f64, f64) {
        (self.point - NINETY * self.deviation, self.point + NINETY * self.deviation)
    }

    /// How likely it is that the value reaches `target` or more, 0 to 1.
    #[must_use]
    pub fn reaches(self, target: f64) -> f64 {
        if self.deviation > 0.0 {
            probability_below((self.point - target) / self.deviation)
        } else {
            f64::from(u8::from(self.point >= target))
        }
    }
}

/// What an error is in nine of ten cases, in the deviations that one month's errors make one expect, after 1 to 11 known
/// months. Measured on the series of the M3 competition with an even place in their list; `tingzhou-bench forecast` shows how
/// the intervals hold on the others.
const NINE_OF_TEN: [f64; YEAR - 1] = [1.63, 1.62, 1.59, 1.65, 1.63, 1.56, 1.90, 1.83, 1.84, 1.89, 1.79];

/// The sum of a calendar year, of which the last `known` months of `history` are its first. `None` when fewer than a
/// year lies before them, or nothing can be said of the history ([`monthly`]).
#[must_use]
pub fn flow_at_year_end(history: &[f64], known: usize) -> Option<YearEnd> {
    let before = history.len().checked_sub(known).filter(|before| *before >= YEAR)?;
    let so_far: f64 = history.get(before..)?.iter().sum();
    let left = YEAR.checked_sub(known)?;
    let Some(nine) = known.checked_sub(1).and_then(|known| NINE_OF_TEN.get(known)).filter(|_| left > 0) else {
        return (left == 0).then_some(YearEnd { point: so_far, deviation: 0.0 });
    };
    let rest: f64 = monthly(history, left)?.iter().sum();
    let season = factors(history);
    let ahead = season.iter().cycle().skip(history.len() % YEAR).take(left);
    let scale = ahead.sum::<f64>() / left as f64;
    let one_month = smoothed(&adjusted(history, &season));
    // A shock of one month stays, smoothed, in all months after it.
    let reach = (0..left).map(|later| 1.0 + one_month.factor * later as f64);
    let squares: f64 = reach.map(|reach| reach * reach).sum();
    let deviation = one_month.error * scale * squares.sqrt() * nine / NINETY;
    Some(YearEnd { point: so_far + rest, deviation })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it stands")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_year_like_the_ones_before() {
        let years: Vec<f64> = (0..42).map(|month| 100.0 + f64::from(month % 12)).collect();
        let end = flow_at_year_end(&years, 6).unwrap();
        let year: f64 = (0..12).map(|month| 100.0 + f64::from(month)).sum();
        assert!((end.point - year).abs() < 0.01 * year, "{end:?} {year}");
        assert!(end.reaches(year * 0.9) > 0.95 && end.reaches(year * 1.1) < 0.05, "{end:?}");
        // A whole year is known and has no uncertainty.
        let whole = flow_at_year_end(&years[..36], 12).unwrap();
        assert_eq!((whole.reaches(year), whole.reaches(year + 1.0)), (1.0, 0.0));
        assert_eq!(flow_at_year_end(&years[..14], 6), None);
        assert_eq!(flow_at_year_end(&years, 0), None);
        assert_eq!(flow_at_year_end(&years, 13), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn laws(history in prop::collection::vec(0.0_f64..1e6, 13..60), known in 1_usize..12, target in 0.0_f64..1e8) {
            if let Some(end) = flow_at_year_end(&history, known) {
                let (low, high) = end.interval();
                prop_assert!(low <= end.point && end.point <= high);
                let (one, more) = (end.reaches(target), end.reaches(target * 1.1));
                prop_assert!((0.0..=1.0).contains(&one) && more <= one);
            }
        }
    }
}
