//! `tingzhou export`: a city's ledger for other systems.

use crate::failure::Failure;
use crate::read::print;
use crate::setup::StoreArgs;
use anyhow::Context as _;
use clap::Subcommand;
use std::path::PathBuf;
use tingzhou_platform::Clock;
use tingzhou_platform::ledger::ReportId;

/// Arguments of `export`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A report's tasks as a StratML Part 2 performance report (ISO 17469-2), as of now.
    Stratml {
        #[command(flatten)]
        store: StoreArgs,
        /// The report; the newest when not given.
        #[arg(long)]
        report: Option<String>,
        /// The file to write; standard output when not given.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let What::Stratml { store, report, out } = args.what;
    let platform = store.platform(Clock::shanghai()).await?;
    let id = report.map(ReportId::new).transpose().map_err(|e| Failure::Input(e.to_string()))?;
    let snapshot = platform.snapshot().await?;
    let found = snapshot.report(id.as_ref()).ok_or_else(|| {
        let known: Vec<&str> = snapshot.reports.iter().map(|r| r.id.as_str()).collect();
        Failure::Input(format!("there is no such report; adopted are: {}", known.join(", ")))
    })?;
    let xml = platform.stratml(&snapshot, found).context("StratML could not be written")?;
    match out {
        Some(file) => {
            std::fs::write(&file, xml).with_context(|| format!("{} could not be written", file.display()))?;
        }
        None => print(&format!("{xml}\n"))?,
    }
    Ok(())
}
