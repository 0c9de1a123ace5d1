//! The six classes of an index.

use crate::Two;
use serde::{Deserialize, Serialize};

/// The class of an index (HJ 633, table of index ranges; the bounds are the same in both editions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AirClass {
    /// 优, 0 to 50.
    Excellent,
    /// 良, 51 to 100.
    Good,
    /// 轻度污染, 101 to 150.
    Light,
    /// 中度污染, 151 to 200.
    Moderate,
    /// 重度污染, 201 to 300.
    Heavy,
    /// 严重污染, above 300.
    Severe,
}

impl AirClass {
    /// The class of an index value.
    #[must_use]
    pub fn of(index: u16) -> Self {
        match index {
            0..=50 => Self::Excellent,
            51..=100 => Self::Good,
            101..=150 => Self::Light,
            151..=200 => Self::Moderate,
            201..=300 => Self::Heavy,
            _ => Self::Severe,
        }
    }

    /// Whether a day of this class is a good day (优良天数).
    #[must_use]
    pub fn is_good(self) -> bool {
        self <= Self::Good
    }

    /// The name on screens.
    #[must_use]
    pub fn name(self) -> Two {
        let (zh, en) = match self {
            Self::Excellent => ("优", "excellent"),
            Self::Good => ("良", "good"),
            Self::Light => ("轻度污染", "lightly polluted"),
            Self::Moderate => ("中度污染", "moderately polluted"),
            Self::Heavy => ("重度污染", "heavily polluted"),
            Self::Severe => ("严重污染", "severely polluted"),
        };
        Two::new(zh, en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_belong_to_the_better_class() {
        let check = |index, class: &str, good| {
            let found = AirClass::of(index);
            assert_eq!((found.name().zh.as_str(), found.is_good()), (class, good), "{index}");
        };
        for (index, class, good) in [
            (0, "优", true),
            (50, "优", true),
            (51, "良", true),
            (100, "良", true),
            (101, "轻度污染", false),
            (150, "轻度污染", false),
            (151, "中度污染", false),
            (200, "中度污染", false),
            (201, "重度污染", false),
            (300, "重度污染", false),
            (301, "严重污染", false),
            (500, "严重污染", false),
        ] {
            check(index, class, good);
        }
    }
}
