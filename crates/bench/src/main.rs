//! `tingzhou-bench [NAME]`: measures, and prints one tab-separated line a figure. Every figure stands beside a peer or a
//! physical limit measured in the same run, since machines differ and ratios differ less.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a measurement stops where it stands")]

mod cases;
mod decomposition;
mod disk;
mod figure;
mod filing;
mod forecast;
mod instruments;
mod listeners;
mod load;
mod measures;
mod memory;
mod mqtt;
mod pages;
mod protocols;
mod read;
mod year;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The program's, since memory is measured too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BENCHES: [(&str, fn()); 10] = [
    ("read", read::run),
    ("protocols", protocols::run),
    ("cases", cases::run),
    ("forecast", forecast::run),
    ("filing", filing::run),
    ("decomposition", decomposition::run),
    ("instruments", instruments::run),
    ("measures", measures::run),
    ("listeners", listeners::run),
    ("pages", pages::run),
];

/// The repository's root.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = names.iter().find(|name| BENCHES.iter().all(|(known, _)| known != name)) {
        let known: Vec<&str> = BENCHES.iter().map(|(name, _)| *name).collect();
        eprintln!("there is no measurement {unknown}; there are: {}", known.join(", "));
        return ExitCode::from(2);
    }
    if cfg!(debug_assertions) {
        eprintln!("built without optimisation, figures would say nothing: use ./dev bench");
        return ExitCode::from(2);
    }
    println!("#name\tvalue\tunit\tcompared with\tratio");
    for (name, run) in BENCHES {
        if names.is_empty() || names.iter().any(|n| n == name) {
            run();
        }
    }
    ExitCode::SUCCESS
}
