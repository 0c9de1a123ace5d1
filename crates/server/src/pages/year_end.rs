//! The year's end: what can be said of every task from evidence, objections to it, and how the vote stands; and a report's
//! tasks for other systems.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::official::{Official, Piece, of_year_end};
use crate::pages::bulletins::site;
use crate::pages::{Failure, PageResult, page_with};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use std::sync::Arc;
use tingzhou_platform::ledger::year_end::{BallotState, LONGEST_OBJECTION};
use tingzhou_platform::ledger::{ObjectionId, ReportId, TaskId};
use tingzhou_platform::{AdoptedReport, YearEndDraft};

const PAGE: u32 = 20;

struct Objection {
    id: String,
    task: String,
    filed: String,
    text: String,
    answer: Option<(String, String)>,
}

/// Objections of a published text.
struct Objections {
    until: String,
    open: bool,
    tasks: Vec<(String, String, bool)>,
    rows: Vec<Objection>,
    newer: Option<String>,
    older: Option<String>,
}

/// An item's counts with its title.
struct Tally {
    item: String,
    votes: [u32; 3],
}

struct Vote {
    state: BallotState,
    codes: u32,
    used: u32,
    tally: Vec<Tally>,
    openable: bool,
}

struct Body {
    report: String,
    /// `None` for the public while nothing is published.
    o: Option<Official>,
    published: bool,
    objections: Option<Objections>,
    vote: Vote,
}

/// A refused form: which, why, what was typed.
#[derive(Default)]
pub(super) struct Refused {
    form: String,
    words: String,
    task: String,
    typed: String,
}

#[derive(Template)]
#[template(path = "year_end.html")]
struct YearEndPage {
    c: Chrome,
    body: Option<Body>,
    longest: usize,
    done: Option<&'static str>,
    refused: Refused,
}

/// The report named, or the newest; `None` when none is adopted.
pub(super) fn named(ctx: &Ctx, id: &str) -> Result<Option<Arc<AdoptedReport>>, Failure> {
    let asked = if id.is_empty() { None } else { Some(ReportId::new(id)?) };
    let report = ctx.snapshot.report(asked.as_ref());
    if asked.is_some() && report.is_none() {
        return Err(Answer::not_found().into());
    }
    Ok(report.cloned())
}

fn asked(ctx: &Ctx) -> Result<Option<Arc<AdoptedReport>>, Failure> {
    named(ctx, &ctx.query("report").unwrap_or_default())
}

fn official(ctx: &Ctx, report: &AdoptedReport, content: &YearEndDraft, draft: bool) -> Official {
    of_year_end(ctx.lang, ctx.platform().pack(), report, (content.day, &content.groups), draft)
}

async fn objections(
    ctx: &Ctx,
    report: &ReportId,
    content: &YearEndDraft,
    until: jiff::civil::Date,
) -> Result<Objections, Failure> {
    let offset: u32 = ctx.query("offset").and_then(|o| o.parse().ok()).unwrap_or(0);
    let mut found = ctx.platform().objections(report, offset, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let clock = ctx.platform().clock();
    let row = |row: tingzhou_platform::ObjectionRow| Objection {
        id: row.id.to_string(),
        task: row.task.to_string(),
        filed: clock.written(row.filed_at),
        text: row.text,
        answer: row.answer.map(|(answer, at)| (answer, clock.written(at))),
    };
    let chosen = ctx.query("task").unwrap_or_default();
    let tasks = content.groups.iter().flat_map(|group| &group.rows);
    let tasks = tasks.map(|row| (row.task.to_string(), row.title.clone(), row.task.as_str() == chosen));
    let link = |offset: u32| format!("/year-end?report={report}&offset={offset}#objections");
    Ok(Objections {
        until: until.to_string(),
        open: ctx.snapshot.today <= until,
        tasks: tasks.collect(),
        rows: found.into_iter().map(row).collect(),
        newer: (offset > 0).then(|| link(offset.saturating_sub(PAGE))),
        older: more.then(|| link(offset.saturating_add(PAGE))),
    })
}

async fn vote(ctx: &Ctx, report: &AdoptedReport) -> Result<Vote, Failure> {
    let view = ctx.platform().ballot(&report.id).await?;
    let title = |no: u8| {
        let found = report.reading.items.iter().find(|item| item.no == no);
        format!("{no}. {}", found.map(|item| ctx.lang.of(&item.title)).unwrap_or_default())
    };
    Ok(Vote {
        state: view.state,
        codes: view.codes,
        used: view.used,
        tally: view.tally.into_iter().map(|own| Tally { item: title(own.item), votes: own.votes }).collect(),
        openable: ctx.supervises() && !report.reading.items.is_empty(),
    })
}

async fn render(ctx: &Ctx, report: Option<Arc<AdoptedReport>>, refused: Option<(Refused, StatusCode)>) -> PageResult {
    let body = match report {
        None => None,
        Some(report) => {
            let published = ctx.platform().year_end(&report.id).await?;
            let (o, objections) = match &published {
                Some(view) => {
                    let all = objections(ctx, &report.id, &view.content, view.objections_until).await?;
                    (Some(official(ctx, &report, &view.content, false)), Some(all))
                }
                None if ctx.supervises() => {
                    let draft = ctx.platform().year_end_draft(&ctx.snapshot, &report);
                    (Some(official(ctx, &report, &draft, true)), None)
                }
                None => (None, None),
            };
            let vote = vote(ctx, &report).await?;
            Some(Body { report: report.id.to_string(), o, published: published.is_some(), objections, vote })
        }
    };
    let (refused, status) = refused.unwrap_or((Refused::default(), StatusCode::OK));
    let c = ctx.chrome(Nav::YearEnd);
    let done = ctx.query("done").and_then(|what| match what.as_str() {
        "objected" => Some(c.w.year_end_objected),
        "published" => Some(c.w.year_end_published),
        "answered" => Some(c.w.year_end_answered),
        "closed" => Some(c.w.vote_closed),
        _ => None,
    });
    page_with(status, &YearEndPage { body, longest: LONGEST_OBJECTION, done, refused, c })
}

/// `GET /year-end`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    let report = asked(&ctx)?;
    render(&ctx, report, None).await
}

