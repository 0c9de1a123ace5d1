//! What stays cost: worked cases, each with its reckoning.
//!
//! The amounts of `stays.tsv` were worked out by hand from the tariffs' texts and compared with a second reckoning that
//! walks minute by minute; neither uses the crate.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{days_off, tariff};
use jiff::civil::{DateTime, date};
use tingzhou_scenarios::parking::{
    Bill, Card, Fen, Line, LineKind, Stay, Tariff, TariffData, VehicleClass, in_force, price, price_with_days_off,
};

/// A class as the table has it: `ordinary`, or `ordinary+FROM..TO` with a card.
fn class(text: &str) -> (VehicleClass, Option<Card>) {
    let (class, card) = text.split_once('+').map_or((text, None), |(class, card)| (class, Some(card)));
    let class = match class {
        "ordinary" => VehicleClass::Ordinary,
        "new-energy" => VehicleClass::NewEnergy,
        "emergency" => VehicleClass::Emergency,
        "sanitation" => VehicleClass::Sanitation,
        _ => panic!("{class}"),
    };
    let card = card.map(|card| {
        let (from, to) = card.split_once("..").unwrap();
        Card { from: from.parse().unwrap(), to: to.parse().unwrap() }
    });
    (class, card)
}

fn stay(entry: &str, exit: &str, who: &str) -> Stay {
    let (class, card) = class(who);
    Stay { entry: entry.parse().unwrap(), exit: exit.parse().unwrap(), class, card }
}

fn lines(bill: &Bill) -> String {
    let line = |l: &Line| format!("{} {}–{} {} {} 分 {}", l.amount, l.from, l.to, l.minutes, l.rule.zh, l.rule.en);
    bill.lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn worked_cases() {
    let mut checked = 0;
    for row in include_str!("stays.tsv").lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [id, entry, exit, who, expected, why] = cells[..] else { panic!("{row}") };
        let bill = price_with_days_off(&tariff(id), &stay(entry, exit, who), &days_off()).unwrap();
        assert_eq!(bill.total, Fen(expected.parse().unwrap()), "{row}\n{why}\n{}", lines(&bill));
        assert_eq!(bill.lines.iter().map(|l| l.amount).sum::<Fen>(), bill.total, "{row}");
        checked += 1;
    }
    assert!(checked >= 300, "{checked} cases");
}

#[test]
fn bills_explain_themselves() {
    let check = |id: &str, entry: &str, exit: &str, who: &str, expected: &[&str]| {
        let bill = price_with_days_off(&tariff(id), &stay(entry, exit, who), &days_off()).unwrap();
        let found: Vec<String> = bill
            .lines
            .iter()
            .map(|l| {
                format!(
                    "{}–{} {} {} {}",
                    l.from.strftime("%d %H:%M"),
                    l.to.strftime("%d %H:%M"),
                    l.minutes,
                    l.amount,
                    l.rule.zh
                )
            })
            .collect();
        assert_eq!(found, expected, "{id} {entry} {exit}");
        assert!(bill.lines.iter().all(|l| !l.rule.en.is_empty() && l.from <= l.to), "{id}");
    };
    check("zone-1", "2025-03-03T09:00", "2025-03-03T09:10", "ordinary", &["03 09:00–03 09:10 10 0.00 免费 15 分钟"]);
    check(
        "zone-1",
        "2025-03-03T09:00",
        "2025-03-04T09:20",
        "new-energy",
        &[
            "03 09:00–03 10:00 60 3.00 全天：每 60 分钟 3.00 元，计 1 个单位",
            "03 10:00–04 09:00 1380 46.00 全天：每 60 分钟 2.00 元，计 23 个单位",
            "04 09:00–04 09:20 20 3.00 全天：每 60 分钟 3.00 元，计 1 个单位",
            "03 09:00–04 09:00 1440 -29.00 当日合计 49.00 元，每日封顶 20.00 元",
            "03 09:00–04 09:20 1460 -11.50 新能源汽车按 50% 计收",
        ],
    );
    check(
        "daytime",
        "2025-03-03T19:30",
        "2025-03-04T08:10",
        "ordinary",
        &[
            "03 19:30–03 20:30 60 2.00 日间：每 60 分钟 2.00 元，计 1 个单位",
            "03 20:30–04 08:00 690 0.00 夜间免费",
            "04 08:00–04 08:10 10 2.00 日间：每 60 分钟 2.00 元，计 1 个单位",
        ],
    );
    check(
        "zone-3",
        "2025-01-31T20:00",
        "2025-02-01T00:40",
        "ordinary+2025-01-01..2025-01-31",
        &[
            "31 20:00–01 00:00 240 0.00 月卡有效期内",
            "01 00:00–01 00:30 30 0.00 免费 30 分钟",
            "01 00:30–01 00:40 10 3.00 全天：每 60 分钟 3.00 元，计 1 个单位",
        ],
    );
    check("zone-1", "2025-03-03T09:00", "2025-03-03T11:00", "emergency", &["03 09:00–03 11:00 120 0.00 应急车辆免费"]);
    check(
        "cut",
        "2025-03-03T07:00",
        "2025-03-04T20:00",
        "ordinary",
        &[
            "03 07:00–03 22:00 900 30.00 日间：每 30 分钟 1.00 元，计 30 个单位",
            "03 22:00–04 07:00 540 4.50 夜间：每 60 分钟 0.50 元，计 9 个单位",
            "04 07:00–04 20:00 780 26.00 日间：每 30 分钟 1.00 元，计 26 个单位",
            "03 07:00–04 20:00 2220 -0.50 本次合计 60.50 元，单次封顶 60.00 元",
        ],
    );
}

