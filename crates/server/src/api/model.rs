//! What the API says. Decimal values are strings, never floating point; every number has its unit, day and source beside it.

use crate::api::problem::Message;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tingzhou_platform::ledger::{self, Basis, Judgement, MeasuredStatus, Target, Two};
use tingzhou_platform::{AdoptedReport, TaskView};
use utoipa::ToSchema;

/// A time as the API writes it: RFC 3339 in China's one legal time, UTC+8 without change since 1991.
pub(crate) fn instant(at: Timestamp) -> String {
    at.display_with_offset(jiff::tz::offset(8)).to_string()
}

pub(crate) fn message(two: &Two) -> Message {
    Message::of(two)
}

/// A list, one page of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// How many there are in all, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<usize>,
    /// Goes on from here; missing on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// A value with its unit.
#[derive(Serialize, ToSchema)]
pub(crate) struct Amount {
    /// Exact decimal.
    pub(crate) value: String,
    /// Its unit; empty for a bare ratio.
    pub(crate) unit: String,
}

/// A value with unit, day and source.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sourced {
    /// Exact decimal.
    value: String,
    /// Its unit.
    unit: String,
    /// The day it speaks of.
    day: String,
    /// filing, check or measure.
    source: String,
}

/// What has to be reached.
#[derive(Serialize, ToSchema)]
pub(crate) struct TargetBody {
    /// Exact decimal.
    value: String,
    /// Its unit.
    unit: String,
    /// =, >=, <=, >, < or ~.
    bound: String,
    /// amount, level or change.
    role: String,
    /// Where it stood before.
    baseline: Option<String>,
    /// For people.
    words: Message,
}

impl TargetBody {
    fn of(target: &Target) -> Self {
        Self {
            value: target.value.normalize().to_string(),
            unit: target.unit.clone(),
            bound: target.bound.sign().to_owned(),
            role: target.role.name().to_owned(),
            baseline: target.baseline.map(|b| b.normalize().to_string()),
            words: message(&ledger::words_of_target(target)),
        }
    }
}

/// A report.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportBody {
    /// Identifier.
    id: String,
    /// The year promised for.
    year: i16,
    /// Title.
    title: String,
    /// SHA-256 of its text.
    sha256: String,
    /// When it was adopted.
    adopted_at: String,
    /// How many statements were read.
    statements: usize,
    /// Areas that hold tasks.
    areas: Vec<Named>,
    /// Livelihood items that hold tasks.
    items: Vec<Numbered>,
    /// Belongs to a simulated city.
    simulated: bool,
}

impl ReportBody {
    pub(crate) fn of(report: &AdoptedReport) -> Self {
        let reading = &report.reading;
        Self {
            id: report.id.to_string(),
            year: report.year,
            title: report.title.clone(),
            sha256: report.sha256.clone(),
            adopted_at: instant(report.adopted_at),
            statements: reading.statements.len(),
            areas: reading.areas.iter().map(|a| Named { id: a.id.to_string(), name: message(&a.name) }).collect(),
            items: reading.items.iter().map(|i| Numbered { no: i.no, title: message(&i.title) }).collect(),
            simulated: report.simulated,
        }
    }
}

/// Something with an identifier and a name.
#[derive(Serialize, ToSchema)]
pub(crate) struct Named {
    /// Identifier.
    pub(crate) id: String,
    /// Name.
    pub(crate) name: Message,
}

/// Something with a number and a title.
#[derive(Serialize, ToSchema)]
pub(crate) struct Numbered {
    /// Number.
    no: u8,
    /// Title.
    title: Message,
}

/// One thing a report says.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatementBody {
    /// Position in the report's reading.
    index: usize,
    /// commitment or result.
    set: String,
    /// Byte offsets into the text as delivered.
    span: [usize; 2],
    /// The words.
    text: String,
    /// Its number.
    quantity: Option<Amount>,
    /// The task it became.
    task: Option<String>,
}

