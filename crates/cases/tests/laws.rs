//! What holds whatever happens.
//!
//! That a refused command changes nothing needs no test: `decide` is given the case to read only.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{CALENDAR, DISPATCH, actor, at, inputs, transition};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeSet;
use tingzhou_cases::{
    Actor, ActorId, Approval, Budget, Case, CaseId, Command, Entry, EntryKind, Event, PauseId, RefusalKind, Request,
    RoleId, Run, Standing, Unit, clock_path, decide, open, read_clock, reminders_due,
};

/// What somebody tries: a command, who, and how many hours after the last.
#[derive(Clone, Debug)]
struct Try {
    what: usize,
    kind: u8,
    who: usize,
    hours: i64,
    good: bool,
}

const TRANSITIONS: [(&str, &[&str]); 14] = [
    ("register", &["title=题"]),
    ("assign", &["lead:housing", "co:finance", "days=7"]),
    ("sign", &[]),
    ("contribute", &["opinion=同意"]),
    ("report", &["result=完成", "evidence@a"]),
    ("reject", &["!不足"]),
    ("accept", &[]),
    ("strike-off", &[]),
    ("extend", &["!雨季", "extra-days=4"]),
    ("extend", &["!雨季"]),
    ("suspend", &["!资金"]),
    ("resume", &["!到位"]),
    ("cancel", &["!并入"]),
    ("vanish", &[]),
];

fn actors() -> [Actor; 4] {
    [
        actor("wang", &["office"], None),
        actor("mayor", &["leader"], None),
        actor("li", &[], Some("housing")),
        actor("zhao", &["office", "leader"], Some("finance")),
    ]
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (0..TRANSITIONS.len(), 0_u8..10, 0_usize..4, 0_i64..200, proptest::bool::weighted(0.9))
        .prop_map(|(what, kind, who, hours, good)| Try { what, kind, who, hours, good });
    proptest::collection::vec(one, 0..80)
}

fn command(case: &Case, one: &Try, now: Timestamp) -> Command {
    let (id, given) = TRANSITIONS[one.what];
    // Half of the time something that is possible, else anything.
    let possible: Vec<_> = DISPATCH.possible(&case.state).map(|t| t.id.clone()).collect();
    let id = match possible.get(one.what % possible.len().max(1)) {
        Some(id) if one.kind.is_multiple_of(2) => id.clone(),
        _ => transition(id),
    };
    let given = TRANSITIONS.iter().find(|(name, _)| *name == id.as_str()).map_or(given, |(_, given)| given);
    match one.kind {
        0..=6 => Command::Move { transition: id, inputs: if one.good { inputs(given) } else { inputs(&["x=y"]) } },
        7 => {
            let waiting = case.proposals.first().map_or(id, |p| p.transition.clone());
            Command::Approve { transition: waiting, note: String::new() }
        }
        8 => {
            let waiting = case.proposals.first().map_or(id, |p| p.transition.clone());
            Command::Decline { transition: waiting, reason: if one.good { "不宜".into() } else { String::new() } }
        }
        _ => Command::Remind {
            reminders: reminders_due(&DISPATCH, case, &CALENDAR, now).unwrap().into_iter().map(|r| r.key).collect(),
        },
    }
}

fn opened(now: Timestamp) -> Vec<Event> {
    let id = CaseId::new("1").unwrap();
    open(&DISPATCH, &id, &transition("register"), &actors()[0], inputs(&["title=题"]), now, &CALENDAR).unwrap()
}

