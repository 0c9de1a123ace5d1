//! The command line.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use std::path::PathBuf;
use std::time::Duration;
use tingzhou_city::{FacilityId, Moment};
use tingzhou_simulator::CENTRE;
use tingzhou_simulator::send::line::Patience;
use tingzhou_simulator::send::mqtt::Broker;

/// A made-up city's instruments (模拟), for demonstrations, tests and load.
#[derive(Debug, clap::Parser)]
#[command(name = "tingzhou-simulator", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Write facilities.toml and devices.toml for a city's pack.
    Facilities {
        #[command(flatten)]
        city: CityArgs,
        /// The folder to write to.
        #[arg(long)]
        out: PathBuf,
    },
    /// Send the city's days as they pass, through the protocols of real instruments.
    Run(RunArgs),
    /// Send as fast as answers come, and print how fast that was.
    Load(LoadArgs),
    /// Let something happen now.
    Raise(RaiseArgs),
}

/// Which city.
#[derive(Debug, clap::Args)]
pub(crate) struct CityArgs {
    /// The same seed gives the same city and the same days.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many people live in it; facilities are in proportion.
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) people: u32,
    /// The year in which it opens car parks, street bays and charging stations; none when left out. All commands of one city must
    /// be given the same, as with the seed.
    #[arg(long)]
    pub(crate) opening_year: Option<i16>,
    /// The tariff, by its name in the city's pack, of businesses' car parks that are not free at night; the usual one when left out.
    #[arg(long)]
    pub(crate) night_tariff: Option<String>,
    /// Degrees east of its centre.
    #[arg(long, default_value_t = CENTRE[0], allow_negative_numbers = true)]
    pub(crate) longitude: f64,
    /// Degrees north of its centre.
    #[arg(long, default_value_t = CENTRE[1], allow_negative_numbers = true)]
    pub(crate) latitude: f64,
}

/// A moment given in Beijing time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At(pub(crate) Moment);

impl std::str::FromStr for At {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |_| format!("“{text}” is no time; write Beijing time like 2025-10-31T00:00");
        let civil: DateTime = text.parse().map_err(wrong)?;
        Ok(Self(Offset::constant(8).to_timestamp(civil).map_err(wrong)?.into()))
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) city: CityArgs,
    /// Where air stations connect to (HJ 212), host:port.
    #[arg(long)]
    pub(crate) hj212: Option<String>,
    /// Where vehicles connect to (JT/T 808), host:port.
    #[arg(long)]
    pub(crate) jt808: Option<String>,
    /// Where gauges connect to (SL 651), host:port.
    #[arg(long)]
    pub(crate) sl651: Option<String>,
    /// The server's address for batches: http://127.0.0.1:8080
    #[arg(long)]
    pub(crate) http: Option<String>,
    /// A broker for what gas detectors say: mqtt://127.0.0.1:1883. Without one it goes in HTTP batches.
    #[arg(long)]
    pub(crate) mqtt: Option<Broker>,
    /// A file whose first line is name:password, for HTTP.
    #[arg(long)]
    pub(crate) login: Option<PathBuf>,
    /// How many times as fast as real time.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) speed: f64,
    /// The first moment, Beijing time, like 2025-10-31T00:00; now when left out.
    #[arg(long)]
    pub(crate) from: Option<At>,
    /// The moment to end at; never when left out.
    #[arg(long)]
    pub(crate) until: Option<At>,
    /// The first moment of which lots' gates tell, Beijing time, since vehicles are the most there is; --from when left out.
    #[arg(long)]
    pub(crate) gates_from: Option<At>,
    /// A facility that says nothing, so that `raise` can speak for it. May be given several times.
    #[arg(long = "without", value_parser = facility)]
    pub(crate) without: Vec<FacilityId>,
    #[command(flatten)]
    pub(crate) patience: PatienceArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PatienceArgs {
    /// Seconds to wait for an answer before sending again.
    #[arg(long, default_value_t = 10)]
    answer_seconds: u64,
}

impl From<PatienceArgs> for Patience {
    fn from(args: PatienceArgs) -> Self {
        Self { answer: Duration::from_secs(args.answer_seconds.max(1)), ..Self::default() }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct LoadArgs {
    #[command(flatten)]
    pub(crate) city: CityArgs,
    /// Air stations to this host:port.
    #[arg(long)]
    pub(crate) hj212: Option<String>,
    /// Vehicles to this host:port.
    #[arg(long)]
    pub(crate) jt808: Option<String>,
    /// Gauges to this host:port.
    #[arg(long)]
    pub(crate) sl651: Option<String>,
    /// Batches to this server.
    #[arg(long)]
    pub(crate) http: Option<String>,
    /// A file whose first line is name:password, for HTTP.
    #[arg(long)]
    pub(crate) login: Option<PathBuf>,
    /// How many observations to send.
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) observations: u64,
    /// Over how many connections; each is an instrument of its own.
    #[arg(long, default_value_t = 10)]
    pub(crate) connections: usize,
    /// How many messages of a connection may wait for their answers, at most 1,000.
    #[arg(long, default_value_t = 64)]
    pub(crate) window: usize,
    /// Observations of an HTTP batch.
    #[arg(long, default_value_t = 500)]
    pub(crate) batch: usize,
    /// The time of the first observations, Beijing time; now when left out.
    #[arg(long)]
    pub(crate) from: Option<At>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RaiseArgs {
    /// What happens.
    #[arg(value_enum)]
    pub(crate) what: What,
    #[command(flatten)]
    pub(crate) city: CityArgs,
    /// At which gas detector: sim-gas-00001
    #[arg(long, value_parser = facility)]
    pub(crate) facility: FacilityId,
    /// The server's address: http://127.0.0.1:8080
    #[arg(long)]
    pub(crate) http: String,
    /// A file whose first line is name:password.
    #[arg(long)]
    pub(crate) login: Option<PathBuf>,
    /// How many times as fast as real time. The times sent run as fast, so a server refuses them when they are too far ahead.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) speed: f64,
    /// When it begins, Beijing time, like 2025-10-31T12:00; now when left out. For a server whose time stands at another day.
    #[arg(long)]
    pub(crate) from: Option<At>,
    /// Highest concentration, %LEL; by the seed when left out, as are the following.
    #[arg(long)]
    pub(crate) peak: Option<f64>,
    /// Seconds until it is reached.
    #[arg(long)]
    pub(crate) rise: Option<f64>,
    /// Seconds it stays.
    #[arg(long)]
    pub(crate) hold: Option<f64>,
    /// Seconds in which it falls to a third.
    #[arg(long)]
    pub(crate) fade: Option<f64>,
}

/// What can be raised.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum What {
    /// A gas leak.
    Gas,
}

fn facility(text: &str) -> Result<FacilityId, String> {
    FacilityId::new(text).map_err(|error| error.to_string())
}
