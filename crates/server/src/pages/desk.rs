//! The desk: what a unit or the supervision office has to do first.

use crate::context::{Chrome, Ctx, Nav};
use crate::pages::{PageResult, page};
use crate::view::{Look, TaskRow};
use askama::Template;
use std::sync::Arc;
use tingzhou_platform::ledger::{ScheduleStatus, UnitId};
use tingzhou_platform::{Sort, TaskFilter, TaskView};

/// Rows of one part of the desk at most; its heading says how many there are and links to all.
const MOST_ROWS: usize = 20;

struct Part {
    title: &'static str,
    total: usize,
    rows: Vec<TaskRow>,
    link: String,
}

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    c: Chrome,
    unit: Option<String>,
    parts: Vec<Part>,
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
    let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
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
    } else {
        let contradicted = TaskFilter { contradicted: true, sort: Sort::Light, ..TaskFilter::default() };
        let unassigned = TaskFilter { unassigned: true, ..TaskFilter::default() };
        desk.add(w.desk_contradicted, &contradicted, "/tasks?contradicted=1");
        desk.add(w.desk_overdue, &of(ScheduleStatus::Overdue, None), "/tasks?schedule=overdue");
        desk.add(w.desk_behind, &of(ScheduleStatus::Behind, None), "/tasks?schedule=behind");
        desk.add(w.desk_unassigned, &unassigned, "/tasks?unassigned=1");
        desk.add(w.desk_no_evidence, &of(ScheduleStatus::NoEvidence, None), "/tasks?schedule=no-evidence");
    }
    let unit = actor.unit.as_ref().map(|u| desk.look.unit(u));
    let parts = desk.parts;
    page(&DeskPage { c, unit, parts })
}
