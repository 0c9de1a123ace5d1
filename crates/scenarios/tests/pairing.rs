//! What passages come to, as tables: each is read with its minutes after midnight, `+` in and `-` out.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use tingzhou_scenarios::parking::{Direction, Paired, PairingRules, pair};

const RULES: PairingRules = PairingRules { twice_within: 60, longest_hours: 72 };

fn at(minutes: i64) -> Timestamp {
    "2025-10-31T00:00:00+08:00".parse::<Timestamp>().unwrap().checked_add(minutes.minutes()).unwrap()
}

fn minutes(time: Timestamp) -> i64 {
    (time.as_second() - at(0).as_second()) / 60
}

fn passage(text: &str) -> (Timestamp, Direction) {
    let way = if text.starts_with('+') { Direction::Entry } else { Direction::Exit };
    (at(text[1..].parse().unwrap()), way)
}

fn said(paired: &[Paired]) -> String {
    let one = |paired: &Paired| match paired {
        Paired::Stay { entry, exit } => format!("{}-{}", minutes(*entry), minutes(*exit)),
        Paired::Inside { entry } => format!("{}-now", minutes(*entry)),
        Paired::ExitMissing { entry, known } => format!("{}-?{}", minutes(*entry), minutes(*known)),
        Paired::EntryMissing { exit } => format!("?-{}", minutes(*exit)),
        Paired::Twice { at } => format!("{}x2", minutes(*at)),
    };
    paired.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn tables() {
    let check = |given: &str, expected: &str| {
        let passages: Vec<_> = given.split_whitespace().map(passage).collect();
        assert_eq!(said(&pair(&passages, RULES, at(5_000))), expected, "{given}");
        let backwards: Vec<_> = passages.iter().rev().copied().collect();
        assert_eq!(said(&pair(&backwards, RULES, at(5_000))), expected, "{given}, the last first");
    };
    check("", "");
    check("+10 -70", "10-70");
    check("+4900", "4900-now");
    check("+10", "10-?4330");
    check("-70", "?-70");
    check("+10 -70 -200", "10-70 ?-200");
    check("+10 +100 -200", "10-?100 100-200");
    check("+10 +11 -70", "11x2 10-70");
    check("+10 -70 -71", "10-70 71x2");
    check("+10 +10 -70", "10-70");
    check("+10 -4330", "10-4330");
    check("+10 -4331", "10-?4330 ?-4331");
    check("+10 -70 +70 -90", "10-70 70-90");
    // In and out at the same instant: who is inside goes out first, who is not comes in first.
    check("+70 -70", "70-70");
    check("+70 -70 -200", "70-70 ?-200");
    check("+10 -20 +70 -70", "10-20 70-70");
    check("+10 +4400 -4400", "10-?4330 4400-4400");
}

proptest! {
    #[test]
    fn every_passage_is_in_one_place(given in proptest::collection::vec((0_i64..5_000, any::<bool>()), 0..60)) {
        let mut passages: Vec<_> = given
            .iter()
            .map(|(minute, way)| (at(*minute), if *way { Direction::Entry } else { Direction::Exit }))
            .collect();
        let paired = pair(&passages, RULES, at(5_000));
        passages.sort_unstable();
        passages.dedup();
        let halves: usize = paired.iter().map(|one| if matches!(one, Paired::Stay { .. }) { 2 } else { 1 }).sum();
        prop_assert_eq!(halves, passages.len());
        for one in &paired {
            if let Paired::Stay { entry, exit } = one {
                prop_assert!(entry <= exit);
            }
        }
        let inside = paired.iter().filter(|one| matches!(one, Paired::Inside { .. })).count();
        prop_assert!(inside <= 1);
    }
}
