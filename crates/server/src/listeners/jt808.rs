//! JT/T 808: where the city's own service vehicles are.
//!
//! A terminal registers, authenticates itself on every connection, and then sends positions; only those of adopted
//! terminals are kept, and only when the receiver had a fix. Plates and drivers stand in some messages: they are read by
//! nobody here, and of a terminal in quarantine nothing but the header is shown.

use super::connection::{Speech, Waiting};
use super::intake::{Channels, Known, Protocol};
use super::turn::{Turn, moment};
use hmac::{Hmac, KeyInit, Mac};
use rust_decimal::Decimal;
use sha2::Sha256;
use std::collections::HashSet;
use std::sync::Arc;
use tingzhou_platform::Span;
use tingzhou_platform::city::{Gcj02, Moment, Quality};
use tingzhou_protocols::Reason;
use tingzhou_protocols::jt808::answer::{AnswerResult, RegisterResult, general, register, resend};
use tingzhou_protocols::jt808::frame::claimed;
use tingzhou_protocols::jt808::message::{Batch, Message, Whole};
use tingzhou_protocols::jt808::position::{Extra, Position, has_no_fix};
use tingzhou_protocols::jt808::{Fragments, Frame, Jt808, Terminal};
use tingzhou_protocols::parts::Joined;

/// Makes the codes that terminals authenticate themselves with. A code follows from the terminal and this secret, so that
/// none is stored; with another secret terminals register anew.
#[derive(Clone)]
pub(super) struct Codes(Arc<[u8]>);

impl Codes {
    pub(super) fn new(secret: &[u8]) -> Self {
        Self(secret.into())
    }

