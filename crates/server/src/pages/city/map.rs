//! The city's map with the list beside it, and its live events.

use super::{ValueRow, chosen, mark_words, offset, scenario_choices, sight, sign, stated, type_choices, values};
use crate::city::marks::{Mark, Marks, OrderMark};
use crate::city::stream::{Topic, events as live, signed_out};
use crate::city::{BACK, MOST_FACILITIES, Select, Sight, hour, rounded};
use crate::context::{Chrome, Ctx, Nav};
use crate::error::Answer;
use crate::fields::encoded;
use crate::pages::orders::OrderLine;
use crate::pages::task_forms::Choice;
use crate::pages::{Failure, PageResult, page};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tingzhou_platform::city::alarm::Standing;
use tingzhou_platform::city::{Facility, FacilityId, Moment, ScenarioId, TypeId};
use tingzhou_platform::{FacilityFilter, OrderView};

/// Orders of facilities without a place that are listed by themselves.
const MOST_PLACELESS: usize = 50;
/// Facilities on a page of the list.
const PAGE: usize = 50;

/// An open order or a drill in a facility's row.
struct RowOrder {
    sign: String,
    mark: &'static str,
    line: OrderLine,
}

impl RowOrder {
    fn of(ctx: &Ctx, view: &OrderView) -> Self {
        let mark = OrderMark::of(view).name();
        Self { sign: sign(mark), mark, line: OrderLine::of(ctx, view) }
    }
}

/// How many facilities, alarms and orders what was asked for comes to.
#[derive(Default)]
struct Sums {
    alarms: usize,
    orders: usize,
    drills: usize,
    /// Facilities without a place.
    placeless: usize,
}

impl Sums {
    fn of(found: &[Facility], marks: &Marks) -> Self {
        let mut sums = Self::default();
        for one in found {
            sums.alarms += usize::from(marks.on_the_list(&one.id));
            sums.placeless += usize::from(one.place.is_none());
            let drills = marks.orders(&one.id).iter().filter(|order| order.drill).count();
            sums.drills += drills;
            sums.orders += marks.orders(&one.id).len() - drills;
        }
        sums
    }
}

struct Row {
    orders: Vec<RowOrder>,
    id: String,
    name: String,
    kind: String,
    simulated: bool,
    mark: &'static str,
    sign: String,
    mark_words: String,
    values: Vec<ValueRow>,
    placed: bool,
}

