//! Alarm rules as data: what their file says, and what may be wrong with it.

use super::rule::{Condition, Limit, Limits, MOST_LEVELS, MOST_RAISES, Priority, Rule};
use crate::Two;
use crate::ids::{FacilityId, PropertyId, RuleId, TypeId};
use crate::mistake::Mistake;
use crate::moment::Period;
use crate::number::Number;
use crate::property::{Kind, Property};
use serde::{Deserialize, Serialize};

/// An alarm rule of one property of one facility type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleDef {
    /// Its name for programs.
    pub id: RuleId,
    /// For people.
    pub name: Two,
    /// Of which facility type.
    #[serde(rename = "type")]
    pub facility_type: TypeId,
    /// Of which of its properties.
    pub property: PropertyId,
    /// What sort of condition.
    pub kind: RuleKind,
    /// The settings of every facility of the type.
    #[serde(flatten)]
    pub settings: Settings,
    /// Whether an alarm that is over stays until it is acknowledged.
    #[serde(default = "yes")]
    pub latching: bool,
    /// The longest an alarm may be shelved.
    #[serde(default = "a_shift")]
    pub most_shelved: Period,
    /// From how many raises within `chatter-within` on an alarm chatters.
    #[serde(default = "three")]
    pub chatter_raises: u8,
    /// See `chatter-raises`; also how long it must be quiet to be over.
    #[serde(default = "a_minute")]
    pub chatter_within: Period,
    /// Facilities with settings of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
}

fn yes() -> bool {
    true
}

fn a_shift() -> Period {
    Period::from_secs(8 * 3_600)
}

fn three() -> u8 {
    3
}

fn a_minute() -> Period {
    Period::from_secs(60)
}

/// What sort of condition a rule looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// The value is at or above a limit.
    High,
    /// The value is at or below a limit.
    Low,
    /// The value has risen by a limit within `over`.
    Rise,
    /// The value has fallen by a limit within `over`.
    Fall,
    /// No value for as long as `over`.
    Silence,
    /// The value is one the instrument cannot mean.
    OutOfRange,
    /// Values come, and do not change for as long as `over`.
    Stuck,
}

/// What a facility may set for itself. What it leaves out is as the rule has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// Whether the rule is on; it is unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Limits, mildest first; of rules that compare a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<Limit>>,
    /// The priority of rules without limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// How far a value must come back behind its limit, in the property's unit; of a stuck value, how little is no change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadband: Option<Number>,
    /// The same in percent of the property's range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadband_percent: Option<Number>,
    /// How long a condition must hold before the alarm is raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delay: Option<Period>,
    /// How long a condition must be over before the alarm is cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_delay: Option<Period>,
    /// The length of time of rises, falls, silence and stuck values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Period>,
}

/// The settings of one facility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// Which facility.
    pub facility: FacilityId,
    /// What is different there.
    #[serde(flatten)]
    pub settings: Settings,
}

impl Settings {
    fn or(&self, general: &Self) -> Self {
        // A deadband given one way takes the place of one given the other way.
        let own = self.deadband.is_some() || self.deadband_percent.is_some();
        let deadband = if own { self } else { general };
        Self {
            enabled: self.enabled.or(general.enabled),
            levels: self.levels.clone().or_else(|| general.levels.clone()),
            priority: self.priority.or(general.priority),
            deadband: deadband.deadband,
            deadband_percent: deadband.deadband_percent,
            on_delay: self.on_delay.or(general.on_delay),
            off_delay: self.off_delay.or(general.off_delay),
            over: self.over.or(general.over),
        }
    }
}

/// Longest delay and longest length of time of a condition.
const LONGEST: Period = Period::from_days(366);
/// Shortest length of time of a condition.
const SHORTEST: Period = Period::from_secs(1);

/// The rule of facilities without settings of their own.
pub(super) fn general(def: &RuleDef, property: &Property) -> Result<Rule, Vec<Mistake>> {
    let place = format!("rules.{}", def.id);
    let mut found = Vec::new();
    found.extend(Mistake::unnamed(&format!("{place}.name"), &def.name));
    if !(2..=MOST_RAISES).contains(&usize::from(def.chatter_raises)) {
        found.push(Mistake::new(
            format!("{place}.chatter-raises"),
            "chatter-raises",
            format!("抖动次数为 {}；应为 2 至 {MOST_RAISES}。", def.chatter_raises),
            format!("{} raises; give 2 to {MOST_RAISES}.", def.chatter_raises),
        ));
    }
    for (field, period) in [("most-shelved", def.most_shelved), ("chatter-within", def.chatter_within)] {
        found.extend(bounded(&place, field, period, SHORTEST));
    }
    match build(def, &def.settings, property, &place) {
        Ok(rule) if found.is_empty() => Ok(rule),
        Ok(_) => Err(found),
        Err(more) => Err([found, more].concat()),
    }
}

