//! What was sent and what came of it, counted by everybody at once.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts since the beginning.
#[derive(Debug, Default)]
pub struct Tally {
    /// Messages or batches that were answered as taken.
    pub taken: AtomicU64,
    /// Observations in them.
    pub observations: AtomicU64,
    /// Passages of vehicles in batches of their own.
    pub passages: AtomicU64,
    /// Rows of batches that were taken without them, such as those of a wrong clock.
    pub left_out: AtomicU64,
    /// Messages that were answered as not taken.
    pub refused: AtomicU64,
    /// Messages sent again because no answer came.
    pub again: AtomicU64,
    /// Connections made after the first.
    pub reconnects: AtomicU64,
}

/// One more, or several.
pub fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Relaxed);
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = |counter: &AtomicU64| counter.load(Relaxed);
        write!(
            f,
            "{} observations and {} passages in {} messages taken, {} left out, {} messages refused, {} sent again, {} reconnects",
            read(&self.observations),
            read(&self.passages),
            read(&self.taken),
            read(&self.left_out),
            read(&self.refused),
            read(&self.again),
            read(&self.reconnects)
        )
    }
}