#[test]
fn refusals() {
    let check = |id: &str, entry: &str, exit: &str, expected: Result<i64, &str>| {
        let found = price(&tariff(id), &stay(entry, exit, "ordinary"));
        assert_eq!(found.map(|b| b.total.0).map_err(|r| r.code), expected, "{id} {entry} {exit}");
    };
    check("zone-1", "2025-03-03T09:00", "2025-03-03T08:59", Err("exit-before-entry"));
    check("zone-1", "2025-03-03T09:00:01", "2025-03-03T09:00:00", Err("exit-before-entry"));
    check("zone-1", "2025-03-03T09:00", "2026-04-07T09:00", Ok(800_000));
    check("zone-1", "2025-03-03T09:00", "2026-04-07T09:01", Err("stay-too-long"));
    check("zone-1", "-009999-01-01T00:00", "9999-12-31T23:59", Err("stay-too-long"));
    check("zone-1", "9999-12-31T23:00", "9999-12-31T23:59", Ok(300));
    // The unit's end lies after the last day of the calendar; the line ends with the stay.
    check("zone-3", "9999-12-31T22:00", "9999-12-31T23:59", Ok(400));
    check("zone-1", "2022-12-31T23:59", "2023-01-01T09:00", Err("not-in-force"));
    check("holiday", "2025-10-01T09:00", "2025-10-01T10:00", Err("days-off-needed"));
    let odd = stay("2025-03-03T09:00", "2025-03-03T10:00", "ordinary+2025-03-02..2025-03-01");
    assert_eq!(price(&tariff("zone-1"), &odd).map_err(|r| r.code), Err("card-ends-early"));
}

#[test]
fn variations() {
    let check = |id: &str, change: fn(&mut TariffData), entry: &str, exit: &str, expected: i64| {
        let mut data = common::data(id);
        change(&mut data);
        let tariff = Tariff::checked(data).unwrap();
        let bill = price_with_days_off(&tariff, &stay(entry, exit, "ordinary"), &days_off()).unwrap();
        assert_eq!(bill.total, Fen(expected), "{id} {entry} {exit}\n{}", lines(&bill));
    };
    // Nine hours are 19 yuan: a cap a fen below counts.
    check("zone-1", |t| t.day_cap_fen = Some(Fen(1899)), "2025-03-03T09:00", "2025-03-03T18:00", 1899);
    check("zone-1", |t| t.stay_cap_fen = Some(Fen(1899)), "2025-03-03T09:00", "2025-03-03T18:00", 1899);
    // A night ends at the midnight before a day off: its unit when each period is charged by itself, and its being free.
    let holiday: fn(&mut TariffData) = |t| t.day_off_periods = common::data("holiday").day_off_periods;
    check("cut", holiday, "2025-09-30T23:30", "2025-10-01T00:20", 50 + 500);
    check("cut", holiday, "2025-10-03T23:30", "2025-10-04T00:20", 500 + 50);
    check("daytime", holiday, "2025-09-30T21:00", "2025-10-01T01:00", 500);
    check("daytime", holiday, "2025-09-29T21:00", "2025-09-30T01:00", 0);
}

#[test]
fn the_version_in_force_at_entry() {
    let of = |version: u32, from: (i16, i8, i8), until: Option<(i16, i8, i8)>| {
        let mut data = common::data("zone-1");
        data.version = version;
        data.from = date(from.0, from.1, from.2);
        data.until = until.map(|(y, m, d)| date(y, m, d));
        Tariff::checked(data).unwrap()
    };
    let versions = [of(1, (2023, 1, 1), Some((2023, 12, 31))), of(2, (2024, 2, 1), None), of(3, (2025, 1, 1), None)];
    let check = |day: &str, expected: Option<u32>| {
        let day: DateTime = format!("{day}T00:00").parse().unwrap();
        assert_eq!(in_force(&versions, day.date()).map(|t| t.data().version), expected, "{day}");
    };
    check("2022-12-31", None);
    check("2023-01-01", Some(1));
    check("2023-12-31", Some(1));
    check("2024-01-01", None);
    check("2024-02-01", Some(2));
    check("2024-12-31", Some(2));
    check("2025-01-01", Some(3));
}

#[test]
fn what_takes_off_comes_last() {
    for row in include_str!("stays.tsv").lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let bill = price_with_days_off(&tariff(cells[0]), &stay(cells[1], cells[2], cells[3]), &days_off()).unwrap();
        let off = |kind| matches!(kind, LineKind::DayCap | LineKind::StayCap | LineKind::Reduction);
        assert!(bill.lines.iter().is_sorted_by_key(|l| off(l.kind)), "{row}");
    }
}
