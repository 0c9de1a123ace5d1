//! Forecasts on the 1,428 monthly series of the M3 competition (file beside the repository): how far they miss over 18
//! months, and how the year's end is told after 3, 6 and 9 months. Intervals were measured on the series with an even place
//! in the list; the figures are of the others.

use crate::figure::{budgeted, compared};
use crate::workspace;
use std::fs;
use tingzhou_platform::ledger::forecast::{YearEnd, flow_at_year_end, monthly};

/// Published for the Theta method: Makridakis & Hibon, "The M3-Competition" (2000).
const THETA: f64 = 13.89;
/// A calendar year's target, as a multiple of the year before.
const TARGET_FACTOR: f64 = 1.05;

struct Series {
    /// Months before the first value from the last January on, 0 to 11.
    first_month: usize,
    known: Vec<f64>,
    after: Vec<f64>,
}

fn series(text: &str) -> Vec<Series> {
    let numbers = |line: &serde_json::Value, name: &str| -> Vec<f64> {
        let list = line.pointer(name).and_then(serde_json::Value::as_array).expect("a list of values");
        list.iter().filter_map(serde_json::Value::as_f64).collect()
    };
    let one = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let start = line.pointer("/start").and_then(serde_json::Value::as_str).expect("a start");
        let month: usize = start.rsplit('-').next().and_then(|month| month.parse().ok()).expect("a month");
        Series { first_month: month - 1, known: numbers(&line, "/train"), after: numbers(&line, "/test") }
    };
    text.lines().filter(|line| !line.is_empty()).map(one).collect()
}

/// Symmetric error in per cent, as the competition counted it.
fn smape(actual: &[f64], forecast: &[f64]) -> f64 {
    let each = actual.iter().zip(forecast).map(|(a, f)| 200.0 * (a - f).abs() / (a.abs() + f.abs()));
    each.sum::<f64>() / actual.len() as f64
}

/// The same month of the year before.
fn naive(known: &[f64], months: usize) -> Vec<f64> {
    let last = known.get(known.len().saturating_sub(12)..).unwrap_or(known);
    last.iter().copied().cycle().take(months).collect()
}

/// One year's end: what was told, what came, what pro rata says.
struct Told {
    end: YearEnd,
    pro_rata: f64,
    actual: f64,
    target: f64,
}

/// The last whole calendar year of a series of at least five, told after `known` months.
fn told(series: &Series, known: usize) -> Option<Told> {
    let all = [series.known.as_slice(), &series.after].concat();
    let first = (12 - series.first_month) % 12;
    let years = all.len().checked_sub(first)? / 12;
    if years < 5 || all.iter().any(|value| *value <= 0.0) {
        return None;
    }
    let year = first + 12 * (years - 1);
    let sum = |from: usize, to: usize| all.get(from..to).map(|months| months.iter().sum::<f64>());
    let end = flow_at_year_end(all.get(..year + known)?, known)?;
    let pro_rata = sum(year, year + known)? * 12.0 / known as f64;
    Some(Told { end, pro_rata, actual: sum(year, year + 12)?, target: TARGET_FACTOR * sum(year - 12, year)? })
}

/// Gneiting & Raftery 2007: the width of a 90 % interval, and twenty times what it misses by.
fn interval_score((low, high): (f64, f64), actual: f64) -> f64 {
    high - low + 20.0 * ((low - actual).max(0.0) + (actual - high).max(0.0))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

fn year_ends(all: &[Series], known: usize) {
    let of = |even: bool| -> Vec<Told> {
        let own = all.iter().enumerate().filter(|(place, _)| place.is_multiple_of(2) == even);
        own.filter_map(|(_, series)| told(series, known)).collect()
    };
    let (measured, held_out) = (of(true), of(false));
    // Pro rata gets an interval in the same way: what its error is in nine of ten cases of the one half.
    let mut errors: Vec<f64> = measured.iter().map(|t| (t.actual - t.pro_rata).abs() / t.pro_rata).collect();
    errors.sort_by(f64::total_cmp);
    let nine = errors.get(errors.len() * 9 / 10).copied().expect("series to measure on");
    let plain = |t: &Told| YearEnd { point: t.pro_rata, deviation: t.pro_rata * nine / 1.645 };
    let inside = |(low, high): (f64, f64), actual: f64| f64::from(u8::from(low <= actual && actual <= high));
    let name =
        |what: &str| format!("forecast.year-end.{what} ({known} months known, {} series held out)", held_out.len());
    let covered = 100.0 * mean(held_out.iter().map(|t| inside(t.end.interval(), t.actual)));
    budgeted(&name("coverage"), covered, "%", 90.0);
    let score = |end: &dyn Fn(&Told) -> YearEnd| {
        mean(held_out.iter().map(|t| 100.0 * interval_score(end(t).interval(), t.actual) / t.actual))
    };
    compared(&name("interval-score"), score(&|t| t.end), "% of the year", "pro rata", score(&plain));
    let brier = |end: &dyn Fn(&Told) -> YearEnd| {
        let met = |t: &Told| f64::from(u8::from(t.actual >= t.target));
        mean(held_out.iter().map(|t| (end(t).reaches(t.target) - met(t)).powi(2)))
    };
    compared(&name("brier"), brier(&|t| t.end), "", "pro rata", brier(&plain));
}

pub(crate) fn run() {
    let file = workspace().join("../shared/vectors/m3_monthly.jsonl");
    let Ok(text) = fs::read_to_string(&file) else {
        eprintln!("forecast: skipped, the M3 series are not beside the repository ({})", file.display());
        return;
    };
    let all = series(&text);
    let errors: Vec<(f64, f64)> = all
        .iter()
        .map(|series| {
            let ahead = series.after.len();
            let own = monthly(&series.known, ahead).expect("a forecast");
            (smape(&series.after, &own), smape(&series.after, &naive(&series.known, ahead)))
        })
        .collect();
    let own = mean(errors.iter().map(|(own, _)| *own));
    let name = format!("forecast.smape ({} series, 18 months)", all.len());
    compared(&name, own, "%", "Theta as published", THETA);
    compared(&name, own, "%", "same month of last year", mean(errors.iter().map(|(_, naive)| *naive)));
    for known in [3, 6, 9] {
        year_ends(&all, known);
    }
}
