//! What the tests that drive the built program share: the program itself, a simulated city, its server, its API, and a
//! browser. A test stops where it stands, so everything here panics with what to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

mod api;
mod audit;
mod browser;
mod city;
mod driver;
mod program;
mod server;
mod tiles;

pub use api::{Api, Reply};
pub use audit::{Axe, Finding, Look, SIZES, nothing_wrong};
pub use browser::Browser;
pub use city::{City, DAY, Login};
pub use driver::Driver;
pub use program::{program, run, run_in, simulator, workspace};
pub use server::Server;
pub use tiles::write_tiles;

use std::time::{Duration, Instant};

/// Longest time anything is waited for.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none within [`PATIENCE`].
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
