//! 分别: several subjects, several numbers, paired in order.

use std::ops::Range;

use super::frame::Frame;
use super::phrase::trim;
use super::role::is_indicator;
use super::{Carry, Reading, TokenKind, Tokens};
use crate::lexicon::{INDICATOR, PREPOSITION};
use crate::types::Phrase;

/// Pairs the subjects of every run of numbers that share their verb.
pub(super) fn pair(reading: &Reading<'_>, tokens: &Tokens, carry: &Carry, frames: &mut [Option<Frame>]) {
    let mut first = 0;
    while first < frames.len() {
        let run = frames
            .iter()
            .skip(first + 1)
            .take_while(|frame| frame.as_ref().is_some_and(|frame| frame.continues))
            .count();
        if run > 0 {
            let subjects = subjects(reading, tokens, carry, frames.get(first).and_then(Option::as_ref), run + 1);
            for (frame, subject) in frames.iter_mut().skip(first).zip(subjects.unwrap_or_default()) {
                if let Some(frame) = frame {
                    frame.subject = subject;
                    frame.subject_rule = "subject-paired";
                }
            }
        }
        first += run + 1;
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
        return (frame.subject_rule == "subject-carried" && carry.subjects.len() == count)
            .then(|| carry.subjects.clone());
    };
    let parts = parts(reading, tokens, range);
    if parts.len() != count {
        return None;
    }
    let last = parts.last()?.clone();
    let tail = shared_tail(reading, tokens, &parts);
    Some(
        parts
            .iter()
            .map(|part| {
                let mut pieces = vec![reading.span(part.clone())];
                if let Some(tail) = tail.clone().filter(|_| *part != last) {
                    pieces.push(reading.span(tail));
                }
                Phrase(pieces)
            })
            .collect(),
    )
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
    parts.push(trim(reading, start..range.end));
    parts.retain(|part| !part.is_empty());
    parts
}

/// The indicator that ends the last member and is meant for all: 肉、蛋、奶产量.
fn shared_tail(reading: &Reading<'_>, tokens: &Tokens, parts: &[Range<usize>]) -> Option<Range<usize>> {
    let (last, others) = parts.split_last()?;
    let tail = tokens.ending(last.end).filter(|token| token.is(INDICATOR) && token.start > last.start)?;
    let alone = others.iter().any(|part| is_indicator(reading, part.start, part.end));
    (!alone).then_some(tail.start..tail.end)
}
