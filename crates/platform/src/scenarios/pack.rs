//! What a city brings for its scenarios: `scenarios.toml` and `tariffs/*.toml`.

use crate::pack::{PackError, read};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use tingzhou_city::TypeId;
use tingzhou_scenarios::parking::{PairingRules, Tariff, TariffData};

const FILE: &str = "scenarios.toml";
const TARIFFS: &str = "tariffs";
/// Most files of tariffs, and most words of a list.
const MOST: usize = 200;

/// What a city brings for its scenarios.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScenarioPack {
    /// Air.
    pub air: AirSettings,
    /// Parking.
    pub parking: ParkingSettings,
    /// Every version of every tariff; not part of `scenarios.toml` but of the files beside it.
    pub tariffs: Vec<TariffData>,
}

/// Settings of air.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct AirSettings {
    /// Words by which the task of the good days is found.
    pub good_days_task: Vec<String>,
    /// Good days wanted when no task says so.
    pub good_days: u16,
}

impl Default for AirSettings {
    fn default() -> Self {
        Self { good_days_task: vec!["优良天数".to_owned()], good_days: 300 }
    }
}

/// Settings of parking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ParkingSettings {
    /// The tariff of lots that state none; none when it is not known.
    pub lot_tariff: Option<String>,
    /// The same for street bays.
    pub street_tariff: Option<String>,
    /// Minutes after which a count of free spaces is stale.
    pub stale_minutes: i64,
    /// Per cent of the straight line a walk has.
    pub detour_percent: u32,
    /// Days after which passages are deleted, with their tokens. Counts stay.
    pub keep_days: u16,
    /// Hours after which a vehicle without an exit is taken to have left.
    pub longest_hours: u16,
    /// Seconds within which the same way again is one passage read twice.
    pub twice_seconds: u16,
    /// Words by which the task of new spaces is found.
    pub spaces_task: Vec<String>,
    /// Words by which the task of new chargers is found.
    pub chargers_task: Vec<String>,
    /// Words by which the task of new lots is found.
    pub lots_task: Vec<String>,
}

impl Default for ParkingSettings {
    fn default() -> Self {
        let words = |text: &str| vec![text.to_owned()];
        Self {
            lot_tariff: None,
            street_tariff: None,
            stale_minutes: 15,
            detour_percent: 130,
            keep_days: 30,
            longest_hours: 72,
            twice_seconds: 60,
            spaces_task: words("车位"),
            chargers_task: words("充电桩"),
            lots_task: words("停车场"),
        }
    }
}

impl ParkingSettings {
    /// How passages are paired.
    #[must_use]
    pub fn pairing(&self) -> PairingRules {
        PairingRules { twice_within: i64::from(self.twice_seconds), longest_hours: i64::from(self.longest_hours) }
    }

    fn mistakes(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut within = |what: &str, given: i64, from: i64, to: i64| {
            if !(from..=to).contains(&given) {
                found.push(format!("parking.{what}: {given}; give {from} to {to} (应为 {from} 至 {to})"));
            }
        };
        within("stale-minutes", self.stale_minutes, 1, 1_440);
        within("detour-percent", i64::from(self.detour_percent), 100, 300);
        within("keep-days", i64::from(self.keep_days), 7, 400);
        within("longest-hours", i64::from(self.longest_hours), 1, 144);
        within("twice-seconds", i64::from(self.twice_seconds), 0, 600);
        // What is still taken in has to find its other half, which is kept.
        if i64::from(self.longest_hours) >= i64::from(self.keep_days) * 24 {
            found.push("parking.longest-hours: must be less than keep-days (应短于 keep-days)".to_owned());
        }
        found
    }
}

impl ScenarioPack {
    /// Reads what of it a pack's folder holds.
    pub(crate) fn load(folder: &Path) -> Result<Self, PackError> {
        let mut pack = if folder.join(FILE).exists() { read::<Self>(folder, FILE)? } else { Self::default() };
        let wrong = |file: &str, why: String| PackError::Form { file: folder.join(file).display().to_string(), why };
        if !pack.tariffs.is_empty() {
            return Err(wrong(FILE, format!("tariffs: belong into files of {TARIFFS}/, one a tariff's version")));
        }
        let mistakes = pack.parking.mistakes();
        if !mistakes.is_empty() {
            return Err(wrong(FILE, mistakes.join("\n")));
        }
        for name in tariff_files(folder)? {
            let file = format!("{TARIFFS}/{name}");
            let data: TariffData = read(folder, &file)?;
            if let Err(refusals) = Tariff::checked(data.clone()) {
                let words = refusals.iter().map(|one| format!("{}: {} {}", one.place, one.message.zh, one.message.en));
                return Err(wrong(&file, words.collect::<Vec<_>>().join("\n")));
            }
            if pack.tariffs.iter().any(|other| other.id == data.id && other.version == data.version) {
                return Err(wrong(
                    &file,
                    format!("version {} of {} is in another file already", data.version, data.id),
                ));
            }
            pack.tariffs.push(data);
        }
        let known: BTreeSet<&str> = pack.tariffs.iter().map(|one| one.id.as_str()).collect();
        for (what, id) in [("lot-tariff", &pack.parking.lot_tariff), ("street-tariff", &pack.parking.street_tariff)] {
            if let Some(id) = id.as_ref().filter(|id| !known.contains(id.as_str())) {
                return Err(PackError::Dangling { file: FILE, what: format!("parking.{what}"), to: id.clone() });
            }
        }
        Ok(pack)
    }

    /// Tariffs that can price; those of a stored pack were checked when it was read.
    #[must_use]
    pub fn checked(&self) -> Vec<Tariff> {
        self.tariffs.iter().filter_map(|data| Tariff::checked(data.clone()).ok()).collect()
    }

    /// The tariff of facilities of a type that state none.
    #[must_use]
    pub fn usual_tariff(&self, facility_type: &TypeId) -> Option<&str> {
        let of = if facility_type.as_str() == super::STREET {
            &self.parking.street_tariff
        } else {
            &self.parking.lot_tariff
        };
        of.as_deref()
    }
}

/// The names of `tariffs/*.toml`, in order.
fn tariff_files(folder: &Path) -> Result<Vec<String>, PackError> {
    let path = folder.join(TARIFFS);
    let failed = |source: std::io::Error| PackError::File { file: path.display().to_string(), source };
    let entries = match std::fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            names.push(name);
        }
    }
    names.sort();
    if names.len() > MOST {
        let why = format!("{} files; at most {MOST} are read", names.len());
        return Err(PackError::Form { file: path.display().to_string(), why });
    }
    Ok(names)
}
