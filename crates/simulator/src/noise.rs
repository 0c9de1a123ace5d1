//! Chance without state: numbers that depend on a seed and on what they are asked for, and on nothing else.

use libm::floor;

/// A place among all chances. Asking it again gives the same answer; what is asked of one tells nothing of another.
///
/// The mixing is that of `SplitMix64` (Steele, Lea and Flood 2014), which passes the usual tests of generators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noise(u64);

impl Noise {
    /// The beginning of everything that follows from a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// Another place, by a number.
    #[must_use]
    pub const fn of(self, part: i64) -> Self {
        Self(mix(self.0 ^ mix(part.cast_unsigned())))
    }

    /// Another place, by a name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        // FNV-1a, so that the same letters in another order are another name.
        let folded = name
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |all, byte| (all ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        Self(mix(self.0 ^ folded))
    }

    /// What stands for the place itself.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// A number of [0, 1), all equally likely.
    #[must_use]
    pub fn unit(self) -> f64 {
        // 53 bits are what a float holds exactly.
        let bits = u32::try_from(self.0 >> 37).unwrap_or(0);
        let low = u32::try_from(self.0 >> 11 & 0x3FF_FFFF).unwrap_or(0);
        (f64::from(bits) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// A number of [low, high).
    #[must_use]
    pub fn between(self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// One of `count` things, from 0; 0 when there is none.
    #[must_use]
    pub fn pick(self, count: usize) -> usize {
        // The remainder is less than a usize.
        usize::try_from(self.0 % count.max(1) as u64).unwrap_or(0)
    }

    /// A smooth course over `t`, within [-1, 1], that turns about once in a step of 1.
    #[must_use]
    pub fn course(self, t: f64) -> f64 {
        let step = floor(t);
        let part = t - step;
        let step = whole(step);
        let (before, after) = (self.of(step).between(-1.0, 1.0), self.of(step.wrapping_add(1)).between(-1.0, 1.0));
        before + (after - before) * part * part * (3.0 - 2.0 * part)
    }

    /// A course with smaller and quicker ones on it, within [-1, 1].
    #[must_use]
    pub fn rough(self, t: f64) -> f64 {
        0.6 * self.course(t) + 0.3 * self.of(1).course(2.3 * t) + 0.1 * self.of(2).course(5.1 * t)
    }
}

const fn mix(of: u64) -> u64 {
    let mut z = of.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The whole part of a number, towards zero; the ends of 64 bits for what is beyond, 0 for what is no number.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the language saturates, as the sentence above says")]
pub fn whole(number: f64) -> i64 {
    number as i64
}

/// The nearest number with so many decimals.
#[must_use]
pub fn rounded(number: f64, decimals: u8) -> f64 {
    let scale = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6][usize::from(decimals.min(6))];
    // Adding zero turns -0.0 into 0.0.
    libm::round(number * scale) / scale + 0.0
}

/// 0 up to `low`, 1 from `high` on, smooth between.
#[must_use]
pub fn ramp(number: f64, low: f64, high: f64) -> f64 {
    let part = ((number - low) / (high - low)).clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

/// One turn of a wave, 1 at `peak`, with a period.
#[must_use]
pub fn wave(t: f64, peak: f64, period: f64) -> f64 {
    libm::cos(std::f64::consts::TAU * (t - peak) / period)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn is_spread_evenly() {
        let noise = Noise::new(7);
        let mut tenths = [0_u32; 10];
        for i in 0..10_000 {
            tenths[noise.of(i).pick(10)] += 1;
        }
        assert!(tenths.iter().all(|count| (850..1_150).contains(count)), "{tenths:?}");
        let mean = (0..10_000).map(|i| noise.of(i).unit()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
    }

    #[test]
    fn rounds() {
        let check = |number: f64, decimals: u8, expected: &str| {
            assert_eq!(rounded(number, decimals).to_string(), expected, "{number}");
        };
        check(1.25, 0, "1");
        check(-0.04, 1, "0");
        check(0.123_456, 3, "0.123");
        check(87.300_000_4, 6, "87.3");
    }

    proptest! {
        #[test]
        fn stays_within_bounds(seed: u64, t in -1e7..1e7_f64) {
            let noise = Noise::new(seed);
            prop_assert!((0.0..1.0).contains(&noise.unit()));
            prop_assert!((-1.0..=1.0).contains(&noise.course(t)));
            prop_assert!((-1.0..=1.0).contains(&noise.rough(t)));
            prop_assert!((noise.course(t) - noise.course(t + 1e-4)).abs() < 1e-3);
            prop_assert!((0.0..=1.0).contains(&ramp(t, -3.0, 5.0)));
        }
    }
}
