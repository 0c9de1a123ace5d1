//! A paragraph's glyphs to sentences and clauses.

use std::ops::Range;

use crate::glyph::Glyph;

/// A clause in glyph positions, with the sentence it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) sentence: Range<usize>,
    pub(crate) clause: Range<usize>,
}

fn ends_clause(c: char) -> bool {
    matches!(c, '，' | '：' | '|') || ends_sentence(c)
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；')
}

/// Clauses in order; empty ones are left out.
pub(crate) fn clauses(glyphs: &[Glyph], out: &mut Vec<Run>) {
    out.clear();
    let mut sentence = 0;
    let mut clause = 0;
    let mut first = 0;
    for (i, glyph) in glyphs.iter().enumerate() {
        if !ends_clause(glyph.c) {
            continue;
        }
        if i > clause {
            out.push(Run { sentence: sentence..i, clause: clause..i });
        }
        clause = i + 1;
        if ends_sentence(glyph.c) {
            settle(out, first, sentence..i);
            first = out.len();
            sentence = i + 1;
        }
    }
    if glyphs.len() > clause {
        out.push(Run { sentence: sentence..glyphs.len(), clause: clause..glyphs.len() });
    }
    settle(out, first, sentence..glyphs.len());
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
