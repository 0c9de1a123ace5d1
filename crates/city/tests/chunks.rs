//! Sealed chunks: what goes in comes out, nothing else is taken for a chunk, and a sample costs little.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::{Noise, flagged, ms, s, sample};
use proptest::prelude::*;
use tingzhou_city::chunk::{
    ChunkError, LONGEST, MOST_SAMPLES, ResealError, SealError, header, open, reseal, seal, seal_all,
};
use tingzhou_city::{Aggregate, Arrived, Moment, Number, Quality, Sample};

/// The same to the bit: `==` takes the zeros of both signs for one.
fn same(a: &[Sample], b: &[Sample]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| a.time == b.time && a.value.same(b.value) && a.quality == b.quality)
}

fn every(step: i64, count: i64, mut value: impl FnMut(i64) -> f64) -> Vec<Sample> {
    (0..count).map(|i| sample(ms(i * step), value(i))).collect()
}

#[test]
fn what_goes_in_comes_out() {
    let check = |samples: &[Sample]| {
        let bytes = seal(samples).unwrap();
        let back = open(&bytes).unwrap();
        assert!(same(&back, samples), "{samples:?} became {back:?}");
        let head = header(&bytes).unwrap();
        assert_eq!((head.count, head.from), (samples.len(), samples[0].time));
        assert_eq!((head.to, head.aggregate), (samples[samples.len() - 1].time, Aggregate::of(samples)));
    };
    check(&[sample(s(0), 1.5)]);
    check(&[sample(s(0), -0.0)]);
    check(&[sample(s(0), 0.0), sample(s(1), -0.0)]);
    check(&[sample(s(0), f64::from_bits(1)), sample(s(1), f64::MIN_POSITIVE), sample(s(2), -f64::from_bits(77))]);
    check(&[sample(s(0), 1e15), sample(s(1), -1e15), sample(s(2), 0.1)]);
    check(&[sample(s(0), 1.0 / 3.0), sample(s(1), std::f64::consts::PI)]);
    check(&[flagged(s(0), 1.0, Quality::SUSPECT)]);
    check(&[flagged(s(0), 1.0, Quality::LATE), flagged(s(1), 9.9, Quality::OUT_OF_RANGE), sample(s(2), 2.0)]);
    let (first, last) =
        (Moment::from_millis(-300_000_000_000_000).unwrap(), Moment::from_millis(253_000_000_000_000).unwrap());
    check(&[sample(first, 1.0), sample(s(0), 2.0), sample(last, 3.0)]);
    check(&every(60_000, 1_024, |i| f64::from(i32::try_from(i).unwrap())));
    let mut noise = Noise(7);
    check(&every(1_000, 1_024, |_| noise.bell() * 1e9));
    // What comes from 32-bit floats, multiples of an odd number, few different values.
    #[expect(clippy::cast_possible_truncation, reason = "an instrument that computes in 32 bits")]
    check(&every(1_000, 1_024, |_| f64::from((noise.bell() * 100.0) as f32)));
    check(&every(1_000, 1_024, |_| (noise.unit() * 1e6).floor() * 37.0));
    check(&every(1_000, 1_024, |_| (noise.unit() * 1e4).floor() * std::f64::consts::PI));
    check(&every(1_000, 1_024, |i| [0.1, 1e15, -7.25, 1.0 / 3.0][usize::try_from(i * i % 4).unwrap()]));
}

#[test]
fn what_cannot_be_sealed() {
    let check = |samples: &[Sample], expected: SealError| assert_eq!(seal(samples), Err(expected));
    check(&[], SealError::Count(0));
    check(&every(1, 1_025, |_| 0.0), SealError::Count(1_025));
    check(&[sample(s(1), 0.0), sample(s(1), 0.0)], SealError::Order(1));
    check(&[sample(s(1), 0.0), sample(s(2), 0.0), sample(s(0), 0.0)], SealError::Order(2));
}

