//! Facilities, their latest values and their history for programs. Without an account only what everybody may see.

use crate::api::caller::{reader, writer};
use crate::api::commands::{Body, body};
use crate::api::cursor;
use crate::api::model::List;
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::city::body::{FacilityBody, OrderAtBody, at};
use crate::city::marks::{Mark, OrderMark};
use crate::city::{Select, Sight, rounded};
use crate::error::Answer;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tingzhou_platform::city::alarm::Standing;
use tingzhou_platform::city::{
    Aggregate, Counted, Facility, FacilityDef, Moment, Period, Property, PropertyId, Sample, ScenarioId, TypeId,
};
use utoipa::{IntoParams, ToSchema};

/// Values of one answer when no limit is given, and at most.
const VALUES: (usize, usize) = (1_000, 10_000);

/// Which facilities.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FacilityQuery {
    /// Of this scenario.
    scenario: Option<String>,
    /// Of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// true: those with an alarm on the list. Of `alarm`, `order` and `silent` one is enough.
    alarm: Option<bool>,
    /// true: those with an open order or a drill.
    order: Option<bool>,
    /// true: those nothing is heard of.
    silent: Option<bool>,
    /// Goes on from here.
    cursor: Option<String>,
    /// At most so many, 1 to 200; 50 when missing.
    limit: Option<usize>,
}

fn select(scenario: Option<&str>, kind: Option<&str>) -> Result<Select, Answer> {
    let wrong = |field| Answer::bad_field(field, "不是可用的值。", "This is not one of the values.");
    let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(Select {
        scenario: given(scenario).map(ScenarioId::new).transpose().map_err(|_| wrong("scenario"))?,
        facility_type: given(kind).map(TypeId::new).transpose().map_err(|_| wrong("type"))?,
        ..Select::default()
    })
}

impl FacilityQuery {
    fn select(&self) -> Result<Select, Answer> {
        let own = select(self.scenario.as_deref(), self.kind.as_deref())?;
        let is = |flag: Option<bool>| flag == Some(true);
        Ok(Select { alarm: is(self.alarm), order: is(self.order), silent: is(self.silent), ..own })
    }
}

/// A facility the caller may see; without an account it is not even said whether there is one.
fn visible(sight: &Sight, signed_in: bool, id: &str) -> Result<Facility, Answer> {
    let none = || if signed_in { Answer::not_found() } else { Answer::sign_in_first() };
    sight.facility(id).ok_or_else(none)
}

/// Facilities by name, with their latest values. Air and parking are for everybody, others for who is signed in.
#[utoipa::path(get, path = "/facilities", tag = "facilities", params(FacilityQuery), security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = List<FacilityBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<FacilityQuery>,
) -> ApiResult<Json<List<FacilityBody>>> {
    let sight = Sight::of(&state, reader(&state, &headers).await?.as_ref()).await?;
    let select = query.select()?;
    let name = format!("facilities {select:?}");
    let (offset, limit) = (cursor::read(&name, query.cursor.as_deref())?, cursor::limit(query.limit));
    let marks = sight.marks().await?;
    let all = sight.all(&select, &marks);
    let items = all.iter().skip(offset).take(limit).map(|one| FacilityBody::of(&sight, one, &marks)).collect();
    let next = offset.saturating_add(limit);
    let next = (next < all.len()).then(|| cursor::write(&name, next));
    Ok(Json(List { items, total: Some(all.len()), next }))
}

/// A proper name.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read as a facility of a pack")]
pub(crate) struct NewName {
    /// 简体中文.
    zh: String,
    /// English; without it the Chinese stands for it.
    en: Option<String>,
}

/// A facility as `facilities.toml` of a city's pack says it, too.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read as a facility of a pack")]
pub(crate) struct NewFacility {
    /// Its name for programs.
    id: String,
    /// What kind of thing it is.
    #[schema(rename = "type")]
    kind: String,
    /// Its proper name.
    name: NewName,
    /// Where it is, as a geometry of GeoJSON.
    place: Option<serde_json::Value>,
    /// What the numbers of its place mean: wgs-84 or gcj-02; wgs-84 when missing.
    coordinates: Option<String>,
    /// Its first day, in Beijing time.
    from: String,
    /// Its last day, when it is known.
    to: Option<String>,
    /// The scenario it belongs to; its type's when missing.
    scenario: Option<String>,
    /// Whether it is made up; false when missing.
    simulated: Option<bool>,
    /// What is stated of it and not observed, by property: a number, a text, yes or no.
    stated: Option<std::collections::BTreeMap<String, serde_json::Value>>,
}

