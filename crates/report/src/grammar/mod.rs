//! The grammar of a clause: tokens, then for every number its fields.

mod compare;
mod due;
mod frame;
mod leading;
mod phrase;
mod plain;
mod role;
mod series;
mod set;
mod side;
mod token;
mod verbless;

use std::ops::Range;

use crate::glyph::{First, Glyph, at, says, says_any, span_of};
use crate::rules::{Rule, rule};
use crate::types::{Due, Field, LeftOut, Phrase, Reasons, Role, Set, Span, Statement};

pub(crate) use plain::commitment;
pub(crate) use set::Circumstance;
pub(crate) use token::{Token, TokenKind, Tokens, tokenize};

/// What a clause hands on to the next.
#[derive(Debug, Default)]
pub(crate) struct Carry {
    /// The subject of the last number.
    pub(crate) subject: Phrase,
    /// What the last number said of it, attributes aside.
    pub(crate) role: Option<Role>,
    /// The subjects of the last clause that had any, in order.
    pub(crate) subjects: Vec<Phrase>,
    /// A deadline said earlier in the sentence.
    pub(crate) due: Option<(Due, Rule)>,
    /// 去年 or the like was said earlier in the sentence.
    pub(crate) past: bool,
}

/// The room one clause is read in, used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Room {
    tokens: Tokens,
    frames: frame::Frames,
}

/// One clause to be read.
pub(crate) struct Reading<'a> {
    /// The paragraph.
    pub(crate) glyphs: &'a [Glyph],
    /// The clause in it.
    pub(crate) clause: Range<usize>,
    /// A number may stand in it.
    pub(crate) numbers: bool,
    /// Where the next clause of the paragraph begins.
    pub(crate) next: Option<usize>,
    /// What the section says.
    pub(crate) circumstance: Circumstance,
    /// The clause's index.
    pub(crate) index: usize,
}

impl Reading<'_> {
    /// The place of a run of glyphs in the text.
    fn span(&self, range: Range<usize>) -> Span {
        self.glyphs.get(range).map_or(Span { start: 0, end: 0 }, span_of)
    }

    fn c(&self, i: usize) -> char {
        at(self.glyphs, i)
    }

    /// Whether `word` stands at `i`.
    fn says(&self, i: usize, word: &str) -> bool {
        says(self.glyphs, i, word)
    }

    /// Whether the words at a place of the text, which lies in this paragraph, are one of `words`.
    fn reads(&self, place: Span, words: &[&str]) -> bool {
        let start = self.glyphs.partition_point(|glyph| glyph.at < place.start);
        let end = self.glyphs.partition_point(|glyph| glyph.at < place.end);
        self.is_any(start, end, words)
    }

    /// Whether the run of glyphs is one of the words.
    fn is_any(&self, start: usize, end: usize, words: &[&str]) -> bool {
        let first = First::of(self.c(start));
        words.iter().any(|word| first.opens(word) && word.chars().count() == end - start && self.says(start, word))
    }

    /// Whether one of the words stands at `i`.
    fn says_any(&self, i: usize, words: &[&str]) -> bool {
        says_any(self.glyphs, i, words)
    }

    /// Whether one of the words begins at one of the places.
    fn says_within(&self, mut places: Range<usize>, words: &[&str]) -> bool {
        places.any(|i| self.says_any(i, words))
    }

    /// Whether the next clause opens with a total, for which a count before it only prepares.
    fn total_follows(&self) -> bool {
        let totals = [
            "总投资",
            "计划总投资",
            "计划投资",
            "年度计划投资",
            "涉及资金",
            "总金额",
            "签约金额",
            "协议投资",
            "合同金额",
        ];
        self.next.is_some_and(|next| self.says_any(next, &totals))
    }

    /// The text of the clause up to its end, seen from its paragraph's start.
    fn upto(&self) -> &[Glyph] {
        self.glyphs.get(..self.clause.end).unwrap_or_default()
    }
}

/// Reads one clause: its statements are added to `out`, and what the next clause needs is left in `carry`.
pub(crate) fn read_clause(
    reading: &Reading<'_>,
    room: &mut Room,
    carry: &mut Carry,
    out: &mut Vec<Statement>,
    left_out: &mut Vec<LeftOut>,
) {
    let Room { tokens, frames } = room;
    if reading.numbers {
        tokenize(reading, tokens, left_out);
        due::note(reading, tokens, carry);
    } else {
        tokens.clear();
    }
    set::note(reading, tokens, carry);
    if tokens.measured.is_empty() {
        return;
    }
    frame::frames(reading, tokens, carry, frames);
    let mut subjects = 0;
    let (set, set_rule) = set::set(reading, tokens, carry);
    let confidence = set::confidence(reading, tokens, carry, set, set_rule);
    let whole = reading.span(reading.clause.clone());
    for (frame, measured) in frames.list.drain(..).zip(&tokens.measured) {
        let Some(frame) = frame else { continue };
        let mut reasons = Reasons::default();
        reasons.note(Field::Set, set_rule);
        reasons.note(Field::Quantity, if measured.ratio { rule!("ratio-member") } else { rule!("number-with-unit") });
        reasons.note(Field::Bound, frame.bound.1);
        reasons.note(Field::Role, frame.role.1);
        reasons.note(Field::Action, frame.action_rule);
        reasons.note(Field::Subject, frame.subject_rule);
        let due = carry.due.filter(|_| set == Set::Commitment);
        if let Some((_, rule)) = due {
            reasons.note(Field::Due, rule);
        }
        let place = reading.span(measured.start..measured.after);
        let span = frame
            .action
            .0
            .iter()
            .chain(&frame.subject.0)
            .filter(|piece| whole.contains(**piece))
            .fold(place, |span, piece| Span { start: span.start.min(piece.start), end: span.end.max(piece.end) });
        if frame.role.0.name() != "attribute" {
            // The first replaces those of an earlier clause.
            if subjects == 0 {
                carry.subjects.clear();
            }
            subjects += 1;
            carry.subjects.push(frame.subject.clone());
            carry.subject = frame.subject.clone();
            carry.role = Some(frame.role.0);
        }
        out.push(Statement {
            set,
            confidence,
            span,
            clause: reading.index,
            quantity: Some(crate::types::Quantity {
                span: reading.span(measured.start..measured.end),
                value: measured.value,
                unit: measured.unit,
                bound: frame.bound.0,
                role: frame.role.0,
            }),
            action: frame.action,
            subject: frame.subject,
            due: due.map(|(due, _)| due),
            reasons,
        });
    }
    // A month holds for its own clause; said alone it holds for the one that follows.
    carry.due = carry.due.filter(|(_, rule)| *rule != rule!("due-month"));
}
