//! Alarms as stories: what comes in, what is told.
//!
//! Comes in: `0=26` a value at 0 s, `0=26m` one from under maintenance, `0=26o` one out of range, `9:tick` the time,
//! `9:ack`, `9:shelve/60` until 60 s, `9:unshelve`, `9:out`, `9:in`; `7=3@9` a value of 7 s that comes at 9 s.
//! Is told: `15 raise 1` and so on, times in seconds; `no CODE` for a refusal.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{BEGIN, flagged, period, s};
use tingzhou_city::alarm::{AlarmEvent, Command, Input, Rule, RuleBook, RuleDef, State, What, command, next_due, step};
use tingzhou_city::{FacilityId, Moment, Property, PropertyDef, Quality, RuleId, Two};

/// The property of all stories: percent of the lower explosive limit.
fn property() -> Property {
    let text = "id = 'lel'\nname = { zh = '可燃气体', en = 'gas' }\nkind = 'number'\nunit = '%LEL'\nmin = 0\nmax = 100";
    let def: PropertyDef = toml::from_str(text).unwrap();
    Property::new(def, Some(period("90d")), "types.T").unwrap()
}

fn rule(text: &str) -> Rule {
    let head = "id = 'r'\nname = { zh = '可燃气体', en = 'gas' }\ntype = 'T'\nproperty = 'lel'\n";
    let def: RuleDef = toml::from_str(&format!("{head}{}", text.replace("; ", "\n"))).unwrap();
    let property = property();
    let book = RuleBook::new(&[def], |_, _| Some(&property)).unwrap();
    book.rule(&RuleId::new("r").unwrap(), &FacilityId::new("f").unwrap()).unwrap().clone()
}

fn seconds(at: Moment) -> i64 {
    (at.millis() - BEGIN) / 1_000
}

fn told(event: &AlarmEvent) -> String {
    let what = match &event.what {
        What::Raised { level, .. } => format!("raise {level}"),
        What::Escalated { level, .. } => format!("escalate {level}"),
        What::Eased { level, .. } => format!("ease {level}"),
        What::Cleared { closed: true } => "clear".into(),
        What::Cleared { closed: false } => "clear unseen".into(),
        What::Acknowledged { closed: true } => "ack gone".into(),
        What::Acknowledged { closed: false } => "ack".into(),
        What::Chattering => "chatter".into(),
        What::Settled { untold } => format!("settle {untold}"),
        What::Shelved { until, .. } => format!("shelve {}", seconds(*until)),
        What::Unshelved { untold } => format!("unshelve {untold}"),
        What::OutOfService { .. } => "out".into(),
        What::Returned { untold } => format!("in {untold}"),
        What::Withdrawn => "withdraw".into(),
    };
    format!("{} {what}", seconds(event.at))
}

fn run(rule: &Rule, story: &str) -> Vec<String> {
    let (mut state, mut all) = (State::new(s(0)), Vec::new());
    for word in story.split_whitespace() {
        let (word, now) = match word.split_once('@') {
            Some((word, now)) => (word, Some(s(now.parse().unwrap()))),
            None => (word, None),
        };
        let mut people = |at: Moment, what: Command| match command(rule, &state, what, at) {
            Ok(done) => done,
            Err(refusal) => {
                all.push(format!("no {}", refusal.code));
                (state, Vec::new())
            }
        };
        let reason = || "检修".to_owned();
        let (next, events) = if let Some((at, value)) = word.split_once('=') {
            let (value, quality) = match value.strip_suffix('m') {
                Some(value) => (value, Quality::MAINTENANCE),
                None => (value, if value.ends_with('o') { Quality::OUT_OF_RANGE } else { Quality::GOOD }),
            };
            let at = s(at.parse().unwrap());
            let sample = flagged(at, value.trim_end_matches('o').parse().unwrap(), quality);
            step(rule, &state, Input::Value(sample), now.unwrap_or(at))
        } else {
            let (at, what) = word.split_once(':').unwrap();
            let at = s(at.parse().unwrap());
            match what.split_once('/').unwrap_or((what, "")) {
                ("tick", _) => step(rule, &state, Input::Tick, at),
                ("ack", _) => people(at, Command::Acknowledge),
                ("shelve", until) => people(at, Command::Shelve { until: s(until.parse().unwrap()), reason: reason() }),
                ("unshelve", _) => people(at, Command::Unshelve),
                ("out", _) => people(at, Command::TakeOutOfService { reason: reason() }),
                ("in", _) => people(at, Command::PutInService),
                other => panic!("{other:?}"),
            }
        };
        state = next;
        all.extend(events.iter().map(told));
    }
    all
}

