//! Instruments through real sockets into a durable store, answered after the commit; the load generator shares the machine.
//! The budgets of positions are what a server in Go answers that stores nothing.

use crate::figure::{budgeted, milliseconds, quantile};
use crate::mqtt;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::{DateTime, date};
use jiff::{SignedDuration, ToSpan};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tingzhou_platform::city::{FacilityDef, FacilityId};
use tingzhou_platform::ledger::AccountRole;
use tingzhou_platform::{Clock, NewAccount, Pack, Platform, Store, StoreUrl};
use tingzhou_protocols::hj212::Packet;
use tingzhou_protocols::jt808::message::id;
use tingzhou_protocols::jt808::{Frame, Terminal};
use tingzhou_server::{Broker, Listening, ServerSettings, serve_and_listen};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

const VEHICLES: u32 = 1_000;
const STATIONS: u32 = 10;
/// Observations a second in batches.
const RATE: f64 = 100_000.0;
const PASSWORD: &str = "a-long-enough-password";

/// Where the server listens.
struct Ports {
    http: SocketAddr,
    hj212: SocketAddr,
    jt808: SocketAddr,
}

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    // Beside what was built: temporary folders may be in memory, where nothing is ever brought to a disk.
    let beside = std::env::current_exe().expect("a running program has a file");
    let folder = TempDir::new_in(beside.parent().expect("a file has a folder")).expect("a folder");
    let broker = mqtt::Mosquitto::start();
    let (ports, platform, stop, served) = runtime.block_on(async {
        let platform = city(&folder).await;
        let port = async || TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let (http, hj212, jt808) = (port().await, port().await, port().await);
        let at = |listener: &TcpListener| listener.local_addr().expect("a bound port has an address");
        let ports = Ports { http: at(&http), hj212: at(&hj212), jt808: at(&jt808) };
        let mqtt =
            broker.as_ref().map(|broker| Broker::new(&broker.url(), "tingzhou-bench").expect("a broker's address"));
        let listening = Listening { hj212: Some(hj212), jt808: Some(jt808), mqtt, ..Listening::default() };
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let settings = ServerSettings { secure_cookies: false, ..ServerSettings::default() };
        let served = tokio::spawn(serve_and_listen(http, listening, platform.clone(), settings, shutdown));
        (ports, platform, stop, served)
    });
    positions(ports.jt808, 10, 100, 600_000, 79_000.0);
    positions(ports.jt808, 1_000, 4, 360_000, 42_000.0);
    hours(ports.hj212);
    batches(ports.http);
    match &broker {
        Some(broker) => mqtt::run(&runtime, broker, &platform),
        None => eprintln!("mosquitto is not installed: nothing is measured through a broker"),
    }
    let _ = stop.send(());
    let _ = runtime.block_on(served);
}

async fn city(folder: &TempDir) -> Platform {
    let pack = Pack::load(&crate::workspace().join("cities/changji")).expect("the city's pack");
    let store = Store::open(&StoreUrl::Sqlite(folder.path().join("city"))).await.expect("a store");
    let platform = Platform::found(store, pack, Clock::standing_at(date(2025, 10, 31))).await.expect("a city");
    let new = NewAccount {
        name: "admin".to_owned(),
        role: AccountRole::Admin,
        unit: None,
        leader: None,
        password: PASSWORD.to_owned(),
    };
    platform.create_account(new).await.expect("an account");
    let admin = platform.verify_password("admin", PASSWORD).await.expect("its password");
    let instruments = platform.instruments().await.expect("instruments");
    let facility = |id: String, of: &str| -> FacilityDef {
        serde_json::from_value(json!({"id": id, "type": of, "name": {"zh": id, "en": id}, "from": "2024-01-01"}))
            .expect("a facility")
    };
    let vehicles = (0..VEHICLES).map(|no| facility(format!("v-{no}"), "Vehicle"));
    let stations = (0..STATIONS).map(|no| facility(format!("a-{no}"), "AirQualityObserved"));
    let detectors = (0..VEHICLES).map(|no| facility(format!("g-{no}"), "GasDetector"));
    let all = vehicles.chain(stations).chain(detectors).collect();
    instruments.put_facilities(&admin, all).await.expect("facilities");
    let adopt = async |protocol: &str, address: String, id: String| {
        let facility = FacilityId::new(id).expect("a name");
        instruments.adopt(&admin, protocol, &address, &facility).await.expect("adopted");
    };
    for no in 0..VEHICLES {
        adopt("jt808", format!("139{no:08}"), format!("v-{no}")).await;
    }
    for no in 0..STATIONS {
        adopt("hj212", station(no), format!("a-{no}")).await;
    }
    platform
}