#[derive(Template)]
#[template(path = "city.html")]
struct CityPage {
    c: Chrome,
    rows: Vec<Row>,
    running: Vec<OrderLine>,
    /// Orders of facilities that are not on the map.
    placeless: Vec<OrderLine>,
    sums: Sums,
    orders_cut: bool,
    total: usize,
    cut: bool,
    nothing: bool,
    next: Option<String>,
    before: Option<String>,
    scenarios: Vec<Choice>,
    types: Vec<Choice>,
    alarm: bool,
    order: bool,
    silent: bool,
    /// The hour asked for, as a form has it; empty for now.
    at: String,
    /// The city's time, as a script reads it.
    clock: String,
    earliest: String,
    latest: String,
    legend: Vec<(String, String, &'static str)>,
    query: String,
    /// What is said of a facility without an alarm.
    normal: String,
    /// The facility a link from somewhere else names; empty without one.
    one: String,
}

pub(crate) fn select(ctx: &Ctx) -> Result<Select, Failure> {
    let yes = |name: &str| ctx.query(name).is_some_and(|value| value == "1");
    Ok(Select {
        scenario: chosen(ctx, "scenario", ScenarioId::new)?,
        facility_type: chosen(ctx, "type", TypeId::new)?,
        alarm: yes("alarm"),
        order: yes("order"),
        silent: yes("silent"),
    })
}

/// Where a facility stands in the list.
fn urgency(mark: Mark, unordered: bool) -> u8 {
    match mark {
        Mark::Alarm(Standing::Unacknowledged) => 0,
        Mark::Alarm(Standing::Acknowledged) => 1,
        Mark::Alarm(Standing::ReturnedUnacknowledged) => 2,
        _ if !unordered => 3,
        Mark::Silent => 4,
        Mark::Alarm(Standing::Shelved | Standing::OutOfService | Standing::Normal) => 5,
    }
}

fn address(select: &Select, at: &str) -> String {
    let flag = |name: &str, set: bool| if set { format!("&{name}=1") } else { String::new() };
    format!(
        "scenario={}&type={}{}{}{}{}",
        encoded(select.scenario.as_ref().map_or("", ScenarioId::as_str)),
        encoded(select.facility_type.as_ref().map_or("", TypeId::as_str)),
        flag("alarm", select.alarm),
        flag("order", select.order),
        flag("silent", select.silent),
        if at.is_empty() { String::new() } else { format!("&time={}", encoded(at)) }
    )
}

/// `GET /city`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    let sight: Sight = sight(&ctx).await?;
    let (lang, select, c) = (ctx.lang, select(&ctx)?, ctx.chrome(Nav::City));
    let now = sight.instruments.now();
    let asked = ctx.query("time").filter(|text| !text.is_empty());
    let past = asked.as_deref().map(|text| hour(text, now)).transpose()?;
    let marks = match past {
        Some(past) => sight.marks_at(&select, past).await?,
        None => sight.marks().await?,
    };
    let mut found = sight.all(&select, &marks);
    // A link from somewhere else: one facility, and the map begins there.
    let mut c = c;
    let one = chosen(&ctx, "facility", FacilityId::new)?;
    if let Some(one) = &one {
        found.retain(|own| &own.id == one);
        let corner = found.first().and_then(|own| own.place.as_ref()).map(|place| place.corners().0);
        if let Some(corner) = corner {
            c.center = format!("{}, {}", corner.longitude(), corner.latitude());
        }
    }
    let drills = match ctx.actor() {
        Some(actor) => ctx.platform().drills(actor).await?,
        None => Vec::new(),
    };
    // What needs somebody comes first; else they are by name.
    found.sort_by_key(|one| urgency(sight.mark(one, &marks), marks.orders(&one.id).is_empty()));
    let sums = Sums::of(&found, &marks);
    let placeless = found.iter().filter(|one| one.place.is_none()).flat_map(|one| marks.orders(&one.id));
    let placeless = placeless.take(MOST_PLACELESS).map(|view| OrderLine::of(&ctx, view)).collect();
    let at = offset(&ctx, "offset");
    let rows = found.iter().skip(at).take(PAGE).map(|one| {
        let mark = sight.mark(one, &marks);
        let shown = match marks.values(&one.id) {
            None => match values(lang, &sight, one) {
                // Of what nothing is heard, the register still says something.
                none if none.is_empty() => stated(lang, &sight, one),
                some => some,
            },
            Some(then) => then
                .iter()
                .map(|(property, sum)| ValueRow {
                    name: lang.of(property.name()).to_owned(),
                    value: format!("{} ({}–{})", rounded(sum.mean()), sum.min, sum.max),
                    unit: lang.of(&property.unit()).to_owned(),
                    time: String::new(),
                    quality: String::new(),
                    good: true,
                })
                .collect(),
        };
        Row {
            id: one.id.to_string(),
            orders: marks.orders(&one.id).iter().map(|view| RowOrder::of(&ctx, view)).collect(),
            name: lang.of(&one.name).to_owned(),
            kind: sight.kind(one).map(|kind| lang.of(kind.name()).to_owned()).unwrap_or_default(),
            simulated: one.simulated,
            mark: mark.name(),
            sign: sign(mark.name()),
            mark_words: mark_words(lang, mark),
            values: shown,
            placed: one.place.is_some(),
        }
    });
    let form = |at: Moment| at.civil().strftime("%Y-%m-%dT%H:00").to_string();
    let shown_at = past.map(form).unwrap_or_default();
    let query = address(&select, &shown_at);
    // The public is told of no alarms, so its map has no such signs.
    let told = Standing::ALL.into_iter().map(Mark::Alarm).chain([Mark::Silent]);
    let told =
        told.filter(|mark| ctx.actor().is_some() || matches!(mark, Mark::Silent | Mark::Alarm(Standing::Normal)));
    let told = told.map(|mark| (sign(mark.name()), mark_words(lang, mark), mark.name()));
    let flags = OrderMark::ALL.into_iter().filter(|_| ctx.actor().is_some());
    let flags = flags.map(|mark| (sign(mark.name()), lang.of(&mark.words()).to_owned(), mark.name()));
    let total = found.len();
    let next = at.saturating_add(PAGE);
    page(&CityPage {
        rows: rows.collect(),
        running: drills.iter().map(|view| OrderLine::of(&ctx, view)).collect(),
        placeless,
        sums,
        orders_cut: marks.is_cut(),
        total,
        cut: total >= MOST_FACILITIES,
        nothing: sight.instruments.facilities(&FacilityFilter::default(), 0, 1).total == 0,
        next: (next < total).then(|| format!("/city?{query}&offset={next}")),
        before: (at > 0).then(|| format!("/city?{query}&offset={}", at.saturating_sub(PAGE))),
        scenarios: scenario_choices(c.cw, &sight, select.scenario.as_ref().map_or("", ScenarioId::as_str)),
        types: type_choices(lang, &sight, select.facility_type.as_ref().map_or("", TypeId::as_str)),
        alarm: select.alarm,
        order: select.order,
        silent: select.silent,
        at: shown_at,
        clock: now.civil().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        earliest: form(now.before(BACK)),
        latest: form(now),
        legend: told.chain(flags).collect(),
        query,
        normal: lang.of(&Standing::Normal.words()).to_owned(),
        one: one.map(|one| one.to_string()).unwrap_or_default(),
        c,
    })
}

/// `GET /city/events`
pub(crate) async fn events(ctx: Ctx) -> PageResult {
    let signed_in = ctx.actor().is_some();
    if !signed_in && ctx.query("as").is_some_and(|who| who == "account") {
        return Ok(uncached(signed_out().into_response()));
    }
    let sight = sight(&ctx).await?;
    let select = select(&ctx)?;
    let topic = match ctx.query("only").as_deref() {
        Some("alarms") if signed_in => Topic::Alarms,
        _ => Topic::Facilities,
    };
    let Some(place) = ctx.state.live.take(signed_in) else {
        let mut answer = Answer::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too-many-clients",
            "实时连接已满；页面内容仍可刷新查看，请稍后再试。",
            "All live lines are taken; reload the page to see what is new, and try again shortly.",
        );
        answer.retry_after = Some(30);
        return Err(answer.into());
    };
    Ok(uncached(live(sight, (select, topic), place).into_response()))
}

fn uncached(mut response: Response) -> Response {
    // Proxies that gather answers would hold events back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}