fn check(rule: &Rule, story: &str, expected: &str) {
    assert_eq!(run(rule, story).join(" | "), expected, "{story}");
}

const TWO: &str =
    "kind = 'high'; levels = [{ at = 25, priority = 'medium' }, { at = 50, priority = 'high' }]; deadband = 2";

#[test]
fn high_with_two_levels() {
    let rule = rule(TWO);
    check(&rule, "0=10 1=24.9", "");
    check(&rule, "0=25", "0 raise 1");
    // Level 1 becomes level 2: one alarm, to be acknowledged again.
    check(
        &rule,
        "0=30 1:ack 2=55 3=56 4:ack 5=40 6=10",
        "0 raise 1 | 1 ack | 2 escalate 2 | 4 ack | 5 ease 1 | 6 clear",
    );
    check(&rule, "0=80 1=0", "0 raise 2 | 1 clear unseen");
    // The deadband: 23 is still within, 22.9 is not; and 24 does not raise.
    check(&rule, "0=25 1=23 2=22.9 3=24", "0 raise 1 | 2 clear unseen");
    check(&rule, "0=50 1=48 2=47.9 3=23 4=22", "0 raise 2 | 2 ease 1 | 4 clear unseen");
}

#[test]
fn life_of_an_alarm() {
    let latching = rule(TWO);
    check(&latching, "0=30 5:ack 9=0", "0 raise 1 | 5 ack | 9 clear");
    check(&latching, "0=30 5=0 9:ack", "0 raise 1 | 5 clear unseen | 9 ack gone");
    check(&latching, "0=30 5=0 100=30 200:ack", "0 raise 1 | 5 clear unseen | 100 raise 1 | 200 ack");
    check(&latching, "0:ack", "no nothing-to-acknowledge");
    check(&latching, "0=30 1:ack 2:ack", "0 raise 1 | 1 ack | no nothing-to-acknowledge");
    check(
        &rule(&format!("{TWO}; latching = false")),
        "0=30 5=0 9:ack",
        "0 raise 1 | 5 clear | no nothing-to-acknowledge",
    );
}

#[test]
fn delays() {
    let rule = rule(&format!("{TWO}; on-delay = '15s'; off-delay = '10s'"));
    check(&rule, "0=30 14=30", "");
    check(&rule, "0=30 15=30", "15 raise 1");
    // The last value holds: a tick or the next value tells it, with the time it was due.
    check(&rule, "0=30 60:tick", "15 raise 1");
    check(&rule, "0=30 60=0 80:tick", "15 raise 1 | 70 clear unseen");
    // Interrupted: the delay begins anew. Within the deadband but below the limit is interrupted too.
    check(&rule, "0=30 10=0 14=30 20=30 28=30 29=30", "29 raise 1");
    check(&rule, "0=30 10=24 14=30 28=30", "");
    // Both levels have their own delay.
    check(&rule, "0=30 10=60 40:tick", "15 raise 1 | 25 escalate 2");
    check(&rule, "0=60 10=30 40:tick", "15 raise 1");
    check(&rule, "0=60 20=0 25=60 40:tick", "15 raise 2");
    check(&rule, "0=60 20=0 40:tick", "15 raise 2 | 30 clear unseen");
}

