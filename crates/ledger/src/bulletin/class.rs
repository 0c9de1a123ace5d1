//! The classes a bulletin counts by, and which schedule status belongs to which.

use crate::Two;
use crate::bulletin::table::Rounding;
use crate::status::ScheduleStatus;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A class of a bulletin. Each task is in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BulletinClass {
    /// The target is met.
    Done,
    /// Well beyond what is due.
    Ahead,
    /// What is due is there.
    OnPath,
    /// Less than what is due, or the deadline missed.
    Behind,
    /// Not judged by a path: judged at the deadline, without evidence, or ended.
    Other,
}

impl BulletinClass {
    /// All, in the order of a bulletin's table.
    pub const ALL: [Self; 5] = [Self::Done, Self::Ahead, Self::OnPath, Self::Behind, Self::Other];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Ahead => "ahead",
            Self::OnPath => "on-path",
            Self::Behind => "behind",
            Self::Other => "other",
        }
    }

    /// For people, with the words of 金寨's and 池州's bulletins.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Done => Two::new("已完成", "done"),
            Self::Ahead => Two::new("超进度", "ahead"),
            Self::OnPath => Two::new("达序时", "on path"),
            Self::Behind => Two::new("欠进度", "behind"),
            Self::Other => Two::new("其他", "other"),
        }
    }
}

/// A city's settings for its bulletins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BulletinRules {
    /// Statuses that go to another class than by default.
    pub classes: BTreeMap<ScheduleStatus, BulletinClass>,
    /// How percentages are rounded.
    pub rounding: Rounding,
}

impl BulletinRules {
    /// The class of a schedule status. By default: met is 已完成; ahead 超进度; on path 达序时; behind and overdue 欠进度;
    /// no evidence, judged at the deadline and ended 其他, since 宣城's rule leaves out what no path says anything of.
    #[must_use]
    pub fn class(&self, status: ScheduleStatus) -> BulletinClass {
        self.classes.get(&status).copied().unwrap_or(match status {
            ScheduleStatus::Met => BulletinClass::Done,
            ScheduleStatus::Ahead => BulletinClass::Ahead,
            ScheduleStatus::OnPath => BulletinClass::OnPath,
            ScheduleStatus::Behind | ScheduleStatus::Overdue => BulletinClass::Behind,
            ScheduleStatus::NoEvidence | ScheduleStatus::OutsidePath | ScheduleStatus::Ended => BulletinClass::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_class_and_a_city_may_choose_another() {
        let default = BulletinRules::default();
        let own = BulletinRules {
            classes: BTreeMap::from([(ScheduleStatus::OutsidePath, BulletinClass::OnPath)]),
            ..BulletinRules::default()
        };
        let check = |status, by_default, chosen| {
            assert_eq!((default.class(status), own.class(status)), (by_default, chosen), "{status:?}");
        };
        check(ScheduleStatus::Met, BulletinClass::Done, BulletinClass::Done);
        check(ScheduleStatus::Overdue, BulletinClass::Behind, BulletinClass::Behind);
        check(ScheduleStatus::OutsidePath, BulletinClass::Other, BulletinClass::OnPath);
        check(ScheduleStatus::NoEvidence, BulletinClass::Other, BulletinClass::Other);
    }
}
