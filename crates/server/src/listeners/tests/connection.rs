//! What every protocol's connections have in common, tried with HJ 212.

use super::super::budget::Budget;
use super::super::connection::Patience;
use super::super::hj212::Stations;
use super::super::jt808::{Codes, Fleet};
use super::double::Double;
use super::{Port, rest_of, within};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tingzhou_platform::Span;
use tingzhou_protocols::hj212::Packet;
use tingzhou_protocols::jt808::message::id;
use tingzhou_protocols::jt808::{Frame, Terminal};
use tingzhou_protocols::parts::PartLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn hour(minute: u32, value: u32) -> Vec<u8> {
    let segment = format!(
        "QN=202603010830{:05};ST=22;CN=2061;PW=1;MN=A;Flag=5;CP=&&DataTime=2026030108{minute:02}00;a-Avg={value}&&",
        value % 60_000
    );
    Packet::build(segment).unwrap().to_line()
}

fn city() -> Double {
    let double = Double::default();
    double.adopt("A", &[(Span::Hour, "a", "1")]);
    double
}

fn quick() -> Patience {
    let short = Duration::from_millis(150);
    Patience { frame: short, silence: short * 4, answer: short * 4, known: Duration::ZERO, parts: short }
}

/// An answer's length.
const ANSWER: usize = 71;

#[tokio::test]
async fn frames_read_at_once_are_one_batch_and_answered_in_order() {
    let double = city();
    let port = Port::open(Stations::default, &double, Patience::default()).await;
    let stream: Vec<u8> = (0..50).flat_map(|i| hour(i, i)).collect();
    let answered = port.talk(&[&stream]).await;
    let qns: Vec<String> = (0..50).map(|i| format!("QN=202603010830{i:05}")).collect();
    let text = String::from_utf8(answered).unwrap();
    let mut rest = text.as_str();
    for qn in &qns {
        let at = rest.find(qn.as_str()).unwrap_or_else(|| panic!("{qn} is not in its place"));
        rest = &rest[at + qn.len()..];
    }
    assert_eq!(double.kept().len(), 50);
    assert!(double.0.batches.load(Ordering::SeqCst) <= 3, "{:?}", double.0.batches);
    port.close().await;
}

#[tokio::test]
async fn however_it_is_cut() {
    let stream: Vec<u8> = (0..4).flat_map(|i| hour(i, i)).collect();
    for cut in [1, 7, 100, stream.len() / 2] {
        let double = city();
        let port = Port::open(Stations::default, &double, Patience::default()).await;
        let pieces: Vec<&[u8]> = stream.chunks(cut).collect();
        let answered = port.talk(&pieces).await;
        assert_eq!(answered.len(), 4 * ANSWER, "in pieces of {cut}");
        let values: Vec<f64> = double.kept().into_iter().map(|(_, _, value, _)| value).collect();
        assert_eq!(values, [0.0, 1.0, 2.0, 3.0], "in pieces of {cut}");
        port.close().await;
    }
}

#[tokio::test]
async fn nothing_is_acknowledged_that_is_not_durable() {
    let double = city();
    let port = Port::open(Stations::default, &double, Patience::default()).await;
    double.0.broken.store(true, Ordering::SeqCst);
    let mut stream = port.connect().await;
    stream.write_all(&hour(0, 1)).await.unwrap();
    assert!(within(rest_of(&mut stream)).await.is_empty(), "an answer without a commit");
    double.0.broken.store(false, Ordering::SeqCst);
    // No answer before the commit, and one after it.
    *double.0.slow.lock().unwrap() = Duration::from_millis(300);
    let mut stream = port.connect().await;
    stream.write_all(&hour(0, 1)).await.unwrap();
    let began = Instant::now();
    let mut answer = vec![0; ANSWER];
    within(stream.read_exact(&mut answer)).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(290), "{:?}", began.elapsed());
    // What is under way when the listener ends is finished.
    stream.write_all(&hour(1, 2)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    port.close().await;
    assert_eq!(rest_of(&mut stream).await.len(), ANSWER);
    assert_eq!(double.kept().len(), 2);
}

