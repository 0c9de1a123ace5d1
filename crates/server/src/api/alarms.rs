//! Alarms and devices for programs: alarms for who is signed in, commands and devices for the supervision office.

use crate::api::caller::{reader, writer};
use crate::api::commands::{Body, body};
use crate::api::cursor;
use crate::api::model::{List, instant};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::api::reports::PageQuery;
use crate::city::act::{Deed, carry_out};
use crate::city::body::at;
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tingzhou_platform::city::alarm::Standing;
use tingzhou_platform::city::{FacilityId, ScenarioId, TypeId};
use tingzhou_platform::ledger::Actor;
use tingzhou_platform::{AlarmEventRow, AlarmEventSelect, AlarmFilter, AlarmView, Device, DeviceFilter, Instruments};
use utoipa::{IntoParams, ToSchema};

fn is_simulated(instruments: &Instruments, facility: &FacilityId) -> bool {
    instruments.facility(facility).is_some_and(|one| one.simulated)
}

/// An alarm as it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlarmBody {
    /// The facility.
    facility: String,
    /// Its name.
    facility_name: Message,
    /// Whether the facility is simulated.
    simulated: bool,
    /// The rule.
    rule: String,
    /// Its name.
    name: Message,
    /// unacknowledged, acknowledged, returned-unacknowledged, shelved, out-of-service.
    standing: &'static str,
    /// From 1; 0 when it is hidden and nothing is told.
    level: u8,
    /// How soon somebody must act.
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Message>,
    /// Since when it is on the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// Whether its repetitions are counted instead of told.
    chattering: bool,
    /// The last value it has seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    /// When that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    value_time: Option<String>,
    /// Its unit.
    unit: Message,
}

impl AlarmBody {
    fn of(view: &AlarmView, instruments: &Instruments) -> Self {
        Self {
            simulated: is_simulated(instruments, &view.facility),
            facility: view.facility.to_string(),
            facility_name: Message::of(&view.facility_name),
            rule: view.rule.to_string(),
            name: Message::of(&view.rule_name),
            standing: view.standing.name(),
            level: view.level,
            priority: view.priority.map(|one| Message::of(&one.words())),
            since: view.since.map(at),
            chattering: view.chattering,
            value: view.last.map(|last| last.value.get()),
            value_time: view.last.map(|last| at(last.time)),
            unit: Message::of(&view.unit),
        }
    }
}

/// Which alarms.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AlarmQuery {
    /// At this facility.
    facility: Option<String>,
    /// At facilities of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Of this scenario.
    scenario: Option<String>,
    /// That stand so; all that are neither shelved nor out of service when missing.
    standing: Option<String>,
    /// Goes on from here.
    cursor: Option<String>,
    /// At most so many, 1 to 200; 50 when missing.
    limit: Option<usize>,
}

fn wrong(field: &'static str) -> Answer {
    Answer::bad_field(field, "不是可用的值。", "This is not one of the values.")
}

async fn signed_in(state: &AppState, headers: &HeaderMap) -> Result<Actor, Answer> {
    reader(state, headers).await?.ok_or_else(Answer::sign_in_first)
}

/// Alarms, most urgent first.
#[utoipa::path(get, path = "/alarms", tag = "facilities", params(AlarmQuery), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<AlarmBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<AlarmQuery>,
) -> ApiResult<Json<List<AlarmBody>>> {
    signed_in(&state, &headers).await?;
    let standing = query.standing.as_deref().map(|name| Standing::from_name(name).ok_or_else(|| wrong("standing")));
    let filter = AlarmFilter {
        facility: query.facility.map(FacilityId::new).transpose().map_err(|_| wrong("facility"))?,
        facility_type: query.kind.map(TypeId::new).transpose().map_err(|_| wrong("type"))?,
        scenario: query.scenario.map(ScenarioId::new).transpose().map_err(|_| wrong("scenario"))?,
        standing: standing.transpose()?.into_iter().collect(),
    };
    let name = format!("alarms {filter:?}");
    let (offset, limit) = (cursor::read(&name, query.cursor.as_deref())?, cursor::limit(query.limit));
    let instruments = state.platform.instruments().await?;
    let page = instruments.alarms(&filter, offset, limit);
    let next = offset.saturating_add(limit);
    let next = (next < page.total).then(|| cursor::write(&name, next));
    let items = page.alarms.iter().map(|view| AlarmBody::of(view, &instruments)).collect();
    Ok(Json(List { items, total: Some(page.total), next }))
}

