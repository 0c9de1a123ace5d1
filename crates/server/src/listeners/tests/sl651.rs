//! Reports of gauges in, values and answers out.

use super::super::connection::Patience;
use super::super::intake::{Channel, Channels};
use super::super::sl651::Gauges;
use super::Port;
use super::double::Double;
use std::sync::Arc;
use tingzhou_platform::Span;
use tingzhou_platform::city::SeriesNo;
use tingzhou_protocols::Reassembler;
use tingzhou_protocols::sl651::frame::{Part, Start, function};
use tingzhou_protocols::sl651::{Control, Direction, Frame, Sl651};

const STATION: [u8; 5] = [0, 0x12, 0x34, 0x56, 0x78];
const ADDRESS: &str = "0012345678";

fn frame(function: u8, body: &[u8], end: Control) -> Frame {
    let (direction, start) = (Direction::Up, Some(Start::Whole));
    Frame { direction, centre: 1, station: STATION, password: 0, function, start, body: body.to_vec(), end }
}

/// Serial number 7, sent at 8:00:05, observed at 8:00: then these elements.
fn report(elements: &[u8]) -> Vec<u8> {
    let mut body = vec![0, 7, 0x26, 0x03, 0x01, 0x08, 0, 5, 0xF1, 0xF1];
    body.extend(STATION);
    body.extend([b'K', 0xF0, 0xF0, 0x26, 0x03, 0x01, 0x08, 0]);
    body.extend(elements);
    body
}

/// Level above the dam 987.654 m and outflow 12.345 m³/s.
const LEVEL: [u8; 12] = [0x3B, 0x23, 0x00, 0x98, 0x76, 0x54, 0x30, 0x23, 0, 0x01, 0x23, 0x45];

fn city() -> Double {
    let double = Double::default();
    let channels: Vec<_> = ["3B", "30", "39", "F4"].into_iter().map(|code| (Span::Now, code, "1")).collect();
    double.adopt(ADDRESS, &channels);
    double
}

/// Answers by their function, serial number, time and end.
fn answers(bytes: &[u8]) -> Vec<String> {
    let found = Reassembler::new(Sl651).push(bytes);
    let one = |frame: &Frame| {
        assert_eq!((frame.direction, frame.station, frame.centre), (Direction::Down, STATION, 1));
        // The city's time, from which stations set their clocks.
        assert_eq!(frame.body[2..], [0x26, 0x03, 0x01, 0x08, 0x30, 0x00]);
        format!("{:02X} {} {:?}", frame.function, u16::from_be_bytes([frame.body[0], frame.body[1]]), frame.end)
    };
    found.iter().map(|found| one(found.as_ref().unwrap())).collect()
}

async fn check(
    (name, mode_2): (&str, bool),
    sent: &[Frame],
    kept: &[(u32, &str, f64)],
    expected: &[&str],
    refused: &[&str],
) {
    let double = city();
    let port = Port::open(move || Gauges::new(mode_2), &double, Patience::default()).await;
    let stream: Vec<u8> = sent.iter().flat_map(Frame::to_bytes).collect();
    let answered = port.talk(&[&stream]).await;
    assert_eq!(answers(&answered), expected, "{name}");
    let found = double.kept();
    let values: Vec<(u32, &str, f64)> = found.iter().map(|(no, at, value, _)| (*no, &at[11..], *value)).collect();
    assert_eq!(values, kept, "{name}");
    let reasons: Vec<String> = double.refused().into_iter().map(|(what, count)| format!("{what} {count}")).collect();
    let refused: Vec<String> = refused.iter().map(|what| format!("{ADDRESS} {what}")).collect();
    assert_eq!(reasons, refused, "{name}");
    port.close().await;
}

#[tokio::test]
async fn bytes_in_values_and_answers_out() {
    let both: &[(u32, &str, f64)] = &[(1, "08:00:00", 987.654), (2, "08:00:00", 12.345)];
    for function in [function::TEST, function::SCHEDULED, function::EXTRA, function::HOURLY] {
        let sent = frame(function, &report(&LEVEL), Control::LastText);
        let answer = format!("{function:02X} 7 End");
        check(("M2", true), std::slice::from_ref(&sent), both, &[&answer], &[]).await;
        check(("M1", false), &[sent], both, &[], &[]).await;
    }
    let more = frame(function::SCHEDULED, &report(&LEVEL), Control::MoreText);
    check(("more follows", true), &[more], both, &["32 7 Stay"], &[]).await;
    let alive = frame(function::KEEP_ALIVE, &report(&[])[..8], Control::LastText);
    let last = frame(function::SCHEDULED, &report(&LEVEL), Control::LastText);
    check(("kept alive", true), &[alive, last.clone()], both, &["32 7 Stay"], &[]).await;
    let unknown = frame(function::SCHEDULED, &report(&[0x38, 0x12, 0x12, 0x50]), Control::LastText);
    check(("voltage", true), &[unknown], &[], &["32 7 End"], &["not-mapped 1"]).await;
    let missing = frame(function::SCHEDULED, &report(&[0x3B, 0x23, 0xFF, 0xFF, 0xFF, 0xFF]), Control::LastText);
    check(("no value", true), &[missing], &[], &["32 7 End"], &[]).await;
    let unread = report(&[&[0x3B, 0x23, 0xAA, 0, 0, 0][..], &LEVEL].concat());
    let unread = frame(function::SCHEDULED, &unread, Control::LastText);
    check(("one unread", true), &[unread], both, &["32 7 End"], &["unread 1"]).await;
    let down = Frame { direction: Direction::Down, ..last };
    check(("its own direction", true), &[down], &[], &[], &["unknown-direction 1"]).await;
    let picture = frame(function::PICTURE, &report(&[0xF3, 0xF3, 0xD8]), Control::LastText);
    check(("picture", true), &[picture], &[], &["36 7 End"], &["not-kept 1"]).await;
    let cut = frame(function::SCHEDULED, &report(&LEVEL[..4]), Control::LastText);
    check(("cut off", true), &[cut], &[], &[], &["bad-field 1"]).await;
}

