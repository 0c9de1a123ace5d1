//! What a report says about itself, for programs. For accounts; only the supervision office sets a finding aside.

use crate::api::caller::{reader, writer};
use crate::api::commands::{Body, WhyBody, body};
use crate::api::cursor;
use crate::api::model::{Amount, List, instant, message};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tingzhou_platform::ledger::{Across, FindingCommand, FindingId, FindingKind, FindingPlace, ReportId};
use tingzhou_platform::report::plain_words;
use tingzhou_platform::{AdoptedReport, FindingFilter, FindingView, Snapshot};
use utoipa::{IntoParams, ToSchema};

/// A place a finding rests on.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlaceBody {
    /// Index among the report's statements; missing for a heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<usize>,
    /// First byte of the text and one past the last.
    span: (usize, usize),
    /// The words there.
    quote: String,
    /// The page of the document, where it has pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    /// The paragraph of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    paragraph: Option<u32>,
    /// The task that follows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<String>,
}

impl PlaceBody {
    fn of(report: &AdoptedReport, place: &FindingPlace) -> Self {
        let stated = place.statement.and_then(|at| report.reading.statements.get(at));
        Self {
            statement: place.statement,
            span: place.span.into(),
            quote: plain_words(report.text.get(place.span.start..place.span.end).unwrap_or_default()),
            page: stated.and_then(|s| s.page),
            paragraph: stated.and_then(|s| s.paragraph),
            task: stated.and_then(|s| s.task.as_ref()).map(ToString::to_string),
        }
    }
}

/// Who set a finding aside, when and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct DismissalBody {
    /// Account.
    by: String,
    /// When.
    at: String,
    /// Why nothing is wrong.
    reason: String,
}

/// Two places of a report that a person should see side by side.
#[derive(Serialize, ToSchema)]
pub(crate) struct FindingBody {
    /// Identifier; it stays the same while the words stay the same.
    id: String,
    /// same-quantity, target-reached, scope-changed, level-and-growth, parts-and-sums, units or estimate.
    kind: String,
    /// How the places stand to each other.
    verdict: String,
    /// Whether somebody should look; a note otherwise.
    asks: bool,
    /// The places.
    places: Vec<PlaceBody>,
    /// What it says, with the numbers.
    sentence: Message,
    /// Set when it is set aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    dismissal: Option<DismissalBody>,
}

impl FindingBody {
    fn of(report: &AdoptedReport, view: FindingView<'_>) -> Self {
        let finding = view.finding;
        Self {
            id: finding.id.to_string(),
            kind: finding.kind.name().to_owned(),
            verdict: finding.verdict.name().to_owned(),
            asks: finding.verdict.asks(),
            places: finding.places.iter().map(|place| PlaceBody::of(report, place)).collect(),
            sentence: message(&finding.sentence),
            dismissal: view.dismissal.map(|dismissal| DismissalBody {
                by: dismissal.by.to_string(),
                at: instant(dismissal.at),
                reason: dismissal.reason.clone(),
            }),
        }
    }
}

/// One quantity over two reports.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcrossBody {
    /// missed, met, told, not-comparable, no-word, does-not-fit, fits, baseline or reckoned.
    verdict: String,
    /// The place in the older report.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<PlaceBody>,
    /// The place in this report.
    #[serde(skip_serializing_if = "Option::is_none")]
    this: Option<PlaceBody>,
    /// Where a target starts from.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Amount>,
    /// What it says, with the numbers.
    sentence: Message,
}

impl AcrossBody {
    fn of(older: Option<&AdoptedReport>, report: &AdoptedReport, across: &Across) -> Self {
        Self {
            verdict: across.verdict.name().to_owned(),
            last: across.last.as_ref().and_then(|place| older.map(|older| PlaceBody::of(older, place))),
            this: across.this.as_ref().map(|place| PlaceBody::of(report, place)),
            baseline: across.value.map(|value| Amount { value: value.to_string(), unit: across.unit.clone() }),
            sentence: message(&across.sentence),
        }
    }
}

/// Which findings, and which page of them.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindingQuery {
    /// Of this kind.
    kind: Option<String>,
    /// Only those set aside (`true`), or only those that are not.
    dismissed: Option<bool>,
    /// Only those somebody should look at (`true`), or only notes.
    asks: Option<bool>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 200; 50 when not given.
    limit: Option<usize>,
}

