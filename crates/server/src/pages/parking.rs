//! Parking: the nearest free space with its price, lots, tariffs in words, what a stay costs, what is new this year.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::i18n::{Lang, ScenarioWords, scenario_words};
use crate::pages::task_forms::Choice;
use crate::pages::{Failure, PageResult, page};
use askama::Template;
use axum::extract::Path;
use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan};
use tingzhou_platform::city::{FacilityId, Moment, Position, Two};
use tingzhou_platform::scenario::Refusal;
use tingzhou_platform::scenario::parking::{Bill, OccupancyMethod, Spaces, Stay, Tariff, VehicleClass};
use tingzhou_platform::{LotView, NearbyLot, ParkingDayRow, Platform};

/// Lots of a page.
const PAGE: usize = 50;
/// Lots near a place.
const NEAR: usize = 10;
/// Classes a driver may choose.
pub(crate) const CLASSES: [(&str, VehicleClass); 4] = [
    ("ordinary", VehicleClass::Ordinary),
    ("new-energy", VehicleClass::NewEnergy),
    ("emergency", VehicleClass::Emergency),
    ("sanitation", VehicleClass::Sanitation),
];

struct LotRow {
    id: String,
    name: String,
    simulated: bool,
    street: bool,
    free: String,
    old: bool,
    spaces: String,
    time: String,
    tariff: String,
    night: bool,
    commercial: bool,
}

struct NearRow {
    id: String,
    name: String,
    simulated: bool,
    metres: u32,
    free: String,
    time: String,
    price: String,
    why: String,
    tariff: String,
}

struct TariffView {
    id: String,
    name: String,
    words: Vec<String>,
    source: String,
    from: String,
}

struct LineRow {
    period: String,
    minutes: i64,
    rule: String,
    amount: String,
}

struct BillView {
    name: String,
    lines: Vec<LineRow>,
    total: String,
}

struct NewRow {
    words: &'static str,
    figure: u32,
    target: String,
    task: Option<(String, String)>,
}

/// The form of the calculator, as it was filled in.
struct Reckoning {
    tariffs: Vec<Choice>,
    classes: Vec<Choice>,
    from: String,
    to: String,
    bill: Option<BillView>,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "parking.html")]
struct ParkingPage {
    c: Chrome,
    s: &'static ScenarioWords,
    place: String,
    hours: String,
    classes: Vec<Choice>,
    wrong: Option<String>,
    near: Option<Vec<NearRow>>,
    new: Vec<NewRow>,
    new_simulated: bool,
    without_number: u32,
    year: i16,
    night_commercial: usize,
    night_simulated: bool,
    rows: Vec<LotRow>,
    total: usize,
    night: bool,
    next: Option<String>,
    before: Option<String>,
    tariffs: Vec<TariffView>,
    reckoning: Reckoning,
}

struct HourRow {
    hour: String,
    entries: u32,
    exits: u32,
}

struct DayRow {
    day: String,
    stays: u32,
    new_energy: u32,
    median: String,
    turnover: String,
    yuan: String,
    missing: String,
}

struct ForecastView {
    taken: String,
    error: String,
    last: String,
    method: String,
    why: Option<String>,
}

#[derive(Template)]
#[template(path = "parking_lot.html")]
struct LotPage {
    c: Chrome,
    s: &'static ScenarioWords,
    action: String,
    row: LotRow,
    forecast: Option<ForecastView>,
    tariff: Option<TariffView>,
    inside: Option<u32>,
    reported: Option<u32>,
    hours: Vec<HourRow>,
    days: Vec<DayRow>,
    keep_days: u16,
    reckoning: Reckoning,
}

fn written(ctx: &Ctx, at: Timestamp) -> String {
    ctx.platform().clock().written(at)
}

/// Free spaces in words.
fn free_words(s: &ScenarioWords, spaces: Spaces) -> String {
    match spaces {
        Spaces::Free(count) => count.to_string(),
        Spaces::Stale { count, .. } => format!("{count} ({})", s.parking_stale),
        Spaces::Unknown => s.parking_unknown.to_owned(),
        Spaces::Full => s.parking_full.to_owned(),
    }
}

fn tariff_name(ctx: &Ctx, view: &LotView) -> Option<String> {
    let tariff = ctx.platform().tariff_on(view.tariff.as_deref()?, ctx.platform().clock().today())?;
    Some(ctx.lang.of(&tariff.data().name).to_owned())
}

