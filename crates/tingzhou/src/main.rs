//! The command line: read reports, set up a city, serve it, check its log, move it.
//!
//! Exit codes: 0 done; 1 something failed; 2 what was given is wrong, and the message says what, where and what to do.

mod account;
mod audit;
mod copy;
mod decomposition;
mod demo;
mod export;
mod failure;
mod findings;
mod made_up;
mod passwords;
mod progress;
mod read;
mod serve;
mod setup;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

/// The system's own allocator keeps a heap for every thread: under load the same work holds half as much again in it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Tingzhou 庭州: a government work report as a living ledger.
#[derive(Parser)]
#[command(name = "tingzhou", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read a report and print its statements.
    Read(read::Args),
    /// Print what a report says about itself: places that belong side by side.
    Findings(findings::Args),
    /// Found a city from its pack.
    Found(setup::FoundArgs),
    /// Adopt a report: every commitment becomes a task.
    Adopt(setup::AdoptArgs),
    /// Take in a decomposition table: who answers for which task.
    Decomposition(decomposition::Args),
    /// Manage accounts.
    Account(account::Args),
    /// Serve a city's pages and API.
    Serve(Box<serve::Args>),
    /// Serve a simulated city.
    Demo(demo::Args),
    /// Check that the log is as it was written.
    Audit(audit::Args),
    /// Write a report's tasks for other systems.
    Export(export::Args),
    /// Copy a whole store to an empty other one, verified.
    CopyStore(copy::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .init();
    let done = match cli.command {
        Command::Read(args) => read::run(&args),
        Command::Findings(args) => findings::run(&args),
        Command::Found(args) => block_on(setup::found(args)),
        Command::Adopt(args) => block_on(setup::adopt(args)),
        Command::Decomposition(args) => block_on(decomposition::run(args)),
        Command::Account(args) => block_on(account::run(args)),
        Command::Serve(args) => block_on(serve::run(*args)),
        Command::Demo(args) => block_on(demo::run(args)),
        Command::Audit(args) => block_on(audit::run(args)),
        Command::Export(args) => block_on(export::run(args)),
        Command::CopyStore(args) => block_on(copy::run(args)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tingzhou: {failure}");
            failure.code()
        }
    }
}

fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::Failed(anyhow::Error::new(e).context("the runtime could not be started")))?;
    runtime.block_on(work)
}
