//! Only `store` contains SQL.

use crate::Finding;
use crate::layers::Dependency;
use crate::rust::{Kind, code};

/// Libraries that speak to a database.
const LIBRARIES: &[&str] =
    &["deadpool-postgres", "diesel", "postgres", "refinery", "rusqlite", "sea-orm", "sqlx", "tokio-postgres"];

/// What statements look like: words in this order, all upper case, or all lower case from the string's first word.
const SHAPES: &[&[&str]] = &[
    &["SELECT ", " FROM "],
    &["INSERT INTO ", " VALUES"],
    &["INSERT INTO ", " SELECT "],
    &["UPDATE ", " SET "],
    &["DELETE FROM "],
    &["CREATE TABLE "],
    &["CREATE INDEX "],
    &["CREATE VIEW "],
    &["ALTER TABLE "],
    &["DROP TABLE "],
    &["PRAGMA "],
];

/// SQL and database libraries in a source text outside its tests.
#[must_use]
pub fn sql(source: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for token in code(source).iter().filter(|t| !t.test) {
        if token.kind == Kind::Str && looks_like_sql(token.text) {
            found.push(Finding::new(token.line, "a string that looks like SQL; give crates/store a function for it"));
        }
        if token.kind == Kind::Ident
            && LIBRARIES.iter().any(|l| l.replace('-', "_") == token.text)
            && token.text != "postgres"
        {
            found.push(Finding::new(
                token.line,
                format!("{} belongs to crates/store; give the store a function for it", token.text),
            ));
        }
    }
    found
}

fn looks_like_sql(literal: &str) -> bool {
    let text = literal.trim_start_matches(|c: char| !c.is_alphabetic() || c == 'r' || c == 'b');
    let flat = text.split_whitespace().filter(|w| *w != "\\").collect::<Vec<_>>().join(" ") + " ";
    let in_order = |words: &[&str], text: &str| {
        let mut rest = text;
        words.iter().all(|word| {
            let Some(at) = rest.find(word) else { return false };
            // The space that ends one word may begin the next.
            rest = &rest[at + word.len() - 1..];
            true
        })
    };
    SHAPES.iter().any(|shape| {
        let lower: Vec<String> = shape.iter().map(|w| w.to_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        in_order(shape, &flat)
            || (flat.starts_with(lower[0]) && in_order(&lower, &flat) && flat.contains([';', '$', '*', '=', '(']))
    })
}

/// Database libraries among a crate's dependencies. Tests may open a database to damage it.
#[must_use]
pub fn libraries(dependencies: &[Dependency]) -> Vec<Finding> {
    let bad = dependencies.iter().filter(|d| !d.dev && LIBRARIES.contains(&d.package.as_str()));
    bad.map(|d| {
        Finding::new(d.line, format!("{} belongs to crates/store; give the store a function for it", d.package))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    #[test]
    fn finds_sql() {
        let check = |source: &str, expected: &[usize]| assert_eq!(lines(&sql(source)), expected, "{source}");
        check("let a = \"SELECT body FROM task\";", &[1]);
        check("let a = \"SELECT body \\\n FROM task\";", &[1]);
        check("let a = r#\"select * from task\"#;", &[1]);
        check("\nlet a = \"INSERT INTO task VALUES (1)\";", &[2]);
        check("let a = \"UPDATE task SET a = 1\";", &[1]);
        check("let a = \"DELETE FROM task\";\nlet b = \"CREATE TABLE x (y)\";", &[1, 2]);
        check("use rusqlite::Connection;", &[1]);
        check("let a = \"select a unit from the list\";", &[]);
        check("let a = \"Select a file FROM a folder\"; // SELECT 1 FROM x", &[]);
        check("#[cfg(test)]\nmod tests { use rusqlite::Connection; const A: &str = \"DELETE FROM task\"; }", &[]);
    }

    #[test]
    fn finds_libraries() {
        let manifest = "[dependencies]\nserde = '1'\nrusqlite = '1'\n[dev-dependencies]\ntokio-postgres = '1'";
        assert_eq!(lines(&libraries(&crate::layers::dependencies(manifest).unwrap())), [3]);
    }
}
