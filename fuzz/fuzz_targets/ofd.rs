//! Any page, and any list of pages, in a container: no panic, places on borders.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_fuzz::{container, opens};

const PAGES: &str = "<Document><TemplatePage ID=\"1\" BaseLoc=\"t.xml\"/><Page ID=\"2\" BaseLoc=\"p.xml\"/></Document>";
const HEAD: &str = "<Page><TextObject Size=\"4\"><TextCode X=\"1\" Y=\"2\">头</TextCode></TextObject></Page>";

fuzz_target!(|text: &str| {
    let (page, pages) = text.split_once('\0').unwrap_or((text, PAGES));
    let start = "<OFD><DocRoot>d/d.xml</DocRoot></OFD>";
    opens(&container(&[("OFD.xml", start), ("d/d.xml", pages), ("d/p.xml", page), ("d/t.xml", HEAD)]));
});
