//! Known days as tables, every official day against the published list, and laws.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::LazyLock;
use tingzhou_calendar::Certainty::{Official, Provisional};
use tingzhou_calendar::{
    Calendar, Certainty, DayKind, FIRST_YEAR, Holiday, LAST_YEAR, Notice, NoticeMistake as M, Regional, WorkingDays,
};

static NATIONAL: LazyLock<Calendar> = LazyLock::new(Calendar::national);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn every_official_day() {
    // Asked for when the test runs: a build folder shared by two checkouts must look beside the right one.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let file = here.join("../../../shared/vectors/workdays.tsv");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: no list of working days beside the workspace");
        return;
    };
    let mut days = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let date = day(cells.next().unwrap());
        let answer = NATIONAL.is_working(date).unwrap();
        assert_eq!((answer.value, answer.certainty), (cells.next() == Some("1"), Official), "{date}");
        days += 1;
    }
    assert_eq!(days, 2_557);
}

#[test]
fn known_days() {
    let check = |text: &str, working: bool, name: &str, certainty: Certainty| {
        let (answer, kind) = (NATIONAL.is_working(day(text)).unwrap(), NATIONAL.kind(day(text)).unwrap());
        assert_eq!((answer.value, answer.certainty, kind.certainty), (working, certainty, certainty), "{text}");
        let said = match kind.value {
            DayKind::Weekday => "weekday",
            DayKind::Weekend => "weekend",
            DayKind::MakeUp => "make-up",
            DayKind::Holiday { zh, .. } => zh,
        };
        assert_eq!(said, name, "{text}");
    };
    // 2020: Spring Festival as prolonged to 2 February; the make-up day of 1 February was dropped with it.
    check("2020-01-31", false, "春节", Official);
    check("2020-02-01", false, "春节", Official);
    check("2020-02-03", true, "weekday", Official);
    check("2020-10-08", false, "国庆节", Official);
    check("2020-10-10", true, "make-up", Official);
    // The holiday of New Year 2023 began on the Saturday before; 2024's too.
    check("2022-12-31", false, "元旦", Official);
    check("2023-12-30", false, "元旦", Official);
    check("2023-09-29", false, "国庆节", Official);
    check("2024-02-09", true, "weekday", Official); // New Year's Eve 2024 was an ordinary Friday.
    check("2024-02-18", true, "make-up", Official);
    check("2025-01-27", true, "weekday", Official);
    check("2025-01-28", false, "春节", Official);
    check("2025-10-08", false, "国庆节", Official);
    check("2026-01-04", true, "make-up", Official);
    check("2026-02-14", true, "make-up", Official);
    check("2026-02-16", false, "春节", Official);
    check("2026-02-28", true, "make-up", Official);
    check("2026-09-20", true, "make-up", Official);
    check("2026-09-27", false, "中秋节", Official);
    check("2026-10-10", true, "make-up", Official);
    check("2026-12-31", true, "weekday", Official);
    // Not announced: weekends and fixed dates only. Spring Festival 2027 (6 February) is not guessed.
    check("2027-01-01", false, "元旦", Provisional);
    check("2027-02-08", true, "weekday", Provisional);
    check("2027-05-01", false, "劳动节", Provisional);
    check("2027-05-03", true, "weekday", Provisional);
    check("2027-10-01", false, "国庆节", Provisional);
    check("2027-10-04", true, "weekday", Provisional);
    check("2027-10-09", false, "weekend", Provisional);
    check("2019-12-31", true, "weekday", Provisional);
    check("1900-01-02", true, "weekday", Provisional);
    check("9998-12-31", true, "weekday", Provisional);
}

