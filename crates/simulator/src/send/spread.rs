//! How long answers took, in buckets that are 2 % wide: a few kilobytes for any number of them.

use std::time::Duration;

/// A bucket's lower end is this much above that of the one before.
const WIDTH: f64 = 1.02;

/// Up to more than an hour.
const BUCKETS: usize = 1_200;

/// Times counted by their length, from 1 µs.
#[derive(Clone, Debug)]
pub struct Spread {
    counts: Vec<u64>,
    all: u64,
}

impl Default for Spread {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], all: 0 }
    }
}

impl Spread {
    /// One more.
    pub fn add(&mut self, took: Duration) {
        let micros = (took.as_secs_f64() * 1e6).max(1.0);
        let bucket = crate::noise::whole(libm::log(micros) / libm::log(WIDTH));
        let bucket = usize::try_from(bucket).unwrap_or(0).min(BUCKETS - 1);
        self.counts[bucket] += 1;
        self.all += 1;
    }

    /// Those of another.
    pub fn take(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(own, more)| *own += more);
        self.all += other.all;
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.all
    }

    /// The time that a share of all (0 to 1) does not exceed, to 2 %; nothing when there are none.
    #[must_use]
    pub fn within(&self, share: f64) -> Option<Duration> {
        if self.all == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts are far from 2⁵³")]
        let wanted = self.all as f64 * share.clamp(0.0, 1.0);
        let mut sum = 0_u64;
        let bucket = self.counts.iter().position(|count| {
            sum += count;
            #[expect(clippy::cast_precision_loss, reason = "counts are far from 2⁵³")]
            let reached = sum as f64 >= wanted && sum > 0;
            reached
        })?;
        // Fewer than 1,200.
        let end = libm::pow(WIDTH, f64::from(u32::try_from(bucket).unwrap_or(0)) + 1.0);
        Some(Duration::from_secs_f64(end / 1e6))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares() {
        let mut spread = Spread::default();
        assert_eq!(spread.within(0.5), None);
        (1..=1_000).for_each(|millis| spread.add(Duration::from_millis(millis)));
        let check = |share: f64, millis: f64| {
            let found = spread.within(share).unwrap().as_secs_f64() * 1e3;
            assert!((millis * 0.999..millis * 1.021).contains(&found), "{share}: {found}");
        };
        check(0.5, 500.0);
        check(0.99, 990.0);
        check(1.0, 1_000.0);
        let mut two = spread.clone();
        two.take(&spread);
        assert_eq!((two.count(), two.within(0.5)), (2_000, spread.within(0.5)));
        two.add(Duration::from_secs(1_000_000));
        two.add(Duration::ZERO);
        assert_eq!(two.count(), 2_002);
    }
}
