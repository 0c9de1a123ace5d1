//! Notices on their way out of the running server: a mail server and another system that are there, and that are not.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use crate::common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{City, PASSWORD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::date;
use rust_decimal::Decimal;
use serde_json::Value;
use sha2::Sha256;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;
use tingzhou_platform::ledger::{Actor, Basis, Channel, Confirmation, Period, ReportedStatus, Source, TaskId};
use tingzhou_platform::{Filing, SubscriptionRow};
use tingzhou_server::{Mailer, ServerSettings, serve};

/// How long something may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server that takes one letter a connection and passes it on.
fn mail_server() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (send, letters) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let letter = letter(stream.unwrap());
            if send.send(letter).is_err() {
                return;
            }
        }
    });
    (port, letters)
}

fn letter(stream: TcpStream) -> String {
    let mut answers = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines();
    let (mut text, mut data) = (String::new(), false);
    answers.write_all(b"220 here\r\n").unwrap();
    while let Some(Ok(line)) = lines.next() {
        let answer: &[u8] = match line.split(' ').next().unwrap_or_default() {
            "." if data => {
                data = false;
                b"250 kept\r\n"
            }
            _ if data => {
                text.push_str(&line);
                text.push('\n');
                continue;
            }
            "EHLO" => b"250-here\r\n250 8BITMIME\r\n",
            "DATA" => {
                data = true;
                b"354 go on\r\n"
            }
            "QUIT" => return text,
            _ => b"250 ok\r\n",
        };
        answers.write_all(answer).unwrap();
        if !text.is_empty() && !data {
            return text;
        }
    }
    text
}

/// Another system: answers each request with the next status, and passes on what it got.
fn other_system(statuses: &'static [u16]) -> (u16, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (send, requests) = channel();
    thread::spawn(move || {
        for (stream, status) in listener.incoming().zip(statuses) {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(given) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = given.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            if send.send((head, String::from_utf8(body).unwrap())).is_err() {
                return;
            }
        }
    });
    (port, requests)
}

async fn wait<T: Send + 'static>(from: Receiver<T>) -> (T, Receiver<T>) {
    tokio::task::spawn_blocking(move || (from.recv_timeout(PATIENCE).unwrap(), from)).await.unwrap()
}

/// The text of a letter, its transfer encoding undone.
fn decoded(letter: &str) -> String {
    let (head, body) = letter.split_once("\n\n").unwrap();
    let body: String = body.lines().collect();
    assert!(head.to_ascii_lowercase().contains("content-transfer-encoding: base64"), "{head}");
    String::from_utf8(STANDARD.decode(body).unwrap()).unwrap()
}

fn filing() -> Filing {
    Filing {
        source: Source::Filing,
        value: Some(Decimal::ONE),
        unit: String::new(),
        basis: Basis::Cumulative,
        period: Period { from: date(2025, 1, 1), to: date(2025, 10, 31) },
        place: String::new(),
        point: None,
        note: "已开工".to_owned(),
        reported: ReportedStatus::UnderWay,
        milestone: None,
        confirmed: Confirmation::ALL.to_vec(),
        simulated: false,
    }
}