fn station(no: u32) -> String {
    format!("010000A8900016F0{no:08}")
}

/// Frames of connections, sent in windows: the next goes out when all of the last are answered. Prints how many a second
/// when each goes out at once, and, of the last third sent at the budget's rate, how long a window took from when it was
/// due to its last answer.
fn measure(name: &str, unit: &str, mut peers: Vec<Peer>, budget: f64) {
    let rounds = peers.iter().map(|peer| peer.windows.len()).max().unwrap_or(0);
    let fast = rounds * 2 / 3;
    let frames = |peers: &[Peer], rounds: Range<usize>| -> usize {
        peers.iter().map(|peer| peer.windows[rounds.clone()].iter().map(|window| window.frames).sum::<usize>()).sum()
    };
    let (whole, _) = run_all(&mut peers, 0..fast, None);
    budgeted(name, frames(&peers, 0..fast) as f64 / whole.as_secs_f64(), unit, budget);
    let a_round = Duration::from_secs_f64(frames(&peers, fast..rounds) as f64 / (rounds - fast) as f64 / budget);
    let (_, took) = run_all(&mut peers, fast..rounds, Some(a_round));
    budgeted(&format!("{name} p99 at {budget}{unit}"), milliseconds(quantile(&took, 990)), "ms", 50.0);
}

