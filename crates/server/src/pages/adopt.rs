//! Adopting a report: reading proposes, a person adopts.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::{Fields, MOST_KEPT};
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tingzhou_platform::ledger::words_of_target;
use tingzhou_platform::report::types::Set;

struct ProposedTask {
    title: String,
    target: String,
    deadline: String,
    lead: String,
    reason: String,
}

struct Proposal {
    title: String,
    year: i16,
    commitments: usize,
    results: usize,
    tasks: Vec<ProposedTask>,
    numbered: usize,
    /// The document again, for the step that adopts it; empty when it is too large to travel with a form.
    document: String,
}

#[derive(Template)]
#[template(path = "adopt.html")]
struct AdoptPage {
    c: Chrome,
    proposal: Option<Proposal>,
    message: Option<String>,
}

/// `GET /adopt`
pub(crate) async fn form(ctx: Ctx) -> PageResult {
    ctx.supervisor()?;
    page_with(StatusCode::OK, &AdoptPage { c: ctx.chrome(Nav::Adopt), proposal: None, message: None })
}

/// `POST /adopt`: shows what adopting would do, or adopts when told to.
pub(crate) async fn preview_or_adopt(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let nothing = || {
        Answer::bad_field(
            "document",
            "请选择报告文件（DOCX、PDF、OFD、HTML、TXT 或 Markdown）。",
            "Choose the report's file (DOCX, PDF, OFD, HTML, TXT or Markdown).",
        )
    };
    let kept = STANDARD.decode(fields.get("document")).ok().filter(|d| !d.is_empty());
    let document = kept.or_else(|| fields.uploads.first().map(|u| u.content.clone()));
    let Some(document) = document else { return refused(&ctx, &nothing()) };
    if fields.get("step") == "adopt" {
        return match Box::pin(ctx.platform().adopt(actor, &document, false)).await {
            Ok(report) => Ok(Redirect::to(&format!("/?report={}", report.id)).into_response()),
            Err(error) => refused(&ctx, &error.into()),
        };
    }
    let platform = ctx.platform().clone();
    let bytes = document.clone();
    // Reading takes a moment on long texts; it does not hold up the others.
    let read = tokio::task::spawn_blocking(move || platform.preview(&bytes)).await;
    let preview = match read {
        Ok(Ok(preview)) => preview,
        Ok(Err(error)) => return refused(&ctx, &error.into()),
        Err(_) => return Err(Answer::by_status(StatusCode::INTERNAL_SERVER_ERROR).into()),
    };
    let count = |set: Set| preview.reading.statements.iter().filter(|s| s.set == set).count();
    let pack = ctx.platform().pack();
    let task = |t: &tingzhou_platform::ledger::Task| {
        let suggestion = t.suggestion.as_ref();
        ProposedTask {
            title: t.title.clone(),
            target: t.target.as_ref().map(|x| ctx.lang.of(&words_of_target(x)).to_owned()).unwrap_or_default(),
            deadline: t.deadline.to_string(),
            lead: suggestion
                .and_then(|s| pack.unit(&s.lead))
                .map(|u| ctx.lang.of(&u.name).to_owned())
                .unwrap_or_default(),
            reason: suggestion.map(|s| ctx.lang.of(&s.reason).to_owned()).unwrap_or_default(),
        }
    };
    let proposal = Proposal {
        title: preview.title.clone(),
        year: preview.year,
        commitments: count(Set::Commitment),
        results: count(Set::Result),
        tasks: preview.tasks.iter().map(task).collect(),
        numbered: preview.tasks.iter().filter(|t| t.target.is_some()).count(),
        document: if document.len() <= MOST_KEPT { STANDARD.encode(&document) } else { String::new() },
    };
    page_with(StatusCode::OK, &AdoptPage { c: ctx.chrome(Nav::Adopt), proposal: Some(proposal), message: None })
}

fn refused(ctx: &Ctx, answer: &Answer) -> PageResult {
    let message = Some(ctx.lang.of(&answer.message).to_owned());
    page_with(answer.status, &AdoptPage { c: ctx.chrome(Nav::Adopt), proposal: None, message })
}
