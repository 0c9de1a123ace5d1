//! The task list: filtered, sorted, paged, and as a file.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::export;
use crate::filter::TaskQuery;
use crate::layouts::Layout;
use crate::pages::{PageResult, page};
use crate::view::{Look, TaskRow};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use tingzhou_platform::Counts;
use tingzhou_platform::ledger::{Light, ScheduleStatus};

const PAGE: usize = 50;

/// A value of a filter to choose.
struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "tasks.html")]
struct TasksPage {
    c: Chrome,
    query: TaskQuery,
    rows: Vec<TaskRow>,
    total: usize,
    first: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
    csv: String,
    xlsx: String,
    /// Layouts of the year's tables: words, XLSX, and each sheet as CSV.
    layouts: Vec<(&'static str, String, Vec<String>)>,
    areas: Vec<Choice>,
    units: Vec<Choice>,
    lights: Vec<Choice>,
    schedules: Vec<Choice>,
    items: Vec<Choice>,
    reports: Vec<Choice>,
    sorts: Vec<Choice>,
    strip: Vec<(Light, usize, String)>,
    confirmable: bool,
    filtered: bool,
    more_filters: bool,
}

fn option(value: &str, words: impl Into<String>, chosen: &str) -> Choice {
    Choice { value: value.to_owned(), words: words.into(), chosen: value == chosen }
}

/// `GET /tasks`
pub(crate) async fn list(ctx: Ctx, Query(query): Query<TaskQuery>) -> PageResult {
    let filter = query.filter()?;
    let offset = ctx.query("offset").and_then(|o| o.parse().ok()).unwrap_or(0);
    let found = ctx.snapshot.page(&filter, offset, PAGE);
    let look = Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot };
    let rows: Vec<TaskRow> = found.rows.iter().map(|v| TaskRow::of(&look, v)).collect();
    let link = |offset: usize| {
        let rest = query.with(&[]);
        let amp = if rest.is_empty() { "" } else { "&" };
        if offset == 0 { format!("/tasks?{rest}") } else { format!("/tasks?{rest}{amp}offset={offset}") }
    };
    let report = ctx.snapshot.report(filter.report.as_ref());
    let reading = report.map(|r| &r.reading);
    let c = ctx.chrome(Nav::Tasks);
    let w = c.w;
    // The strip counts what the other filters leave, so that each light says what choosing it would show.
    let whole = ctx.snapshot.filtered(&tingzhou_platform::TaskFilter { light: None, ..filter.clone() });
    let counts = Counts::of(whole.iter());
    let strip = counts.lights.iter().map(|(l, n)| (*l, *n, format!("/tasks?{}", query.with(&[("light", l.name())]))));
    let sorts = [
        ("report", w.sort_report),
        ("light", w.sort_light),
        ("deadline", w.deadline),
        ("unit", w.lead_unit),
        ("title", w.task),
    ];
    page(&TasksPage {
        areas: reading
            .iter()
            .flat_map(|r| &r.areas)
            .map(|a| option(a.id.as_str(), ctx.lang.of(&a.name), &query.area))
            .collect(),
        units: ctx
            .platform()
            .pack()
            .units
            .iter()
            .map(|u| option(u.id.as_str(), ctx.lang.of(&u.name), &query.unit))
            .collect(),
        lights: Light::ALL.iter().map(|l| option(l.name(), c.light(l), &query.light)).collect(),
        schedules: ScheduleStatus::ALL
            .iter()
            .map(|s| option(s.name(), ctx.lang.of(&s.words()), &query.schedule))
            .collect(),
        items: reading
            .iter()
            .flat_map(|r| &r.items)
            .map(|i| option(&i.no.to_string(), format!("{}. {}", i.no, ctx.lang.of(&i.title)), &query.item))
            .collect(),
        reports: ctx.snapshot.reports.iter().map(|r| option(r.id.as_str(), r.title.clone(), &query.report)).collect(),
        sorts: sorts.iter().map(|(name, words)| option(name, *words, &query.sort)).collect(),
        strip: strip.collect(),
        total: found.total,
        first: if rows.is_empty() { 0 } else { found.offset + 1 },
        last: found.offset + rows.len(),
        previous: (offset > 0).then(|| link(offset.saturating_sub(PAGE))),
        next: found.next.map(link),
        csv: format!("/tasks.csv?{}", query.with(&[])),
        xlsx: format!("/tasks.xlsx?{}", query.with(&[])),
        layouts: Layout::ALL
            .iter()
            .map(|layout| {
                let file = |end: &str| format!("/tasks/layouts/{}{end}?{}", layout.name(), query.with(&[]));
                let sheets =
                    if *layout == Layout::Targets { vec![file(".csv"), file("-2.csv")] } else { vec![file(".csv")] };
                (layout.words(w), file(".xlsx"), sheets)
            })
            .collect(),
        confirmable: c.supervises() && rows.iter().any(|r| r.lead.as_ref().is_some_and(|l| !l.confirmed)),
        more_filters: [
            &query.schedule,
            &query.item,
            &query.report,
            &query.sort,
            &query.contradicted,
            &query.unassigned,
            &query.descending,
        ]
        .iter()
        .any(|value| !value.is_empty()),
        filtered: !query.with(&[("sort", ""), ("descending", "")]).is_empty(),
        rows,
        query,
        c,
    })
}

pub(super) fn csv_file(table: &export::Table) -> PageResult {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.csv\"", table.file_name)),
    ];
    Ok((headers, table.csv()?).into_response())
}

pub(super) fn xlsx_file(tables: &[export::Table]) -> PageResult {
    let name = tables.first().map_or("tasks", |table| table.file_name.as_str());
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.xlsx\"")),
    ];
    Ok((headers, export::xlsx(tables)?).into_response())
}

/// `GET /tasks.csv`
pub(crate) async fn csv(ctx: Ctx, Query(query): Query<TaskQuery>) -> PageResult {
    csv_file(&export::Table::of(&ctx, &ctx.snapshot.filtered(&query.filter()?)))
}

/// `GET /tasks.xlsx`
pub(crate) async fn xlsx(ctx: Ctx, Query(query): Query<TaskQuery>) -> PageResult {
    xlsx_file(&[export::Table::of(&ctx, &ctx.snapshot.filtered(&query.filter()?))])
}

/// `GET /tasks/layouts/{layout}`: `NAME.xlsx`, or `NAME.csv`, which holds the layout's first sheet, or its second with
/// `NAME-2.csv`.
pub(crate) async fn layout(ctx: Ctx, Path(file): Path<String>, Query(query): Query<TaskQuery>) -> PageResult {
    let (name, kind) = file.rsplit_once('.').ok_or_else(Answer::not_found)?;
    let (name, sheet) = name.strip_suffix("-2").map_or((name, 0), |name| (name, 1));
    let layout = Layout::from_name(name).ok_or_else(Answer::not_found)?;
    let tables = layout.tables(&ctx, &ctx.snapshot.filtered(&query.filter()?));
    match kind {
        "xlsx" if sheet == 0 => xlsx_file(&tables),
        "csv" => csv_file(tables.get(sheet).ok_or_else(Answer::not_found)?),
        _ => Err(Answer::not_found().into()),
    }
}