/// How long it took, and each window from when it was due.
fn run_all(peers: &mut [Peer], rounds: Range<usize>, a_round: Option<Duration>) -> (Duration, Vec<Duration>) {
    let threads = 2;
    let each = peers.len().div_ceil(threads);
    let start = Instant::now();
    let mut took: Vec<Duration> = thread::scope(|scope| {
        let workers: Vec<_> = peers
            .chunks_mut(each)
            .map(|own| {
                let rounds = rounds.clone();
                scope.spawn(move || turns(own, rounds, a_round, start))
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker ends")).collect()
    });
    took.sort_unstable();
    (start.elapsed(), took)
}

/// What is sent at once, and how many answers it gets.
struct Window {
    bytes: Vec<u8>,
    frames: usize,
}

/// One connection with what it has to say. An answer is over at each second mark, or at each one.
struct Peer {
    stream: TcpStream,
    windows: Vec<Window>,
    mark: u8,
    marks: usize,
}

impl Peer {
    fn hear(&mut self, answers: usize) -> Vec<u8> {
        let (mut found, mut all, mut buffer) = (0, Vec::new(), [0; 16 * 1024]);
        while found < answers * self.marks {
            let length = self.stream.read(&mut buffer).expect("an answer");
            assert!(length > 0, "the server hung up");
            let read = &buffer[..length];
            found += read.iter().filter(|byte| **byte == self.mark).count();
            all.extend_from_slice(read);
        }
        all
    }
}

/// Each thread has a window of each of its connections under way.
fn turns(peers: &mut [Peer], rounds: Range<usize>, a_round: Option<Duration>, start: Instant) -> Vec<Duration> {
    let mut took = Vec::new();
    for (turn, round) in rounds.enumerate() {
        let due = a_round.map(|a_round| start + a_round * u32::try_from(turn).expect("few rounds"));
        if let Some(due) = due {
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        let mut sent = Vec::with_capacity(peers.len());
        for peer in peers.iter_mut() {
            let start = due.unwrap_or_else(Instant::now);
            peer.stream.write_all(&peer.windows[round].bytes).expect("the server reads");
            sent.push(start);
        }
        for (peer, start) in peers.iter_mut().zip(sent) {
            peer.hear(peer.windows[round].frames);
            took.push(start.elapsed());
        }
    }
    took
}

fn bcd(time: DateTime) -> [u8; 6] {
    let two = |n: i16| u8::try_from(n / 10 % 10 * 16 + n % 10).expect("two digits");
    let (day, clock) = (time.date(), time.time());
    let small = [day.month(), day.day(), clock.hour(), clock.minute(), clock.second()].map(|n| two(n.into()));
    [two(day.year()), small[0], small[1], small[2], small[3], small[4]]
}

fn positions(port: SocketAddr, connections: u32, window: usize, frames: usize, budget: f64) {
    let rounds = frames / window / connections as usize;
    // Each measurement has a day of its own, so that every position is new.
    let begin = date(2025, 10, 1).at(0, 0, 0, 0) + i64::from(connections % 7).days();
    let mut serial = 0_u16;
    let mut next = || {
        serial = serial.wrapping_add(1);
        serial
    };
    let peers = (0..connections).map(|no| {
        let digits = format!("139{no:08}");
        let padded = format!("{digits:0>12}");
        let pair = |i: usize| u8::from_str_radix(&padded[2 * i..2 * i + 2], 16).expect("two digits");
        let terminal = Terminal::Of2013([0, 1, 2, 3, 4, 5].map(pair));
        let stream = TcpStream::connect(port).expect("the server listens");
        stream.set_nodelay(true).expect("a connected socket");
        let mut peer = Peer { stream, windows: Vec::new(), mark: 0x7E, marks: 2 };
        let mut frame =
            |kind: u16, body: Vec<u8>| Frame::new(kind, terminal, next(), body).expect("a short body").to_bytes();
        peer.stream.write_all(&frame(id::REGISTER, vec![0; 40])).expect("the server reads");
        let answer = Frame::decode(&peer.hear(1)).expect("an answer");
        assert_eq!(answer.body.get(2), Some(&0), "registered");
        peer.stream.write_all(&frame(id::AUTHENTICATE, answer.body[3..].to_vec())).expect("the server reads");
        peer.hear(1);
        for round in 0..rounds {
            let mut bytes = Vec::with_capacity(window * 70);
            for place in 0..window {
                let seconds = i64::try_from(round * window + place).expect("few frames");
                let time = begin.checked_add(SignedDuration::from_secs(seconds)).expect("a day of the calendar");
                bytes.extend(frame(id::POSITION, position(time)));
            }
            peer.windows.push(Window { bytes, frames: window });
        }
        peer
    });
    let peers = peers.collect();
    measure(&format!("listeners.jt808 positions ({connections} connections)"), "/s", peers, budget);
}

fn position(time: DateTime) -> Vec<u8> {
    let second = u32::try_from(time.time().second()).expect("not negative");
    let mut body = Vec::with_capacity(28);
    for double in [0, 3, 44_011_182 + second * 100, 87_308_224 + second * 150] {
        body.extend(double.to_be_bytes());
    }
    body.extend([0x02, 0x58, 0x01, 0xC2, 0x00, 0x5A]);
    body.extend(bcd(time));
    body
}

fn hours(port: SocketAddr) {
    let factors = ["a34004", "a34002", "a21026", "a21004", "a05024", "a21005", "a01001", "a01002", "a01007", "a01008"];
    let window = 50;
    let peers = (0..STATIONS).map(|no| {
        let stream = TcpStream::connect(port).expect("the server listens");
        stream.set_nodelay(true).expect("a connected socket");
        let packet = |hour: i64| {
            let time = date(2024, 10, 1).at(0, 0, 0, 0) + hour.hours();
            let written = time.strftime("%Y%m%d%H%M%S");
            let groups: Vec<String> =
                factors.iter().map(|code| format!("{code}-Avg={}.{no},{code}-Flag=N", hour % 90)).collect();
            let content = format!("DataTime={written};{}", groups.join(";"));
            let head = format!("QN={written}000;ST=22;CN=2061;PW=123456;MN={};Flag=5", station(no));
            Packet::build(format!("{head};CP=&&{content}&&")).expect("an hour fits a packet").to_line()
        };
        let windows = (0..80_i64).map(|round| Window {
            bytes: (0..window).flat_map(|place| packet(round * window + place)).collect(),
            frames: 50,
        });
        Peer { stream, windows: windows.collect(), mark: b'\n', marks: 1 }
    });
    measure("listeners.hj212 hours of ten factors (10 connections)", "/s", peers.collect(), 20_000.0);
}

fn batches(port: SocketAddr) {
    let (senders, rounds, rows) = (4_u32, 240_u32, 1_000_u32);
    let authorization = format!("Basic {}", STANDARD.encode(format!("admin:{PASSWORD}")));
    let body = |sender: u32, round: u32| {
        let row = |place: u32| {
            let second = i64::from((sender * rounds + round) * 20);
            let time = date(2025, 10, 30).at(0, 0, 0, 0) + second.seconds();
            let value = f64::from(place % 50) + f64::from(round) / 100.0;
            json!({"facility": format!("g-{place}"), "property": "gas", "time": format!("{time}+08:00"), "value": value})
        };
        serde_json::to_vec(&(0..rows).map(row).collect::<Vec<_>>()).expect("JSON")
    };
    let bodies: Vec<Vec<Vec<u8>>> =
        (0..senders).map(|sender| (0..rounds).map(|round| body(sender, round)).collect()).collect();
    let url = format!("http://{port}/api/v1/observations");
    let post = |agent: &ureq::Agent, body: &[u8]| {
        let request = agent.post(&url).header("authorization", &authorization);
        let mut answer = request.send(body).expect("taken");
        let text = answer.body_mut().read_to_string().expect("an answer");
        assert!(text.contains("\"refused\":0"), "{text}");
    };
    // The password is looked at once; that takes long on purpose.
    post(&crate::load::agent(), b"[]");
    let fast = rounds * 2 / 3;
    // Each sender has its turn between those of the others.
    let pace = |sender: u32| {
        (
            Duration::from_secs_f64(f64::from(rows) / RATE) * sender,
            Duration::from_secs_f64(f64::from(rows * senders) / RATE),
        )
    };
    let send = |of: Range<u32>, paced: bool| {
        let start = Instant::now();
        let mut took: Vec<Duration> = thread::scope(|scope| {
            let (of, post) = (&of, &post);
            let workers: Vec<_> = (0..senders)
                .zip(&bodies)
                .map(|(sender, own)| {
                    scope.spawn(move || {
                        let agent = crate::load::agent();
                        let once = |(turn, round): (u32, u32)| {
                            let (first, each) = pace(sender);
                            let due = if paced { start + first + each * turn } else { Instant::now() };
                            thread::sleep(due.saturating_duration_since(Instant::now()));
                            post(&agent, &own[round as usize]);
                            due.elapsed()
                        };
                        (0..).zip(of.clone()).map(once).collect::<Vec<_>>()
                    })
                })
                .collect();
            workers.into_iter().flat_map(|worker| worker.join().expect("a worker ends")).collect()
        });
        took.sort_unstable();
        (start.elapsed(), took)
    };
    let (whole, _) = send(0..fast, false);
    let observations = f64::from(senders * fast * rows);
    budgeted("listeners.http observations (batches of 1,000)", observations / whole.as_secs_f64(), "/s", RATE);
    let (_, took) = send(fast..rounds, true);
    budgeted("listeners.http p99 of a batch at 100,000/s", milliseconds(quantile(&took, 990)), "ms", 50.0);
}