proptest! {
    #[test]
    fn any_story(tries in tries(), start in 0_i64..400) {
        let mut now = at("2025-12-01 08:00").checked_add(SignedDuration::from_hours(start * 24)).unwrap();
        let mut events = opened(now);
        let mut case = Case::replay(&events).unwrap();
        let mut used = std::collections::BTreeMap::new();
        for one in &tries {
            now = now.checked_add(SignedDuration::from_hours(one.hours)).unwrap();
            let command = command(&case, one, now);
            let request = Request { version: case.version, actor: actors()[one.who].clone(), command };
            match decide(&DISPATCH, &case, &request, now, &CALENDAR) {
                Ok(new) => {
                    prop_assert!(new.iter().all(|event| event.at() == now));
                    case = new.iter().fold(case, Case::apply);
                    if !matches!(request.command, Command::Remind { .. }) {
                        // Whoever still looks at the version before is told.
                        let stale = decide(&DISPATCH, &case, &request, now, &CALENDAR).unwrap_err();
                        let changed = match stale.kind {
                            RefusalKind::Stale { changed } => changed.len(),
                            _ => 0,
                        };
                        prop_assert!(changed > 0);
                    }
                    events.extend(new);
                }
                Err(refusal) => {
                    prop_assert!(!refusal.message.zh.is_empty() && !refusal.message.en.is_empty());
                }
            }
            for (clock, runs) in &case.clocks {
                for (number, run) in runs.iter().enumerate() {
                    let reading = read_clock(run, &CALENDAR, now).unwrap();
                    prop_assert!(reading.due.at > run.started || run.budget.amount == 0);
                    let before = used.insert((clock.clone(), number), reading.consumed).unwrap_or(0);
                    prop_assert!(reading.consumed >= before, "{clock} {number}: {} after {before}", reading.consumed);
                    prop_assert_eq!(reading.over, read_at(run, now) >= reading.due.at);
                    prop_assert!(reading.late == 0 || reading.over);
                }
                prop_assert!(runs.iter().rev().skip(1).all(|run| !run.is_open()));
            }
        }
        prop_assert_eq!(case.version, events.len() as u64);
        let ended = DISPATCH.state(&case.state).unwrap().is_final;
        prop_assert!(!ended || case.clocks.keys().all(|clock| case.open_run(clock).is_none()));
        // Every reminder was sent once.
        let all: Vec<_> = events.iter().filter(|e| e.kind() == "reminder-sent").collect();
        prop_assert_eq!(all.len(), case.sent.len());
        prop_assert_eq!(&Case::replay(&events).unwrap(), &case);
        let stored = serde_json::to_string(&events).unwrap();
        let loaded: Vec<Event> = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(Case::replay(&loaded).unwrap(), case);
    }

    /// Events that do not belong together make odd cases, and no panic.
    #[test]
    fn any_events(tries in tries(), order in proptest::collection::vec(any::<prop::sample::Index>(), 0..60)) {
        let mut now = at("2026-02-01 08:00");
        let mut events = opened(now);
        let mut case = Case::replay(&events).unwrap();
        for one in &tries {
            now = now.checked_add(SignedDuration::from_hours(one.hours)).unwrap();
            let request =
                Request { version: case.version, actor: actors()[one.who].clone(), command: command(&case, one, now) };
            if let Ok(new) = decide(&DISPATCH, &case, &request, now, &CALENDAR) {
                case = new.iter().fold(case, Case::apply);
                events.extend(new);
            }
        }
        let first = &events[..1];
        let mixed = Case::replay(first.iter().chain(order.iter().map(|i| i.get(&events)))).unwrap();
        for run in mixed.clocks.values().flatten() {
            prop_assert!(read_clock(run, &CALENDAR, now).is_ok());
        }
        for one in &tries {
            let request =
                Request { version: mixed.version, actor: actors()[one.who].clone(), command: command(&mixed, one, now) };
            let _ = decide(&DISPATCH, &mixed, &request, now, &CALENDAR);
        }
    }
}

fn read_at(run: &Run, now: Timestamp) -> Timestamp {
    if run.is_open() { now } else { run.entries.last().unwrap().at }
}

fn pause(id: u8) -> PauseId {
    PauseId::new(["A", "B", "X"][usize::from(id % 3)]).unwrap()
}

fn entry(kind: u8, amount: u32) -> EntryKind {
    match kind {
        0..=3 => EntryKind::Paused { pause: pause(kind % 2), reason: String::new() },
        4..=8 => EntryKind::Resumed { pause: pause(kind % 2) },
        _ => EntryKind::Extended {
            amount,
            reason: String::new(),
            approval: Approval { by: ActorId::new("a").unwrap(), role: RoleId::new("a").unwrap(), note: String::new() },
        },
    }
}

fn unit() -> impl Strategy<Value = Unit> {
    prop_oneof![Just(Unit::WorkingDays), Just(Unit::CalendarDays), Just(Unit::Hours), Just(Unit::Minutes)]
}

/// A clock somewhere between 2024 and 2028, and an instant after its last entry.
fn runs(unit: impl Strategy<Value = Unit>) -> impl Strategy<Value = (Run, Timestamp)> {
    let entries = proptest::collection::vec((0_i64..200, 0_u8..10, 1_u32..15), 0..12);
    (unit, 0_u32..40, 0_i64..40_000, entries, 0_i64..400).prop_map(|(unit, amount, start, entries, after)| {
        let hours = SignedDuration::from_hours;
        let start = at("2024-01-01 00:00").checked_add(hours(start)).unwrap();
        let mut run = Run::start(Budget { unit, amount }, start);
        let mut now = start;
        for (wait, kind, amount) in entries {
            now = now.checked_add(hours(wait)).unwrap();
            run.entries.push(Entry { at: now, what: entry(kind, amount) });
        }
        (run, now.checked_add(hours(after)).unwrap())
    })
}

