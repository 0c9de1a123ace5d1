//! Numbers as people write and read them: 1,700 万人次.

use rust_decimal::Decimal;
use std::fmt;

/// Units that begin with a magnitude character and are nevertheless whole words.
const WHOLE: [&str; 6] = ["千瓦", "千伏", "千米", "千克", "千卡", "千赫"];

/// Splits a unit as typed (`万人次`) into its factor and base unit (10 000, `人次`).
/// Whole-word units such as 千瓦 keep their first character; 万千瓦 is ten thousand 千瓦.
#[must_use]
pub fn base_unit(unit: &str) -> (Decimal, String) {
    let mut rest: &str = unit.trim();
    let mut factor = Decimal::ONE;
    loop {
        if WHOLE.iter().any(|word| rest.starts_with(word)) {
            break;
        }
        let step = match rest.chars().next() {
            Some('十') => 10,
            Some('百') => 100,
            Some('千') => 1_000,
            Some('万') => 10_000,
            Some('亿') => 100_000_000,
            _ => break,
        };
        let Some(product) = factor.checked_mul(Decimal::from(step)) else { break };
        factor = product;
        rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    (factor, rest.split_whitespace().collect())
}

/// Reads a number as typed into a form: thousands separators, full-width digits and spaces are accepted.
/// `None` when it is not a number, or larger than 10¹⁸ in size, or finer than six decimals.
#[must_use]
pub fn parse_value(text: &str) -> Option<Decimal> {
    let plain: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | ' ' | '\u{3000}' | '\u{a0}'))
        .map(|c| match c {
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
            '．' => '.',
            '－' | '−' => '-',
            other => other,
        })
        .collect();
    if plain.is_empty() || plain.len() > 32 {
        return None;
    }
    let value = Decimal::from_str_exact(&plain).ok()?;
    (value.abs() <= Decimal::from(1_000_000_000_000_000_000_i64) && value.normalize().scale() <= 6)
        .then(|| value.normalize())
}

/// A value with its unit, written for reading: magnitudes as 万 and 亿 in Chinese, thousands separated.
pub struct Figure<'a> {
    /// The value in `unit`.
    pub value: Decimal,
    /// Its base unit.
    pub unit: &'a str,
    /// English writes the number out instead of using 万 and 亿.
    pub english: bool,
}

/// Rounds a computed value (a path's point, a share) to what a reader takes in: four significant digits, never
/// fewer than its whole part for small counts.
#[must_use]
pub fn readable(value: Decimal) -> Decimal {
    let mut size = value.abs();
    let mut digits = 0_u32;
    while size >= Decimal::TEN {
        size = size.checked_div(Decimal::TEN).unwrap_or_default();
        digits += 1;
    }
    if digits >= 4 {
        // Round away the low digits: 14 166 667 becomes 14 170 000.
        let unit = Decimal::from(10_i64.checked_pow(digits - 3).unwrap_or(1));
        return value.checked_div(unit).and_then(|v| v.round().checked_mul(unit)).unwrap_or(value);
    }
    value.round_dp(if digits >= 2 { 0 } else { 1 })
}

impl fmt::Display for Figure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scaled, magnitude) =
            if self.english || self.unit.starts_with(['千', '%']) { (self.value, "") } else { scale(self.value) };
        let mut rounded = scaled.round_dp(if scaled.abs() < Decimal::ONE { 4 } else { 2 });
        rounded.normalize_assign();
        let number = grouped(rounded);
        match (self.unit, magnitude) {
            ("%" | "‰" | "", _) => write!(f, "{number}{magnitude}{}", self.unit),
            _ => write!(f, "{number} {magnitude}{}", self.unit),
        }
    }
}

/// 万 from ten thousand on, 亿 from a hundred million on, where at most two decimals remain.
fn scale(value: Decimal) -> (Decimal, &'static str) {
    for (factor, name) in [(100_000_000_i64, "亿"), (10_000, "万")] {
        if value.abs() >= Decimal::from(factor)
            && let Some(scaled) = value.checked_div(Decimal::from(factor))
            && scaled.normalize().scale() <= 2
        {
            return (scaled, name);
        }
    }
    (value, "")
}

fn grouped(value: Decimal) -> String {
    let text = value.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, fr)| (w, Some(fr)));
    let mut out = String::from(sign);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, unit: &str, zh: &str, en: &str) {
        let value = Decimal::from_str_exact(value).unwrap();
        assert_eq!(Figure { value, unit, english: false }.to_string(), zh);
        assert_eq!(Figure { value, unit, english: true }.to_string(), en);
    }

    #[test]
    fn figures_read_as_people_write_them() {
        check("17000000", "人次", "1,700 万人次", "17,000,000 人次");
        check("12000000000", "元", "120 亿元", "12,000,000,000 元");
        check("7750000000", "元", "77.5 亿元", "7,750,000,000 元");
        check("8", "个", "8 个", "8 个");
        check("8.5", "%", "8.5%", "8.5%");
        check("5150", "人", "5,150 人", "5,150 人");
        check("0.0512", "", "0.0512", "0.0512");
        check("-2.5", "%", "-2.5%", "-2.5%");
        check("300000", "千瓦", "300,000 千瓦", "300,000 千瓦");
    }

    #[test]
    fn units_lose_their_magnitude() {
        let check = |unit: &str, factor: i64, base: &str| {
            assert_eq!(base_unit(unit), (Decimal::from(factor), base.to_owned()), "{unit}");
        };
        check("万人次", 10_000, "人次");
        check("亿元", 100_000_000, "元");
        check("千瓦", 1, "千瓦");
        check("万千瓦", 10_000, "千瓦");
        check("百万元", 1_000_000, "元");
        check("个", 1, "个");
        check("", 1, "");
    }

    #[test]
    fn typed_numbers() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(parse_value(text), expected.map(|e| Decimal::from_str_exact(e).unwrap()), "{text}");
        };
        check("1,020", Some("1020"));
        check("１２．５", Some("12.5"));
        check(" 3 ", Some("3"));
        check("-1", Some("-1"));
        check("", None);
        check("1e308", None);
        check("NaN", None);
        check("abc", None);
        check("1.1234567", None);
        check("9999999999999999999999", None);
    }
}