#[test]
fn time_of_values() {
    let rule = rule(&format!("{TWO}; on-delay = '15s'"));
    // A batch that comes at once counts by its own times.
    check(&rule, "0=30@100 10=30@100 20=30@100", "15 raise 1");
    // An instrument ahead of time does not hurry.
    check(&rule, "0=30 300=30@5", "");
    check(&rule, "0=30 300=30@5 301=30@20", "15 raise 1");
    // What is older than the last value is left out, the same instant again is a correction.
    check(&rule, "10=0 5=99@11 30:tick", "");
    check(&rule, "10=30 10=0@11 60:tick", "");
}

#[test]
fn a_clock_set_back() {
    // Nine minutes ahead, then right again: what comes after is not older than what came before.
    check(&rule(TWO), "540=0@0 60=60@60", "60 raise 2");
    check(&rule(TWO), "540=60@0 60=0@60 70:ack", "0 raise 2 | 60 clear unseen | 70 ack gone");
    check(&rule(TWO), "540=0@10 9=60@11 10=60@12", "10 raise 2");
    // What was measured before that is older still.
    check(&rule(TWO), "540=0@10 9=60@11", "");
    let silence = rule("kind = 'silence'; over = '60s'; priority = 'medium'");
    check(&silence, "540=1@0 60:tick", "60 raise 1");
    check(&silence, "540=1@0 59=1@59 118:tick 119:tick", "119 raise 1");
    let rise = rule("kind = 'rise'; over = '80s'; levels = [{ at = 10, priority = 'high' }]");
    check(&rise, "540=1@0 550=1@1 10=5 20=11", "20 raise 1");
    check(&rise, "540=1@0 90=5 100=11", "");
    let stuck = rule("kind = 'stuck'; over = '60s'; priority = 'low'");
    check(&stuck, "540=5@0 30=5 59=5 60=5", "60 raise 1");
}

#[test]
fn maintenance() {
    let rule = rule(&format!("{TWO}; on-delay = '15s'"));
    check(&rule, "0=99m 60=99m 90:tick", "");
    check(&rule, "0=30 5=30m 60:tick", "");
    check(&rule, "0=30 20=0m 30=30 40=0", "15 raise 1 | 40 clear unseen");
    // Nor does it go on with a delay that values of before began.
    let slow = self::rule(&format!("{TWO}; off-delay = '30s'"));
    check(&slow, "0=60 10=0 20=0m 40:tick", "0 raise 2");
    check(&slow, "0=60 10=0 20=0m 50=0 79:tick 80:tick", "0 raise 2 | 80 clear unseen");
    check(&slow, "0=60 10=30 20=0m 45:tick 50=30 80:tick", "0 raise 2 | 80 ease 1");
    // Silence it ends, however often it comes.
    let silence = self::rule("kind = 'silence'; over = '60s'; priority = 'low'; off-delay = '40s'");
    check(&silence, "60:tick 70=1m 90=1m 110=1m", "60 raise 1 | 110 clear unseen");
}

#[test]
fn low_and_rates() {
    let low =
        rule("kind = 'low'; levels = [{ at = 18, priority = 'low' }, { at = 16, priority = 'high' }]; deadband = 0.5");
    check(
        &low,
        "0=20 1=18 2=18.5 3=18.6 4=15 5=16.6 6=20",
        "1 raise 1 | 3 clear unseen | 4 raise 2 | 5 ease 1 | 6 clear unseen",
    );
    let rise = rule("kind = 'rise'; over = '80s'; levels = [{ at = 10, priority = 'high' }]; deadband = 4");
    check(&rise, "0=1 10=5 20=11", "20 raise 1");
    check(&rise, "0=50 10=41 20=50 30=51", "30 raise 1");
    check(&rise, "0=11 10=5 20=1", "");
    // Slowly: 9 in 80 s.
    check(&rise, "0=1 40=5.5 80=10 120=14.5 160=19", "");
    // Over when no rise of 6 is left in the last 80 s.
    check(&rise, "0=1 10=11 60=11 95=11", "10 raise 1 | 95 clear unseen");
    // After silence nothing is known of a rise.
    check(&rise, "0=1 200=90", "");
    let fall = rule("kind = 'fall'; over = '80s'; levels = [{ at = 10, priority = 'high' }]");
    check(&fall, "0=11 10=5 20=1 30=2", "20 raise 1 | 30 clear unseen");
}

