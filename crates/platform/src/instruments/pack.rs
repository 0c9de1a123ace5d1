//! What a city brings for its instruments: facility types, facilities and alarm rules.

use super::wiring::Wiring;
use crate::pack::{PackError, read};
use serde::{Deserialize, Serialize};
use std::path::Path;
use tingzhou_city::alarm::{RuleBook, RuleDef};
use tingzhou_city::{Catalogue, CatalogueDef, Facility, FacilityDef, Mistake, STANDARD_RULES, STANDARD_TYPES};

const TYPES: &str = "facility-types.toml";
const RULES: &str = "alarm-rules.toml";
const FACILITIES: &str = "facilities.toml";

/// What a city brings for its instruments, as its files say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstrumentPack {
    /// Facility types and retention classes.
    pub types: CatalogueDef,
    /// Alarm rules.
    pub rules: Vec<RuleDef>,
    /// Facilities; put when the city's instruments are first opened with them.
    pub facilities: Vec<FacilityDef>,
    /// What the codes of instruments mean.
    #[serde(default)]
    pub wiring: Wiring,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    rules: Vec<RuleDef>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Facilities {
    #[serde(default)]
    facilities: Vec<FacilityDef>,
}

impl Default for InstrumentPack {
    /// The standard types and rules, and no facilities.
    fn default() -> Self {
        // The standard texts are compiled in and tested; without them a city would have no types, which shows at once.
        let types = toml::from_str(STANDARD_TYPES).unwrap_or_default();
        let rules: Rules = toml::from_str(STANDARD_RULES).unwrap_or_default();
        Self { types, rules: rules.rules, facilities: Vec::new(), wiring: Wiring::default() }
    }
}

impl InstrumentPack {
    /// Reads what of it a pack's folder holds; the standard ones stand for files that are not there.
    pub(crate) fn load(folder: &Path) -> Result<Self, PackError> {
        let there = |name: &str| folder.join(name).exists();
        let mut pack = Self::default();
        if there(TYPES) {
            pack.types = read(folder, TYPES)?;
            // Standard rules would speak of types that may not be there.
            pack.rules = Vec::new();
        }
        if there(RULES) {
            pack.rules = read::<Rules>(folder, RULES)?.rules;
        }
        if there(FACILITIES) {
            pack.facilities = read::<Facilities>(folder, FACILITIES)?.facilities;
        }
        let wrong = |file: &str, mistakes: &[Mistake]| PackError::Form {
            file: folder.join(file).display().to_string(),
            why: words(mistakes),
        };
        let catalogue = Catalogue::new(pack.types.clone()).map_err(|mistakes| wrong(TYPES, &mistakes))?;
        pack.book(&catalogue).map_err(|mistakes| wrong(RULES, &mistakes))?;
        for facility in &pack.facilities {
            Facility::new(facility.clone(), &catalogue).map_err(|mistakes| wrong(FACILITIES, &mistakes))?;
        }
        pack.wiring = Wiring::load(folder, &catalogue)?;
        Ok(pack)
    }

    /// The rules, checked by the types.
    pub(crate) fn book(&self, catalogue: &Catalogue) -> Result<RuleBook, Vec<Mistake>> {
        RuleBook::new(&self.rules, |of, property| catalogue.property(of, property))
    }
}

/// Mistakes as lines of one text.
pub(crate) fn words(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_pack_is_sound() {
        let pack = InstrumentPack::default();
        let catalogue = Catalogue::new(pack.types.clone()).unwrap();
        pack.book(&catalogue).unwrap();
        assert!(!pack.types.types.is_empty() && !pack.rules.is_empty());
        let json = serde_json::to_string(&pack).unwrap();
        assert_eq!(serde_json::from_str::<InstrumentPack>(&json).unwrap(), pack);
    }
}
