//! What a city says of its work orders: which alarm opens one, for which unit, and how it ends (`orders.toml`); and of its
//! gas (`gas.toml`).

use crate::instruments::InstrumentPack;
use crate::pack::{PackError, PackUnit, read};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::Path;
use tingzhou_city::alarm::RuleBook;
use tingzhou_city::{Catalogue, FacilityId, RuleId};
use tingzhou_ledger::{Two, UnitId};

const ORDERS: &str = "orders.toml";
const GAS: &str = "gas.toml";
/// Most rules of a city, and most facilities of one.
const MOST: usize = 1_000;

/// Who opens an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opening {
    /// The program, as soon as the alarm is raised.
    ByItself,
    /// The supervision office, with a click.
    ByOffice,
}

/// How an order that was reported done ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closing {
    /// The supervision office verifies it.
    #[default]
    ByOffice,
    /// The program closes it once the alarm's condition is over; the office may verify it before.
    WithCondition,
}

/// Which alarms go to which unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OrderRule {
    /// The alarm rule.
    pub rule: RuleId,
    /// From which level on.
    #[serde(default = "one")]
    pub level: u8,
    /// Only at these facilities; at all when there are none.
    #[serde(default)]
    pub facilities: Vec<FacilityId>,
    /// Who is sent.
    pub unit: UnitId,
    /// Who opens it.
    pub open: Opening,
    /// How it ends.
    #[serde(default)]
    pub close: Closing,
}

fn one() -> u8 {
    1
}

/// All of a city's rules, in the order of its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderRules {
    /// The first that fits an alarm holds.
    #[serde(default)]
    pub orders: Vec<OrderRule>,
}

/// What a city says of its gas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GasPack {
    /// Households with gas.
    pub households: u32,
    /// Where that number is from, with its date.
    pub source: Two,
}

impl OrderRules {
    /// The rule an alarm goes by at a level.
    #[must_use]
    pub fn find(&self, rule: &RuleId, facility: &FacilityId, level: u8) -> Option<&OrderRule> {
        let fits = |one: &&OrderRule| {
            &one.rule == rule && one.level <= level && (one.facilities.is_empty() || one.facilities.contains(facility))
        };
        self.orders.iter().find(fits)
    }

    pub(crate) fn load(folder: &Path, instruments: &InstrumentPack, units: &[PackUnit]) -> Result<Self, PackError> {
        if !folder.join(ORDERS).exists() {
            return Ok(Self::default());
        }
        let rules: Self = read(folder, ORDERS)?;
        let wrong = rules.mistakes(instruments, units);
        if wrong.is_empty() {
            return Ok(rules);
        }
        Err(PackError::Form { file: folder.join(ORDERS).display().to_string(), why: wrong.join("\n") })
    }

    /// Everything wrong with the rules, each with its place.
    fn mistakes(&self, instruments: &InstrumentPack, units: &[PackUnit]) -> Vec<String> {
        if self.orders.len() > MOST || self.orders.iter().any(|one| one.facilities.len() > MOST) {
            return vec![format!(
                "orders: 规则或单条规则的设施超过 {MOST} 个。 / more than {MOST} rules, or facilities of one"
            )];
        }
        // The types and rules were checked when they were read.
        let catalogue = Catalogue::new(instruments.types.clone()).unwrap_or_default();
        let book = instruments.book(&catalogue).unwrap_or_default();
        let mut seen = HashSet::new();
        let mut wrong = Vec::new();
        for (place, one) in self.orders.iter().enumerate() {
            let mut say =
                |field: &str, zh: String, en: String| wrong.push(format!("orders.{place}.{field}: {zh} / {en}"));
            match levels(&book, &one.rule, instruments) {
                None => say(
                    "rule",
                    format!("没有告警规则 {}；请用 alarm-rules.toml 中的标识。", one.rule),
                    format!("there is no alarm rule {}; use one of alarm-rules.toml", one.rule),
                ),
                Some(most) if one.level == 0 || usize::from(one.level) > most => say(
                    "level",
                    format!("告警规则 {} 只有 1 至 {most} 级，没有 {} 级。", one.rule, one.level),
                    format!("alarm rule {} has levels 1 to {most}, not {}", one.rule, one.level),
                ),
                Some(_) => {}
            }
            if !units.iter().any(|unit| unit.id == one.unit) {
                say(
                    "unit",
                    format!("没有单位 {}；请用 units.toml 中的标识。", one.unit),
                    format!("there is no unit {}; use one of units.toml", one.unit),
                );
            }
            if !seen.insert((&one.rule, one.level, &one.facilities)) {
                say(
                    "rule",
                    "与前面的一条完全相同，永远用不到；请删去一条。".to_owned(),
                    "the same alarms as one before, so it never holds; take one out".to_owned(),
                );
            }
        }
        wrong
    }
}

