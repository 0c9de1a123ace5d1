//! Dismissals on both databases: kept, audited, copied; a finding's name outlives a restart.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{account, city, day, pack, pack_folder, postgres, sqlite};
use tingzhou_platform::ledger::{AccountRole, FindingCommand, FindingId, ReportId};
use tingzhou_platform::{AuditFault, Clock, FindingFilter, Platform, PlatformError, Store, copy_store};

fn ids(snapshot: &tingzhou_platform::Snapshot, report: &ReportId, filter: FindingFilter) -> Vec<FindingId> {
    snapshot.findings(report, filter).map(|view| view.finding.id.clone()).collect()
}

async fn story(store: &Store) -> (Platform, ReportId, FindingId) {
    let platform = city(store).await;
    let office = account(&platform, "office", AccountRole::Supervisor, None).await;
    let unit = account(&platform, "education", AccountRole::Unit, Some("education")).await;
    let text = std::fs::read(pack_folder().join("report-2025.md")).unwrap();
    let report = platform.adopt(&office, &text, false).await.unwrap().id;
    let before = ids(&platform.snapshot().await.unwrap(), &report, FindingFilter::default());
    assert!(before.len() > 20, "{}", before.len());
    let [one, two, ..] = before.as_slice() else { panic!("findings") };
    let dismiss = FindingCommand::Dismiss { reason: "口径不同".to_owned() };
    let refused = platform.run_on_finding(&unit, &report, one, &dismiss).await;
    assert!(matches!(refused, Err(PlatformError::Refused(_))));
    for finding in [one, two] {
        platform.run_on_finding(&office, &report, finding, &dismiss).await.unwrap();
    }
    platform.run_on_finding(&office, &report, two, &FindingCommand::Restore).await.unwrap();
    let aside = FindingFilter { dismissed: Some(true), ..FindingFilter::default() };
    assert_eq!(ids(&platform.snapshot().await.unwrap(), &report, aside), std::slice::from_ref(one));
    // Opened anew, everything has the same names and the dismissal still stands.
    let again = Platform::open(store.clone(), Some(&pack().city), Clock::standing_at(day())).await.unwrap();
    let snapshot = again.snapshot().await.unwrap();
    assert_eq!(ids(&snapshot, &report, FindingFilter::default()), before);
    assert_eq!(ids(&snapshot, &report, aside), std::slice::from_ref(one));
    assert!(again.audit().await.unwrap().is_ok());
    (again, report, one.clone())
}

#[tokio::test]
async fn on_sqlite_and_copied() {
    let (from, to) = (sqlite().await, sqlite().await);
    let (_, report, finding) = story(&from.store).await;
    let hash = copy_store(&from.store, &to.store, |_| {}).await.unwrap();
    assert!(hash.tables.iter().any(|(name, rows, _)| *name == "finding_dismissal" && *rows == 1));
    let copy = Platform::open(to.store.clone(), None, Clock::standing_at(day())).await.unwrap();
    let aside = FindingFilter { dismissed: Some(true), ..FindingFilter::default() };
    assert_eq!(ids(&copy.snapshot().await.unwrap(), &report, aside), [finding]);
    assert!(copy.audit().await.unwrap().is_ok());
}

#[tokio::test]
async fn on_postgresql() {
    let Some(kept) = postgres().await else { return };
    story(&kept.store).await;
}

#[tokio::test]
async fn a_dismissal_changed_behind_the_log_is_named() {
    for change in ["UPDATE finding_dismissal SET reason = 'x'", "DELETE FROM finding_dismissal"] {
        let kept = sqlite().await;
        let (platform, _, finding) = story(&kept.store).await;
        let path = kept.folder.as_ref().unwrap().path().join("tingzhou.sqlite");
        rusqlite::Connection::open(path).unwrap().execute(change, []).unwrap();
        let fault = platform.audit().await.unwrap().expect_err(change);
        assert!(matches!(&fault, AuditFault::Dismissal { finding: named, .. } if *named == finding), "{fault}");
    }
}
