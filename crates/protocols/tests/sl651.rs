//! SL 651 from outside: known answers, tables of frames and bodies made by the rules, and laws.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{hex, in_pieces, reasons, refusals_stand_where_they_say, vectors, whole};
use proptest::prelude::*;
use rust_decimal::Decimal;
use tingzhou_protocols::sl651::answer::confirm;
use tingzhou_protocols::sl651::crc::crc;
use tingzhou_protocols::sl651::framing::Judged;
use tingzhou_protocols::sl651::{
    Code, Control, Direction, Frame, Observation, Part, Report, Sl651, Start, StationKind, Value, address, claimed,
};
use tingzhou_protocols::stream::{Framing, Scan};
use tingzhou_protocols::{Reason, Reassembler};

/// A frame by hand: everything from the centre's address to the ending character, with marks and checksum.
fn framed(inner: &str) -> Vec<u8> {
    let mut frame = vec![0x7E, 0x7E];
    frame.extend(hex(inner));
    frame.extend(crc(&frame).to_be_bytes());
    frame
}

fn shown(observation: &Observation<'_>) -> String {
    let name = match observation.code {
        Code::One(code) => observation.code.element().map_or(format!("{code:02X}"), |e| e.symbol.to_owned()),
        Code::Extended(code) => format!("FF{code:02X}"),
    };
    let unit = observation.code.element().map_or("", |element| element.unit);
    let value = match &observation.value {
        Value::Number(value) => format!("{value}{unit}"),
        Value::Missing => "-".into(),
        Value::Series(values) => {
            let one = |value: &Option<Decimal>| value.map_or("-".into(), |value| value.to_string());
            format!("[{}]{unit}", values.iter().map(one).collect::<Vec<_>>().join(" "))
        }
        Value::Step { days, hours, minutes } => format!("{days}d{hours}h{minutes}m"),
        Value::Bits(bits) => format!("{bits:#b}"),
        Value::Unread => "?".into(),
    };
    format!("{name}={value}")
}

fn said(report: &Report<'_>) -> String {
    report.observations.iter().map(shown).collect::<Vec<_>>().join(" ")
}

#[test]
fn known_answers() {
    let Some(text) = vectors("sl651.tsv") else { return };
    let mut answers = Vec::new();
    let mut reports = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let [verdict, _, digits] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!(verdict, "valid");
        let bytes = hex(digits);
        let frame = Frame::decode(&bytes).unwrap_or_else(|reason| panic!("{reason}: {line}"));
        assert_eq!(frame.to_bytes(), bytes, "{line}");
        let stream = [&[0x7E, 0x00, 0x7E][..], &bytes, &[0x7E], &bytes].concat();
        assert_eq!(whole(Sl651, &stream).into_iter().flatten().collect::<Vec<_>>(), [frame.clone(), frame.clone()]);
        match frame.direction {
            Direction::Down => answers.push(frame),
            Direction::Up => reports.push(frame),
        }
    }
    assert_eq!((answers.len(), reports.len()), (4, 7));
    for report in &reports {
        let read = report.report().unwrap();
        assert_eq!(read.station.is_some(), report.function != 0x2F);
        assert!(
            read.observations.iter().all(|one| matches!(one.value, Value::Number(_)) && one.code.element().is_some())
        );
    }
    // Some of the answers answer one of the reports: they are what is built for it.
    let mut built = 0;
    for answer in &answers {
        let asked = reports.iter().find(|report| {
            (report.station, report.centre, report.function) == (answer.station, answer.centre, answer.function)
                && report.body[..2] == answer.body[..2]
        });
        let Some(asked) = asked else { continue };
        let sent = Report::read(answer.function, &answer.body).unwrap().sent;
        assert_eq!(confirm(asked, answer.end, sent), Ok(Some(answer.to_bytes())));
        built += 1;
    }
    assert!(built >= 3, "{built}");
}

