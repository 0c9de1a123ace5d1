//! Items and glossary of any text: no panic, each commitment in one item, places on character borders.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(reading) = tingzhou_report::read(text) else { return };
    let items = tingzhou_report::items(text, &reading);
    let landed = items.iter().flat_map(|item| item.statements.iter().copied());
    assert!(landed.is_sorted_by(|a, b| a < b), "a commitment lands once, in order");
    for item in &items {
        for statement in &item.statements {
            assert!(!item.title(text, &reading, *statement).is_empty(), "a title says something");
        }
    }
    for term in tingzhou_report::glossary(text, &reading) {
        for span in [term.term, term.explanation].into_iter().chain(term.uses) {
            assert!(text.get(span.start..span.end).is_some(), "a place lies on borders");
        }
    }
});
