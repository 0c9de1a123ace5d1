//! HJ 212 from outside: known answers, a table of packets made by the rules, and laws.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{hex, in_pieces, reasons, refusals_stand_where_they_say, vectors, whole};
use proptest::prelude::*;
use serde_json::Value;
use tingzhou_protocols::hj212::crc::crc;
use tingzhou_protocols::hj212::seal::{Key, to_hex};
use tingzhou_protocols::hj212::{Hj212, Packet, claimed};
use tingzhou_protocols::{Reason, Reassembler};

fn framed(segment: &[u8]) -> Vec<u8> {
    let mut packet = format!("##{:04}", segment.len()).into_bytes();
    packet.extend_from_slice(segment);
    packet.extend(format!("{:04X}", crc(segment)).bytes());
    packet
}

fn bytes(found: &[Result<Packet, tingzhou_protocols::Refusal>]) -> Vec<Vec<u8>> {
    found.iter().filter_map(|one| one.as_ref().ok()).map(Packet::to_bytes).collect()
}

#[test]
fn known_answers() {
    let Some(text) = vectors("hj212.jsonl") else { return };
    let (mut valid, mut bad, mut sealed, mut unread) = (0, 0, 0, 0);
    for line in text.lines() {
        let one: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| one[name].as_str();
        if let Some(cipher) = field("ciphertext_hex") {
            opens(cipher, field("plaintext").unwrap(), field("key_hex").unwrap(), field("crc").unwrap());
            sealed += 1;
            continue;
        }
        let packet = match (field("packet"), field("segment")) {
            (Some(packet), _) => packet.as_bytes().to_vec(),
            (_, Some(segment)) => framed(segment.as_bytes()),
            _ => panic!("{line}"),
        };
        let stream = [&b"\r\n\x00noise#"[..], &packet, b"\r\n"].concat();
        let found = whole(Hj212, &stream);
        if field("verdict") == Some("bad-crc") {
            let Err(Reason::BadChecksum { computed, .. }) = Packet::decode(&packet) else { panic!("{line}") };
            assert_eq!(format!("{computed:04X}"), field("crc").unwrap());
            assert!(matches!(reasons(found)[..], [Reason::Noise, Reason::BadChecksum { .. }]), "{line}");
            bad += 1;
            continue;
        }
        let decoded = Packet::decode(&packet).unwrap_or_else(|reason| panic!("{reason}: {line}"));
        assert_eq!(decoded.to_bytes(), packet, "{line}");
        assert_eq!(bytes(&found), [packet], "{line}");
        assert_eq!(format!("{:04X}", crc(decoded.segment())), field("crc").unwrap());
        match decoded.parameters() {
            Ok(parameters) => {
                assert_eq!(parameters.to_bytes(), decoded.content());
                parameters.readings().unwrap_or_else(|reason| panic!("{reason}: {line}"));
                parameters.data_time().unwrap_or_else(|reason| panic!("{reason}: {line}"));
            }
            // One example of the standard's is printed with an ellipsis in place of more factors.
            Err(reason) => {
                assert!(line.contains('…'), "{reason}: {line}");
                unread += 1;
            }
        }
        valid += 1;
    }
    assert_eq!((valid, bad, sealed, unread), (35, 4, 2, 1));
}

/// An encrypted example stands on the line in one of four ways: as bytes or as digits, with the length and checksum of
/// the plain text or its own.
fn opens(cipher: &str, plain: &str, key: &str, check: &str) {
    let key = Key::new(hex(key).try_into().unwrap());
    let tail = &plain.as_bytes()[plain.len() / 16 * 16..];
    let mut sealed = hex(cipher);
    sealed.extend_from_slice(tail);
    assert_eq!(key.seal(plain.as_bytes()), sealed);
    let head = "QN=20240520210700000;ST=31;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&";
    let segment = |content: &[u8]| [head.as_bytes(), content, b"&&"].concat();
    let clear = segment(plain.as_bytes());
    assert_eq!(format!("{:04X}", crc(&clear)), check);
    for content in [sealed.clone(), to_hex(&sealed)] {
        let wire = segment(&content);
        for length in [clear.len(), wire.len()] {
            for crc in [crc(&clear), crc(&wire)] {
                let packet = [format!("##{length:04}").as_bytes(), &wire, format!("{crc:04X}").as_bytes()].concat();
                let found = whole(Hj212, &[&packet[..], b"\r\n", &packet, b"\r\n"].concat());
                assert_eq!(bytes(&found), [packet.clone(), packet.clone()]);
                let decoded = Packet::decode(&packet).unwrap();
                assert!(decoded.is_sealed());
                assert_eq!(decoded.parameters(), Err(Reason::Encrypted));
                let opened = decoded.open(&key).unwrap();
                assert_eq!(opened.content(), plain.as_bytes());
                assert!(opened.parameters().unwrap().readings().unwrap().len() >= 2);
                let wrong = decoded.open(&Key::new([1; 16]));
                assert!(wrong.is_err(), "{wrong:?}");
            }
        }
    }
}

