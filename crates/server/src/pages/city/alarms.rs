//! Alarms: what stands, what people do with it, what happened, and how much it asks of people.

use super::{scenario_choices, sight, sign, type_choices};
use crate::city::act::{Deed, carry_out, may_act};
use crate::context::{Chrome, Ctx, Nav, parameter};
use crate::error::Answer;
use crate::fields::{Fields, encoded};
use crate::i18n::CityWords;
use crate::pages::orders::{OrderLine, units};
use crate::pages::task_forms::Choice;
use crate::pages::{Failure, PageResult, page_with};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use std::num::NonZeroU32;
use tingzhou_platform::city::alarm::Standing;
use tingzhou_platform::city::alarm::figures::acceptable;
use tingzhou_platform::city::{FacilityId, Period, ScenarioId, TypeId};
use tingzhou_platform::ledger::Actor;
use tingzhou_platform::{AlarmEventSelect, AlarmFigures, AlarmFilter, AlarmView, Instruments};

/// Alarms on a page.
const PAGE: usize = 50;
/// Events on a page.
const EVENTS: u32 = 50;
/// Days the figures are of, to choose.
const DAYS: [u16; 3] = [7, 1, 30];
/// Most people who answer at a time.
const MOST_OPERATORS: u32 = 100;

struct Row {
    key: String,
    rule: String,
    facility: String,
    facility_name: String,
    simulated: bool,
    name: String,
    sign: String,
    standing: String,
    priority: String,
    since: String,
    value: String,
    value_time: String,
    chattering: bool,
    acknowledge: bool,
    shelved: bool,
    out: bool,
    /// The open order about it that the reader may see: its identifier and state.
    order: Option<(String, String)>,
    /// Whether the reader can send somebody, and to whom the rules of the city would.
    sends: Option<String>,
}

struct EventRow {
    words: String,
    actor: String,
    facility: String,
    simulated: bool,
}

/// A facility's alarm that came most often.
struct TopRow {
    facility: String,
    words: String,
    count: u64,
    simulated: bool,
}

/// A figure of ISA-18.2 with what it means and what is acceptable.
struct FigureRow {
    name: &'static str,
    value: String,
    acceptable_at: String,
    what: &'static str,
}

#[derive(Default)]
struct Refused {
    key: String,
    deed: String,
    message: String,
    reason: String,
    until: String,
    /// The page of the list the form stood on.
    back: String,
}

#[derive(Template)]
#[template(path = "alarms.html")]
struct AlarmsPage {
    c: Chrome,
    rows: Vec<Row>,
    running: Vec<OrderLine>,
    units: Vec<Choice>,
    total: usize,
    next: Option<String>,
    scenarios: Vec<Choice>,
    types: Vec<Choice>,
    standings: Vec<Choice>,
    acts: bool,
    latest_until: String,
    back: String,
    figures: Vec<FigureRow>,
    top: Vec<TopRow>,
    /// Whether any alarm the figures may be of is a simulated facility's.
    figures_simulated: bool,
    days: u16,
    day_choices: Vec<u16>,
    operators: u32,
    events: Vec<EventRow>,
    before: Option<i64>,
    notice: Option<&'static str>,
    refused: Refused,
}

impl AlarmsPage {
    fn open(&self, row: &Row, deed: &str) -> bool {
        self.refused.key == row.key && self.refused.deed == deed
    }

    fn typed(&self, row: &Row, deed: &str) -> &str {
        if self.open(row, deed) { &self.refused.reason } else { "" }
    }
}

fn row(ctx: &Ctx, instruments: &Instruments, alarm: &AlarmView) -> Row {
    let lang = ctx.lang;
    let standing = alarm.standing;
    let unit = lang.of(&alarm.unit);
    Row {
        key: format!("{} {}", alarm.facility, alarm.rule),
        rule: alarm.rule.to_string(),
        facility: alarm.facility.to_string(),
        facility_name: lang.of(&alarm.facility_name).to_owned(),
        simulated: instruments.facility(&alarm.facility).is_some_and(|one| one.simulated),
        name: lang.of(&alarm.rule_name).to_owned(),
        sign: sign(standing.name()),
        standing: lang.of(&standing.words()).to_owned(),
        priority: alarm.priority.map(|one| lang.of(&one.words()).to_owned()).unwrap_or_default(),
        since: alarm.since.map(|at| at.to_string()).unwrap_or_default(),
        value: alarm.last.map(|last| format!("{} {unit}", last.value).trim_end().to_owned()).unwrap_or_default(),
        value_time: alarm.last.map(|last| last.time.to_string()).unwrap_or_default(),
        chattering: alarm.chattering,
        acknowledge: matches!(standing, Standing::Unacknowledged | Standing::ReturnedUnacknowledged),
        shelved: standing == Standing::Shelved,
        out: standing == Standing::OutOfService,
        order: None,
        sends: None,
    }
}

