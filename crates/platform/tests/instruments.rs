//! Instruments from facility to history, on both databases, across restarts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::instruments::{ago, def, facility, property, seconds, series};
use std::num::NonZeroU32;
use tingzhou_platform::city::alarm::{Command, Standing};
use tingzhou_platform::city::{Grain, Moment, Quality, Reason, RuleId, Sample, SeriesNo, TypeId};
use tingzhou_platform::ledger::AccountRole;
use tingzhou_platform::{
    AlarmEventSelect, AlarmFilter, Change, Clock, DeviceDef, DeviceFilter, FacilityFilter, Ingested, Instruments,
    Platform, PlatformError, Store,
};

const MANY: usize = 10_000;

async fn restarted(store: &Store) -> (Platform, Instruments) {
    let platform = Platform::open(store.clone(), None, Clock::standing_at(common::day())).await.unwrap();
    let instruments = platform.instruments().await.unwrap();
    (platform, instruments)
}

fn values(samples: &[Sample]) -> Vec<(f64, bool)> {
    samples.iter().map(|sample| (sample.value.get(), sample.quality.has(Quality::CORRECTED))).collect()
}

/// Everything that can be asked of a series.
async fn answers(instruments: &Instruments, no: SeriesNo, from: Moment, to: Moment) -> String {
    let raw = instruments.raw(no, from, to, MANY).await.unwrap();
    let (hours, days, months) = (
        instruments.by_hour(no, from, to, MANY).await.unwrap(),
        instruments.by_day(no, from, to, MANY).await.unwrap(),
        instruments.by_month(no, from, to).await.unwrap(),
    );
    format!("{:?}\n{:?}\n{:?}\n{:?}", (raw.samples, raw.faults), hours, days, months)
}