impl StatementBody {
    pub(crate) fn of(report: &AdoptedReport, index: usize, statement: &tingzhou_platform::AdoptedStatement) -> Self {
        let span = statement.span;
        let amount = |q: &tingzhou_platform::AdoptedQuantity| Amount {
            value: q.value.normalize().to_string(),
            unit: q.unit.clone(),
        };
        Self {
            index,
            set: match statement.set {
                tingzhou_platform::report::types::Set::Commitment => "commitment",
                tingzhou_platform::report::types::Set::Result => "result",
            }
            .to_owned(),
            span: [span.start, span.end],
            text: report.text.get(span.start..span.end).unwrap_or_default().to_owned(),
            quantity: statement.quantity.as_ref().map(amount),
            task: statement.task.as_ref().map(ToString::to_string),
        }
    }
}

/// Who answers, or who might.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnsweringBody {
    /// Lead unit.
    lead: String,
    /// Co-units.
    co_units: Vec<String>,
    /// Leading post.
    leader: Option<String>,
    /// Why it is suggested; missing once confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Message>,
    /// When it was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<String>,
}

/// A target adjusted.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdjustmentBody {
    target: TargetBody,
    deadline: String,
    reason: String,
    at: String,
}

/// How a task ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClosingBody {
    /// met, not-met or discontinued.
    outcome: String,
    reason: String,
    at: String,
}

/// How a task stands: three statuses that are never merged, and the light with its sentence.
#[derive(Serialize, ToSchema)]
pub(crate) struct StandingBody {
    /// The day it is judged for.
    day: String,
    /// red, yellow, green, blue or grey.
    light: String,
    /// The light in words.
    sentence: Message,
    /// What the unit says; missing when it has said nothing.
    reported: Option<String>,
    /// The value as filed.
    reported_value: Option<Sourced>,
    /// no-evidence, short, reached or found.
    measured: String,
    /// Where it stands against its plan.
    schedule: String,
    /// The value the schedule is judged by.
    latest: Option<Sourced>,
    /// What is due by the day of that value.
    due: Option<Amount>,
    /// What contradicts what.
    contradictions: Vec<ContradictionBody>,
}

/// Two columns that cannot both be right.
#[derive(Serialize, ToSchema)]
pub(crate) struct ContradictionBody {
    code: String,
    sentence: Message,
}

impl StandingBody {
    fn of(judgement: &Judgement, unit: &str) -> Self {
        let sourced = |value: Decimal, day: String, source: ledger::Source| Sourced {
            value: value.normalize().to_string(),
            unit: unit.to_owned(),
            day,
            source: source.name().to_owned(),
        };
        let measured = match judgement.measured {
            MeasuredStatus::NoEvidence => "no-evidence",
            MeasuredStatus::Short { .. } => "short",
            MeasuredStatus::Reached { .. } => "reached",
            MeasuredStatus::Found { .. } => "found",
        };
        Self {
            day: judgement.day.to_string(),
            light: judgement.light.name().to_owned(),
            sentence: message(&judgement.sentence),
            reported: judgement.reported.map(|r| r.name().to_owned()),
            reported_value: judgement
                .reported_value
                .map(|(value, day)| sourced(value, day.to_string(), ledger::Source::Filing)),
            measured: measured.to_owned(),
            schedule: judgement.schedule.name().to_owned(),
            latest: judgement
                .latest
                .zip(judgement.latest_source)
                .map(|(value, (source, day))| sourced(value, day.to_string(), source)),
            due: judgement.due.map(|d| Amount { value: d.normalize().to_string(), unit: unit.to_owned() }),
            contradictions: judgement
                .contradictions
                .iter()
                .map(|c| ContradictionBody { code: c.code.to_owned(), sentence: message(&c.sentence) })
                .collect(),
        }
    }
}

/// Where a task leads.
#[derive(Serialize, ToSchema)]
pub(crate) struct ForecastBody {
    /// What is expected, or why nothing is forecast.
    sentence: Message,
    /// The most likely value at the deadline; missing when nothing is forecast.
    value: Option<Amount>,
    /// Nine times out of ten not lower than this.
    low: Option<Amount>,
    /// Nine times out of ten not higher than this.
    high: Option<Amount>,
    /// How likely the target is met, 0 to 1.
    probability: Option<String>,
}

