//! What grows along a path and has no history: this year's own readings are continued.

use super::normal::NINETY;
use super::year_end::YearEnd;

/// How much the pace differs from one reading to the next before anything is known, as a part of the pace; it counts like
/// two readings.
const USUAL_UNEVENNESS: f64 = 0.2;

/// What an error is in nine of ten cases, in the deviations that uneven readings make one expect. Measured as for
/// [`super::flow_at_year_end`].
const NINE_OF_TEN: f64 = 1.85;

/// The value at the end of the path. A reading is the part of the path due by its day, 0 to 1, and the value by then; they
/// stand in the order of their days. `None` for fewer than two readings that rise along the path.
#[must_use]
pub fn rest_of_path(readings: &[(f64, f64)]) -> Option<YearEnd> {
    let mut paces = Vec::with_capacity(readings.len());
    let (mut share, mut value) = (0.0, 0.0);
    for (due, there) in readings {
        if *due > share && due.is_finite() && there.is_finite() {
            paces.push((there - value) / (due - share));
            (share, value) = (*due, *there);
        }
    }
    let count = paces.len() as f64;
    if paces.len() < 2 || share <= 0.0 {
        return None;
    }
    let pace = value / share;
    let left = (1.0 - share).max(0.0);
    let mean = paces.iter().sum::<f64>() / count;
    let squares: f64 = paces.iter().map(|own| (own - mean) * (own - mean)).sum();
    let own = if mean.abs() > 0.0 { squares / (mean * mean) } else { 0.0 };
    let uneven = (own + 2.0 * USUAL_UNEVENNESS * USUAL_UNEVENNESS) / (count + 1.0);
    // As many steps lie ahead as the ones made so far would take.
    let steps = count * left / share;
    let each = pace.abs() * share / count;
    let deviation = each * (uneven * (steps + steps * steps / count)).sqrt() * NINE_OF_TEN / NINETY;
    Some(YearEnd { point: value + pace * left, deviation })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it stands")]
mod tests {
    use super::*;

    #[test]
    fn even_readings_end_where_they_lead() {
        let check = |readings: &[(f64, f64)], point: f64, certain: bool| {
            let end = rest_of_path(readings).unwrap();
            assert!((end.point - point).abs() < 1e-6, "{end:?}");
            let (low, high) = end.interval();
            assert_eq!(high - low < 0.5 * point, certain, "{end:?}");
        };
        check(&[(0.25, 25.0), (0.5, 50.0), (0.75, 75.0)], 100.0, true);
        check(&[(0.25, 5.0), (0.5, 45.0), (0.75, 75.0)], 100.0, false);
        check(&[(0.5, 40.0), (1.0, 90.0)], 90.0, true);
        // A reading of the same day changes nothing.
        check(&[(0.25, 25.0), (0.25, 26.0), (0.5, 50.0)], 100.0, true);
        for readings in [&[][..], &[(0.5, 50.0)], &[(0.0, 1.0), (0.0, 2.0)], &[(f64::NAN, 1.0), (0.5, 2.0)]] {
            assert_eq!(rest_of_path(readings), None, "{readings:?}");
        }
    }
}
