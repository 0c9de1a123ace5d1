//! Work orders, drills and the gas scenario for programs.

use crate::api::caller::{reader, version, writer};
use crate::api::cases::LimitBody;
use crate::api::commands::{Body, body};
use crate::api::cursor;
use crate::api::model::{List, instant};
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::city::body::at;
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tingzhou_platform::city::{FacilityId, RuleId};
use tingzhou_platform::ledger::UnitId;
use tingzhou_platform::matter::{CaseId, StateId};
use tingzhou_platform::{
    GasFigures, GasPart, NewDrill, OrderFigures, OrderSelect, OrderStep, OrderTime, OrderView, Spread,
};
use utoipa::{IntoParams, ToSchema};

/// A work order.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderBody {
    /// Identifier.
    id: String,
    /// What it is about.
    title: Message,
    /// The facility.
    facility: String,
    /// The alarm rule.
    rule: String,
    /// The highest level reached, from 1.
    level: u32,
    /// Whether it is a drill's: no real alarm, in no figure.
    drill: bool,
    /// Whether the facility is simulated.
    simulated: bool,
    /// assigned, accepted, on-site, done, refused, verified, closed, cancelled; of a drill also drill-over.
    state: String,
    /// The state, for people.
    state_words: Message,
    /// Whether nothing more can happen to it.
    ended: bool,
    /// Whether the condition of its alarm holds now.
    alarm_holds: bool,
    /// Every step names the version it is based on.
    version: u64,
    /// The unit in charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Message>,
    /// When the alarm was raised.
    raised: String,
    /// When the order was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    opened: Option<String>,
    /// When it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<String>,
    /// When somebody was on site.
    #[serde(skip_serializing_if = "Option::is_none")]
    arrived: Option<String>,
    /// When it was reported done.
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<String>,
    /// When the drill ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<String>,
    /// What was found.
    #[serde(skip_serializing_if = "String::is_empty")]
    found: String,
    /// What was done.
    #[serde(skip_serializing_if = "String::is_empty")]
    deed: String,
    /// Longitude and latitude on arrival.
    #[serde(skip_serializing_if = "String::is_empty")]
    place: String,
    /// Its time limits, the first to end first.
    limits: Vec<LimitBody>,
    /// What this account may do now.
    can: Vec<String>,
}

impl OrderBody {
    fn of(view: &OrderView) -> Self {
        let case = &view.case;
        let time = |what| view.time(what).map(instant);
        Self {
            id: case.case.id.to_string(),
            title: Message::of(&view.title),
            facility: view.facility.to_string(),
            rule: view.rule.to_string(),
            level: view.level,
            drill: view.drill,
            simulated: view.simulated,
            state: case.case.state.to_string(),
            state_words: Message::of(&case.state()),
            ended: case.ended(),
            alarm_holds: view.holds,
            version: case.case.version,
            unit: case.parties.first().map(|party| Message::of(&party.name)),
            raised: instant(view.raised),
            opened: time(OrderTime::Opened),
            accepted: time(OrderTime::Accepted),
            arrived: time(OrderTime::Arrived),
            done: time(OrderTime::Done),
            ends: view.ends.map(instant),
            found: view.text("found").to_owned(),
            deed: view.text("deed").to_owned(),
            place: view.text("place").to_owned(),
            limits: case.clocks.iter().map(LimitBody::of).collect(),
            can: case
                .can
                .iter()
                .filter(|t| !(t.id.as_str() == "verify" && view.holds))
                .map(|t| t.id.to_string())
                .collect(),
        }
    }
}

fn answer(status: StatusCode, view: &OrderView) -> Response {
    let tag = format!("\"v{}\"", view.case.case.version);
    (status, [(header::ETAG, tag)], Json(OrderBody::of(view))).into_response()
}

fn created(view: &OrderView) -> Response {
    let location = format!("/api/v1/orders/{}", view.case.case.id);
    ([(header::LOCATION, location)], answer(StatusCode::CREATED, view)).into_response()
}

/// Which orders.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderQuery {
    /// In this state.
    state: Option<String>,
    /// Only those past the end of a time limit.
    #[serde(default)]
    over: bool,
    /// Those that have ended, too.
    #[serde(default)]
    ended: bool,
    /// Drills instead of orders.
    #[serde(default)]
    drills: bool,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 200; 50 when not given.
    limit: Option<usize>,
}

