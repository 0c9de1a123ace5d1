//! OFD (GB/T 33190-2016) to text.
//!
//! Words are what `TextCode` elements hold: OFD writes letters, not glyph numbers. Their places come from the object's
//! boundary and matrix and the deltas of the letters; page templates count as the page's own, so that running heads are
//! known as such. Seals, annotations and pictures are left out.

use crate::container::Container;
use crate::document::{Document, Format, Paragraphs};
use crate::error::DocumentError;
use crate::lines::{Piece, body, paragraphs};
use crate::scan::scanned;
use crate::xml::{Element, Step, walk};
use std::collections::{BTreeMap, BTreeSet};

/// Most pages read.
const MOST_PAGES: usize = 2_000;

/// Most letters a page's deltas are followed for.
const MOST_DELTAS: usize = 100_000;

/// A path in a container: absolute, or beside the part that names it.
fn beside(part: &str, path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    let from = if path.starts_with('/') { "" } else { part.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut out: Vec<&str> = Vec::new();
    for step in from.split('/').chain(path.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                out.pop();
            }
            step => out.push(step),
        }
    }
    out.join("/")
}

fn numbers(words: &str) -> Vec<f64> {
    words.split_whitespace().filter_map(|word| word.parse().ok()).filter(|number: &f64| number.is_finite()).collect()
}

/// `3 g 10 4`: a 3, ten times a 4... the `g` says how often the number after the count comes.
fn deltas(words: &str) -> Vec<f64> {
    let mut out = Vec::new();
    let mut words = words.split_whitespace();
    while let Some(word) = words.next() {
        if out.len() >= MOST_DELTAS {
            break;
        }
        if word == "g" {
            let times = words.next().and_then(|times| times.parse::<usize>().ok()).unwrap_or(0);
            let by = words.next().and_then(|by| by.parse::<f64>().ok()).unwrap_or(0.0);
            out.extend(std::iter::repeat_n(by, times.min(MOST_DELTAS - out.len())));
        } else if let Ok(by) = word.parse::<f64>() {
            out.push(by);
        }
    }
    out.retain(|by| by.is_finite());
    out
}

/// A text object: where it stands, and how its letters are set.
struct Object {
    left: f64,
    top: f64,
    matrix: [f64; 6],
    size: f64,
}

impl Object {
    fn of(element: &Element<'_>) -> Self {
        let given = |name: &str| element.attribute(name).map(|own| numbers(&own)).unwrap_or_default();
        let boundary = given("Boundary");
        let matrix = given("CTM").try_into().unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        Self {
            left: boundary.first().copied().unwrap_or(0.0),
            top: boundary.get(1).copied().unwrap_or(0.0),
            matrix,
            size: given("Size").first().copied().unwrap_or(1.0),
        }
    }

    fn placed(&self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.matrix;
        (self.left + a * x + c * y + e, self.top + b * x + d * y + f)
    }
}

/// A run of letters being read.
struct Code {
    x: f64,
    y: f64,
    across: Vec<f64>,
    down: Vec<f64>,
    text: String,
}

impl Code {
    /// Its letters, cut where they go to another line.
    fn pieces(&self, object: &Object, page: u32, out: &mut Vec<Piece>) {
        let (mut x, mut y) = (self.x, self.y);
        let [_, _, c, d, ..] = object.matrix;
        let size = (object.size * c.hypot(d)).abs();
        let mut open: Option<Piece> = None;
        let letters = self.text.chars().filter(|c| !matches!(c, '\n' | '\r' | '\t'));
        for (place, letter) in letters.enumerate() {
            let (left, base) = object.placed(x, y);
            let wide = if letter.is_ascii() { 0.5 } else { 1.0 };
            let (right, _) = object.placed(x + object.size * wide, y);
            match &mut open {
                Some(piece) if (piece.base - base).abs() < size * 0.3 => {
                    piece.text.push(letter);
                    piece.right = piece.right.max(right);
                }
                _ => {
                    let text = letter.to_string();
                    out.extend(open.replace(Piece { page, left, right, base, size, text }));
                }
            }
            // A run without deltas is set letter by letter at its usual width.
            let usual = if self.across.is_empty() && self.down.is_empty() { object.size * wide } else { 0.0 };
            x += self.across.get(place).copied().unwrap_or(usual);
            y += self.down.get(place).copied().unwrap_or(0.0);
        }
        out.extend(open);
    }
}

