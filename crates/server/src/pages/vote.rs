//! The deputies' ballot: a one-time code and an opinion an item. Nobody signs in, and nothing of the voter is kept.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::year_end::named;
use crate::pages::{PageResult, page_with};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use std::sync::Arc;
use tingzhou_platform::AdoptedReport;
use tingzhou_platform::ledger::year_end::{BallotState, Opinion};

struct Item {
    no: u8,
    title: String,
    /// Name, words, chosen.
    opinions: Vec<(&'static str, String, bool)>,
}

#[derive(Template)]
#[template(path = "vote.html")]
struct VotePage {
    c: Chrome,
    report: String,
    open: bool,
    done: bool,
    items: Vec<Item>,
    refused: Option<String>,
}

async fn render(
    ctx: &Ctx,
    report: Option<Arc<AdoptedReport>>,
    chosen: &[(u8, Opinion)],
    refused: Option<(String, StatusCode)>,
) -> PageResult {
    let (refused, status) = refused.map_or((None, StatusCode::OK), |(words, status)| (Some(words), status));
    let (mut items, mut open) = (Vec::new(), false);
    if let Some(report) = &report {
        open = ctx.platform().ballot(&report.id).await?.state == BallotState::Open;
        let opinions = |no: u8| {
            let one = |own: Opinion| (own.name(), ctx.lang.of(&own.words()).to_owned(), chosen.contains(&(no, own)));
            Opinion::ALL.map(one).to_vec()
        };
        let item = |item: &tingzhou_platform::ItemName| Item {
            no: item.no,
            title: ctx.lang.of(&item.title).to_owned(),
            opinions: opinions(item.no),
        };
        items = report.reading.items.iter().map(item).collect();
        items.sort_by_key(|item| item.no);
    }
    let template = VotePage {
        c: ctx.chrome(Nav::YearEnd),
        report: report.map(|report| report.id.to_string()).unwrap_or_default(),
        open,
        done: ctx.query("done").is_some(),
        items,
        refused,
    };
    page_with(status, &template)
}

/// `GET /vote`
pub(crate) async fn form(ctx: Ctx) -> PageResult {
    let report = named(&ctx, &ctx.query("report").unwrap_or_default())?;
    render(&ctx, report, &[], None).await
}

/// `POST /vote`: whoever holds a code; the form has to come from this site.
pub(crate) async fn cast(ctx: Ctx, fields: Fields) -> PageResult {
    if !ctx.own_origin() {
        return Err(Answer::foreign_form().into());
    }
    let report = named(&ctx, fields.get("report"))?.ok_or_else(Answer::not_found)?;
    let choices = fields
        .pairs
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix("item-")?.parse::<u8>().ok()?, Opinion::from_name(value)?)));
    let choices: Vec<(u8, Opinion)> = choices.collect();
    match Box::pin(ctx.platform().cast_ballot(&report.id, fields.get("code"), &choices)).await {
        Ok(()) => Ok(Redirect::to(&format!("/vote?report={}&done=1", report.id)).into_response()),
        Err(error) => {
            let answer = Answer::from(error);
            if answer.field.is_none() {
                return Err(answer.into());
            }
            let words = ctx.lang.of(&answer.message).to_owned();
            render(&ctx, Some(report), &choices, Some((words, answer.status))).await
        }
    }
}
