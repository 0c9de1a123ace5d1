//! Rules as files: what is read, what is refused, which facility goes by what.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::period;
use serde::Deserialize;
use tingzhou_city::alarm::{Condition, RuleBook, RuleDef};
use tingzhou_city::{FacilityId, Mistake, Property, PropertyDef, PropertyId, RuleId, TypeId};

#[derive(Deserialize)]
struct File {
    rules: Vec<RuleDef>,
}

const HEAD: &str =
    "[[rules]]\nid = 'r'\nname = { zh = '规则', en = 'rule' }\ntype = 'Station'\nproperty = 'pressure'\n";

fn properties() -> [Property; 3] {
    let one = |text: &str| {
        let def: PropertyDef = toml::from_str(&format!("{text}\nname = {{ zh = '项', en = 'item' }}")).unwrap();
        Property::new(def, Some(period("90d")), "types.Station").unwrap()
    };
    [
        one("id = 'pressure'\nkind = 'number'\nunit = 'MPa'\nmin = 0\nmax = 1.6"),
        one("id = 'free'\nkind = 'number'"),
        one("id = 'door'\nkind = 'bool'"),
    ]
}

fn book(text: &str) -> Result<RuleBook, Vec<Mistake>> {
    let properties = properties();
    let file: File = toml::from_str(text).unwrap();
    RuleBook::new(&file.rules, |facility_type: &TypeId, property: &PropertyId| {
        properties.iter().find(|one| facility_type.as_str() == "Station" && one.id() == property)
    })
}

#[test]
fn mistakes_have_places() {
    let check = |text: &str, expected: &[&str]| {
        let text = format!("{HEAD}{}", text.replace("; ", "\n"));
        let found = book(&text).err().unwrap_or_default();
        let found: Vec<String> = found.iter().map(|m| format!("{} {}", m.place, m.code)).collect();
        assert_eq!(found, expected, "{text}");
    };
    let high = "kind = 'high'; levels = [{ at = 0.4, priority = 'high' }]";
    check(high, &[]);
    check(&format!("{high}; deadband-percent = 2"), &[]);
    check(&format!("{high}; deadband = 0.1; deadband-percent = 2"), &["rules.r.deadband deadband"]);
    check(&format!("{high}; deadband = -0.1"), &["rules.r.deadband deadband"]);
    // The range is 0 to 1.6: no value is far enough behind the limit to be over.
    check(&format!("{high}; deadband = 0.39"), &[]);
    check(&format!("{high}; deadband = 0.4"), &["rules.r.deadband never-over"]);
    check(&format!("{high}; deadband = 1000"), &["rules.r.deadband never-over"]);
    check(&format!("{high}; deadband-percent = 25"), &["rules.r.deadband-percent never-over"]);
    check(
        &format!("{high}; deadband = 0.1; [[rules.overrides]]; facility = 'a'; deadband = 0.5"),
        &["rules.r.overrides.a.deadband never-over"],
    );
    let low = "kind = 'low'; levels = [{ at = 1.4, priority = 'high' }]";
    check(&format!("{low}; deadband = 0.1"), &[]);
    check(&format!("{low}; deadband = 0.3"), &["rules.r.deadband never-over"]);
    check(&format!("{high}; on-delay = '400d'"), &["rules.r.on-delay period"]);
    check(&format!("{high}; over = '1m'"), &["rules.r.over field"]);
    check(&format!("{high}; priority = 'low'"), &["rules.r.priority field"]);
    check(
        &format!("{high}; chatter-raises = 1; chatter-within = '0s'"),
        &["rules.r.chatter-raises chatter-raises", "rules.r.chatter-within period"],
    );
    check(&format!("{high}; most-shelved = '0s'"), &["rules.r.most-shelved period"]);
    check("kind = 'high'", &["rules.r.levels field"]);
    check("kind = 'high'; levels = []", &["rules.r.levels levels"]);
    check("kind = 'high'; levels = [{ at = 2, priority = 'high' }]", &["rules.r.levels out-of-range"]);
    let (mild, bad) = ("{ at = 0.4, priority = 'low' }", "{ at = 0.6, priority = 'high' }");
    check(&format!("kind = 'high'; levels = [{mild}, {bad}]"), &[]);
    check(&format!("kind = 'high'; levels = [{bad}, {mild}]"), &["rules.r.levels order"]);
    check(&format!("kind = 'low'; levels = [{mild}, {bad}]"), &["rules.r.levels order"]);
    check(&format!("kind = 'high'; levels = [{mild}, {{ at = 0.6, priority = 'low' }}]"), &[]);
    check(
        "kind = 'rise'; levels = [{ at = 0.1, priority = 'low' }]; over = '5m'; deadband = 0.1",
        &["rules.r.levels no-change"],
    );
    check("kind = 'rise'; levels = [{ at = 0.1, priority = 'low' }]", &["rules.r.over field"]);
    check("kind = 'silence'; over = '10m'; priority = 'low'", &[]);
    check("kind = 'silence'; over = '10m'", &["rules.r.priority field"]);
    check("kind = 'silence'; over = '500ms'; priority = 'low'", &["rules.r.over period"]);
    check("kind = 'silence'; over = '10m'; priority = 'low'; deadband = 1", &["rules.r.deadband deadband"]);
    check("kind = 'out-of-range'; priority = 'low'", &[]);
    check(
        &format!("{high}; [[rules.overrides]]; facility = 'a'; levels = [{{ at = 9, priority = 'high' }}]"),
        &["rules.r.overrides.a.levels out-of-range"],
    );
    check(
        &format!("{high}; [[rules.overrides]]; facility = 'a'; enabled = false; [[rules.overrides]]; facility = 'a'"),
        &["rules.r.overrides.a twice"],
    );
    let other = |property: &str, rest: &str| HEAD.replace("pressure", property).replace("'r'", "'s'") + rest;
    check(&format!("{high}\n{}", other("pressure", "kind = 'silence'\nover = '1m'\npriority = 'low'")), &[]);
    check(
        &format!("{high}\n{}", other("flow", "kind = 'silence'\nover = '1m'\npriority = 'low'")),
        &["rules.s.property no-such-property"],
    );
    check(
        &format!("{high}\n{}", other("door", "kind = 'stuck'\nover = '1m'\npriority = 'low'")),
        &["rules.s.property no-number"],
    );
    check(&format!("{high}\n{}", other("door", "kind = 'silence'\nover = '1m'\npriority = 'low'")), &[]);
    check(&format!("{high}\n{}", other("free", "kind = 'out-of-range'\npriority = 'low'")), &["rules.s.kind no-range"]);
    check(
        &format!(
            "{high}\n{}",
            other("free", "kind = 'low'\nlevels = [{ at = 5, priority = 'low' }]\ndeadband-percent = 5")
        ),
        &["rules.s.deadband-percent no-range"],
    );
    check(&format!("{high}\n{HEAD}{}", high.replace("; ", "\n")), &["rules.r twice"]);
}

