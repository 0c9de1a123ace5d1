//! Dispatches and notices for programs: each account sees those it takes part in, the supervision office all.

use crate::api::caller::{reader, version, writer};
use crate::api::commands::{Body, body};
use crate::api::cursor;
use crate::api::model::{List, instant, message};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::api::reports::PageQuery;
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tingzhou_platform::ledger::TaskId;
use tingzhou_platform::matter::{CaseId, Command, FieldId, Inputs, Standing, StateId, TransitionId, Unit, Value};
use tingzhou_platform::{CaseClock, CaseSelect, CaseView, Notice};
use utoipa::{IntoParams, ToSchema};

/// A time limit that has not stopped.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct LimitBody {
    /// Its name for programs: sign, feedback, handle, review.
    clock: String,
    /// For people.
    name: Message,
    /// working-days, calendar-days, hours or minutes.
    unit: &'static str,
    /// Time given, in `unit`, extensions included.
    budget: i64,
    /// Time left, in `unit`.
    remaining: i64,
    /// Time used up after the end, in `unit`.
    late: i64,
    /// Whether the end has passed.
    over: bool,
    /// Whether it does not count now.
    paused: bool,
    /// The last day, in China.
    due: String,
    /// What is left, in words.
    words: Message,
}

impl LimitBody {
    pub(crate) fn of(clock: &CaseClock) -> Self {
        let reading = &clock.reading;
        Self {
            clock: clock.id.to_string(),
            name: Message::of(&clock.name),
            unit: match reading.unit {
                Unit::WorkingDays => "working-days",
                Unit::CalendarDays => "calendar-days",
                Unit::Hours => "hours",
                Unit::Minutes => "minutes",
            },
            budget: reading.budget,
            remaining: reading.remaining,
            late: reading.late,
            over: reading.over,
            paused: matches!(reading.standing, Standing::Paused { .. }),
            due: reading.due.date.to_string(),
            words: Message::of(&clock.words()),
        }
    }
}

/// Who takes part.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartyBody {
    /// As what.
    role: Message,
    /// The unit or post.
    name: Message,
}

/// A step that waits for an approval.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProposalBody {
    /// Which.
    transition: String,
    /// The account that asks.
    by: String,
    /// Why.
    reason: String,
}

/// A step that was taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct StepBody {
    /// The version after it.
    version: u64,
    /// When.
    at: String,
    /// case-opened, case-moved, move-proposed, move-declined, or what happened to a clock.
    kind: String,
    /// The transition or clock.
    about: String,
    /// The account; missing for clocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

/// A dispatch.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseBody {
    /// Identifier.
    id: String,
    /// The task.
    task: String,
    /// assigned, handling, reported, suspended, done, struck-off or cancelled.
    state: String,
    /// The state, for people.
    state_words: Message,
    /// Whether nothing more can happen to it.
    ended: bool,
    /// Every write names the version it is based on.
    version: u64,
    /// Its time limits, the first to end first.
    limits: Vec<LimitBody>,
    /// Who takes part.
    parties: Vec<PartyBody>,
    /// What was reported last.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    /// What this account may do now.
    can: Vec<String>,
    /// What waits for an approval.
    proposals: Vec<ProposalBody>,
    /// What this account may approve now.
    to_approve: Vec<String>,
    /// What happened, oldest first.
    steps: Vec<StepBody>,
}

impl CaseBody {
    fn of(view: &CaseView) -> Self {
        let case = &view.case;
        let result = case.fields.iter().find(|(id, _)| id.as_str() == "result").map(|(_, value)| value);
        Self {
            id: case.id.to_string(),
            task: view.subject.clone(),
            state: case.state.to_string(),
            state_words: Message::of(&view.state()),
            ended: view.ended(),
            version: case.version,
            limits: view.clocks.iter().map(LimitBody::of).collect(),
            parties: view
                .parties
                .iter()
                .map(|party| PartyBody { role: Message::of(&party.role), name: Message::of(&party.name) })
                .collect(),
            result: result.and_then(|value| match value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            }),
            can: view.can.iter().map(|t| t.id.to_string()).collect(),
            proposals: case
                .proposals
                .iter()
                .map(|p| ProposalBody {
                    transition: p.transition.to_string(),
                    by: p.by.to_string(),
                    reason: p.inputs.reason.clone(),
                })
                .collect(),
            to_approve: view.to_approve.iter().map(|t| t.id.to_string()).collect(),
            steps: case
                .history
                .iter()
                .map(|step| StepBody {
                    version: step.version,
                    at: instant(step.at),
                    kind: step.kind.clone(),
                    about: step.about.clone(),
                    by: step.by.as_ref().map(ToString::to_string),
                })
                .collect(),
        }
    }
}