impl ForecastBody {
    fn of(view: &TaskView) -> Self {
        let outlook = ledger::forecast::outlook(&view.task, view.judgement.day);
        let unit = view.task.target_now().map(|target| target.unit.clone()).unwrap_or_default();
        let amount = |value: rust_decimal::Decimal| Amount { value: value.normalize().to_string(), unit: unit.clone() };
        let expected = match &outlook {
            ledger::forecast::Outlook::Expected(expected) => Some(expected),
            _ => None,
        };
        Self {
            sentence: message(outlook.sentence()),
            value: expected.map(|e| amount(e.value)),
            low: expected.map(|e| amount(e.low)),
            high: expected.map(|e| amount(e.high)),
            probability: expected.map(|e| e.probability.to_string()),
        }
    }
}

/// A task with how it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskBody {
    /// Identifier.
    id: String,
    /// The report it was adopted from.
    report: String,
    /// The year promised for.
    year: i16,
    /// Goes up with everything that happens to it; its ETag is `"v` version `-` day `"`.
    version: u64,
    /// Short.
    title: String,
    /// The sentence of the report.
    sentence: String,
    /// Byte offsets into the report's text.
    span: [usize; 2],
    /// Area.
    area: String,
    /// Livelihood item.
    item: Option<u8>,
    /// As adopted; never changes.
    target: Option<TargetBody>,
    /// What has to be reached now.
    target_now: Option<TargetBody>,
    /// As adopted; never changes.
    deadline: String,
    /// By when now.
    deadline_now: String,
    /// Changes of the target, oldest first.
    adjustments: Vec<AdjustmentBody>,
    /// The plan in words.
    plan: Message,
    /// The plan as data: its kind (linear, as-it-stands, at-deadline, nodes, quarters, months, milestones) with its shares
    /// from 0 to 1, its nodes or its milestones with days and weights.
    path: serde_json::Value,
    /// Why this plan.
    plan_reason: Message,
    /// Who answers, once confirmed.
    assignment: Option<AnsweringBody>,
    /// Who might, until then.
    suggestion: Option<AnsweringBody>,
    /// How it ended.
    closing: Option<ClosingBody>,
    /// How it stands.
    standing: StandingBody,
    /// Where it leads; it changes no status and no light.
    forecast: ForecastBody,
    /// Belongs to a simulated city.
    simulated: bool,
}

impl TaskBody {
    pub(crate) fn of(view: &TaskView) -> Self {
        let task = &view.task;
        let assignment = task.assignment.as_ref().map(|a| AnsweringBody {
            lead: a.lead.to_string(),
            co_units: a.co_units.iter().map(ToString::to_string).collect(),
            leader: a.leader.as_ref().map(ToString::to_string),
            reason: None,
            confirmed_at: Some(instant(a.at)),
        });
        let suggestion = task.suggestion.as_ref().filter(|_| assignment.is_none()).map(|s| AnsweringBody {
            lead: s.lead.to_string(),
            co_units: s.co_units.iter().map(ToString::to_string).collect(),
            leader: s.leader.as_ref().map(ToString::to_string),
            reason: Some(message(&s.reason)),
            confirmed_at: None,
        });
        let adjustment = |a: &ledger::Adjustment| AdjustmentBody {
            target: TargetBody::of(&a.target),
            deadline: a.deadline.to_string(),
            reason: a.reason.clone(),
            at: instant(a.at),
        };
        Self {
            id: task.id.to_string(),
            report: task.report.to_string(),
            year: task.year,
            version: task.version,
            title: task.title.clone(),
            sentence: task.sentence.clone(),
            span: [task.span.start, task.span.end],
            area: task.area.to_string(),
            item: task.item,
            target: task.target.as_ref().map(TargetBody::of),
            target_now: task.target_now().map(TargetBody::of),
            deadline: task.deadline.to_string(),
            deadline_now: task.deadline_now().to_string(),
            adjustments: task.adjustments.iter().map(adjustment).collect(),
            plan: message(&task.plan.words()),
            // A plan is names, days and decimals, which always serialize.
            path: serde_json::to_value(&task.plan).unwrap_or_default(),
            plan_reason: message(&task.plan_reason),
            assignment,
            suggestion,
            closing: task.closing.as_ref().map(|c| ClosingBody {
                outcome: c.outcome.name().to_owned(),
                reason: c.reason.clone(),
                at: instant(c.at),
            }),
            forecast: ForecastBody::of(view),
            standing: StandingBody::of(&view.judgement, task.target_now().map_or("", |t| t.unit.as_str())),
            simulated: task.simulated,
        }
    }
}