#[test]
fn corrected_extremes() {
    let rise = rule("kind = 'rise'; over = '80s'; levels = [{ at = 10, priority = 'high' }]");
    // The same instant again takes the place of what was said of it, in the extremes too.
    check(&rise, "0=8 10=-50 10=8@11 20=9", "");
    check(&rise, "0=8 10=8 10=-50@11 20=9", "20 raise 1");
    check(&rise, "0=8 1=-50 1=8@2 1=9@3 20=9", "");
    check(&rise, "0=1 1=8 1=9@2 20=11", "20 raise 1");
    check(&rise, "0=-50 1=8m 1=8 20=9", "1 raise 1");
    // Different values of a clock that is ahead are no corrections of each other, though they come at one instant.
    check(&rise, "300=1@0 301=5@0 20=11", "20 raise 1");
}

#[test]
fn silence() {
    let rule = rule("kind = 'silence'; over = '60s'; priority = 'medium'");
    check(&rule, "59:tick", "");
    check(&rule, "60:tick 100=1 120:ack", "60 raise 1 | 100 clear unseen | 120 ack gone");
    check(&rule, "0=1 30=1 89:tick 90:tick", "90 raise 1");
    check(&rule, "0=1m 59=1m 118:tick", "");
    // A value that ends the silence tells of it.
    check(&rule, "0=1 500=1", "60 raise 1 | 500 clear unseen");
    // What was kept meanwhile comes late: until it comes there is silence, while it comes there is none.
    check(&rule, "0=1 60:tick 5=1@300 9=1@301 360:tick 361:tick", "60 raise 1 | 60 clear unseen | 361 raise 1");
    let patient = self::rule("kind = 'silence'; over = '60s'; priority = 'low'; on-delay = '30s'; off-delay = '40s'");
    check(&patient, "0=1 80=1 139:tick", "");
    check(&patient, "0=1 100=1 130=1 140:tick", "90 raise 1 | 140 clear unseen");
    check(&patient, "0=1 100=1 200:tick", "90 raise 1 | 140 clear unseen | 190 raise 1");
}

#[test]
fn what_was_before_anybody_watched() {
    let leak = rule(TWO);
    // A backlog is told at its own times, not at the time it came.
    check(&leak, "-500=1@1 -400=30@1 -300=1@2 2=1", "-400 raise 1 | -300 clear unseen");
    check(&leak, "-500=1@1 -400=30@1 -300=60@1 5:ack", "-400 raise 1 | -300 escalate 2 | 5 ack");
    // Once something was told, nothing is told before it.
    check(&leak, "0:shelve/9 -400=30@1 9:tick", "0 shelve 9 | 9 unshelve 1 | 9 raise 1");
    let silence = rule("kind = 'silence'; over = '60s'; priority = 'medium'");
    check(&silence, "-500=1@1 -100=1@1 60:tick 61:tick", "61 raise 1");
}

#[test]
fn out_of_range_and_stuck() {
    let range = rule("kind = 'out-of-range'; priority = 'low'; on-delay = '5s'");
    check(&range, "0=120o 3=50 9=120o 14=120o 20=1", "14 raise 1 | 20 clear unseen");
    let stuck = rule("kind = 'stuck'; over = '60s'; priority = 'low'; deadband = 0.1");
    check(&stuck, "0=5 30=5 60=5 70=6", "60 raise 1 | 70 clear unseen");
    check(&stuck, "0=5 30=5.2 60=5.2 89=5.2 90=5.2", "90 raise 1");
    // Silent is not stuck.
    check(&stuck, "0=5 500:tick", "");
}

