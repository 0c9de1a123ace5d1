//! A TCP connection of one instrument: it reconnects, signs in, and sends again what was not answered.

use super::tally::{Tally, add};
use crate::city::Made;
use crate::frames::{Heard, Letter, Receipt, jt808, sl651};
use crate::kind::Protocol;
use jiff::Timestamp;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tingzhou_protocols::hj212::codes::cn;
use tingzhou_protocols::hj212::{Hj212, Packet};
use tingzhou_protocols::jt808::message::id;
use tingzhou_protocols::jt808::{self as jt, Jt808, Message};
use tingzhou_protocols::sl651::{Control, Direction, Frame, Sl651};
use tingzhou_protocols::{Reason, Reassembler};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};

/// How long an answer may take and how often a message is sent before the connection is given up: HJ 212-2017 has 10 s and
/// three resends, and the others are treated alike.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Longest wait for an answer.
    pub answer: Duration,
    /// How often a message is sent on one connection.
    pub sends: u32,
    /// First wait before connecting again; it doubles up to a minute.
    pub reconnect: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(10), sends: 4, reconnect: Duration::from_millis(500) }
    }
}

/// Hears answers in the bytes of a connection.
#[derive(Debug)]
pub enum Ear {
    /// HJ 212.
    Hj212(Reassembler<Hj212>),
    /// SL 651.
    Sl651(Reassembler<Sl651>),
    /// JT/T 808.
    Jt808(Reassembler<Jt808>),
}

impl Ear {
    /// For a connection that begins; nothing for protocols that are no stream of frames.
    #[must_use]
    pub fn of(protocol: Protocol) -> Option<Self> {
        match protocol {
            Protocol::Hj212 => Some(Self::Hj212(Reassembler::new(Hj212))),
            Protocol::Sl651 => Some(Self::Sl651(Reassembler::new(Sl651))),
            Protocol::Jt808 => Some(Self::Jt808(Reassembler::new(Jt808))),
            Protocol::Http | Protocol::Mqtt => None,
        }
    }

    /// The answers that these bytes complete. What is no answer to a letter is passed over.
    pub fn hear(&mut self, bytes: &[u8]) -> Vec<Heard> {
        match self {
            Self::Hj212(ear) => ear.push(bytes).into_iter().flatten().filter_map(|packet| of_packet(&packet)).collect(),
            Self::Sl651(ear) => ear.push(bytes).into_iter().flatten().filter_map(|frame| of_gauge(&frame)).collect(),
            Self::Jt808(ear) => ear.push(bytes).into_iter().flatten().filter_map(|frame| of_terminal(&frame)).collect(),
        }
    }
}

fn of_packet(packet: &Packet) -> Option<Heard> {
    let qn = packet.field("QN")?.to_vec();
    // An answer to data (9014), or the refusal of it (9011).
    let taken = match packet.header().ok()?.cn {
        cn::DATA_ANSWER => true,
        cn::REQUEST_ANSWER => false,
        _ => return None,
    };
    Some(Heard { receipt: Receipt::Hj212(qn), taken, code: None })
}

fn of_gauge(frame: &Frame) -> Option<Heard> {
    let [high, low, ..] = frame.body[..] else { return None };
    let taken = matches!(frame.end, Control::Stay | Control::End | Control::Go);
    let receipt = Receipt::Sl651(u16::from_be_bytes([high, low]));
    (frame.direction == Direction::Down).then_some(Heard { receipt, taken, code: None })
}

fn of_terminal(frame: &jt::Frame) -> Option<Heard> {
    if let (id::REGISTER_ANSWER, [high, low, result, code @ ..]) = (frame.id, &frame.body[..]) {
        let receipt = Receipt::Jt808 { serial: u16::from_be_bytes([*high, *low]), id: id::REGISTER };
        return Some(Heard { receipt, taken: *result == 0, code: Some(code.to_vec()) });
    }
    match frame.message() {
        Ok(Message::Answer(answer)) if frame.id == id::PLATFORM_ANSWER => {
            let receipt = Receipt::Jt808 { serial: answer.serial, id: answer.id };
            Some(Heard { receipt, taken: matches!(answer.result, 0 | 4), code: None })
        }
        _ => None,
    }
}

/// An instrument's connection.
#[derive(Debug)]
pub struct Line {
    address: String,
    made: Made,
    patience: Patience,
    tally: Arc<Tally>,
    open: Option<Open>,
    connected: bool,
    serial: u16,
    code: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Open {
    stream: TcpStream,
    ear: Ear,
}

impl Line {
    /// A connection to an address (`host:port`), not yet made.
    #[must_use]
    pub fn new(address: String, made: Made, patience: Patience, tally: Arc<Tally>) -> Self {
        Self { address, made, patience, tally, open: None, connected: false, serial: 0, code: None }
    }

