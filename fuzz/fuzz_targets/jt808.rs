//! Any bytes as a stream of JT/T 808: frames or refusals, the same however they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_fuzz::stream;
use tingzhou_protocols::jt808::answer::{AnswerResult, general};
use tingzhou_protocols::jt808::{Fragments, Frame, Jt808, Message, Terminal};

fuzz_target!(|bytes: &[u8]| {
    let mut fragments = Fragments::default();
    let mut frame = |frame: &Frame| {
        assert_eq!(Frame::decode(&frame.to_bytes()).as_ref(), Ok(frame), "a frame is read back");
        assert!(Frame::decode(&general(frame, 1, AnswerResult::Done)).is_ok(), "an answer is a frame");
        if let Ok(Message::Positions(batch)) = frame.message() {
            assert_eq!(batch.positions.len(), batch.bodies.len(), "each position has its bytes");
        }
        if let Ok(Message::Position(position)) = frame.message() {
            assert!(position.latitude.abs() <= 90_000_000 && position.longitude.abs() <= 180_000_000);
            let _ = position.extras().is_ok();
        }
        let _ = fragments.add(frame.clone(), 0).is_ok();
        frame.to_bytes()
    };
    stream(Jt808, bytes, &mut frame);
    // The same bytes as a kind and a body, with the check no chance would find.
    if let Some((id, body)) = bytes.split_first_chunk() {
        for terminal in [Terminal::Of2013([0; 6]), Terminal::Of2019([0; 10])] {
            if let Ok(built) = Frame::new(u16::from_be_bytes(*id), terminal, 0, body.to_vec()) {
                stream(Jt808, &frame(&built), &mut frame);
            }
        }
    }
});
