//! A paragraph's glyphs to sentences and clauses.

use std::ops::Range;

use crate::glyph::{Glyph, Mark};
use crate::numeral::may_begin;

/// A clause in glyph positions, with the sentence it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) sentence: Range<usize>,
    pub(crate) clause: Range<usize>,
    /// A number may stand in it.
    pub(crate) numbers: bool,
}

/// Whether a number may begin with the first of these glyphs. 一 alone counts nothing (一批, 一体) except before some.
fn begins_number(glyphs: &[Glyph]) -> bool {
    let c = |i: usize| glyphs.get(i).map_or('\0', |glyph| glyph.c);
    may_begin(c(0)) && (c(0) != '一' || may_begin(c(1)) || matches!(c(1), '番' | '成' | '倍'))
}

/// Whether a number may stand in a clause.
pub(crate) fn may_hold_number(clause: &[Glyph]) -> bool {
    (0..clause.len()).any(|i| clause.get(i..).is_some_and(begins_number))
}

/// Clauses in order; empty ones are left out.
pub(crate) fn clauses(glyphs: &[Glyph], marks: &[Mark], out: &mut Vec<Run>) {
    out.clear();
    let mut sentence = 0;
    let mut clause = 0;
    let mut first = 0;
    for mark in marks {
        if mark.at > clause {
            let numbers = mark.numeral || mark.one && glyphs.get(clause..mark.at).is_some_and(may_hold_number);
            out.push(Run { sentence: sentence..mark.at, clause: clause..mark.at, numbers });
        }
        clause = mark.at + 1;
        if mark.stops {
            settle(out, first, sentence..mark.at);
            first = out.len();
            sentence = mark.at + 1;
        }
    }
}

/// Gives the clauses of one sentence the whole of it.
fn settle(out: &mut [Run], first: usize, sentence: Range<usize>) {
    for run in out.iter_mut().skip(first) {
        run.sentence = sentence.clone();
    }
}

/// Where the words of a clause begin after an enumerator (1. 2、 （3） ④ 一是).
pub(crate) fn after_enumerator(glyphs: &[Glyph], start: usize) -> usize {
    let c = |i: usize| glyphs.get(i).map_or('\0', |glyph| glyph.c);
    if matches!(c(start), '①'..='⑳') {
        return start + 1;
    }
    let chinese = |c: char| matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
    let counted = (start..start + 2).take_while(|i| chinese(c(*i))).count();
    if counted > 0 && c(start + counted) == '是' {
        return start + counted + 1;
    }
    let open = start + usize::from(c(start) == '（');
    let mut i = open;
    while c(i).is_ascii_digit() && i < open + 3 {
        i += 1;
    }
    let closed =
        if open > start { c(i) == '）' } else { matches!(c(i), '.' | '、' | '）') && !c(i + 1).is_ascii_digit() };
    if i > open && closed { i + 1 } else { start }
}