fn lot_row(ctx: &Ctx, s: &ScenarioWords, view: &LotView) -> LotRow {
    LotRow {
        id: view.facility.id.to_string(),
        name: ctx.lang.of(&view.facility.name).to_owned(),
        simulated: view.facility.simulated,
        street: view.street,
        free: match view.free {
            None => s.parking_unknown.to_owned(),
            Some((0, _)) if !view.stale => s.parking_full.to_owned(),
            Some((free, _)) => free.to_string(),
        },
        old: view.stale && view.free.is_some(),
        spaces: view.spaces.map_or_else(|| s.parking_unknown.to_owned(), |spaces| spaces.to_string()),
        time: view.free.map(|(_, at)| written(ctx, at)).unwrap_or_default(),
        tariff: tariff_name(ctx, view).unwrap_or_else(|| s.parking_no_tariff.to_owned()),
        night: view.night_free,
        commercial: view.commercial,
    }
}

fn near_row(ctx: &Ctx, s: &ScenarioWords, near: &NearbyLot) -> NearRow {
    let (price, why) = match &near.bill {
        Ok(bill) => (bill.total.to_string(), String::new()),
        Err(why) => ("—".to_owned(), ctx.lang.of(&why.message).to_owned()),
    };
    NearRow {
        id: near.lot.facility.id.to_string(),
        name: ctx.lang.of(&near.lot.facility.name).to_owned(),
        simulated: near.lot.facility.simulated,
        metres: near.metres,
        free: free_words(s, near.spaces),
        time: near.lot.free.map(|(_, at)| written(ctx, at)).unwrap_or_default(),
        price,
        why,
        tariff: tariff_name(ctx, &near.lot).unwrap_or_default(),
    }
}

fn tariff_view(lang: Lang, tariff: &Tariff) -> TariffView {
    let data = tariff.data();
    TariffView {
        id: data.id.clone(),
        name: lang.of(&data.name).to_owned(),
        words: tariff.words().iter().map(|words| lang.of(words).to_owned()).collect(),
        source: data.source.clone(),
        from: data.from.to_string(),
    }
}

fn bill_view(lang: Lang, bill: &Bill, tariff: &Tariff) -> BillView {
    let time = |at: DateTime| at.strftime("%m-%d %H:%M").to_string();
    let line = |one: &tingzhou_platform::scenario::parking::Line| LineRow {
        period: format!("{} – {}", time(one.from), time(one.to)),
        minutes: one.minutes,
        rule: lang.of(&one.rule).to_owned(),
        amount: one.amount.to_string(),
    };
    BillView {
        name: lang.of(&tariff.data().name).to_owned(),
        lines: bill.lines.iter().map(line).collect(),
        total: bill.total.to_string(),
    }
}

fn class_choices(lang: Lang, chosen: &str) -> Vec<Choice> {
    let of = |(id, class): &(&str, VehicleClass)| Choice {
        value: (*id).to_owned(),
        words: lang.of(&class.name()).to_owned(),
        chosen: *id == chosen,
    };
    CLASSES.iter().map(of).collect()
}

fn two_of(pick: fn(&ScenarioWords) -> &'static str) -> Two {
    Two::new(pick(scenario_words(Lang::Zh)), pick(scenario_words(Lang::En)))
}

/// A class by its word.
pub(crate) fn class(word: &str) -> Result<VehicleClass, Two> {
    let found = CLASSES.iter().find(|(id, _)| *id == word).map(|(_, class)| *class);
    found.ok_or_else(|| two_of(|s| s.parking_bad_class))
}

/// A place as it is typed: longitude and latitude.
pub(crate) fn position(text: &str) -> Result<Position, Two> {
    let wrong = || two_of(|s| s.parking_bad_place);
    let (longitude, latitude) = text.split_once([',', '，']).ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
    Position::new(number(longitude)?, number(latitude)?).map_err(|_| wrong())
}

/// A stay from now on, of so many hours.
pub(crate) fn stay_from_now(platform: &Platform, hours: &str, class: VehicleClass) -> Result<Stay, Two> {
    let wrong = || two_of(|s| s.parking_bad_hours);
    let given = hours.trim().parse::<f64>().ok().filter(|hours| (0.5..=720.0).contains(hours)).ok_or_else(wrong)?;
    #[expect(clippy::cast_possible_truncation, reason = "at most 43,200")]
    let minutes = (given * 60.0).round() as i64;
    let entry = Moment::from(platform.clock().now()).civil();
    let exit = entry.checked_add(minutes.minutes()).map_err(|_| wrong())?;
    Ok(Stay { entry, exit, class, card: None })
}

/// A time of a form or of a program, as the city's clocks say it.
pub(crate) fn local(text: &str) -> Result<DateTime, Two> {
    crate::city::moment(text).map(Moment::civil).ok_or_else(|| two_of(|s| s.parking_bad_time))
}

