//! Readings as JSON lines, CSV and an aligned table.

use std::fmt::Write;

use serde::Serialize;

use crate::types::{Direction, Phrase, Reading, Role, SectionKind, Set, Span, Statement};

/// Where in the document something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stands {
    /// The page it begins on, from 1; none where the document has no pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The paragraph it stands in, from 1; none where nobody counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
}

impl std::fmt::Display for Stands {
    /// `p3 ¶41`, `¶41`, or nothing.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.page, self.paragraph) {
            (Some(page), Some(paragraph)) => write!(formatter, "p{page} ¶{paragraph}"),
            (Some(page), None) => write!(formatter, "p{page}"),
            (None, Some(paragraph)) => write!(formatter, "¶{paragraph}"),
            (None, None) => Ok(()),
        }
    }
}

/// One line of the annotation format.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    set: Set,
    span: Span,
    quantity: Span,
    value: String,
    unit: &'a str,
    role: &'static str,
    direction: Option<Direction>,
    bound: &'static str,
    from: Option<String>,
    action: Option<String>,
    subject: Option<String>,
    due: Option<String>,
    section: Vec<String>,
    confidence: &'static str,
    rules: Vec<String>,
    #[serde(flatten)]
    stands: Stands,
}

/// A statement with a number, as all formats show it.
pub(crate) struct Row<'a> {
    pub(crate) id: String,
    pub(crate) statement: &'a Statement,
    pub(crate) quantity: &'a crate::types::Quantity,
    pub(crate) action: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) section: Vec<String>,
}

impl Row<'_> {
    pub(crate) fn direction(&self) -> Option<Direction> {
        match self.quantity.role {
            Role::Change { direction } => Some(direction),
            _ => None,
        }
    }

    pub(crate) fn from(&self) -> Option<String> {
        match self.quantity.role {
            Role::Level { from } => from.map(|from| from.to_string()),
            _ => None,
        }
    }
}

/// The rows of all statements with a number. Ids tell the parts apart: R and B for results and commitments of the body,
/// L for the promised list, C for the completed one.
pub(crate) fn rows<'a>(text: &str, reading: &'a Reading) -> Vec<Row<'a>> {
    let mut counters = [0_u32; 4];
    let quantified = reading
        .statements
        .iter()
        .filter_map(|statement| statement.quantity.as_ref().map(|quantity| (statement, quantity)));
    quantified
        .map(|(statement, quantity)| {
            let section = reading.clauses.get(statement.clause).and_then(|clause| reading.sections.get(clause.section));
            let kind = section.map_or(SectionKind::Front, |section| section.kind);
            let (letter, slot) = match (kind, statement.set) {
                (SectionKind::PromisedList, _) => ('L', 2),
                (SectionKind::CompletedList, _) => ('C', 3),
                (_, Set::Commitment) => ('B', 1),
                (_, Set::Result) => ('R', 0),
            };
            let mut number = 0;
            if let Some(counter) = counters.get_mut(slot) {
                *counter += 1;
                number = *counter;
            }
            Row {
                id: format!("{letter}{number:03}"),
                statement,
                quantity,
                action: statement.action.words(text),
                subject: statement.subject.words(text),
                section: reading.headings(text, statement).into_iter().map(plain).collect(),
            }
        })
        .collect()
}

/// A heading on one line.
fn plain(heading: &str) -> String {
    heading.chars().filter(|c| !matches!(c, '\n' | '\r' | '*')).collect()
}

fn set_name(set: Set) -> &'static str {
    match set {
        Set::Commitment => "commitment",
        Set::Result => "result",
    }
}

fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Down => "down",
    }
}

/// The subject as the annotation format has it: what a list's member shares with those after it (肉、蛋产量) stays one run
/// of the text.
fn as_written(text: &str, statement: &Statement) -> Option<String> {
    let paired = statement.reasons.iter().any(|reason| reason.rule == "subject-paired");
    match statement.subject.0.as_slice() {
        [first, .., last] if paired => Phrase([Span { start: first.start, end: last.end }].into()).words(text),
        _ => statement.subject.words(text),
    }
}

