//! Air: stations now, the city's day, the year's good days and its calendar.

use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::i18n::{Lang, ScenarioWords, scenario_words};
use crate::pages::{Failure, PageResult, page};
use askama::Template;
use axum::extract::Path;
use jiff::civil::Date;
use tingzhou_platform::city::{FacilityId, Two};
use tingzhou_platform::scenario::air::{
    AirClass, Averaging, Concentration, Edition, GoodDays, Index, Pollutant, sub_index,
};
use tingzhou_platform::{AirDayRow, AirYear, Platform, StationNow};

/// Days of a station in its table.
const DAYS: usize = 60;

/// A class as a page shows it: its word, its colour's name, its letter.
#[derive(Clone)]
struct ClassView {
    name: &'static str,
    words: String,
}

impl ClassView {
    fn of(lang: Lang, class: AirClass) -> Self {
        Self { name: class_name(class), words: lang.of(&class.name()).to_owned() }
    }
}

/// For programs and the style sheet.
pub(crate) fn class_name(class: AirClass) -> &'static str {
    match class {
        AirClass::Excellent => "excellent",
        AirClass::Good => "good",
        AirClass::Light => "light",
        AirClass::Moderate => "moderate",
        AirClass::Heavy => "heavy",
        AirClass::Severe => "severe",
    }
}

struct StationRow {
    id: String,
    name: String,
    simulated: bool,
    hour: String,
    index: Option<(String, ClassView)>,
    primary: String,
    note: String,
}

struct MeanRow {
    name: String,
    averaging: String,
    value: String,
    index: String,
}

struct DayView {
    day: String,
    index: Option<(String, ClassView)>,
    primary: String,
    lack: String,
    edition: String,
    means: Vec<MeanRow>,
}

struct Cell {
    day: i8,
    date: String,
    name: &'static str,
    letter: String,
    value: String,
    words: String,
}

struct Month {
    name: String,
    /// Weeks from Monday on; days of other months are empty.
    weeks: Vec<Vec<Option<Cell>>>,
}

struct YearView {
    year: i16,
    good: u16,
    valid: u16,
    gone: i16,
    as_of: String,
    target: u16,
    outlook: Option<OutlookView>,
    can_be_valid: bool,
    classes: Vec<(ClassView, u16)>,
    months: Vec<Month>,
}

enum OutlookView {
    TooEarly(String),
    Expected { expected: u16, low: u16, high: u16, sentence: String },
}

#[derive(Template)]
#[template(path = "air.html")]
struct AirPage {
    c: Chrome,
    s: &'static ScenarioWords,
    edition: Option<&'static str>,
    stations: Vec<StationRow>,
    simulated: bool,
    latest: Option<DayView>,
    chosen: Option<DayView>,
    no_such_day: bool,
    year: YearView,
    years: Vec<(i16, bool)>,
    task: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "air_station.html")]
struct StationPage {
    c: Chrome,
    s: &'static ScenarioWords,
    base: String,
    row: StationRow,
    values: Vec<MeanRow>,
    days: Vec<DayView>,
    chosen: Option<DayView>,
    no_such_day: bool,
    year: YearView,
    years: Vec<(i16, bool)>,
}

fn class_of(word: &str) -> Option<AirClass> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

fn pollutant_names(lang: Lang, primary: &[Pollutant]) -> String {
    let comma = if lang == Lang::Zh { "、" } else { ", " };
    primary.iter().map(|one| lang.of(&one.name()).to_owned()).collect::<Vec<_>>().join(comma)
}

/// A kept list of pollutants.
pub(crate) fn pollutants(words: &str) -> Vec<Pollutant> {
    let one = |word: &str| serde_json::from_value(serde_json::Value::String(word.to_owned())).ok();
    words.split(',').filter_map(one).collect()
}

/// The edition a day was assessed by.
pub(crate) fn edition_of(word: &str) -> Edition {
    if word == "2026" { Edition::Of2026 } else { Edition::Of2012 }
}

fn shown(lang: Lang, index: &Index) -> (String, ClassView) {
    (shown_value(index), ClassView::of(lang, index.class()))
}

/// An index; beyond the last breakpoint it is more than it says.
fn shown_value(index: &Index) -> String {
    if index.beyond { format!("≥ {}", index.value) } else { index.value.to_string() }
}

fn station_row(lang: Lang, now: &StationNow, s: &ScenarioWords) -> StationRow {
    let primary = match &now.index {
        Some(index) if index.primary.is_empty() => s.air_no_primary.to_owned(),
        Some(index) => pollutant_names(lang, &index.primary),
        None => String::new(),
    };
    StationRow {
        id: now.station.id.to_string(),
        name: lang.of(&now.station.name).to_owned(),
        simulated: now.station.simulated,
        hour: now.hour.map(|hour| hour.civil().strftime("%Y-%m-%d %H:00").to_string()).unwrap_or_default(),
        index: now.index.as_ref().map(|index| shown(lang, index)),
        primary,
        note: now.note.as_ref().map(|note| lang.of(note).to_owned()).unwrap_or_default(),
    }
}

