//! Whatever values come and whatever people do, what is told adds up to how the alarm stands.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{flagged, period, s};
use proptest::prelude::*;
use tingzhou_city::alarm::{
    AlarmEvent, Command, Input, Rule, RuleBook, RuleDef, Standing, State, What, command, next_due, step, stood,
};
use tingzhou_city::{FacilityId, Moment, Property, PropertyDef, Quality, RuleId};

fn rule(kind: usize, latching: bool, on: i64, off: i64) -> Rule {
    let kinds = [
        "kind = 'high'\nlevels = [{ at = 3, priority = 'low' }, { at = 5, priority = 'low' }, { at = 8, priority = 'high' }]\ndeadband = 1",
        "kind = 'low'\nlevels = [{ at = 4, priority = 'low' }, { at = 2, priority = 'high' }]",
        "kind = 'rise'\nlevels = [{ at = 3, priority = 'low' }]\nover = '20s'",
        "kind = 'silence'\nover = '15s'\npriority = 'low'",
        "kind = 'stuck'\nover = '10s'\npriority = 'low'",
    ];
    let text = format!(
        "id = 'r'\nname = {{ zh = '规则', en = 'rule' }}\ntype = 'T'\nproperty = 'p'\nlatching = {latching}\n\
        on-delay = '{on}s'\noff-delay = '{off}s'\nmost-shelved = '40s'\nchatter-within = '30s'\n{}",
        kinds[kind % kinds.len()]
    );
    let def: RuleDef = toml::from_str(&text).unwrap();
    let property: PropertyDef = toml::from_str("id = 'p'\nname = { zh = '项', en = 'item' }\nkind = 'number'").unwrap();
    let property = Property::new(property, Some(period("90d")), "types.T").unwrap();
    let book = RuleBook::new(&[def], |_, _| Some(&property)).unwrap();
    book.rule(&RuleId::new("r").unwrap(), &FacilityId::new("f").unwrap()).unwrap().clone()
}

#[derive(Clone, Debug)]
enum Act {
    Value(f64, Quality),
    People(Command),
}

/// Acts with their times in seconds.
fn script() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let quality = prop_oneof![8 => Just(Quality::GOOD), 1 => Just(Quality::MAINTENANCE)];
    let reason = || "检修".to_owned();
    let act = prop_oneof![
        8 => ((0_u8..10), quality).prop_map(|(value, quality)| Act::Value(value.into(), quality)),
        1 => Just(Act::People(Command::Acknowledge)),
        1 => (0_i64..1_000).prop_map(move |until| Act::People(Command::Shelve { until: s(until), reason: reason() })),
        1 => Just(Act::People(Command::Unshelve)),
        1 => Just(Act::People(Command::TakeOutOfService { reason: reason() })),
        1 => Just(Act::People(Command::PutInService)),
    ];
    proptest::collection::vec((0_i64..20, act), 0..60).prop_map(|steps| {
        let mut at = 0;
        let one = |(step, act)| {
            at += step;
            (at, act)
        };
        steps.into_iter().map(one).collect()
    })
}

fn act(rule: &Rule, state: &State, at: Moment, act: &Act) -> (State, Vec<AlarmEvent>) {
    match act {
        Act::Value(value, quality) => step(rule, state, Input::Value(flagged(at, *value, *quality)), at),
        // A refused command changes nothing, and what was due before it is told later.
        Act::People(what) => command(rule, state, what.clone(), at).unwrap_or((*state, Vec::new())),
    }
}

/// How the alarm stands and at what level, by what was told alone.
fn told(standing: Standing, level: u8, what: &What) -> (Standing, u8) {
    use Standing::{Acknowledged, Normal, OutOfService, ReturnedUnacknowledged, Shelved, Unacknowledged};
    match (what, standing) {
        (What::Raised { level, .. }, Normal | ReturnedUnacknowledged) => (Unacknowledged, *level),
        (What::Escalated { level: higher, .. }, Unacknowledged | Acknowledged) if *higher > level => {
            (Unacknowledged, *higher)
        }
        (What::Eased { level: lower, .. }, Unacknowledged | Acknowledged) if *lower < level => (standing, *lower),
        (What::Cleared { closed: true }, Unacknowledged | Acknowledged)
        | (What::Acknowledged { closed: true }, ReturnedUnacknowledged)
        | (What::Unshelved { .. }, Shelved)
        | (What::Returned { .. }, OutOfService) => (Normal, 0),
        (What::Cleared { closed: false }, Unacknowledged) => (ReturnedUnacknowledged, level),
        (What::Acknowledged { closed: false }, Unacknowledged) => (Acknowledged, level),
        (What::Chattering | What::Settled { .. }, Unacknowledged | Acknowledged) => (standing, level),
        (What::Shelved { .. }, Normal | Unacknowledged | Acknowledged | ReturnedUnacknowledged) => (Shelved, 0),
        (What::OutOfService { .. }, _) if standing != OutOfService => (OutOfService, 0),
        _ => panic!("{what:?} while {standing:?} at level {level}"),
    }
}

proptest! {
    /// What is told adds up, in order, to how the alarm stands, and can be written down and read back.
    #[test]
    fn what_is_told_adds_up(
        script in script(), kind in 0_usize..5, latching in any::<bool>(), on in 0_i64..12, off in 0_i64..12,
    ) {
        let rule = rule(kind, latching, on, off);
        let (mut state, mut standing, mut level, mut last) = (State::new(s(0)), Standing::Normal, 0, s(0));
        let mut all = Vec::new();
        for (at, one) in script {
            let (next, events) = act(&rule, &state, s(at), &one);
            state = next;
            for event in events {
                prop_assert!(last <= event.at && event.at <= s(at), "{:?} after {}", event, last);
                last = event.at;
                (standing, level) = told(standing, level, &event.what);
                let text = serde_json::to_string(&event).unwrap();
                prop_assert_eq!(&serde_json::from_str::<AlarmEvent>(&text).unwrap(), &event);
                all.push(event.what);
            }
            prop_assert_eq!((standing, level), (state.standing(), state.level()));
            // Looking back from here says the same.
            prop_assert_eq!(stood(all.iter().rev()).unwrap_or(Standing::Normal), standing);
        }
    }

    /// Ticks in between change nothing but when it is told.
    #[test]
    fn ticks_change_nothing(
        script in script(), kind in 0_usize..5, on in 0_i64..12, off in 0_i64..12, every in 1_i64..20,
    ) {
        let rule = rule(kind, true, on, off);
        let (mut plain, mut ticked) = (State::new(s(0)), State::new(s(0)));
        let (mut expected, mut got, mut clock) = (Vec::new(), Vec::new(), 0);
        for (at, one) in script {
            while clock <= at {
                let (next, events) = step(&rule, &ticked, Input::Tick, s(clock));
                ticked = next;
                got.extend(events);
                clock += every;
            }
            // A refused command does not even tell what was due.
            let (next, events) = step(&rule, &plain, Input::Tick, s(at));
            expected.extend(events);
            let (next, events) = act(&rule, &next, s(at), &one);
            plain = next;
            expected.extend(events);
            let (next, events) = act(&rule, &ticked, s(at), &one);
            ticked = next;
            got.extend(events);
        }
        for state in [(&mut plain, &mut expected), (&mut ticked, &mut got)] {
            let (next, events) = step(&rule, state.0, Input::Tick, s(5_000));
            *state.0 = next;
            state.1.extend(events);
        }
        prop_assert_eq!(got, expected);
        prop_assert_eq!(ticked, plain);
        prop_assert_eq!(next_due(&rule, &plain).filter(|due| *due <= s(5_000)), None);
    }
}
