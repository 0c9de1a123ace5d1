//! Many rules at many facilities: none disturbs another, and nothing grows.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{period, s, sample};
use proptest::prelude::*;
use serde::Deserialize;
use tingzhou_city::alarm::{AlarmEvent, Command, Input, RuleBook, RuleDef, Standing, Told, Watch, next_due, step};
use tingzhou_city::{FacilityId, Property, PropertyDef, PropertyId, RuleId, TypeId};

#[derive(Deserialize)]
struct File {
    rules: Vec<RuleDef>,
}

const RULES: &str = "
    [[rules]]
    id = 'high'
    name = { zh = '高', en = 'high' }
    type = 'T'
    property = 'p'
    kind = 'high'
    levels = [{ at = 5, priority = 'low' }, { at = 8, priority = 'high' }]
    deadband = 1
    on-delay = '3s'
    off-delay = '2s'

    [[rules]]
    id = 'low'
    name = { zh = '低', en = 'low' }
    type = 'T'
    property = 'p'
    kind = 'low'
    levels = [{ at = 2, priority = 'medium' }]
    chatter-within = '8s'

    [[rules]]
    id = 'silence'
    name = { zh = '静默', en = 'silence' }
    type = 'T'
    property = 'p'
    kind = 'silence'
    over = '10s'
    priority = 'medium'
    latching = false

    [[rules]]
    id = 'stuck'
    name = { zh = '不变', en = 'stuck' }
    type = 'T'
    property = 'p'
    kind = 'stuck'
    over = '6s'
    priority = 'low'

    [[rules]]
    id = 'rise'
    name = { zh = '突升', en = 'rise' }
    type = 'T'
    property = 'p'
    kind = 'rise'
    levels = [{ at = 6, priority = 'low' }]
    over = '8s'
";

const IDS: [&str; 5] = ["high", "low", "silence", "stuck", "rise"];

fn book(text: &str) -> RuleBook {
    let def: PropertyDef = toml::from_str("id = 'p'\nname = { zh = '项', en = 'item' }\nkind = 'number'").unwrap();
    let property = Property::new(def, Some(period("90d")), "types.T").unwrap();
    let file: File = toml::from_str(text).unwrap();
    RuleBook::new(&file.rules, |_, _| Some(&property)).unwrap()
}

fn facility(name: &str) -> FacilityId {
    FacilityId::new(name).unwrap()
}

fn watch(text: &str, names: &[&str]) -> Watch {
    let mut watch = Watch::new(book(text));
    for name in names {
        watch.add(&facility(name), &TypeId::new("T").unwrap(), s(0));
    }
    watch
}

/// What was told of each facility by each rule.
fn of(watch: &Watch, told: &[Told], name: &str, rule: &str) -> Vec<AlarmEvent> {
    let key = watch.key(&RuleId::new(rule).unwrap(), &facility(name)).unwrap();
    told.iter().filter(|one| one.key == key).map(|one| one.event.clone()).collect()
}

fn observe(watch: &mut Watch, name: &str, at: i64, value: f64, told: &mut Vec<Told>) {
    watch.observe(&facility(name), &PropertyId::new("p").unwrap(), sample(s(at), value), s(at), told);
}

/// Values of one facility: seconds since the last, value.
fn series() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let one = (
        0_i64..14,
        prop_oneof![Just(1.0), Just(3.0), Just(5.0), Just(8.5), (0_u8..20).prop_map(|v| f64::from(v) / 2.0)],
    );
    proptest::collection::vec(one, 0..60).prop_map(|steps| {
        let mut at = 0;
        let one = |(step, value)| {
            at += step;
            (at, value)
        };
        steps.into_iter().map(one).collect()
    })
}

const END: i64 = 2_000;

/// All that is told of one facility that is alone.
fn alone(text: &str, name: &str, values: &[(i64, f64)]) -> (Watch, Vec<Told>) {
    let (mut watch, mut told) = (watch(text, &[name]), Vec::new());
    for (at, value) in values {
        observe(&mut watch, name, *at, *value, &mut told);
    }
    watch.tick(s(END), usize::MAX, &mut told);
    (watch, told)
}