#[tokio::test]
async fn peers_that_never_end_are_let_go() {
    let double = city();
    let port = Port::open(Stations::default, &double, quick()).await;
    // Nothing at all.
    let mut silent = port.connect().await;
    assert!(within(rest_of(&mut silent)).await.is_empty());
    // Half a frame.
    let mut half = port.connect().await;
    half.write_all(&hour(0, 1)).await.unwrap();
    half.write_all(&hour(1, 2)[..30]).await.unwrap();
    assert_eq!(within(rest_of(&mut half)).await.len(), ANSWER);
    // One byte after the other.
    let mut drop_by_drop = port.connect().await;
    let began = Instant::now();
    for byte in hour(2, 3) {
        if drop_by_drop.write_all(&[byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    within(rest_of(&mut drop_by_drop)).await;
    assert!(began.elapsed() < Duration::from_secs(10));
    // Another protocol, without end.
    let mut flood = port.connect().await;
    let noise = vec![b'x'; 16 * 1024];
    let mut sent = 0_usize;
    while flood.write_all(&noise).await.is_ok() {
        sent += noise.len();
        assert!(sent < 64 * 1024 * 1024, "the flood is taken for ever");
    }
    let values: Vec<f64> = double.kept().into_iter().map(|(_, _, value, _)| value).collect();
    assert_eq!(values, [1.0]);
    let refused = double.refused();
    assert!(refused.iter().any(|(what, _)| what == "A unfinished"), "{refused:?}");
    assert!(refused.iter().any(|(what, _)| what == "- noise"), "{refused:?}");
    port.close().await;
}

/// A frame of JT/T 808 ends with the mark that may begin the next: that mark alone is no frame that has begun.
#[tokio::test]
async fn a_vehicle_may_be_silent_between_two_frames_and_not_within_one() {
    let double = Double::default();
    let patience = Patience { silence: Duration::from_secs(2), ..quick() };
    let port = Port::open(|| Fleet::new(Codes::new(b"secret")), &double, patience).await;
    let terminal = Terminal::Of2013([0x01, 0x39, 0x12, 0x34, 0x43, 0x21]);
    let heartbeat = |serial| Frame::new(id::HEARTBEAT, terminal, serial, Vec::new()).unwrap().to_bytes();
    let mut answer = vec![0; 20];
    let mut stream = port.connect().await;
    for serial in 0..3 {
        stream.write_all(&heartbeat(serial)).await.unwrap();
        within(stream.read_exact(&mut answer)).await.unwrap();
        tokio::time::sleep(patience.frame * 2).await;
    }
    // One that has begun is waited for from its first byte on, and not from the frame before.
    let next = heartbeat(3);
    stream.write_all(&next[..5]).await.unwrap();
    tokio::time::sleep(patience.frame / 2).await;
    stream.write_all(&next[5..]).await.unwrap();
    within(stream.read_exact(&mut answer)).await.unwrap();
    stream.write_all(&next[..5]).await.unwrap();
    let began = Instant::now();
    assert!(within(rest_of(&mut stream)).await.is_empty());
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(double.refused(), [("13912344321 unfinished".to_owned(), 1)]);
    port.close().await;
}

/// One of two parts, and it does not stand by itself.
fn part(number: u32, length: usize) -> Vec<u8> {
    let content = "1".repeat(length);
    let segment =
        format!("QN=202603010830{number:05};ST=22;CN=2061;PW=1;MN=A;Flag=7;PNUM=2;PNO=2;CP=&&a-Info={content}&&");
    Packet::build(segment).unwrap().to_line()
}

#[tokio::test]
async fn what_waits_for_its_parts_is_given_up_where_nothing_comes_any_more() {
    let (double, budget) = (city(), Budget::of(1 << 20));
    let limits = PartLimits { age: 0, ..PartLimits::default() };
    let patience = Patience { silence: Duration::from_secs(4), ..quick() };
    let port = Port::within_budget(budget.clone(), 10, move || Stations::within(limits), &double, patience).await;
    let mut stream = port.connect().await;
    let began = Instant::now();
    stream.write_all(&part(0, 500)).await.unwrap();
    within(async {
        while budget.used() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        while budget.used() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    // The connection goes on, and its silence is counted from what came last.
    let mut answer = vec![0; ANSWER];
    stream.write_all(&[part(1, 500), hour(0, 1)].concat()).await.unwrap();
    within(stream.read_exact(&mut answer)).await.unwrap();
    let last = Instant::now();
    assert!(within(rest_of(&mut stream)).await.is_empty());
    assert!((Duration::from_secs(3)..Duration::from_secs(8)).contains(&last.elapsed()), "{:?}", last.elapsed());
    assert_eq!(budget.used(), 0);
    port.close().await;
}

#[tokio::test]
async fn all_connections_share_what_may_wait_for_its_parts() {
    let (double, budget) = (city(), Budget::of(2_000));
    let port = Port::within_budget(budget.clone(), 10, Stations::default, &double, Patience::default()).await;
    let mut answer = vec![0; ANSWER];
    let mut streams = Vec::new();
    for no in 0..5 {
        let mut stream = port.connect().await;
        // What stands by itself is taken in any case.
        stream.write_all(&[part(no, 500), hour(0, 1)].concat()).await.unwrap();
        within(stream.read_exact(&mut answer)).await.unwrap();
        assert!(budget.used() <= 2_000, "{} bytes wait", budget.used());
        streams.push(stream);
    }
    assert_eq!(double.refused(), [("A crowded".to_owned(), 3)]);
    drop(streams);
    within(async {
        while budget.used() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    port.close().await;
}

#[tokio::test]
async fn one_connection_brings_few_instruments_nobody_has_heard_of() {
    let double = city();
    let port = Port::open(Stations::default, &double, Patience::default()).await;
    let of = |name: String| {
        let segment =
            format!("QN=20260301083000000;ST=22;CN=2061;PW=1;MN={name};Flag=4;CP=&&DataTime=20260301080000;a-Avg=1&&");
        Packet::build(segment).unwrap().to_line()
    };
    let mut stream: Vec<u8> = (0..40).flat_map(|no| of(format!("S{no:02}"))).collect();
    // Those that were heard of, and those that are known, are not concerned.
    stream.extend(of("S03".to_owned()));
    stream.extend(hour(0, 1));
    let answered = port.talk(&[&stream]).await;
    assert_eq!(answered.len(), ANSWER);
    let heads = double.0.heads.lock().unwrap().clone();
    let listed: std::collections::BTreeSet<&str> = heads.iter().map(|(address, _)| address.as_str()).collect();
    assert_eq!((listed.len(), heads.len()), (16, 17));
    assert_eq!(double.refused(), [("- crowded".to_owned(), 24)]);
    // The same for those of which only the checksum is wrong.
    let garbled = |no: u32| {
        let mut line = of(format!("T{no:02}"));
        line[60] ^= 1;
        line
    };
    port.talk(&[&(0..40).flat_map(garbled).collect::<Vec<u8>>()]).await;
    let refused = double.refused();
    assert_eq!(refused.iter().filter(|(what, _)| what.starts_with('T')).count(), 16, "{refused:?}");
    port.close().await;
}

/// One right frame does not make a peer one that may send anything from then on.
#[tokio::test]
async fn who_sends_nothing_right_any_more_is_let_go() {
    let double = city();
    let port = Port::open(Stations::default, &double, Patience::default()).await;
    let mut garbled = hour(1, 2);
    garbled[60] ^= 1;
    // A frame now and then is enough.
    let mut stream = port.connect().await;
    let mut answer = vec![0; ANSWER];
    for round in 0..3 {
        stream.write_all(&garbled.repeat(60)).await.unwrap();
        stream.write_all(&hour(0, round)).await.unwrap();
        within(stream.read_exact(&mut answer)).await.unwrap();
    }
    stream.write_all(&garbled.repeat(120)).await.unwrap();
    assert!(within(rest_of(&mut stream)).await.is_empty());
    let mut stream = port.connect().await;
    stream.write_all(&hour(0, 0)).await.unwrap();
    within(stream.read_exact(&mut answer)).await.unwrap();
    let _ = stream.write_all(&vec![b'x'; 256 * 1024]).await;
    assert!(within(rest_of(&mut stream)).await.is_empty());
    port.close().await;
}

#[tokio::test]
async fn a_peer_that_takes_no_answers_is_let_go() {
    let double = city();
    let port = Port::open(Stations::default, &double, quick()).await;
    let mut deaf = port.connect().await;
    let frames: Vec<u8> = (0..200).flat_map(|i| hour(i % 60, i)).collect();
    let ended = within(async { while deaf.write_all(&frames).await.is_ok() {} }).await;
    assert_eq!(ended, ());
    port.close().await;
}

#[tokio::test]
async fn more_connections_than_there_is_room_for_wait_their_turn() {
    let double = city();
    let port = Port::for_most(2, Stations::default, &double, Patience::default()).await;
    let mut first = port.connect().await;
    let mut second = port.connect().await;
    let mut third = port.connect().await;
    let mut answer = vec![0; ANSWER];
    for (no, stream) in [&mut first, &mut second, &mut third].into_iter().enumerate() {
        stream.write_all(&hour(0, u32::try_from(no).unwrap())).await.unwrap();
    }
    within(first.read_exact(&mut answer)).await.unwrap();
    within(second.read_exact(&mut answer)).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(200), third.read_exact(&mut answer)).await;
    assert!(early.is_err(), "there was no room for a third");
    drop(first);
    within(third.read_exact(&mut answer)).await.unwrap();
    drop((second, third));
    port.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_connections_at_once() {
    let double = city();
    let port = Port::open(Stations::default, &double, Patience::default()).await;
    let mut streams = Vec::new();
    for _ in 0..2_000 {
        streams.push(port.connect().await);
    }
    for (no, stream) in (0_u32..).zip(&mut streams) {
        stream.write_all(&hour(no % 60, no)).await.unwrap();
    }
    let mut answer = vec![0; ANSWER];
    for (no, stream) in streams.iter_mut().enumerate() {
        within(stream.read_exact(&mut answer)).await.unwrap();
        let qn = format!("QN=202603010830{no:05};");
        assert!(String::from_utf8_lossy(&answer).contains(&qn), "{qn}");
    }
    let mut values: Vec<f64> = double.kept().into_iter().map(|(_, _, value, _)| value).collect();
    values.sort_by(f64::total_cmp);
    assert_eq!(values, (0..2_000).map(f64::from).collect::<Vec<_>>());
    drop(streams);
    port.close().await;
}

#[tokio::test]
async fn adoption_is_seen_on_an_open_connection() {
    let double = Double::default();
    let port = Port::open(Stations::default, &double, quick()).await;
    let mut stream = port.connect().await;
    stream.write_all(&hour(0, 1)).await.unwrap();
    while double.0.heads.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    double.adopt("A", &[(Span::Hour, "a", "1")]);
    stream.write_all(&hour(1, 2)).await.unwrap();
    let mut answer = vec![0; ANSWER];
    within(stream.read_exact(&mut answer)).await.unwrap();
    let values: Vec<f64> = double.kept().into_iter().map(|(_, _, value, _)| value).collect();
    assert_eq!(values, [2.0]);
    drop(stream);
    port.close().await;
}
