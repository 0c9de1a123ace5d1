//! One facility: what it is, what it says now, what it said before, and its alarms.

use super::alarms::order_of;
use super::{ValueRow, mark_words, scenario, sight, sign, values};
use crate::city::Sight;
use crate::city::range::{Course, Point, Range, Singles};
use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::export::csv_piece;
use crate::i18n::{Lang, city_words, words};
use crate::pages::orders::{OrderLine, units};
use crate::pages::task_forms::Choice;
use crate::pages::{Failure, PageResult, page};
use askama::Template;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use futures_util::stream::{StreamExt, iter, unfold};
use std::collections::VecDeque;
use tingzhou_platform::city::{Facility, Geometry, Kind, Moment, Property, SeriesNo};
use tingzhou_platform::{AlarmEventSelect, Instruments};

/// Rows of a table under a plot; a file has them all.
const ROWS: usize = 200;
/// Events of alarms shown.
const EVENTS: u32 = 50;

struct TableRow {
    time: String,
    value: String,
    least: String,
    greatest: String,
    count: u32,
    quality: String,
}

struct Series {
    name: String,
    unit: String,
    plot: String,
    rows: Vec<TableRow>,
    count: usize,
    gaps: Vec<(String, String)>,
    cut: bool,
    faults: Vec<String>,
}

struct RangeLink {
    name: &'static str,
    words: &'static str,
    chosen: bool,
}

struct AlarmRow {
    sign: String,
    standing: String,
    name: String,
    priority: String,
    since: String,
    rule: String,
    /// The open order about it that the reader may see: its identifier and state.
    order: Option<(String, String)>,
    /// Whether the reader can send somebody, and to whom the rules of the city would.
    sends: Option<String>,
}

struct EventRow {
    words: String,
    actor: String,
}

#[derive(Template)]
#[template(path = "facility.html")]
struct FacilityPage {
    c: Chrome,
    id: String,
    name: String,
    kind: String,
    scenario: String,
    place: String,
    from: String,
    to: Option<String>,
    simulated: bool,
    sign: String,
    mark: String,
    stated: Vec<(String, String)>,
    values: Vec<ValueRow>,
    range: Range,
    ranges: Vec<RangeLink>,
    series: Vec<Series>,
    /// Properties without values in the range.
    silent: String,
    signed_in: bool,
    orders: Vec<OrderLine>,
    drill_rules: Vec<Choice>,
    units: Vec<Choice>,
    alarms: Vec<AlarmRow>,
    events: Vec<EventRow>,
}

/// The facility asked for. Whoever is not signed in is sent there first, whether it exists or not.
fn asked(ctx: &Ctx, sight: &Sight, id: &str) -> Result<Facility, Failure> {
    match sight.facility(id) {
        Some(facility) => Ok(facility),
        None => {
            ctx.signed_in()?;
            Err(Answer::not_found().into())
        }
    }
}

fn range(ctx: &Ctx) -> Result<Range, Failure> {
    let Some(name) = ctx.query("range") else { return Ok(Range::default()) };
    let range = Range::from_name(&name);
    range.ok_or_else(|| Answer::bad_field("range", "应为 24h、30d 或 1y。", "Give 24h, 30d or 1y.").into())
}

/// The series of a facility that can be plotted: numbers, in the order of its type.
fn numbers<'a>(sight: &'a Sight, facility: &Facility) -> Vec<(&'a Property, SeriesNo)> {
    let properties = sight.kind(facility).map(tingzhou_platform::city::FacilityType::properties).unwrap_or_default();
    let own = properties.iter().filter(|one| !matches!(one.kind(), Kind::Text));
    own.filter_map(|one| Some((one, sight.instruments.series(&facility.id, one.id())?))).collect()
}

fn place(facility: &Facility) -> String {
    match facility.place.as_ref().map(|place| (place.geometry(), place.corners())) {
        None => String::new(),
        Some((Geometry::Point(point), _)) => format!("{:.6}, {:.6}", point.longitude(), point.latitude()),
        Some((_, (low, high))) => {
            format!("{:.6}, {:.6} – {:.6}, {:.6}", low.longitude(), low.latitude(), high.longitude(), high.latitude())
        }
    }
}

