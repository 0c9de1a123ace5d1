//! What people do to a task from its page: assign, withdraw, adjust, close, open again; and confirming many leads at once.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::Fields;
use crate::pages::task_forms::{Forms, Refused};
use crate::pages::{PageResult, page, plan_text, task};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;
use rust_decimal::Decimal;
use tingzhou_platform::PlatformError;
use tingzhou_platform::ledger::project::{RollUp, RollUpRule};
use tingzhou_platform::ledger::{
    Assign, Close, Command, Confirmation, EvidenceId, LeaderId, Outcome, RefusalKind, SetAdjustment, TaskId, UnitId,
    parse_value,
};

/// Tasks confirmed at once at most.
const MOST_AT_ONCE: usize = 500;

pub(super) fn confirmations(fields: &Fields) -> Vec<Confirmation> {
    fields.all("confirmed").filter_map(Confirmation::from_name).collect()
}

fn day(field: &'static str, text: &str) -> Result<Date, Answer> {
    let wrong = || Answer::bad_field(field, "请填写日期，如 2025-10-31。", "Give a day, such as 2025-10-31.");
    text.trim().parse().map_err(|_| wrong())
}

fn number(field: &'static str, text: &str) -> Result<Decimal, Answer> {
    let wrong = || Answer::bad_field(field, "请填写数字，最多六位小数。", "Give a number with at most six decimals.");
    parse_value(text).ok_or_else(wrong)
}

/// Carries out a command made from a form; on a refusal or a conflict the page comes back with everything typed.
async fn carry_out(
    ctx: Ctx,
    id: String,
    fields: Fields,
    form: &'static str,
    done: &'static str,
    command: impl FnOnce(&Fields) -> Result<Command, Answer>,
) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let task = TaskId::new(id)?;
    let version = fields.version()?;
    let error = match command(&fields) {
        Ok(command) => match Box::pin(ctx.platform().run(actor, &task, version, command)).await {
            Ok(_) => return Ok(Redirect::to(&format!("/tasks/{task}?done={done}")).into_response()),
            Err(error) => error,
        },
        Err(answer) => return come_back(&ctx, &task, &fields, form, (answer, None), None).await,
    };
    let confirm = match &error {
        PlatformError::Refused(refusal) => match refusal.kind {
            RefusalKind::AskBack(what) => Some(what.name()),
            _ => None,
        },
        PlatformError::Conflict { .. } => None,
        // Not a matter of this form: a page of its own says what to do.
        _ => return Err(error.into()),
    };
    let since = matches!(error, PlatformError::Conflict { .. }).then_some(version);
    come_back(&ctx, &task, &fields, form, (error.into(), confirm), since).await
}