/// With the right length and checksum a packet is one, and is written back; what its header says may be refused.
#[test]
fn packets_made_by_the_rules() {
    let check = |segment: &str, expected: Result<(), Reason>| {
        let packet = framed(segment.as_bytes());
        let decoded = Packet::decode(&packet).unwrap_or_else(|reason| panic!("{reason}: {segment}"));
        assert_eq!(decoded.header().map(drop), expected, "{segment}");
        assert_eq!(decoded.to_bytes(), packet);
        assert_eq!(bytes(&whole(Hj212, &packet)), [packet]);
        if let Err(reason) = expected {
            assert_eq!(decoded.parameters().map(drop), Err(reason.clone()), "{segment}");
            assert_eq!(Packet::build(segment).map(drop), Err(reason.clone()), "{segment}");
            assert_eq!(tingzhou_protocols::hj212::answer::answer_to(&decoded), Err(reason), "{segment}");
        }
    };
    let field = |field| Err(Reason::BadField { field });
    let range = |field| Err(Reason::OutOfRange { field });
    check("ST=22;CN=2011;MN=A;CP=&&&&", Ok(()));
    check("QN=20240229235959999;ST=22;CN=2011;PW=;MN=A;Flag=5;XX=unknown;CP=&&a=1&&", Ok(()));
    check("ST=22;CN=2011;MN=A;Flag=7;PNUM=3;PNO=0003;CP=&&&&", Ok(()));
    check("ST=22;CN=2011;MN=A;Flag=9;RF=1;CP=&&&&", Ok(()));
    check("ST=22;CN=2011;MN=A;CP=&&a&&b=1&&", Ok(()));
    check("CN=2011;MN=A;CP=&&&&", field("ST"));
    check("ST=222;CN=2011;MN=A;CP=&&&&", field("ST"));
    check("ST=22;MN=A;CP=&&&&", field("CN"));
    check("ST=22;CN=20x1;MN=A;CP=&&&&", field("CN"));
    check("ST=22;CN=２011;MN=A;CP=&&&&", Err(Reason::NotAscii { field: "CN" }));
    check("ST=91;CN=9014;CP=&&QN=20040516010101001;CN=2051&&", Ok(()));
    check("ST=22;CN=2011;MN=;CP=&&&&", field("MN"));
    check("QN=2024022923595999;ST=22;CN=2011;MN=A;CP=&&&&", field("QN"));
    check("QN=20230229235959999;ST=22;CN=2011;MN=A;CP=&&&&", range("QN"));
    check("QN=20240229246059999;ST=22;CN=2011;MN=A;CP=&&&&", range("QN"));
    check("ST=22;CN=2011;MN=A;Flag=256;CP=&&&&", range("Flag"));
    check("ST=22;CN=2011;MN=A;Flag=-1;CP=&&&&", field("Flag"));
    check("ST=22;CN=2011;MN=A;Flag=7;CP=&&&&", field("PNUM"));
    check("ST=22;CN=2011;MN=A;Flag=7;PNUM=2;CP=&&&&", field("PNO"));
    check("ST=22;CN=2011;MN=A;Flag=7;PNUM=2;PNO=3;CP=&&&&", range("PNO"));
    check("ST=22;CN=2011;MN=A;Flag=7;PNUM=0;PNO=0;CP=&&&&", range("PNO"));
    check("ST=22;CN=2011;MN=A;RF=7;CP=&&&&", field("RF"));
    check("ST=22;CN=2011;MN=A;ST=22;CP=&&&&", field("segment"));
    check("ST=22;CN=2011;MN=A;x;CP=&&&&", field("segment"));
    check("ST=22;CN=2011;MN=A;站=1;CP=&&&&", Err(Reason::NotAscii { field: "segment" }));
    check("ST=22;CN=2011;MN=A", field("CP"));
    check("ST=22;CN=2011;MN=A;CP=&&", field("CP"));
    check("ST=22;CN=2011;MN=A;CP=&&a=1&&;X=1", field("CP"));
    check("ST=22;CN=2011;MN=A;Flag=4;PNUM=0;PNO=0;CP=&&&&", range("PNO"));
    check("QN=20160801085857;ST=22;CN=2011;MN=A;Flag=5;CP=&&&&", field("QN"));
    check("", field("CP"));
}