/// Reads the words of a page or template.
fn content<E>(
    text: &str,
    page: u32,
    broken: impl FnMut(String) -> E,
    out: &mut Vec<Piece>,
    pictures: &mut BTreeSet<u32>,
) -> Result<Vec<String>, E> {
    let mut open: Vec<String> = Vec::new();
    let mut object: Option<Object> = None;
    let mut code: Option<Code> = None;
    let mut templates = Vec::new();
    walk(text, broken, |step| {
        match step {
            Step::Open(element) => {
                let number = |name: &str| element.attribute(name).and_then(|own| own.trim().parse::<f64>().ok());
                match element.name() {
                    "TextObject" => object = Some(Object::of(&element)),
                    "ImageObject" => {
                        pictures.insert(page);
                    }
                    "Template" => templates.extend(element.attribute("TemplateID")),
                    "TextCode" => {
                        // Where a place is left out it is that of the run before.
                        let before = code.as_ref().map_or((0.0, 0.0), |code| (code.x, code.y));
                        let list = |name: &str| element.attribute(name).map(|own| deltas(&own)).unwrap_or_default();
                        code = Some(Code {
                            x: number("X").unwrap_or(before.0),
                            y: number("Y").unwrap_or(before.1),
                            across: list("DeltaX"),
                            down: list("DeltaY"),
                            text: String::new(),
                        });
                    }
                    _ => {}
                }
                open.push(element.name().to_owned());
            }
            Step::Text(words) if open.last().is_some_and(|name| name == "TextCode") => {
                if let Some(code) = &mut code {
                    code.text.push_str(&words);
                }
            }
            Step::Text(_) => {}
            Step::Close => match open.pop().as_deref() {
                Some("TextCode") => {
                    if let (Some(code), Some(object)) = (&code, &object) {
                        code.pieces(object, page, out);
                    }
                }
                Some("TextObject") => {
                    object = None;
                    code = None;
                }
                _ => {}
            },
        }
        Ok(())
    })?;
    Ok(templates)
}

/// The wanted attributes of every element of a name.
fn attributes<E>(
    text: &str,
    name: &str,
    wanted: &[&str],
    broken: impl FnMut(String) -> E,
) -> Result<Vec<Vec<String>>, E> {
    let mut out = Vec::new();
    walk(text, broken, |step| {
        if let Step::Open(element) = step
            && element.name() == name
        {
            out.push(wanted.iter().map(|own| element.attribute(own).unwrap_or_default()).collect());
        }
        Ok(())
    })?;
    Ok(out)
}

/// The words of the first element of a name.
fn words_of<E>(text: &str, name: &str, broken: impl FnMut(String) -> E) -> Result<Option<String>, E> {
    let (mut out, mut inside) = (None::<String>, false);
    walk(text, broken, |step| {
        match step {
            Step::Open(element) => inside = element.name() == name && out.is_none(),
            Step::Text(words) if inside => out.get_or_insert_default().push_str(&words),
            Step::Text(_) => {}
            Step::Close => inside = false,
        }
        Ok(())
    })?;
    Ok(out)
}

/// Whether the container is an OFD document.
pub(crate) fn is_ofd(container: &Container<'_>) -> bool {
    container.has("OFD.xml")
}

