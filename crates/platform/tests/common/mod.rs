//! What the tests of this crate share: a city on either database.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

pub(crate) mod instruments;

use jiff::civil::{Date, date};
use std::path::{Path, PathBuf};
use tingzhou_platform::ledger::{AccountRole, Actor, LeaderId, UnitId};
use tingzhou_platform::{Clock, NewAccount, Pack, Platform, Store, StoreUrl};

pub(crate) const PASSWORD: &str = "correct-horse-battery";

/// A store of its own, and what keeps it alive.
pub(crate) struct TestStore {
    pub(crate) store: Store,
    pub(crate) folder: Option<tempfile::TempDir>,
}

pub(crate) fn day() -> Date {
    date(2025, 10, 31)
}

pub(crate) fn pack_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cities/changji")
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

pub(crate) fn pack() -> Pack {
    Pack::load(&pack_folder()).unwrap()
}

pub(crate) async fn sqlite() -> TestStore {
    let folder = tempfile::tempdir().unwrap();
    let url = StoreUrl::Sqlite(folder.path().to_owned());
    TestStore { store: Store::open(&url).await.unwrap(), folder: Some(folder) }
}

/// A database of its own on the cluster the tests were given; `None`, said aloud, when there is none.
pub(crate) async fn postgres() -> Option<TestStore> {
    let Ok(base) = std::env::var("TINGZHOU_TEST_POSTGRES") else {
        eprintln!("skipped on PostgreSQL: TINGZHOU_TEST_POSTGRES is not set (./dev test sets it)");
        return None;
    };
    let name = format!("t{}_{}", std::process::id(), unique());
    let (client, connection) = tokio_postgres::connect(&base, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    // A process of this number may have left one behind on a server that outlives its tests.
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (head, query) = base.split_once('?').map_or((base.as_str(), None), |(h, q)| (h, Some(q)));
    let root = head.rfind('/').filter(|i| *i > "postgres://".len()).map_or(head, |i| &head[..i]);
    let url = StoreUrl::Postgres(format!("{root}/{name}{}", query.map(|q| format!("?{q}")).unwrap_or_default()));
    Some(TestStore { store: Store::open(&url).await.unwrap(), folder: None })
}

fn unique() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) async fn city(store: &Store) -> Platform {
    Platform::found(store.clone(), pack(), Clock::standing_at(day())).await.unwrap()
}

pub(crate) async fn account(platform: &Platform, name: &str, role: AccountRole, unit: Option<&str>) -> Actor {
    let unit = unit.map(|u| UnitId::new(u).unwrap());
    let new = NewAccount { name: name.to_owned(), role, unit, leader: None, password: PASSWORD.to_owned() };
    platform.create_account(new).await.unwrap()
}

pub(crate) async fn leader(platform: &Platform, name: &str, post: &str) -> Actor {
    let leader = Some(LeaderId::new(post).unwrap());
    let role = AccountRole::Leader;
    let new = NewAccount { name: name.to_owned(), role, unit: None, leader, password: PASSWORD.to_owned() };
    platform.create_account(new).await.unwrap()
}
