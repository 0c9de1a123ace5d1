//! Mistakes in definitions: each line breaks the dispatch matter in one place.

use crate::common;

use tingzhou_cases::{Definition, Matter};

#[test]
fn the_dispatch_matter_is_sound_and_keeps_its_words() {
    let definition = common::definition();
    let matter = Matter::new(definition.clone()).unwrap();
    assert_eq!(matter.definition(), &definition);
    assert_eq!(toml::from_str::<Definition>(&toml::to_string(&definition).unwrap()).unwrap(), definition);
    let json = serde_json::to_string(&definition).unwrap();
    assert_eq!(serde_json::from_str::<Definition>(&json).unwrap(), definition);
}

#[test]
fn every_mistake_has_its_place() {
    let text = include_str!("dispatch.toml");
    let check = |from: &str, to: &str, expected: &[(&str, &str)]| {
        assert!(text.contains(from), "{from} is not in the definition");
        let definition = toml::from_str(&text.replacen(from, to, 1)).unwrap();
        let found = Matter::new(definition).unwrap_err();
        let got: Vec<(&str, &str)> = found.iter().map(|m| (m.place.as_str(), m.code)).collect();
        assert_eq!(got, expected, "{from} -> {to}");
        assert!(found.iter().all(|m| !m.message.zh.is_empty() && m.to_string().starts_with(&m.place)));
    };
    check("version = 1", "version = 0", &[("version", "version-zero")]);
    check("source = \"督查工作规则\"", "source = \" \"", &[("source", "no-source")]);
    check("en = \"Dispatch\"", "en = \"\"", &[("name", "unnamed")]);
    check("en = \"Three working days left\"", "en = \"\"", &[("reminders.three-days-left.text", "unnamed")]);
    // Names.
    check(
        "id = \"co\"\n",
        "id = \"lead\"\n",
        &[
            ("roles.lead", "twice"),
            ("transitions.assign.takes.parties", "unknown-name"),
            ("transitions.contribute.by", "unknown-name"),
            ("reminders.three-days-left.to", "unknown-name"),
        ],
    );
    check(
        "[[clocks.pauses]]\nid = \"review\"",
        "[[clocks.pauses]]\nid = \"suspended\"",
        &[
            ("clocks.handle.pauses.suspended", "twice"),
            ("transitions.report.clocks.handle", "unknown-name"),
            ("transitions.reject.clocks.handle", "unknown-name"),
        ],
    );
    check("id = \"last-day\"", "id = \"late\"", &[("reminders.late", "twice")]);
    check("id = \"strike-off\"", "id = \"accept\"", &[("transitions.accept", "twice")]);
    check(
        "to = \"assigned\"",
        "to = \"signed\"",
        &[
            ("transitions.assign.to", "unknown-name"),
            ("states.assigned", "unreachable"),
            ("states.handling", "unreachable"),
            ("states.reported", "unreachable"),
            ("states.suspended", "unreachable"),
            ("states.done", "unreachable"),
            ("states.struck-off", "unreachable"),
        ],
    );
    check(
        "from = [\"done\"]",
        "from = [\"finished\"]",
        &[
            ("transitions.strike-off.from", "unknown-name"),
            ("states.done", "dead-end"),
            ("states.struck-off", "unreachable"),
        ],
    );
    check("from = [\"done\"]", "from = [\"done\", \"cancelled\"]", &[("transitions.strike-off.from", "leaves-final")]);
    check("by = [\"co\"]", "by = [\"citizen\"]", &[("transitions.contribute.by", "unknown-name")]);
    check("by = [\"co\"]", "by = []", &[("transitions.contribute.by", "nobody-may")]);
    check("fields = [\"opinion\"]", "fields = [\"view\"]", &[("transitions.contribute.needs.fields", "unknown-name")]);
    check(
        "materials = [\"evidence\"] }\n\n",
        "materials = [\"photo\"] }\n\n",
        &[("transitions.contribute.takes.materials", "unknown-name")],
    );
    check("parties = [\"lead\"]", "parties = [\"office\"]", &[("transitions.assign.needs.parties", "unknown-name")]);
    check("approval = \"leader\"", "approval = \"boss\"", &[("transitions.extend.needs.approval", "unknown-name")]);
    // What opens.
    check("to = \"registered\"", "from = [\"done\"]\nto = \"registered\"", &[("transitions", "nothing-opens")]);
    check(
        "to = \"registered\"",
        "",
        &[
            ("transitions.register.to", "opens-nowhere"),
            ("states.registered", "unreachable"),
            ("states.assigned", "unreachable"),
            ("states.handling", "unreachable"),
            ("states.reported", "unreachable"),
            ("states.suspended", "unreachable"),
            ("states.done", "unreachable"),
            ("states.struck-off", "unreachable"),
            ("states.cancelled", "unreachable"),
        ],
    );
    check(
        "by = [\"office\"]\nneeds = { fields",
        "by = [\"lead\"]\nneeds = { fields",
        &[("transitions.register.by", "party-opens")],
    );
    check(
        "needs = { fields = [\"title\"] }",
        "needs = { approval = \"leader\" }",
        &[("transitions.register.needs.approval", "approval-to-open")],
    );
    check(
        "needs = { fields = [\"title\"] }",
        "clocks = [{ do = \"stop\", clock = \"sign\" }]",
        &[("transitions.register.clocks.sign", "not-yet-started")],
    );
    // Ends.
    check("final = true", "final = false", &[("states.done", "dead-end"), ("states.struck-off", "dead-end")]);
    // Clocks.
    check(
        "{ do = \"start\", clock = \"review\" }",
        "{ do = \"stop\", clock = \"review\" }",
        &[("clocks.review", "never-started")],
    );
    check(
        "do = \"stop\", clock = \"sign\"",
        "do = \"stop\", clock = \"signing\"",
        &[("transitions.sign.clocks.signing", "unknown-name")],
    );
    check(
        "do = \"stop\", clock = \"sign\"",
        "do = \"stop\", clock = \"handle\"",
        &[("transitions.sign.clocks.handle", "clock-twice")],
    );
    check(
        ", { do = \"resume\", clock = \"handle\", pause = \"review\" }",
        "",
        &[("clocks.handle.pauses.review", "pause-one-sided")],
    );
    check("budget-from = \"days\"", "budget-from = \"title\"", &[("transitions.sign.clocks.handle", "not-a-count")]);
    check("budget-from = \"days\"", "budget-from = \"term\"", &[("transitions.sign.clocks.handle", "unknown-name")]);
    check("amount = 20", "amount = 3661", &[("clocks.handle.budget", "budget-size")]);
    for none in ["{ unit = \"hours\", amount = 0 }", "{ unit = \"minutes\", amount = 0 }"] {
        check("{ unit = \"working-days\", amount = 5 }", none, &[("clocks.review.budget", "budget-size")]);
    }
    check("amount = 10", "amount = 0", &[("transitions.extend.clocks.handle", "extension-size")]);
    check("most = 1", "most = 4000000000", &[("transitions.extend.clocks.handle", "extension-size")]);
    check(
        "needs = { reason = true, approval = \"leader\" }",
        "needs = { reason = true }",
        &[("transitions.extend.clocks.handle", "extends-unapproved")],
    );
    check(
        "to = \"struck-off\"\nby",
        "to = \"struck-off\"\nclocks = [{ do = \"start\", clock = \"sign\" }]\nby",
        &[("transitions.strike-off.clocks.sign", "starts-at-end")],
    );
    // Reminders.
    check("before = 3", "before = 20", &[("reminders.three-days-left.when", "reminder-outside")]);
    check("to = [\"leader\"]", "to = []", &[("reminders.escalate.to", "nobody-told")]);
    check(
        "id = \"not-signed\"\nclock = \"sign\"",
        "id = \"not-signed\"\nclock = \"s\"",
        &[("reminders.not-signed.clock", "unknown-name")],
    );
}

#[test]
fn nothing_at_all() {
    let empty = "id = 'x'\nversion = 1\nname = { zh = '甲', en = 'A' }\nsource = '例'\nroles = []\nstates = []\ntransitions = []";
    let found = Matter::new(toml::from_str(empty).unwrap()).unwrap_err();
    let codes: Vec<&str> = found.iter().map(|m| m.code).collect();
    assert_eq!(codes, ["no-states", "nothing-opens"]);
}

#[test]
fn what_is_no_definition() {
    let text = include_str!("dispatch.toml");
    for (from, to) in [
        ("id = \"dispatch\"", "id = \"督办\""),
        ("version = 1", "version = -1"),
        ("final = true", "finall = true"),
        ("kind = \"count\"", "kind = \"integer\""),
        ("unit = \"working-days\"", "unit = \"days\""),
        ("do = \"stop\"", "do = \"halt\""),
        ("do = \"stop\"", "do = \"stop\", by = 1"),
        ("when = { after = 0 }", "when = { after = -1 }"),
    ] {
        assert!(text.contains(from));
        assert!(toml::from_str::<Definition>(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
}
