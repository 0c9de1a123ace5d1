//! Key projects for programs: the supervision office sees all, units their own, leaders those of their field.

use crate::api::caller::{reader, version, writer};
use crate::api::commands::{Body, body};
use crate::api::model::{List, instant};
use crate::api::problem::{ApiResult, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tingzhou_platform::ledger::project::{
    Obstacle, Photo, Project, ProjectCommand, ProjectReport, RollUp, RollUpRule, Stage, StageReached,
};
use tingzhou_platform::ledger::{Fen, ProjectId, TaskId, UnitId};
use utoipa::{IntoParams, ToSchema};

/// A milestone.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProjectMilestoneBody {
    /// What is there then.
    name: String,
    /// By the end of which day.
    on: String,
    /// The day it was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    reached: Option<String>,
}

/// A photograph.
#[derive(Serialize, ToSchema)]
pub(crate) struct PhotoBody {
    /// SHA-256 of the picture.
    sha256: String,
    /// Name as given.
    name: String,
    /// The day it was taken.
    taken: String,
    /// Longitude and latitude, WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<[f64; 2]>,
}

impl PhotoBody {
    fn of(photo: &Photo) -> Self {
        Self {
            sha256: photo.file.sha256.clone(),
            name: photo.file.name.clone(),
            taken: photo.taken.to_string(),
            point: photo.point.map(|p| [p.longitude(), p.latitude()]),
        }
    }
}

/// What stands or stood in the way.
#[derive(Serialize, ToSchema)]
pub(crate) struct ObstacleBody {
    /// What.
    text: String,
    /// The unit asked for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    asks: Option<String>,
    /// When it was entered.
    at: String,
    /// When it was out of the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    solved_at: Option<String>,
}

impl ObstacleBody {
    fn of(obstacle: &Obstacle) -> Self {
        Self {
            text: obstacle.text.clone(),
            asks: obstacle.asks.as_ref().map(ToString::to_string),
            at: instant(obstacle.at),
            solved_at: obstacle.solved.as_ref().map(|(at, _)| instant(*at)),
        }
    }
}

/// A key project. Money is in fen (0.01 yuan).
#[derive(Serialize, ToSchema)]
pub(crate) struct ProjectBody {
    /// Identifier.
    id: String,
    /// The year whose list it is on.
    year: i16,
    /// Every write names the version it is based on.
    version: u64,
    /// Its name.
    name: String,
    /// As the list divides them.
    category: String,
    /// What is built.
    content: String,
    /// Where, in words.
    place: String,
    /// Longitude and latitude, WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<[f64; 2]>,
    /// The unit that answers for it.
    lead: String,
    /// The leading post.
    #[serde(skip_serializing_if = "Option::is_none")]
    leader: Option<String>,
    /// proposed, preparing, started, building, completed or in-service.
    stage: &'static str,
    /// Total investment.
    total_fen: i64,
    /// Planned, January to December.
    plan_fen: [i64; 12],
    /// Paid, January to December; null where nothing was reported.
    spent_fen: [Option<i64>; 12],
    /// Less is paid than was planned until the end of the last month that should be reported, or a milestone is over.
    behind: bool,
    /// Its milestones.
    milestones: Vec<ProjectMilestoneBody>,
    /// Photographs, oldest first.
    photos: Vec<PhotoBody>,
    /// What stands or stood in the way, oldest first.
    obstacles: Vec<ObstacleBody>,
    /// Why it is no longer on the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<String>,
    /// Belongs to a simulated city.
    simulated: bool,
}

impl ProjectBody {
    fn of(project: &Project, today: Date) -> Self {
        let d = &project.details;
        let milestone =
            |(at, m): (usize, &tingzhou_platform::ledger::project::ProjectMilestone)| ProjectMilestoneBody {
                name: m.name.clone(),
                on: m.on.to_string(),
                reached: project.reached.get(at).copied().flatten().map(|on| on.to_string()),
            };
        Self {
            id: project.id.to_string(),
            year: project.year,
            version: project.version,
            name: d.name.clone(),
            category: d.category.clone(),
            content: d.content.clone(),
            place: d.place.clone(),
            point: d.point.map(|p| [p.longitude(), p.latitude()]),
            lead: d.lead.to_string(),
            leader: d.leader.as_ref().map(ToString::to_string),
            stage: project.stage().name(),
            total_fen: d.total.fen(),
            plan_fen: d.plan.map(Fen::fen),
            spent_fen: project.spent.map(|spent| spent.map(Fen::fen)),
            behind: project.behind(today) == Some(true),
            milestones: d.milestones.iter().enumerate().map(milestone).collect(),
            photos: project.photos.iter().map(PhotoBody::of).collect(),
            obstacles: project.obstacles.iter().map(ObstacleBody::of).collect(),
            dropped: project.dropped.clone(),
            simulated: project.simulated,
        }
    }
}

fn answered(state: &AppState, project: &Project) -> Response {
    let tag = [(header::ETAG, format!("\"v{}\"", project.version))];
    (tag, Json(ProjectBody::of(project, state.platform.clock().today()))).into_response()
}

/// Which projects.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProjectQuery {
    /// Of this year's list; that of the newest report when missing.
    year: Option<i16>,
    /// After this many.
    #[serde(default)]
    offset: usize,
    /// At most so many, 1 to 200; 50 when missing.
    limit: Option<usize>,
}

