//! Gas: the level of a reading, by class of detector.
//!
//! Levels are settings of a city, checked against what the standards allow. Only the level is here: what becomes of it
//! (delays, acknowledging, shelving, silence) is the life of an alarm and has its own crate.

use crate::Two;
use crate::refusal::Refusal;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most classes and most levels of a class.
const MOST_CLASSES: usize = 64;
const MOST_LEVELS: usize = 5;

/// The standard a class's levels are checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GasStandard {
    /// Combustible gas in industry, % LEL: the first level at most 25, the second at most 50 (GB/T 50493-2019).
    Combustible,
    /// Combustible gas in households, % LEL: every level from 5 to 25 (GB 15322.2).
    Household,
    /// Carbon monoxide in households, ppm: every level from 150 to 300 (GB 15322.2).
    HouseholdCo,
    /// None of these: levels only need to be in order and within the range.
    Other,
}

impl GasStandard {
    /// The lowest and the highest reading a level may be raised at.
    fn bounds(self, level: usize) -> Option<(Decimal, Decimal)> {
        let of = |low: i64, high: i64| Some((Decimal::from(low), Decimal::from(high)));
        match (self, level) {
            (Self::Combustible, 0) => of(0, 25),
            (Self::Combustible, _) => of(0, 50),
            (Self::Household, _) => of(5, 25),
            (Self::HouseholdCo, _) => of(150, 300),
            (Self::Other, _) => None,
        }
    }

    fn source(self) -> &'static str {
        match self {
            Self::Combustible => "GB/T 50493-2019",
            Self::Household | Self::HouseholdCo => "GB 15322.2",
            Self::Other => "",
        }
    }
}

/// A city's levels as settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GasSettings {
    /// Classes of detectors.
    pub classes: Vec<DetectorClass>,
}

/// A class of detectors with its levels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DetectorClass {
    /// Its name for programs.
    pub id: String,
    /// Its name on screens.
    pub name: Two,
    /// The standard its levels are checked against.
    pub standard: GasStandard,
    /// The unit of readings and thresholds, as `%LEL` or `ppm`.
    pub unit: String,
    /// The highest reading its detectors can give.
    pub range: Decimal,
    /// The levels, the mildest first.
    pub levels: Vec<GasLevel>,
}

/// A level with its deadband: what lies between the two numbers changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GasLevel {
    /// A reading of at least this raises it.
    pub raise: Decimal,
    /// A reading of at most this clears it.
    pub clear: Decimal,
}

/// Levels that were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GasLevels(Vec<DetectorClass>);

/// Where a reading stands: 0 is below every level, 1 the mildest level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GasStanding {
    /// The level.
    pub level: usize,
    /// Whether the reading is above the detector's range; it then counts as the highest level.
    pub beyond: bool,
}