#[test]
fn whose_a_header_is_that_cannot_be_read() {
    let check = |segment: &str, expected: Result<&str, Reason>| {
        let decoded = Packet::decode(&framed(segment.as_bytes())).unwrap();
        assert!(decoded.header().is_err());
        assert_eq!(decoded.station(), expected, "{segment}");
    };
    check("QN=2016;ST=22;CN=2011;MN=A1;CP=&&&&", Ok("A1"));
    check("MN=A1;x;CP=&&&&", Ok("A1"));
    check("MN=A1;ST=22;CN=2011;CP=&&", Ok("A1"));
    check("MN=;ST=22;CN=2011;CP=&&&&", Err(Reason::BadField { field: "MN" }));
    check("MN=A\u{7F};ST=22;CN=1;CP=&&&&", Err(Reason::NotAscii { field: "MN" }));
    check("ST=2;CN=2011;CP=&&&&", Err(Reason::BadField { field: "MN" }));
}

#[test]
fn whose_what_was_refused_says_it_is() {
    let check = |refused: &str, expected: Option<&str>| assert_eq!(claimed(refused.as_bytes()), expected, "{refused}");
    check("##0030QN=1;ST=22;MN=A1;CP=&&", Some("A1"));
    check("##0030MN=A1;CP=&&", Some("A1"));
    check("##0030ST=22;MN=A1;Fl", Some("A1"));
    // Where it is not seen to the end, or is none.
    check("##0030ST=22;MN=A1", None);
    check("##0030ST=22;CP=&&x;MN=A1;", None);
    check("##0030MN=;CP=", None);
    check("##0030MN=A\n;CP=", None);
    check("##0030XMN=A;CP=", None);
    check("0030MN=A1;CP=", None);
    check("##00", None);
    check("", None);
}

/// One packet by itself: its length is what there is, so that only the checksum can be wrong.
#[test]
fn packets_by_themselves() {
    let good = framed(b"ST=22;CN=2011;MN=A;CP=&&a=1&&");
    let check = |bytes: &[u8], expected: Result<(), &str>| {
        let found = Packet::decode(bytes).map(drop).map_err(|reason| reason.code());
        assert_eq!(found, expected, "{}", bytes.escape_ascii());
    };
    for end in [&b""[..], b"\r\n", b"\n", b"\r"] {
        check(&[&good, end].concat(), Ok(()));
    }
    let changed = |at: usize, byte: u8| {
        let mut packet = good.clone();
        packet[at] = byte;
        packet
    };
    check(&[&good[..], b"\r\n\r\n"].concat(), Err("bad-length"));
    check(&[&good[..], b" "].concat(), Err("bad-length"));
    check(&good[..good.len() - 1], Err("bad-length"));
    check(&good[1..], Err("noise"));
    check(&good[..9], Err("too-short"));
    check(b"##", Err("too-short"));
    check(b"##12x4", Err("bad-field"));
    check(b"##1025", Err("too-long"));
    // The closing `&&`, and each place of the checksum.
    let end = good.len();
    for (at, byte) in [(end - 5, b'x'), (end - 6, b'x'), (end - 4, b'Z'), (end - 1, b' '), (end - 2, b'\n')] {
        check(&changed(at, byte), Err("bad-checksum"));
        let found = reasons(whole(Hj212, &changed(at, byte)));
        let expected = if at < end - 4 { "bad-length" } else { "bad-checksum" };
        assert_eq!(found.first().map(Reason::code), Some(expected), "{}", changed(at, byte).escape_ascii());
    }
}

