//! One turn of a connection: what was read at once, and what comes of it.

use super::intake::{Channel, Ingested};
use std::sync::Arc;
use tingzhou_platform::Arriving;
use tingzhou_platform::city::{Moment, Offered, Quality};
use tingzhou_protocols::Reason;
use tingzhou_protocols::civil::instant;

/// Something not taken, to be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) address: Option<Arc<str>>,
    pub(super) reason: &'static str,
    pub(super) count: u64,
}

/// Collects what the frames of one read say. The answers go out, in their order, once the values are durable.
#[derive(Debug)]
pub(super) struct Turn {
    /// What time it is in the city.
    pub(super) now: Moment,
    /// Seconds since the connection began, for the age of parts.
    pub(super) seconds: u64,
    /// Whose frame is looked at.
    pub(super) address: Option<Arc<str>>,
    /// Values of all frames.
    pub(super) arriving: Vec<Arriving>,
    /// Whose values they are: from which place on.
    pub(super) owners: Vec<(usize, Option<Arc<str>>)>,
    /// Bytes to be sent.
    pub(super) answers: Vec<u8>,
    /// What was not taken.
    pub(super) refused: Vec<Refused>,
}

impl Turn {
    pub(super) fn new(now: Moment, seconds: u64) -> Self {
        Self {
            now,
            seconds,
            address: None,
            arriving: Vec::new(),
            owners: Vec::new(),
            answers: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Adds a value.
    pub(super) fn offer(&mut self, channel: &Channel, time: Moment, value: f64, quality: Quality) {
        self.arriving.push(Arriving { series: channel.series, offered: Offered { time, value, quality } });
    }

    /// From now on it is about this instrument.
    pub(super) fn turn_to(&mut self, address: Arc<str>) {
        if self.owners.last().is_none_or(|(_, last)| last.as_ref() != Some(&address)) {
            self.owners.push((self.arriving.len(), Some(Arc::clone(&address))));
        }
        self.address = Some(address);
    }

    /// What the gate did not take, by instrument; those beyond the first listed are the last one's.
    pub(super) fn not_taken(&self, ingested: &Ingested) -> Vec<Refused> {
        let mut found: Vec<Refused> = Vec::new();
        let mut add = |address: Option<Arc<str>>, reason, count| match found
            .iter_mut()
            .find(|one| one.reason == reason && one.address == address)
        {
            Some(one) => one.count += count,
            None => found.push(Refused { address, reason, count }),
        };
        for (place, reason) in &ingested.refused {
            let before = self.owners.partition_point(|(from, _)| from <= place);
            let owner = before.checked_sub(1).and_then(|owner| self.owners.get(owner));
            add(owner.and_then(|(_, address)| address.clone()), *reason, 1);
        }
        let more = ingested.refused_in_all.saturating_sub(ingested.refused.len()) as u64;
        if more > 0 {
            add(self.address.clone(), "not-taken", more);
        }
        found
    }

    /// Counts something of the frame looked at.
    pub(super) fn refuse(&mut self, reason: &'static str) {
        match self.refused.last_mut() {
            Some(last) if last.reason == reason && last.address == self.address => last.count += 1,
            _ => self.refused.push(Refused { address: self.address.clone(), reason, count: 1 }),
        }
    }
}

/// The moment of an instrument's civil time.
pub(super) fn moment(civil: jiff::civil::DateTime) -> Result<Moment, Reason> {
    instant(civil).map(Moment::from)
}
