//! What happened. Events are the log; they are written once and never changed.

use crate::Two;
use crate::actor::AccountRole;
use crate::audience::Audience;
use crate::bulletin::BulletinPeriod;
use crate::evidence::{Evidence, Withdrawal};
use crate::ids::{
    AccountId, CityId, DraftId, EvidenceId, FindingId, LeaderId, ObjectionId, ReportId, SubscriptionId, TaskId, UnitId,
};
use crate::plan::Plan;
use crate::review::{Decision, Remaining};
use crate::subscription::Channel;
use crate::task::{Adjustment, Assignment, Closing, Task};
use crate::year_end::ItemTally;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Something that happened, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// A city was set up.
    CityFounded {
        /// The city.
        city: CityId,
        /// Its name.
        name: String,
    },
    /// Someone can sign in from now on.
    AccountCreated {
        /// The account.
        account: AccountId,
        /// What it may do.
        role: AccountRole,
        /// The unit it files for.
        unit: Option<UnitId>,
        /// The leading post it acts for. Not written where there is none, so that older events read the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<LeaderId>,
    },
    /// What an audience is told is sent to an address, too. The address can be deleted, so it is not in the log.
    SubscriptionAdded {
        /// The subscription.
        subscription: SubscriptionId,
        /// Whose notices.
        audience: Audience,
        /// How they are sent.
        channel: Channel,
    },
    /// An address is no longer sent to; it was deleted.
    SubscriptionRemoved {
        /// The subscription.
        subscription: SubscriptionId,
    },
    /// A person adopted a report.
    ReportAdopted {
        /// The report.
        report: ReportId,
        /// Its title.
        title: String,
        /// The year promised for.
        year: i16,
        /// SHA-256 of the text as delivered.
        sha256: String,
        /// How many statements were read.
        statements: u32,
        /// How many tasks were opened.
        tasks: u32,
    },
    /// A finding of a report was looked at and set aside.
    FindingDismissed {
        /// The report.
        report: ReportId,
        /// Which finding.
        finding: FindingId,
        /// Why nothing is wrong.
        reason: String,
    },
    /// A finding set aside was taken up again.
    FindingRestored {
        /// The report.
        report: ReportId,
        /// Which finding.
        finding: FindingId,
    },
    /// A bulletin was issued; it no longer changes.
    BulletinIssued {
        /// The time it speaks of.
        period: BulletinPeriod,
        /// Its title.
        title: String,
        /// What was filed after this day is not in it.
        filed_by: Date,
        /// SHA-256 of its content as stored.
        sha256: String,
    },
    /// What the year's end says of a report's tasks was published.
    YearEndPublished {
        /// The report.
        report: ReportId,
        /// The day it speaks of.
        day: Date,
        /// The last day objections are taken.
        objections_until: Date,
        /// SHA-256 of its content as stored.
        sha256: String,
    },
    /// Somebody objected to what is said of a task.
    ObjectionFiled {
        /// Which objection.
        objection: ObjectionId,
        /// The task.
        task: TaskId,
        /// What it says.
        text: String,
    },
    /// The supervision office answered an objection.
    ObjectionAnswered {
        /// Which objection.
        objection: ObjectionId,
        /// What it says.
        answer: String,
    },
    /// The deputies' vote on a report's livelihood items began.
    BallotOpened {
        /// The report.
        report: ReportId,
        /// How many codes were given out.
        codes: u32,
    },
    /// A ballot was counted. What it said and which code it came with is not told.
    BallotCast {
        /// The report.
        report: ReportId,
    },
    /// The vote is over.
    BallotClosed {
        /// The report.
        report: ReportId,
        /// How the deputies voted.
        tally: Vec<ItemTally>,
    },
    /// A document came under review.
    ReviewStarted {
        /// The draft.
        draft: DraftId,
        /// The title found.
        title: String,
        /// The year promised for.
        year: i16,
        /// SHA-256 of the text as delivered.
        sha256: String,
        /// How many statements are proposed.
        statements: u32,
    },
    /// The reviewer decided.
    ReviewDecided {
        /// The decision's number in the draft.
        number: u64,
        /// What.
        what: Box<Decision>,
    },
    /// The reviewer took a decision back.
    ReviewUndone {
        /// The decision's number in the draft.
        number: u64,
    },
    /// The text of a draft was read again, and the newer reading differs.
    ReviewReread {
        /// Proposed for the first time.
        new: u32,
        /// No longer proposed.
        gone: u32,
        /// Read otherwise.
        changed: u32,
        /// Decisions kept.
        kept: u32,
    },
    /// A draft was given up.
    ReviewDiscarded {
        /// Why; may be empty.
        reason: String,
    },
    /// A draft was adopted; [`Event::ReportAdopted`] follows.
    ReviewAdopted {
        /// As this report.
        report: ReportId,
        /// What became of those nobody decided.
        remaining: Remaining,
        /// How many these were.
        undecided: u32,
    },
    /// A commitment came under supervision.
    TaskOpened {
        /// As adopted.
        task: Box<Task>,
    },
    /// A person confirmed who answers for it, and perhaps another path.
    TaskAssigned {
        /// Who answers.
        assignment: Assignment,
        /// Another path than before.
        plan: Option<Plan>,
        /// Why this path.
        plan_reason: Two,
    },
    /// Evidence came in.
    EvidenceFiled {
        /// The reading.
        evidence: Evidence,
    },
    /// Evidence was taken back.
    EvidenceWithdrawn {
        /// Which.
        evidence: EvidenceId,
        /// By whom and why.
        withdrawal: Withdrawal,
    },
    /// The target was adjusted; the one as adopted stays.
    TargetAdjusted {
        /// The change.
        adjustment: Adjustment,
    },
    /// The task ended.
    TaskClosed {
        /// How.
        closing: Closing,
    },
    /// The task goes on after all.
    TaskReopened {
        /// Why.
        reason: String,
    },
}

impl Event {
    /// The kind, as it stands in the log's own column.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CityFounded { .. } => "city-founded",
            Self::AccountCreated { .. } => "account-created",
            Self::SubscriptionAdded { .. } => "subscription-added",
            Self::SubscriptionRemoved { .. } => "subscription-removed",
            Self::ReportAdopted { .. } => "report-adopted",
            Self::FindingDismissed { .. } => "finding-dismissed",
            Self::FindingRestored { .. } => "finding-restored",
            Self::BulletinIssued { .. } => "bulletin-issued",
            Self::YearEndPublished { .. } => "year-end-published",
            Self::ObjectionFiled { .. } => "objection-filed",
            Self::ObjectionAnswered { .. } => "objection-answered",
            Self::BallotOpened { .. } => "ballot-opened",
            Self::BallotCast { .. } => "ballot-cast",
            Self::BallotClosed { .. } => "ballot-closed",
            Self::ReviewStarted { .. } => "review-started",
            Self::ReviewDecided { .. } => "review-decided",
            Self::ReviewUndone { .. } => "review-undone",
            Self::ReviewReread { .. } => "review-reread",
            Self::ReviewDiscarded { .. } => "review-discarded",
            Self::ReviewAdopted { .. } => "review-adopted",
            Self::TaskOpened { .. } => "task-opened",
            Self::TaskAssigned { .. } => "task-assigned",
            Self::EvidenceFiled { .. } => "evidence-filed",
            Self::EvidenceWithdrawn { .. } => "evidence-withdrawn",
            Self::TargetAdjusted { .. } => "target-adjusted",
            Self::TaskClosed { .. } => "task-closed",
            Self::TaskReopened { .. } => "task-reopened",
        }
    }
}
