//! Addresses notices are sent to, for programs: each account has those of its unit, post or office.

use crate::api::caller::{reader, writer};
use crate::api::commands::{Body, body};
use crate::api::model::{List, instant};
use crate::api::problem::{ApiResult, ProblemBody};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tingzhou_platform::SubscriptionRow;
use tingzhou_platform::ledger::{Channel, SubscriptionId};
use utoipa::ToSchema;

/// Where notices are sent to.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubscriptionBody {
    /// Identifier.
    id: String,
    /// Whose notices: office, unit:ID or leader:ID.
    audience: String,
    /// email or webhook.
    channel: &'static str,
    /// Where to.
    address: String,
    /// zh or en.
    language: String,
    /// Since when.
    added_at: String,
    /// The last success.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_at: Option<String>,
    /// Why the last attempt failed; empty after a success.
    error: String,
    /// What messages to a new webhook are signed with. Told once.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl SubscriptionBody {
    fn of(row: SubscriptionRow, new: bool) -> Self {
        Self {
            id: row.id.to_string(),
            audience: row.audience.to_string(),
            channel: row.channel.name(),
            address: row.address,
            language: row.language,
            added_at: instant(row.added_at),
            delivered_at: row.delivered_at.map(instant),
            error: row.error,
            secret: (new && !row.secret.is_empty()).then_some(row.secret),
        }
    }
}

/// Addresses this account may see, at most 5,000.
#[utoipa::path(get, path = "/subscriptions", tag = "cases", security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<SubscriptionBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(State(state): State<AppState>, headers: HeaderMap) -> ApiResult<Json<List<SubscriptionBody>>> {
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    let rows = state.platform.subscriptions(&actor).await?;
    let items: Vec<_> = rows.into_iter().map(|row| SubscriptionBody::of(row, false)).collect();
    Ok(Json(List { total: Some(items.len()), items, next: None }))
}

/// A new address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSubscription {
    /// email or webhook.
    channel: String,
    /// An e-mail address, or a webhook's address.
    address: String,
    /// zh (when missing) or en.
    #[serde(default)]
    language: String,
}

/// Send notices to an address from now on. A webhook gets JSON with an `Idempotency-Key` and a `Tingzhou-Signature`:
/// `t=SECONDS,v1=HEX`, HMAC-SHA256 of `SECONDS.BODY` under the secret answered here. Any 2xx takes it; others are tried
/// again under the same key.
#[utoipa::path(post, path = "/subscriptions", tag = "cases", request_body = NewSubscription, security(("basic" = []), ("session" = [])),
    responses((status = 201, body = SubscriptionBody, headers(("Location" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn add(
    State(state): State<AppState>,
    headers: HeaderMap,
    new: Body<NewSubscription>,
) -> ApiResult<Response> {
    let actor = writer(&state, &headers).await?;
    let new = body(new)?;
    let channel = Channel::from_name(&new.channel)
        .ok_or_else(|| Answer::bad_field("channel", "应为 email 或 webhook。", "Give email or webhook."))?;
    let row = state.platform.subscribe(&actor, channel, &new.address, &new.language).await?;
    let location = [(header::LOCATION, format!("/api/v1/subscriptions/{}", row.id))];
    Ok((StatusCode::CREATED, location, Json(SubscriptionBody::of(row, true))).into_response())
}

/// Delete an address.
#[utoipa::path(delete, path = "/subscriptions/{id}", tag = "cases", security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Subscription")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    state.platform.unsubscribe(&actor, &SubscriptionId::new(id).map_err(Answer::from)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a trial message to an address, at most one a minute.
#[utoipa::path(post, path = "/subscriptions/{id}/trial", tag = "cases", security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Subscription")),
    responses((status = 202), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn try_it(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    state.platform.try_subscription(&actor, &SubscriptionId::new(id).map_err(Answer::from)?).await?;
    Ok(StatusCode::ACCEPTED)
}
