//! Numbers and names as they stand in a finding's sentence.

use super::fact::Fact;
use super::rounding::Interval;
use crate::Two;
use crate::figure::Figure;
use rust_decimal::{Decimal, RoundingStrategy};
use tingzhou_report::{Bound, Direction};

/// Longest name in a sentence, in characters.
const LONGEST: usize = 30;

/// A value with its unit.
pub(crate) fn value(value: Decimal, unit: &str) -> Two {
    Two::new(Figure { value, unit, english: false }.to_string(), Figure { value, unit, english: true }.to_string())
}

/// The number of a fact with its direction and bound: 增长 5% 以上, 3 万头以上.
pub(crate) fn number(fact: &Fact<'_>) -> Two {
    let plain = value(fact.quantity.value, &fact.quantity.unit);
    let ratio = fact.unit == "%";
    let (zh_way, en_way) = match fact.direction() {
        Some(Direction::Up) if ratio => ("增长 ", "up "),
        Some(Direction::Down) if ratio => ("下降 ", "down "),
        Some(Direction::Up) => ("增加 ", "up "),
        Some(Direction::Down) => ("减少 ", "down "),
        None => ("", ""),
    };
    let (zh_before, zh_after, en_before) = match fact.quantity.bound {
        Bound::Equal => ("", "", ""),
        Bound::AtLeast => ("", " 以上", "at least "),
        Bound::AtMost => ("", " 以内", "at most "),
        Bound::Above => ("超过 ", "", "more than "),
        Bound::Below => ("不到 ", "", "less than "),
        Bound::About => ("", " 左右", "about "),
    };
    Two::new(format!("{zh_way}{zh_before}{}{zh_after}", plain.zh), format!("{en_way}{en_before}{}", plain.en))
}

/// What a fact speaks of, in quotation marks: the verb too where it says what is done.
pub(crate) fn name(fact: &Fact<'_>) -> String {
    let subject = &fact.statement.subject;
    let verb = if fact.is_amount() { fact.statement.action.as_str() } else { "" };
    let all = format!("{verb}{subject}");
    if all.chars().count() <= LONGEST {
        return format!("“{all}”");
    }
    // What is counted stands last.
    let from = all.char_indices().rev().nth(LONGEST - 2).map_or(0, |(at, _)| at);
    format!("“…{}”", all.get(from..).unwrap_or_default())
}

/// A rounded share, one decimal.
pub(crate) fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let share = part.checked_div(whole)?.checked_mul(Decimal::ONE_HUNDRED)?;
    Some(share.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero).normalize())
}

/// An interval in words, to the digit of the number it came from: 127.9 亿至 128.1 亿元.
pub(crate) fn between(interval: Interval, step: Decimal, unit: &str) -> Two {
    // A coarse number (20 亿) gets one digit more.
    let coarse = step.checked_mul(Decimal::from(50)).is_some_and(|fifty| fifty > interval.high.abs());
    let step = if coarse { step.checked_div(Decimal::TEN).unwrap_or(step) } else { step };
    let round = |value: Decimal| {
        let steps = value.checked_div(step).map(|steps| steps.round());
        steps.and_then(|steps| steps.checked_mul(step)).unwrap_or_else(|| value.round_dp(2))
    };
    let (low, high) = (round(interval.low), round(interval.high));
    let (one, two) = (value(low, unit), value(high, unit));
    if low == high {
        return one;
    }
    Two::new(format!("{} 至 {}", one.zh, two.zh), format!("{} to {}", one.en, two.en))
}
