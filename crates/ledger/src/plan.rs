//! The path to a target: what is due by which day.

use crate::Two;
use crate::refusal::Refusal;
use crate::target::Target;
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

/// A stage of the work, with what it weighs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// What is there then; no two of a plan have the same name.
    pub name: String,
    /// By the end of which day.
    pub on: Date,
    /// What it weighs beside the others; above 0, in any unit.
    pub weight: Decimal,
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
    /// 季度节点: what is due by the end of each quarter of the year. Nothing more is due before the next quarter's end.
    Quarters {
        /// Parts of the way, 0 to 1, none smaller than the one before.
        shares: [Decimal; 4],
    },
    /// 月度路径: what is due by the end of each month of the year. Nothing more is due before the next month's end.
    Months {
        /// Parts of the way, 0 to 1, none smaller than the one before.
        shares: Box<[Decimal; 12]>,
    },
    /// 里程碑: each stage is due on its day, and counts by its weight.
    Milestones {
        /// In order of day.
        milestones: Vec<Milestone>,
    },
}

/// Most points or stages a plan may have.
const MOST_POINTS: usize = 60;

/// Longest name of a milestone, in characters.
const LONGEST_NAME: usize = 60;

impl Plan {
    /// For people.
    #[must_use]
    pub fn words(&self) -> Two {
        match self {
            Self::Linear => Two::new("按序时均匀推进", "even path, month by month"),
            Self::AsItStands => Two::new("按当期数直接比对", "compared as it stands"),
            Self::AtDeadline => Two::new("到期一次考核", "judged at the deadline"),
            Self::Nodes { .. } => Two::new("按自定节点", "own nodes"),
            Self::Quarters { .. } => Two::new("按季度节点", "quarter by quarter"),
            Self::Months { .. } => Two::new("按月度路径", "month by month, own shares"),
            Self::Milestones { .. } => Two::new("按里程碑", "by milestones"),
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
            Self::Quarters { shares } => Some(stepped(&shares[..], year, day)),
            Self::Months { shares } => Some(stepped(&shares[..], year, day)),
            Self::Milestones { milestones } => Some(weighed(milestones, |milestone| milestone.on <= day)),
        }
    }
}

impl Plan {
    /// What keeps the plan from being a path to a deadline in or after `year`.
    ///
    /// # Errors
    /// A refusal that says which part does not fit.
    pub fn checked(&self, year: i16, deadline: Date) -> Result<(), Refusal> {
        let refuse = |zh: &str, en: &str| Err(Refusal::invalid("plan-not-a-path", "plan", zh, en));
        let share = |share: &Decimal| (Decimal::ZERO..=Decimal::ONE).contains(share);
        let rising = |shares: &[Decimal]| shares.iter().all(share) && shares.is_sorted();
        let inside = |day: Date| day.year() >= year && day <= deadline;
        match self {
            Self::Linear | Self::AsItStands | Self::AtDeadline => Ok(()),
            Self::Nodes { nodes } => {
                let shares: Vec<Decimal> = nodes.iter().map(|node| node.share).collect();
                let ordered = nodes.is_sorted_by(|one, next| one.on < next.on);
                let fits = (1..=MOST_POINTS).contains(&nodes.len()) && nodes.iter().all(|node| inside(node.on));
                if fits && ordered && rising(&shares) {
                    return Ok(());
                }
                refuse(
                    "节点须按日期先后排列、比例逐步增加（0 到 100%），且不晚于完成时限。",
                    "Nodes must follow each other by day, with growing shares from 0 to 100 %, none after the deadline.",
                )
            }
            Self::Quarters { shares } if rising(shares) => Ok(()),
            Self::Months { shares } if rising(shares.as_slice()) => Ok(()),
            Self::Quarters { .. } | Self::Months { .. } => refuse(
                "各期累计比例须在 0 到 100% 之间，且逐期不减。",
                "The shares are cumulative: from 0 to 100 %, none smaller than the one before.",
            ),
            Self::Milestones { milestones } => {
                let mut names: Vec<&str> = milestones.iter().map(|milestone| milestone.name.as_str()).collect();
                names.sort_unstable();
                let named = names.iter().all(|name| (1..=LONGEST_NAME).contains(&name.trim().chars().count()))
                    && names.windows(2).all(|two| two.first() != two.last());
                let weighs = |weight: Decimal| weight > Decimal::ZERO && weight <= Decimal::from(1_000_000);
                let fits = (1..=MOST_POINTS).contains(&milestones.len())
                    && milestones.is_sorted_by_key(|milestone| milestone.on)
                    && milestones.iter().all(|milestone| inside(milestone.on) && weighs(milestone.weight));
                if fits && named {
                    return Ok(());
                }
                refuse(
                    "里程碑须各有不同的名称（60 字以内）、大于 0 的权重，按日期先后排列，且不晚于完成时限。",
                    "Milestones need names of their own (at most 60 characters) and weights above 0, in the order of \
                     their days, none after the deadline.",
                )
            }
        }
    }
}

