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
        let nameless = double.refused().iter().filter(|(what, _)| what == "- bad-field").map(|(_, n)| n).sum::<u64>();
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
