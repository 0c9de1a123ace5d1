//! A web page to text: the article, without what a site puts around it.
//!
//! The article is the innermost element that holds nearly all sentences of the page. Within it, lines that are mostly
//! links and the site's own lines (print, close, share) are left out. No site's markup is asked for by name.
//!
//! The page is walked tag by tag, without building a tree: building one as browsers do takes time that grows with the
//! square of the depth.

use crate::document::{Document, Format, LONGEST_ROW, Paragraphs, is_wide, row};
use crate::error::DocumentError;
use crate::text::Encoded;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, StartTag, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;
use std::ops::Range;

/// Elements whose words are never the article's.
const APART: &[&str] = &[
    "script", "style", "noscript", "title", "nav", "footer", "aside", "form", "button", "select", "textarea", "svg",
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

/// What sites write under and over an article; a short line that begins so is theirs.
const SITES: &[&str] = &[
    "打印",
    "【打印",
    "关闭",
    "【关闭",
    "字体",
    "【字体",
    "分享",
    "责任编辑",
    "编辑：",
    "上一篇",
    "下一篇",
    "相关链接",
    "相关阅读",
    "当前位置",
    "您的位置",
    "首页 >",
    "返回顶部",
    "扫一扫",
    "浏览次数",
    "阅读次数",
    "点击数",
    "发布时间",
    "发布日期",
    "信息来源",
    "来源：",
    "索引号",
    "版权所有",
    "主办单位",
    "网站标识码",
];

/// The longest line of a site, in characters.
const LONGEST_SITE_LINE: usize = 60;

/// Of a hundred characters in sentences, how many the article holds at least.
const ARTICLE_SHARE: usize = 97;

/// Where a line stands in a table: the row, and the cell, counted through the page; 0 outside.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Cell {
    row: usize,
    cell: usize,
}

/// A line of the page.
#[derive(Default)]
struct Line {
    text: String,
    /// 1 to 6 for a heading, 0 for a paragraph.
    level: u8,
    /// Characters that count, and how many of them are links.
    letters: usize,
    linked: usize,
    /// Where bold words end that begin the line, a byte of `text`.
    lead: usize,
    cell: Cell,
}

impl Line {
    /// What it adds to the sentences around it.
    fn weight(&self) -> usize {
        let sentence = self.text.contains(['。', '，', '；']);
        if sentence && self.linked * 2 < self.letters { self.letters } else { 0 }
    }

    /// Whether the site wrote it, not the article.
    fn is_sites(&self) -> bool {
        let own = SITES.iter().any(|start| self.text.starts_with(start));
        self.linked * 2 > self.letters || (own && self.letters <= LONGEST_SITE_LINE && !self.text.contains('。'))
    }

    /// With the marks the reader of reports knows headings and lead-ins by.
    fn marked(&self) -> String {
        let lead = self.text.get(..self.lead).map(str::trim_end).unwrap_or_default();
        match (self.level, lead.is_empty()) {
            (0, true) => self.text.clone(),
            (0, false) => format!("**{lead}**{}", self.text.get(lead.len()..).unwrap_or_default()),
            (level, _) => format!("{} {}", "#".repeat(usize::from(level)), self.text),
        }
    }
}

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
struct Page {
    lines: Vec<Line>,
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
    fn article(&self) -> Option<Range<usize>> {
        // An element closes after those it holds, so the last one holds all and the first that will do is innermost.
        let all = self.closed.last()?.weight;
        // One paragraph alone may be the whole article; its heading stands beside it.
        let wide = |held: &&Held| held.lines.len() > 1 && held.weight * 100 >= all * ARTICLE_SHARE;
        let article = self.closed.iter().find(wide).or(self.closed.last())?;
        (article.weight > 0).then(|| article.lines.clone())
    }

