//! Samples in the order of time: rows that come later, and what is missing.

use crate::moment::{Moment, Period};
use crate::observation::Sample;
use crate::quality::Quality;

/// A sample with the instant it was received at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrived {
    /// What was observed.
    pub sample: Sample,
    /// When it came.
    pub received: Moment,
}

/// Puts later rows into samples that are in the order of time, one for each instant. The last to be written wins: a later
/// row over what is there, among later rows the one received last, and of two received together the one given last.
/// A row that takes the place of another value is marked corrected; the same value sent again late is not late. Merging the same rows again changes nothing.
#[must_use]
pub fn merge(samples: &[Sample], later: &[Arrived]) -> Vec<Sample> {
    let mut later = later.to_vec();
    later.sort_by_key(|row| (row.sample.time, row.received));
    let mut merged = Vec::with_capacity(samples.len() + later.len());
    let mut old = samples.iter().copied().peekable();
    for run in later.chunk_by(|a, b| a.sample.time == b.sample.time) {
        let Some(time) = run.first().map(|row| row.sample.time) else { continue };
        while let Some(sample) = old.next_if(|sample| sample.time < time) {
            merged.push(sample);
        }
        let there = old.next_if(|sample| sample.time == time);
        let winner = run.iter().fold(there, |there, row| Some(replace(there, row.sample)));
        merged.extend(winner);
    }
    merged.extend(old);
    merged
}

fn replace(there: Option<Sample>, new: Sample) -> Sample {
    let Some(there) = there else { return new };
    if !there.value.same(new.value) {
        return Sample { quality: new.quality.with(Quality::CORRECTED), ..new };
    }
    // The same sent again: it was corrected if it was, and late only if it was so the first time.
    let kept = there.quality.common(Quality::CORRECTED);
    let late = there.quality.common(new.quality).common(Quality::LATE);
    Sample { quality: new.quality.without(Quality::LATE).with(late).with(kept), ..new }
}

/// A stretch of time without values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// After the value before it, or the beginning of what was asked for.
    pub from: Moment,
    /// Before the value after it, or the end of what was asked for.
    pub to: Moment,
    /// How many values are missing, by the expected interval.
    pub missing: u64,
}

/// Where a series is silent for more than one and a half of its expected interval from `from` to before `to`; times are
/// in order. An interval of no length has no gaps.
#[must_use]
pub fn gaps(times: impl IntoIterator<Item = Moment>, interval: Period, from: Moment, to: Moment) -> Vec<Gap> {
    let mut found = Vec::new();
    let step = interval.millis();
    if step == 0 {
        return found;
    }
    let half = step / 2;
    // Between two values n intervals hold n - 1 more; before the first there is room for n.
    let mut look = |from: Moment, to: Moment, least: i64, ends: i64| {
        let between = to.since(from).millis();
        if between >= least {
            let missing = u64::try_from((between + half) / step - ends).unwrap_or_default();
            found.push(Gap { from, to, missing });
        }
    };
    let mut last = None;
    for time in times.into_iter().filter(|time| (from..to).contains(time)) {
        match last {
            None => look(from, time, step + half + 1, 0),
            Some(before) => look(before, time, step + half + 1, 1),
        }
        last = Some(time);
    }
    match last {
        Some(before) => look(before, to, step + half + 1, 1),
        None => look(from, to, step, 0),
    }
    found
}
