//! One report in every format: the same statements, values and order.
//!
//! The HTML and OFD files are written here. DOCX and PDF come from LibreOffice, where it is installed; without it those
//! two are left out, and the test says so.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;

/// The sample city's report.
fn report() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cities/changji/report-2025.md");
    std::fs::read_to_string(file).unwrap()
}

/// Every line's level (0 for a paragraph) and words.
fn lines(report: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = report.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| (line.len() - line.trim_start_matches('#').len(), line.trim_start_matches('#').trim()))
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;")
}

fn html(report: &str) -> String {
    let mut out = String::from("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>\n");
    for (level, words) in lines(report) {
        let words = escaped(words);
        let bold = words.split("**").enumerate().map(|(place, part)| match place % 2 {
            1 => format!("<strong>{part}</strong>"),
            _ => part.to_owned(),
        });
        let tag = if level == 0 { "p".to_owned() } else { format!("h{level}") };
        out.push_str(&format!("<{tag}>{}</{tag}>\n", bold.collect::<String>()));
    }
    out + "</body></html>"
}

/// Pages of lines 40 letters wide, with a running head and a page number.
fn ofd(report: &str) -> Vec<u8> {
    const WIDE: f64 = 40.0;
    let width = |c: char| if c.is_ascii() { 0.5 } else { 1.0 };
    let mut set: Vec<(f64, String)> = Vec::new();
    for (_, words) in lines(report) {
        let (mut at, mut left, mut line) = (2.0, 2.0, String::new());
        for c in words.replace("**", "").chars() {
            if at + width(c) > WIDE {
                set.push((left, std::mem::take(&mut line)));
                (at, left) = (0.0, 0.0);
            }
            at += width(c);
            line.push(c);
        }
        set.push((left, line));
    }
    let object = |left: f64, top: f64, words: &str| {
        let deltas: Vec<String> = words.chars().map(|c| (width(c) * 4.0).to_string()).collect();
        format!(
            "<ofd:TextObject Boundary=\"{} {top} 170 5\" Size=\"4\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"{}\">{}\
             </ofd:TextCode></ofd:TextObject>",
            20.0 + left * 4.0,
            deltas.join(" "),
            escaped(words)
        )
    };
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    part("OFD.xml", "<ofd:OFD><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>");
    let mut list = String::new();
    for (n, page) in set.chunks(36).enumerate() {
        list.push_str(&format!("<ofd:Page ID=\"{n}\" BaseLoc=\"P{n}.xml\"/>"));
        let tops = (0..).map(|row| 30.0 + 7.0 * f64::from(row));
        let mut body: String = page.iter().zip(tops).map(|((left, words), top)| object(*left, top, words)).collect();
        body += &object(12.0, 10.0, "某市人民代表大会会议文件");
        body += &object(18.0, 287.0, &format!("— {} —", n + 1));
        part(&format!("Doc_0/P{n}.xml"), &format!("<ofd:Page><ofd:Content>{body}</ofd:Content></ofd:Page>"));
    }
    part("Doc_0/Document.xml", &format!("<ofd:Document><ofd:Pages>{list}</ofd:Pages></ofd:Document>"));
    zip.finish().unwrap().into_inner()
}

/// What a report says, without the places, which differ from format to format.
fn told(text: &str) -> Vec<String> {
    let reading = tingzhou_report::read(text).unwrap();
    let squeezed = |words: Option<String>| words.unwrap_or_default().replace([' ', '\u{3000}'], "");
    let statements = reading.statements.iter().filter(|statement| statement.quantity.is_some());
    let told = statements.map(|statement| {
        let quantity = statement.quantity.as_ref().map(|q| (q.value, q.unit, q.bound, q.role));
        let (action, subject) = (squeezed(statement.action.words(text)), squeezed(statement.subject.words(text)));
        format!("{:?} {quantity:?} {action} {subject} {:?}", statement.set, statement.due)
    });
    told.collect()
}

#[track_caller]
fn check(bytes: &[u8], format: &str) {
    let document = tingzhou_documents::open(bytes).unwrap();
    assert_eq!(document.format.name(), format);
    let expected = told(&report());
    assert!(expected.len() > 100, "the report says something: {}", expected.len());
    let got = told(&document.text);
    let differ = expected.iter().zip(&got).find(|(one, other)| one != other);
    assert_eq!(differ, None, "{format}: statement and what was read instead");
    assert_eq!(got.len(), expected.len(), "{format}");
    if format == "PDF" || format == "OFD" {
        let pages: Vec<u32> = document.places.iter().filter_map(|place| place.page).collect();
        assert!(pages.is_sorted() && pages.last() > Some(&2), "every paragraph knows its page: {pages:?}");
        assert_eq!(pages.len(), document.places.len());
    }
}

#[test]
fn web_page() {
    check(html(&report()).as_bytes(), "HTML");
}

#[test]
fn national_format() {
    check(&ofd(&report()), "OFD");
}

#[test]
fn office_formats() {
    let folder = tempfile::tempdir().unwrap();
    let convert = |from: &str, to: &str, filter: &str| {
        let mut command = Command::new("soffice");
        command.arg(format!("-env:UserInstallation=file://{}/profile", folder.path().display()));
        command.args(["--headless", "--convert-to", to, filter, "--outdir"]).arg(folder.path());
        command.arg(folder.path().join(from)).output()
    };
    std::fs::write(folder.path().join("report.html"), html(&report())).unwrap();
    let Ok(made) = convert("report.html", "docx:MS Word 2007 XML", "--infilter=HTML (StarWriter)") else {
        eprintln!("left out: LibreOffice (soffice) is not installed");
        return;
    };
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e} {made:?}"));
    check(&read("report.docx"), "DOCX");
    convert("report.docx", "pdf", "--norestore").unwrap();
    check(&read("report.pdf"), "PDF");
}
