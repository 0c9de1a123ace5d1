//! What the one signed in has been told.

use crate::context::{Chrome, Ctx, Nav};
use crate::fields::Fields;
use crate::pages::{PageResult, page};
use askama::Template;
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::is_order;
use tingzhou_platform::ledger::TaskId;

const PAGE: u32 = 50;

struct Row {
    at: String,
    task: String,
    /// A work order says in its own words what it is about.
    order: bool,
    title: String,
    words: String,
    asks: bool,
    read: bool,
}

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    c: Chrome,
    rows: Vec<Row>,
    newest: i64,
    older: Option<i64>,
}

/// `GET /notices`
pub(crate) async fn list(ctx: Ctx) -> PageResult {
    let actor = ctx.signed_in()?;
    let before = ctx.query("before").and_then(|b| b.parse().ok()).unwrap_or(i64::MAX);
    let found = ctx.platform().notices(actor, before, PAGE).await?;
    let older = found.last().map(|n| n.seq).filter(|seq| *seq > 1 && found.len() > 1);
    let older = match older {
        Some(seq) => (!ctx.platform().notices(actor, seq, 1).await?.is_empty()).then_some(seq),
        None => None,
    };
    let newest = found.first().map_or(0, |n| n.seq);
    let clock = ctx.platform().clock();
    let rows = found.into_iter().map(|n| {
        let task = TaskId::new(&n.subject).ok().and_then(|id| ctx.snapshot.task(&id));
        Row {
            at: clock.written(n.at),
            title: task.map_or_else(|| n.subject.clone(), |view| view.task.title.clone()),
            order: is_order(&n.subject),
            task: n.subject,
            words: ctx.lang.of(&n.told.words).to_owned(),
            asks: n.told.asks,
            read: n.read,
        }
    });
    page(&NoticesPage { rows: rows.collect(), newest, older, c: ctx.chrome(Nav::Notices) })
}

/// `POST /notices/read`
pub(crate) async fn read(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let seq = fields.get("seq").parse().unwrap_or(0);
    ctx.platform().read_notices(actor, seq).await?;
    Ok(Redirect::to("/notices").into_response())
}
