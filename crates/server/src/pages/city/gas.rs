//! The gas scenario: instruments, alarms, and how soon somebody came.

use crate::context::{Chrome, Ctx, Nav};
use crate::i18n::OrderWords;
use crate::pages::orders::{OrderLine, units};
use crate::pages::task_forms::Choice;
use crate::pages::{PageResult, page};
use askama::Template;
use tingzhou_platform::city::TypeId;
use tingzhou_platform::{DRILL_MINUTES, FacilityFilter, GasPart, Spread};

/// Detectors offered for a drill.
const OFFERED: usize = 500;

/// What a level is called; a rule has four at most.
fn level_words(w: &'static OrderWords, level: u8) -> &'static str {
    match level {
        1 => w.gas_level_1,
        2 => w.gas_level_2,
        3 => w.gas_level_3,
        _ => w.gas_level_4,
    }
}

/// Instruments of one type.
struct PartRow {
    name: &'static str,
    total: usize,
    alive: usize,
    share: String,
    within: String,
    silent: Vec<(String, String, String)>,
    more: bool,
}

struct LevelRow {
    rule: String,
    name: String,
    level: u8,
    level_words: &'static str,
    now: usize,
    year: u64,
}

struct SpreadRow {
    name: &'static str,
    count: usize,
    median: String,
    p90: String,
    longest: String,
}

#[derive(Template)]
#[template(path = "gas.html")]
struct GasPage {
    c: Chrome,
    at: String,
    simulated: bool,
    parts: Vec<PartRow>,
    served: u64,
    households: Option<(u32, String, String)>,
    levels: Vec<LevelRow>,
    pressure: Vec<(String, String, String, String)>,
    pressure_count: usize,
    spreads: Vec<SpreadRow>,
    within: Option<String>,
    open: usize,
    more: bool,
    drills: Vec<OrderLine>,
    units: Vec<Choice>,
    /// Detectors to choose from for a drill.
    detectors: Vec<(String, String)>,
    minutes: (u16, u16),
}

/// A share in percent, with one digit.
pub(crate) fn share(part: usize, of: usize) -> String {
    if of == 0 {
        return "—".to_owned();
    }
    // Counts of facilities are far below what a float holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "counts of facilities and orders")]
    let share = part as f64 / of as f64 * 100.0;
    // What is not all is never told as all.
    let text = format!("{share:.1}");
    if part < of && text == "100.0" { "99.9%".to_owned() } else { format!("{text}%") }
}

/// A time as people say it: seconds below two minutes, minutes below two hours, hours.
pub(crate) fn took(w: &'static OrderWords, millis: i64) -> String {
    let tenths = |part: i64| format!("{}.{}", millis / part, millis % part * 10 / part);
    match millis {
        ..10_000 => format!("{} {}", tenths(1_000), w.seconds),
        10_000..120_000 => format!("{} {}", millis / 1_000, w.seconds),
        120_000..7_200_000 => format!("{} {}", tenths(60_000), w.minutes),
        _ => format!("{} {}", tenths(3_600_000), w.hours),
    }
}

fn part(ctx: &Ctx, c: &Chrome, name: &'static str, part: &GasPart) -> PartRow {
    let lang = ctx.lang;
    let last = |at: &Option<tingzhou_platform::city::Moment>| {
        at.map_or_else(|| c.ow.gas_never.to_owned(), |at| at.to_string())
    };
    PartRow {
        name,
        total: part.total,
        alive: part.alive,
        share: share(part.alive, part.total),
        within: lang.of(&part.silent_after.words()).to_owned(),
        silent: part.silent.iter().map(|(id, name, at)| (id.to_string(), lang.of(name).to_owned(), last(at))).collect(),
        more: part.total - part.alive > part.silent.len(),
    }
}

fn spread(c: &Chrome, name: &'static str, spread: Option<Spread>) -> Option<SpreadRow> {
    let of = spread?;
    Some(SpreadRow {
        name,
        count: of.count,
        median: took(c.ow, of.median),
        p90: took(c.ow, of.p90),
        longest: took(c.ow, of.longest),
    })
}

/// `GET /gas`
pub(crate) async fn show(ctx: Ctx) -> PageResult {
    let actor = ctx.signed_in()?;
    let figures = ctx.platform().gas_figures().await?;
    let drills = ctx.platform().drills(actor).await?;
    let (c, lang) = (ctx.chrome(Nav::City), ctx.lang);
    let orders = &figures.orders;
    let detectors = if actor.role.supervises() {
        let facility_type = TypeId::new("GasDetector").ok();
        let filter = FacilityFilter { facility_type, scenario: None, at: Some(figures.at) };
        let page = ctx.platform().instruments().await?.facilities(&filter, 0, OFFERED);
        page.facilities.iter().map(|one| (one.id.to_string(), lang.of(&one.name).to_owned())).collect()
    } else {
        Vec::new()
    };
    page(&GasPage {
        at: figures.at.to_string(),
        simulated: figures.detectors.simulated || figures.regulators.simulated,
        parts: vec![
            part(&ctx, &c, c.ow.gas_detectors, &figures.detectors),
            part(&ctx, &c, c.ow.gas_regulators, &figures.regulators),
        ],
        served: figures.served,
        households: figures.households.as_ref().map(|gas| {
            let served = usize::try_from(figures.served).unwrap_or(usize::MAX);
            let all = usize::try_from(gas.households).unwrap_or(usize::MAX);
            (gas.households, share(served, all), lang.of(&gas.source).to_owned())
        }),
        levels: figures
            .levels
            .iter()
            .map(|one| LevelRow {
                rule: one.rule.to_string(),
                name: lang.of(&one.name).to_owned(),
                level: one.level,
                level_words: level_words(c.ow, one.level),
                now: one.now,
                year: one.year,
            })
            .collect(),
        pressure: figures
            .pressure
            .iter()
            .map(|one| {
                let since = one.since.map(|at| at.to_string()).unwrap_or_default();
                (one.facility.to_string(), lang.of(&one.name).to_owned(), lang.of(&one.rule).to_owned(), since)
            })
            .collect(),
        pressure_count: figures.pressure_count,
        spreads: [spread(&c, c.ow.gas_to_order, orders.to_order), spread(&c, c.ow.gas_to_site, orders.to_site)]
            .into_iter()
            .flatten()
            .collect(),
        within: (orders.orders > 0).then(|| share(orders.within_a_minute, orders.orders)),
        open: orders.open,
        more: orders.more,
        drills: drills.iter().map(|view| OrderLine::of(&ctx, view)).collect(),
        units: units(&ctx, ""),
        detectors,
        minutes: (*DRILL_MINUTES.start(), *DRILL_MINUTES.end()),
        c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, order_words};

    #[test]
    fn times_as_people_say_them() {
        let check = |millis: i64, expected: &str| assert_eq!(took(order_words(Lang::En), millis), expected, "{millis}");
        check(0, "0.0 s");
        check(1_250, "1.2 s");
        check(9_999, "9.9 s");
        check(59_999, "59 s");
        check(119_999, "119 s");
        check(120_000, "2.0 min");
        check(5_430_000, "90.5 min");
        check(7_200_000, "2.0 h");
    }

    #[test]
    fn not_all_is_not_all() {
        let check = |part, of, expected: &str| assert_eq!(share(part, of), expected);
        check(0, 0, "—");
        check(0, 3, "0.0%");
        check(2, 3, "66.7%");
        check(3, 3, "100.0%");
        check(9_999, 10_000, "99.9%");
    }
}