/// Something that happened to an alarm.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlarmEventBody {
    /// Its number within the city.
    seq: i64,
    /// When.
    time: String,
    /// The facility.
    facility: String,
    /// Whether the facility is simulated.
    simulated: bool,
    /// The rule.
    rule: String,
    /// Which account did it; empty when nobody did.
    actor: String,
    /// The same as a sentence.
    words: Message,
}

impl AlarmEventBody {
    fn of(row: &AlarmEventRow, instruments: &Instruments) -> Self {
        Self {
            simulated: is_simulated(instruments, &row.facility),
            seq: row.seq,
            time: at(row.event.at),
            facility: row.facility.to_string(),
            rule: row.rule.to_string(),
            actor: row.actor.clone(),
            words: Message::of(&row.words),
        }
    }
}

/// Which events.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AlarmEventQuery {
    /// At this facility.
    facility: Option<String>,
    /// Goes on from here.
    cursor: Option<String>,
    /// At most so many, 1 to 200; 50 when missing.
    limit: Option<usize>,
}

/// What happened to alarms, newest first.
#[utoipa::path(get, path = "/alarms/history", tag = "facilities", params(AlarmEventQuery), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<AlarmEventBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn history(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<AlarmEventQuery>,
) -> ApiResult<Json<List<AlarmEventBody>>> {
    signed_in(&state, &headers).await?;
    let facility = query.facility.map(FacilityId::new).transpose().map_err(|_| wrong("facility"))?;
    let name = format!("alarm events {facility:?}");
    // A cursor holds the number everything told so far is not below.
    let before = match cursor::read(&name, query.cursor.as_deref())? {
        0 => i64::MAX,
        seq => i64::try_from(seq).unwrap_or(i64::MAX),
    };
    let select = match &facility {
        Some(of) => AlarmEventSelect::Of(of, before),
        None => AlarmEventSelect::Before(before),
    };
    let limit = cursor::limit(query.limit);
    let instruments = state.platform.instruments().await?;
    let rows = instruments.alarm_events(select, u32::try_from(limit).unwrap_or(50)).await?;
    let last = rows.last().filter(|row| rows.len() == limit && row.seq > 1);
    let next = last.and_then(|row| usize::try_from(row.seq).ok()).map(|seq| cursor::write(&name, seq));
    let items = rows.iter().map(|row| AlarmEventBody::of(row, &instruments)).collect();
    Ok(Json(List { items, total: None, next }))
}

/// What a person does with an alarm.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAlarmCommand {
    /// acknowledge, shelve, unshelve, take-out-of-service or put-in-service.
    command: String,
    /// Until when it is shelved: an instant as RFC 3339 has it, or Beijing time as 2025-10-31T18:00.
    #[serde(default)]
    until: Option<String>,
    /// Why; shelving and taking out of service want one.
    #[serde(default)]
    reason: String,
}

