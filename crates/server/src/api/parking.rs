//! Parking for programs. Everybody may read it.

use crate::api::cursor;
use crate::api::model::List;
use crate::api::problem::{ApiResult, Message, ProblemBody};
use crate::city::body::at;
use crate::error::Answer;
use crate::pages::parking::{class, local, method, position, stay_from_now, turnover};
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use tingzhou_platform::city::{FacilityId, Two};
use tingzhou_platform::scenario::parking::{Bill, Fen, Spaces, Stay, Tariff};
use tingzhou_platform::{LotView, Platform};
use utoipa::{IntoParams, ToSchema};

/// A lot or street bays now.
#[derive(Serialize, ToSchema)]
pub(crate) struct LotBody {
    /// Its name in the register.
    id: String,
    /// Its proper name.
    name: Message,
    /// It is made up.
    simulated: bool,
    /// Bays of a street; otherwise a lot.
    street: bool,
    /// How many spaces it has.
    spaces: Option<u32>,
    /// How many were free at the latest count.
    free: Option<u32>,
    /// When that was.
    counted_at: Option<String>,
    /// The count is too old to go by, or there is none.
    stale: bool,
    /// Its tariff, for `/parking/tariffs`.
    tariff: Option<String>,
    /// It belongs to a business.
    commercial: bool,
    /// A night costs nothing.
    night_free: bool,
}

/// Spaces taken in an hour.
#[derive(Serialize, ToSchema)]
pub(crate) struct OccupancyBody {
    /// Spaces taken an hour after the latest count.
    taken: String,
    /// Mean absolute error of the method on the last week, in spaces; none when three weeks are not known.
    error: Option<String>,
    /// The same of the last count alone, never smaller.
    last_count_error: Option<String>,
    /// How it was made.
    method: Message,
}

/// Comings and goings of an hour.
#[derive(Serialize, ToSchema)]
pub(crate) struct LotHourBody {
    /// When the hour begins.
    from: String,
    /// Passages in.
    entries: u32,
    /// Passages out.
    exits: u32,
}

/// Stays that ended on a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct LotDayBody {
    /// The day.
    day: String,
    /// How many.
    stays: u32,
    /// Of new-energy vehicles.
    new_energy: u32,
    /// Their median, in minutes.
    median_minutes: Option<i64>,
    /// Stays a space.
    turnover: Option<String>,
    /// What they cost by the tariff in force, in fen.
    fen: i64,
    /// Stays without a price.
    unpriced: u32,
    /// Exits without an entry.
    entry_missing: u32,
    /// Entries without an exit.
    exit_missing: u32,
    /// Passages read twice.
    twice: u32,
}

/// A lot with what is known of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct LotDetailBody {
    /// The lot now.
    lot: LotBody,
    /// Spaces taken in an hour; none when that cannot be told.
    occupancy: Option<OccupancyBody>,
    /// Vehicles inside by the passages; none when there were none for 30 days.
    inside: Option<u32>,
    /// The last 24 hours.
    hours: Vec<LotHourBody>,
    /// The last 30 days.
    days: Vec<LotDayBody>,
}

fn lot_body(view: &LotView) -> LotBody {
    LotBody {
        id: view.facility.id.to_string(),
        name: Message::of(&view.facility.name),
        simulated: view.facility.simulated,
        street: view.street,
        spaces: view.spaces,
        free: view.free.map(|(free, _)| free),
        counted_at: view.free.map(|(_, time)| at(time.into())),
        stale: view.stale,
        tariff: view.tariff.clone(),
        commercial: view.commercial,
        night_free: view.night_free,
    }
}

/// A figure of the year beside its task.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewBody {
    /// spaces, chargers or lots.
    what: &'static str,
    /// How many the register has.
    figure: u32,
    /// How many the task wants.
    target: Option<String>,
    /// The task, when the report has one.
    task: Option<String>,
}

