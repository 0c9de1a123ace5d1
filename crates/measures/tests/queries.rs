//! Queries that may run, those that may not, with the reason and the place; and what is made of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use proptest::prelude::*;
use tingzhou_measures::{checked_rows, checked_value};

fn check(text: &str, expected: Result<(), (&str, u64, u64)>) {
    let found = checked_value(text);
    let got = found.as_ref().map(|_| ()).map_err(|e| (e.code, e.line, e.column));
    assert_eq!(got, expected, "{text}: {found:?}");
}

#[test]
fn good() {
    for text in [
        "SELECT count(*) AS value FROM facility_fact",
        "select COUNT(*) as Value from Facility_Fact;",
        "SELECT 1 AS value",
        "SELECT 100 * count(*) FILTER (WHERE ended = 1) / count(*) AS value, count(*) AS denominator FROM case_fact",
        "WITH a AS (SELECT facility FROM facility_fact) SELECT count(*) AS value FROM a",
        "SELECT count(*) AS value FROM (SELECT DISTINCT facility FROM observation_day) AS f",
        "SELECT sum(mean) AS value FROM observation_day WHERE day BETWEEN :from AND :to AND type LIKE 'Air%'",
        "SELECT max(n) AS value FROM (SELECT row_number() OVER (ORDER BY mean DESC) AS n FROM observation_hour) AS x",
        "-- a comment; DROP TABLE task\nSELECT count(*) AS value /* ; */ FROM case_fact",
        "WITH RECURSIVE n (i) AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT max(i) AS value FROM n",
        "SELECT sum(number) AS value FROM facility_stated WHERE words IS NULL AND number IN (1, 2.5) AND type LIKE 'a%'",
        "SELECT coalesce(NULL, sum(hour), 0) AS value FROM observation_hour WHERE day BETWEEN :from AND '2025-12-31'",
        "SELECT max(CASE kind WHEN 'x' THEN NULL ELSE length(kind) END) AS value FROM case_step WHERE simulated = 0",
        "SELECT count(*) AS value FROM project_fact WHERE year = :year AND year || '' = substr(:to, 1, 4)",
        "SELECT CASE WHEN count(*) > 0 THEN 1 ELSE 0 END AS value FROM alarm_fact WHERE EXISTS (SELECT 1 AS one FROM case_fact)",
        "SELECT count(*) AS value FROM case_fact WHERE matter = 'it''s; DROP TABLE x --'",
        "SELECT sum(n) AS value FROM (SELECT day, count(*) AS n FROM observation_day GROUP BY day HAVING count(*) > 2) AS d",
    ] {
        check(text, Ok(()));
    }
}

