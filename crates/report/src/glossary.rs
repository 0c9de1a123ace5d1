//! Explained terms (名词解释), and where the report uses them.
//!
//! An entry is a line `term：explanation`, numbered or not. When the first entry is numbered, a line without a number goes
//! on with the entry before it, and the next number inside a line begins another entry. A term is looked for as its
//! letters read: quotation marks, white space and marks of Markdown count for nothing.

use crate::types::{Reading, SectionKind, Span};
use crate::words::half_width;
use aho_corasick::{AhoCorasick, MatchKind};

/// A term longer than this is a sentence, in characters.
const LONGEST_TERM: usize = 48;

/// Most terms that are looked for; a glossary has some dozens. Looking for a term takes memory that grows with its length.
const MOST_TERMS: usize = 2_000;

/// A term and its explanation, with the places that use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Where the term stands in the glossary, quotation marks included.
    pub term: Span,
    /// Where its explanation stands.
    pub explanation: Span,
    /// Where the report uses it outside the glossary, in the order of the text; empty when it does not, and for terms
    /// after the 2,000th.
    pub uses: Vec<Span>,
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or_default()
}

/// `span` without white space and marks of Markdown at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let mark = |c: char| c.is_whitespace() || matches!(c, '*' | '#' | '>' | '\u{feff}' | '\u{200b}');
    let words = slice(text, span);
    let start = span.start + (words.len() - words.trim_start_matches(mark).len());
    Span { start, end: (span.start + words.trim_end_matches(mark).len()).max(start) }
}

/// An enumerator (`3.`, `3、`, `（3）`, `[3]`, `③`) at the start: its number and its length in bytes.
fn enumerator(words: &str) -> Option<(u32, usize)> {
    let first = words.chars().next()?;
    if let '①'..='⑳' = first {
        return Some((u32::from(first) - u32::from('①') + 1, first.len_utf8()));
    }
    let open = matches!(first, '（' | '(' | '[' | '［' | '〔' | '【');
    let mut at = if open { first.len_utf8() } else { 0 };
    let mut number = 0_u32;
    let mut digits = 0;
    for c in words.get(at..)?.chars().map(half_width) {
        let Some(digit) = c.to_digit(10).filter(|_| digits < 3) else { break };
        number = number * 10 + digit;
        digits += 1;
        at += words.get(at..)?.chars().next()?.len_utf8();
    }
    let end = words.get(at..)?.chars().next()?;
    let closes = if open {
        matches!(end, '）' | ')' | ']' | '］' | '〕' | '】')
    } else {
        matches!(end, '.' | '．' | '、')
    };
    // 3.5 is a number.
    let after = words.get(at + end.len_utf8()..)?.chars().next();
    let decimal = end == '.' && after.is_some_and(|c| c.is_ascii_digit());
    (digits > 0 && closes && !decimal).then_some((number, at + end.len_utf8()))
}

/// Term and explanation of an entry without its enumerator.
fn parted(text: &str, entry: Span) -> Option<(Span, Span)> {
    let mut depth = 0_usize;
    for (count, (at, c)) in slice(text, entry).char_indices().enumerate() {
        if count > LONGEST_TERM {
            return None;
        }
        match c {
            '“' | '‘' | '「' | '《' | '（' | '(' => depth += 1,
            '”' | '’' | '」' | '》' | '）' | ')' => depth = depth.saturating_sub(1),
            '：' | ':' if depth == 0 => {
                let term = trimmed(text, Span { start: entry.start, end: entry.start + at });
                let explanation = trimmed(text, Span { start: entry.start + at + c.len_utf8(), end: entry.end });
                return (term.start < term.end).then_some((term, explanation));
            }
            '。' | '；' => return None,
            _ => {}
        }
    }
    None
}

/// Where the entry that begins with `number` + 1 starts inside the line, after a full stop.
fn next_entry(words: &str, number: u32) -> Option<usize> {
    words.match_indices('。').map(|(at, stop)| at + stop.len()).find(|at| {
        let rest = words.get(*at..).unwrap_or_default();
        enumerator(rest.trim_start()).is_some_and(|(next, _)| Some(next) == number.checked_add(1))
    })
}

