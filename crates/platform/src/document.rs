//! The report's text in blocks for a page: headings and paragraphs, every statement marked in place.

use crate::snapshot::AdoptedReport;
use std::borrow::Cow;
use tingzhou_report::Span;

/// A run of text within a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The words, without marks of Markdown.
    pub text: String,
    /// Set in bold in the text.
    pub bold: bool,
    /// Index of the statement it belongs to.
    pub statement: Option<usize>,
    /// A term of the glossary.
    pub mention: Option<Mention>,
}

/// A place that names a term of the glossary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Index of the term.
    pub term: usize,
    /// The glossary's own place, where it is explained.
    pub explained: bool,
}

/// A block of a report's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// The words.
        text: String,
        /// Its place in the text, which is its anchor.
        at: usize,
    },
    /// A paragraph.
    Paragraph {
        /// Its place in the text.
        at: usize,
        /// Its runs, in order.
        runs: Vec<Run>,
    },
}

/// A paragraph that was broken by a page goes on in the next one.
fn goes_on(text: &str) -> bool {
    // The day under a title stands alone, although nothing ends it.
    if text.ends_with('日') && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | ' ')) {
        return false;
    }
    let end = text.trim_end().trim_end_matches('*').chars().next_back();
    end.is_some_and(|c| !matches!(c, '。' | '！' | '？' | '；' | '：' | ':' | '”' | '）' | '.' | '!' | '?'))
}

/// A heading of a text: its place, its level and its words.
pub(crate) struct Headline<'a> {
    pub(crate) span: Span,
    pub(crate) level: u8,
    pub(crate) words: Cow<'a, str>,
}

/// The report in blocks. Every byte of the text that is not a mark of layout is in exactly one run or heading.
#[must_use]
pub fn blocks(report: &AdoptedReport) -> Vec<Block> {
    let sections = report.reading.sections.iter();
    let headlines: Vec<Headline<'_>> = sections
        .map(|s| Headline { span: s.heading_span, level: s.level, words: Cow::Borrowed(s.heading.as_str()) })
        .collect();
    let spans: Vec<Span> = report.reading.statements.iter().map(|s| s.span).collect();
    let mentions = mentions(report);
    let places: Vec<Span> = mentions.iter().map(|(span, _)| *span).collect();
    let mut blocks = laid_out(&report.text, headlines, &spans, &places);
    for block in &mut blocks {
        let Block::Paragraph { runs, .. } = block else { continue };
        for run in runs {
            let place = run.mention.map(|mention| mention.term);
            run.mention = place.and_then(|place| mentions.get(place)).map(|(_, mention)| *mention);
        }
    }
    blocks
}

/// The places that name terms, in the text's order. A task's words are a link already, and what it opens explains them.
fn mentions(report: &AdoptedReport) -> Vec<(Span, Mention)> {
    let reading = &report.reading;
    let tasks: Vec<Span> = reading.statements.iter().filter(|s| s.task.is_some()).map(|s| s.span).collect();
    let free = |span: &Span| {
        let after = tasks.partition_point(|task| task.start < span.end);
        !tasks.iter().take(after).skip(after.saturating_sub(64)).any(|task| task.end > span.start)
    };
    let mut found = Vec::new();
    for (term, own) in reading.terms.iter().enumerate() {
        let Some(at) = own.at else { continue };
        found.push((at, Mention { term, explained: true }));
        let uses = own.uses.iter().filter(|span| free(span));
        found.extend(uses.map(|span| (*span, Mention { term, explained: false })));
    }
    found.sort_by_key(|(span, _)| *span);
    found
}

