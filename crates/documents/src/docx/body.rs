//! The body, step by step, to lines.

use super::numbering::Numbering;
use super::styles::{Set, Styles};
use crate::document::{LONGEST_ROW, row};
use crate::xml::{Element, Step};

/// Elements whose words are not read: taken out, moved away, once been, stand-ins for old programs, readings of letters.
const SKIPPED: &[&str] = &[
    "del",
    "moveFrom",
    "Fallback",
    "rt",
    "pPrChange",
    "rPrChange",
    "tblPrChange",
    "trPrChange",
    "tcPrChange",
    "sectPrChange",
    "tblGridChange",
    "numberingChange",
];

/// Fields that show where something stands on paper.
const PAPER: &[&str] = &["PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF", "TOC"];

/// A line of the document.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) page: Option<u32>,
}

/// A paragraph being read.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// Where bold words end that begin it, a byte of `text`.
    lead: usize,
    page: Option<u32>,
    style: Option<String>,
    set: Set,
}

#[derive(Default)]
struct Run {
    bold: bool,
    hidden: bool,
}

/// A field: its instruction until its result begins.
#[derive(Default)]
struct Field {
    instruction: String,
    shows: bool,
}

impl Field {
    fn is_read(&self) -> bool {
        let what = self.instruction.split_whitespace().next().unwrap_or_default().to_uppercase();
        self.shows && !PAPER.contains(&what.as_str())
    }
}

/// The body as far as it was read.
pub(super) struct Body {
    styles: Styles,
    numbering: Numbering,
    /// Names of the open elements.
    open: Vec<String>,
    /// How many elements were open when one began that is not read.
    skipped: Option<usize>,
    paragraphs: Vec<Paragraph>,
    run: Run,
    fields: Vec<Field>,
    /// The cells of the open rows.
    rows: Vec<Vec<Vec<Line>>>,
    /// Lines of the document, and of each open cell.
    lines: Vec<Vec<Line>>,
    page: u32,
    /// The document says where its pages ended when it was last shown.
    rendered: bool,
    paged: bool,
    pictures: usize,
}

/// On, unless it says off.
fn is_on(element: &Element<'_>) -> bool {
    !matches!(element.attribute("val").as_deref(), Some("0" | "false" | "off"))
}

impl Body {
    pub(super) fn new(styles: Styles, numbering: Numbering, rendered: bool) -> Self {
        Self {
            styles,
            numbering,
            open: Vec::new(),
            skipped: None,
            paragraphs: Vec::new(),
            run: Run::default(),
            fields: Vec::new(),
            rows: Vec::new(),
            lines: vec![Vec::new()],
            page: 1,
            rendered,
            paged: false,
            pictures: 0,
        }
    }

    /// How many pictures were met.
    pub(super) fn pictures(&self) -> usize {
        self.pictures
    }

    /// Takes a step.
    pub(super) fn take(&mut self, step: Step<'_>) {
        match step {
            Step::Open(element) => {
                if self.skipped.is_none() {
                    if SKIPPED.contains(&element.name()) {
                        self.skipped = Some(self.open.len());
                    } else {
                        self.enter(&element);
                    }
                }
                self.open.push(element.name().to_owned());
            }
            Step::Close => {
                let name = self.open.pop().unwrap_or_default();
                match self.skipped {
                    Some(depth) if depth >= self.open.len() => self.skipped = None,
                    Some(_) => {}
                    None => self.leave(&name),
                }
            }
            Step::Text(words) if self.skipped.is_none() => match self.open.last().map(String::as_str) {
                Some("t") => self.words(&words),
                Some("instrText") => {
                    if let Some(field) = self.fields.last_mut().filter(|field| !field.shows) {
                        field.instruction.push_str(&words);
                    }
                }
                _ => {}
            },
            Step::Text(_) => {}
        }
    }

    fn within(&self, names: &[&str]) -> bool {
        self.open.len() >= names.len() && self.open.iter().rev().zip(names).all(|(own, name)| own == name)
    }

