//! What a city brings: a folder of TOML and Markdown. Data, no code; unknown keys are reported.

use crate::instruments::InstrumentPack;
use crate::matters::{built_in, load_matters};
use crate::measures::load_measures;
use crate::orders::{GasPack, OrderRules};
use crate::scenarios::ScenarioPack;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use tingzhou_cases::Definition;
use tingzhou_ledger::bulletin::BulletinRules;
use tingzhou_ledger::year_end::YearEndRules;
use tingzhou_ledger::{AreaId, CityId, LeadRule, LeaderId, Point, Settings, Suggestion, Two, UnitId};
use tingzhou_measures::MeasureText;

/// Why a pack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A file cannot be opened.
    #[error("{file}: {source}")]
    File {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file does not have the form expected.
    #[error("{file}: {why}")]
    Form {
        /// The file.
        file: String,
        /// Why, with the place.
        why: String,
    },
    /// Something refers to what is not there.
    #[error("{file}: {what} refers to {to}, which is not in the pack")]
    Dangling {
        /// The file.
        file: &'static str,
        /// What refers.
        what: String,
        /// To what.
        to: String,
    },
}

/// A unit of the city's government.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackUnit {
    /// Identifier.
    pub id: UnitId,
    /// Name.
    pub name: Two,
    /// Office, department, company, town …
    pub kind: String,
    /// Place in official order.
    pub order: u32,
}

/// A leading post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackLeader {
    /// Identifier.
    pub id: LeaderId,
    /// Title of the post; never a person's name.
    pub title: Two,
    /// Units it answers for.
    pub units: Vec<UnitId>,
}

/// An area of the report and how its section is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackArea {
    /// Identifier.
    pub id: AreaId,
    /// Short name.
    pub name: Two,
    /// The section's heading begins with this.
    pub section: String,
    /// The enclosing part's heading begins with this; empty for a part by itself.
    pub under: String,
    /// Place in lists.
    pub order: u32,
}

/// Parameters of a simulated year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimulationPlan {
    /// Seed: the same seed gives the same year.
    pub seed: u64,
    /// The day the demonstration stands at.
    pub day: Date,
    /// Shares of the ways a year can go, in the order on path, slow, stalled, early, silent, contradictory.
    pub shares: [Decimal; 6],
    /// Measures that the made-up instruments speak to, with words of which their tasks' titles have one.
    #[serde(default)]
    pub measured: BTreeMap<String, Vec<String>>,
    /// The tariff of made-up car parks that are not free at night; the usual one when there is none.
    #[serde(default)]
    pub night_tariff: Option<String>,
    /// Notes by way, same order.
    pub notes: [Vec<String>; 6],
    /// Notes for tasks without a number.
    pub milestones: Vec<String>,
}

/// A city's pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pack {
    /// The city.
    pub city: CityId,
    /// Its name.
    pub name: Two,
    /// Units in official order.
    pub units: Vec<PackUnit>,
    /// Leading posts.
    pub leaders: Vec<PackLeader>,
    /// Areas in order.
    pub areas: Vec<PackArea>,
    /// Short titles of the livelihood items, by number.
    pub items: Vec<(u8, Two)>,
    /// Who might lead what; areas' defaults last.
    rules: Vec<StoredRule>,
    /// Thresholds.
    pub settings: Settings,
    /// How bulletins count and round. Packs stored before there were bulletins have the defaults.
    #[serde(default)]
    pub bulletin: BulletinRules,
    /// How long and how often the year's end may be objected to.
    #[serde(default)]
    pub year_end: YearEndRules,
    /// About the middle of the city, where maps begin.
    #[serde(default)]
    pub center: Option<Point>,
    /// Borders, roads and waters for maps, GeoJSON in WGS-84; what the city has, nothing is fetched.
    #[serde(default)]
    pub map: Option<String>,
    /// The simulated year.
    pub simulation: SimulationPlan,
    /// Kinds of case. Packs stored before there were any have the ones built in.
    #[serde(default = "built_in")]
    pub matters: Vec<Definition>,
    /// Facility types, facilities and alarm rules. Packs stored before there were any have the standard ones.
    #[serde(default)]
    pub instruments: InstrumentPack,
    /// Which alarms go to which unit.
    #[serde(default)]
    pub orders: OrderRules,
    /// What the city says of its gas.
    #[serde(default)]
    pub gas: Option<GasPack>,
    /// Settings of air and parking, and tariffs.
    #[serde(default)]
    pub scenarios: ScenarioPack,
    /// How tasks can be measured. Packs stored before there were any have none.
    #[serde(default)]
    pub measures: Vec<MeasureText>,
    /// Title of the pack's own report.
    pub report_title: Two,
    /// Where its facts come from.
    pub report_source: Two,
    /// File name of the pack's own report.
    pub report_file: String,
    /// The day the pack's own report was given.
    pub report_day: Date,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredRule {
    words: Vec<String>,
    unless: Vec<String>,
    area: Option<AreaId>,
    suggestion: Suggestion,
}