#[test]
fn reads_that_end_anywhere() {
    let check = |stream: &[u8]| {
        let expected = whole(Hj212, stream);
        for length in 1..=stream.len() {
            assert_eq!(
                in_pieces(Hj212, stream, &[length]),
                expected,
                "in reads of {length}: {}",
                stream.escape_ascii()
            );
        }
    };
    // A read that ends within what may be the first block of encrypted content.
    let begun = "##0084ST=22;CN=2011;PW=123456;MN=A12345678901234567890;Flag=5;CP=&&0123456789ABCDEF";
    check(begun.as_bytes());
    check(format!("{begun}01234567x##0084ST=22;CN=2011").as_bytes());
    check(format!("{begun}0123456789ABCDEF0123456789##0084ST=22;CN=2011").as_bytes());
    // An end before the stated one, and bytes up to that.
    check(b"##0084ST=22;CN=2011;MN=A;CP=&&a=1&&1234\r\n##0084ST=22;CN=2011;MN=A;CP=&&a=1&&1234\r\n1234567890");
}

#[test]
fn envelopes_that_are_none() {
    let good = framed(b"ST=22;CN=2011;MN=A;CP=&&a=1&&");
    let check = |stream: &[u8], frames: usize, expected: &[Reason]| {
        let found = whole(Hj212, stream);
        assert_eq!(found.iter().filter(|one| one.is_ok()).count(), frames, "{}", stream.escape_ascii());
        refusals_stand_where_they_say(stream, &found);
        assert_eq!(reasons(found), expected, "{}", stream.escape_ascii());
    };
    let with = |before: &[u8]| [before, &good].concat();
    let changed = |at: usize, byte: u8| {
        let mut packet = good.clone();
        packet[at] = byte;
        packet
    };
    check(b"", 0, &[]);
    check(&good, 1, &[]);
    check(&with(&good), 2, &[]);
    check(&with(b"\r\n\r\n"), 1, &[]);
    check(&with(b"abc"), 1, &[Reason::Noise]);
    check(&with(b"#"), 1, &[Reason::Noise]);
    check(&with(b"####"), 1, &[Reason::Noise]);
    check(&with(b"##12"), 1, &[Reason::BadField { field: "length" }]);
    check(&with(b"##1025"), 1, &[Reason::TooLong { limit: 1024 }]);
    check(b"##00", 0, &[Reason::Unfinished]);
    check(&good[..good.len() - 1], 0, &[Reason::Unfinished]);
    // A packet cut off is followed by a whole one; the line end shows that the first will not be finished.
    let line = [&good[..], b"\r\n"].concat();
    check(&[&good[..20], &line].concat(), 1, &[Reason::BadLength { stated: 29 }]);
    check(&[&changed(4, b'3')[..], b"\r\n", &line].concat(), 1, &[Reason::BadLength { stated: 39 }]);
    // Too great by ten, too small by ten and by one.
    for (at, byte, stated) in [(4, b'3', 39), (4, b'1', 19), (5, b'8', 28)] {
        check(&[&changed(at, byte)[..], b"\r\n"].concat(), 0, &[Reason::BadLength { stated }]);
    }
    let mut lower = good.clone();
    let digits = lower.len() - 4;
    lower[digits..].make_ascii_lowercase();
    check(&lower, 1, &[]);
    assert_eq!(Packet::decode(&lower).unwrap().to_bytes(), lower);
    assert!(matches!(Packet::decode(&changed(8, b'5')), Err(Reason::BadField { .. } | Reason::BadChecksum { .. })));
    assert!(matches!(Packet::decode(&changed(30, b'5')), Err(Reason::BadChecksum { .. })));
}

#[test]
fn a_peer_that_never_ends() {
    let mut reassembler = Reassembler::new(Hj212);
    for piece in [&b"#"[..], b"##1024", b"x", b"##0100##0100"].iter().cycle().take(50_000) {
        for refused in reassembler.push(piece) {
            assert!(refused.is_err());
        }
        assert!(reassembler.held() <= 2 * 1024 + 10);
    }
    assert_eq!(reassembler.tally().frames, 0);
    assert!(reassembler.tally().discarded + 2 * 1024 + 10 > reassembler.tally().bytes - 65_536);
}

