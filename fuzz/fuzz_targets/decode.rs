//! Any bytes: decoded to text without a replacement character, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_documents::decode;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = decode(bytes) {
        assert!(!text.text.contains('\u{FFFD}'), "a replacement character was let in");
        assert!(!text.text.trim().is_empty(), "an empty text was let in");
    }
});