#[test]
fn bad() {
    let v = "SELECT count(*) AS value FROM ";
    for (text, code, line, column) in [
        ("", "empty", 1, 1),
        ("-- nothing", "empty", 1, 1),
        ("SELECT 1 AS value; SELECT 2 AS value", "several-statements", 1, 20),
        ("INSERT INTO task VALUES (1)", "not-a-select", 1, 1),
        ("DELETE FROM facility_fact", "not-a-select", 1, 1),
        ("UPDATE facility_fact SET name = 'x'", "not-a-select", 1, 1),
        ("DROP TABLE task", "not-a-select", 1, 1),
        ("PRAGMA query_only = 0", "not-a-select", 1, 1),
        ("PRAGMA query_only = OFF", "unreadable", 1, 21),
        ("ATTACH DATABASE 'x' AS y", "not-a-select", 1, 1),
        ("COPY task TO '/tmp/x'", "not-a-select", 1, 6),
        ("SET statement_timeout = 0", "not-a-select", 1, 1),
        ("WITH x AS (DELETE FROM task RETURNING *) SELECT 1 AS value", "not-a-select", 1, 12),
        ("SELECT 1 AS value INTO t FROM facility_fact", "not-a-select", 1, 1),
        (&format!("{v}account"), "unknown-table", 1, 31),
        (&format!("{v}facility"), "unknown-table", 1, 31),
        (&format!("{v}main.facility_fact"), "unknown-table", 1, 31),
        (&format!("{v}public.account"), "unknown-table", 1, 31),
        (&format!("{v}\"account\""), "name", 1, 31),
        (&format!("{v}\"facility_fact\""), "name", 1, 31),
        (&format!("{v}pg_class"), "unknown-table", 1, 31),
        (&format!("{v}sqlite_master"), "unknown-table", 1, 31),
        (&format!("{v}own_x"), "unknown-table", 1, 31),
        (&format!("{v}generate_series(1, 10) AS g"), "unknown-table", 1, 31),
        (&format!("{v}facility_fact f\nCROSS JOIN LATERAL (SELECT 1 AS x) AS y"), "unknown-table", 2, 21),
        (
            "SELECT count(*) AS value FROM (WITH account AS (SELECT 1 AS x) SELECT x FROM account) AS a, account",
            "unknown-table",
            1,
            93,
        ),
        ("WITH facility_fact AS (SELECT 1 AS x) SELECT x AS value FROM facility_fact", "name", 1, 6),
        ("SELECT pg_sleep(10) AS value", "unknown-function", 1, 8),
        ("SELECT pg_read_file('/etc/passwd') AS value", "unknown-function", 1, 8),
        ("SELECT load_extension('x') AS value", "unknown-function", 1, 8),
        ("SELECT randomblob(100000000) AS value", "unknown-function", 1, 8),
        ("SELECT current_user AS value", "unknown-function", 1, 8),
        ("SELECT now() AS value", "unknown-function", 1, 8),
        ("SELECT pg_catalog.count(1) AS value", "unknown-function", 1, 8),
        ("SELECT sum() AS value FROM facility_fact", "arguments", 1, 8),
        ("SELECT max(1, 2) AS value", "arguments", 1, 8),
        ("SELECT city_id AS value FROM facility_fact", "unknown-column", 1, 8),
        ("SELECT rowid AS value FROM facility_fact", "unknown-column", 1, 8),
        ("SELECT f.ctid AS value\nFROM facility_fact f", "unknown-column", 1, 10),
        ("SELECT facility_fact AS value FROM facility_fact", "unknown-column", 1, 8),
        ("SELECT 1 AS value, 2 AS secret", "unknown-output", 1, 25),
        ("SELECT 1 AS value, 2 AS value", "twice", 1, 25),
        ("SELECT count(*) FROM facility_fact", "unnamed", 1, 8),
        ("SELECT * FROM facility_fact", "unnamed", 1, 8),
        ("SELECT count(*) AS count FROM facility_fact", "missing-output", 1, 1),
        ("SELECT count(*) AS value FROM facility_fact WHERE opened > :day", "unknown-parameter", 1, 60),
        ("SELECT count(*) AS value FROM facility_fact WHERE opened > $1", "unknown-parameter", 1, 60),
        ("SELECT count(*) AS value FROM facility_fact WHERE opened > ?", "unknown-parameter", 1, 60),
        ("SELECT CAST('1' AS BIGINT) AS value", "not-allowed", 1, 13),
        ("SELECT '1'::float8 AS value", "not-allowed", 1, 8),
        ("SELECT E'a\\'b' AS value", "literal", 1, 8),
        ("SELECT 1e300 AS value", "literal", 1, 8),
        ("SELECT 5 % 2 AS value", "not-allowed", 1, 8),
        ("SELECT count(*) AS value FROM facility_fact WHERE name ~ 'x'", "not-allowed", 1, 51),
        ("SELECT count(*) AS value FROM facility_fact FOR UPDATE", "not-allowed", 1, 1),
        ("SELECT facility, count(*) AS value FROM facility_fact", "unknown-output", 1, 8),
        ("SELECT samples AS value, count(*) AS count FROM observation_day", "not-grouped", 1, 8),
        ("SELECT max(mean) AS value FROM observation_day GROUP BY facility HAVING samples > 1", "not-grouped", 1, 73),
        ("SELECT count(*) AS value FROM (SELECT 1 AS x)", "unnamed", 1, 32),
        ("SELECT count(*) AS value FROM case_fact NATURAL JOIN case_step", "join", 1, 54),
        ("SELECT count(*) AS value FROM facility_stated WHERE number = '1'", "kind", 1, 62),
        ("SELECT count(*) AS value FROM facility_stated WHERE words = 1", "kind", 1, 61),
        ("SELECT count(*) AS value FROM facility_fact f WHERE f.simulated IN (0, 'x')", "kind", 1, 72),
        ("SELECT count(*) AS value FROM facility_fact WHERE opened BETWEEN :from AND 2025", "kind", 1, 76),
        ("SELECT count(*) AS value FROM facility_fact WHERE opened >= :year", "kind", 1, 61),
        ("SELECT sum(words) AS value FROM facility_stated", "kind", 1, 12),
        ("SELECT avg(name) AS value FROM facility_fact", "kind", 1, 12),
        ("SELECT abs(- words) AS value FROM facility_stated", "kind", 1, 14),
        ("SELECT CAST(words AS REAL) AS value FROM facility_stated", "kind", 1, 13),
        ("SELECT 100 * words AS value FROM facility_stated", "kind", 1, 14),
        ("SELECT words / 2 AS value FROM facility_stated", "kind", 1, 8),
        ("SELECT max(coalesce(number, words)) AS value FROM facility_stated", "kind", 1, 29),
        ("SELECT CASE WHEN 1 = 1 THEN 1 ELSE 'x' END AS value FROM facility_fact", "kind", 1, 36),
        ("SELECT count(*) AS value FROM facility_stated WHERE number LIKE '1%'", "kind", 1, 53),
        ("SELECT days_between(number, :to) AS value FROM facility_stated", "kind", 1, 21),
        (
            "SELECT count(*) AS value FROM facility_fact WHERE name IN (SELECT number FROM facility_stated)",
            "kind",
            1,
            51,
        ),
        ("WITH a (x) AS (SELECT words FROM facility_stated) SELECT sum(x) AS value FROM a", "kind", 1, 62),
        (
            "SELECT sum(n) AS value FROM (SELECT s.* FROM (SELECT words AS n FROM facility_stated) AS s) AS t",
            "kind",
            1,
            12,
        ),
        (
            "SELECT sum(n) AS value FROM (SELECT number AS n FROM facility_stated UNION ALL SELECT words FROM facility_stated) AS t",
            "kind",
            1,
            80,
        ),
        (
            "SELECT count(*) AS value FROM facility_fact f JOIN facility_stated s ON s.number = f.facility",
            "kind",
            1,
            84,
        ),
        (
            "SELECT count(*) AS value FROM facility_fact f WHERE EXISTS (SELECT 1 AS x FROM facility_stated s WHERE s.number = f.name)",
            "kind",
            1,
            115,
        ),
        ("SELECT count(* AS value", "unreadable", 1, 16),
        ("SELECT 'open AS value", "unreadable", 1, 8),
        ("SELECT 1 AS value /* open", "unreadable", 1, 26),
    ] {
        check(text, Err((code, line, column)));
    }
    assert_eq!(checked_value(&"(".repeat(700)).unwrap_err().code, "too-deep");
    assert_eq!(checked_value(&format!("SELECT {}1 AS value", "1 + ".repeat(900))).unwrap_err().code, "too-deep");
    // As deep as it may be, on the stack a task has.
    assert_eq!(checked_value(&format!("SELECT {}1 AS value", "1 + ".repeat(99))).map(|_| ()), Ok(()));
    assert_eq!(
        checked_value(&format!("SELECT facility {} AS value FROM facility_fact", "IS NULL ".repeat(99))).map(|_| ()),
        Ok(())
    );
    assert_eq!(checked_value(&"SELECT 1 AS value UNION ".repeat(99)).unwrap_err().code, "unreadable");
    assert!(checked_value(&format!("SELECT {}1 AS value", "NOT ".repeat(99))).is_err());
    assert_eq!(checked_value(&"x ".repeat(4_001)).unwrap_err().code, "too-long");
    assert_eq!(checked_value(&"x,".repeat(3_000)).unwrap_err().code, "too-long");
    assert_eq!(checked_rows("SELECT name AS value FROM facility_fact").unwrap_err().code, "missing-output");
}