#[test]
fn shelving() {
    let rule = rule(&format!("{TWO}; most-shelved = '1h'"));
    check(&rule, "0=30 1:shelve/60 2=0 3=30 60:tick", "0 raise 1 | 1 shelve 60 | 60 unshelve 1 | 60 raise 1");
    check(&rule, "0=30 1:shelve/60 2=0 60:tick", "0 raise 1 | 1 shelve 60 | 60 unshelve 0");
    check(&rule, "0:shelve/60 1=30 2=60 30:unshelve", "0 shelve 60 | 30 unshelve 2 | 30 raise 2");
    check(&rule, "0:shelve/60 90=30", "0 shelve 60 | 60 unshelve 0 | 90 raise 1");
    check(&rule, "9:shelve/9", "no until");
    check(&rule, "0:shelve/3601", "no until");
    check(
        &rule,
        "0:shelve/9 1:shelve/9 2:ack 3:in",
        "0 shelve 9 | no hidden | no nothing-to-acknowledge | no in-service",
    );
    check(&rule, "0:unshelve", "no not-shelved");
}

#[test]
fn out_of_service() {
    let rule = rule(TWO);
    check(&rule, "0=30 1:out 2=60 3=0 9999:tick", "0 raise 1 | 1 out");
    check(&rule, "1:out 2=60 9:in", "1 out | 9 in 1 | 9 raise 2");
    check(
        &rule,
        "1:out 2:out 3:shelve/60 4:unshelve 5:in 6:in",
        "1 out | no out-of-service | no hidden | no not-shelved | 5 in 0 | no in-service",
    );
    // Shelved first, then out of service: the hour no longer matters.
    check(&rule, "0=30 1:shelve/60 2:out 99:tick", "0 raise 1 | 1 shelve 60 | 2 out");
}

#[test]
fn chatter() {
    let rule = rule(TWO);
    // Three raises within a minute; what follows is counted, until a minute without a change.
    check(
        &rule,
        "0=30 1=0 2=30 3=0 4=30 5=0 6=30 7=0 8=30 9=0 69:tick",
        "0 raise 1 | 1 clear unseen | 2 raise 1 | 3 clear unseen | 4 raise 1 | 4 chatter | 69 settle 5 | 69 clear unseen",
    );
    // It settles with the condition still there.
    check(
        &rule,
        "0=30 1=0 2=30 3=0 4=30 5=0 6=30 7:ack 99=30 100=0",
        "0 raise 1 | 1 clear unseen | 2 raise 1 | 3 clear unseen | 4 raise 1 | 4 chatter | 7 ack | 66 settle 2 | 100 clear",
    );
    // A higher level is told all the same, and settles to what holds.
    check(
        &rule,
        "0=30 1=0 2=30 3=0 4=30 5=0 6=60 7=0 8=60 9=30 70:tick",
        "0 raise 1 | 1 clear unseen | 2 raise 1 | 3 clear unseen | 4 raise 1 | 4 chatter | 6 escalate 2 | 69 settle 4 | 69 ease 1",
    );
    // Slower than that is no chatter.
    check(
        &rule,
        "0=30 30=0 60=30 90=0 120=30",
        "0 raise 1 | 30 clear unseen | 60 raise 1 | 90 clear unseen | 120 raise 1",
    );
}

