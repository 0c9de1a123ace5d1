//! Hours of a day as bytes.

use crate::common::{Noise, flagged, ms, s, sample};
use proptest::prelude::*;
use tingzhou_city::hours::{HoursError, read, write};
use tingzhou_city::{Grain, Quality, Sample, rollup};

const HOUR: i64 = 3_600;

#[test]
fn a_day_is_the_same_again() {
    let check = |samples: &[Sample], hours: usize| {
        let rows = rollup(samples, Grain::Hour);
        let bytes = write(s(0), &rows);
        assert_eq!(bytes.len(), 1 + 57 * hours);
        assert_eq!(read(s(0), &bytes).unwrap(), rows);
    };
    check(&[], 0);
    check(&[sample(s(0), 0.0)], 1);
    check(&[sample(ms(24 * HOUR * 1_000 - 1), -1e15)], 1);
    check(&[sample(s(5), 1.5), sample(s(HOUR - 1), -2.25), sample(s(7 * HOUR), 1e-300)], 2);
    // An hour in which nothing counts is there, and says how many do not.
    check(&[flagged(s(3 * HOUR), 7.0, Quality::SUSPECT), flagged(s(3 * HOUR + 1), 7.0, Quality::SUSPECT)], 1);
    let mut noise = Noise(7);
    let whole: Vec<Sample> = (0..24 * 60).map(|minute| sample(s(minute * 60), noise.bell())).collect();
    check(&whole, 24);
}

#[test]
fn hours_of_other_days_are_left_out() {
    let rows = rollup(&[sample(s(-1), 1.0), sample(s(HOUR), 2.0), sample(s(24 * HOUR), 3.0)], Grain::Hour);
    assert_eq!(read(s(0), &write(s(0), &rows)).unwrap(), rows[1..2]);
}

#[test]
fn what_is_no_day_is_refused() {
    let good = write(s(0), &rollup(&[sample(s(HOUR), 2.0), sample(s(2 * HOUR), 3.0)], Grain::Hour));
    let check = |change: &dyn Fn(&mut Vec<u8>), expected: HoursError| {
        let mut bytes = good.clone();
        change(&mut bytes);
        assert_eq!(read(s(0), &bytes), Err(expected));
    };
    check(&Vec::clear, HoursError::Damaged("no bytes"));
    check(&|bytes| bytes[0] = 2, HoursError::Version(2));
    check(&|bytes| bytes.truncate(60), HoursError::Damaged("half an hour at the end"));
    check(&|bytes| bytes[1] = 24, HoursError::Damaged("hours out of order"));
    check(&|bytes| bytes[58] = 1, HoursError::Damaged("hours out of order"));
    check(&|bytes| bytes[18..26].fill(0xff), HoursError::Damaged("a value that is no number"));
    check(&|bytes| bytes[34..42].fill(0xff), HoursError::Damaged("a sum that is no number"));
}

proptest! {
    /// Whatever the bytes are, they are read or refused, and what is read is written as it was.
    #[test]
    fn any_bytes(mut bytes in prop::collection::vec(any::<u8>(), 0..200), begins in any::<bool>()) {
        if begins && !bytes.is_empty() {
            bytes[0] = 1;
            bytes.truncate(58);
        }
        if let Ok(rows) = read(s(0), &bytes) {
            prop_assert_eq!(read(s(0), &write(s(0), &rows)).map(|again| again.len()), Ok(rows.len()));
        }
    }
}
