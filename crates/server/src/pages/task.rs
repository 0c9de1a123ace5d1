//! One task: what was said, what has to be reached, how far it has come by three accounts, and the evidence.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::encoded;
use crate::pages::cases::{CaseRefused, done_words};
use crate::pages::measures::task::{Measured, choices};
use crate::pages::task_forms::{Choice, Forms};
use crate::pages::{PageResult, page, page_with};
use crate::view::{CaseLine, EvidenceRow, Look, Part, PlotTable, TaskRow, part_of_report};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use std::sync::Arc;
use tingzhou_platform::ledger::forecast::outlook;
use tingzhou_platform::ledger::{MeasuredStatus, Milestone, Source, TaskId, stand, words_of_target};
use tingzhou_platform::{AdoptedReport, TaskView};

/// A target adjusted.
struct AdjustmentRow {
    words: String,
    deadline: String,
    reason: String,
    by: String,
    at: String,
}

/// Who answers for the task.
struct Answering {
    confirmed: bool,
    lead: String,
    co_units: String,
    leader: String,
    reason: String,
    by: String,
    at: String,
}

struct ClosingRow {
    words: String,
    reason: String,
    by: String,
    at: String,
}

struct HistoryRow {
    seq: i64,
    at: String,
    actor: String,
    words: String,
}

/// A milestone of the plan, with who says it is reached and when.
struct MilestoneRow {
    name: String,
    on: String,
    weight: String,
    reached: String,
}

fn milestones(look: &Look<'_>, view: &TaskView) -> Vec<MilestoneRow> {
    let Some(stand) = stand(&view.task, view.judgement.day) else { return Vec::new() };
    let row = |milestone: &Milestone| {
        let own = stand.reached.iter().filter(|reached| reached.name == milestone.name);
        let said: Vec<String> =
            own.map(|reached| format!("{} · {}", reached.on, look.source(reached.source))).collect();
        MilestoneRow {
            name: milestone.name.clone(),
            on: milestone.on.to_string(),
            weight: milestone.weight.normalize().to_string(),
            reached: said.join("；"),
        }
    };
    stand.plan.iter().map(row).collect()
}

/// A task as its page shows it.
struct Detail {
    row: TaskRow,
    year: i16,
    item_title: String,
    headings: Vec<String>,
    context: Vec<Part>,
    report_title: String,
    anchor: String,
    target_adopted: String,
    baseline: String,
    adopted_deadline: String,
    adjustments: Vec<AdjustmentRow>,
    plan: String,
    plan_reason: String,
    milestones: Vec<MilestoneRow>,
    answering: Option<Answering>,
    reported_value: String,
    measured_value: String,
    due: String,
    /// Where it leads, or why that cannot be said.
    outlook: String,
    closing: Option<ClosingRow>,
    evidence: Vec<EvidenceRow>,
    /// Page and paragraph of the document as delivered.
    page: Option<u32>,
    paragraph: Option<u32>,
    /// Tasks that follow the other numbers of the same action item: id and title.
    siblings: Vec<(String, String)>,
    /// Terms of the sentence that the report explains.
    terms: Vec<(String, String)>,
    /// Findings of the report about it, for those who are signed in: address and sentence.
    findings: Vec<(String, String)>,
}

/// Tasks that follow the other numbers of the task's action item, in the report's order.
fn siblings(ctx: &Ctx, report: &AdoptedReport, statement: usize) -> Vec<(String, String)> {
    let others = report.reading.same_item(statement).into_iter();
    let tasks = others.filter_map(|index| report.reading.statements.get(index)?.task.as_ref());
    tasks.filter_map(|id| ctx.snapshot.task(id)).map(|v| (v.task.id.to_string(), v.task.title.clone())).collect()
}

/// What the report explains of the words in the statement's sentence.
fn terms(report: &AdoptedReport, statement: usize) -> Vec<(String, String)> {
    let Some(own) = report.reading.statements.get(statement) else { return Vec::new() };
    let used = report.reading.terms_within(own.sentence);
    used.map(|term| (term.term.clone(), term.explanation.clone())).collect()
}

/// Findings about the task that nobody has set aside, those to look at first.
fn findings(ctx: &Ctx, report: &AdoptedReport, task: &TaskId) -> Vec<(String, String)> {
    if ctx.actor().is_none() {
        return Vec::new();
    }
    let open = ctx.snapshot.findings_about(report, task).filter(|view| view.dismissal.is_none());
    let mut found: Vec<_> = open.map(|view| view.finding).collect();
    found.sort_by_key(|finding| !finding.verdict.asks());
    let line = |finding: &tingzhou_platform::ledger::Finding| {
        let address = format!("/findings?report={}&show=all#f-{}", report.id, finding.id);
        (address, ctx.lang.of(&finding.sentence).to_owned())
    };
    found.into_iter().map(line).collect()
}

impl Detail {
    /// The newest evidence that counts.
    fn latest(&self) -> Option<&EvidenceRow> {
        self.evidence.iter().find(|e| e.withdrawn.is_none())
    }
}

