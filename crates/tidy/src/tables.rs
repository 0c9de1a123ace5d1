//! The city comes first: `city_id` in every table and at the head of every key, the same on both databases.

use crate::Finding;

/// A table as created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// The line of `CREATE TABLE`, from 1.
    pub line: usize,
    /// Its primary, unique and index keys: what they are, their columns, their line.
    pub keys: Vec<(String, Vec<String>, usize)>,
}

/// The tables a migration creates, with the indexes on them.
#[must_use]
pub fn tables(sql: &str) -> Vec<Table> {
    let sql: String = sql.lines().map(|l| l.split("--").next().unwrap_or_default().to_owned() + "\n").collect();
    let mut found: Vec<Table> = Vec::new();
    let mut line = 1;
    for statement in sql.split(';') {
        let first = line + statement.chars().take_while(|c| c.is_whitespace()).filter(|c| *c == '\n').count();
        line += statement.matches('\n').count();
        let words: Vec<String> = statement
            .split(|c: char| c.is_whitespace() || c == '(')
            .filter(|w| !w.is_empty())
            .map(str::to_uppercase)
            .collect();
        let words: Vec<&str> =
            words.iter().map(String::as_str).filter(|w| !["IF", "NOT", "EXISTS", "UNIQUE"].contains(w)).collect();
        match words.as_slice() {
            ["CREATE", "TABLE", ..] => found.extend(table(statement, first)),
            ["CREATE", "INDEX", ..] => index(statement, first, &mut found),
            ["ALTER", "TABLE", name, "ADD", "COLUMN", column, ..] => {
                match found.iter_mut().find(|t| t.name.eq_ignore_ascii_case(name)) {
                    Some(table) => table.columns.push(column.to_lowercase()),
                    None => found.push(Table {
                        name: name.to_lowercase(),
                        columns: vec!["city_id".to_owned(), column.to_lowercase()],
                        line: first,
                        keys: vec![("PRIMARY KEY".to_owned(), vec!["city_id".to_owned()], first)],
                    }),
                }
            }
            _ => {}
        }
    }
    found
}

fn name_before(text: &str) -> String {
    text.split_whitespace().last().unwrap_or_default().trim_matches('"').to_lowercase()
}

fn body(text: &str) -> Option<(&str, &str)> {
    let open = text.find('(')?;
    let close = text.rfind(')')?;
    Some((&text[..open], text.get(open + 1..close)?))
}

fn columns_of(list: &str) -> Vec<String> {
    list.split(',').map(|c| c.split_whitespace().next().unwrap_or_default().trim_matches('"').to_lowercase()).collect()
}

fn table(statement: &str, line: usize) -> Option<Table> {
    let (head, inside) = body(statement)?;
    let mut table = Table { name: name_before(head), columns: Vec::new(), line, keys: Vec::new() };
    let lead = statement.len() - statement.trim_start().len();
    let mut offset = head.len() + 1;
    for part in top_level(inside) {
        let blank = part.len() - part.trim_start().len();
        let here = line + statement[lead..offset + blank].matches('\n').count();
        offset += part.len() + 1;
        let upper = part.trim().to_uppercase();
        let keyed = ["PRIMARY KEY", "UNIQUE"].into_iter().find(|k| upper.contains(k));
        let constraint =
            ["PRIMARY KEY", "UNIQUE", "CONSTRAINT", "FOREIGN KEY", "CHECK"].iter().any(|k| upper.starts_with(k));
        if !constraint {
            table.columns.push(columns_of(part).remove(0));
        }
        if let Some(kind) = keyed {
            let columns = if constraint {
                body(part).map(|(_, list)| columns_of(list)).unwrap_or_default()
            } else {
                columns_of(part)
            };
            table.keys.push((kind.to_owned(), columns, here));
        }
    }
    Some(table)
}

fn top_level(inside: &str) -> Vec<&str> {
    let (mut depth, mut from) = (0_usize, 0);
    let mut found = Vec::new();
    for (i, c) in inside.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(&inside[from..i]);
                from = i + 1;
            }
            _ => {}
        }
    }
    found.push(&inside[from..]);
    found
}

fn index(statement: &str, line: usize, tables: &mut Vec<Table>) {
    let Some((head, list)) = body(statement) else { return };
    let words: Vec<&str> = head.split_whitespace().collect();
    let on = words.iter().position(|w| w.eq_ignore_ascii_case("ON")).and_then(|i| words.get(i + 1));
    let name = on.map(|n| n.trim_matches('"').to_lowercase()).unwrap_or_default();
    let key = ("INDEX".to_owned(), columns_of(list), line);
    match tables.iter_mut().find(|t| t.name == name) {
        Some(table) => table.keys.push(key),
        // On a table of an earlier migration: only the key can be checked.
        None => tables.push(Table {
            name,
            columns: vec!["city_id".to_owned()],
            line,
            keys: vec![("PRIMARY KEY".to_owned(), vec!["city_id".to_owned()], line), key],
        }),
    }
}