/// The text of an OFD document.
///
/// # Errors
/// [`DocumentError::Wordless`] naming the part, or the pages that are pictures; [`DocumentError::Replaced`].
pub(crate) fn open(container: Container<'_>) -> Result<Document, DocumentError> {
    let mut container = container.named("OFD");
    let broken = |part: &str, why: String| DocumentError::Wordless {
        format: "OFD",
        why: format!("{part}: {why}; export it again from the program it was made with"),
    };
    let missing = |part: &str| broken(part, "the part is missing".to_owned());
    let start = container.text("OFD.xml")?.unwrap_or_default();
    let root = words_of(&start, "DocRoot", |why| broken("OFD.xml", why))?;
    let root = beside("OFD.xml", &root.ok_or_else(|| broken("OFD.xml", "it names no document".to_owned()))?);
    let document = container.text(&root)?.ok_or_else(|| missing(&root))?;
    let named = |name: &str, document: &str| attributes(document, name, &["BaseLoc", "ID"], |why| broken(&root, why));
    let pages = named("Page", &document)?;
    if pages.len() > MOST_PAGES {
        return Err(container.refusal(format!("it has more than {MOST_PAGES} pages; give the report alone")));
    }
    let mut templates = BTreeMap::new();
    for template in named("TemplatePage", &document)? {
        if let [path, id] = template.as_slice() {
            templates.insert(id.clone(), beside(&root, path));
        }
    }
    let (mut pieces, mut pictures) = (Vec::new(), BTreeSet::new());
    for (number, page) in (1_u32..).zip(&pages) {
        let part = beside(&root, page.first().map_or("", String::as_str));
        let text = container.text(&part)?.ok_or_else(|| missing(&part))?;
        let used = content(&text, number, |why| broken(&part, why), &mut pieces, &mut pictures)?;
        for part in used.iter().take(4).filter_map(|id| templates.get(id)) {
            let text = container.text(part)?.ok_or_else(|| missing(part))?;
            // A template's pictures are borders and emblems, not the page.
            content(&text, number, |why| broken(part, why), &mut pieces, &mut BTreeSet::new())?;
        }
    }
    let lines = body(pieces);
    if let Some(why) = scanned(&lines, pictures, pages.len()) {
        return Err(container.refusal(why));
    }
    let mut out = Paragraphs::new(Format::Ofd);
    paragraphs(&lines, &mut out)?;
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Write};

    /// A document with these pages' contents, and a template with a running head.
    fn file(pages: &[String]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut part = |name: &str, text: &str| {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        };
        part("OFD.xml", "<ofd:OFD><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>");
        let list: String = (0..pages.len())
            .map(|n| format!("<ofd:Page ID=\"{}\" BaseLoc=\"Pages/P{n}/Content.xml\"/>", n + 10))
            .collect();
        part(
            "Doc_0/Document.xml",
            &format!(
                "<ofd:Document><ofd:CommonData><ofd:TemplatePage ID=\"2\" BaseLoc=\"/Doc_0/Tpls/T/Content.xml\"/>\
                 </ofd:CommonData><ofd:Pages>{list}</ofd:Pages></ofd:Document>"
            ),
        );
        part("Doc_0/Tpls/T/Content.xml", &format!("<ofd:Page>{}</ofd:Page>", line(60.0, 5.0, "某市政府工作报告")));
        for (n, page) in pages.iter().enumerate() {
            part(
                &format!("Doc_0/Pages/P{n}/Content.xml"),
                &format!("<ofd:Page><ofd:Template TemplateID=\"2\"/><ofd:Content>{page}</ofd:Content></ofd:Page>"),
            );
        }
        zip.finish().unwrap().into_inner()
    }

    /// A line of letters 4 mm high.
    fn line(left: f64, top: f64, text: &str) -> String {
        let letters = text.chars().count().saturating_sub(1);
        format!(
            "<ofd:TextObject Boundary=\"{left} {top} 160 5\" Size=\"4\"><ofd:TextCode X=\"0\" Y=\"4\" \
             DeltaX=\"g {letters} 4\">{text}</ofd:TextCode></ofd:TextObject>"
        )
    }

    fn told(pages: &[String]) -> Result<String, DocumentError> {
        crate::open(&file(pages)).map(|document| document.text.trim_end().to_owned())
    }

    #[test]
    fn words() {
        let lines = [
            "建成学校五所，新增学位一千个，新",
            "建医院三所，新增床位八百张，再改",
            "造道路九条，全部按期完成并且通车",
        ];
        let page = |(n, words): (usize, &&str)| line(20.0, 20.0, words) + &line(90.0, 280.0, &format!("— {n} —"));
        let pages: Vec<String> = lines.iter().enumerate().map(page).collect();
        assert_eq!(told(&pages), Ok(lines.concat()), "heads and page numbers are gone, lines joined");
        // Deltas downwards make lines of their own; a matrix moves and stretches.
        let down = "<TextObject Boundary=\"20 20 50 50\" CTM=\"2 0 0 2 0 0\" Size=\"2\"><TextCode X=\"0\" Y=\"2\" DeltaX=\"2 -2 2\" \
                    DeltaY=\"0 3 0\">甲乙丙丁</TextCode></TextObject>";
        let document = crate::open(&file(&[down.to_owned()])).unwrap();
        assert!(document.text.ends_with("甲乙\n丙丁\n"), "{}", document.text);
        assert!(document.places.iter().all(|place| place.page == Some(1)), "{:?}", document.places);
    }

    #[test]
    fn numbers_in_short() {
        assert_eq!(deltas("3 g 3 4.5 1"), [3.0, 4.5, 4.5, 4.5, 1.0]);
        assert_eq!(deltas("g 99999999999 1").len(), MOST_DELTAS);
        assert_eq!(deltas("x g"), [0.0; 0]);
    }

    #[test]
    fn refusals() {
        let check = |bytes: &[u8], part: &str| {
            let error = crate::open(bytes).map_err(|error| error.to_string());
            assert!(error.as_ref().is_err_and(|error| error.contains(part)), "{error:?} should name {part}");
        };
        let picture = "<ofd:ImageObject/>".to_owned();
        let words = line(20.0, 20.0, "改造小区八个。");
        check(&file(&[words.clone(), "<ofd:TextObject>".to_owned()]), "P1/Content.xml: XML error");
        check(&file(&[line(0.0, 0.0, "改\u{FFFD}")]), "U+FFFD");
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("OFD.xml", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<OFD><DocRoot>D/Document.xml</DocRoot></OFD>").unwrap();
        check(&zip.finish().unwrap().into_inner(), "D/Document.xml: the part is missing");
        assert!(told(&[picture.clone(), words.clone()]).is_ok(), "a cover may be a picture");
        // A running head makes no words of a picture.
        check(&file(&[words.clone(), picture.clone(), picture, words]), "page 2-3 is a picture");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn anything_is_read_or_refused(page in "(<(/)?(ofd:)?(TextObject|TextCode|ImageObject|Template)( Size=\"4\"| X=\"1\"| DeltaX=\"g 2 3\")?(/)?>|[一-三]|。|&){0,40}") {
            // Reaching the end is the law: no panic.
            let _ = told(&[page]);
        }

        #[test]
        fn letters_survive(text in "[改造小区新增车位0-9，。]{1,40}") {
            let text = format!("起{text}止");
            let document = crate::open(&file(&[line(20.0, 20.0, &text)])).unwrap();
            prop_assert!(document.text.contains(&text), "{} in {}", text, document.text);
        }
    }
}
