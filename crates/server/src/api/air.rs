//! Air for programs. Everybody may read it.

use crate::api::cursor;
use crate::api::model::List;
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::city::body::at;
use crate::error::Answer;
use crate::pages::air::{class_name, edition_of, means, pollutants};
use crate::state::AppState;
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use tingzhou_platform::city::{FacilityId, Two};
use tingzhou_platform::scenario::air::{AirClass, Averaging, Concentration, Edition, GoodDays, sub_index};
use tingzhou_platform::{AirDayRow, StationNow};
use utoipa::{IntoParams, ToSchema};

/// A mean with its sub-index.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeanBody {
    /// so2, no2, pm10, co, o3 or pm25.
    pollutant: String,
    /// hour, eight-hours or day.
    averaging: String,
    /// The mean, rounded as the standard compares it.
    value: String,
    /// Its unit.
    unit: &'static str,
    /// Its sub-index; none when the edition gives it none.
    index: Option<u16>,
}

/// A station now.
#[derive(Serialize, ToSchema)]
pub(crate) struct AirStationBody {
    /// The station's name in the register.
    id: String,
    /// Its proper name.
    name: Message,
    /// It is made up.
    simulated: bool,
    /// The hour it is of; none when nothing came for a day.
    hour: Option<String>,
    /// The index by the hourly rule.
    aqi: Option<u16>,
    /// Whether a pollutant lies above the last breakpoint, so that the index is at least that.
    beyond: bool,
    /// excellent, good, light, moderate, heavy or severe.
    class: Option<&'static str>,
    /// The pollutants with the largest sub-index; none up to 50.
    primary: Vec<String>,
    /// The hour's means.
    means: Vec<MeanBody>,
    /// Why there is no index, or what is not in it.
    note: Option<Message>,
}

/// The year's good days.
#[derive(Serialize, ToSchema)]
pub(crate) struct AirYearBody {
    /// The year.
    year: i16,
    /// The last day that is counted; none while no day is over.
    as_of: Option<String>,
    /// Good days: valid, with an index of at most 100.
    good: u16,
    /// Valid days.
    valid: u16,
    /// Days gone by.
    gone: u16,
    /// Whether any station is made up.
    simulated: bool,
    /// Days wanted.
    target: u16,
    /// Good days of the whole year, as expected; none while it is too early.
    expected: Option<u16>,
    /// The 90 % interval of that.
    interval: Option<(u16, u16)>,
    /// The sentence of the forecast, or why it is too early.
    outlook: Option<Message>,
}

/// Air now.
#[derive(Serialize, ToSchema)]
pub(crate) struct AirBody {
    /// The edition of the standard in force today.
    edition: Option<&'static str>,
    /// Stations, at most 200.
    stations: Vec<AirStationBody>,
    /// The last day of the city that was assessed.
    day: Option<AirDayBody>,
    /// The year so far.
    year: AirYearBody,
}

/// A day of a station or of the city.
#[derive(Serialize, ToSchema)]
pub(crate) struct AirDayBody {
    /// The day.
    day: String,
    /// Whether the station, or any of the city's, is made up.
    simulated: bool,
    /// Whether it counts.
    valid: bool,
    /// Its index; none when it does not count.
    aqi: Option<u16>,
    /// excellent, good, light, moderate, heavy or severe.
    class: Option<&'static str>,
    /// The primary pollutants.
    primary: Vec<String>,
    /// The edition it was assessed by.
    edition: &'static str,
    /// Why it does not count.
    lack: Option<Message>,
    /// Its means.
    means: Vec<MeanBody>,
}

fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn mean(edition: Option<Edition>, averaging: Averaging, value: Concentration) -> MeanBody {
    MeanBody {
        pollutant: word(&value.pollutant()),
        averaging: word(&averaging),
        value: value.value().to_string(),
        unit: value.pollutant().unit(),
        index: edition.and_then(|edition| sub_index(edition, averaging, value).ok()).map(|index| index.value),
    }
}

fn station(now: &StationNow) -> AirStationBody {
    let edition = now.hour.and_then(|hour| Edition::on(hour.civil().date()).ok());
    let index = now.index.as_ref();
    AirStationBody {
        id: now.station.id.to_string(),
        name: Message::of(&now.station.name),
        simulated: now.station.simulated,
        hour: now.hour.map(at),
        aqi: index.map(|index| index.value),
        beyond: index.is_some_and(|index| index.beyond),
        class: index.map(|index| class_name(index.class())),
        primary: index.map(|index| index.primary.iter().map(word).collect()).unwrap_or_default(),
        means: now.values.iter().map(|value| mean(edition, Averaging::Hour, *value)).collect(),
        note: now.note.as_ref().map(Message::of),
    }
}

