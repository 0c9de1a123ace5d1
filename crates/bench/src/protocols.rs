//! Frames of the instruments' protocols, beside a bare checksum over the same bytes: no decoder can be quicker.

use crate::figure::{best_median, budgeted, compared};
use std::hint::black_box;
use std::time::Duration;
use tingzhou_protocols::Reassembler;
use tingzhou_protocols::hj212::{Hj212, Packet, crc::crc};
use tingzhou_protocols::jt808::{Frame, Jt808, Message, Terminal};
use tingzhou_protocols::sl651::{self, Control, Direction, Report, Sl651, Start};

/// Frames a run, so that one is long enough to be measured.
const FRAMES: usize = 1_000;

/// Nanoseconds a frame.
fn nanoseconds<T>(mut work: impl FnMut() -> T) -> f64 {
    let took: Duration = best_median(7, 101, || {
        for _ in 0..FRAMES {
            black_box(work());
        }
    });
    took.as_secs_f64() * 1e9 / FRAMES as f64
}

/// A position with five additional items.
fn position() -> Vec<u8> {
    let mut body = Vec::new();
    for double in [0x0000_0002_u32, 0x000C_0003, 44_011_182, 87_308_224] {
        body.extend(double.to_be_bytes());
    }
    body.extend([0x02, 0x58, 0x01, 0xC2, 0x00, 0x5A, 0x26, 0x03, 0x01, 0x08, 0x30, 0x00]);
    body.extend([1, 4, 0, 1, 0xE2, 0x40, 2, 2, 0x01, 0xF4, 3, 2, 0x01, 0xC2, 0x30, 1, 28, 0x31, 1, 14]);
    let terminal = Terminal::Of2019([0, 0, 0, 0, 0x01, 0x39, 0x12, 0x34, 0x43, 0x21]);
    Frame::new(0x0200, terminal, 7, body).expect("a position fits a frame").to_bytes()
}

fn read_position(bytes: &[u8]) -> usize {
    let frame = Frame::decode(bytes).expect("a frame");
    let Ok(Message::Position(position)) = frame.message() else { panic!("a position") };
    position.extras().expect("additional items").len() + usize::from(position.speed)
}

/// Real-time data of an air station: ten factors with their marks.
fn real_time() -> Vec<u8> {
    let factors = ["a34004", "a34002", "a21026", "a21004", "a05024", "a21005", "a01001", "a01002", "a01006", "a01007"];
    let groups: Vec<String> =
        factors.iter().map(|code| format!("{code}-Rtd=35.{},{code}-Flag=N", code.len())).collect();
    let content = format!("DataTime=20260301083000;{}", groups.join(";"));
    let head = "QN=20260301083001123;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5";
    Packet::build(format!("{head};CP=&&{content}&&")).expect("real-time data fit a packet").to_line()
}

fn read_real_time(bytes: &[u8]) -> usize {
    let packet = Packet::decode(bytes).expect("a packet");
    let parameters = packet.parameters().expect("parameters");
    assert!(parameters.data_time().is_ok());
    parameters.readings().expect("readings").len()
}

/// A scheduled report of a reservoir: rain, level, outflow and voltage.
fn reservoir() -> Vec<u8> {
    let mut body = vec![0, 7, 0x26, 0x03, 0x01, 0x08, 0, 0, 0xF1, 0xF1, 0, 0x12, 0x34, 0x56, 0x78, b'K', 0xF0, 0xF0];
    body.extend([0x26, 0x03, 0x01, 0x08, 0, 0x20, 0x19, 0, 0, 5, 0x26, 0x19, 0, 0x12, 5]);
    body.extend([0x3B, 0x23, 0x09, 0x87, 0x65, 0x43, 0x30, 0x2B, 0, 0, 1, 0x23, 0x45, 0x38, 0x12, 0x12, 0x50]);
    let frame = sl651::Frame {
        direction: Direction::Up,
        centre: 1,
        station: [0, 0x12, 0x34, 0x56, 0x78],
        password: 0,
        function: 0x32,
        start: Some(Start::Whole),
        body,
        end: Control::LastText,
    };
    frame.to_bytes()
}

fn read_reservoir(bytes: &[u8]) -> usize {
    let frame = sl651::Frame::decode(bytes).expect("a frame");
    Report::read(frame.function, &frame.body).expect("a report").observations.len()
}

pub(crate) fn run() {
    let (position, real_time, reservoir) = (position(), real_time(), reservoir());
    assert_eq!(read_real_time(&real_time), 10, "ten factors");
    assert_eq!(read_reservoir(&reservoir), 5, "five elements");
    assert_eq!(read_position(&position), 5 + 450, "five items and the speed");

    let xor = nanoseconds(|| black_box(&position).iter().fold(0_u8, |all, byte| all ^ byte));
    let frame = nanoseconds(|| Frame::decode(black_box(&position)).is_ok());
    compared("protocols.jt808 frame", frame, "ns", "XOR over its bytes", xor);
    let full = nanoseconds(|| read_position(black_box(&position)));
    compared("protocols.jt808 0200 in full", full, "ns", "XOR over its bytes", xor);
    budgeted("protocols.jt808 0200 in full", full, "ns", 1_000.0);

    let checked = nanoseconds(|| crc(black_box(&real_time)));
    let packet = nanoseconds(|| Packet::decode(black_box(&real_time)).is_ok());
    compared("protocols.hj212 packet", packet, "ns", "CRC over its bytes", checked);
    let full = nanoseconds(|| read_real_time(black_box(&real_time)));
    compared("protocols.hj212 2011 in full", full, "ns", "CRC over its bytes", checked);

    let checked = nanoseconds(|| sl651::crc::crc(black_box(&reservoir)));
    let full = nanoseconds(|| read_reservoir(black_box(&reservoir)));
    compared("protocols.sl651 32 in full", full, "ns", "CRC over its bytes", checked);

    // A read of 64 frames, as a busy connection gives them.
    let streams = [("jt808", position.repeat(64)), ("hj212", real_time.repeat(64)), ("sl651", reservoir.repeat(64))];
    for (name, stream) in &streams {
        let took = best_median(7, 301, || match *name {
            "jt808" => Reassembler::new(Jt808).push(black_box(stream)).len(),
            "hj212" => Reassembler::new(Hj212).push(black_box(stream)).len(),
            _ => Reassembler::new(Sl651).push(black_box(stream)).len(),
        });
        let copied = best_median(7, 301, || black_box(black_box(stream).clone()).len());
        let each = |took: Duration| took.as_secs_f64() * 1e9 / 64.0;
        compared(&format!("protocols.{name} out of a stream"), each(took), "ns", "copying it", each(copied));
    }
}
