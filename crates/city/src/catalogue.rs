//! Facility types: what kinds of things a city has and what can be known of them.

use crate::Two;
use crate::ids::{PropertyId, RetentionId, ScenarioId, TypeId};
use crate::mistake::Mistake;
use crate::moment::{Moment, Period};
use crate::property::{Property, PropertyDef};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Facility types for a city to begin with, as TOML of a [`CatalogueDef`].
pub const STANDARD_TYPES: &str = include_str!("../data/types.toml");

/// Alarm rules for a city to begin with, as TOML: a list `rules` of [`RuleDef`](crate::alarm::RuleDef).
pub const STANDARD_RULES: &str = include_str!("../data/rules.toml");

/// All facility types as their file says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CatalogueDef {
    /// How long observations are kept, by class.
    #[serde(default)]
    pub retention: Vec<RetentionDef>,
    /// Kinds of facilities.
    #[serde(default)]
    pub types: Vec<TypeDef>,
}

/// A retention class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RetentionDef {
    /// Its name for programs.
    pub id: RetentionId,
    /// For people.
    pub name: Two,
    /// How long single values are kept.
    pub samples: Period,
    /// How long hours are kept; for ever when left out. Days always are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Period>,
}

/// A facility type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TypeDef {
    /// Its name for programs; Smart Data Models' where they have one.
    pub id: TypeId,
    /// For people.
    pub name: Two,
    /// The scenario its facilities belong to unless they say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<ScenarioId>,
    /// Whether everybody may see its facilities and their latest values; otherwise only who is signed in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// What can be known of it.
    pub properties: Vec<PropertyDef>,
}

/// A facility type without mistakes.
#[derive(Clone, Debug, PartialEq)]
pub struct FacilityType {
    id: TypeId,
    name: Two,
    scenario: Option<ScenarioId>,
    public: bool,
    properties: Vec<Property>,
}

impl FacilityType {
    /// Its name for programs.
    #[must_use]
    pub fn id(&self) -> &TypeId {
        &self.id
    }

    /// For people.
    #[must_use]
    pub fn name(&self) -> &Two {
        &self.name
    }

    /// The scenario its facilities belong to unless they say otherwise.
    #[must_use]
    pub fn scenario(&self) -> Option<&ScenarioId> {
        self.scenario.as_ref()
    }

    /// Whether everybody may see its facilities and their latest values.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.public
    }

    /// In the order of the file.
    #[must_use]
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// Whether nothing is heard of a facility of this type: of every property that should come regularly, nothing for more
    /// than one and a half of its interval, as [`gaps`](crate::gaps) counts. Of a type without such properties nothing is
    /// expected.
    #[must_use]
    pub fn is_silent(&self, latest: impl Fn(&PropertyId) -> Option<Moment>, now: Moment) -> bool {
        let mut regular = self.properties.iter().filter_map(|one| Some((one.id(), one.interval()?))).peekable();
        regular.peek().is_some()
            && regular.all(|(id, interval)| {
                latest(id).is_none_or(|last| now.since(last).millis() > interval.millis() + interval.millis() / 2)
            })
    }

    /// Whether nothing was heard of a facility of this type in a time, of which `heard` says whether there are values of a
    /// property: there are none of those expected at least once in such a time, and at least one is expected.
    #[must_use]
    pub fn is_silent_in(&self, time: Period, heard: impl Fn(&PropertyId) -> bool) -> bool {
        let expected = |one: &Property| one.interval().is_some_and(|interval| interval <= time);
        let mut regular = self.properties.iter().filter(|one| expected(one)).peekable();
        regular.peek().is_some() && !regular.any(|one| heard(one.id()))
    }

    /// A property by its name. Types are short, so names are looked for from the front.
    #[must_use]
    pub fn property(&self, id: &PropertyId) -> Option<&Property> {
        self.properties.iter().find(|one| one.id() == id)
    }
}

/// Most types of a city, and most properties of one.
const MOST: usize = 1_000;

/// All facility types, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    types: Vec<FacilityType>,
    by_id: HashMap<TypeId, usize>,
    retention: HashMap<RetentionId, RetentionDef>,
}

impl Catalogue {
    /// Checks all types.
    ///
    /// # Errors
    /// Every [`Mistake`], each with its place.
    pub fn new(def: CatalogueDef) -> Result<Self, Vec<Mistake>> {
        let (mut catalogue, mut found) = (Self::default(), Vec::new());
        if def.types.len() > MOST || def.types.iter().any(|one| one.properties.len() > MOST) {
            let zh = format!("设施类型或单个类型的属性超过 {MOST} 个。");
            return Err(vec![Mistake::new(
                "types",
                "too-many",
                zh,
                format!("More than {MOST} types, or properties of one."),
            )]);
        }
        for class in def.retention {
            let place = format!("retention.{}", class.id);
            found.extend(Mistake::unnamed(&format!("{place}.name"), &class.name));
            if class.samples.is_zero() || class.hours.is_some_and(|hours| hours < class.samples) {
                let zh = "单个数值的保存期限应大于零，且不长于小时值的保存期限。";
                let en = "Keep single values for some time, and hours at least as long.";
                found.push(Mistake::new(format!("{place}.samples"), "retention", zh, en));
            }
            if catalogue.retention.insert(class.id.clone(), class).is_some() {
                found.push(Mistake::twice(place));
            }
        }
        for facility_type in def.types {
            found.extend(catalogue.add(facility_type));
        }
        if found.is_empty() { Ok(catalogue) } else { Err(found) }
    }

    fn add(&mut self, def: TypeDef) -> Vec<Mistake> {
        let mut found = Vec::new();
        let place = format!("types.{}", def.id);
        found.extend(Mistake::unnamed(&format!("{place}.name"), &def.name));
        let (mut seen, mut properties) = (HashSet::new(), Vec::new());
        for property in def.properties {
            let at = format!("{place}.{}", property.id);
            if !seen.insert(property.id.clone()) {
                found.push(Mistake::twice(at.clone()));
            }
            let kept = match &property.retention {
                None => None,
                Some(class) => match self.retention.get(class) {
                    Some(class) => Some(class.samples),
                    None => {
                        let zh = format!("没有保存期限 {class}。");
                        let en = format!("There is no retention class {class}.");
                        found.push(Mistake::new(format!("{at}.retention"), "no-such-retention", zh, en));
                        None
                    }
                },
            };
            match Property::new(property, kept, &place) {
                Ok(property) => properties.push(property),
                Err(mistakes) => found.extend(mistakes),
            }
        }
        if self.by_id.insert(def.id.clone(), self.types.len()).is_some() {
            found.push(Mistake::twice(place));
        }
        self.types.push(FacilityType {
            id: def.id,
            name: def.name,
            scenario: def.scenario,
            public: def.public,
            properties,
        });
        found
    }

    /// In the order of the file.
    #[must_use]
    pub fn types(&self) -> &[FacilityType] {
        &self.types
    }

    /// A type by its name.
    #[must_use]
    pub fn find(&self, id: &TypeId) -> Option<&FacilityType> {
        self.types.get(*self.by_id.get(id)?)
    }

    /// A property of a type, as [`RuleBook::new`](crate::alarm::RuleBook::new) asks for it.
    #[must_use]
    pub fn property(&self, facility_type: &TypeId, property: &PropertyId) -> Option<&Property> {
        self.find(facility_type)?.property(property)
    }

    /// A retention class by its name.
    #[must_use]
    pub fn retention(&self, id: &RetentionId) -> Option<&RetentionDef> {
        self.retention.get(id)
    }
}