async fn story(store: &Store) {
    let platform = common::city(store).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let unit = common::account(&platform, "unit", AccountRole::Unit, Some("housing")).await;
    let instruments = platform.instruments().await.unwrap();
    let mut changes = instruments.subscribe();

    // Facilities.
    let defs = vec![def("d1", "GasDetector"), def("d2", "GasDetector"), def("w1", "WaterObserved")];
    assert!(matches!(instruments.put_facilities(&unit, defs.clone()).await, Err(PlatformError::NotAllowed)));
    let wrong = vec![def("d3", "GasDetector"), def("x", "Palace")];
    assert!(
        matches!(instruments.put_facilities(&office, wrong).await, Err(PlatformError::Mistakes(m)) if m.len() == 1)
    );
    assert_eq!(instruments.put_facilities(&office, defs.clone()).await.unwrap(), 3);
    assert_eq!(instruments.put_facilities(&office, defs).await.unwrap(), 0);
    assert!(matches!(
        instruments.put_facilities(&office, vec![def("w1", "GasDetector")]).await,
        Err(PlatformError::Mistakes(m)) if m[0].code == "type"
    ));
    let gas = FacilityFilter { facility_type: Some(TypeId::new("GasDetector").unwrap()), ..FacilityFilter::default() };
    assert_eq!(instruments.facilities(&gas, 0, 10).total, 2);
    assert_eq!(instruments.facilities(&gas, 1, 10).facilities[0].id, facility("d2"));
    assert!(matches!(changes.recv().await.unwrap(), Change::Facilities));

    // Observations, late and corrected ones, wrong ones.
    let (water, now) = (series(&instruments, "w1", "height"), instruments.now());
    let batch = vec![
        ago(water, now, 3 * 3_600, 12.5),
        ago(water, now, 2 * 3_600, 12.6),
        ago(water, now, 0, f64::NAN),
        ago(water, now.after(seconds(7_200)), 0, 1.0),
        ago(SeriesNo(999), now, 0, 1.0),
        ago(water, now, 60, 12.7),
    ];
    let done = instruments.ingest(batch).await.unwrap();
    assert_eq!((done.accepted, done.refused_in_all), (3, 3));
    let codes: Vec<(usize, &str)> = done.refused.iter().map(|(place, reason)| (*place, reason.code())).collect();
    assert_eq!(codes, [(2, "value"), (3, "clock-ahead"), (4, Reason::NotObserved.code())]);
    assert!(matches!(changes.recv().await.unwrap(), Change::Latest(latest) if latest.len() == 3));
    let latest = instruments.latest(&facility("w1"));
    assert_eq!(
        latest.iter().map(|(of, sample)| (of.clone(), sample.value.get())).collect::<Vec<_>>(),
        [(property("height"), 12.7)]
    );
    let (from, to) = (now.before(seconds(4 * 86_400)), now.after(seconds(3_600)));
    let raw = instruments.raw(water, from, to, MANY).await.unwrap();
    assert_eq!(values(&raw.samples), [(12.5, false), (12.6, false), (12.7, false)]);
    assert!(raw.samples[0].quality.has(Quality::LATE) && !raw.samples[2].quality.has(Quality::LATE));
    assert_eq!(raw.gaps.len(), 2, "from the beginning, and one of two hours: {:?}", raw.gaps);

    // Sealing changes no answer; neither does a restart.
    let before = answers(&instruments, water, from, to).await;
    assert_eq!(instruments.seal().await.unwrap(), 3);
    assert_eq!(instruments.unsealed(), 0);
    assert_eq!(answers(&instruments, water, from, to).await, before);
    // The same again changes nothing; a corrected value takes the place, a late one is put in.
    let again = vec![ago(water, now, 60, 12.7), ago(water, now, 2 * 3_600, 12.4), ago(water, now, 2 * 86_400, 11.0)];
    assert_eq!(instruments.ingest(again).await.unwrap(), Ingested { accepted: 3, ..Ingested::default() });
    let expected = [(11.0, false), (12.5, false), (12.4, true), (12.7, false)];
    let before = answers(&instruments, water, from, to).await;
    assert_eq!(values(&instruments.raw(water, from, to, MANY).await.unwrap().samples), expected);
    let (_, instruments) = restarted(store).await;
    assert_eq!(instruments.unsealed(), 2);
    assert_eq!(answers(&instruments, water, from, to).await, before, "from the journal");
    assert_eq!(instruments.seal().await.unwrap(), 2);
    assert_eq!(answers(&instruments, water, from, to).await, before, "from the chunk");
    let (_, instruments) = restarted(store).await;
    assert_eq!(answers(&instruments, water, from, to).await, before, "sealed, after a restart");
    assert_eq!(values(&[instruments.latest(&facility("w1"))[0].1]), [(12.7, false)]);
    let days = instruments.by_day(water, from, to, MANY).await.unwrap();
    let day = days.rows.iter().find(|(begin, _)| *begin == now.before(seconds(2 * 86_400)).begin(Grain::Day)).unwrap();
    assert_eq!(day.1.counted.unwrap().count, 1);
    let of_type = (TypeId::new("WaterObserved").unwrap(), property("height"));
    let hours = instruments.hours_of_type(&of_type.0, &of_type.1, from, to).await.unwrap();
    assert_eq!(hours[&water], instruments.by_hour(water, from, to, MANY).await.unwrap().rows);
    // A page of one, and there is more.
    let page = instruments.raw(water, from, to, 1).await.unwrap();
    assert_eq!((page.samples.len(), page.more), (1, true));
    assert!(instruments.by_hour(water, from, to, 1).await.unwrap().more);

    // An alarm is raised, acknowledged after a restart, clears after another.
    let gas = series(&instruments, "d1", "gas");
    let mut changes = instruments.subscribe();
    instruments.ingest(vec![ago(gas, now, 1, 5.0), ago(gas, now, 0, 30.0)]).await.unwrap();
    assert!(matches!(changes.recv().await.unwrap(), Change::Latest(_)));
    let Change::Alarms(told) = changes.recv().await.unwrap() else { panic!("alarms expected") };
    assert_eq!((told.len(), told[0].rule.as_str(), told[0].facility.as_str()), (1, "gas-leak", "d1"));
    assert!(told[0].words.zh.contains("设施d1") && told[0].words.en.contains("30 "), "{:?}", told[0].words);
    let list = |instruments: &Instruments| {
        let page = instruments.alarms(&AlarmFilter::default(), 0, 10);
        page.alarms.into_iter().map(|view| (view.rule.as_str().to_owned(), view.standing)).collect::<Vec<_>>()
    };
    assert_eq!(list(&instruments), [("gas-leak".to_owned(), Standing::Unacknowledged)]);
    let (_, instruments) = restarted(store).await;
    assert_eq!(list(&instruments), [("gas-leak".to_owned(), Standing::Unacknowledged)]);
    let rule = RuleId::new("gas-leak").unwrap();
    let units = instruments.alarm_command(&unit, &rule, &facility("d1"), Command::Acknowledge, "").await;
    assert!(matches!(units, Err(PlatformError::NotAllowed)));
    assert!(matches!(instruments.ingest_from(&unit, Vec::new()).await, Err(PlatformError::NotAllowed)));
    instruments.alarm_command(&office, &rule, &facility("d1"), Command::Acknowledge, "已派人").await.unwrap();
    let again = instruments.alarm_command(&office, &rule, &facility("d1"), Command::Acknowledge, "").await;
    assert!(matches!(again, Err(PlatformError::AlarmRefused(refusal)) if refusal.code == "nothing-to-acknowledge"));
    assert_eq!(list(&instruments), [("gas-leak".to_owned(), Standing::Acknowledged)]);
    // Back below the deadband; the off-delay of 30 s runs over sealing and a restart.
    instruments.ingest(vec![ago(gas, now.after(seconds(1)), 0, 3.0)]).await.unwrap();
    instruments.seal().await.unwrap();
    assert_eq!(list(&instruments).len(), 1);
    let (platform, instruments) = restarted(store).await;
    assert_eq!(instruments.tick_alarms(now.after(seconds(20))).await.unwrap(), 0);
    assert_eq!(instruments.tick_alarms(now.after(seconds(90))).await.unwrap(), 1);
    assert_eq!(list(&instruments), []);
    let events = instruments.alarm_events(AlarmEventSelect::Of(&facility("d1"), i64::MAX), 10).await.unwrap();
    let told: Vec<&str> = events.iter().map(|row| row.actor.as_str()).collect();
    assert_eq!(told, ["", "office", ""], "{events:?}");
    let cleared = events[0].event.at;
    assert!((now.after(seconds(25))..now.after(seconds(90))).contains(&cleared), "when it was over: {cleared}");
    let people = NonZeroU32::new(1).unwrap();
    let figures = instruments.alarm_figures(people, now.before(seconds(3_600)), now.after(seconds(60))).await.unwrap();
    assert_eq!(figures.annunciations, 1);
    assert_eq!(figures.top.iter().map(|(of, count)| (of.1.clone(), *count)).collect::<Vec<_>>(), [(facility("d1"), 1)]);
    // For a minute the same is told again, without counting.
    let asked = async |from, to| instruments.alarm_figures(people, from, to).await.unwrap();
    let (begin, end) = (now.before(seconds(3_600)), now.after(seconds(60)));
    for (later, held) in [(0, true), (59, true), (60, false)] {
        let again = asked(begin.after(seconds(later)), end.after(seconds(later))).await;
        assert_eq!((std::sync::Arc::ptr_eq(&again, &figures), again.annunciations), (held, 1), "{later}");
    }
    assert_eq!(asked(end, end.after(seconds(60))).await.annunciations, 0);

    // Devices.
    assert_eq!(instruments.known("hj212", "A1"), None);
    assert!(instruments.quarantine("hj212", "A1"));
    assert!(!instruments.quarantine("hj212", "a\nb"));
    instruments.count_refused("hj212", "A1", "crc");
    instruments.count_refused("hj212", "A1", "crc");
    assert_eq!(instruments.keep_devices().await.unwrap(), 1);
    assert_eq!(instruments.keep_devices().await.unwrap(), 0);
    let nowhere = instruments.adopt(&office, "hj212", "A1", &facility("d9")).await;
    assert!(matches!(nowhere, Err(PlatformError::NotFound { .. })));
    instruments.adopt(&office, "hj212", "A1", &facility("d1")).await.unwrap();
    let (_, again) = restarted(store).await;
    assert_eq!(again.known("hj212", "A1"), Some(facility("d1")));
    let (devices, total) = again.devices(&DeviceFilter { quarantined: Some(false), ..DeviceFilter::default() }, 0, 10);
    assert_eq!((total, devices[0].refused["crc"]), (1, 2));
    assert_eq!(again.faults(), Vec::<String>::new());

    // What people did is in the log, which is whole.
    platform.audit().await.unwrap().unwrap();
    let log = platform.log_page(i64::MAX, 100).await.unwrap();
    let kinds: Vec<&str> = log.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds[..2], ["device-adopted", "alarm-commanded"]);
    assert_eq!(kinds.iter().filter(|kind| **kind == "facility-put").count(), 3);

    // Forgotten is what is older than its class keeps it; nothing here is.
    again.forget().await.unwrap();
    assert_eq!(answers(&again, water, from, to).await, before);
}

