//! A broker between an instrument and the city: Mosquitto, started here when it is installed.

use super::super::mqtt::{Broker, listen};
use super::double::Double;
use super::within;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tempfile::TempDir;
use tingzhou_platform::{Pointed, Span, Topic};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

struct Mosquitto {
    port: u16,
    folder: TempDir,
    child: Child,
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &TempDir) -> Option<Child> {
    let program = ["mosquitto", "/usr/sbin/mosquitto"];
    program.into_iter().find_map(|program| {
        let mut command = Command::new(program);
        command.arg("-c").arg(folder.path().join("mosquitto.conf"));
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()
    })
}

impl Mosquitto {
    async fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let text = format!("listener {port} 127.0.0.1\nallow_anonymous true\n");
        std::fs::write(folder.path().join("mosquitto.conf"), text).unwrap();
        let Some(child) = spawn(&folder) else {
            println!("skipped: mosquitto is not installed");
            return None;
        };
        let broker = Self { port, folder, child };
        broker.is_up().await;
        Some(broker)
    }

    async fn is_up(&self) {
        within(async {
            while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
    }

    /// Killed, and started again on the same port with nothing remembered.
    async fn restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.child = spawn(&self.folder).unwrap();
        self.is_up().await;
    }

    /// Publishes with QoS 1 and waits until the broker has it.
    async fn publish(&self, messages: &[(&str, &str)]) {
        self.publish_retained(messages, false).await;
    }

    async fn publish_retained(&self, messages: &[(&str, &str)], retained: bool) {
        let mut options = MqttOptions::new("publisher", "127.0.0.1", self.port);
        options.set_max_packet_size(1024, 64 * 1024 * 1024);
        let (client, mut events) = AsyncClient::new(options, 100);
        for (topic, text) in messages {
            client.publish(*topic, QoS::AtLeastOnce, retained, *text).await.unwrap();
        }
        let mut acknowledged = 0;
        within(async {
            while acknowledged < messages.len() {
                if let Ok(Event::Incoming(Packet::PubAck(_))) = events.poll().await {
                    acknowledged += 1;
                }
            }
        })
        .await;
    }

    fn listen(&self, double: &Double) -> (watch::Sender<bool>, JoinHandle<()>) {
        let broker = Broker::new(&format!("mqtt://127.0.0.1:{}", self.port), "tingzhou-test").unwrap();
        let (stop, stopped) = watch::channel(false);
        (stop, tokio::spawn(listen(broker, topics(), double.clone(), stopped)))
    }
}

fn topics() -> Vec<Topic> {
    let property = |name: &str| tingzhou_platform::city::PropertyId::new(name).unwrap();
    let gas = Pointed { at: "/data/0/v".to_owned(), property: property("gas"), unit: None };
    vec![
        Topic { topic: "gas/{facility}/up".to_owned(), time: Some("/ts".to_owned()), values: vec![gas] },
        Topic { topic: "plain/{facility}".to_owned(), time: Some("/time".to_owned()), values: Vec::new() },
        Topic { topic: "timeless/{facility}".to_owned(), time: None, values: Vec::new() },
    ]
}

fn city() -> Double {
    let double = Double::default();
    let channels =
        [(Span::Now, "gas/{facility}/up /data/0/v", "1"), (Span::Now, "gas", "1"), (Span::Now, "level", "0.1")];
    double.adopt("g-1", &channels);
    double
}