/// A file with evidence. Its content is for the supervision office and the units of the task.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttachmentBody {
    sha256: String,
    name: String,
    size: u64,
    media_type: String,
}

/// One dated reading.
#[derive(Serialize, ToSchema)]
pub(crate) struct EvidenceBody {
    /// Identifier.
    id: String,
    /// filing, check or measure.
    source: String,
    /// The reading with its unit; missing for a task without a number.
    amount: Option<Amount>,
    /// cumulative or period.
    basis: String,
    /// First day it speaks of.
    from: String,
    /// Last day it speaks of.
    to: String,
    place: String,
    /// Longitude and latitude, WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<[f64; 2]>,
    note: String,
    /// What the filer says of the task.
    reported: String,
    /// The plan's milestone that was reached on the last day.
    milestone: Option<String>,
    /// The unit that filed; missing for the supervision office.
    unit: Option<String>,
    /// When it was filed.
    at: String,
    attachments: Vec<AttachmentBody>,
    simulated: bool,
    /// When and why it was taken back.
    withdrawn: Option<WithdrawalBody>,
}

/// Taken back.
#[derive(Serialize, ToSchema)]
pub(crate) struct WithdrawalBody {
    at: String,
    reason: String,
}

impl EvidenceBody {
    pub(crate) fn of(view: &TaskView, evidence: &ledger::Evidence) -> Self {
        let unit = view.task.target_now().map(|t| t.unit.clone()).unwrap_or_default();
        let attachment = |a: &ledger::Attachment| AttachmentBody {
            sha256: a.sha256.clone(),
            name: a.name.clone(),
            size: a.size,
            media_type: a.media_type.clone(),
        };
        Self {
            id: evidence.id.to_string(),
            source: evidence.source.name().to_owned(),
            amount: evidence.value.map(|v| Amount { value: v.normalize().to_string(), unit }),
            basis: if evidence.basis == Basis::Cumulative { "cumulative" } else { "period" }.to_owned(),
            from: evidence.period.from.to_string(),
            to: evidence.period.to.to_string(),
            place: evidence.place.clone(),
            point: evidence.point.map(|p| [p.longitude(), p.latitude()]),
            note: evidence.note.clone(),
            reported: evidence.reported.name().to_owned(),
            milestone: evidence.milestone.clone(),
            unit: evidence.unit.as_ref().map(ToString::to_string),
            at: instant(evidence.at),
            attachments: evidence.attachments.iter().map(attachment).collect(),
            simulated: evidence.simulated,
            withdrawn: evidence
                .withdrawn
                .as_ref()
                .map(|w| WithdrawalBody { at: instant(w.at), reason: w.reason.clone() }),
        }
    }
}

/// Evidence to file. A unit files; the supervision office enters a check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEvidence {
    /// filing, check or measure; what the account may do when not given.
    #[serde(default)]
    pub(crate) source: String,
    /// Exact decimal as a string; left out for a task without a number.
    #[serde(default)]
    pub(crate) value: Option<String>,
    /// Its unit, with 千, 万 or 亿 before it if need be; empty for the target's.
    #[serde(default)]
    pub(crate) unit: String,
    /// cumulative (when not given) or period.
    #[serde(default)]
    pub(crate) basis: String,
    /// First day it speaks of; the year's first when not given.
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// Last day it speaks of.
    pub(crate) to: String,
    #[serde(default)]
    pub(crate) place: String,
    /// Longitude and latitude, WGS-84.
    #[serde(default)]
    pub(crate) point: Option<[f64; 2]>,
    #[serde(default)]
    pub(crate) note: String,
    /// not-started, under-way, blocked or done.
    pub(crate) reported: String,
    /// Oddities looked at and meant, by the codes the refusals gave.
    #[serde(default)]
    pub(crate) confirmed: Vec<String>,
    /// Comes from a simulated city.
    #[serde(default)]
    pub(crate) simulated: bool,
    /// The name of the plan's milestone that was reached on the period's last day.
    #[serde(default)]
    pub(crate) milestone: Option<String>,
}