/// The part of the weight that milestones of one kind have, 0 to 1.
pub(crate) fn weighed(milestones: &[Milestone], of: impl Fn(&Milestone) -> bool) -> Decimal {
    let weight = |milestones: &mut dyn Iterator<Item = &Milestone>| -> Decimal { milestones.map(|m| m.weight).sum() };
    let own = weight(&mut milestones.iter().filter(|milestone| of(milestone)));
    own.checked_div(weight(&mut milestones.iter())).unwrap_or(Decimal::ZERO)
}

/// The share of the last whole part of the year, which `shares` divides into equal numbers of months.
fn stepped(shares: &[Decimal], year: i16, day: Date) -> Decimal {
    let over = i32::from(day.year() - year) * 12 + i32::from(day.month()) - i32::from(day != day.last_of_month());
    let each = 12 / i32::try_from(shares.len().max(1)).unwrap_or(12);
    let whole = usize::try_from(over / each.max(1)).unwrap_or(0).min(shares.len());
    whole.checked_sub(1).and_then(|last| shares.get(last)).copied().unwrap_or(Decimal::ZERO)
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
    fn quarters_and_months_go_in_steps() {
        let part = |percent: i64| Decimal::new(percent, 2);
        let quarters = Plan::Quarters { shares: [part(20), part(45), part(75), part(100)] };
        let months =
            Plan::Months { shares: Box::new(std::array::from_fn(|month| part(if month < 3 { 0 } else { 50 }))) };
        let check = |plan: &Plan, year, month, day, share: &str| {
            let got = plan.share_due(2025, date(2026, 6, 30), date(year, month, day)).unwrap().normalize();
            assert_eq!(got.to_string(), share, "{year}-{month}-{day}");
        };
        check(&quarters, 2025, 1, 1, "0");
        check(&quarters, 2025, 3, 30, "0");
        check(&quarters, 2025, 3, 31, "0.2");
        check(&quarters, 2025, 6, 29, "0.2");
        check(&quarters, 2025, 6, 30, "0.45");
        check(&quarters, 2025, 12, 31, "1");
        check(&quarters, 2026, 5, 1, "1");
        check(&quarters, 2024, 12, 31, "0");
        check(&months, 2025, 4, 29, "0");
        check(&months, 2025, 4, 30, "0.5");
        check(&months, 2026, 6, 30, "1");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let part = |percent: i64| Decimal::new(percent, 2);
        let stage = |name: &str, month, weight: i64| Milestone {
            name: name.to_owned(),
            on: date(2025, month, 1),
            weight: Decimal::from(weight),
        };
        let check = |plan: Plan, fits: bool| {
            assert_eq!(plan.checked(2025, date(2025, 12, 31)).is_ok(), fits, "{plan:?}");
        };
        check(Plan::Linear, true);
        check(Plan::Quarters { shares: [part(20), part(20), part(75), part(90)] }, true);
        check(Plan::Quarters { shares: [part(20), part(10), part(75), part(100)] }, false);
        check(Plan::Quarters { shares: [part(20), part(30), part(75), part(101)] }, false);
        check(Plan::Months { shares: Box::new([part(-1); 12]) }, false);
        check(Plan::Nodes { nodes: Vec::new() }, false);
        check(Plan::Nodes { nodes: vec![Node { on: date(2026, 1, 1), share: part(10) }] }, false);
        check(Plan::Milestones { milestones: vec![stage("开工", 3, 1), stage("竣工", 9, 2)] }, true);
        check(Plan::Milestones { milestones: vec![stage("开工", 3, 1), stage("开工", 9, 2)] }, false);
        check(Plan::Milestones { milestones: vec![stage("竣工", 9, 2), stage("开工", 3, 1)] }, false);
        check(Plan::Milestones { milestones: vec![stage(" ", 3, 1)] }, false);
        check(Plan::Milestones { milestones: vec![stage("开工", 3, 0)] }, false);
        check(Plan::Milestones { milestones: Vec::new() }, false);
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
