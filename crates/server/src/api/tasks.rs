//! Tasks as they stand.

use crate::api::cursor;
use crate::api::model::{EvidenceBody, List, TaskBody, instant, message};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::api::reports::PageQuery;
use crate::error::Answer;
use crate::filter::TaskQuery;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;
use tingzhou_platform::ledger::TaskId;
use tingzhou_platform::{Plot, PlotPoint, Snapshot, TaskView};
use utoipa::ToSchema;

/// The ETag of a task: its version, and the day it is judged for, because how it stands changes with the day too.
/// Writes name it in `If-Match`, where the version alone (`"v7"`) will do.
pub(crate) fn etag(view: &TaskView) -> String {
    format!("\"v{}-{}\"", view.task.version, view.judgement.day.strftime("%Y%m%d"))
}

pub(crate) async fn find(state: &AppState, id: &str) -> Result<(Arc<Snapshot>, Arc<TaskView>), Answer> {
    let id = TaskId::new(id)?;
    let snapshot = state.platform.snapshot().await?;
    let view = snapshot.task(&id).cloned().ok_or_else(Answer::not_found)?;
    Ok((snapshot, view))
}

/// Tasks a filter lets through.
#[utoipa::path(get, path = "/tasks", tag = "tasks", params(TaskQuery, PageQuery),
    responses((status = 200, body = List<TaskBody>), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<TaskQuery>,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<List<TaskBody>>> {
    let snapshot = state.platform.snapshot().await?;
    let name = format!("tasks {}", query.with(&[]));
    let offset = cursor::read(&name, page.cursor.as_deref())?;
    let found = snapshot.page(&query.filter()?, offset, cursor::limit(page.limit));
    Ok(Json(List {
        items: found.rows.iter().map(|v| TaskBody::of(v)).collect(),
        total: Some(found.total),
        next: found.next.map(|offset| cursor::write(&name, offset)),
    }))
}

/// One task. Its ETag is what writes name in `If-Match`.
#[utoipa::path(get, path = "/tasks/{id}", tag = "tasks", params(("id" = String, Path, description = "Task")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = 304, description = "Not changed"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> ApiResult {
    let (_, view) = find(&state, &id).await?;
    let tag = etag(&view);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|t| t.trim() == tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(with_tag(StatusCode::OK, &view))
}

/// A task with its ETag.
pub(crate) fn with_tag(status: StatusCode, view: &TaskView) -> Response {
    (status, [(header::ETAG, etag(view))], Json(TaskBody::of(view))).into_response()
}

/// Evidence of a task, oldest first, with what was taken back.
#[utoipa::path(get, path = "/tasks/{id}/evidence", tag = "evidence", params(("id" = String, Path, description = "Task"), PageQuery),
    responses((status = 200, body = List<EvidenceBody>), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn evidence(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<List<EvidenceBody>>> {
    let (_, view) = find(&state, &id).await?;
    let name = format!("evidence {id}");
    let offset = cursor::read(&name, page.cursor.as_deref())?;
    let all = &view.task.evidence;
    let rows = all.iter().skip(offset).take(cursor::limit(page.limit));
    let items: Vec<_> = rows.map(|e| EvidenceBody::of(&view, e)).collect();
    let end = offset.saturating_add(items.len());
    Ok(Json(List { next: (end < all.len()).then(|| cursor::write(&name, end)), total: Some(all.len()), items }))
}

/// A value on a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct PointBody {
    /// The day.
    day: String,
    /// Exact decimal in the plot's unit.
    value: String,
}

/// What a task's plot shows. At most 120 points of the path.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlotBody {
    /// Unit of every value.
    unit: String,
    /// What has to be reached.
    target: Option<String>,
    /// What is due by the plan.
    path: Vec<PointBody>,
    /// As filed.
    filed: Vec<PointBody>,
    /// As checked or measured.
    measured: Vec<PointBody>,
    /// Belongs to a simulated city.
    simulated: bool,
}

/// The numbers of a task's plot.
#[utoipa::path(get, path = "/tasks/{id}/plot", tag = "tasks", params(("id" = String, Path, description = "Task")),
    responses((status = 200, body = PlotBody), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn plot(State(state): State<AppState>, Path(id): Path<String>) -> ApiResult<Json<PlotBody>> {
    let (_, view) = find(&state, &id).await?;
    let plot = Plot::of(&view);
    let points = |points: &[PlotPoint]| {
        points.iter().map(|p| PointBody { day: p.day.to_string(), value: p.value.normalize().to_string() }).collect()
    };
    Ok(Json(PlotBody {
        target: plot.target.map(|t| t.normalize().to_string()),
        path: points(&plot.path),
        filed: points(&plot.filed),
        measured: points(&plot.measured),
        unit: plot.unit,
        simulated: view.task.simulated,
    }))
}

/// One thing that happened to a task.
#[derive(Serialize, ToSchema)]
pub(crate) struct HistoryBody {
    /// Number of the event in the city's log.
    seq: i64,
    /// When.
    at: String,
    /// Which account.
    actor: String,
    /// What.
    words: Message,
}

/// What happened to a task, oldest first.
#[utoipa::path(get, path = "/tasks/{id}/history", tag = "tasks", params(("id" = String, Path, description = "Task"), PageQuery),
    responses((status = 200, body = List<HistoryBody>), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn history(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<List<HistoryBody>>> {
    let (_, view) = find(&state, &id).await?;
    let name = format!("history {id}");
    let offset = cursor::read(&name, page.cursor.as_deref())?;
    let all = state.platform.history(&view.task.id).await?;
    let total = all.len();
    let rows = all.into_iter().skip(offset).take(cursor::limit(page.limit));
    let items: Vec<_> =
        rows.map(|e| HistoryBody { seq: e.seq, at: instant(e.at), actor: e.actor, words: message(&e.words) }).collect();
    let end = offset.saturating_add(items.len());
    Ok(Json(List { next: (end < total).then(|| cursor::write(&name, end)), total: Some(total), items }))
}
