//! One pass over a clause: words, numbers, years and list marks.

use super::Reading;
use crate::lexicon::{ABOVE, ACT, BOUND, Found, INDICATOR, LEVEL, Tags, words};
use crate::numeral::{BEGINNINGS, Characters, may_begin};
use crate::quantity::{Measured, Scanned, ratio, scan};
use crate::types::LeftOut;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A word of the lexicon.
    Word { tags: Tags, extra: u8 },
    /// A quantity, by its place in [`Tokens::measured`].
    Quantity(usize),
    /// A year of the calendar.
    Year(i16),
    /// A month.
    Month(i8),
    /// A span of years.
    Years(u16),
    /// 、 和 及 与: joins the items of a list.
    Joint,
}

/// A piece of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: TokenKind,
}

impl Token {
    /// The tags of a word; none for anything else.
    pub(crate) fn tags(self) -> Tags {
        match self.kind {
            TokenKind::Word { tags, .. } => tags,
            _ => 0,
        }
    }

    /// Whether it carries any of these tags.
    pub(crate) fn is(self, tags: Tags) -> bool {
        self.tags() & tags != 0
    }
}

/// The tokens of one clause; kept between clauses so that the room is used again.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) list: Vec<Token>,
    pub(crate) measured: Vec<Measured>,
    /// 十 begins one: the clause may name a five-year plan.
    pub(crate) ten: bool,
}

impl Tokens {
    /// Empties it for the next clause.
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.measured.clear();
        self.ten = false;
    }

    /// The tokens that lie wholly in `start..end`.
    pub(crate) fn within(&self, start: usize, end: usize) -> &[Token] {
        let first = self.list.partition_point(|token| token.start < start);
        let rest = self.list.get(first..).unwrap_or_default();
        let count = rest.partition_point(|token| token.end <= end);
        rest.get(..count).unwrap_or_default()
    }

    /// The token that ends at `end`.
    pub(crate) fn ending(&self, end: usize) -> Option<Token> {
        let after = self.list.partition_point(|token| token.end <= end);
        self.list.get(after.checked_sub(1)?).copied().filter(|token| token.end == end)
    }

    /// The token that starts at `start`.
    pub(crate) fn starting(&self, start: usize) -> Option<Token> {
        let at = self.list.partition_point(|token| token.start < start);
        self.list.get(at).copied().filter(|token| token.start == start)
    }
}

/// The characters that can begin a token that is no word of the lexicon.
static SINGLE: Characters = Characters::NONE.with(&BEGINNINGS).with(&['过', '、', '和', '及', '/']);

/// Fills `tokens` from the clause.
pub(crate) fn tokenize(reading: &Reading<'_>, tokens: &mut Tokens, left_out: &mut Vec<LeftOut>) {
    tokens.clear();
    let glyphs = reading.upto();
    let table = words();
    let mut i = reading.clause.start;
    while let Some(glyph) = glyphs.get(i) {
        let found = if glyph.c.is_ascii_digit() { None } else { table.longest(glyphs.get(i..).unwrap_or_default()) };
        let mut end = i + 1;
        if found.is_none() && !SINGLE.has(glyph.c) {
            i = end;
            continue;
        }
        let mut kind = None;
        if let Some(found) = found {
            end = i + found.len;
            // 开工率, 完成额: the verb is part of an indicator's name.
            let names = found.tags & ACT != 0
                && matches!(glyphs.get(end).map(|glyph| glyph.c), Some('率' | '额' | '幅' | '者'));
            let (found, longer) = if names { (Found { tags: INDICATOR, ..found }, 1) } else { (found, 0) };
            end += longer;
            kind = Some(if found.tags == 0 && matches!(glyph.c, '和' | '及' | '与') && found.len == 1 {
                TokenKind::Joint
            } else {
                TokenKind::Word { tags: found.tags, extra: found.extra }
            });
        } else if glyph.c == '过' && glyphs.get(end).is_some_and(|next| may_begin(next.c)) {
            // 产值过亿元; before anything but a number it is a part of other words.
            kind = Some(TokenKind::Word { tags: BOUND | LEVEL, extra: ABOVE });
        } else if matches!(glyph.c, '、' | '和' | '及' | '/') {
            kind = Some(TokenKind::Joint);
        } else if may_begin(glyph.c) {
            tokens.ten |= glyph.c == '十';
            (end, kind) = numbered(reading, tokens, left_out, i);
        }
        if let Some(kind) = kind {
            tokens.list.push(Token { start: i, end, kind });
        }
        i = end.max(i + 1);
    }
}

fn numbered(
    reading: &Reading<'_>,
    tokens: &mut Tokens,
    left_out: &mut Vec<LeftOut>,
    i: usize,
) -> (usize, Option<TokenKind>) {
    let glyphs = reading.upto();
    let quoted = glyphs.get(i).is_some_and(|glyph| glyph.quoted);
    if !quoted && let Some(members) = ratio(glyphs, i) {
        let end = members.last().map_or(i + 1, |member| member.end);
        let first = tokens.measured.len();
        // The members but the last get their tokens here; all are told from the list by their places.
        let count = members.len();
        for (offset, member) in members.into_iter().enumerate() {
            if offset + 1 < count {
                tokens.list.push(Token {
                    start: member.start,
                    end: member.end,
                    kind: TokenKind::Quantity(first + offset),
                });
            }
            tokens.measured.push(member);
        }
        // The last token must not overlap those before it.
        let last = tokens.measured.last().map_or(i, |member| member.start);
        tokens.list.push(Token { start: last, end, kind: TokenKind::Quantity(first + count - 1) });
        return (end, None);
    }
    match scan(glyphs, i) {
        Some(Scanned::Quantity(measured)) => {
            let end = measured.end;
            let after = measured.after;
            tokens.measured.push(measured);
            let index = tokens.measured.len() - 1;
            if after > end {
                tokens.list.push(Token { start: i, end: after, kind: TokenKind::Quantity(index) });
                return (after, None);
            }
            (end, Some(TokenKind::Quantity(index)))
        }
        Some(Scanned::Year(year, end)) => (end, Some(TokenKind::Year(year))),
        Some(Scanned::Month(month, end)) => (end, Some(TokenKind::Month(month))),
        Some(Scanned::Years(years, end)) => (end, Some(TokenKind::Years(years))),
        Some(Scanned::Veto(rule, end)) => {
            left_out.push(LeftOut { span: reading.span(i..end.min(glyphs.len())), rule });
            (end, None)
        }
        Some(Scanned::Word(end)) => (end, None),
        None => (i + 1, None),
    }
}
