//! JT/T 808 from outside: known answers, a table of frames made by the rules, and laws.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use std::collections::BTreeMap;

use common::{hex, in_pieces, reasons, refusals_stand_where_they_say, vectors, whole};
use proptest::prelude::*;
use tingzhou_protocols::jt808::frame::claimed;
use tingzhou_protocols::jt808::{Edition, Fragments, Frame, Jt808, Message, Part, Terminal};
use tingzhou_protocols::parts::Joined;
use tingzhou_protocols::{Reason, Reassembler};

/// A frame by hand: escaped, with its check, between marks.
fn framed(inner: &[u8]) -> Vec<u8> {
    let mut out = vec![0x7E];
    let check = inner.iter().fold(0, |all, byte| all ^ byte);
    for byte in inner.iter().chain([&check]) {
        match byte {
            0x7E => out.extend([0x7D, 2]),
            0x7D => out.extend([0x7D, 1]),
            other => out.push(*other),
        }
    }
    out.push(0x7E);
    out
}

/// What a bare splitter finds between marks, without the rules of a frame: pieces that are not empty.
fn pieces(stream: &[u8]) -> Vec<&[u8]> {
    stream.split(|byte| *byte == 0x7E).filter(|piece| !piece.is_empty()).collect()
}

#[test]
fn known_answers() {
    let Some(text) = vectors("jt808.tsv") else { return };
    let mut verdicts = BTreeMap::<&str, usize>::new();
    let mut kinds = BTreeMap::<u16, usize>::new();
    let mut refused = BTreeMap::<String, usize>::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let [verdict, _, digits] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let bytes = hex(digits);
        *verdicts.entry(verdict).or_default() += 1;
        let found = whole(Jt808, &bytes);
        let decoded = Frame::decode(&bytes);
        match verdict {
            "valid-2013" | "valid-2019" => {
                let frame = decoded.unwrap_or_else(|reason| panic!("{reason}: {line}"));
                assert_eq!(frame.edition == Edition::Of2013, verdict == "valid-2013", "{line}");
                assert_eq!(frame.to_bytes(), bytes, "{line}");
                let stream = [&[1, 2, 3][..], &bytes, &bytes, &[4, 5]].concat();
                let frames: Vec<Frame> = whole(Jt808, &stream).into_iter().flatten().collect();
                assert_eq!(frames, [frame.clone(), frame.clone()], "{line}");
                *kinds.entry(frame.id).or_default() += 1;
                for reason in meaning(&frame) {
                    *refused.entry(format!("{reason:?}")).or_default() += 1;
                }
            }
            "bad-checksum" => assert!(matches!(decoded, Err(Reason::BadChecksum { .. })), "{decoded:?} {line}"),
            "bad-length" => assert!(matches!(decoded, Err(Reason::BadLength { .. })), "{decoded:?} {line}"),
            // Two frames as one piece are no frame; what each is, is said of each.
            "concatenated" | "no-delimiter" => {
                assert!(matches!(decoded, Err(Reason::Noise | Reason::TooShort)), "{decoded:?} {line}");
                assert_eq!(found.len(), pieces(&bytes).len(), "{line}");
            }
            other => panic!("unknown verdict {other}"),
        }
        if !verdict.starts_with("valid") {
            let expected: Vec<bool> =
                pieces(&bytes).iter().map(|piece| Frame::decode(&marked(piece)).is_ok()).collect();
            assert_eq!(found.iter().map(Result::is_ok).collect::<Vec<_>>(), expected, "{line}");
        }
    }
    let expected = [("bad-checksum", 21), ("bad-length", 7), ("concatenated", 10), ("no-delimiter", 8)];
    let expected = expected.into_iter().chain([("valid-2013", 243), ("valid-2019", 175)]).collect();
    assert_eq!(verdicts, expected);
    assert_eq!((kinds[&0x0200], kinds[&0x0704], kinds[&0x0100], kinds[&0x0102]), (44, 7, 13, 13));
    // Positions of some tests have latitude and longitude the wrong way round.
    println!("refused inside valid frames: {refused:?}");
    assert_eq!(refused.keys().filter(|reason| reason.contains("latitude")).count(), 1);
}

fn marked(piece: &[u8]) -> Vec<u8> {
    [&[0x7E], piece, &[0x7E]].concat()
}

/// What is refused of a valid frame's meaning.
fn meaning(frame: &Frame) -> Vec<Reason> {
    match frame.message() {
        Ok(Message::Position(position) | Message::PositionAnswer(_, position)) => {
            position.extras().err().into_iter().collect()
        }
        Ok(Message::Positions(batch)) => batch.positions.into_iter().filter_map(Result::err).collect(),
        Ok(_) => Vec::new(),
        Err(reason) => vec![reason],
    }
}

