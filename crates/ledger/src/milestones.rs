//! Which milestones of a task's plan are reached.

use crate::evidence::Source;
use crate::plan::{Milestone, Plan, weighed};
use crate::task::Task;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A milestone that somebody says is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its name in the plan.
    pub name: String,
    /// Who says so.
    pub source: Source,
    /// The day.
    pub on: Date,
}

/// How a plan of milestones stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MilestoneStand<'a> {
    /// The plan's milestones, in order of day.
    pub plan: &'a [Milestone],
    /// What is said to be reached by that day; one the unit filed and the office checked is there twice.
    pub reached: Vec<Reached>,
    /// The part of the weight reached, 0 to 1, whoever says so.
    pub share: Decimal,
    /// The part of the weight due, 0 to 1.
    pub due: Decimal,
}

impl MilestoneStand<'_> {
    /// Whether anybody says that a milestone is reached.
    #[must_use]
    pub fn has(&self, milestone: &Milestone) -> bool {
        self.reached.iter().any(|reached| reached.name == milestone.name)
    }

    /// How many are reached.
    #[must_use]
    pub fn count(&self) -> usize {
        self.plan.iter().filter(|milestone| self.has(milestone)).count()
    }

    /// The first that is not reached.
    #[must_use]
    pub fn next(&self) -> Option<&Milestone> {
        self.plan.iter().find(|milestone| !self.has(milestone))
    }
}

/// How the plan's milestones stand by the end of `day`; `None` for a plan of another kind.
#[must_use]
pub fn stand(task: &Task, day: Date) -> Option<MilestoneStand<'_>> {
    let Plan::Milestones { milestones: plan } = &task.plan else { return None };
    let said = task.standing_evidence().filter(|evidence| evidence.period.to <= day);
    let named = said.filter_map(|evidence| Some((evidence.milestone.as_ref()?, evidence)));
    // Evidence of a milestone that a later plan does not have says nothing about the plan.
    let own = named.filter(|(name, _)| plan.iter().any(|milestone| &milestone.name == *name));
    let reached: Vec<Reached> = own
        .map(|(name, evidence)| Reached { name: name.clone(), source: evidence.source, on: evidence.period.to })
        .collect();
    let share = weighed(plan, |milestone| reached.iter().any(|reached| reached.name == milestone.name));
    let due = weighed(plan, |milestone| milestone.on <= day);
    Some(MilestoneStand { plan, reached, share, due })
}
