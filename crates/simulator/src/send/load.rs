//! As much as goes in: sends as fast as answers come, and says how fast that was.

use super::line::{Ear, Line, Patience};
use super::run::{interval, letter};
use super::spread::Spread;
use super::tally::Tally;
use super::web::{Answer, OBSERVATIONS, Web};
use crate::city::{City, Made};
use crate::frames::{Receipt, json};
use crate::kind::Protocol;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tingzhou_city::{Moment, Period};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Most messages of a connection that may wait for their answers; more could fill both sides' buffers.
pub const MOST_WAITING: usize = 1_000;

/// Where a load goes.
#[derive(Clone, Debug)]
pub enum Aim {
    /// `host:port` of a protocol of frames.
    Frames(Protocol, String),
    /// The address of the API, and `name:password`.
    Batches(String, Option<String>),
}

/// How much goes.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where to.
    pub aim: Aim,
    /// How many observations at least.
    pub observations: u64,
    /// Over how many connections, each an instrument of its own, or each with facilities of its own.
    pub connections: usize,
    /// How many messages of a connection may wait for their answers; of HTTP one does.
    pub window: usize,
    /// Rows of a batch.
    pub batch: usize,
    /// The time of the first observations.
    pub from: Moment,
    /// How long the next answer may take.
    pub answer: Duration,
}

/// What came of a load.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    /// Messages or batches answered as taken.
    pub messages: u64,
    /// Observations in them.
    pub observations: u64,
    /// Answered as not taken.
    pub refused: u64,
    /// Not answered in time.
    pub missing: u64,
    /// From the first byte to the last answer; signing in is not counted.
    pub took: Duration,
    /// How long answers took.
    pub spread: Spread,
}

impl Rates {
    fn take(&mut self, other: &Self) {
        self.messages += other.messages;
        self.observations += other.observations;
        self.refused += other.refused;
        self.missing += other.missing;
        self.took = self.took.max(other.took);
        self.spread.take(&other.spread);
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64().max(1e-9);
        #[expect(clippy::cast_precision_loss, reason = "counts are far from 2⁵³")]
        let rate = |count: u64| count as f64 / seconds;
        let millis = |share: f64| self.spread.within(share).unwrap_or_default().as_secs_f64() * 1e3;
        write!(
            f,
            "{} observations in {} messages, {seconds:.2} s: {:.0} observations/s, {:.0} messages/s; answered in {:.2} ms (p50), {:.2} ms (p99); {} refused, {} not answered",
            self.observations,
            self.messages,
            rate(self.observations),
            rate(self.messages),
            millis(0.5),
            millis(0.99),
            self.refused,
            self.missing
        )
    }
}

