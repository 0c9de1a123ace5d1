//! A tariff as it is written down.

use super::{Fen, TimeOfDay};
use crate::Two;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A tariff as data: what a city decided, with its source. [`super::Tariff::checked`] makes it usable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TariffData {
    /// Its name for programs, the same in all versions.
    pub id: String,
    /// Counts from 1; a decision that changes anything makes a new version.
    pub version: u32,
    /// Its name on screens.
    pub name: Two,
    /// The decision it rests on.
    pub source: String,
    /// First day of entry it is for.
    pub from: Date,
    /// Last day of entry it is for; open when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Free minutes of a stay.
    #[serde(default)]
    pub free: FreeMinutes,
    /// What a day is: where the daily cap begins anew.
    #[serde(default)]
    pub cycle: Cycle,
    /// Whether the steps (the first hour) begin anew with each day too. A unit then ends with its day.
    #[serde(default)]
    pub steps_restart: bool,
    /// What happens to a unit when its period ends.
    #[serde(default)]
    pub crossing: Crossing,
    /// The most a day costs; needs a `cycle`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_cap_fen: Option<Fen>,
    /// The most a stay costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay_cap_fen: Option<Fen>,
    /// What a monthly card costs. A stay within its days is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_card_fen: Option<Fen>,
    /// The periods of a day, covering all of it.
    pub periods: Vec<Period>,
    /// The periods of a day off, when they are others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub day_off_periods: Vec<Period>,
    /// Classes that pay a share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reductions: Vec<Reduction>,
    /// Classes that pay nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exempt: Vec<VehicleClass>,
}

/// Free minutes of a stay, once a stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FreeMinutes {
    /// How many. A stay of exactly so many is free.
    pub minutes: u32,
    /// What they mean for a longer stay.
    pub kind: FreeKind,
}

/// What free minutes mean for a stay that is longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FreeKind {
    /// They are charged too (超过后计入).
    #[default]
    Inclusive,
    /// They are left out (始终扣除).
    Exclusive,
}

/// What a day is to a tariff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cycle {
    /// There are no days: a stay is one.
    #[default]
    Stay,
    /// From midnight to midnight.
    CalendarDay,
    /// 24 hours, the first from the entry on.
    #[serde(rename = "24-hours")]
    FromEntry,
}

/// What happens to a unit that has begun when its period ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Crossing {
    /// It runs to its end at the price of the period it began in.
    #[default]
    RunsOn,
    /// It ends with its period and counts in full; the next period begins a unit of its own (分段计费).
    Cut,
}

/// A part of the day with its own prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Period {
    /// Its name on screens.
    pub name: Two,
    /// Where it begins.
    pub from: TimeOfDay,
    /// Where it ends; the next day when not after `from`.
    pub to: TimeOfDay,
    /// What its units cost, in order; none when it is free.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// Units of one length and price. A unit that has begun counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// Length of a unit.
    pub minutes: u32,
    /// Price of a unit.
    pub fen: Fen,
    /// How many units, before the next step; all further ones when left out, as in the last step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// A share a class of vehicles pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reduction {
    /// Who.
    pub class: VehicleClass,
    /// The share paid, in per cent of the capped amount.
    pub percent_paid: u8,
    /// How the share is rounded.
    #[serde(default)]
    pub rounding: Rounding,
    /// To multiples of so many fen.
    #[serde(default = "one_fen")]
    pub to_fen: Fen,
}

fn one_fen() -> Fen {
    Fen(1)
}

/// How a share is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Down, for who pays.
    #[default]
    Down,
    /// Up.
    Up,
    /// To the nearest, a half up (四舍五入).
    HalfUp,
}

/// A class of vehicles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VehicleClass {
    /// Any other.
    Ordinary,
    /// With a new-energy plate.
    NewEnergy,
    /// Police, fire and rescue vehicles and ambulances on duty.
    Emergency,
    /// Sanitation vehicles at work.
    Sanitation,
}

impl VehicleClass {
    /// The name on screens.
    #[must_use]
    pub fn name(self) -> Two {
        match self {
            Self::Ordinary => Two::new("普通车辆", "ordinary vehicle"),
            Self::NewEnergy => Two::new("新能源汽车", "new-energy vehicle"),
            Self::Emergency => Two::new("应急车辆", "emergency vehicle"),
            Self::Sanitation => Two::new("环卫车辆", "sanitation vehicle"),
        }
    }
}