/// What is said again changes nothing, unless something else was said of the instant in between, in the same batch too.
#[tokio::test]
async fn said_again() {
    let test = common::sqlite().await;
    let platform = common::city(&test.store).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let instruments = platform.instruments().await.unwrap();
    instruments.put_facilities(&office, vec![def("w1", "WaterObserved")]).await.unwrap();
    let (water, now) = (series(&instruments, "w1", "height"), instruments.now());
    for (batch, expected) in [
        (vec![3.0], (3.0, false)),
        (vec![3.0, 3.0], (3.0, false)),
        (vec![5.0, 3.0], (3.0, true)),
        (vec![3.0, 5.0], (5.0, true)),
        (vec![5.0, 3.0, 5.0, 3.0], (3.0, true)),
    ] {
        let arriving: Vec<_> = batch.iter().map(|value| ago(water, now, 60, *value)).collect();
        assert_eq!(instruments.ingest(arriving).await.unwrap().accepted, batch.len());
        let raw = instruments.raw(water, now.before(seconds(3_600)), now, MANY).await.unwrap();
        assert_eq!(values(&raw.samples), [expected], "{batch:?}");
    }
}

/// Air is kept for ten years. What an instrument says may be as old as its memory of a long outage, and no older: a clock a year
/// wrong writes nothing into last year. The office may send what is older.
#[tokio::test]
async fn a_clock_that_is_behind() {
    let test = common::sqlite().await;
    let platform = common::city(&test.store).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let instruments = platform.instruments().await.unwrap();
    instruments.put_facilities(&office, vec![def("a1", "AirQualityObserved")]).await.unwrap();
    let (pm25, now) = (series(&instruments, "a1", "pm25"), instruments.now());
    let days = |days: u32| vec![ago(pm25, now, days * 86_400, 30.0)];
    for (old, expected) in [(1, None), (59, None), (61, Some("clock-behind")), (365, Some("clock-behind"))] {
        let done = instruments.ingest(days(old)).await.unwrap();
        assert_eq!(done.refused.first().map(|(_, reason)| reason.code()), expected, "{old} days");
    }
    assert_eq!(instruments.ingest(days(5_000)).await.unwrap().refused[0].1.code(), "too-old");
    assert_eq!(instruments.ingest_from(&office, days(365)).await.unwrap().accepted, 1);
    let all = instruments.raw(pm25, now.before(seconds(400 * 86_400)), now, MANY).await.unwrap();
    assert_eq!(all.samples.len(), 3);
}

