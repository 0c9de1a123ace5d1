//! Damage of what was counted, of chunks and of facilities stops nothing else; two servers count nothing twice.
#![expect(clippy::unwrap_used, reason = "what is wrong in a test fails it")]

use crate::common;
use crate::observations::{opened, with_facilities};

use common::instruments::{ago, def, facility, series};
use common::{TestStore, account};
use std::collections::BTreeMap;
use tingzhou_platform::city::{Grain, Moment, Period, SeriesNo, rollup};
use tingzhou_platform::ledger::AccountRole;
use tingzhou_platform::{Clock, Instruments, Platform, Store};

const MANY: usize = 10_000;

fn database(test: &TestStore) -> rusqlite::Connection {
    let file = test.folder.as_ref().unwrap().path().join("tingzhou.sqlite");
    rusqlite::Connection::open(file).unwrap()
}

/// What hours, days and single values of a series say agrees; tells how many values there are.
async fn counted(instruments: &Instruments, no: SeriesNo) -> usize {
    let (from, to) = (instruments.now().before(Period::from_days(4)), instruments.now());
    let raw = instruments.raw(no, from, to, MANY).await.unwrap();
    assert_eq!(raw.faults, Vec::<String>::new());
    let hours = instruments.by_hour(no, from, to, MANY).await.unwrap().rows;
    assert_eq!(hours, rollup(&raw.samples, Grain::Hour), "hours of {no}");
    let days = instruments.by_day(no, from, to, MANY).await.unwrap().rows;
    assert_eq!(days, rollup(&raw.samples, Grain::Day), "days of {no}");
    let of_many = instruments.hours_of(vec![no], from, to).await.unwrap();
    assert_eq!(of_many.get(&no).cloned().unwrap_or_default(), hours, "hours of many");
    raw.samples.len()
}

#[tokio::test]
async fn hours_and_days_that_cannot_be_read_are_made_again() {
    for (sql, late) in [
        ("UPDATE hour SET body = x'0102'", false),
        ("UPDATE hour SET body = x'0102'", true),
        ("UPDATE day SET total = NULL", false),
        ("UPDATE day SET total = NULL", true),
        ("UPDATE day SET set_aside = -1", false),
    ] {
        let test = common::sqlite().await;
        let (_, instruments) = with_facilities(&test.store, &["a", "b"]).await;
        let (a, b, now) = (series(&instruments, "a", "height"), series(&instruments, "b", "height"), instruments.now());
        let sent = (1..40_u32).map(|i| ago(a, now, i * 1_800 + 7_200, f64::from(i)));
        instruments.ingest(sent.chain([ago(b, now, 900, 5.0)]).collect()).await.unwrap();
        instruments.seal().await.unwrap();
        assert_eq!((counted(&instruments, a).await, counted(&instruments, b).await), (39, 1));
        let damaged = database(&test).execute(&format!("{sql} WHERE series_no = {}", a.0), []).unwrap();
        assert!(damaged > 0, "{sql}");

        assert_eq!(counted(&instruments, a).await, 39, "{sql}");
        let before = if late { 70_000 } else { 600 };
        instruments.ingest(vec![ago(a, now, before, 1.5), ago(b, now, 600, 6.0)]).await.unwrap();
        assert_eq!(counted(&instruments, a).await, 40, "{sql}");
        assert_eq!(instruments.seal().await.unwrap(), 2, "{sql}");
        assert_eq!(instruments.unsealed(), 0);
        assert_eq!((counted(&instruments, a).await, counted(&instruments, b).await), (40, 2), "{sql}");
        // A day with a late value is counted from its hours anyway, without a look at what it came to.
        if sql.starts_with("UPDATE hour") || !late {
            assert!(instruments.faults().iter().any(|fault| fault.contains(&format!("series {a}"))), "{sql}");
        }
    }
}

#[tokio::test]
async fn a_series_that_cannot_be_sealed_holds_up_no_other() {
    let test = common::sqlite().await;
    let (_, instruments) = with_facilities(&test.store, &["a", "b", "c"]).await;
    let now = instruments.now();
    let [a, b, c] = ["a", "b", "c"].map(|name| series(&instruments, name, "height"));
    let values = |before| [a, b, c].map(|no| ago(no, now, before, 1.0)).to_vec();
    instruments.ingest(values(900)).await.unwrap();
    instruments.seal().await.unwrap();
    let database = database(&test);
    let last: i64 =
        database.query_row("SELECT last_at FROM chunk WHERE series_no = ?1", [b.0], |row| row.get(0)).unwrap();
    let set_last = |at: i64| {
        assert_eq!(
            database.execute("UPDATE chunk SET last_at = ?1 WHERE series_no = ?2", [at, b.0.into()]).unwrap(),
            1
        );
    };
    set_last(i64::MAX);
    instruments.ingest(values(600)).await.unwrap();
    instruments.ingest(vec![ago(a, now, 300, 1.0), ago(c, now, 300, 1.0)]).await.unwrap();
    assert_eq!(instruments.seal().await.unwrap(), 4);
    assert_eq!((instruments.unsealed(), counted(&instruments, a).await, counted(&instruments, c).await), (1, 3, 3));
    let named = |instruments: &Instruments| {
        let faults = instruments.faults();
        faults.iter().filter(|fault| fault.contains(&format!("series {b}"))).count()
    };
    assert_eq!(named(&instruments), 1);
    // It is said once, however often it is tried.
    assert_eq!(instruments.seal().await.unwrap(), 0);
    assert_eq!(named(&instruments), 1);
    // What is not sealed is still in the journal, also for whoever starts anew.
    let again = opened(&test.store).await;
    assert_eq!(again.unsealed(), 1);
    set_last(last);
    assert_eq!(again.seal().await.unwrap(), 1);
    assert_eq!((again.unsealed(), counted(&again, b).await), (0, 2));
}