/// What became of facilities.
#[derive(Serialize, ToSchema)]
pub(crate) struct PutBody {
    /// How many were given.
    given: usize,
    /// How many of them are new or described anew.
    changed: usize,
}

/// Register facilities, or describe known ones anew: the supervision office. All are taken, or, from the first 2,000 with a
/// mistake on, none.
#[utoipa::path(put, path = "/facilities", tag = "facilities", operation_id = "facilities_put", request_body = Vec<NewFacility>, security(("basic" = []), ("session" = [])),
    responses((status = 200, body = PutBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn put(
    State(state): State<AppState>,
    headers: HeaderMap,
    new: Body<Vec<FacilityDef>>,
) -> ApiResult<Json<PutBody>> {
    let actor = writer(&state, &headers).await?;
    if !actor.role.supervises() {
        return Err(Answer::not_allowed().into());
    }
    let new = body(new)?;
    let given = new.len();
    let changed = state.platform.instruments().await?.put_facilities(&actor, new).await?;
    Ok(Json(PutBody { given, changed }))
}

/// A place of the map.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeatureBody {
    /// Feature.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Where it is, WGS-84.
    geometry: serde_json::Value,
    /// The facility as it stands.
    properties: FacilityBody,
}

/// Facilities as GeoJSON.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeaturesBody {
    /// FeatureCollection.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Those that have a place, at most 20,000.
    features: Vec<FeatureBody>,
}

/// Facilities with a place as GeoJSON, with their latest values.
#[utoipa::path(get, path = "/facilities.geojson", tag = "facilities", params(FacilityQuery), security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = FeaturesBody, content_type = "application/geo+json"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn geojson(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<FacilityQuery>,
) -> ApiResult<Response> {
    let sight = Sight::of(&state, reader(&state, &headers).await?.as_ref()).await?;
    let select = query.select()?;
    let marks = sight.marks().await?;
    let placed = sight.all(&select, &marks).into_iter().filter_map(|one| {
        let geometry = serde_json::to_value(one.place.as_ref()?).ok()?;
        Some(FeatureBody { kind: "Feature", geometry, properties: FacilityBody::placeless(&sight, &one, &marks) })
    });
    let body = FeaturesBody { kind: "FeatureCollection", features: placed.collect() };
    let kind = [(header::CONTENT_TYPE, "application/geo+json")];
    Ok((kind, serde_json::to_string(&body).unwrap_or_default()).into_response())
}

