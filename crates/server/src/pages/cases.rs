//! Dispatches: their list, each by itself, and what people do to them.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::{PageResult, page, page_with, task};
use crate::view::{CaseLine, Look};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use tingzhou_platform::ledger::TaskId;
use tingzhou_platform::matter::{CaseId, Command, FieldId, Inputs, StateId, TransitionId, Value};
use tingzhou_platform::{CaseSelect, PlatformError};

const PAGE: u32 = 50;

/// What was typed into a form that came back.
#[derive(Default)]
pub(crate) struct CaseRefused {
    pub(crate) deed: String,
    pub(crate) message: String,
    pub(crate) reason: String,
    pub(crate) days: String,
}

impl CaseRefused {
    pub(crate) fn reason_of(&self, deed: &str) -> &str {
        if self.deed == deed { &self.reason } else { "" }
    }

    pub(crate) fn days_of(&self, deed: &str) -> &str {
        if self.deed == deed { &self.days } else { "" }
    }
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    c: Chrome,
    d: CaseLine,
    refused: CaseRefused,
    notice: Option<&'static str>,
}

struct StateChoice {
    id: String,
    name: String,
    count: u64,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "cases.html")]
struct ListPage {
    c: Chrome,
    rows: Vec<CaseLine>,
    states: Vec<StateChoice>,
    over: bool,
    waiting: bool,
    ended: bool,
    next: Option<String>,
}

fn look(ctx: &Ctx) -> Look<'_> {
    Look { lang: ctx.lang, platform: ctx.platform(), snapshot: &ctx.snapshot }
}

/// `GET /cases`
pub(crate) async fn list(ctx: Ctx) -> PageResult {
    let actor = ctx.signed_in()?;
    let yes = |name: &str| ctx.query(name).is_some_and(|value| value == "1");
    let state = ctx.query("state").filter(|state| !state.is_empty()).map(StateId::new).transpose()?;
    let (over, waiting, ended) = (yes("over"), yes("waiting"), yes("ended"));
    let select = CaseSelect { state: state.clone(), over, waiting, ended, ..CaseSelect::default() };
    let offset: u32 = ctx.query("offset").and_then(|o| o.parse().ok()).unwrap_or(0);
    let found = ctx.platform().cases(actor, &select, offset, PAGE).await?;
    let counts = ctx.platform().case_counts(actor).await?;
    let chosen = state.as_ref().map_or("", StateId::as_str);
    let states = ctx.platform().dispatch_states().into_iter().map(|(id, name)| StateChoice {
        count: counts.iter().find(|c| c.state == id.as_str()).map_or(0, |c| c.all),
        chosen: id.as_str() == chosen,
        id: id.to_string(),
        name: ctx.lang.of(&name).to_owned(),
    });
    let flag = |name: &str, set: bool| if set { format!("&{name}=1") } else { String::new() };
    let kept = format!("{}{}{}", flag("over", over), flag("waiting", waiting), flag("ended", ended));
    let next = found.next.map(|next| format!("/cases?state={chosen}{kept}&offset={next}"));
    page(&ListPage {
        rows: found.rows.iter().map(|view| CaseLine::of(&look(&ctx), view)).collect(),
        states: states.collect(),
        over,
        waiting,
        ended,
        next,
        c: ctx.chrome(Nav::Cases),
    })
}

async fn render(ctx: &Ctx, id: &CaseId, refused: CaseRefused, status: StatusCode) -> PageResult {
    let view = ctx.platform().case(ctx.signed_in()?, id).await?;
    let c = ctx.chrome(Nav::Cases);
    let notice = ctx.query("done").and_then(|done| done_words(&c, &done));
    page_with(status, &CasePage { d: CaseLine::of(&look(ctx), &view), c, refused, notice })
}

pub(super) fn done_words(c: &Chrome, done: &str) -> Option<&'static str> {
    match done {
        "dispatched" => Some(c.w.done_dispatched),
        "moved" => Some(c.w.done_moved),
        "approved" => Some(c.w.done_approved),
        "declined" => Some(c.w.done_declined),
        _ => None,
    }
}