#[test]
fn many_samples_make_even_chunks() {
    let check = |count: i64, expected: &[usize]| {
        let all = every(1_000, count, |i| f64::from(i32::try_from(i % 7).unwrap()));
        let chunks = seal_all(&all).unwrap();
        let counts: Vec<usize> = chunks.iter().map(|bytes| header(bytes).unwrap().count).collect();
        assert_eq!(counts, expected, "{count}");
        let back: Vec<Sample> = chunks.iter().flat_map(|bytes| open(bytes).unwrap()).collect();
        assert!(same(&back, &all));
    };
    check(0, &[]);
    check(1_024, &[1_024]);
    check(1_025, &[513, 512]);
    check(3_000, &[1_000, 1_000, 1_000]);
}

#[test]
fn late_rows_are_sealed_in() {
    let chunk = seal(&every(1_000, 1_024, |_| 1.0)).unwrap();
    let row = |millis: i64, value: f64| Arrived { sample: sample(ms(millis), value), received: s(9_999) };
    let check = |later: &[Arrived], expected: &[usize]| {
        let chunks = reseal(&chunk, later).unwrap();
        let counts: Vec<usize> = chunks.iter().map(|bytes| header(bytes).unwrap().count).collect();
        assert_eq!(counts, expected, "{later:?}");
        let back: Vec<Sample> = chunks.iter().flat_map(|bytes| open(bytes).unwrap()).collect();
        for one in later {
            assert!(back.iter().any(|there| there.time == one.sample.time && there.value.same(one.sample.value)));
        }
    };
    check(&[], &[1_024]);
    check(&[row(5_000, 2.0)], &[1_024]);
    check(&[row(5_500, 2.0)], &[513, 512]);
    assert_eq!(reseal(&[], &[]), Err(ResealError::Chunk(ChunkError::Length(0))));
}

/// Plausible series of 1,024 samples and what a sample may cost. The figures are printed by
/// `cargo nextest run -p tingzhou-city a_sample_costs_little --no-capture`.
#[test]
fn a_sample_costs_little() {
    let check = |name: &str, samples: &[Sample], budget: f64| {
        let bytes = seal(samples).unwrap();
        let each = f64::from(u32::try_from(bytes.len()).unwrap()) / f64::from(u32::try_from(samples.len()).unwrap());
        println!("{name}: {} bytes, {each:.2} a sample", bytes.len());
        assert!(each <= budget, "{name}: {each:.2} bytes a sample");
        assert!(same(&open(&bytes).unwrap(), samples), "{name}");
    };
    let mut noise = Noise(42);
    let wave = |i: i64, a_day: f64| (f64::from(i32::try_from(i).unwrap()) / a_day * std::f64::consts::TAU).sin();
    let rounded = |value: f64, power: f64| (value * power).round() / power;
    let temperature = every(60_000, 1_024, |i| rounded(15.0 + 8.0 * wave(i, 1_440.0) + 0.15 * noise.bell(), 10.0));
    check("temperature, 0.1 ℃ every minute", &temperature, 1.0);
    let mut level = 60.0;
    let pm25 = every(3_600_000, 1_024, |_| {
        level = (level + 6.0 * noise.bell()).clamp(3.0, 400.0);
        rounded(level, 1.0)
    });
    check("PM2.5, whole µg/m³ every hour", &pm25, 1.0);
    let mut free = 180.0;
    let parking = every(60_000, 1_024, |_| {
        free = (free + rounded(1.2 * noise.bell(), 1.0)).clamp(0.0, 300.0);
        free
    });
    check("free parking spaces, every minute", &parking, 1.0);
    let pressure = every(10_000, 1_024, |i| rounded(0.35 + 0.02 * wave(i, 8_640.0) + 0.002 * noise.bell(), 1_000.0));
    check("gas pressure, 0.001 MPa every 10 s", &pressure, 1.0);
    // Rounding what is just below zero gives -0.0, which no whole number is.
    let thaw = every(60_000, 1_024, |i| rounded(0.5 * wave(i, 1_440.0) + 0.15 * noise.bell(), 10.0));
    assert!(thaw.iter().any(|one| one.value.same(Number::new(-0.0).unwrap())));
    check("temperature about 0 ℃, with -0.0", &thaw, 2.0);
    let mut late = 0;
    let jitter: Vec<Sample> = temperature
        .iter()
        .map(|one| {
            late = (late * 3 + 17) % 1_009;
            Sample { time: ms(one.time.millis() - common::BEGIN + late), ..*one }
        })
        .collect();
    check("temperature, times that wander by up to 1 s", &jitter, 2.0);
    let mut flags = temperature;
    for one in flags.iter_mut().step_by(97) {
        one.quality = Quality::LATE;
    }
    check("temperature, every 97th late", &flags, 1.1);
}