/// `GET /year-end/docx`: as published for everyone, a draft for the supervision office.
pub(crate) async fn docx(ctx: Ctx, headers: HeaderMap) -> PageResult {
    let report = asked(&ctx)?.ok_or_else(Answer::not_found)?;
    let text = match ctx.platform().year_end(&report.id).await? {
        Some(view) => official(&ctx, &report, &view.content, false),
        None => {
            ctx.supervisor()?;
            official(&ctx, &report, &ctx.platform().year_end_draft(&ctx.snapshot, &report), true)
        }
    };
    Ok(text.docx(site(&headers).as_deref())?)
}

fn report_of(ctx: &Ctx, fields: &Fields) -> Result<Arc<AdoptedReport>, Failure> {
    Ok(named(ctx, fields.get("report"))?.ok_or_else(Answer::not_found)?)
}

/// Goes back to the page when it was done; comes back with what was typed when a field is wrong.
async fn finish(
    ctx: &Ctx,
    report: Arc<AdoptedReport>,
    done: &str,
    outcome: Result<(), tingzhou_platform::PlatformError>,
    (form, task, typed): (&str, &str, &str),
) -> PageResult {
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("/year-end?report={}&done={done}", report.id)).into_response()),
        Err(error) => {
            let answer = Answer::from(error);
            if answer.field.is_none() && answer.code != "too-many-objections" {
                return Err(answer.into());
            }
            let words = ctx.lang.of(&answer.message).to_owned();
            let refused = Refused { form: form.to_owned(), words, task: task.to_owned(), typed: typed.to_owned() };
            render(ctx, Some(report), Some((refused, answer.status))).await
        }
    }
}

/// `POST /year-end/publish`
pub(crate) async fn publish(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let report = report_of(&ctx, &fields)?;
    let outcome = Box::pin(ctx.platform().publish_year_end(actor, &report.id)).await;
    finish(&ctx, report, "published", outcome, ("", "", "")).await
}

/// `POST /year-end/objections`: anyone, without an account; the form has to come from this site.
pub(crate) async fn object(ctx: Ctx, fields: Fields) -> PageResult {
    if !ctx.own_origin() {
        return Err(Answer::foreign_form().into());
    }
    let report = report_of(&ctx, &fields)?;
    let (task, text) = (fields.get("task"), fields.get("text"));
    let outcome = Box::pin(ctx.platform().object(&report.id, &TaskId::new(task)?, text)).await;
    finish(&ctx, report, "objected", outcome, ("object", task, text)).await
}

/// `POST /year-end/objections/{id}/answer`
pub(crate) async fn answer(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let report = report_of(&ctx, &fields)?;
    let text = fields.get("answer");
    let outcome = Box::pin(ctx.platform().answer_objection(actor, &ObjectionId::new(id.clone())?, text)).await;
    finish(&ctx, report, "answered", outcome, (&id, "", text)).await
}

#[derive(Template)]
#[template(path = "ballot_codes.html")]
struct CodesPage {
    c: Chrome,
    title: String,
    codes: Vec<String>,
}

/// `POST /year-end/ballot/open`: the answer shows the codes, this once.
pub(crate) async fn open_ballot(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let report = report_of(&ctx, &fields)?;
    let typed = fields.get("codes");
    // What is no number is refused as none.
    let codes = typed.trim().parse().unwrap_or(0);
    match Box::pin(ctx.platform().open_ballot(actor, &report.id, codes)).await {
        Ok(codes) => {
            let template = CodesPage { c: ctx.chrome(Nav::YearEnd), title: report.title.clone(), codes };
            let mut response = page_with(StatusCode::OK, &template)?;
            response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
            Ok(response)
        }
        Err(error) => finish(&ctx, report, "", Err(error), ("ballot", "", typed)).await,
    }
}

/// `POST /year-end/ballot/close`
pub(crate) async fn close_ballot(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let report = report_of(&ctx, &fields)?;
    let outcome = Box::pin(ctx.platform().close_ballot(actor, &report.id)).await;
    finish(&ctx, report, "closed", outcome, ("", "", "")).await
}

/// `GET /export/stratml.xml`
pub(crate) async fn stratml(ctx: Ctx) -> PageResult {
    let report = asked(&ctx)?.ok_or_else(Answer::not_found)?;
    let xml = ctx.platform().stratml(&ctx.snapshot, &report).map_err(|error| {
        tracing::error!(%error, "StratML could not be written");
        Answer::by_status(StatusCode::INTERNAL_SERVER_ERROR)
    })?;
    let name = format!("attachment; filename=\"stratml-{}-{}.xml\"", ctx.platform().city(), report.id);
    let kind = "application/xml; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], xml).into_response())
}