/// Sends a load and waits for its answers.
///
/// # Errors
/// When there are fewer instruments than connections, or a connection fails.
pub async fn load(city: Arc<City>, load: Load) -> io::Result<Rates> {
    let connections = load.connections.max(1);
    let of: Vec<Made> = match &load.aim {
        Aim::Frames(protocol, _) => {
            city.facilities().iter().filter(|made| made.kind.protocol() == *protocol).cloned().collect()
        }
        Aim::Batches(..) => {
            // Of those that only stand in the register nothing would ever come.
            city.facilities().iter().filter(|made| !made.kind.quantities().is_empty()).cloned().collect()
        }
    };
    if of.len() < connections {
        let why = format!("{} instruments for {connections} connections; give more --people", of.len());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let load = Arc::new(Load { observations: load.observations.div_ceil(connections as u64), ..load });
    match &load.aim {
        Aim::Frames(_, address) => frames(&city, address, of.into_iter().take(connections), &load).await,
        Aim::Batches(url, login) => batches(&city, url, login.as_deref(), &of, connections, &load).await,
    }
}

async fn frames(
    city: &Arc<City>,
    address: &str,
    of: impl Iterator<Item = Made>,
    load: &Arc<Load>,
) -> io::Result<Rates> {
    let tally = Arc::new(Tally::default());
    let mut signing = JoinSet::new();
    for made in of {
        let mut line = Line::new(address.to_owned(), made.clone(), Patience::default(), tally.clone());
        signing.spawn(async move {
            line.connect().await?;
            let serial = line.serial();
            Ok::<_, io::Error>((line, made, serial))
        });
    }
    let mut ready = Vec::new();
    while let Some(signed) = signing.join_next().await {
        ready.push(signed.map_err(io::Error::other)??);
    }
    let begun = Instant::now();
    let mut sending = JoinSet::new();
    for (line, made, serial) in ready {
        let Some((stream, ear)) = line.into_parts() else { continue };
        sending.spawn(connection(city.clone(), made, serial, stream, ear, load.clone()));
    }
    let mut rates = Rates::default();
    while let Some(one) = sending.join_next().await {
        rates.take(&one.map_err(io::Error::other)??);
    }
    rates.took = begun.elapsed();
    Ok(rates)
}

/// Keeps a connection's window full until its share is answered.
async fn connection(
    city: Arc<City>,
    made: Made,
    mut serial: u16,
    mut stream: TcpStream,
    mut ear: Ear,
    load: Arc<Load>,
) -> io::Result<Rates> {
    let window = load.window.clamp(1, MOST_WAITING);
    let step = Period::from_secs(interval(&made));
    let mut at = load.from;
    let mut sent = 0_u64;
    let mut waiting: VecDeque<(Receipt, Instant, u32)> = VecDeque::with_capacity(window);
    let (mut out, mut buffer) = (Vec::new(), vec![0; 65_536]);
    let mut rates = Rates::default();
    loop {
        out.clear();
        while waiting.len() < window && sent < load.observations {
            // A silent instrument is passed over to its next moment.
            if let Some(letter) = letter(&city, &made, at, serial)? {
                out.extend_from_slice(&letter.bytes);
                sent += u64::from(letter.observations.max(1));
                waiting.push_back((letter.receipt, Instant::now(), letter.observations));
                serial = serial.checked_add(1).unwrap_or(1);
            }
            at = at.after(step);
        }
        if waiting.is_empty() {
            return Ok(rates);
        }
        stream.write_all(&out).await?;
        let Ok(read) = tokio::time::timeout(load.answer, stream.read(&mut buffer)).await else {
            rates.missing += waiting.len() as u64;
            return Ok(rates);
        };
        let read = read?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        for heard in ear.hear(&buffer[..read]) {
            let Some(place) = waiting.iter().position(|(receipt, ..)| *receipt == heard.receipt) else { continue };
            let Some((_, since, observations)) = waiting.remove(place) else { continue };
            rates.spread.add(since.elapsed());
            if heard.taken {
                rates.messages += 1;
                rates.observations += u64::from(observations);
            } else {
                rates.refused += 1;
            }
        }
    }
}

async fn batches(
    city: &Arc<City>,
    url: &str,
    login: Option<&str>,
    of: &[Made],
    connections: usize,
    load: &Arc<Load>,
) -> io::Result<Rates> {
    let begun = Instant::now();
    let mut sending = JoinSet::new();
    for number in 0..connections {
        // A client of its own is a connection of its own.
        let web = Web::new(url, login);
        let own: Vec<Made> = of.iter().skip(number).step_by(connections).cloned().collect();
        let (city, load) = (city.clone(), load.clone());
        sending.spawn_blocking(move || client(&city, &web, &own, number, &load));
    }
    let mut rates = Rates::default();
    while let Some(one) = sending.join_next().await {
        rates.take(&one.map_err(io::Error::other)??);
    }
    rates.took = begun.elapsed();
    Ok(rates)
}

/// Sends one batch after the other until its share is answered.
fn client(city: &City, web: &Web, own: &[Made], number: usize, load: &Load) -> io::Result<Rates> {
    const ALL: [Protocol; 5] = [Protocol::Hj212, Protocol::Sl651, Protocol::Jt808, Protocol::Http, Protocol::Mqtt];
    let of: Vec<&Made> = own.iter().collect();
    let batch = load.batch.max(1);
    let (mut rates, mut rows) = (Rates::default(), Vec::new());
    // Another load of the same days is not the same batch sent again.
    let begun = Timestamp::now().as_millisecond();
    let mut at = load.from;
    let mut part = 0_u64;
    let mut sent = 0_u64;
    while sent < load.observations {
        while rows.len() < batch {
            rows.extend(json::rows(city, &of, &ALL, &city.sky(at)));
            at = at.after(Period::from_secs(30));
        }
        let rest = rows.split_off(batch);
        // Rows are numbers and names, which JSON can write.
        let body = serde_json::to_vec(&rows).unwrap_or_default();
        let key = format!("load-{begun}-{number}-{part}");
        part += 1;
        let since = Instant::now();
        match web.post(OBSERVATIONS, &body, &key) {
            Answer::Taken { left_out, .. } => {
                rates.messages += 1;
                rates.observations += (rows.len() as u64).saturating_sub(left_out);
            }
            Answer::Refused(status, text) => {
                if rates.refused == 0 {
                    eprintln!("refused with {status}: {text}");
                }
                rates.refused += 1;
            }
            Answer::Later(why) => {
                eprintln!("not taken: {why}");
                rates.missing += 1;
            }
        }
        rates.spread.add(since.elapsed());
        sent += rows.len() as u64;
        rows = rest;
    }
    Ok(rates)
}