impl Pack {
    /// The rules of who might lead what.
    #[must_use]
    pub fn lead_rules(&self) -> Vec<LeadRule> {
        self.rules
            .iter()
            .map(|r| LeadRule {
                words: r.words.clone(),
                unless: r.unless.clone(),
                area: r.area.clone(),
                suggestion: r.suggestion.clone(),
            })
            .collect()
    }

    /// A unit by its identifier.
    #[must_use]
    pub fn unit(&self, id: &UnitId) -> Option<&PackUnit> {
        self.units.iter().find(|u| &u.id == id)
    }

    /// A leading post by its identifier.
    #[must_use]
    pub fn leader(&self, id: &LeaderId) -> Option<&PackLeader> {
        self.leaders.iter().find(|l| &l.id == id)
    }

    /// Loads a pack from its folder.
    ///
    /// # Errors
    /// [`PackError`] naming the file and the place.
    pub fn load(folder: &Path) -> Result<Self, PackError> {
        let city: file::City = read(folder, "city.toml")?;
        let units: file::Units = read(folder, "units.toml")?;
        let leads: file::Leads = read(folder, "leads.toml")?;
        let thresholds: file::Thresholds = read(folder, "thresholds.toml")?;
        let simulation: file::Simulation = read(folder, "simulation.toml")?;
        let mut pack = Self {
            city: city.id,
            name: Two::new(city.name_zh, city.name_en),
            units: units
                .unit
                .into_iter()
                .map(|u| PackUnit { id: u.id, name: Two::new(u.name_zh, u.name_en), kind: u.kind, order: u.order })
                .collect(),
            leaders: units
                .leader
                .into_iter()
                .map(|l| PackLeader { id: l.id, title: Two::new(l.title_zh, l.title_en), units: l.units })
                .collect(),
            areas: city
                .area
                .into_iter()
                .map(|a| PackArea {
                    id: a.id,
                    name: Two::new(a.name_zh, a.name_en),
                    section: a.section,
                    under: a.under,
                    order: a.order,
                })
                .collect(),
            items: city.item.into_iter().map(|i| (i.no, Two::new(i.title_zh, i.title_en))).collect(),
            rules: leads.rule.into_iter().chain(leads.default).map(file::Rule::into_rule).collect(),
            bulletin: thresholds.bulletin.clone(),
            year_end: thresholds.year_end.clone(),
            settings: thresholds.into_settings(),
            center: city.center,
            map: load_map(folder)?,
            simulation: simulation.into_plan(),
            matters: load_matters(folder)?,
            instruments: InstrumentPack::load(folder)?,
            orders: OrderRules::default(),
            gas: GasPack::load(folder)?,
            scenarios: ScenarioPack::load(folder)?,
            measures: load_measures(folder)?,
            report_title: Two::new(city.report.title_zh, city.report.title_en),
            report_source: Two::new(city.report.source_zh, city.report.source_en),
            report_file: city.report.file,
            report_day: city.report.adopted.0,
        };
        pack.units.sort_by_key(|u| u.order);
        pack.areas.sort_by_key(|a| a.order);
        pack.check_references()?;
        pack.orders = OrderRules::load(folder, &pack.instruments, &pack.units)?;
        Ok(pack)
    }