#[test]
fn words_that_mean_nothing_are_refused() {
    let check = |text: &str| {
        let text = format!("{HEAD}kind = 'high'\nlevels = [{{ at = 1, priority = 'high' }}]\n{text}");
        assert!(toml::from_str::<File>(&text).is_err(), "{text}");
    };
    check("on_delay = '5s'");
    check("on-delay = '5 fortnights'");
    check("deadband = nan");
    check("[[rules.overrides]]\nfacility = 'a'\nlatching = false");
}

#[test]
fn a_facility_goes_by_its_own_settings() {
    let text = "kind = 'high'\nlevels = [{ at = 0.4, priority = 'high' }]\ndeadband-percent = 5\non-delay = '15s'
        [[rules.overrides]]\nfacility = 'a'\nlevels = [{ at = 0.3, priority = 'medium' }]
        [[rules.overrides]]\nfacility = 'b'\nenabled = false\ndeadband = 0.01";
    let book = book(&format!("{HEAD}{text}")).unwrap();
    let check = |facility: &str, enabled: bool, at: f64, deadband: f64| {
        let rule = book.rule(&RuleId::new("r").unwrap(), &FacilityId::new(facility).unwrap()).unwrap();
        let Condition::High(limits) = &rule.condition else { panic!("{rule:?}") };
        assert_eq!((rule.enabled, limits.levels()[0].at.get()), (enabled, at), "{facility}");
        assert!((limits.deadband() - deadband).abs() < 1e-12, "{facility}: {}", limits.deadband());
        assert_eq!(rule.on_delay, period("15s"));
    };
    check("z", true, 0.4, 0.08);
    check("a", true, 0.3, 0.08);
    check("b", false, 0.4, 0.01);
}
