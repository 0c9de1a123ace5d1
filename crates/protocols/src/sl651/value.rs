//! Values of elements: BCD digits with a number of decimals, and what stands in their place.

use rust_decimal::Decimal;

use crate::bcd;

/// What an element says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An exact number in the element's unit.
    Number(Decimal),
    /// All bytes FF: the station has no value.
    Missing,
    /// Values five minutes apart, within the hour before (F4 to FC).
    Series(Vec<Option<Decimal>>),
    /// Days, hours and minutes between values (04).
    Step {
        /// Days.
        days: u8,
        /// Hours.
        hours: u8,
        /// Minutes.
        minutes: u8,
    },
    /// State and alarms of the station by bits (45), table 58 of the standard.
    Bits(u32),
    /// Not made of digits; the bytes are kept beside it.
    Unread,
}

/// Digits as a number with this many decimals. The first byte FF is a minus sign; all bytes FF are no value.
#[must_use]
pub fn number(bytes: &[u8], decimals: u8) -> Value {
    if bytes.iter().all(|byte| *byte == 0xFF) {
        return Value::Missing;
    }
    let (negative, digits) = match bytes {
        [0xFF, rest @ ..] => (true, rest),
        all => (false, all),
    };
    let mut value: i128 = 0;
    for byte in digits {
        let Some(two) = bcd::two(*byte) else { return Value::Unread };
        let Some(more) = value.checked_mul(100) else { return Value::Unread };
        value = more + i128::from(two);
    }
    let value = if negative { -value } else { value };
    Decimal::try_from_i128_with_scale(value, decimals.into()).map_or(Value::Unread, Value::Number)
}

/// Rain of each five minutes: one byte each, in tenths of a millimetre; FF is no value.
#[must_use]
pub(super) fn rain(bytes: &[u8]) -> Value {
    let value = |byte: &u8| (*byte != 0xFF).then(|| Decimal::new(i64::from(*byte), 1));
    Value::Series(bytes.iter().map(value).collect())
}

/// Water levels every five minutes: two bytes each, in hundredths of a metre; FFFF is no value.
#[must_use]
pub(super) fn levels(bytes: &[u8]) -> Value {
    let (pairs, []) = bytes.as_chunks::<2>() else { return Value::Unread };
    let value = |pair: &[u8; 2]| {
        let level = u16::from_be_bytes(*pair);
        (level != 0xFFFF).then(|| Decimal::new(i64::from(level), 2))
    };
    Value::Series(pairs.iter().map(value).collect())
}

/// Days, hours and minutes, two digits each.
#[must_use]
pub(super) fn step(bytes: &[u8]) -> Value {
    match bytes {
        [days, hours, minutes] => match (bcd::two(*days), bcd::two(*hours), bcd::two(*minutes)) {
            (Some(days), Some(hours @ ..24), Some(minutes @ ..60)) => Value::Step { days, hours, minutes },
            _ => Value::Unread,
        },
        _ => Value::Unread,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |bytes: &[u8], decimals: u8, expected: &str| {
            let Value::Number(found) = number(bytes, decimals) else { panic!("{bytes:02X?}") };
            assert_eq!(found.to_string(), expected, "{bytes:02X?}");
        };
        check(&[0x00, 0x01, 0x44, 0x20], 3, "14.420");
        check(&[0x12, 0x20], 2, "12.20");
        check(&[0x00, 0x00, 0x05], 1, "0.5");
        check(&[0xFF, 0x00, 0x12, 0x34], 3, "-1.234");
        check(&[0xFF, 0x05], 1, "-0.5");
        check(&[0x99], 0, "99");
        check(&[0x99], 7, "0.0000099");
        check(&[0x00; 31], 0, "0");
        let kept = |bytes: &[u8], expected: Value| assert_eq!(number(bytes, 1), expected, "{bytes:02X?}");
        kept(&[0xFF], Value::Missing);
        kept(&[0xFF; 4], Value::Missing);
        kept(&[0xAA, 0xAA], Value::Unread);
        kept(&[0x12, 0xFF], Value::Unread);
        kept(&[0x99; 16], Value::Unread);
        kept(&[0x99; 31], Value::Unread);
    }

    #[test]
    fn series() {
        let tenth = |n| Some(Decimal::new(n, 1));
        assert_eq!(rain(&[0, 5, 0xFE, 0xFF]), Value::Series(vec![tenth(0), tenth(5), tenth(254), None]));
        let level = |n| Some(Decimal::new(n, 2));
        assert_eq!(levels(&[0, 1, 0xFF, 0xFE, 0xFF, 0xFF]), Value::Series(vec![level(1), level(65_534), None]));
        assert_eq!(levels(&[0, 1, 2]), Value::Unread);
    }

    #[test]
    fn steps() {
        let check = |bytes: &[u8], expected: Value| assert_eq!(step(bytes), expected);
        check(&[0, 0, 5], Value::Step { days: 0, hours: 0, minutes: 5 });
        check(&[0x10, 0x23, 0x59], Value::Step { days: 10, hours: 23, minutes: 59 });
        check(&[0, 0x24, 0], Value::Unread);
        check(&[0, 0, 0x60], Value::Unread);
        check(&[0, 0, 0x5A], Value::Unread);
        check(&[0, 0], Value::Unread);
    }
}
