//! Batches come back as they were written, and damage is named.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use proptest::prelude::*;
use tingzhou_city::batch::{BatchError, Numbered, read, write};
use tingzhou_city::{Moment, Number, Quality, Sample, SeriesNo};

fn row() -> impl Strategy<Value = Numbered> {
    let value = prop_oneof![
        (-100_000_i32..100_000).prop_map(|v| f64::from(v) / 10.0),
        (-100_000_i32..100_000).prop_map(|v| f64::from(v) / 1e6),
        -1e15..1e15,
        Just(-0.0),
        Just(f64::from_bits(1)),
        Just(1e15),
    ];
    let time = prop_oneof![1_772_294_400_000_i64..1_772_294_500_000, -377_705_023_200_000_i64..253_402_207_199_000];
    (any::<u32>(), time, value, 0_u8..32).prop_map(|(series, time, value, quality)| Numbered {
        series: SeriesNo(series),
        sample: Sample {
            time: Moment::from_millis(time).unwrap(),
            value: Number::new(value).unwrap(),
            quality: Quality::try_from(quality).unwrap(),
        },
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in proptest::collection::vec(row(), 0..200)) {
        let bytes = write(&rows);
        let back = read(&bytes).unwrap();
        prop_assert_eq!(&back, &rows);
        let same = back.iter().zip(&rows).all(|(a, b)| a.sample.value.same(b.sample.value));
        prop_assert!(same, "to the bit");
    }

    #[test]
    fn damage_is_named(rows in proptest::collection::vec(row(), 1..20), place: prop::sample::Index, bit in 0_u8..8) {
        let mut bytes = write(&rows);
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        prop_assert_eq!(read(&bytes), Err(BatchError::Checksum));
    }

    /// Bytes with a checksum that fits are read or refused, whatever they are.
    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = vec![1];
        bytes.extend(body);
        let checksum = crc32fast::hash(&bytes).to_le_bytes();
        bytes.extend(checksum);
        if let Ok(rows) = read(&bytes) {
            prop_assert_eq!(read(&write(&rows)).unwrap(), rows);
        }
    }
}

#[test]
fn refusals() {
    let check = |bytes: &[u8], expected: BatchError| {
        let mut all = bytes.to_vec();
        all.extend(crc32fast::hash(bytes).to_le_bytes());
        assert_eq!(read(&all), Err(expected), "{bytes:?}");
    };
    assert_eq!(read(&[]), Err(BatchError::Checksum));
    check(&[2, 0], BatchError::Version(2));
    check(&[], BatchError::Damaged("it ends too early"));
    check(&[1, 1], BatchError::Damaged("it cannot hold so many rows"));
    check(&[1, 0, 0], BatchError::Damaged("something follows its last row"));
    check(&[1, 1, 1, 0, 0, 0], BatchError::Damaged("a series has an impossible number"));
    check(&[1, 1, 0, 0, 0, 128], BatchError::Damaged("it ends too early"));
}

#[test]
fn an_ordinary_row_takes_few_bytes() {
    let row = |no: u32| Numbered {
        series: SeriesNo(no),
        sample: Sample {
            time: Moment::from_millis(1_772_294_400_000 + i64::from(no % 60) * 1_000).unwrap(),
            value: Number::new(f64::from(no % 400) / 10.0).unwrap(),
            quality: Quality::GOOD,
        },
    };
    let rows: Vec<Numbered> = (1..=500).map(row).collect();
    assert!(write(&rows).len() < 500 * 7, "{}", write(&rows).len());
}
