//! `tingzhou account`: who can sign in.

use crate::failure::Failure;
use crate::passwords;
use crate::setup::StoreArgs;
use clap::{Subcommand, ValueEnum};
use tingzhou_platform::ledger::{AccountId, AccountRole, UnitId};
use tingzhou_platform::{Clock, NewAccount};

/// Arguments of `account`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    store: StoreArgs,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Add an account; its password is generated and printed once.
    Add {
        /// Name to sign in with.
        #[arg(long)]
        name: String,
        /// What it may do.
        #[arg(long, value_enum)]
        role: Role,
        /// The unit it files for.
        #[arg(long)]
        unit: Option<String>,
    },
    /// Give an account a new password, generated and printed once; its sessions end.
    Password {
        /// The account.
        #[arg(long)]
        name: String,
    },
    /// List the accounts.
    List,
}

#[derive(Clone, Copy, ValueEnum)]
enum Role {
    Admin,
    Supervisor,
    Unit,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let platform = args.store.platform(Clock::shanghai()).await?;
    match args.action {
        Action::Add { name, role, unit } => {
            let role = match role {
                Role::Admin => AccountRole::Admin,
                Role::Supervisor => AccountRole::Supervisor,
                Role::Unit => AccountRole::Unit,
            };
            let unit = unit.map(UnitId::new).transpose().map_err(|e| Failure::Input(e.to_string()))?;
            let password = passwords::generate()?;
            let actor = platform.create_account(NewAccount { name, role, unit, password: password.clone() }).await?;
            println!("{}\t{}\t{password}", actor.account, actor.role.name());
        }
        Action::Password { name } => {
            let account = AccountId::new(name).map_err(|e| Failure::Input(e.to_string()))?;
            let password = passwords::generate()?;
            platform.set_password(&account, &password).await?;
            println!("{account}\t{password}");
        }
        Action::List => {
            let mut after = String::new();
            loop {
                let page = platform.accounts(&after).await?;
                let Some(last) = page.last() else { break };
                after = last.account.to_string();
                for actor in &page {
                    let unit = actor.unit.as_ref().map_or("", UnitId::as_str);
                    println!("{}\t{}\t{unit}", actor.account, actor.role.name());
                }
            }
        }
    }
    Ok(())
}
