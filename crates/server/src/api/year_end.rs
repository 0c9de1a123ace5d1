//! The year's end for programs: completions published, objections and their answers, and the deputies' vote.

use crate::api::caller::writer;
use crate::api::commands::{Body, body};
use crate::api::cursor;
use crate::api::model::{List, instant, message};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tingzhou_platform::ObjectionRow;
use tingzhou_platform::ledger::year_end::{BallotState, Completion, Opinion};
use tingzhou_platform::ledger::{ObjectionId, ReportId, TaskId};
use utoipa::ToSchema;

use crate::api::reports::PageQuery;

/// What was completed of a task.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompletionBody {
    /// Task.
    task: String,
    /// Number of the livelihood item it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<u8>,
    /// What is to be done.
    title: String,
    /// The sentence, with value, unit and day.
    sentence: Message,
    /// The evidence it rests on; empty when there is none.
    evidence: Vec<String>,
    /// Whether the target is met by it; missing when that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<bool>,
    /// Columns that contradict each other.
    contradictions: Vec<Message>,
    /// Belongs to a simulated city.
    simulated: bool,
}

impl CompletionBody {
    fn of(item: Option<u8>, row: &Completion) -> Self {
        Self {
            task: row.task.to_string(),
            item,
            title: row.title.clone(),
            sentence: message(&row.sentence),
            evidence: row.evidence.iter().map(ToString::to_string).collect(),
            met: row.met,
            contradictions: row.contradictions.iter().map(message).collect(),
            simulated: row.simulated,
        }
    }
}

/// The votes of an item.
#[derive(Serialize, ToSchema)]
pub(crate) struct TallyBody {
    /// Number of the livelihood item.
    item: u8,
    /// Votes 满意.
    satisfied: u32,
    /// Votes 基本满意.
    mostly_satisfied: u32,
    /// Votes 不满意.
    dissatisfied: u32,
}

/// The year's end of a report, as published.
#[derive(Serialize, ToSchema)]
pub(crate) struct YearEndBody {
    /// The report.
    report: String,
    /// The day it speaks of.
    day: String,
    /// The last day objections are taken.
    objections_until: String,
    /// SHA-256 of the content as stored.
    sha256: String,
    /// Livelihood items by number, then all other tasks; as many as the report has tasks.
    completions: Vec<CompletionBody>,
    /// The deputies' vote, once it is over.
    tally: Vec<TallyBody>,
}

