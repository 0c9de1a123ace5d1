//! MQTT: topics of a broker, mapped to facilities and properties by the pack.
//!
//! Messages are acknowledged by hand, after what they say is durable, and the broker keeps the session: what comes while
//! nobody listens, or is not acknowledged when the connection ends, comes again. One task speaks with the broker, one takes
//! batches; between them is a bounded queue, so that a store that is slow slows the broker down. A message that cannot be
//! read, is too long, or is of a facility nobody knows, is counted and acknowledged: it would stand in the way of all
//! others. One longer than the connection takes at all ends the session with the broker, which would send it for ever.

use super::intake::{Channels, Intake, Known, Protocol};
use super::turn::{Refused, Turn};
use rumqttc::mqttbytes::Error as Malformed;
use rumqttc::{AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, Packet, Publish, QoS, StateError};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tingzhou_platform::city::{Moment, Quality};
use tingzhou_platform::{Span, Topic};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

/// Messages of one batch, and as many wait.
const MOST: usize = 1_000;
/// Acknowledgements that wait to be sent; a broker has no more messages under way.
const MOST_UNSENT: usize = 65_536;
/// Longest message that is read, in bytes.
const LONGEST: usize = 256 * 1024;
/// Longest packet that the connection takes.
const LONGEST_PACKET: usize = 16 * 1024 * 1024;
/// Why a message is not read, for both.
const TOO_LONG: &str = "too-long";
/// How much of a message in quarantine is shown.
const HEAD: usize = 64;
/// Facilities whose channels are remembered.
const MOST_REMEMBERED: usize = 10_000;
/// How long a facility is taken for what it was known as.
const KNOWN: Duration = Duration::from_secs(2);
/// First and longest wait before a broker or a store is tried again.
const WAITS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));
/// How long the broker may take to hear the last acknowledgements.
const FAREWELL: Duration = Duration::from_secs(2);

/// A broker and how to speak with it. What it shows holds no password.
#[derive(Clone)]
pub struct Broker(MqttOptions);

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Broker({:?})", self.0.broker_address())
    }
}

impl Broker {
    /// A broker at `mqtt://user:password@host:port`; without a port it is 1883. The session is kept under `client`.
    ///
    /// # Errors
    /// When it is no such address.
    pub fn new(url: &str, client: &str) -> Result<Self, String> {
        let wrong = || "this is not a broker's address; it looks like mqtt://user:password@127.0.0.1:1883".to_owned();
        let uri: axum::http::Uri = url.parse().map_err(|_| wrong())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        if uri.scheme_str() != Some("mqtt") || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(wrong());
        }
        let mut options = MqttOptions::new(client, host, uri.port_u16().unwrap_or(1_883));
        let user = uri.authority().and_then(|authority| authority.as_str().rsplit_once('@')).map(|(user, _)| user);
        if let Some(user) = user {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            options.set_credentials(name, password);
        }
        options.set_clean_session(false).set_manual_acks(true).set_keep_alive(Duration::from_secs(30));
        options.set_max_packet_size(LONGEST_PACKET, LONGEST);
        Ok(Self(options))
    }
}

/// Listens until `stop` turns true. A broker that is not there is tried again and again.
pub(super) async fn listen<I: Intake>(broker: Broker, topics: Vec<Topic>, intake: I, mut stop: watch::Receiver<bool>) {
    let (client, events) = AsyncClient::new(broker.0, MOST_UNSENT);
    let filters = topics.iter().map(Topic::filter).collect();
    let (messages, mut arrived) = mpsc::channel(MOST);
    let connection = Arc::new(AtomicU64::new(0));
    let speaker = Speaker { client: client.clone(), filters, connection: Arc::clone(&connection), messages };
    let mut speaking = tokio::spawn(speaker.speak(events, intake.clone()));
    let mut reader = Reader { topics: Mapped::of(topics), intake, remembered: HashMap::new() };
    let mut batch = Vec::with_capacity(MOST);
    loop {
        let more = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => 0,
            more = arrived.recv_many(&mut batch, MOST) => more,
        };
        if more == 0 || !reader.take(&batch, &mut stop).await {
            break;
        }
        for arrived in batch.drain(..) {
            // What came by an earlier connection comes again, and its number may be another message's by now.
            if arrived.connection == connection.load(Ordering::SeqCst) {
                // One that finds no room comes again.
                let _ = client.try_ack(&arrived.message);
            }
        }
    }
    drop(arrived);
    let _ = client.try_disconnect();
    if timeout(FAREWELL, &mut speaking).await.is_err() {
        speaking.abort();
    }
}

/// A message, and by which connection it came.
struct Arrived {
    connection: u64,
    message: Publish,
    /// How long it was; of one that is too long only the beginning is kept.
    length: usize,
}

