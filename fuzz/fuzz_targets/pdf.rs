//! Any bytes as a PDF, and any content stream and CMap in a sound one: no panic, places on borders.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_fuzz::{opens, pdf};

fuzz_target!(|bytes: &[u8]| match bytes.split_first() {
    Some((0, rest)) => opens(&[b"%PDF-1.5\n", rest].concat()),
    Some((_, rest)) => {
        let mut parts = rest.splitn(2, |byte| *byte == 0);
        opens(&pdf(parts.next().unwrap_or_default(), parts.next().unwrap_or_default()));
    }
    None => {}
});
