//! The command line: what it reads, what it refuses and how, and that it notices a log that was changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

use rusqlite::Connection;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use tingzhou_e2e::{City, program, run, workspace};

const REPORT: &str = "cities/changji/report-2025.md";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[track_caller]
fn succeeds(arguments: &[&str]) -> Output {
    let out = run(arguments);
    assert!(out.status.success(), "{arguments:?}: {:?} {}", out.status.code(), text(&out.stderr));
    out
}

#[track_caller]
fn standard_output(arguments: &[&str]) -> String {
    String::from_utf8(succeeds(arguments).stdout).unwrap()
}

/// Bad input: a file's content, and words the message must hold besides the file's name.
fn bad_input(folder: &Path) -> Vec<(PathBuf, Vec<&'static str>)> {
    let write = |name: &str, content: &[u8]| {
        let file = folder.join(name);
        fs::write(&file, content).unwrap();
        file
    };
    let large = folder.join("large.txt");
    File::create(&large).unwrap().set_len(200 * 1024 * 1024).unwrap();
    let broken = [&fs::read(workspace().join(REPORT)).unwrap()[..3_000], b"\xFF\xFE\x80 100"].concat();
    let contents = "目 录\n\n一、2024年工作回顾……………………1\n二、2025年重点工作……………………12\n三、政府自身建设……………………30\n";
    vec![
        (write("empty.txt", b""), vec!["empty", "0 bytes", "give the report as DOCX"]),
        (write("blank.md", b" \n\n \t\n"), vec!["empty", "give the report as DOCX"]),
        (write("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), vec!["PNG", "byte 0", "give the report as"]),
        (write("report.pdf", b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj"), vec!["PDF", "damaged", "copy it again"]),
        (write("report.docx", b"PK\x03\x04\x14\0\x06\0"), vec!["ZIP", "damaged", "copy it again"]),
        (large, vec!["209715200 bytes", "16777216", "give the report alone"]),
        (
            write("words.txt", "政府工作报告没有数字，只有文字。".as_bytes()),
            vec!["no number", "characters", "check that"],
        ),
        (write("broken.txt", &broken), vec!["byte 3", "line", "UTF-8", "export it again"]),
        (write("contents.txt", contents.as_bytes()), vec!["table of contents", "byte", "give the pages"]),
        (folder.join("missing.txt"), vec!["cannot be opened", "No such file"]),
        (folder.to_owned(), vec!["directory"]),
    ]
}

#[test]
fn bad_input_is_refused_with_what_where_and_what_to_do() {
    let folder = TempDir::new().unwrap();
    for (file, words) in bad_input(folder.path()) {
        let out = run(&["read", path(&file)]);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{}: {said}", file.display());
        assert!(out.stdout.is_empty(), "{}: something was printed", file.display());
        for word in words.into_iter().chain([path(&file)]) {
            assert!(said.contains(word), "{}: {word:?} is not in {said:?}", file.display());
        }
        assert!(!said.contains("panicked"), "{}: {said}", file.display());
    }
}

#[test]
fn adopting_bad_input_changes_nothing() {
    let (folder, city) = (TempDir::new().unwrap(), City::simulated());
    let store = city.store();
    let hash = || standard_output(&["audit", "--store", &store, "hash"]);
    let before = hash();
    assert!(before.contains("whole"), "{before}");
    for (file, _) in bad_input(folder.path()) {
        let out = run(&["adopt", "--store", &store, "--as", "ducha", path(&file)]);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{}: {said}", file.display());
        assert!(said.contains(path(&file)), "{said}");
    }
    let nobody = run(&["adopt", "--store", &store, "--as", "nobody", REPORT]);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(text(&nobody.stderr).contains("account add"), "{}", text(&nobody.stderr));
    let twice = run(&["adopt", "--store", &store, "--as", "ducha", REPORT]);
    assert_eq!(twice.status.code(), Some(2));
    assert!(text(&twice.stderr).contains("exists already"), "{}", text(&twice.stderr));
    assert_eq!(hash(), before);
}

#[test]
fn a_report_is_printed_in_three_forms() {
    let lines = standard_output(&["read", "--format", "jsonl", REPORT]);
    let rows: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(rows.len() > 200, "{} statements", rows.len());
    assert!(rows.iter().all(|row| row["paragraph"].is_u64()), "each knows its paragraph");
    let csv = standard_output(&["read", "--format", "csv", REPORT]);
    assert_eq!(csv.trim_end().lines().count(), rows.len() + 1, "a header and a line a statement");
    let table = standard_output(&["read", REPORT]);
    assert!(table.lines().count() > 100, "{table}");
    assert!(table.contains('%') && table.contains("增长"), "{table}");
}

#[test]
fn findings_are_printed_in_three_forms() {
    let lines = standard_output(&["findings", "--format", "jsonl", REPORT]);
    let rows: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(rows.len() > 20, "{} findings", rows.len());
    let report = fs::read_to_string(workspace().join(REPORT)).unwrap();
    for row in &rows {
        for place in row["places"].as_array().unwrap() {
            let end = |i: usize| usize::try_from(place["span"][i].as_u64().unwrap()).unwrap();
            assert!(report.get(end(0)..end(1)).is_some() && place["paragraph"].is_u64(), "{place}");
        }
    }
    let csv = standard_output(&["findings", "--format", "csv", REPORT]);
    assert_eq!(csv.trim_end().lines().count(), rows.len() + 1, "a header and a line a finding");
    let table = standard_output(&["findings", REPORT]);
    assert_eq!(table.lines().count(), rows.len());
    assert!(table.contains("373 辆") && table.contains('¶'), "{table}");
    let asking = standard_output(&["findings", "--asking", "--lang", "en", REPORT]);
    assert!(asking.lines().count() < rows.len() && asking.contains("last year"), "{asking}");
}

#[test]
fn a_report_is_held_against_the_one_of_the_year_before() {
    let folder = TempDir::new().unwrap();
    let report = |year: i16, review: &str, plan: &str| {
        let file = folder.path().join(format!("{year}.md"));
        let before = year - 1;
        let words = format!("# 政府工作报告\n\n{year}年1月10日\n\n## 一、{before}年工作回顾\n\n{review}\n\n");
        fs::write(&file, format!("{words}## 二、{year}年重点工作\n\n{plan}\n")).unwrap();
        file
    };
    let last = report(2024, "工作平稳。", "改造老旧小区20个。");
    let this = report(2025, "改造老旧小区24个。", "做好工作。");
    let out = standard_output(&["findings", path(&this), "--last-year", path(&last)]);
    assert!(out.contains("two-years") && out.contains("24 个") && out.contains("已完成"), "{out}");
    let far = report(2022, "工作平稳。", "改造老旧小区20个。");
    let out = run(&["findings", path(&this), "--last-year", path(&far)]);
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains("2022") && said.contains(path(&far)), "{said}");
}

#[test]
fn a_reading_explains_itself() {
    let table = standard_output(&["read", REPORT]);
    let explained = standard_output(&["read", "--explain", REPORT]);
    assert!(explained.starts_with(&table) && explained.len() > table.len());
    let out = succeeds(&["read", "--format", "jsonl", "--explain", REPORT]);
    assert_eq!(text(&out.stdout), standard_output(&["read", "--format", "jsonl", REPORT]));
    assert!(!out.stderr.is_empty(), "explanations go beside what a program reads");
}

/// The same object without places in the text.
fn without_places(line: &str) -> String {
    fn strip(value: &mut Value) {
        if let Value::Object(map) = value {
            map.retain(|key, _| !(key.contains("span") || key.contains("offset")));
        }
        match value {
            Value::Object(map) => map.values_mut().for_each(strip),
            Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value: Value = serde_json::from_str(line).unwrap();
    strip(&mut value);
    value.to_string()
}

#[test]
fn other_encodings_read_the_same() {
    let folder = TempDir::new().unwrap();
    let original = fs::read_to_string(workspace().join(REPORT)).unwrap();
    let expected = standard_output(&["read", "--format", "jsonl", REPORT]);
    let (gb, _, lossy) = encoding_rs::GB18030.encode(&original);
    assert!(!lossy);
    let wide: Vec<u8> = std::iter::once(0xFEFF).chain(original.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xEF\xBB\xBF", original.as_bytes()].concat();
    for (name, content) in [("gb18030.txt", gb.to_vec()), ("utf16.txt", wide), ("marked.txt", marked)] {
        let file = folder.path().join(name);
        fs::write(&file, content).unwrap();
        let read = standard_output(&["read", "--format", "jsonl", path(&file)]);
        let same = read.lines().map(without_places).eq(expected.lines().map(without_places));
        assert!(same, "{name} reads otherwise");
    }
}

#[test]
fn who_has_seen_enough_may_stop_reading() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("long.md");
    // More than a pipe holds.
    fs::write(&file, fs::read_to_string(workspace().join(REPORT)).unwrap().repeat(4)).unwrap();
    let mut child = Command::new(program())
        .args(["read", "--format", "jsonl", path(&file)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with('{'), "{line}");
    let out = child.wait_with_output().unwrap();
    assert_eq!((out.status.code(), text(&out.stderr)), (Some(0), String::new()));
}

#[test]
fn a_changed_log_is_noticed_and_its_place_named() {
    let city = City::simulated();
    let store = city.store();
    let whole = standard_output(&["audit", "--store", &store, "verify"]);
    assert!(whole.contains("as written"), "{whole}");
    let database = Connection::open(city.folder().join("tingzhou.sqlite")).unwrap();
    let (sequence, body): (i64, String) = database
        .query_row("SELECT seq, body FROM event WHERE kind LIKE '%filed%' ORDER BY seq LIMIT 1 OFFSET 7", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let changed = body.replacen("\"note\":\"", "\"note\":\"改", 1);
    assert_ne!(changed, body);
    database.execute("UPDATE event SET body = ?1 WHERE seq = ?2", (&changed, sequence)).unwrap();
    let out = run(&["audit", "--store", &store, "verify"]);
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("event {sequence}")) && said.contains("not as written"), "{said}");

    // As it was, but a task's row says something else.
    database.execute("UPDATE event SET body = ?1 WHERE seq = ?2", (&body, sequence)).unwrap();
    let (task, body): (String, String) = database
        .query_row("SELECT task_id, body FROM task ORDER BY ord LIMIT 1 OFFSET 3", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let changed = body.replacen("\"title\":\"", "\"title\":\"改", 1);
    assert_ne!(changed, body);
    database.execute("UPDATE task SET body = ?1 WHERE task_id = ?2", (&changed, &task)).unwrap();
    let out = run(&["audit", "--store", &store, "verify"]);
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("task {task}")), "{said}");
}

#[test]
fn what_cannot_be_done_says_what_to_do() {
    let folder = TempDir::new().unwrap();
    let empty = format!("sqlite:{}", folder.path().join("none").display());
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().to_string();
    let city = City::simulated();
    let store = city.store();
    for (arguments, words) in [
        (vec!["serve", "--store", "mysql:x"], "sqlite:"),
        (vec!["serve", "--store", &empty], "city"),
        (vec!["serve", "--store", &store, "--listen", &taken], "--listen"),
        (vec!["found", "--store", &empty, "--city-pack", "cities/nowhere"], "cities/nowhere"),
        (vec!["demo", "--no-serve", "--folder", "cities"], "--folder"),
        (vec!["copy-store", "--from", &store, "--to", &store], "same store"),
        (vec!["read", REPORT, "--format", "xml"], "jsonl"),
    ] {
        let out = run(&arguments);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