fn day(row: &AirDayRow, simulated: bool) -> AirDayBody {
    let edition = edition_of(&row.edition);
    let lack = Two::new(row.lack.0.clone(), row.lack.1.clone());
    AirDayBody {
        day: row.day.to_string(),
        simulated,
        valid: row.aqi.is_some(),
        aqi: row.aqi,
        class: row.aqi.map(|aqi| class_name(AirClass::of(aqi))),
        primary: pollutants(&row.pollutants).iter().map(word).collect(),
        edition: edition.source(),
        lack: row.aqi.is_none().then(|| Message::of(&lack)),
        means: means(row).into_iter().map(|(averaging, value)| mean(Some(edition), averaging, value)).collect(),
    }
}

/// Stations now, the city's last day, and the year's good days.
#[utoipa::path(get, path = "/air", tag = "air", security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = AirBody), (status = "5XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn now(State(state): State<AppState>) -> ApiResult<Json<AirBody>> {
    let platform = &state.platform;
    let year = platform.clock().today().year();
    let (now, found) = (platform.air_now().await?, platform.air_year(None, year).await?);
    let so_far = found.so_far.as_ref();
    let simulated = now.stations.iter().any(|one| one.station.simulated);
    let (expected, interval, outlook) = match &found.outlook {
        Some(GoodDays::Expected(one)) => {
            (Some(one.expected), Some((one.low, one.high)), Some(Message::of(&one.sentence)))
        }
        Some(GoodDays::TooEarly { reason }) => (None, None, Some(Message::of(reason))),
        None => (None, None, None),
    };
    Ok(Json(AirBody {
        edition: now.edition.map(Edition::source),
        stations: now.stations.iter().map(station).collect(),
        day: found.days.last().map(|row| day(row, simulated)),
        year: AirYearBody {
            year,
            as_of: so_far.map(|one| one.as_of.to_string()),
            good: so_far.map_or(0, |one| one.good),
            valid: so_far.map_or(0, |one| one.valid),
            gone: so_far.map_or(0, |one| one.as_of.day_of_year().unsigned_abs()),
            simulated,
            target: found.target,
            expected,
            interval,
            outlook,
        },
    }))
}

/// Which days.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AirDaysQuery {
    /// Of this station; of the city when missing.
    station: Option<String>,
    /// Of this year; this one when missing.
    year: Option<i16>,
    /// Goes on from here.
    cursor: Option<String>,
    /// At most so many, 1 to 200; 50 when missing.
    limit: Option<usize>,
}

/// Days of the city or of a station, as they were assessed.
#[utoipa::path(get, path = "/air/days", tag = "air", params(AirDaysQuery), security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = List<AirDayBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn days(
    State(state): State<AppState>,
    Query(query): Query<AirDaysQuery>,
) -> ApiResult<Json<List<AirDayBody>>> {
    let platform = &state.platform;
    let this = platform.clock().today().year();
    let year = query.year.unwrap_or(this);
    if !(1990..=this).contains(&year) {
        let (zh, en) = (format!("年份应为 1990 至 {this}。"), format!("Give a year of 1990 to {this}."));
        return Err(Answer::bad_field("year", zh, en).into());
    }
    let stations = platform.air_now().await?.stations;
    let of = |id: &str| query.station.as_deref().is_none_or(|station| station == id);
    let simulated = stations.iter().any(|one| one.station.simulated && of(one.station.id.as_str()));
    let station = match query.station.as_deref() {
        None => None,
        Some(id) => {
            let known = stations.iter().any(|one| one.station.id.as_str() == id);
            let id = FacilityId::new(id).ok().filter(|_| known);
            Some(id.ok_or_else(|| Answer::bad_field("station", "没有这个监测站。", "There is no such station."))?)
        }
    };
    let name = format!("air days {:?} {year}", query.station);
    let (offset, limit) = (cursor::read(&name, query.cursor.as_deref())?, cursor::limit(query.limit));
    let all = platform.air_year(station.as_ref(), year).await?.days;
    let next = offset.saturating_add(limit);
    Ok(Json(List {
        items: all.iter().skip(offset).take(limit).map(|row| day(row, simulated)).collect(),
        total: Some(all.len()),
        next: (next < all.len()).then(|| cursor::write(&name, next)),
    }))
}