    fn enter(&mut self, element: &Element<'_>) {
        let value = || element.attribute("val").unwrap_or_default();
        match element.name() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "r" => self.run = Run::default(),
            "b" if self.within(&["rPr", "r"]) => self.run.bold = is_on(element),
            "vanish" if self.within(&["rPr", "r"]) => self.run.hidden = is_on(element),
            "pStyle" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.style = Some(value());
                }
            }
            "outlineLvl" if self.within(&["pPr"]) => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.set.outline = value().parse().ok();
                }
            }
            "numId" if self.within(&["numPr", "pPr"]) => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.set.list = Some(value());
                }
            }
            "ilvl" if self.within(&["numPr", "pPr"]) => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.set.list_level = value().parse().ok();
                }
            }
            "tab" | "ptab" if self.within(&["r"]) => self.words(" "),
            "noBreakHyphen" if self.within(&["r"]) => self.words("-"),
            "lastRenderedPageBreak" => self.turn(),
            "pageBreakBefore" if !self.rendered && is_on(element) => self.turn(),
            "br" | "cr" if self.within(&["r"]) => {
                if element.attribute("type").is_some_and(|kind| kind == "page") && !self.rendered {
                    self.turn();
                }
                self.end_line();
            }
            "fldSimple" => {
                let instruction = element.attribute("instr").unwrap_or_default();
                self.fields.push(Field { instruction, shows: true });
            }
            "fldChar" => match element.attribute("fldCharType").as_deref() {
                Some("begin") => self.fields.push(Field::default()),
                Some("separate") => {
                    if let Some(field) = self.fields.last_mut() {
                        field.shows = true;
                    }
                }
                Some("end") => {
                    self.fields.pop();
                }
                _ => {}
            },
            "drawing" | "pict" => self.pictures += 1,
            "tr" => self.rows.push(Vec::new()),
            "tc" => self.lines.push(Vec::new()),
            _ => {}
        }
    }

    fn leave(&mut self, name: &str) {
        match name {
            "p" => {
                self.end_line();
                self.paragraphs.pop();
            }
            "r" => self.run = Run::default(),
            "fldSimple" => {
                self.fields.pop();
            }
            "tc" if self.lines.len() > 1 => {
                let cell = self.lines.pop().unwrap_or_default();
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            "tr" => self.end_row(),
            _ => {}
        }
    }

    fn turn(&mut self) {
        self.page = self.page.saturating_add(1);
        self.paged = true;
    }

    fn words(&mut self, words: &str) {
        if self.run.hidden || !self.fields.iter().all(Field::is_read) {
            return;
        }
        let (page, bold) = (self.page, self.run.bold);
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        if paragraph.page.is_none() && !words.trim().is_empty() {
            paragraph.page = Some(page);
        }
        let leads = bold && paragraph.lead == paragraph.text.len();
        paragraph.text.extend(words.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}')));
        if leads {
            paragraph.lead = paragraph.text.len();
        }
    }

    /// The open paragraph's words so far become a line; a line break within it begins another one.
    fn end_line(&mut self) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let text = std::mem::take(&mut paragraph.text);
        let (lead, page) = (std::mem::take(&mut paragraph.lead), paragraph.page.take());
        let style = paragraph.style.as_deref();
        let set = self.styles.resolve(paragraph.set.clone(), style);
        let contents = self.styles.is_contents(style);
        // A list numbers a paragraph once.
        let list = set.list.filter(|list| list != "0");
        paragraph.set.list = Some("0".to_owned());
        let mut number = list.map(|list| self.numbering.next(&list, set.list_level.unwrap_or(0))).unwrap_or_default();
        if text.trim().is_empty() || contents {
            return;
        }
        if number.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            number.push(' ');
        }
        let (lead, rest) = text.split_at_checked(lead).unwrap_or(("", &text));
        let text = match set.outline.filter(|level| *level < 9) {
            Some(level) => format!("{} {number}{}", "#".repeat(usize::from(level.min(5)) + 1), text.trim()),
            None if lead.trim().is_empty() => format!("{number}{}", text.trim()),
            None => format!("**{number}{}**{}", lead.trim(), rest.trim_end()),
        };
        if let Some(lines) = self.lines.last_mut() {
            lines.push(Line { text, page });
        }
    }

    /// A short row is one line, its cells parted; a row that lays out the page is its cells' lines.
    fn end_row(&mut self) {
        let Some(cells) = self.rows.pop() else { return };
        let Some(lines) = self.lines.last_mut() else { return };
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        let letters: usize = cells.iter().flatten().map(|line| line.text.chars().count()).sum();
        if filled > 1 && letters <= LONGEST_ROW {
            let page = cells.iter().flatten().next().and_then(|line| line.page);
            let words = cells.iter().filter(|cell| !cell.is_empty());
            let words = words.map(|cell| cell.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "));
            lines.push(Line { text: row(words), page });
        } else {
            lines.extend(cells.into_iter().flatten());
        }
    }

    /// The lines, with pages where the document tells of any.
    pub(super) fn finish(mut self) -> Vec<Line> {
        while !self.rows.is_empty() {
            self.end_row();
        }
        let paged = self.paged;
        let lines = self.lines.into_iter().flatten();
        lines.map(|line| Line { page: line.page.filter(|_| paged), ..line }).collect()
    }
}