/// The rule as it is written, followed day by day without any counting ahead: a day counts when the clock was running at
/// its beginning; the end is the first working day at whose end the clock runs and the budget is used up.
fn by_walking(run: &Run, now: Date) -> (Date, i64, i64) {
    let day = |at: Timestamp| jiff::tz::offset(8).to_datetime(at).date();
    let (mut open, mut budget, mut next) = (BTreeSet::new(), i64::from(run.budget.amount), 0);
    let (mut used, mut read_used, mut late, mut due) = (0, 0, 0, None);
    let mut today = day(run.started);
    let mut ran = false;
    loop {
        let working = CALENDAR.is_working(today).unwrap().value;
        if ran && (working || run.budget.unit == Unit::CalendarDays) {
            used += 1;
            if today <= now {
                read_used = used;
                late += i64::from(due.is_some());
            }
        }
        while let Some(entry) = run.entries.get(next).filter(|entry| day(entry.at) == today) {
            match &entry.what {
                EntryKind::Paused { pause, .. } => drop(open.insert(pause.clone())),
                EntryKind::Resumed { pause } => drop(open.remove(pause)),
                EntryKind::Extended { amount, .. } if due.is_none() => budget += i64::from(*amount),
                _ => {}
            }
            next += 1;
        }
        // From now on as if it were resumed now.
        ran = open.is_empty() || today >= now;
        if due.is_none() && ran && used >= budget && working {
            due = Some(today);
        }
        match due {
            Some(due) if today >= now => return (due, read_used, late),
            _ => today = today.tomorrow().unwrap(),
        }
    }
}

proptest! {
    #[test]
    fn days_agree_with_walking((run, now) in runs(prop_oneof![Just(Unit::WorkingDays), Just(Unit::CalendarDays)])) {
        let reading = read_clock(&run, &CALENDAR, now).unwrap();
        let walked = by_walking(&run, jiff::tz::offset(8).to_datetime(now).date());
        prop_assert_eq!((reading.due.date, reading.consumed, reading.late), walked);
    }

    #[test]
    fn a_pause_of_no_time_changes_nothing((run, now) in runs(unit()), place in any::<prop::sample::Index>()) {
        let place = place.index(run.entries.len() + 1);
        let when = place.checked_sub(1).map_or(run.started, |before| run.entries[before].at);
        let mut with = run.clone();
        let nothing = [EntryKind::Paused { pause: pause(2), reason: String::new() }, EntryKind::Resumed { pause: pause(2) }];
        with.entries.splice(place..place, nothing.map(|what| Entry { at: when, what }));
        let (a, mut b) = (read_clock(&run, &CALENDAR, now).unwrap(), read_clock(&with, &CALENDAR, now).unwrap());
        prop_assert_eq!(matches!(a.standing, Standing::Running { .. }), matches!(b.standing, Standing::Running { .. }));
        // Only since when it runs without a break is another instant.
        b.standing = a.standing.clone();
        prop_assert_eq!(a, b);
    }

    #[test]
    fn time_goes_one_way((run, now) in runs(unit()), later in 0_i64..3_000) {
        let later = now.checked_add(SignedDuration::from_hours(later)).unwrap();
        let (a, b) = (read_clock(&run, &CALENDAR, now).unwrap(), read_clock(&run, &CALENDAR, later).unwrap());
        prop_assert!(b.consumed >= a.consumed && b.late >= a.late && b.due.at >= a.due.at && (b.over || !a.over));
        prop_assert!(a.due.at >= run.started && a.due.date >= jiff::tz::offset(8).to_datetime(run.started).date());
        // The end of a running clock does not move by itself.
        if matches!(a.standing, Standing::Running { .. }) || a.over {
            prop_assert_eq!(a.due, b.due);
        }
        prop_assert_eq!(clock_path(&run, &CALENDAR).unwrap().len(), run.entries.len() + 1);
    }

    #[test]
    fn no_ledger_panics(
        unit in unit(),
        amount in any::<u32>(),
        start in any::<i64>(),
        entries in proptest::collection::vec((any::<i64>(), 0_u8..11, any::<u32>()), 0..8),
        now in any::<i64>(),
    ) {
        let instant = |n: i64| {
            let (min, max) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
            Timestamp::from_second(n.rem_euclid(max - min) + min).unwrap()
        };
        let mut run = Run::start(Budget { unit, amount }, instant(start));
        for (when, kind, amount) in entries {
            let what = if kind == 10 { EntryKind::Stopped } else { entry(kind, amount) };
            run.entries.push(Entry { at: instant(when), what });
        }
        let _ = read_clock(&run, &CALENDAR, instant(now));
        let _ = clock_path(&run, &CALENDAR);
    }
}