prop_compose! {
    fn segment()(
        qn in proptest::option::of(0..28_u8),
        st in 20..99_u8,
        cn in 1000..9999_u16,
        mn in "[A-Z0-9]{1,24}",
        flag in proptest::option::of(prop_oneof![Just(0_u8), Just(4), Just(5), Just(8), Just(9)]),
        content in "(([a-z][0-9]{5}-(Rtd|Avg|Min|Max|Cou|ZsRtd)=-?[0-9]{1,6}(\\.[0-9]{1,6})?)[;,]){0,8}",
    ) -> String {
        let qn = qn.map(|day| format!("QN=202402{:02}081500123;", day + 1)).unwrap_or_default();
        let flag = flag.map(|flag| format!("Flag={flag};")).unwrap_or_default();
        let content = content.trim_end_matches([',', ';']);
        format!("{qn}ST={st};CN={cn};PW=123456;MN={mn};{flag}CP=&&{content}&&")
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn encodes_what_it_decodes(segment in segment()) {
        let packet = Packet::build(segment.as_bytes()).unwrap();
        prop_assert_eq!(packet.to_bytes(), framed(segment.as_bytes()));
        prop_assert_eq!(&Packet::decode(&packet.to_bytes()).unwrap(), &packet);
        prop_assert_eq!(&Packet::decode(&packet.to_line()).unwrap(), &packet);
        let parameters = packet.parameters().unwrap();
        prop_assert_eq!(parameters.to_bytes(), packet.content());
        prop_assert!(parameters.readings().is_ok());
    }

    #[test]
    fn opens_what_it_seals(content in "DataTime=20240520210600(;[a-z][0-9]{5}-Rtd=[0-9]{1,4}){0,20}", key: [u8; 16]) {
        let packet = Packet::build(format!("ST=31;CN=2011;MN=A;Flag=8;CP=&&{content}&&")).unwrap();
        let key = Key::new(key);
        let sealed = packet.seal(&key).unwrap();
        let found = whole(Hj212, &sealed.to_line());
        prop_assert_eq!(&found[..], &[Ok(sealed)]);
        prop_assert_eq!(found[0].as_ref().unwrap().open(&key).unwrap(), packet);
    }

    #[test]
    fn reads_do_not_matter(
        parts in prop::collection::vec(
            prop_oneof![
                3 => segment().prop_map(|segment| framed(segment.as_bytes())),
                1 => Just(b"\r\n".to_vec()),
                1 => "[#0-9&A-F\r\n]{0,40}".prop_map(String::into_bytes),
                1 => prop::collection::vec(any::<u8>(), 0..60),
                1 => (segment(), 1..60_usize).prop_map(|(segment, cut)| framed(segment.as_bytes())[..cut.min(segment.len())].to_vec()),
            ],
            0..8,
        ),
        lengths in prop::collection::vec(1..80_usize, 1..6),
    ) {
        let stream = parts.concat();
        let found = whole(Hj212, &stream);
        prop_assert_eq!(&in_pieces(Hj212, &stream, &lengths), &found);
        prop_assert_eq!(&in_pieces(Hj212, &stream, &[1]), &found);
        refusals_stand_where_they_say(&stream, &found);
    }

    #[test]
    fn a_packet_after_garbage_is_found(garbage in prop::collection::vec(any::<u8>(), 0..300), segment in segment()) {
        let packet = framed(segment.as_bytes());
        let found = whole(Hj212, &[&garbage[..], &packet].concat());
        prop_assert_eq!(bytes(&found).pop(), Some(packet));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "[#0-9A-Za-z=;,&/.-]{0,200}") {
        for bytes in [&bytes[..], text.as_bytes(), &framed(&bytes), &framed(text.as_bytes())] {
            for packet in whole(Hj212, bytes).into_iter().flatten() {
                let _ = packet.parameters().map(|parameters| parameters.readings().map(drop));
                let _ = packet.open(&Key::new([0; 16]));
                let _ = tingzhou_protocols::hj212::answer::answer_to(&packet);
            }
        }
    }
}