impl GasLevels {
    /// Checks settings: levels in order, each with a deadband, within the range and the standard.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn checked(settings: GasSettings) -> Result<Self, Vec<Refusal>> {
        let mut found = Vec::new();
        let mut say = |code, place: String, zh: String, en: String| found.push(Refusal::new(code, place, zh, en));
        if settings.classes.is_empty() || settings.classes.len() > MOST_CLASSES {
            let (zh, en) = (
                format!("应有 1 至 {MOST_CLASSES} 类探测器。"),
                format!("There must be 1 to {MOST_CLASSES} classes of detectors."),
            );
            say("classes", "classes".to_owned(), zh, en);
        }
        let mut seen = BTreeSet::new();
        for (i, class) in settings.classes.iter().enumerate() {
            let place = format!("classes.{i}");
            if class.id.trim().is_empty() || !seen.insert(class.id.as_str()) {
                let (zh, en) = ("编号为空或重复；请另取。", "The id is empty or used twice; choose another.");
                say("id", format!("{place}.id"), zh.to_owned(), en.to_owned());
            }
            for (field, text) in [("name.zh", &class.name.zh), ("name.en", &class.name.en), ("unit", &class.unit)] {
                if text.trim().is_empty() {
                    let (zh, en) = ("请填写。", "It is empty; fill it in.");
                    say("text", format!("{place}.{field}"), zh.to_owned(), en.to_owned());
                }
            }
            if class.levels.is_empty() || class.levels.len() > MOST_LEVELS {
                let (zh, en) =
                    (format!("应有 1 至 {MOST_LEVELS} 级。"), format!("There must be 1 to {MOST_LEVELS} levels."));
                say("levels", format!("{place}.levels"), zh, en);
            }
            let mut before: Option<GasLevel> = None;
            for (n, level) in class.levels.iter().enumerate() {
                let place = format!("{place}.levels.{n}");
                if level.clear >= level.raise || level.clear < Decimal::ZERO {
                    let (zh, en) = (
                        format!("解除值 {} 应不小于 0 且低于报警值 {}，两者之差为回差。", level.clear, level.raise),
                        format!(
                            "It clears at {}, which must be at least 0 and below {}, where it is raised.",
                            level.clear, level.raise
                        ),
                    );
                    say("deadband", format!("{place}.clear"), zh, en);
                }
                if before.is_some_and(|b| level.raise <= b.raise || level.clear < b.clear) {
                    let (zh, en) = (
                        "各级报警值应依次升高，解除值不得低于前一级。".to_owned(),
                        "Levels must rise, and none may clear below the one before.".to_owned(),
                    );
                    say("order", place.clone(), zh, en);
                }
                if level.raise > class.range {
                    let (zh, en) = (
                        format!("报警值 {} 超出量程 {}，永远不会报警。", level.raise, class.range),
                        format!("It is raised at {}, above the range of {}, so never.", level.raise, class.range),
                    );
                    say("range", format!("{place}.raise"), zh, en);
                }
                let outside = class.standard.bounds(n).filter(|(low, high)| !(*low..=*high).contains(&level.raise));
                if let Some((low, high)) = outside {
                    let (source, unit) = (class.standard.source(), &class.unit);
                    let (zh, en) = (
                        format!("报警值 {} 不在 {source} 规定的 {low}–{high} {unit} 之内。", level.raise),
                        format!("It is raised at {}, outside {low} to {high} {unit} ({source}).", level.raise),
                    );
                    say("standard", format!("{place}.raise"), zh, en);
                }
                before = Some(*level);
            }
        }
        if found.is_empty() { Ok(Self(settings.classes)) } else { Err(found) }
    }

    /// The classes.
    #[must_use]
    pub fn classes(&self) -> &[DetectorClass] {
        &self.0
    }

    /// The class with an id.
    #[must_use]
    pub fn class(&self, id: &str) -> Option<&DetectorClass> {
        self.0.iter().find(|class| class.id == id)
    }
}

