//! The arithmetic of deadlines as a table of worked cases.
//!
//! The expected values come from the published days and not from this code. A small program apart, which shares nothing
//! with it, went through the days one by one on the official list, marked a day when the clock was running at its 0:00 and took
//! as the end the first working day at whose 24:00 the clock runs and the budget is used up. Days of years not announced
//! were marked from the rule: Monday to Friday without 1 January, 1 and 2 May, 1 to 3 October. Each group says what to
//! look for when checking it with a wall calendar.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{CALENDAR, at};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tingzhou_calendar::Certainty::{self, Official, Provisional};
use tingzhou_cases::{
    ActorId, Approval, Budget, Entry, EntryKind, PauseId, Reading, RoleId, Run, Standing, Unit, clock_path, read_clock,
};

fn approval() -> Approval {
    Approval { by: ActorId::new("mayor").unwrap(), role: RoleId::new("leader").unwrap(), note: String::new() }
}

/// `5w` working days, `60c` calendar days, `48h` hours, `10m` minutes; `pA` begins the pause A, `rA` ends it, `+5` is more time.
fn run(start: &str, budget: &str, entries: &str) -> Run {
    let (amount, unit) = budget.split_at(budget.len() - 1);
    let unit = match unit {
        "w" => Unit::WorkingDays,
        "c" => Unit::CalendarDays,
        "m" => Unit::Minutes,
        _ => Unit::Hours,
    };
    let mut run = Run::start(Budget { unit, amount: amount.parse().unwrap() }, at(start));
    for entry in entries.split("; ").filter(|entry| !entry.is_empty()) {
        let (what, when) = entry.split_once(' ').unwrap();
        let pause = || PauseId::new(&what[1..]).unwrap();
        let what = match &what[..1] {
            "p" => EntryKind::Paused { pause: pause(), reason: String::new() },
            "r" => EntryKind::Resumed { pause: pause() },
            "+" => {
                EntryKind::Extended { amount: what[1..].parse().unwrap(), reason: String::new(), approval: approval() }
            }
            _ => EntryKind::Stopped,
        };
        run.entries.push(Entry { at: at(when), what });
    }
    run
}

/// The instant a clock is read at: now, unless it has stopped.
fn read_at(run: &Run, now: &str) -> Timestamp {
    if run.is_open() { at(now) } else { run.entries.last().unwrap().at }
}

/// Start, budget, what happened, now; last day, certainty, used up, late.
#[expect(clippy::too_many_arguments, reason = "the columns of a table")]
fn check(start: &str, budget: &str, entries: &str, now: &str, last: &str, certainty: Certainty, used: i64, late: i64) {
    let run = run(start, budget, entries);
    let got = read_clock(&run, &CALENDAR, at(now)).unwrap();
    let last: Date = last.parse().unwrap();
    let label = format!("{start} {budget} {entries} at {now}");
    assert_eq!((got.due.date, got.due.certainty, got.consumed, got.late), (last, certainty, used, late), "{label}");
    // It ends at 24:00 of its last day and is over from that instant on.
    let end = at(&format!("{} 00:00", last.checked_add(1.day()).unwrap()));
    assert_eq!((got.due.at, got.over), (end, read_at(&run, now) >= end), "{label}");
    assert_eq!(got.remaining, (got.budget - used).max(0), "{label}");
    // The last step of its path leads to the same end, when nothing counts on from there.
    let path = clock_path(&run, &CALENDAR).unwrap();
    assert_eq!(path.len(), run.entries.len() + 1, "{label}");
    if !matches!(got.standing, Standing::Paused { .. }) {
        assert_eq!(path.last().unwrap().due.date, last, "{label}");
    }
}

