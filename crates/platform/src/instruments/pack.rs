//! What a city brings for its instruments: facility types, facilities, devices and alarm rules.

use super::devices::{LONGEST, PROTOCOLS, speakable};
use super::wiring::Wiring;
use crate::pack::{PackError, read};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::Path;
use tingzhou_city::alarm::{RuleBook, RuleDef};
use tingzhou_city::{
    Catalogue, CatalogueDef, Facility, FacilityDef, FacilityId, Mistake, STANDARD_RULES, STANDARD_TYPES, Two,
};

const TYPES: &str = "facility-types.toml";
const RULES: &str = "alarm-rules.toml";
const FACILITIES: &str = "facilities.toml";
const DEVICES: &str = "devices.toml";

/// What a city brings for its instruments, as its files say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstrumentPack {
    /// Facility types and retention classes.
    pub types: CatalogueDef,
    /// Alarm rules.
    pub rules: Vec<RuleDef>,
    /// Facilities; put when the city's instruments are first opened with them.
    pub facilities: Vec<FacilityDef>,
    /// Devices whose values are known to be a facility's; adopted when the city's instruments are first opened with them.
    #[serde(default)]
    pub devices: Vec<DeviceDef>,
    /// What the codes of instruments mean.
    #[serde(default)]
    pub wiring: Wiring,
}

/// A device of `devices.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceDef {
    /// What it speaks: `hj212`, `sl651`, `jt808` or `mqtt`.
    pub protocol: String,
    /// Under which address.
    pub address: String,
    /// Whose values it sends.
    pub facility: FacilityId,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Devices {
    #[serde(default)]
    devices: Vec<DeviceDef>,
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
        Self { types, rules: rules.rules, facilities: Vec::new(), devices: Vec::new(), wiring: Wiring::default() }
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
        let catalogue = Catalogue::new(pack.types.clone()).map_err(|mistakes| wrong(folder, TYPES, &mistakes))?;
        pack.book(&catalogue).map_err(|mistakes| wrong(folder, RULES, &mistakes))?;
        pack.furnish(folder)?;
        pack.wiring = Wiring::load(folder, &catalogue)?;
        Ok(pack)
    }

    /// Takes the facilities and devices of a folder, where it has them.
    pub(crate) fn furnish(&mut self, folder: &Path) -> Result<(), PackError> {
        let there = |name: &str| folder.join(name).exists();
        if there(FACILITIES) {
            self.facilities = read::<Facilities>(folder, FACILITIES)?.facilities;
        }
        let catalogue = Catalogue::new(self.types.clone()).map_err(|mistakes| wrong(folder, TYPES, &mistakes))?;
        for facility in &self.facilities {
            Facility::new(facility.clone(), &catalogue).map_err(|mistakes| wrong(folder, FACILITIES, &mistakes))?;
        }
        if there(DEVICES) {
            self.devices = read::<Devices>(folder, DEVICES)?.devices;
        }
        let mistakes = self.mistaken_devices();
        if mistakes.is_empty() { Ok(()) } else { Err(wrong(folder, DEVICES, &mistakes)) }
    }

    /// What is wrong with the devices: an address no device has, one that stands twice, a facility the pack does not have.
    fn mistaken_devices(&self) -> Vec<Mistake> {
        let facilities: HashSet<&FacilityId> = self.facilities.iter().map(|facility| &facility.id).collect();
        let mut seen = HashSet::new();
        let mut mistakes = Vec::new();
        for (place, device) in self.devices.iter().enumerate() {
            let mut mistake = |field: &str, code, zh: String, en: String| {
                let place = format!("devices[{place}].{field}");
                mistakes.push(Mistake { place, code, message: Two::new(zh, en) });
            };
            if !PROTOCOLS.contains(&device.protocol.as_str()) {
                let (own, known) = (&device.protocol, PROTOCOLS.join(", "));
                mistake(
                    "protocol",
                    "protocol",
                    format!("没有协议“{own}”；可用：{known}。"),
                    format!("There is no protocol “{own}”; there are {known}."),
                );
            }
            if !speakable(&device.address) {
                mistake(
                    "address",
                    "address",
                    format!("地址应为 1 至 {LONGEST} 字节，且不含控制字符。"),
                    format!("An address has 1 to {LONGEST} bytes, none a control character."),
                );
            }
            if !seen.insert((&device.protocol, &device.address)) {
                let own = &device.address;
                mistake(
                    "address",
                    "twice",
                    format!("地址 {own} 出现了两次；请删去一个。"),
                    format!("Address {own} stands twice; take one out."),
                );
            }
            if !facilities.contains(&device.facility) {
                let own = &device.facility;
                mistake(
                    "facility",
                    "facility",
                    format!("facilities.toml 中没有设施 {own}。"),
                    format!("There is no facility {own} in facilities.toml."),
                );
            }
        }
        mistakes
    }

    /// The rules, checked by the types.
    pub(crate) fn book(&self, catalogue: &Catalogue) -> Result<RuleBook, Vec<Mistake>> {
        RuleBook::new(&self.rules, |of, property| catalogue.property(of, property))
    }
}

fn wrong(folder: &Path, file: &str, mistakes: &[Mistake]) -> PackError {
    PackError::Form { file: folder.join(file).display().to_string(), why: words(mistakes) }
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

    #[test]
    fn devices_are_checked() {
        let check = |text: &str, expected: &[&str]| {
            let folder = tempfile::tempdir().unwrap();
            let facility = "[[facilities]]\nid = \"d1\"\ntype = \"GasDetector\"\nname = { zh = \"甲\", en = \"A\" }\nfrom = \"2024-01-01\"\n";
            std::fs::write(folder.path().join(FACILITIES), facility).unwrap();
            std::fs::write(folder.path().join(DEVICES), text).unwrap();
            match InstrumentPack::load(folder.path()) {
                Ok(pack) => assert_eq!((pack.devices.len(), expected.len()), (1, 0), "{text}"),
                Err(error) => {
                    let error = error.to_string();
                    assert!(!expected.is_empty() && expected.iter().all(|part| error.contains(part)), "{error}");
                }
            }
        };
        let device = |protocol: &str, address: &str, facility: &str| {
            format!("[[devices]]\nprotocol = \"{protocol}\"\naddress = \"{address}\"\nfacility = \"{facility}\"\n")
        };
        check(&device("hj212", "A1", "d1"), &[]);
        check(&device("hj211", "A1", "d1"), &["devices.toml", "devices[0].protocol", "hj211"]);
        check(&device("hj212", "", "d1"), &["devices[0].address"]);
        check(&device("hj212", "A1", "d2"), &["devices[0].facility", "d2"]);
        check(&(device("hj212", "A1", "d1") + &device("hj212", "A1", "d1")), &["devices[1].address"]);
        check("[[devices]]\nprotocol = \"hj212\"\n", &["devices.toml", "address"]);
    }
}
