//! Which passages are taken, which days they change, and what a day of them comes to.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use tingzhou_scenarios::parking::{Direction, Fen, Gate, PairingRules, Passage, PassageError, VehicleClass, count_day};

const RULES: PairingRules = PairingRules { twice_within: 60, longest_hours: 72 };
const DAY: Date = date(2025, 10, 31);

fn instant(text: &str) -> Timestamp {
    format!("2025-{text}+08:00").parse().unwrap()
}

#[test]
fn who_is_let_through() {
    let gate = Gate::at(instant("10-31T12:00:00"), 30, RULES);
    let check = |known: bool, at: &str, expected: Result<(), PassageError>| {
        assert_eq!(gate.admit(known, instant(at)), expected, "{at}");
    };
    check(true, "10-31T11:59:59", Ok(()));
    check(false, "10-31T11:59:59", Err(PassageError::NoLot));
    check(true, "10-31T12:05:00", Ok(()));
    check(true, "10-31T12:05:01", Err(PassageError::Ahead));
    // Thirty days less three, counted from the beginning of today.
    check(true, "10-04T00:00:00", Ok(()));
    check(true, "10-03T23:59:59", Err(PassageError::TooOld));
    check(false, "10-03T23:59:59", Err(PassageError::NoLot));
}

#[test]
fn which_days_a_passage_changes() {
    let gate = Gate::at(instant("10-31T12:00:00"), 30, RULES);
    let check = |at: &str, expected: &str| {
        let days: Vec<String> = gate.changed(instant(at)).iter().map(|day| day.strftime("%m-%d").to_string()).collect();
        assert_eq!(days.join(" "), expected, "{at}");
    };
    check("10-10T08:00:00", "10-10 10-11 10-12 10-13");
    check("10-28T23:59:59", "10-28 10-29 10-30 10-31");
    // Of days to come only the last.
    check("10-31T08:00:00", "10-31 11-03");
    check("10-30T08:00:00", "10-30 10-31 11-02");
}

/// `+` in, `-` out, minutes from the beginning of the day; an `e` behind it is of a new-energy vehicle.
fn passage(text: &str) -> Passage {
    let (way, rest) = text.split_at(1);
    let minutes: i64 = rest.trim_end_matches('e').parse().unwrap();
    Passage {
        at: instant("10-31T00:00:00").checked_add(minutes.minutes()).unwrap(),
        direction: if way == "+" { Direction::Entry } else { Direction::Exit },
        class: if rest.ends_with('e') { VehicleClass::NewEnergy } else { VehicleClass::Ordinary },
    }
}

/// Vehicles are parted by `|`. A minute costs a fen; a stay of more than a day has no price.
fn counted(given: &str) -> tingzhou_scenarios::parking::DayFigures {
    let vehicles: Vec<Vec<Passage>> =
        given.split('|').map(|vehicle| vehicle.split_whitespace().map(passage).collect()).collect();
    let bill = |stay: &tingzhou_scenarios::parking::Stay| {
        let minutes = i64::from(stay.entry.until(stay.exit).unwrap().get_hours()) * 60
            + stay.entry.until(stay.exit).unwrap().get_minutes();
        (stay.entry.until(stay.exit).unwrap().get_days() == 0).then_some(Fen(minutes))
    };
    count_day(vehicles.iter().map(Vec::as_slice), DAY, RULES, instant("11-05T00:00:00"), bill)
}

#[test]
fn what_a_day_comes_to() {
    // stays, minutes, median, new energy, fen, unpriced; entries and exits missing, read twice.
    let check = |given: &str, money: (u32, i64, Option<i64>, u32, i64, u32), missing: (u32, u32, u32)| {
        let day = counted(given);
        let found = (day.stays, day.minutes, day.median, day.new_energy, day.due.0, day.unpriced);
        assert_eq!(found, money, "{given}");
        assert_eq!((day.entry_missing, day.exit_missing, day.twice), missing, "{given}");
    };
    check("", (0, 0, None, 0, 0, 0), (0, 0, 0));
    check("+10 -70", (1, 60, Some(60), 0, 60, 0), (0, 0, 0));
    check("+10 -70e", (1, 60, Some(60), 1, 60, 0), (0, 0, 0));
    check("+10 -70|+20 -50|+0 -5", (3, 95, Some(30), 0, 95, 0), (0, 0, 0));
    check("+10 -70|+20 -50", (2, 90, Some(45), 0, 90, 0), (0, 0, 0));
    // Of the day before, ending on this one; of this one, ending on the next.
    check("+-30 -30", (1, 60, Some(60), 0, 60, 0), (0, 0, 0));
    check("+1430 -1450", (0, 0, None, 0, 0, 0), (0, 0, 0));
    check("+-2000 -30", (1, 2_030, Some(2_030), 0, 0, 1), (0, 0, 0));
    check("-70", (0, 0, None, 0, 0, 0), (1, 0, 0));
    check("+10 +100 -200", (1, 100, Some(100), 0, 100, 0), (0, 1, 0));
    check("+10 +11 -70", (1, 60, Some(60), 0, 60, 0), (0, 0, 1));
    // In three days ago: that the exit was not recorded is known today, or was the day before.
    check("+-4300", (0, 0, None, 0, 0, 0), (0, 1, 0));
    check("+-4330", (0, 0, None, 0, 0, 0), (0, 0, 0));
}

#[test]
fn hours_count_each_passage_once() {
    let check = |given: &str, expected: &str| {
        let hours = counted(given).hours;
        let said = hours.iter().map(|(at, entries, exits)| {
            let hour = (at.as_second() - instant("10-31T00:00:00").as_second()) / 3_600;
            format!("{hour}:+{entries}-{exits}")
        });
        assert_eq!(said.collect::<Vec<_>>().join(" "), expected, "{given}");
    };
    check("", "");
    check("+10 -70", "0:+1-0 1:+0-1");
    check("+10 +11 -70", "0:+1-0 1:+0-1");
    check("+10 -20|+30", "0:+2-1");
    check("+-10 -1439|+1440", "23:+0-1");
}

proptest! {
    /// Who is in twice is in once, and each passage of the day is in an hour or was read twice.
    #[test]
    fn nothing_is_lost(given in prop::collection::vec(prop::collection::vec((0_i64..1_440, any::<bool>()), 0..12), 0..6)) {
        let text = |way: &bool| if *way { "+" } else { "-" };
        let vehicles: Vec<Vec<Passage>> = given
            .iter()
            .map(|vehicle| {
                let mut at: Vec<(i64, bool)> = vehicle.clone();
                at.sort_unstable();
                at.dedup_by_key(|(at, _)| *at);
                at.iter().map(|(at, way)| passage(&format!("{}{at}", text(way)))).collect()
            })
            .collect();
        let now = instant("11-05T00:00:00");
        let day = count_day(vehicles.iter().map(Vec::as_slice), DAY, RULES, now, |_| Some(Fen(1)));
        let all: u32 = day.hours.iter().map(|(_, entries, exits)| entries + exits).sum();
        prop_assert_eq!((all + day.twice) as usize, vehicles.iter().map(Vec::len).sum::<usize>());
        prop_assert_eq!(i64::from(day.stays), day.due.0);
        prop_assert!(day.median.is_some() == (day.stays > 0) && day.median.unwrap_or(0) <= day.minutes);
    }
}
