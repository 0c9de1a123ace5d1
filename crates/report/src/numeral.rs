//! Numbers: Arabic and Chinese digits, separators, and 十百千万亿 multiplied out.

use rust_decimal::Decimal;

use crate::glyph::{Glyph, at};

/// A number read from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// One past its last glyph.
    pub(crate) end: usize,
    /// Exact value; `None` when the run of digits says no number (十四五) or is too long.
    pub(crate) value: Option<Decimal>,
    /// Written with Chinese digits.
    pub(crate) chinese: bool,
    /// A multiplier alone (千场, 亿元).
    pub(crate) bare: bool,
    /// 余 or 多 stood in it.
    pub(crate) more: bool,
    /// What its last multiplier multiplies by, 1 when it has none.
    pub(crate) scale: i64,
}

/// The value of a Chinese digit.
fn digit(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// What a multiplier multiplies by.
fn multiplier(c: char) -> Option<i64> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// The characters numbers begin with.
pub(crate) const BEGINNINGS: [char; 27] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '〇', '零', '一', '二', '两', '三', '四', '五', '六', '七', '八',
    '九', '十', '百', '千', '万', '亿',
];

/// A set of characters below the end of the common ideographs, one bit for each: for what is asked of every character.
pub(crate) struct Characters([u64; 0xa000 / 64]);

impl Characters {
    /// The empty set.
    pub(crate) const NONE: Self = Self([0; 0xa000 / 64]);

    /// The set with these characters too.
    pub(crate) const fn with(mut self, characters: &[char]) -> Self {
        let mut i = 0;
        while i < characters.len() {
            let c = characters[i] as usize;
            self.0[c / 64] |= 1 << (c % 64);
            i += 1;
        }
        self
    }

    /// Whether it holds the character.
    #[inline]
    pub(crate) fn has(&self, c: char) -> bool {
        let c = c as usize;
        self.0.get(c / 64).is_some_and(|bits| bits >> (c % 64) & 1 == 1)
    }
}

/// Whether a number can begin with this character.
#[inline]
pub(crate) fn may_begin(c: char) -> bool {
    static BEGINS: Characters = Characters::NONE.with(&BEGINNINGS);
    BEGINS.has(c)
}

/// Whether the character is an Arabic digit of either width.
pub(crate) fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

/// Whether the 千 or 兆 at `i` begins a unit (千瓦, 千伏, 千米).
fn begins_unit(glyphs: &[Glyph], i: usize) -> bool {
    at(glyphs, i) == '千'
        && matches!(at(glyphs, i + 1), '瓦' | '伏' | '米' | '克' | '卡' | '兆' | '帕' | '赫' | '安' | '焦' | '字')
        || at(glyphs, i) == '百' && matches!(at(glyphs, i + 1), '分')
}

/// Reads the number at `i`.
pub(crate) fn number(glyphs: &[Glyph], i: usize) -> Option<Number> {
    if at(glyphs, i).is_ascii_digit() { arabic(glyphs, i, 0) } else { chinese(glyphs, i) }
}

/// The most digits whose value is kept exactly.
const MOST_DIGITS: u32 = 18;

/// How often a number may continue with a smaller one (2亿3000万).
const MOST_PARTS: u8 = 3;

fn arabic(glyphs: &[Glyph], start: usize, part: u8) -> Option<Number> {
    let mut i = start;
    let mut mantissa: i64 = 0;
    let mut digits = 0_u32;
    let mut decimals: Option<u32> = None;
    loop {
        let c = at(glyphs, i);
        if let Some(value) = c.to_digit(10) {
            let after_mark = matches!(i.checked_sub(1).map(|p| at(glyphs, p)), Some('.' | ','));
            if i > start && glyphs.get(i).is_some_and(|glyph| glyph.gap) && !after_mark {
                break;
            }
            digits = digits.saturating_add(1);
            if digits <= MOST_DIGITS {
                mantissa = mantissa * 10 + i64::from(value);
            }
            if let Some(count) = &mut decimals {
                *count = count.saturating_add(1);
            }
        } else if c == ',' {
            // The glyphs keep a comma only before exactly three digits.
        } else if c == '.' && decimals.is_none() && i > start && at(glyphs, i + 1).is_ascii_digit() {
            decimals = Some(0);
        } else {
            break;
        }
        i += 1;
    }
    let mut value = (digits <= MOST_DIGITS)
        .then(|| Decimal::try_from_i128_with_scale(i128::from(mantissa), decimals.unwrap_or(0)).ok())
        .flatten();
    let mut more = false;
    let mut scale: i64 = 1;
    loop {
        let c = at(glyphs, i);
        if matches!(c, '余' | '多') && !more && i > start {
            // 10多万, 20余个; 多 before a noun (10多样) does not occur after a number without a unit.
            more = true;
        } else if let Some(by) = multiplier(c).filter(|_| !begins_unit(glyphs, i)) {
            scale = scale.saturating_mul(by);
            value = value.and_then(|v| v.checked_mul(Decimal::from(by)));
        } else {
            break;
        }
        i += 1;
    }
    if scale >= 10_000
        && part < MOST_PARTS
        && at(glyphs, i).is_ascii_digit()
        && !glyphs.get(i).is_some_and(|glyph| glyph.gap)
        && let Some(rest) = arabic(glyphs, i, part + 1).filter(|rest| rest.scale < scale && rest.scale > 1)
    {
        return Some(Number {
            end: rest.end,
            value: value.zip(rest.value).and_then(|(a, b)| a.checked_add(b)),
            more: more || rest.more,
            ..rest
        });
    }
    Some(Number { end: i, value: value.map(|v| v.normalize()), chinese: false, bare: false, more, scale })
}

fn chinese(glyphs: &[Glyph], start: usize) -> Option<Number> {
    let mut i = start;
    let mut total: i64 = 0;
    let mut section: i64 = 0;
    let mut pending: Option<i64> = None;
    let mut broken = false;
    let mut more = false;
    let mut scale: i64 = 1;
    let mut saw_digit = false;
    loop {
        let c = at(glyphs, i);
        if let Some(value) = digit(c) {
            broken |= pending.is_some_and(|p| p != 0) || more;
            pending = Some(value);
            saw_digit = true;
        } else if let Some(by) = multiplier(c).filter(|_| !begins_unit(glyphs, i)) {
            scale = by;
            if by >= 10_000 {
                let below = section.saturating_add(pending.take().unwrap_or(0));
                let below = if below == 0 && total == 0 { 1 } else { below };
                if total > 0 && below == 0 {
                    total = total.saturating_mul(by);
                } else {
                    total = total.saturating_add(below.saturating_mul(by));
                }
                section = 0;
            } else {
                let times = pending.take().filter(|p| *p != 0).unwrap_or(1);
                broken |= section != 0 && section % by != 0 && section < by;
                section = section.saturating_add(times.saturating_mul(by));
            }
        } else if matches!(c, '余' | '多') && !more && i > start && scale > 1 && pending.is_none() {
            more = true;
        } else {
            break;
        }
        i += 1;
    }
    if i == start {
        return None;
    }
    let value = total.checked_add(section).and_then(|v| v.checked_add(pending.unwrap_or(0)));
    // 零 alone counts nothing: 零部件, 零工.
    Some(Number {
        end: i,
        value: value.filter(|v| !broken && (1..i64::MAX / 2).contains(v)).map(Decimal::from),
        chinese: true,
        bare: !saw_digit && at(glyphs, start) != '十',
        more,
        scale,
    })
}
