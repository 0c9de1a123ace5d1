//! Office Open XML text documents (ECMA-376, ISO/IEC 29500) to text.
//!
//! The document as it reads when all changes are taken: insertions are in, deletions are out. Lists get their numbers,
//! tables one line a row, text boxes stand before the paragraph they hang on. Left out: headers, footers, page numbers,
//! tables of contents, hidden words, comments, foot- and endnotes.

mod body;
mod numbering;
mod numerals;
mod styles;

use crate::container::Container;
use crate::document::{Document, Format, Paragraphs};
use crate::error::DocumentError;
use crate::xml::{Step, walk};
use body::Body;
use numbering::Numbering;
use styles::Styles;

/// Where a part's relation of this kind leads, as a part's name.
fn related(rels: &str, kind: &str, folder: &str) -> Option<String> {
    let mut found = None;
    // Broken relations lead nowhere; the usual names are tried then.
    let _ = walk(
        rels,
        |_| (),
        |step| {
            if let Step::Open(element) = step
                && element.attribute("Type").is_some_and(|own| own.rsplit('/').next() == Some(kind))
            {
                found = found.take().or(element.attribute("Target"));
            }
            Ok(())
        },
    );
    let target: String = found?;
    Some(match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}{target}"),
    })
}

/// The name of the part that holds the text, when the container is such a document.
pub(crate) fn main_part(container: &mut Container<'_>) -> Result<Option<String>, DocumentError> {
    let rels = container.text("_rels/.rels")?.unwrap_or_default();
    let part = related(&rels, "officeDocument", "").unwrap_or_else(|| "word/document.xml".to_owned());
    Ok((part.starts_with("word/") && container.has(&part)).then_some(part))
}

