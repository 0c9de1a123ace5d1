//! Money in whole fen.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;

/// An amount of money in fen (0.01 yuan). What takes something off is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The sum; the largest amount instead of one that does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference; the smallest amount instead of one that does not fit.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::plus)
    }
}

/// In yuan with two decimals: `12.50`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_in_yuan() {
        let check = |fen, expected: &str| assert_eq!(Fen(fen).to_string(), expected);
        check(0, "0.00");
        check(5, "0.05");
        check(1250, "12.50");
        check(-5, "-0.05");
        check(i64::MIN, "-92233720368547758.08");
    }

    #[test]
    fn stays_at_the_ends() {
        assert_eq!(Fen(i64::MAX).plus(Fen(1)), Fen(i64::MAX));
        assert_eq!(Fen(i64::MIN).minus(Fen(1)), Fen(i64::MIN));
    }
}
