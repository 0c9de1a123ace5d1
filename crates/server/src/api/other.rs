//! Counts, the log, the units, who is asking, and whether the server is well.

use crate::api::caller::reader;
use crate::api::cursor;
use crate::api::model::{List, Named, instant, message};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::api::reports::PageQuery;
use crate::error::Answer;
use crate::filter::TaskQuery;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tingzhou_platform::Counts;
use utoipa::{IntoParams, ToSchema};

/// How many tasks stand how.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountsBody {
    /// The day.
    day: String,
    /// All.
    total: usize,
    /// By light; every light is there.
    lights: BTreeMap<String, usize>,
    /// By schedule status; every status is there.
    schedule: BTreeMap<String, usize>,
    /// With a contradiction.
    contradicted: usize,
    /// Without a confirmed lead unit.
    unassigned: usize,
    /// Anything of it belongs to a simulated city.
    simulated: bool,
}

/// How many of the tasks a filter lets through stand how.
#[utoipa::path(get, path = "/counts", tag = "city", params(TaskQuery), responses((status = 200, body = CountsBody)))]
pub(crate) async fn counts(
    State(state): State<AppState>,
    Query(query): Query<TaskQuery>,
) -> ApiResult<Json<CountsBody>> {
    let snapshot = state.platform.snapshot().await?;
    let counts = Counts::of(snapshot.filtered(&query.filter()?).iter());
    Ok(Json(CountsBody {
        day: snapshot.today.to_string(),
        total: counts.total,
        lights: counts.lights.iter().map(|(l, n)| (l.name().to_owned(), *n)).collect(),
        schedule: counts.schedule.iter().map(|(s, n)| (s.name().to_owned(), *n)).collect(),
        contradicted: counts.contradicted,
        unassigned: counts.unassigned,
        simulated: snapshot.simulated(),
    }))
}

/// Where the log goes on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    /// Events before this number; the newest when not given.
    before: Option<i64>,
    /// Rows, 1 to 200; 50 when not given.
    limit: Option<usize>,
}

/// An event of the log. Its content is in the store; its hash proves it.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventBody {
    /// Number within the city.
    seq: i64,
    /// When.
    at: String,
    /// Who.
    actor: String,
    /// What kind.
    kind: String,
    /// What it is about.
    subject: String,
    /// SHA-256 of the event before.
    prev_hash: String,
    /// Its own.
    hash: String,
}

/// The event log, newest first. For the supervision office.
#[utoipa::path(get, path = "/log", tag = "city", params(LogQuery), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<EventBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn log(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<LogQuery>,
) -> ApiResult<Json<List<EventBody>>> {
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let limit = u32::try_from(cursor::limit(query.limit)).unwrap_or(200);
    let events = state.platform.log_page(query.before.unwrap_or(i64::MAX), limit).await?;
    let next = events.last().filter(|e| e.seq > 1).map(|e| e.seq.to_string());
    let items = events
        .into_iter()
        .map(|e| EventBody {
            seq: e.seq,
            at: instant(e.at),
            actor: e.actor,
            kind: e.kind,
            subject: e.subject,
            prev_hash: e.prev_hash,
            hash: e.hash,
        })
        .collect();
    Ok(Json(List { items, total: None, next }))
}

/// The units that answer for tasks, in official order.
#[utoipa::path(get, path = "/units", tag = "city", params(PageQuery), responses((status = 200, body = List<Named>)))]
pub(crate) async fn units(
    State(state): State<AppState>,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<List<Named>>> {
    let all = &state.platform.pack().units;
    let offset = cursor::read("units", page.cursor.as_deref())?;
    let rows = all.iter().skip(offset).take(cursor::limit(page.limit));
    let items: Vec<_> = rows.map(|u| Named { id: u.id.to_string(), name: message(&u.name) }).collect();
    let end = offset.saturating_add(items.len());
    Ok(Json(List { next: (end < all.len()).then(|| cursor::write("units", end)), total: Some(all.len()), items }))
}

/// Who is asking.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeBody {
    /// The account; missing for the public.
    account: Option<String>,
    /// admin, supervisor, unit or public.
    role: String,
    /// The unit it files for.
    unit: Option<String>,
    /// The city.
    city: String,
    /// Its name.
    city_name: Message,
}

/// Who is asking, by the credentials given.
#[utoipa::path(get, path = "/me", tag = "city", security((), ("basic" = []), ("session" = [])), responses((status = 200, body = MeBody)))]
pub(crate) async fn me(State(state): State<AppState>, headers: HeaderMap) -> ApiResult<Json<MeBody>> {
    let actor = reader(&state, &headers).await?;
    Ok(Json(MeBody {
        account: actor.as_ref().map(|a| a.account.to_string()),
        role: actor.as_ref().map_or("public", |a| a.role.name()).to_owned(),
        unit: actor.and_then(|a| a.unit).map(|u| u.to_string()),
        city: state.platform.city().to_string(),
        city_name: message(&state.platform.pack().name),
    }))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
    city: String,
    head: i64,
    version: &'static str,
}

/// `GET /health`
pub(crate) async fn health(State(state): State<AppState>) -> Response {
    let city = state.platform.city();
    let version = env!("CARGO_PKG_VERSION");
    match state.platform.store().head(city).await {
        Ok(head) => Json(Health { status: "ok", city: city.to_string(), head: head.seq, version }).into_response(),
        Err(error) => {
            tracing::error!(%error, "the store does not answer");
            let body = Json(Health { status: "store does not answer", city: city.to_string(), head: -1, version });
            (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
        }
    }
}
