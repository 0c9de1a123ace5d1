//! The path to a target: what is due by which day.

use crate::target::Target;
use crate::two::Two;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tingzhou_report::Role;

/// A point of a path: by the end of `on`, `share` of the way is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// The day.
    pub on: Date,
    /// Part of the way, 0 to 1.
    pub share: Decimal,
}

/// How a target is spread over its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Plan {
    /// 序时: month by month in equal parts from the year's start to the deadline (宣城's rule: 25 % after the first quarter, 91.7 % after November).
    Linear,
    /// Compared with the target as it stands, whenever it is read: growth rates.
    AsItStands,
    /// Judged only at the deadline.
    AtDeadline,
    /// Own points, each day after the one before.
    Nodes {
        /// In order of day and share.
        nodes: Vec<Node>,
    },
}

impl Plan {
    /// For people.
    #[must_use]
    pub fn words(&self) -> Two {
        match self {
            Self::Linear => Two::new("按序时均匀推进", "even path, month by month"),
            Self::AsItStands => Two::new("按当期数直接比对", "compared as it stands"),
            Self::AtDeadline => Two::new("到期一次考核", "judged at the deadline"),
            Self::Nodes { .. } => Two::new("按自定节点", "own nodes"),
        }
    }

    /// Part of the way due by the end of `day`, 0 to 1; `None` when the plan asks for nothing before the deadline.
    #[must_use]
    pub fn share_due(&self, year: i16, deadline: Date, day: Date) -> Option<Decimal> {
        if day >= deadline {
            return Some(Decimal::ONE);
        }
        match self {
            Self::AsItStands => Some(Decimal::ONE),
            Self::AtDeadline => None,
            Self::Linear => Some(elapsed_share(year, deadline, day)),
            Self::Nodes { nodes } => {
                let start = Node { on: start_of(year), share: Decimal::ZERO };
                let before = nodes.iter().rev().find(|n| n.on <= day).copied().unwrap_or(start);
                let Some(after) = nodes.iter().find(|n| n.on > day) else { return Some(before.share) };
                let whole = days(before.on, after.on);
                if whole <= 0 {
                    return Some(before.share);
                }
                let part = Decimal::from(days(before.on, day).max(0)) / Decimal::from(whole);
                Some(before.share + (after.share - before.share) * part)
            }
        }
    }
}

fn start_of(year: i16) -> Date {
    date(year.clamp(1, 9999), 1, 1)
}

/// Whole days from one date to the other; negative when `to` comes first.
fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// Months run off from 1 January of `year` to the end of `day`, the current one by its days.
fn months(year: i16, day: Date) -> Decimal {
    let whole = i32::from(day.year() - year) * 12 + i32::from(day.month()) - 1;
    Decimal::from(whole) + Decimal::from(day.day()) / Decimal::from(day.days_in_month())
}

fn elapsed_share(year: i16, deadline: Date, day: Date) -> Decimal {
    let all = months(year, deadline);
    if all <= Decimal::ZERO {
        return Decimal::ONE;
    }
    (months(year, day) / all).clamp(Decimal::ZERO, Decimal::ONE)
}

/// A plan with the reason it was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanChoice {
    /// The plan.
    pub plan: Plan,
    /// Why.
    pub reason: Two,
}

/// Words of things that add up over the year although they are stated as a level: 旅游收入120亿元, 总产量达4万吨.
const FLOWS: [&str; 16] = [
    "收入",
    "总额",
    "产值",
    "增加值",
    "投资",
    "产量",
    "资金",
    "零售额",
    "税收",
    "投入",
    "经费",
    "接待",
    "销售",
    "客流",
    "吞吐量",
    "贷款",
];

/// The plan a target gets until a person chooses another. `subject` is what is counted or measured, as written.
#[must_use]
pub fn choose_plan(target: Option<&Target>, subject: &str) -> PlanChoice {
    let Some(target) = target else {
        return PlanChoice {
            plan: Plan::AtDeadline,
            reason: Two::new("没有数量指标，到期看是否完成", "no number: judged at the deadline"),
        };
    };
    match target.role {
        Role::Change { .. } if target.is_rate() => PlanChoice {
            plan: Plan::AsItStands,
            reason: Two::new("增速类指标，按当期增速直接比对", "a rate of change: compared as it stands"),
        },
        Role::Level { .. }
            if target.is_rate()
                || target.downward()
                || target.baseline.is_some()
                || !FLOWS.iter().any(|word| subject.contains(word)) =>
        {
            PlanChoice {
                plan: Plan::AtDeadline,
                reason: Two::new("水平类指标，到期一次考核", "a level: judged at the deadline"),
            }
        }
        _ => PlanChoice {
            plan: Plan::Linear,
            reason: Two::new("数量类指标，按序时均匀推进", "an amount: an even path, month by month"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elapsed_share_follows_the_months() {
        let check = |month, day, share: &str| {
            let got = Plan::Linear
                .share_due(2025, date(2025, 12, 31), date(2025, month, day))
                .unwrap()
                .round_dp(3)
                .normalize();
            assert_eq!(got.to_string(), share, "{month}-{day}");
        };
        check(3, 31, "0.25");
        check(6, 30, "0.5");
        check(10, 31, "0.833");
        check(11, 30, "0.917");
        check(12, 31, "1");
        check(1, 1, "0.003");
    }

    #[test]
    fn nodes_are_joined_by_straight_lines() {
        let nodes = vec![
            Node { on: date(2025, 6, 30), share: Decimal::new(20, 2) },
            Node { on: date(2025, 12, 31), share: Decimal::ONE },
        ];
        let plan = Plan::Nodes { nodes };
        let check = |month, day, share: &str| {
            let got = plan.share_due(2025, date(2025, 12, 31), date(2025, month, day)).unwrap().round_dp(2);
            assert_eq!(got.normalize().to_string(), share, "{month}-{day}");
        };
        check(1, 1, "0");
        check(6, 30, "0.2");
        check(9, 30, "0.6");
        check(12, 31, "1");
    }
}
