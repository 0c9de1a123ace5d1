//! Rollups, late rows and gaps.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{flagged, ms, period, s, sample};
use proptest::prelude::*;
use tingzhou_city::{Aggregate, Arrived, Grain, Quality, Sample, gaps, merge, rollup, touched};

/// `10=1.5 20=2?`: at 10 s the value 1.5, at 20 s the value 2, suspect.
fn row(text: &str) -> Vec<Sample> {
    let one = |word: &str| {
        let (time, value) = word.split_once('=').unwrap();
        let (value, quality) = match value.chars().last().unwrap() {
            '?' => (value.trim_end_matches('?'), Quality::SUSPECT),
            '!' => (value.trim_end_matches('!'), Quality::CORRECTED),
            _ => (value, Quality::GOOD),
        };
        flagged(s(time.parse().unwrap()), value.parse().unwrap(), quality)
    };
    text.split_whitespace().map(one).collect()
}

#[test]
fn aggregates() {
    let check = |text: &str, expected: &str| {
        let all = Aggregate::of(&row(text));
        let told = all.counted.map_or("-".to_owned(), |c| {
            format!("{} {}..{} sum {} mean {} {}->{}", c.count, c.min, c.max, c.sum, c.mean(), c.first, c.last)
        });
        assert_eq!(format!("{told} aside {}", all.set_aside), expected, "{text}");
    };
    check("", "- aside 0");
    check("0=5?", "- aside 1");
    check("0=5", "1 5..5 sum 5 mean 5 5->5 aside 0");
    check("0=5 10=1 20=100? 30=3", "3 1..5 sum 9 mean 3 5->3 aside 1");
    check("0=-1 10=-7", "2 -7..-1 sum -8 mean -4 -1->-7 aside 0");
}

#[test]
fn hours_and_days() {
    let check = |text: &str, grain: Grain, expected: &[(&str, u32)]| {
        let told: Vec<(String, u32)> = rollup(&row(text), grain)
            .into_iter()
            .map(|(at, all)| (at.to_string(), all.counted.map_or(0, |c| c.count)))
            .collect();
        let expected: Vec<(String, u32)> = expected.iter().map(|(at, n)| ((*at).to_owned(), *n)).collect();
        assert_eq!(told, expected, "{text}");
    };
    check("0=1 3599=1 3600=1", Grain::Hour, &[("2026-03-01 00:00:00", 2), ("2026-03-01 01:00:00", 1)]);
    // An hour without samples is left out, one whose samples do not count is there.
    check("0=1? 7200=1", Grain::Hour, &[("2026-03-01 00:00:00", 0), ("2026-03-01 02:00:00", 1)]);
    check(
        "-1=1 0=1 86399=1 86400=1",
        Grain::Day,
        &[("2026-02-28 00:00:00", 1), ("2026-03-01 00:00:00", 2), ("2026-03-02 00:00:00", 1)],
    );
    assert_eq!(touched([s(5), s(3_599), s(7_200)], Grain::Hour).into_iter().collect::<Vec<_>>(), [s(0), s(7_200)]);
}

#[test]
fn later_rows() {
    // Later rows as time=value@received.
    let check = |old: &str, later: &str, expected: &str| {
        let later: Vec<Arrived> = later
            .split_whitespace()
            .map(|word| {
                let (sample, received) = word.split_once('@').unwrap();
                Arrived { sample: row(sample)[0], received: s(received.parse().unwrap()) }
            })
            .collect();
        let once = merge(&row(old), &later);
        assert_eq!(once, row(expected), "{old} and {later:?}");
        assert_eq!(merge(&once, &later), once, "again: {old} and {later:?}");
    };
    check("", "", "");
    check("10=1", "", "10=1");
    check("", "20=2@30 10=1@40", "10=1 20=2");
    check("10=1 30=3", "20=2@50", "10=1 20=2 30=3");
    check("10=1 30=3", "10=9@50", "10=9! 30=3");
    check("10=1", "10=1@50", "10=1");
    check("10=1!", "10=1@50", "10=1!");
    // Received last wins, wherever it stands in the list; together, the one given last.
    check("", "10=3@60 10=2@50", "10=3!");
    check("", "10=2@50 10=3@50", "10=3!");
    check("10=0", "10=-0@50", "10=-0!");
}