/// Mondays and Fridays of March 2026 and July 2025; only weekends are left out.
#[test]
fn plain_weeks() {
    check("2026-03-02 09:00", "1w", "", "2026-03-02 09:00", "2026-03-03", Official, 0, 0);
    check("2026-03-02 23:59", "1w", "", "2026-03-02 23:59", "2026-03-03", Official, 0, 0);
    check("2026-03-02 09:00", "5w", "", "2026-03-03 00:00", "2026-03-09", Official, 1, 0);
    check("2026-03-02 09:00", "5w", "", "2026-03-09 23:59", "2026-03-09", Official, 5, 0);
    check("2026-03-02 09:00", "5w", "", "2026-03-10 00:00", "2026-03-09", Official, 6, 1);
    check("2026-03-06 09:00", "1w", "", "2026-03-08 12:00", "2026-03-09", Official, 0, 0);
    check("2026-03-07 09:00", "1w", "", "2026-03-07 09:00", "2026-03-09", Official, 0, 0);
    check("2026-03-08 09:00", "10w", "", "2026-03-16 09:00", "2026-03-20", Official, 6, 0);
    check("2026-03-02 09:00", "0w", "", "2026-03-02 17:00", "2026-03-02", Official, 0, 0);
    check("2026-03-07 09:00", "0w", "", "2026-03-08 09:00", "2026-03-09", Official, 0, 0);
    check("2026-03-07 09:00", "0w", "", "2026-03-10 00:00", "2026-03-09", Official, 2, 1);
    check("2025-07-01 09:00", "20w", "", "2025-07-29 09:00", "2025-07-29", Official, 20, 0);
    check("2025-07-01 09:00", "20w", "", "2025-07-30 09:00", "2025-07-29", Official, 21, 1);
    check("2025-07-01 09:00", "20w", "", "2025-08-02 09:00", "2025-07-29", Official, 23, 3);
    check("2025-07-01 09:00", "20w", "", "2025-08-04 09:00", "2025-07-29", Official, 24, 4);
}

/// 2026: off 15 to 23 February, worked on Saturdays 14 and 28 February. 2025: off 28 January to 4 February, worked on
/// Sunday 26 January and Saturday 8 February. 2024: off 10 to 17 February, worked on Sundays 4 and 18 February. 2020: off
/// 24 January to 2 February, worked on Sunday 19 January.
#[test]
fn spring_festival() {
    check("2026-02-10 09:00", "5w", "", "2026-02-10 09:00", "2026-02-24", Official, 0, 0);
    check("2026-02-13 09:00", "1w", "", "2026-02-13 09:00", "2026-02-14", Official, 0, 0);
    check("2026-02-13 09:00", "2w", "", "2026-02-20 09:00", "2026-02-24", Official, 1, 0);
    check("2026-02-14 09:00", "1w", "", "2026-02-23 23:00", "2026-02-24", Official, 0, 0);
    check("2026-02-14 09:00", "1w", "", "2026-02-25 00:00", "2026-02-24", Official, 2, 1);
    check("2026-02-18 09:00", "1w", "", "2026-02-18 09:00", "2026-02-24", Official, 0, 0);
    check("2026-02-24 09:00", "4w", "", "2026-02-28 09:00", "2026-02-28", Official, 4, 0);
    check("2026-02-24 09:00", "5w", "", "2026-02-28 09:00", "2026-03-02", Official, 4, 0);
    check("2026-02-09 09:00", "20w", "", "2026-03-02 09:00", "2026-03-13", Official, 11, 0);
    check("2025-01-24 09:00", "1w", "", "2025-01-26 09:00", "2025-01-26", Official, 1, 0);
    check("2025-01-24 09:00", "5w", "", "2025-02-05 09:00", "2025-02-07", Official, 3, 0);
    check("2025-01-27 16:00", "3w", "", "2025-02-08 09:00", "2025-02-07", Official, 4, 1);
    check("2025-02-05 09:00", "3w", "", "2025-02-08 09:00", "2025-02-08", Official, 3, 0);
    check("2024-02-02 09:00", "1w", "", "2024-02-04 09:00", "2024-02-04", Official, 1, 0);
    check("2024-02-09 09:00", "1w", "", "2024-02-18 10:00", "2024-02-18", Official, 1, 0);
    check("2024-02-09 09:00", "20w", "", "2024-03-01 09:00", "2024-03-14", Official, 11, 0);
    check("2023-01-20 09:00", "2w", "", "2023-01-29 09:00", "2023-01-29", Official, 2, 0);
    check("2022-01-28 09:00", "3w", "", "2022-02-07 09:00", "2022-02-07", Official, 3, 0);
    check("2021-02-05 09:00", "5w", "", "2021-02-19 09:00", "2021-02-18", Official, 6, 1);
    check("2020-01-23 09:00", "1w", "", "2020-02-01 09:00", "2020-02-03", Official, 0, 0);
    check("2020-01-17 09:00", "6w", "", "2020-02-03 09:00", "2020-02-03", Official, 6, 0);
}