/// How many levels an alarm rule has; none when there is no such rule.
fn levels(book: &RuleBook, rule: &RuleId, instruments: &InstrumentPack) -> Option<usize> {
    instruments.rules.iter().find(|def| &def.id == rule)?;
    // A facility no rule names goes by the rule as it stands for all.
    let any = FacilityId::new("any").ok()?;
    book.rule(rule, &any).map(|rule| rule.condition.levels())
}

impl GasPack {
    pub(crate) fn load(folder: &Path) -> Result<Option<Self>, PackError> {
        if !folder.join(GAS).exists() {
            return Ok(None);
        }
        let gas: Self = read(folder, GAS)?;
        if gas.households == 0 || gas.source.zh.trim().is_empty() || gas.source.en.trim().is_empty() {
            let why =
                "households, source: 应有户数（大于 0）和两种语言的来源。 / give the number of households, above 0, \
                       and its source in both languages"
                    .to_owned();
            return Err(PackError::Form { file: folder.join(GAS).display().to_string(), why });
        }
        Ok(Some(gas))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<OrderRules, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(ORDERS), text).unwrap();
        let unit = |id: &str, order| PackUnit {
            id: UnitId::new(id).unwrap(),
            name: Two::new(id, id),
            kind: "company".to_owned(),
            order,
        };
        OrderRules::load(folder.path(), &InstrumentPack::default(), &[unit("gas", 1), unit("housing", 2)])
            .map_err(|e| e.to_string())
    }

    const ONE: &str = "[[orders]]\nrule = 'gas-leak'\nlevel = 2\nunit = 'gas'\nopen = 'by-itself'\n";

    #[test]
    fn mistakes_are_named_with_their_place() {
        let check = |text: &str, places: &[&str]| {
            let error = load(text).unwrap_err();
            for place in places {
                assert!(error.contains("orders.toml") && error.contains(place), "{text}: {error}");
            }
        };
        check(&ONE.replace("gas-leak", "gas-leek"), &["orders.0.rule", "gas-leek"]);
        check(&ONE.replace("level = 2", "level = 3"), &["orders.0.level", "1 to 2"]);
        check(&ONE.replace("level = 2", "level = 0"), &["orders.0.level"]);
        check(&ONE.replace("'gas'", "'nobody'"), &["orders.0.unit", "nobody"]);
        check(&format!("{ONE}{ONE}"), &["orders.1.rule"]);
        check(&ONE.replace("by-itself", "by-magic"), &["by-magic"]);
        check(&ONE.replace("open", "opens"), &["opens"]);
        check(&format!("{ONE}close = 'never'\n"), &["never"]);
        check(&ONE.replace("gas-leak", "x").replace("'gas'", "'y'"), &["orders.0.rule", "orders.0.unit"]);
    }

    #[test]
    fn the_first_that_fits_holds() {
        let text = format!(
            "{}{}{}",
            ONE,
            "[[orders]]\nrule = 'gas-leak'\nfacilities = ['d1']\nunit = 'housing'\nopen = 'by-office'\n",
            "[[orders]]\nrule = 'gas-detector-silent'\nunit = 'gas'\nopen = 'by-office'\nclose = 'with-condition'\n"
        );
        let rules = load(&text).unwrap();
        let check = |rule: &str, facility: &str, level: u8, expected: Option<&str>| {
            let found = rules.find(&RuleId::new(rule).unwrap(), &FacilityId::new(facility).unwrap(), level);
            assert_eq!(found.map(|one| one.unit.as_str()), expected, "{rule} {facility} {level}");
        };
        check("gas-leak", "d1", 2, Some("gas"));
        check("gas-leak", "d1", 1, Some("housing"));
        check("gas-leak", "d2", 1, None);
        check("gas-leak", "d2", 2, Some("gas"));
        check("gas-detector-silent", "d2", 1, Some("gas"));
        check("gas-outlet-drop", "d2", 1, None);
        assert_eq!(rules.orders[0].close, Closing::ByOffice);
        assert_eq!(load("").unwrap(), OrderRules::default());
    }
}
