//! Frames of other people's tests, through real sockets: what is bad is counted, what is good counts, and nothing ends.

use super::super::connection::{Patience, Speech};
use super::super::hj212::Stations;
use super::super::intake::Protocol;
use super::super::jt808::{Codes, Fleet};
use super::super::sl651::Gauges;
use super::Port;
use super::double::Double;
use std::path::PathBuf;
use tingzhou_protocols::Reassembler;

/// A file of known answers, when they lie beside the workspace.
fn vectors(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors").join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("skipped: no {name} beside the workspace");
    }
    text
}

fn hex(text: &str) -> Vec<u8> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    text.trim().as_bytes().chunks(2).map(pair).collect()
}

/// The frames of a file, in its order.
fn frames(protocol: Protocol) -> Option<Vec<Vec<u8>>> {
    Some(match protocol {
        Protocol::Hj212 => {
            let lines = vectors("hj212.jsonl")?;
            let packet = |line: &str| {
                let one: serde_json::Value = serde_json::from_str(line).unwrap();
                one["packet"].as_str().map(|packet| format!("{packet}\r\n").into_bytes())
            };
            lines.lines().filter_map(packet).collect()
        }
        _ => {
            let lines = vectors(&format!("{}.tsv", protocol.code()))?;
            let rows = lines.lines().filter(|line| !line.starts_with('#'));
            rows.filter_map(|line| line.split('\t').nth(2)).map(hex).collect()
        }
    })
}

async fn check<S: Speech>(speech: impl Fn() -> S + Send + 'static) {
    let Some(frames) = frames(S::PROTOCOL) else { return };
    let stream = frames.concat();
    let mut reassembler = Reassembler::new(S::framing());
    reassembler.push(&stream);
    reassembler.finish();
    let tally = reassembler.tally();
    assert!(tally.frames > 5, "{tally:?}");
    let double = Double::default();
    let port = Port::open(speech, &double, Patience::default()).await;
    for cut in [1, 61, 1_460, stream.len()] {
        *double.0.refused.lock().unwrap() = std::collections::BTreeMap::default();
        double.0.heads.lock().unwrap().clear();
        let pieces: Vec<&[u8]> = stream.chunks(cut).collect();
        port.talk(&pieces).await;
        // Nobody is adopted: every frame is either held back or refused, and nothing is kept.
        let held_back = double.0.heads.lock().unwrap().len() as u64;
        // Those of too many instruments that nobody has heard of are nobody's.
        let is_nameless = |what: &str| matches!(what, "- bad-field" | "- crowded");
        let nameless = double.refused().iter().filter(|(what, _)| is_nameless(what)).map(|(_, n)| n).sum::<u64>();
        assert!(held_back <= tally.frames && held_back + nameless >= tally.frames, "{held_back} of {tally:?}");
        let refused: u64 = double.refused().iter().map(|(_, count)| count).sum();
        assert!(refused >= tally.refusals, "{:?}", double.refused());
        assert!(double.kept().is_empty());
    }
    port.close().await;
}

#[tokio::test]
async fn hj212() {
    check(Stations::default).await;
}

#[tokio::test]
async fn sl651() {
    check(|| Gauges::new(true)).await;
}

#[tokio::test]
async fn jt808() {
    check(|| Fleet::new(Codes::new(b"secret"))).await;
}

/// Frames a line says are bad, with the reasons that may be counted for them.
fn bad(protocol: Protocol) -> Option<Vec<(Vec<u8>, &'static [&'static str])>> {
    let reasons = |verdict: &str| -> &'static [&'static str] {
        match verdict {
            "bad-crc" | "bad-checksum" => &["bad-checksum"],
            "bad-length" => &["bad-length"],
            // Pieces of what is no frame: each is told by itself.
            _ => &["too-short", "bad-checksum", "bad-length", "bad-escape", "noise", "unfinished"],
        }
    };
    Some(match protocol {
        Protocol::Hj212 => {
            let lines = vectors("hj212.jsonl")?;
            let rows = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
            let bad = rows.filter(|one| one["verdict"] != "valid");
            bad.map(|one| {
                let packet = format!("{}\r\n", one["packet"].as_str().unwrap());
                (packet.into_bytes(), reasons(one["verdict"].as_str().unwrap()))
            })
            .collect()
        }
        _ => {
            let lines = vectors(&format!("{}.tsv", protocol.code()))?;
            let rows = lines.lines().filter(|line| !line.starts_with('#') && !line.starts_with("valid"));
            let row = |line: &str| {
                let [verdict, _, digits] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
                (hex(digits), reasons(verdict))
            };
            rows.map(row).collect()
        }
    })
}

/// Each bad frame alone on a connection: counted with its reason, as that of the instrument it names when all but its
/// checksum is right.
async fn each_is_counted<S: Speech>(speech: impl Fn() -> S + Send + 'static, most: usize) {
    let Some(frames) = bad(S::PROTOCOL) else { return };
    assert_eq!(frames.len(), most);
    let double = Double::default();
    let port = Port::open(speech, &double, Patience::default()).await;
    for (frame, reasons) in frames {
        double.0.refused.lock().unwrap().clear();
        double.0.heads.lock().unwrap().clear();
        port.talk(&[&frame]).await;
        let named = S::claimed(&frame).and_then(|whose| S::address(&whose).ok()).unwrap_or_else(|| "-".to_owned());
        let refused = double.0.refused.lock().unwrap().clone();
        // What is taken for two frames may be two.
        assert!(!refused.is_empty() || !double.0.heads.lock().unwrap().is_empty(), "{frame:02X?}");
        for (address, reason) in refused.keys() {
            assert!(reasons.contains(&reason.as_str()), "{reason}: {frame:02X?}");
            if reasons == ["bad-checksum"] {
                assert_eq!(*address, named, "{frame:02X?}");
            }
        }
        assert!(double.kept().is_empty());
    }
    port.close().await;
}

#[tokio::test]
async fn each_bad_packet_is_counted() {
    each_is_counted(Stations::default, 4).await;
}

#[tokio::test]
async fn each_bad_frame_of_a_vehicle_is_counted() {
    each_is_counted(|| Fleet::new(Codes::new(b"secret")), 46).await;
}
