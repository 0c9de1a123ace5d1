//! Any text: read without a panic, and what was read keeps the reading's laws.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_report::{Span, read};

/// Panics unless the span lies on character borders of the text.
fn on_borders(text: &str, span: Span) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} is not a run of the text");
}

fuzz_target!(|text: &str| {
    let Ok(reading) = read(text) else { return };
    for section in &reading.sections {
        on_borders(text, section.span);
        on_borders(text, section.heading);
    }
    for clause in &reading.clauses {
        on_borders(text, clause.span);
        on_borders(text, clause.sentence);
        let section = &reading.sections[clause.section];
        assert!(section.span.contains(clause.span), "a clause lies in its section");
    }
    let mut last = 0;
    for statement in &reading.statements {
        on_borders(text, statement.span);
        let clause = &reading.clauses[statement.clause];
        assert!(clause.span.contains(statement.span), "a statement lies in its clause");
        assert!(last <= statement.clause, "statements stand in the order of the text");
        last = statement.clause;
        for piece in statement.action.0.iter().chain(&statement.subject.0) {
            on_borders(text, *piece);
        }
        if let Some(quantity) = &statement.quantity {
            on_borders(text, quantity.span);
            assert!(!quantity.value.is_sign_negative() || quantity.value.is_zero(), "a value is not negative");
        }
    }
    for left_out in &reading.left_out {
        on_borders(text, left_out.span);
    }
});