#[test]
fn days_counted() {
    let check = |from: &str, n: i32, to: &str, certainty: Certainty| {
        let got = NATIONAL.add_working_days(day(from), WorkingDays(n)).unwrap();
        assert_eq!((got.value, got.certainty), (day(to), certainty), "{from} {n:+}");
    };
    // Worked out from the notices on a wall calendar.
    check("2026-02-13", 1, "2026-02-14", Official);
    check("2026-02-13", 2, "2026-02-24", Official);
    check("2026-02-24", -1, "2026-02-14", Official);
    check("2026-02-18", 0, "2026-02-24", Official);
    check("2026-02-18", 1, "2026-02-24", Official);
    check("2026-02-18", -1, "2026-02-14", Official);
    check("2026-02-24", 0, "2026-02-24", Official);
    check("2025-09-30", 1, "2025-10-09", Official);
    check("2025-12-31", 1, "2026-01-04", Official);
    check("2026-12-31", 0, "2026-12-31", Official);
    check("2026-12-31", 1, "2027-01-04", Provisional);
    check("2027-01-04", -1, "2026-12-31", Provisional);
    check("2027-01-01", -1, "2026-12-31", Official); // Only the day reached is looked at.
    check("2019-12-31", 1, "2020-01-02", Official); // The day counted from is not looked at.
    check("2020-01-02", -1, "2019-12-31", Provisional);

    let between = |from: &str, to: &str, expected: i32, certainty: Certainty| {
        let got = NATIONAL.working_days_between(day(from), day(to)).unwrap();
        assert_eq!((got.value, got.certainty), (WorkingDays(expected), certainty), "{from} to {to}");
    };
    // Working days of whole years as the published list has them.
    for (year, expected) in [(2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
    {
        let (from, to) = (date(year - 1, 12, 31), date(year, 12, 31));
        assert_eq!(NATIONAL.working_days_between(from, to).unwrap().value, WorkingDays(expected), "{year}");
    }
    between("2026-02-13", "2026-02-24", 2, Official);
    between("2026-02-24", "2026-02-13", -2, Official);
    between("2026-02-24", "2026-02-24", 0, Official);
    between("2026-12-31", "2027-01-04", 1, Provisional);

    let ends = |text: &str, month: &str, quarter: &str| {
        assert_eq!(NATIONAL.month_end(day(text)).unwrap().value, day(month), "{text}");
        assert_eq!(NATIONAL.quarter_end(day(text)).unwrap().value, day(quarter), "{text}");
    };
    ends("2026-01-15", "2026-01-30", "2026-03-31");
    ends("2026-02-01", "2026-02-28", "2026-03-31"); // A Saturday, worked.
    ends("2026-05-10", "2026-05-29", "2026-06-30");
    ends("2025-01-31", "2025-01-27", "2025-03-31");
    ends("2023-12-31", "2023-12-29", "2023-12-29");
    ends("2023-09-01", "2023-09-28", "2023-09-28");
}

#[test]
fn what_is_refused() {
    let out = |date: Date| NATIONAL.is_working(date).unwrap_err().to_string();
    assert!(out(date(1899, 12, 31)).starts_with("1899-12-31 is outside the years 1900 to 9998"));
    assert!(out(date(9999, 1, 1)).starts_with("9999-01-01 is outside"));
    assert!(out(Date::MIN).contains("-009999"));
    for (from, n) in [
        (date(1900, 1, 2), -1),
        (date(9998, 12, 31), 1),
        (date(2026, 1, 5), i32::MAX),
        (date(2026, 1, 5), i32::MIN),
        (Date::MAX, 0),
    ] {
        let refusal = NATIONAL.add_working_days(from, WorkingDays(n)).unwrap_err();
        assert!(refusal.zh().contains("请核对"), "{from} {n}");
    }
    assert!(NATIONAL.working_days_between(date(2026, 1, 1), Date::MAX).is_err());
    assert!(NATIONAL.month_end(Date::MIN).is_err() && NATIONAL.quarter_end(Date::MAX).is_err());
}

fn holiday(from: &str, to: &str) -> Holiday {
    Holiday { zh: "古尔邦节".into(), en: "Corban Festival".into(), from: day(from), to: day(to) }
}

fn regional(holidays: Vec<Holiday>, make_up: &[&str]) -> Regional {
    Regional { source: "自治区通知".into(), holidays, make_up: make_up.iter().map(|d| day(d)).collect() }
}

#[test]
fn a_citys_own_days() {
    // Corban Festival 2026: Wednesday 27 May to Friday 29 May off here, worked elsewhere.
    let city = NATIONAL.clone().with_regional(regional(vec![holiday("2026-05-27", "2026-05-29")], &["2026-05-31"]));
    let city = city.unwrap();
    let answer = city.is_working(day("2026-05-28")).unwrap();
    assert_eq!((answer.value, answer.certainty), (false, Official));
    assert!(matches!(city.kind(day("2026-05-28")).unwrap().value, DayKind::Holiday { en: "Corban Festival", .. }));
    assert!(city.is_working(day("2026-05-31")).unwrap().value);
    assert_eq!(city.next_working(day("2026-05-26")).unwrap().value, day("2026-05-31"));
    let days =
        |calendar: &Calendar| calendar.working_days_between(day("2025-12-31"), day("2030-12-31")).unwrap().value.0;
    assert_eq!(days(&city), days(&NATIONAL) - 2);

    let check = |own: Regional, expected: &[M]| {
        assert_eq!(NATIONAL.clone().with_regional(own).unwrap_err(), expected);
    };
    check(regional(vec![holiday("2026-10-01", "2026-10-03")], &[]), &[M::NoEffect(day("2026-10-01"))]);
    check(
        regional(vec![holiday("2026-05-28", "2026-05-27")], &[]),
        &[M::Span { from: day("2026-05-28"), to: day("2026-05-27") }],
    );
    check(regional(vec![], &["2026-05-27"]), &[M::WorkedAnyway(day("2026-05-27"))]);
    check(regional(vec![], &["2026-05-09"]), &[M::WorkedAnyway(day("2026-05-09"))]);
    check(regional(vec![], &["2026-10-03"]), &[M::NationalHoliday(day("2026-10-03"))]);
    check(regional(vec![], &["2027-10-03"]), &[M::NationalHoliday(day("2027-10-03"))]);
    check(regional(vec![], &["2026-05-30", "2026-05-30"]), &[M::Twice(day("2026-05-30"))]);
    check(
        regional(vec![holiday("2026-05-27", "2026-05-28"), holiday("2026-05-28", "2026-05-29")], &[]),
        &[M::Twice(day("2026-05-28"))],
    );
    check(regional(vec![holiday("1899-12-29", "1899-12-29")], &[]), &[M::Year(1899), M::Year(1899)]);
    check(
        regional(vec![holiday("-009999-01-01", "9999-12-31")], &[]),
        &[M::Span { from: Date::MIN, to: Date::MAX }, M::Year(-9999), M::Year(9999)],
    );
    check(Regional { source: " ".into(), ..regional(vec![], &[]) }, &[M::NoSource]);
    check(
        regional(vec![Holiday { en: String::new(), ..holiday("2026-05-27", "2026-05-27") }], &[]),
        &[M::Unnamed(day("2026-05-27"))],
    );
}

#[test]
fn a_year_announced_since() {
    let text = r#"{ "year": 2027, "source": "例", "make_up": ["2027-02-14"], "holidays": [
        { "zh": "元旦", "en": "New Year's Day", "from": "2026-12-31", "to": "2027-01-02" },
        { "zh": "春节", "en": "Spring Festival", "from": "2027-02-05", "to": "2027-02-11" },
        { "zh": "劳动节", "en": "Labour Day", "from": "2027-05-01", "to": "2027-05-03" },
        { "zh": "国庆节", "en": "National Day", "from": "2027-10-01", "to": "2027-10-07" } ] }"#;
    let notice: Notice = serde_json::from_str(text).unwrap();
    let later = NATIONAL.clone().with_notice(notice.clone()).unwrap();
    assert!(later.notice(2027).is_some() && NATIONAL.notice(2027).is_none());
    // What was provisional becomes official, and may change.
    let due = |calendar: &Calendar| calendar.add_working_days(day("2027-02-04"), WorkingDays(3)).unwrap();
    assert_eq!((due(&NATIONAL).value, due(&NATIONAL).certainty), (day("2027-02-09"), Provisional));
    assert_eq!((due(&later).value, due(&later).certainty), (day("2027-02-15"), Official));
    assert!(!later.is_working(day("2026-12-31")).unwrap().value);

    let check = |change: fn(&mut Notice), expected: &[M]| {
        let mut wrong = notice.clone();
        change(&mut wrong);
        assert_eq!(NATIONAL.clone().with_notice(wrong).unwrap_err(), expected);
    };
    check(|n| n.holidays.clear(), &[M::Empty]);
    check(|n| n.year = 1899, &[M::Year(1899)]);
    check(|n| n.source.clear(), &[M::NoSource]);
    check(|n| n.make_up.push(date(2027, 2, 15)), &[M::WorkedAnyway(date(2027, 2, 15))]);
    check(|n| n.make_up.push(date(2028, 1, 2)), &[M::OtherYear(date(2028, 1, 2))]);
    check(
        |n| drop(n.holidays.remove(2)),
        &[M::FixedDateMissing(date(2027, 5, 1)), M::FixedDateMissing(date(2027, 5, 2))],
    );
    assert!(serde_json::from_str::<Notice>(&text.replace("make_up", "makeup")).is_err());
}

