//! Exponential smoothing: the Theta method, a damped trend, and their mean.

use super::seasonal::{YEAR, factors};

/// Continues monthly values by `horizon` months. Histories of positive values get forecasts that are not negative.
/// `None` for fewer than three months, values that are not finite, and values too large to be squared and summed.
#[must_use]
pub fn monthly(history: &[f64], horizon: usize) -> Option<Vec<f64>> {
    let fits = |value: &f64| value.is_finite() && value.abs() < 1e120;
    if history.len() < 3 || !history.iter().all(fits) {
        return None;
    }
    let factors = factors(history);
    let factor = |month: usize| factors.get(month % YEAR).copied().unwrap_or(1.0);
    let adjusted = adjusted(history, &factors);
    let (theta, damped) = (theta(&adjusted, horizon), damped(&adjusted, horizon));
    let positive = history.iter().all(|value| *value > 0.0);
    let mean = theta.iter().zip(&damped).enumerate().map(|(ahead, (one, other))| {
        let value = (one + other) / 2.0 * factor(history.len() + ahead);
        if positive { value.max(0.0) } else { value }
    });
    Some(mean.collect())
}

/// The history without its season.
pub(super) fn adjusted(history: &[f64], factors: &[f64; YEAR]) -> Vec<f64> {
    let factors = factors.iter().cycle();
    history.iter().zip(factors).map(|(value, factor)| value / factor).collect()
}

/// A straight line through values a month apart: its height at the first, and its slope.
fn line(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = values.iter().sum::<f64>() / count;
    let (mut both, mut squares) = (0.0, 0.0);
    for (month, value) in values.iter().enumerate() {
        let from_middle = month as f64 - middle;
        both += from_middle * (value - mean);
        squares += from_middle * from_middle;
    }
    let slope = if squares > 0.0 { both / squares } else { 0.0 };
    (mean - slope * middle, slope)
}

/// Simple exponential smoothing with the smoothing factor of the least squared error.
pub(super) struct Smoothed {
    /// The level after the last month.
    pub(super) level: f64,
    /// The smoothing factor.
    pub(super) factor: f64,
    /// The root of the mean squared error of forecasts one month ahead.
    pub(super) error: f64,
}

pub(super) fn smoothed(values: &[f64]) -> Smoothed {
    let mut best = Smoothed { level: 0.0, factor: 0.0, error: f64::INFINITY };
    let Some((first, rest)) = values.split_first() else { return best };
    for step in 1..50_u8 {
        let factor = f64::from(step) / 50.0;
        let (mut level, mut squares) = (*first, 0.0);
        for value in rest {
            let error = value - level;
            squares += error * error;
            level += factor * error;
        }
        let error = (squares / rest.len().max(1) as f64).sqrt();
        if error < best.error {
            best = Smoothed { level, factor, error };
        }
    }
    best
}

/// The Theta method with lines 0 and 2: the mean of the trend, and of smoothing what is twice as far from the trend.
fn theta(values: &[f64], horizon: usize) -> Vec<f64> {
    let (height, slope) = line(values);
    let trend = |month: usize| height + slope * month as f64;
    let twice: Vec<f64> = values.iter().enumerate().map(|(month, value)| 2.0 * value - trend(month)).collect();
    let level = smoothed(&twice).level;
    (0..horizon).map(|ahead| (trend(values.len() + ahead) + level) / 2.0).collect()
}

/// Exponential smoothing with a damped additive trend (Gardner & McKenzie 1985), its three factors from a grid.
fn damped(values: &[f64], horizon: usize) -> Vec<f64> {
    const DAMPING: [f64; 5] = [0.8, 0.85, 0.9, 0.95, 0.98];
    const TREND: [f64; 5] = [0.01, 0.05, 0.1, 0.2, 0.3];
    let (height, slope) = line(values.get(..YEAR).unwrap_or(values));
    let (mut least, mut best) = (f64::INFINITY, (0.0, 0.0, 0.0));
    for level_factor in (0..10_u8).map(|step| 0.05 + f64::from(step) / 10.0) {
        for trend_factor in TREND {
            for damping in DAMPING {
                let (mut level, mut trend, mut squares) = (height - slope, slope, 0.0);
                for value in values {
                    let expected = level + damping * trend;
                    let error = value - expected;
                    squares += error * error;
                    level = expected + level_factor * error;
                    trend = damping * trend + level_factor * trend_factor * error;
                }
                if squares < least {
                    (least, best) = (squares, (level, trend, damping));
                }
            }
        }
    }
    let (level, trend, damping) = best;
    let mut reach = 0.0;
    let mut weight = 1.0;
    let ahead = (0..horizon).map(|_| {
        reach += weight;
        weight *= damping;
        level + trend * reach
    });
    ahead.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it stands")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: &[f64], expected: &[f64], within: f64) {
        let apart = found.iter().zip(expected).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
        assert!(found.len() == expected.len() && apart <= within, "{found:?} {expected:?}");
    }

    #[test]
    fn simple_histories_go_on_as_they_are() {
        near(&monthly(&[5.0; 40], 3).unwrap(), &[5.0; 3], 1e-9);
        let season: Vec<f64> = (0..48).map(|month| if month % 12 < 6 { 80.0 } else { 120.0 }).collect();
        let next = monthly(&season, 12).unwrap();
        near(&next, &season[..12], 1.0);
        let line: Vec<f64> = (0..40).map(f64::from).collect();
        let next = monthly(&line, 2).unwrap();
        assert!(next[0] > 39.0 && next[1] > next[0] && next[1] < 41.5, "{next:?}");
    }

    #[test]
    fn what_is_too_short_or_no_number_has_no_forecast() {
        for history in [&[][..], &[1.0, 2.0], &[1.0, f64::NAN, 2.0], &[1.0, f64::INFINITY, 2.0], &[1e300, 1.0, 2.0]] {
            assert_eq!(monthly(history, 3), None, "{history:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_scaled_is_scaled(history in prop::collection::vec(0.1_f64..1e6, 3..80), by in 0.001_f64..1e3) {
            let scaled: Vec<f64> = history.iter().map(|value| value * by).collect();
            let (one, other) = (monthly(&history, 6).unwrap(), monthly(&scaled, 6).unwrap());
            let largest = history.iter().copied().fold(0.0, f64::max);
            for (one, other) in one.iter().zip(&other) {
                prop_assert!(one.is_finite() && *one >= 0.0);
                // Two factors that fit equally well may change places by rounding.
                prop_assert!((one * by - other).abs() <= 0.2 * largest * by);
            }
        }
    }
}
