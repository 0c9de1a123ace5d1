//! `tingzhou copy-store`: a whole store to an empty other one.

use crate::failure::Failure;
use tingzhou_platform::{Store, StoreUrl, copy_store};

/// Arguments of `copy-store`. Stop the server first: what is written meanwhile would not be copied.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The store to copy.
    #[arg(long)]
    from: String,
    /// The empty store to copy to.
    #[arg(long)]
    to: String,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let (from, to): (StoreUrl, StoreUrl) = (args.from.parse()?, args.to.parse()?);
    if from == to {
        return Err(Failure::Input("--from and --to are the same store".to_owned()));
    }
    let (from, to) = (Store::open(&from).await?, Store::open(&to).await?);
    let hash = copy_store(&from, &to, |p| eprintln!("{}: {} rows", p.table, p.rows)).await?;
    for (table, rows, hash) in &hash.tables {
        println!("{table}\t{rows}\t{hash}");
    }
    println!("copied and verified; content hash {}", hash.whole);
    Ok(())
}
