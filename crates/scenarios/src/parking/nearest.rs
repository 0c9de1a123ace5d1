//! Lots near a place, with the way on foot, what a stay will cost there, and whether spaces are free.

use super::{Bill, Stay, Tariff, price_with_days_off};
use crate::refusal::Refusal;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Most lots that are ranked.
pub const MOST_LOTS: usize = 10_000;
/// Most lots that are returned.
pub const MOST_NEAREST: usize = 100;
/// How far the clock of a lot may be ahead: as far as those of the city's instruments may be.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// Metres of a degree of latitude (a mean circumference of the Earth of 40,030 km).
const METRES_A_DEGREE: f64 = 111_195.0;

/// A place in millionths of a degree (WGS 84 or CGCS 2000).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    lat: i32,
    lon: i32,
}

impl Place {
    /// A place from latitude and longitude in millionths of a degree.
    ///
    /// # Errors
    /// When it is not on the Earth.
    pub fn new(lat: i32, lon: i32) -> Result<Self, Refusal> {
        if lat.unsigned_abs() > 90_000_000 || lon.unsigned_abs() > 180_000_000 {
            let (zh, en) = (
                "经纬度超出范围；纬度至多 90 度，经度至多 180 度。",
                "Latitude goes to 90 degrees, longitude to 180; check them.",
            );
            return Err(Refusal::new("place", "place", zh, en));
        }
        Ok(Self { lat, lon })
    }

    /// Metres in a straight line, within a per mille over the distances people walk.
    #[must_use]
    pub fn metres_to(self, other: Self) -> u32 {
        let degrees = |a: i32, b: i32| (f64::from(a) - f64::from(b)) / 1e6;
        let (north, mut east) = (degrees(self.lat, other.lat), degrees(self.lon, other.lon).abs());
        if east > 180.0 {
            east = 360.0 - east;
        }
        let middle = f64::midpoint(f64::from(self.lat), f64::from(other.lat)) / 1e6;
        let metres = METRES_A_DEGREE * north.hypot(east * middle.to_radians().cos());
        whole(metres)
    }
}

/// A number that is not negative, rounded.
fn whole(value: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of f64 ends at the type's ends"
    )]
    let rounded = value.round() as u32;
    rounded
}

/// A lot as it is known.
#[derive(Clone, Copy, Debug)]
pub struct Lot<'a> {
    /// Its name for programs.
    pub id: &'a str,
    /// Where its entrance is.
    pub place: Place,
    /// Its tariff in force.
    pub tariff: &'a Tariff,
    /// The latest count of free spaces and when it was made.
    pub free: Option<(u32, Timestamp)>,
}

/// Whether spaces are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spaces {
    /// Free spaces by a fresh count.
    Free(u32),
    /// The count is too old to go by.
    Stale {
        /// What it said.
        count: u32,
        /// Its age in minutes.
        minutes: i64,
    },
    /// Never counted.
    Unknown,
    /// None by a fresh count.
    Full,
}

/// A lot in the order of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearby<'a> {
    /// The lot.
    pub id: &'a str,
    /// Metres on foot, estimated: the straight line and a share for the streets.
    pub metres: u32,
    /// Whether spaces are free.
    pub spaces: Spaces,
    /// What the stay will cost, or why that cannot be told.
    pub bill: Result<Bill, Refusal>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Where to walk to.
    pub place: Place,
    /// The stay as expected.
    pub stay: Stay,
    /// Days off, for tariffs that know them.
    pub days_off: &'a BTreeSet<Date>,
    /// Now.
    pub now: Timestamp,
    /// From how many minutes on a count is stale.
    pub stale_after: i64,
    /// Per cent of the straight line a walk has; streets make it about 130.
    pub detour_percent: u32,
    /// How many lots to return.
    pub most: usize,
}