/// What the pack says of facilities and devices stands from the first start on; what a person changed since stays.
async fn of_the_pack(store: &Store) {
    let mut pack = common::pack();
    pack.instruments.facilities = vec![def("d1", "GasDetector"), def("d2", "GasDetector")];
    let device = |address: &str, of: &str| DeviceDef {
        protocol: "hj212".to_owned(),
        address: address.to_owned(),
        facility: facility(of),
    };
    pack.instruments.devices = vec![device("A1", "d1"), device("A2", "d2")];
    let platform = Platform::found(store.clone(), pack, Clock::standing_at(common::day())).await.unwrap();
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let instruments = platform.instruments().await.unwrap();
    assert_eq!(instruments.known("hj212", "A1"), Some(facility("d1")));
    instruments.adopt(&office, "hj212", "A1", &facility("d2")).await.unwrap();
    let (platform, instruments) = restarted(store).await;
    let whose = ["A1", "A2", "A3"].map(|address| instruments.known("hj212", address));
    assert_eq!(whose, [Some(facility("d2")), Some(facility("d2")), None]);
    let adopted = platform.log_page(i64::MAX, 100).await.unwrap();
    assert_eq!(adopted.iter().filter(|row| row.kind == "device-adopted").count(), 3);
}

/// Made-up addresses shut nobody out, and are forgotten one day; adopted devices stay.
async fn flood(store: &Store) {
    let platform = common::city(store).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let instruments = platform.instruments().await.unwrap();
    instruments.put_facilities(&office, vec![def("d1", "GasDetector")]).await.unwrap();
    instruments.adopt(&office, "hj212", "A1", &facility("d1")).await.unwrap();
    let quarantined = |instruments: &Instruments| {
        instruments.devices(&DeviceFilter { quarantined: Some(true), ..DeviceFilter::default() }, 0, 0).1
    };
    for no in 0..MANY {
        assert!(instruments.quarantine("hj212", &format!("made-up {no:05}")));
    }
    instruments.hold_head("hj212", "made-up 00000", b"##");
    assert_eq!(instruments.keep_devices().await.unwrap(), MANY);
    assert!(instruments.quarantine("hj212", "real"), "the quarantine shuts somebody out");
    assert!(instruments.is_listed("hj212", "real") && !instruments.is_listed("hj212", "made-up 00000"));
    assert_eq!(instruments.heads("hj212", "made-up 00000"), Vec::<Vec<u8>>::new());
    // What an adopted one sent is its facility's business from now on.
    instruments.hold_head("hj212", "real", b"##");
    instruments.adopt(&office, "hj212", "real", &facility("d1")).await.unwrap();
    assert_eq!(instruments.heads("hj212", "real"), Vec::<Vec<u8>>::new());
    for no in 0..2_000 {
        instruments.hold_head("hj212", &format!("made-up {no:05}"), b"##");
    }
    assert_eq!(instruments.heads("hj212", "made-up 01999").len(), 1, "the last ones are shown");
    instruments.keep_devices().await.unwrap();
    let left = quarantined(&instruments);
    assert_eq!(left, MANY - 100);
    let (_, again) = restarted(store).await;
    assert_eq!(quarantined(&again), left, "what went is gone for good");
    let later = Clock::standing_at(common::day().saturating_add(jiff::Span::new().days(31)));
    let platform = Platform::open(store.clone(), None, later).await.unwrap();
    let instruments = platform.instruments().await.unwrap();
    instruments.keep_devices().await.unwrap();
    let (_, again) = restarted(store).await;
    assert_eq!(quarantined(&again), 0);
    let adopted = again.devices(&DeviceFilter::default(), 0, 10).0;
    assert_eq!(adopted.iter().map(|device| device.address.as_str()).collect::<Vec<_>>(), ["A1", "real"]);
}

#[tokio::test]
async fn a_flood_on_sqlite() {
    flood(&common::sqlite().await.store).await;
}

#[tokio::test]
async fn the_pack_on_sqlite() {
    of_the_pack(&common::sqlite().await.store).await;
}

#[tokio::test]
async fn the_pack_on_postgresql() {
    if let Some(test) = common::postgres().await {
        of_the_pack(&test.store).await;
    }
}

#[tokio::test]
async fn a_story_on_sqlite() {
    story(&common::sqlite().await.store).await;
}

#[tokio::test]
async fn a_story_on_postgresql() {
    if let Some(test) = common::postgres().await {
        story(&test.store).await;
    }
}
