//! Short ways to write down series.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use tingzhou_city::{Moment, Number, Period, Quality, Sample};

/// 2026-03-01 00:00 in Beijing.
pub(crate) const BEGIN: i64 = 1_772_294_400_000;

/// So many milliseconds after [`BEGIN`].
pub(crate) fn ms(millis: i64) -> Moment {
    Moment::from_millis(BEGIN + millis).unwrap()
}

/// So many seconds after [`BEGIN`].
pub(crate) fn s(seconds: i64) -> Moment {
    ms(seconds * 1_000)
}

/// A length of time as it is written in files.
pub(crate) fn period(text: &str) -> Period {
    text.to_owned().try_into().unwrap()
}

/// A good sample.
pub(crate) fn sample(time: Moment, value: f64) -> Sample {
    Sample { time, value: Number::new(value).unwrap(), quality: Quality::GOOD }
}

/// A sample of some quality.
pub(crate) fn flagged(time: Moment, value: f64, quality: Quality) -> Sample {
    Sample { quality, ..sample(time, value) }
}

/// Numbers that look random and are the same in every run (xorshift).
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    /// A number from 0 to before 1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / 4_294_967_296.0
    }

    /// About normal, of mean 0 and deviation 1.
    pub(crate) fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}
