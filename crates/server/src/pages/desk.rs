//! The desk: what a unit or the supervision office has to do first.

use crate::context::{Chrome, Ctx, Nav};
use crate::i18n::Words;
use crate::pages::cases::done_words;
use crate::pages::orders::{OrderPart, on_desk};
use crate::pages::{Failure, PageResult, page};
use crate::view::{CaseLine, Look, TaskRow};
use askama::Template;
use std::sync::Arc;
use tingzhou_platform::ledger::{Actor, LeaderId, ScheduleStatus, UnitId};
use tingzhou_platform::matter::{RoleId, StateId};
use tingzhou_platform::{CaseSelect, Sort, TaskFilter, TaskView};

/// Rows of one part of the desk at most; its heading says how many there are and links to all.
const MOST_ROWS: usize = 20;
/// Dispatches of one part at most.
const MOST_CASES: u32 = 10;

struct Part {
    title: &'static str,
    total: usize,
    rows: Vec<TaskRow>,
    link: String,
}

/// Dispatches that ask for something.
struct CasePart {
    title: &'static str,
    /// How many there are; `None` when more than are shown and not counted.
    total: Option<u64>,
    rows: Vec<CaseLine>,
    link: String,
}

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    c: Chrome,
    unit: Option<String>,
    notice: Option<&'static str>,
    orders: OrderPart,
    case_parts: Vec<CasePart>,
    /// Tasks that can be sent to their units, in all and the first of them.
    to_dispatch: Option<(usize, Vec<TaskRow>)>,
    files: bool,
    parts: Vec<Part>,
}

async fn case_part(
    ctx: &Ctx,
    actor: &Actor,
    title: &'static str,
    total: Option<u64>,
    select: CaseSelect,
    link: &str,
) -> Result<CasePart, Failure> {
    let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
    let found = ctx.platform().cases(actor, &select, 0, MOST_CASES).await?;
    let rows: Vec<CaseLine> = found.rows.iter().map(|view| CaseLine::of(&look, view)).collect();
    let total = total.or_else(|| found.next.is_none().then_some(rows.len() as u64));
    Ok(CasePart { title, total, rows, link: link.to_owned() })
}

/// Reports that came back: a unit has not so many under way that they could not all be looked at.
async fn returned(ctx: &Ctx, actor: &Actor, title: &'static str, under_way: CaseSelect) -> Result<CasePart, Failure> {
    let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
    let found = ctx.platform().cases(actor, &under_way, 0, 200).await?;
    let back: Vec<_> = found.rows.iter().filter(|view| view.returned()).collect();
    let rows = back.iter().take(MOST_CASES as usize).map(|view| CaseLine::of(&look, view)).collect();
    Ok(CasePart { title, total: Some(back.len() as u64), rows, link: "/cases?state=handling".to_owned() })
}

/// Dispatches that ask something of the one who looks, the most urgent first.
async fn case_parts(ctx: &Ctx, actor: &Actor, w: &'static Words) -> Result<Vec<CasePart>, Failure> {
    let counts = ctx.platform().case_counts(actor).await?;
    let total = |state: &str| counts.iter().find(|c| c.state == state).map_or(0, |c| c.all);
    let none = CaseSelect::default;
    let of = |state: &str| Ok::<_, Failure>(CaseSelect { state: Some(StateId::new(state)?), ..none() });
    let over = CaseSelect { over: true, ..none() };
    let soon = CaseSelect { due_within_days: Some(7), ..none() };
    let waiting = CaseSelect { waiting: true, ..none() };
    let mut parts = Vec::new();
    if actor.role.supervises() {
        let (reported, assigned) = (Some(total("reported")), Some(total("assigned")));
        parts.push(case_part(ctx, actor, w.desk_review, reported, of("reported")?, "/cases?state=reported").await?);
        parts.push(case_part(ctx, actor, w.desk_unsigned, assigned, of("assigned")?, "/cases?state=assigned").await?);
        let all_over = Some(counts.iter().map(|c| c.over).sum());
        parts.push(case_part(ctx, actor, w.desk_case_over, all_over, over, "/cases?over=1").await?);
    } else if actor.unit.is_some() {
        let lead = |select: CaseSelect| Ok::<_, Failure>(CaseSelect { role: Some(RoleId::new("lead")?), ..select });
        let assigned = lead(of("assigned")?)?;
        parts.push(case_part(ctx, actor, w.desk_unsigned, None, assigned, "/cases?state=assigned").await?);
        parts.push(returned(ctx, actor, w.desk_returned, lead(of("handling")?)?).await?);
        parts.push(case_part(ctx, actor, w.desk_case_over, None, lead(over)?, "/cases?over=1").await?);
        parts.push(case_part(ctx, actor, w.desk_due_soon, None, lead(soon)?, "/cases").await?);
    } else {
        parts.push(case_part(ctx, actor, w.desk_to_approve, None, waiting, "/cases?waiting=1").await?);
        parts.push(case_part(ctx, actor, w.desk_case_over, None, over, "/cases?over=1").await?);
        parts.push(case_part(ctx, actor, w.desk_my_field, None, none(), "/cases").await?);
    }
    Ok(parts)
}