async fn series(
    ctx: &Ctx,
    sight: &Sight,
    range: Range,
    (property, no): (&Property, SeriesNo),
) -> Result<Series, Failure> {
    let course = Course::of(&sight.instruments, no, range).await?;
    let text = |value: f64| crate::city::rounded(value);
    let row = |point: &Point| TableRow {
        time: point.time.to_string(),
        value: ctx.lang.of(&point.said(property, range)).to_owned(),
        least: text(point.least),
        greatest: text(point.greatest),
        count: point.count,
        quality: ctx.lang.of(&point.quality).to_owned(),
    };
    Ok(Series {
        name: ctx.lang.of(property.name()).to_owned(),
        unit: ctx.lang.of(&property.unit()).to_owned(),
        plot: course.plot(sight.instruments.now(), range),
        rows: course.points.iter().rev().take(ROWS).map(row).collect(),
        count: course.points.len(),
        gaps: course.gaps.iter().rev().take(20).map(|(from, to)| (from.to_string(), to.to_string())).collect(),
        cut: course.cut,
        faults: course.faults,
    })
}

/// `GET /facilities/{id}`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let sight = sight(&ctx).await?;
    let facility = asked(&ctx, &sight, &id)?;
    let range = range(&ctx)?;
    let (c, lang) = (ctx.chrome(Nav::City), ctx.lang);
    let kind = sight.kind(&facility);
    let mark = sight.mark(&facility, &sight.marks_of(&[facility.id.clone()].into()).await?);
    let mut all = Vec::new();
    for one in numbers(&sight, &facility) {
        all.push(series(&ctx, &sight, range, one).await?);
    }
    let comma = if lang == crate::i18n::Lang::Zh { "、" } else { ", " };
    let signed_in = ctx.actor().is_some();
    let orders = match ctx.actor() {
        Some(actor) => ctx.platform().orders_at(actor, &facility.id).await?,
        None => Vec::new(),
    };
    let rules = if ctx.supervises() { sight.instruments.rules_at(&facility) } else { Vec::new() };
    let events = if signed_in {
        sight.instruments.alarm_events(AlarmEventSelect::Of(&facility.id, i64::MAX), EVENTS).await?
    } else {
        Vec::new()
    };
    let mut alarms = Vec::new();
    for alarm in sight.alarms_of(&facility.id) {
        let (order, sends) = match ctx.actor() {
            Some(actor) => order_of(&ctx, actor, &alarm).await?,
            None => (None, None),
        };
        alarms.push(AlarmRow {
            rule: alarm.rule.to_string(),
            order,
            sends,
            sign: sign(alarm.standing.name()),
            standing: lang.of(&alarm.standing.words()).to_owned(),
            name: lang.of(&alarm.rule_name).to_owned(),
            priority: alarm.priority.map(|one| lang.of(&one.words()).to_owned()).unwrap_or_default(),
            since: alarm.since.map(|at| at.to_string()).unwrap_or_default(),
        });
    }
    let range_words = |range: Range| match range {
        Range::Day => c.cw.range_day,
        Range::Month => c.cw.range_month,
        Range::Year => c.cw.range_year,
    };
    page(&FacilityPage {
        id: facility.id.to_string(),
        name: lang.of(&facility.name).to_owned(),
        kind: kind.map_or_else(|| facility.facility_type.to_string(), |kind| lang.of(kind.name()).to_owned()),
        scenario: facility.scenario.as_ref().map(|own| scenario(c.cw, own.as_str())).unwrap_or_default(),
        place: place(&facility),
        from: facility.from.civil().date().to_string(),
        to: facility.to.map(|end| end.to_string()),
        simulated: facility.simulated,
        sign: sign(mark.name()),
        mark: mark_words(lang, mark),
        stated: super::stated(lang, &sight, &facility)
            .into_iter()
            .map(|row| (row.name.clone(), row.with_unit()))
            .collect(),
        values: values(lang, &sight, &facility),
        ranges: Range::ALL
            .into_iter()
            .map(|one| RangeLink { name: one.name(), words: range_words(one), chosen: one == range })
            .collect(),
        range,
        silent: all
            .iter()
            .filter(|one| one.rows.is_empty())
            .map(|one| one.name.as_str())
            .collect::<Vec<_>>()
            .join(comma),
        series: all,
        signed_in,
        orders: orders.iter().map(|view| OrderLine::of(&ctx, view)).collect(),
        drill_rules: rules
            .iter()
            .map(|rule| Choice { value: rule.id.to_string(), words: lang.of(&rule.name).to_owned(), chosen: false })
            .collect(),
        units: units(&ctx, ""),
        alarms,
        events: events
            .into_iter()
            .map(|row| EventRow { words: lang.of(&row.words).to_owned(), actor: row.actor })
            .collect(),
        c,
    })
}