#[test]
fn frames_made_by_the_rules() {
    let check = |inner: &str, expected: Result<(u16, &str, u16, usize), Reason>| {
        let bytes = framed(&hex(inner));
        let decoded = Frame::decode(&bytes);
        let shown = decoded.as_ref().map(|frame| {
            assert_eq!(frame.to_bytes(), bytes);
            (frame.id, frame.terminal.digits().unwrap(), frame.serial, frame.body.len())
        });
        let expected = expected.map(|(id, digits, serial, body)| (id, digits.to_owned(), serial, body));
        assert_eq!(shown.map_err(Clone::clone), expected, "{inner}");
        assert_eq!(whole(Jt808, &bytes).len(), 1, "{inner}");
    };
    // id, attributes, (version,) terminal, serial, (part,) body.
    check("0002 0000 013912344321 0001", Ok((2, "013912344321", 1, 0)));
    check("0002 4000 01 00000000013912344321 7E7D", Ok((2, "00000000013912344321", 0x7E7D, 0)));
    check("0801 2003 013912344321 0001 0002 0001 7E7D7E", Ok((0x0801, "013912344321", 1, 3)));
    check("0801 6001 02 00000000013912344321 0001 0002 0001 FF", Ok((0x0801, "00000000013912344321", 1, 1)));
    check("0200 0401 013912344321 0001 FF", Ok((0x0200, "013912344321", 1, 1)));
    check("0002 8000 013912344321 0001", Ok((2, "013912344321", 1, 0)));
    check("0002 0001 013912344321 0001", Err(Reason::BadLength { stated: 1 }));
    check("0002 0000 013912344321 0001 00", Err(Reason::BadLength { stated: 0 }));
    check("0002 4000 013912344321 0001", Err(Reason::BadLength { stated: 0 }));
    check("0801 2000 013912344321 0001", Err(Reason::BadLength { stated: 0 }));
    check("0801 2000 013912344321 0001 0002", Err(Reason::BadLength { stated: 0 }));
    check("0002 0000 013912344321 00", Err(Reason::TooShort));
}

#[test]
fn whose_what_was_refused_says_it_is() {
    let check = |refused: &str, expected: Option<&str>| {
        let found = claimed(&hex(refused)).map(|terminal| terminal.digits().unwrap());
        assert_eq!(found.as_deref(), expected, "{refused}");
    };
    check("7E 0002 0000 013912344321 0001 FF 7E", Some("013912344321"));
    check("7E 0002 4000 01 00000000013912344321", Some("00000000013912344321"));
    check("7E 7D02 02 0000 013912344321 7D", Some("013912344321"));
    check("7E 0002 0000 0139123443", None);
    check("7E 0002 0000 01 7E 3912344321", None);
    check("7E 0002 0000 01397D05443211", None);
    check("0002 0000 013912344321", None);
    check("", None);
}

#[test]
fn streams() {
    let good = framed(&hex("0002 0000 013912344321 0001"));
    let check = |stream: &[&[u8]], frames: usize, expected: &[Reason]| {
        let stream = stream.concat();
        let found = whole(Jt808, &stream);
        refusals_stand_where_they_say(&stream, &found);
        assert_eq!(found.iter().filter(|one| one.is_ok()).count(), frames, "{stream:02X?}");
        assert_eq!(reasons(found), expected, "{stream:02X?}");
    };
    let inner = &good[1..good.len() - 1];
    check(&[&good], 1, &[]);
    check(&[&good, &good], 2, &[]);
    check(&[&good[..good.len() - 1], &good], 2, &[]);
    check(&[&[0x7E; 5], &good, &[0x7E; 5]], 1, &[]);
    check(&[b"abc", &good], 1, &[Reason::Noise]);
    check(&[&good, b"abc", &good], 2, &[Reason::TooShort]);
    check(&[&good[..8], &good], 1, &[Reason::TooShort]);
    check(&[inner, &[0x7E], inner, &[0x7E]], 1, &[Reason::Noise]);
    check(&[&good, &good[..5]], 1, &[Reason::Unfinished]);
    check(&[&[0x7E, 0x7D, 3], &good[1..]], 0, &[Reason::BadEscape]);
    check(&[&[0x7E, 0x7D, 0x7E]], 0, &[Reason::BadEscape]);
    check(&[&[0x7E], &[1; 3000], &good], 1, &[Reason::TooLong { limit: 2092 }]);
}

#[test]
fn the_longest_frame_is_taken() {
    let long = |body: usize| {
        let mut inner = hex("0801 63FF 01 7D7D7D7D7D7D7D7D7D7D 7E7E 7E7E 7E7E");
        inner.extend(vec![0x7E; body]);
        framed(&inner)
    };
    for (body, expected) in [(1023, 1), (1024, 0)] {
        let stream = long(body);
        assert_eq!(whole(Jt808, &stream).into_iter().flatten().count(), expected);
        assert_eq!(in_pieces(Jt808, &stream, &[7, 1]), whole(Jt808, &stream));
    }
}

