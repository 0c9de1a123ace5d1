//! Any text: read without a panic, and what was read keeps the laws of every reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_report::read;

#[path = "../../crates/report/tests/common/laws.rs"]
mod laws;

fuzz_target!(|text: &str| {
    if let Ok(reading) = read(text) {
        laws::hold(text, &reading);
    }
});