/// The built-in notices hold to what is asked of a notice read from a file.
#[test]
fn built_in_notices_have_no_mistakes() {
    for year in 2020..=2026 {
        assert_eq!(NATIONAL.notice(year).unwrap().mistakes(), []);
    }
}

fn any_date() -> impl Strategy<Value = Date> {
    let near = (2018_i16..2030, 1_i16..=365);
    let far = (FIRST_YEAR..=LAST_YEAR, 1_i16..=365);
    prop_oneof![near, far].prop_map(|(year, of_year)| date(year, 1, 1).with().day_of_year(of_year).build().unwrap())
}

proptest! {
    #[test]
    fn counting_agrees_with_looking_at_each_day(start in any_date(), length in 0_i32..800) {
        let end = start.saturating_add(length.days());
        prop_assume!(end.year() <= LAST_YEAR);
        let looked = start.series(1.day()).skip(1).take(length.unsigned_abs() as usize)
            .filter(|day| NATIONAL.is_working(*day).unwrap().value).count();
        let counted = NATIONAL.working_days_between(start, end).unwrap();
        prop_assert_eq!(usize::try_from(counted.value.0).unwrap(), looked);
        prop_assert_eq!(NATIONAL.working_days_between(end, start).unwrap().value.0, -counted.value.0);
    }

    #[test]
    fn adding_reaches_the_nth_working_day(start in any_date(), n in -3_000_i32..3_000) {
        let Ok(reached) = NATIONAL.add_working_days(start, WorkingDays(n)) else { return Ok(()) };
        let reached = reached.value;
        prop_assert!(NATIONAL.is_working(reached).unwrap().value);
        let between = NATIONAL.working_days_between(start, reached).unwrap().value.0;
        let working = NATIONAL.is_working(start).unwrap().value;
        match n {
            1.. => prop_assert!(reached > start && between == n),
            0 => prop_assert!(reached >= start && between == i32::from(!working)),
            _ => prop_assert!(reached < start && between == n + i32::from(!working)),
        }
    }

    #[test]
    fn nothing_panics(year in -9_999_i16..=9_999, month in 1_i8..=12, n in any::<i32>()) {
        let date = Date::new(year, month, 28).unwrap();
        let inside = (FIRST_YEAR..=LAST_YEAR).contains(&year);
        prop_assert_eq!(NATIONAL.is_working(date).is_ok(), inside);
        prop_assert_eq!(NATIONAL.quarter_end(date).is_ok(), inside);
        let _ = NATIONAL.add_working_days(date, WorkingDays(n));
    }

    #[test]
    fn provisional_years_are_five_day_weeks(date in any_date()) {
        let answer = NATIONAL.is_working(date).unwrap();
        prop_assert_eq!(answer.certainty == Certainty::Official, (2020..=2026).contains(&date.year()));
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        prop_assert!(answer.certainty == Certainty::Official || !(weekend && answer.value));
    }
}