/// Key projects of a year that this account may see, in the list's order.
#[utoipa::path(get, path = "/projects", tag = "projects", params(ProjectQuery), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<ProjectBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<ProjectQuery>,
) -> ApiResult<Json<List<ProjectBody>>> {
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    let year = match query.year {
        Some(year) => year,
        None => state.platform.project_year().await?,
    };
    let all = state.platform.projects(&actor, year).await?;
    let (today, limit) = (state.platform.clock().today(), query.limit.unwrap_or(50).clamp(1, 200));
    let items = all.iter().skip(query.offset).take(limit).map(|p| ProjectBody::of(p, today)).collect();
    let next = query.offset.saturating_add(limit);
    Ok(Json(List { items, total: Some(all.len()), next: (next < all.len()).then(|| next.to_string()) }))
}

/// One key project.
#[utoipa::path(get, path = "/projects/{id}", tag = "projects", security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Project")),
    responses((status = 200, body = ProjectBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> ApiResult {
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    let project = state.platform.project(&actor, &ProjectId::new(id).map_err(Answer::from)?).await?;
    Ok(answered(&state, &project))
}

/// A month, as its unit reports it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProjectReport {
    /// The month, 1 to 12.
    month: u8,
    /// Paid within it, in fen; what was reported before stays when missing.
    #[serde(default)]
    spent_fen: Option<i64>,
    /// A stage reached: proposed, preparing, started, building, completed or in-service.
    #[serde(default)]
    stage: Option<String>,
    /// The day it was reached; today when missing.
    #[serde(default)]
    stage_on: Option<String>,
    /// What was done.
    #[serde(default)]
    note: String,
}

/// Report a month. Photographs go through the page.
#[utoipa::path(post, path = "/projects/{id}/reports", tag = "projects", request_body = NewProjectReport, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Project"), ("If-Match" = String, Header, description = "The project's ETag")),
    responses((status = 200, body = ProjectBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn report(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewProjectReport>,
) -> ApiResult {
    let actor = writer(&state, &headers).await?;
    let (version, new) = (version(&headers)?, body(new)?);
    let wrong = |field| Answer::bad_field(field, "不是可用的值。", "This is not one of the values.");
    let today = state.platform.clock().today();
    let stage = match &new.stage {
        None => None,
        Some(name) => {
            let stage = Stage::from_name(name).ok_or_else(|| wrong("stage"))?;
            let on = new.stage_on.as_ref().map(|on| on.parse()).transpose().map_err(|_| wrong("stage_on"))?;
            Some(StageReached { stage, on: on.unwrap_or(today) })
        }
    };
    let spent = new.spent_fen.map(|fen| Fen::new(fen).ok_or_else(|| wrong("spent_fen"))).transpose()?;
    let report =
        ProjectReport { month: new.month, spent, stage, reached: Vec::new(), photos: Vec::new(), note: new.note };
    let id = ProjectId::new(id).map_err(Answer::from)?;
    let command = ProjectCommand::Report(Box::new(report));
    let project = Box::pin(state.platform.run_project(&actor, &id, version, command)).await?;
    Ok(answered(&state, &project))
}

/// What stands in the way of a project.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewObstacle {
    /// What.
    text: String,
    /// The unit asked for help.
    #[serde(default)]
    asks: Option<String>,
}

/// Enter what stands in the way.
#[utoipa::path(post, path = "/projects/{id}/obstacles", tag = "projects", request_body = NewObstacle, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Project"), ("If-Match" = String, Header, description = "The project's ETag")),
    responses((status = 200, body = ProjectBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn raise(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewObstacle>,
) -> ApiResult {
    let actor = writer(&state, &headers).await?;
    let (version, new) = (version(&headers)?, body(new)?);
    let asks = new.asks.map(UnitId::new).transpose().map_err(Answer::from)?;
    let id = ProjectId::new(id).map_err(Answer::from)?;
    let command = ProjectCommand::Raise { text: new.text, asks };
    let project = Box::pin(state.platform.run_project(&actor, &id, version, command)).await?;
    Ok(answered(&state, &project))
}

/// What of the key projects measures a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RollUpBody {
    /// begun, completed or paid.
    what: String,
    /// Only projects of this category; all when empty.
    #[serde(default)]
    category: String,
}

/// Have the key projects of its year measure a task.
#[utoipa::path(put, path = "/tasks/{id}/roll-up", tag = "projects", request_body = RollUpBody, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn set_roll_up(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<RollUpBody>,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    let new = body(new)?;
    let what = RollUp::from_name(&new.what).ok_or_else(|| {
        Answer::bad_field("what", "应为 begun、completed 或 paid。", "Give begun, completed or paid.")
    })?;
    let rule = Some(RollUpRule { what, category: new.category });
    Box::pin(state.platform.set_roll_up(&actor, &TaskId::new(id).map_err(Answer::from)?, rule)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// No longer have the key projects measure a task.
#[utoipa::path(delete, path = "/tasks/{id}/roll-up", tag = "projects", security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Task")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn end_roll_up(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    Box::pin(state.platform.set_roll_up(&actor, &TaskId::new(id).map_err(Answer::from)?, None)).await?;
    Ok(StatusCode::NO_CONTENT)
}
