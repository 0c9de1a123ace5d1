//! What of a facility can be observed, or only stated.

use crate::Two;
use crate::ids::{PropertyId, RetentionId};
use crate::mistake::Mistake;
use crate::moment::Period;
use crate::number::Number;
use serde::{Deserialize, Serialize};

/// A property as its file says, before anybody has checked it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PropertyDef {
    /// Its name for programs; Smart Data Models' where they have one.
    pub id: PropertyId,
    /// For people.
    pub name: Two,
    /// What it holds.
    pub kind: KindDef,
    /// The unit as it is printed after a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitDef>,
    /// The least number the instrument can mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// The greatest number the instrument can mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// The choices, in an order that never changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Two>,
    /// The longest normal time between two values; without it silence and gaps mean nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Period>,
    /// How long its observations are kept; without it no series is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<RetentionId>,
}

/// A unit as it is printed after a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum UnitDef {
    /// The same in both languages, as symbols are: `MPa`.
    Same(String),
    /// Words: 个, spaces.
    Each(Two),
}

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KindDef {
    /// A number with its unit.
    Number,
    /// Yes or no; observed as 1 or 0.
    Bool,
    /// One of several; observed as its place in the list, from 0.
    Choice,
    /// Words. Stated of a facility, never observed as a series.
    Text,
}

/// What a property holds, with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A number with its unit.
    Number {
        /// The unit as it is printed after the value; empty when there is none.
        unit: Two,
        /// The least the instrument can mean.
        min: Option<Number>,
        /// The most the instrument can mean.
        max: Option<Number>,
    },
    /// Yes or no; observed as 1 or 0.
    Bool,
    /// One of several; observed as its place in the list, from 0.
    Choice(Vec<Two>),
    /// Words. Stated of a facility, never observed as a series.
    Text,
}

/// Most choices of a property.
const MOST_CHOICES: usize = 256;

/// A property without mistakes.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    id: PropertyId,
    name: Two,
    kind: Kind,
    interval: Option<Period>,
    kept: Option<Period>,
}

impl Property {
    /// Checks a definition. `kept` is how long its retention class keeps observations.
    ///
    /// # Errors
    /// Every [`Mistake`] in it, each with its place below `place`.
    pub fn new(def: PropertyDef, kept: Option<Period>, place: &str) -> Result<Self, Vec<Mistake>> {
        let found = mistakes(&def, place);
        if !found.is_empty() {
            return Err(found);
        }
        let kind = match def.kind {
            KindDef::Number => Kind::Number { unit: unit(def.unit), min: def.min, max: def.max },
            KindDef::Bool => Kind::Bool,
            KindDef::Choice => Kind::Choice(def.choices),
            KindDef::Text => Kind::Text,
        };
        Ok(Self { id: def.id, name: def.name, kind, interval: def.interval, kept })
    }

    /// Its name for programs.
    #[must_use]
    pub fn id(&self) -> &PropertyId {
        &self.id
    }

    /// For people.
    #[must_use]
    pub fn name(&self) -> &Two {
        &self.name
    }

    /// What it holds.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The longest normal time between two values.
    #[must_use]
    pub fn interval(&self) -> Option<Period> {
        self.interval
    }

    /// How long its observations are kept; none when they are not.
    #[must_use]
    pub fn kept(&self) -> Option<Period> {
        self.kept
    }

    /// The unit as it is printed after a value, empty when there is none.
    #[must_use]
    pub fn unit(&self) -> Two {
        if let Kind::Number { unit, .. } = &self.kind { unit.clone() } else { Two::default() }
    }

    /// A value for people, without its unit: a number as it is, a choice and yes or no in words.
    #[must_use]
    pub fn said(&self, value: Number) -> Two {
        let number = || Two::new(value.to_string(), value.to_string());
        match &self.kind {
            Kind::Number { .. } | Kind::Text => number(),
            Kind::Bool if value.get().abs() < 0.5 => Two::new("否", "no"),
            Kind::Bool => Two::new("是", "yes"),
            Kind::Choice(choices) => {
                let place =
                    choices.iter().zip(0_u32..).find(|(_, place)| (f64::from(*place) - value.get()).abs() < 0.5);
                place.map_or_else(number, |(choice, _)| choice.clone())
            }
        }
    }

    /// Whether a value lies in what the instrument can mean.
    #[must_use]
    pub fn in_range(&self, value: Number) -> bool {
        let Kind::Number { min, max, .. } = &self.kind else { return true };
        min.is_none_or(|min| min <= value) && max.is_none_or(|max| value <= max)
    }
}

fn unit(def: Option<UnitDef>) -> Two {
    match def {
        None => Two::default(),
        Some(UnitDef::Same(unit)) => Two::new(unit.clone(), unit),
        Some(UnitDef::Each(unit)) => unit,
    }
}

fn mistakes(def: &PropertyDef, place: &str) -> Vec<Mistake> {
    let at = |field: &str| format!("{place}.{}.{field}", def.id);
    let mut found = Vec::new();
    found.extend(Mistake::unnamed(&at("name"), &def.name));
    let of_numbers = [("unit", def.unit.is_some()), ("min", def.min.is_some()), ("max", def.max.is_some())];
    let wrong = of_numbers.into_iter().filter(|(_, given)| *given && def.kind != KindDef::Number);
    for (field, _) in wrong.chain((def.kind != KindDef::Choice && !def.choices.is_empty()).then_some(("choices", true)))
    {
        found.push(Mistake::new(
            at(field),
            "wrong-kind",
            format!("{field} 不适用于这种属性；请删去，或改正 kind。"),
            format!("{field} does not go with this kind of property; take it out or mend the kind."),
        ));
    }
    if let Some(UnitDef::Each(unit)) = &def.unit {
        found.extend(Mistake::unnamed(&at("unit"), unit));
    }
    if let (Some(min), Some(max)) = (def.min, def.max)
        && min >= max
    {
        found.push(Mistake::new(
            at("min"),
            "empty-range",
            format!("最小值 {min} 不小于最大值 {max}；请核对量程。"),
            format!("The least value {min} is not below the greatest {max}; check the range."),
        ));
    }
    if def.kind == KindDef::Choice {
        if !(1..=MOST_CHOICES).contains(&def.choices.len()) {
            found.push(Mistake::new(
                at("choices"),
                "choices",
                format!("选项数为 {}；应为 1 至 {MOST_CHOICES} 个。", def.choices.len()),
                format!("There are {} choices; give 1 to {MOST_CHOICES}.", def.choices.len()),
            ));
        }
        found.extend(def.choices.iter().filter_map(|choice| Mistake::unnamed(&at("choices"), choice)));
    }
    if def.kind == KindDef::Text && (def.interval.is_some() || def.retention.is_some()) {
        found.push(Mistake::new(
            at("kind"),
            "text-series",
            "文本属性不成序列；请去掉 interval 和 retention。",
            "Words make no series; take interval and retention out.",
        ));
    }
    if def.interval.is_some_and(Period::is_zero) {
        found.push(Mistake::new(
            at("interval"),
            "zero-interval",
            "数据间隔为零；请写最长的正常间隔。",
            "The interval is zero; give the longest normal time between two values.",
        ));
    }
    found
}