async fn come_back(
    ctx: &Ctx,
    task: &TaskId,
    fields: &Fields,
    form: &'static str,
    (answer, confirm): (Answer, Option<&'static str>),
    since: Option<u64>,
) -> PageResult {
    // Somebody else may have changed the task: it is shown as it is now.
    let fresh = ctx.platform().snapshot().await?;
    let view = fresh.task(task).cloned().ok_or_else(Answer::not_found)?;
    let changes = match since {
        Some(version) => changes_since(ctx, task, version).await?,
        None => Vec::new(),
    };
    let status = if since.is_some() { StatusCode::CONFLICT } else { answer.status };
    let message = ctx.lang.of(&answer.message).to_owned();
    let known = ["lead", "co_units", "leader", "plan", "value", "deadline", "reason", "outcome"];
    let field = answer.field.filter(|f| known.contains(f)).unwrap_or_default();
    let refused = Refused { form, field, message, confirm, changes };
    let forms = Forms::of(ctx, &view).typed(fields, refused);
    task::render(ctx, &view, forms, status).await
}

/// What happened to a task after a version, in words. A task's version counts its events.
pub(super) async fn changes_since(ctx: &Ctx, task: &TaskId, version: u64) -> Result<Vec<String>, Answer> {
    let clock = ctx.platform().clock();
    let seen = usize::try_from(version).unwrap_or(usize::MAX);
    let entries = ctx.platform().history(task).await?;
    let line = |e: &tingzhou_platform::HistoryEntry| {
        format!("{} · {} · {}", clock.written(e.at), e.actor, ctx.lang.of(&e.words))
    };
    Ok(entries.iter().skip(seen).map(line).collect())
}

fn assign_from(fields: &Fields) -> Result<Command, Answer> {
    let missing = || Answer::bad_field("lead", "请选择牵头单位。", "Choose the lead unit.");
    let unit = |text: &str| UnitId::new(text).map_err(|_| missing());
    let leader = fields.get("leader");
    Ok(Command::Assign(Assign {
        lead: unit(fields.get("lead"))?,
        co_units: fields.all("co_units").filter(|u| !u.is_empty()).map(unit).collect::<Result<_, _>>()?,
        leader: if leader.is_empty() { None } else { Some(LeaderId::new(leader)?) },
        plan: plan_text::read(fields.get("plan"), fields.get("nodes"))?,
    }))
}

/// `POST /tasks/{id}/assign`
pub(crate) async fn assign(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    carry_out(ctx, id, fields, "assign", "assigned", assign_from).await
}

/// `POST /tasks/{id}/withdraw`
pub(crate) async fn withdraw(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let command = |fields: &Fields| {
        let evidence = EvidenceId::new(fields.get("evidence"))?;
        Ok(Command::Withdraw { evidence, reason: fields.get("reason").to_owned() })
    };
    carry_out(ctx, id, fields, "withdraw", "withdrawn", command).await
}

/// `POST /tasks/{id}/adjust`
pub(crate) async fn adjust(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let command = |fields: &Fields| {
        Ok(Command::Adjust(SetAdjustment {
            value: number("value", fields.get("value"))?,
            deadline: day("deadline", fields.get("deadline"))?,
            reason: fields.get("reason").to_owned(),
        }))
    };
    carry_out(ctx, id, fields, "adjust", "adjusted", command).await
}

/// `POST /tasks/{id}/close`
pub(crate) async fn close(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let command = |fields: &Fields| {
        let missing = || Answer::bad_field("outcome", "请选择办结结果。", "Choose how it ended.");
        Ok(Command::Close(Close {
            outcome: Outcome::from_name(fields.get("outcome")).ok_or_else(missing)?,
            reason: fields.get("reason").to_owned(),
            confirmed: confirmations(fields),
        }))
    };
    carry_out(ctx, id, fields, "close", "closed", command).await
}

/// `POST /tasks/{id}/reopen`
pub(crate) async fn reopen(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let command = |fields: &Fields| Ok(Command::Reopen { reason: fields.get("reason").to_owned() });
    carry_out(ctx, id, fields, "reopen", "reopened", command).await
}

/// `POST /tasks/{id}/roll-up`: has the key projects measure a task, or no longer.
pub(crate) async fn roll_up(ctx: Ctx, Path(id): Path<String>, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let task = TaskId::new(id)?;
    let category = fields.get("category").trim().to_owned();
    let rule = RollUp::from_name(fields.get("what")).map(|what| RollUpRule { what, category });
    match Box::pin(ctx.platform().set_roll_up(actor, &task, rule)).await {
        Ok(()) => Ok(Redirect::to(&format!("/tasks/{task}?done=rolled-up")).into_response()),
        Err(error @ PlatformError::Refused(_)) => {
            come_back(&ctx, &task, &fields, "roll-up", (error.into(), None), None).await
        }
        Err(error) => Err(error.into()),
    }
}

struct NotConfirmed {
    id: String,
    title: String,
    why: String,
}

#[derive(Template)]
#[template(path = "confirmed.html")]
struct ConfirmedPage {
    c: Chrome,
    confirmed: usize,
    failed: Vec<NotConfirmed>,
}

/// `POST /tasks/confirm`: takes the suggested leads of the chosen tasks as they stand.
pub(crate) async fn confirm_suggested(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let (mut confirmed, mut failed) = (0, Vec::new());
    // Each is written as "ID:VERSION", the version the list was shown with.
    for chosen in fields.all("task").take(MOST_AT_ONCE) {
        let Some((id, version)) = chosen.rsplit_once(':') else { continue };
        let view = task::find(&ctx, id)?;
        let version: u64 = version.parse().map_err(|_| Answer::by_status(StatusCode::BAD_REQUEST))?;
        let Some(suggestion) = view.task.suggestion.clone() else { continue };
        let command = Command::Assign(Assign {
            lead: suggestion.lead,
            co_units: suggestion.co_units,
            leader: suggestion.leader,
            plan: None,
        });
        match Box::pin(ctx.platform().run(actor, &view.task.id, version, command)).await {
            Ok(_) => confirmed += 1,
            Err(error) => {
                let why = ctx.lang.of(&Answer::from(error).message).to_owned();
                failed.push(NotConfirmed { id: id.to_owned(), title: view.task.title.clone(), why });
            }
        }
    }
    page(&ConfirmedPage { c: ctx.chrome(Nav::Tasks), confirmed, failed })
}