/// Work orders this account takes part in, open ones first, by the time limit that ends first.
#[utoipa::path(get, path = "/orders", tag = "orders", operation_id = "orders_list", params(OrderQuery), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = List<OrderBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<OrderQuery>,
) -> ApiResult<Json<List<OrderBody>>> {
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    let key = format!("orders {} {:?} {} {} {}", actor.account, query.state, query.over, query.ended, query.drills);
    let offset = cursor::read(&key, query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit);
    let select = OrderSelect {
        state: query.state.map(StateId::new).transpose().map_err(Answer::from)?,
        over: query.over,
        ended: query.ended,
        unit: None,
        drills: query.drills,
    };
    let (skip, most) = (u32::try_from(offset).unwrap_or(u32::MAX), u32::try_from(limit).unwrap_or(200));
    let page = state.platform.orders(&actor, &select, skip, most).await?;
    let next = page.next.map(|_| cursor::write(&key, offset.saturating_add(limit)));
    Ok(Json(List { items: page.rows.iter().map(OrderBody::of).collect(), total: None, next }))
}

/// A work order this account takes part in.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", operation_id = "orders_one", params(("id" = String, Path, description = "Order")), security(("basic" = []), ("session" = [])),
    responses((status = 200, body = OrderBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> ApiResult {
    let actor = reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    let id = CaseId::new(id).map_err(Answer::from)?;
    Ok(answer(StatusCode::OK, &state.platform.order(&actor, &id).await?))
}

/// Somebody to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrder {
    /// The facility with the alarm.
    facility: String,
    /// The alarm rule.
    rule: String,
    /// The unit; the one the city's rules name when missing.
    #[serde(default)]
    unit: Option<String>,
}

/// Send somebody to an alarm that stands.
#[utoipa::path(post, path = "/orders", tag = "orders", operation_id = "orders_open", request_body = NewOrder, security(("basic" = []), ("session" = [])),
    responses((status = 201, body = OrderBody, headers(("ETag" = String), ("Location" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn open(State(state): State<AppState>, headers: HeaderMap, new: Body<NewOrder>) -> ApiResult {
    let actor = writer(&state, &headers).await?;
    let new = body(new)?;
    let unit = new.unit.map(UnitId::new).transpose()?;
    let (rule, facility) = (RuleId::new(new.rule)?, FacilityId::new(new.facility)?);
    Ok(created(&Box::pin(state.platform.dispatch_alarm(&actor, &rule, &facility, unit.as_ref())).await?))
}

/// A step to take.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrderStep {
    /// accept, refuse, reassign, arrive, done, return, verify or cancel; of a drill also clear and end-drill.
    transition: String,
    /// Why, for refuse, reassign, return and cancel.
    #[serde(default)]
    reason: String,
    /// Another unit, for reassign.
    #[serde(default)]
    unit: Option<String>,
    /// What was found, for done.
    #[serde(default)]
    found: String,
    /// What was done, for done.
    #[serde(default)]
    deed: String,
    /// Longitude and latitude, for arrive; may be empty.
    #[serde(default)]
    place: String,
}

/// Take a step of an order.
#[utoipa::path(post, path = "/orders/{id}/steps", tag = "orders", operation_id = "orders_step", request_body = NewOrderStep, security(("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Order"), ("If-Match" = String, Header, description = "The order's ETag")),
    responses((status = 200, body = OrderBody, headers(("ETag" = String))),
        (status = 409, description = "Not possible now, or changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn step(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    new: Body<NewOrderStep>,
) -> ApiResult {
    let actor = writer(&state, &headers).await?;
    let (id, version) = (CaseId::new(id).map_err(Answer::from)?, version(&headers)?);
    let new = body(new)?;
    let step = OrderStep {
        transition: new.transition,
        reason: new.reason,
        unit: new.unit.map(UnitId::new).transpose()?,
        found: new.found,
        deed: new.deed,
        place: new.place,
        photos: Vec::new(),
    };
    Ok(answer(StatusCode::OK, &Box::pin(state.platform.run_order(&actor, &id, version, &step)).await?))
}

/// A drill to be started.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDrillBody {
    /// The facility.
    facility: String,
    /// The alarm rule.
    rule: String,
    /// The level, from 1.
    level: u8,
    /// The unit; the one the city's rules name when missing.
    #[serde(default)]
    unit: Option<String>,
    /// After how many minutes it ends by itself, 5 to 480.
    minutes: u16,
}

/// Start a drill: a made-up alarm with an order, counted nowhere.
#[utoipa::path(post, path = "/drills", tag = "orders", operation_id = "drills_start", request_body = NewDrillBody, security(("basic" = []), ("session" = [])),
    responses((status = 201, body = OrderBody, headers(("ETag" = String), ("Location" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn drill(State(state): State<AppState>, headers: HeaderMap, new: Body<NewDrillBody>) -> ApiResult {
    let actor = writer(&state, &headers).await?;
    let new = body(new)?;
    let drill = NewDrill {
        facility: FacilityId::new(new.facility)?,
        rule: RuleId::new(new.rule)?,
        level: new.level,
        unit: new.unit.map(UnitId::new).transpose()?,
        minutes: new.minutes,
    };
    Ok(created(&Box::pin(state.platform.start_drill(&actor, &drill)).await?))
}

/// How long something took, over many times, in milliseconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpreadBody {
    /// How many times.
    count: usize,
    /// Half took no longer, ms.
    median_ms: i64,
    /// Nine in ten took no longer, ms.
    p90_ms: i64,
    /// The longest, ms.
    longest_ms: i64,
}

impl SpreadBody {
    fn of(spread: Spread) -> Self {
        Self { count: spread.count, median_ms: spread.median, p90_ms: spread.p90, longest_ms: spread.longest }
    }
}

/// How soon alarms had their orders, and somebody was on site. Drills are not in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderFiguresBody {
    /// Of alarms raised from here on.
    from: String,
    /// Orders counted.
    orders: usize,
    /// Those that are open.
    open: usize,
    /// Whether there are more than are counted; then the newest are.
    more: bool,
    /// Orders that were there within a minute of the alarm.
    within_a_minute: usize,
    /// From the alarm to its order.
    #[serde(skip_serializing_if = "Option::is_none")]
    alarm_to_order: Option<SpreadBody>,
    /// From the order to people on site.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_to_site: Option<SpreadBody>,
}

impl OrderFiguresBody {
    fn of(figures: &OrderFigures) -> Self {
        Self {
            from: at(figures.from),
            orders: figures.orders,
            open: figures.open,
            more: figures.more,
            within_a_minute: figures.within_a_minute,
            alarm_to_order: figures.to_order.map(SpreadBody::of),
            order_to_site: figures.to_site.map(SpreadBody::of),
        }
    }
}

/// Instruments of one type.
#[derive(Serialize, ToSchema)]
pub(crate) struct GasPartBody {
    /// In service.
    total: usize,
    /// Heard of within `silent_after_seconds`.
    alive: usize,
    /// How long nothing may be heard, s.
    silent_after_seconds: i64,
    /// Those nothing is heard of, at most 50.
    silent: Vec<String>,
}

impl GasPartBody {
    fn of(part: &GasPart) -> Self {
        Self {
            total: part.total,
            alive: part.alive,
            silent_after_seconds: part.silent_after.millis() / 1_000,
            silent: part.silent.iter().map(|(id, _, _)| id.to_string()).collect(),
        }
    }
}

/// Alarms of gas of one level.
#[derive(Serialize, ToSchema)]
pub(crate) struct GasLevelBody {
    /// The rule.
    rule: String,
    /// From 1.
    level: u8,
    /// How many hold now.
    now: usize,
    /// How many were raised, or reached this level, this year.
    year: u64,
}

/// The gas scenario.
#[derive(Serialize, ToSchema)]
pub(crate) struct GasBody {
    /// When it was looked at.
    as_of: String,
    /// Since when the year is counted.
    year_from: String,
    /// Whether any instrument is simulated.
    simulated: bool,
    /// Detectors of combustible gas.
    detectors: GasPartBody,
    /// Regulating stations.
    regulators: GasPartBody,
    /// Households watched over by a detector in service.
    households_served: u64,
    /// Households with gas, when the city says how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    households: Option<u32>,
    /// Alarms of gas by level.
    levels: Vec<GasLevelBody>,
    /// Alarms of pressure that hold.
    pressure_alarms: usize,
    /// How soon somebody was sent and came, this year.
    orders: OrderFiguresBody,
}

impl GasBody {
    fn of(gas: &GasFigures) -> Self {
        Self {
            as_of: at(gas.at),
            year_from: at(gas.year_from),
            simulated: gas.detectors.simulated || gas.regulators.simulated,
            detectors: GasPartBody::of(&gas.detectors),
            regulators: GasPartBody::of(&gas.regulators),
            households_served: gas.served,
            households: gas.households.as_ref().map(|own| own.households),
            levels: gas
                .levels
                .iter()
                .map(|one| GasLevelBody { rule: one.rule.to_string(), level: one.level, now: one.now, year: one.year })
                .collect(),
            pressure_alarms: gas.pressure_count,
            orders: OrderFiguresBody::of(&gas.orders),
        }
    }
}

/// The gas scenario as it is now: instruments, alarms, how soon somebody came.
#[utoipa::path(get, path = "/gas", tag = "orders", operation_id = "gas_now", security(("basic" = []), ("session" = [])),
    responses((status = 200, body = GasBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn gas(State(state): State<AppState>, headers: HeaderMap) -> ApiResult<Json<GasBody>> {
    reader(&state, &headers).await?.ok_or_else(Answer::sign_in_first)?;
    Ok(Json(GasBody::of(&state.platform.gas_figures().await?)))
}
