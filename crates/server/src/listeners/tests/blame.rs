//! Whose what was refused counts as.

use super::super::connection::{Patience, Speech};
use super::super::hj212::Stations;
use super::super::jt808::{Codes, Fleet};
use super::super::sl651::Gauges;
use super::Port;
use super::double::Double;
use tingzhou_platform::Span;
use tingzhou_protocols::hj212::Packet;
use tingzhou_protocols::jt808::Terminal;
use tingzhou_protocols::sl651::{Control, Direction, Frame, Start};

/// Instruments of a protocol: an adopted one, another adopted one, and one never heard of; each by its address, with a frame.
type Three = [(&'static str, Vec<u8>); 3];

/// A frame with its last byte but `from_end` changed.
fn garbled(frame: &[u8], from_end: usize) -> Vec<u8> {
    let mut frame = frame.to_vec();
    let at = frame.len() - 1 - from_end;
    // Neither a mark nor the beginning of an escape.
    frame[at] = if frame[at] == b'1' { b'2' } else { b'1' };
    frame
}

/// A name, what is sent, and what is counted of it: addresses with reasons.
type Case<'a> = (&'a str, Vec<Vec<u8>>, Vec<(&'a str, &'a str)>);

/// Connections one after the other, each with what it sends and what is counted of it.
async fn check<S: Speech>(speech: impl Fn() -> S + Send + 'static, three: Three, from_end: usize) {
    let double = Double::default();
    let [(first, one), (second, other), (unknown, strange)] = &three;
    for address in [first, second] {
        double.adopt(address, &[(Span::Now, "x", "1")]);
    }
    let port = Port::open(speech, &double, Patience::default()).await;
    let wrong = |frame: &[u8]| garbled(frame, from_end);
    let cut = |frame: &[u8]| frame[..frame.len() - 3].to_vec();
    let noise = b"abcdefgh".to_vec();
    let table: [Case; 8] = [
        ("its own", vec![wrong(one)], vec![(first, "bad-checksum")]),
        ("twice", vec![wrong(one), wrong(one)], vec![(first, "bad-checksum"), (first, "bad-checksum")]),
        ("never heard of", vec![wrong(strange)], vec![(unknown, "bad-checksum")]),
        ("cut off", vec![cut(one)], vec![(first, "unfinished")]),
        ("never heard of and cut off", vec![cut(strange)], vec![("-", "unfinished")]),
        ("noise", vec![noise.clone()], vec![("-", "noise")]),
        ("another one's", vec![one.clone(), wrong(other)], vec![(second, "bad-checksum")]),
        ("after one", vec![one.clone(), noise, wrong(strange)], vec![(first, "noise"), (first, "bad-checksum")]),
    ];
    for (name, sent, expected) in table {
        double.0.refused.lock().unwrap().clear();
        port.talk(&[&sent.concat()]).await;
        let found = double.0.refused.lock().unwrap().clone();
        // What the right frames say is of no account here.
        let of_frames = ["bad-checksum", "unfinished", "noise", "too-short"];
        let found: Vec<(String, u64)> = found
            .into_iter()
            .filter(|((_, reason), _)| of_frames.contains(&reason.as_str()))
            .map(|((address, reason), count)| (format!("{address} {reason}"), count))
            .collect();
        let mut wanted = std::collections::BTreeMap::<String, u64>::new();
        for (address, reason) in expected {
            // Between two marks noise is a frame too short.
            let reason = if reason == "noise" && name == "after one" && S::PROTOCOL.code() == "jt808" {
                "too-short"
            } else {
                reason
            };
            *wanted.entry(format!("{address} {reason}")).or_default() += 1;
        }
        assert_eq!(found, wanted.into_iter().collect::<Vec<_>>(), "{} {name}", S::PROTOCOL.code());
    }
    port.close().await;
}

#[tokio::test]
async fn packets() {
    let packet =
        |mn: &str| Packet::build(format!("QN=20260301083001123;ST=22;CN=2011;PW=123456;MN={mn};Flag=4;CP=&&a=1&&"));
    let one = |mn: &'static str| (mn, packet(mn).unwrap().to_line());
    // Before the line end: the last digit of the checksum.
    check(Stations::default, [one("010000A8900016F000169DC0"), one("Y80110010000010"), one("Z9")], 2).await;
}

#[tokio::test]
async fn gauges() {
    let one = |address: &'static str, station: [u8; 5]| {
        let frame = Frame {
            direction: Direction::Up,
            centre: 1,
            station,
            password: 0,
            function: 0x2F,
            start: Some(Start::Whole),
            body: vec![0, 1, 0x26, 3, 1, 8, 0, 0],
            end: Control::LastText,
        };
        (address, frame.to_bytes())
    };
    let three = [
        one("0012345678", [0, 0x12, 0x34, 0x56, 0x78]),
        one("652301007B", [0x65, 0x23, 0x01, 0, 0x7B]),
        one("0000000009", [0, 0, 0, 0, 9]),
    ];
    // The last byte of the body.
    check(|| Gauges::new(true), three, 3).await;
}

#[tokio::test]
async fn vehicles() {
    use tingzhou_protocols::jt808::Frame;
    let one = |address: &'static str, terminal: Terminal| {
        (address, Frame::new(0x0002, terminal, 1, Vec::new()).unwrap().to_bytes())
    };
    let three = [
        one("13912344321", Terminal::Of2013([0x01, 0x39, 0x12, 0x34, 0x43, 0x21])),
        one("13912344322", Terminal::Of2019([0, 0, 0, 0, 0x01, 0x39, 0x12, 0x34, 0x43, 0x22])),
        one("13912344324", Terminal::Of2013([0x01, 0x39, 0x12, 0x34, 0x43, 0x24])),
    ];
    // The checksum.
    check(|| Fleet::new(Codes::new(b"secret")), three, 1).await;
}
