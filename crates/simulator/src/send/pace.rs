//! Time that runs as fast as wanted, from a moment on.

use std::time::Duration;
use tingzhou_city::Moment;
use tokio::time::{Instant, sleep_until};

/// The simulated time beside the real one.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    from: Moment,
    started: Instant,
    speed: f64,
}

impl Pace {
    /// Time that begins now at a moment and runs so many times as fast as it does.
    #[must_use]
    pub fn begin(from: Moment, speed: f64) -> Self {
        Self { from, started: Instant::now(), speed: speed.clamp(0.001, 1e9) }
    }

    /// Whether the simulated time has been there.
    #[must_use]
    pub fn is_past(&self, at: Moment) -> bool {
        self.due(at).is_none_or(|due| due <= Instant::now())
    }

    /// Waits until the simulated time is there; not at all when it has been.
    pub async fn until(&self, at: Moment) {
        if let Some(due) = self.due(at) {
            sleep_until(due).await;
        }
    }

    fn due(&self, at: Moment) -> Option<Instant> {
        // Exact to a millisecond over 285,000 years.
        #[expect(clippy::cast_precision_loss, reason = "as the line above says")]
        let seconds = at.since(self.from).millis() as f64 / 1_000.0 / self.speed;
        Duration::try_from_secs_f64(seconds).ok().and_then(|wait| self.started.checked_add(wait))
    }
}