fn mean_row(lang: Lang, edition: Option<Edition>, averaging: Averaging, value: Concentration) -> MeanRow {
    let pollutant = value.pollutant();
    let index = edition.and_then(|edition| sub_index(edition, averaging, value).ok());
    MeanRow {
        name: lang.of(&pollutant.name()).to_owned(),
        averaging: lang.of(&averaging.name()).to_owned(),
        value: format!("{} {}", value.value(), pollutant.unit()),
        index: index
            .map_or_else(|| "—".to_owned(), |one| format!("{}{}", if one.beyond { "≥ " } else { "" }, one.value)),
    }
}

/// The means a day is kept with.
pub(crate) fn means(row: &AirDayRow) -> Vec<(Averaging, Concentration)> {
    let kept: Vec<(Pollutant, Averaging, rust_decimal::Decimal)> = serde_json::from_str(&row.body).unwrap_or_default();
    let one = |(pollutant, averaging, value)| Some((averaging, Concentration::new(pollutant, value).ok()?));
    kept.into_iter().filter_map(one).collect()
}

fn day_view(lang: Lang, row: &AirDayRow, s: &ScenarioWords) -> DayView {
    let edition = edition_of(&row.edition);
    let primary = pollutants(&row.pollutants);
    DayView {
        day: row.day.to_string(),
        index: row.aqi.map(|aqi| (aqi.to_string(), ClassView::of(lang, AirClass::of(aqi)))),
        primary: if primary.is_empty() { s.air_no_primary.to_owned() } else { pollutant_names(lang, &primary) },
        lack: lang.of(&Two::new(row.lack.0.clone(), row.lack.1.clone())).to_owned(),
        edition: edition.source().to_owned(),
        means: means(row)
            .into_iter()
            .map(|(averaging, value)| mean_row(lang, Some(edition), averaging, value))
            .collect(),
    }
}

fn cell(lang: Lang, row: &AirDayRow, s: &ScenarioWords) -> Cell {
    let class = row.aqi.and_then(|_| class_of(&row.class));
    let letter = |class: AirClass| s.air_letters.chars().nth(class as usize).unwrap_or('?').to_string();
    let lack = if lang == Lang::Zh { &row.lack.0 } else { &row.lack.1 };
    Cell {
        day: row.day.day(),
        date: row.day.to_string(),
        name: class.map_or("invalid", class_name),
        letter: class.map_or_else(|| s.air_letter_invalid.to_owned(), letter),
        value: row.aqi.map(|aqi| aqi.to_string()).unwrap_or_default(),
        words: match (class, row.aqi) {
            (Some(class), Some(aqi)) => format!("{} AQI {aqi} {}", row.day, lang.of(&class.name())),
            _ => format!("{} {} {lack}", row.day, s.air_day_invalid),
        },
    }
}

fn months(lang: Lang, year: i16, days: &[AirDayRow], s: &ScenarioWords) -> Vec<Month> {
    let of_month = |month: i8| {
        let mut all: Vec<Option<Cell>> = Vec::new();
        if let Ok(first) = Date::new(year, month, 1) {
            let lead = usize::try_from(first.weekday().to_monday_zero_offset()).unwrap_or(0);
            all.extend(std::iter::repeat_with(|| None).take(lead));
            for day in 1..=first.days_in_month() {
                let row = days.iter().find(|row| row.day.month() == month && row.day.day() == day);
                // A day without data keeps its place and its number.
                let empty = || Cell {
                    day,
                    date: String::new(),
                    name: "none",
                    letter: String::new(),
                    value: String::new(),
                    words: String::new(),
                };
                all.push(Some(row.map_or_else(empty, |row| cell(lang, row, s))));
            }
        }
        let mut weeks: Vec<Vec<Option<Cell>>> = Vec::new();
        let mut rest = all.into_iter().peekable();
        while rest.peek().is_some() {
            let mut week: Vec<Option<Cell>> = rest.by_ref().take(7).collect();
            week.resize_with(7, || None);
            weeks.push(week);
        }
        Month { name: format!("{year}-{month:02}"), weeks }
    };
    (1..=12).map(of_month).collect()
}

