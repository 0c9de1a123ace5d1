//! Days sent over real sockets, to servers that lose answers, hang up and are busy.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

mod common;

use common::{Moods, Seen, api, api_saying, serve};
use jiff::civil::DateTime;
use std::collections::{BTreeMap, HashSet};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tingzhou_city::{FacilityDef, Moment, Period};
use tingzhou_protocols::hj212::Hj212;
use tingzhou_protocols::jt808::Jt808;
use tingzhou_protocols::sl651::Sl651;
use tingzhou_simulator::day::gas::Leak;
use tingzhou_simulator::frames::json;
use tingzhou_simulator::send::line::Patience;
use tingzhou_simulator::send::load::{Aim, Load, load};
use tingzhou_simulator::send::raise::{raise, values};
use tingzhou_simulator::send::run::{Days, Destinations, letter, run};
use tingzhou_simulator::send::tally::Tally;
use tingzhou_simulator::send::web::Web;
use tingzhou_simulator::{City, Kind, Protocol};

fn at(text: &str) -> Moment {
    let civil: DateTime = text.parse().unwrap();
    jiff::tz::offset(8).to_timestamp(civil).unwrap().into()
}

fn days(from: &str, until: &str) -> Days {
    Days {
        from: at(from),
        until: Some(at(until)),
        gates_from: None,
        speed: 1e9,
        without: HashSet::new(),
        patience: Patience { answer: Duration::from_millis(40), sends: 3, reconnect: Duration::from_millis(5) },
    }
}

fn count(tally: &Tally) -> (u64, u64, u64, u64) {
    (tally.taken.load(Relaxed), tally.refused.load(Relaxed), tally.again.load(Relaxed), tally.reconnects.load(Relaxed))
}