impl FindingQuery {
    fn filter(&self) -> Result<FindingFilter, Answer> {
        let kind = |name: &String| {
            FindingKind::from_name(name).ok_or_else(|| {
                let known = FindingKind::ALL.map(FindingKind::name).join(", ");
                Answer::bad_field(
                    "kind",
                    format!("没有这一类；可用：{known}"),
                    format!("No such kind; use one of {known}."),
                )
            })
        };
        let kind = self.kind.as_ref().filter(|name| !name.is_empty()).map(kind).transpose()?;
        Ok(FindingFilter { kind, dismissed: self.dismissed, asks: self.asks })
    }
}

async fn find(state: &AppState, id: &str) -> Result<(Arc<Snapshot>, Arc<AdoptedReport>), Answer> {
    let id = ReportId::new(id)?;
    let snapshot = state.platform.snapshot().await?;
    let report = snapshot.report(Some(&id)).cloned().ok_or_else(Answer::not_found)?;
    Ok((snapshot, report))
}

async fn signed_in(state: &AppState, headers: &HeaderMap) -> Result<(), Answer> {
    reader(state, headers).await?.map(|_| ()).ok_or_else(Answer::sign_in_first)
}

/// What a report says about itself, by kind, those to look at first.
#[utoipa::path(get, path = "/reports/{id}/findings", tag = "reports", params(("id" = String, Path, description = "Report"), FindingQuery),
    security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<FindingBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(query): Query<FindingQuery>,
) -> ApiResult<Json<List<FindingBody>>> {
    signed_in(&state, &headers).await?;
    let (snapshot, report) = find(&state, &id).await?;
    let filter = query.filter()?;
    let name = format!("findings {id} {filter:?}");
    let offset = cursor::read(&name, query.cursor.as_deref())?;
    let all: Vec<_> = snapshot.findings(&report.id, filter).collect();
    let rows = all.iter().skip(offset).take(cursor::limit(query.limit));
    let items: Vec<_> = rows.map(|view| FindingBody::of(&report, *view)).collect();
    let end = offset.saturating_add(items.len());
    Ok(Json(List { next: (end < all.len()).then(|| cursor::write(&name, end)), total: Some(all.len()), items }))
}

/// Where a list goes on, and how much of it.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct YearQuery {
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 200; 50 when not given.
    limit: Option<usize>,
}

/// What became of the targets of the report adopted for the year before, and where this year's targets start. Empty when
/// no such report was adopted.
#[utoipa::path(get, path = "/reports/{id}/year-before", tag = "reports", params(("id" = String, Path, description = "Report"), YearQuery),
    security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<AcrossBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn year_before(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(query): Query<YearQuery>,
) -> ApiResult<Json<List<AcrossBody>>> {
    signed_in(&state, &headers).await?;
    let (snapshot, report) = find(&state, &id).await?;
    let before = snapshot.year_before(&report.id);
    let older = before.and_then(|before| snapshot.report(Some(&before.report)));
    let all = before.map(|before| before.across.as_slice()).unwrap_or_default();
    let name = format!("year-before {id}");
    let offset = cursor::read(&name, query.cursor.as_deref())?;
    let rows = all.iter().skip(offset).take(cursor::limit(query.limit));
    let items: Vec<_> = rows.map(|across| AcrossBody::of(older.map(|o| &**o), &report, across)).collect();
    let end = offset.saturating_add(items.len());
    Ok(Json(List { next: (end < all.len()).then(|| cursor::write(&name, end)), total: Some(all.len()), items }))
}

async fn run(
    state: &AppState,
    headers: &HeaderMap,
    names: (String, String),
    command: impl FnOnce() -> Result<FindingCommand, Answer>,
) -> ApiResult<StatusCode> {
    let actor = writer(state, headers).await?;
    let (report, finding) = (ReportId::new(names.0)?, FindingId::new(names.1)?);
    Box::pin(state.platform.run_on_finding(&actor, &report, &finding, &command()?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set a finding aside.
#[utoipa::path(put, path = "/reports/{id}/findings/{finding}/dismissal", tag = "reports", request_body = WhyBody, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Report"), ("finding" = String, Path, description = "Finding")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn dismiss(
    State(state): State<AppState>,
    Path(names): Path<(String, String)>,
    headers: HeaderMap,
    why: Body<WhyBody>,
) -> ApiResult<StatusCode> {
    run(&state, &headers, names, || Ok(FindingCommand::Dismiss { reason: body(why)?.reason })).await
}

/// Take a finding up again.
#[utoipa::path(delete, path = "/reports/{id}/findings/{finding}/dismissal", tag = "reports", security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Report"), ("finding" = String, Path, description = "Finding")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn restore(
    State(state): State<AppState>,
    Path(names): Path<(String, String)>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    run(&state, &headers, names, || Ok(FindingCommand::Restore)).await
}