/// One facility with its latest values.
#[utoipa::path(get, path = "/facilities/{id}", tag = "facilities", security((), ("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Facility")),
    responses((status = 200, body = FacilityBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Json<FacilityBody>> {
    let actor = reader(&state, &headers).await?;
    let sight = Sight::of(&state, actor.as_ref()).await?;
    let facility = visible(&sight, actor.is_some(), &id)?;
    let marks = sight.marks_of(&[facility.id.clone()].into()).await?;
    Ok(Json(FacilityBody::of(&sight, &facility, &marks)))
}

/// Which hour.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HourQuery {
    /// An instant of the last 7 days as RFC 3339 has it, or Beijing time as 2025-10-31T08:00.
    time: String,
    /// Of this scenario.
    scenario: Option<String>,
    /// Of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// What a property was in an hour.
#[derive(Serialize, ToSchema)]
pub(crate) struct HourBody {
    /// Of which property.
    property: String,
    /// Its name.
    name: Message,
    /// The mean of the values that count, rounded to three digits.
    mean: String,
    /// The least of them.
    least: f64,
    /// The greatest of them.
    greatest: f64,
    /// How many there were.
    count: u32,
    /// The unit.
    unit: Message,
}

/// What a facility was in an hour, and how it stood at its end.
#[derive(Serialize, ToSchema)]
pub(crate) struct FacilityHour {
    /// The facility.
    id: String,
    /// Whether it is made up (模拟).
    simulated: bool,
    /// What it observed.
    values: Vec<HourBody>,
    /// The most urgent standing of its alarms at the end of the hour, or silent when nothing was heard of it in the hour, as
    /// of a facility now. The public is told silent and normal only.
    mark: &'static str,
    /// The same for people.
    mark_words: Message,
    /// How it was marked for its open orders: order or order-over; missing without any, and for the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_mark: Option<&'static str>,
    /// The orders that were open at the end of the hour, as they stood then, without drills.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    orders: Vec<OrderAtBody>,
}

/// Facilities in an hour.
#[derive(Serialize, ToSchema)]
pub(crate) struct HoursBody {
    /// When the hour begins.
    from: String,
    /// When marks and orders are as given: the end of the hour, or now while it is under way.
    marks_at: String,
    /// Whether there were more alarms or open orders than these.
    cut: bool,
    /// Those with values, with an order, or that were not normal; at most 20,000.
    items: Vec<FacilityHour>,
}

fn hour_of((property, sum): &(Property, Counted)) -> HourBody {
    HourBody {
        property: property.id().to_string(),
        name: Message::of(property.name()),
        mean: rounded(sum.mean()),
        least: sum.min.get(),
        greatest: sum.max.get(),
        count: sum.count,
        unit: Message::of(&property.unit()),
    }
}

/// What facilities were in an hour of the last seven days, and how they stood at its end.
#[utoipa::path(get, path = "/facilities/at", tag = "facilities", params(HourQuery), security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = HoursBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn at_hour(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<HourQuery>,
) -> ApiResult<Json<HoursBody>> {
    let sight = Sight::of(&state, reader(&state, &headers).await?.as_ref()).await?;
    let select = select(query.scenario.as_deref(), query.kind.as_deref())?;
    let time = crate::city::hour(&query.time, sight.instruments.now())?;
    let marks = sight.marks_at(&select, time).await?;
    let items = sight.all(&select, &marks).into_iter().filter_map(|one| {
        let (mark, orders) = (sight.mark(&one, &marks), marks.orders(&one.id));
        let values: Vec<HourBody> = marks.values(&one.id)?.iter().map(hour_of).collect();
        let something = !values.is_empty() || !orders.is_empty() || mark != Mark::Alarm(Standing::Normal);
        something.then(|| FacilityHour {
            id: one.id.to_string(),
            simulated: one.simulated,
            values,
            mark: mark.name(),
            mark_words: Message::of(&mark.words()),
            order_mark: marks.order_mark(&one.id).map(OrderMark::name),
            orders: orders.iter().map(OrderAtBody::of).collect(),
        })
    });
    let from = at(time.begin(tingzhou_platform::city::Grain::Hour));
    let marks_at = marks.hour.as_ref().map(|hour| at(hour.end)).unwrap_or_default();
    Ok(Json(HoursBody { from, marks_at, cut: marks.is_cut(), items: items.collect() }))
}

/// Which part of a series.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// Of which property.
    property: String,
    /// raw, hour, day or month.
    grain: String,
    /// From this instant on, RFC 3339; 24 hours ago when missing.
    from: Option<String>,
    /// To before this instant, RFC 3339; now when missing.
    to: Option<String>,
    /// Goes on from here.
    cursor: Option<String>,
    /// At most so many, 1 to 10,000; 1,000 when missing.
    limit: Option<usize>,
}

/// A single value, or what an hour, day or month comes to.
#[derive(Serialize, ToSchema)]
pub(crate) struct HistoryBody {
    /// When it was observed, or when the hour, day or month begins.
    time: String,
    /// The value, or the mean of those that count; none when none counts.
    value: Option<f64>,
    /// The least of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    least: Option<f64>,
    /// The greatest of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    greatest: Option<f64>,
    /// How many count.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    /// How many do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    set_aside: Option<u32>,
    /// Of a single value: what is known against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<Message>,
}

