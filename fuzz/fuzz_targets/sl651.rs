//! Any bytes as a stream of SL 651, and as a body: frames or refusals, the same however they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_fuzz::stream;
use tingzhou_protocols::Reassembler;
use tingzhou_protocols::sl651::framing::Judged;
use tingzhou_protocols::sl651::{Frame, Packets, Report, Sl651};
use tingzhou_protocols::stream::{Framing, Scan};

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

fuzz_target!(|bytes: &[u8]| {
    let mut packets = Packets::default();
    stream(Sl651, bytes, |frame: &Frame| {
        assert_eq!(Frame::decode(&frame.to_bytes()).as_ref(), Ok(frame), "a frame is read back");
        let _ = (frame.report().is_ok(), packets.add(frame.clone(), 0).is_ok());
        frame.to_bytes()
    });
    let (mut with, mut without) = (Reassembler::new(Sl651), Reassembler::new(Forgetful));
    assert_eq!(with.push(bytes), without.push(bytes), "what was found where does not matter");
    assert_eq!(with.finish(), without.finish(), "what was found where does not matter");
    for function in [0x31, 0x34] {
        if let Ok(report) = Report::read(function, bytes) {
            let read: usize = report.observations.iter().map(|one| one.raw.len()).sum();
            assert!(read <= bytes.len(), "no byte is read twice");
        }
    }
});