/// What was asked of the calculator: a bill, or what is wrong; none when nothing was asked.
fn reckon(ctx: &Ctx, tariff: &str, from: &str, to: &str, word: &str) -> Option<Result<Bill, Two>> {
    ctx.query("from")?;
    let stay = local(from).and_then(|entry| {
        let exit = local(to)?;
        Ok(Stay { entry, exit, class: class(word)?, card: None })
    });
    Some(stay.and_then(|stay| ctx.platform().bill(tariff, &stay).map_err(|why: Refusal| why.message)))
}

fn reckoning(ctx: &Ctx, usual: Option<&str>) -> Reckoning {
    let platform = ctx.platform();
    let today = platform.clock().today();
    let known: Vec<&Tariff> = platform.tariffs().keys().filter_map(|id| platform.tariff_on(id, today)).collect();
    let first = known.first().map(|tariff| tariff.data().id.clone()).unwrap_or_default();
    let id = ctx.query("tariff").or_else(|| usual.map(str::to_owned)).unwrap_or(first);
    let now = Moment::from(platform.clock().now()).civil();
    let form = |at: DateTime| at.strftime("%Y-%m-%dT%H:%M").to_string();
    let from = ctx.query("from").unwrap_or_else(|| form(now));
    let to = ctx.query("to").unwrap_or_else(|| form(now.checked_add(2.hours()).unwrap_or(now)));
    let word = ctx.query("vehicle").unwrap_or_else(|| "ordinary".to_owned());
    let (bill, wrong) = match reckon(ctx, &id, &from, &to, &word) {
        None => (None, None),
        Some(Err(why)) => (None, Some(ctx.lang.of(&why).to_owned())),
        Some(Ok(bill)) => {
            let tariff = platform.tariff_on(&id, bill.entry.date());
            (tariff.map(|tariff| bill_view(ctx.lang, &bill, tariff)), None)
        }
    };
    Reckoning {
        tariffs: known
            .iter()
            .map(|tariff| Choice {
                value: tariff.data().id.clone(),
                words: ctx.lang.of(&tariff.data().name).to_owned(),
                chosen: tariff.data().id == id,
            })
            .collect(),
        classes: class_choices(ctx.lang, &word),
        from,
        to,
        bill,
        wrong,
    }
}

async fn new_rows(ctx: &Ctx, s: &'static ScenarioWords, year: i16) -> Result<(Vec<NewRow>, u32, bool), Failure> {
    let (platform, settings) = (ctx.platform(), &ctx.platform().pack().scenarios.parking);
    let new = platform.new_of_year(year).await?;
    let row = |words, figure, task_words: &[String]| {
        let task = Platform::task_about(&ctx.snapshot, year, task_words);
        let target = task.and_then(|view| view.task.target_now());
        NewRow {
            words,
            figure,
            target: target.map(|target| target.value.normalize().to_string()).unwrap_or_default(),
            task: task.map(|view| (view.task.id.to_string(), view.task.title.clone())),
        }
    };
    let rows = vec![
        row(s.parking_new_spaces, new.spaces, &settings.spaces_task),
        row(s.parking_new_chargers, new.chargers, &settings.chargers_task),
        row(s.parking_new_lots, new.lots, &settings.lots_task),
    ];
    Ok((rows, new.without_number, new.simulated > 0))
}

/// `GET /parking`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    let (s, platform) = (scenario_words(ctx.lang), ctx.platform());
    let year = platform.clock().today().year();
    let place = ctx.query("place").unwrap_or_default();
    let hours = ctx.query("hours").unwrap_or_else(|| "2".to_owned());
    let word = ctx.query("class").unwrap_or_else(|| "ordinary".to_owned());
    let asked = if place.is_empty() {
        None
    } else {
        let wish = position(&place).and_then(|at| Ok((at, stay_from_now(platform, &hours, class(&word)?)?)));
        Some(wish)
    };
    let (near, wrong) = match asked {
        None => (None, None),
        Some(Err(why)) => (None, Some(ctx.lang.of(&why).to_owned())),
        Some(Ok((at, stay))) => {
            let found = platform.nearest_lots(at, stay, NEAR).await?;
            (Some(found.iter().map(|one| near_row(&ctx, s, one)).collect()), None)
        }
    };
    let (new, without_number, new_simulated) = new_rows(&ctx, s, year).await?;
    let night = ctx.query("night").is_some_and(|value| !value.is_empty());
    let all = platform.lots().await?;
    let of_night = || all.iter().filter(|view| view.commercial && view.night_free);
    let (night_commercial, night_simulated) = (of_night().count(), of_night().any(|view| view.facility.simulated));
    let wanted: Vec<&LotView> = all.iter().filter(|view| !night || view.night_free).collect();
    let at: usize = ctx.query("offset").and_then(|text| text.parse().ok()).unwrap_or(0);
    let next = at.saturating_add(PAGE);
    let flag = if night { "&night=1" } else { "" };
    let today = platform.clock().today();
    let tariffs = platform.tariffs().keys().filter_map(|id| platform.tariff_on(id, today));
    page(&ParkingPage {
        s,
        classes: class_choices(ctx.lang, &word),
        place,
        hours,
        wrong,
        near,
        new,
        new_simulated,
        without_number,
        year,
        night_commercial,
        night_simulated,
        rows: wanted.iter().skip(at).take(PAGE).map(|view| lot_row(&ctx, s, view)).collect(),
        total: wanted.len(),
        night,
        next: (next < wanted.len()).then(|| format!("/parking?offset={next}{flag}#lots")),
        before: (at > 0).then(|| format!("/parking?offset={}{flag}#lots", at.saturating_sub(PAGE))),
        tariffs: tariffs.map(|tariff| tariff_view(ctx.lang, tariff)).collect(),
        reckoning: reckoning(&ctx, None),
        c: ctx.chrome(Nav::City),
    })
}

