//! How alarms are known while their conditions come and go untold, while everything is loaded anew, and after an outage.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use crate::common;

use common::instruments::{ago, def, facility, seconds, series};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tingzhou_platform::city::alarm::{Command, Standing};
use tingzhou_platform::city::{Moment, RuleId};
use tingzhou_platform::ledger::{AccountRole, Actor};
use tingzhou_platform::{AlarmEventSelect, AlarmFilter, Clock, Instruments, Platform, Store};

const LEAK: &str = "gas-leak";

fn rule(name: &str) -> RuleId {
    RuleId::new(name).unwrap()
}

async fn begun(store: &Store) -> (Actor, Instruments) {
    let platform = common::city(store).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let instruments = platform.instruments().await.unwrap();
    instruments.put_facilities(&office, vec![def("d1", "GasDetector"), def("d2", "GasDetector")]).await.unwrap();
    (office, instruments)
}

/// A commit failed and everything is loaded anew: whoever looks meanwhile finds the alarm that is there.
#[tokio::test(flavor = "multi_thread")]
async fn no_alarm_is_gone_while_everything_is_loaded_anew() {
    let test = common::sqlite().await;
    let (_, instruments) = begun(&test.store).await;
    let (d1, d2, now) = (series(&instruments, "d1", "gas"), series(&instruments, "d2", "gas"), instruments.now());
    // Enough in the journal that loading it takes a while.
    let many = (0..30_000).rev().map(|before| ago(d2, now, before, f64::from(before % 7))).collect();
    instruments.ingest(many).await.unwrap();
    instruments.ingest(vec![ago(d1, now, 0, 30.0)]).await.unwrap();
    let holds = |instruments: &Instruments| {
        instruments.alarm_holds(&rule(LEAK), &facility("d1"))
            && instruments.alarm_level(&rule(LEAK), &facility("d1")).is_some()
    };
    assert!(holds(&instruments));

    let database = rusqlite::Connection::open(test.folder.as_ref().unwrap().path().join("tingzhou.sqlite")).unwrap();
    database
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON intake BEGIN SELECT RAISE(ABORT, 'full'); END")
        .unwrap();
    instruments.ingest(vec![ago(d2, now.after(seconds(1)), 0, 1.0)]).await.unwrap_err();
    database.execute_batch("DROP TRIGGER full").unwrap();

    let (over, gone, looked) = (AtomicBool::new(false), AtomicU32::new(0), AtomicU32::new(0));
    let looker = instruments.clone();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                gone.fetch_add(u32::from(!holds(&looker)), Ordering::Relaxed);
                looked.fetch_add(1, Ordering::Relaxed);
                std::thread::yield_now();
            }
        });
        let again = instruments.ingest(vec![ago(d2, now.after(seconds(1)), 0, 1.0)]);
        let done = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(again));
        over.store(true, Ordering::Relaxed);
        assert_eq!(done.unwrap().accepted, 1);
    });
    let looked = looked.into_inner();
    assert!(looked > 100, "looked {looked} times only");
    assert_eq!(gone.into_inner(), 0, "of {looked} looks, so many found no alarm");
}

/// Nothing is told of a hidden alarm, and yet it is known whether its condition holds, and what came last.
#[tokio::test]
async fn what_a_hidden_alarm_is_known_to_be() {
    let test = common::sqlite().await;
    let (office, instruments) = begun(&test.store).await;
    let (d1, d2, now) = (series(&instruments, "d1", "gas"), series(&instruments, "d2", "gas"), instruments.now());
    let at = |after: u32| now.after(seconds(after));
    let holds = |name: &str| instruments.alarm_holds(&rule(LEAK), &facility(name));
    let hidden = |name: &str| {
        let standing = vec![Standing::OutOfService, Standing::Shelved, Standing::Unacknowledged];
        let filter = AlarmFilter { facility: Some(facility(name)), standing, ..AlarmFilter::default() };
        let page = instruments.alarms(&filter, 0, 10);
        let leak = page.alarms.into_iter().find(|view| view.rule.as_str() == LEAK).unwrap();
        (leak.standing, leak.last.unwrap().value.get())
    };
    let reason = || "检修".to_owned();

    // Taken out of service while there is gas, then mended: the off-delay over, it holds no more.
    instruments.ingest(vec![ago(d1, at(0), 0, 30.0)]).await.unwrap();
    assert!(holds("d1"));
    let out = Command::TakeOutOfService { reason: reason() };
    instruments.alarm_command(&office, &rule(LEAK), &facility("d1"), out, "").await.unwrap();
    assert!(holds("d1"));
    instruments.ingest(vec![ago(d1, at(1), 0, 0.0)]).await.unwrap();
    assert_eq!(hidden("d1"), (Standing::OutOfService, 0.0));
    assert!(holds("d1"), "the off-delay is not over");
    assert_eq!(instruments.tick_alarms(at(60)).await.unwrap(), 0, "nothing is told");
    assert!(!holds("d1"));

    // Shelved while it was clear, and the gas comes.
    instruments.ingest(vec![ago(d2, at(0), 0, 1.0)]).await.unwrap();
    let shelve = Command::Shelve { until: at(3_600), reason: reason() };
    instruments.alarm_command(&office, &rule(LEAK), &facility("d2"), shelve, "").await.unwrap();
    assert!(!holds("d2"));
    instruments.ingest(vec![ago(d2, at(2), 0, 30.0)]).await.unwrap();
    assert!(holds("d2"));
    assert_eq!(hidden("d2"), (Standing::Shelved, 30.0));
    instruments.ingest(vec![ago(d2, at(3), 0, 31.0)]).await.unwrap();
    assert_eq!(hidden("d2"), (Standing::Shelved, 31.0));
}

/// Nobody could be heard while nobody listened: silence counts from when somebody listens again.
#[tokio::test]
async fn an_outage_is_no_silence() {
    let test = common::sqlite().await;
    let (_, instruments) = begun(&test.store).await;
    let (d1, now) = (series(&instruments, "d1", "gas"), instruments.now());
    instruments.ingest(vec![ago(d1, now, 0, 1.0)]).await.unwrap();
    drop(instruments);
    // The rule's time is ten minutes; the day after it is long over. It is told no earlier than ten minutes from then.
    let tomorrow = Clock::standing_at(common::day().tomorrow().unwrap());
    let opened = Moment::from_millis(tomorrow.now().as_millisecond()).unwrap();
    let platform = Platform::open(test.store.clone(), None, tomorrow).await.unwrap();
    let instruments = platform.instruments().await.unwrap();
    let now = instruments.now();
    assert_eq!(instruments.tick_alarms(now).await.unwrap(), 0);
    assert_eq!(instruments.tick_alarms(opened.after(seconds(599))).await.unwrap(), 0);
    // One speaks, the other is silent still.
    instruments.ingest(vec![ago(d1, now, 0, 1.0)]).await.unwrap();
    assert_ne!(instruments.tick_alarms(now.after(seconds(600))).await.unwrap(), 0);
    let events = instruments.alarm_events(AlarmEventSelect::Of(&facility("d2"), i64::MAX), 10).await.unwrap();
    let silent = events.iter().find(|row| row.rule.as_str() == "gas-detector-silent").unwrap();
    assert!((opened.after(seconds(600))..=now.after(seconds(600))).contains(&silent.event.at), "{silent:?}");
}