#[test]
fn a_flood_tells_little_and_keeps_little() {
    let rule = rule(TWO);
    let (mut state, mut count) = (State::new(s(0)), 0);
    for second in 0..200_000 {
        let sample = flagged(s(second), if second % 2 == 0 { 90.0 } else { 0.0 }, Quality::GOOD);
        let (next, events) = step(&rule, &state, Input::Value(sample), s(second));
        state = next;
        count += events.len();
    }
    // Two raised and cleared, the third raised, and told to chatter.
    assert_eq!(count, 6);
    let (_, events) = step(&rule, &state, Input::Tick, s(300_000));
    assert_eq!(events.iter().map(told).collect::<Vec<_>>(), ["200059 settle 199995", "200059 clear unseen"]);
    assert!(size_of::<State>() <= 640, "{} bytes", size_of::<State>());
}

#[test]
fn a_changed_rule() {
    let (two, one) = (rule(TWO), rule("kind = 'high'; levels = [{ at = 25, priority = 'low' }]"));
    let off = rule(&format!("{TWO}; enabled = false"));
    let (state, _) = step(&two, &State::new(s(0)), Input::Value(flagged(s(0), 60.0, Quality::GOOD)), s(0));
    let later = |rule: &Rule, state: &State| {
        let due = next_due(rule, state);
        let (state, events) = step(rule, state, Input::Tick, s(9));
        (due.map(seconds), events.iter().map(told).collect::<Vec<_>>(), state)
    };
    // Level 2 is gone, level 1 holds.
    let (due, events, _) = later(&one, &state);
    assert_eq!((due, events), (Some(0), vec!["0 ease 1".to_owned()]));
    // A longer or a shorter time of a rise: nothing is known of one until values have come anew.
    let rise =
        |over: &str| rule(&format!("kind = 'rise'; over = '{over}'; levels = [{{ at = 10, priority = 'low' }}]"));
    for (before, after) in [("80s", "8000s"), ("8000s", "80s")] {
        let (before, after) = (rise(before), rise(after));
        let (mut state, mut all) = (State::new(s(0)), Vec::new());
        for (at, value) in [(0, 50.0), (10, 1.0), (20, 20.0), (30, 20.0), (20_000, 20.0), (20_001, 30.0)] {
            let rule = if at <= 10 { &before } else { &after };
            let (next, events) = step(rule, &state, Input::Value(flagged(s(at), value, Quality::GOOD)), s(at));
            state = next;
            all.extend(events.iter().map(told));
        }
        assert_eq!(all, ["20001 raise 1"]);
    }
    // Switched off: withdrawn once, then nothing; switched on again it begins anew.
    let (due, events, state) = later(&off, &state);
    assert_eq!((due, events), (Some(0), vec!["9 withdraw".to_owned()]));
    let (due, events, state) = later(&off, &state);
    assert_eq!((due, events.len()), (None, 0));
    let (_, events) = step(&two, &state, Input::Value(flagged(s(10), 60.0, Quality::GOOD)), s(10));
    assert_eq!(events.iter().map(told).collect::<Vec<_>>(), ["10 raise 2"]);
}

#[test]
fn what_was_kept_before_is_read() {
    let rise = rule("kind = 'rise'; over = '80s'; levels = [{ at = 10, priority = 'high' }]");
    let (state, _) = step(&rise, &State::new(s(0)), Input::Value(flagged(s(0), 1.0, Quality::GOOD)), s(0));
    let mut kept = serde_json::to_value(state).unwrap();
    assert_eq!(serde_json::from_value::<State>(kept.clone()).unwrap(), state);
    for later in ["heard", "listened"] {
        kept.as_object_mut().unwrap().remove(later).unwrap();
    }
    for later in ["length", "at", "before"] {
        kept["extremes"].as_object_mut().unwrap().remove(later).unwrap();
    }
    let state: State = serde_json::from_value(kept).unwrap();
    let (state, events) = step(&rise, &state, Input::Value(flagged(s(10), 2.0, Quality::GOOD)), s(10));
    assert!(events.is_empty());
    let (_, events) = step(&rise, &state, Input::Value(flagged(s(20), 12.0, Quality::GOOD)), s(20));
    assert_eq!(events.iter().map(told).collect::<Vec<_>>(), ["20 raise 1"]);
}