/// A text in blocks; a run's statement is an index of `spans`, its mention's term one of `mentions`. Both stand in the
/// order of their beginnings.
pub(crate) fn laid_out(text: &str, mut headlines: Vec<Headline<'_>>, spans: &[Span], mentions: &[Span]) -> Vec<Block> {
    headlines.sort_by_key(|headline| headline.span.start);
    let marks = [Marks::new(spans), Marks::new(mentions)];
    let mut out = Vec::new();
    let mut open: Open = Open::default();
    let mut bold = false;
    let mut start = 0;
    let mut pending_break = false;
    for line in text.split_inclusive('\n') {
        let (from, body) = (start, line.trim());
        start += line.len();
        if body.is_empty() {
            pending_break = true;
            continue;
        }
        let at = from + (line.len() - line.trim_start().len());
        let next = headlines.partition_point(|headline| headline.span.start < at);
        let on_line = headlines.iter().skip(next).take_while(|headline| headline.span.start < at + body.len());
        let heading = on_line
            .filter(|headline| headline.span.start < headline.span.end)
            .find(|headline| is_own_line(body, headline.span, at));
        if let Some(headline) = heading {
            close(&mut out, &mut open);
            bold = false;
            let level = headline.level.saturating_add(1).clamp(2, 6);
            out.push(Block::Heading { level, text: headline.words.to_string(), at: headline.span.start });
        } else if body.starts_with('#') {
            close(&mut out, &mut open);
            let words = tingzhou_report::plain_words(body);
            out.push(Block::Heading { level: 1, text: words, at });
        } else {
            let continues = open.runs.last().is_some_and(|_| pending_break && goes_on(&joined(&open.runs)));
            let new_paragraph = if pending_break { !continues } else { line_ends_paragraph(&open.runs) };
            if new_paragraph {
                close(&mut out, &mut open);
            }
            if open.runs.is_empty() {
                open.at = at;
            }
            push_runs(&mut open.runs, text, Span { start: at, end: at + body.len() }, &marks, &mut bold);
        }
        pending_break = false;
    }
    close(&mut out, &mut open);
    out
}

/// The paragraph being gathered.
#[derive(Default)]
struct Open {
    at: usize,
    runs: Vec<Run>,
}

/// The heading is all there is on its line, but for marks and numbers.
fn is_own_line(body: &str, heading: Span, at: usize) -> bool {
    let after = heading.end.saturating_sub(at).min(body.len());
    body.get(after..).is_some_and(|rest| rest.chars().all(|c| matches!(c, '*' | '#' | ' ' | '：' | ':' | '\u{3000}')))
}

/// Without a blank line between them, a new line is a new paragraph when the one before is a whole sentence.
fn line_ends_paragraph(open: &[Run]) -> bool {
    !open.is_empty() && !goes_on(&joined(open))
}

fn joined(runs: &[Run]) -> String {
    runs.iter().rev().take(2).rev().map(|r| r.text.as_str()).collect()
}

fn close(out: &mut Vec<Block>, open: &mut Open) {
    if !open.runs.is_empty() {
        out.push(Block::Paragraph { at: open.at, runs: std::mem::take(&mut open.runs) });
    }
}

fn push_runs(open: &mut Vec<Run>, text: &str, line: Span, marks: &[Marks<'_>; 2], bold: &mut bool) {
    let mut at = line.start;
    // The statement and the term at a place stay the same up to the next border.
    let ([mut statement, mut term], mut border) = ([None, None], at);
    while at < line.end {
        let rest = text.get(at..line.end).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
        if rest.starts_with("**") {
            *bold = !*bold;
            at += 2;
            continue;
        }
        if let Some(tag) = ["<sub>", "</sub>", "<sup>", "</sup>"].iter().find(|tag| rest.starts_with(**tag)) {
            at += tag.len();
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        if at >= border {
            [statement, term] = marks.each_ref().map(|marks| marks.around(at));
            let [one, other] = marks.each_ref().map(|marks| marks.border_after(at));
            border = one.min(other);
        }
        let mention = term.map(|term| Mention { term, explained: false });
        match open.last_mut() {
            Some(run) if run.bold == *bold && run.statement == statement && run.mention == mention => run.text.push(c),
            _ => open.push(Run { text: c.to_string(), bold: *bold, statement, mention }),
        }
        at += c.len_utf8();
    }
}

/// Places of the text in the order of their beginnings, and all places where one begins or ends.
struct Marks<'a> {
    spans: &'a [Span],
    borders: Vec<usize>,
}

impl<'a> Marks<'a> {
    fn new(spans: &'a [Span]) -> Self {
        let mut borders: Vec<usize> = spans.iter().flat_map(|span| [span.start, span.end]).collect();
        borders.sort_unstable();
        Self { spans, borders }
    }

    fn border_after(&self, at: usize) -> usize {
        self.borders.get(self.borders.partition_point(|border| *border <= at)).copied().unwrap_or(usize::MAX)
    }

    /// Where they overlap (a list shares its verb), the smallest one around the place has it.
    fn around(&self, at: usize) -> Option<usize> {
        // Those that begin after the place cannot hold it.
        let until = self.spans.partition_point(|span| span.start <= at);
        let size = |i: &usize| self.spans.get(*i).map_or(usize::MAX, |span| span.end - span.start);
        let holds = |i: &usize| self.spans.get(*i).is_some_and(|span| span.start <= at && at < span.end);
        (until.saturating_sub(64)..until).filter(holds).min_by_key(size)
    }
}