/// Tables without `city_id`, and keys that do not begin with it.
#[must_use]
pub fn without_city(tables: &[Table]) -> Vec<Finding> {
    let mut found = Vec::new();
    for table in tables {
        if table.columns.first().map(String::as_str) != Some("city_id") {
            found.push(Finding::new(
                table.line,
                format!("table {} does not begin with city_id; every row belongs to a city", table.name),
            ));
        }
        if !table.keys.iter().any(|(kind, _, _)| kind == "PRIMARY KEY") {
            found.push(Finding::new(
                table.line,
                format!("table {} has no primary key; give it one that begins with city_id", table.name),
            ));
        }
        for (kind, columns, line) in &table.keys {
            if columns.first().map(String::as_str) != Some("city_id") {
                let what = format!(
                    "{kind} ({}) of {} does not begin with city_id; put it first",
                    columns.join(", "),
                    table.name
                );
                found.push(Finding::new(*line, what));
            }
        }
    }
    found
}

/// Where two migrations of the same name differ in tables, columns or keys.
#[must_use]
pub fn different(one: &[Table], other: &[Table]) -> Vec<Finding> {
    let mut found = Vec::new();
    for table in one {
        let Some(twin) = other.iter().find(|t| t.name == table.name) else {
            found.push(Finding::new(table.line, format!("table {} is missing on the other database", table.name)));
            continue;
        };
        if table.columns != twin.columns {
            let what =
                format!("columns of {} differ: {} / {}", table.name, table.columns.join(", "), twin.columns.join(", "));
            found.push(Finding::new(table.line, what));
        }
        let keys =
            |t: &Table| t.keys.iter().map(|(kind, columns, _)| (kind.clone(), columns.clone())).collect::<Vec<_>>();
        if keys(table) != keys(twin) {
            found.push(Finding::new(table.line, format!("keys of {} differ between the databases", table.name)));
        }
    }
    let extra = other.iter().filter(|t| !one.iter().any(|o| o.name == t.name));
    found.extend(extra.map(|t| Finding::new(1, format!("table {} is only on the other database", t.name))));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    const GOOD: &str = "-- A; comment\nCREATE TABLE task (\n    city_id TEXT NOT NULL,\n    task_id TEXT COLLATE \"C\" NOT NULL, -- x, y\n    PRIMARY KEY (city_id, task_id)\n) STRICT;\nCREATE INDEX a ON task (city_id, task_id DESC);\n";

    #[test]
    fn reads_tables() {
        let got = tables(GOOD);
        assert_eq!(got.len(), 1);
        assert_eq!((got[0].name.as_str(), got[0].line), ("task", 2));
        assert_eq!(got[0].columns, ["city_id", "task_id"]);
        let keys: Vec<_> =
            got[0].keys.iter().map(|(kind, columns, line)| (kind.as_str(), columns.len(), *line)).collect();
        assert_eq!(keys, [("PRIMARY KEY", 2, 5), ("INDEX", 2, 7)]);
    }

    #[test]
    fn finds_keys_without_city() {
        let check = |sql: &str, expected: &[usize]| assert_eq!(lines(&without_city(&tables(sql))), expected, "{sql}");
        check(GOOD, &[]);
        check("CREATE TABLE a (\n id TEXT PRIMARY KEY\n);", &[1, 2]);
        check("CREATE TABLE a (city_id TEXT, id TEXT,\n PRIMARY KEY (id, city_id));", &[2]);
        check("CREATE TABLE a (city_id TEXT, id TEXT);", &[1]);
        check("CREATE TABLE a (city_id TEXT, id TEXT UNIQUE, PRIMARY KEY (city_id));", &[1]);
        check("\nCREATE UNIQUE INDEX b ON a (id);", &[2]);
        check("CREATE TABLE IF NOT EXISTS a (city_id TEXT, b CHECK (b IN (1, 2)), PRIMARY KEY (city_id));", &[]);
    }

    #[test]
    fn finds_differences() {
        let one = tables(GOOD);
        assert_eq!(different(&one, &one), []);
        assert_eq!(different(&one, &tables(&GOOD.replace("task_id TEXT", "job_id TEXT"))).len(), 1);
        assert_eq!(different(&one, &tables(&GOOD.replace("(city_id, task_id)", "(city_id)"))).len(), 1);
        assert_eq!(different(&one, &[]).len(), 1);
        assert_eq!(different(&[], &one).len(), 1);
    }
}
