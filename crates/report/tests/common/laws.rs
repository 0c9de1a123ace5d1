//! The laws of every reading, for the properties and for the fuzz target.

use tingzhou_report::{Reading, Span, meaning};

fn on_borders(text: &str, span: Span) -> bool {
    span.start <= span.end && text.get(span.start..span.end).is_some()
}

/// Panics, naming the law, when a reading of `text` breaks one.
pub(crate) fn hold(text: &str, reading: &Reading) {
    for section in &reading.sections {
        assert!(on_borders(text, section.span) && on_borders(text, section.heading), "borders: {section:?}");
        assert!(section.span.contains(section.heading), "a heading lies in its section: {section:?}");
        if let Some(parent) = section.parent.map(|parent| &reading.sections[parent]) {
            assert!(parent.span.contains(section.span), "a section lies in its parent: {section:?}");
            assert!(parent.level < section.level, "a parent is above its child: {section:?}");
        }
    }
    for clause in &reading.clauses {
        assert!(on_borders(text, clause.span) && on_borders(text, clause.sentence), "borders: {clause:?}");
        assert!(clause.sentence.contains(clause.span), "a clause lies in its sentence: {clause:?}");
        assert!(
            reading.sections[clause.section].span.contains(clause.span),
            "a clause lies in its section: {clause:?}"
        );
    }
    for statement in &reading.statements {
        assert!(on_borders(text, statement.span), "borders: {statement:?}");
        let clause = &reading.clauses[statement.clause];
        assert!(clause.span.contains(statement.span), "a statement lies in its clause: {statement:?}");
        for piece in statement.action.0.iter().chain(&statement.subject.0) {
            assert!(on_borders(text, *piece) && piece.start < piece.end, "a piece is a run of the text: {statement:?}");
        }
        if let Some(quantity) = &statement.quantity {
            assert!(statement.span.contains(quantity.span), "a quantity lies in its statement: {statement:?}");
            assert!(!quantity.value.is_sign_negative(), "a value is never negative: {statement:?}");
        }
        for reason in statement.reasons.iter() {
            assert!(meaning(reason.rule).is_some(), "a rule has a meaning: {}", reason.rule);
        }
    }
    assert!(reading.statements.is_sorted_by_key(|s| s.clause), "statements stand in the order of the text");
    for left in &reading.left_out {
        assert!(on_borders(text, left.span), "borders: {left:?}");
    }
}