/// A frame inside what seems one: found whole as it is in pieces.
#[test]
fn frames_inside_others() {
    let inner = framed("01 0012345678 04D2 2F 0008 02 0001 250101080000 03");
    let digits: String = inner.iter().map(|byte| format!("{byte:02X}")).collect();
    // The length counts the body, which is the inner frame.
    let around = |end: &str| framed(&format!("01 0012345678 04D2 2F {:04X} 02 {digits} {end}", inner.len()));
    let check = |stream: &[u8]| {
        let found = whole(Sl651, stream);
        assert_eq!(
            found.iter().flatten().map(Frame::to_bytes).collect::<Vec<_>>(),
            std::slice::from_ref(&inner),
            "{found:?}"
        );
        for length in 1..stream.len() {
            assert_eq!(in_pieces(Sl651, stream, &[length]), found, "in reads of {length}");
        }
    };
    check(&inner);
    // With a right checksum and an ending no frame has, and one every frame may have.
    check(&around("00"));
    check(&around("03"));
}

#[test]
fn frames_made_by_the_rules() {
    use Control::{Again, End, Enquiry, Go, LastText, MoreText, Stay};
    use Direction::{Down, Up};
    let check = |inner: &str, expected: Result<(Direction, usize, Control), Reason>| {
        let bytes = framed(inner);
        let decoded = Frame::decode(&bytes);
        if let Ok(frame) = &decoded {
            assert_eq!((frame.centre, frame.station_address().unwrap()), (1, "0012345678".to_owned()), "{inner}");
            assert_eq!(frame.to_bytes(), bytes, "{inner}");
        }
        let found = decoded.as_ref().map(|frame| (frame.direction, frame.body.len(), frame.end)).map_err(Clone::clone);
        assert_eq!(found, expected, "{inner}");
    };
    // centre, station, password, function, direction and length, start, body, end
    check("01 0012345678 04D2 2F 0008 02 0001 250101080000 03", Ok((Up, 8, LastText)));
    check("01 0012345678 04D2 36 0004 16 002001 FF 17", Ok((Up, 1, MoreText)));
    check("0012345678 01 04D2 32 8008 02 0001 250101080000 04", Ok((Down, 8, End)));
    for (end, control) in [("05", Enquiry), ("06", Go), ("15", Again), ("1B", Stay)] {
        check(&format!("0012345678 01 04D2 37 8001 02 00 {end}"), Ok((Down, 1, control)));
    }
    check("01 0012345678 04D2 2F 0000 02 03", Ok((Up, 0, LastText)));
    check("01 0012345678 04D2 2F 0000 03", Ok((Up, 0, LastText)));
    check("01 0012345678 04D2 2F 1001 02 00 03", Err(Reason::UnknownDirection { found: 1 }));
    check("01 0012345678 04D2 2F F001 02 00 03", Err(Reason::UnknownDirection { found: 15 }));
    check("01 0012345678 04D2 2F 0001 01 00 03", Err(Reason::UnknownControl { found: 1 }));
    check("01 0012345678 04D2 2F 0001 02 00 02", Err(Reason::UnknownControl { found: 2 }));
    check("01 0012345678 04D2 36 0002 16 0020 03", Err(Reason::BadField { field: "SYN" }));
    check("01 0012345678 04D2 2F 0002 02 00 03", Err(Reason::BadLength { stated: 2 }));
    check("01 0012345678 04D2 2F 0001 02 0000 03", Err(Reason::BadLength { stated: 1 }));
    check("01 0012345678 04", Err(Reason::TooShort));
    // By itself a frame of the right length has the wrong checksum, wherever it is garbled.
    let good = framed("01 0012345678 04D2 2F 0008 02 0001 250101080000 03");
    for at in [2, 9, 10, 13, 15, good.len() - 3, good.len() - 2, good.len() - 1] {
        let mut garbled = good.clone();
        garbled[at] ^= 0x40;
        assert!(matches!(Frame::decode(&garbled), Err(Reason::BadChecksum { .. })), "{at}");
    }
    let part = Frame::decode(&framed("01 0012345678 04D2 36 0004 16 123456 FF 17")).unwrap();
    assert_eq!(part.start, Some(Start::Part(Part { total: 0x123, number: 0x456 })));
}