/// 2026: off 4 to 6 April, 1 to 5 May (worked 9 May), 19 to 21 June, 25 to 27 September (worked Sunday 20 September).
#[test]
fn other_festivals() {
    check("2026-04-03 09:00", "1w", "", "2026-04-06 09:00", "2026-04-07", Official, 0, 0);
    check("2026-04-30 09:00", "3w", "", "2026-05-07 09:00", "2026-05-08", Official, 2, 0);
    check("2026-04-30 09:00", "4w", "", "2026-05-11 09:00", "2026-05-09", Official, 5, 1);
    check("2026-06-18 09:00", "1w", "", "2026-06-22 09:00", "2026-06-22", Official, 1, 0);
    check("2026-09-18 09:00", "1w", "", "2026-09-20 09:00", "2026-09-20", Official, 1, 0);
    check("2026-09-24 09:00", "3w", "", "2026-09-30 09:00", "2026-09-30", Official, 3, 0);
    check("2025-04-25 09:00", "5w", "", "2025-05-07 09:00", "2025-05-06", Official, 6, 1);
    check("2025-05-30 17:00", "1w", "", "2025-06-03 17:00", "2025-06-03", Official, 1, 0);
    check("2024-04-03 09:00", "1w", "", "2024-04-07 09:00", "2024-04-07", Official, 1, 0);
    check("2024-09-13 09:00", "2w", "", "2024-09-18 09:00", "2024-09-18", Official, 2, 0);
    check("2023-06-21 09:00", "1w", "", "2023-06-25 09:00", "2023-06-25", Official, 1, 0);
    check("2022-09-09 09:00", "1w", "", "2022-09-13 09:00", "2022-09-13", Official, 1, 0);
}

/// 2026: off 1 to 7 October, worked on 10 October. 2025: off 1 to 8 October, worked on 28 September and 11 October. 2023:
/// off 29 September to 6 October, worked on 7 and 8 October.
#[test]
fn national_day() {
    check("2026-09-30 09:00", "1w", "", "2026-10-08 09:00", "2026-10-08", Official, 1, 0);
    check("2026-09-30 09:00", "3w", "", "2026-10-10 09:00", "2026-10-10", Official, 3, 0);
    check("2026-09-30 09:00", "4w", "", "2026-10-12 09:00", "2026-10-12", Official, 4, 0);
    check("2025-09-26 09:00", "3w", "", "2025-09-30 09:00", "2025-09-30", Official, 3, 0);
    check("2025-09-30 09:00", "3w", "", "2025-10-11 09:00", "2025-10-11", Official, 3, 0);
    check("2025-10-01 09:00", "1w", "", "2025-10-09 09:00", "2025-10-09", Official, 1, 0);
    check("2024-09-30 09:00", "20w", "", "2024-10-31 09:00", "2024-11-01", Official, 19, 0);
    check("2023-09-28 09:00", "2w", "", "2023-10-08 09:00", "2023-10-08", Official, 2, 0);
    check("2022-09-30 09:00", "1w", "", "2022-10-08 09:00", "2022-10-08", Official, 1, 0);
    check("2021-09-30 09:00", "2w", "", "2021-10-09 09:00", "2021-10-09", Official, 2, 0);
    check("2020-09-30 09:00", "2w", "", "2020-10-10 09:00", "2020-10-10", Official, 2, 0);
}

/// 1 to 3 January 2026 off, Sunday 4 January worked; 1 January 2025 a Wednesday off; 30 December 2023 to 1 January 2024 off.
#[test]
fn year_ends() {
    check("2025-12-31 09:00", "1w", "", "2026-01-03 09:00", "2026-01-04", Official, 0, 0);
    check("2025-12-31 09:00", "2w", "", "2026-01-05 09:00", "2026-01-05", Official, 2, 0);
    check("2025-12-26 09:00", "5w", "", "2026-01-04 09:00", "2026-01-05", Official, 4, 0);
    check("2025-12-15 09:00", "20w", "", "2026-01-12 09:00", "2026-01-13", Official, 19, 0);
    check("2024-12-31 09:00", "1w", "", "2025-01-01 09:00", "2025-01-02", Official, 0, 0);
    check("2023-12-29 09:00", "1w", "", "2024-01-02 09:00", "2024-01-02", Official, 1, 0);
    check("2022-12-30 09:00", "1w", "", "2023-01-02 09:00", "2023-01-03", Official, 0, 0);
    check("2021-12-31 09:00", "1w", "", "2022-01-04 09:00", "2022-01-04", Official, 1, 0);
}

