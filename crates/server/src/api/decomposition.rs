//! Decomposition tables for programs: looked at, then confirmed row by row.

use crate::api::caller::writer;
use crate::api::commands::{Body, body};
use crate::api::model::message;
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use tingzhou_platform::ledger::decomposition::Problem;
use tingzhou_platform::ledger::{LeaderId, TaskId, UnitId};
use tingzhou_platform::{PlatformError, ProposedAssignment};
use utoipa::{IntoParams, ToSchema};

/// Rows confirmed at once at most.
const MOST_ROWS: usize = 20_000;

/// Who would answer for a task.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentRow {
    /// The task.
    task: String,
    /// The task's version this is based on.
    version: u64,
    /// Lead unit.
    lead: String,
    /// Co-units.
    #[serde(default)]
    co_units: Vec<String>,
    /// Leading post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leader: Option<String>,
}

impl AssignmentRow {
    fn of(own: &ProposedAssignment) -> Self {
        Self {
            task: own.task.to_string(),
            version: own.version,
            lead: own.lead.to_string(),
            co_units: own.co_units.iter().map(ToString::to_string).collect(),
            leader: own.leader.as_ref().map(ToString::to_string),
        }
    }

    fn proposed(self) -> Result<ProposedAssignment, Answer> {
        Ok(ProposedAssignment {
            task: TaskId::new(self.task)?,
            version: self.version,
            lead: UnitId::new(self.lead)?,
            co_units: self.co_units.into_iter().map(UnitId::new).collect::<Result<_, _>>()?,
            leader: self.leader.map(LeaderId::new).transpose()?,
            unchanged: false,
            other_deadline: None,
            sure: true,
        })
    }
}

/// Something wrong, by cell.
#[derive(Serialize, ToSchema)]
pub(crate) struct CellProblem {
    /// The cell, as `C17`.
    cell: String,
    /// What is wrong and what to do.
    message: Message,
}

impl CellProblem {
    fn of(own: &Problem) -> Self {
        Self { cell: own.cell.clone(), message: message(&own.message) }
    }
}

/// A row of a table, held against the tasks.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewRow {
    /// The task's cell.
    cell: String,
    /// The task as written.
    written: String,
    /// What it may mean, the surest first.
    candidates: Vec<PreviewCandidate>,
    /// What is wrong with it.
    problems: Vec<CellProblem>,
}

/// What a row may mean.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewCandidate {
    /// How sure, 0 to 100.
    confidence: u8,
    /// What would be confirmed; send it back as it is.
    assignment: AssignmentRow,
    /// The task says the same already.
    unchanged: bool,
}

/// A table as read. Nothing is written.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewBody {
    /// Its rows.
    rows: Vec<PreviewRow>,
    /// What is wrong with the table itself.
    problems: Vec<CellProblem>,
    /// Tasks no row is about.
    untouched: Vec<String>,
}

/// How a table is read.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PreviewQuery {
    /// Whether the first unit of a row leads where none is named; true when missing.
    first_leads: Option<bool>,
}

/// Read a decomposition table (XLSX or CSV, the body as it is) and hold it against the tasks.
#[utoipa::path(post, path = "/decomposition/preview", tag = "tasks", params(PreviewQuery), security(("basic" = []), ("session" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = PreviewBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn preview(
    State(state): State<AppState>,
    Query(query): Query<PreviewQuery>,
    headers: HeaderMap,
    table: Bytes,
) -> ApiResult<Json<PreviewBody>> {
    let actor = writer(&state, &headers).await?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let found = Box::pin(state.platform.preview_decomposition(&table, query.first_leads.unwrap_or(true))).await?;
    let row = |own: &tingzhou_platform::DecompositionRow| PreviewRow {
        cell: own.line.cell.clone(),
        written: own.line.task.clone(),
        candidates: own
            .candidates
            .iter()
            .zip(&own.proposed)
            .map(|(candidate, proposed)| PreviewCandidate {
                confidence: candidate.confidence,
                assignment: AssignmentRow::of(proposed),
                unchanged: proposed.unchanged,
            })
            .collect(),
        problems: own.problems.iter().map(CellProblem::of).collect(),
    };
    Ok(Json(PreviewBody {
        rows: found.rows.iter().map(row).collect(),
        problems: found.problems.iter().map(CellProblem::of).collect(),
        untouched: found.untouched.iter().map(ToString::to_string).collect(),
    }))
}

/// Rows chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmBody {
    /// At most 20,000.
    rows: Vec<AssignmentRow>,
}

/// A row not carried out.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailedRow {
    /// The task.
    task: String,
    /// A stable name.
    code: &'static str,
    /// Why.
    message: Message,
}

/// What became of rows confirmed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConfirmedBody {
    /// Tasks assigned.
    assigned: usize,
    /// Tasks not assigned.
    failed: Vec<FailedRow>,
}

/// Confirm rows of a table; each stands or falls by itself.
#[utoipa::path(post, path = "/decomposition", tag = "tasks", request_body = ConfirmBody, security(("basic" = []), ("session" = [])),
    responses((status = 200, body = ConfirmedBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn confirm(
    State(state): State<AppState>,
    headers: HeaderMap,
    chosen: Body<ConfirmBody>,
) -> ApiResult<Json<ConfirmedBody>> {
    let actor = writer(&state, &headers).await?;
    let rows = body(chosen)?.rows;
    if rows.len() > MOST_ROWS {
        return Err(Answer::bad_field("rows", "一次最多 20000 行。", "At most 20,000 rows at once.").into());
    }
    let rows = rows.into_iter().map(AssignmentRow::proposed).collect::<Result<Vec<_>, _>>()?;
    let done = Box::pin(state.platform.confirm_decomposition(&actor, rows, |_| {})).await?;
    let failed = |(task, error): (TaskId, PlatformError)| {
        let answer = Answer::from(error);
        FailedRow { task: task.to_string(), code: answer.code, message: message(&answer.message) }
    };
    Ok(Json(ConfirmedBody { assigned: done.assigned, failed: done.failed.into_iter().map(failed).collect() }))
}