#[derive(Template)]
#[template(path = "task.html")]
struct TaskPage {
    c: Chrome,
    d: Detail,
    plot: Option<PlotTable>,
    history: Vec<HistoryRow>,
    forms: Forms,
    notice: Option<&'static str>,
    can_open_files: bool,
    /// Its dispatch, for those who take part.
    case: Option<CaseLine>,
    /// The reader can send it to its units.
    dispatchable: bool,
    refused: CaseRefused,
    /// What measures it.
    measured: Option<Measured>,
    /// Measures the office can choose.
    measures: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "aside.html")]
struct Aside {
    c: Chrome,
    d: Detail,
}

pub(super) fn find(ctx: &Ctx, id: &str) -> Result<Arc<TaskView>, Answer> {
    let id = TaskId::new(id)?;
    ctx.snapshot.task(&id).cloned().ok_or_else(Answer::not_found)
}

fn detail(ctx: &Ctx, view: &TaskView) -> Detail {
    let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
    let (task, judgement, lang) = (&view.task, &view.judgement, ctx.lang);
    let clock = ctx.platform().clock();
    let report = ctx.snapshot.report(Some(&task.report));
    let (headings, context) = report.map_or_else(Default::default, |r| part_of_report(r, &ctx.state.blocks(r), task));
    let newest = ctx.snapshot.report(None).is_some_and(|r| r.id == task.report);
    let query = if newest { String::new() } else { format!("?report={}", task.report) };
    let unit = task.target_now().map_or("", |t| t.unit.as_str());
    let measured_value = match judgement.measured {
        MeasuredStatus::Short { value } | MeasuredStatus::Reached { value } => {
            // The last reading of a check or measure says from which day and source the value is.
            let latest = task
                .standing_evidence()
                .filter(|e| e.source != Source::Filing && e.period.to <= judgement.day)
                .max_by_key(|e| (e.period.to, e.at));
            let where_from =
                latest.map(|e| format!(" · {} · {}", e.period.to, look.source(e.source))).unwrap_or_default();
            format!("{}{where_from}", look.figure(value, unit))
        }
        MeasuredStatus::NoEvidence | MeasuredStatus::Found { .. } => String::new(),
    };
    let mut evidence: Vec<EvidenceRow> =
        task.evidence.iter().map(|e| EvidenceRow::of(&look, view, e, ctx.actor())).collect();
    evidence.reverse();
    let statement = usize::try_from(task.statement).unwrap_or(usize::MAX);
    let stated = report.and_then(|r| r.reading.statements.get(statement));
    Detail {
        page: stated.and_then(|s| s.page),
        paragraph: stated.and_then(|s| s.paragraph),
        siblings: report.map(|r| siblings(ctx, r, statement)).unwrap_or_default(),
        terms: report.map(|r| terms(r, statement)).unwrap_or_default(),
        findings: report.map(|r| findings(ctx, r, &task.id)).unwrap_or_default(),
        row: TaskRow::of(&look, view),
        year: task.year,
        item_title: task
            .item
            .and_then(|no| report?.reading.items.iter().find(|i| i.no == no))
            .map(|i| lang.of(&i.title).to_owned())
            .unwrap_or_default(),
        headings,
        context,
        report_title: report.map(|r| r.title.clone()).unwrap_or_default(),
        anchor: format!("/{query}#at-{}", task.span.start),
        target_adopted: task.target.as_ref().map(|t| lang.of(&words_of_target(t)).to_owned()).unwrap_or_default(),
        baseline: task.target.as_ref().and_then(|t| Some(look.figure(t.baseline?, &t.unit))).unwrap_or_default(),
        adopted_deadline: task.deadline.to_string(),
        adjustments: task
            .adjustments
            .iter()
            .map(|a| AdjustmentRow {
                words: lang.of(&words_of_target(&a.target)).to_owned(),
                deadline: a.deadline.to_string(),
                reason: a.reason.clone(),
                by: a.by.to_string(),
                at: clock.written(a.at),
            })
            .collect(),
        plan: lang.of(&task.plan.words()).to_owned(),
        plan_reason: lang.of(&task.plan_reason).to_owned(),
        milestones: milestones(&look, view),
        answering: answering(&look, view),
        reported_value: judgement
            .reported_value
            .map(|(value, day)| format!("{} · {day} · {}", look.figure(value, unit), look.source(Source::Filing)))
            .unwrap_or_default(),
        measured_value,
        due: judgement.due.map(|due| format!("{} · {}", look.computed(due, unit), due_day(view))).unwrap_or_default(),
        outlook: lang.of(outlook(task, judgement.day).sentence()).to_owned(),
        closing: task.closing.as_ref().map(|c| ClosingRow {
            words: lang.of(&c.outcome.words()).to_owned(),
            reason: c.reason.clone(),
            by: c.by.to_string(),
            at: clock.written(c.at),
        }),
        evidence,
    }
}

/// The day what is due is stated for: the day of the latest value.
fn due_day(view: &TaskView) -> String {
    view.judgement.latest_source.map_or(view.judgement.day, |(_, day)| day).to_string()
}

