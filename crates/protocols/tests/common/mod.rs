//! What the tests of all protocols share.
#![allow(clippy::unwrap_used, reason = "what is wrong in a test fails it")]

use std::fmt::Debug;
use std::path::PathBuf;

use tingzhou_protocols::stream::Framing;
use tingzhou_protocols::{Reason, Reassembler, Refusal};

/// A file of known answers, when they lie beside the workspace.
pub(crate) fn vectors(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors").join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("skipped: no {name} beside the workspace");
    }
    text
}

/// Bytes of hexadecimal digits; spaces are left out.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

/// Everything in a stream that comes in one read, with what its end tells.
pub(crate) fn whole<P: Framing>(framing: P, stream: &[u8]) -> Vec<Result<P::Frame, Refusal>> {
    let mut reassembler = Reassembler::new(framing);
    let mut found = reassembler.push(stream);
    found.extend(reassembler.finish());
    let tally = reassembler.tally();
    assert_eq!(tally.bytes, stream.len() as u64);
    assert_eq!(tally.frames, found.iter().filter(|one| one.is_ok()).count() as u64);
    assert_eq!(tally.refusals, found.iter().filter(|one| one.is_err()).count() as u64);
    let discarded: usize = found.iter().filter_map(|one| one.as_ref().err()).map(|refusal| refusal.length).sum();
    assert_eq!(tally.discarded, discarded as u64);
    found
}

/// The same stream in reads of these lengths, again and again; nothing held grows beyond a frame.
pub(crate) fn in_pieces<P: Framing>(framing: P, stream: &[u8], lengths: &[usize]) -> Vec<Result<P::Frame, Refusal>> {
    let mut reassembler = Reassembler::new(framing);
    let mut found = Vec::new();
    let mut rest = stream;
    for length in lengths.iter().cycle() {
        let (piece, after) = rest.split_at((*length).clamp(1, rest.len().max(1)).min(rest.len()));
        found.extend(reassembler.push(piece));
        assert!(reassembler.held() < P::LONGEST, "{} bytes held", reassembler.held());
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    found.extend(reassembler.finish());
    assert_eq!(reassembler.held(), 0);
    found
}

/// The refusals' places and the frames' bytes make up the stream, and every prefix is what stands at its place.
pub(crate) fn refusals_stand_where_they_say<F: Debug>(stream: &[u8], found: &[Result<F, Refusal>]) {
    let mut last = 0;
    for refusal in found.iter().filter_map(|one| one.as_ref().err()) {
        let at = usize::try_from(refusal.at).unwrap();
        assert!(at >= last && refusal.length > 0, "{refusal:?}");
        assert_eq!(refusal.prefix.len(), refusal.length.min(tingzhou_protocols::refusal::PREFIX));
        assert_eq!(refusal.prefix, stream[at..at + refusal.prefix.len()], "{refusal:?}");
        last = at + refusal.length;
        assert!(last <= stream.len());
        assert!(!refusal.to_string().is_empty() && !refusal.reason.zh().is_empty());
    }
}

/// The reasons in a stream.
pub(crate) fn reasons<F>(found: Vec<Result<F, Refusal>>) -> Vec<Reason> {
    found.into_iter().filter_map(Result::err).map(|refusal| refusal.reason).collect()
}
