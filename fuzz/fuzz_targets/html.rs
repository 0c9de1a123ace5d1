//! Any text as a web page: no panic, no replacement character, places on borders.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| tingzhou_fuzz::opens(format!("<html>{text}").as_bytes()));
