//! The grammar of a clause: tokens, then for every number its fields.

mod due;
mod frame;
mod phrase;
mod plain;
mod role;
mod series;
mod set;
mod token;

use std::ops::Range;

use crate::glyph::{Glyph, span_of};
use crate::numeral::may_begin;
use crate::types::{Due, Field, LeftOut, Phrase, Reason, Set, Span, Statement};

pub(crate) use plain::commitment;
pub(crate) use set::Circumstance;
pub(crate) use token::{Token, TokenKind, Tokens};

/// What a clause hands on to the next.
#[derive(Debug, Default)]
pub(crate) struct Carry {
    /// The subject of the last number.
    pub(crate) subject: Phrase,
    /// The subjects of the last clause that had any, in order.
    pub(crate) subjects: Vec<Phrase>,
    /// A deadline said earlier in the sentence.
    pub(crate) due: Option<(Due, &'static str)>,
    /// 去年 or the like was said earlier in the sentence.
    pub(crate) past: bool,
}

/// One clause to be read.
pub(crate) struct Reading<'a> {
    /// The paragraph.
    pub(crate) glyphs: &'a [Glyph],
    /// The clause in it.
    pub(crate) clause: Range<usize>,
    /// Whether the next clause opens with a total (总投资).
    pub(crate) total_follows: bool,
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
        self.glyphs.get(i).map_or('\0', |glyph| glyph.c)
    }

    /// The text of the clause up to its end, seen from its paragraph's start.
    fn upto(&self) -> &[Glyph] {
        self.glyphs.get(..self.clause.end).unwrap_or_default()
    }
}

fn reason(reasons: &mut Vec<Reason>, field: Field, rule: &'static str) {
    reasons.push(Reason { field, rule });
}

/// Reads one clause: its statements are added to `out`, and what the next clause needs is left in `carry`.
pub(crate) fn read_clause(
    reading: &Reading<'_>,
    tokens: &mut Tokens,
    carry: &mut Carry,
    out: &mut Vec<Statement>,
    left_out: &mut Vec<LeftOut>,
) {
    let numbers = reading.glyphs.get(reading.clause.clone()).unwrap_or_default().iter().any(|glyph| may_begin(glyph.c));
    if numbers {
        token::tokenize(reading, tokens, left_out);
        due::note(reading, tokens, carry);
    } else {
        tokens.clear();
    }
    set::note(reading, tokens, carry);
    if tokens.measured.is_empty() {
        return;
    }
    let frames = frame::frames(reading, tokens, carry);
    let mut subjects = Vec::new();
    for (frame, measured) in frames.into_iter().zip(&tokens.measured) {
        let Some(frame) = frame else { continue };
        let (set, set_rule) = set::set(reading, tokens, carry);
        let mut reasons = Vec::with_capacity(7);
        reason(&mut reasons, Field::Set, set_rule);
        reason(&mut reasons, Field::Quantity, if measured.ratio { "ratio-member" } else { "number-with-unit" });
        reason(&mut reasons, Field::Bound, frame.bound.1);
        reason(&mut reasons, Field::Role, frame.role.1);
        reason(&mut reasons, Field::Action, frame.action_rule);
        reason(&mut reasons, Field::Subject, frame.subject_rule);
        let due = carry.due.filter(|_| set == Set::Commitment);
        if let Some((_, rule)) = due {
            reason(&mut reasons, Field::Due, rule);
        }
        let whole = reading.span(reading.clause.clone());
        let place = reading.span(measured.start..measured.after);
        let span = frame.action.0.iter().chain(&frame.subject.0).filter(|piece| whole.contains(**piece)).fold(place, |span, piece| Span {
            start: span.start.min(piece.start),
            end: span.end.max(piece.end),
        });
        if frame.role.0.name() != "attribute" {
            subjects.push(frame.subject.clone());
            carry.subject = frame.subject.clone();
        }
        out.push(Statement {
            set,
            span,
            clause: reading.index,
            quantity: Some(crate::types::Quantity {
                span: reading.span(measured.start..measured.end),
                value: measured.value,
                unit: measured.unit.clone(),
                bound: frame.bound.0,
                role: frame.role.0,
            }),
            action: frame.action,
            subject: frame.subject,
            due: due.map(|(due, _)| due),
            reasons,
        });
    }
    if !subjects.is_empty() {
        carry.subjects = subjects;
    }
}