fn answer(status: StatusCode, view: &CaseView) -> Response {
    (status, [(header::ETAG, format!("\"v{}\"", view.case.version))], Json(CaseBody::of(view))).into_response()
}

/// Which dispatches.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CaseQuery {
    /// In this state.
    state: Option<String>,
    /// Only those whose first limit has passed.
    #[serde(default)]
    over: bool,
    /// Only those where something waits for an approval.
    #[serde(default)]
    waiting: bool,
    /// Those that have ended, too.
    #[serde(default)]
    ended: bool,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 200; 50 when not given.
    limit: Option<usize>,
}

/// Dispatches, those not ended first, by the end of their first limit.
#[utoipa::path(get, path = "/cases", tag = "cases", params(CaseQuery), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<CaseBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<CaseQuery>,
) -> ApiResult<Json<List<CaseBody>>> {
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    let key = format!("cases {} {:?} {} {} {}", actor.account, query.state, query.over, query.waiting, query.ended);
    let offset = cursor::read(&key, query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit);
    let select = CaseSelect {
        state: query.state.map(StateId::new).transpose().map_err(Answer::from)?,
        over: query.over,
        waiting: query.waiting,
        ended: query.ended,
        ..CaseSelect::default()
    };
    let (skip, most) = (u32::try_from(offset).unwrap_or(u32::MAX), u32::try_from(limit).unwrap_or(200));
    let page = state.platform.cases(&actor, &select, skip, most).await?;
    let next = page.next.map(|_| cursor::write(&key, offset.saturating_add(limit)));
    Ok(Json(List { items: page.rows.iter().map(CaseBody::of).collect(), total: None, next }))
}

/// A dispatch this account takes part in.
#[utoipa::path(get, path = "/cases/{id}", tag = "cases", params(("id" = String, Path, description = "Dispatch")), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = CaseBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> ApiResult {
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    let id = CaseId::new(id).map_err(Answer::from)?;
    Ok(answer(StatusCode::OK, &state.platform.case(&actor, &id).await?))
}

