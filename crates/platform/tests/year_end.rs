//! The year's end of a city: published, objected to, answered; and a vote that is secret and counted once.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use crate::common;

use common::{account, city, postgres, sqlite};
use jiff::civil::date;
use tingzhou_platform::ledger::year_end::{BallotState, ItemTally, Opinion};
use tingzhou_platform::ledger::{AccountRole, ObjectionId, ReportId};
use tingzhou_platform::{Clock, Platform, PlatformError, Store};

fn refused(got: Result<(), PlatformError>) -> &'static str {
    match got {
        Err(PlatformError::Refused(refusal)) => refusal.code,
        Err(PlatformError::NotFound { .. }) => "not-found",
        Ok(()) => "done",
        Err(_) => "failed",
    }
}

async fn story(store: Store) {
    let platform = city(&store).await;
    let office = account(&platform, "office", AccountRole::Supervisor, None).await;
    let bytes = std::fs::read(common::pack_folder().join("report-2025.md")).unwrap();
    let report = platform.adopt(&office, &bytes, false).await.unwrap().id;
    let task = platform.snapshot().await.unwrap().tasks[0].task.id.clone();

    assert_eq!(refused(platform.object(&report, &task, "没有修").await), "not-found");
    platform.publish_year_end(&office, &report).await.unwrap();
    assert_eq!(refused(platform.publish_year_end(&office, &report).await), "published-already");
    assert_eq!(refused(platform.object(&report, &task, "没有修").await), "done");
    let none = tingzhou_platform::ledger::TaskId::new("none").unwrap();
    assert_eq!(refused(platform.object(&report, &none, "没有修").await), "not-found");
    let listed = platform.objections(&report, 0, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].text.as_str(), &listed[0].answer), (1, "没有修", &None));
    platform.answer_objection(&office, &listed[0].id, "已复核，佐证见任务页。").await.unwrap();
    let again = platform.answer_objection(&office, &listed[0].id, "再答").await;
    assert_eq!(refused(again), "answered-already");
    let unknown = ObjectionId::new("o0").unwrap();
    assert_eq!(refused(platform.answer_objection(&office, &unknown, "答").await), "not-found");
    for _ in 0..59 {
        platform.object(&report, &task, "再提一条").await.unwrap();
    }
    assert_eq!(refused(platform.object(&report, &task, "又一条").await), "too-many-objections");
    let later = Platform::open(store.clone(), None, Clock::standing_at(date(2025, 11, 8))).await.unwrap();
    assert_eq!(refused(later.object(&report, &task, "晚了").await), "objections-closed");

    vote(&platform, &office, &report).await;
    platform.audit().await.unwrap().unwrap();
}

async fn vote(platform: &Platform, office: &tingzhou_platform::ledger::Actor, report: &ReportId) {
    let (yes, no) = ([(1, Opinion::Satisfied), (2, Opinion::MostlySatisfied)], [(1, Opinion::Dissatisfied)]);
    assert_eq!(refused(platform.cast_ballot(report, "x", &yes).await), "ballot-not-open");
    let codes = platform.open_ballot(office, report, 3).await.unwrap();
    assert_eq!(codes.len(), 3);
    assert_eq!(refused(platform.cast_ballot(report, "0000-0000-0000-0000", &yes).await), "code-refused");
    assert_eq!(refused(platform.cast_ballot(report, &codes[0], &[]).await), "choices-wrong");
    platform.cast_ballot(report, &codes[0], &yes).await.unwrap();
    assert_eq!(refused(platform.cast_ballot(report, &codes[0], &yes).await), "code-refused");
    // However it is typed.
    let typed = codes[1].to_lowercase().replace('-', " ");
    platform.cast_ballot(report, &typed, &no).await.unwrap();
    let open = platform.ballot(report).await.unwrap();
    assert_eq!((open.state, open.codes, open.used, open.tally.len()), (BallotState::Open, 3, 2, 0));
    platform.close_ballot(office, report).await.unwrap();
    assert_eq!(refused(platform.cast_ballot(report, &codes[2], &yes).await), "ballot-not-open");
    let closed = platform.ballot(report).await.unwrap();
    assert_eq!(closed.tally[..2], [ItemTally { item: 1, votes: [1, 0, 1] }, ItemTally { item: 2, votes: [0, 1, 0] }]);
    let log = platform.log_page(i64::MAX, 200).await.unwrap();
    assert!(log.iter().all(|event| !codes.iter().any(|code| event.body.contains(code.as_str()))));
    let cast: Vec<_> = log.iter().filter(|event| event.kind == "ballot-cast").collect();
    assert_eq!(cast.len(), 2);
    assert!(
        cast.iter().all(|event| event.body == r#"{"event":"ballot-cast","report":"2025"}"# && event.actor == "ballot")
    );
    assert_eq!(cast[0].at, cast[1].at, "the log tells the day and no more");
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
async fn one_code_counts_once_however_many_come_at_once() {
    let own = sqlite().await;
    let platform = city(&own.store).await;
    let office = account(&platform, "office", AccountRole::Supervisor, None).await;
    let bytes = std::fs::read(common::pack_folder().join("report-2025.md")).unwrap();
    let report = platform.adopt(&office, &bytes, false).await.unwrap().id;
    let code = platform.open_ballot(&office, &report, 1).await.unwrap().remove(0);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (platform, report, code) = (platform.clone(), report.clone(), code.clone());
        all.spawn(async move { platform.cast_ballot(&report, &code, &[(1, Opinion::Satisfied)]).await.is_ok() });
    }
    assert_eq!(all.join_all().await.into_iter().filter(|counted| *counted).count(), 1);
    platform.close_ballot(&office, &report).await.unwrap();
    assert_eq!(platform.ballot(&report).await.unwrap().tally[0], ItemTally { item: 1, votes: [1, 0, 0] });
}