/// The history of a facility as a file while it is written: every property below the other, in pieces, since a day of single
/// values may be long.
struct HistoryFile {
    instruments: Instruments,
    facility: Facility,
    lang: Lang,
    range: Range,
    ends: (Moment, Moment),
    left: VecDeque<(Property, SeriesNo)>,
    under_way: Option<(Property, Singles)>,
    begun: bool,
}

impl HistoryFile {
    fn head(&self) -> [&'static str; 10] {
        let (w, cw) = (words(self.lang), city_words(self.lang));
        [
            cw.facility,
            cw.property,
            cw.time_beijing,
            if self.range == Range::Day { cw.value } else { cw.mean },
            cw.least,
            cw.greatest,
            cw.values_counted,
            w.value_unit,
            cw.quality,
            w.simulated,
        ]
    }

    fn row(&self, property: &Property, point: &Point) -> Vec<String> {
        let simulated = if self.facility.simulated { words(self.lang).simulated } else { "" };
        vec![
            self.lang.of(&self.facility.name).to_owned(),
            self.lang.of(property.name()).to_owned(),
            point.time.to_string(),
            self.lang.of(&point.said(property, self.range)).to_owned(),
            crate::city::rounded(point.least),
            crate::city::rounded(point.greatest),
            point.count.to_string(),
            self.lang.of(&property.unit()).to_owned(),
            self.lang.of(&point.quality).to_owned(),
            simulated.to_owned(),
        ]
    }

    /// The next points with what they are of; none at the end.
    async fn points(&mut self) -> Result<Option<(Property, Vec<Point>)>, Answer> {
        loop {
            if let Some((property, singles)) = &mut self.under_way {
                if let Some(raw) = singles.next().await? {
                    let points = raw.samples.iter().map(Point::single).collect();
                    return Ok(Some((property.clone(), points)));
                }
                self.under_way = None;
            }
            let Some((property, no)) = self.left.pop_front() else { return Ok(None) };
            if self.range != Range::Day {
                let course = Course::of(&self.instruments, no, self.range).await?;
                return Ok(Some((property, course.points)));
            }
            self.under_way = Some((property, Singles::of(&self.instruments, no, self.ends)));
        }
    }

    /// The next piece; none at the end.
    async fn piece(&mut self) -> Result<Option<Vec<u8>>, Answer> {
        let rows: Vec<Vec<String>> = match self.points().await? {
            Some((property, points)) => points.iter().map(|point| self.row(&property, point)).collect(),
            None if self.begun => return Ok(None),
            None => Vec::new(),
        };
        let head = self.head();
        let head = (!self.begun).then_some(&head[..]);
        self.begun = true;
        csv_piece(head, &rows).map(Some)
    }
}

/// `GET /facilities/{id}/history.csv`: the range shown, with all its values.
pub(crate) async fn csv(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let sight = sight(&ctx).await?;
    let facility = asked(&ctx, &sight, &id)?;
    let range = range(&ctx)?;
    let file_name = format!("facility-{}-{}", facility.id.as_str().replace(':', "-"), range.name());
    let mut file = HistoryFile {
        left: numbers(&sight, &facility).into_iter().map(|(property, no)| (property.clone(), no)).collect(),
        ends: range.ends(sight.instruments.now()),
        instruments: sight.instruments,
        facility,
        lang: ctx.lang,
        range,
        under_way: None,
        begun: false,
    };
    // What cannot be read at all is told as a page; later the transfer breaks off, so that nobody takes half for the whole.
    let first = file.piece().await?.unwrap_or_default();
    let rest = unfold(file, |mut file| async move {
        let piece = file.piece().await.map_err(|answer| {
            tracing::warn!(why = %answer.message.en, "the history of a facility breaks off");
            std::io::Error::other(answer.message.en)
        });
        piece.transpose().map(|piece| (piece, file))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file_name}.csv\"")),
    ];
    Ok((headers, Body::from_stream(iter([Ok(first)]).chain(rest))).into_response())
}