    /// Why there is no article.
    fn nothing(&self) -> DocumentError {
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

/// Whether text is a web page.
pub(crate) fn is_html(text: &str) -> bool {
    let start = text.trim_start();
    let until = start.char_indices().nth(1_000).map_or(start.len(), |(at, _)| at);
    let start = start.get(..until).unwrap_or_default().to_ascii_lowercase();
    let begins = start.starts_with('<');
    begins && ["<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<p "].iter().any(|tag| start.contains(tag))
}

/// A web page's article.
///
/// # Errors
/// [`DocumentError::Wordless`] when the page has no article, [`DocumentError::Replaced`] when it was damaged before.
pub(crate) fn open(text: &str, encoded: Encoded) -> Result<Document, DocumentError> {
    let tokenizer = Tokenizer::new(Walk(RefCell::new(Page::new())), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(text));
    // It stops early only where its sink asks for it, and this one never does.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut page = tokenizer.sink.0.into_inner();
    page.close(page.open.len());
    let Some(article) = page.article() else { return Err(page.nothing()) };
    let mut out = Paragraphs::new(Format::Html(encoded));
    // A title often stands above the article, in an element of its own.
    let title = page.lines.iter().take(article.start).rfind(|line| line.level == 1 && !line.is_sites());
    let within = page.lines.get(article).unwrap_or_default();
    if let Some(title) = title.filter(|title| !within.iter().any(|line| line.level == 1 || line.text == title.text)) {
        out.push(&title.marked(), None)?;
    }
    let mut rest = within;
    while let Some(first) = rest.first() {
        let held = rest.iter().take_while(|line| first.cell.row > 0 && line.cell.row == first.cell.row).count();
        let (lines, after) = rest.split_at(held.max(1));
        rest = after;
        let cells = lines.chunk_by(|one, next| one.cell == next.cell);
        let letters: usize = lines.iter().map(|line| line.letters).sum();
        if cells.clone().count() > 1 && letters <= LONGEST_ROW {
            let cells = cells.map(|cell| cell.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "));
            out.push(&row(cells), None)?;
            continue;
        }
        for line in lines.iter().filter(|line| !line.is_sites()) {
            out.push(&line.marked(), None)?;
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(page: &str) -> Result<String, DocumentError> {
        assert!(is_html(page), "a page: {page}");
        open(page, Encoded::Utf8).map(|document| document.text.trim_end().to_owned())
    }

    #[track_caller]
    fn check(page: &str, expected: &str) {
        assert_eq!(told(page).as_deref(), Ok(expected), "{page}");
    }

    #[test]
    fn articles() {
        check("<html><body><p>　　改造小区8个，\n新增车位10个。</p></body></html>", "改造小区8个，新增车位10个。");
        check("<html><body>改造小区&nbsp;8&nbsp;个，<br>新增车位。</body></html>", "改造小区 8 个，\n新增车位。");
        // Headings, lead-ins, words of two scripts over a line break.
        check(
            "<!DOCTYPE html><h2>一、回顾</h2><p><strong>建设提速。</strong>建成5G\nbase站，全部投用。</p>",
            "## 一、回顾\n**建设提速。**建成5G base站，全部投用。",
        );
        // What a site puts around, in elements of its own and inside the article.
        check(
            "<html><head><title>某市</title></head><body><nav>首页，新闻</nav><div class=top><a href=/>首页</a>></div>\
             <h1>政府工作报告</h1><div><div>发布时间：2025-01-08 来源：某市</div><div id=c><p>改造老旧小区8个，新增停车位1100个，\
             新建幼儿园3所，改扩建农村公路120公里，各项任务全面完成。</p><p>【打印】【关闭】</p>\
             <p><a href=a.doc>附件：全文，下载。</a></p></div></div><script>var a='，。';</script>\
             <footer>版权所有，某市。</footer></body></html>",
            "# 政府工作报告\n改造老旧小区8个，新增停车位1100个，新建幼儿园3所，改扩建农村公路120公里，各项任务全面完成。",
        );
        // A table, and a page laid out in one.
        check(
            "<html><p>目标如下。</p><table><tr><td>指标</td><td>2025年</td></tr><tr><td>车位，个</td><td>1100</td></tr></table>",
            "目标如下。\n| 指标 | 2025年 |\n| 车位，个 | 1100 |",
        );
        check("<html><table><tr><td><p>一、目标。</p><p>二、任务。</p></td></tr></table>", "一、目标。\n二、任务。");
        check("<html><p>一。<span style='display: none'>藏。</span></p><p hidden>二。</p>", "一。");
    }

    #[test]
    fn pages_without_an_article() {
        let check = |page: &str, part: &str| {
            let error = told(page).map_err(|error| error.to_string());
            assert!(error.as_ref().is_err_and(|e| e.contains(part)), "{page}: {error:?}");
        };
        check("<html><frameset><frame src=a.htm></frameset></html>", "frames");
        check("<html><body><img src=1.png></body></html>", "pictures");
        check("<html><body><div id=app></div><script>load('。')</script></body></html>", "script");
        check("<html><p>改造\u{FFFD}小区。</p></html>", "U+FFFD");
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!("<html>{}改造小区8个，全部完成。", "<div>".repeat(100_000));
        assert_eq!(told(&deep).as_deref(), Ok("改造小区8个，全部完成。"));
    }

    proptest! {
        #[test]
        fn paragraphs_survive(paragraphs in proptest::collection::vec("[一-十改造小区]{3,30}，[0-9]{1,4}个。", 1..8)) {
            let page: String = paragraphs.iter().map(|p| format!("<p>　　{p}</p>\n")).collect();
            let page = format!("<html><body><div><a href=a>首页</a></div><div>{page}</div></body></html>");
            prop_assert_eq!(told(&page), Ok(paragraphs.join("\n")));
        }

        #[test]
        fn anything_is_read_or_refused(page in "(<(/)?(p|div|table|tr|td|b|a|h1|br|ul|li)>|[一-三]|。|，| |&nbsp;){0,80}") {
            // Reaching the end is the law: no panic, no replacement character.
            if let Ok(text) = told(&format!("<html>{page}")) {
                prop_assert!(!text.contains('\u{FFFD}'), "{text}");
            }
        }
    }
}
