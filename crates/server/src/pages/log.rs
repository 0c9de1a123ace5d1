//! The event log, newest first.

use crate::context::{Chrome, Ctx, Nav};
use crate::pages::{PageResult, page};
use askama::Template;

const PAGE: u32 = 100;

struct Row {
    seq: i64,
    at: String,
    actor: String,
    kind: String,
    subject: String,
    is_task: bool,
    hash: String,
}

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    c: Chrome,
    rows: Vec<Row>,
    older: Option<i64>,
    newest: bool,
}

/// `GET /log`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    ctx.supervisor()?;
    let before = ctx.query("before").and_then(|b| b.parse().ok());
    let events = ctx.platform().log_page(before.unwrap_or(i64::MAX), PAGE).await?;
    let clock = ctx.platform().clock();
    let older = events.last().map(|e| e.seq).filter(|seq| *seq > 1);
    let rows = events
        .into_iter()
        .map(|e| Row {
            seq: e.seq,
            at: clock.written(e.at),
            actor: e.actor,
            is_task: e.kind.starts_with("task-")
                || matches!(e.kind.as_str(), "evidence-filed" | "evidence-withdrawn" | "target-adjusted"),
            kind: e.kind,
            subject: e.subject,
            hash: e.hash.chars().take(12).collect(),
        })
        .collect();
    page(&LogPage { c: ctx.chrome(Nav::Log), rows, older, newest: before.is_none() })
}
