//! When a reading becomes evidence.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use jiff::Timestamp;
use jiff::civil::date;
use rust_decimal::Decimal;
use tingzhou_ledger::{AccountId, Basis, Evidence, EvidenceId, Period, ReportedStatus, Source};
use tingzhou_measures::{Occasion, is_due, is_news, settles_within};

fn read(day: i8, value: Option<i64>, note: &str) -> Evidence {
    Evidence {
        id: EvidenceId::new("e1").unwrap(),
        source: Source::Measure,
        value: value.map(Decimal::from),
        basis: Basis::Cumulative,
        period: Period { from: date(2025, 1, 1), to: date(2025, 10, day) },
        place: String::new(),
        point: None,
        note: note.to_owned(),
        reported: ReportedStatus::UnderWay,
        attachments: Vec::new(),
        unit: None,
        by: AccountId::new("measures").unwrap(),
        at: Timestamp::UNIX_EPOCH,
        milestone: None,
        simulated: false,
        withdrawn: None,
    }
}

#[test]
fn a_reading_is_news() {
    let check = |last: Option<Evidence>, next: Evidence, expected: [bool; 3]| {
        let occasions = [Occasion::Hourly, Occasion::Over, Occasion::Asked];
        let found = occasions.map(|occasion| is_news(last.as_ref(), &next, occasion));
        assert_eq!(found, expected, "{last:?} {next:?}");
    };
    let (day, words) = (30, "0 of 15");
    check(None, read(day, Some(5), words), [true, true, true]);
    check(Some(read(day, Some(5), words)), read(day, Some(5), "otherwise"), [false, false, false]);
    check(Some(read(day, Some(5), words)), read(day, Some(6), words), [false, true, true]);
    // A task without a number.
    check(Some(read(day, None, words)), read(day, None, words), [false, false, false]);
    check(Some(read(day, None, words)), read(day, None, "1 of 15"), [false, true, true]);
}

#[test]
fn a_reading_is_due() {
    let check = |settles: i64, tried: i8, today: i8, expected: bool| {
        let of = |day| date(2025, 10, day);
        assert_eq!(is_due(of(10), of(tried), of(today), settles), expected, "{settles} {tried} {today}");
    };
    // What instruments said of the 10th: all that day and the next, then daily for a week, then never again.
    for (tried, today, expected) in [
        (10, 10, true),
        (10, 11, true),
        (11, 11, true),
        (11, 12, true),
        (12, 12, false),
        (12, 13, true),
        (17, 17, false),
        (17, 18, true),
        (18, 18, false),
        (18, 25, false),
        (10, 30, true),
        (30, 31, false),
    ] {
        check(settles_within(&["facility_fact", "air_fact"]), tried, today, expected);
    }
    // How things stand: once after the day.
    for (tried, today, expected) in [(10, 10, true), (10, 11, true), (11, 11, false), (11, 12, false), (10, 20, true)] {
        check(settles_within(&["facility_fact", "project_fact"]), tried, today, expected);
    }
}