/// Send a task to its units.
#[utoipa::path(post, path = "/tasks/{id}/dispatch", tag = "cases", params(("id" = String, Path, description = "Task")), security(("basic" = []), ("session" = [])),
    responses((status = 201, body = CaseBody, headers(("ETag" = String), ("Location" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn dispatch(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> ApiResult {
    let actor = writer(&state, &headers).await?;
    let task = TaskId::new(id).map_err(Answer::from)?;
    let view = Box::pin(state.platform.dispatch(&actor, &task)).await?;
    let location = format!("/api/v1/cases/{}", view.case.id);
    Ok(([(header::LOCATION, location)], answer(StatusCode::CREATED, &view)).into_response())
}

/// A step to take.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewStep {
    /// Which: sign, reject, continue, strike-off, extend, suspend, resume, cancel, contribute.
    transition: String,
    /// Why, where that is asked for.
    #[serde(default)]
    reason: String,
    /// Fields, by name: a string, a whole number or true and false.
    #[serde(default)]
    fields: BTreeMap<String, serde_json::Value>,
}

fn field(name: &str, value: &serde_json::Value) -> Result<(FieldId, Value), Answer> {
    let wrong = || Answer::bad_field("fields", format!("“{name}”的值无效。"), format!("`{name}` has no such value."));
    let value = match value {
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Bool(flag) => Value::Flag(*flag),
        other => Value::Count(other.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(wrong)?),
    };
    Ok((FieldId::new(name).map_err(|_| wrong())?, value))
}

async fn run(
    state: &AppState,
    id: String,
    headers: &HeaderMap,
    command: impl FnOnce() -> Result<Command, Answer>,
) -> ApiResult {
    let actor = writer(state, headers).await?;
    let (id, version) = (CaseId::new(id).map_err(Answer::from)?, version(headers)?);
    let view = Box::pin(state.platform.run_case(&actor, &id, version, command()?)).await?;
    Ok(answer(StatusCode::OK, &view))
}

/// Take a step. One that needs an approval waits for it.
#[utoipa::path(post, path = "/cases/{id}/steps", tag = "cases", request_body = NewStep, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Dispatch"), ("If-Match" = String, Header, description = "The dispatch's ETag")),
    responses((status = 200, body = CaseBody, headers(("ETag" = String))),
        (status = 409, description = "Not possible now, or changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn step(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewStep>,
) -> ApiResult {
    run(&state, id, &headers, || {
        let new = body(new)?;
        let fields = new.fields.iter().map(|(name, value)| field(name, value)).collect::<Result<_, _>>()?;
        let inputs = Inputs { fields, reason: new.reason, ..Inputs::default() };
        Ok(Command::Move { transition: TransitionId::new(new.transition).map_err(Answer::from)?, inputs })
    })
    .await
}

/// What is decided of a step that waits.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDecision {
    /// Which step.
    transition: String,
    /// true: approve and carry out; false: decline.
    approve: bool,
    /// By what decision, or why not.
    #[serde(default)]
    reason: String,
}

/// Approve or decline a step that waits.
#[utoipa::path(post, path = "/cases/{id}/decisions", tag = "cases", request_body = NewDecision, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Dispatch"), ("If-Match" = String, Header, description = "The dispatch's ETag")),
    responses((status = 200, body = CaseBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn decide(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewDecision>,
) -> ApiResult {
    run(&state, id, &headers, || {
        let new = body(new)?;
        let transition = TransitionId::new(new.transition).map_err(Answer::from)?;
        Ok(if new.approve {
            Command::Approve { transition, note: new.reason }
        } else {
            Command::Decline { transition, reason: new.reason }
        })
    })
    .await
}

/// Something told.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeBody {
    /// The event it came with.
    seq: i64,
    /// When.
    at: String,
    /// The task it is about, or the work order (`order-…`, `drill-…`).
    task: String,
    /// The words.
    words: Message,
    /// Whether it asks for something.
    asks: bool,
    /// Whether this account has read it.
    read: bool,
}

/// What this account has been told, newest first.
#[utoipa::path(get, path = "/notices", tag = "cases", params(PageQuery), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<NoticeBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn notices(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<NoticeBody>>> {
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    let key = format!("notices {}", actor.account);
    let limit = cursor::limit(query.limit);
    let before = match cursor::read(&key, query.cursor.as_deref())? {
        0 => i64::MAX,
        seq => i64::try_from(seq).unwrap_or(i64::MAX),
    };
    let found = state.platform.notices(&actor, before, u32::try_from(limit).unwrap_or(200)).await?;
    let last = found.last().and_then(|notice| usize::try_from(notice.seq).ok()).filter(|seq| *seq > 1);
    let next = last.map(|seq| cursor::write(&key, seq));
    let row = |notice: Notice| NoticeBody {
        seq: notice.seq,
        at: instant(notice.at),
        task: notice.subject,
        words: message(&notice.told.words),
        asks: notice.told.asks,
        read: notice.read,
    };
    Ok(Json(List { items: found.into_iter().map(row).collect(), total: None, next }))
}

/// How far has been read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadBody {
    /// Up to this event.
    seq: i64,
}

/// Note that this account has read up to an event.
#[utoipa::path(put, path = "/notices/read", tag = "cases", request_body = ReadBody, security(("basic" = []), ("session" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn read(
    State(state): State<AppState>,
    headers: HeaderMap,
    read: Body<ReadBody>,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    state.platform.read_notices(&actor, body(read)?.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}