/// Provisional as soon as a day of 2019, or of 2027 and later, had to be looked at; official when the count ends before.
#[test]
fn years_not_announced() {
    check("2026-12-30 09:00", "1w", "", "2026-12-31 09:00", "2026-12-31", Official, 1, 0);
    check("2026-12-30 09:00", "2w", "", "2026-12-31 09:00", "2027-01-04", Provisional, 1, 0);
    check("2026-12-31 09:00", "1w", "", "2027-01-04 09:00", "2027-01-04", Provisional, 1, 0);
    check("2026-12-11 09:00", "20w", "", "2026-12-20 09:00", "2027-01-11", Provisional, 5, 0);
    check("2027-02-01 09:00", "10w", "", "2027-02-15 09:00", "2027-02-15", Provisional, 10, 0);
    check("2027-04-30 09:00", "1w", "", "2027-05-03 09:00", "2027-05-03", Provisional, 1, 0);
    check("2027-09-30 09:00", "1w", "", "2027-10-04 09:00", "2027-10-04", Provisional, 1, 0);
    check("2031-09-30 09:00", "3w", "", "2031-10-08 09:00", "2031-10-08", Provisional, 3, 0);
    check("2019-12-30 09:00", "2w", "", "2020-01-02 09:00", "2020-01-02", Provisional, 2, 0);
    check("2019-12-31 09:00", "1w", "", "2020-01-02 09:00", "2020-01-02", Official, 1, 0);
    check("2026-12-20 09:00", "10c", "", "2026-12-25 09:00", "2026-12-30", Official, 5, 0);
    check("2026-12-20 09:00", "20c", "", "2026-12-25 09:00", "2027-01-11", Provisional, 5, 0);
}

/// All days count; a last day that is off moves to the next working day, and so do late days begin after that one.
#[test]
fn calendar_days() {
    check("2026-03-02 09:00", "15c", "", "2026-03-05 09:00", "2026-03-17", Official, 3, 0);
    check("2026-03-06 09:00", "15c", "", "2026-03-21 09:00", "2026-03-23", Official, 15, 0);
    check("2026-03-06 09:00", "15c", "", "2026-03-23 09:00", "2026-03-23", Official, 17, 0);
    check("2026-03-06 09:00", "15c", "", "2026-03-24 00:00", "2026-03-23", Official, 18, 1);
    check("2026-03-06 09:00", "15c", "", "2026-03-26 09:00", "2026-03-23", Official, 20, 3);
    check("2026-02-01 09:00", "15c", "", "2026-02-16 09:00", "2026-02-24", Official, 15, 0);
    check("2026-02-01 09:00", "15c", "", "2026-02-26 09:00", "2026-02-24", Official, 25, 2);
    check("2026-02-01 09:00", "13c", "", "2026-02-14 09:00", "2026-02-14", Official, 13, 0);
    check("2025-12-02 09:00", "60c", "", "2026-01-15 09:00", "2026-02-02", Official, 44, 0);
    check("2025-11-02 09:00", "60c", "", "2026-01-04 09:00", "2026-01-04", Official, 63, 0);
    check("2026-08-02 09:00", "60c", "", "2026-10-08 09:00", "2026-10-08", Official, 67, 0);
    check("2026-08-11 09:00", "60c", "", "2026-10-10 09:00", "2026-10-10", Official, 60, 0);
    check("2026-03-07 09:00", "0c", "", "2026-03-08 09:00", "2026-03-09", Official, 1, 0);
    check("2025-01-13 09:00", "15c", "", "2025-02-05 09:00", "2025-02-05", Official, 23, 0);
}

