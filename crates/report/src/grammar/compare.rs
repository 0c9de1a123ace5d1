//! Numbers that stand against others: 从A到B, 比上年, 高于.

use std::ops::Range;

use super::frame::Frame;
use super::phrase::{phrase, trim};
use super::side::Left;
use super::{Reading, Token, TokenKind, Tokens};
use crate::lexicon::{DOWN, FROM, LEVEL, TO, UP};
use crate::quantity::Measured;
use crate::rules::rule;
use crate::types::{Direction, Role};

/// Whether nothing but a list mark stands before number `index`.
pub(super) fn touches_joint(reading: &Reading<'_>, tokens: &Tokens, index: usize) -> bool {
    let Some(measured) = tokens.measured.get(index) else { return false };
    let joint = measured
        .start
        .checked_sub(1)
        .and_then(|_| tokens.ending(measured.start))
        .filter(|token| token.kind == TokenKind::Joint || reading.c(token.start) == '与');
    let previous = index.checked_sub(1).and_then(|i| tokens.measured.get(i));
    joint.zip(previous).is_some_and(|(joint, previous)| joint.start == previous.after)
}

/// 较上年, 比2020年: the comparison does not belong to the subject.
pub(super) fn before_comparison(reading: &Reading<'_>, range: Range<usize>) -> Range<usize> {
    let cut = range.clone().find(|i| {
        let next = reading.c(i + 1);
        matches!(reading.c(*i), '较' | '比')
            && (next.is_ascii_digit() || matches!(next, '上' | '去' | '年' | '前' | '同' | '全' | '“') || (next == '“'))
            && (*i + 1 < range.end)
    });
    match cut {
        // 较“十三五”末优良率上升: what is compared stands after it.
        Some(cut) if cut == range.start => {
            let after = (cut + 2..range.end.min(cut + 12)).find(|i| matches!(reading.c(*i), '末' | '年' | '期' | '底'));
            after.map_or(cut..cut, |after| after + 1..range.end)
        }
        Some(cut) => range.start..cut,
        None => range,
    }
}

/// The verb that sets the words in `start..end` against others, and which way: 高于, 超全省水平.
pub(super) fn compares(reading: &Reading<'_>, start: usize, end: usize) -> Option<(Range<usize>, Direction)> {
    (start..end).rev().find_map(|i| match (reading.c(i), reading.c(i + 1)) {
        ('高', '于' | '出') | ('快', '于') | ('提', '高' | '升') | ('超', '过' | '出') => {
            Some((i..i + 2, Direction::Up))
        }
        ('超', '全' | '省' | '国' | '平') => Some((i..i + 1, Direction::Up)),
        ('低' | '慢', '于') | ('下', '降') => Some((i..i + 2, Direction::Down)),
        _ => None,
    })
}

/// The number that opens a from-to statement with number `index`, and the verb between.
pub(super) fn from_to<'t>(
    reading: &Reading<'_>,
    tokens: &'t Tokens,
    index: usize,
    near: Option<Token>,
) -> Option<(&'t Measured, Option<Token>)> {
    from_word(reading, tokens, index)?;
    let first = tokens.measured.get(index.checked_sub(1)?)?;
    let second = tokens.measured.get(index)?;
    let reach = second.start.checked_sub(first.after)?;
    let plain = matches!(reading.c(first.after), '到' | '至') && first.kind == second.kind;
    let verb = near.filter(|near| near.is(TO | UP | DOWN | LEVEL) && near.start >= first.after);
    (reach <= 10 && (verb.is_some() || plain)).then_some((first, verb))
}

/// A:B:C … D:E:F: the members of the second ratio stand at a level, those of the first are where they came from.
pub(super) fn ratios(reading: &Reading<'_>, tokens: &Tokens, frames: &mut [Option<Frame>]) {
    let run = |first: usize| {
        let rest = tokens.measured.get(first..).unwrap_or_default();
        let joined = rest
            .windows(2)
            .take_while(|pair| matches!(pair, [one, next] if one.ratio && next.ratio && one.end + 1 == next.start));
        joined.count() + 1
    };
    let mut first = 0;
    while first < tokens.measured.len() {
        let length = run(first);
        let second = first + length;
        let ends = tokens.measured.get(second - 1).filter(|last| last.ratio && length > 2);
        if let Some((last, next)) = ends.zip(tokens.measured.get(second)).filter(|(_, next)| next.ratio)
            && run(second) == length
            && next.start <= last.after + 10
            && (tokens.within(last.after, next.start).iter().any(|token| token.is(TO))
                || matches!(reading.c(last.after), '到' | '至'))
        {
            for offset in 0..length {
                let from = tokens.measured.get(first + offset).map(|measured| measured.value);
                let before = frames.get_mut(first + offset).and_then(Option::take);
                if let Some(frame) = frames.get_mut(second + offset).and_then(Option::as_mut) {
                    frame.role = (Role::Level { from }, rule!("role-from-to"));
                    if let Some(before) = before.filter(|before| !before.subject.0.is_empty()) {
                        let range = before.subject_range;
                        let range = range.map(|range| match range.end.checked_sub(1) {
                            Some(last) if matches!(reading.c(last), '由' | '从') => trim(reading, range.start..last),
                            _ => range,
                        });
                        frame.subject = range.clone().map_or(before.subject, |range| phrase(reading, range));
                        frame.subject_rule = before.subject_rule;
                        frame.subject_range = range;
                    }
                }
            }
        }
        first = second;
    }
}

/// Where 从 or 由 stands before the number before `index`.
pub(super) fn from_word(reading: &Reading<'_>, tokens: &Tokens, index: usize) -> Option<usize> {
    let first = tokens.measured.get(index.checked_sub(1)?)?;
    let earlier = index.checked_sub(2).and_then(|i| tokens.measured.get(i)).map_or(0, |earlier| earlier.after);
    let nearest = first.start.saturating_sub(10).max(reading.clause.start).max(earlier);
    tokens.within(nearest, first.start).iter().rev().find(|token| token.is(FROM)).map(|token| token.start)
}

/// 高于 or the like before points, or before the one compared with.
pub(super) fn set_against(reading: &Reading<'_>, left: &Left, measured: &Measured) -> Option<(Token, Direction)> {
    let against = left.standing?;
    let points = matches!(measured.unit, "个百分点" | "个点" | "‰" | "个千分点");
    let between = against.end..measured.start;
    let other = reading.says_any(
        between.start,
        &["全省", "全国", "全区", "全市", "全疆", "全州", "平均", "全县", "上年", "去年", "同期"],
    );
    if left.near.is_some_and(|near| near.is(UP | DOWN | TO)) || !(points || other) {
        return None;
    }
    if reading.is_any(against.start, against.end, &["高于", "高出", "超", "超过", "超出", "多于", "大于"])
    {
        return Some((against, Direction::Up));
    }
    reading.is_any(against.start, against.end, &["低于", "少于", "小于"]).then_some((against, Direction::Down))
}