fn year_view(lang: Lang, year: i16, found: &AirYear, s: &ScenarioWords) -> YearView {
    let so_far = found.so_far.as_ref();
    let classes =
        [AirClass::Excellent, AirClass::Good, AirClass::Light, AirClass::Moderate, AirClass::Heavy, AirClass::Severe];
    let counts = so_far.map(|one| one.classes).unwrap_or_default();
    YearView {
        year,
        good: so_far.map_or(0, |one| one.good),
        valid: so_far.map_or(0, |one| one.valid),
        gone: so_far.map_or(0, |one| one.as_of.day_of_year()),
        as_of: so_far.map(|one| one.as_of.to_string()).unwrap_or_default(),
        target: found.target,
        outlook: found.outlook.as_ref().map(|outlook| match outlook {
            GoodDays::TooEarly { reason } => OutlookView::TooEarly(lang.of(reason).to_owned()),
            GoodDays::Expected(one) => OutlookView::Expected {
                expected: one.expected,
                low: one.low,
                high: one.high,
                sentence: lang.of(&one.sentence).to_owned(),
            },
        }),
        can_be_valid: so_far.is_none_or(|one| one.can_be_valid),
        classes: classes.into_iter().zip(counts).map(|(class, count)| (ClassView::of(lang, class), count)).collect(),
        months: months(lang, year, &found.days, s),
    }
}

fn asked_year(ctx: &Ctx) -> Result<i16, Failure> {
    let today = ctx.platform().clock().today();
    let Some(text) = ctx.query("year").filter(|text| !text.is_empty()) else { return Ok(today.year()) };
    let year = text.parse::<i16>().ok().filter(|year| (1990..=today.year()).contains(year));
    year.ok_or_else(|| {
        let (zh, en) =
            (format!("年份应为 1990 至 {}。", today.year()), format!("Give a year of 1990 to {}.", today.year()));
        Answer::bad_field("year", zh, en).into()
    })
}

fn asked_day<'a>(ctx: &Ctx, days: &'a [AirDayRow]) -> Result<Option<&'a AirDayRow>, Failure> {
    let Some(text) = ctx.query("day").filter(|text| !text.is_empty()) else { return Ok(None) };
    let day: Date = text
        .parse()
        .map_err(|_| Failure::from(Answer::bad_field("day", "日期应如 2025-10-31。", "Give a day as 2025-10-31.")))?;
    Ok(days.iter().find(|row| row.day == day))
}

async fn years(ctx: &Ctx, year: i16) -> Result<Vec<(i16, bool)>, Failure> {
    let mut all = ctx.platform().air_years().await?;
    if !all.contains(&year) {
        all.insert(0, year);
    }
    Ok(all.into_iter().map(|one| (one, one == year)).collect())
}

/// `GET /air`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    let (lang, s, platform) = (ctx.lang, scenario_words(ctx.lang), ctx.platform());
    let year = asked_year(&ctx)?;
    let now = platform.air_now().await?;
    let found = platform.air_year(None, year).await?;
    let task = Platform::task_about(&ctx.snapshot, year, &platform.pack().scenarios.air.good_days_task);
    let chosen = asked_day(&ctx, &found.days)?;
    let asked = ctx.query("day").is_some_and(|text| !text.is_empty());
    page(&AirPage {
        s,
        edition: now.edition.map(Edition::source),
        simulated: now.stations.iter().any(|one| one.station.simulated),
        stations: now.stations.iter().map(|one| station_row(lang, one, s)).collect(),
        latest: found.days.last().map(|row| day_view(lang, row, s)),
        no_such_day: asked && chosen.is_none(),
        chosen: chosen.map(|row| day_view(lang, row, s)),
        year: year_view(lang, year, &found, s),
        years: years(&ctx, year).await?,
        task: task.map(|view| (view.task.id.to_string(), view.task.title.clone())),
        c: ctx.chrome(Nav::City),
    })
}

/// `GET /air/{station}`
pub(crate) async fn station(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let (lang, s, platform) = (ctx.lang, scenario_words(ctx.lang), ctx.platform());
    let year = asked_year(&ctx)?;
    let now = platform.air_now().await?;
    let own = now.stations.iter().find(|one| one.station.id.as_str() == id).ok_or_else(Answer::not_found)?;
    let station = FacilityId::new(id).map_err(|_| Answer::not_found())?;
    let found = platform.air_year(Some(&station), year).await?;
    let edition = own.hour.and_then(|hour| Edition::on(hour.civil().date()).ok());
    let chosen = asked_day(&ctx, &found.days)?;
    let asked = ctx.query("day").is_some_and(|text| !text.is_empty());
    page(&StationPage {
        s,
        base: format!("/air/{station}"),
        row: station_row(lang, own, s),
        values: own.values.iter().map(|one| mean_row(lang, edition, Averaging::Hour, *one)).collect(),
        days: found.days.iter().rev().take(DAYS).map(|row| day_view(lang, row, s)).collect(),
        no_such_day: asked && chosen.is_none(),
        chosen: chosen.map(|row| day_view(lang, row, s)),
        year: year_view(lang, year, &found, s),
        years: years(&ctx, year).await?,
        c: ctx.chrome(Nav::City),
    })
}
