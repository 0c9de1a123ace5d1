//! A number as written stands for an interval: 143.6 亿 is anything from 143.55 to 143.65 亿.

use rust_decimal::Decimal;

/// From, to; both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) low: Decimal,
    pub(crate) high: Decimal,
}

/// The size of the last digit written, in the unit of `value`: 0.1 亿 for 143.6 亿. Zero when no digits are written.
pub(crate) fn step(words: &str, value: Decimal) -> Decimal {
    let mut digits = String::new();
    for c in words.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.extend(char::from_u32(u32::from(c) - 0xfee0)),
            '.' | '．' if !digits.is_empty() && !digits.contains('.') => digits.push('.'),
            ',' | '，' | ' ' | '\u{a0}' => {}
            _ if digits.is_empty() => {}
            _ => break,
        }
    }
    let Ok(written) = Decimal::from_str_exact(digits.trim_end_matches('.')) else { return Decimal::ZERO };
    let Some(factor) = value.checked_div(written) else { return Decimal::ZERO };
    let last = Decimal::new(1, written.scale());
    factor.abs().checked_mul(last).map_or(Decimal::ZERO, |step| step.normalize())
}

/// The interval a written number stands for.
pub(crate) fn interval(value: Decimal, step: Decimal) -> Interval {
    let half = step.checked_div(Decimal::TWO).unwrap_or_default();
    Interval { low: value.checked_sub(half).unwrap_or(value), high: value.checked_add(half).unwrap_or(value) }
}

/// The level a year before, from a level and its growth in percent. `None` when nothing sensible follows (a fall of all).
pub(crate) fn before(level: Interval, growth: Interval) -> Option<Interval> {
    let factor = |percent: Decimal| {
        let factor = percent.checked_div(Decimal::ONE_HUNDRED)?.checked_add(Decimal::ONE)?;
        (factor > Decimal::ZERO).then_some(factor)
    };
    let low = level.low.checked_div(factor(growth.high)?)?;
    let high = level.high.checked_div(factor(growth.low)?)?;
    (low <= high).then_some(Interval { low, high })
}

impl Interval {
    /// Whether the two share a value.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn last_digits() {
        let check = |words: &str, value: &str, expected: &str| {
            assert_eq!(step(words, number(value)), number(expected), "{words}");
        };
        check("143.6亿元", "14360000000", "10000000");
        check("12.2%", "12.2", "0.1");
        check("670 亿元", "67000000000", "100000000");
        check("5,150人", "5150", "1");
        check("十件", "10", "0");
        check("", "1", "0");
    }

    #[test]
    fn the_year_before() {
        let level = interval(number("143.6"), number("0.1"));
        let growth = interval(number("12.2"), number("0.1"));
        let got = before(level, growth).unwrap();
        assert_eq!((got.low.round_dp(1), got.high.round_dp(1)), (number("127.9"), number("128.1")));
        assert!(got.meets(interval(number("128"), number("1"))));
        assert!(!got.meets(interval(number("130"), number("1"))));
        assert_eq!(before(level, interval(number("-100"), number("1"))), None);
        assert_eq!(before(level, interval(number("-200"), number("1"))), None);
    }
}