/// Days after the one a pause begins on, up to and with the one it ends on, are struck out.
#[test]
fn one_pause() {
    check("2026-03-02 09:00", "5w", "pA 2026-03-04 10:00", "2026-03-06 10:00", "2026-03-11", Official, 2, 0);
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-04 10:00; rA 2026-03-09 15:00",
        "2026-03-10 09:00",
        "2026-03-12",
        Official,
        3,
        0,
    );
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-04 10:00; rA 2026-03-04 10:00",
        "2026-03-05 09:00",
        "2026-03-09",
        Official,
        3,
        0,
    );
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-04 10:00; rA 2026-03-04 23:00",
        "2026-03-05 09:00",
        "2026-03-09",
        Official,
        3,
        0,
    );
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-04 23:59; rA 2026-03-05 00:00",
        "2026-03-05 09:00",
        "2026-03-10",
        Official,
        2,
        0,
    );
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-02 10:00; rA 2026-03-16 09:00",
        "2026-03-16 09:00",
        "2026-03-23",
        Official,
        0,
        0,
    );
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-06 10:00; rA 2026-03-08 09:00",
        "2026-03-08 10:00",
        "2026-03-09",
        Official,
        4,
        0,
    );
    check(
        "2026-02-10 09:00",
        "5w",
        "pA 2026-02-12 10:00; rA 2026-02-26 09:00",
        "2026-02-27 09:00",
        "2026-03-02",
        Official,
        3,
        0,
    );
    check(
        "2026-02-10 09:00",
        "5w",
        "pA 2026-02-14 10:00; rA 2026-02-20 09:00",
        "2026-02-21 09:00",
        "2026-02-24",
        Official,
        4,
        0,
    );
    check(
        "2026-09-28 09:00",
        "10w",
        "pA 2026-09-30 10:00; rA 2026-10-10 09:00",
        "2026-10-12 09:00",
        "2026-10-21",
        Official,
        3,
        0,
    );
    check(
        "2025-12-22 09:00",
        "10w",
        "pA 2025-12-26 09:00; rA 2026-01-04 09:00",
        "2026-01-05 09:00",
        "2026-01-12",
        Official,
        5,
        0,
    );
    check(
        "2026-12-28 09:00",
        "5w",
        "pA 2026-12-29 09:00; rA 2027-01-05 09:00",
        "2027-01-05 10:00",
        "2027-01-11",
        Provisional,
        1,
        0,
    );
    check(
        "2026-03-02 09:00",
        "15c",
        "pA 2026-03-05 09:00; rA 2026-03-15 09:00",
        "2026-03-16 09:00",
        "2026-03-27",
        Official,
        4,
        0,
    );
}

/// The budget is used up and the end not reached: it is due on the day it resumes, or the next working day. Paused only
/// after the end, it stays late.
#[test]
fn paused_on_the_last_day() {
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-09 16:00; rA 2026-03-18 09:00",
        "2026-03-18 17:00",
        "2026-03-18",
        Official,
        5,
        0,
    );
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-09 16:00; rA 2026-03-18 09:00",
        "2026-03-20 09:00",
        "2026-03-18",
        Official,
        7,
        2,
    );
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-09 16:00; rA 2026-03-14 09:00",
        "2026-03-15 09:00",
        "2026-03-16",
        Official,
        5,
        0,
    );
    check("2026-03-02 09:00", "5w", "pA 2026-03-09 16:00", "2026-03-12 09:00", "2026-03-12", Official, 5, 0);
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-10 00:00; rA 2026-03-18 09:00",
        "2026-03-19 09:00",
        "2026-03-09",
        Official,
        7,
        2,
    );
    check("2026-03-02 09:00", "5w", "pA 2026-03-11 09:00", "2026-03-20 09:00", "2026-03-09", Official, 7, 2);
    check(
        "2026-03-06 09:00",
        "15c",
        "pA 2026-03-22 09:00; rA 2026-03-25 09:00",
        "2026-03-25 09:00",
        "2026-03-25",
        Official,
        16,
        0,
    );
}

