//! What programs do to a task. Every write names the version it is based on; filing can be repeated safely with a key.

use crate::api::caller::{version, writer};
use crate::api::model::NewEvidence;
use crate::api::model::{EvidenceBody, TaskBody};
use crate::api::problem::{ApiResult, ProblemBody};
use crate::api::tasks::{etag, with_tag};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use jiff::civil::Date;
use serde::Deserialize;
use tingzhou_platform::Filing;
use tingzhou_platform::ledger::{
    Actor, Assign, Basis, Close, Command, Confirmation, EvidenceId, LeaderId, Outcome, Period, Point, ReportedStatus,
    SetAdjustment, Source, Task, TaskId, UnitId, parse_value,
};
use utoipa::ToSchema;

pub(super) type Body<T> = Result<Json<T>, JsonRejection>;

pub(super) fn body<T>(given: Body<T>) -> Result<T, Answer> {
    given.map(|Json(body)| body).map_err(|e| {
        let text = e.body_text();
        let status = if e.status() == StatusCode::PAYLOAD_TOO_LARGE { e.status() } else { StatusCode::BAD_REQUEST };
        Answer::new(
            status,
            "body-unreadable",
            format!("请求体无法读取：{text}"),
            format!("The body cannot be read: {text}"),
        )
    })
}

fn day(field: &'static str, text: &str) -> Result<Date, Answer> {
    let wrong = || Answer::bad_field(field, "日期应如 2025-10-31。", "Give a day, such as 2025-10-31.");
    text.parse().map_err(|_| wrong())
}

fn named<T>(field: &'static str, text: &str, found: Option<T>) -> Result<T, Answer> {
    let wrong = || {
        let short: String = text.chars().take(40).collect();
        Answer::bad_field(field, format!("“{short}”不是可用的值。"), format!("“{short}” is not one of the values."))
    };
    found.ok_or_else(wrong)
}

fn confirmed(names: &[String]) -> Result<Vec<Confirmation>, Answer> {
    names.iter().map(|n| named("confirmed", n, Confirmation::from_name(n))).collect()
}

fn filing(new: NewEvidence, actor: &Actor, task: &Task) -> Result<Filing, Answer> {
    let source = match new.source.as_str() {
        "" if actor.role.supervises() => Source::Check,
        "" => Source::Filing,
        name => named(
            "source",
            name,
            [Source::Filing, Source::Check, Source::Measure].into_iter().find(|s| s.name() == name),
        )?,
    };
    let basis = match new.basis.as_str() {
        "" | "cumulative" => Basis::Cumulative,
        "period" => Basis::Period,
        other => named("basis", other, None)?,
    };
    let value = new.value.as_deref().map(|v| named("value", v, parse_value(v))).transpose()?;
    let from = match &new.from {
        Some(text) => day("period", text)?,
        None => jiff::civil::date(task.year.clamp(1, 9_998), 1, 1),
    };
    let point = match new.point {
        None => None,
        Some([longitude, latitude]) => Some(named("point", "", Point::new(longitude, latitude))?),
    };
    Ok(Filing {
        source,
        value,
        unit: new.unit,
        basis,
        period: Period { from, to: day("period", &new.to)? },
        place: new.place,
        point,
        note: new.note,
        reported: named("reported", &new.reported, ReportedStatus::from_name(&new.reported))?,
        milestone: new.milestone,
        confirmed: confirmed(&new.confirmed)?,
        // In a simulated city nothing is real, whoever sent it.
        simulated: new.simulated || task.simulated,
    })
}

/// File evidence.
#[utoipa::path(post, path = "/tasks/{id}/evidence", tag = "evidence", request_body = NewEvidence, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task"), ("If-Match" = String, Header, description = "The task's ETag"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and request are carried out once and answered alike")),
    responses((status = 201, body = EvidenceBody, headers(("Location" = String), ("ETag" = String))),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Odd or out of state: the code can be confirmed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Changed meanwhile; the version now is given", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, description = "If-Match missing", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn file(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewEvidence>,
) -> ApiResult {
    let actor = writer(&state, &headers).await?;
    let expected = version(&headers)?;
    let task = TaskId::new(id)?;
    // Only this task: to look at all of them for every filing would hold up all.
    let before = state.platform.task(&task).await?;
    let filing = filing(body(new)?, &actor, &before.task)?;
    let key = match headers.get("idempotency-key") {
        None => None,
        Some(value) => Some(named("Idempotency-Key", "", value.to_str().ok())?),
    };
    let filed = Box::pin(state.platform.file(&actor, &task, expected, filing, Vec::new(), key)).await?;
    let location = format!("/api/v1/tasks/{task}/evidence#{}", filed.evidence);
    let row = filed.view.task.evidence.iter().find(|e| e.id == filed.evidence).ok_or_else(Answer::not_found)?;
    let answer = Json(EvidenceBody::of(&filed.view, row));
    Ok((StatusCode::CREATED, [(header::LOCATION, location), (header::ETAG, etag(&filed.view))], answer).into_response())
}