/// The open order about an alarm, or to whom an order would go when the reader can open one.
pub(super) async fn order_of(
    ctx: &Ctx,
    actor: &Actor,
    alarm: &AlarmView,
) -> Result<(Option<(String, String)>, Option<String>), Failure> {
    let platform = ctx.platform();
    if let Some(view) = platform.order_about(actor, &alarm.rule, &alarm.facility).await? {
        return Ok((Some((view.case.case.id.to_string(), ctx.lang.of(&view.case.state()).to_owned())), None));
    }
    if !actor.role.supervises() || alarm.level == 0 {
        return Ok((None, None));
    }
    let own = platform.pack().orders.find(&alarm.rule, &alarm.facility, alarm.level);
    Ok((None, Some(own.map(|own| own.unit.to_string()).unwrap_or_default())))
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

fn figure_rows(w: &'static CityWords, figures: &AlarmFigures) -> Vec<FigureRow> {
    let row = |name, value, acceptable_at: String, what| FigureRow { name, value, acceptable_at, what };
    let most = |acceptable_at: String| format!("≤ {acceptable_at}");
    let [low, medium, high] = figures.priority_shares().map(percent);
    let [fine_low, fine_medium, fine_high] = acceptable::PRIORITIES.map(|share| format!("{:.0}%", share * 100.0));
    let peak = figures.peak_at.map(|at| format!(" ({at})")).unwrap_or_default();
    vec![
        row(w.figure_count, figures.annunciations.to_string(), String::new(), w.figure_count_what),
        row(
            w.figure_average,
            format!("{:.2}", figures.average),
            most(acceptable::AVERAGE.to_string()),
            w.figure_average_what,
        ),
        row(w.figure_peak, format!("{:.1}{peak}", figures.peak), String::new(), w.figure_peak_what),
        row(
            w.figure_flood,
            format!("{} ({})", percent(figures.flood_share()), figures.floods),
            most(percent(acceptable::FLOOD_SHARE)),
            w.figure_flood_what,
        ),
        row(w.figure_top, percent(figures.top_share()), most(percent(acceptable::TOP_SHARE)), w.figure_top_what),
        row(
            w.figure_chattering,
            figures.chattering_count.to_string(),
            acceptable::CHATTERING.to_string(),
            w.figure_chattering_what,
        ),
        row(w.figure_stale, figures.stale_count.to_string(), most(acceptable::STALE.to_string()), w.figure_stale_what),
        row(
            w.figure_priorities,
            format!("{low} / {medium} / {high}"),
            format!("{fine_low} / {fine_medium} / {fine_high}"),
            w.figure_priorities_what,
        ),
    ]
}

fn filter(asked: impl Fn(&str) -> Option<String>) -> Result<AlarmFilter, Answer> {
    let given = |name: &str| asked(name).filter(|value| !value.is_empty());
    let wrong = |name: &'static str| {
        Answer::bad_field(name, "不是可用的值；请从选项中选择。", "This is not one of the values; choose one.")
    };
    let standing = given("standing").map(|name| Standing::from_name(&name).ok_or_else(|| wrong("standing")));
    Ok(AlarmFilter {
        facility: given("facility").map(FacilityId::new).transpose().map_err(|_| wrong("facility"))?,
        facility_type: given("type").map(TypeId::new).transpose().map_err(|_| wrong("type"))?,
        scenario: given("scenario").map(ScenarioId::new).transpose().map_err(|_| wrong("scenario"))?,
        standing: standing.transpose()?.into_iter().collect(),
    })
}

fn address(filter: &AlarmFilter) -> String {
    let text = |value: Option<&str>| encoded(value.unwrap_or_default());
    format!(
        "/alarms?scenario={}&type={}&facility={}&standing={}",
        text(filter.scenario.as_ref().map(ScenarioId::as_str)),
        text(filter.facility_type.as_ref().map(TypeId::as_str)),
        text(filter.facility.as_ref().map(FacilityId::as_str)),
        filter.standing.first().map_or("", |one| one.name())
    )
}