#[test]
fn streams() {
    let good = framed("01 0012345678 04D2 2F 0008 02 0001 250101080000 03");
    let check = |stream: &[&[u8]], frames: usize, expected: &[Reason]| {
        let stream = stream.concat();
        let found = whole(Sl651, &stream);
        refusals_stand_where_they_say(&stream, &found);
        assert_eq!(found.iter().filter(|one| one.is_ok()).count(), frames, "{stream:02X?}");
        assert_eq!(reasons(found), expected, "{stream:02X?}");
        assert_eq!(in_pieces(Sl651, &stream, &[1]), whole(Sl651, &stream), "{stream:02X?}");
    };
    let changed = |at: usize, byte: u8| {
        let mut frame = good.clone();
        frame[at] = byte;
        frame
    };
    let garbled = crc(&changed(16, 9)[..good.len() - 2]);
    let stated = u16::from_be_bytes([good[good.len() - 2], good[good.len() - 1]]);
    check(&[&good], 1, &[]);
    check(&[&good, &good], 2, &[]);
    check(&[&[0x7E], &good, &[0x7E; 3], &good], 2, &[Reason::Noise, Reason::BadLength { stated: 0x04D2 }]);
    check(&[b"abc", &good], 1, &[Reason::Noise]);
    check(&[&good[..20]], 0, &[Reason::Unfinished]);
    check(&[&good[..9], &good], 1, &[Reason::BadLength { stated: 0x100 }]);
    check(&[&good[..20], &good], 1, &[Reason::BadLength { stated: 8 }]);
    // A damaged length: the next whole frame shows it at once.
    check(&[&changed(11, 0x0F), &good], 1, &[Reason::BadLength { stated: 0xF08 }]);
    check(&[&changed(12, 9), &good], 1, &[Reason::BadLength { stated: 9 }]);
    check(&[&changed(12, 7), &good], 1, &[Reason::BadLength { stated: 7 }]);
    check(&[&changed(11, 0x30), &good], 1, &[Reason::UnknownDirection { found: 3 }]);
    check(&[&changed(16, 9), &good], 1, &[Reason::BadChecksum { stated, computed: garbled }]);
    check(&[b"\x010100123456780", &good], 1, &[Reason::Noise]);
    let ascii = b"\x0101001234567804D22F0008\x020001250101080000\x03ABCD";
    check(&[ascii, &good], 1, &[Reason::OtherEncoding { found: "ASCII" }]);
}

#[test]
fn bodies_made_by_the_rules() {
    let head = "0001 250101080000 F1F1 0012345678 4B F0F0 2501010800";
    let check = |function: u8, rest: &str, expected: Result<&str, Reason>| {
        let body = hex(&format!("{head}{rest}"));
        let found = Report::read(function, &body);
        if let Ok(report) = &found {
            assert_eq!((report.serial, report.kind), (1, Some(StationKind::Reservoir)));
            assert!(report.observations.iter().all(|one| one.at == Some("2025-01-01T08:00".parse().unwrap())));
        }
        assert_eq!(found.as_ref().map(said).map_err(Clone::clone), expected.map(str::to_owned), "{rest}");
    };
    let element = Err(Reason::BadField { field: "element" });
    check(0x32, "", Ok(""));
    check(0x32, "3B 23 00123456 30 2B 0000012345 38 12 1220", Ok("ZU=123.456m QA=12.345m³/s VT=12.20V"));
    check(0x32, "39 23 FF001234 02 11 FF05 39 23 FFFFFFFF", Ok("Z=-1.234m AI=-0.5°C Z=-"));
    check(0x33, "20 19 000005 26 19 AAAAAA", Ok("PJ=0.5mm PT=?"));
    check(0x32, "90 08 42 FF03 11 0125", Ok("90=42 FF03=12.5"));
    check(0x32, "45 20 00000005", Ok("ZT=0b101"));
    check(0x34, "F4 60 00010203040506070809FEFF", Ok("DRP=[0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 25.4 -]mm"));
    check(
        0x34,
        "F5 C0 0001000200030004000500060007000800090010FFFEFFFF 38 12 1220",
        Ok("DRZ1=[0.01 0.02 0.03 0.04 0.05 0.06 0.07 0.08 0.09 0.16 655.34 -]m VT=12.20V"),
    );
    check(0x31, "04 18 000005 22 19 000001 000002 FFFFFF", Ok("04=0d0h5m PN05=0.1mm PN05=0.2mm PN05=-"));
    check(
        0x31,
        "04 18 000005 22 19 39 23 000001 00001000 000002 00002000",
        Ok("04=0d0h5m PN05=0.1mm Z=1.000m PN05=0.2mm Z=2.000m"),
    );
    check(0x31, "04 18 000005 22 19 000001 39 23 00001000", Ok("04=0d0h5m PN05=0.1mm Z=1.000m"));
    check(0x31, "04 18 000005", Ok("04=0d0h5m"));
    check(0x31, "04 18 000005 22 19 0000", element.clone());
    check(0x32, "39", element.clone());
    check(0x32, "39 23 000000", element.clone());
    check(0x32, "39 03 000000", element.clone());
    check(0x32, "F0 01", element.clone());
    check(0x32, "FF", element);
    check(0x32, "F0F0 2513010800", Err(Reason::OutOfRange { field: "F0F0" }));
    check(0x32, "F0F0 250A010800", Err(Reason::BadField { field: "F0F0" }));
    check(0x32, "F1F1 00", Err(Reason::BadField { field: "F1F1" }));
}