impl HistoryBody {
    fn single(sample: &Sample) -> Self {
        Self {
            time: at(sample.time),
            value: Some(sample.value.get()),
            least: None,
            greatest: None,
            count: None,
            set_aside: None,
            quality: Some(Message::of(&sample.quality.words())),
        }
    }

    fn sum((begin, sum): &(Moment, Aggregate)) -> Self {
        let counted = sum.counted;
        Self {
            time: at(*begin),
            value: counted.map(|all| all.mean()),
            least: counted.map(|all| all.min.get()),
            greatest: counted.map(|all| all.max.get()),
            count: Some(counted.map_or(0, |all| all.count)),
            set_aside: Some(sum.set_aside),
            quality: None,
        }
    }
}

/// What a property of a facility was.
#[utoipa::path(get, path = "/facilities/{id}/history", tag = "facilities", security((), ("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Facility"), HistoryQuery),
    responses((status = 200, body = List<HistoryBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn history(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(query): Query<HistoryQuery>,
) -> ApiResult<Json<List<HistoryBody>>> {
    let actor = reader(&state, &headers).await?;
    let sight = Sight::of(&state, actor.as_ref()).await?;
    let facility = visible(&sight, actor.is_some(), &id)?;
    let instruments = &sight.instruments;
    let property = PropertyId::new(query.property.clone()).ok();
    let series = property.and_then(|property| instruments.series(&facility.id, &property)).ok_or_else(|| {
        Answer::bad_field("property", "这个设施没有观测这个属性。", "This facility does not observe such a property.")
    })?;
    let instant = |field: &'static str, text: &Option<String>, otherwise: Moment| match text {
        None => Ok(otherwise),
        Some(text) => text.parse::<jiff::Timestamp>().map(Moment::from).map_err(|_| {
            Answer::bad_field(
                field,
                "时间应如 2025-10-31T08:00:00+08:00。",
                "Give a time as 2025-10-31T08:00:00+08:00.",
            )
        }),
    };
    let now = instruments.now();
    let first = instant("from", &query.from, now.before(Period::from_days(1)))?;
    let end = instant("to", &query.to, now.after(Period::from_millis(1)))?;
    // Asked without an end, a list ends where it did at first: now is another moment at every page.
    let asked = query.to.as_ref().map(|_| end.millis());
    let name = format!("history {id} {} {} {asked:?}", query.property, query.grain);
    let (from, to) = cursor::read_stretch(&name, query.cursor.as_deref())?.unwrap_or((first, end));
    let limit = query.limit.unwrap_or(VALUES.0).clamp(1, VALUES.1);
    let next_at = |at: Option<Moment>| at.map(|at| cursor::write_stretch(&name, (at, to)));
    if query.grain == "raw" {
        let raw = instruments.raw(series, from, to, limit).await?;
        let last = raw.samples.last().map(|last| last.time.after(Period::from_millis(1)));
        let items = raw.samples.iter().map(HistoryBody::single).collect();
        return Ok(Json(List { items, total: None, next: raw.more.then(|| next_at(last)).flatten() }));
    }
    let rollups = match query.grain.as_str() {
        "hour" => instruments.by_hour(series, from, to, limit).await?,
        "day" => instruments.by_day(series, from, to, limit).await?,
        "month" => instruments.by_month(series, from, to).await?,
        _ => {
            return Err(
                Answer::bad_field("grain", "应为 raw、hour、day 或 month。", "Give raw, hour, day or month.").into()
            );
        }
    };
    let rows: Vec<_> = rollups.rows.iter().take(limit).collect();
    let more = rollups.more || rollups.rows.len() > rows.len();
    // The next begins later than the last begins, whatever the grain: by the day after a month's first it is the same
    // month, so months go on from where the next one begins.
    let following = rollups.rows.get(rows.len()).map(|(begin, _)| *begin);
    let last = following.or_else(|| {
        let (begin, _) = rows.last()?;
        Some(begin.after(if query.grain == "hour" { Period::from_secs(3_600) } else { Period::from_days(1) }))
    });
    let items = rows.into_iter().map(HistoryBody::sum).collect();
    Ok(Json(List { items, total: None, next: more.then(|| next_at(last)).flatten() }))
}