/// The rule of a facility with settings of its own.
pub(super) fn special(def: &RuleDef, own: &Override, property: &Property) -> Result<Rule, Vec<Mistake>> {
    let place = format!("rules.{}.overrides.{}", def.id, own.facility);
    build(def, &own.settings.or(&def.settings), property, &place)
}

fn bounded(place: &str, field: &str, period: Period, least: Period) -> Option<Mistake> {
    let (shortest, longest) = (least.words(), LONGEST.words());
    (!(least..=LONGEST).contains(&period)).then(|| {
        Mistake::new(
            format!("{place}.{field}"),
            "period",
            format!("时长应在 {} 至 {} 之间。", shortest.zh, longest.zh),
            format!("Give a time from {} to {}.", shortest.en, longest.en),
        )
    })
}

struct Builder<'a> {
    def: &'a RuleDef,
    settings: &'a Settings,
    property: &'a Property,
    place: &'a str,
    found: Vec<Mistake>,
}

fn build(def: &RuleDef, settings: &Settings, property: &Property, place: &str) -> Result<Rule, Vec<Mistake>> {
    let mut builder = Builder { def, settings, property, place, found: Vec::new() };
    let condition = builder.condition();
    let mut delay = |field: &str, period: Option<Period>| {
        let period = period.unwrap_or_default();
        builder.found.extend(bounded(place, field, period, Period::ZERO));
        period
    };
    let (on_delay, off_delay) = (delay("on-delay", settings.on_delay), delay("off-delay", settings.off_delay));
    let found = builder.found;
    match condition {
        Some(condition) if found.is_empty() => Ok(Rule {
            id: def.id.clone(),
            name: def.name.clone(),
            unit: property.unit(),
            enabled: settings.enabled.unwrap_or(true),
            condition,
            on_delay,
            off_delay,
            latching: def.latching,
            most_shelved: def.most_shelved,
            chatter_raises: usize::from(def.chatter_raises),
            chatter_within: def.chatter_within,
        }),
        _ => Err(found),
    }
}

