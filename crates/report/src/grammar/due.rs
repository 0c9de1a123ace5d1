//! Explicit deadlines.

use super::{Carry, Reading, TokenKind, Tokens};
use crate::glyph::holds_any;
use crate::lexicon::UnitKind;
use crate::rules::rule;
use crate::types::Due;

/// Notes a deadline the clause says; it holds to the end of the sentence.
pub(super) fn note(reading: &Reading<'_>, tokens: &Tokens, carry: &mut Carry) {
    for token in &tokens.list {
        match token.kind {
            TokenKind::Year(year) => {
                let later = reading.circumstance.year.is_some_and(|now| year > now);
                if later && !span_of_years(reading, token.end) {
                    carry.due = Some((Due::Year(year), rule!("due-year")));
                }
            }
            TokenKind::Month(month) => {
                let before = matches!(reading.c(token.end), '前' | '底' | '末');
                if let Some(year) = reading.circumstance.year.filter(|_| before) {
                    let said = tokens.ending(token.start).and_then(|token| match token.kind {
                        TokenKind::Year(year) => Some(year),
                        _ => None,
                    });
                    carry.due = Some((Due::Month(said.unwrap_or(year), month), rule!("due-month")));
                }
            }
            TokenKind::Years(years) if within(reading, token.start, token.end) => {
                carry.due = Some((Due::Years(years), rule!("due-years")));
            }
            TokenKind::Quantity(index) => {
                let years = tokens
                    .measured
                    .get(index)
                    .filter(|measured| measured.kind == UnitKind::Time && measured.unit == "年");
                let years = years.and_then(|measured| u16::try_from(measured.value).ok());
                if let Some(years) = years.filter(|_| within(reading, token.start, token.end)) {
                    carry.due = Some((Due::Years(years), rule!("due-years")));
                }
            }
            _ => {}
        }
    }
    if tokens.ten
        && let Some(year) = plan_end(reading)
    {
        carry.due = Some((Due::Year(year), rule!("due-plan")));
    }
}

/// 2025—2027年 names a period, not a deadline.
fn span_of_years(reading: &Reading<'_>, end: usize) -> bool {
    matches!(reading.c(end), '—' | '-' | '至') && reading.c(end + 1).is_ascii_digit()
}

/// Whether a span of years is a time to deliver in: 用三年时间, 三年内, 未来五年, or the first words of the clause.
fn within(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    let before = |back: usize| {
        start.checked_sub(back).filter(|place| *place >= reading.clause.start).map_or('\0', |place| reading.c(place))
    };
    let led = matches!(before(1), '用' | '争')
        || matches!((before(2), before(1)), ('未', '来') | ('今', '后') | ('利', '用'));
    let inside = reading.c(end) == '内'
        || (reading.c(end) == '时' && reading.c(end + 1) == '间')
        || (reading.c(end) == '左' && led);
    let opens = start == reading.clause.start;
    let names = ["行动", "计划", "规划", "攻坚", "方案", "任务", "工程", "过渡", "来", "前", "级", "制", "期"];
    let rest = reading.glyphs.get(end..(end + 8).min(reading.clause.end)).unwrap_or_default();
    let named = || holds_any(rest, &names);
    !matches!(before(1), '过') && (inside || ((led || opens) && !rest.is_empty() && !named()))
}

/// “十五五”末 and the like: the end of a five-year plan that lies ahead.
fn plan_end(reading: &Reading<'_>) -> Option<i16> {
    let glyphs = reading.glyphs.get(reading.clause.clone())?;
    for (i, _) in glyphs.iter().enumerate().filter(|(_, glyph)| glyph.c == '十') {
        let Some([_, count, five]) = glyphs.get(i..i + 3) else { continue };
        if five.c != '五' {
            continue;
        }
        let plan = match count.c {
            '四' => 2025,
            '五' => 2030,
            '六' => 2035,
            _ => continue,
        };
        let after: String = glyphs
            .iter()
            .skip_while(|glyph| glyph.at <= five.at)
            .take(3)
            .map(|glyph| glyph.c)
            .filter(|c| *c != '”')
            .collect();
        let ends = after.starts_with('末') || after.starts_with("期末") || after.starts_with("期间");
        return reading.circumstance.year.filter(|now| plan > *now && ends).map(|_| plan);
    }
    None
}