/// Do something with an alarm.
#[utoipa::path(post, path = "/alarms/{facility}/{rule}/commands", tag = "facilities", request_body = NewAlarmCommand, security(("basic" = []), ("session" = [])),
    params(("facility" = String, Path, description = "Facility"), ("rule" = String, Path, description = "Rule")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn command(
    State(state): State<AppState>,
    Path((facility, rule)): Path<(String, String)>,
    headers: HeaderMap,
    new: Body<NewAlarmCommand>,
) -> ApiResult<StatusCode> {
    let actor = writer(&state, &headers).await?;
    let new = body(new)?;
    let deed =
        Deed { facility: &facility, rule: &rule, name: &new.command, until: new.until.as_deref(), reason: &new.reason };
    carry_out(&state.platform.instruments().await?, &actor, &deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A device.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceBody {
    /// What it speaks.
    protocol: String,
    /// What it calls itself there.
    address: String,
    /// Whose values it sends; missing while it is quarantined.
    #[serde(skip_serializing_if = "Option::is_none")]
    facility: Option<String>,
    /// When it was first heard of.
    first_seen: String,
    /// When it was last heard of.
    last_seen: String,
    /// Refused frames by reason.
    refused: BTreeMap<String, u64>,
}

impl DeviceBody {
    fn of(device: &Device) -> Self {
        Self {
            protocol: device.protocol.clone(),
            address: device.address.clone(),
            facility: device.facility.as_ref().map(ToString::to_string),
            first_seen: instant(device.first_seen),
            last_seen: instant(device.last_seen),
            refused: device.refused.clone(),
        }
    }
}

/// Which devices.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeviceQuery {
    /// That speak this.
    protocol: Option<String>,
    /// Whether they are quarantined.
    quarantined: Option<bool>,
    /// Goes on from here.
    cursor: Option<String>,
    /// At most so many, 1 to 200; 50 when missing.
    limit: Option<usize>,
}

fn office(actor: Actor) -> Result<Actor, Answer> {
    if actor.role.supervises() { Ok(actor) } else { Err(Answer::not_allowed()) }
}

/// Devices by protocol and address.
#[utoipa::path(get, path = "/devices", tag = "facilities", params(DeviceQuery), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<DeviceBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn devices(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<DeviceQuery>,
) -> ApiResult<Json<List<DeviceBody>>> {
    office(signed_in(&state, &headers).await?)?;
    let filter = DeviceFilter { protocol: query.protocol, quarantined: query.quarantined };
    let name = format!("devices {filter:?}");
    let (offset, limit) = (cursor::read(&name, query.cursor.as_deref())?, cursor::limit(query.limit));
    let (found, total) = state.platform.instruments().await?.devices(&filter, offset, limit);
    let next = offset.saturating_add(limit);
    let next = (next < total).then(|| cursor::write(&name, next));
    Ok(Json(List { items: found.iter().map(DeviceBody::of).collect(), total: Some(total), next }))
}

/// What was refused of no known device.
#[derive(Serialize, ToSchema)]
pub(crate) struct StrayBody {
    /// What it should have spoken.
    protocol: String,
    /// Why it was refused.
    reason: String,
    /// How often, since the program began.
    count: u64,
}

/// What was refused of no known device, by protocol and reason.
#[utoipa::path(get, path = "/devices/strays", tag = "facilities", params(PageQuery), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<StrayBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn strays(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<StrayBody>>> {
    office(signed_in(&state, &headers).await?)?;
    let (offset, limit) = (cursor::read("strays", query.cursor.as_deref())?, cursor::limit(query.limit));
    let found = state.platform.instruments().await?.nobodys();
    let next = offset.saturating_add(limit);
    let next = (next < found.len()).then(|| cursor::write("strays", next));
    let total = Some(found.len());
    let page = found.into_iter().skip(offset).take(limit);
    let items = page.map(|(protocol, reason, count)| StrayBody { protocol, reason, count }).collect();
    Ok(Json(List { items, total, next }))
}

/// Whose values a device sends. The address may hold slashes, so it is no part of the path.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAdoption {
    /// What it speaks.
    protocol: String,
    /// What it calls itself there.
    address: String,
    /// The facility.
    facility: String,
}

/// Adopt a device: say whose values it sends from now on.
#[utoipa::path(post, path = "/devices/adoptions", tag = "facilities", request_body = NewAdoption, security(("basic" = []), ("session" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn adopt(
    State(state): State<AppState>,
    headers: HeaderMap,
    new: Body<NewAdoption>,
) -> ApiResult<StatusCode> {
    let actor = office(writer(&state, &headers).await?)?;
    let new = body(new)?;
    let facility = FacilityId::new(new.facility)?;
    state.platform.instruments().await?.adopt(&actor, &new.protocol, &new.address, &facility).await?;
    Ok(StatusCode::NO_CONTENT)
}
