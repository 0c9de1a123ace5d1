//! `tingzhou serve`: a city's pages and API.

use crate::failure::Failure;
use crate::setup::StoreArgs;
use anyhow::Context as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tingzhou_platform::{Clock, Platform};
use tingzhou_server::{Broker, Listening, Mailer, MapTiles, ServerSettings, StationKeys};
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
    /// Tiles beneath the maps: a PMTiles file (version 3) with the layers of OpenMapTiles or Protomaps, or with pictures.
    #[arg(long, env = "TINGZHOU_MAP")]
    map: Option<PathBuf>,
    #[command(flatten)]
    ways_in: WaysIn,
    /// Let the city's time stand at this day; for a simulated city.
    #[arg(long)]
    day: Option<jiff::civil::Date>,
}

/// The ways in for instruments; each is closed unless it is named.
#[derive(clap::Args)]
pub(crate) struct WaysIn {
    /// Listen to air, water and pollution stations (HJ 212) here: 0.0.0.0:9212
    #[arg(long)]
    hj212: Option<SocketAddr>,
    /// A file with the keys of stations that encrypt: on each line the MN, a space, and 32 hexadecimal digits.
    #[arg(long, requires = "hj212")]
    hj212_keys: Option<PathBuf>,
    /// Listen to rivers, rain gauges and reservoirs (SL 651) here.
    #[arg(long)]
    sl651: Option<SocketAddr>,
    /// Do not answer reports of SL 651: the stations work in mode M1.
    #[arg(long, requires = "sl651")]
    sl651_silent: bool,
    /// Listen to the city's own service vehicles (JT/T 808) here.
    #[arg(long)]
    jt808: Option<SocketAddr>,
    /// What the codes of terminals are made from; without it they register anew after each start.
    #[arg(long, env = "TINGZHOU_JT808_SECRET", hide_env_values = true, requires = "jt808")]
    jt808_secret: Option<String>,
    /// Listen to the topics of a broker (MQTT 3.1.1): mqtt://user:password@127.0.0.1:1883
    #[arg(long, env = "TINGZHOU_MQTT", hide_env_values = true)]
    mqtt: Option<String>,
    /// Most connections of each of these ports at once.
    #[arg(long, default_value_t = 10_000)]
    most_connections: u32,
}

impl WaysIn {
    /// Ports of this machine only, where the system has room.
    pub(crate) fn of_this_machine() -> Self {
        let anywhere = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        Self {
            hj212: anywhere,
            hj212_keys: None,
            sl651: anywhere,
            sl651_silent: false,
            jt808: anywhere,
            jt808_secret: None,
            mqtt: None,
            most_connections: 1_000,
        }
    }

    /// Binds the ports.
    pub(crate) async fn open(self, city: &str) -> Result<Listening, Failure> {
        let mqtt = self.mqtt.as_deref().map(|url| Broker::new(url, &format!("tingzhou-{city}"))).transpose();
        let hj212_keys = match &self.hj212_keys {
            None => StationKeys::default(),
            Some(path) => {
                let shown = path.display();
                let text =
                    std::fs::read_to_string(path).map_err(|e| Failure::Input(format!("--hj212-keys {shown}: {e}")))?;
                StationKeys::read(&text).map_err(|why| Failure::Input(format!("--hj212-keys {shown}: {why}")))?
            }
        };
        Ok(Listening {
            hj212: port("--hj212", self.hj212).await?,
            hj212_keys,
            sl651: port("--sl651", self.sl651).await?,
            sl651_answers: !self.sl651_silent,
            jt808: port("--jt808", self.jt808).await?,
            jt808_secret: self.jt808_secret,
            mqtt: mqtt.map_err(|why| Failure::Input(format!("--mqtt: {why}")))?,
            most_connections: self.most_connections,
        })
    }
}

async fn port(option: &str, address: Option<SocketAddr>) -> Result<Option<TcpListener>, Failure> {
    let Some(address) = address else { return Ok(None) };
    let listener = bind(address, option).await?;
    let address = listener.local_addr().unwrap_or(address);
    eprintln!("listening to instruments at {address} ({option})");
    Ok(Some(listener))
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let clock = args.day.map_or_else(Clock::shanghai, Clock::standing_at);
    let platform = args.store.platform(clock).await?;
    let mailer = match (&args.smtp, &args.mail_from) {
        (Some(smtp), Some(from)) => Some(Mailer::new(smtp, from).map_err(Failure::Input)?),
        _ => None,
    };
    let public_url = args.public_url.as_deref().map(public_url).transpose()?;
    let map_tiles = args.map.as_deref().map(map_tiles).transpose()?;
    let listener = listen(args.listen).await?;
    let listening = args.ways_in.open(platform.city().as_str()).await?;
    eprintln!("serving {} at http://{}", platform.city(), args.listen);
    let secure_cookies = args.secure_cookies;
    let settings = ServerSettings { secure_cookies, mailer, public_url, map_tiles, ..ServerSettings::default() };
    let served = tingzhou_server::serve_and_listen(listener, listening, platform, settings, stopped()).await;
    Ok(served.context("the server stopped")?)
}

/// A file of tiles, looked at before anything is served.
pub(crate) fn map_tiles(file: &Path) -> Result<MapTiles, Failure> {
    MapTiles::open(file).map_err(|why| Failure::Input(format!("--map {why}")))
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
    bind(address, "--listen").await
}

async fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|e| {
        Failure::Input(format!(
            "cannot listen on {address}: {e}; another program may use the port: choose one with {option}"
        ))
    })
}

/// Serves until it is stopped, or, with an error, until what goes on `beside` it ends.
pub(crate) async fn until_stopped(
    listener: TcpListener,
    listening: Listening,
    platform: Platform,
    settings: ServerSettings,
    beside: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let served = tingzhou_server::serve_and_listen(listener, listening, platform, settings, stopped());
    tokio::select! {
        served = served => Ok(served.context("the server stopped")?),
        ended = beside => ended,
    }
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
