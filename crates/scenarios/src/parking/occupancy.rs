//! How many spaces are taken in an hour: what is taken now, moved by what usually happens next.
//!
//! The last count is hard to beat an hour ahead. So the forecast is the last count plus a share of the mean change that
//! followed the same hour of the week before. The share is chosen on all weeks but the last, and tried on the last; when
//! it does no better there than the last count alone, the last count alone is the forecast. The error shown is that of
//! the last week.

use crate::refusal::Refusal;
use rust_decimal::{Decimal, RoundingStrategy};

/// Hours of a week.
const WEEK: usize = 168;
/// Most weeks that are looked at.
pub const MOST_WEEKS: usize = 26;
/// Weeks needed before a share is chosen: two to learn changes from and choose on, one to try it on.
const WEEKS_NEEDED: usize = 3;
/// Most spaces of a lot.
const MOST_SPACES: u32 = 1_000_000;

/// How a forecast was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OccupancyMethod {
    /// The last count.
    LastCount,
    /// The last count and tenths of the usual change.
    UsualChange {
        /// The share, 1 to 10 tenths.
        tenths: u8,
    },
}

/// Spaces taken one hour after the last count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OccupancyForecast {
    /// Spaces taken, 0 to the capacity, to a tenth.
    pub taken: Decimal,
    /// How it was made.
    pub method: OccupancyMethod,
    /// Mean absolute error of that method on the last week, in spaces; none when fewer than three weeks are known.
    pub error: Option<Decimal>,
    /// The same of the last count alone: never smaller.
    pub last_count_error: Option<Decimal>,
    /// Pairs of hours the errors rest on.
    pub tried: usize,
}

/// Forecasts the spaces taken in an hour from hourly counts, the latest last; a missing hour is `None`. Only the last
/// [`MOST_WEEKS`] weeks are looked at.
///
/// # Errors
/// When the capacity is 0 or beyond any lot, a count is above it, or the latest count is missing.
pub fn occupancy_in_an_hour(capacity: u32, counts: &[Option<u32>]) -> Result<OccupancyForecast, Refusal> {
    if capacity == 0 || capacity > MOST_SPACES {
        let (zh, en) = (
            format!("泊位数 {capacity} 不在 1 至 {MOST_SPACES} 之间；请核对。"),
            format!("{capacity} spaces are not between 1 and {MOST_SPACES}; check the lot."),
        );
        return Err(Refusal::new("capacity", "capacity", zh, en));
    }
    let counts = counts.get(counts.len().saturating_sub(MOST_WEEKS * WEEK)..).unwrap_or_default();
    if let Some((at, count)) =
        counts.iter().enumerate().find_map(|(at, c)| c.filter(|c| *c > capacity).map(|c| (at, c)))
    {
        let (zh, en) = (
            format!("占用 {count} 个，多于泊位数 {capacity}；请核对计数。"),
            format!("{count} spaces are taken of {capacity}; check the count."),
        );
        return Err(Refusal::new("count", format!("counts.{at}"), zh, en));
    }
    let Some(Some(last)) = counts.last().copied() else {
        let (zh, en) = ("最近一小时没有计数，无法推算。", "The latest count is missing, so nothing follows from it.");
        return Err(Refusal::new("no-count", "counts", zh, en));
    };
    let last = i64::from(last);
    let plain = OccupancyForecast {
        taken: Decimal::from(last),
        method: OccupancyMethod::LastCount,
        error: None,
        last_count_error: None,
        tried: 0,
    };
    let weeks = counts.len() / WEEK;
    if weeks < WEEKS_NEEDED {
        return Ok(plain);
    }
    let held_back = counts.len() - WEEK;
    let mut changes = Changes::default();
    // The first week only teaches; the others up to the last are tried hour by hour with what was known then.
    let chosen =
        tenths_with_least_error(&mut changes, counts, counts.len() - weeks.saturating_sub(1) * WEEK, held_back);
    let tried = errors(&mut changes, counts, held_back, counts.len());
    let error_of = |tenths: usize| tried.mean(tenths);
    let plain = OccupancyForecast { error: error_of(0), last_count_error: error_of(0), tried: tried.count, ..plain };
    let (Some(own), Some(of_last)) = (error_of(chosen), error_of(0)) else { return Ok(plain) };
    if chosen == 0 || own >= of_last {
        return Ok(plain);
    }
    let tenths = u8::try_from(chosen).unwrap_or_default();
    // In tenths of a tenth of a space: exact until it is rounded.
    let taken = Decimal::from(last) + changes.mean(counts.len() - 1) * Decimal::new(i64::from(tenths), 1);
    let taken = taken.clamp(Decimal::ZERO, Decimal::from(capacity));
    Ok(OccupancyForecast {
        taken: taken.round_dp_with_strategy(1, RoundingStrategy::MidpointNearestEven),
        method: OccupancyMethod::UsualChange { tenths },
        error: Some(own),
        ..plain
    })
}

/// Sums of the changes that followed each hour of the week.
struct Changes {
    of: [(i64, i64); WEEK],
    /// Up to which pair the changes are taken in.
    known: usize,
}

impl Default for Changes {
    fn default() -> Self {
        Self { of: [(0, 0); WEEK], known: 0 }
    }
}

