//! What is known of a value besides the value.

use crate::Two;
use serde::{Deserialize, Serialize};

/// Flags of a value; none means good. Each is one bit, so that a value can be late and corrected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Quality(u8);

/// Why a byte is no quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} holds unknown quality flags; use 0 to 31")]
pub struct QualityError(pub u8);

impl Quality {
    /// Nothing is known against it.
    pub const GOOD: Self = Self(0);
    /// It came long after its time.
    pub const LATE: Self = Self(1);
    /// It took the place of another value of the same time.
    pub const CORRECTED: Self = Self(2);
    /// Somebody or something doubts it.
    pub const SUSPECT: Self = Self(4);
    /// It lies outside what the property can be.
    pub const OUT_OF_RANGE: Self = Self(8);
    /// The facility was being looked after.
    pub const MAINTENANCE: Self = Self(16);

    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::LATE, "迟到", "late"),
        (Self::CORRECTED, "已订正", "corrected"),
        (Self::SUSPECT, "存疑", "suspect"),
        (Self::OUT_OF_RANGE, "超出量程", "out of range"),
        (Self::MAINTENANCE, "维护期间", "under maintenance"),
    ];

    /// Both flags.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has all the flags of another.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Its flags but those of another.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The flags both have.
    #[must_use]
    pub const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the value counts in sums and means: it is not suspect, out of range or from under maintenance.
    #[must_use]
    pub const fn counts(self) -> bool {
        self.0 & (Self::SUSPECT.0 | Self::OUT_OF_RANGE.0 | Self::MAINTENANCE.0) == 0
    }

    /// As one byte.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        let told = || Self::ALL.iter().filter(|(flag, _, _)| self.has(*flag));
        if self == Self::GOOD {
            return Two::new("正常", "good");
        }
        let zh: Vec<&str> = told().map(|(_, zh, _)| *zh).collect();
        let en: Vec<&str> = told().map(|(_, _, en)| *en).collect();
        Two::new(zh.join("、"), en.join(", "))
    }
}

impl TryFrom<u8> for Quality {
    type Error = QualityError;
    fn try_from(bits: u8) -> Result<Self, QualityError> {
        if bits < 32 { Ok(Self(bits)) } else { Err(QualityError(bits)) }
    }
}

impl From<Quality> for u8 {
    fn from(quality: Quality) -> Self {
        quality.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags() {
        let check = |bits: u8, counts: bool, zh: &str| {
            let quality = Quality::try_from(bits).unwrap();
            assert_eq!((quality.counts(), quality.words().zh.as_str()), (counts, zh), "{bits}");
        };
        check(0, true, "正常");
        check(3, true, "迟到、已订正");
        check(4, false, "存疑");
        check(9, false, "迟到、超出量程");
        check(16, false, "维护期间");
        assert_eq!(Quality::try_from(32), Err(QualityError(32)));
    }
}