    /// Takes facilities and devices from another folder, in place of its own: a made-up city's.
    ///
    /// # Errors
    /// [`PackError`] naming the file and the place.
    pub fn furnish(&mut self, folder: &Path) -> Result<(), PackError> {
        self.instruments.furnish(folder)
    }

    fn check_references(&self) -> Result<(), PackError> {
        let units: HashSet<&UnitId> = self.units.iter().map(|u| &u.id).collect();
        let leaders: HashSet<&LeaderId> = self.leaders.iter().map(|l| &l.id).collect();
        let areas: HashSet<&AreaId> = self.areas.iter().map(|a| &a.id).collect();
        let dangling =
            |file, what: &str, to: &str| PackError::Dangling { file, what: what.to_owned(), to: to.to_owned() };
        for leader in &self.leaders {
            // Both take part in cases, under their identifiers.
            if self.units.iter().any(|unit| unit.id.as_str() == leader.id.as_str()) {
                let why = format!("leader {} has the identifier of a unit; choose another", leader.id);
                return Err(PackError::Form { file: "units.toml".to_owned(), why });
            }
            if let Some(unit) = leader.units.iter().find(|u| !units.contains(u)) {
                return Err(dangling("units.toml", leader.id.as_str(), unit.as_str()));
            }
        }
        for rule in &self.rules {
            let words = rule.words.first().map_or("default", String::as_str);
            let s = &rule.suggestion;
            if let Some(unit) = std::iter::once(&s.lead).chain(&s.co_units).find(|u| !units.contains(u)) {
                return Err(dangling("leads.toml", words, unit.as_str()));
            }
            if let Some(leader) = s.leader.as_ref().filter(|l| !leaders.contains(l)) {
                return Err(dangling("leads.toml", words, leader.as_str()));
            }
            if let Some(area) = rule.area.as_ref().filter(|a| !areas.contains(a)) {
                return Err(dangling("leads.toml", words, area.as_str()));
            }
        }
        Ok(())
    }
}

/// Largest base of a map, in bytes.
const LARGEST_MAP: u64 = 20 * 1024 * 1024;

/// `map.geojson` when the city brings one.
fn load_map(folder: &Path) -> Result<Option<String>, PackError> {
    let path = folder.join("map.geojson");
    let form = |why: String| PackError::Form { file: path.display().to_string(), why };
    let size = match std::fs::metadata(&path) {
        Ok(about) => about.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(form(error.to_string())),
    };
    if size > LARGEST_MAP {
        return Err(form(format!("{size} bytes; at most {LARGEST_MAP}: simplify the lines")));
    }
    let text = std::fs::read_to_string(&path).map_err(|e| form(e.to_string()))?;
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|e| form(e.to_string()))?;
    if value.get("type").and_then(|kind| kind.as_str()) != Some("FeatureCollection") {
        return Err(form("is no GeoJSON FeatureCollection (RFC 7946)".to_owned()));
    }
    let features = value.get("features").and_then(|all| all.as_array());
    let features = features.ok_or_else(|| form("has no list of features (RFC 7946)".to_owned()))?;
    for (place, feature) in features.iter().enumerate() {
        check_feature(feature).map_err(|why| form(format!("feature {}: {why}", place + 1)))?;
    }
    Ok(Some(text))
}

/// Why a map cannot draw a feature. One without a geometry is left out by maps, so it is none.
fn check_feature(feature: &serde_json::Value) -> Result<(), String> {
    let Some(geometry) = feature.get("geometry") else { return Err("has no geometry (RFC 7946)".to_owned()) };
    if geometry.is_null() {
        return Ok(());
    }
    // How deep its positions lie; positions are lists of numbers.
    let depth = match geometry.get("type").and_then(|kind| kind.as_str()) {
        Some("Point") => 0,
        Some("LineString" | "MultiPoint") => 1,
        Some("Polygon" | "MultiLineString") => 2,
        Some("MultiPolygon") => 3,
        other => {
            return Err(format!("geometry {} cannot be drawn; lines and areas can", other.unwrap_or("without a type")));
        }
    };
    check_positions(geometry.get("coordinates").unwrap_or(&serde_json::Value::Null), depth)
}

