//! Any bytes as a sealed chunk: samples or an error. Any samples: the same to the bit after sealing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_city::chunk::{LONGEST, MOST_SAMPLES, header, open, seal};
use tingzhou_city::{Aggregate, Moment, Number, Quality, Sample};

fn check(bytes: &[u8]) {
    if let Ok(samples) = open(bytes) {
        assert!((1..=MOST_SAMPLES).contains(&samples.len()), "a chunk holds 1 to 1,024");
        assert!(samples.is_sorted_by(|a, b| a.time < b.time), "in the order of time");
        let header = header(bytes).expect("what can be opened has a header");
        assert_eq!(header.aggregate, Aggregate::of(&samples), "the header tells what the samples come to");
        same(&samples);
    }
}

fn same(samples: &[Sample]) {
    let sealed = seal(samples).expect("samples in order are sealed");
    assert!(sealed.len() <= LONGEST, "no chunk is longer");
    let back = open(&sealed).expect("what was sealed is opened");
    let bits =
        |all: &[Sample]| -> Vec<_> { all.iter().map(|s| (s.time, s.value.get().to_bits(), s.quality)).collect() };
    assert_eq!(bits(&back), bits(samples), "to the bit");
}

/// Ten bytes a sample: milliseconds since the last, the value's bits.
fn samples(bytes: &[u8]) -> Vec<Sample> {
    let (rows, _) = bytes.as_chunks::<10>();
    let (mut time, mut all) = (1_772_294_400_000, Vec::new());
    for row in rows.iter().take(MOST_SAMPLES) {
        let [a, b, value @ ..] = *row;
        time += 1 + i64::from(u16::from_le_bytes([a, b]));
        let value = Number::new(f64::from_bits(u64::from_le_bytes(value)));
        let (Ok(value), Ok(quality), Some(time)) = (value, Quality::try_from(a % 32), Moment::from_millis(time)) else {
            continue;
        };
        all.push(Sample { time, value, quality });
    }
    all
}

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // The same with the version and the checksum no chance would find.
    let mut signed = bytes.to_vec();
    if let Some(version) = signed.first_mut() {
        *version = 1;
    }
    let checksum = crc32fast::hash(&signed);
    signed.extend(checksum.to_le_bytes());
    check(&signed);
    let samples = samples(bytes);
    if !samples.is_empty() {
        same(&samples);
    }
});