async fn until(double: &Double, kept: usize) {
    within(async {
        while double.kept().len() < kept {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_in_values_out() {
    let Some(broker) = Mosquitto::start().await else { return };
    let double = city();
    let (stop, listening) = broker.listen(&double);
    until_subscribed(&broker, &double).await;
    broker
        .publish(&[
            ("gas/g-1/up", r#"{"ts": "2026-03-01T08:00:00+08:00", "data": [{"v": 3.5, "plate": "x"}]}"#),
            ("plain/g-1", r#"{"time": 1772323260000, "gas": true, "level": "12", "more": 1, "none": null}"#),
            ("plain/g-1", "half {"),
            ("plain/g-1", r#"{"time": "yesterday", "gas": 1}"#),
            ("plain/g-1", r#"{"time": 1772323260, "gas": 1e308, "level": [1]}"#),
            ("plain/stranger", r#"{"time": 1772323260, "gas": 1}"#),
            ("other/g-1", r#"{"time": 1772323260, "gas": 1}"#),
            ("plain/g-1", r#"{"time": 1772323320, "gas": 2}"#),
        ])
        .await;
    until(&double, 4).await;
    let kept: Vec<(u32, String, f64)> = double.kept().into_iter().map(|(no, at, value, _)| (no, at, value)).collect();
    let at = |minute: u8| format!("2026-03-01 08:0{minute}:00");
    assert_eq!(kept, [(1, at(0), 3.5), (2, at(1), 1.0), (3, at(1), 1.2), (2, at(2), 2.0)]);
    let refused: Vec<String> = double.refused().into_iter().map(|(what, count)| format!("{what} {count}")).collect();
    let expected = ["g-1 no-number 1", "g-1 not-json 1", "g-1 not-mapped 1", "g-1 time-unreadable 1", "g-1 value 1"];
    assert_eq!(refused, expected);
    assert_eq!(double.0.heads.lock().unwrap()[0].0, "stranger");
    stop.send(true).unwrap();
    within(listening).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_durable_comes_again() {
    let Some(broker) = Mosquitto::start().await else { return };
    let double = city();
    let (stop, listening) = broker.listen(&double);
    let message = |minute: u32| format!(r#"{{"time": {}, "gas": {minute}}}"#, 1_772_323_200 + minute * 60);
    within(async {
        while double.kept().is_empty() {
            broker.publish(&[("plain/g-1", &message(0))]).await;
            sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    sleep(Duration::from_millis(300)).await;
    double.0.kept.lock().unwrap().clear();
    // The store is broken; the listener ends without having acknowledged.
    double.0.broken.store(true, Ordering::SeqCst);
    broker.publish(&[("plain/g-1", &message(1)), ("plain/g-1", &message(2))]).await;
    sleep(Duration::from_millis(300)).await;
    stop.send(true).unwrap();
    within(listening).await.unwrap();
    assert!(double.kept().is_empty());
    // What comes while nobody listens waits too.
    broker.publish(&[("plain/g-1", &message(3))]).await;
    double.0.broken.store(false, Ordering::SeqCst);
    let (stop, listening) = broker.listen(&double);
    until(&double, 3).await;
    let values: Vec<f64> = double.kept().into_iter().map(|(_, _, value, _)| value).collect();
    assert_eq!(values, [1.0, 2.0, 3.0]);
    stop.send(true).unwrap();
    within(listening).await.unwrap();
    // Acknowledged now: nothing comes again.
    let (stop, listening) = broker.listen(&double);
    sleep(Duration::from_millis(500)).await;
    assert_eq!(double.kept().len(), 3);
    stop.send(true).unwrap();
    within(listening).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_was_gone_is_found_again() {
    let Some(mut broker) = Mosquitto::start().await else { return };
    let double = city();
    let (stop, listening) = broker.listen(&double);
    for round in 1..=2 {
        within(async {
            while double.kept().len() < round {
                broker.publish(&[("plain/g-1", r#"{"time": 1772323200, "gas": 1}"#)]).await;
                sleep(Duration::from_millis(100)).await;
            }
        })
        .await;
        if round == 1 {
            sleep(Duration::from_millis(300)).await;
            double.0.kept.lock().unwrap().truncate(1);
            broker.restart().await;
        }
    }
    stop.send(true).unwrap();
    within(listening).await.unwrap();
}

/// Publishes until something is kept: until the topics are subscribed to, messages are nobody's. Then forgets it.
async fn until_subscribed(broker: &Mosquitto, double: &Double) {
    within(async {
        while double.kept().is_empty() {
            broker.publish(&[("plain/g-1", r#"{"time": 1772323200, "gas": 0}"#)]).await;
            sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    sleep(Duration::from_millis(300)).await;
    double.0.kept.lock().unwrap().clear();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_too_long_stands_in_nobodys_way() {
    let Some(broker) = Mosquitto::start().await else { return };
    let double = city();
    let (stop, listening) = broker.listen(&double);
    until_subscribed(&broker, &double).await;
    let long = |bytes: usize| format!(r#"{{"time": 1772323260, "gas": 5, "more": "{}"}}"#, "x".repeat(bytes));
    let minute = |minute: u32| format!(r#"{{"time": {}, "gas": {minute}}}"#, 1_772_323_200 + minute * 60);
    // Too long to be read.
    let (beyond, next) = (long(256 * 1024), minute(2));
    broker.publish(&[("plain/g-1", &beyond), ("plain/g-1", &next)]).await;
    until(&double, 1).await;
    assert_eq!(double.refused(), [("g-1 too-long".to_owned(), 1)]);
    // Too long for the connection: the session begins anew, and what comes after that is taken.
    broker.publish(&[("plain/g-1", &long(17 * 1024 * 1024))]).await;
    within(async {
        while double.kept().len() < 2 {
            broker.publish(&[("plain/g-1", &minute(3))]).await;
            sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let values: Vec<f64> = double.kept().into_iter().map(|(_, _, value, _)| value).take(2).collect();
    assert_eq!(values, [2.0, 3.0]);
    assert_eq!(double.refused(), [("- too-long".to_owned(), 1), ("g-1 too-long".to_owned(), 1)]);
    // The new session is one that the broker keeps.
    sleep(Duration::from_millis(300)).await;
    stop.send(true).unwrap();
    within(listening).await.unwrap();
    let before = double.kept().len();
    broker.publish(&[("plain/g-1", &minute(4))]).await;
    let (stop, listening) = broker.listen(&double);
    until(&double, before + 1).await;
    assert_eq!(double.kept().last().map(|(_, _, value, _)| *value), Some(4.0));
    stop.send(true).unwrap();
    within(listening).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_broker_held_is_no_fresh_reading() {
    let Some(broker) = Mosquitto::start().await else { return };
    let double = city();
    let old = [("timeless/g-1", r#"{"gas": 7}"#), ("plain/g-1", r#"{"time": 1772323140, "gas": 8}"#)];
    broker.publish_retained(&old, true).await;
    let (stop, listening) = broker.listen(&double);
    // One that says its own time is as good as ever.
    until(&double, 1).await;
    sleep(Duration::from_millis(300)).await;
    broker.publish(&[("timeless/g-1", r#"{"gas": 9}"#)]).await;
    until(&double, 2).await;
    let kept: Vec<(String, f64)> = double.kept().into_iter().map(|(_, at, value, _)| (at, value)).collect();
    assert_eq!(kept, [("2026-03-01 07:59:00".to_owned(), 8.0), ("2026-03-01 08:30:00".to_owned(), 9.0)]);
    assert_eq!(double.refused(), [("g-1 retained".to_owned(), 1)]);
    stop.send(true).unwrap();
    within(listening).await.unwrap();
}

/// The next packet a client sends: its first byte and what follows the length.
async fn packet(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let (first, length) = (stream.read_u8().await.unwrap(), stream.read_u8().await.unwrap());
    assert!(length < 128, "nothing here is long");
    let mut rest = vec![0; length.into()];
    stream.read_exact(&mut rest).await.unwrap();
    (first, rest)
}

/// A broker by hand takes a connection and sends one message under number 1.
async fn greet(broker: &TcpListener, text: &str) -> TcpStream {
    let (mut stream, _) = broker.accept().await.unwrap();
    assert_eq!(packet(&mut stream).await.0, 0x10, "CONNECT");
    stream.write_all(&[0x20, 2, 1, 0]).await.unwrap();
    let topic = "plain/g-1";
    let mut publish = vec![0x32, u8::try_from(2 + topic.len() + 2 + text.len()).unwrap(), 0, 9];
    publish.extend(topic.bytes().chain([0, 1]).chain(text.bytes()));
    stream.write_all(&publish).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_of_an_earlier_connection_acknowledges_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let double = city();
    let address = format!("mqtt://{}", listener.local_addr().unwrap());
    let (stop, stopped) = watch::channel(false);
    let broker = Broker::new(&address, "tingzhou-test").unwrap();
    let listening = tokio::spawn(listen(broker, topics(), double.clone(), stopped));
    // The store needs longer than it takes to come again.
    *double.0.slow.lock().unwrap() = Duration::from_millis(1_500);
    let stream = within(greet(&listener, r#"{"time": 1772323260, "gas": 1}"#)).await;
    sleep(Duration::from_millis(200)).await;
    drop(stream);
    // Another message has the number now.
    let mut stream = within(greet(&listener, r#"{"time": 1772323320, "gas": 2}"#)).await;
    let acknowledged = within(async {
        loop {
            let (first, rest) = packet(&mut stream).await;
            if first == 0x40 {
                return rest;
            }
        }
    })
    .await;
    assert_eq!(acknowledged, [0, 1]);
    let values: Vec<f64> = double.kept().into_iter().map(|(_, _, value, _)| value).collect();
    assert_eq!(values, [1.0, 2.0], "acknowledged before it was durable");
    stop.send(true).unwrap();
    within(listening).await.unwrap();
}