proptest! {
    /// Values of two facilities one after the other in any mixture tell of each what its own tell alone.
    #[test]
    fn facilities_do_not_disturb_each_other(a in series(), b in series()) {
        let mut both: Vec<(&str, (i64, f64))> =
            a.iter().map(|one| ("a", *one)).chain(b.iter().map(|one| ("b", *one))).collect();
        both.sort_by_key(|(_, (at, _))| *at);
        let (mut watch, mut told) = (watch(RULES, &["a", "b"]), Vec::new());
        for (name, (at, value)) in both {
            observe(&mut watch, name, at, value, &mut told);
        }
        watch.tick(s(END), usize::MAX, &mut told);
        for (name, values) in [("a", &a), ("b", &b)] {
            let (own, expected) = alone(RULES, name, values);
            for rule in IDS {
                prop_assert_eq!(of(&watch, &told, name, rule), of(&own, &expected, name, rule), "{} {}", name, rule);
            }
        }
    }

    /// A rule switched off tells nothing, and the others what they told before.
    #[test]
    fn rules_do_not_disturb_each_other(values in series(), off in 0_usize..IDS.len()) {
        let id = format!("id = '{}'", IDS[off]);
        let (before, told) = alone(RULES, "a", &values);
        let (after, fewer) = alone(&RULES.replace(&id, &format!("{id}\nenabled = false")), "a", &values);
        for (place, rule) in IDS.iter().enumerate() {
            let expected = if place == off { Vec::new() } else { of(&before, &told, "a", rule) };
            prop_assert_eq!(of(&after, &fewer, "a", rule), expected, "{} without {}", rule, IDS[off]);
        }
    }

    /// However often the time is told between values, the same happens at the same times.
    #[test]
    fn ticks_change_nothing(values in series(), every in 1_i64..20, most in 1_usize..4) {
        let (_, expected) = alone(RULES, "a", &values);
        let (mut watch, mut told) = (watch(RULES, &["a"]), Vec::new());
        let mut clock = 0;
        for (at, value) in &values {
            while clock <= *at {
                watch.tick(s(clock), most, &mut told);
                clock += every;
            }
            observe(&mut watch, "a", *at, *value, &mut told);
        }
        watch.tick(s(END), usize::MAX, &mut told);
        for rule in IDS {
            prop_assert_eq!(of(&watch, &told, "a", rule), of(&watch, &expected, "a", rule), "{}", rule);
        }
    }

    /// Nothing happens before it is due, something is different once it was; times never run backwards.
    #[test]
    fn due_is_when_something_happens(values in series(), rule in 0_usize..IDS.len()) {
        let (watch, told) = alone(RULES, "a", &values);
        let events = of(&watch, &told, "a", IDS[rule]);
        prop_assert!(events.is_sorted_by(|a, b| a.at <= b.at));
        let book = book(RULES);
        let rule = book.rule(&RuleId::new(IDS[rule]).unwrap(), &facility("a")).unwrap();
        let mut state = tingzhou_city::alarm::State::new(s(0));
        for (at, value) in values {
            (state, _) = step(rule, &state, Input::Value(sample(s(at), value)), s(at));
            let Some(due) = next_due(rule, &state) else { continue };
            let just_before = due.before(period("1ms"));
            prop_assert_eq!(step(rule, &state, Input::Tick, just_before), (state, Vec::new()));
            let (after, _) = step(rule, &state, Input::Tick, due);
            prop_assert!(after != state, "due and nothing changed");
        }
    }

    /// A state can be written down and read back.
    #[test]
    fn states_are_kept(values in series()) {
        let (watch, _) = alone(RULES, "a", &values);
        for key in watch.keys() {
            let (_, _, state) = watch.look(key).unwrap();
            let text = serde_json::to_string(state).unwrap();
            prop_assert_eq!(&serde_json::from_str::<tingzhou_city::alarm::State>(&text).unwrap(), state);
        }
    }
}

#[test]
fn normal_values_allocate_no_events() {
    let book = book(RULES);
    for id in IDS {
        let rule = book.rule(&RuleId::new(id).unwrap(), &facility("a")).unwrap();
        let mut state = tingzhou_city::alarm::State::new(s(0));
        for second in 0..100_i32 {
            let value = if second % 2 == 0 { 3.0 } else { 4.0 };
            let at = s(second.into());
            let (next, events) = step(rule, &state, Input::Value(sample(at, value)), at);
            state = next;
            assert_eq!(events.capacity(), 0, "{id}");
        }
    }
}

#[test]
fn a_flood_over_many_facilities_keeps_little() {
    let names: Vec<String> = (0..50).map(|i| format!("f{i}")).collect();
    let mut watch = watch(RULES, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let (mut count, mut told, mut longest) = (0, Vec::new(), 0);
    for second in 0..1_000_i32 {
        for name in &names {
            observe(&mut watch, name, second.into(), if second % 2 == 0 { 1.0 } else { 9.0 }, &mut told);
        }
        watch.tick(s(second.into()), 100, &mut told);
        longest = longest.max(told.len());
        count += told.len();
        told.clear();
    }
    // 50,000 values that alternate tell a few times a facility, and then no more.
    assert!(count <= 50 * 14, "{count}");
    assert_eq!(watch.keys().count(), 50 * IDS.len());
    let (_, _, state) = watch.look(watch.key(&RuleId::new("low").unwrap(), &facility("f7")).unwrap()).unwrap();
    assert!(state.is_chattering());
}

#[test]
fn the_queue_knows_when() {
    let (mut watch, mut told) = (watch(RULES, &["a"]), Vec::new());
    assert_eq!(watch.next_due(), Some(s(10)));
    for second in 0..8 {
        observe(&mut watch, "a", second, 3.0 + 0.5 * f64::from(i32::try_from(second).unwrap() % 2), &mut told);
    }
    // The queue still has the silence of the beginning; its turn puts it back.
    watch.tick(s(10), 100, &mut told);
    assert_eq!((told.len(), watch.next_due()), (0, Some(s(17))));
    watch.tick(s(17), 100, &mut told);
    assert_eq!((told.len(), watch.next_due()), (1, None));
    let silence = watch.key(&RuleId::new("silence").unwrap(), &facility("a")).unwrap();
    let standing = |watch: &Watch| watch.look(silence).unwrap().2.standing();
    assert_eq!(standing(&watch), Standing::Unacknowledged);
    let shelve = Command::Shelve { until: s(100), reason: "换电池".into() };
    watch.command(silence, shelve, s(20), &mut told).unwrap();
    assert_eq!((standing(&watch), watch.next_due()), (Standing::Shelved, Some(s(100))));
    // Kept and put back: the queue knows again.
    let state = *watch.look(silence).unwrap().2;
    let mut again = self::watch(RULES, &["a"]);
    again.restore(silence, state);
    again.tick(s(99), 100, &mut told);
    assert_eq!(again.next_due(), Some(s(100)));
}