/// The nearest lots: those with free spaces by distance, then those that may have some, then full ones; equal distances
/// by price, then by id. Lots after the first [`MOST_LOTS`] are not looked at.
#[must_use]
pub fn nearest<'a>(lots: &[Lot<'a>], wish: &Wish<'_>) -> Vec<Nearby<'a>> {
    let mut near: Vec<(u8, u32, Spaces, &Lot<'a>)> = lots
        .iter()
        .take(MOST_LOTS)
        .map(|lot| {
            let spaces = spaces(lot, wish);
            let group = match spaces {
                Spaces::Free(_) => 0,
                Spaces::Stale { .. } | Spaces::Unknown => 1,
                Spaces::Full => 2,
            };
            let metres = u64::from(lot.place.metres_to(wish.place)) * u64::from(wish.detour_percent.max(100)) / 100;
            (group, u32::try_from(metres).unwrap_or(u32::MAX), spaces, lot)
        })
        .collect();
    near.sort_by_key(|(group, metres, _, lot)| (*group, *metres, lot.id));
    let most = wish.most.min(MOST_NEAREST);
    // Only lots as far as the last one returned need a price, since price decides among equal distances only.
    let edge = most.checked_sub(1).and_then(|last| near.get(last)).map(|(group, metres, ..)| (*group, *metres));
    let within = near.into_iter().take_while(|(group, metres, ..)| edge.is_none_or(|edge| (*group, *metres) <= edge));
    let mut found: Vec<(u8, Nearby<'a>)> = within
        .map(|(group, metres, spaces, lot)| {
            let bill = price_with_days_off(lot.tariff, &wish.stay, wish.days_off);
            (group, Nearby { id: lot.id, metres, spaces, bill })
        })
        .collect();
    found.sort_by_key(|(group, lot)| {
        let price = lot.bill.as_ref().map_or(i64::MAX, |bill| bill.total.0);
        (*group, lot.metres, price, lot.id)
    });
    found.into_iter().take(most).map(|(_, lot)| lot).collect()
}

/// How old a count is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountAge {
    /// Whole minutes; below zero by a clock that is wrong.
    pub minutes: i64,
    /// Whether it is too old to go by.
    pub stale: bool,
}

/// How old a count is, for every list and page alike. Of a clock a little ahead it is of now; further ahead the clock is
/// wrong, and its count no better than one that is too old.
#[must_use]
pub fn count_age(at: Timestamp, now: Timestamp, stale_after: i64) -> CountAge {
    let age = now.duration_since(at);
    if (-AHEAD..SignedDuration::ZERO).contains(&age) {
        return CountAge { minutes: 0, stale: stale_after <= 0 };
    }
    let minutes = age.as_mins();
    CountAge { minutes, stale: age < -AHEAD || minutes >= stale_after }
}

fn spaces(lot: &Lot<'_>, wish: &Wish<'_>) -> Spaces {
    let Some((count, at)) = lot.free else { return Spaces::Unknown };
    let CountAge { minutes, stale } = count_age(at, wish.now, wish.stale_after);
    if stale {
        Spaces::Stale { count, minutes }
    } else if count == 0 {
        Spaces::Full
    } else {
        Spaces::Free(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Period, TariffData, TimeOfDay, VehicleClass};
    use super::*;
    use crate::Two;
    use crate::parking::{Fen, Step};
    use jiff::civil::date;

    fn tariff(fen: i64) -> Tariff {
        let time = |text: &str| TimeOfDay::try_from(text.to_owned()).unwrap();
        let period = Period {
            name: Two::new("全天", "All day"),
            from: time("00:00"),
            to: time("24:00"),
            steps: vec![Step { minutes: 60, fen: Fen(fen), times: None }],
        };
        let data = TariffData {
            id: "t".to_owned(),
            version: 1,
            name: Two::new("测试", "test"),
            source: "test".to_owned(),
            from: date(2025, 1, 1),
            until: None,
            free: crate::parking::FreeMinutes::default(),
            cycle: crate::parking::Cycle::default(),
            steps_restart: false,
            crossing: crate::parking::Crossing::default(),
            day_cap_fen: None,
            stay_cap_fen: None,
            monthly_card_fen: None,
            periods: vec![period],
            day_off_periods: Vec::new(),
            reductions: Vec::new(),
            exempt: Vec::new(),
        };
        Tariff::checked(data).unwrap()
    }

    #[test]
    fn distances() {
        let check = |a: (i32, i32), b: (i32, i32), metres: std::ops::RangeInclusive<u32>| {
            let (a, b) = (Place::new(a.0, a.1).unwrap(), Place::new(b.0, b.1).unwrap());
            let found = a.metres_to(b);
            assert!(metres.contains(&found) && found == b.metres_to(a), "{found}");
        };
        check((44_011_000, 87_308_000), (44_011_000, 87_308_000), 0..=0);
        check((44_000_000, 87_000_000), (44_010_000, 87_000_000), 1_110..=1_113);
        // A hundredth of a degree of longitude at 44° north: 1,112 m × cos 44° = 800 m.
        check((44_000_000, 87_000_000), (44_000_000, 87_010_000), 799..=801);
        check((0, 179_999_000), (0, -179_999_000), 220..=224);
        assert!(Place::new(90_000_001, 0).is_err() && Place::new(0, i32::MIN).is_err());
    }

    #[test]
    fn ages() {
        let now: Timestamp = "2025-03-03T02:00:00Z".parse().unwrap();
        let check = |seconds: i64, minutes: i64, stale: bool| {
            let found = count_age(now - SignedDuration::from_secs(seconds), now, 15);
            assert_eq!(found, CountAge { minutes, stale }, "{seconds}");
        };
        check(0, 0, false);
        check(59, 0, false);
        check(899, 14, false);
        check(900, 15, true);
        check(-1, 0, false);
        check(-600, 0, false);
        check(-601, -10, true);
    }

    #[test]
    fn order() {
        let (cheap, dear) = (tariff(100), tariff(500));
        let now: Timestamp = "2025-03-03T02:00:00Z".parse().unwrap();
        let ago = |minutes: i64| now - SignedDuration::from_mins(minutes);
        let at = |metres: i32| Place::new(44_000_000 + metres * 9, 87_000_000).unwrap();
        let lot = |id, metres, tariff, free| Lot { id, place: at(metres), tariff, free };
        let lots = [
            lot("full", 50, &cheap, Some((0, ago(1)))),
            lot("stale", 100, &cheap, Some((30, ago(15)))),
            lot("far", 900, &cheap, Some((9, ago(14)))),
            lot("dear", 300, &dear, Some((5, ago(0)))),
            lot("cheap", 300, &cheap, Some((5, ago(0)))),
            lot("unknown", 80, &cheap, None),
            // A clock that is ahead, as far as instruments' may be, and one that is wrong.
            lot("ahead", 400, &cheap, Some((7, ago(-10)))),
            lot("future", 90, &cheap, Some((7, ago(-11)))),
        ];
        let stay = Stay {
            entry: date(2025, 3, 3).at(10, 0, 0, 0),
            exit: date(2025, 3, 3).at(12, 0, 0, 0),
            class: VehicleClass::Ordinary,
            card: None,
        };
        let days_off = BTreeSet::new();
        let wish = Wish { place: at(0), stay, days_off: &days_off, now, stale_after: 15, detour_percent: 130, most: 9 };
        let check = |wish: Wish<'_>, expected: &[&str]| {
            let found = nearest(&lots, &wish);
            assert_eq!(found.iter().map(|n| n.id).collect::<Vec<_>>(), expected);
        };
        check(wish, &["cheap", "dear", "ahead", "far", "unknown", "future", "stale", "full"]);
        check(Wish { most: 1, ..wish }, &["cheap"]);
        check(Wish { most: 0, ..wish }, &[]);
        let found = nearest(&lots, &wish);
        assert_eq!(found[0].metres, 300 * 130 / 100);
        assert_eq!(found[0].bill.as_ref().map(|b| b.total), Ok(Fen(200)));
        assert_eq!(found[1].bill.as_ref().map(|b| b.total), Ok(Fen(1000)));
        assert_eq!(found[6].spaces, Spaces::Stale { count: 30, minutes: 15 });
        assert_eq!(found[4].spaces, Spaces::Unknown);
        assert_eq!(found[7].spaces, Spaces::Full);
        // What cannot be priced says why and stays in the list.
        let early = Stay { entry: date(2024, 3, 3).at(10, 0, 0, 0), exit: date(2024, 3, 3).at(12, 0, 0, 0), ..stay };
        let found = nearest(&lots, &Wish { stay: early, ..wish });
        assert_eq!(found.len(), 8);
        assert!(found.iter().all(|n| n.bill.as_ref().is_err_and(|r| r.code == "not-in-force")));
    }
}
