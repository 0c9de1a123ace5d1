//! A server that is not always in the mood: it answers as the standards say, but loses answers and hangs up.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::sync::{Arc, Mutex};
use tingzhou_protocols::hj212::answer::answer_to;
use tingzhou_protocols::hj212::{Hj212, Packet};
use tingzhou_protocols::jt808::answer::{AnswerResult, RegisterResult, general, register};
use tingzhou_protocols::jt808::message::{Message, id};
use tingzhou_protocols::jt808::{Frame, Jt808};
use tingzhou_protocols::sl651::answer::confirm;
use tingzhou_protocols::sl651::frame::function;
use tingzhou_protocols::sl651::{self, Control, Sl651};
use tingzhou_protocols::stream::Framing;
use tingzhou_protocols::{Reassembler, bcd};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What came: messages by who they are from and what they are, with how often.
pub(crate) type Seen = Arc<Mutex<BTreeMap<(String, String), u32>>>;

/// Every so many messages something goes wrong; never when 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moods {
    /// No answer.
    pub(crate) lost: u64,
    /// The connection is closed.
    pub(crate) hang_up: u64,
}

/// Who a frame is from, what it is, and the answer to it.
pub(crate) trait Answering: Framing + Default + Send + 'static {
    /// Takes a frame apart.
    fn answer(frame: &Self::Frame) -> (String, String, Option<Vec<u8>>);
}

impl Answering for Hj212 {
    fn answer(packet: &Packet) -> (String, String, Option<Vec<u8>>) {
        let qn = String::from_utf8(packet.field("QN").unwrap().to_vec()).unwrap();
        (packet.station().unwrap().to_owned(), qn, answer_to(packet).unwrap())
    }
}

impl Answering for Sl651 {
    fn answer(frame: &sl651::Frame) -> (String, String, Option<Vec<u8>>) {
        let report = frame.report().unwrap();
        let answer = confirm(frame, Control::Stay, report.sent).unwrap();
        let what = if frame.function == function::KEEP_ALIVE { "login" } else { "report" };
        (bcd::digits(&frame.station).unwrap(), format!("{what} {}", report.serial), answer)
    }
}

impl Answering for Jt808 {
    fn answer(frame: &Frame) -> (String, String, Option<Vec<u8>>) {
        let answer = match frame.message().unwrap() {
            Message::Register(_) => register(frame, 1, RegisterResult::Registered, b"code").unwrap(),
            Message::Authenticate(said) if said.code != b"code" => general(frame, 1, AnswerResult::Failed),
            _ => general(frame, 1, AnswerResult::Done),
        };
        let what = if frame.id == id::POSITION { "position" } else { "login" };
        (frame.terminal.digits().unwrap(), format!("{what} {}", frame.serial), Some(answer))
    }
}

/// Listens on a port of its own; gives the address.
pub(crate) async fn serve<P: Answering>(seen: Seen, moods: Moods) -> String
where
    P::Frame: Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let count = Arc::new(Mutex::new(0));
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(talk::<P>(stream, seen.clone(), moods, count.clone()));
        }
    });
    address
}

async fn talk<P: Answering>(mut stream: TcpStream, seen: Seen, moods: Moods, count: Arc<Mutex<u64>>)
where
    P::Frame: Send,
{
    let mut ear = Reassembler::new(P::default());
    let mut buffer = [0; 4_096];
    loop {
        let Ok(read @ 1..) = stream.read(&mut buffer).await else { return };
        let mut out = Vec::new();
        for frame in ear.push(&buffer[..read]) {
            let (who, what, answer) = P::answer(&frame.unwrap());
            *seen.lock().unwrap().entry((who, what)).or_default() += 1;
            let number = {
                let mut count = count.lock().unwrap();
                *count += 1;
                *count
            };
            let now = |every: u64| every > 0 && number.is_multiple_of(every);
            if now(moods.hang_up) {
                return;
            }
            if !now(moods.lost) {
                out.extend(answer.unwrap_or_default());
            }
        }
        if stream.write_all(&out).await.is_err() {
            return;
        }
    }
}

/// One batch as it came.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) authorization: String,
    pub(crate) rows: Vec<serde_json::Value>,
    pub(crate) status: u16,
}

/// An API that says 503 to every so many batches.
pub(crate) fn api(busy: usize) -> (String, Arc<Mutex<Vec<Batch>>>) {
    api_saying(busy, "{}")
}

/// The same that says something of every batch it does not say 503 to.
pub(crate) fn api_saying(busy: usize, said: &'static str) -> (String, Arc<Mutex<Vec<Batch>>>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let batches = Arc::new(Mutex::new(Vec::new()));
    let kept = batches.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let kept = kept.clone();
            std::thread::spawn(move || requests(stream, &kept, busy, said));
        }
    });
    (url, batches)
}

fn requests(mut stream: std::net::TcpStream, kept: &Mutex<Vec<Batch>>, busy: usize, said: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let (mut fields, mut path) = (BTreeMap::new(), String::new());
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                fields.insert(name.to_lowercase(), value.trim().to_owned());
            } else {
                let asked = line.strip_prefix("POST ").and_then(|line| line.strip_suffix(" HTTP/1.1"));
                path = asked.unwrap_or_else(|| panic!("{line}")).to_owned();
            }
        }
        let mut body = vec![0; fields["content-length"].parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let mut kept = kept.lock().unwrap();
        let status = if busy > 0 && (kept.len() + 1).is_multiple_of(busy) { 503 } else { 200 };
        let of = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let rows = serde_json::from_slice(&body).unwrap();
        kept.push(Batch { path, key: of("idempotency-key"), authorization: of("authorization"), rows, status });
        drop(kept);
        let length = said.len();
        let answer =
            format!("HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{said}");
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
