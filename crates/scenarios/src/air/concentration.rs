//! A concentration: never negative, never beyond what an instrument can mean, rounded as the standard says.

use super::Pollutant;
use crate::Two;
use rust_decimal::{Decimal, RoundingStrategy};

/// Why a number is no concentration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadValue {
    /// Below zero: the instrument's zero has drifted, or the number is a mark for "missing".
    #[error("{value} {} of {pollutant} is negative; check the instrument's zero, and send nothing for a missing hour", pollutant.unit())]
    Negative {
        /// Of which pollutant.
        pollutant: Pollutant,
        /// The number given.
        value: Decimal,
    },
    /// Above what any instrument of a station measures.
    #[error("{value} {unit} of {pollutant} is beyond {most} {unit}; check the unit and the instrument", unit = pollutant.unit(), most = Concentration::most(*pollutant))]
    BeyondRange {
        /// Of which pollutant.
        pollutant: Pollutant,
        /// The number given.
        value: Decimal,
    },
}

impl BadValue {
    /// The same for people.
    #[must_use]
    pub fn message(&self) -> Two {
        let zh = match self {
            Self::Negative { pollutant, value } => format!(
                "{} {value} {} 为负值；请检查仪器零点，缺测时段不要上传数值。",
                pollutant.name().zh,
                pollutant.unit()
            ),
            Self::BeyondRange { pollutant, value } => format!(
                "{} {value} {unit} 超出 {} {unit} 的量程；请核对单位和仪器。",
                pollutant.name().zh,
                Concentration::most(*pollutant),
                unit = pollutant.unit()
            ),
        };
        Two::new(zh, self.to_string())
    }
}

/// A concentration in its pollutant's unit, rounded to the places the standard compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Concentration {
    pollutant: Pollutant,
    value: Decimal,
}

impl Concentration {
    /// Checks a number and rounds it half to even (GB/T 8170) to whole µg/m³, for CO to 0.1 mg/m³ (HJ 663).
    ///
    /// # Errors
    /// [`BadValue`] when it is negative or beyond [`Concentration::most`].
    pub fn new(pollutant: Pollutant, value: Decimal) -> Result<Self, BadValue> {
        Self::check(pollutant, value)?;
        let value = value.round_dp_with_strategy(pollutant.places(), RoundingStrategy::MidpointNearestEven);
        Ok(Self { pollutant, value })
    }

    /// Whether a number as measured can be a concentration.
    pub(super) fn check(pollutant: Pollutant, value: Decimal) -> Result<(), BadValue> {
        if value.is_sign_negative() && !value.is_zero() {
            Err(BadValue::Negative { pollutant, value })
        } else if value > Self::most(pollutant) {
            Err(BadValue::BeyondRange { pollutant, value })
        } else {
            Ok(())
        }
    }

    /// The largest number taken for a concentration: 10 mg/m³, the upper range of particle monitors (HJ 653), for CO
    /// 1,000 mg/m³. All are well above the index's last breakpoint.
    #[must_use]
    pub fn most(pollutant: Pollutant) -> Decimal {
        Decimal::from(if pollutant == Pollutant::Co { 1_000 } else { 10_000 })
    }

    /// Of which pollutant.
    #[must_use]
    pub fn pollutant(self) -> Pollutant {
        self.pollutant
    }

    /// The rounded number, in the pollutant's unit.
    #[must_use]
    pub fn value(self) -> Decimal {
        self.value
    }

    /// The rounded number in tenths of the unit, which is always whole.
    pub(super) fn tenths(self) -> i64 {
        let tenths = self.value * Decimal::TEN;
        // At most 10,000 with one decimal place, so it is whole and fits.
        i64::try_from(tenths).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_to_even_and_refuses() {
        let check = |pollutant, text: &str, expected: Result<&str, &str>| {
            let found = Concentration::new(pollutant, text.parse().unwrap());
            let found = found.map(|c| c.value().normalize().to_string()).map_err(|bad| bad.message().zh);
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{pollutant} {text}");
        };
        check(Pollutant::Pm25, "74.5", Ok("74"));
        check(Pollutant::Pm25, "75.5", Ok("76"));
        check(Pollutant::Pm25, "75.50001", Ok("76"));
        check(Pollutant::Pm25, "74.4999", Ok("74"));
        check(Pollutant::Co, "3.95", Ok("4"));
        check(Pollutant::Co, "4.05", Ok("4"));
        check(Pollutant::Co, "4.15", Ok("4.2"));
        check(Pollutant::O3, "0", Ok("0"));
        check(Pollutant::O3, "-0", Ok("0"));
        check(Pollutant::O3, "10000", Ok("10000"));
        check(Pollutant::So2, "-1", Err("二氧化硫 -1 µg/m³ 为负值；请检查仪器零点，缺测时段不要上传数值。"));
        check(Pollutant::Pm10, "10000.1", Err("PM10 10000.1 µg/m³ 超出 10000 µg/m³ 的量程；请核对单位和仪器。"));
        check(Pollutant::Co, "1000.1", Err("一氧化碳 1000.1 mg/m³ 超出 1000 mg/m³ 的量程；请核对单位和仪器。"));
        check(
            Pollutant::Co,
            "79228162514264337593543950335",
            Err("一氧化碳 79228162514264337593543950335 mg/m³ 超出 1000 mg/m³ 的量程；请核对单位和仪器。"),
        );
    }
}