#[test]
fn addresses() {
    let check = |station: &str, expected: Result<&str, Reason>| {
        let found = address(&hex(station).try_into().unwrap());
        assert_eq!(found, expected.map(str::to_owned), "{station}");
    };
    let wrong = Err(Reason::BadField { field: "station" });
    check("0012345678", Ok("0012345678"));
    check("0000000000", Ok("0000000000"));
    // An administrative division and a binary number of its own.
    check("652301007B", Ok("652301007B"));
    check("652301EA60", Ok("652301EA60"));
    check("6523010001", Ok("6523010001"));
    check("00123456AB", wrong.clone());
    check("6523AB0001", wrong.clone());
    check("A523010001", wrong);
}

#[test]
fn whose_what_was_refused_says_it_is() {
    let station = [0, 0x12, 0x34, 0x56, 0x78];
    let check = |refused: &str, expected: Option<[u8; 5]>| assert_eq!(claimed(&hex(refused)), expected, "{refused}");
    check("7E7E 01 0012345678 04D2 2F 0008 02 00", Some(station));
    check("7E7E 0012345678 01 04D2 2F 8008", Some(station));
    check("7E7E 01 0012345678 04D2 2F 00", None);
    check("7E7E 01 0012345678 04D2 2F 3008", None);
    check("7E 01 0012345678 04D2 2F 0008 02 00", None);
    check("", None);
}

#[test]
fn bodies_without_a_kind_of_station() {
    let head = "0001 250101080000 F1F1 0012345678";
    let read = |function: u8, rest: &str| {
        let body = hex(&format!("{head}{rest}"));
        Report::read(function, &body).map(|report| (report.station, report.kind, said(&report)))
    };
    let station = Some([0, 0x12, 0x34, 0x56, 0x78]);
    // The clock was set (4A); the state of the station (46); its settings (41).
    assert_eq!(read(0x4A, ""), Ok((station, None, String::new())));
    assert_eq!(read(0x46, "45 20 00000005"), Ok((station, None, "ZT=0b101".to_owned())));
    assert_eq!(read(0x41, "0D 08 01"), Ok((station, None, "GTP=1°C".to_owned())));
    assert_eq!(read(0x32, ""), Err(Reason::BadField { field: "F1F1" }));
    assert_eq!(read(0x3A, "48"), Ok((station, Some(StationKind::River), String::new())));
}

#[test]
fn several_times_and_attachments() {
    let body = hex("0001 250101080000 F1F1 0012345678 50 F0F0 2501010700 20 19 000005 F0F0 2501010800 20 19 000007");
    let report = Report::read(0x32, &body).unwrap();
    let times: Vec<String> = report.observations.iter().filter_map(|one| one.at).map(|at| at.to_string()).collect();
    assert_eq!(times, ["2025-01-01T07:00:00", "2025-01-01T08:00:00"]);
    let body = hex("0001 250101080000 F1F1 0012345678 50 F2F2 54455354");
    assert_eq!(Report::read(0x35, &body).unwrap().attached, Some((0xF2, &b"TEST"[..])));
    for second in ["FD", "F6"] {
        let body = hex(&format!("0001 250101080000 F1F1 0012345678 48 FD{second} 010203"));
        assert_eq!(Report::read(0x32, &body).unwrap().attached, Some((0xFD, &[1, 2, 3][..])));
    }
    assert_eq!(Report::read(0x2F, &hex("0001 251301080000")), Err(Reason::OutOfRange { field: "sent" }));
    assert_eq!(Report::read(0x2F, &hex("0001 25010108")), Err(Reason::BadField { field: "sent" }));
    assert_eq!(Report::read(0x2F, &hex("00")), Err(Reason::BadField { field: "serial" }));
}

