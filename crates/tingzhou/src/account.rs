//! `tingzhou account`: who can sign in.

use crate::failure::Failure;
use crate::passwords;
use crate::setup::StoreArgs;
use clap::{Subcommand, ValueEnum};
use tingzhou_platform::ledger::{AccountId, AccountRole, LeaderId, UnitId};
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
        /// The leading post it acts for.
        #[arg(long)]
        leader: Option<String>,
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
    Leader,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let platform = args.store.platform(Clock::shanghai()).await?;
    match args.action {
        Action::Add { name, role, unit, leader } => {
            let role = match role {
                Role::Admin => AccountRole::Admin,
                Role::Supervisor => AccountRole::Supervisor,
                Role::Unit => AccountRole::Unit,
                Role::Leader => AccountRole::Leader,
            };
            let unit = unit.map(UnitId::new).transpose().map_err(|e| Failure::Input(e.to_string()))?;
            let leader = leader.map(LeaderId::new).transpose().map_err(|e| Failure::Input(e.to_string()))?;
            let password = passwords::generate()?;
            let new = NewAccount { name, role, unit, leader, password: password.clone() };
            let actor = platform.create_account(new).await?;
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
                    let unit = actor.unit.as_ref().map(UnitId::as_str);
                    let of = unit.or(actor.leader.as_ref().map(LeaderId::as_str)).unwrap_or_default();
                    println!("{}\t{}\t{of}", actor.account, actor.role.name());
                }
            }
        }
    }
    Ok(())
}
