//! Any bytes as a stream of HJ 212: frames or refusals, the same however they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_fuzz::stream;
use tingzhou_protocols::hj212::answer::answer_to;
use tingzhou_protocols::hj212::{Hj212, Key, Packet, Splits};

fuzz_target!(|bytes: &[u8]| {
    let mut splits = Splits::default();
    let key = Key::new([b'0'; 16]);
    let mut packet = |packet: &Packet| {
        assert_eq!(Packet::decode(&packet.to_bytes()).as_ref(), Ok(packet), "a packet is read back");
        if let Ok(parameters) = packet.parameters() {
            assert_eq!(parameters.to_bytes(), packet.content(), "content is written back");
            let _ = (parameters.readings().is_ok(), parameters.data_time().is_ok());
        }
        let _ = (packet.open(&key).is_ok(), answer_to(packet).is_ok(), splits.add(packet.clone(), 0).is_ok());
        packet.to_bytes()
    };
    stream(Hj212, bytes, &mut packet);
    // The same bytes as a segment, with the length and checksum no chance would find.
    if let Ok(built) = Packet::build(bytes) {
        stream(Hj212, &packet(&built), &mut packet);
    }
});
