//! The instruments of the demo's city: made up and sent by the simulator, a program of its own, through the protocols of
//! real instruments.

use crate::failure::Failure;
use crate::serve::WaysIn;
use anyhow::Context as _;
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tingzhou_platform::ledger::Actor;
use tingzhou_platform::measure::MeasureId;
use tingzhou_platform::{Pack, Platform, PlatformError};
use tingzhou_server::Listening;
use tokio::process::Command;

/// Days of which everything is sent before now; of air stations, whose year counts, all since January.
const DAYS: i64 = 3;
/// Of vehicles through gates, which are the most, so many days and today: a whole day to look at.
const GATE_DAYS: i64 = 1;
/// What was sent until less than this ago is as good as now; most instruments speak once a minute.
const BEHIND: SignedDuration = SignedDuration::from_secs(10);
/// As fast as answers come.
const AT_ONCE: &str = "1000000000";

/// The simulator with the city it makes up.
pub(crate) struct MadeUp {
    program: PathBuf,
    city: Vec<String>,
    folder: PathBuf,
}

impl MadeUp {
    /// The simulator that lies beside this program; none, said aloud, when there is none.
    /// It opens what it opens in the year the city stands at.
    pub(crate) fn find(pack: &Pack, people: u32, year: i16, folder: &Path) -> Option<Self> {
        let program = std::env::current_exe().ok()?.with_file_name("tingzhou-simulator");
        if !program.is_file() {
            eprintln!(
                "no instruments: {} is not there; build it with cargo build -p tingzhou-simulator",
                program.display()
            );
            return None;
        }
        let mut city = vec!["--people".to_owned(), people.to_string(), "--opening-year".to_owned(), year.to_string()];
        // Another city's pack may have the simulation and not the tariff.
        let known = |id: &&String| pack.scenarios.tariffs.iter().any(|tariff| tariff.id == **id);
        if let Some(tariff) = pack.simulation.night_tariff.as_ref().filter(known) {
            city.extend(["--night-tariff".to_owned(), tariff.clone()]);
        }
        if let Some(center) = pack.center {
            let degrees = [("--longitude", center.longitude()), ("--latitude", center.latitude())];
            city.extend(degrees.into_iter().flat_map(|(name, degrees)| [name.to_owned(), degrees.to_string()]));
        }
        Some(Self { program, city, folder: folder.join("instruments") })
    }

    fn command(&self, what: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(what).args(&self.city).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Gives the pack the facilities and devices of the made-up city, in place of its own.
    pub(crate) async fn furnish(&self, pack: &mut Pack) -> Result<(), Failure> {
        let mut command = self.command("facilities");
        let done = command.arg("--out").arg(&self.folder).stderr(Stdio::null()).status().await;
        let done = done.with_context(|| format!("starting {}", self.program.display()))?;
        if !done.success() {
            return Err(Failure::about(self.program.display(), "could not write the made-up facilities"));
        }
        pack.furnish(&self.folder)?;
        eprintln!("simulated {} facilities", pack.instruments.facilities.len());
        Ok(())
    }

    /// Ports of this machine for the instruments, where the system has room.
    pub(crate) async fn ways_in(city: &str) -> Result<(Listening, Destinations), Failure> {
        let listening = WaysIn::of_this_machine().open(city).await?;
        let at = |listener: &Option<tokio::net::TcpListener>| {
            listener.as_ref().and_then(|listener| listener.local_addr().ok()).map(|at| at.to_string())
        };
        let to = Destinations { hj212: at(&listening.hj212), sl651: at(&listening.sl651), jt808: at(&listening.jt808) };
        Ok((listening, to))
    }

    /// Sends what was until now, as fast as it is answered, then what is, until this is dropped. `clock` tells the city's
    /// time; `known` follows when what was is there.
    pub(crate) async fn send(
        &self,
        to: &Destinations,
        (http, login): (&str, (&str, &str)),
        clock: impl Fn() -> DateTime,
        known: impl Future<Output = Result<(), Failure>>,
    ) -> Result<(), Failure> {
        let file = self.folder.join("login");
        // It holds a password: nobody else reads it.
        let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&file);
        let written = opened.and_then(|mut opened| writeln!(opened, "{}:{}", login.0, login.1));
        written.with_context(|| format!("writing {}", file.display()))?;
        let now = clock();
        let begin = |day: Date| day.at(0, 0, 0, 0);
        let year = begin(now.date().first_of_year());
        let back = |days: i64| begin(now.date().saturating_sub(jiff::Span::new().days(days)));
        let (some_days, gates) = (back(DAYS), back(GATE_DAYS));
        let base = format!("http://{http}");
        let web = ["--http".to_owned(), base, "--login".to_owned(), file.display().to_string()];
        let ports = |all: bool| {
            let others = [("--sl651", &to.sl651), ("--jt808", &to.jt808)].into_iter().filter(move |_| all);
            let named = [("--hj212", &to.hj212)].into_iter().chain(others);
            named.filter_map(|(name, at)| Some([name.to_owned(), at.clone()?])).flatten().collect::<Vec<_>>()
        };
        let history = [
            ("the air since January", ports(false), year, now),
            ("the last days of everything else", web.to_vec(), some_days, now),
        ];
        for (what, arguments, from, until) in history {
            eprintln!("模拟 simulating {what}");
            let gates = ["--gates-from".to_owned(), gates.to_string()];
            self.send_all([arguments, gates.to_vec()].concat(), from, until).await?;
        }
        known.await?;
        let all = [web.to_vec(), ports(true)].concat();
        let sent = catch_up(now, clock, async |from, until| {
            eprintln!("模拟 simulating what passed meanwhile, from {from:.0} to {until:.0}");
            self.send_all(all.clone(), from, until).await
        })
        .await?;
        eprintln!("模拟 simulating the city as it is now");
        let mut command = self.command("run");
        command.args(&all).args(["--from", &sent.to_string()]).stderr(Stdio::null());
        let done = command.status().await.with_context(|| format!("starting {}", self.program.display()))?;
        Err(Failure::about(self.program.display(), format!("stopped: {done}")))
    }