/// What is new this year, and what is free at night.
#[derive(Serialize, ToSchema)]
pub(crate) struct ParkingBody {
    /// The year.
    year: i16,
    /// By the first days of the register.
    new: Vec<NewBody>,
    /// Facilities among them that state no number and count as 0.
    without_number: u32,
    /// Facilities among them that are made up.
    simulated: u32,
    /// Lots and street bays that are there now.
    lots: usize,
    /// Lots of businesses that are free at night.
    night_free_commercial: usize,
    /// Of them made up.
    night_free_simulated: usize,
}

/// What is new this year beside what the report wants.
#[utoipa::path(get, path = "/parking", tag = "parking", security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = ParkingBody), (status = "5XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn overview(State(state): State<AppState>) -> ApiResult<Json<ParkingBody>> {
    let (platform, settings) = (&state.platform, &state.platform.pack().scenarios.parking);
    let year = platform.clock().today().year();
    let (snapshot, found, lots) =
        (platform.snapshot().await?, platform.new_of_year(year).await?, platform.lots().await?);
    let new = |what, figure, words: &[String]| {
        let task = Platform::task_about(&snapshot, year, words);
        NewBody {
            what,
            figure,
            target: task.and_then(|view| view.task.target_now()).map(|target| target.value.normalize().to_string()),
            task: task.map(|view| view.task.id.to_string()),
        }
    };
    let night_free = || lots.iter().filter(|one| one.commercial && one.night_free);
    Ok(Json(ParkingBody {
        year,
        new: vec![
            new("spaces", found.spaces, &settings.spaces_task),
            new("chargers", found.chargers, &settings.chargers_task),
            new("lots", found.lots, &settings.lots_task),
        ],
        without_number: found.without_number,
        simulated: found.simulated,
        lots: lots.len(),
        night_free_commercial: night_free().count(),
        night_free_simulated: night_free().filter(|one| one.facility.simulated).count(),
    }))
}

/// Which lots.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LotsQuery {
    /// Only those free at night.
    night: Option<bool>,
    /// Goes on from here.
    cursor: Option<String>,
    /// At most so many, 1 to 200; 50 when missing.
    limit: Option<usize>,
}

/// Lots and street bays with their free spaces.
#[utoipa::path(get, path = "/parking/lots", tag = "parking", params(LotsQuery), security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = List<LotBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn lots(
    State(state): State<AppState>,
    Query(query): Query<LotsQuery>,
) -> ApiResult<Json<List<LotBody>>> {
    let night = query.night.unwrap_or(false);
    let name = format!("lots {night}");
    let (offset, limit) = (cursor::read(&name, query.cursor.as_deref())?, cursor::limit(query.limit));
    let all: Vec<LotView> = state.platform.lots().await?.into_iter().filter(|one| !night || one.night_free).collect();
    let next = offset.saturating_add(limit);
    Ok(Json(List {
        items: all.iter().skip(offset).take(limit).map(lot_body).collect(),
        total: Some(all.len()),
        next: (next < all.len()).then(|| cursor::write(&name, next)),
    }))
}