impl DetectorClass {
    /// The level of a reading after one that stood at `before`: the highest that is raised now, or was before and is not
    /// cleared yet. A reading above the range counts as the highest level, since a saturated detector is no reason for
    /// calm.
    ///
    /// # Errors
    /// For a negative reading, which is a fault of the instrument: it says nothing of the gas, so the level before stays.
    pub fn standing(&self, before: usize, reading: Decimal) -> Result<GasStanding, Refusal> {
        if reading < Decimal::ZERO {
            let (zh, en) = (
                format!("读数 {reading} {} 为负值；请检查探测器零点，原报警级别保持不变。", self.unit),
                format!("The reading {reading} {} is negative; check the zero. The level stays as it was.", self.unit),
            );
            return Err(Refusal::new("negative-reading", "reading", zh, en));
        }
        if reading > self.range {
            return Ok(GasStanding { level: self.levels.len(), beyond: true });
        }
        let stands = |(n, level): &(usize, &GasLevel)| reading >= level.raise || (*n < before && reading > level.clear);
        let level = self.levels.iter().enumerate().rev().find(stands).map_or(0, |(n, _)| n + 1);
        Ok(GasStanding { level, beyond: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SETTINGS: &str = r#"
[[classes]]
id = "combustible"
name = { zh = "可燃气体（工业）", en = "Combustible gas, industrial" }
standard = "combustible"
unit = "%LEL"
range = "100"
levels = [{ raise = "25", clear = "20" }, { raise = "50", clear = "45" }]

[[classes]]
id = "household"
name = { zh = "家用可燃气体", en = "Combustible gas, household" }
standard = "household"
unit = "%LEL"
range = "25"
levels = [{ raise = "10", clear = "7.5" }]

[[classes]]
id = "household-co"
name = { zh = "家用一氧化碳", en = "Carbon monoxide, household" }
standard = "household-co"
unit = "ppm"
range = "500"
levels = [{ raise = "150", clear = "120" }, { raise = "300", clear = "250" }]
"#;

    fn checked(text: &str) -> Result<GasLevels, Vec<String>> {
        GasLevels::checked(toml::from_str(text).unwrap())
            .map_err(|found| found.into_iter().map(|m| format!("{} {}", m.place, m.code)).collect())
    }

    #[test]
    fn levels_with_their_deadband() {
        let levels = checked(SETTINGS).unwrap();
        let check = |class: &str, before: usize, reading: &str, expected: Option<(usize, bool)>| {
            let class = levels.class(class).unwrap();
            let found = class.standing(before, reading.parse().unwrap()).ok().map(|s| (s.level, s.beyond));
            assert_eq!(found, expected, "{} {before} {reading}", class.id);
        };
        check("combustible", 0, "0", Some((0, false)));
        check("combustible", 0, "24.99", Some((0, false)));
        check("combustible", 0, "25", Some((1, false)));
        check("combustible", 1, "20.01", Some((1, false)));
        check("combustible", 1, "20", Some((0, false)));
        check("combustible", 0, "22", Some((0, false)));
        check("combustible", 1, "49.9", Some((1, false)));
        check("combustible", 0, "50", Some((2, false)));
        check("combustible", 2, "45.1", Some((2, false)));
        check("combustible", 2, "45", Some((1, false)));
        check("combustible", 2, "22", Some((1, false)));
        check("combustible", 2, "20", Some((0, false)));
        check("combustible", 0, "100", Some((2, false)));
        check("combustible", 0, "100.1", Some((2, true)));
        check("combustible", 2, "-0.1", None);
        check("combustible", 9, "22", Some((1, false)));
        check("household", 0, "9.9", Some((0, false)));
        check("household", 0, "10", Some((1, false)));
        check("household", 1, "7.6", Some((1, false)));
        check("household", 1, "7.5", Some((0, false)));
        check("household", 0, "26", Some((1, true)));
        check("household-co", 0, "149", Some((0, false)));
        check("household-co", 0, "150", Some((1, false)));
        check("household-co", 1, "300", Some((2, false)));
        check("household-co", 2, "251", Some((2, false)));
        check("household-co", 2, "130", Some((1, false)));
    }

    #[test]
    fn settings_are_checked() {
        let check = |old: &str, new: &str, expected: &[&str]| {
            assert!(SETTINGS.contains(old), "{old}");
            assert_eq!(checked(&SETTINGS.replacen(old, new, 1)).unwrap_err(), expected, "{new}");
        };
        check("\"25\", clear = \"20\"", "\"26\", clear = \"20\"", &["classes.0.levels.0.raise standard"]);
        check("\"50\", clear = \"45\"", "\"51\", clear = \"45\"", &["classes.0.levels.1.raise standard"]);
        check(
            "\"10\", clear",
            "\"4\", clear",
            &["classes.1.levels.0.clear deadband", "classes.1.levels.0.raise standard"],
        );
        check("\"150\", clear", "\"149\", clear", &["classes.2.levels.0.raise standard"]);
        check("\"300\", clear", "\"301\", clear", &["classes.2.levels.1.raise standard"]);
        check("clear = \"20\"", "clear = \"25\"", &["classes.0.levels.0.clear deadband"]);
        check("clear = \"20\"", "clear = \"-1\"", &["classes.0.levels.0.clear deadband"]);
        check("\"50\", clear = \"45\"", "\"25\", clear = \"20\"", &["classes.0.levels.1 order"]);
        check("\"50\", clear = \"45\"", "\"50\", clear = \"15\"", &["classes.0.levels.1 order"]);
        check("range = \"500\"", "range = \"200\"", &["classes.2.levels.1.raise range"]);
        check("id = \"household\"", "id = \"combustible\"", &["classes.1.id id"]);
        check("unit = \"ppm\"", "unit = \"\"", &["classes.2.unit text"]);
        check("levels = [{ raise = \"10\", clear = \"7.5\" }]", "levels = []", &["classes.1.levels levels"]);
        assert_eq!(checked("classes = []").unwrap_err(), ["classes classes"]);
    }

    proptest! {
        /// More gas is never a lower level; a level held before never makes it lower; a second look changes nothing.
        #[test]
        fn laws(before in 0_usize..4, reading in 0_i64..12_000, more in 0_i64..5_000) {
            let levels = checked(SETTINGS).unwrap();
            for class in levels.classes() {
                let at = |before, reading| class.standing(before, Decimal::new(reading, 2)).unwrap().level;
                let level = at(before, reading);
                prop_assert!(level <= at(before, reading + more));
                prop_assert!(at(0, reading) <= level);
                prop_assert_eq!(at(level, reading), level);
            }
        }
    }
}