fn answering(look: &Look<'_>, view: &TaskView) -> Option<Answering> {
    let clock = look.platform.clock();
    let units =
        |ids: &[tingzhou_platform::ledger::UnitId]| ids.iter().map(|u| look.unit(u)).collect::<Vec<_>>().join("、");
    if let Some(a) = &view.task.assignment {
        return Some(Answering {
            confirmed: true,
            lead: look.unit(&a.lead),
            co_units: units(&a.co_units),
            leader: a.leader.as_ref().map(|l| look.leader(l)).unwrap_or_default(),
            reason: String::new(),
            by: a.by.to_string(),
            at: clock.written(a.at),
        });
    }
    view.task.suggestion.as_ref().map(|s| Answering {
        confirmed: false,
        lead: look.unit(&s.lead),
        co_units: units(&s.co_units),
        leader: s.leader.as_ref().map(|l| look.leader(l)).unwrap_or_default(),
        reason: look.lang.of(&s.reason).to_owned(),
        by: String::new(),
        at: String::new(),
    })
}

/// The page of a task, with its forms as given.
pub(super) async fn render(ctx: &Ctx, view: &TaskView, forms: Forms, status: StatusCode) -> PageResult {
    let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
    let clock = ctx.platform().clock();
    let history = ctx.platform().history(&view.task.id).await?;
    let c = ctx.chrome(Nav::Tasks);
    let notice = ctx.query("done").and_then(|what| match what.as_str() {
        "filed" => Some(c.w.done_filed),
        "withdrawn" => Some(c.w.done_withdrawn),
        "assigned" => Some(c.w.done_assigned),
        "adjusted" => Some(c.w.done_adjusted),
        "closed" => Some(c.w.done_closed),
        "reopened" => Some(c.w.done_reopened),
        "rolled-up" => Some(c.w.done_rolled_up),
        other => done_words(&c, other),
    });
    let cases = match ctx.actor() {
        Some(actor) => ctx.platform().cases_about(actor, view.task.id.as_str()).await?,
        None => Vec::new(),
    };
    let mut forms = forms;
    if forms.supervises && forms.has_number && !forms.closed {
        let rule = ctx.platform().roll_ups().await?.remove(&view.task.id);
        forms.set_roll_up(ctx, rule.as_ref());
    }
    let measured = Measured::of(ctx, &view.task.id).await?;
    let mut measures = Vec::new();
    if let Some(target) = view.task.target_now().filter(|_| forms.supervises && !forms.closed) {
        measures = choices(ctx, &target.unit, measured.as_ref().map(|m| m.id.as_str())).await?;
    }
    let open = cases.first().is_some_and(|case| !case.ended());
    let template = TaskPage {
        case: cases.first().map(|case| CaseLine::of(&look, case)),
        dispatchable: ctx.supervises() && !open && view.task.assignment.is_some() && view.task.closing.is_none(),
        refused: CaseRefused::default(),
        measured,
        measures,
        d: detail(ctx, view),
        plot: PlotTable::of(&look, view),
        history: history
            .into_iter()
            .rev()
            .map(|e| HistoryRow {
                seq: e.seq,
                at: clock.written(e.at),
                actor: e.actor,
                words: ctx.lang.of(&e.words).to_owned(),
            })
            .collect(),
        forms,
        notice,
        can_open_files: ctx
            .actor()
            .is_some_and(|a| a.role.supervises() || a.unit.as_ref().is_some_and(|u| view.task.involves(u))),
        c,
    };
    page_with(status, &template)
}

/// `GET /tasks/{id}`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let view = find(&ctx, &id)?;
    let forms = Forms::of(&ctx, &view);
    render(&ctx, &view, forms, StatusCode::OK).await
}

/// `GET /tasks/{id}/aside`: the short form, for beside the report.
pub(crate) async fn aside(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let view = find(&ctx, &id)?;
    page(&Aside { d: detail(&ctx, &view), c: ctx.chrome(Nav::Report) })
}

/// `GET /tasks/{id}/attachments/{sha256}`
pub(crate) async fn attachment(ctx: Ctx, Path((id, sha256)): Path<(String, String)>) -> PageResult {
    let actor = ctx.signed_in()?;
    let id = TaskId::new(id)?;
    let file = ctx.platform().attachment(actor, &id, &sha256).await?;
    let named = ctx.snapshot.task(&id).and_then(|v| {
        let mut all = v.task.evidence.iter().flat_map(|e| &e.attachments);
        all.find(|a| a.sha256 == sha256).map(|a| encoded(&a.name))
    });
    // Only what cannot run anything is shown by the browser itself.
    let shown = file.media_type.starts_with("image/") || file.media_type == "application/pdf";
    let how = if shown && ctx.query("view").is_some() { "inline" } else { "attachment" };
    let disposition = format!("{how}; filename*=UTF-8''{}", named.unwrap_or_default());
    // Percent-encoded text is a header's text.
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_str(&file.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, file.content).into_response())
}