/// Every statement with a number as one JSON object a line, in the annotation format. `stands` tells where in the
/// document a byte of the text stands.
#[must_use]
pub fn jsonl(text: &str, reading: &Reading, stands: impl Fn(usize) -> Stands) -> String {
    let mut out = String::new();
    for row in rows(text, reading) {
        let line = Line {
            id: &row.id,
            set: row.statement.set,
            span: row.statement.span,
            quantity: row.quantity.span,
            value: row.quantity.value.to_string(),
            unit: row.quantity.unit,
            role: row.quantity.role.name(),
            direction: row.direction(),
            bound: row.quantity.bound.sign(),
            from: row.from(),
            action: row.action.clone(),
            subject: as_written(text, row.statement),
            due: row.statement.due.map(|due| due.to_string()),
            section: row.section.clone(),
            confidence: row.statement.confidence.name(),
            rules: row.statement.reasons.iter().map(|reason| reason.rule.to_owned()).collect(),
            stands: stands(row.statement.span.start),
        };
        // The line holds only strings, numbers and lists of them, which always serialize.
        if let Ok(json) = serde_json::to_string(&line) {
            out.push_str(&json);
            out.push('\n');
        }
    }
    out
}

const COLUMNS: [&str; 18] = [
    "id",
    "set",
    "start",
    "end",
    "value",
    "unit",
    "role",
    "direction",
    "bound",
    "from",
    "action",
    "subject",
    "due",
    "section",
    "quote",
    "confidence",
    "page",
    "paragraph",
];

/// Every statement with a number as CSV with a header. `stands` tells where in the document a byte of the text stands.
#[must_use]
pub fn csv(text: &str, reading: &Reading, stands: impl Fn(usize) -> Stands) -> String {
    let number = |own: Option<u32>| own.map_or_else(String::new, |own| own.to_string());
    let mut out = String::new();
    record(&mut out, COLUMNS.iter().copied());
    for row in rows(text, reading) {
        let span = row.statement.span;
        let stands = stands(span.start);
        let fields = [
            row.id.clone(),
            set_name(row.statement.set).to_owned(),
            span.start.to_string(),
            span.end.to_string(),
            row.quantity.value.to_string(),
            row.quantity.unit.to_owned(),
            row.quantity.role.name().to_owned(),
            row.direction().map_or_else(String::new, |direction| direction_name(direction).to_owned()),
            row.quantity.bound.sign().to_owned(),
            row.from().unwrap_or_default(),
            row.action.clone().unwrap_or_default(),
            row.subject.clone().unwrap_or_default(),
            row.statement.due.map_or_else(String::new, |due| due.to_string()),
            row.section.join(" > "),
            plain(text.get(span.start..span.end).unwrap_or_default()),
            row.statement.confidence.name().to_owned(),
            number(stands.page),
            number(stands.paragraph),
        ];
        record(&mut out, fields.iter().map(String::as_str));
    }
    out
}

/// A field that no spreadsheet takes for a formula: what begins like one is kept text by a leading quote mark. A plain
/// negative number is none.
#[must_use]
pub fn guarded(field: &str) -> String {
    let digits = field.strip_prefix('-').unwrap_or_default();
    let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let risky = field.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
    if risky { format!("'{field}") } else { field.to_owned() }
}

/// One CSV record (RFC 4180). A field that a spreadsheet would take for a formula is kept text by a leading quote mark.
fn record<'a>(out: &mut String, fields: impl Iterator<Item = &'a str>) {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            out.push(',');
        }
        // The bound signs begin with = too, but alone they are no formula a spreadsheet would run.
        let guarded = if field.chars().count() > 2 { guarded(field) } else { field.to_owned() };
        if guarded.contains(['"', ',', '\n', '\r']) || guarded.starts_with(' ') {
            out.push('"');
            out.push_str(&guarded.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&guarded);
        }
    }
    out.push_str("\r\n");
}

/// How many columns a character takes on a terminal.
fn columns(c: char) -> usize {
    match u32::from(c) {
        0..=0x1f | 0x7f..=0x9f | 0x200b..=0x200f | 0xfeff => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe4f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd
        // Quotation marks and dashes are drawn wide in Chinese fonts.
        | 0x2014 | 0x2018 | 0x2019 | 0x201c | 0x201d | 0x2026 => 2,
        _ => 1,
    }
}

pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Cuts the text to a width, with an ellipsis when something is cut.
fn fit(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        if used + columns(c) + 2 > most {
            break;
        }
        used += columns(c);
        out.push(c);
    }
    out.push('…');
    out
}

/// The widest column of the table.
const WIDEST: usize = 44;

/// Every statement with a number as a table whose columns line up, Chinese characters counted as two columns.
/// `stands` tells where in the document a byte of the text stands.
#[must_use]
pub fn table(text: &str, reading: &Reading, stands: impl Fn(usize) -> Stands) -> String {
    let mut lines: Vec<[String; 9]> =
        vec![["id", "set", "action", "subject", "bound", "quantity", "role", "due", "place"].map(str::to_owned)];
    for row in rows(text, reading) {
        let role = match (row.direction(), row.from()) {
            (Some(direction), _) => format!("{} {}", row.quantity.role.name(), direction_name(direction)),
            (None, Some(from)) => format!("{} from {from}", row.quantity.role.name()),
            (None, None) => row.quantity.role.name().to_owned(),
        };
        lines.push([
            row.id.clone(),
            set_name(row.statement.set).to_owned(),
            row.action.clone().unwrap_or_default(),
            fit(&row.subject.clone().unwrap_or_default(), WIDEST),
            row.quantity.bound.sign().to_owned(),
            format!("{} {}", row.quantity.value, row.quantity.unit),
            role,
            row.statement.due.map_or_else(String::new, |due| due.to_string()),
            stands(row.statement.span.start).to_string(),
        ]);
    }
    let mut widths = [0_usize; 9];
    for line in &lines {
        for (most, field) in widths.iter_mut().zip(line) {
            *most = (*most).max(width(field));
        }
    }
    let mut out = String::new();
    for line in &lines {
        let mut padding = 0;
        for (most, field) in widths.iter().zip(line) {
            if !field.is_empty() {
                let _ = write!(out, "{:padding$}{field}", "");
                padding = 0;
            }
            padding += most - width(field).min(*most) + 2;
        }
        out.push('\n');
    }
    out
}

/// The table of tasks, tab-separated with a heading line: 序号, 类别 (the headings around it), 任务内容, 指标. One row an action
/// item; several titles or numbers of one item are joined with ；.
#[must_use]
pub fn items_tsv(text: &str, reading: &Reading) -> String {
    let mut out = String::from("序号\t类别\t任务内容\t指标\n");
    for (place, item) in crate::items(text, reading).iter().enumerate() {
        let first = item.statements.first().and_then(|index| reading.statements.get(*index));
        let headings = first.map(|statement| reading.headings(text, statement)).unwrap_or_default();
        let headings: String = headings.join(" / ").chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
        let numbers = item.numbers(reading).filter_map(|index| reading.statements.get(index)?.quantity.as_ref());
        let numbers: Vec<String> = numbers.filter_map(|q| crate::Phrase([q.span].into()).words(text)).collect();
        let told = item.told(reading);
        let titles: Vec<String> = told.iter().map(|index| item.title(text, reading, *index)).collect();
        out.push_str(&format!("{}\t{headings}\t{}\t{}\n", place + 1, titles.join("；"), numbers.join("；")));
    }
    out
}

/// The glossary as a table: term, explanation, number of uses, and where the first use begins (byte), tab-separated.
#[must_use]
pub fn terms_tsv(text: &str, reading: &Reading) -> String {
    let mut out = String::from("术语\t释义\t出现次数\t首次出现（字节）\n");
    let words = |span: crate::Span| crate::plain_words(text.get(span.start..span.end).unwrap_or_default());
    for term in crate::glossary(text, reading) {
        let first = term.uses.first().map(|span| span.start.to_string()).unwrap_or_default();
        out.push_str(&format!("{}\t{}\t{}\t{first}\n", words(term.term), words(term.explanation), term.uses.len()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_never_formulas() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+86", "'+86"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("-2.5", "-2.5"),
            ("-", "'-"),
            ("昌吉 =1", "昌吉 =1"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell), expected, "{cell:?}");
        }
    }
}
