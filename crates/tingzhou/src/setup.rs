//! `tingzhou found` and `tingzhou adopt`: setting up a city.

use crate::failure::Failure;
use crate::read::bytes_of;
use std::path::PathBuf;
use tingzhou_platform::ledger::{AccountId, AccountRole, Actor, CityId};
use tingzhou_platform::{Clock, Pack, Platform, Store, StoreUrl};

/// Where the city is.
#[derive(clap::Args, Clone)]
pub(crate) struct StoreArgs {
    /// The store: sqlite:FOLDER or postgres://user@host/database.
    #[arg(long, global = true, env = "TINGZHOU_STORE", default_value = "sqlite:tingzhou-data")]
    pub(crate) store: String,
    /// The city; needed when the store holds several.
    #[arg(long)]
    pub(crate) city: Option<String>,
}

impl StoreArgs {
    pub(crate) async fn open(&self) -> Result<Store, Failure> {
        let url: StoreUrl = self.store.parse()?;
        Ok(Store::open(&url).await?)
    }

    pub(crate) async fn platform(&self, clock: Clock) -> Result<Platform, Failure> {
        let city = self.city.clone().map(CityId::new).transpose().map_err(|e| Failure::Input(e.to_string()))?;
        Ok(Platform::open(self.open().await?, city.as_ref(), clock).await?)
    }
}

/// Arguments of `found`.
#[derive(clap::Args)]
pub(crate) struct FoundArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The city's pack: a folder such as cities/changji.
    #[arg(long)]
    city_pack: PathBuf,
}

pub(crate) async fn found(args: FoundArgs) -> Result<(), Failure> {
    let pack = Pack::load(&args.city_pack)?;
    let platform = Platform::found(args.store.open().await?, pack, Clock::shanghai()).await?;
    let pack = platform.pack();
    println!("founded {} ({}): {} units, {} areas", platform.city(), pack.name.zh, pack.units.len(), pack.areas.len());
    println!("next: tingzhou account add --name NAME --role supervisor, then tingzhou adopt FILE --as NAME");
    Ok(())
}

/// Arguments of `adopt`.
#[derive(clap::Args)]
pub(crate) struct AdoptArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The report's text.
    file: PathBuf,
    /// The account that adopts it: an admin or a supervisor.
    #[arg(long = "as")]
    account: String,
    /// Only show what adopting would do.
    #[arg(long)]
    preview: bool,
}

pub(crate) async fn adopt(args: AdoptArgs) -> Result<(), Failure> {
    let bytes = bytes_of(&args.file)?;
    let platform = args.store.platform(Clock::shanghai()).await?;
    let about = |e: tingzhou_platform::PlatformError| match Failure::from(e) {
        Failure::Input(why) => Failure::about(args.file.display(), why),
        other => other,
    };
    if args.preview {
        let preview = platform.preview(&bytes).map_err(about)?;
        println!("{} ({})", preview.title, preview.year);
        println!("{} statements, {} tasks", preview.reading.statements.len(), preview.tasks.len());
        for task in &preview.tasks {
            println!("{}\t{}\t{}", task.id, task.area, task.title);
        }
        return Ok(());
    }
    let actor = acting(&platform, &args.account).await?;
    let report = platform.adopt(&actor, &bytes, false).await.map_err(about)?;
    let tasks = report.reading.tasks();
    println!(
        "adopted {} as report {}: {} statements, {tasks} tasks",
        report.title,
        report.id,
        report.reading.statements.len()
    );
    Ok(())
}

/// An account that may adopt.
pub(crate) async fn acting(platform: &Platform, name: &str) -> Result<Actor, Failure> {
    let account = AccountId::new(name).map_err(|e| Failure::Input(e.to_string()))?;
    let row = platform.store().account(platform.city(), &account).await?;
    let actor = row.map(|r| r.actor).ok_or_else(|| {
        Failure::Input(format!("there is no account {name}; tingzhou account add --name {name} --role supervisor"))
    })?;
    match actor.role {
        AccountRole::Admin | AccountRole::Supervisor => Ok(actor),
        AccountRole::Unit | AccountRole::Leader => {
            Err(Failure::Input(format!("account {name} is a {}'s; a supervisor or admin adopts", actor.role.name())))
        }
    }
}