/// Letters of a protocol that a city has from one moment to another.
fn meant(city: &City, protocol: Protocol, days: &Days, seconds: u32) -> u64 {
    let instruments = city.facilities().iter().filter(|made| made.kind.protocol() == protocol);
    let letters =
        instruments.map(|made| days.every(seconds).filter(|at| letter(city, made, *at, 1).unwrap().is_some()).count());
    letters.sum::<usize>() as u64
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_arrives() {
    let city = Arc::new(City::new(11, 200_000).unwrap());
    let moods = Moods { lost: 7, hang_up: 23 };
    let seen: [Seen; 3] = std::array::from_fn(|_| Seen::default());
    let to = Destinations {
        hj212: Some(serve::<Hj212>(seen[0].clone(), moods).await),
        sl651: Some(serve::<Sl651>(seen[1].clone(), moods).await),
        jt808: Some(serve::<Jt808>(seen[2].clone(), moods).await),
        ..Destinations::default()
    };
    let days = days("2025-10-31T00:00:00", "2025-10-31T06:00:00");
    let tally = Arc::new(Tally::default());
    tokio::time::timeout(Duration::from_secs(60), run(city.clone(), to, days.clone(), tally.clone()))
        .await
        .unwrap()
        .unwrap();
    let all = [(Protocol::Hj212, 3_600), (Protocol::Sl651, 3_600), (Protocol::Jt808, 30)];
    let mut sum = 0;
    for (seen, (protocol, seconds)) in seen.iter().zip(all) {
        let seen = seen.lock().unwrap();
        let messages = seen.keys().filter(|(_, what)| !what.starts_with("login")).count() as u64;
        assert_eq!(messages, meant(&city, protocol, &days, seconds), "{protocol:?}");
        sum += messages;
    }
    let (taken, refused, again, reconnects) = count(&tally);
    println!("{tally}");
    assert_eq!((taken, refused), (sum, 0));
    assert!(sum > 25_000 && again > 100 && reconnects > 100, "{tally}");
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_arrive_once_by_their_keys() {
    let city = Arc::new(City::new(12, 100_000).unwrap());
    let (url, batches) = api(4);
    let to = Destinations {
        http: Some(Web::new(&url, Some("sim:secret")).waiting(Duration::from_millis(5))),
        ..Destinations::default()
    };
    let mut days = days("2025-10-31T08:00:00", "2025-10-31T08:10:00");
    let without = city.facilities().iter().find(|made| made.kind == Kind::Detector).unwrap().def.id.clone();
    days.without.insert(without.clone());
    let tally = Arc::new(Tally::default());
    run(city.clone(), to, days, tally.clone()).await.unwrap();
    let batches = batches.lock().unwrap();
    let (mut taken, mut tried) = (BTreeMap::new(), HashSet::new());
    for batch in batches.iter() {
        assert_eq!(batch.authorization, "Basic c2ltOnNlY3JldA==");
        assert!((1..=5_000).contains(&batch.rows.len()));
        tried.insert(batch.key.clone());
        if batch.status == 200 {
            let kept = (batch.path.clone(), batch.rows.clone());
            assert!(taken.insert(batch.key.clone(), kept).is_none(), "{} was taken twice", batch.key);
        }
    }
    assert_eq!((taken.len(), taken.len() as u64), (tried.len(), count(&tally).0));
    let of = |path: &str| -> Vec<_> {
        taken.values().filter(|(one, _)| one == path).flat_map(|(_, rows)| rows.clone()).collect()
    };
    let (rows, passages) = (of("/api/v1/observations"), of("/api/v1/parking/passages"));
    assert_eq!(rows.len() as u64, tally.observations.load(Relaxed));
    assert_eq!(passages.len() as u64, tally.passages.load(Relaxed));
    let different: HashSet<String> =
        rows.iter().map(|row| format!("{} {} {}", row["facility"], row["property"], row["time"])).collect();
    assert_eq!(different.len(), rows.len());
    assert!(count(&tally).2 > 2 && rows.len() > 3_000, "{tally}");
    assert!(rows.iter().all(|row| row["facility"] != without.as_str()));
    inside_is_taken(&city, &passages, "2025-10-31T08:05:00");
}

/// Gates may begin to tell later than the rest; who was inside by then is told first.
#[tokio::test(flavor = "multi_thread")]
async fn gates_begin_later() {
    let city = Arc::new(City::new(12, 20_000).unwrap());
    let sent = async |gates_from: Option<Moment>| -> Vec<serde_json::Value> {
        let (url, batches) = api(0);
        let to = Destinations { http: Some(Web::new(&url, None)), ..Destinations::default() };
        let days = Days { gates_from, ..days("2025-10-31T08:00:00", "2025-10-31T10:00:00") };
        run(city.clone(), to, days, Arc::new(Tally::default())).await.unwrap();
        let batches = batches.lock().unwrap();
        let passages = batches.iter().filter(|batch| batch.path.ends_with("passages"));
        passages.flat_map(|batch| batch.rows.clone()).collect()
    };
    let (all, later) = (sent(None).await, sent(Some(at("2025-10-31T09:30:00"))).await);
    assert!(!later.is_empty() && later.len() < all.len(), "{} of {}", later.len(), all.len());
    inside_is_taken(&city, &all, "2025-10-31T09:55:00");
    inside_is_taken(&city, &later, "2025-10-31T09:55:00");
    // Only entries are told of before, and what was told before is told alike.
    let (first, begin) = (at("2025-10-31T08:00:00"), at("2025-10-31T09:25:00"));
    for row in &later {
        let time: Moment = row["time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().into();
        assert!(time >= begin || row["direction"] == "entry", "{row}");
        assert!(time < first || all.contains(row), "{row}");
    }
}

/// By the passages sent, as many are inside as are taken at the last count.
fn inside_is_taken(city: &City, passages: &[serde_json::Value], last: &str) {
    let sky = city.sky(at(last));
    for made in city.facilities().iter().filter(|made| matches!(made.kind, Kind::CarPark | Kind::Bays)) {
        let mut latest: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        for row in passages.iter().filter(|row| row["lot"] == made.def.id.as_str()) {
            let of = |name: &str| row[name].as_str().unwrap();
            let found = latest.entry(of("vehicle")).or_default();
            *found = (*found).max((of("time"), of("direction")));
        }
        let inside = latest.values().filter(|(_, direction)| *direction == "entry").count();
        let taken = usize::try_from(made.lot().occupied(&sky.time)).unwrap();
        assert!((taken..=taken + 1).contains(&inside), "{}: {inside} inside, {taken} taken", made.def.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_is_measured() {
    let city = Arc::new(City::new(13, 1_000_000).unwrap());
    let of = |aim: Aim, connections: usize| Load {
        aim,
        observations: 30_000,
        connections,
        window: 50,
        batch: 500,
        from: at("2025-06-01T00:00:00"),
        answer: Duration::from_millis(300),
    };
    let seen = Seen::default();
    let to = serve::<Jt808>(seen.clone(), Moods::default()).await;
    let rates = load(city.clone(), of(Aim::Frames(Protocol::Jt808, to), 10)).await.unwrap();
    println!("JT/T 808 {rates}");
    assert_eq!((rates.messages, rates.observations, rates.missing), (10_000, 30_000, 0));
    assert_eq!(rates.spread.count(), 10_000);
    assert_eq!(seen.lock().unwrap().keys().filter(|(_, what)| what.starts_with("position")).count(), 10_000);

    let to = serve::<Hj212>(Seen::default(), Moods::default()).await;
    let rates = load(city.clone(), of(Aim::Frames(Protocol::Hj212, to), 8)).await.unwrap();
    println!("HJ 212 {rates}");
    assert_eq!((rates.messages, rates.observations), (3_000, 30_000));

    // A lost answer is told, and nothing waits for ever.
    let to = serve::<Sl651>(Seen::default(), Moods { lost: 100, hang_up: 0 }).await;
    let rates =
        load(city.clone(), Load { observations: 500, ..of(Aim::Frames(Protocol::Sl651, to), 2) }).await.unwrap();
    println!("SL 651 {rates}");
    assert!(rates.missing > 0 && rates.messages > 0);

    let few = load(city.clone(), of(Aim::Frames(Protocol::Hj212, "127.0.0.1:1".into()), 9)).await;
    assert_eq!(few.unwrap_err().to_string(), "8 instruments for 9 connections; give more --people");

    let (url, batches) = api(0);
    let rates = load(city, of(Aim::Batches(url, None), 4)).await.unwrap();
    println!("HTTP {rates}");
    assert_eq!((rates.messages, rates.observations), (60, 30_000));
    let batches = batches.lock().unwrap();
    assert_eq!(batches.iter().map(|batch| batch.rows.len()).sum::<usize>(), 30_000);
    assert_eq!(batches.iter().map(|batch| &batch.key).collect::<HashSet<_>>().len(), 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_is_raised() {
    let city = City::new(14, 10_000).unwrap();
    let made = city.facilities().iter().find(|made| made.kind == Kind::Detector).unwrap();
    let leak = Leak { peak: 60.0, rise: 1.0, hold: 2.0, fade: 0.5, ..made.leak(at("2025-10-31T08:00:00")) };
    let (url, batches) = api(5);
    let tally = Arc::new(Tally::default());
    raise(made, &leak, &Web::new(&url, None).waiting(Duration::from_millis(5)), 1e9, &tally).await.unwrap();
    let batches = batches.lock().unwrap();
    let sent: Vec<f64> =
        batches.iter().filter(|b| b.status == 200).map(|b| b.rows[0]["value"].as_f64().unwrap()).collect();
    assert_eq!(sent.len(), values(made, &leak).len());
    assert_eq!(
        (sent[0].to_bits(), sent[6].to_bits(), sent[12].to_bits()),
        (0.0_f64.to_bits(), 30.0_f64.to_bits(), 60.0_f64.to_bits())
    );
    assert!(*sent.last().unwrap() < 0.5 && batches.iter().all(|b| b.rows[0]["property"] == "gas"));
    // However it is asked for, it ends.
    for (rise, hold, fade) in [(0.0, 0.0, 0.0), (f64::MAX, 1.0, 1.0), (f64::NAN, f64::NAN, f64::NAN)] {
        assert!(values(made, &Leak { rise, hold, fade, ..leak }).len() <= 17_280);
    }
}

#[test]
fn a_leak_of_which_nothing_is_taken_is_no_success() {
    let (url, _) = api_saying(
        0,
        r#"{"accepted": 0, "refused": 1, "rows": [{"row": 0, "code": "clock-ahead", "message": {"zh": "时间在将来。", "en": "It lies ahead."}}]}"#,
    );
    let quick = ["--rise", "1", "--hold", "1", "--fade", "1", "--speed", "1000000000"];
    let (code, said) =
        program(&[&["raise", "gas", "--facility", "sim-gas-00001", "--http", &url], &quick[..]].concat());
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("clock-ahead: 时间在将来。 It lies ahead.") && said.contains("values were not taken"),
        "{said}"
    );
}

/// Publishes to Mosquitto and reads it back, when it is installed.
#[tokio::test(flavor = "multi_thread")]
async fn a_broker_gets_everything() {
    let Some(broker) = mosquitto() else {
        eprintln!("not tested: the broker `mosquitto` is not installed (Debian: mosquitto)");
        return;
    };
    let mut reading = rumqttc::MqttOptions::new("reader", "127.0.0.1", broker.port);
    reading.set_clean_session(true);
    let (client, mut events) = rumqttc::AsyncClient::new(reading, 10);
    client.subscribe("tingzhou/observations/+", rumqttc::QoS::AtLeastOnce).await.unwrap();
    let (heard, mut hearing) = tokio::sync::mpsc::unbounded_channel();
    let (ready, subscribed) = tokio::sync::oneshot::channel::<()>();
    let listening = tokio::spawn(async move {
        let mut ready = Some(ready);
        loop {
            match events.poll().await {
                Ok(rumqttc::Event::Incoming(rumqttc::Packet::SubAck(_))) => drop(ready.take()),
                Ok(rumqttc::Event::Incoming(rumqttc::Packet::Publish(publish))) => {
                    heard.send((publish.topic.clone(), publish.payload.to_vec())).unwrap();
                }
                Ok(_) => {}
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    });
    // The other end is dropped when the broker has the subscription.
    let _ = tokio::time::timeout(Duration::from_secs(10), subscribed).await.unwrap();
    let city = Arc::new(City::new(15, 50_000).unwrap());
    let url = format!("mqtt://127.0.0.1:{}", broker.port);
    let to = Destinations { mqtt: Some(url.parse().unwrap()), ..Destinations::default() };
    let days = Days {
        patience: Patience { answer: Duration::from_secs(5), ..Patience::default() },
        ..days("2025-10-31T07:58:00", "2025-10-31T08:02:00")
    };
    let tally = Arc::new(Tally::default());
    tokio::time::timeout(Duration::from_secs(30), run(city.clone(), to, days.clone(), tally.clone()))
        .await
        .unwrap()
        .unwrap();
    let said = |at| {
        let sky = city.sky(at);
        city.facilities().iter().filter(|made| json::message(&city, made, &sky).is_some()).count()
    };
    let due: usize = days.every(60).map(said).sum();
    let mut messages = HashSet::new();
    while messages.len() < due
        && let Ok(Some((topic, payload))) = tokio::time::timeout(Duration::from_secs(5), hearing.recv()).await
    {
        let message: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        assert!(message["gas"].is_number(), "{message}");
        messages.insert((topic, message["time"].as_str().unwrap().to_owned()));
    }
    listening.abort();
    println!("{tally}");
    assert_eq!((messages.len(), count(&tally).0), (due, due as u64));
}

struct Mosquitto {
    process: std::process::Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A broker on a port of its own; nothing when it is not installed.
fn mosquitto() -> Option<Mosquitto> {
    let program = ["mosquitto", "/usr/sbin/mosquitto"];
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("broker.conf");
    std::fs::write(&settings, format!("listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 10000\n"))
        .unwrap();
    let start = |program: &&str| {
        Command::new(program).arg("-c").arg(&settings).stderr(std::process::Stdio::null()).spawn().ok()
    };
    let process = program.iter().find_map(start)?;
    Some(Mosquitto { process, port, _folder: folder })
}

#[test]
fn moments_on_a_grid() {
    let check = |from: &str, seconds: u32, expected: &[&str]| {
        let found: Vec<Moment> = days(from, "2025-10-31T02:00:00").every(seconds).collect();
        assert_eq!(found, expected.iter().map(|text| at(text)).collect::<Vec<_>>(), "{from}");
    };
    check("2025-10-31T00:00:00", 3_600, &["2025-10-31T00:00:00", "2025-10-31T01:00:00"]);
    check("2025-10-31T00:00:00.001", 3_600, &["2025-10-31T01:00:00"]);
    check("2025-10-31T01:59:00", 30, &["2025-10-31T01:59:00", "2025-10-31T01:59:30"]);
    check("2025-10-31T02:00:00", 30, &[]);
    let endless = Days { until: None, ..days("2025-10-31T00:00:00", "2025-10-31T00:00:00") };
    assert_eq!(endless.every(60).nth(59), Some(at("2025-10-31T00:00:00").after(Period::from_secs(3_540))));
}

fn program(arguments: &[&str]) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_tingzhou-simulator")).args(arguments).output().unwrap();
    (done.status.code(), String::from_utf8(done.stderr).unwrap())
}

/// Interrupted, the program says what was taken and ends well, at once.
#[test]
fn ends_when_interrupted() {
    let (url, batches) = api(0);
    let mut process = Command::new(env!("CARGO_BIN_EXE_tingzhou-simulator"))
        .args(["run", "--people", "20000", "--from", "2025-10-31T00:00", "--speed", "3600", "--http", &url])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let begun = std::time::Instant::now();
    while batches.lock().unwrap().len() < 3 {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing was sent");
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap().success());
    let interrupted = std::time::Instant::now();
    let status = process.wait().unwrap();
    assert!(interrupted.elapsed() < Duration::from_secs(5));
    let mut said = String::new();
    std::io::Read::read_to_string(&mut process.stderr.take().unwrap(), &mut said).unwrap();
    assert!(status.success() && said.contains("stopped: ") && !said.contains("stopped: 0 "), "{said}");
}

#[test]
fn files_of_a_pack() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pack");
    let (code, said) = program(&["facilities", "--people", "50000", "--seed", "3", "--out", out.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let facilities: BTreeMap<String, Vec<FacilityDef>> = toml::from_str(&read("facilities.toml")).unwrap();
    let city = City::new(3, 50_000).unwrap();
    let made: Vec<FacilityDef> = city.facilities().iter().map(|made| made.def.clone()).collect();
    assert_eq!(facilities["facilities"], made);
    let addresses: BTreeMap<String, Vec<BTreeMap<String, String>>> = toml::from_str(&read("devices.toml")).unwrap();
    let ids: HashSet<String> = made.iter().map(|def| def.id.to_string()).collect();
    assert!(addresses["devices"].iter().all(|one| ids.contains(&one["facility"]) && !one["address"].is_empty()));
    assert!(addresses["devices"].iter().any(|one| one["protocol"] == "jt808" && one["address"] == "10099000001"));
}

#[test]
fn what_the_program_says() {
    let check = |arguments: &[&str], code: i32, expected: &str| {
        let (found, said) = program(arguments);
        assert!(found == Some(code) && said.contains(expected), "{arguments:?}: {found:?} {said}");
    };
    check(&["run"], 1, "nowhere to send to");
    check(&["run", "--http", "http://127.0.0.1:1", "--from", "yesterday"], 2, "write Beijing time like");
    check(&["run", "--http", "http://127.0.0.1:1", "--without", "nobody"], 1, "has no facility nobody");
    check(&["run", "--mqtt", "broker"], 2, "no broker's address");
    check(&["run", "--http", "http://127.0.0.1:1", "--people", "0"], 1, "1 to 30000000");
    check(&["run", "--http", "http://127.0.0.1:1", "--opening-year", "20"], 1, "give 1970 to 9998");
    check(&["load", "--http", "x", "--hj212", "y"], 1, "give one of");
    check(&["raise", "gas", "--facility", "sim-lot-00001", "--http", "http://127.0.0.1:1"], 1, "no gas detector");
    check(&["run", "--http", "http://127.0.0.1:1", "--login", "no-such-file"], 1, "no-such-file cannot be read");
}
