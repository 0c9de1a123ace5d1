//! Any body and lists in a container: no panic, places on borders.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_fuzz::{container, opens};

const STYLES: &str =
    "<w:styles><w:style w:styleId=\"1\"><w:name w:val=\"heading 1\"/><w:outlineLvl w:val=\"0\"/></w:style></w:styles>";

fuzz_target!(|text: &str| {
    let (body, lists) = text.split_once('\0').unwrap_or((text, "<none/>"));
    opens(&container(&[("word/document.xml", body), ("word/numbering.xml", lists), ("word/styles.xml", STYLES)]));
});