struct Desk<'a> {
    look: Look<'a>,
    parts: Vec<Part>,
}

impl Desk<'_> {
    fn add(&mut self, title: &'static str, filter: &TaskFilter, link: &str) {
        let views = self.look.snapshot.filtered(filter);
        self.add_views(title, &views, link);
    }

    fn add_views(&mut self, title: &'static str, views: &[Arc<TaskView>], link: &str) {
        let open: Vec<&Arc<TaskView>> = views.iter().filter(|v| v.task.closing.is_none()).collect();
        let rows = open.iter().take(MOST_ROWS).map(|v| TaskRow::of(&self.look, v)).collect();
        self.parts.push(Part { title, total: open.len(), rows, link: link.to_owned() });
    }
}

/// `GET /me`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    let actor = ctx.signed_in()?.clone();
    let c = ctx.chrome(Nav::Desk);
    let w = c.w;
    let platform = ctx.platform();
    let look = Look { lang: ctx.lang, platform, snapshot: &ctx.snapshot };
    let mut desk = Desk { look, parts: Vec::new() };
    let of = |schedule: ScheduleStatus, unit: Option<&UnitId>| TaskFilter {
        schedule: Some(schedule),
        unit: unit.cloned(),
        sort: Sort::Deadline,
        ..TaskFilter::default()
    };
    if let Some(unit) = actor.unit.as_ref() {
        let query = |rest: &str| format!("/tasks?unit={unit}{rest}");
        let all = TaskFilter { unit: Some(unit.clone()), sort: Sort::Light, ..TaskFilter::default() };
        desk.add(w.desk_contradicted, &TaskFilter { contradicted: true, ..all.clone() }, &query("&contradicted=1"));
        desk.add(w.desk_overdue, &of(ScheduleStatus::Overdue, Some(unit)), &query("&schedule=overdue"));
        desk.add(w.desk_behind, &of(ScheduleStatus::Behind, Some(unit)), &query("&schedule=behind"));
        desk.add(w.desk_no_evidence, &of(ScheduleStatus::NoEvidence, Some(unit)), &query("&schedule=no-evidence"));
        desk.add(w.desk_all_mine, &all, &query("&sort=light"));
    } else if let Some(leader) = &actor.leader {
        let units = platform.pack().leader(leader).map(|post| post.units.as_slice()).unwrap_or_default();
        let all = TaskFilter { sort: Sort::Light, ..TaskFilter::default() };
        let mine: Vec<Arc<TaskView>> =
            desk.look.snapshot.filtered(&all).into_iter().filter(|v| led_by(v, leader, units)).collect();
        let of = |wanted: ScheduleStatus| -> Vec<Arc<TaskView>> {
            mine.iter().filter(|v| v.judgement.schedule == wanted).cloned().collect()
        };
        let contradicted: Vec<_> = mine.iter().filter(|v| !v.judgement.contradictions.is_empty()).cloned().collect();
        desk.add_views(w.desk_contradicted, &contradicted, "/tasks?contradicted=1");
        desk.add_views(w.desk_overdue, &of(ScheduleStatus::Overdue), "/tasks?schedule=overdue");
        desk.add_views(w.desk_behind, &of(ScheduleStatus::Behind), "/tasks?schedule=behind");
    } else {
        let contradicted = TaskFilter { contradicted: true, sort: Sort::Light, ..TaskFilter::default() };
        let unassigned = TaskFilter { unassigned: true, ..TaskFilter::default() };
        desk.add(w.desk_contradicted, &contradicted, "/tasks?contradicted=1");
        desk.add(w.desk_overdue, &of(ScheduleStatus::Overdue, None), "/tasks?schedule=overdue");
        desk.add(w.desk_behind, &of(ScheduleStatus::Behind, None), "/tasks?schedule=behind");
        desk.add(w.desk_unassigned, &unassigned, "/tasks?unassigned=1");
        desk.add(w.desk_no_evidence, &of(ScheduleStatus::NoEvidence, None), "/tasks?schedule=no-evidence");
    }
    let look = desk.look;
    let leader = || actor.leader.as_ref().map(|l| look.leader(l));
    let unit = actor.unit.as_ref().map(|u| look.unit(u)).or_else(leader);
    let to_dispatch = if actor.role.supervises() {
        let ready = platform.undispatched().await?;
        let rows = ready.iter().take(MOST_ROWS).map(|v| TaskRow::of(&look, v)).collect();
        (!ready.is_empty()).then_some((ready.len(), rows))
    } else {
        None
    };
    let parts = desk.parts;
    let case_parts = case_parts(&ctx, &actor, w).await?;
    let orders = on_desk(&ctx, &actor).await?;
    let notice = ctx.query("done").and_then(|done| done_words(&c, &done));
    page(&DeskPage { c, unit, notice, orders, case_parts, to_dispatch, files: actor.unit.is_some(), parts })
}

/// Whether a leading post answers for a task: named with it, or its lead unit's where none is named.
fn led_by(view: &TaskView, leader: &LeaderId, units: &[UnitId]) -> bool {
    view.task.assignment.as_ref().is_some_and(|a| match &a.leader {
        Some(named) => named == leader,
        None => units.contains(&a.lead),
    })
}