#[test]
fn other_bytes_are_refused() {
    let good = seal(&every(60_000, 300, |i| f64::from(i32::try_from(i % 11).unwrap()) / 10.0)).unwrap();
    let check = |change: fn(&mut Vec<u8>), expected: ChunkError| {
        let mut bytes = good.clone();
        change(&mut bytes);
        assert_eq!(open(&bytes), Err(expected.clone()));
        assert_eq!(header(&bytes), Err(expected));
    };
    check(Vec::clear, ChunkError::Length(0));
    check(|bytes| bytes.resize(LONGEST + 1, 0), ChunkError::Length(LONGEST + 1));
    check(|bytes| bytes[0] = 2, ChunkError::Version(2));
    check(|bytes| bytes[90] ^= 1, ChunkError::Checksum);
    check(|bytes| bytes.truncate(bytes.len() - 1), ChunkError::Checksum);
}

/// Puts the right checksum at the end, which no chance would find.
fn signed(mut bytes: Vec<u8>) -> Vec<u8> {
    let body = bytes.len().saturating_sub(4);
    bytes.truncate(body);
    let sum = crc32fast::hash(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-1_000_000_i32..1_000_000, 0_i32..5).prop_map(|(v, p)| f64::from(v) / 10_f64.powi(p)),
        any::<f64>().prop_map(|v| if v.is_finite() { v % 1e15 } else { 0.1 }),
        Just(-0.0),
        (1_u64..1 << 52).prop_map(f64::from_bits),
    ]
}

fn any_samples() -> impl Strategy<Value = Vec<Sample>> {
    let one = (any_value(), 1_i64..100_000, 0_u8..32);
    proptest::collection::vec(one, 1..200).prop_map(|all| {
        let mut time = 0;
        let one = |(value, step, quality)| {
            time += step;
            flagged(ms(time), value, Quality::try_from(quality).unwrap())
        };
        all.into_iter().map(one).collect()
    })
}

proptest! {
    /// To the bit, whatever the values: zeros of either sign and subnormals too.
    #[test]
    fn round_trip(samples in any_samples()) {
        let bytes = seal(&samples).unwrap();
        prop_assert!(bytes.len() <= LONGEST);
        prop_assert!(same(&open(&bytes).unwrap(), &samples));
        prop_assert_eq!(seal(&samples).unwrap(), bytes);
    }

    /// Any bytes give samples or an error.
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = open(&bytes);
        let mut versioned = bytes;
        if let Some(version) = versioned.first_mut() {
            *version = 1;
        }
        let _ = open(&signed(versioned));
    }

    /// A chunk changed anywhere, with the right checksum: what is still read holds the header's own word.
    #[test]
    fn changed_bytes(samples in any_samples(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = seal(&samples).unwrap();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let bytes = signed(bytes);
        if let Ok(read) = open(&bytes) {
            prop_assert!(read.len() <= MOST_SAMPLES);
            prop_assert!(read.is_sorted_by(|a, b| a.time < b.time));
            prop_assert_eq!(header(&bytes).unwrap().aggregate, Aggregate::of(&read));
        }
    }
}
