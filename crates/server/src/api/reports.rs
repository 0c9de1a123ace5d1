//! Reports and what they say.

use crate::api::cursor;
use crate::api::model::{List, ReportBody, StatementBody};
use crate::api::problem::{ApiResult, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use std::sync::Arc;
use tingzhou_platform::AdoptedReport;
use tingzhou_platform::ledger::ReportId;
use utoipa::IntoParams;

/// Where a list goes on, and how much of it.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// `next` of the page before.
    pub(crate) cursor: Option<String>,
    /// Rows, 1 to 200; 50 when not given.
    pub(crate) limit: Option<usize>,
}

/// Reports, newest year first.
#[utoipa::path(get, path = "/reports", tag = "reports", params(PageQuery), responses((status = 200, body = List<ReportBody>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<List<ReportBody>>> {
    let snapshot = state.platform.snapshot().await?;
    let offset = cursor::read("reports", page.cursor.as_deref())?;
    let limit = cursor::limit(page.limit);
    let all = &snapshot.reports;
    let items: Vec<_> = all.iter().skip(offset).take(limit).map(|r| ReportBody::of(r)).collect();
    let end = offset.saturating_add(items.len());
    Ok(Json(List { next: (end < all.len()).then(|| cursor::write("reports", end)), total: Some(all.len()), items }))
}

async fn find(state: &AppState, id: &str) -> Result<Arc<AdoptedReport>, Answer> {
    let id = ReportId::new(id)?;
    let snapshot = state.platform.snapshot().await?;
    snapshot.report(Some(&id)).cloned().ok_or_else(Answer::not_found)
}

/// One report with its areas and livelihood items.
#[utoipa::path(get, path = "/reports/{id}", tag = "reports", params(("id" = String, Path, description = "Report")),
    responses((status = 200, body = ReportBody), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(State(state): State<AppState>, Path(id): Path<String>) -> ApiResult<Json<ReportBody>> {
    Ok(Json(ReportBody::of(&*find(&state, &id).await?)))
}

/// What a report says, in the order of its text.
#[utoipa::path(get, path = "/reports/{id}/statements", tag = "reports", params(("id" = String, Path, description = "Report"), PageQuery),
    responses((status = 200, body = List<StatementBody>), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn statements(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<List<StatementBody>>> {
    let report = find(&state, &id).await?;
    let name = format!("statements {id}");
    let offset = cursor::read(&name, page.cursor.as_deref())?;
    let limit = cursor::limit(page.limit);
    let all = &report.reading.statements;
    let rows = all.iter().enumerate().skip(offset).take(limit);
    let items: Vec<_> = rows.map(|(i, s)| StatementBody::of(&report, i, s)).collect();
    let end = offset.saturating_add(items.len());
    Ok(Json(List { next: (end < all.len()).then(|| cursor::write(&name, end)), total: Some(all.len()), items }))
}