/// A lot: free spaces, a forecast, and what its passages come to.
#[utoipa::path(get, path = "/parking/lots/{id}", tag = "parking", security((), ("basic" = []), ("session" = [])),
    params(("id" = String, Path, description = "Lot or street")),
    responses((status = 200, body = LotDetailBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn lot(State(state): State<AppState>, Path(id): Path<String>) -> ApiResult<Json<LotDetailBody>> {
    let platform = &state.platform;
    let id = FacilityId::new(id).map_err(|_| Answer::not_found())?;
    let view = platform.lot(&id).await?;
    let figures = platform.lot_figures(&view).await?;
    let occupancy = platform.occupancy(&view).await?.and_then(Result::ok).map(|one| OccupancyBody {
        taken: one.taken.to_string(),
        error: one.error.map(|error| error.to_string()),
        last_count_error: one.last_count_error.map(|error| error.to_string()),
        method: Message::of(&method(one.method)),
    });
    let hours = figures.hours.iter().map(|(begin, entries, exits)| LotHourBody {
        from: at((*begin).into()),
        entries: *entries,
        exits: *exits,
    });
    let days = figures.days.iter().map(|row| LotDayBody {
        day: row.day.to_string(),
        stays: row.stays,
        new_energy: row.new_energy,
        median_minutes: row.median,
        turnover: turnover(row, view.spaces),
        fen: row.fen,
        unpriced: row.unpriced,
        entry_missing: row.entry_missing,
        exit_missing: row.exit_missing,
        twice: row.twice,
    });
    Ok(Json(LotDetailBody {
        occupancy,
        inside: figures.inside,
        hours: hours.collect(),
        days: days.collect(),
        lot: lot_body(&view),
    }))
}

/// A line of a bill.
#[derive(Serialize, ToSchema)]
pub(crate) struct BillLineBody {
    /// Local time it begins.
    from: String,
    /// Local time it ends.
    to: String,
    /// Minutes between.
    minutes: i64,
    /// What it adds, in fen; negative when it takes off.
    fen: i64,
    /// The rule.
    rule: Message,
}

/// What a stay costs.
#[derive(Serialize, ToSchema)]
pub(crate) struct BillBody {
    /// The tariff.
    tariff: String,
    /// Its version.
    version: u32,
    /// Entry as priced, in local time.
    from: String,
    /// Exit as priced.
    to: String,
    /// Whole minutes.
    minutes: i64,
    /// Every line; they add up to the total.
    lines: Vec<BillLineBody>,
    /// To pay, in fen.
    total_fen: i64,
    /// The same in yuan.
    total_yuan: String,
}

fn bill_body(bill: &Bill) -> BillBody {
    let Fen(total_fen) = bill.total;
    BillBody {
        tariff: bill.tariff.clone(),
        version: bill.version,
        from: bill.entry.to_string(),
        to: bill.exit.to_string(),
        minutes: bill.minutes,
        lines: bill
            .lines
            .iter()
            .map(|line| BillLineBody {
                from: line.from.to_string(),
                to: line.to.to_string(),
                minutes: line.minutes,
                fen: line.amount.0,
                rule: Message::of(&line.rule),
            })
            .collect(),
        total_fen,
        total_yuan: bill.total.to_string(),
    }
}

/// Where to, and for how long.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NearestQuery {
    /// Longitude and latitude (WGS-84), as 87.304,44.013. Not kept.
    place: String,
    /// Hours of the stay from now on, 0.5 to 720; 2 when missing.
    hours: Option<String>,
    /// ordinary, new-energy, emergency or sanitation; ordinary when missing.
    class: Option<String>,
    /// At most so many, 1 to 100; 10 when missing.
    limit: Option<usize>,
}

/// A lot near a place.
#[derive(Serialize, ToSchema)]
pub(crate) struct NearBody {
    /// The lot.
    lot: LotBody,
    /// Metres on foot, about.
    metres: u32,
    /// free, stale, unknown or full.
    spaces: &'static str,
    /// What the stay will cost.
    bill: Option<BillBody>,
    /// Why there is no price.
    why: Option<Message>,
}

/// Lots near a place.
#[derive(Serialize, ToSchema)]
pub(crate) struct NearestBody {
    /// Those with free spaces by distance, then those that may have some, then full ones.
    items: Vec<NearBody>,
}

fn wrong(field: &'static str) -> impl Fn(Two) -> Answer {
    move |two| Answer::bad_field(field, two.zh, two.en)
}

/// The field of a question about a stay that a refusal is about.
fn field(place: &str) -> &'static str {
    match place {
        "entry" => "from",
        "exit" => "to",
        _ => "tariff",
    }
}

