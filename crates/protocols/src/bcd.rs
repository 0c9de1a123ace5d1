//! Binary coded decimals: two digits a byte.

use jiff::civil::DateTime;

use crate::Reason;
use crate::civil::civil;

/// The two digits of a byte as a number, or nothing when one is no digit.
#[must_use]
pub fn two(byte: u8) -> Option<u8> {
    let (high, low) = (byte >> 4, byte & 0x0F);
    (high < 10 && low < 10).then_some(high * 10 + low)
}

/// A number below 100 as two digits; larger ones lose what does not fit.
#[must_use]
pub fn of(number: u8) -> u8 {
    ((number / 10 % 10) << 4) | (number % 10)
}

/// The digits of all bytes as text, or nothing when one is no digit.
#[must_use]
pub fn digits(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        two(*byte)?;
        text.push(char::from(b'0' + (byte >> 4)));
        text.push(char::from(b'0' + (byte & 0x0F)));
    }
    Some(text)
}

/// A time of the years 2000 to 2099 as YY MM DD hh mm and, with six bytes, ss.
///
/// # Errors
/// `BadField` when a half byte is no digit or there are not five or six bytes, `OutOfRange` when there is no such time.
pub fn time(field: &'static str, bytes: &[u8]) -> Result<DateTime, Reason> {
    if bytes.len() != 5 && bytes.len() != 6 {
        return Err(Reason::BadField { field });
    }
    let mut numbers = [0_u16; 6];
    for (number, byte) in numbers.iter_mut().zip(bytes) {
        *number = two(*byte).ok_or(Reason::BadField { field })?.into();
    }
    numbers[0] += 2000;
    civil(field, numbers, 0)
}

/// A time as YY MM DD hh mm ss; the century is left out.
#[must_use]
pub fn of_time(time: DateTime) -> [u8; 6] {
    let short = |n: i8| of(n.unsigned_abs());
    [
        of(u8::try_from(time.year().rem_euclid(100)).unwrap_or(0)),
        short(time.month()),
        short(time.day()),
        short(time.hour()),
        short(time.minute()),
        short(time.second()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn reads_times() {
        let check = |bytes: &[u8], expected: Result<DateTime, Reason>| assert_eq!(time("t", bytes), expected);
        check(&[0x24, 0x02, 0x29, 0x23, 0x59, 0x58], Ok(datetime(2024, 2, 29, 23, 59, 58, 0)));
        check(&[0x24, 0x02, 0x29, 0x23, 0x59], Ok(datetime(2024, 2, 29, 23, 59, 0, 0)));
        check(&[0x24, 0x13, 0x01, 0, 0, 0], Err(Reason::OutOfRange { field: "t" }));
        check(&[0x24, 0x1A, 0x01, 0, 0, 0], Err(Reason::BadField { field: "t" }));
        check(&[0x24], Err(Reason::BadField { field: "t" }));
    }

    #[test]
    fn writes_what_it_reads() {
        for byte in 0..=255 {
            if let Some(number) = two(byte) {
                assert_eq!(of(number), byte);
            }
        }
        let at = datetime(2051, 12, 31, 1, 2, 3, 0);
        assert_eq!(time("t", &of_time(at)), Ok(at));
        assert_eq!(digits(&[0x01, 0x90]), Some("0190".into()));
        assert_eq!(digits(&[0x0A]), None);
    }
}
