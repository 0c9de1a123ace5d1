//! Rules that have been checked, and which of them a facility goes by.

use super::definition::{RuleDef, general, special};
use crate::Two;
use crate::ids::{FacilityId, PropertyId, RuleId, TypeId};
use crate::mistake::Mistake;
use crate::moment::Period;
use crate::number::Number;
use crate::property::Property;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Most levels of a rule.
pub const MOST_LEVELS: usize = 3;
/// Most raises a rule may wait for before it calls an alarm chattering.
pub const MOST_RAISES: usize = 8;

/// How soon somebody must act. Three, as operators can tell apart (ISA-18.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// In this shift.
    Low,
    /// Soon.
    Medium,
    /// At once.
    High,
}

impl Priority {
    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Low => Two::new("低", "low"),
            Self::Medium => Two::new("中", "medium"),
            Self::High => Two::new("高", "high"),
        }
    }
}

/// A limit with its priority.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limit {
    /// The limit, in the property's unit.
    pub at: Number,
    /// How soon somebody must act.
    pub priority: Priority,
}

/// Limits, mildest first, and how far a value must come back behind one.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    pub(super) levels: Vec<Limit>,
    pub(super) deadband: f64,
}

impl Limits {
    /// Level 1 first.
    #[must_use]
    pub fn levels(&self) -> &[Limit] {
        &self.levels
    }

    /// In the property's unit.
    #[must_use]
    pub fn deadband(&self) -> f64 {
        self.deadband
    }
}

/// What a rule looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The value is at or above a limit.
    High(Limits),
    /// The value is at or below a limit.
    Low(Limits),
    /// The value has risen by a limit within a time. Eighths of that time are looked at: a rise within seven of them is
    /// always found, one that took longer than all never.
    Rise {
        /// How much.
        limits: Limits,
        /// Within what time.
        over: Period,
    },
    /// The value has fallen by a limit within a time, found as a rise is.
    Fall {
        /// How much.
        limits: Limits,
        /// Within what time.
        over: Period,
    },
    /// No value came for some time.
    Silence {
        /// How long.
        over: Period,
        /// How soon somebody must act.
        priority: Priority,
    },
    /// The value is one the instrument cannot mean.
    OutOfRange {
        /// How soon somebody must act.
        priority: Priority,
    },
    /// Values came and did not change for some time.
    Stuck {
        /// How long.
        over: Period,
        /// What is no change, in the property's unit.
        tolerance: f64,
        /// How soon somebody must act.
        priority: Priority,
    },
}

impl Condition {
    pub(super) fn limits(&self) -> Option<&Limits> {
        match self {
            Self::High(limits) | Self::Low(limits) | Self::Rise { limits, .. } | Self::Fall { limits, .. } => {
                Some(limits)
            }
            Self::Silence { .. } | Self::OutOfRange { .. } | Self::Stuck { .. } => None,
        }
    }

    /// How many levels there are.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.limits().map_or(1, |limits| limits.levels.len())
    }

    /// How soon somebody must act at a level, from 1.
    #[must_use]
    pub fn priority(&self, level: u8) -> Priority {
        match self {
            Self::High(limits) | Self::Low(limits) | Self::Rise { limits, .. } | Self::Fall { limits, .. } => {
                let place = usize::from(level).clamp(1, limits.levels.len().max(1)) - 1;
                limits.levels.get(place).map_or(Priority::High, |limit| limit.priority)
            }
            Self::Silence { priority, .. } | Self::OutOfRange { priority } | Self::Stuck { priority, .. } => *priority,
        }
    }
}

/// A rule without mistakes, as one facility goes by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name for programs.
    pub id: RuleId,
    /// For people.
    pub name: Two,
    /// The unit of its values, empty when there is none.
    pub unit: Two,
    /// Whether it is on.
    pub enabled: bool,
    /// What it looks for.
    pub condition: Condition,
    /// How long that must hold.
    pub on_delay: Period,
    /// How long it must be over.
    pub off_delay: Period,
    /// Whether an alarm that is over stays until it is acknowledged.
    pub latching: bool,
    /// The longest an alarm may be shelved.
    pub most_shelved: Period,
    pub(super) chatter_raises: usize,
    pub(super) chatter_within: Period,
}