/// Waits until all addresses are as expected.
async fn settled(city: &City, actor: &Actor, as_expected: impl Fn(&SubscriptionRow) -> bool) {
    let start = std::time::Instant::now();
    loop {
        let rows = city.platform.subscriptions(actor).await.unwrap();
        if rows.iter().all(&as_expected) {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{rows:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn signed_in(city: &City, name: &str) -> Actor {
    city.platform.verify_password(name, PASSWORD).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn told_by_mail_and_to_another_system() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    city.assign(&task, "education").await;
    let (unit, office) = (signed_in(&city, "education").await, signed_in(&city, "office").await);
    let (mail_port, letters) = mail_server();
    let (hook_port, requests) = other_system(&[200]);
    city.platform.subscribe(&unit, Channel::Email, "jiaoyu@example.gov.cn", "zh").await.unwrap();
    let address = format!("http://127.0.0.1:{hook_port}/in?from=tingzhou");
    let hook = city.platform.subscribe(&office, Channel::Webhook, &address, "zh").await.unwrap();
    city.dispatch(&task).await;

    let mailer = Mailer::new(&format!("smtp://127.0.0.1:{mail_port}"), "督查室 <ducha@example.gov.cn>").unwrap();
    let settings = ServerSettings {
        mailer: Some(mailer),
        public_url: Some("https://tz.example.gov.cn".to_owned()),
        ..ServerSettings::default()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let platform = city.platform.clone();
    let server = tokio::spawn(serve(listener, platform, settings, async move {
        let _ = stopped.await;
    }));

    let (letter, _letters) = wait(letters).await;
    let head = letter.to_ascii_lowercase();
    for line in ["to: jiaoyu@example.gov.cn", "auto-submitted: auto-generated", "message-id: <deliver-", "from: "] {
        assert!(head.contains(line), "{line} in {letter}");
    }
    let text = decoded(&letter);
    for words in ["1. 交办（待办）", task.as_str(), &format!("https://tz.example.gov.cn/tasks/{task}"), "通知地址"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }

    // The unit signs and reports; the office's other system is told, signed.
    let id = TaskId::new(&*task).unwrap();
    let version = city.version(&task).await.parse().unwrap();
    city.platform.file(&unit, &id, version, filing(), Vec::new(), None).await.unwrap();
    let ((head, body), _requests) = wait(requests).await;
    let (line, headers) = head.split_once("\r\n").unwrap();
    assert_eq!(line, "POST /in?from=tingzhou HTTP/1.1");
    let header = |name: &str| {
        let found = headers.lines().find(|line| line.to_ascii_lowercase().starts_with(name));
        found.unwrap_or_else(|| panic!("{name} in {headers}")).split_once(": ").unwrap().1.to_owned()
    };
    let told: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(told["key"].as_str(), Some(header("idempotency-key:").as_str()));
    let notice = &told["notices"][0];
    assert_eq!((notice["task"].as_str(), notice["zh"].as_str()), (Some(task.as_str()), Some("反馈")), "{body}");
    assert_eq!((told["audience"].as_str(), told["simulated"].as_bool()), (Some("office"), Some(false)));
    let signature = header("tingzhou-signature:");
    let (seconds, hex) = signature.strip_prefix("t=").and_then(|s| s.split_once(",v1=")).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(hook.secret.as_bytes()).unwrap();
    mac.update(format!("{seconds}.{body}").as_bytes());
    let expected: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(hex, expected);
    settled(&city, &office, |row| row.delivered_at.is_some()).await;

    // Another system that is broken, and a mailbox whose server is gone.
    city.platform.unsubscribe(&office, &hook.id).await.unwrap();
    let (port, _broken) = other_system(&[500]);
    let address = format!("http://127.0.0.1:{port}/in");
    let broken = city.platform.subscribe(&office, Channel::Webhook, &address, "zh").await.unwrap();
    city.platform.try_subscription(&office, &broken.id).await.unwrap();
    settled(&city, &office, |row| row.id != broken.id || row.error.contains("500")).await;
    let waiting = city.platform.deliveries_waiting(&office, 0, 10).await.unwrap();
    assert_eq!(waiting.iter().map(|w| (w.attempts, w.error.contains("500"))).collect::<Vec<_>>(), [(1, true)]);

    let _ = stop.send(());
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn addresses_by_page_and_by_api() {
    let city = City::adopted().await;
    let unit = city.sign_in("education").await;
    let page = city.get(&unit, "/notices/addresses").await;
    assert!(page.body.contains("还没有地址") && !page.body.contains("value=\"webhook\""), "{}", page.body);
    let wrong = city.post(&unit, "/notices/addresses", &[("address", "jiaoyu")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("value=\"jiaoyu\"") && wrong.body.contains("不是邮箱地址"), "what was typed stays");
    let added = city.post(&unit, "/notices/addresses", &[("address", "jiaoyu@example.gov.cn")]).await;
    assert_eq!(added.status, 303);
    let office = city.sign_in("office").await;
    let fields = [("channel", "webhook"), ("address", "https://oa.example.gov.cn/in")];
    let hook = city.post(&office, "/notices/addresses", &fields).await;
    assert_eq!(hook.status, 200);
    let list = city.call("GET", "/api/v1/subscriptions", &[common::basic("office")], &Value::Null).await.json();
    let rows = list["items"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.get("secret").is_none()), "a secret is told once: {rows:?}");
    let row = rows.iter().find(|row| row["channel"] == "webhook").unwrap();
    assert!(hook.body.contains("只显示这一次"));
    let path = format!("/api/v1/subscriptions/{}", row["id"].as_str().unwrap());
    assert_eq!(city.call("DELETE", &path, &[common::basic("education")], &Value::Null).await.status, 403);
    assert_eq!(city.call("POST", &format!("{path}/trial"), &[common::basic("office")], &Value::Null).await.status, 202);
    let page = city.get(&office, "/notices/addresses").await;
    assert!(page.body.contains("trial-s") && page.body.contains("待发送"), "{}", page.body);
    assert_eq!(city.call("DELETE", &path, &[common::basic("office")], &Value::Null).await.status, 204);
    assert_eq!(city.call("DELETE", &path, &[common::basic("office")], &Value::Null).await.status, 404);
}
