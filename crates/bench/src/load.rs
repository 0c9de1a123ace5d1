//! Requests at a fixed pace, whatever the answers do: latency counts from the moment a request was due, so that a slow
//! answer is not hidden by the requests that waited for it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use ureq::Agent;

/// Requests a second.
pub(crate) const PACE: u32 = 200;
const SECONDS: u32 = 10;
/// Connections kept open, each with its own thread.
const CONNECTIONS: usize = 16;

pub(crate) fn agent() -> Agent {
    let config = Agent::config_builder().timeout_global(Some(Duration::from_secs(10))).proxy(None).build();
    config.into()
}

/// Asks once and reads the whole answer; its size.
pub(crate) fn ask(agent: &Agent, address: &str) -> Result<usize, ureq::Error> {
    let mut answer = agent.get(address).call()?;
    Ok(answer.body_mut().with_config().limit(100_000_000).read_to_vec()?.len())
}

/// Latencies of all requests, ascending.
pub(crate) fn latencies(address: &str) -> Vec<Duration> {
    let next = AtomicUsize::new(0);
    let start = Instant::now() + Duration::from_millis(100);
    let due = |index: usize| u32::try_from(index).ok().filter(|i| *i < PACE * SECONDS).map(|i| start + SPACING * i);
    let mut all: Vec<Duration> = thread::scope(|scope| {
        let worker = || {
            let agent = agent();
            // The connection is there before the first request is due.
            ask(&agent, address).unwrap_or_else(|e| panic!("{address}: {e}"));
            let mut took = Vec::new();
            while let Some(at) = due(next.fetch_add(1, Ordering::Relaxed)) {
                thread::sleep(at.saturating_duration_since(Instant::now()));
                ask(&agent, address).unwrap_or_else(|e| panic!("{address}: {e}"));
                took.push(at.elapsed());
            }
            took
        };
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|w| w.join().expect("a worker ends")).collect()
    });
    all.sort_unstable();
    all
}

const SPACING: Duration = Duration::from_nanos(1_000_000_000 / PACE as u64);
