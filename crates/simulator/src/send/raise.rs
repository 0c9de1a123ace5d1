//! One leak, now: for the demonstration and for tests from end to end.

use super::pace::Pace;
use super::tally::Tally;
use super::web::{OBSERVATIONS, Web};
use crate::city::Made;
use crate::day::gas::Leak;
use crate::frames::json::Row;
use crate::noise::rounded;
use crate::quantity::Quantity;
use std::sync::Arc;
use tingzhou_city::Period;

/// Seconds from one value to the next.
const STEP: u32 = 5;

/// The values a detector tells while a leak rises, stays and fades, as batches of one.
///
/// A leak is over when it adds less than half a percent of the lower explosive limit.
#[must_use]
pub fn values(made: &Made, leak: &Leak) -> Vec<Row> {
    let mut rows = Vec::new();
    let least_end = leak.begin.after(Period::from_secs(minutes(leak.rise + leak.hold)));
    let mut at = leak.begin;
    loop {
        let value = rounded(leak.adds(at).min(100.0), Quantity::Gas.decimals());
        rows.push(Row {
            facility: made.def.id.as_str().to_owned(),
            property: Quantity::Gas.id(),
            time: at.into(),
            value,
        });
        // A day's values are the most; no leak takes that long.
        if (at > least_end && value < 0.5) || rows.len() >= 17_280 {
            return rows;
        }
        at = at.after(Period::from_secs(STEP));
    }
}

fn minutes(minutes: f64) -> u32 {
    u32::try_from(crate::noise::whole(minutes * 60.0)).unwrap_or(0)
}

/// Values of a leak that were not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{count} of {of} values were not taken, the first because: {first}")]
pub struct NotTaken {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
    /// What was said of the first of them.
    pub first: String,
}

/// Sends a leak's values as they come, from now on.
///
/// # Errors
/// When some were not taken; the others were sent all the same.
pub async fn raise(made: &Made, leak: &Leak, web: &Web, speed: f64, tally: &Arc<Tally>) -> Result<(), NotTaken> {
    let pace = Pace::begin(leak.begin, speed);
    let mut refused = Vec::new();
    let rows = values(made, leak);
    let of = rows.len();
    for row in rows {
        pace.until(row.time.into()).await;
        let key = format!("sim-raise-{}-{}", row.facility, row.time.as_millisecond());
        eprintln!("{} {} {} %LEL", row.facility, row.time, row.value);
        let one = std::slice::from_ref(&row);
        if let Err(why) = web.deliver(OBSERVATIONS, one, &key, &tally.observations, tally).await {
            eprintln!("not taken: {why}");
            refused.push(why);
        }
    }
    let count = refused.len();
    refused.into_iter().next().map_or(Ok(()), |first| Err(NotTaken { count, of, first }))
}