    /// A terminal's code.
    pub(super) fn of(&self, terminal: &Terminal) -> Option<String> {
        // A key of any length is one.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(terminal.bytes());
        let code = mac.finalize().into_bytes();
        Some(code.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Terminals behind one connection at once; a gateway may have many.
const MOST_TERMINALS: usize = 256;
/// Seconds without a further part after which the missing ones are asked for.
const QUIET: u64 = 5;

/// One connection's state.
pub(super) struct Fleet {
    codes: Codes,
    fragments: Fragments,
    authenticated: HashSet<Terminal>,
    serial: u16,
    asked: u64,
}

impl Fleet {
    pub(super) fn new(codes: Codes) -> Self {
        Self { codes, fragments: Fragments::default(), authenticated: HashSet::new(), serial: 0, asked: 0 }
    }

    fn next_serial(&mut self) -> u16 {
        let serial = self.serial;
        self.serial = serial.wrapping_add(1);
        serial
    }

    fn answer(&mut self, of: &Frame, result: AnswerResult, turn: &mut Turn) {
        let serial = self.next_serial();
        turn.answers.extend(general(of, serial, result));
    }

    fn hear(&mut self, whole: &Whole, of: &Frame, known: &Known, turn: &mut Turn) {
        let message = match whole.message() {
            Ok(message) => message,
            // What stands where its place and time would is not looked at.
            Err(_) if whole.has_no_fix() => Message::Other(&whole.body),
            Err(reason) => {
                let result = if reason == Reason::Encrypted { AnswerResult::Unsupported } else { AnswerResult::Wrong };
                turn.refuse(reason.code());
                return self.answer(of, result, turn);
            }
        };
        let Known::Adopted(channels) = known else {
            return match message {
                Message::Answer(_) => {}
                Message::Register(_) => self.register(of, RegisterResult::NoTerminal, turn),
                _ => self.answer(of, AnswerResult::Failed, turn),
            };
        };
        let result = match message {
            Message::Answer(_) => return,
            Message::Register(_) => return self.register(of, RegisterResult::Registered, turn),
            Message::Authenticate(said) => self.authenticate(whole.terminal, said.code, turn),
            _ if !self.authenticated.contains(&whole.terminal) => {
                turn.refuse("not-authenticated");
                AnswerResult::Failed
            }
            Message::Heartbeat => AnswerResult::Done,
            Message::SignOff => {
                self.authenticated.remove(&whole.terminal);
                AnswerResult::Done
            }
            _ if whole.has_no_fix() => {
                turn.refuse(NO_FIX);
                AnswerResult::Done
            }
            Message::Position(position) | Message::PositionAnswer(_, position) => {
                let taken = offer(&position, channels, turn);
                taken.map_or_else(
                    |reason| {
                        turn.refuse(reason.code());
                        AnswerResult::Wrong
                    },
                    |()| AnswerResult::Done,
                )
            }
            Message::Positions(batch) => taken(&batch, channels, turn),
            Message::Other(_) => {
                turn.refuse("not-kept");
                AnswerResult::Unsupported
            }
        };
        self.answer(of, result, turn);
    }

    fn register(&mut self, of: &Frame, result: RegisterResult, turn: &mut Turn) {
        let serial = self.next_serial();
        let code = self.codes.of(&of.terminal).unwrap_or_default();
        match register(of, serial, result, code.as_bytes()) {
            Ok(answer) => turn.answers.extend(answer),
            Err(reason) => turn.refuse(reason.code()),
        }
    }

    fn authenticate(&mut self, terminal: Terminal, code: &[u8], turn: &mut Turn) -> AnswerResult {
        // Some terminals fill the code up with zeros.
        let end = code.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let right = self.codes.of(&terminal).is_some_and(|right| right.as_bytes() == &code[..end]);
        if right && (self.authenticated.len() < MOST_TERMINALS || self.authenticated.contains(&terminal)) {
            self.authenticated.insert(terminal);
            return AnswerResult::Done;
        }
        turn.refuse(if right { "crowded" } else { "wrong-code" });
        AnswerResult::Failed
    }

    /// Asks for the parts of messages that have stopped coming.
    fn ask_again(&mut self, turn: &mut Turn) {
        if turn.seconds < self.asked + QUIET {
            return;
        }
        let stalled = self.fragments.waiting().stalled(turn.seconds, QUIET);
        for one in stalled.iter().filter(|one| self.authenticated.contains(&one.key.terminal)) {
            self.asked = turn.seconds;
            turn.answers.extend(resend(one, self.serial));
            self.serial = self.serial.wrapping_add(1);
        }
    }
}

impl Speech for Fleet {
    type Frame = Frame;
    type Framing = Jt808;
    type Whose = Terminal;

    const PROTOCOL: Protocol = Protocol::Jt808;

    fn framing() -> Jt808 {
        Jt808
    }

    fn whose(frame: &Frame) -> Result<Terminal, Reason> {
        Ok(frame.terminal)
    }

    fn address(terminal: &Terminal) -> Result<String, Reason> {
        let digits = terminal.digits()?;
        // The same number in both headers.
        let significant = digits.trim_start_matches('0');
        Ok(if significant.is_empty() { "0".to_owned() } else { significant.to_owned() })
    }

    fn claimed(refused: &[u8]) -> Option<Terminal> {
        claimed(refused)
    }

    fn bytes(frame: &Frame) -> Vec<u8> {
        // A body may hold a plate, or say where somebody is.
        Frame { body: Vec::new(), ..frame.clone() }.to_bytes()
    }

    fn waiting(&mut self) -> &mut dyn Waiting {
        self.fragments.waiting_mut()
    }

    fn take(&mut self, frame: Frame, known: &Known, turn: &mut Turn) {
        self.ask_again(turn);
        let seconds = turn.seconds;
        if frame.part.is_some() && !self.authenticated.contains(&frame.terminal) {
            turn.refuse("not-authenticated");
            return;
        }
        match self.fragments.add(frame, seconds) {
            Ok(Joined::Whole(whole)) => {
                let Whole { id, edition, encryption, terminal, serial, .. } = whole;
                let body = Vec::new();
                let of = Frame { id, edition, encryption, reserved: false, terminal, serial, part: None, body };
                self.hear(&whole, &of, known, turn);
            }
            Ok(Joined::Missing(_) | Joined::Again) => {}
            Err(reason) => turn.refuse(reason.code()),
        }
    }
}

/// Of a position whose receiver had no fix when it was sent.
const NO_FIX: &str = "no-fix";

/// What is said of positions: wrong when none of them could be read.
fn taken(batch: &Batch<'_>, channels: &Channels, turn: &mut Turn) -> AnswerResult {
    let mut any = batch.positions.is_empty();
    for (position, body) in batch.positions.iter().zip(&batch.bodies) {
        if has_no_fix(body) {
            turn.refuse(NO_FIX);
            any = true;
            continue;
        }
        let offered = position.clone().and_then(|position| offer(&position, channels, turn));
        match offered {
            Ok(()) => any = true,
            Err(reason) => turn.refuse(reason.code()),
        }
    }
    if any { AnswerResult::Done } else { AnswerResult::Wrong }
}

/// Codes of a position's values, as tables name them. Degrees are WGS-84, speeds km/h, directions degrees from north,
/// mileages km, fuel litres. All of a position's fixed part is offered, or nothing.
fn offer(position: &Position<'_>, channels: &Channels, turn: &mut Turn) -> Result<(), Reason> {
    let time = moment(position.time)?;
    let (longitude, latitude) = place(position)?;
    // What cannot be read after the fixed part hides nothing of it, whoever is interested.
    let extras = position.extras().unwrap_or_else(|reason| {
        turn.refuse(reason.code());
        Vec::new()
    });
    put("longitude", longitude, time, channels, turn);
    put("latitude", latitude, time, channels, turn);
    put("speed", Decimal::new(position.speed.into(), 1), time, channels, turn);
    put("direction", position.direction.into(), time, channels, turn);
    put("altitude", position.altitude.into(), time, channels, turn);
    for extra in extras {
        match extra {
            Extra::Mileage(tenths) => put("mileage", Decimal::new(tenths.into(), 1), time, channels, turn),
            Extra::Fuel(tenths) => put("fuel", Decimal::new(tenths.into(), 1), time, channels, turn),
            _ => {}
        }
    }
    Ok(())
}

/// A value nobody asked for is no mistake here: every position has all of them.
fn put(code: &str, value: Decimal, time: Moment, channels: &Channels, turn: &mut Turn) {
    if let Some(channel) = channels.find(Span::Now, code) {
        turn.offer(channel, time, channel.value(value), Quality::GOOD);
    }
}

/// Degrees in WGS-84. A position shifted by the map plug-in is shifted back.
fn place(position: &Position<'_>) -> Result<(Decimal, Decimal), Reason> {
    let as_sent = (Decimal::new(position.longitude.into(), 6), Decimal::new(position.latitude.into(), 6));
    if !position.status.is_distorted() {
        return Ok(as_sent);
    }
    let degrees = |millionths: i32| f64::from(millionths) / 1e6;
    let wrong = || Reason::OutOfRange { field: "latitude" };
    let shifted = Gcj02::new(degrees(position.longitude), degrees(position.latitude)).map_err(|_| wrong())?;
    let back = shifted.to_wgs84();
    let exact = |degrees: f64| Decimal::from_f64_retain(degrees).map(|degrees| degrees.round_dp(6)).ok_or_else(wrong);
    Ok((exact(back.longitude())?, exact(back.latitude())?))
}