#[test]
fn silences() {
    // From 0 to 100 s, a value expected every 10 s.
    let check = |times: &[i64], expected: &[(i64, i64, u64)]| {
        let found: Vec<(i64, i64, u64)> = gaps(times.iter().map(|t| s(*t)), period("10s"), s(0), s(100))
            .into_iter()
            .map(|gap| (gap.from.since(s(0)).millis() / 1_000, gap.to.since(s(0)).millis() / 1_000, gap.missing))
            .collect();
        assert_eq!(found, expected, "{times:?}");
    };
    check(&[0, 10, 20, 30, 40, 50, 60, 70, 80, 90], &[]);
    check(&[5, 14, 26, 35, 44, 55, 66, 75, 84, 95], &[]);
    check(&[], &[(0, 100, 10)]);
    check(&[-5, 100], &[(0, 100, 10)]);
    check(&[50], &[(0, 50, 5), (50, 100, 4)]);
    check(&[0, 10, 40, 50, 60, 70, 80, 90], &[(10, 40, 2)]);
    check(&[0, 10, 25, 41, 50, 60, 70, 80, 90], &[(25, 41, 1)]);
    check(&[20, 30, 40, 50, 60, 70], &[(0, 20, 2), (70, 100, 2)]);
    assert_eq!(gaps([s(0)], period("0s"), s(0), s(100)), []);
}

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let one = (0_i64..200_000_000, -500_i32..500, 0_u8..32)
        .prop_map(|(t, v, q)| flagged(ms(t), f64::from(v) / 10.0, Quality::try_from(q).unwrap()));
    proptest::collection::vec(one, 0..60).prop_map(|mut all| {
        all.sort_by_key(|sample| sample.time);
        all.dedup_by_key(|sample| sample.time);
        all
    })
}

proptest! {
    /// Hours merged make the day, whatever falls where; only the sum may differ, in its last digits.
    #[test]
    fn days_are_made_of_hours(all in samples()) {
        for (day, whole) in rollup(&all, Grain::Day) {
            let hours = rollup(&all, Grain::Hour);
            let of_day = hours.into_iter().filter(|(hour, _)| hour.begin(Grain::Day) == day);
            let mut merged = of_day.fold(Aggregate::default(), |so_far, (_, hour)| so_far.merge(hour));
            if let (Some(merged), Some(whole)) = (&mut merged.counted, whole.counted) {
                prop_assert!((merged.sum - whole.sum).abs() < 1e-9);
                merged.sum = whole.sum;
            }
            prop_assert_eq!(merged, whole);
        }
    }

    /// Parts merged in either order come to the same, as instants are told apart.
    #[test]
    fn merging_aggregates_has_no_order(all in samples(), cut in 0_usize..60) {
        let (a, b) = all.split_at(cut.min(all.len()));
        let (a, b) = (Aggregate::of(a), Aggregate::of(b));
        prop_assert_eq!(a.merge(b), b.merge(a));
    }

    /// Late rows in one batch or in two, received one after the other, give the same; the order of a batch does not matter.
    #[test]
    fn late_rows_in_any_batches(old in samples(), late in samples(), again in samples(), swap in any::<bool>()) {
        let rows = |all: &[Sample], received: i64| -> Vec<Arrived> {
            all.iter().map(|sample| Arrived { sample: *sample, received: s(received) }).collect()
        };
        let (first, second) = (rows(&late, 1), rows(&again, 2));
        let mut both = if swap { [second.clone(), first.clone()] } else { [first.clone(), second.clone()] }.concat();
        let apart = merge(&merge(&old, &first), &second);
        prop_assert_eq!(&merge(&old, &both), &apart);
        both.reverse();
        prop_assert_eq!(&merge(&old, &both), &apart);
        prop_assert!(apart.is_sorted_by(|a, b| a.time < b.time));
    }

    /// Every instant of the span is near a value or in a gap, and gaps do not overlap.
    #[test]
    fn gaps_are_where_nothing_is(times in proptest::collection::btree_set(0_i64..1_000, 0..40)) {
        let found = gaps(times.iter().map(|t| s(*t)), period("10s"), s(0), s(1_000));
        prop_assert!(found.is_sorted_by(|a, b| a.to <= b.from));
        for second in 0..1_000 {
            let near = times.iter().any(|t| (t - second).abs() <= 15);
            let within = found.iter().any(|gap| gap.from <= s(second) && s(second) <= gap.to);
            prop_assert!(near || within || second <= 15 || second >= 985, "{} s", second);
        }
        for gap in found {
            prop_assert!(!times.iter().any(|t| gap.from < s(*t) && s(*t) < gap.to));
            prop_assert!(gap.missing > 0);
        }
    }
}

#[test]
fn one_sample_is_its_own_first_and_last() {
    let one = Aggregate::of(&[sample(s(1), 4.0)]).counted.unwrap();
    assert_eq!((one.first_at, one.last_at), (s(1), s(1)));
}
