//! 分别: several subjects, several numbers, paired in order.

use std::ops::Range;

use smallvec::smallvec;

use super::frame::Frame;
use super::phrase::trim;
use super::role::is_indicator;
use super::{Carry, Reading, Token, TokenKind, Tokens};
use crate::lexicon::{INDICATOR, PREPOSITION};
use crate::rules::rule;
use crate::types::Phrase;

/// Pairs the subjects of every run of numbers that share their verb.
pub(super) fn pair(reading: &Reading<'_>, tokens: &Tokens, carry: &Carry, frames: &mut [Option<Frame>]) {
    let mut first = 0;
    let said = |token: &Token| reading.is_any(token.start, token.end, &["分别"]);
    while first < frames.len() {
        let run = frames
            .iter()
            .skip(first + 1)
            .take_while(|frame| frame.as_ref().is_some_and(|frame| frame.continues))
            .count();
        if run > 0 {
            if tokens.list.iter().any(said) {
                share_bound(frames.get_mut(first..=first + run).unwrap_or_default());
            }
            let subjects = subjects(reading, tokens, carry, frames.get(first).and_then(Option::as_ref), run + 1);
            for (frame, subject) in frames.iter_mut().skip(first).zip(subjects.unwrap_or_default()) {
                if let Some(frame) = frame {
                    frame.subject = subject;
                    frame.subject_rule = rule!("subject-paired");
                }
            }
        }
        first += run + 1;
    }
}

/// 分别增长8%、10%以上: the bound after the last is meant for all.
fn share_bound(run: &mut [Option<Frame>]) {
    let Some((Some(last), others)) = run.split_last_mut() else { return };
    let plain = |frame: &Option<Frame>| frame.as_ref().is_some_and(|frame| frame.bound.1 == rule!("bound-plain"));
    if last.bound.1 == rule!("bound-after") && others.iter().all(plain) {
        for frame in others.iter_mut().flatten() {
            frame.bound = (last.bound.0, rule!("bound-shared"));
        }
    }
}

fn subjects(
    reading: &Reading<'_>,
    tokens: &Tokens,
    carry: &Carry,
    frame: Option<&Frame>,
    count: usize,
) -> Option<Vec<Phrase>> {
    let frame = frame?;
    let Some(range) = frame.subject_range.clone() else {
        return (frame.subject_rule == rule!("subject-carried") && carry.subjects.len() == count)
            .then(|| carry.subjects.clone());
    };
    let range_end = trim(reading, range.clone()).end;
    let parts = parts(reading, tokens, range);
    if parts.len() != count {
        return None;
    }
    // 一、二、三产: what follows the first character of the last is meant for all.
    if let Some((last, others)) = parts.split_last()
        && others.iter().all(|part| part.len() == 1)
        && matches!(last.len(), 2 | 3)
        && !is_indicator(reading, last.start, last.end)
    {
        let tail = reading.span(last.start + 1..last.end);
        let short = others.iter().map(|part| Phrase(smallvec![reading.span(part.clone()), tail]));
        return Some(short.chain([Phrase(smallvec![reading.span(last.clone())])]).collect());
    }
    // From the end: an indicator is meant for the members before it up to the next that has its own.
    let mut tail: Option<Range<usize>> = None;
    let mut phrases = Vec::with_capacity(count);
    for part in parts.iter().rev() {
        let mut pieces = smallvec![reading.span(part.clone())];
        if is_indicator(reading, part.start, part.end) {
            tail = tokens
                .ending(part.end)
                .filter(|token| token.start > part.start)
                .map(|token| whole_indicator(tokens, token, part.start));
        } else if reading.c(part.end - 1) == '级' && tail.is_none() {
            // 国家级、省级园区: a grade alone names nothing.
            pieces = smallvec![reading.span(part.start..range_end)];
        } else if let Some(tail) = tail.clone() {
            pieces.push(reading.span(tail));
        }
        phrases.push(Phrase(pieces));
    }
    phrases.reverse();
    Some(phrases)
}

/// The members of a list.
fn parts(reading: &Reading<'_>, tokens: &Tokens, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    for token in tokens.within(range.start, range.end) {
        let joins = token.kind == TokenKind::Joint
            || (token.is(PREPOSITION) && matches!(reading.c(token.start), '与' | '同') && token.end == token.start + 1);
        if joins && !reading.glyphs.get(token.start).is_some_and(|glyph| glyph.quoted) {
            parts.push(trim(reading, start..token.start));
            start = token.end;
        }
    }
    // “保交楼”“保交房”: quotations in a row need no mark between them.
    let quoted = |i: &usize| reading.c(i - 1) == '”' && reading.c(*i) == '“';
    let quotations: Vec<usize> =
        if parts.is_empty() { (start + 1..range.end).filter(quoted).collect() } else { Vec::new() };
    for end in quotations {
        parts.push(trim(reading, start..end));
        start = end;
    }
    parts.push(trim(reading, start..range.end));
    parts.retain(|part| !part.is_empty());
    parts
}

/// 补助标准, 增加值增速: indicators that touch make one name.
fn whole_indicator(tokens: &Tokens, last: Token, from: usize) -> Range<usize> {
    let mut start = last.start;
    while let Some(before) = tokens.ending(start).filter(|before| before.is(INDICATOR) && before.start > from) {
        start = before.start;
    }
    start..last.end
}
