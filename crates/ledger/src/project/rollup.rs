//! What the key projects come to, and which tasks that measures.

use super::{Project, Stage, months_reported};
use crate::Two;
use crate::money::Fen;
use crate::refusal::Refusal;
use crate::task::Task;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What of the projects is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollUp {
    /// Projects that have begun: 实施, 开工.
    Begun,
    /// Projects that are completed: 竣工, 建成.
    Completed,
    /// Money paid this year: 完成投资.
    Paid,
}

impl RollUp {
    /// All.
    pub const ALL: [Self; 3] = [Self::Begun, Self::Completed, Self::Paid];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Completed => "completed",
            Self::Paid => "paid",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.name() == name)
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Begun => Two::new("已开工项目数", "projects begun"),
            Self::Completed => Two::new("已竣工项目数", "projects completed"),
            Self::Paid => Two::new("本年完成投资", "paid this year"),
        }
    }
}

/// How a task is measured by the key projects of its year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollUpRule {
    /// What is counted.
    pub what: RollUp,
    /// Only projects of this category; empty for all.
    pub category: String,
}

/// Whether a task can be measured by it: money in 元, counts in anything else.
///
/// # Errors
/// [`Refusal`] when the task has no number, or one of another sort.
pub fn check_rule(task: &Task, rule: &RollUpRule) -> Result<(), Refusal> {
    let Some(target) = task.target_now() else {
        return Err(Refusal::state(
            "no-number",
            "这个任务没有数量指标，不能由重点项目汇总。",
            "This task has no number; key projects cannot be rolled up into it.",
        ));
    };
    let money = target.unit == "元";
    if money == (rule.what == RollUp::Paid) && !target.is_rate() {
        return Ok(());
    }
    Err(Refusal::invalid(
        "other-unit",
        "what",
        format!("任务的单位是“{}”，与“{}”不同；请改选。", target.unit, rule.what.words().zh),
        format!("The task counts “{}”, not {}; choose another.", target.unit, rule.what.words().en),
    ))
}

/// The value a task is measured at, in its base unit (项 or 元), and how many projects are in it.
#[must_use]
pub fn roll_up<'a>(rule: &RollUpRule, projects: impl Iterator<Item = &'a Project>) -> (Decimal, usize) {
    let mine = projects.filter(|p| p.dropped.is_none());
    let mine: Vec<&Project> =
        mine.filter(|p| rule.category.is_empty() || p.details.category == rule.category).collect();
    let count = |from: Stage| Decimal::from(mine.iter().filter(|p| p.stage() >= from).count());
    let value = match rule.what {
        RollUp::Begun => count(Stage::Started),
        RollUp::Completed => count(Stage::Completed),
        RollUp::Paid => mine.iter().map(|p| p.paid()).sum::<Fen>().yuan(),
    };
    (value, mine.len())
}

/// What a list of projects comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Projects on the list.
    pub count: usize,
    /// How many are in each stage, in the order of the work.
    pub stages: [usize; 6],
    /// Total investment.
    pub total: Fen,
    /// Planned for the year.
    pub planned: Fen,
    /// Planned until the end of the last month that should be reported.
    pub due: Fen,
    /// Months that should be reported.
    pub months: u8,
    /// Paid this year.
    pub paid: Fen,
    /// Planned, month by month.
    pub plan: [Fen; 12],
    /// Paid, month by month.
    pub spent: [Fen; 12],
    /// Projects that are behind their plan.
    pub behind: usize,
    /// Obstacles that stand.
    pub obstacles: usize,
}

/// What projects of a year come to on a day; those dropped are left out.
#[must_use]
pub fn summary<'a>(year: i16, projects: impl Iterator<Item = &'a Project>, today: Date) -> Summary {
    let mut sum = Summary { months: months_reported(year, today), ..Summary::default() };
    for project in projects.filter(|p| p.dropped.is_none()) {
        sum.count += 1;
        if let Some(stage) = sum.stages.get_mut(project.stage() as usize) {
            *stage += 1;
        }
        sum.total = sum.total.plus(project.details.total);
        sum.planned = sum.planned.plus(project.planned());
        sum.due = sum.due.plus(project.planned_until(sum.months));
        sum.paid = sum.paid.plus(project.paid());
        for (month, (plan, spent)) in sum.plan.iter_mut().zip(&mut sum.spent).enumerate() {
            *plan = plan.plus(project.details.plan.get(month).copied().unwrap_or_default());
            *spent = spent.plus(project.spent.get(month).copied().flatten().unwrap_or_default());
        }
        sum.behind += usize::from(project.behind(today) == Some(true));
        sum.obstacles += project.standing_obstacles().count();
    }
    sum
}
