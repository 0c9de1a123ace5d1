//! Reading reports, beside a bare regular expression for numbers with units and a bare scan for digits.

use crate::figure::{best_median, budgeted, compared, megabytes, milliseconds};
use crate::workspace;
use regex::Regex;
use std::fs;
use std::path::Path;

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

fn statements(texts: &[String]) -> usize {
    let read = |text: &String| tingzhou_report::read(text).map_or(0, |reading| reading.statements.len());
    texts.iter().map(read).sum()
}

/// As fast as the processor can look at every byte: counted in chunks whose sum fits a byte.
fn scan(texts: &[String]) -> usize {
    let digits = |chunk: &[u8]| usize::from(chunk.iter().map(|b| u8::from(b.is_ascii_digit())).sum::<u8>());
    texts.iter().flat_map(|text| text.as_bytes().chunks(255)).map(digits).sum()
}

pub(crate) fn run() {
    let number = Regex::new(NUMBER_WITH_UNIT).expect("the expression is sound");
    let count = |texts: &[String]| -> usize { texts.iter().map(|text| number.find_iter(text).count()).sum() };

    // A peer that finds nothing would be quick.
    assert!(count(&[text_of(&digest())]) > 200, "the expression finds too few numbers");

    let report = workspace().join("../shared/reports/changji-2025.txt");
    let (name, file) = if report.is_file() { ("report", report) } else { ("digest", digest()) };
    let one = vec![text_of(&file)];
    let ours = milliseconds(best_median(7, 101, || statements(&one)));
    budgeted(&format!("read.{name}"), ours, "ms", 0.5);
    let theirs = milliseconds(best_median(7, 101, || count(&one)));
    compared(&format!("read.{name}"), ours, "ms", "regex, numbers with units", theirs);
    compared(&format!("read.{name}"), ours, "ms", "scan for digits", milliseconds(best_median(7, 101, || scan(&one))));

    let (name, texts) = many();
    let bytes: usize = texts.iter().map(String::len).sum();
    let ours = megabytes(bytes, best_median(5, 9, || statements(&texts)));
    let name = format!("read.many ({name}, {} KB)", bytes / 1_000);
    budgeted(&name, ours, "MB/s", 100.0);
    compared(&name, ours, "MB/s", "regex, numbers with units", megabytes(bytes, best_median(5, 9, || count(&texts))));
    compared(&name, ours, "MB/s", "scan for digits", megabytes(bytes, best_median(5, 9, || scan(&texts))));
}
