//! Choosing a report to adopt, and the drafts under review: reading proposes, a person adopts.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

struct Line {
    id: String,
    title: String,
    year: i16,
    decided: u32,
    total: u32,
    started: String,
    by: String,
    changed: String,
}

#[derive(Template)]
#[template(path = "adopt.html")]
struct AdoptPage {
    c: Chrome,
    open: Vec<Line>,
    ended: Vec<Line>,
    message: Option<String>,
}

/// `GET /adopt`
pub(crate) async fn form(ctx: Ctx) -> PageResult {
    ctx.supervisor()?;
    show(&ctx, StatusCode::OK, None).await
}

/// `POST /adopt`: reads a document and leads to its review.
pub(crate) async fn upload(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?.clone();
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let Some(document) = fields.uploads.into_iter().next().map(|upload| upload.content) else {
        let nothing = Answer::bad_field(
            "document",
            "请选择报告文件（DOCX、PDF、OFD、HTML、TXT 或 Markdown）。",
            "Choose the report's file (DOCX, PDF, OFD, HTML, TXT or Markdown).",
        );
        return refused(&ctx, &nothing).await;
    };
    match Box::pin(ctx.platform().start_review(&actor, &document)).await {
        Ok(draft) => Ok(Redirect::to(&format!("/review/{draft}")).into_response()),
        Err(error) => refused(&ctx, &error.into()).await,
    }
}

async fn refused(ctx: &Ctx, answer: &Answer) -> PageResult {
    show(ctx, answer.status, Some(ctx.lang.of(&answer.message).to_owned())).await
}

async fn show(ctx: &Ctx, status: StatusCode, message: Option<String>) -> PageResult {
    let clock = ctx.platform().clock();
    let (mut open, mut ended) = (Vec::new(), Vec::new());
    for draft in ctx.platform().drafts().await? {
        let line = Line {
            id: draft.id.to_string(),
            title: draft.title,
            year: draft.year,
            decided: draft.total.saturating_sub(draft.undecided),
            total: draft.total,
            started: clock.written(draft.started_at),
            by: draft.started_by.to_string(),
            changed: clock.written(draft.changed_at),
        };
        if draft.ended { &mut ended } else { &mut open }.push(line);
    }
    page_with(status, &AdoptPage { c: ctx.chrome(Nav::Adopt), open, ended, message })
}
