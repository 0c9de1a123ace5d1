//! The ledger: every commitment as a task with a target, a plan and evidence, and how far it has come.
//!
//! Pure. Rules are functions from (state, command, who, now) to events or a refusal ([`decide`]), from (state, event)
//! to state ([`Task::apply`]), and from (state, settings, today) to a [`Judgement`]. Nothing here knows the time of day,
//! opens a file or a socket, or knows how anything is stored or shown.

mod actor;
mod audience;
pub mod bulletin;
mod command;
mod counted_twice;
mod decide;
pub mod decomposition;
mod event;
mod evidence;
mod figure;
mod findings;
pub mod forecast;
mod ids;
mod judge;
mod milestones;
mod money;
mod place;
mod plan;
pub mod project;
mod refusal;
pub mod review;
mod status;
mod subscription;
mod suggest;
mod target;
mod task;
mod text;
mod wording;
pub mod year_end;

pub use actor::{AccountRole, Actor};
pub use audience::Audience;
pub use command::{Assign, Close, Command, Confirmation, File, SetAdjustment};
pub use counted_twice::counted_elsewhere;
pub use decide::decide;
pub use event::Event;
pub use evidence::{Attachment, Basis, Evidence, Period, Source, Withdrawal};
pub use figure::{Figure, base_unit, parse_value, readable};
pub use findings::{
    Across, Dismissal, Finding, FindingCommand, FindingKind, FindingPlace, Said, SaidPart, SaidQuantity, SaidStatement,
    Verdict, YearVerdict, YearsApart, decide_finding, findings, two_years,
};
pub use ids::{
    AccountId, AreaId, CityId, DraftId, EvidenceId, FindingId, IdError, LeaderId, ObjectionId, ProjectId, ReportId,
    SubscriptionId, TaskId, UnitId,
};
pub use judge::{Contradiction, Judgement, Settings, counted_at, judge, path_at, share_reached, value_at};
pub use milestones::{MilestoneStand, Reached, stand};
pub use money::Fen;
pub use place::Point;
pub use plan::{Milestone, Node, Plan, PlanChoice, choose_plan};
pub use refusal::{Refusal, RefusalKind};
pub use status::{Light, MeasuredStatus, Outcome, ReportedStatus, ScheduleStatus};
pub use subscription::{Channel, MOST_SUBSCRIPTIONS, decide_subscribe, decide_unsubscribe};
pub use suggest::{LeadRule, Suggestion, suggest};
pub use target::Target;
pub use task::{Adjustment, Assignment, Closing, Task};
pub use tingzhou_two::Two;
pub use wording::words_of_target;
