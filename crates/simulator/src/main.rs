//! `tingzhou-simulator`: a made-up city's instruments for demonstrations, tests and load.

mod arguments;

use anyhow::{Context as _, bail};
use arguments::{CityArgs, Cli, Command, LoadArgs, RaiseArgs, RunArgs};
use clap::Parser as _;
use jiff::Timestamp;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tingzhou_city::{FacilityId, Moment};
use tingzhou_simulator::day::gas::Leak;
use tingzhou_simulator::send::load::{Aim, Load, load};
use tingzhou_simulator::send::raise::raise;
use tingzhou_simulator::send::run::{Days, Destinations, run};
use tingzhou_simulator::send::tally::Tally;
use tingzhou_simulator::send::web::Web;
use tingzhou_simulator::{City, Protocol, pack};

/// Seconds between two lines of progress.
const TOLD: u64 = 5;

fn main() -> ExitCode {
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime could not be started")
        .and_then(|runtime| {
            let done = runtime.block_on(until_stopped(Cli::parse().command));
            // What still waits for an answer on a thread of its own is not waited for.
            runtime.shutdown_timeout(Duration::from_millis(200));
            done
        });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tingzhou-simulator: {error:#}");
            ExitCode::from(1)
        }
    }
}

async fn until_stopped(command: Command) -> anyhow::Result<()> {
    let tally = Arc::new(Tally::default());
    let counts = matches!(command, Command::Run(_) | Command::Raise(_));
    let work = async {
        match command {
            Command::Facilities { city, out } => facilities(&city, &out),
            Command::Run(args) => days(args, &tally).await,
            Command::Load(args) => loaded(args).await,
            Command::Raise(args) => leak(args, &tally).await,
        }
    };
    tokio::select! {
        done = work => done,
        stopped = stopped() => {
            if counts {
                eprintln!("stopped: {tally}");
            }
            stopped
        }
    }
}

/// Until Ctrl-C or a request to end.
async fn stopped() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut ended = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = ended.recv() => {}
    }
    Ok(())
}

fn city(args: &CityArgs) -> anyhow::Result<City> {
    let city = City::around(args.seed, args.people, [args.longitude, args.latitude])?;
    let city = match args.opening_year {
        Some(year) => city.opening(year)?,
        None => city,
    };
    Ok(match &args.night_tariff {
        Some(tariff) => city.charging_nights(tariff)?,
        None => city,
    })
}

fn facilities(args: &CityArgs, out: &Path) -> anyhow::Result<()> {
    let city = city(args)?;
    std::fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    for (name, text) in [("facilities.toml", pack::facilities(&city)?), ("devices.toml", pack::addresses(&city)?)] {
        let path = out.join(name);
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
        eprintln!("{}", path.display());
    }
    eprintln!("{} facilities", city.facilities().len());
    Ok(())
}

/// `name:password`, the first line of a file, so that it stands in no list of processes.
fn login(path: Option<&Path>) -> anyhow::Result<Option<String>> {
    let Some(path) = path else { return Ok(None) };
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    match text.lines().next() {
        Some(line) if line.contains(':') => Ok(Some(line.trim().to_owned())),
        _ => bail!("{}: the first line must be name:password", path.display()),
    }
}

fn now() -> Moment {
    Timestamp::now().into()
}

async fn days(args: RunArgs, tally: &Arc<Tally>) -> anyhow::Result<()> {
    let city = Arc::new(city(&args.city)?);
    let login = login(args.login.as_deref())?;
    let to = Destinations {
        hj212: args.hj212,
        sl651: args.sl651,
        jt808: args.jt808,
        http: args.http.map(|url| Web::new(&url, login.as_deref())),
        mqtt: args.mqtt,
    };
    if to.hj212.is_none() && to.sl651.is_none() && to.jt808.is_none() && to.http.is_none() && to.mqtt.is_none() {
        bail!("nowhere to send to; give --http, --hj212, --sl651, --jt808 or --mqtt");
    }
    let days = Days {
        from: args.from.map_or_else(now, |from| from.0),
        until: args.until.map(|until| until.0),
        gates_from: args.gates_from.map(|from| from.0),
        speed: args.speed,
        without: args.without.into_iter().collect(),
        patience: args.patience.into(),
    };
    if let Some(unknown) = days.without.iter().find(|id| city.find(id).is_none()) {
        bail!("the city has no facility {unknown}; `facilities` lists them");
    }
    let telling = tokio::spawn({
        let tally = tally.clone();
        async move {
            loop {
                tokio::time::sleep(Duration::from_secs(TOLD)).await;
                eprintln!("{tally}");
            }
        }
    });
    let done = run(city, to, days, tally.clone()).await;
    telling.abort();
    eprintln!("{tally}");
    Ok(done?)
}

async fn loaded(args: LoadArgs) -> anyhow::Result<()> {
    let city = Arc::new(city(&args.city)?);
    let login = login(args.login.as_deref())?;
    let aims = [
        args.hj212.map(|to| Aim::Frames(Protocol::Hj212, to)),
        args.sl651.map(|to| Aim::Frames(Protocol::Sl651, to)),
        args.jt808.map(|to| Aim::Frames(Protocol::Jt808, to)),
        args.http.map(|url| Aim::Batches(url, login)),
    ];
    let mut aims = aims.into_iter().flatten();
    let (Some(aim), None) = (aims.next(), aims.next()) else {
        bail!("give one of --hj212, --sl651, --jt808 and --http");
    };
    let rates = load(
        city,
        Load {
            aim,
            observations: args.observations,
            connections: args.connections,
            window: args.window,
            batch: args.batch,
            from: args.from.map_or_else(now, |from| from.0),
            answer: Duration::from_secs(30),
        },
    )
    .await?;
    println!("{rates}");
    if rates.missing > 0 { bail!("{} messages were not answered", rates.missing) } else { Ok(()) }
}

async fn leak(args: RaiseArgs, tally: &Arc<Tally>) -> anyhow::Result<()> {
    let city = city(&args.city)?;
    let id: FacilityId = args.facility;
    let Some(made) = city.find(&id).filter(|made| made.kind.protocol() == Protocol::Mqtt) else {
        bail!("the city has no gas detector {id}; they are named like sim-gas-00001 and sim-home-00001");
    };
    let own = made.leak(args.from.map_or_else(now, |from| from.0));
    let minutes = |seconds: Option<f64>, own: f64| seconds.map_or(own, |seconds| seconds / 60.0);
    let leak = Leak {
        peak: args.peak.unwrap_or(own.peak),
        rise: minutes(args.rise, own.rise),
        hold: minutes(args.hold, own.hold),
        fade: minutes(args.fade, own.fade),
        ..own
    };
    let web = Web::new(&args.http, login(args.login.as_deref())?.as_deref());
    Ok(raise(made, &leak, &web, args.speed, tally).await?)
}
