//! Finding words and numbers in the text, and where a statement can be divided.

use crate::refusal::Refusal;
use crate::review::statement::DraftStatement;
use rust_decimal::Decimal;
use tingzhou_report::{Span, parse_quantity};

/// A number is looked for in at most so many bytes.
const LONGEST_SEARCHED: usize = 600;

/// Marks and words between the things of a list.
const BETWEEN: [char; 8] = ['、', '，', '；', '和', '及', '与', '并', ','];

/// The one number with a unit inside a run of the text, with its place. `None` when there is none or more than one.
#[must_use]
pub fn find_number(text: &str, span: Span) -> Option<(Span, Decimal, &'static str)> {
    let words = text.get(span.start..span.end).filter(|words| words.len() <= LONGEST_SEARCHED)?;
    let (value, unit) = parse_quantity(words)?;
    let same = |words: &str| parse_quantity(words) == Some((value, unit));
    // The number begins at the last place from which it is still read whole, and ends at the first that completes it.
    let mut start = 0;
    for (at, c) in words.char_indices() {
        if !same(words.get(at..)?) {
            break;
        }
        start = at;
        if c.is_ascii_digit() || ('０'..='９').contains(&c) {
            break;
        }
    }
    let rest = words.get(start..)?;
    let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.into_iter().find(|end| rest.get(..*end).is_some_and(same))?;
    Some((Span { start: span.start + start, end: span.start + start + end }, value, unit))
}

/// The run without marks and white space at its ends.
pub(crate) fn trimmed(text: &str, span: Span) -> Span {
    let words = text.get(span.start..span.end).unwrap_or_default();
    let mark = |c: char| c.is_whitespace() || matches!(c, '、' | '，' | '；' | '。' | '：' | ',' | ';' | '*' | '`');
    let rest = words.trim_start_matches(mark);
    let start = span.end - rest.len();
    Span { start, end: start + rest.trim_end_matches(mark).len() }
}

/// A run that begins after a word of a list (和, 及) without it.
pub(crate) fn after_between(text: &str, span: Span) -> Span {
    let span = trimmed(text, span);
    let words = text.get(span.start..span.end).unwrap_or_default();
    let rest = words.strip_prefix("以及").unwrap_or_else(|| words.trim_start_matches(BETWEEN));
    trimmed(text, Span { start: span.end - rest.len(), end: span.end })
}

/// Places where a statement can be divided: before the marks and words of a list and after its number, at most 40.
#[must_use]
pub fn split_places(text: &str, statement: &DraftStatement) -> Vec<usize> {
    let span = statement.span;
    let words = text.get(span.start..span.end).unwrap_or_default();
    let marks = words.char_indices().filter(|(_, c)| BETWEEN.contains(c)).map(|(at, _)| span.start + at);
    let number = statement.number.iter().flat_map(|number| [number.span.start, number.span.end]);
    let mut places: Vec<usize> = marks.chain(number).filter(|at| halves(text, span, *at).is_some()).collect();
    places.sort_unstable();
    places.dedup();
    // Two places that cut the same words are one.
    places.dedup_by_key(|at| halves(text, span, *at));
    places.truncate(40);
    places
}

/// The two runs a place divides a run into; `None` when it stands outside, within a character, or one has no words.
pub(crate) fn halves(text: &str, span: Span, at: usize) -> Option<(Span, Span)> {
    if at <= span.start || at >= span.end || !text.is_char_boundary(at) {
        return None;
    }
    let first = trimmed(text, Span { start: span.start, end: at });
    let second = after_between(text, Span { start: at, end: span.end });
    (first.start < first.end && second.start < second.end).then_some((first, second))
}

/// The place between two numbers of a statement: the first one after which both sides have a number of their own.
pub(crate) fn between_numbers(text: &str, statement: &DraftStatement) -> Option<usize> {
    let own = |side: Span| statement.number.as_ref().is_some_and(|number| side.contains(number.span));
    let numbered = |side: Span| own(side) || find_number(text, side).is_some();
    split_places(text, statement)
        .into_iter()
        .find(|at| halves(text, statement.span, *at).is_some_and(|(first, second)| numbered(first) && numbered(second)))
}

/// Where words stand in the text: the first place at or after `near`, else the only one there is before it.
///
/// # Errors
/// When there are no words, or the text does not hold them, or only several times before `near`.
pub fn find_words(text: &str, words: &str, near: usize) -> Result<Span, Refusal> {
    let words = words.trim();
    if words.is_empty() {
        return Err(Refusal::invalid(
            "no-words",
            "words",
            "请填写或选中原文中的文字。",
            "Give or select words of the text.",
        ));
    }
    let near = (near.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let after = text.get(near..).and_then(|rest| rest.find(words)).map(|at| near + at);
    let found = after.or_else(|| {
        let mut all = text.match_indices(words).map(|(at, _)| at);
        all.next().filter(|_| all.next().is_none())
    });
    let Some(start) = found else {
        let shown: String = words.chars().take(30).collect();
        return Err(Refusal::invalid(
            "words-not-found",
            "words",
            format!("原文中没有（或在前文多处有）“{shown}”；请照原文填写更完整的文字。"),
            format!(
                "The text does not hold “{shown}”, or several times before this place; give more of its words as they stand."
            ),
        ));
    };
    Ok(Span { start, end: start + words.len() })
}
