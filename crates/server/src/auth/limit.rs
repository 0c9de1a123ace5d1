//! How often a name may fail to sign in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MOST_FAILURES: u32 = 10;
const WINDOW: Duration = Duration::from_secs(300);
const MOST_NAMES: usize = 10_000;

#[derive(Clone, Copy)]
struct Failures {
    since: Instant,
    count: u32,
}

/// Failed sign-ins by name, bounded.
#[derive(Default)]
pub(crate) struct SignInLimit {
    names: Mutex<HashMap<String, Failures>>,
}

impl SignInLimit {
    /// How long a name has to wait; `None` when it may try.
    pub(crate) fn wait(&self, name: &str, now: Instant) -> Option<Duration> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = names.get(&key(name))?;
        let gone = now.saturating_duration_since(failures.since);
        (failures.count >= MOST_FAILURES && gone < WINDOW).then(|| WINDOW.saturating_sub(gone))
    }

    /// A try that failed.
    pub(crate) fn failed(&self, name: &str, now: Instant) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= MOST_NAMES {
            names.retain(|_, f| now.saturating_duration_since(f.since) < WINDOW);
            if names.len() >= MOST_NAMES {
                // So many names at once is an attack on the map itself; the oldest half makes room.
                let mut ages: Vec<Instant> = names.values().map(|f| f.since).collect();
                ages.sort_unstable();
                let middle = ages.get(ages.len() / 2).copied().unwrap_or(now);
                names.retain(|_, f| f.since > middle);
            }
        }
        let failures = names.entry(key(name)).or_insert(Failures { since: now, count: 0 });
        if now.saturating_duration_since(failures.since) >= WINDOW {
            *failures = Failures { since: now, count: 0 };
        }
        failures.count = failures.count.saturating_add(1);
    }

    /// A try that succeeded.
    pub(crate) fn succeeded(&self, name: &str) {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(name));
    }
}

/// Names are at most 64 bytes; longer ones cannot be accounts and share what is left of them.
fn key(name: &str) -> String {
    name.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_then_a_wait_that_ends() {
        let limit = SignInLimit::default();
        let start = Instant::now();
        for _ in 0..10 {
            assert!(limit.wait("water", start).is_none());
            limit.failed("water", start);
        }
        assert_eq!(limit.wait("water", start), Some(WINDOW));
        assert!(limit.wait("roads", start).is_none());
        assert!(limit.wait("water", start + WINDOW).is_none());
        limit.failed("water", start + WINDOW);
        assert!(limit.wait("water", start + WINDOW).is_none());
    }

    #[test]
    fn success_forgets_and_the_map_stays_bounded() {
        let limit = SignInLimit::default();
        let start = Instant::now();
        for i in 0..MOST_NAMES * 2 {
            limit.failed(&format!("n{i}"), start + Duration::from_millis(i as u64));
        }
        assert!(limit.names.lock().unwrap().len() <= MOST_NAMES);
        for _ in 0..10 {
            limit.failed("water", start);
        }
        limit.succeeded("water");
        assert!(limit.wait("water", start).is_none());
    }
}