    /// The next serial number of the instrument, from 1; after 65,535 it begins again.
    pub fn serial(&mut self) -> u16 {
        self.serial = if self.serial == u16::MAX { 1 } else { self.serial + 1 };
        self.serial
    }

    /// Sends a letter until it is answered, over as many connections as it takes. Whether it was taken.
    pub async fn deliver(&mut self, letter: &Letter) -> bool {
        let mut wait = self.patience.reconnect;
        loop {
            match self.exchange_signed_in(letter).await {
                Ok(heard) => {
                    let count = if heard.taken { &self.tally.taken } else { &self.tally.refused };
                    add(count, 1);
                    if heard.taken {
                        add(&self.tally.observations, u64::from(letter.observations));
                    }
                    return heard.taken;
                }
                Err(error) => {
                    if self.open.take().is_some() || wait == self.patience.reconnect {
                        eprintln!("{}: {}: {error}; connecting again", self.made.def.id, self.address);
                    }
                    sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(60));
                }
            }
        }
    }

    async fn exchange_signed_in(&mut self, letter: &Letter) -> io::Result<Heard> {
        self.connect().await?;
        self.exchange(letter).await
    }

    /// The connection itself, when it was made.
    #[must_use]
    pub fn into_parts(self) -> Option<(TcpStream, Ear)> {
        self.open.map(|open| (open.stream, open.ear))
    }

    /// Connects and signs in, unless that was done.
    ///
    /// # Errors
    /// When the server is not there or does not take the instrument.
    pub async fn connect(&mut self) -> io::Result<()> {
        // The other side may have hung up since the last answer, as it does after a long silence.
        if self.open.as_mut().is_some_and(|open| !open.is_there()) {
            self.open = None;
        }
        if self.open.is_none() {
            let stream = TcpStream::connect(&self.address).await?;
            stream.set_nodelay(true)?;
            if self.connected {
                add(&self.tally.reconnects, 1);
            }
            self.connected = true;
            let ear = Ear::of(self.made.kind.protocol()).ok_or(io::ErrorKind::Unsupported)?;
            self.open = Some(Open { stream, ear });
            match self.made.kind.protocol() {
                Protocol::Jt808 => self.sign_in().await?,
                Protocol::Sl651 => self.stay().await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A gauge says that it keeps the connection.
    async fn stay(&mut self) -> io::Result<()> {
        let serial = self.serial();
        let bytes = sl651::keep_alive(&self.made, Timestamp::now().into(), serial);
        match &mut self.open {
            Some(open) => open.stream.write_all(&bytes).await,
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// A terminal registers once, keeps its code, and authenticates itself on each connection.
    async fn sign_in(&mut self) -> io::Result<()> {
        if self.code.is_none() {
            let serial = self.serial();
            let heard = self.exchange(&jt808::register(&self.made, serial).map_err(bad)?).await?;
            match heard.code {
                Some(code) if heard.taken => self.code = Some(code),
                _ => return Err(io::Error::other("the server does not register the terminal")),
            }
        }
        let (serial, code) = (self.serial(), self.code.clone().unwrap_or_default());
        let letter = jt808::authenticate(&self.made, serial, &code).map_err(bad)?;
        if self.exchange(&letter).await?.taken {
            Ok(())
        } else {
            self.code = None;
            Err(io::Error::other("the server does not know the terminal's code"))
        }
    }

    /// Sends a letter on the open connection until it is answered, as often as patience has it.
    async fn exchange(&mut self, letter: &Letter) -> io::Result<Heard> {
        let Some(open) = &mut self.open else { return Err(io::ErrorKind::NotConnected.into()) };
        for send in 0..self.patience.sends {
            if send > 0 {
                add(&self.tally.again, 1);
            }
            open.stream.write_all(&letter.bytes).await?;
            let until = Instant::now() + self.patience.answer;
            if let Some(heard) = open.answer(&letter.receipt, until).await? {
                return Ok(heard);
            }
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, format!("no answer after {} sends", self.patience.sends)))
    }
}

impl Open {
    /// Whether the other side has not hung up. What it said meanwhile answers nothing that is still waited for.
    fn is_there(&mut self) -> bool {
        let mut buffer = [0; 4_096];
        loop {
            match self.stream.try_read(&mut buffer) {
                Ok(0) => return false,
                Ok(read) => drop(self.ear.hear(&buffer[..read])),
                Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
            }
        }
    }

    /// The answer to a letter, or nothing when it does not come in time.
    async fn answer(&mut self, receipt: &Receipt, until: Instant) -> io::Result<Option<Heard>> {
        let mut buffer = [0; 4_096];
        loop {
            let Ok(read) = timeout_at(until, self.stream.read(&mut buffer)).await else { return Ok(None) };
            let read = read?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(heard) = self.ear.hear(&buffer[..read]).into_iter().find(|heard| heard.receipt == *receipt) {
                return Ok(Some(heard));
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` calls")]
pub(super) fn bad(reason: Reason) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_string())
}
