//! Publishing to a broker, QoS 1.

use super::pace::Pace;
use super::run::Days;
use super::tally::{Tally, add};
use crate::city::{City, Made};
use crate::frames::json;
use crate::kind::Protocol;
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Outgoing, Packet, QoS};
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A broker's address and account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    host: String,
    port: u16,
    login: Option<(String, String)>,
}

/// An address that is none of a broker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no broker's address; write it like mqtt://127.0.0.1:1883 or mqtt://name:password@broker")]
pub struct BrokerError(String);

impl std::str::FromStr for Broker {
    type Err = BrokerError;

    fn from_str(text: &str) -> Result<Self, BrokerError> {
        let wrong = || BrokerError(text.chars().take(80).collect());
        let rest = text.strip_prefix("mqtt://").ok_or_else(wrong)?.trim_end_matches('/');
        let (login, rest) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((login, rest)) => {
                let (name, password) = login.split_once(':').ok_or_else(wrong)?;
                (Some((name.to_owned(), password.to_owned())), rest)
            }
        };
        let (host, port) = match rest.rsplit_once(':') {
            None => (rest, 1883),
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
        };
        let is_host = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
        if is_host { Ok(Self { host: host.to_owned(), port, login }) } else { Err(wrong()) }
    }
}

/// Messages that wait for the broker at most.
const WAITING: usize = 1_000;

/// Publishes what detectors say as the days pass, and waits in the end until the broker has all of it.
///
/// # Errors
/// When the client has stopped.
pub async fn publish(
    city: Arc<City>,
    broker: Broker,
    pace: Pace,
    days: Arc<Days>,
    tally: Arc<Tally>,
) -> io::Result<()> {
    let id = format!("tingzhou-simulator-{:08x}", city.fingerprint() >> 32);
    let mut options = MqttOptions::new(id, &broker.host, broker.port);
    options.set_keep_alive(Duration::from_secs(30)).set_clean_session(false).set_inflight(100);
    if let Some((name, password)) = &broker.login {
        options.set_credentials(name, password);
    }
    let (client, events) = AsyncClient::new(options, WAITING);
    let taken = Arc::new(AtomicU64::new(0));
    let listening = tokio::spawn(listen(events, taken.clone(), tally.clone()));
    let stopped = |error: rumqttc::ClientError| io::Error::other(error.to_string());
    let is_published = |made: &&Made| made.kind.protocol() == Protocol::Mqtt && !days.without.contains(&made.def.id);
    let of: Vec<&Made> = city.facilities().iter().filter(is_published).collect();
    let mut sent = 0;
    for at in days.every(60) {
        pace.until(at).await;
        let sky = city.sky(at);
        for made in &of {
            let Some(message) = json::message(&city, made, &sky) else { continue };
            client.publish(json::topic(made), QoS::AtLeastOnce, false, message).await.map_err(stopped)?;
            sent += 1;
        }
    }
    let all = async {
        while taken.load(SeqCst) < sent {
            sleep(Duration::from_millis(20)).await;
        }
    };
    let whole = timeout(days.patience.answer * days.patience.sends, all).await;
    client.disconnect().await.map_err(stopped)?;
    listening.abort();
    whole.map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the broker did not acknowledge everything"))
}

/// Keeps the connection and counts what the broker acknowledges. A message under a number that was not acknowledged yet is
/// one sent again.
async fn listen(mut events: EventLoop, taken: Arc<AtomicU64>, tally: Arc<Tally>) {
    let mut open: HashSet<u16> = HashSet::new();
    let mut connected = false;
    let mut wait = Duration::from_millis(500);
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                if connected {
                    add(&tally.reconnects, 1);
                }
                (connected, wait) = (true, Duration::from_millis(500));
            }
            Ok(Event::Outgoing(Outgoing::Publish(number))) => {
                if !open.insert(number) {
                    add(&tally.again, 1);
                }
            }
            Ok(Event::Incoming(Packet::PubAck(ack))) => {
                open.remove(&ack.pkid);
                taken.fetch_add(1, SeqCst);
                add(&tally.taken, 1);
                // One value as a rule; batteries are told with it once a day.
                add(&tally.observations, 1);
            }
            Ok(_) => {}
            Err(error) => {
                eprintln!("broker: {error}; connecting again");
                sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(60));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let is = |text: &str, host: &str, port: u16, login: Option<(&str, &str)>| {
            let login = login.map(|(name, password)| (name.to_owned(), password.to_owned()));
            assert_eq!(text.parse(), Ok(Broker { host: host.to_owned(), port, login }), "{text}");
        };
        is("mqtt://127.0.0.1:1884", "127.0.0.1", 1884, None);
        is("mqtt://broker/", "broker", 1883, None);
        is("mqtt://a:b@c@broker:1", "broker", 1, Some(("a", "b@c")));
        let is_none = |text: &str| assert_eq!(text.parse::<Broker>(), Err(BrokerError(text.to_owned())));
        is_none("mqtt://a@broker");
        is_none("http://broker");
        is_none("mqtt://broker:port");
        is_none("mqtt://");
    }
}