fn check_positions(value: &serde_json::Value, depth: u8) -> Result<(), String> {
    let list = value.as_array().ok_or("coordinates are not nested as its type asks for")?;
    if depth > 0 {
        return list.iter().try_for_each(|inner| check_positions(inner, depth - 1));
    }
    let mut numbers = list.iter().map(serde_json::Value::as_f64);
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(longitude), Some(latitude)) if longitude.abs() <= 180.0 && latitude.abs() <= 90.0 => Ok(()),
        (Some(x), Some(y)) => {
            Err(format!("position {x}, {y} is not longitude and latitude; transform the map to WGS-84 (EPSG:4326)"))
        }
        _ => Err("a position is not longitude and latitude".to_owned()),
    }
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(folder: &Path, name: &str) -> Result<T, PackError> {
    let path = folder.join(name);
    let file = path.display().to_string();
    let text = std::fs::read_to_string(&path).map_err(|source| PackError::File { file: file.clone(), source })?;
    toml::from_str(&text).map_err(|e| PackError::Form { file, why: e.to_string() })
}

/// The files' own form.
mod file {
    use super::{BTreeMap, Date, Decimal, SimulationPlan, StoredRule};
    use serde::Deserialize;
    use tingzhou_ledger::bulletin::BulletinRules;
    use tingzhou_ledger::year_end::YearEndRules;
    use tingzhou_ledger::{AreaId, CityId, LeaderId, Settings, Suggestion, Two, UnitId};

    /// A TOML date.
    pub(super) struct Day(pub(super) Date);

