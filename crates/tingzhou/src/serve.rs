//! `tingzhou serve`: a city's pages and API.

use crate::failure::Failure;
use crate::setup::StoreArgs;
use anyhow::Context as _;
use std::net::SocketAddr;
use tingzhou_platform::{Clock, Platform};
use tingzhou_server::ServerSettings;
use tokio::net::TcpListener;

/// Arguments of `serve`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    store: StoreArgs,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Send cookies over HTTPS only; for use behind a proxy that ends TLS.
    #[arg(long)]
    secure_cookies: bool,
    /// Let the city's time stand at this day; for a simulated city.
    #[arg(long)]
    day: Option<jiff::civil::Date>,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let clock = args.day.map_or_else(Clock::shanghai, Clock::standing_at);
    let platform = args.store.platform(clock).await?;
    let listener = listen(args.listen).await?;
    eprintln!("serving {} at http://{}", platform.city(), args.listen);
    until_stopped(
        listener,
        platform,
        ServerSettings { secure_cookies: args.secure_cookies, ..ServerSettings::default() },
    )
    .await
}

pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|e| {
        Failure::Input(format!(
            "cannot listen on {address}: {e}; another program may use the port: choose one with --listen"
        ))
    })
}

pub(crate) async fn until_stopped(
    listener: TcpListener,
    platform: Platform,
    settings: ServerSettings,
) -> Result<(), Failure> {
    let served = tingzhou_server::serve(listener, platform, settings, stopped()).await;
    Ok(served.context("the server stopped")?)
}

/// Until Ctrl-C or a request to end.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut ended) => {
            tokio::select! {
                _ = interrupted => {}
                _ = ended.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}
