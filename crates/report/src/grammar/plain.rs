//! Commitments without a number.

use super::phrase::phrase;
use super::{Carry, Reading};
use crate::glyph::Glyph;
use crate::rules::rule;
use std::ops::Range;

use crate::lexicon::{ACT, ADVERB, CAUSES, DOWN, EFFECT, ENDS_NOUN, LIGHT, NOMINAL, PLACE, SLOGAN, UP, words};
use crate::types::{Confidence, Field, Phrase, Reasons, SectionKind, Set, Statement};

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
        let Some(found) = table.longest(glyphs.get(i..)?) else { break };
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
            break;
        }
        i += found.len;
    }
    let leads = verb.is_some();
    let verb = verb.or_else(|| inside(reading))?;
    let mut object = verb.end..reading.clause.end;
    // 中小学挂牌招生: who acts stands before a verb that closes.
    if !leads && object.len() < SHORTEST_OBJECT {
        object = reading.clause.start..verb.start;
    }
    if object.len() < SHORTEST_OBJECT || describes(reading, reading.clause.end) || describes_before(glyphs, verb.start)
    {
        return None;
    }
    if carry.past {
        return None;
    }
    let mut reasons = Reasons::default();
    reasons.note(Field::Set, rule!("set-by-section"));
    reasons.note(Field::Quantity, rule!("no-number"));
    reasons.note(Field::Action, rule!("commitment-verb"));
    reasons.note(Field::Subject, rule!("subject-object"));
    Some(Statement {
        set: Set::Commitment,
        confidence: if carry.due.is_some() { Confidence::High } else { Confidence::Medium },
        span: reading.span(if leads { verb.start } else { reading.clause.start }..reading.clause.end),
        clause: reading.index,
        quantity: None,
        action: Phrase([reading.span(verb)].into()),
        subject: phrase(reading, object),
        due: carry.due.map(|(due, _)| due),
        reasons,
    })
}

/// How far into a clause a verb that does not lead it is looked for.
const FARTHEST: usize = 40;

/// 在各医院开展结算, 对儿童免费涂氟: the verb after the place or the people; in a list of promises also after whoever
/// acts (出租车开通服务).
fn inside(reading: &Reading<'_>) -> Option<Range<usize>> {
    let start = reading.clause.start;
    let led =
        matches!(reading.c(start), '在' | '对' | '向' | '给') && !matches!(reading.c(start + 1), '标' | '照' | '于');
    let listed = reading.circumstance.kind == SectionKind::PromisedList;
    if !led && !listed {
        return None;
    }
    // In running text what is only an effect promises nothing; a list of promises names it as one.
    let talk = if listed { SLOGAN } else { SLOGAN | EFFECT };
    let glyphs = reading.upto();
    let mut i = start + 1;
    let mut eager = false;
    while i < reading.clause.end.min(start + FARTHEST) {
        let found = words().longest(glyphs.get(i..)?);
        let length = found.map_or(1, |found| found.len);
        let quoted = glyphs.get(i).is_some_and(|glyph| glyph.quoted);
        if let Some(found) = found.filter(|_| !quoted) {
            // 在发展上取得突破: no place, a field of talk.
            let field = matches!(reading.c(i - 1), '上' | '中' | '下' | '时' | '后' | '的');
            let acts = found.tags & ACT != 0
                && (found.tags & NOMINAL == 0 || eager)
                && (listed || found.tags & EFFECT == 0)
                && i > start + 2;
            if acts {
                return (!field).then_some(i..i + length);
            }
            if found.tags & talk != 0 && found.tags & (ADVERB | ACT) == 0 {
                return None;
            }
            eager = found.tags & (ADVERB | LIGHT) != 0 && found.tags & PLACE == 0;
        } else {
            eager = false;
        }
        i += length;
    }
    None
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