#[test]
fn a_peer_that_never_ends() {
    let mut reassembler = Reassembler::new(Jt808);
    for _ in 0..2_000 {
        assert!(reassembler.push(&[0x31; 1_000]).iter().all(Result::is_err));
        assert!(reassembler.push(&[0x7E, 0x32]).iter().all(Result::is_err));
        assert!(reassembler.held() <= 2_092);
    }
    let tally = reassembler.tally();
    assert!(tally.frames == 0 && tally.discarded + 66_000 > tally.bytes);
}

prop_compose! {
    fn frame()(
        id: u16,
        reserved: bool,
        encryption in 0..8_u8,
        version: u8,
        new in proptest::option::of(any::<[u8; 10]>()),
        old: [u8; 6],
        serial: u16,
        part in proptest::option::of((any::<u16>(), any::<u16>())),
        body in prop::collection::vec(prop_oneof![Just(0x7E), Just(0x7D), any::<u8>()], 0..80),
    ) -> Frame {
        let (edition, terminal) = match new {
            Some(bytes) => (Edition::Of2019 { version }, Terminal::Of2019(bytes)),
            None => (Edition::Of2013, Terminal::Of2013(old)),
        };
        let part = part.map(|(total, number)| Part { total, number });
        Frame { id, edition, encryption, reserved, terminal, serial, part, body }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decodes_what_it_encodes(frame in frame()) {
        prop_assert_eq!(Frame::decode(&frame.to_bytes()), Ok(frame));
    }

    #[test]
    fn reads_do_not_matter(
        parts in prop::collection::vec(
            prop_oneof![
                3 => frame().prop_map(|frame| frame.to_bytes()),
                1 => prop::collection::vec(prop_oneof![Just(0x7E), Just(0x7D), any::<u8>()], 0..40),
                1 => (frame(), 1..40_usize).prop_map(|(frame, cut)| {
                    let bytes = frame.to_bytes();
                    bytes[..cut.min(bytes.len())].to_vec()
                }),
            ],
            0..8,
        ),
        lengths in prop::collection::vec(1..60_usize, 1..6),
    ) {
        let stream = parts.concat();
        let found = whole(Jt808, &stream);
        prop_assert_eq!(&in_pieces(Jt808, &stream, &lengths), &found);
        prop_assert_eq!(&in_pieces(Jt808, &stream, &[1]), &found);
        refusals_stand_where_they_say(&stream, &found);
    }

    #[test]
    fn a_frame_after_garbage_is_found(garbage in prop::collection::vec(any::<u8>(), 0..3000), frame in frame()) {
        let found = whole(Jt808, &[&garbage[..], &frame.to_bytes()].concat());
        prop_assert_eq!(found.into_iter().flatten().next_back(), Some(frame));
    }

    #[test]
    fn no_bytes_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        id in prop_oneof![Just(1_u16), Just(0x100), Just(0x102), Just(0x200), Just(0x201), Just(0x704), Just(0x8001), any::<u16>()],
        new: bool,
    ) {
        let terminal = if new { Terminal::Of2019([0; 10]) } else { Terminal::Of2013([0; 6]) };
        meaning(&Frame::new(id, terminal, 0, bytes.clone()).unwrap());
        for frame in whole(Jt808, &bytes).into_iter().chain(whole(Jt808, &framed(&bytes))).flatten() {
            meaning(&frame);
        }
    }

    #[test]
    fn parts_make_the_whole_in_any_order(
        body in prop::collection::vec(any::<u8>(), 1..500),
        length in 50..200_usize,
        serial: u16,
        order in Just((0..10_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let pieces: Vec<&[u8]> = body.chunks(length).collect();
        let total = u16::try_from(pieces.len()).unwrap();
        let mut fragments = Fragments::default();
        let mut last = None;
        for place in order.into_iter().filter(|place| *place < pieces.len()) {
            let number = u16::try_from(place + 1).unwrap();
            let terminal = Terminal::Of2013([0; 6]);
            let mut frame = Frame::new(0x0801, terminal, serial.wrapping_add(number - 1), pieces[place].to_vec()).unwrap();
            frame.part = Some(Part { total, number });
            last = Some(fragments.add(frame, 0).unwrap());
        }
        let Some(Joined::Whole(whole)) = last else { panic!("{last:?}") };
        prop_assert_eq!((whole.body, whole.serial), (body, serial));
        prop_assert_eq!(fragments.waiting().bytes(), 0);
    }
}
