//! Count, least, most, sum, first and last of samples: of a chunk, an hour, a day.

use crate::moment::{Grain, Moment};
use crate::number::Number;
use crate::observation::Sample;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What samples come to. Those that do not count ([`Quality::counts`](crate::Quality::counts)) are only numbered.
///
/// Sums are 64-bit floats, added in the order of time: the same samples always give the same sum, merging parts may
/// differ from it in the last digits (relative 1e-15 a step).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// How many samples do not count.
    pub set_aside: u32,
    /// What the others come to; none when there are none.
    pub counted: Option<Counted>,
}

/// What samples that count come to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// How many; at least one.
    pub count: u32,
    /// The least value.
    pub min: Number,
    /// The greatest value.
    pub max: Number,
    /// The sum of all values.
    pub sum: f64,
    /// The first in time.
    pub first: Number,
    /// When that was.
    pub first_at: Moment,
    /// The last in time.
    pub last: Number,
    /// When that was.
    pub last_at: Moment,
}

impl Counted {
    /// The mean of the samples.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum / f64::from(self.count)
    }

    fn one(sample: &Sample) -> Self {
        let (value, time) = (sample.value, sample.time);
        // 0.0 + -0.0 is 0.0, and a sum begins with nothing.
        Self {
            count: 1,
            min: value,
            max: value,
            sum: 0.0 + value.get(),
            first: value,
            first_at: time,
            last: value,
            last_at: time,
        }
    }

    /// Both together. Of two values at the same instant the later part's is the last, the earlier part's the first.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let (first, last) = if other.first_at < self.first_at { (other, self) } else { (self, other) };
        let end = if first.last_at > last.last_at { first } else { last };
        Self {
            count: first.count.saturating_add(last.count),
            min: if last.min < first.min { last.min } else { first.min },
            max: if last.max > first.max { last.max } else { first.max },
            sum: first.sum + last.sum,
            first: first.first,
            first_at: first.first_at,
            last: end.last,
            last_at: end.last_at,
        }
    }
}

impl Aggregate {
    /// What samples in the order of time come to.
    #[must_use]
    pub fn of(samples: &[Sample]) -> Self {
        let mut all = Self::default();
        for sample in samples {
            all.add(sample);
        }
        all
    }

    /// Adds a sample later than all before.
    pub fn add(&mut self, sample: &Sample) {
        if sample.quality.counts() {
            let one = Counted::one(sample);
            self.counted = Some(self.counted.map_or(one, |so_far| so_far.merge(one)));
        } else {
            self.set_aside = self.set_aside.saturating_add(1);
        }
    }

    /// Both together, as a day is made of its hours.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let counted = match (self.counted, other.counted) {
            (Some(a), Some(b)) => Some(a.merge(b)),
            (one, None) | (None, one) => one,
        };
        Self { set_aside: self.set_aside.saturating_add(other.set_aside), counted }
    }
}

/// Samples in the order of time, by hours or days of Beijing time. Hours and days without samples are left out: what is
/// not known is not zero.
#[must_use]
pub fn rollup(samples: &[Sample], grain: Grain) -> Vec<(Moment, Aggregate)> {
    let runs = samples.chunk_by(|a, b| a.time.begin(grain) == b.time.begin(grain));
    runs.filter_map(|run| Some((run.first()?.time.begin(grain), Aggregate::of(run)))).collect()
}

/// The hours or days to compute anew when samples of these times came late, were corrected or taken back. Least and
/// greatest values cannot be subtracted, and sums that are would drift; so nothing is subtracted.
#[must_use]
pub fn touched(times: impl IntoIterator<Item = Moment>, grain: Grain) -> BTreeSet<Moment> {
    times.into_iter().map(|time| time.begin(grain)).collect()
}