impl Changes {
    /// Takes in every change that was complete at an hour.
    fn learn(&mut self, counts: &[Option<u32>], until: usize) {
        for at in self.known..until {
            if let (Some(Some(now)), Some(Some(next))) = (counts.get(at), counts.get(at + 1)) {
                let slot = &mut self.of[at % WEEK];
                *slot = (slot.0 + i64::from(*next) - i64::from(*now), slot.1 + 1);
            }
        }
        self.known = self.known.max(until);
    }

    /// The mean change after an hour; 0 when none is known.
    fn mean(&self, at: usize) -> Decimal {
        let (sum, count) = self.of[at % WEEK];
        Decimal::from(sum).checked_div(Decimal::from(count)).unwrap_or_default()
    }
}

/// Sums of absolute errors for each share in tenths.
#[derive(Default)]
struct Errors {
    sums: [Decimal; 11],
    count: usize,
}

impl Errors {
    fn mean(&self, tenths: usize) -> Option<Decimal> {
        let sum = self.sums.get(tenths)?.checked_div(Decimal::from(self.count))?;
        Some(sum.round_dp_with_strategy(3, RoundingStrategy::MidpointNearestEven))
    }
}

/// Errors over the hours that follow those of a range, each with the changes known before it.
fn errors(changes: &mut Changes, counts: &[Option<u32>], from: usize, to: usize) -> Errors {
    let mut errors = Errors::default();
    for at in from.saturating_sub(1)..to.saturating_sub(1) {
        changes.learn(counts, at);
        let (Some(Some(now)), Some(Some(next))) = (counts.get(at), counts.get(at + 1)) else { continue };
        let change = Decimal::from(i64::from(*next) - i64::from(*now));
        let mean = changes.mean(at);
        for (tenths, sum) in (0_i64..).zip(&mut errors.sums) {
            *sum += (change - mean * Decimal::new(tenths, 1)).abs();
        }
        errors.count += 1;
    }
    changes.learn(counts, to.saturating_sub(1));
    errors
}

/// The share with the least error; the smallest of those that tie.
fn tenths_with_least_error(changes: &mut Changes, counts: &[Option<u32>], from: usize, to: usize) -> usize {
    let errors = errors(changes, counts, from, to);
    (0..errors.sums.len()).min_by_key(|tenths| errors.sums.get(*tenths)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Counts of hours that rise to noon and fall again, with noise of so many spaces, ending at an hour of the day.
    fn daily(hours: usize, noise: u64) -> Vec<Option<u32>> {
        let mut state = 7_u64;
        let of = |hour: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let level = 12 - (12_i64 - i64::try_from(hour % 24).unwrap()).abs();
            let noise = i64::try_from((state >> 33) % (2 * noise + 1)).unwrap() - i64::try_from(noise).unwrap();
            Some(u32::try_from(20 + 5 * level + noise).unwrap())
        };
        (0..hours).map(of).collect()
    }

    #[test]
    fn forecasts() {
        let check = |counts: &[Option<u32>], expected: Result<(&str, bool), &str>| {
            let found = occupancy_in_an_hour(100, counts);
            let found = found.map(|f| (f.taken.normalize().to_string(), f.method != OccupancyMethod::LastCount));
            let found = found.as_ref().map(|(taken, usual)| (taken.as_str(), *usual)).map_err(|r| r.code);
            assert_eq!(found, expected);
        };
        // A day without noise: 20 at midnight, 5 more each hour until noon, 5 less after it.
        check(&daily(4 * WEEK + 9, 0), Ok(("65", true)));
        check(&daily(4 * WEEK + 13, 0), Ok(("75", true)));
        // At 22:00, and too few weeks to know what usually follows.
        check(&daily(WEEK * 3 - 1, 0), Ok(("30", false)));
        check(&[Some(40)], Ok(("40", false)));
        // Always the same: nothing beats the last count.
        check(&vec![Some(40); 5 * WEEK], Ok(("40", false)));
        check(&[Some(40), None], Err("no-count"));
        check(&[], Err("no-count"));
        check(&[Some(101), Some(3)], Err("count"));
        assert_eq!(occupancy_in_an_hour(0, &[Some(0)]).map_err(|r| r.code), Err("capacity"));
        assert_eq!(occupancy_in_an_hour(u32::MAX, &[Some(0)]).map_err(|r| r.code), Err("capacity"));
    }

    #[test]
    fn the_usual_change_helps_through_noise() {
        let found = occupancy_in_an_hour(100, &daily(6 * WEEK, 4)).unwrap();
        let (own, last) = (found.error.unwrap(), found.last_count_error.unwrap());
        assert!(matches!(found.method, OccupancyMethod::UsualChange { tenths: 5.. }), "{found:?}");
        assert!(own < last * Decimal::new(8, 1), "{own} {last}");
        assert_eq!(found.tried, WEEK);
    }

    proptest! {
        /// Never shown to be worse than the last count, always within the lot; any counts.
        #[test]
        fn never_worse(counts in proptest::collection::vec(proptest::option::weighted(0.9, 0_u32..=50), 0..6 * WEEK)) {
            match occupancy_in_an_hour(50, &counts) {
                Ok(found) => {
                    prop_assert!(found.error <= found.last_count_error);
                    prop_assert!((Decimal::ZERO..=Decimal::from(50)).contains(&found.taken));
                }
                Err(refusal) => prop_assert_eq!(refusal.code, "no-count"),
            }
        }
    }
}
