//! Bulletins: issued ones for everyone, drafts for the supervision office, each as a page and as files.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::official::{Official, Piece, of_bulletin};
use crate::pages::{Failure, PageResult, page, page_with};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;
use tingzhou_platform::BulletinView;
use tingzhou_platform::ledger::bulletin::BulletinPeriod;

const PAGE: u32 = 50;

struct Line {
    period: String,
    words: String,
    title: String,
    issued: String,
    by: String,
}

struct Choice {
    value: String,
    words: String,
}

#[derive(Template)]
#[template(path = "bulletins.html")]
struct ListPage {
    c: Chrome,
    rows: Vec<Line>,
    periods: Vec<Choice>,
    newer: Option<String>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "bulletin.html")]
struct BulletinPage {
    c: Chrome,
    o: Official,
    address: String,
    /// The query of a draft's files.
    query: String,
    filed_by: String,
    first: String,
    last: String,
    issued: bool,
    refused: Option<String>,
}

fn day(text: &str) -> Result<Option<Date>, Answer> {
    let wrong = || Answer::bad_field("filed_by", "请填写日期，如 2025-11-05。", "Give a day, such as 2025-11-05.");
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| wrong()) }
}

fn period_of(text: &str) -> Result<BulletinPeriod, Answer> {
    text.parse().map_err(|_| Answer::not_found())
}

/// `GET /bulletins`
pub(crate) async fn list(ctx: Ctx) -> PageResult {
    if let Some(period) = ctx.query("period").filter(|period| !period.is_empty()) {
        let period = period_of(&period)?;
        let filed_by = day(&ctx.query("filed_by").unwrap_or_default())?;
        let query = filed_by.map(|day| format!("?filed_by={day}")).unwrap_or_default();
        return Ok(Redirect::to(&format!("/bulletins/{period}{query}")).into_response());
    }
    let offset: u32 = ctx.query("offset").and_then(|o| o.parse().ok()).unwrap_or(0);
    let mut found = ctx.platform().bulletins(offset, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let clock = ctx.platform().clock();
    let line = |line: &tingzhou_platform::BulletinLine| Line {
        period: line.period.to_string(),
        words: ctx.lang.of(&line.period.words()).to_owned(),
        title: line.title.clone(),
        issued: clock.written(line.issued_at),
        by: line.issued_by.to_string(),
    };
    let years = ctx.snapshot.reports.iter().map(|report| report.year);
    let periods = years.flat_map(|year| BulletinPeriod::over(year, ctx.snapshot.today));
    let periods = periods.map(|p| Choice { value: p.to_string(), words: ctx.lang.of(&p.words()).to_owned() });
    let link = |offset: u32| format!("/bulletins?offset={offset}");
    page(&ListPage {
        rows: found.iter().map(line).collect(),
        periods: periods.take(200).collect(),
        newer: (offset > 0).then(|| link(offset.saturating_sub(PAGE))),
        older: more.then(|| link(offset.saturating_add(PAGE))),
        c: ctx.chrome(Nav::Bulletins),
    })
}

/// The bulletin of a period: as issued for everyone, else a draft for the supervision office.
async fn find(ctx: &Ctx, period: &str) -> Result<BulletinView, Failure> {
    let period = period_of(period)?;
    if let Some(issued) = ctx.platform().issued_bulletin(period).await? {
        return Ok(issued);
    }
    ctx.supervisor()?;
    let filed_by = day(&ctx.query("filed_by").unwrap_or_default())?;
    Ok(ctx.platform().bulletin(period, filed_by).await?)
}

fn official(ctx: &Ctx, view: &BulletinView) -> Official {
    of_bulletin(ctx.lang, ctx.platform().pack(), ctx.platform().clock(), view)
}

fn render(ctx: &Ctx, view: &BulletinView, refused: Option<(String, StatusCode)>) -> PageResult {
    let b = &view.bulletin;
    let issued = view.issued.is_some();
    let (refused, status) = refused.map_or((None, StatusCode::OK), |(words, status)| (Some(words), status));
    let template = BulletinPage {
        c: ctx.chrome(Nav::Bulletins),
        o: official(ctx, view),
        address: format!("/bulletins/{}", b.period),
        query: if issued { String::new() } else { format!("?filed_by={}", b.filed_by) },
        filed_by: b.filed_by.to_string(),
        first: b.day.to_string(),
        last: ctx.snapshot.today.to_string(),
        issued,
        refused,
    };
    page_with(status, &template)
}

/// `GET /bulletins/{period}`
pub(crate) async fn show(ctx: Ctx, Path(period): Path<String>) -> PageResult {
    let view = find(&ctx, &period).await?;
    render(&ctx, &view, None)
}

/// The address this site was asked under, for links in files; a host that does not look like one is left out.
pub(crate) fn site(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let like_a_host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    let scheme = match headers.get("x-forwarded-proto").and_then(|v| v.to_str().ok()) {
        Some("https") => "https",
        _ => "http",
    };
    (!host.is_empty() && host.len() <= 255 && host.bytes().all(like_a_host)).then(|| format!("{scheme}://{host}"))
}

/// `GET /bulletins/{period}/docx`
pub(crate) async fn docx(ctx: Ctx, Path(period): Path<String>, headers: HeaderMap) -> PageResult {
    let view = find(&ctx, &period).await?;
    Ok(official(&ctx, &view).docx(site(&headers).as_deref())?)
}

/// `GET /bulletins/{period}/xlsx`
pub(crate) async fn xlsx(ctx: Ctx, Path(period): Path<String>) -> PageResult {
    let view = find(&ctx, &period).await?;
    Ok(official(&ctx, &view).xlsx()?)
}

/// `POST /bulletins/{period}/issue`
pub(crate) async fn issue(ctx: Ctx, Path(period): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let period = period_of(&period)?;
    let filed_by = match day(fields.get("filed_by")) {
        Ok(filed_by) => filed_by,
        Err(answer) => {
            let view = ctx.platform().bulletin(period, None).await?;
            return render(&ctx, &view, Some((ctx.lang.of(&answer.message).to_owned(), answer.status)));
        }
    };
    match Box::pin(ctx.platform().issue_bulletin(actor, period, filed_by)).await {
        Ok(_) => Ok(Redirect::to(&format!("/bulletins/{period}")).into_response()),
        Err(error) => {
            let answer = Answer::from(error);
            if answer.field.is_none() {
                return Err(answer.into());
            }
            let view = ctx.platform().bulletin(period, filed_by).await?;
            render(&ctx, &view, Some((ctx.lang.of(&answer.message).to_owned(), answer.status)))
        }
    }
}
