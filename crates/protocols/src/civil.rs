//! Times as instruments write them: China's civil time, without a zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::Reason;

/// The instant of a civil time in Asia/Shanghai. All three standards mean UTC+8, which has held without summer time since
/// 1991, so no zone database is asked.
///
/// # Errors
/// When the instant lies outside what a timestamp can hold; no time read from a frame does.
pub fn instant(civil: DateTime) -> Result<Timestamp, Reason> {
    Offset::constant(8).to_timestamp(civil).map_err(|_| Reason::OutOfRange { field: "time" })
}

/// A civil time from its numbers.
///
/// # Errors
/// `OutOfRange` with the field's name when there is no such day or time.
pub(crate) fn civil(
    field: &'static str,
    [year, month, day, hour, minute, second]: [u16; 6],
    millisecond: u16,
) -> Result<DateTime, Reason> {
    let wrong = |_| Reason::OutOfRange { field };
    let small = |n: u16| i8::try_from(n).map_err(|_| Reason::OutOfRange { field });
    let year = i16::try_from(year).map_err(|_| Reason::OutOfRange { field })?;
    DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        i32::from(millisecond) * 1_000_000,
    )
    .map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn shanghai() {
        let check = |civil: DateTime, expected: &str| assert_eq!(instant(civil).unwrap().to_string(), expected);
        check(datetime(2025, 1, 1, 8, 0, 0, 0), "2025-01-01T00:00:00Z");
        check(datetime(2024, 2, 29, 0, 0, 0, 0), "2024-02-28T16:00:00Z");
    }

    #[test]
    fn numbers() {
        let check = |numbers: [u16; 6], expected: Option<DateTime>| {
            assert_eq!(civil("t", numbers, 0).ok(), expected, "{numbers:?}");
        };
        check([2024, 2, 29, 23, 59, 59], Some(datetime(2024, 2, 29, 23, 59, 59, 0)));
        for wrong in [[2023, 2, 29, 0, 0, 0], [2024, 13, 1, 0, 0, 0], [2024, 1, 1, 24, 0, 0], [2024, 1, 0, 0, 0, 0]] {
            check(wrong, None);
        }
    }
}