/// The text of a document.
///
/// # Errors
/// [`DocumentError::Wordless`] naming the part and byte that cannot be read, or what there is instead of text.
pub(crate) fn open(container: Container<'_>, part: &str) -> Result<Document, DocumentError> {
    let mut container = container.named("DOCX");
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let rels = container.text(&format!("{folder}/_rels/{name}.rels"))?.unwrap_or_default();
    let folder = format!("{folder}/");
    let mut of_kind = |kind: &str| {
        let part = related(&rels, kind, &folder).unwrap_or_else(|| format!("{folder}{kind}.xml"));
        container.text(&part).map(|text| (text, part))
    };
    let (styles, styles_part) = of_kind("styles")?;
    let (numbering, numbering_part) = of_kind("numbering")?;
    let broken = |part: &str, why: String| DocumentError::Wordless {
        format: "DOCX",
        why: format!("{part}: {why}; open it in a word processor and save it again"),
    };
    let styles = Styles::read(styles.as_deref().unwrap_or("<none/>"), |why| broken(&styles_part, why))?;
    let numbering = Numbering::read(numbering.as_deref().unwrap_or("<none/>"), |why| broken(&numbering_part, why))?;
    let text = container.text(part)?.unwrap_or_default();
    let mut body = Body::new(styles, numbering, text.contains("lastRenderedPageBreak"));
    walk(
        &text,
        |why| broken(part, why),
        |step| {
            body.take(step);
            Ok(())
        },
    )?;
    let pictures = body.pictures();
    let mut out = Paragraphs::new(Format::Docx);
    for line in body.finish() {
        out.push(&line.text, line.page)?;
    }
    match out.finish() {
        Err(DocumentError::Empty) if pictures > 0 => Err(container.refusal(format!(
            "it holds only pictures ({pictures}), so it was scanned; give the document it was printed from"
        ))),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Write};

    /// A document with this body and, where given, these lists.
    fn file(body: &str, numbering: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut part = |name: &str, text: &str| {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        };
        part("word/document.xml", &format!("<?xml version=\"1.0\"?><w:document><w:body>{body}</w:body></w:document>"));
        part(
            "word/styles.xml",
            "<w:styles><w:style w:styleId=\"H\"><w:name w:val=\"heading 2\"/><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr>\
             </w:style><w:style w:styleId=\"K\"><w:basedOn w:val=\"H\"/></w:style>\
             <w:style w:styleId=\"T\"><w:name w:val=\"TOC 1\"/></w:style></w:styles>",
        );
        if !numbering.is_empty() {
            part("word/numbering.xml", &format!("<w:numbering>{numbering}</w:numbering>"));
        }
        zip.finish().unwrap().into_inner()
    }

    fn told(body: &str, numbering: &str) -> Result<String, DocumentError> {
        let document = crate::open(&file(body, numbering))?;
        Ok(document.text.trim_end().to_owned())
    }

    #[track_caller]
    fn check(body: &str, expected: &str) {
        assert_eq!(told(body, "").as_deref(), Ok(expected), "{body}");
    }

    const P: &str = "<w:p><w:r><w:t>";
    const Q: &str = "</w:t></w:r></w:p>";

    #[test]
    fn words() {
        check(&format!("{P}改造小区8个，{Q}{P}A&amp;B &#x4E00;{Q}"), "改造小区8个，\nA&B 一");
        check("<w:p><w:r><w:t>新</w:t></w:r><w:r><w:t>增 5G</w:t><w:tab/><w:t>站</w:t></w:r></w:p>", "新增 5G 站");
        check(
            "<w:p><w:pPr><w:pStyle w:val=\"K\"/><w:rPr><w:b/></w:rPr></w:pPr><w:r><w:t>一、回顾</w:t></w:r></w:p>",
            "## 一、回顾",
        );
        check(
            "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>提速。</w:t></w:r><w:r><w:rPr><w:b w:val=\"0\"/></w:rPr><w:t>建成3处。</w:t></w:r></w:p>",
            "**提速。**建成3处。",
        );
        // Changes: what was put in stays, what was taken out goes.
        check(
            "<w:p><w:ins><w:r><w:t>十</w:t></w:r></w:ins><w:del><w:r><w:delText>八</w:delText></w:r></w:del>\
             <w:moveFrom><w:r><w:t>九</w:t></w:r></w:moveFrom><w:r><w:t>个</w:t></w:r></w:p>",
            "十个",
        );
        check("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:t>明</w:t></w:r></w:p>", "明");
        check("<w:p><w:r><w:rPr><w:webHidden/></w:rPr><w:t>印出</w:t></w:r></w:p>", "印出");
        // A text box, once, and its stand-in for old programs not at all.
        check(
            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent>\
             </mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Fallback>\
             </mc:AlternateContent><w:t>正文</w:t></w:r></w:p>",
            "框\n正文",
        );
        // Fields: the result stays, page numbers and tables of contents go.
        let field = |what: &str| {
            format!(
                "<w:p><w:r><w:t>第</w:t></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{what}</w:instrText>\
                 </w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>3</w:t></w:r><w:r>\
                 <w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:t>项</w:t></w:r></w:p>"
            )
        };
        check(&field(" SEQ n "), "第3项");
        check(&field(" PAGE "), "第项");
        check(
            &format!("<w:p><w:pPr><w:pStyle w:val=\"T\"/></w:pPr><w:r><w:t>一、回顾 3</w:t></w:r></w:p>{P}正文{Q}"),
            "正文",
        );
    }

    #[test]
    fn tables() {
        let cell = |words: &str| format!("<w:tc>{P}{words}{Q}</w:tc>");
        let row = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("车位"), cell("1100个"));
        check(&row, "| 车位 | 1100个 |");
        check(&format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", cell("一。")), "一。");
        check(&format!("<w:tbl><w:tr><w:tc>{row}{P}外{Q}</w:tc></w:tr></w:tbl>"), "| 车位 | 1100个 |\n外");
    }

    #[test]
    fn lists() {
        let level = |level, format, text| {
            format!(
                "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/></w:lvl>"
            )
        };
        let numbering = format!(
            "<w:abstractNum w:abstractNumId=\"5\">{}{}{}</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"5\"/></w:num>\
             <w:num w:numId=\"2\"><w:abstractNumId w:val=\"5\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/>\
             </w:lvlOverride></w:num>",
            level(0, "chineseCounting", "%1、"),
            level(1, "decimal", "%1.%2"),
            level(2, "bullet", "·"),
        );
        let item = |list: u8, level: u8, words: &str| {
            format!(
                "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"
            )
        };
        let body = [item(1, 0, "回顾"), item(1, 1, "工业"), item(1, 1, "农业"), item(1, 0, "安排"), item(1, 1, "教育")];
        let body = body.concat() + &item(1, 2, "点") + &item(2, 0, "另起") + &item(2, 0, "再") + &item(0, 0, "无");
        let expected = "一、回顾\n一.1 工业\n一.2 农业\n二、安排\n二.1 教育\n点\n一、另起\n二、再\n无";
        assert_eq!(told(&body, &numbering).as_deref(), Ok(expected));
    }

    #[test]
    fn pages() {
        let places = |body: &str| {
            let document = crate::open(&file(body, "")).unwrap();
            document.places.iter().map(|place| place.page).collect::<Vec<_>>()
        };
        assert_eq!(places(&format!("{P}一{Q}{P}二{Q}")), [None, None], "no break, no pages");
        let broken = "<w:p><w:r><w:t>二</w:t><w:br w:type=\"page\"/><w:t>三</w:t></w:r></w:p>";
        assert_eq!(places(&format!("{P}一{Q}{broken}{P}四{Q}")), [Some(1), Some(1), Some(2), Some(2)]);
    }

    #[test]
    fn refusals() {
        let check = |bytes: &[u8], part: &str| {
            let error = crate::open(bytes).map_err(|error| error.to_string());
            assert!(error.as_ref().is_err_and(|error| error.contains(part)), "{error:?} should name {part}");
        };
        check(&file("", ""), "empty");
        check(&file("<w:p><w:r><w:drawing/></w:r></w:p>", ""), "only pictures (1)");
        check(&file("<w:p></w:r>", ""), "word/document.xml: XML error at byte");
        check(&file("<w:p><w:r><w:t>&nope;</w:t></w:r></w:p>", ""), "&nope;");
        check(&file(&"<w:p>".repeat(300), ""), "nest deeper");
        check(&file(&format!("{P}一{Q}"), "")[..200], "damaged");
        check(&file(&format!("{P}改\u{FFFD}{Q}"), ""), "U+FFFD");
        check(&file(&format!("<w:p>{}</w:p>", " ".repeat(33 * 1024 * 1024)), ""), "unpacks to more than");
    }

    proptest! {
        #[test]
        fn paragraphs_survive(paragraphs in proptest::collection::vec("[一-十改造&<>a-z0-9，。]{1,40}", 1..8)) {
            let escaped = |p: &String| p.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let body: String = paragraphs.iter().map(|p| format!("{P}{}{Q}", escaped(p))).collect();
            prop_assert_eq!(told(&body, ""), Ok(paragraphs.join("\n")));
        }

        #[test]
        fn anything_is_read_or_refused(body in "(<(/)?w:(p|r|t|tbl|tr|tc|ins|del|fldChar|numPr|pPr|br)/?>|[一-三]|。|&){0,60}") {
            // Reaching the end is the law: no panic.
            let _ = told(&body, "");
        }
    }
}
