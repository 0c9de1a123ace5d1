//! Why every field is as it is.

use std::fmt::Write;

use crate::format::rows;
use crate::rules::meaning;
use crate::types::{Field, Reading};

fn field_name(field: Field) -> &'static str {
    match field {
        Field::Set => "set",
        Field::Quantity => "quantity",
        Field::Bound => "bound",
        Field::Role => "role",
        Field::Action => "action",
        Field::Subject => "subject",
        Field::Due => "due",
    }
}

/// Every statement with a number with the rules that filled its fields, then the numbers left out and why.
#[must_use]
pub fn explain(text: &str, reading: &Reading) -> String {
    let mut out = String::new();
    for row in rows(text, reading) {
        let span = row.statement.span;
        let quote: String = text.get(span.start..span.end).unwrap_or_default().split_whitespace().collect();
        let _ = writeln!(out, "{} {}..{} {quote}", row.id, span.start, span.end);
        for reason in row.statement.reasons.iter() {
            let value = match reason.field {
                Field::Set => format!("{:?}", row.statement.set).to_lowercase(),
                Field::Quantity => format!("{} {}", row.quantity.value, row.quantity.unit),
                Field::Bound => row.quantity.bound.sign().to_owned(),
                Field::Role => row.quantity.role.name().to_owned(),
                Field::Action => row.action.clone().unwrap_or_else(|| "-".to_owned()),
                Field::Subject => row.subject.clone().unwrap_or_else(|| "-".to_owned()),
                Field::Due => row.statement.due.map_or_else(|| "-".to_owned(), |due| due.to_string()),
            };
            let name = field_name(reason.field);
            let _ =
                writeln!(out, "  {name:<8} {value}  [{}: {}]", reason.rule, meaning(reason.rule).unwrap_or_default());
        }
        let _ = writeln!(out, "  sure     {}", row.statement.confidence.name());
    }
    if !reading.left_out.is_empty() {
        let _ = writeln!(out, "left out:");
    }
    for left in &reading.left_out {
        let words: String = text.get(left.span.start..left.span.end).unwrap_or_default().split_whitespace().collect();
        let _ = writeln!(
            out,
            "  {}..{} {words}  [{}: {}]",
            left.span.start,
            left.span.end,
            left.rule,
            meaning(left.rule).unwrap_or_default()
        );
    }
    out
}