    impl<'de> Deserialize<'de> for Day {
        fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
            #[derive(Deserialize)]
            #[serde(untagged)]
            enum Written {
                Toml(toml::value::Datetime),
                Text(String),
            }
            let text = match Written::deserialize(d)? {
                Written::Toml(date) => date.to_string(),
                Written::Text(text) => text,
            };
            text.parse().map(Self).map_err(serde::de::Error::custom)
        }
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct City {
        pub(super) id: CityId,
        pub(super) name_zh: String,
        pub(super) name_en: String,
        #[expect(dead_code, reason = "facts for people; nothing computes with them yet")]
        time_zone: String,
        #[serde(default)]
        #[expect(dead_code, reason = "facts for people; nothing computes with them yet")]
        level: String,
        #[serde(default)]
        #[expect(dead_code, reason = "facts for people; nothing computes with them yet")]
        level_zh: String,
        #[serde(default)]
        #[expect(dead_code, reason = "facts for people; nothing computes with them yet")]
        prefecture_zh: String,
        #[serde(default)]
        #[expect(dead_code, reason = "facts for people; nothing computes with them yet")]
        prefecture_en: String,
        #[serde(default)]
        pub(super) center: Option<tingzhou_ledger::Point>,
        pub(super) report: Report,
        #[serde(default)]
        pub(super) area: Vec<Area>,
        #[serde(default)]
        pub(super) item: Vec<Item>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Report {
        #[expect(dead_code, reason = "the reader finds the year itself; this is for people")]
        year: i16,
        pub(super) adopted: Day,
        pub(super) file: String,
        pub(super) title_zh: String,
        pub(super) title_en: String,
        pub(super) source_zh: String,
        pub(super) source_en: String,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Area {
        pub(super) id: AreaId,
        pub(super) name_zh: String,
        pub(super) name_en: String,
        pub(super) section: String,
        #[serde(default)]
        pub(super) under: String,
        #[serde(default)]
        #[expect(dead_code, reason = "for results of the year before; read when results get areas")]
        review: Vec<String>,
        #[serde(default)]
        #[expect(dead_code, reason = "for results of the year before; read when results get areas")]
        completed: String,
        pub(super) order: u32,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Item {
        pub(super) no: u8,
        #[expect(dead_code, reason = "items are counted by position; the heading is for people")]
        section: String,
        pub(super) title_zh: String,
        pub(super) title_en: String,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Units {
        pub(super) unit: Vec<Unit>,
        #[serde(default)]
        pub(super) leader: Vec<Leader>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Unit {
        pub(super) id: UnitId,
        pub(super) name_zh: String,
        pub(super) name_en: String,
        pub(super) kind: String,
        pub(super) order: u32,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Leader {
        pub(super) id: LeaderId,
        pub(super) title_zh: String,
        pub(super) title_en: String,
        #[serde(default)]
        pub(super) units: Vec<UnitId>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Leads {
        #[serde(default)]
        pub(super) rule: Vec<Rule>,
        #[serde(default)]
        pub(super) default: Vec<Rule>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Rule {
        #[serde(default)]
        #[expect(dead_code, reason = "names the rule for the pack's author")]
        id: String,
        #[serde(default)]
        words: Vec<String>,
        #[serde(default)]
        unless: Vec<String>,
        #[serde(default)]
        area: Option<AreaId>,
        lead: UnitId,
        #[serde(default)]
        co: Vec<UnitId>,
        #[serde(default)]
        leader: Option<LeaderId>,
        reason_zh: String,
        reason_en: String,
    }

    impl Rule {
        pub(super) fn into_rule(self) -> StoredRule {
            let reason = Two::new(self.reason_zh, self.reason_en);
            let suggestion = Suggestion { lead: self.lead, co_units: self.co, leader: self.leader, reason };
            StoredRule { words: self.words, unless: self.unless, area: self.area, suggestion }
        }
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Thresholds {
        #[serde(default)]
        schedule: Schedule,
        light: Lights,
        contradiction: Contradiction,
        deadline: Deadline,
        #[serde(default)]
        pub(super) bulletin: BulletinRules,
        #[serde(default)]
        pub(super) year_end: YearEndRules,
    }

    #[derive(Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Schedule {
        /// The only one there is; a pack that names another is refused.
        default_path: DefaultPath,
        /// The only one there is; a pack that names another is refused.
        annual_only: AnnualOnly,
        whole_months: bool,
    }

    #[derive(Default, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum DefaultPath {
        #[default]
        LinearByMonth,
    }

    #[derive(Default, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum AnnualOnly {
        #[default]
        NoLight,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Lights {
        red_below: Decimal,
        yellow_below: Decimal,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Contradiction {
        tolerance: Decimal,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Deadline {
        warn_days_before_deadline: i32,
    }

    impl Thresholds {
        pub(super) fn into_settings(self) -> Settings {
            Settings {
                red_below: self.light.red_below,
                yellow_below: self.light.yellow_below,
                tolerance: self.contradiction.tolerance,
                whole_months: self.schedule.whole_months,
                warn_days: self.deadline.warn_days_before_deadline,
                ..Settings::default()
            }
        }
    }

    #[derive(Deserialize)]
    pub(super) struct Simulation {
        seed: u64,
        day: Day,
        share: Shares,
        notes: Notes,
        #[serde(default)]
        measured: BTreeMap<String, Vec<String>>,
        night_tariff: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shares {
        on_path: Decimal,
        slow: Decimal,
        stalled: Decimal,
        early: Decimal,
        silent: Decimal,
        contradictory: Decimal,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Notes {
        on_path: Vec<String>,
        slow: Vec<String>,
        stalled: Vec<String>,
        early: Vec<String>,
        silent: Vec<String>,
        contradictory: Vec<String>,
        milestone: Vec<String>,
    }

    impl Simulation {
        pub(super) fn into_plan(self) -> SimulationPlan {
            let (s, n) = (self.share, self.notes);
            SimulationPlan {
                seed: self.seed,
                day: self.day.0,
                measured: self.measured,
                night_tariff: self.night_tariff,
                shares: [s.on_path, s.slow, s.stalled, s.early, s.silent, s.contradictory],
                notes: [n.on_path, n.slow, n.stalled, n.early, n.silent, n.contradictory],
                milestones: n.milestone,
            }
        }
    }
}
