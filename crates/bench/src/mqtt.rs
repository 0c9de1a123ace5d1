//! Messages of QoS 1 through Mosquitto into the store, beside a subscriber that only counts them.

use crate::figure::compared;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tingzhou_platform::Platform;
use tingzhou_platform::city::{FacilityId, Moment, Period};
use tokio::runtime::Runtime;

/// Facilities that publish.
const SENDERS: u32 = 1_000;
/// Messages of each.
const ROUNDS: u32 = 60;
/// Publishers that wait for the broker beside each other.
const PUBLISHERS: u32 = 4;

/// A broker of its own.
pub(crate) struct Mosquitto {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Mosquitto {
    /// None where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        // By default it drops messages a slow subscriber has not fetched, which would be measured as speed.
        let text = format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000\n"
        );
        std::fs::write(folder.path().join("mosquitto.conf"), text).expect("a file");
        let child = ["mosquitto", "/usr/sbin/mosquitto"].into_iter().find_map(|program| {
            let mut command = Command::new(program);
            command.arg("-c").arg(folder.path().join("mosquitto.conf")).stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().ok()
        })?;
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(10), "the broker does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { child, port, _folder: folder })
    }

    pub(crate) fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    fn options(&self, client: &str) -> MqttOptions {
        let mut options = MqttOptions::new(client, "127.0.0.1", self.port);
        options.set_inflight(1_000).set_keep_alive(Duration::from_secs(60));
        options
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn facility(number: u32) -> String {
    format!("g-{number}")
}

/// Publishes and waits until the broker has everything.
async fn publish(broker: &Mosquitto, topic: &str, begin: Moment) {
    let mut publishers = tokio::task::JoinSet::new();
    for publisher in 0..PUBLISHERS {
        let (client, mut events) = AsyncClient::new(broker.options(&format!("publisher-{publisher}")), 1_000);
        let topic = topic.to_owned();
        publishers.spawn(async move {
            let own = (publisher..SENDERS).step_by(PUBLISHERS as usize);
            let count = own.clone().count() * ROUNDS as usize;
            let sending = tokio::spawn(async move {
                for round in 0..ROUNDS {
                    let time = jiff::Timestamp::from(begin.after(Period::from_secs(round * 5)));
                    for number in own.clone() {
                        let text = format!(r#"{{"time":"{time}","gas":{}.{}}}"#, round % 9, number % 10);
                        let topic = format!("{topic}/{}", facility(number));
                        client.publish(topic, QoS::AtLeastOnce, false, text).await.expect("published");
                    }
                }
                client
            });
            let mut taken = 0;
            while taken < count {
                if let Event::Incoming(Packet::PubAck(_)) = events.poll().await.expect("the broker speaks") {
                    taken += 1;
                }
            }
            drop(sending.await.expect("sent"));
        });
    }
    publishers.join_all().await;
}

/// Messages a second until a subscriber that does nothing has them.
async fn counted(broker: &Mosquitto, begin: Moment) -> f64 {
    let (client, mut events) = AsyncClient::new(broker.options("counter"), 1_000);
    client.subscribe("bench/#", QoS::AtLeastOnce).await.expect("subscribed");
    while !matches!(events.poll().await.expect("the broker speaks"), Event::Incoming(Packet::SubAck(_))) {}
    let counting = tokio::spawn(async move {
        let mut count = 0;
        while count < SENDERS * ROUNDS {
            if let Event::Incoming(Packet::Publish(_)) = events.poll().await.expect("the broker speaks") {
                count += 1;
            }
        }
    });
    let start = Instant::now();
    publish(broker, "bench", begin).await;
    counting.await.expect("counted");
    f64::from(SENDERS * ROUNDS) / start.elapsed().as_secs_f64()
}

/// Messages a second until they are in the store.
async fn stored(broker: &Mosquitto, platform: &Platform, begin: Moment) -> f64 {
    let instruments = platform.instruments().await.expect("instruments");
    let last = begin.after(Period::from_secs((ROUNDS - 1) * 5));
    let start = Instant::now();
    publish(broker, "tingzhou/observations", begin).await;
    let there = |number: u32| {
        let id = FacilityId::new(facility(number)).expect("a name");
        instruments.latest(&id).iter().any(|(_, sample)| sample.time == last)
    };
    let mut waiting: Vec<u32> = (0..SENDERS).collect();
    while !waiting.is_empty() {
        assert!(start.elapsed() < Duration::from_secs(120), "{} facilities were not heard of", waiting.len());
        waiting.retain(|number| !there(*number));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    f64::from(SENDERS * ROUNDS) / start.elapsed().as_secs_f64()
}

/// Of three turns each, one after the other, the best.
pub(crate) fn run(runtime: &Runtime, broker: &Mosquitto, platform: &Platform) {
    let now = runtime.block_on(async { platform.instruments().await.expect("instruments").now() });
    let (mut ours, mut bare) = (0_f64, 0_f64);
    for turn in 0..3 {
        let begin = now.before(Period::from_secs(3_000 - turn * 900));
        bare = bare.max(runtime.block_on(counted(broker, begin)));
        ours = ours.max(runtime.block_on(stored(broker, platform, begin)));
    }
    compared("listeners.mqtt observations (QoS 1, in the store)", ours, "/s", "a subscriber that only counts", bare);
}