/// The days struck out are those of any pause; what two of them share is struck out once.
#[test]
fn pauses_in_pauses() {
    check(
        "2026-03-02 09:00",
        "10w",
        "pA 2026-03-04 09:00; pB 2026-03-06 09:00; rB 2026-03-10 09:00; rA 2026-03-12 09:00",
        "2026-03-13 09:00",
        "2026-03-24",
        Official,
        3,
        0,
    );
    check(
        "2026-03-02 09:00",
        "10w",
        "pA 2026-03-04 09:00; pB 2026-03-06 09:00; rA 2026-03-10 09:00; rB 2026-03-12 09:00",
        "2026-03-13 09:00",
        "2026-03-24",
        Official,
        3,
        0,
    );
    check(
        "2026-03-02 09:00",
        "10w",
        "pA 2026-03-04 09:00; pB 2026-03-06 09:00; rA 2026-03-10 09:00",
        "2026-03-11 09:00",
        "2026-03-23",
        Official,
        2,
        0,
    );
    check(
        "2026-03-02 09:00",
        "10w",
        "pA 2026-03-04 09:00; rA 2026-03-06 09:00; pB 2026-03-06 10:00; rB 2026-03-10 09:00",
        "2026-03-11 09:00",
        "2026-03-20",
        Official,
        3,
        0,
    );
    check(
        "2026-03-02 09:00",
        "10w",
        "pA 2026-03-04 09:00; rA 2026-03-06 09:00; pB 2026-03-10 09:00; rB 2026-03-12 09:00",
        "2026-03-13 09:00",
        "2026-03-20",
        Official,
        5,
        0,
    );
    check(
        "2026-03-02 09:00",
        "10w",
        "pA 2026-03-04 09:00; pB 2026-03-04 09:00; pC 2026-03-05 09:00; rB 2026-03-06 09:00; rC 2026-03-09 09:00; rA 2026-03-11 09:00",
        "2026-03-11 18:00",
        "2026-03-23",
        Official,
        2,
        0,
    );
    check(
        "2026-02-09 09:00",
        "20w",
        "pA 2026-02-11 09:00; pB 2026-02-13 09:00; rA 2026-02-24 09:00; rB 2026-02-28 09:00",
        "2026-03-02 09:00",
        "2026-03-25",
        Official,
        3,
        0,
    );
}

/// More days are added to the budget, wherever the clock stands.
#[test]
fn more_time() {
    check("2026-03-02 09:00", "20w", "+10 2026-03-20 09:00", "2026-03-20 09:00", "2026-04-14", Official, 14, 0);
    check("2026-03-02 09:00", "5w", "+5 2026-03-09 23:00", "2026-03-10 09:00", "2026-03-16", Official, 6, 0);
    check(
        "2026-03-02 09:00",
        "5w",
        "+5 2026-03-04 09:00; +5 2026-03-05 09:00",
        "2026-03-24 09:00",
        "2026-03-23",
        Official,
        16,
        1,
    );
    check("2026-09-15 09:00", "10w", "+10 2026-09-28 09:00", "2026-10-08 09:00", "2026-10-19", Official, 12, 0);
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-04 09:00; +10 2026-03-06 09:00; rA 2026-03-10 09:00",
        "2026-03-11 09:00",
        "2026-03-27",
        Official,
        3,
        0,
    );
    check(
        "2026-03-02 09:00",
        "5w",
        "pA 2026-03-09 16:00; +1 2026-03-12 09:00; rA 2026-03-18 09:00",
        "2026-03-18 17:00",
        "2026-03-19",
        Official,
        5,
        0,
    );
    check("2026-02-02 09:00", "60c", "+30 2026-03-20 09:00", "2026-03-21 09:00", "2026-05-06", Official, 47, 0);
    check("2026-12-15 09:00", "10w", "+10 2026-12-22 09:00", "2026-12-22 09:00", "2027-01-13", Provisional, 5, 0);
}

/// Read as on the day it stopped; what comes afterwards counts no more.
#[test]
fn stopped() {
    check("2026-03-02 09:00", "5w", "stop 2026-03-05 09:00", "2026-04-01 09:00", "2026-03-09", Official, 3, 0);
    check("2026-03-02 09:00", "5w", "stop 2026-03-09 23:59", "2026-04-01 09:00", "2026-03-09", Official, 5, 0);
    check("2026-03-02 09:00", "5w", "stop 2026-03-10 00:00", "2026-04-01 09:00", "2026-03-09", Official, 6, 1);
    check("2026-03-02 09:00", "5w", "stop 2026-03-12 09:00", "2026-04-01 09:00", "2026-03-09", Official, 8, 3);
    check(
        "2026-03-02 09:00",
        "10w",
        "pA 2026-03-04 09:00; stop 2026-03-10 09:00",
        "2026-04-01 09:00",
        "2026-03-20",
        Official,
        2,
        0,
    );
}

