//! Any bytes as a stream of JT/T 808: frames or refusals, the same however they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_fuzz::stream;
use tingzhou_protocols::jt808::answer::{AnswerResult, general};
use tingzhou_protocols::jt808::{Fragments, Frame, Jt808, Message};

fuzz_target!(|bytes: &[u8]| {
    let mut fragments = Fragments::default();
    stream(Jt808, bytes, |frame: &Frame| {
        assert_eq!(Frame::decode(&frame.to_bytes()).as_ref(), Ok(frame), "a frame is read back");
        assert!(Frame::decode(&general(frame, 1, AnswerResult::Done)).is_ok(), "an answer is a frame");
        if let Ok(Message::Position(position)) = frame.message() {
            assert!(position.latitude.abs() <= 90_000_000 && position.longitude.abs() <= 180_000_000);
            let _ = position.extras().is_ok();
        }
        let _ = fragments.add(frame.clone(), 0).is_ok();
        frame.to_bytes()
    });
});
