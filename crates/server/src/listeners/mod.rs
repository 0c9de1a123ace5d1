//! The ways in: ports that the city's instruments connect to, and the broker it listens to.
//!
//! One loop serves every connection (`connection.rs`); a protocol adds whose a frame is, what it says and how it is answered.
//! An answer goes out after the values it speaks for are durable, and not before. What stands behind is an [`Intake`]: the
//! platform's instruments, or in tests something that remembers.

mod adapter;
mod budget;
mod connection;
mod hj212;
mod intake;
mod jt808;
mod mqtt;
mod sl651;
mod tcp;
mod turn;

#[cfg(test)]
mod tests;

pub(crate) use adapter::Hub;
pub use mqtt::Broker;

use budget::Budget;
use connection::{Patience, Speech};
use intake::Intake;
use std::collections::HashMap;
use std::sync::Arc;
use tingzhou_platform::Topic;
use tingzhou_protocols::hj212::Key;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Connections of one port at once, unless said otherwise.
const MOST_CONNECTIONS: u32 = 10_000;

/// The ways in that are open. What is left out is closed.
#[derive(Debug)]
pub struct Listening {
    /// HJ 212: air, water and pollution stations.
    pub hj212: Option<TcpListener>,
    /// Keys of the stations that encrypt what they send.
    pub hj212_keys: StationKeys,
    /// SL 651: rivers, rain gauges and reservoirs.
    pub sl651: Option<TcpListener>,
    /// Whether reports of SL 651 are answered: mode M2. In mode M1 the centre is silent.
    pub sl651_answers: bool,
    /// JT/T 808: the city's own service vehicles.
    pub jt808: Option<TcpListener>,
    /// What the codes of terminals are made from. Without one a new one is made at every start, and terminals register anew.
    pub jt808_secret: Option<String>,
    /// The broker whose topics are listened to.
    pub mqtt: Option<Broker>,
    /// Most connections of each port; more wait.
    pub most_connections: u32,
}

impl Default for Listening {
    fn default() -> Self {
        Self {
            hj212: None,
            hj212_keys: StationKeys::default(),
            sl651: None,
            sl651_answers: true,
            jt808: None,
            jt808_secret: None,
            mqtt: None,
            most_connections: MOST_CONNECTIONS,
        }
    }
}

/// Keys (SM4) of stations, by MN. They are not shown.
#[derive(Clone, Default)]
pub struct StationKeys(Arc<HashMap<String, Key>>);

impl std::fmt::Debug for StationKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StationKeys({})", self.0.len())
    }
}

impl StationKeys {
    /// Reads lines of a station's MN, a space, and its key in 32 hexadecimal digits. Empty lines and those that begin with #
    /// say nothing.
    ///
    /// # Errors
    /// With the number of the line that is not such a one.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut keys = HashMap::new();
        for (no, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = || format!("line {no}: write the station's MN, a space, and its key in 32 hexadecimal digits");
            let (station, digits) = line.split_once(char::is_whitespace).ok_or_else(wrong)?;
            let key = key(digits.trim()).ok_or_else(wrong)?;
            keys.insert(station.to_owned(), key);
        }
        Ok(Self(Arc::new(keys)))
    }
}

fn key(digits: &str) -> Option<Key> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Vec<u8> = pairs.iter().map(byte).collect::<Option<_>>()?;
    Some(Key::new(bytes.try_into().ok()?))
}

impl Listening {
    /// Whether anything is open.
    #[must_use]
    pub fn any(&self) -> bool {
        self.hj212.is_some() || self.sl651.is_some() || self.jt808.is_some() || self.mqtt.is_some()
    }

    /// Opens everything for an intake, until `stop` turns true; each task ends when its connections have.
    pub(crate) fn start<I: Intake>(
        self,
        intake: &I,
        topics: &[Topic],
        stop: &watch::Receiver<bool>,
    ) -> Vec<JoinHandle<()>> {
        let mut open =
            Open { intake, most: self.most_connections.max(1), budget: Budget::default(), stop, tasks: Vec::new() };
        let keys = self.hj212_keys.0;
        open.port(self.hj212, move || hj212::Stations::new(Arc::clone(&keys)));
        let answers = self.sl651_answers;
        open.port(self.sl651, move || sl651::Gauges::new(answers));
        let codes = jt808::Codes::new(&secret(self.jt808_secret));
        open.port(self.jt808, move || jt808::Fleet::new(codes.clone()));
        if let Some(broker) = self.mqtt {
            open.tasks.push(tokio::spawn(mqtt::listen(broker, topics.to_vec(), intake.clone(), stop.clone())));
        }
        open.tasks
    }
}

fn secret(given: Option<String>) -> Vec<u8> {
    let made = || {
        let mut made = vec![0; 32];
        // Without random numbers the codes are those of an empty secret, and still bound to their terminals.
        let _ = getrandom::fill(&mut made);
        made
    };
    given.map_or_else(made, String::into_bytes)
}

struct Open<'a, I> {
    intake: &'a I,
    most: u32,
    budget: Budget,
    stop: &'a watch::Receiver<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl<I: Intake> Open<'_, I> {
    fn port<S: Speech>(&mut self, listener: Option<TcpListener>, speech: impl Fn() -> S + Send + 'static) {
        let Some(listener) = listener else { return };
        let (intake, stop) = (self.intake.clone(), self.stop.clone());
        let (patience, budget) = (Patience::default(), self.budget.clone());
        self.tasks.push(tokio::spawn(tcp::accept(listener, self.most, speech, intake, patience, budget, stop)));
    }
}

#[cfg(test)]
mod unit {
    use super::StationKeys;

    #[test]
    fn keys() {
        let check = |text: &str, expected: Result<usize, &str>| {
            let found = StationKeys::read(text).map(|keys| keys.0.len());
            assert_eq!(found.as_ref().map_err(|error| &error[..7]), expected.as_ref().map_err(|line| *line), "{text}");
        };
        check("", Ok(0));
        check("# stations\n\nA 30313233343536373839616263646566\nB\t00000000000000000000000000000000", Ok(2));
        check("A", Err("line 1:"));
        check("\nA 3031", Err("line 2:"));
        check("A 3031323334353637383961626364656X", Err("line 1:"));
        check("A é0123456789012345678901234567890", Err("line 1:"));
    }
}
