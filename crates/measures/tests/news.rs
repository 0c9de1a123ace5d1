//! When a reading becomes evidence.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use jiff::Timestamp;
use jiff::civil::date;
use rust_decimal::Decimal;
use tingzhou_ledger::{AccountId, Basis, Evidence, EvidenceId, Period, ReportedStatus, Source};
use tingzhou_measures::{Occasion, is_news};

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
    let check = |last: Option<Evidence>, next: Evidence, hourly: bool, asked: bool| {
        let found = [Occasion::Hourly, Occasion::Asked].map(|occasion| is_news(last.as_ref(), &next, occasion));
        assert_eq!(found, [hourly, asked], "{last:?} {next:?}");
    };
    let (day, words) = (30, "0 of 15");
    check(None, read(day, Some(5), words), true, true);
    check(Some(read(day, Some(5), words)), read(day, Some(5), "otherwise"), false, false);
    check(Some(read(day, Some(5), words)), read(day, Some(6), words), false, true);
    check(Some(read(day, Some(5), words)), read(day + 1, Some(5), words), true, true);
    // A task without a number.
    check(Some(read(day, None, words)), read(day, None, words), false, false);
    check(Some(read(day, None, words)), read(day, None, "1 of 15"), false, true);
    check(Some(read(day, None, words)), read(day + 1, None, words), true, true);
}
