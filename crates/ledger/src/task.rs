//! A task and how events change it.

use crate::Two;
use crate::event::Event;
use crate::evidence::Evidence;
use crate::ids::{AccountId, AreaId, LeaderId, ReportId, TaskId, UnitId};
use crate::plan::Plan;
use crate::status::Outcome;
use crate::suggest::Suggestion;
use crate::target::Target;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use tingzhou_report::Span;

/// Who answers for a task, as confirmed by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Lead unit (牵头单位).
    pub lead: UnitId,
    /// Co-units (配合单位).
    pub co_units: Vec<UnitId>,
    /// The leading post that answers for it.
    pub leader: Option<LeaderId>,
    /// Who confirmed it.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// A dated change of what has to be reached. The target as adopted stays beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// What has to be reached from now on.
    pub target: Target,
    /// By when.
    pub deadline: Date,
    /// Why, and by whose decision.
    pub reason: String,
    /// Who entered it.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// How.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// A commitment under supervision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Unique within the city.
    pub id: TaskId,
    /// The report it was adopted from.
    pub report: ReportId,
    /// The year promised for.
    pub year: i16,
    /// Position of its statement in the report's reading.
    pub statement: u32,
    /// The statement's place in the report's text.
    pub span: Span,
    /// The sentence around it, as delivered, white space folded.
    pub sentence: String,
    /// What is to be done, short.
    pub title: String,
    /// Field of work.
    pub area: AreaId,
    /// Number of the livelihood item it belongs to, when it does.
    pub item: Option<u8>,
    /// The number as adopted; never changes.
    pub target: Option<Target>,
    /// By when, as adopted; never changes.
    pub deadline: Date,
    /// Path.
    pub plan: Plan,
    /// Why this path.
    pub plan_reason: Two,
    /// Who might lead, and why.
    pub suggestion: Option<Suggestion>,
    /// Who answers, once confirmed.
    pub assignment: Option<Assignment>,
    /// Changes of the target, oldest first.
    pub adjustments: Vec<Adjustment>,
    /// How it ended.
    pub closing: Option<Closing>,
    /// How many events it has seen; every command names the one it was based on.
    pub version: u64,
    /// Belongs to a simulated city.
    pub simulated: bool,
    /// Evidence, oldest first. Kept in rows of its own.
    #[serde(skip)]
    pub evidence: Vec<Evidence>,
}

impl Task {
    /// What has to be reached now: the last adjustment, or the target as adopted.
    #[must_use]
    pub fn target_now(&self) -> Option<&Target> {
        self.adjustments.last().map(|a| &a.target).or(self.target.as_ref())
    }

    /// By when now.
    #[must_use]
    pub fn deadline_now(&self) -> Date {
        self.adjustments.last().map_or(self.deadline, |a| a.deadline)
    }

    /// Evidence that counts.
    pub fn standing_evidence(&self) -> impl DoubleEndedIterator<Item = &Evidence> {
        self.evidence.iter().filter(|e| e.withdrawn.is_none())
    }

    /// Whether a unit leads or helps.
    #[must_use]
    pub fn involves(&self, unit: &UnitId) -> bool {
        self.assignment.as_ref().is_some_and(|a| &a.lead == unit || a.co_units.contains(unit))
    }

    /// The state after an event. Events of other tasks are not given to it.
    #[must_use]
    pub fn apply(mut self, event: &Event) -> Self {
        match event {
            Event::ReportAdopted { .. }
            | Event::AccountCreated { .. }
            | Event::CityFounded { .. }
            | Event::FindingDismissed { .. }
            | Event::FindingRestored { .. }
            | Event::BulletinIssued { .. }
            | Event::YearEndPublished { .. }
            | Event::ObjectionFiled { .. }
            | Event::ObjectionAnswered { .. }
            | Event::BallotOpened { .. }
            | Event::BallotCast { .. }
            | Event::SubscriptionAdded { .. }
            | Event::SubscriptionRemoved { .. }
            | Event::BallotClosed { .. }
            | Event::ReviewStarted { .. }
            | Event::ReviewDecided { .. }
            | Event::ReviewUndone { .. }
            | Event::ReviewReread { .. }
            | Event::ReviewDiscarded { .. }
            | Event::ReviewAdopted { .. } => return self,
            Event::TaskOpened { task } => self = (**task).clone(),
            Event::TaskAssigned { assignment, plan, plan_reason } => {
                self.assignment = Some(assignment.clone());
                if let Some(plan) = plan {
                    self.plan = plan.clone();
                    self.plan_reason = plan_reason.clone();
                }
            }
            Event::EvidenceFiled { evidence } => self.evidence.push(evidence.clone()),
            Event::EvidenceWithdrawn { evidence, withdrawal } => {
                if let Some(row) = self.evidence.iter_mut().find(|row| &row.id == evidence) {
                    row.withdrawn = Some(withdrawal.clone());
                }
            }
            Event::TargetAdjusted { adjustment } => self.adjustments.push(adjustment.clone()),
            Event::TaskClosed { closing } => self.closing = Some(closing.clone()),
            Event::TaskReopened { .. } => self.closing = None,
        }
        self.version += 1;
        self
    }
}