/// `GET /cases/{id}`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    ctx.signed_in()?;
    render(&ctx, &CaseId::new(id)?, CaseRefused::default(), StatusCode::OK).await
}

/// Where a deed leads back to: the desk, or the case's task.
fn back(fields: &Fields, task: &str, done: &str) -> String {
    match fields.get("back") {
        "desk" => format!("/me?done={done}"),
        _ => format!("/tasks/{task}?done={done}"),
    }
}

/// Carries out a command from a form; refused, the case's page comes back with everything typed.
async fn carry_out(ctx: Ctx, id: String, fields: Fields, done: &'static str, command: Command) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let id = CaseId::new(id)?;
    let error = match Box::pin(ctx.platform().run_case(actor, &id, fields.version()?, command)).await {
        Ok(view) => return Ok(Redirect::to(&back(&fields, &view.subject, done)).into_response()),
        Err(error @ PlatformError::CaseRefused(_)) => error,
        Err(error) => return Err(error.into()),
    };
    let answer = Answer::from(error);
    let refused = CaseRefused {
        deed: fields.get("transition").to_owned(),
        message: ctx.lang.of(&answer.message).to_owned(),
        reason: fields.get("reason").to_owned(),
        days: fields.get("days").to_owned(),
    };
    render(&ctx, &id, refused, answer.status).await
}

/// `POST /cases/{id}/move`
pub(crate) async fn step(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let mut inputs = Inputs { reason: fields.get("reason").to_owned(), ..Inputs::default() };
    let days = fields.get("days").trim();
    if !days.is_empty() {
        let wrong = || Answer::bad_field("days", "请填写整数天数。", "Give a whole number of days.");
        inputs.fields.insert(FieldId::new("extra-days")?, Value::Count(days.parse().map_err(|_| wrong())?));
    }
    let transition = TransitionId::new(fields.get("transition"))?;
    carry_out(ctx, id, fields, "moved", Command::Move { transition, inputs }).await
}

/// `POST /cases/{id}/approve`
pub(crate) async fn approve(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let transition = TransitionId::new(fields.get("transition"))?;
    let note = fields.get("reason").to_owned();
    carry_out(ctx, id, fields, "approved", Command::Approve { transition, note }).await
}

/// `POST /cases/{id}/decline`
pub(crate) async fn decline(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let transition = TransitionId::new(fields.get("transition"))?;
    let reason = fields.get("reason").to_owned();
    carry_out(ctx, id, fields, "declined", Command::Decline { transition, reason }).await
}

/// `POST /tasks/{id}/dispatch`
pub(crate) async fn dispatch(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let task = TaskId::new(id)?;
    Box::pin(ctx.platform().dispatch(actor, &task)).await?;
    Ok(Redirect::to(&back(&fields, task.as_str(), "dispatched")).into_response())
}

struct NotSent {
    id: String,
    title: String,
    why: String,
}

#[derive(Template)]
#[template(path = "dispatched.html")]
struct DispatchedPage {
    c: Chrome,
    sent: usize,
    failed: Vec<NotSent>,
}

/// `POST /tasks/dispatch`: sends every task that has a confirmed lead unit and is not sent yet.
pub(crate) async fn dispatch_all(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let ready: Vec<TaskId> = ctx.platform().undispatched().await?.iter().map(|v| v.task.id.clone()).collect();
    let done = Box::pin(ctx.platform().dispatch_many(actor, &ready)).await?;
    let mut failed = Vec::new();
    for (id, error) in done.failed {
        let title = task::find(&ctx, id.as_str())?.task.title.clone();
        let why = ctx.lang.of(&Answer::from(error).message).to_owned();
        failed.push(NotSent { id: id.to_string(), title, why });
    }
    page(&DispatchedPage { c: ctx.chrome(Nav::Desk), sent: done.opened.len(), failed })
}
