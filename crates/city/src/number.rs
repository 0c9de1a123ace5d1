//! A value as it may be kept.

use crate::Two;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A finite value of at most 10¹⁵ either way. Beyond that a 64-bit float no longer tells neighbouring tenths apart, and no
/// instrument of a city means it.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Number(f64);

/// Why a value is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not a number.
    #[error("not a number; send a decimal number")]
    NotANumber,
    /// Infinite.
    #[error("infinite; send a decimal number")]
    Infinite,
    /// Beyond 10¹⁵.
    #[error("beyond 1e15 either way; check the unit")]
    TooLarge,
}

impl NumberError {
    /// For people: what is wrong and what to do.
    #[must_use]
    pub fn message(self) -> Two {
        let zh = match self {
            Self::NotANumber => "不是数值（NaN）；请发送十进制数。",
            Self::Infinite => "数值为无穷大；请发送十进制数。",
            Self::TooLarge => "数值的绝对值超过 1e15；请核对单位。",
        };
        Two::new(zh, format!("The value is {self}."))
    }
}

impl Number {
    /// The largest value either way.
    pub const LARGEST: f64 = 1e15;

    /// Checks and wraps a value.
    ///
    /// # Errors
    /// [`NumberError`] when it is not finite or beyond [`Number::LARGEST`].
    pub fn new(value: f64) -> Result<Self, NumberError> {
        if value.is_nan() {
            Err(NumberError::NotANumber)
        } else if value.is_infinite() {
            Err(NumberError::Infinite)
        } else if value.abs() > Self::LARGEST {
            Err(NumberError::TooLarge)
        } else {
            Ok(Self(value))
        }
    }

    /// The value.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Whether two values are the same to the bit: 0.0 and -0.0 are not.
    #[must_use]
    pub fn same(self, other: Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl TryFrom<f64> for Number {
    type Error = NumberError;
    fn try_from(value: f64) -> Result<Self, NumberError> {
        Self::new(value)
    }
}

impl From<Number> for f64 {
    fn from(number: Number) -> Self {
        number.0
    }
}

/// For people: three decimal places, of values nearer to zero three significant digits, and no zeros at the end. Programs
/// are given all digits.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size > 0.0 && size < 1e-6 {
            return write!(f, "{:.2e}", self.0);
        }
        let zeros =
            [0.1, 0.01, 0.001, 0.000_1, 0.000_01].into_iter().take_while(|below| size > 0.0 && size < *below).count();
        let places = 3 + zeros;
        let text = format!("{:.places$}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_shown_few_digits() {
        let check = |value: f64, expected: &str| assert_eq!(Number::new(value).unwrap().to_string(), expected);
        check(0.0, "0");
        check(-0.0, "0");
        check(30.0, "30");
        check(1.0 / 3.0, "0.333");
        check(-21.650_000_000_000_002, "-21.65");
        check(0.049_999_9, "0.05");
        check(0.012_345, "0.0123");
        check(0.000_012_345, "0.0000123");
        check(1.234_5e-9, "1.23e-9");
        check(1e15, "1000000000000000");
    }

    #[test]
    fn refusals() {
        let check =
            |value: f64, expected: Option<NumberError>| assert_eq!(Number::new(value).err(), expected, "{value}");
        check(0.0, None);
        check(-0.0, None);
        check(f64::from_bits(1), None);
        check(1e15, None);
        check(-1e15, None);
        check(1e15_f64.next_up(), Some(NumberError::TooLarge));
        check(-2e15, Some(NumberError::TooLarge));
        check(f64::NAN, Some(NumberError::NotANumber));
        check(f64::INFINITY, Some(NumberError::Infinite));
        check(f64::NEG_INFINITY, Some(NumberError::Infinite));
    }
}
