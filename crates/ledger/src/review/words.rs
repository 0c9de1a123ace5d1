//! The fields of a statement in words.

use crate::Two;
use crate::figure::Figure;
use crate::review::statement::{DraftStatement, Part};
use tingzhou_report::{Bound, Direction, Due, Role, Set, plain_words};

/// Promised or done.
#[must_use]
pub fn words_of_set(set: Set) -> Two {
    match set {
        Set::Commitment => Two::new("承诺", "commitment"),
        Set::Result => Two::new("成果", "result"),
    }
}

/// The part a number plays.
#[must_use]
pub fn words_of_role(role: Role) -> Two {
    match role {
        Role::Amount => Two::new("数量", "amount"),
        Role::Level { from: None } => Two::new("达到的水平", "level to stand at"),
        Role::Level { from: Some(from) } => {
            Two::new(format!("达到的水平（原为 {from}）"), format!("level to stand at (from {from})"))
        }
        Role::Change { direction: Direction::Up } => Two::new("增长", "change, up"),
        Role::Change { direction: Direction::Down } => Two::new("下降", "change, down"),
        Role::Attribute => Two::new("只是修饰，不作目标", "describes only, no target"),
    }
}

/// How a number bounds.
#[must_use]
pub fn words_of_bound(bound: Bound) -> Two {
    match bound {
        Bound::Equal => Two::new("等于", "exactly"),
        Bound::AtLeast => Two::new("不少于", "at least"),
        Bound::AtMost => Two::new("不超过", "at most"),
        Bound::Above => Two::new("超过", "more than"),
        Bound::Below => Two::new("低于", "less than"),
        Bound::About => Two::new("左右", "about"),
    }
}

/// A deadline of the text.
#[must_use]
pub fn words_of_due(due: Option<Due>) -> Two {
    match due {
        None => Two::new("报告年度之内", "within the report's year"),
        Some(Due::Year(year)) => Two::new(format!("{year} 年底前"), format!("by the end of {year}")),
        Some(Due::Month(year, month)) => {
            Two::new(format!("{year} 年 {month} 月底前"), format!("by the end of {year}-{month:02}"))
        }
        Some(Due::Years(years)) => Two::new(format!("{years} 年内"), format!("within {years} years")),
    }
}

/// One part of a statement, for a table of differences or fields. `text` is the text it stands in.
#[must_use]
pub fn words_of_part(part: Part, statement: &DraftStatement, text: &str) -> Two {
    let none = || Two::new("无", "none");
    let own = |words: &str| if words.is_empty() { none() } else { Two::new(words, words) };
    let number = statement.number.as_ref();
    match part {
        Part::Place => own(&plain_words(text.get(statement.span.start..statement.span.end).unwrap_or_default())),
        Part::Set => words_of_set(statement.set),
        Part::Number => number.map_or_else(none, |n| {
            let figure = |english| Figure { value: n.value, unit: &n.unit, english }.to_string();
            Two::new(figure(false), figure(true))
        }),
        Part::Bound => number.map_or_else(none, |n| words_of_bound(n.bound)),
        Part::Role => number.map_or_else(none, |n| words_of_role(n.role)),
        Part::Action => own(&statement.action.text),
        Part::Subject => own(&statement.subject.text),
        Part::Due => match statement.deadline {
            Some(day) => Two::new(day.to_string(), day.to_string()),
            None => words_of_due(statement.due),
        },
    }
}