/// Most rules of a city, and most facilities with settings of their own for one rule.
const MOST: usize = 10_000;

/// All rules of a city.
#[derive(Clone, Debug, Default)]
pub struct RuleBook {
    rules: Vec<(TypeId, PropertyId, Rule)>,
    by_id: HashMap<RuleId, usize>,
    by_type: HashMap<TypeId, Vec<usize>>,
    special: HashMap<FacilityId, Vec<(usize, Rule)>>,
}

impl RuleBook {
    /// Checks all rules; `find` knows the properties of facility types.
    ///
    /// # Errors
    /// Every [`Mistake`], each with its place.
    pub fn new<'a>(
        defs: &[RuleDef],
        find: impl Fn(&TypeId, &PropertyId) -> Option<&'a Property>,
    ) -> Result<Self, Vec<Mistake>> {
        let (mut book, mut found) = (Self::default(), Vec::new());
        if defs.len() > MOST || defs.iter().any(|def| def.overrides.len() > MOST) {
            let zh = format!("规则或单个规则的设施设置超过 {MOST} 条。");
            let en = format!("More than {MOST} rules, or facilities with settings of their own for one rule.");
            return Err(vec![Mistake::new("rules", "too-many", zh, en)]);
        }
        for def in defs {
            let place = book.rules.len();
            if book.by_id.insert(def.id.clone(), place).is_some() {
                found.push(Mistake::twice(format!("rules.{}", def.id)));
            }
            let Some(property) = find(&def.facility_type, &def.property) else {
                found.push(Mistake::new(
                    format!("rules.{}.property", def.id),
                    "no-such-property",
                    format!("设施类型 {} 没有属性 {}。", def.facility_type, def.property),
                    format!("Facility type {} has no property {}.", def.facility_type, def.property),
                ));
                continue;
            };
            match general(def, property) {
                Ok(rule) => {
                    book.by_type.entry(def.facility_type.clone()).or_default().push(place);
                    book.rules.push((def.facility_type.clone(), def.property.clone(), rule));
                }
                Err(mistakes) => {
                    found.extend(mistakes);
                    continue;
                }
            }
            let mut seen = HashSet::new();
            for own in &def.overrides {
                if !seen.insert(&own.facility) {
                    found.push(Mistake::twice(format!("rules.{}.overrides.{}", def.id, own.facility)));
                }
                match special(def, own, property) {
                    Ok(rule) => {
                        book.special.entry(own.facility.clone()).or_default().push((place, rule));
                    }
                    Err(mistakes) => found.extend(mistakes),
                }
            }
        }
        if found.is_empty() { Ok(book) } else { Err(found) }
    }

    /// The rule a facility goes by.
    #[must_use]
    pub fn rule(&self, id: &RuleId, facility: &FacilityId) -> Option<&Rule> {
        Some(self.at(*self.by_id.get(id)?, facility))
    }

    /// A type's rules as they stand for all its facilities, in the order of the file, with their properties.
    pub fn rules_of<'a>(&'a self, facility_type: &TypeId) -> impl Iterator<Item = (&'a PropertyId, &'a Rule)> {
        let places = self.by_type.get(facility_type).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| (&self.rules[*place].1, &self.rules[*place].2))
    }

    /// The places of a type's rules, in the order of the file, with their properties.
    pub(super) fn of_type(&self, facility_type: &TypeId) -> impl Iterator<Item = (usize, &PropertyId)> {
        let places = self.by_type.get(facility_type).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| (*place, &self.rules[*place].1))
    }

    pub(super) fn at(&self, place: usize, facility: &FacilityId) -> &Rule {
        let own = self.special.get(facility).and_then(|own| own.iter().find(|(of, _)| *of == place));
        own.map_or(&self.rules[place].2, |(_, rule)| rule)
    }
}