struct Speaker {
    client: AsyncClient,
    filters: Vec<String>,
    /// Which connection it is.
    connection: Arc<AtomicU64>,
    messages: mpsc::Sender<Arrived>,
}

impl Speaker {
    /// Speaks with the broker until nobody takes its messages any more.
    async fn speak(self, mut events: EventLoop, intake: impl Intake) {
        let mut wait = WAITS.0;
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) if events.mqtt_options.clean_session() => {
                    // The broker has forgotten the session; a new one that it keeps begins with the next connection.
                    events.mqtt_options.set_clean_session(false);
                    events.clean();
                }
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    wait = WAITS.0;
                    self.subscribe();
                }
                Ok(Event::Incoming(Packet::Publish(message))) => self.hand_over(message).await,
                Ok(_) => {}
                Err(error) if self.messages.is_closed() => {
                    tracing::debug!(%error, "the broker was left");
                    return;
                }
                Err(error) => {
                    // What was read before that is still of the connection that ended.
                    while let Some(event) = events.state.events.pop_front() {
                        if let Event::Incoming(Packet::Publish(message)) = event {
                            self.hand_over(message).await;
                        }
                    }
                    self.connection.fetch_add(1, Ordering::SeqCst);
                    if is_too_long(&error) {
                        tracing::warn!(%error, "the session with the broker is given up for a message that is too long");
                        intake.refused(Protocol::Mqtt, None, TOO_LONG, 1);
                        events.mqtt_options.set_clean_session(true);
                    } else {
                        tracing::warn!(%error, "the broker does not answer; it is tried again");
                    }
                    tokio::select! {
                        () = self.messages.closed() => return,
                        () = sleep(wait) => {}
                    }
                    wait = (wait * 2).min(WAITS.1);
                }
            }
        }
    }

    async fn hand_over(&self, mut message: Publish) {
        let length = message.payload.len();
        if length > LONGEST {
            message.payload = message.payload[..HEAD].to_vec().into();
        }
        let connection = self.connection.load(Ordering::SeqCst);
        // Nobody takes it: it is not acknowledged and comes again.
        let _ = self.messages.send(Arrived { connection, message, length }).await;
    }

    fn subscribe(&self) {
        for filter in &self.filters {
            if let Err(error) = self.client.try_subscribe(filter, QoS::AtLeastOnce) {
                tracing::warn!(%error, filter, "a topic could not be subscribed to");
            }
        }
    }
}

/// Whether a packet was longer than the connection takes. The broker sends it again as long as it keeps the session.
fn is_too_long(error: &ConnectionError) -> bool {
    matches!(error, ConnectionError::MqttState(StateError::Deserialization(Malformed::PayloadSizeLimitExceeded(_))))
}

/// A topic with the codes of its values.
struct Mapped {
    topic: Topic,
    values: Vec<(String, String)>,
}

impl Mapped {
    fn of(topics: Vec<Topic>) -> Vec<Self> {
        let codes = |topic: &Topic| topic.values.iter().map(|value| (value.at.clone(), topic.code(value))).collect();
        topics.into_iter().map(|topic| Self { values: codes(&topic), topic }).collect()
    }
}

struct Reader<I> {
    topics: Vec<Mapped>,
    intake: I,
    remembered: HashMap<String, (Known, Instant)>,
}

impl<I: Intake> Reader<I> {
    /// Takes messages and waits until what they say is durable, however long the store needs. Whether it is.
    async fn take(&mut self, messages: &[Arrived], stop: &mut watch::Receiver<bool>) -> bool {
        let mut turn = Turn::new(self.intake.now(), 0);
        for message in messages {
            self.read(message, &mut turn).await;
        }
        self.count(&turn.refused);
        let mut wait = WAITS.0;
        while !turn.arriving.is_empty() {
            match self.intake.ingest(turn.arriving.clone()).await {
                Ok(ingested) => {
                    self.count(&turn.not_taken(&ingested));
                    return true;
                }
                Err(error) => tracing::warn!(%error, "messages wait to be acknowledged"),
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return false,
                () = sleep(wait) => {}
            }
            wait = (wait * 2).min(WAITS.1);
        }
        true
    }

    fn count(&self, refused: &[Refused]) {
        for one in refused {
            self.intake.refused(Protocol::Mqtt, one.address.as_deref(), one.reason, one.count);
        }
    }