/// What runs is written from what was understood: not a comment, a quote or a placeholder of the text is left in it.
#[test]
fn written_anew() {
    let written = |text: &str| checked_value(text).unwrap().sqlite().to_owned();
    assert_eq!(
        written("select /* x */ count(*) AS VALUE -- y\nfrom Facility_Fact where type='a''b' and opened>=:from;"),
        "SELECT count(*) AS \"value\" FROM \"facility_fact\" AS \"facility_fact\" \
         WHERE ((\"type\" = 'a''b') AND (\"opened\" >= CAST($5 AS TEXT)))"
    );
    assert_eq!(
        written("SELECT 1/0 AS value"),
        "SELECT (CAST(CAST(1 AS BIGINT) AS DOUBLE PRECISION) / NULLIF(CAST(CAST(0 AS BIGINT) AS DOUBLE PRECISION), 0)) AS \"value\""
    );
    let own = written("WITH account AS (SELECT 1 AS x) SELECT x AS value FROM account");
    assert!(own.contains("\"own_account\" AS (") && own.ends_with("FROM \"own_account\" AS \"account\""), "{own}");
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = checked_value(&text);
    }

    #[test]
    fn no_words_panic(words in prop::collection::vec(prop::sample::select(vec![
        "SELECT", "FROM", "WHERE", "WITH", "RECURSIVE", "AS", "(", ")", ",", "*", "value", "facility_fact", "account", "count",
        "'x'", "1", "GROUP", "BY", "ORDER", "LIMIT", "UNION", "ALL", "JOIN", "ON", "=", ";", ":to", "OVER", "CASE", "WHEN", "THEN",
        "END", "IN", "NOT", "--", "/*", "*/", "\"", "'", "CAST", "::", "text",
    ]), 0..40)) {
        // Whatever is let through reads no table but the views and what it defined itself.
        if let Ok(checked) = checked_value(&words.join(" ")) {
            for place in ["FROM \"account\"", "JOIN \"account\"", ", \"account\" AS"] {
                prop_assert!(!checked.sqlite().contains(place), "{}", checked.sqlite());
            }
        }
    }
}