#[tokio::test]
async fn values_at_even_intervals() {
    // Every five minutes: three levels.
    let body = report(&[0x04, 0x18, 0, 0, 5, 0x39, 0x23, 0, 0, 0x10, 0, 0, 0, 0x20, 0, 0, 0, 0x30, 0]);
    let sent = frame(function::INTERVALS, &body, Control::LastText);
    let kept: &[(u32, &str, f64)] = &[(3, "08:00:00", 1.0), (3, "08:05:00", 2.0), (3, "08:10:00", 3.0)];
    check(("even", true), &[sent], kept, &["31 7 End"], &[]).await;
    // Rain of each five minutes of the hour before; one is missing.
    let rain = [&[0xF4, 0x60][..], &[1, 2, 3, 0xFF, 5, 6, 7, 8, 9, 10, 11, 12]].concat();
    let sent = frame(function::HOURLY, &report(&rain), Control::LastText);
    let double = city();
    let port = Port::open(|| Gauges::new(true), &double, Patience::default()).await;
    port.talk(&[&sent.to_bytes()]).await;
    let kept = double.kept();
    assert_eq!(kept.len(), 11);
    let last = kept.iter().map(|(_, at, value, _)| (at[11..].to_owned(), *value)).max_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(last, Some(("08:00:00".to_owned(), 1.2)));
    assert!(kept.iter().any(|(_, at, value, _)| at.ends_with("07:05:00") && (*value - 0.1).abs() < 1e-12));
    port.close().await;
}

#[tokio::test]
async fn a_body_in_parts() {
    let body = report(&LEVEL);
    let (one, two) = body.split_at(20);
    let part = |number: u16, body: &[u8], end: Control| Frame {
        start: Some(Start::Part(Part { total: 2, number })),
        ..frame(function::SCHEDULED, body, end)
    };
    let kept: &[(u32, &str, f64)] = &[(1, "08:00:00", 987.654), (2, "08:00:00", 12.345)];
    let sent = [part(1, one, Control::MoreText), part(2, two, Control::LastText)];
    check(("parts", true), &sent, kept, &["32 7 End"], &[]).await;
    check(("one alone", true), &sent[..1], &[], &[], &[]).await;
}

#[tokio::test]
async fn a_report_has_bounds() {
    let joined = |length: usize| {
        // One element of one byte, again and again.
        let mut body = report(&[0x04, 0x18, 0, 0, 5, 0x39, 0x08]);
        body.resize(length, 0x11);
        let total = u16::try_from(body.len().div_ceil(4_000)).unwrap();
        let part = |(number, body): (u16, &[u8])| Frame {
            start: Some(Start::Part(Part { total, number })),
            ..frame(function::INTERVALS, body, Control::LastText)
        };
        (1..).zip(body.chunks(4_000)).map(part).collect::<Vec<Frame>>()
    };
    let good = frame(function::SCHEDULED, &report(&LEVEL), Control::LastText);
    let kept: &[(u32, &str, f64)] = &[(1, "08:00:00", 987.654), (2, "08:00:00", 12.345)];
    for length in [12_000, 68_000] {
        let sent = [joined(length), vec![good.clone()]].concat();
        check(("crowded", true), &sent, kept, &["32 7 End"], &["crowded 1"]).await;
    }
}

#[tokio::test]
async fn two_levels_of_a_report_are_not_one_series() {
    let levels = [&[0x39, 0x23, 0x00, 0x00, 0x12, 0x00][..], &LEVEL[..6]].concat();
    let sent = |elements: &[u8]| frame(function::SCHEDULED, &report(elements), Control::LastText).to_bytes();
    let check = async |channels: [(&str, u32); 2], elements: &[u8], kept: &[(u32, f64)], refused: &[&str]| {
        let double = Double::default();
        let mut all = Channels::default();
        for (code, series) in channels {
            all.put(Span::Now, code, Channel { series: SeriesNo(series), scale: 1.into() });
        }
        double.0.adopted.lock().unwrap().insert(ADDRESS.to_owned(), Arc::new(all));
        let port = Port::open(|| Gauges::new(true), &double, Patience::default()).await;
        port.talk(&[&sent(elements)]).await;
        let values: Vec<(u32, f64)> = double.kept().into_iter().map(|(no, _, value, _)| (no, value)).collect();
        assert_eq!(values, kept);
        let reasons: Vec<String> =
            double.refused().into_iter().map(|(what, count)| format!("{what} {count}")).collect();
        assert_eq!(reasons, refused);
        port.close().await;
    };
    let not_mapped = [&format!("{ADDRESS} not-mapped 1")[..]];
    check([("39", 1), ("3B", 1)], &levels, &[(1, 987.654)], &not_mapped).await;
    check([("39", 1), ("3B", 1)], &levels[..6], &[(1, 1.2)], &[]).await;
    // A city that keeps both has both.
    check([("39", 1), ("3B", 2)], &levels, &[(1, 1.2), (2, 987.654)], &[]).await;
}
