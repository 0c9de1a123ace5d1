//! What a reviewer's form asks for.

use crate::error::Answer;
use crate::fields::Fields;
use axum::http::StatusCode;
use tingzhou_platform::DraftView;
use tingzhou_platform::ledger::parse_value;
use tingzhou_platform::ledger::review::{Command, Edit, EditNumber, Scope, find_words};
use tingzhou_platform::report::{Bound, Direction, Due, Role, Set};

pub(super) const BOUNDS: [Bound; 6] =
    [Bound::Equal, Bound::AtLeast, Bound::AtMost, Bound::Above, Bound::Below, Bound::About];

/// The parts a number can play, as forms name them.
pub(super) const ROLES: [(&str, Role); 5] = [
    ("amount", Role::Amount),
    ("level", Role::Level { from: None }),
    ("up", Role::Change { direction: Direction::Up }),
    ("down", Role::Change { direction: Direction::Down }),
    ("attribute", Role::Attribute),
];

pub(super) fn set_name(set: Set) -> &'static str {
    match set {
        Set::Commitment => "commitment",
        Set::Result => "result",
    }
}

fn set_of(name: &str) -> Set {
    if name == "result" { Set::Result } else { Set::Commitment }
}

/// The statement a command is about.
pub(super) fn named(command: &Command) -> Option<u32> {
    match command {
        Command::Accept(Scope::One(id) | Scope::Sentence(id) | Scope::Section(id))
        | Command::Edit { id, .. }
        | Command::Split { id, .. }
        | Command::Merge { id }
        | Command::Reject { id, .. }
        | Command::TakeNewer { id } => Some(*id),
        Command::Accept(Scope::Remaining) | Command::Add { .. } | Command::Undo | Command::Discard { .. } => None,
    }
}

pub(super) fn command(fields: &Fields, view: &DraftView) -> Result<Command, Answer> {
    let unreadable = || Answer::by_status(StatusCode::BAD_REQUEST);
    let id = || fields.get("id").parse::<u32>().map_err(|_| unreadable());
    let reason = || fields.get("reason").to_owned();
    Ok(match fields.get("do") {
        "accept" => Command::Accept(Scope::One(id()?)),
        "accept-sentence" => Command::Accept(Scope::Sentence(id()?)),
        "accept-section" => Command::Accept(Scope::Section(id()?)),
        "accept-remaining" => Command::Accept(Scope::Remaining),
        "edit" => Command::Edit { id: id()?, edit: Box::new(edit(fields)?) },
        "split" => {
            let at = fields.get("split_at");
            let at = if at.is_empty() { None } else { Some(at.parse().map_err(|_| unreadable())?) };
            Command::Split { id: id()?, at }
        }
        "merge" => Command::Merge { id: id()? },
        "reject" => Command::Reject { id: id()?, reason: reason() },
        "take-newer" => Command::TakeNewer { id: id()? },
        "undo" => Command::Undo,
        "add" => {
            let near = fields.get("near").parse().unwrap_or_default();
            let found = find_words(&view.text, fields.get("words"), near);
            let span = found.map_err(tingzhou_platform::PlatformError::from)?;
            Command::Add { span, set: set_of(fields.get("set")) }
        }
        "discard" => Command::Discard { reason: reason() },
        _ => return Err(unreadable()),
    })
}

fn edit(fields: &Fields) -> Result<Edit, Answer> {
    let role = ROLES.iter().find(|(name, _)| *name == fields.get("role")).map(|(_, role)| *role);
    let value = fields.get("value").trim();
    let number = match (role, value.is_empty()) {
        (None, true) => None,
        (Some(role), false) => {
            let role = match role {
                Role::Level { .. } => Role::Level { from: from(fields.get("from").trim())? },
                other => other,
            };
            let bound = BOUNDS.into_iter().find(|bound| bound.sign() == fields.get("bound")).unwrap_or(Bound::Equal);
            Some(EditNumber { value: number("value", value)?, unit: fields.get("unit").to_owned(), bound, role })
        }
        (None, false) => {
            return Err(Answer::bad_field(
                "role",
                "填写了数值，请选择数字的作用；没有数量时请清空数值。",
                "There is a value: choose the part it plays, or clear it for a statement without a number.",
            ));
        }
        (Some(_), true) => {
            return Err(Answer::bad_field(
                "value",
                "请填写数值；没有数量时，数字的作用选“没有数量”。",
                "Give the value, or choose “no number” as the part it plays.",
            ));
        }
    };
    let day = fields.get("deadline").trim();
    let deadline = if day.is_empty() {
        None
    } else {
        let wrong = || Answer::bad_field("deadline", "请填写日期，如 2025-10-31。", "Give a day, such as 2025-10-31.");
        Some(day.parse().map_err(|_| wrong())?)
    };
    Ok(Edit {
        set: set_of(fields.get("set")),
        number,
        action: fields.get("action").to_owned(),
        subject: fields.get("subject").to_owned(),
        due: due(fields.get("due").trim())?,
        deadline,
    })
}

fn number(field: &'static str, text: &str) -> Result<rust_decimal::Decimal, Answer> {
    let wrong = || Answer::bad_field(field, "请填写数字，最多六位小数。", "Give a number with at most six decimals.");
    parse_value(text).ok_or_else(wrong)
}

fn from(text: &str) -> Result<Option<rust_decimal::Decimal>, Answer> {
    if text.is_empty() { Ok(None) } else { number("from", text).map(Some) }
}

/// `2027`, `2027-06` or `P3Y`.
fn due(text: &str) -> Result<Option<Due>, Answer> {
    if text.is_empty() {
        return Ok(None);
    }
    let years = text.strip_prefix(['P', 'p']).and_then(|rest| rest.strip_suffix(['Y', 'y']));
    let read = match (years, text.split_once('-')) {
        (Some(years), _) => years.parse().ok().map(Due::Years),
        (None, Some((year, month))) => year.parse().ok().zip(month.parse().ok()).map(|(y, m)| Due::Month(y, m)),
        (None, None) => text.parse().ok().map(Due::Year),
    };
    let wrong = || {
        Answer::bad_field(
            "due",
            "期限请写作 2027、2027-06 或 P3Y（三年内）。",
            "Write the deadline as 2027, 2027-06 or P3Y (within three years).",
        )
    };
    read.map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_are_read_as_the_reader_writes_them() {
        let check = |text: &str, expected: Option<Option<Due>>| assert_eq!(due(text).ok(), expected, "{text}");
        check("", Some(None));
        check("2027", Some(Some(Due::Year(2027))));
        check("2027-06", Some(Some(Due::Month(2027, 6))));
        check("P3Y", Some(Some(Due::Years(3))));
        check("p10y", Some(Some(Due::Years(10))));
        check("June", None);
        check("2027-June", None);
        for due_of in [Due::Year(2030), Due::Month(2027, 6), Due::Years(3)] {
            assert_eq!(due(&due_of.to_string()).ok(), Some(Some(due_of)));
        }
    }
}
