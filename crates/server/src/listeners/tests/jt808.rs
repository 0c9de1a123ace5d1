//! Frames of vehicles in, positions and answers out.

use super::super::connection::Patience;
use super::super::jt808::{Codes, Fleet};
use super::Port;
use super::double::Double;
use tingzhou_platform::Span;
use tingzhou_protocols::Reassembler;
use tingzhou_protocols::jt808::message::id;
use tingzhou_protocols::jt808::{Frame, Jt808, Part, Terminal};

const OLD: Terminal = Terminal::Of2013([0x01, 0x39, 0x12, 0x34, 0x43, 0x21]);
const NEW: Terminal = Terminal::Of2019([0, 0, 0, 0, 0x01, 0x39, 0x12, 0x34, 0x43, 0x21]);
/// The same number in both editions.
const ADDRESS: &str = "13912344321";

fn codes() -> Codes {
    Codes::new(b"secret")
}

fn frame(terminal: Terminal, kind: u16, serial: u16, body: &[u8]) -> Frame {
    Frame::new(kind, terminal, serial, body.to_vec()).unwrap()
}

fn authenticate(terminal: Terminal, code: &str) -> Frame {
    let body = match terminal {
        Terminal::Of2013(_) => code.as_bytes().to_vec(),
        Terminal::Of2019(_) => {
            let length = u8::try_from(code.len()).unwrap();
            [&[length], code.as_bytes(), &[b'1'; 15], &[0; 20]].concat()
        }
    };
    frame(terminal, id::AUTHENTICATE, 1, &body)
}

/// 8:30:00 on the day, 44.011182 N 87.308224 E, 45.0 km/h to the east, 12.3 km on the clock.
fn position(status: u32) -> Vec<u8> {
    let mut body = Vec::new();
    for double in [0, status, 44_011_182, 87_308_224] {
        body.extend(double.to_be_bytes());
    }
    body.extend([0x02, 0x58, 0x01, 0xC2, 0x00, 0x5A, 0x26, 0x03, 0x01, 0x08, 0x30, 0x00]);
    body.extend([1, 4, 0, 0, 0, 123]);
    body
}

fn city() -> Double {
    let double = Double::default();
    let channels: Vec<_> =
        ["longitude", "latitude", "speed", "mileage"].into_iter().map(|code| (Span::Now, code, "1")).collect();
    double.adopt(ADDRESS, &channels);
    double
}

/// Answers as `kind serial-answered kind-answered result`.
fn answers(bytes: &[u8]) -> Vec<String> {
    let found = Reassembler::new(Jt808).push(bytes);
    let frames: Vec<Frame> = found.into_iter().map(Result::unwrap).collect();
    for (no, frame) in (0_u16..).zip(&frames) {
        assert_eq!(frame.serial, no, "the platform's own count");
    }
    let one = |frame: &Frame| match frame.id {
        id::PLATFORM_ANSWER => {
            let [a, b, c, d, result] = frame.body[..] else { panic!("{frame:?}") };
            format!("8001 {a:02X}{b:02X} {c:02X}{d:02X} {result}")
        }
        other => format!("{other:04X} {}", frame.body.iter().map(|byte| format!("{byte:02X}")).collect::<String>()),
    };
    frames.iter().map(one).collect()
}

async fn check(name: &str, sent: &[Frame], kept: &[(u32, f64)], expected: &[&str], refused: &[&str]) {
    let double = city();
    let port = Port::open(|| Fleet::new(codes()), &double, Patience::default()).await;
    let stream: Vec<u8> = sent.iter().flat_map(Frame::to_bytes).collect();
    let answered = port.talk(&[&stream]).await;
    assert_eq!(answers(&answered), expected, "{name}");
    let found = double.kept();
    let values: Vec<(u32, f64)> = found.iter().map(|(no, _, value, _)| (*no, *value)).collect();
    assert_eq!(values, kept, "{name}");
    assert!(found.iter().all(|(_, at, _, quality)| at == "2026-03-01 08:30:00" && *quality == 0), "{name}");
    let reasons: Vec<String> = double.refused().into_iter().map(|(what, count)| format!("{what} {count}")).collect();
    let refused: Vec<String> = refused.iter().map(|what| format!("{ADDRESS} {what}")).collect();
    assert_eq!(reasons, refused, "{name}");
    port.close().await;
}