/// The nearest free spaces with their price.
#[utoipa::path(get, path = "/parking/nearest", tag = "parking", params(NearestQuery), security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = NearestBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn nearest(
    State(state): State<AppState>,
    Query(query): Query<NearestQuery>,
) -> ApiResult<Json<NearestBody>> {
    let platform = &state.platform;
    let place = position(&query.place).map_err(wrong("place"))?;
    let class = class(query.class.as_deref().unwrap_or("ordinary")).map_err(wrong("class"))?;
    let hours = query.hours.as_deref().unwrap_or("2");
    let stay = stay_from_now(platform, hours, class).map_err(wrong("hours"))?;
    let found = platform.nearest_lots(place, stay, query.limit.unwrap_or(10).clamp(1, 100)).await?;
    let items = found.iter().map(|one| NearBody {
        lot: lot_body(&one.lot),
        metres: one.metres,
        spaces: match one.spaces {
            Spaces::Free(_) => "free",
            Spaces::Stale { .. } => "stale",
            Spaces::Unknown => "unknown",
            Spaces::Full => "full",
        },
        bill: one.bill.as_ref().ok().map(bill_body),
        why: one.bill.as_ref().err().map(|why| Message::of(&why.message)),
    });
    Ok(Json(NearestBody { items: items.collect() }))
}

/// A tariff in force.
#[derive(Serialize, ToSchema)]
pub(crate) struct TariffBody {
    /// Its name for programs.
    id: String,
    /// Its version.
    version: u32,
    /// Its name.
    name: Message,
    /// What it rests on.
    source: String,
    /// First day of entry it is for.
    from: String,
    /// What it says, a sentence a rule.
    words: Vec<Message>,
    /// A night costs nothing.
    night_free: bool,
}

fn tariff_body(tariff: &Tariff) -> TariffBody {
    let data = tariff.data();
    TariffBody {
        id: data.id.clone(),
        version: data.version,
        name: Message::of(&data.name),
        source: data.source.clone(),
        from: data.from.to_string(),
        words: tariff.words().iter().map(Message::of).collect(),
        night_free: tariff.is_free_at_night(),
    }
}

fn in_force(platform: &Platform) -> Vec<&Tariff> {
    let today = platform.clock().today();
    platform.tariffs().keys().filter_map(|id| platform.tariff_on(id, today)).collect()
}

/// Which part of the list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TariffsQuery {
    /// Goes on from here.
    cursor: Option<String>,
    /// At most so many, 1 to 200; 50 when missing.
    limit: Option<usize>,
}

/// Tariffs in force today, in words.
#[utoipa::path(get, path = "/parking/tariffs", tag = "parking", params(TariffsQuery), security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = List<TariffBody>), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn tariffs(
    State(state): State<AppState>,
    Query(query): Query<TariffsQuery>,
) -> ApiResult<Json<List<TariffBody>>> {
    let (offset, limit) = (cursor::read("tariffs", query.cursor.as_deref())?, cursor::limit(query.limit));
    let all = in_force(&state.platform);
    let next = offset.saturating_add(limit);
    Ok(Json(List {
        items: all.iter().skip(offset).take(limit).map(|tariff| tariff_body(tariff)).collect(),
        total: Some(all.len()),
        next: (next < all.len()).then(|| cursor::write("tariffs", next)),
    }))
}

/// Which stay.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BillQuery {
    /// The tariff.
    tariff: String,
    /// Entry: an instant as RFC 3339 has it, or Beijing time as 2025-10-31T08:00.
    from: String,
    /// Exit, the same way.
    to: String,
    /// ordinary, new-energy, emergency or sanitation; ordinary when missing.
    class: Option<String>,
}

/// What a stay costs, line by line.
#[utoipa::path(get, path = "/parking/bill", tag = "parking", params(BillQuery), security((), ("basic" = []), ("session" = [])),
    responses((status = 200, body = BillBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn bill(State(state): State<AppState>, Query(query): Query<BillQuery>) -> ApiResult<Json<BillBody>> {
    let class = class(query.class.as_deref().unwrap_or("ordinary")).map_err(wrong("class"))?;
    let entry = local(&query.from).map_err(wrong("from"))?;
    let exit = local(&query.to).map_err(wrong("to"))?;
    let stay = Stay { entry, exit, class, card: None };
    let bill = state.platform.bill(&query.tariff, &stay);
    Ok(Json(bill_body(&bill.map_err(|why| wrong(field(&why.place))(why.message))?)))
}
