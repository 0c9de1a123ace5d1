//! `tingzhou serve`: a city's pages and API.

use crate::failure::Failure;
use crate::setup::StoreArgs;
use anyhow::Context as _;
use std::net::SocketAddr;
use tingzhou_platform::{Clock, Platform};
use tingzhou_server::{Mailer, ServerSettings};
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
    /// The mail server, for notices by e-mail: smtps://user:password@mail.example.gov.cn, or smtp://…:587?tls=required.
    #[arg(long, env = "TINGZHOU_SMTP", hide_env_values = true, requires = "mail_from")]
    smtp: Option<String>,
    /// Who e-mail is from: 督查室 <ducha@example.gov.cn>.
    #[arg(long, env = "TINGZHOU_MAIL_FROM")]
    mail_from: Option<String>,
    /// Where people reach this server, for links in messages: https://tingzhou.example.gov.cn
    #[arg(long, env = "TINGZHOU_PUBLIC_URL")]
    public_url: Option<String>,
    /// Let the city's time stand at this day; for a simulated city.
    #[arg(long)]
    day: Option<jiff::civil::Date>,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let clock = args.day.map_or_else(Clock::shanghai, Clock::standing_at);
    let platform = args.store.platform(clock).await?;
    let mailer = match (&args.smtp, &args.mail_from) {
        (Some(smtp), Some(from)) => Some(Mailer::new(smtp, from).map_err(Failure::Input)?),
        _ => None,
    };
    let public_url = args.public_url.as_deref().map(public_url).transpose()?;
    let listener = listen(args.listen).await?;
    eprintln!("serving {} at http://{}", platform.city(), args.listen);
    until_stopped(
        listener,
        platform,
        ServerSettings { secure_cookies: args.secure_cookies, mailer, public_url, ..ServerSettings::default() },
    )
    .await
}

/// Scheme and host, without a slash at the end.
fn public_url(given: &str) -> Result<String, Failure> {
    let url = given.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    if host.is_empty() || !host.bytes().all(|b| b.is_ascii_graphic() && b != b'?' && b != b'#') {
        return Err(Failure::Input(format!(
            "--public-url {given} is not an address; it looks like https://tingzhou.example.gov.cn"
        )));
    }
    Ok(url.to_owned())
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
