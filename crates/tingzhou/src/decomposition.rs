//! `tingzhou decomposition`: a decomposition table taken in.

use crate::failure::Failure;
use crate::progress::Progress;
use crate::read::print;
use crate::setup::{StoreArgs, acting};
use anyhow::Context as _;
use std::fmt::Write as _;
use std::path::PathBuf;
use tingzhou_platform::Clock;

/// Arguments of `decomposition`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    store: StoreArgs,
    /// The table, XLSX or CSV.
    file: PathBuf,
    /// Without a column for the lead unit, no unit of a row leads; each such row is named.
    #[arg(long)]
    no_first_leads: bool,
    /// Write it: the account in whose name. Without it the rows are only printed.
    #[arg(long, value_name = "ACCOUNT")]
    confirm: Option<String>,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let platform = args.store.platform(Clock::shanghai()).await?;
    let bytes = std::fs::read(&args.file).with_context(|| format!("reading {}", args.file.display()))?;
    let about = |e: &dyn std::fmt::Display| Failure::Input(format!("{}: {e}", args.file.display()));
    let preview = platform.preview_decomposition(&bytes, !args.no_first_leads).await.map_err(|e| about(&e))?;
    let mut out = String::from("cell\ttask\tconfidence\tlead\tco-units\tleader\twhat\n");
    for row in &preview.rows {
        let first = row.proposed.first();
        let confidence = row.candidates.first().map(|c| format!("{}%", c.confidence)).unwrap_or_default();
        let what = match first {
            None => "not taken",
            Some(p) if p.unchanged => "unchanged",
            Some(p) if p.sure => "to be confirmed",
            Some(_) => "unsure",
        };
        let co = first.map(|p| p.co_units.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"));
        let text = |text: Option<String>| text.unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{}\t{}\t{confidence}\t{}\t{}\t{}\t{what}",
            row.line.cell,
            text(first.map(|p| p.task.to_string())),
            text(first.map(|p| p.lead.to_string())),
            text(co),
            text(first.and_then(|p| p.leader.as_ref().map(ToString::to_string))),
        );
    }
    print(&out)?;
    let own = preview.rows.iter().flat_map(|row| &row.problems);
    for problem in preview.problems.iter().chain(own) {
        eprintln!("{}: {} / {}", problem.cell, problem.message.zh, problem.message.en);
    }
    eprintln!("{} rows, {} tasks in no row", preview.rows.len(), preview.untouched.len());
    let Some(account) = &args.confirm else { return Ok(()) };
    let actor = acting(&platform, account).await?;
    let first = preview.rows.into_iter().filter_map(|row| row.proposed.into_iter().next());
    let rows: Vec<_> = first.filter(|p| p.sure && !p.unchanged).collect();
    let (total, mut progress) = (rows.len(), Progress::new("分工 assigning"));
    let done = platform
        .confirm_decomposition(&actor, rows, |done| progress.at(done, total))
        .await
        .context("the table could not be written")?;
    eprintln!("{} of {total} written", done.assigned);
    for (task, error) in &done.failed {
        eprintln!("{task}: {error}");
    }
    if done.failed.is_empty() { Ok(()) } else { Err(Failure::Input("some rows were not written".to_owned())) }
}