    /// Sends what was from one moment to before another, as fast as it is answered.
    async fn send_all(&self, to: Vec<String>, from: DateTime, until: DateTime) -> Result<(), Failure> {
        let mut command = self.command("run");
        let (from, until) = (from.to_string(), until.to_string());
        command.args(to).args(["--speed", AT_ONCE, "--from", &from, "--until", &until]);
        let done = command.status().await.with_context(|| format!("starting {}", self.program.display()))?;
        if done.success() {
            Ok(())
        } else {
            Err(Failure::about(self.program.display(), "stopped; what it said is above"))
        }
    }
}

/// Sends what passed while what was before it was sent, and again, until what is there is as good as now. Tells until when
/// everything is sent. A machine on which that comes no nearer goes on from there.
async fn catch_up<E>(
    mut sent: DateTime,
    clock: impl Fn() -> DateTime,
    mut send: impl AsyncFnMut(DateTime, DateTime) -> Result<(), E>,
) -> Result<DateTime, E> {
    let mut before = SignedDuration::MAX;
    loop {
        let now = clock();
        let behind = now.duration_since(sent);
        if behind < BEHIND || behind >= before {
            return Ok(sent);
        }
        send(sent, now).await?;
        (sent, before) = (now, behind);
    }
}

/// Where the instruments connect to.
pub(crate) struct Destinations {
    hj212: Option<String>,
    sl651: Option<String>,
    jt808: Option<String>,
}

/// Reads the measures that the made-up instruments speak to, for the tasks the pack names. What the rules do not let be
/// measured, as of another report's task in another unit, is told and left.
pub(crate) async fn measured(platform: &Platform, office: &Actor) -> Result<(), Failure> {
    // Good days are those that were assessed.
    platform.instruments().await?.seal().await?;
    platform.tend_air(false).await?;
    platform.count_passages(None).await?;
    let snapshot = platform.snapshot().await?;
    for (measure, words) in &platform.pack().simulation.measured {
        let id = MeasureId::try_from(measure.clone()).map_err(Failure::Input)?;
        for view in Platform::tasks_titled(&snapshot, snapshot.today.year(), words) {
            let (task, title) = (&view.task.id, &view.task.title);
            let reason = "模拟：由虚构仪器的数据测得。Simulated: measured by made-up instruments.";
            match platform.link_measure(office, task, (&id, None), reason).await {
                Ok(()) => eprintln!("模拟 measured: {task} {title} ({measure})"),
                Err(PlatformError::Refused(why)) => eprintln!("not measured: {task} {title} ({measure}): {why}"),
                Err(error) => return Err(error.into()),
            }
        }
    }
    // They were read before anything was there.
    for line in platform.measures().await? {
        platform.measure_now(office, &line.measure.text.id).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;
    use std::cell::Cell;

    /// A city that stands at noon of a day, on a machine that takes some seconds to send so many seconds of the city.
    fn check(history: i64, takes: impl Fn(i64) -> i64, expected: &[(i64, i64)], live: i64) {
        let noon = jiff::civil::date(2025, 10, 31).at(12, 0, 0, 0);
        let at = |seconds: i64| noon + seconds.seconds();
        let (now, sent) = (Cell::new(history), Cell::new(Vec::new()));
        let send = async |from: DateTime, until: DateTime| {
            let (from, until) = (from.duration_since(noon).as_secs(), until.duration_since(noon).as_secs());
            sent.set([sent.take(), vec![(from, until)]].concat());
            now.set(now.get() + takes(until - from));
            Ok::<(), Failure>(())
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let from = runtime.block_on(catch_up(noon, || at(now.get()), send)).unwrap();
        assert_eq!((sent.take(), from), (expected.to_vec(), at(live)), "{history}");
    }

    #[test]
    fn what_passes_while_history_is_sent_is_sent_too() {
        // Sent at once, there is nothing to catch up.
        check(4, |_| 0, &[], 0);
        // Twenty minutes of history: all of it is sent, and the city goes on where that ends, seconds ago.
        check(1_200, |seconds| seconds / 10, &[(0, 1_200), (1_200, 1_320), (1_320, 1_332)], 1_332);
        // As slow as the city itself: it goes on from where it is, without a gap.
        check(30, |seconds| seconds + 1, &[(0, 30)], 30);
        check(1_000, |_| 15, &[(0, 1_000), (1_000, 1_015)], 1_015);
    }
}