/// What was completed of a report's tasks, as published, and the result of the vote once it is over.
#[utoipa::path(get, path = "/reports/{id}/year-end", tag = "reports", params(("id" = String, Path, description = "Report")),
    responses((status = 200, body = YearEndBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(State(state): State<AppState>, Path(id): Path<String>) -> ApiResult<Json<YearEndBody>> {
    let report = ReportId::new(id)?;
    let view = state.platform.year_end(&report).await?.ok_or_else(Answer::not_found)?;
    let ballot = state.platform.ballot(&report).await?;
    let over = ballot.state == BallotState::Closed;
    let tally = ballot.tally.iter().filter(|_| over).map(|own| {
        let [satisfied, mostly_satisfied, dissatisfied] = own.votes;
        TallyBody { item: own.item, satisfied, mostly_satisfied, dissatisfied }
    });
    let groups = view.content.groups.iter();
    let rows = groups.flat_map(|group| group.rows.iter().map(|row| CompletionBody::of(group.item, row)));
    Ok(Json(YearEndBody {
        report: report.to_string(),
        day: view.content.day.to_string(),
        objections_until: view.objections_until.to_string(),
        sha256: view.sha256,
        completions: rows.collect(),
        tally: tally.collect(),
    }))
}

/// Publish what the year's end says of a report; it no longer changes.
#[utoipa::path(post, path = "/reports/{id}/year-end", tag = "reports", params(("id" = String, Path, description = "Report")),
    security(("basic" = []), ("session" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn publish(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    Box::pin(state.platform.publish_year_end(&actor, &ReportId::new(id)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An objection to what is said of a task.
#[derive(Serialize, ToSchema)]
pub(crate) struct ObjectionBody {
    /// Identifier.
    id: String,
    /// The task.
    task: String,
    /// When it was filed.
    filed_at: String,
    /// What it says.
    text: String,
    /// The office's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<String>,
}

impl ObjectionBody {
    fn of(row: ObjectionRow) -> Self {
        let (answer, answered_at) = row.answer.map(|(answer, at)| (answer, instant(at))).unzip();
        Self {
            id: row.id.to_string(),
            task: row.task.to_string(),
            filed_at: instant(row.filed_at),
            text: row.text,
            answer,
            answered_at,
        }
    }
}

/// Objections to a report's completions, the latest first.
#[utoipa::path(get, path = "/reports/{id}/year-end/objections", tag = "reports",
    params(("id" = String, Path, description = "Report"), PageQuery),
    responses((status = 200, body = List<ObjectionBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn objections(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<ObjectionBody>>> {
    let report = ReportId::new(id)?;
    let key = format!("objections {report}");
    let (offset, limit) = (cursor::read(&key, query.cursor.as_deref())?, cursor::limit(query.limit));
    let (from, most) = (u32::try_from(offset).unwrap_or(u32::MAX), u32::try_from(limit + 1).unwrap_or(201));
    let mut rows = state.platform.objections(&report, from, most).await?;
    let next = (rows.len() > limit).then(|| cursor::write(&key, offset + limit));
    rows.truncate(limit);
    Ok(Json(List { items: rows.into_iter().map(ObjectionBody::of).collect(), total: None, next }))
}

/// What anyone says against a published completion.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewObjection {
    /// The task.
    task: String,
    /// What is wrong; no name is asked.
    text: String,
}

/// Object to a published completion, within the days given. Anyone may.
#[utoipa::path(post, path = "/reports/{id}/year-end/objections", tag = "reports", request_body = NewObjection,
    params(("id" = String, Path, description = "Report")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn object(
    State(state): State<AppState>,
    Path(id): Path<String>,
    new: Body<NewObjection>,
) -> ApiResult<StatusCode> {
    let new = body(new)?;
    Box::pin(state.platform.object(&ReportId::new(id)?, &TaskId::new(new.task)?, &new.text)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The office's answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAnswer {
    /// What it says.
    answer: String,
}

/// Answer an objection, once.
#[utoipa::path(put, path = "/objections/{id}/answer", tag = "reports", request_body = NewAnswer, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Objection")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn answer(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewAnswer>,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    Box::pin(state.platform.answer_objection(&actor, &ObjectionId::new(id)?, &body(new)?.answer)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many codes are given out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBallot {
    /// One for each deputy.
    codes: u32,
}

/// Codes of a vote, told this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct CodesBody {
    /// One for each deputy; only their hashes are kept.
    codes: Vec<String>,
}

/// Open the deputies' vote on a report's livelihood items.
#[utoipa::path(post, path = "/reports/{id}/ballot", tag = "reports", request_body = NewBallot, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Report")),
    responses((status = 201, body = CodesBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn open_ballot(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewBallot>,
) -> ApiResult<(StatusCode, Json<CodesBody>)> {
    let actor = writer(&state, &headers).await?;
    let codes = Box::pin(state.platform.open_ballot(&actor, &ReportId::new(id)?, body(new)?.codes)).await?;
    Ok((StatusCode::CREATED, Json(CodesBody { codes })))
}

/// End the vote; its tally is published.
#[utoipa::path(delete, path = "/reports/{id}/ballot", tag = "reports", security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Report")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn close_ballot(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    Box::pin(state.platform.close_ballot(&actor, &ReportId::new(id)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A deputy's opinions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewVote {
    /// The one-time code.
    code: String,
    /// Number of a livelihood item to satisfied, mostly-satisfied or dissatisfied.
    opinions: BTreeMap<u8, String>,
}

/// Cast a ballot with a one-time code. Whoever holds one; what it says is counted and not kept with the code.
#[utoipa::path(post, path = "/reports/{id}/ballot/votes", tag = "reports", request_body = NewVote,
    params(("id" = String, Path, description = "Report")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn cast(
    State(state): State<AppState>,
    Path(id): Path<String>,
    new: Body<NewVote>,
) -> ApiResult<StatusCode> {
    let new = body(new)?;
    let choice = |(item, name): (&u8, &String)| {
        let wrong = || {
            let words = "应为 satisfied、mostly-satisfied 或 dissatisfied。";
            Answer::bad_field("opinions", words, "Give satisfied, mostly-satisfied or dissatisfied.")
        };
        Ok((*item, Opinion::from_name(name).ok_or_else(wrong)?))
    };
    let choices = new.opinions.iter().map(choice).collect::<Result<Vec<_>, Answer>>()?;
    Box::pin(state.platform.cast_ballot(&ReportId::new(id)?, &new.code, &choices)).await?;
    Ok(StatusCode::NO_CONTENT)
}
