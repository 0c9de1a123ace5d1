//! Money, in whole fen.

use crate::figure::parse_value;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount of money in fen (分), never negative: what is planned and what is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Fen(i64);

/// Largest amount: ten trillion yuan, more than any county spends and far from what overflows when summed.
const LARGEST: i64 = 1_000_000_000_000_000;

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From fen; `None` when negative or above ten trillion yuan.
    #[must_use]
    pub fn new(fen: i64) -> Option<Self> {
        (0..=LARGEST).contains(&fen).then_some(Self(fen))
    }

    /// From an amount in 万元 as people type it; `None` when it is no number, negative, finer than a fen or too large.
    #[must_use]
    pub fn parse_wan_yuan(text: &str) -> Option<Self> {
        Self::of_yuan(parse_value(text)?.checked_mul(Decimal::from(10_000))?)
    }

    /// From yuan; `None` when negative, finer than a fen or too large.
    #[must_use]
    pub fn of_yuan(yuan: Decimal) -> Option<Self> {
        let fen = yuan.checked_mul(Decimal::ONE_HUNDRED)?.normalize();
        if fen.scale() > 0 {
            return None;
        }
        Self::new(fen.try_into().ok()?)
    }

    /// In fen.
    #[must_use]
    pub fn fen(self) -> i64 {
        self.0
    }

    /// In yuan.
    #[must_use]
    pub fn yuan(self) -> Decimal {
        Decimal::new(self.0, 2).normalize()
    }

    /// In 万元.
    #[must_use]
    pub fn wan_yuan(self) -> Decimal {
        Decimal::new(self.0, 6).normalize()
    }

    /// The sum, held to the largest amount.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0).min(LARGEST))
    }
}

impl std::iter::Sum for Fen {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Self::plus)
    }
}

impl TryFrom<i64> for Fen {
    type Error = String;
    fn try_from(fen: i64) -> Result<Self, String> {
        Self::new(fen).ok_or_else(|| format!("{fen} fen is no amount of money"))
    }
}

impl From<Fen> for i64 {
    fn from(fen: Fen) -> Self {
        fen.0
    }
}

impl fmt::Display for Fen {
    /// In 万元, as projects are listed everywhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 万元", self.wan_yuan())
    }
}

#[cfg(test)]
mod tests {
    use super::Fen;

    #[test]
    fn typed_and_written() {
        let check = |typed: &str, expected: Option<i64>| {
            assert_eq!(Fen::parse_wan_yuan(typed).map(Fen::fen), expected, "{typed}");
        };
        check("1200", Some(1_200_000_000));
        check("77,500", Some(77_500_000_000));
        check("０．５", Some(500_000));
        check("0.000001", Some(1));
        check("0", Some(0));
        check("0.0000001", None);
        check("-3", None);
        check("", None);
        check("many", None);
        check("1000000000", Some(1_000_000_000_000_000));
        check("1000000001", None);
        assert_eq!(Fen::parse_wan_yuan("775000").map(|fen| fen.to_string()).as_deref(), Some("775000 万元"));
        assert_eq!([Fen::ZERO, Fen(5), Fen(super::LARGEST)].into_iter().sum::<Fen>(), Fen(super::LARGEST));
    }
}
