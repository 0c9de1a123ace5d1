//! The three statuses, kept apart, and the light that sums up the schedule.

use crate::Two;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What the unit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportedStatus {
    /// Not begun.
    NotStarted,
    /// Under way.
    UnderWay,
    /// Difficulties stand in the way.
    Blocked,
    /// Done.
    Done,
}

impl ReportedStatus {
    /// All, in the order of a form.
    pub const ALL: [Self; 4] = [Self::NotStarted, Self::UnderWay, Self::Blocked, Self::Done];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not-started",
            Self::UnderWay => "under-way",
            Self::Blocked => "blocked",
            Self::Done => "done",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::NotStarted => Two::new("未启动", "not started"),
            Self::UnderWay => Two::new("推进中", "under way"),
            Self::Blocked => Two::new("有困难", "blocked"),
            Self::Done => Two::new("已完成", "done"),
        }
    }
}

/// What checks and measures say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum MeasuredStatus {
    /// Nothing was checked or measured.
    NoEvidence,
    /// A value short of the target.
    Short {
        /// The latest value.
        value: Decimal,
    },
    /// A value that meets the target.
    Reached {
        /// The latest value.
        value: Decimal,
    },
    /// A check without a number found this.
    Found {
        /// What the check found.
        reported: ReportedStatus,
    },
}

impl MeasuredStatus {
    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::NoEvidence => Two::new("无佐证", "no evidence"),
            Self::Short { .. } => Two::new("未达到", "short of target"),
            Self::Reached { .. } => Two::new("已达到", "target reached"),
            Self::Found { reported } => reported.words(),
        }
    }
}

/// Where the task stands against its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduleStatus {
    /// Nothing filed, checked or measured yet.
    NoEvidence,
    /// The plan asks for nothing before the deadline.
    OutsidePath,
    /// Behind what is due by now.
    Behind,
    /// What is due by now is there.
    OnPath,
    /// Well beyond what is due by now.
    Ahead,
    /// The target is met.
    Met,
    /// The deadline passed and the target is not met.
    Overdue,
    /// Ended by the supervision office without being met.
    Ended,
}

impl ScheduleStatus {
    /// All, most urgent first.
    pub const ALL: [Self; 8] = [
        Self::Overdue,
        Self::Behind,
        Self::NoEvidence,
        Self::OutsidePath,
        Self::OnPath,
        Self::Ahead,
        Self::Met,
        Self::Ended,
    ];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoEvidence => "no-evidence",
            Self::OutsidePath => "outside-path",
            Self::Behind => "behind",
            Self::OnPath => "on-path",
            Self::Ahead => "ahead",
            Self::Met => "met",
            Self::Overdue => "overdue",
            Self::Ended => "ended",
        }
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::NoEvidence => Two::new("无佐证", "no evidence"),
            Self::OutsidePath => Two::new("年度考核", "judged at the deadline"),
            Self::Behind => Two::new("滞后", "behind"),
            Self::OnPath => Two::new("按序时", "on path"),
            Self::Ahead => Two::new("超序时", "ahead"),
            Self::Met => Two::new("已达标", "target met"),
            Self::Overdue => Two::new("逾期", "overdue"),
            Self::Ended => Two::new("已终止", "ended"),
        }
    }
}

/// One light a task. Every light has a word and a sentence beside its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// Overdue or far behind.
    Red,
    /// Behind.
    Yellow,
    /// On path or ahead.
    Green,
    /// Met.
    Blue,
    /// Nothing to judge by.
    Grey,
}

impl Light {
    /// All, most urgent first.
    pub const ALL: [Self; 5] = [Self::Red, Self::Yellow, Self::Grey, Self::Green, Self::Blue];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Grey => "grey",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.name() == name)
    }

    /// For people: 红, 黄, 绿, 蓝, 灰.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Red => Two::new("红", "Red"),
            Self::Yellow => Two::new("黄", "Yellow"),
            Self::Green => Two::new("绿", "Green"),
            Self::Blue => Two::new("蓝", "Blue"),
            Self::Grey => Two::new("灰", "Grey"),
        }
    }
}

/// How the supervision office closes a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The target was met.
    Met,
    /// The target was not met.
    NotMet,
    /// Ended before its time.
    Discontinued,
}

impl Outcome {
    /// All, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Met, Self::NotMet, Self::Discontinued];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not-met",
            Self::Discontinued => "discontinued",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.name() == name)
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Met => Two::new("办结", "closed: met"),
            Self::NotMet => Two::new("未完成", "closed: not met"),
            Self::Discontinued => Two::new("中止", "discontinued"),
        }
    }
}