/// Stays a space, to a hundredth.
pub(crate) fn turnover(row: &ParkingDayRow, spaces: Option<u32>) -> Option<String> {
    let spaces = spaces.filter(|spaces| *spaces > 0)?;
    Some(format!("{:.2}", f64::from(row.stays) / f64::from(spaces)))
}

fn day_row(row: &ParkingDayRow, spaces: Option<u32>) -> DayRow {
    let fen = tingzhou_platform::scenario::parking::Fen(row.fen);
    DayRow {
        day: row.day.to_string(),
        stays: row.stays,
        new_energy: row.new_energy,
        median: row.median.map_or_else(|| "—".to_owned(), |minutes| minutes.to_string()),
        turnover: turnover(row, spaces).unwrap_or_else(|| "—".to_owned()),
        yuan: if row.unpriced == row.stays { "—".to_owned() } else { fen.to_string() },
        missing: format!("{} / {} / {}", row.entry_missing, row.exit_missing, row.twice),
    }
}

/// How a forecast was made.
pub(crate) fn method(method: OccupancyMethod) -> Two {
    match method {
        OccupancyMethod::LastCount => Two::new("按最近一次计数", "the last count"),
        OccupancyMethod::UsualChange { tenths } => Two::new(
            format!("最近一次计数，加上每周同一时段通常变化的 {tenths}/10"),
            format!("the last count and {tenths}/10 of the usual change at that hour of the week"),
        ),
    }
}

/// `GET /parking/{lot}`
pub(crate) async fn lot(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let (lang, s, platform) = (ctx.lang, scenario_words(ctx.lang), ctx.platform());
    let id = FacilityId::new(id).map_err(|_| Answer::not_found())?;
    let view = platform.lot(&id).await?;
    let figures = platform.lot_figures(&view).await?;
    let none = || "—".to_owned();
    let forecast = platform.occupancy(&view).await?.map(|found| match found {
        Ok(one) => ForecastView {
            taken: one.taken.to_string(),
            error: one.error.map_or_else(none, |error| error.to_string()),
            last: one.last_count_error.map_or_else(none, |error| error.to_string()),
            method: lang.of(&method(one.method)).to_owned(),
            why: None,
        },
        Err(why) => ForecastView {
            taken: none(),
            error: none(),
            last: none(),
            method: String::new(),
            why: Some(lang.of(&why.message).to_owned()),
        },
    });
    let tariff = view.tariff.as_deref().and_then(|id| platform.tariff_on(id, platform.clock().today()));
    let hour = |(at, entries, exits): &(Timestamp, u32, u32)| HourRow {
        hour: Moment::from(*at).civil().strftime("%m-%d %H:00").to_string(),
        entries: *entries,
        exits: *exits,
    };
    page(&LotPage {
        s,
        action: format!("/parking/{id}"),
        row: lot_row(&ctx, s, &view),
        forecast,
        tariff: tariff.map(|tariff| tariff_view(lang, tariff)),
        inside: figures.inside,
        reported: view.spaces.zip(view.free).map(|(spaces, (free, _))| spaces.saturating_sub(free)),
        hours: figures.hours.iter().map(hour).collect(),
        days: figures.days.iter().rev().map(|row| day_row(row, view.spaces)).collect(),
        keep_days: platform.pack().scenarios.parking.keep_days,
        reckoning: reckoning(&ctx, view.tariff.as_deref()),
        c: ctx.chrome(Nav::City),
    })
}
