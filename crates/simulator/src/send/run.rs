//! A city's days, sent as they pass.

use super::line::{Line, Patience, bad};
use super::mqtt::Broker;
use super::pace::Pace;
use super::passages;
use super::tally::Tally;
use super::web::{OBSERVATIONS, Web};
use crate::city::{City, Made};
use crate::frames::{Letter, hj212, json, jt808, sl651};
use crate::kind::Protocol;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use tingzhou_city::{FacilityId, Moment, Period};
use tokio::task::JoinSet;

/// Rows of one HTTP batch.
const BATCH: usize = 500;

/// Batches that are on their way at once.
const BATCHES: usize = 4;

/// Where everything goes; what has no address is left out.
#[derive(Clone, Debug, Default)]
pub struct Destinations {
    /// HJ 212, `host:port`.
    pub hj212: Option<String>,
    /// SL 651.
    pub sl651: Option<String>,
    /// JT/T 808.
    pub jt808: Option<String>,
    /// HTTP batches.
    pub http: Option<Web>,
    /// A broker; without one, what would be published goes in HTTP batches.
    pub mqtt: Option<Broker>,
}

/// Which days, and how fast they pass.
#[derive(Clone, Debug)]
pub struct Days {
    /// The first moment.
    pub from: Moment,
    /// The moment to end at; none when they go on.
    pub until: Option<Moment>,
    /// Before it nothing is told of gates; none when they tell all the while.
    pub gates_from: Option<Moment>,
    /// How many times as fast as real time.
    pub speed: f64,
    /// Facilities that are silent all the while.
    pub without: HashSet<FacilityId>,
    /// How long answers are waited for.
    pub patience: Patience,
}

/// Sends everything that is due from the first moment to the last. Each instrument waits for its own answers and falls
/// behind by itself; nothing is left out.
///
/// # Errors
/// When an instrument cannot write its message, or a task fails.
pub async fn run(city: Arc<City>, to: Destinations, days: Days, tally: Arc<Tally>) -> io::Result<()> {
    let pace = Pace::begin(days.from, days.speed);
    let days = Arc::new(days);
    let mut tasks: JoinSet<io::Result<()>> = JoinSet::new();
    let there = |made: &&Made| !days.without.contains(&made.def.id);
    for made in city.facilities().iter().filter(there) {
        let address = match made.kind.protocol() {
            Protocol::Hj212 => &to.hj212,
            Protocol::Sl651 => &to.sl651,
            Protocol::Jt808 => &to.jt808,
            Protocol::Http | Protocol::Mqtt => continue,
        };
        if let Some(address) = address {
            let line = Line::new(address.clone(), made.clone(), days.patience, tally.clone());
            tasks.spawn(instrument(city.clone(), made.clone(), line, pace, days.clone()));
        }
    }
    if let Some(web) = to.http {
        let protocols: &[_] = if to.mqtt.is_some() { &[Protocol::Http] } else { &[Protocol::Http, Protocol::Mqtt] };
        tasks.spawn(passages::send(city.clone(), web.clone(), pace, days.clone(), tally.clone()));
        tasks.spawn(batches(city.clone(), web, protocols, pace, days.clone(), tally.clone()));
    }
    if let Some(broker) = to.mqtt {
        tasks.spawn(super::mqtt::publish(city.clone(), broker, pace, days.clone(), tally.clone()));
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(io::Error::other)??;
    }
    Ok(())
}

impl Days {
    /// The moments on a grid of so many seconds, to the end or for ever.
    pub fn every(&self, seconds: u32) -> impl Iterator<Item = Moment> + use<> {
        let step = Period::from_secs(seconds.max(1));
        // The first on the grid that is not before the beginning.
        let rest = self.from.millis().rem_euclid(step.millis());
        let first = if rest == 0 { 0 } else { step.millis() - rest };
        let first = Moment::from_millis(self.from.millis() + first);
        let until = self.until;
        std::iter::successors(first, move |at| Some(at.after(step)))
            .take_while(move |at| until.is_none_or(|until| *at < until))
    }
}

/// The letter of an instrument at a moment; nothing when it is silent.
///
/// # Errors
/// When it cannot be written.
pub fn letter(city: &City, made: &Made, at: Moment, serial: u16) -> io::Result<Option<Letter>> {
    let sky = city.sky(at);
    match made.kind.protocol() {
        Protocol::Hj212 => hj212::hour(city, made, &sky, at).map_err(bad),
        Protocol::Sl651 => Ok(sl651::hourly(city, made, &sky, at, serial)),
        Protocol::Jt808 => jt808::position(city, made, &sky, serial).map_err(bad),
        Protocol::Http | Protocol::Mqtt => Ok(None),
    }
}

/// The seconds between two of an instrument's letters.
#[must_use]
pub fn interval(made: &Made) -> u32 {
    made.kind.quantities().iter().map(|(_, seconds)| *seconds).min().unwrap_or(60)
}

async fn instrument(city: Arc<City>, made: Made, mut line: Line, pace: Pace, days: Arc<Days>) -> io::Result<()> {
    for at in days.every(interval(&made)) {
        pace.until(at).await;
        let serial = line.serial();
        if let Some(letter) = letter(&city, &made, at, serial)? {
            line.deliver(&letter).await;
        }
    }
    Ok(())
}

async fn batches(
    city: Arc<City>,
    web: Web,
    protocols: &[Protocol],
    pace: Pace,
    days: Arc<Days>,
    tally: Arc<Tally>,
) -> io::Result<()> {
    let of: Vec<&Made> = city.facilities().iter().filter(|made| !days.without.contains(&made.def.id)).collect();
    for at in days.every(60) {
        pace.until(at).await;
        let rows = json::rows(&city, &of, protocols, &city.sky(at));
        let mut sending = JoinSet::new();
        for (part, rows) in rows.chunks(BATCH).enumerate() {
            if sending.len() >= BATCHES {
                sending.join_next().await;
            }
            let (web, rows, tally) = (web.clone(), rows.to_vec(), tally.clone());
            let key = format!("sim-{:016x}-{}-{part}", city.fingerprint(), at.millis());
            sending.spawn(async move { web.deliver(OBSERVATIONS, &rows, &key, &tally.observations, &tally).await });
        }
        while sending.join_next().await.is_some() {}
    }
    Ok(())
}