async fn two_servers(store: &Store) {
    let (_, one) = with_facilities(store, &["a", "b"]).await;
    let other = opened(store).await;
    let (a, b, now) = (series(&one, "a", "height"), series(&one, "b", "height"), one.now());
    one.ingest(vec![ago(a, now, 3_000, 1.0), ago(b, now, 3_000, 1.0)]).await.unwrap();
    // The other has not heard of it: it is told, loads anew, and is right then.
    assert!(other.ingest(vec![ago(a, now, 2_700, 2.0)]).await.is_err());
    other.ingest(vec![ago(a, now, 2_700, 2.0)]).await.unwrap();
    other.seal().await.unwrap();
    // What the other has sealed is sealed once.
    one.seal().await.unwrap();
    for instruments in [&one, &other, &opened(store).await] {
        assert_eq!((counted(instruments, a).await, counted(instruments, b).await), (2, 1));
    }
    // The journal is empty but for its last number, which nobody takes again.
    other.ingest(vec![ago(b, now, 2_400, 3.0)]).await.unwrap();
    other.ingest(vec![ago(b, now, 2_100, 3.0)]).await.unwrap();
    other.seal().await.unwrap();
    assert!(one.ingest(vec![ago(b, now, 1_800, 4.0)]).await.is_err());
    one.ingest(vec![ago(b, now, 1_800, 4.0)]).await.unwrap();
    one.seal().await.unwrap();
    for instruments in [&one, &opened(store).await] {
        assert_eq!((counted(instruments, a).await, counted(instruments, b).await), (2, 4));
    }
}

#[tokio::test]
async fn two_servers_on_sqlite() {
    two_servers(&common::sqlite().await.store).await;
}

#[tokio::test]
async fn two_servers_on_postgresql() {
    if let Some(test) = common::postgres().await {
        two_servers(&test.store).await;
    }
}

#[tokio::test]
async fn values_of_a_facility_that_no_longer_fits_wait_until_it_does() {
    let test = common::sqlite().await;
    let (_, instruments) = with_facilities(&test.store, &["a", "z"]).await;
    let (a, z, now) = (series(&instruments, "a", "height"), series(&instruments, "z", "height"), instruments.now());
    instruments.ingest(vec![ago(a, now, 900, 1.0), ago(z, now, 900, 2.0)]).await.unwrap();
    instruments.seal().await.unwrap();
    instruments.ingest(vec![ago(a, now, 600, 1.0), ago(z, now, 600, 2.0)]).await.unwrap();
    let database = database(&test);
    let change = "UPDATE facility SET body = replace(body, 'WaterObserved', 'Palace') WHERE facility_id = 'z'";
    assert_eq!(database.execute(change, []).unwrap(), 1);

    let platform = Platform::open(test.store.clone(), None, Clock::standing_at(common::day())).await.unwrap();
    let office = account(&platform, "office2", AccountRole::Supervisor, None).await;
    let instruments = platform.instruments().await.unwrap();
    assert!(instruments.faults().iter().any(|fault| fault.contains("Palace")), "{:?}", instruments.faults());
    assert_eq!(instruments.seal().await.unwrap(), 1);
    assert_eq!(counted(&instruments, a).await, 2);
    // Others go on: a new facility gets numbers nobody has.
    instruments.put_facilities(&office, vec![def("n", "WaterObserved")]).await.unwrap();
    let new = series(&instruments, "n", "height");
    instruments.ingest(vec![ago(new, now, 300, 3.0), ago(a, now, 300, 3.0)]).await.unwrap();
    assert_eq!(instruments.seal().await.unwrap(), 2);
    let numbers: BTreeMap<u32, u32> = {
        let mut read = database.prepare("SELECT series_no, COUNT(*) FROM series GROUP BY series_no").unwrap();
        read.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    assert!(numbers.values().all(|count| *count == 1));
    // Described so that it fits, it has all its values, those that waited too.
    instruments.put_facilities(&office, vec![def("z", "WaterObserved")]).await.unwrap();
    assert_eq!(instruments.series(&facility("z"), &common::instruments::property("height")), Some(z));
    assert_eq!(counted(&instruments, z).await, 2);
    assert_eq!(instruments.seal().await.unwrap(), 1);
    let again = opened(&test.store).await;
    assert_eq!((counted(&again, z).await, counted(&again, a).await, counted(&again, new).await), (2, 3, 1));
    assert_eq!(again.faults(), Vec::<String>::new());
}

#[tokio::test]
async fn hours_are_forgotten_however_long_nobody_did() {
    let test = common::sqlite().await;
    let mut pack = common::pack();
    for class in &mut pack.instruments.types.retention {
        class.hours = Some(class.samples);
    }
    let platform = Platform::found(test.store.clone(), pack, Clock::standing_at(common::day())).await.unwrap();
    let office = account(&platform, "office", AccountRole::Supervisor, None).await;
    let instruments = platform.instruments().await.unwrap();
    instruments.put_facilities(&office, vec![def("a", "WaterObserved")]).await.unwrap();
    let (a, now) = (series(&instruments, "a", "height"), instruments.now());
    instruments.ingest(vec![ago(a, now, 600, 1.0)]).await.unwrap();
    instruments.seal().await.unwrap();
    let database = database(&test);
    let old = Moment::begin_of(jiff::civil::date(2015, 3, 1)).millis();
    let copied = "INSERT INTO hour SELECT city_id, ?1, series_no, body FROM hour";
    assert_eq!(database.execute(copied, [old]).unwrap(), 1);
    instruments.forget().await.unwrap();
    let left: i64 = database.query_row("SELECT COUNT(*) FROM hour", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
}
