//! What the tables share: a sentence is put into a section and read, and one line tells what was read.

pub(crate) mod laws;

use tingzhou_report::{Reading, Role, Statement, read};

/// A plan for 2025 that holds the sentence.
pub(crate) fn plan(sentence: &str) -> String {
    format!(
        "2025年1月8日在某市人民代表大会上\n\n一、2024年工作回顾\n\n各项工作平稳推进。\n\n二、2025年重点工作\n\n{sentence}\n"
    )
}

/// A review of 2024 that holds the sentence.
pub(crate) fn review(sentence: &str) -> String {
    format!(
        "2025年1月8日在某市人民代表大会上\n\n一、2024年工作回顾\n\n{sentence}\n\n二、2025年重点工作\n\n扎实做好各项工作。\n"
    )
}

/// Reads a text that must be readable, or has no statement at all.
pub(crate) fn reading(text: &str) -> Reading {
    read(text).unwrap_or_default()
}

/// The statements with a number.
pub(crate) fn quantified(reading: &Reading) -> Vec<&Statement> {
    reading.statements.iter().filter(|statement| statement.quantity.is_some()).collect()
}

/// `>=170 元 level<50 [增加到|补助]`: bound, value, unit, role with direction or from, action, subject.
pub(crate) fn line(text: &str, statement: &Statement) -> String {
    let Some(quantity) = &statement.quantity else { return String::new() };
    let role = match quantity.role {
        Role::Level { from: Some(from) } => format!("level<{from}"),
        Role::Change { direction } => format!("change-{direction:?}").to_lowercase(),
        other => other.name().to_owned(),
    };
    format!(
        "{}{}{} {role} [{}|{}]",
        quantity.bound.sign(),
        quantity.value,
        quantity.unit,
        statement.action.words(text).unwrap_or_default(),
        statement.subject.words(text).unwrap_or_default(),
    )
}

/// All lines of a text, joined.
pub(crate) fn lines(text: &str) -> String {
    let reading = reading(text);
    quantified(&reading).iter().map(|statement| line(text, statement)).collect::<Vec<_>>().join("; ")
}

/// A sentence of the plan says exactly this.
#[track_caller]
pub(crate) fn check(sentence: &str, expected: &str) {
    assert_eq!(lines(&plan(sentence)), expected, "{sentence}");
}
