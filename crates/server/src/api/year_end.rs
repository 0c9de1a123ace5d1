//! The year's end for programs: completions as published, and the result of the deputies' vote.

use crate::api::model::message;
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use tingzhou_platform::ledger::ReportId;
use tingzhou_platform::ledger::year_end::{BallotState, Completion};
use utoipa::ToSchema;

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
