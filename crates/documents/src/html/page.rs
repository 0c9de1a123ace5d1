//! A page walked tag by tag: its lines, and the element that holds the article.

use super::line::{Cell, Line};
use crate::document::is_wide;
use crate::error::DocumentError;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, StartTag, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;
use std::ops::Range;

/// Elements whose words are never the article's.
const APART: &[&str] = &[
    "script", "style", "noscript", "title", "nav", "footer", "aside", "del", "button", "select", "textarea", "svg",
    "iframe", "template", "object", "map",
];

/// Elements without an end.
const VOID: &[&str] = &[
    "area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements that end by themselves where another of the first begins, unless one of the second lies between.
const ENDS_BEFORE: &[(&[&str], &[&str], &[&str])] = &[
    (&["li"], &["li"], &["ul", "ol"]),
    (&["dt", "dd"], &["dt", "dd"], &["dl"]),
    (&["td", "th"], &["td", "th"], &["table", "tr"]),
    (&["tr", "tbody", "thead", "tfoot"], &["tr"], &["table"]),
    (&["option"], &["option"], &["select"]),
];

/// Deeper elements are not told apart; browsers stop at 512.
const DEEPEST: usize = 512;

/// Elements that stand in a line of text; every other one begins a line of its own.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label",
    "mark", "o:p", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// Of a hundred characters in sentences, how many the article holds at least.
const ARTICLE_SHARE: usize = 97;

/// An element that is open, or was, with the weight of its sentences and the lines it holds.
struct Held {
    name: String,
    weight: usize,
    lines: Range<usize>,
    /// Its words do not count.
    apart: bool,
}

/// The page as far as it was walked.
#[derive(Default)]
pub(super) struct Page {
    pub(super) lines: Vec<Line>,
    closed: Vec<Held>,
    open: Vec<Held>,
    line: Line,
    /// White space was met and not yet written.
    gap: bool,
    links: usize,
    bold: usize,
    level: u8,
    /// Rows and cells met so far, and the rows around.
    cells: Cell,
    rows: Vec<Cell>,
    pictures: usize,
    frames: usize,
}

fn hidden(tag: &Tag) -> bool {
    tag.attrs.iter().any(|attribute| match &*attribute.name.local {
        "hidden" => true,
        "style" => attribute.value.replace(' ', "").contains("display:none"),
        _ => false,
    })
}

fn inline(name: &str) -> bool {
    INLINE.contains(&name)
}

fn heading(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// The tokenizer's way to the page.
struct Walk(RefCell<Page>);

impl TokenSink for Walk {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == StartTag => {
                page.begin(&tag);
                // What lies in these is no markup.
                return match &*tag.name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" | "noscript" | "iframe" | "xmp" | "noframes" | "noembed" => {
                        TokenSinkResult::RawData(RawKind::Rawtext)
                    }
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::TagToken(tag) => page.end(&tag.name),
            Token::CharacterTokens(words) => page.words(&words),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Page {
    /// A page with an element around everything.
    fn new() -> Self {
        let all = Held { name: String::new(), weight: 0, lines: 0..0, apart: false };
        Self { open: vec![all], ..Self::default() }
    }

    /// Walks through a page.
    pub(super) fn walk(text: &str) -> Self {
        let tokenizer = Tokenizer::new(Walk(RefCell::new(Self::new())), TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(text));
        // It stops early only where its sink asks for it, and this one never does.
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        let mut page = tokenizer.sink.0.into_inner();
        page.close(page.open.len());
        page
    }

    fn end_line(&mut self) {
        let cell = self.rows.last().copied().unwrap_or_default();
        let line = std::mem::replace(&mut self.line, Line { level: self.level, cell, ..Line::default() });
        self.gap = false;
        if line.letters == 0 {
            return;
        }
        if let Some(held) = self.open.last_mut() {
            held.weight += line.weight();
        }
        self.lines.push(line);
    }

    fn apart(&self) -> bool {
        self.open.last().is_some_and(|held| held.apart)
    }

    /// Ends what ends by itself where `name` begins.
    fn end_before(&mut self, name: &str) {
        if !inline(name) {
            self.close_while(|held| held.name == "p");
        }
        let Some((_, ends, until)) = ENDS_BEFORE.iter().find(|(begins, _, _)| begins.contains(&name)) else { return };
        let near = self.open.iter().rev().take_while(|held| !until.contains(&held.name.as_str()));
        if let Some(depth) =
            near.enumerate().filter(|(_, held)| ends.contains(&held.name.as_str())).map(|(i, _)| i).last()
        {
            self.close(depth + 1);
        }
    }

    fn close_while(&mut self, ends: impl Fn(&Held) -> bool) {
        while self.open.last().is_some_and(&ends) {
            self.close(1);
        }
    }

    fn begin(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        match name {
            "img" => self.pictures += 1,
            "frame" | "iframe" => self.frames += 1,
            _ => {}
        }
        self.end_before(name);
        let apart = self.apart() || APART.contains(&name) || hidden(tag);
        if !apart {
            self.open_line(name);
        }
        if VOID.contains(&name) || tag.self_closing || self.open.len() >= DEEPEST {
            return;
        }
        self.open.push(Held { name: name.to_owned(), weight: 0, lines: self.lines.len()..0, apart });
    }

    fn open_line(&mut self, name: &str) {
        match name {
            "a" => self.links += 1,
            "b" | "strong" => self.bold += 1,
            _ if inline(name) => {}
            _ => {
                self.end_line();
                if let Some(level) = heading(name) {
                    self.level = level;
                }
                if name == "tr" {
                    self.cells.row += 1;
                    self.rows.push(Cell { row: self.cells.row, cell: 0 });
                }
                if matches!(name, "td" | "th")
                    && let Some(row) = self.rows.last_mut()
                {
                    self.cells.cell += 1;
                    row.cell = self.cells.cell;
                }
                self.line.level = self.level;
                self.line.cell = self.rows.last().copied().unwrap_or_default();
            }
        }
    }

    /// An end tag closes the innermost element of its name, with what is still open in it; a stray one closes nothing.
    fn end(&mut self, name: &str) {
        let block = !inline(name);
        let found = self.open.iter().rev().take_while(|held| block || inline(&held.name));
        let found = found.enumerate().find(|(_, held)| held.name == name).map(|(depth, _)| depth);
        if let Some(depth) = found {
            self.close(depth + 1);
        }
    }

    /// Closes the innermost `count` elements.
    fn close(&mut self, count: usize) {
        for _ in 0..count {
            let Some(name) = self.open.last().filter(|held| !held.apart).map(|held| held.name.clone()) else {
                self.open.pop();
                continue;
            };
            match name.as_str() {
                "a" => self.links = self.links.saturating_sub(1),
                "b" | "strong" => self.bold = self.bold.saturating_sub(1),
                name if inline(name) => {}
                name => {
                    self.end_line();
                    if heading(name).is_some() {
                        self.level = 0;
                        self.line.level = 0;
                    }
                }
            }
            let Some(mut held) = self.open.pop() else { return };
            if name == "tr" {
                self.rows.pop();
                self.line.cell = self.rows.last().copied().unwrap_or_default();
            }
            held.lines.end = self.lines.len();
            if let Some(around) = self.open.last_mut() {
                around.weight += held.weight;
            }
            // An element in a line of text holds no line.
            if held.lines.start < held.lines.end {
                self.closed.push(held);
            }
        }
    }

    fn words(&mut self, words: &str) {
        if self.apart() {
            return;
        }
        for c in words.chars() {
            if c.is_whitespace() {
                self.gap = true;
                continue;
            }
            if matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}') {
                continue;
            }
            let line = &mut self.line;
            if std::mem::take(&mut self.gap)
                && line.text.chars().next_back().is_some_and(|before| !is_wide(before) || !is_wide(c))
            {
                line.text.push(' ');
            }
            if self.bold > 0 && line.lead == line.text.trim_end().len() {
                line.lead = line.text.len() + c.len_utf8();
            }
            line.text.push(c);
            line.letters += 1;
            line.linked += usize::from(self.links > 0);
        }
    }

    /// The lines of the innermost element that holds nearly all sentences.
    pub(super) fn article(&self) -> Option<Range<usize>> {
        // An element closes after those it holds, so the last one holds all and the first that will do is innermost.
        let all = self.closed.last()?.weight;
        // One paragraph alone may be the whole article; its heading stands beside it.
        let wide = |held: &&Held| held.lines.len() > 1 && held.weight * 100 >= all * ARTICLE_SHARE;
        let article = self.closed.iter().find(wide).or(self.closed.last())?;
        (article.weight > 0).then(|| article.lines.clone())
    }

    /// Why there is no article.
    pub(super) fn nothing(&self) -> DocumentError {
        let why = if self.frames > 0 {
            "the page only holds frames; open the frame with the report by itself, save that page and give it"
        } else if self.pictures > 0 {
            "the page only holds pictures; give a page, DOCX or PDF with the report's text"
        } else {
            "the page holds no sentence; if a browser shows one, a script put it there: save the text as TXT and give that"
        };
        DocumentError::Wordless { format: "HTML", why: why.to_owned() }
    }
}
