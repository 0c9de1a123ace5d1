//! The six pollutants of the index and the times their concentrations are averaged over.

use crate::Two;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A pollutant of the index, in the order of HJ 633.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pollutant {
    /// Sulphur dioxide, µg/m³.
    So2,
    /// Nitrogen dioxide, µg/m³.
    No2,
    /// Particles up to 10 µm, µg/m³.
    Pm10,
    /// Carbon monoxide, mg/m³.
    Co,
    /// Ozone, µg/m³.
    O3,
    /// Particles up to 2.5 µm, µg/m³.
    Pm25,
}

impl Pollutant {
    /// All six, in the order of HJ 633.
    pub const ALL: [Self; 6] = [Self::So2, Self::No2, Self::Pm10, Self::Co, Self::O3, Self::Pm25];

    /// The unit its concentrations are in.
    #[must_use]
    pub fn unit(self) -> &'static str {
        if self == Self::Co { "mg/m³" } else { "µg/m³" }
    }

    /// Decimal places a concentration is rounded to before it is compared (HJ 663: whole µg/m³, one place of mg/m³).
    #[must_use]
    pub fn places(self) -> u32 {
        u32::from(self == Self::Co)
    }

    /// The name on screens.
    #[must_use]
    pub fn name(self) -> Two {
        let (zh, en) = match self {
            Self::So2 => ("二氧化硫", "SO₂"),
            Self::No2 => ("二氧化氮", "NO₂"),
            Self::Pm10 => ("PM10", "PM10"),
            Self::Co => ("一氧化碳", "CO"),
            Self::O3 => ("臭氧", "O₃"),
            Self::Pm25 => ("PM2.5", "PM2.5"),
        };
        Two::new(zh, en)
    }
}

impl fmt::Display for Pollutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().en)
    }
}

/// What a concentration is the mean of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Averaging {
    /// One hour.
    Hour,
    /// Eight hours; over a day, the largest of its eight-hour means.
    EightHours,
    /// 24 hours.
    Day,
}

impl Averaging {
    /// The name on screens.
    #[must_use]
    pub fn name(self) -> Two {
        match self {
            Self::Hour => Two::new("1 小时平均", "1 h mean"),
            Self::EightHours => Two::new("8 小时平均", "8 h mean"),
            Self::Day => Two::new("24 小时平均", "24 h mean"),
        }
    }
}
