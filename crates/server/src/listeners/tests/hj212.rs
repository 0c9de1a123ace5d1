//! Packets in, values and answers out.

use super::super::connection::Patience;
use super::super::hj212::{Keys, Stations};
use super::Port;
use super::double::Double;
use std::sync::Arc;
use tingzhou_platform::Span;
use tingzhou_protocols::Reassembler;
use tingzhou_protocols::hj212::crc::crc;
use tingzhou_protocols::hj212::{Hj212, Key, Packet};

const MN: &str = "010000A8900016F000169DC0";

fn head(cn: u16, flag: u8) -> String {
    format!("QN=20260301083001123;ST=22;CN={cn};PW=123456;MN={MN};Flag={flag}")
}

fn packet(segment: &str) -> Vec<u8> {
    Packet::build(segment).unwrap().to_line()
}

fn said(cn: u16, flag: u8, content: &str) -> Vec<u8> {
    packet(&format!("{};CP=&&{content}&&", head(cn, flag)))
}

fn key() -> Key {
    Key::new(*b"0123456789abcdef")
}

/// A station with PM2.5 and CO by the hour, PM2.5 in mg/m³ now, and pressure by minutes.
fn city() -> Double {
    let double = Double::default();
    let channels = [
        (Span::Hour, "a34004", "1"),
        (Span::Hour, "a21005", "1"),
        (Span::Now, "a34004", "1000"),
        (Span::Minutes, "a01006", "10"),
    ];
    double.adopt(MN, &channels);
    double
}

/// Answers by their CN and Flag.
fn answers(bytes: &[u8]) -> Vec<String> {
    let found = Reassembler::new(Hj212).push(bytes);
    let one = |packet: &Packet| {
        let header = packet.header().unwrap();
        assert_eq!((header.st, packet.station()), (91, Ok(MN)));
        assert_eq!(packet.field("QN"), Some(&b"20260301083001123"[..]));
        format!("{} {}", header.cn, header.flag.0)
    };
    found.iter().map(|found| one(found.as_ref().unwrap())).collect()
}

#[derive(Clone, Copy)]
struct Expected<'a> {
    kept: &'a [(u32, &'a str, f64, u8)],
    answers: &'a [&'a str],
    refused: &'a [(&'a str, u64)],
}

async fn check(name: &str, sent: &[Vec<u8>], expected: Expected<'_>) {
    let double = city();
    let keys: Keys = Arc::new([(MN.to_owned(), key())].into());
    let port = Port::open(move || Stations::new(Arc::clone(&keys)), &double, Patience::default()).await;
    let stream = sent.concat();
    let answered = port.talk(&[&stream]).await;
    assert_eq!(answers(&answered), expected.answers, "{name}");
    let kept: Vec<(u32, String, f64, u8)> =
        expected.kept.iter().map(|(no, at, value, quality)| (*no, (*at).to_owned(), *value, *quality)).collect();
    assert_eq!(double.kept(), kept, "{name}");
    let refused: Vec<(String, u64)> = expected
        .refused
        .iter()
        .map(|(what, count)| (format!("{MN} {what}").replace(&format!("{MN} - "), "- "), *count))
        .collect();
    assert_eq!(double.refused(), refused, "{name}");
    port.close().await;
}

const AT: &str = "2026-03-01 08:00:00";

#[tokio::test]
async fn bytes_in_values_and_answers_out() {
    let hour = "DataTime=20260301080000;a34004-Avg=35.5,a34004-Flag=N;a21005-Avg=0.7,a21005-Flag=N";
    let none = Expected { kept: &[], answers: &[], refused: &[] };
    let both: &[(u32, &str, f64, u8)] = &[(1, AT, 35.5, 0), (2, AT, 0.7, 0)];
    check("hour", &[said(2061, 5, hour)], Expected { kept: both, answers: &["9014 4"], ..none }).await;
    check("no answer wanted", &[said(2061, 4, hour)], Expected { kept: both, ..none }).await;
    // The intake knows a value that comes again; the station is answered again.
    let twice: Vec<_> = [both, both].concat();
    let again = Expected { kept: &twice, answers: &["9014 4", "9014 4"], ..none };
    check("resent", &[said(2061, 5, hour), said(2061, 5, hour)], again).await;
    let now = "DataTime=20260301080000;a34004-Rtd=0.0355,a34004-Flag=N";
    let scaled = Expected { kept: &[(3, AT, 35.5, 0)], answers: &["9014 8"], ..none };
    check("real time in mg", &[said(2011, 9, now)], scaled).await;
    let minutes = "DataTime=20260301080000;a01006-Min=90.1,a01006-Avg=90.2,a01006-Max=90.3";
    let mean = Expected { kept: &[(4, AT, 902.0, 0)], answers: &["9014 4"], ..none };
    check("minutes", &[said(2051, 5, minutes)], mean).await;
    let own = "DataTime=20260301080000;a34004-SampleTime=20260301075500,a34004-Rtd=0.01";
    let sampled = Expected { kept: &[(3, "2026-03-01 07:55:00", 10.0, 0)], answers: &["9014 4"], ..none };
    check("a sample's own time", &[said(2011, 5, own)], sampled).await;
    let unmapped = Expected { answers: &["9014 4"], refused: &[("not-mapped", 1)], ..none };
    check("day", &[said(2031, 5, "DataTime=20260301000000;a34004-Avg=30")], unmapped).await;
    check("heartbeat", &[said(9015, 9, "")], Expected { answers: &["9013 8"], ..none }).await;
    check("time wanted", &[said(1013, 5, "")], Expected { answers: &["9013 4"], ..none }).await;
    check("an answer", &[said(9013, 4, "")], none).await;
    let other = Expected { answers: &["9014 4"], refused: &[("not-kept", 1)], ..none };
    check("hours of equipment", &[said(2041, 5, "DataTime=20260301000000;SB1-RT=1.1")], other).await;
}

