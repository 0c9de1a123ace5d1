//! The year's end: what can be said of every task, from evidence; and a report's tasks for other systems.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::official::{Official, Piece, of_year_end};
use crate::pages::bulletins::site;
use crate::pages::{Failure, PageResult, page};
use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use std::sync::Arc;
use tingzhou_platform::AdoptedReport;
use tingzhou_platform::ledger::ReportId;

#[derive(Template)]
#[template(path = "year_end.html")]
struct YearEndPage {
    c: Chrome,
    o: Option<Official>,
    report: String,
}

/// The report asked for, or the newest; `None` when none is adopted.
fn asked(ctx: &Ctx) -> Result<Option<Arc<AdoptedReport>>, Failure> {
    let asked = ctx.query("report").filter(|id| !id.is_empty()).map(ReportId::new).transpose()?;
    let report = ctx.snapshot.report(asked.as_ref());
    if asked.is_some() && report.is_none() {
        return Err(Answer::not_found().into());
    }
    Ok(report.cloned())
}

fn draft(ctx: &Ctx, report: &AdoptedReport) -> Official {
    let draft = ctx.platform().year_end_draft(&ctx.snapshot, report);
    of_year_end(ctx.lang, ctx.platform().pack(), report, (draft.day, &draft.groups), true)
}

/// `GET /year-end`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    ctx.supervisor()?;
    let report = asked(&ctx)?;
    page(&YearEndPage {
        o: report.as_ref().map(|report| draft(&ctx, report)),
        report: report.map(|report| report.id.to_string()).unwrap_or_default(),
        c: ctx.chrome(Nav::YearEnd),
    })
}

/// `GET /year-end/docx`
pub(crate) async fn docx(ctx: Ctx, headers: HeaderMap) -> PageResult {
    ctx.supervisor()?;
    let report = asked(&ctx)?.ok_or_else(Answer::not_found)?;
    Ok(draft(&ctx, &report).docx(site(&headers).as_deref())?)
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