async fn run(
    state: &AppState,
    id: String,
    headers: &HeaderMap,
    command: impl FnOnce() -> Result<Command, Answer>,
) -> ApiResult {
    let actor = writer(state, headers).await?;
    let expected = version(headers)?;
    let task = TaskId::new(id)?;
    let view = Box::pin(state.platform.run(&actor, &task, expected, command()?)).await?;
    Ok(with_tag(StatusCode::OK, &view))
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhyBody {
    /// The reason.
    pub(super) reason: String,
}

/// Take evidence back.
#[utoipa::path(post, path = "/tasks/{id}/evidence/{evidence}/withdrawal", tag = "evidence", request_body = WhyBody, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task"), ("evidence" = String, Path, description = "Evidence"), ("If-Match" = String, Header, description = "The task's ETag")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    Path((id, evidence)): Path<(String, String)>,
    headers: HeaderMap,
    why: Body<WhyBody>,
) -> ApiResult {
    run(&state, id, &headers, || {
        Ok(Command::Withdraw { evidence: EvidenceId::new(evidence)?, reason: body(why)?.reason })
    })
    .await
}

/// Who answers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAssignment {
    /// Lead unit.
    lead: String,
    /// Co-units.
    #[serde(default)]
    co_units: Vec<String>,
    /// Leading post.
    #[serde(default)]
    leader: Option<String>,
    /// Another plan, in the form of a task's `path`; the one it has when left out.
    #[serde(default)]
    plan: Option<serde_json::Value>,
}

/// Confirm who answers.
#[utoipa::path(put, path = "/tasks/{id}/assignment", tag = "tasks", request_body = NewAssignment, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task"), ("If-Match" = String, Header, description = "The task's ETag")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn assign(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewAssignment>,
) -> ApiResult {
    run(&state, id, &headers, || {
        let new = body(new)?;
        let unit = |field, text: &String| named(field, text, UnitId::new(text).ok());
        Ok(Command::Assign(Assign {
            lead: unit("lead", &new.lead)?,
            co_units: new.co_units.iter().map(|u| unit("co_units", u)).collect::<Result<_, _>>()?,
            leader: new.leader.as_ref().map(|l| named("leader", l, LeaderId::new(l).ok())).transpose()?,
            plan: new
                .plan
                .map(|plan| named("plan", &plan.to_string(), serde_json::from_value(plan).ok()))
                .transpose()?,
        }))
    })
    .await
}

/// What has to be reached from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAdjustment {
    /// Exact decimal as a string, in the target's unit.
    value: String,
    /// The new deadline.
    deadline: String,
    /// Why, and by whose decision.
    reason: String,
}

/// Adjust the target. The one as adopted stays beside it.
#[utoipa::path(post, path = "/tasks/{id}/adjustments", tag = "tasks", request_body = NewAdjustment, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task"), ("If-Match" = String, Header, description = "The task's ETag")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn adjust(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewAdjustment>,
) -> ApiResult {
    run(&state, id, &headers, || {
        let new = body(new)?;
        Ok(Command::Adjust(SetAdjustment {
            value: named("value", &new.value, parse_value(&new.value))?,
            deadline: day("deadline", &new.deadline)?,
            reason: new.reason,
        }))
    })
    .await
}

/// How the task ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClosing {
    /// met, not-met or discontinued.
    outcome: String,
    /// Why.
    reason: String,
    /// Oddities looked at and meant, by the codes the refusals gave.
    #[serde(default)]
    confirmed: Vec<String>,
}

/// Close a task.
#[utoipa::path(post, path = "/tasks/{id}/closing", tag = "tasks", request_body = NewClosing, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task"), ("If-Match" = String, Header, description = "The task's ETag")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn close(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewClosing>,
) -> ApiResult {
    run(&state, id, &headers, || {
        let new = body(new)?;
        Ok(Command::Close(Close {
            outcome: named("outcome", &new.outcome, Outcome::from_name(&new.outcome))?,
            confirmed: confirmed(&new.confirmed)?,
            reason: new.reason,
        }))
    })
    .await
}

/// Open a closed task again; the reason stands in the query.
#[utoipa::path(delete, path = "/tasks/{id}/closing", tag = "tasks", security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task"), ("reason" = String, Query, description = "Why"), ("If-Match" = String, Header, description = "The task's ETag")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn reopen(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(why): Query<Vec<(String, String)>>,
) -> ApiResult {
    run(&state, id, &headers, || {
        let reason = why.into_iter().find(|(name, _)| name == "reason").map(|(_, reason)| reason).unwrap_or_default();
        Ok(Command::Reopen { reason })
    })
    .await
}