#[tokio::test]
async fn marks_become_qualities() {
    for (mark, quality) in [
        ("N", 0),
        ("1", 0),
        ("3", 0),
        ("M", 16),
        ("C", 16),
        ("0", 16),
        ("T", 8),
        ("F", 4),
        ("D", 4),
        ("B", 4),
        ("S", 4),
        ("2", 4),
        ("Z", 4),
    ] {
        let content = format!("DataTime=20260301080000;a34004-Avg=1,a34004-Flag={mark}");
        let kept = [(1, AT, 1.0, quality)];
        let expected = Expected { kept: &kept, answers: &["9014 4"], refused: &[] };
        check(mark, &[said(2061, 5, &content)], expected).await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_hides_nothing() {
    let none = Expected { kept: &[], answers: &[], refused: &[] };
    let good = said(2061, 5, "DataTime=20260301080000;a34004-Avg=1");
    let (kept, answered): (&[_], &[_]) = (&[(1, AT, 1.0, 0)], &["9014 4"]);
    let refused = |refused| Expected { kept, answers: answered, refused };
    let one_bad = said(2061, 5, "DataTime=20260301080000;a21005-Avg=NaN;a34004-Avg=1");
    check("one factor", &[one_bad], refused(&[("bad-field", 1)])).await;
    let timeless = said(2061, 5, "a34004-Avg=1");
    check("no time", &[timeless, good.clone()], refused(&[("bad-field", 1)])).await;
    let month = said(2061, 5, "DataTime=20261301080000;a34004-Avg=1");
    check("month 13", &[month, good.clone()], refused(&[("out-of-range", 1)])).await;
    let huge = format!("DataTime=20260301080000;a34004-Avg=1;a21005-Avg=1{}", "0".repeat(308));
    check("10 to the 308th", &[said(2061, 5, &huge)], refused(&[("out-of-range", 1)])).await;
    let mut garbled = good.clone();
    garbled[60] ^= 1;
    check("garbled", &[good.clone(), garbled], refused(&[("bad-checksum", 1)])).await;
    let half = good[..40].to_vec();
    check("cut off", &[good.clone(), half.clone()], refused(&[("unfinished", 1)])).await;
    check("half, then whole", &[half, good.clone()], refused(&[("- bad-length", 1)])).await;
    check("noise before", &[b"GET / HTTP/1.1\r\n\r\n".to_vec(), good.clone()], refused(&[("- noise", 1)])).await;
    // Right length and checksum, and a header not as the standard says: counted as the station's.
    let raw = |head: &str| {
        let segment = format!("{head};MN={MN};CP=&&DataTime=20260301080000;a34004-Avg=1&&");
        format!("##{:04}{segment}{:04X}\r\n", segment.len(), crc(segment.as_bytes())).into_bytes()
    };
    let header = [
        ("short QN", "QN=20260301083001;ST=22;CN=2061;Flag=5", "bad-field"),
        ("no QN to answer to", "ST=22;CN=2061;Flag=5", "bad-field"),
        ("day 30 of February", "QN=20260230083001123;ST=22;CN=2061;Flag=5", "out-of-range"),
        ("part 0", "QN=20260301083001123;ST=22;CN=2061;Flag=7;PNUM=2;PNO=0", "out-of-range"),
        ("a Flag of 256", "QN=20260301083001123;ST=22;CN=2061;Flag=256", "out-of-range"),
        ("a full-width digit", "QN=20260301083001123;ST=22;CN=206１;Flag=5", "not-ascii"),
    ];
    for (name, head, reason) in header {
        let once = [(reason, 1)];
        check(name, &[raw(head), good.clone()], Expected { kept, answers: answered, refused: &once }).await;
    }
    let nameless = packet("QN=20260301083001123;ST=22;CN=2061;PW=1;Flag=5;CP=&&DataTime=20260301080000;a34004-Avg=1&&");
    check("nobody's", &[nameless], Expected { refused: &[("- bad-field", 1)], ..none }).await;
}

#[tokio::test]
async fn parts_are_answered_when_what_they_say_is_durable() {
    let part = |number: u16, content: &str| packet(&format!("{};PNUM=2;PNO={number};CP=&&{content}&&", head(2061, 7)));
    let kept: &[_] = &[(1, AT, 1.0, 0), (2, AT, 2.0, 0)];
    // Each says its time: each stands by itself.
    let (first, second) =
        (part(1, "DataTime=20260301080000;a34004-Avg=1"), part(2, "DataTime=20260301080000;a21005-Avg=2"));
    let expected = || Expected { kept, answers: &["9014 4", "9014 4"], refused: &[] };
    check("by themselves", &[first.clone(), second], expected()).await;
    // The second has no time of its own: it has the first one's, whichever comes first.
    let bare = part(2, "a21005-Avg=2");
    check("a bare one after", &[first.clone(), bare.clone()], expected()).await;
    check("a bare one before", &[bare.clone(), first.clone()], expected()).await;
    let alone = Expected { kept: &[], answers: &[], refused: &[] };
    check("one alone", std::slice::from_ref(&bare), alone).await;
    // Only the answer to the bare one was lost: its message is whole and gone, and the station still waits.
    let twice: &[_] = &[(1, AT, 1.0, 0), (2, AT, 2.0, 0), (2, AT, 2.0, 0)];
    let again = Expected { kept: twice, answers: &["9014 4"; 3], refused: &[] };
    check("a bare one again", &[first, bare.clone(), bare], again).await;
}

#[tokio::test]
async fn a_part_that_stands_by_itself_is_taken_whatever_becomes_of_its_message() {
    let hour = "DataTime=20260301080000;a34004-Avg=35";
    let nameless = packet(&format!("ST=22;CN=2061;PW=123456;MN={MN};PNUM=1;PNO=1;CP=&&{hour}&&"));
    let one: &[_] = &[(1, AT, 35.0, 0)];
    check("without QN", &[nameless], Expected { kept: one, answers: &[], refused: &[] }).await;
    let part = |total: u16, content: &str| packet(&format!("{};PNUM={total};PNO=1;CP=&&{content}&&", head(2061, 7)));
    let corrected = "DataTime=20260301080000;a34004-Avg=36";
    let both: &[_] = &[(1, AT, 35.0, 0), (1, AT, 36.0, 0)];
    let expected = Expected { kept: both, answers: &["9014 4"; 2], refused: &[] };
    check("corrected", &[part(2, hour), part(2, corrected)], expected).await;
    check("many parts", &[part(2_000, hour)], Expected { kept: one, answers: &["9014 4"], refused: &[] }).await;
}

#[tokio::test]
async fn sealed_content_is_opened_with_the_stations_key() {
    let content = "DataTime=20260301080000;a34004-Avg=35.5,a34004-Flag=N;a21005-Avg=0.7,a21005-Flag=N";
    let plain = Packet::build(format!("{};CP=&&{content}&&", head(2061, 9))).unwrap();
    let kept: &[_] = &[(1, AT, 35.5, 0), (2, AT, 0.7, 0)];
    let sealed = plain.seal(&key()).unwrap().to_line();
    check("right key", &[sealed], Expected { kept, answers: &["9014 8"], refused: &[] }).await;
    let other = plain.seal(&Key::new([7; 16])).unwrap().to_line();
    check("wrong key", &[other], Expected { kept: &[], answers: &[], refused: &[("bad-checksum", 1)] }).await;
}

#[tokio::test]
async fn a_station_nobody_knows_is_held_back() {
    let double = Double::default();
    let port = Port::open(Stations::default, &double, Patience::default()).await;
    let sent = said(2061, 5, "DataTime=20260301080000;a34004-Avg=1");
    assert!(port.talk(&[&sent]).await.is_empty());
    assert!(double.kept().is_empty());
    let heads = double.0.heads.lock().unwrap().clone();
    assert_eq!(heads, [(MN.to_owned(), sent[..64].to_vec())]);
    port.close().await;
}
