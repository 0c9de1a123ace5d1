//! `tingzhou audit verify`: is everything as it was written?

use crate::failure::Failure;
use crate::setup::StoreArgs;
use clap::Subcommand;
use tingzhou_platform::Clock;

/// Arguments of `audit`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    store: StoreArgs,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Recompute every hash of the log and compare the tasks with what the log says.
    Verify,
    /// Print the content hash of the whole store, by table.
    Hash,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    match args.action {
        Action::Verify => {
            let platform = args.store.platform(Clock::shanghai()).await?;
            match platform.audit().await? {
                Ok(report) => {
                    println!(
                        "{}: {} events and {} tasks as written; head {}",
                        platform.city(),
                        report.events,
                        report.tasks,
                        report.head
                    );
                    Ok(())
                }
                Err(fault) => Err(Failure::Failed(anyhow::anyhow!("{}: not as written: {fault}", platform.city()))),
            }
        }
        Action::Hash => {
            let hash = args.store.open().await?.content_hash().await?;
            for (table, rows, hash) in &hash.tables {
                println!("{table}\t{rows}\t{hash}");
            }
            println!("whole\t\t{}", hash.whole);
            Ok(())
        }
    }
}