#[test]
fn what_holds() {
    let rule = rule(TWO);
    let mut state = State::new(s(0));
    // While it chatters it stays on the list, and holds until that is over.
    let values = [30.0, 0.0, 30.0, 0.0, 30.0, 0.0];
    for ((at, value), expected) in (0..).zip(values).zip([true, false, true, false, true, true]) {
        state = step(&rule, &state, Input::Value(flagged(s(at), value, Quality::GOOD)), s(at)).0;
        assert_eq!(state.holds(), expected, "at {at} s");
    }
    state = step(&rule, &state, Input::Tick, s(99)).0;
    assert!(!state.holds());
    // Hidden, it is as it is.
    state = command(&rule, &state, Command::TakeOutOfService { reason: "检修".to_owned() }, s(100)).unwrap().0;
    for (at, value) in [(101, 30.0), (102, 0.0)] {
        state = step(&rule, &state, Input::Value(flagged(s(at), value, Quality::GOOD)), s(at)).0;
        assert_eq!(state.holds(), value > 0.0);
    }
}

#[test]
fn sentences() {
    let facility = Two::new("城北调压站", "North station");
    let check = |text: &str, story: &[(i64, f64)], zh: &[&str], en: &[&str]| {
        let rule = rule(text);
        let (mut state, mut all) = (State::new(s(0)), Vec::new());
        for (at, value) in story {
            let input = if value.is_nan() { Input::Tick } else { Input::Value(flagged(s(*at), *value, Quality::GOOD)) };
            let (next, events) = step(&rule, &state, input, s(*at));
            state = next;
            all.extend(events.iter().map(|event| event.sentence(&rule, &facility)));
        }
        assert_eq!(all.iter().map(|two| two.zh.as_str()).collect::<Vec<_>>(), zh);
        assert_eq!(all.iter().map(|two| two.en.as_str()).collect::<Vec<_>>(), en);
    };
    check(
        &format!("{TWO}; on-delay = '15s'"),
        &[(0, 26.3), (20, 26.3), (40, 0.0)],
        &[
            "2026-03-01 00:00:15 城北调压站 可燃气体：1 级告警（优先级中），当前值 26.3 %LEL，达到或高于限值 25 %LEL。",
            "2026-03-01 00:00:40 城北调压站 可燃气体：已恢复，待确认。",
        ],
        &[
            "2026-03-01 00:00:15 North station, gas: alarm, level 1 (medium priority), 26.3 %LEL, at or above the limit of 25 %LEL.",
            "2026-03-01 00:00:40 North station, gas: cleared, to be acknowledged.",
        ],
    );
    check(
        "kind = 'silence'; over = '10m'; priority = 'high'",
        &[(5, 1.0), (700, f64::NAN)],
        &[
            "2026-03-01 00:10:05 城北调压站 可燃气体：1 级告警（优先级高），自 2026-03-01 00:00:05 起无数据，超过 10 分钟。",
        ],
        &[
            "2026-03-01 00:10:05 North station, gas: alarm, level 1 (high priority), no data since 2026-03-01 00:00:05, longer than 10 min.",
        ],
    );
    check(
        "kind = 'rise'; over = '80s'; levels = [{ at = 0.3, priority = 'low' }]",
        &[(0, 0.1), (10, 0.4)],
        &[
            "2026-03-01 00:00:10 城北调压站 可燃气体：1 级告警（优先级低），1 分钟 20 秒 内上升 0.3 %LEL（限值 0.3 %LEL），当前值 0.4 %LEL。",
        ],
        &[
            "2026-03-01 00:00:10 North station, gas: alarm, level 1 (low priority), risen by 0.3 %LEL within 1 min 20 s (limit 0.3 %LEL), now 0.4 %LEL.",
        ],
    );
}
