//! Commitments without a number.

use super::phrase::phrase;
use super::{Carry, Reading};
use crate::glyph::Glyph;
use crate::lexicon::{ACT, ADVERB, CAUSES, DOWN, EFFECT, ENDS_NOUN, LIGHT, SLOGAN, UP, words};
use crate::types::{Confidence, Field, Phrase, Reasons, Set, Statement};

/// The shortest object of a commitment, in characters.
const SHORTEST_OBJECT: usize = 3;

/// Reads the clause as a commitment without a number, if its leading words make it one.
pub(crate) fn commitment(reading: &Reading<'_>, carry: &Carry, opens_sentence: bool) -> Option<Statement> {
    let glyphs = reading.upto();
    let table = words();
    let mut i = reading.clause.start;
    let mut verb = None;
    // At most a handful of adverbs lead a clause.
    for _ in 0..6 {
        let found = table.longest(glyphs.get(i..)?)?;
        if found.tags & SLOGAN != 0 && found.tags & ACT == 0 {
            return None;
        }
        if !opens_sentence && found.tags & EFFECT != 0 {
            return None;
        }
        if found.tags & (ACT | UP | DOWN) != 0 && found.tags & SLOGAN == 0
            || (found.tags & CAUSES != 0
                && found.tags & LIGHT != 0
                && i + found.len < glyphs.len()
                && found.tags & SLOGAN == 0)
        {
            verb = Some(i..i + found.len);
            break;
        }
        if found.tags & (ADVERB | LIGHT | ENDS_NOUN) == 0 {
            return None;
        }
        i += found.len;
    }
    let verb = verb?;
    let object = verb.end..reading.clause.end;
    if object.len() < SHORTEST_OBJECT || describes(reading, object.end) || describes_before(glyphs, verb.start) {
        return None;
    }
    if carry.past {
        return None;
    }
    let mut reasons = Reasons::default();
    reasons.note(Field::Set, "set-by-section");
    reasons.note(Field::Quantity, "no-number");
    reasons.note(Field::Action, "commitment-verb");
    reasons.note(Field::Subject, "subject-object");
    Some(Statement {
        set: Set::Commitment,
        confidence: if carry.due.is_some() { Confidence::High } else { Confidence::Medium },
        span: reading.span(verb.start..object.end),
        clause: reading.index,
        quantity: None,
        action: Phrase([reading.span(verb)].into()),
        subject: phrase(reading, object),
        due: carry.due.map(|(due, _)| due),
        reasons,
    })
}

/// 以…为主线, 意义重大: a description, whatever verb leads.
fn describes(reading: &Reading<'_>, end: usize) -> bool {
    let tail = end.checked_sub(2).map_or(('\0', '\0'), |i| (reading.c(i), reading.c(i + 1)));
    matches!(
        tail,
        ('的', _) | ('为', '主' | '要') | ('重', '大') | ('深', '远') | ('艰', '巨') | ('光', '荣') | ('繁', '重')
    ) || matches!(tail.1, '时' | '中' | '下' | '的')
}

fn describes_before(glyphs: &[Glyph], start: usize) -> bool {
    glyphs.get(start).is_some_and(|glyph| glyph.quoted)
}