#[tokio::test]
async fn a_day_of_a_vehicle_in_both_editions() {
    for terminal in [OLD, NEW] {
        let code = codes().of(&terminal).unwrap();
        let registration = [&[0; 4][..], &[b'M'; 71], &[2], b"plate"].concat();
        let told = code.bytes().map(|byte| format!("{byte:02X}")).collect::<String>();
        let registered = format!("8100 000000{told}");
        let first = frame(terminal, id::REGISTER, 0, &registration);
        let batch = |late: u8| {
            let body = position(3);
            let length = u16::try_from(body.len()).unwrap().to_be_bytes();
            [&[0, 2, late][..], &length, &body, &length, &body].concat()
        };
        let at: [(u32, f64); 4] = [(1, 87.308_224), (2, 44.011_182), (3, 45.0), (4, 12.3)];
        let sent = [
            first,
            authenticate(terminal, &code),
            frame(terminal, id::HEARTBEAT, 2, &[]),
            frame(terminal, id::POSITION, 3, &position(3)),
            frame(terminal, id::POSITIONS, 4, &batch(1)),
            frame(terminal, id::TERMINAL_ANSWER, 5, &[0, 1, 0x80, 1, 0]),
            frame(terminal, 0x0900, 6, &[1]),
            frame(terminal, id::SIGN_OFF, 7, &[]),
            frame(terminal, id::POSITION, 8, &position(3)),
        ];
        let expected = [
            registered.as_str(),
            "8001 0001 0102 0",
            "8001 0002 0002 0",
            "8001 0003 0200 0",
            "8001 0004 0704 0",
            "8001 0006 0900 3",
            "8001 0007 0003 0",
            "8001 0008 0200 1",
        ];
        let kept = at.repeat(3);
        check("a day", &sent, &kept, &expected, &["not-authenticated 1", "not-kept 1"]).await;
    }
}

#[tokio::test]
async fn only_positions_of_who_they_say_they_are_with_a_fix() {
    let code = codes().of(&OLD).unwrap();
    let right = authenticate(OLD, &code);
    let fixed = frame(OLD, id::POSITION, 9, &position(3));
    let none: &[(u32, f64)] = &[];
    let at: &[(u32, f64)] = &[(1, 87.308_224), (2, 44.011_182), (3, 45.0), (4, 12.3)];
    let no = ["8001 0001 0102 1", "8001 0009 0200 1"];
    let wrong = authenticate(OLD, "0123456789abcdef");
    check("wrong code", &[wrong, fixed.clone()], none, &no, &["not-authenticated 1", "wrong-code 1"]).await;
    let other = authenticate(OLD, &Codes::new(b"other").of(&OLD).unwrap());
    check("another secret's", &[other, fixed.clone()], none, &no, &["not-authenticated 1", "wrong-code 1"]).await;
    let filled = authenticate(OLD, &format!("{code}\0\0"));
    let yes = ["8001 0001 0102 0", "8001 0009 0200 0"];
    check("filled with zeros", &[filled, fixed.clone()], at, &yes, &[]).await;
    let lost = frame(OLD, id::POSITION, 9, &position(1));
    check("no fix", &[right.clone(), lost], none, &yes, &["no-fix 1"]).await;
    // Before its first fix a terminal knows neither the time nor where it is.
    let cold = |status: u32| [&position(status)[..8], &[0xFF; 14], &[0; 6]].concat();
    check("cold", &[right.clone(), frame(OLD, id::POSITION, 9, &cold(0))], none, &yes, &["no-fix 1"]).await;
    let asked = [&[0, 1][..], &cold(1)].concat();
    let asked = [right.clone(), frame(OLD, id::POSITION_ANSWER, 9, &asked)];
    check("cold, asked", &asked, none, &["8001 0001 0102 0", "8001 0009 0201 0"], &["no-fix 1"]).await;
    let many = [&[0, 2, 1][..], &[0, 28], &cold(0), &[0, 34], &position(3)].concat();
    let many = [right.clone(), frame(OLD, id::POSITIONS, 9, &many)];
    check("cold, of a batch", &many, at, &["8001 0001 0102 0", "8001 0009 0704 0"], &["no-fix 1"]).await;
    let only = [right.clone(), frame(OLD, id::POSITIONS, 9, &[&[0, 1, 1, 0, 28][..], &cold(0)].concat())];
    check("cold, a batch", &only, none, &["8001 0001 0102 0", "8001 0009 0704 0"], &["no-fix 1"]).await;
    let timeless = [right.clone(), frame(OLD, id::POSITION, 9, &cold(2))];
    check("a fix and no time", &timeless, none, &["8001 0001 0102 0", "8001 0009 0200 2"], &["out-of-range 1"]).await;
    // Where it is stands in the fixed part; what follows it is more.
    let more = [&position(3)[..28], &[1, 4, 0]].concat();
    check("extras cut off", &[right.clone(), frame(OLD, id::POSITION, 9, &more)], &at[..3], &yes, &["bad-field 1"])
        .await;
    let nowhere = [&position(3)[..8], &u32::MAX.to_be_bytes(), &position(3)[12..]].concat();
    let bad = ["8001 0001 0102 0", "8001 0009 0200 2"];
    let beyond = frame(OLD, id::POSITION, 9, &nowhere);
    check("nowhere", &[right.clone(), beyond], none, &bad, &["out-of-range 1"]).await;
    let short = frame(OLD, id::POSITION, 9, &position(3)[..20]);
    check("cut off", &[right.clone(), short], none, &bad, &["bad-field 1"]).await;
    let mut secret = fixed.clone();
    secret.encryption = 1;
    check("encrypted", &[right.clone(), secret], none, &["8001 0001 0102 0", "8001 0009 0200 3"], &["encrypted 1"])
        .await;
    let one_bad = [&[0, 2, 0][..], &[0, 1, 9], &[0, 34], &position(3)].concat();
    let batch = frame(OLD, id::POSITIONS, 9, &one_bad);
    check("one of a batch", &[right, batch], at, &["8001 0001 0102 0", "8001 0009 0704 0"], &["bad-field 1"]).await;
}

