//! The number a task must reach.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tingzhou_report::{Bound, Direction, Role};

/// The number a task must reach, in the unit the report gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Exact value in `unit`.
    pub value: Decimal,
    /// Base unit (万, 亿 and 千 multiplied out); empty for a bare ratio.
    pub unit: String,
    /// How the value bounds what counts as reached.
    pub bound: Bound,
    /// Amount delivered, level reached or change against before.
    pub role: Role,
    /// Where the quantity stood before the year, when the report or a person says so.
    pub baseline: Option<Decimal>,
}

impl Target {
    /// Whether less is better: an upper bound, or a level that comes down from its baseline.
    #[must_use]
    pub fn downward(&self) -> bool {
        match (self.role, self.bound) {
            (Role::Change { .. } | Role::Amount, _) => false,
            (_, Bound::AtMost | Bound::Below) => true,
            (Role::Level { from }, _) => from.or(self.baseline).is_some_and(|before| before > self.value),
            (Role::Attribute, _) => false,
        }
    }

    /// Whether `actual` meets the target. `about` (左右) counts as met from 95 % of the value on.
    #[must_use]
    pub fn met_by(&self, actual: Decimal) -> bool {
        if self.downward() {
            return match self.bound {
                Bound::Below => actual < self.value,
                Bound::About => actual <= self.slack(Decimal::new(105, 2)),
                _ => actual <= self.value,
            };
        }
        match self.bound {
            Bound::Above => actual > self.value,
            Bound::About => actual >= self.slack(Decimal::new(95, 2)),
            // "At most" an amount or a change is a ceiling, reached only at the end; staying under it meets it.
            Bound::AtMost => actual <= self.value,
            Bound::Below => actual < self.value,
            Bound::Equal | Bound::AtLeast => actual >= self.value,
        }
    }

    fn slack(&self, factor: Decimal) -> Decimal {
        self.value.checked_mul(factor).unwrap_or(self.value)
    }

    /// Whether it is a ratio or growth, compared as it stands and never spread over the year.
    #[must_use]
    pub fn is_rate(&self) -> bool {
        matches!(self.unit.as_str(), "%" | "‰" | "个百分点" | "成" | "倍" | "番")
    }

    /// The word for the way a change goes, for sentences: 增长 / 下降.
    #[must_use]
    pub fn direction(&self) -> Option<Direction> {
        match self.role {
            Role::Change { direction } => Some(direction),
            _ => None,
        }
    }
}
