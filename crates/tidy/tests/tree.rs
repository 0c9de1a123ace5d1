//! Every rule over the whole repository, one test a rule.
#![allow(clippy::unwrap_used, reason = "a test stops where it stands")]

use std::path::PathBuf;
use tidy::tree::{File, files, has_ending};
use tidy::{Finding, docs, http, layers, leftovers, pure, shape, sql, tables, wording, words};

/// Asked for when the test runs: a build folder shared by two checkouts must not check the other one.
fn root() -> PathBuf {
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.join("../..")
}

fn all() -> Vec<File> {
    let files = files(&root()).unwrap();
    assert!(
        files.iter().any(|f| f.path == "crates/report/src/lib.rs"),
        "the repository's files are not where they should be"
    );
    files
}

/// Runs a rule over files and fails with one line a finding.
fn check(files: &[File], rule: impl Fn(&File) -> Vec<Finding>) {
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| rule(file).into_iter().map(move |f| format!("{}:{}: {}", file.path, f.line, f.what)))
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

fn manifest(file: &File) -> Option<(&str, Vec<layers::Dependency>)> {
    let name = file.in_crate().filter(|name| file.path == format!("crates/{name}/Cargo.toml"))?;
    Some((name, layers::dependencies(&file.text).unwrap()))
}

fn is_source_outside(file: &File, crates: &[&str]) -> bool {
    file.is_source() && file.in_crate().is_some_and(|name| !crates.contains(&name))
}

#[test]
fn only_store_contains_sql() {
    check(&all(), |file| if is_source_outside(file, &["store", "tidy"]) { sql::sql(&file.text) } else { Vec::new() });
    check(&all(), |file| match manifest(file) {
        Some((name, dependencies)) if name != "store" => sql::libraries(&dependencies),
        _ => Vec::new(),
    });
}

#[test]
fn only_server_knows_http() {
    // The simulator stands outside, as instruments and integrators do.
    let speakers = ["server", "e2e", "bench", "simulator"];
    check(&all(), |file| if is_source_outside(file, &speakers) { http::http(&file.text) } else { Vec::new() });
    check(&all(), |file| match manifest(file) {
        Some((name, dependencies)) if !speakers.contains(&name) => http::libraries(&dependencies),
        _ => Vec::new(),
    });
}

#[test]
fn pure_crates_know_no_clock_and_no_world() {
    let is_pure = |name: &str| layers::PURE.iter().any(|(pure, _)| *pure == name);
    check(&all(), |file| {
        let pure = file.in_crate().is_some_and(is_pure) || layers::PURE_PARTS.iter().any(|p| file.path.starts_with(p));
        if file.is_source() && pure { pure::world(&file.text) } else { Vec::new() }
    });
    check(&all(), |file| {
        manifest(file).map(|(name, dependencies)| layers::impure(name, &dependencies)).unwrap_or_default()
    });
}

#[test]
fn arrows_only_go_down() {
    check(&all(), |file| {
        manifest(file).map(|(name, dependencies)| layers::upward(name, &dependencies)).unwrap_or_default()
    });
}

#[test]
fn one_word_for_one_thing() {
    check(&all(), |file| if file.is_source() { words::synonyms(&file.path, &file.text) } else { Vec::new() });
    check(&all(), |file| {
        if migration(file) { words::synonyms_of_tables(&file.path, &tables::tables(&file.text)) } else { Vec::new() }
    });
}

fn migration(file: &File) -> bool {
    file.path.starts_with("crates/store/migrations/") && has_ending(&file.path, "sql")
}

#[test]
fn the_city_comes_first_in_every_key() {
    let files = all();
    assert!(files.iter().any(migration), "no migrations found");
    check(&files, |file| if migration(file) { tables::without_city(&tables::tables(&file.text)) } else { Vec::new() });
}

#[test]
fn both_databases_have_the_same_tables() {
    let files: Vec<File> = all().into_iter().filter(migration).collect();
    check(&files, |file| {
        let (from, to) =
            if file.path.contains("/sqlite/") { ("/sqlite/", "/postgres/") } else { ("/postgres/", "/sqlite/") };
        let twin = file.path.replace(from, to);
        match files.iter().find(|f| f.path == twin) {
            Some(twin) => tables::different(&tables::tables(&file.text), &tables::tables(&twin.text)),
            None => vec![Finding::new(1, format!("{twin} is missing; both databases have the same migrations"))],
        }
    });
}

#[test]
fn no_machine_registry_or_making_in_the_texts() {
    // The rule's own file names what it forbids; Cargo.lock names its registry by design of Cargo.
    let exempt = ["crates/tidy/src/wording.rs", "Cargo.lock"];
    check(&all(), |file| if exempt.contains(&file.path.as_str()) { Vec::new() } else { wording::stray(&file.text) });
}

#[test]
fn no_file_is_too_long() {
    check(&all(), |file| {
        if file.is_rust() && file.path.contains("/src/") {
            shape::too_long(&file.text).into_iter().collect()
        } else {
            Vec::new()
        }
    });
}

#[test]
fn every_file_of_tests_is_run() {
    let files = all();
    let lists = files.iter().filter(|file| file.path.ends_with("/tests/all.rs"));
    let listed: Vec<(String, &str)> = lists.map(|list| (list.path.replace("all.rs", ""), list.text.as_str())).collect();
    assert!(listed.len() > 5, "no lists of tests found");
    check(&files, |file| {
        let own = listed.iter().find_map(|(folder, list)| Some((file.path.strip_prefix(folder)?, list)));
        own.and_then(|(rest, list)| shape::unlisted(rest, list)).into_iter().collect()
    });
}

#[test]
fn every_crate_says_what_it_is_for() {
    let starts = |file: &File| file.path.ends_with("/src/lib.rs") || file.path.ends_with("/src/main.rs");
    check(&all(), |file| if starts(file) { shape::unexplained(&file.text).into_iter().collect() } else { Vec::new() });
}

#[test]
fn nothing_is_left_over() {
    check(&all(), |file| if file.is_rust() { leftovers::unfinished(&file.text) } else { Vec::new() });
}

#[test]
fn panics_are_explained() {
    // What only tests and measures may stop where it stands.
    check(&all(), |file| {
        if is_source_outside(file, &["e2e", "bench"]) { leftovers::unexplained(&file.text) } else { Vec::new() }
    });
}

#[test]
fn documents_name_files_that_exist() {
    let root = root();
    check(&all(), |file| {
        let named = if has_ending(&file.path, "md") { docs::named(&file.text) } else { Vec::new() };
        let missing = named.into_iter().filter(|(_, path)| !root.join(path).exists());
        missing
            .map(|(line, path)| Finding::new(line, format!("{path} is not there; name the file it became")))
            .collect()
    });
}
