//! Figures as they are printed, and the small arithmetic behind them.

use std::time::{Duration, Instant};

/// Prints a figure with what it is compared with and its ratio to that.
pub(crate) fn compared(name: &str, value: f64, unit: &str, with: &str, other: f64) {
    let ratio = if other > 0.0 { written(value / other) } else { String::new() };
    println!("{name}\t{}\t{unit}\t{with}: {} {unit}\t{ratio}", written(value), written(other));
}

/// Prints a figure that has nothing to be compared with.
pub(crate) fn alone(name: &str, value: f64, unit: &str) {
    println!("{name}\t{}\t{unit}\t\t", written(value));
}

/// Prints a figure beside its budget.
pub(crate) fn budgeted(name: &str, value: f64, unit: &str, budget: f64) {
    compared(name, value, unit, "budget", budget);
}

/// Four significant digits are more than any machine repeats.
fn written(value: f64) -> String {
    match value.abs() {
        v if v >= 1_000.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.3}"),
        _ => format!("{value:.5}"),
    }
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Megabytes a second.
pub(crate) fn megabytes(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}

/// The value below which a part of all lies; `sorted` in ascending order.
pub(crate) fn quantile(sorted: &[Duration], per_thousand: usize) -> Duration {
    let index = (sorted.len() * per_thousand).div_ceil(1_000).saturating_sub(1);
    sorted.get(index).copied().unwrap_or_default()
}

/// The best of `rounds` medians of `times` runs each: what the work takes when nothing else disturbs it.
pub(crate) fn best_median<T>(rounds: usize, times: usize, mut work: impl FnMut() -> T) -> Duration {
    let mut round = || {
        let mut took: Vec<Duration> = (0..times)
            .map(|_| {
                let start = Instant::now();
                std::hint::black_box(work());
                start.elapsed()
            })
            .collect();
        took.sort_unstable();
        quantile(&took, 500)
    };
    (0..rounds).map(|_| round()).min().unwrap_or_default()
}
