//! Things in the city that can be observed.

use crate::Two;
use crate::catalogue::Catalogue;
use crate::ids::{FacilityId, PropertyId, ScenarioId, TypeId};
use crate::mistake::Mistake;
use crate::moment::{Grain, Moment};
use crate::number::Number;
use crate::place::Place;
use crate::property::{Kind, Property};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A facility as its file says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FacilityDef {
    /// Its name for programs.
    pub id: FacilityId,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    pub facility_type: TypeId,
    /// Its proper name. Without an English one the Chinese stands for it.
    pub name: FacilityName,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What the numbers of its place mean.
    #[serde(default)]
    pub coordinates: Coordinates,
    /// Its first day, in Beijing time.
    pub from: Date,
    /// Its last day, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The scenario it belongs to; its type's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<ScenarioId>,
    /// Whether it is made up (模拟). Whatever is shown of it says so.
    #[serde(default)]
    pub simulated: bool,
    /// What is stated of it and not observed.
    #[serde(default)]
    pub stated: BTreeMap<PropertyId, Stated>,
}

/// A proper name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FacilityName {
    /// 简体中文.
    pub zh: String,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// What the numbers of a place mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Coordinates {
    /// As satellites say.
    #[default]
    #[serde(rename = "wgs-84")]
    Wgs84,
    /// Shifted, as Chinese maps have them.
    #[serde(rename = "gcj-02")]
    Gcj02,
}

/// A value that is stated of a facility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Stated {
    /// Yes or no.
    Bool(bool),
    /// A number in the property's unit.
    Number(Number),
    /// Words, or a choice by its Chinese or English words.
    Text(String),
}

/// A facility without mistakes. Its place is WGS-84.
#[derive(Clone, Debug, PartialEq)]
pub struct Facility {
    /// Its name for programs.
    pub id: FacilityId,
    /// What kind of thing it is.
    pub facility_type: TypeId,
    /// Its proper name.
    pub name: Two,
    /// Where it is.
    pub place: Option<Place>,
    /// The beginning of its first day.
    pub from: Moment,
    /// The end of its last day, when it is known.
    pub to: Option<Moment>,
    /// The scenario it belongs to.
    pub scenario: Option<ScenarioId>,
    /// Whether it is made up (模拟).
    pub simulated: bool,
    /// What is stated of it and not observed.
    pub stated: BTreeMap<PropertyId, Stated>,
}

/// Longest text stated of a facility, in characters.
const LONGEST_TEXT: usize = 2_000;

impl Facility {
    /// Checks a facility by its type.
    ///
    /// # Errors
    /// Every [`Mistake`], each with its place.
    pub fn new(def: FacilityDef, catalogue: &Catalogue) -> Result<Self, Vec<Mistake>> {
        let at = |field: &str| format!("facilities.{}.{field}", def.id);
        let Some(facility_type) = catalogue.find(&def.facility_type) else {
            let zh = format!("没有设施类型 {}。", def.facility_type);
            let en = format!("There is no facility type {}.", def.facility_type);
            return Err(vec![Mistake::new(at("type"), "no-such-type", zh, en)]);
        };
        let mut found = Vec::new();
        let name = Two::new(def.name.zh.clone(), def.name.en.clone().unwrap_or_else(|| def.name.zh.clone()));
        found.extend(Mistake::unnamed(&at("name"), &name));
        if def.to.is_some_and(|to| to < def.from) {
            let (zh, en) = ("最后一天早于第一天。", "Its last day is before its first.");
            found.push(Mistake::new(at("to"), "never", zh, en));
        }
        for (id, value) in &def.stated {
            let place = at(&format!("stated.{id}"));
            match facility_type.property(id) {
                None => {
                    let zh = format!("设施类型 {} 没有属性 {id}。", def.facility_type);
                    let en = format!("Facility type {} has no property {id}.", def.facility_type);
                    found.push(Mistake::new(place, "no-such-property", zh, en));
                }
                Some(property) if !fits(property, value) => {
                    let zh = "值与属性的类型、量程或选项不符。";
                    let en = "The value does not go with the property's kind, range or choices.";
                    found.push(Mistake::new(place, "value", zh, en));
                }
                Some(_) => {}
            }
        }
        if !found.is_empty() {
            return Err(found);
        }
        let place = match def.coordinates {
            Coordinates::Wgs84 => def.place,
            Coordinates::Gcj02 => def.place.map(Place::read_as_gcj02),
        };
        Ok(Self {
            id: def.id,
            name,
            place,
            from: Moment::begin_of(def.from),
            to: def.to.map(|to| Moment::begin_of(to).after(Grain::Day.period())),
            scenario: def.scenario.or_else(|| facility_type.scenario().cloned()),
            facility_type: def.facility_type,
            simulated: def.simulated,
            stated: def.stated,
        })
    }

    /// Whether it is there at an instant.
    #[must_use]
    pub fn exists(&self, at: Moment) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

fn fits(property: &Property, value: &Stated) -> bool {
    match (property.kind(), value) {
        (Kind::Number { .. }, Stated::Number(number)) => property.in_range(*number),
        (Kind::Bool, Stated::Bool(_)) => true,
        (Kind::Choice(choices), Stated::Text(text)) => {
            choices.iter().any(|choice| choice.zh == *text || choice.en == *text)
        }
        (Kind::Text, Stated::Text(text)) => text.chars().count() <= LONGEST_TEXT,
        _ => false,
    }
}