/// The entries of one glossary.
fn entries(text: &str, section: Span, body: usize, out: &mut Vec<Term>) {
    let before = out.len();
    let mut numbered = None;
    let mut at = body;
    for line in text.get(body..section.end).unwrap_or_default().split_inclusive('\n') {
        let mut rest = trimmed(text, Span { start: at, end: at + line.len() });
        at += line.len();
        while rest.start < rest.end {
            let words = slice(text, rest);
            let number = enumerator(words);
            let own = if let Some((number, _)) = number { next_entry(words, number) } else { None };
            let entry = Span { start: rest.start, end: own.map_or(rest.end, |end| rest.start + end) };
            let head = number.map_or(0, |(_, length)| length);
            let opens = number.is_some() || !*numbered.get_or_insert(number.is_some());
            numbered.get_or_insert(number.is_some());
            let inner = trimmed(text, Span { start: entry.start + head, end: entry.end });
            match parted(text, inner).filter(|_| opens) {
                Some((term, explanation)) => out.push(Term { term, explanation, uses: Vec::new() }),
                None => {
                    if let Some(last) = out.get_mut(before..).and_then(<[Term]>::last_mut) {
                        last.explanation.end = inner.end.max(last.explanation.end);
                    }
                }
            }
            rest = trimmed(text, Span { start: entry.end, end: rest.end });
        }
    }
}

/// Whether a character counts when a term is looked for.
fn counts(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '*' | '#' | '`' | '“' | '”' | '‘' | '’' | '"' | '\'' | '「' | '」' | '『' | '』' | '《' | '》')
        && !matches!(c, '\u{feff}' | '\u{200b}')
}

fn letters(words: &str) -> String {
    words.chars().filter(|c| counts(*c)).map(half_width).collect()
}

/// What a term is looked for as: itself, and its parts when it names several (两新、两重).
fn patterns(words: &str) -> Vec<String> {
    let mut out = vec![letters(words)];
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for c in words.chars() {
        match c {
            '“' | '（' | '(' | '《' => depth += 1,
            '”' | '）' | ')' | '》' => depth = depth.saturating_sub(1),
            '、' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    if parts.len() > 1 {
        out.extend(parts.iter().map(|part| letters(part)));
    }
    out.retain(|pattern| pattern.chars().count() >= 2 && !pattern.chars().all(|c| c.is_ascii_digit()));
    out
}

/// The terms a report explains, in the glossary's order, each with its uses. `text` is what was read. Work grows with
/// the length of the text.
#[must_use]
pub fn glossary(text: &str, reading: &Reading) -> Vec<Term> {
    let mut out = Vec::new();
    let mut inside: Vec<Span> = Vec::new();
    for section in reading.sections.iter().filter(|section| section.kind == SectionKind::Glossary) {
        // What lies inside a glossary is read with it.
        if inside.last().is_some_and(|outer| outer.end > section.span.start) {
            continue;
        }
        let body = section.heading.end.clamp(section.span.start, section.span.end);
        entries(text, section.span, body, &mut out);
        inside.push(section.span);
    }
    let (mut wanted, mut owner) = (Vec::new(), Vec::new());
    for (index, term) in out.iter().enumerate().take(MOST_TERMS) {
        for pattern in patterns(slice(text, term.term)) {
            wanted.push(pattern);
            owner.push(index);
        }
    }
    if wanted.is_empty() {
        return out;
    }
    // It fails for more letters than a machine can count; there are 2,000 short terms at most.
    let Ok(finder) = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&wanted) else { return out };
    let (mut plain, mut places) = (String::with_capacity(text.len()), Vec::new());
    for (at, c) in text.char_indices().filter(|(_, c)| counts(*c)) {
        places.push((plain.len(), at, at + c.len_utf8()));
        plain.push(half_width(c));
    }
    let place = |offset: usize| places.partition_point(|(own, _, _)| *own < offset);
    for found in finder.find_iter(&plain) {
        let first = places.get(place(found.start()));
        let last = place(found.end()).checked_sub(1).and_then(|last| places.get(last));
        let (Some((_, start, _)), Some((_, _, end))) = (first, last) else { continue };
        let explained = inside.partition_point(|span| span.end <= *start);
        if inside.get(explained).is_some_and(|span| span.start < *end) {
            continue;
        }
        if let Some(term) = owner.get(found.pattern().as_usize()).and_then(|index| out.get_mut(*index)) {
            term.uses.push(Span { start: *start, end: *end });
        }
    }
    out
}
