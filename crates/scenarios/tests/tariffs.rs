//! Which tariffs are taken, and what is said of the others.

use crate::common;

use common::TARIFFS;
use proptest::prelude::*;
use tingzhou_scenarios::parking::{Tariff, TariffData};

/// The mistakes of a tariff: `place code` for each.
fn mistakes(text: &str) -> Result<Vec<String>, String> {
    let data: TariffData = toml::from_str(text).map_err(|e| e.message().to_owned())?;
    let found = Tariff::checked(data).err().unwrap_or_default();
    assert!(found.iter().all(|m| !m.message.zh.is_empty() && !m.message.en.is_empty()));
    Ok(found.into_iter().map(|m| format!("{} {}", m.place, m.code)).collect())
}

#[test]
fn all_of_the_tests_are_good_and_come_back_whole() {
    for (id, text) in TARIFFS {
        assert_eq!(mistakes(text), Ok(vec![]), "{id}");
        let data = common::data(id);
        let again: TariffData = toml::from_str(&toml::to_string(&data).unwrap()).unwrap();
        assert_eq!(again, data, "{id}");
    }
}

#[test]
fn mistakes_have_places() {
    let check = |id: &str, old: &str, new: &str, expected: &[&str]| {
        let (_, text) = TARIFFS.iter().find(|(name, _)| *name == id).unwrap();
        assert!(text.contains(old), "{id} has no {old}");
        assert_eq!(mistakes(&text.replacen(old, new, 1)).unwrap(), expected, "{id}: {new}");
    };
    check("zone-1", "version = 1", "version = 0", &["version version-zero"]);
    check("zone-1", "id = \"zone-1\"", "id = \" \"", &["id text"]);
    check("zone-1", "zh = \"一类区域\"", "zh = \"\"", &["name.zh text"]);
    check("zone-1", "from = \"2023-01-01\"", "from = \"2023-01-01\"\nuntil = \"2022-12-31\"", &["until ends-early"]);
    check("zone-1", "minutes = 15", "minutes = 1441", &["free.minutes free-minutes"]);
    check("zone-1", "day-cap-fen = 2000", "day-cap-fen = 0", &["day-cap-fen cap"]);
    check("zone-1", "day-cap-fen = 2000", "day-cap-fen = -5", &["day-cap-fen cap"]);
    check("zone-1", "day-cap-fen = 2000", "stay-cap-fen = 100000001", &["stay-cap-fen cap"]);
    check("zone-1", "cycle = \"24-hours\"", "", &["day-cap-fen no-cycle", "steps-restart no-cycle"]);
    check("zone-1", "to = \"24:00\"", "to = \"23:00\"", &["periods not-covered"]);
    check("zone-1", "from = \"00:00\"", "from = \"01:00\"", &["periods not-covered"]);
    check("daytime", "from = \"20:00\"", "from = \"21:00\"", &["periods not-covered"]);
    check("daytime", "from = \"20:00\"", "from = \"19:00\"", &["periods not-covered"]);
    check("daytime", "from = \"20:00\"", "from = \"08:00\"", &["periods not-covered", "periods not-covered"]);
    check("zone-1", "minutes = 60, fen = 300", "minutes = 0, fen = 300", &["periods.0.steps.0.minutes unit"]);
    check("zone-1", "fen = 300", "fen = -1", &["periods.0.steps.0.fen price"]);
    check("zone-1", "60, fen = 200", "60, fen = 1000001", &["periods.0.steps.1.fen price"]);
    check("zone-1", ", times = 1", "", &["periods.0.steps.0.times times-missing"]);
    check("zone-1", "times = 1", "times = 0", &["periods.0.steps.0.times times"]);
    check("zone-1", "60, fen = 200", "60, fen = 200, times = 3", &["periods.0.steps.1.times times-in-last"]);
    check("zone-1", "\"sanitation\"", "\"new-energy\"", &["exempt, reductions class-twice"]);
    check("zone-1", "percent-paid = 50", "percent-paid = 101", &["reductions.0.percent-paid percent"]);
    check("zone-2", "to-fen = 100", "to-fen = 0", &["reductions.0.to-fen rounding"]);
    check(
        "holiday",
        "[[day-off-periods]]\nname = { zh = \"休息日\"",
        "[[day-off-periods]]\nname = { zh = \"\"",
        &["day-off-periods.0.name.zh text"],
    );
}

#[test]
fn what_is_not_a_tariff_at_all() {
    let check = |text: &str, expected: &str| {
        let found = mistakes(text).unwrap_err();
        assert!(found.contains(expected), "{found}");
    };
    check("", "missing field");
    check(&TARIFFS[0].1.replace("00:00", "8 Uhr"), "is not a time of day");
    check(&TARIFFS[0].1.replace("cycle", "cyclus"), "unknown field");
    check(&TARIFFS[0].1.replace("day-cap-fen = 2000", "day-cap-fen = 20.00"), "invalid type");
    check(&TARIFFS[0].1.replace("day-cap-fen = 2000", "day-cap-fen = 99999999999999999999"), "");
}

proptest! {
    /// Any text is read or refused.
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = mistakes(&text);
    }

    /// A good tariff with something overwritten is read or refused.
    #[test]
    fn no_broken_tariff_panics(which in 0..TARIFFS.len(), at in 0_usize..900, junk in "[ -~\\n]{0,12}") {
        let mut text: Vec<char> = TARIFFS[which].1.chars().collect();
        let at = at.min(text.len());
        let end = (at + junk.chars().count()).min(text.len());
        text.splice(at..end, junk.chars());
        let _ = mistakes(&text.into_iter().collect::<String>());
    }
}