async fn render(ctx: &Ctx, status: StatusCode, refused: Refused) -> PageResult {
    let actor = ctx.signed_in()?;
    let sight = sight(ctx).await?;
    let (instruments, lang, c) = (&sight.instruments, ctx.lang, ctx.chrome(Nav::City));
    // A form that comes back comes back on the page of the list it stood on.
    let asked = |name: &str| match refused.back.split_once('?') {
        Some((_, query)) => parameter(Some(query), name),
        None => ctx.query(name),
    };
    let filter = filter(asked)?;
    let at = asked("offset").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut listed = instruments.alarms(&filter, at, PAGE);
    let key = |alarm: &AlarmView| format!("{} {}", alarm.facility, alarm.rule);
    if !refused.key.is_empty() && !listed.alarms.iter().any(|alarm| key(alarm) == refused.key) {
        // It has left this page of the list meanwhile; what was typed about it has not.
        let facility = refused.key.split(' ').next().and_then(|id| FacilityId::new(id).ok());
        let own = facility.map(|id| sight.alarms_of(&id)).unwrap_or_default();
        listed.alarms.splice(0..0, own.into_iter().filter(|alarm| key(alarm) == refused.key));
    }
    let days =
        ctx.query("days").and_then(|days| days.parse().ok()).filter(|days| DAYS.contains(days)).unwrap_or(DAYS[0]);
    let operators = ctx.query("operators").and_then(|text| text.parse().ok()).unwrap_or(1);
    let operators = NonZeroU32::new(operators)
        .unwrap_or(NonZeroU32::MIN)
        .min(NonZeroU32::new(MOST_OPERATORS).unwrap_or(NonZeroU32::MIN));
    let now = instruments.now();
    let figures = instruments.alarm_figures(operators, now.before(Period::from_days(days)), now).await?;
    let before = ctx.query("before").and_then(|text| text.parse().ok()).unwrap_or(i64::MAX);
    let select = match &filter.facility {
        Some(of) => AlarmEventSelect::Of(of, before),
        None => AlarmEventSelect::Before(before),
    };
    let events = instruments.alarm_events(select, EVENTS).await?;
    let full = events.len() == EVENTS as usize;
    let standing = filter.standing.first().copied();
    let top = figures.top.iter().map(|(source, count)| {
        let (rule, facility) = &**source;
        let name = instruments.facility(facility);
        TopRow {
            facility: facility.to_string(),
            simulated: name.as_ref().is_some_and(|one| one.simulated),
            words: format!("{} · {rule}", name.map(|one| lang.of(&one.name).to_owned()).unwrap_or_default()),
            count: *count,
        }
    });
    let next = at.saturating_add(PAGE);
    let mut rows = Vec::with_capacity(listed.alarms.len());
    for alarm in &listed.alarms {
        let mut row = row(ctx, instruments, alarm);
        (row.order, row.sends) = order_of(ctx, actor, alarm).await?;
        rows.push(row);
    }
    let drills = ctx.platform().drills(actor).await?;
    let page = AlarmsPage {
        rows,
        running: drills.iter().map(|view| OrderLine::of(ctx, view)).collect(),
        units: units(ctx, ""),
        total: listed.total,
        next: (next < listed.total).then(|| format!("{}&offset={next}", address(&filter))),
        scenarios: scenario_choices(c.cw, &sight, filter.scenario.as_ref().map_or("", ScenarioId::as_str)),
        types: type_choices(lang, &sight, filter.facility_type.as_ref().map_or("", TypeId::as_str)),
        standings: Standing::ALL
            .into_iter()
            .filter(|one| *one != Standing::Normal)
            .map(|one| Choice {
                value: one.name().to_owned(),
                words: lang.of(&one.words()).to_owned(),
                chosen: Some(one) == standing,
            })
            .collect(),
        acts: may_act(actor),
        latest_until: now.after(Period::from_secs(3_600)).civil().strftime("%Y-%m-%dT%H:%M").to_string(),
        back: if at == 0 { address(&filter) } else { format!("{}&offset={at}", address(&filter)) },
        figures: figure_rows(c.cw, &figures),
        top: top.collect(),
        figures_simulated: ctx.platform().has_simulated_facility().await?,
        days,
        day_choices: DAYS.to_vec(),
        operators: operators.get(),
        before: events.last().filter(|_| full).map(|row| row.seq),
        events: events
            .iter()
            .map(|row| EventRow {
                words: lang.of(&row.words).to_owned(),
                actor: row.actor.clone(),
                facility: row.facility.to_string(),
                simulated: instruments.facility(&row.facility).is_some_and(|one| one.simulated),
            })
            .collect(),
        notice: ctx.query("done").map(|_| c.cw.alarm_done),
        refused,
        c,
    };
    page_with(status, &page)
}

/// `GET /alarms`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    render(&ctx, StatusCode::OK, Refused::default()).await
}

/// `POST /alarms/act`
pub(crate) async fn act(ctx: Ctx, fields: Fields) -> PageResult {
    let actor = ctx.acting(&fields)?;
    let instruments = ctx.platform().instruments().await?;
    let (rule, facility, deed) = (fields.get("rule"), fields.get("facility"), fields.get("deed"));
    let asked = Deed { facility, rule, name: deed, until: Some(fields.get("until")), reason: fields.get("reason") };
    let back = fields.get("back");
    let ours = back.starts_with("/alarms?") && back.bytes().all(|b| b.is_ascii_graphic());
    let back = if ours { back } else { "/alarms?" };
    match carry_out(&instruments, actor, &asked).await {
        Ok(()) => Ok(Redirect::to(&format!("{back}&done={}", encoded(deed))).into_response()),
        Err(answer) if matches!(answer.status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY) => {
            let refused = Refused {
                key: format!("{facility} {rule}"),
                deed: deed.to_owned(),
                message: ctx.lang.of(&answer.message).to_owned(),
                reason: fields.get("reason").to_owned(),
                until: fields.get("until").to_owned(),
                back: back.to_owned(),
            };
            render(&ctx, answer.status, refused).await
        }
        Err(answer) => Err(answer.into()),
    }
}