#[test]
fn a_peer_that_never_ends() {
    let mut reassembler = Reassembler::new(Sl651);
    let begun = &framed("01 0012345678 04D2 2F 0FFF 02 00")[..15];
    for piece in [begun, &[0x7E][..], &[0x7E; 7], &[0x01, 0x31], &[0; 100]].iter().cycle().take(3_000) {
        assert!(reassembler.push(piece).iter().all(Result::is_err));
        assert!(reassembler.held() < 4_113);
    }
    let tally = reassembler.tally();
    assert!(tally.frames == 0 && tally.discarded + 70_000 > tally.bytes);
}

/// The same without a memory of what was found where.
struct Forgetful;

impl Framing for Forgetful {
    type Frame = Frame;
    type Memory = ();

    const LONGEST: usize = Sl651::LONGEST;

    fn scan(&self, (): &mut (), at: u64, bytes: &[u8], seen: usize) -> Scan<Frame> {
        Sl651.scan(&mut Judged::default(), at, bytes, seen)
    }
}

prop_compose! {
    fn frame()(
        down: bool,
        centre: u8,
        station: [u8; 5],
        password: u16,
        function: u8,
        start in prop_oneof![
            1 => Just(None),
            6 => Just(Some(Start::Whole)),
            3 => (0..4096_u16, 0..4096_u16).prop_map(|(total, number)| Some(Start::Part(Part { total, number }))),
        ],
        body in prop::collection::vec(prop_oneof![Just(0x7E), any::<u8>()], 0..80),
        end in prop::sample::select(vec![Control::LastText, Control::MoreText, Control::Enquiry, Control::End, Control::Stay]),
    ) -> Frame {
        let direction = if down { Direction::Down } else { Direction::Up };
        let body = if start.is_some() { body } else { Vec::new() };
        Frame { direction, centre, station, password, function, start, body, end }
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
                1 => prop::collection::vec(prop_oneof![3 => Just(0x7E), 1 => Just(0), 1 => Just(1), 1 => any::<u8>()], 0..40),
                1 => (frame(), 1..40_usize).prop_map(|(frame, cut)| {
                    let bytes = frame.to_bytes();
                    bytes[..cut.min(bytes.len())].to_vec()
                }),
                2 => (frame(), 0..60_u8).prop_map(|(frame, longer)| {
                    let mut bytes = frame.to_bytes();
                    bytes[12] = bytes[12].wrapping_add(longer);
                    bytes
                }),
                1 => (frame(), 0..20_usize, any::<u8>()).prop_map(|(frame, at, byte)| {
                    let mut bytes = frame.to_bytes();
                    let at = at % bytes.len();
                    bytes[at] = byte;
                    bytes
                }),
            ],
            0..8,
        ),
        lengths in prop::collection::vec(1..60_usize, 1..6),
    ) {
        let stream = parts.concat();
        let found = whole(Sl651, &stream);
        prop_assert_eq!(&in_pieces(Sl651, &stream, &lengths), &found);
        prop_assert_eq!(&in_pieces(Sl651, &stream, &[1]), &found);
        prop_assert_eq!(&whole(Forgetful, &stream), &found);
        refusals_stand_where_they_say(&stream, &found);
    }

    #[test]
    fn a_frame_after_garbage_is_found(garbage in prop::collection::vec(any::<u8>(), 0..300), frame in frame()) {
        let found = whole(Sl651, &[&garbage[..], &frame.to_bytes()].concat());
        prop_assert_eq!(found.into_iter().flatten().next_back(), Some(frame));
    }

    #[test]
    fn no_bytes_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        elements in prop::collection::vec(prop_oneof![Just(0x04), Just(0x18), Just(0x22), Just(0x19), Just(0xF0), Just(0xF4), any::<u8>()], 0..60),
        function in prop_oneof![Just(0x31), Just(0x34), any::<u8>()],
    ) {
        let _ = Report::read(function, &bytes);
        let head = hex("0001 250101080000 F1F1 0012345678 50 F0F0 2501010700 04 18 000005");
        let body = [&head[..], &elements].concat();
        if let Ok(report) = Report::read(function, &body) {
            let raw: usize = report.observations.iter().map(|one| one.raw.len()).sum();
            prop_assert!(raw <= body.len());
        }
        for frame in whole(Sl651, &bytes).into_iter().flatten() {
            let _ = frame.report();
        }
    }
}