/// Added and subtracted on the wall clock: nights, weekends and Spring Festival count like any other hour.
#[test]
fn hours() {
    let check = |start: &str, budget: &str, entries: &str, now: &str, end: &str, used: i64, late: i64| {
        let run = run(start, budget, entries);
        let got = read_clock(&run, &CALENDAR, at(now)).unwrap();
        let label = format!("{start} {budget} {entries} at {now}");
        assert_eq!((got.due.at, got.consumed, got.late), (at(end), used, late), "{label}");
        assert_eq!((got.due.certainty, got.over), (Official, read_at(&run, now) >= at(end)), "{label}");
    };
    check("2026-03-06 17:00", "24h", "", "2026-03-06 17:59", "2026-03-07 17:00", 0, 0);
    check("2026-03-06 17:00", "24h", "", "2026-03-07 16:59", "2026-03-07 17:00", 23, 0);
    check("2026-03-06 17:00", "24h", "", "2026-03-07 17:00", "2026-03-07 17:00", 24, 0);
    check("2026-03-06 17:00", "24h", "", "2026-03-07 19:30", "2026-03-07 17:00", 26, 2);
    check("2026-02-14 09:00", "48h", "", "2026-02-15 09:00", "2026-02-16 09:00", 24, 0);
    check("2026-03-06 23:55", "10m", "", "2026-03-07 00:04", "2026-03-07 00:05", 9, 0);
    check("2026-03-06 23:55", "10m", "", "2026-03-07 00:05", "2026-03-07 00:05", 10, 0);
    check("2026-02-16 23:55", "30m", "", "2026-02-17 01:27", "2026-02-17 00:25", 92, 62);
    check(
        "2026-03-06 09:00",
        "10m",
        "pA 2026-03-06 09:04; rA 2026-03-06 11:00",
        "2026-03-06 11:01",
        "2026-03-06 11:06",
        5,
        0,
    );
    check("2026-03-06 09:00", "10m", "+20 2026-03-06 09:04", "2026-03-06 09:20", "2026-03-06 09:30", 20, 0);
    check("2026-12-31 20:00", "72h", "", "2027-01-01 00:00", "2027-01-03 20:00", 4, 0);
    check("2026-03-06 09:00", "10h", "pA 2026-03-06 11:00", "2026-03-06 20:00", "2026-03-07 04:00", 2, 0);
    check(
        "2026-03-06 09:00",
        "10h",
        "pA 2026-03-06 11:00; rA 2026-03-06 14:00",
        "2026-03-06 15:00",
        "2026-03-06 22:00",
        3,
        0,
    );
    check(
        "2026-03-06 09:00",
        "10h",
        "pA 2026-03-06 11:00; rA 2026-03-06 11:00",
        "2026-03-06 15:00",
        "2026-03-06 19:00",
        6,
        0,
    );
    check(
        "2026-03-06 09:00",
        "10h",
        "pA 2026-03-06 11:00; pB 2026-03-06 12:00; rA 2026-03-06 13:00; rB 2026-03-06 15:00",
        "2026-03-06 16:00",
        "2026-03-06 23:00",
        3,
        0,
    );
    check("2026-03-06 09:00", "2h", "+3 2026-03-06 10:00", "2026-03-06 15:00", "2026-03-06 14:00", 6, 1);
    check(
        "2026-03-06 09:00",
        "2h",
        "pA 2026-03-06 12:00; rA 2026-03-06 18:00",
        "2026-03-06 19:00",
        "2026-03-06 11:00",
        4,
        2,
    );
    check("2026-03-06 09:00", "2h", "stop 2026-03-06 10:30", "2026-03-09 09:00", "2026-03-06 11:00", 1, 0);
}

/// Which rule moved the end, and to where.
#[test]
fn the_path_of_an_end() {
    let run = run(
        "2026-02-09 09:00",
        "20w",
        "pA 2026-02-11 09:00; pB 2026-02-13 09:00; rA 2026-02-24 09:00; rB 2026-02-28 09:00; +10 2026-03-02 09:00; stop \
         2026-03-31 09:00",
    );
    let path = clock_path(&run, &CALENDAR).unwrap();
    let ends: Vec<String> = path.iter().map(|step| step.due.date.to_string()).collect();
    // 20 from 9 February; while paused as if resumed that day; 18 from 28 February; 28 from 28 February.
    assert_eq!(
        ends,
        ["2026-03-13", "2026-03-13", "2026-03-17", "2026-03-19", "2026-03-25", "2026-04-09", "2026-04-09"]
    );
    assert!(path[0].entry.is_none() && matches!(path[5].entry.as_ref().unwrap().what, EntryKind::Extended { .. }));
}

