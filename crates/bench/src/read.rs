//! Reading reports, beside a bare regular expression for numbers with units and a bare scan for digits: time, stage by
//! stage, and memory.

use crate::figure::{best_median, budgeted, compared, megabytes, milliseconds};
use crate::memory::growth;
use crate::workspace;
use regex::Regex;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tingzhou_report::stages::{Stage, run as read_up_to};

/// A number with one of the units reports use most.
const NUMBER_WITH_UNIT: &str = "[0-9]+(?:[.,][0-9]+)*(?:万亿|亿|万|千)?(?:%|‰|个百分点|平方公里|平方米|立方米|公里|千瓦时|千瓦|\
                                人次|元|人|户|个|家|套|亩|吨|项|条|次|所|座|辆|张|名|件|米|天|年)";

/// Reports to read one after another: the corpus beside the repository, else the city's own digest again and again.
fn many() -> (String, Vec<String>) {
    let mut files: Vec<_> = fs::read_dir(workspace().join("../shared/corpus"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "md" || e == "txt"))
        .collect();
    files.sort();
    let texts: Vec<String> = files.iter().map(|file| text_of(file)).collect();
    if texts.is_empty() {
        return ("digest x 32".to_owned(), vec![text_of(&digest()); 32]);
    }
    (format!("{} reports", texts.len()), texts)
}

fn digest() -> std::path::PathBuf {
    workspace().join("cities/changji/report-2025.md")
}

fn text_of(file: &Path) -> String {
    let bytes = fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    tingzhou_documents::decode(&bytes).unwrap_or_else(|e| panic!("{}: {e}", file.display())).text
}

fn statements(text: &str) -> usize {
    tingzhou_report::read(text).map_or(0, |reading| reading.statements.len())
}

/// As fast as the processor can look at every byte: counted in chunks whose sum fits a byte.
fn scan(text: &str) -> usize {
    let digits = |chunk: &[u8]| usize::from(chunk.iter().map(|b| u8::from(b.is_ascii_digit())).sum::<u8>());
    text.as_bytes().chunks(255).map(digits).sum()
}

/// What the work takes for all texts: the sum of each text's best, since one that was not disturbed is easier to come by
/// than a whole round.
fn in_all(texts: &[String], work: impl Fn(&str) -> usize) -> Duration {
    texts.iter().map(|text| best_median(9, 5, || work(text))).sum()
}

/// What each stage takes for a byte: the difference between reading up to it and up to the stage before.
fn stages(texts: &[String], bytes: usize, whole: Duration, bare: Duration) {
    let each = |time: Duration| time.as_secs_f64() * 1e9 / bytes as f64;
    let up_to = |stage| in_all(texts, |text| read_up_to(text, stage));
    let [layout, sections, glyphs, clauses, tokens, twice] =
        [Stage::Layout, Stage::Sections, Stage::Glyphs, Stage::Clauses, Stage::Tokens, Stage::QuantitiesTwice]
            .map(up_to);
    let quantities = twice.saturating_sub(tokens);
    let took = [
        ("layout", layout),
        ("sections", sections.saturating_sub(layout)),
        ("glyphs", glyphs.saturating_sub(sections)),
        ("clauses", clauses.saturating_sub(glyphs)),
        ("words", tokens.saturating_sub(clauses).saturating_sub(quantities)),
        ("quantities", quantities),
        ("grammar", whole.saturating_sub(tokens)),
        ("all", whole),
    ];
    for (stage, time) in took {
        compared(&format!("read.stage.{stage}"), each(time), "ns/byte", "scan for digits", each(bare));
    }
}

/// The size of the large text that memory is measured with.
const LARGE: usize = 20_000_000;

/// The most memory a reading takes, as a multiple of its text.
fn memory(report: &str, texts: &[String]) {
    // One report takes too little to be seen: so many are kept.
    let many = 64;
    let kept = growth(|| (0..many).map(|_| tingzhou_report::read(report)).collect::<Vec<_>>());
    let bytes: usize = texts.iter().map(String::len).sum();
    let large = texts.concat().repeat(LARGE.div_ceil(bytes));
    let peak = growth(|| tingzhou_report::read(&large));
    for (name, growth, bytes) in [("report", kept, report.len() * many), ("large", peak, large.len())] {
        match growth {
            Some(growth) => {
                let multiple = growth as f64 / bytes as f64;
                budgeted(&format!("read.memory.{name} ({} KB)", bytes / 1_000), multiple, "x input", 10.0);
            }
            None => eprintln!("read.memory.{name}: this kernel does not tell how much memory was in use"),
        }
    }
}

pub(crate) fn run() {
    let number = Regex::new(NUMBER_WITH_UNIT).expect("the expression is sound");
    let count = |text: &str| -> usize { number.find_iter(text).count() };

    // A peer that finds nothing would be quick.
    assert!(count(&text_of(&digest())) > 200, "the expression finds too few numbers");

    let report = workspace().join("../shared/reports/changji-2025.txt");
    let (name, file) = if report.is_file() { ("report", report) } else { ("digest", digest()) };
    let one = text_of(&file);
    let (many, texts) = many();
    memory(&one, &texts);

    let ours = milliseconds(best_median(7, 101, || statements(&one)));
    budgeted(&format!("read.{name}"), ours, "ms", 0.5);
    let theirs = milliseconds(best_median(7, 101, || count(&one)));
    compared(&format!("read.{name}"), ours, "ms", "regex, numbers with units", theirs);
    compared(&format!("read.{name}"), ours, "ms", "scan for digits", milliseconds(best_median(7, 101, || scan(&one))));

    let bytes: usize = texts.iter().map(String::len).sum();
    let ours = in_all(&texts, statements);
    let bare = in_all(&texts, scan);
    let speed = |time: Duration| megabytes(bytes, time);
    let name = format!("read.many ({many}, {} KB)", bytes / 1_000);
    budgeted(&name, speed(ours), "MB/s", 100.0);
    compared(&name, speed(ours), "MB/s", "regex, numbers with units", speed(in_all(&texts, count)));
    compared(&name, speed(ours), "MB/s", "scan for digits", speed(bare));
    stages(&texts, bytes, ours, bare);
}
