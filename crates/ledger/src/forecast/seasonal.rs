//! Classical multiplicative seasonal adjustment of monthly values.

/// Months of a year.
pub(super) const YEAR: usize = 12;

/// How far a month usually lies above or below the year, by the place of the month in the history; all ones when the
/// history is no longer than three years, has a value that is not positive, or shows no season.
pub(super) fn factors(history: &[f64]) -> [f64; YEAR] {
    if history.iter().all(|value| *value > 0.0) && is_seasonal(history) { indices(history) } else { [1.0; YEAR] }
}

/// Whether the autocorrelation at a year's distance is beyond what chance gives one time in ten (Bartlett's limits), the
/// test Assimakopoulos & Nikolopoulos used for the M3 competition ("The theta model", 2000).
fn is_seasonal(history: &[f64]) -> bool {
    if history.len() < 3 * YEAR {
        return false;
    }
    let count = history.len() as f64;
    let mean = history.iter().sum::<f64>() / count;
    let from_mean: Vec<f64> = history.iter().map(|value| value - mean).collect();
    let variance: f64 = from_mean.iter().map(|value| value * value).sum();
    if variance <= 0.0 {
        return false;
    }
    let at = |lag: usize| -> f64 {
        let later = from_mean.iter().skip(lag);
        later.zip(&from_mean).map(|(later, earlier)| later * earlier).sum::<f64>() / variance
    };
    let before: f64 = (1..YEAR).map(|lag| at(lag) * at(lag)).sum();
    at(YEAR).abs() > 1.645 * ((1.0 + 2.0 * before) / count).sqrt()
}

/// The mean of each month's part of the centred moving average over a year, scaled to a mean of 1.
fn indices(history: &[f64]) -> [f64; YEAR] {
    let half = YEAR / 2;
    let mut sums = [(0.0, 0.0); YEAR];
    for (place, window) in history.windows(YEAR + 1).enumerate() {
        let ends = window.first().zip(window.last()).map_or(0.0, |(first, last)| (first + last) / 2.0);
        let inner: f64 = window.iter().skip(1).take(YEAR - 1).sum();
        let average = (ends + inner) / YEAR as f64;
        let month = place + half;
        if let (Some(value), Some(sum)) = (history.get(month), sums.get_mut(month % YEAR)) {
            *sum = (sum.0 + value / average, sum.1 + 1.0);
        }
    }
    let means = sums.map(|(sum, count)| if count > 0.0 { sum / count } else { 1.0 });
    let mean = means.iter().sum::<f64>() / YEAR as f64;
    means.map(|month| month / mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_is_found_where_there_is_one() {
        let flat: Vec<f64> = (0..60).map(|month| 100.0 + f64::from(month * 7 % 5)).collect();
        assert!(factors(&flat).iter().all(|factor| (factor - 1.0).abs() < 1e-9));
        let summer: Vec<f64> = (0..60).map(|month| if month % 12 == 6 { 200.0 } else { 100.0 }).collect();
        let found = factors(&summer);
        assert!((found[6] / found[0] - 2.0).abs() < 1e-9, "{found:?}");
        assert!((found.iter().sum::<f64>() - 12.0).abs() < 1e-9);
        // Two years say nothing about a season, and what is not positive has no parts.
        assert!(factors(&summer[..24]).iter().all(|factor| (factor - 1.0).abs() < 1e-9));
        let mut zero = summer;
        zero[3] = 0.0;
        assert!(factors(&zero).iter().all(|factor| (factor - 1.0).abs() < 1e-9));
    }
}