#[tokio::test]
async fn shifted_positions_are_shifted_back() {
    let double = city();
    let port = Port::open(|| Fleet::new(codes()), &double, Patience::default()).await;
    let sent = [authenticate(OLD, &codes().of(&OLD).unwrap()), frame(OLD, id::POSITION, 2, &position(0b10_0011))];
    let stream: Vec<u8> = sent.iter().flat_map(Frame::to_bytes).collect();
    port.talk(&[&stream]).await;
    let values: Vec<f64> = double.kept().iter().map(|(_, _, value, _)| *value).collect();
    let gcj = tingzhou_platform::city::Gcj02::new(87.308_224, 44.011_182).unwrap().to_wgs84();
    assert!((values[0] - gcj.longitude()).abs() < 1e-6 && (values[1] - gcj.latitude()).abs() < 1e-6, "{values:?}");
    assert!((values[0] - 87.308_224).abs() > 1e-4);
    port.close().await;
}

#[tokio::test]
async fn a_message_in_parts_is_answered_when_it_is_whole() {
    let body = position(3);
    let batch = [&[0, 1, 0][..], &u16::try_from(body.len()).unwrap().to_be_bytes(), &body].concat();
    let (one, two) = batch.split_at(20);
    let part = |number: u16, body: &[u8]| {
        let mut frame = frame(OLD, id::POSITIONS, 10 + number, body);
        frame.part = Some(Part { total: 2, number });
        frame
    };
    let right = authenticate(OLD, &codes().of(&OLD).unwrap());
    let at: &[(u32, f64)] = &[(1, 87.308_224), (2, 44.011_182), (3, 45.0), (4, 12.3)];
    let sent = [right.clone(), part(2, two), part(1, one)];
    check("parts", &sent, at, &["8001 0001 0102 0", "8001 000B 0704 0"], &[]).await;
    check("a part alone", &[right, part(1, one)], &[], &["8001 0001 0102 0"], &[]).await;
    check("of a stranger", &[part(1, one)], &[], &[], &["not-authenticated 1"]).await;
}

#[tokio::test]
async fn of_a_vehicle_nobody_knows_neither_plate_nor_place_is_held() {
    let double = Double::default();
    let port = Port::open(|| Fleet::new(codes()), &double, Patience::default()).await;
    let registration = [&[0; 4][..], &[b'M'; 32], &[2], b"plate"].concat();
    let sent = [
        frame(OLD, id::REGISTER, 0, &registration),
        authenticate(OLD, &codes().of(&OLD).unwrap()),
        frame(OLD, id::POSITION, 2, &position(3)),
    ];
    let stream: Vec<u8> = sent.iter().flat_map(Frame::to_bytes).collect();
    let answered = port.talk(&[&stream]).await;
    assert_eq!(answers(&answered), ["8100 000004", "8001 0001 0102 1", "8001 0002 0200 1"]);
    assert!(double.kept().is_empty());
    let heads = double.0.heads.lock().unwrap().clone();
    assert_eq!(heads.len(), 3);
    for (address, head) in heads {
        assert_eq!(address, ADDRESS);
        assert_eq!(Frame::decode(&head).unwrap().body, b"");
    }
    port.close().await;
}