    async fn read(&mut self, arrived: &Arrived, turn: &mut Turn) {
        let message = &arrived.message;
        let found = self.topics.iter().enumerate();
        let mut found = found.filter_map(|(no, mapped)| Some((no, mapped.topic.facility(&message.topic)?)));
        let Some((no, facility)) = found.next() else {
            turn.address = None;
            turn.refuse("no-topic");
            return;
        };
        let known = self.known(facility).await;
        turn.turn_to(Arc::from(facility));
        let Known::Adopted(channels) = known else {
            let head = &message.payload[..message.payload.len().min(HEAD)];
            self.intake.held_back(Protocol::Mqtt, facility, head);
            return;
        };
        if arrived.length > LONGEST {
            turn.refuse(TOO_LONG);
            return;
        }
        let values = turn.arriving.len();
        let Some(mapped) = self.topics.get(no) else { return };
        if message.retain && mapped.topic.time.is_none() {
            // The broker has held it for who knows how long: the time of its arrival is not its own.
            turn.refuse("retained");
            return;
        }
        if let Err(reason) = offer(mapped, &message.payload, &channels, turn) {
            turn.arriving.truncate(values);
            turn.refuse(reason);
        }
    }

    async fn known(&mut self, facility: &str) -> Known {
        if let Some((known, at)) = self.remembered.get(facility)
            && at.elapsed() < KNOWN
        {
            return known.clone();
        }
        let known = self.intake.known(Protocol::Mqtt, facility).await;
        if self.remembered.len() >= MOST_REMEMBERED {
            self.remembered.clear();
        }
        self.remembered.insert(facility.to_owned(), (known.clone(), Instant::now()));
        known
    }
}

fn offer(mapped: &Mapped, payload: &[u8], channels: &Channels, turn: &mut Turn) -> Result<(), &'static str> {
    let said: Value = serde_json::from_slice(payload).map_err(|_| "not-json")?;
    let time = match &mapped.topic.time {
        None => turn.now,
        Some(pointer) => said.pointer(pointer).and_then(time).ok_or("time-unreadable")?,
    };
    for (pointer, code) in &mapped.values {
        if let Some(value) = said.pointer(pointer) {
            put(code, value, time, channels, turn);
        }
    }
    if mapped.values.is_empty() {
        let own = mapped.topic.time.as_deref().and_then(|pointer| pointer.strip_prefix('/'));
        for (name, value) in said.as_object().ok_or("no-object")? {
            if Some(name.as_str()) != own {
                put(name, value, time, channels, turn);
            }
        }
    }
    Ok(())
}

fn put(code: &str, value: &Value, time: Moment, channels: &Channels, turn: &mut Turn) {
    let number = match value {
        Value::Bool(yes) => Some(f64::from(u8::from(*yes))),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        // The instrument says that it has none.
        Value::Null => return,
        Value::Array(_) | Value::Object(_) => None,
    };
    match (channels.find(Span::Now, code), number) {
        (None, _) => turn.refuse("not-mapped"),
        (Some(_), None) => turn.refuse("no-number"),
        (Some(channel), Some(number)) => turn.offer(channel, time, channel.float(number), Quality::GOOD),
    }
}

/// RFC 3339, or seconds or milliseconds since 1970: seconds have that many digits only after the year 5000.
fn time(value: &Value) -> Option<Moment> {
    match value {
        Value::String(text) => text.parse::<jiff::Timestamp>().ok().map(Moment::from),
        Value::Number(number) => {
            let whole = number.as_i64();
            // A fraction of a millisecond is cut off.
            let whole = whole.or_else(|| number.as_f64().and_then(|n| rust_decimal::prelude::ToPrimitive::to_i64(&n)));
            let whole = whole?;
            let seconds = whole.unsigned_abs() < 100_000_000_000;
            Moment::from_millis(if seconds { whole.checked_mul(1_000)? } else { whole })
        }
        _ => None,
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn addresses() {
        let check = |url: &str, expected: Option<(&str, u16)>| {
            let found = Broker::new(url, "c").ok().map(|broker| broker.0.broker_address());
            assert_eq!(found, expected.map(|(host, port)| (host.to_owned(), port)), "{url}");
        };
        check("mqtt://127.0.0.1", Some(("127.0.0.1", 1_883)));
        check("mqtt://broker.local:2883/", Some(("broker.local", 2_883)));
        check("mqtt://u:p@h:1", Some(("h", 1)));
        check("http://h", None);
        check("h:1883", None);
        check("mqtt://h/topic", None);
        check("", None);
        let secret = Broker::new("mqtt://user:hidden@h", "c").unwrap();
        assert!(!format!("{secret:?}").contains("hidden"));
    }

    #[test]
    fn times() {
        let check = |json: &str, expected: Option<&str>| {
            let found = time(&serde_json::from_str(json).unwrap()).map(|moment| moment.to_string());
            assert_eq!(found.as_deref(), expected, "{json}");
        };
        check("\"2026-03-01T08:00:00+08:00\"", Some("2026-03-01 08:00:00"));
        check("\"2026-03-01T00:00:00Z\"", Some("2026-03-01 08:00:00"));
        check("\"2026-03-01 08:00\"", None);
        check("1772323200", Some("2026-03-01 08:00:00"));
        check("1772323200000", Some("2026-03-01 08:00:00"));
        check("1772323200.25", Some("2026-03-01 08:00:00"));
        check("1e308", None);
        check("true", None);
    }
}