impl Builder<'_> {
    fn say(&mut self, field: &str, code: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        self.found.push(Mistake::new(format!("{}.{field}", self.place), code, zh, en));
    }

    fn condition(&mut self) -> Option<Condition> {
        let kind = self.def.kind;
        let compares = matches!(kind, RuleKind::High | RuleKind::Low | RuleKind::Rise | RuleKind::Fall);
        let timed = matches!(kind, RuleKind::Rise | RuleKind::Fall | RuleKind::Silence | RuleKind::Stuck);
        let given = [
            ("levels", self.settings.levels.is_some(), compares),
            ("priority", self.settings.priority.is_some(), !compares),
            ("over", self.settings.over.is_some(), timed),
        ];
        for (field, given, wanted) in given {
            if given != wanted {
                let (zh, en) = if wanted { ("缺少", "is missing for") } else { ("不适用于", "does not go with") };
                self.say(field, "field", format!("{field} {zh}这种规则。"), format!("{field} {en} this kind of rule."));
            }
        }
        if kind != RuleKind::Silence && !matches!(self.property.kind(), Kind::Number { .. }) {
            let (zh, en) =
                ("该属性不是数值；只能设静默规则。", "The property is no number; only silence can be a rule of it.");
            self.say("property", "no-number", zh, en);
        }
        if kind == RuleKind::OutOfRange
            && !matches!(self.property.kind(), Kind::Number { min: Some(_), .. } | Kind::Number { max: Some(_), .. })
        {
            self.say(
                "kind",
                "no-range",
                "该属性没有量程；请先设 min 或 max。",
                "The property has no range; give it a min or max first.",
            );
        }
        let deadband = self.deadband(compares || kind == RuleKind::Stuck);
        let over = self.settings.over.unwrap_or(SHORTEST);
        self.found.extend(bounded(self.place, "over", over, SHORTEST));
        let priority = self.settings.priority.unwrap_or(Priority::Low);
        Some(match kind {
            RuleKind::High => Condition::High(self.limits(deadband)?),
            RuleKind::Low => Condition::Low(self.limits(deadband)?),
            RuleKind::Rise => Condition::Rise { limits: self.limits(deadband)?, over },
            RuleKind::Fall => Condition::Fall { limits: self.limits(deadband)?, over },
            RuleKind::Silence => Condition::Silence { over, priority },
            RuleKind::OutOfRange => Condition::OutOfRange { priority },
            RuleKind::Stuck => Condition::Stuck { over, tolerance: deadband, priority },
        })
    }

    fn deadband(&mut self, wanted: bool) -> f64 {
        let (absolute, percent) = (self.settings.deadband, self.settings.deadband_percent);
        let negative = absolute.or(percent).is_some_and(|band| band.get() < 0.0);
        if absolute.is_some() && percent.is_some() || negative || (!wanted && (absolute.is_some() || percent.is_some()))
        {
            let zh = "回差只能以绝对值或百分数之一给出，不小于零，且只用于比较数值的规则。";
            let en = "Give one deadband, absolute or in percent, not negative, and only to rules that compare values.";
            self.say("deadband", "deadband", zh, en);
        }
        match (absolute, percent, self.property.kind()) {
            (Some(absolute), _, _) => absolute.get(),
            (None, Some(percent), Kind::Number { min: Some(min), max: Some(max), .. }) => {
                (max.get() - min.get()) * percent.get() / 100.0
            }
            (None, Some(_), _) => {
                let zh = "百分数回差以量程为基准；请先给属性设 min 和 max，或改用绝对值。";
                let en =
                    "A deadband in percent is of the range; give the property min and max, or an absolute deadband.";
                self.say("deadband-percent", "no-range", zh, en);
                0.0
            }
            (None, None, _) => 0.0,
        }
    }

    /// Whether a value of the property's range ends an alarm that was raised at a limit.
    fn ends(&self, limit: f64, deadband: f64) -> bool {
        let Kind::Number { min, max, .. } = self.property.kind() else { return true };
        match self.def.kind {
            RuleKind::High => min.is_none_or(|min| min.get() < limit - deadband),
            RuleKind::Low => max.is_none_or(|max| max.get() > limit + deadband),
            _ => true,
        }
    }

    fn limits(&mut self, deadband: f64) -> Option<Limits> {
        let levels = self.settings.levels.clone()?;
        let rising = !matches!(self.def.kind, RuleKind::Low);
        let ordered = levels.is_sorted_by(|a, b| if rising { a.at < b.at } else { a.at > b.at });
        let change = matches!(self.def.kind, RuleKind::Rise | RuleKind::Fall);
        if !(1..=MOST_LEVELS).contains(&levels.len()) {
            let (zh, en) = (format!("级数应为 1 至 {MOST_LEVELS}。"), format!("Give 1 to {MOST_LEVELS} levels."));
            self.say("levels", "levels", zh, en);
        } else if !ordered || !levels.is_sorted_by(|a, b| a.priority <= b.priority) {
            let zh = "限值应由轻到重排列，优先级不降。";
            self.say("levels", "order", zh, "Give limits from mild to severe, with priorities that do not fall.");
        } else if change && levels.iter().any(|level| level.at.get() <= deadband) {
            let zh = "变化量限值应大于回差。";
            self.say("levels", "no-change", zh, "A limit of change must be greater than the deadband.");
        } else if !change && levels.iter().any(|level| !self.property.in_range(level.at)) {
            let zh = "限值不在属性的量程内，永远不会触发；请核对单位。";
            self.say("levels", "out-of-range", zh, "A limit outside the property's range never comes; check the unit.");
        } else if !change && levels.iter().any(|level| !self.ends(level.at.get(), deadband)) {
            let field = match (self.settings.deadband, self.settings.deadband_percent) {
                (Some(_), _) => "deadband",
                (None, Some(_)) => "deadband-percent",
                (None, None) => "levels",
            };
            let zh = "量程内没有任何值离限值超过回差，告警永远不会解除；请减小回差或改限值。";
            let en = "No value of the property's range is further behind the limit than the deadband, so the alarm is never over; \
                      give a smaller deadband or another limit.";
            self.say(field, "never-over", zh, en);
        }
        Some(Limits { levels, deadband })
    }
}
