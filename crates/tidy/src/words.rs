//! One word for one thing: the words of ARCHITECTURE.md and no synonyms, in the code's own names.

use crate::Finding;
use crate::rust::{Kind, Token, code};
use std::collections::HashSet;

/// Where a word is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// In every name.
    Names,
    /// In names of types and variants only.
    Types,
}

/// A word not to use, the right one, and why.
struct Synonym {
    word: &'static str,
    right: &'static str,
    why: &'static str,
    within: Where,
}

const fn names(word: &'static str, right: &'static str, why: &'static str) -> Synonym {
    Synonym { word, right, why, within: Where::Names }
}

const fn types(word: &'static str, right: &'static str, why: &'static str) -> Synonym {
    Synonym { word, right, why, within: Where::Types }
}

const SYNONYMS: &[Synonym] = &[
    names("tenant", "City", "a tenant is always a city"),
    names("municipality", "City", "whatever its level, it is a city here"),
    names("promise", "Commitment", "what the report says is a statement; a promise is a commitment, then a task"),
    names("pledge", "Commitment", "what the report says is a statement; a promise is a commitment, then a task"),
    names("goal", "Target", "the number to reach is the target"),
    names("objective", "Target", "the number to reach is the target"),
    names("kpi", "Target", "the number to reach is the target, how it is computed the measure"),
    types(
        "indicator",
        "Target or Measure",
        "an indicator is either the number to reach or the way to compute it; say which",
    ),
    names("metric", "Measure", "how an actual value is computed is a measure"),
    names("proof", "Evidence", "a dated reading or filing is evidence; whether it proves anything is for people"),
    types("organisation", "Unit", "who answers for a task is a unit, whatever its form"),
    types("organization", "Unit", "who answers for a task is a unit, whatever its form"),
    types("department", "Unit", "who answers for a task is a unit; departments are one kind of it"),
    types("agency", "Unit", "who answers for a task is a unit, whatever its form"),
    types("bureau", "Unit", "who answers for a task is a unit, whatever its form"),
    names("sensor", "Facility", "everything in the city that can be observed is a facility"),
    names("telemetry", "Observation", "a value with its time and quality is an observation"),
    names("datapoint", "Observation", "a value with its time and quality is an observation"),
    types("alert", "Alarm", "a condition that needs a person is an alarm"),
    names("ticket", "Case", "work in progress is a case"),
    names("workorder", "Case", "work in progress is a case"),
    names("sla", "Clock", "a time budget is a clock"),
];

/// Names that hold such a word and may: (file's beginning, name, reason).
const ALLOWED: &[(&str, &str, &str)] = &[
    ("crates/protocols/", "sensor", "the standards for instruments speak of sensors"),
    ("crates/server/src/auth/", "proof", "what shows that a password is right is no evidence of a task"),
    ("crates/tidy/", "", "this crate names what it forbids"),
];

/// The lower-case parts of a name: `WorkReport`, `work_report` and `WORK_REPORT` all give `work`, `report`.
#[must_use]
pub fn parts(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut last_lower = false;
    for c in name.chars() {
        if c == '_' || c == '#' {
            found.push(String::new());
            last_lower = false;
            continue;
        }
        if found.is_empty() || (c.is_uppercase() && last_lower) {
            found.push(String::new());
        }
        last_lower = c.is_lowercase() || c.is_ascii_digit();
        if let Some(part) = found.last_mut() {
            part.extend(c.to_lowercase());
        }
    }
    found.retain(|part| !part.is_empty());
    found
}

fn objection(path: &str, name: &str) -> Option<String> {
    let is_type = name.starts_with(char::is_uppercase) && name.chars().any(char::is_lowercase);
    let parts = parts(name);
    let pairs = parts.windows(2).map(<[String]>::concat);
    let all: Vec<String> = parts.iter().cloned().chain(pairs).collect();
    let hit = |word: &str| all.iter().any(|p| p == word || p.strip_suffix('s') == Some(word));
    let synonym = SYNONYMS.iter().find(|s| (s.within == Where::Names || is_type) && hit(s.word))?;
    let allowed =
        ALLOWED.iter().any(|(file, part, _)| path.starts_with(file) && (part.is_empty() || *part == synonym.word));
    (!allowed).then(|| format!("{name}: not {} but {}: {}", synonym.word, synonym.right, synonym.why))
}

/// Names in a source text that use another word for something that has one. What `let` names is seen in its own block
/// only and is left to its writer.
#[must_use]
pub fn synonyms(path: &str, source: &str) -> Vec<Finding> {
    let code = code(source);
    let local = locals(&code);
    let names = code.iter().filter(|t| t.kind == Kind::Ident && !local.contains(t.text));
    names.filter_map(|t| Some(Finding::new(t.line, objection(path, t.text)?))).collect()
}

/// Names bound by `let` and nowhere declared as something others see.
fn locals<'a>(code: &[Token<'a>]) -> HashSet<&'a str> {
    let after = |words: &[&str]| -> HashSet<&'a str> {
        let mut found = HashSet::new();
        for (i, token) in code.iter().enumerate().filter(|(_, t)| t.kind == Kind::Ident) {
            let before =
                code[..i].iter().rev().find(|t| t.text != "mut" && t.text != ")" && t.text != "crate" && t.text != "(");
            if before.is_some_and(|b| words.contains(&b.text)) {
                found.insert(token.text);
            }
        }
        found
    };
    let declared = after(&["fn", "pub", "mod", "const", "static", "type", "struct", "enum", "trait"]);
    after(&["let"]).difference(&declared).copied().collect()
}

/// The same for the names of tables and columns.
#[must_use]
pub fn synonyms_of_tables(path: &str, tables: &[crate::tables::Table]) -> Vec<Finding> {
    let mut found = Vec::new();
    for table in tables {
        let names = table.columns.iter().chain(std::iter::once(&table.name));
        found.extend(names.filter_map(|name| Some(Finding::new(table.line, objection(path, name)?))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    #[test]
    fn names_have_parts() {
        let check = |name: &str, expected: &[&str]| assert_eq!(parts(name), expected, "{name}");
        check("WorkReport", &["work", "report"]);
        check("work_report2", &["work", "report2"]);
        check("WORK_REPORT", &["work", "report"]);
        check("AqiDay", &["aqi", "day"]);
        check("r#type", &["r", "type"]);
    }

    #[test]
    fn finds_synonyms() {
        let check = |path: &str, source: &str, expected: &[usize]| {
            assert_eq!(lines(&synonyms(path, source)), expected, "{source}");
        };
        check("crates/store/src/a.rs", "struct TenantId;\nfn tenants() {}", &[1, 2]);
        check("crates/store/src/a.rs", "fn promise_of() {}\nstruct WorkOrder;\nfn work_orders() {}", &[1, 2, 3]);
        check("crates/store/src/a.rs", "struct Indicator;\nlet indicators = 1; const INDICATORS: u8 = 1;", &[1]);
        check("crates/store/src/a.rs", "// promise\nlet a = \"promise\"; enum A { Promised, Compromise }", &[]);
        check("crates/store/src/a.rs", "fn a() { let goal = b; c(goal); }", &[]);
        check("crates/store/src/a.rs", "struct A { pub(crate) goal: u8 }\nfn a() { let goal = b; }", &[1, 2]);
        check("crates/protocols/src/a.rs", "struct Sensor;", &[]);
        check("crates/city/src/a.rs", "struct Sensor;", &[1]);
    }
}
