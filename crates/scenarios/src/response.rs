//! How long something took, over many times: how soon an alarm had its order, how soon somebody was on site.

use serde::{Deserialize, Serialize};

/// How long something took, over many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// How many times.
    pub count: usize,
    /// Half of them took no longer, in milliseconds.
    pub median: i64,
    /// Nine in ten took no longer, in milliseconds.
    pub p90: i64,
    /// The longest, in milliseconds.
    pub longest: i64,
}

impl Spread {
    /// Of times in milliseconds, in any order; none when there are none. What is told is always a time that was measured
    /// (nearest rank), never one in between. A time below zero counts as none at all: two clocks do not agree to the
    /// millisecond.
    #[must_use]
    pub fn of(mut times: Vec<i64>) -> Option<Self> {
        times.iter_mut().for_each(|time| *time = (*time).max(0));
        times.sort_unstable();
        let count = times.len();
        let rank = |percent: usize| times.get((count * percent).div_ceil(100).max(1) - 1).copied();
        Some(Self { count, median: rank(50)?, p90: rank(90)?, longest: *times.last()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn by_nearest_rank() {
        let check = |times: &[i64], expected: Option<(i64, i64, i64)>| {
            let found = Spread::of(times.to_vec());
            assert_eq!(found.map(|s| (s.median, s.p90, s.longest)), expected, "{times:?}");
            assert_eq!(found.map_or(0, |s| s.count), times.len());
        };
        check(&[], None);
        check(&[7], Some((7, 7, 7)));
        check(&[9, 1], Some((1, 9, 9)));
        check(&[3, 1, 2], Some((2, 3, 3)));
        check(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], Some((5, 9, 10)));
        check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], Some((6, 10, 11)));
        check(&[-5, -1], Some((0, 0, 0)));
    }

    proptest! {
        /// At least half are no longer than the median, at least nine in ten no longer than the other; both were measured.
        #[test]
        fn laws(times in prop::collection::vec(0_i64..1_000, 1..200)) {
            let found = Spread::of(times.clone()).unwrap();
            let within = |limit: i64| times.iter().filter(|time| **time <= limit).count();
            prop_assert!(within(found.median) * 2 >= times.len() && within(found.p90) * 10 >= times.len() * 9);
            prop_assert!(times.contains(&found.median) && times.contains(&found.p90));
            prop_assert!(found.median <= found.p90 && found.p90 <= found.longest);
        }
    }
}
