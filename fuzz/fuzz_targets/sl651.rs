//! Any bytes as a stream of SL 651, and as a body: frames or refusals, the same however they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_fuzz::stream;
use tingzhou_protocols::sl651::{Frame, Packets, Report, Sl651};

fuzz_target!(|bytes: &[u8]| {
    let mut packets = Packets::default();
    stream(Sl651, bytes, |frame: &Frame| {
        assert_eq!(Frame::decode(&frame.to_bytes()).as_ref(), Ok(frame), "a frame is read back");
        let _ = (frame.report().is_ok(), packets.add(frame.clone(), 0).is_ok());
        frame.to_bytes()
    });
    for function in [0x31, 0x34] {
        if let Ok(report) = Report::read(function, bytes) {
            let read: usize = report.observations.iter().map(|one| one.raw.len()).sum();
            assert!(read <= bytes.len(), "no byte is read twice");
        }
    }
});