#[test]
fn how_a_clock_stands() {
    let standing = |entries: &str, now: &str| -> Standing {
        read_clock(&run("2026-03-02 09:00", "10w", entries), &CALENDAR, at(now)).unwrap().standing
    };
    let pauses = |ids: &[&str]| ids.iter().map(|id| PauseId::new(*id).unwrap()).collect::<Vec<_>>();
    assert_eq!(standing("", "2026-03-03 09:00"), Standing::Running { since: at("2026-03-02 09:00") });
    assert_eq!(
        standing("+1 2026-03-03 09:00", "2026-03-03 09:00"),
        Standing::Running { since: at("2026-03-02 09:00") }
    );
    let two = "pA 2026-03-03 09:00; pB 2026-03-04 09:00";
    let since = at("2026-03-03 09:00");
    assert_eq!(standing(two, "2026-03-05 09:00"), Standing::Paused { since, pauses: pauses(&["A", "B"]) });
    let one = format!("{two}; rA 2026-03-05 09:00");
    assert_eq!(standing(&one, "2026-03-05 09:00"), Standing::Paused { since, pauses: pauses(&["B"]) });
    let none = format!("{one}; rB 2026-03-06 09:00");
    assert_eq!(standing(&none, "2026-03-09 09:00"), Standing::Running { since: at("2026-03-06 09:00") });
    let stopped = format!("{none}; stop 2026-03-09 09:00");
    assert_eq!(standing(&stopped, "2026-04-01 09:00"), Standing::Stopped { at: at("2026-03-09 09:00") });
}

/// A notice that comes later moves an end that was provisional, and nothing stored has to change for it.
#[test]
fn another_calendar_moves_the_end() {
    let clock = run("2026-12-28 09:00", "5w", "");
    let read = |calendar: &tingzhou_calendar::Calendar| -> Reading {
        read_clock(&clock, calendar, at("2026-12-29 09:00")).unwrap()
    };
    assert_eq!(
        (read(&CALENDAR).due.date.to_string().as_str(), read(&CALENDAR).due.certainty),
        ("2027-01-05", Provisional)
    );
    let notice = r#"{ "year": 2027, "source": "例", "make_up": ["2027-01-03"], "holidays": [
        { "zh": "元旦", "en": "New Year's Day", "from": "2026-12-31", "to": "2027-01-02" },
        { "zh": "劳动节", "en": "Labour Day", "from": "2027-05-01", "to": "2027-05-03" },
        { "zh": "国庆节", "en": "National Day", "from": "2027-10-01", "to": "2027-10-07" } ] }"#;
    let later = CALENDAR.clone().with_notice(serde_json::from_str(notice).unwrap()).unwrap();
    assert_eq!((read(&later).due.date.to_string().as_str(), read(&later).due.certainty), ("2027-01-05", Official));
    let own = r#"{ "source": "例", "holidays": [
        { "zh": "节", "en": "Festival", "from": "2026-12-30", "to": "2026-12-30" } ] }"#;
    let city = CALENDAR.clone().with_regional(serde_json::from_str(own).unwrap()).unwrap();
    assert_eq!(read(&city).due.date.to_string(), "2027-01-06");
}

#[test]
fn dates_beyond_the_calendar_are_refused() {
    let late = |start: &str, budget: &str, now: &str| read_clock(&run(start, budget, ""), &CALENDAR, at(now)).is_err();
    assert!(late("9998-12-30 09:00", "5w", "9998-12-30 09:00"));
    assert!(late("9998-12-30 09:00", "5c", "9998-12-30 09:00"));
    assert!(late("1899-12-30 09:00", "5c", "1900-01-30 09:00"));
    assert!(late("9998-12-30 09:00", "87840h", "9998-12-30 09:00"));
    assert!(late("2026-03-02 09:00", "5w", "9999-06-01 09:00"));
    assert!(!late("9998-12-01 09:00", "5w", "9998-12-30 09:00"));
}
