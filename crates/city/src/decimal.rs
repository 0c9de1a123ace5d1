//! Floats that are a few decimal digits, as whole numbers: what instruments send takes a byte or two then.

/// Most decimal places there are; instruments of a city give six at most, coordinates seven.
pub(crate) const MOST_PLACES: u8 = 9;
const POWERS: [f64; MOST_PLACES as usize + 1] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/// Up to here every whole number is a 64-bit float.
const WHOLE: u64 = 1 << 53;

fn power(places: u8) -> Option<f64> {
    POWERS.get(usize::from(places)).copied()
}

/// The whole number that gives a value to the bit when so many decimal places are put back; none when there is none.
pub(crate) fn whole(value: f64, places: u8) -> Option<i64> {
    let power = power(places)?;
    #[expect(clippy::cast_possible_truncation, reason = "what is cut off is found below: it does not come back")]
    let whole = (value * power).round() as i64;
    let back = put_back(whole, places)?;
    (whole.unsigned_abs() <= WHOLE && back.to_bits() == value.to_bits()).then_some(whole)
}

/// A whole number with its decimal places put back; none when there are too many of them.
#[expect(clippy::cast_precision_loss, reason = "written whole numbers are at most 2^53")]
pub(crate) fn put_back(whole: i64, places: u8) -> Option<f64> {
    Some(whole as f64 / power(places)?)
}
