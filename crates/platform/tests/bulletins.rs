//! A bulletin as a city makes it: what was filed later is not in it, and once issued it stays.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{account, city, postgres, sqlite};
use jiff::civil::date;
use rust_decimal::Decimal;
use tingzhou_platform::ledger::bulletin::{BulletinClass, BulletinPeriod};
use tingzhou_platform::ledger::{AccountRole, Basis, Period, ReportedStatus, Source, TaskId};
use tingzhou_platform::{Clock, Filing, Platform, PlatformError, Store};

fn period(text: &str) -> BulletinPeriod {
    text.parse().unwrap()
}

async fn story(store: Store) {
    let platform = city(&store).await;
    let office = account(&platform, "office", AccountRole::Supervisor, None).await;
    let unit = account(&platform, "education", AccountRole::Unit, Some("education")).await;
    let none = platform.bulletin(period("2025-10"), None).await;
    assert!(matches!(none, Err(PlatformError::NotFound { .. })), "{none:?}");
    let report = std::fs::read(common::pack_folder().join("report-2025.md")).unwrap();
    platform.adopt(&office, &report, false).await.unwrap();
    let snapshot = platform.snapshot().await.unwrap();
    let amount = |t: &tingzhou_platform::ledger::Target| t.role.name() == "amount" && t.unit == "公里";
    let found = snapshot.tasks.iter().find(|v| v.task.target.as_ref().is_some_and(amount)).unwrap();
    let task = found.task.clone();

    let draft = platform.bulletin(period("2025-10"), None).await.unwrap();
    assert_eq!(draft.bulletin.table.total, snapshot.tasks.len() as u64);
    assert!(draft.issued.is_none());
    let refused = platform.issue_bulletin(&unit, period("2025-10"), None).await;
    assert!(matches!(&refused, Err(PlatformError::Refused(r)) if r.code == "supervision-office-only"), "{refused:?}");
    let early = platform.issue_bulletin(&office, period("2025-11"), None).await;
    assert!(matches!(&early, Err(PlatformError::Refused(r)) if r.code == "period-not-over"), "{early:?}");

    // Next month, the office checks the task: it is done by the end of October.
    let later = Platform::open(store.clone(), None, Clock::standing_at(date(2025, 11, 5))).await.unwrap();
    check(&later, &office, &task.id, task.target.as_ref().unwrap().value).await;
    let by_the_end = later.bulletin(period("2025-10"), None).await.unwrap();
    assert_eq!(by_the_end.bulletin, draft.bulletin, "filed after the close");
    let by_the_fifth = later.bulletin(period("2025-10"), Some(date(2025, 11, 5))).await.unwrap().bulletin;
    let done = |b: &tingzhou_platform::ledger::bulletin::Bulletin| {
        b.table.rows.iter().find(|r| r.class == BulletinClass::Done).unwrap().count
    };
    assert_eq!(done(&by_the_fifth), done(&draft.bulletin) + 1);
    assert_eq!(by_the_fifth.moved.iter().map(|m| m.task.clone()).collect::<Vec<_>>(), [task.id]);

    let issued = later.issue_bulletin(&office, period("2025-10"), None).await.unwrap();
    let again = later.bulletin(period("2025-10"), Some(date(2025, 11, 5))).await.unwrap();
    assert_eq!(again, issued, "an issued bulletin stays");
    assert_eq!(again.bulletin, draft.bulletin);
    let twice = later.issue_bulletin(&office, period("2025-10"), None).await;
    assert!(matches!(&twice, Err(PlatformError::Refused(r)) if r.code == "issued-already"), "{twice:?}");
    let listed = later.bulletins(0, 10).await.unwrap();
    assert_eq!(listed, [issued.issued.unwrap()]);
    later.audit().await.unwrap().unwrap();
}

async fn check(platform: &Platform, office: &tingzhou_platform::ledger::Actor, task: &TaskId, value: Decimal) {
    let filing = Filing {
        source: Source::Check,
        value: Some(value),
        unit: String::new(),
        basis: Basis::Cumulative,
        period: Period { from: date(2025, 1, 1), to: date(2025, 10, 31) },
        place: String::new(),
        point: None,
        note: "现场核查".into(),
        reported: ReportedStatus::Done,
        confirmed: Vec::new(),
        milestone: None,
        simulated: false,
    };
    let version = platform.snapshot().await.unwrap().task(task).unwrap().task.version;
    platform.file(office, task, version, filing, Vec::new(), None).await.unwrap();
}

#[tokio::test]
async fn on_sqlite() {
    let own = sqlite().await;
    story(own.store.clone()).await;
}

#[tokio::test]
async fn on_postgresql() {
    if let Some(own) = postgres().await {
        story(own.store.clone()).await;
    }
}

#[tokio::test]
async fn the_audit_sees_a_bulletin_changed_behind_its_back() {
    let own = sqlite().await;
    let platform = city(&own.store).await;
    let office = account(&platform, "office", AccountRole::Supervisor, None).await;
    let report = std::fs::read(common::pack_folder().join("report-2025.md")).unwrap();
    platform.adopt(&office, &report, false).await.unwrap();
    platform.issue_bulletin(&office, period("2025-Q3"), None).await.unwrap();
    let file = own.folder.as_ref().unwrap().path().join("tingzhou.sqlite");
    let database = rusqlite::Connection::open(file).unwrap();
    database.execute("UPDATE bulletin SET body = replace(body, '229', '228') || ' '", []).unwrap();
    match platform.audit().await.unwrap() {
        Err(fault) => assert_eq!(fault.to_string(), "the bulletin of 2025-Q3 is not as it was issued"),
        Ok(report) => panic!("{report:?}"),
    }
}
