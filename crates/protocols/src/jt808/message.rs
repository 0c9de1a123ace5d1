//! What a message says.

use std::borrow::Cow;

use encoding_rs::GB18030;

use super::frame::{Edition, Frame, Reader, Terminal};
use super::position::{Position, has_no_fix};
use crate::Reason;

/// Kinds of messages: JT/T 808-2019, table 3 and chapter 8.
pub mod id {
    /// 终端通用应答, the terminal's answer to a message.
    pub const TERMINAL_ANSWER: u16 = 0x0001;
    /// 终端心跳, heartbeat.
    pub const HEARTBEAT: u16 = 0x0002;
    /// 终端注销, the terminal signs off for good.
    pub const SIGN_OFF: u16 = 0x0003;
    /// 终端注册, the terminal registers.
    pub const REGISTER: u16 = 0x0100;
    /// 终端鉴权, the terminal authenticates itself.
    pub const AUTHENTICATE: u16 = 0x0102;
    /// 位置信息汇报, position.
    pub const POSITION: u16 = 0x0200;
    /// 位置信息查询应答, position asked for.
    pub const POSITION_ANSWER: u16 = 0x0201;
    /// 定位数据批量上传, positions in a batch.
    pub const POSITIONS: u16 = 0x0704;
    /// 平台通用应答, the platform's answer to a message.
    pub const PLATFORM_ANSWER: u16 = 0x8001;
    /// 补传分包请求, the platform asks for parts again.
    pub const RESEND: u16 = 0x8003;
    /// 终端注册应答, the platform's answer to a registration.
    pub const REGISTER_ANSWER: u16 = 0x8100;
}

/// A message with its whole body: that of one frame, or of all its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The kind of message; see [`id`].
    pub id: u16,
    /// The edition of its frames.
    pub edition: Edition,
    /// How the body is encrypted; 0 is plain.
    pub encryption: u8,
    /// The terminal.
    pub terminal: Terminal,
    /// Serial number of its first frame.
    pub serial: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl TryFrom<Frame> for Whole {
    type Error = Reason;

    /// A frame that is a message by itself.
    fn try_from(frame: Frame) -> Result<Self, Reason> {
        if frame.part.is_some() {
            return Err(Reason::Fragment);
        }
        let Frame { id, edition, encryption, terminal, serial, body, .. } = frame;
        Ok(Self { id, edition, encryption, terminal, serial, body })
    }
}

impl Whole {
    /// What it says.
    ///
    /// # Errors
    /// When the body is encrypted, too short for its kind, or holds what cannot be.
    pub fn message(&self) -> Result<Message<'_>, Reason> {
        if self.encryption != 0 {
            return Err(Reason::Encrypted);
        }
        read(self.id, self.edition, &self.body)
    }

    /// Whether it is one position without a fix, which may be refused as a message: see [`has_no_fix`].
    #[must_use]
    pub fn has_no_fix(&self) -> bool {
        let body = match self.id {
            _ if self.encryption != 0 => None,
            id::POSITION => Some(self.body.as_slice()),
            id::POSITION_ANSWER => self.body.get(2..),
            _ => None,
        };
        body.is_some_and(has_no_fix)
    }
}

impl Frame {
    /// What a frame says that is a message by itself.
    ///
    /// # Errors
    /// As [`Whole::message`], and `Fragment` when it is only a part.
    pub fn message(&self) -> Result<Message<'_>, Reason> {
        if self.part.is_some() {
            return Err(Reason::Fragment);
        }
        if self.encryption != 0 {
            return Err(Reason::Encrypted);
        }
        read(self.id, self.edition, &self.body)
    }
}

/// A message, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// 0001 and 8001: the answer to a message of the other side.
    Answer(Answer),
    /// 0002.
    Heartbeat,
    /// 0003.
    SignOff,
    /// 0100.
    Register(Register<'a>),
    /// 0102.
    Authenticate(Authenticate<'a>),
    /// 0200.
    Position(Position<'a>),
    /// 0201: a position that answers a question of this serial number.
    PositionAnswer(u16, Position<'a>),
    /// 0704.
    Positions(Batch<'a>),
    /// Any other kind, unread.
    Other(&'a [u8]),
}

/// The answer to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Serial number of the message answered.
    pub serial: u16,
    /// Its kind.
    pub id: u16,
    /// 0 done, 1 failed, 2 wrong, 3 not supported, 4 alarm noted.
    pub result: u8,
}

/// A terminal registers itself and its vehicle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register<'a> {
    /// First two digits of the administrative division (GB/T 2260).
    pub province: u16,
    /// The following four digits.
    pub city: u16,
    /// Code of the maker, with its zeros.
    pub maker: &'a [u8],
    /// Model, with its zeros.
    pub model: &'a [u8],
    /// The maker's number of the terminal, with its zeros.
    pub number: &'a [u8],
    /// Colour of the number plate (JT/T 415); 0 is none.
    pub plate_colour: u8,
    /// Number plate, or the vehicle's identification number when there is no plate, in GBK.
    pub plate: &'a [u8],
}

/// A terminal authenticates itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticate<'a> {
    /// The code it was given when it registered.
    pub code: &'a [u8],
    /// IMEI, of 2019.
    pub imei: Option<&'a [u8]>,
    /// Version of its software, of 2019, with its zeros.
    pub software: Option<&'a [u8]>,
}

/// Positions sent together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<'a> {
    /// Whether they were kept while there was no connection (type 1), or are a normal batch (type 0).
    pub is_late: bool,
    /// The positions. One that cannot be read does not hide the others.
    pub positions: Vec<Result<Position<'a>, Reason>>,
    /// Their bytes.
    pub bodies: Vec<&'a [u8]>,
}

fn read(kind: u16, edition: Edition, body: &[u8]) -> Result<Message<'_>, Reason> {
    Ok(match kind {
        id::TERMINAL_ANSWER | id::PLATFORM_ANSWER => {
            let mut reader = Reader { field: "answer", rest: body };
            Message::Answer(Answer { serial: reader.word()?, id: reader.word()?, result: reader.byte()? })
        }
        id::HEARTBEAT => Message::Heartbeat,
        id::SIGN_OFF => Message::SignOff,
        id::REGISTER => Message::Register(register(edition, body)?),
        id::AUTHENTICATE => Message::Authenticate(authenticate(edition, body)?),
        id::POSITION => Message::Position(Position::read(body)?),
        id::POSITION_ANSWER => {
            let mut reader = Reader { field: "answer", rest: body };
            Message::PositionAnswer(reader.word()?, Position::read(reader.rest)?)
        }
        id::POSITIONS => Message::Positions(batch(body)?),
        _ => Message::Other(body),
    })
}

fn register(edition: Edition, body: &[u8]) -> Result<Register<'_>, Reason> {
    let (maker, model, number) = match edition {
        Edition::Of2019 { .. } => (11, 30, 30),
        // The edition of 2011 has the same header and a shorter model; with a plate its body is shorter than the newer
        // one's without.
        Edition::Of2013 if body.len() < 37 => (5, 8, 7),
        Edition::Of2013 => (5, 20, 7),
    };
    let mut reader = Reader { field: "register", rest: body };
    Ok(Register {
        province: reader.word()?,
        city: reader.word()?,
        maker: reader.take(maker)?,
        model: reader.take(model)?,
        number: reader.take(number)?,
        plate_colour: reader.byte()?,
        plate: reader.rest,
    })
}

fn authenticate(edition: Edition, body: &[u8]) -> Result<Authenticate<'_>, Reason> {
    if edition == Edition::Of2013 {
        return Ok(Authenticate { code: body, imei: None, software: None });
    }
    let mut reader = Reader { field: "authenticate", rest: body };
    let length = reader.byte()?;
    let code = reader.take(length.into())?;
    Ok(Authenticate { code, imei: Some(reader.take(15)?), software: Some(reader.take(20)?) })
}

fn batch(body: &[u8]) -> Result<Batch<'_>, Reason> {
    let mut reader = Reader { field: "batch", rest: body };
    let count = reader.word()?;
    let is_late = match reader.byte()? {
        0 => false,
        1 => true,
        _ => return Err(Reason::OutOfRange { field: "batch" }),
    };
    let mut bodies = Vec::new();
    for _ in 0..count {
        let length = reader.word()?;
        bodies.push(reader.take(length.into())?);
    }
    if !reader.rest.is_empty() {
        return Err(Reason::BadField { field: "batch" });
    }
    let positions = bodies.iter().map(|body| Position::read(body)).collect();
    Ok(Batch { is_late, positions, bodies })
}

/// A text of the standard, which is in GBK and may be filled up with zeros.
///
/// # Errors
/// When it is not GBK.
pub fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Reason> {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let found = GB18030.decode_without_bom_handling_and_without_replacement(&bytes[..end]);
    found.ok_or(Reason::BadField { field: "text" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, edition: Edition, body: &[u8]) -> Result<Message<'_>, Reason> {
        read(kind, edition, body)
    }

    const NEW: Edition = Edition::Of2019 { version: 1 };

    #[test]
    fn registers() {
        let check = |edition: Edition, maker: usize, model: usize, number: usize| {
            let plate = [0xD0, 0xC2, b'B', b'1', b'2', b'3', b'4', b'5'];
            let mut body = vec![0, 65, 0x09, 0x09];
            body.extend(std::iter::repeat_n(b'M', maker));
            body.extend(std::iter::repeat_n(b'N', model - 1));
            body.push(0);
            body.extend(std::iter::repeat_n(b'T', number));
            body.push(2);
            body.extend(plate);
            let Ok(Message::Register(found)) = message(id::REGISTER, edition, &body) else { panic!("{edition:?}") };
            assert_eq!((found.province, found.city, found.plate_colour), (65, 0x0909, 2));
            assert_eq!((found.maker.len(), found.number.len()), (maker, number));
            assert_eq!(text(found.model).unwrap(), "N".repeat(model - 1));
            assert_eq!(text(found.plate).unwrap(), "新B12345");
        };
        check(Edition::Of2013, 5, 8, 7);
        check(Edition::Of2013, 5, 20, 7);
        check(NEW, 11, 30, 30);
        assert_eq!(message(id::REGISTER, NEW, &[0; 75]), Err(Reason::BadField { field: "register" }));
        assert_eq!(message(id::REGISTER, Edition::Of2013, &[0; 24]), Err(Reason::BadField { field: "register" }));
        assert_eq!(text(&[0xFF, 0xFF]), Err(Reason::BadField { field: "text" }));
    }

    #[test]
    fn authenticates() {
        let old = Authenticate { code: b"abc", imei: None, software: None };
        assert_eq!(message(id::AUTHENTICATE, Edition::Of2013, b"abc"), Ok(Message::Authenticate(old)));
        let body = [&[3][..], b"abc", &[b'1'; 15], &[0; 20]].concat();
        let new = Authenticate { code: b"abc", imei: Some(&[b'1'; 15]), software: Some(&[0; 20]) };
        assert_eq!(message(id::AUTHENTICATE, NEW, &body), Ok(Message::Authenticate(new)));
        let check = |body: &[u8]| {
            assert_eq!(message(id::AUTHENTICATE, NEW, body), Err(Reason::BadField { field: "authenticate" }));
        };
        check(&[]);
        check(&[200, 1]);
        check(&body[..20]);
    }

    #[test]
    fn others() {
        let check = |kind: u16, body: &[u8], expected: Result<Message<'_>, Reason>| {
            assert_eq!(message(kind, NEW, body), expected);
        };
        check(id::HEARTBEAT, &[], Ok(Message::Heartbeat));
        check(id::SIGN_OFF, &[], Ok(Message::SignOff));
        check(1, &[1, 2, 3, 4, 5], Ok(Message::Answer(Answer { serial: 0x0102, id: 0x0304, result: 5 })));
        check(1, &[1, 2, 3, 4], Err(Reason::BadField { field: "answer" }));
        check(0x0800, &[7], Ok(Message::Other(&[7])));
        check(id::POSITIONS, &[0, 0, 2], Err(Reason::OutOfRange { field: "batch" }));
        check(id::POSITIONS, &[0, 1, 0, 0, 9, 1], Err(Reason::BadField { field: "batch" }));
        check(id::POSITIONS, &[0, 0, 0, 1], Err(Reason::BadField { field: "batch" }));
        let late =
            Batch { is_late: true, positions: vec![Err(Reason::BadField { field: "position" })], bodies: vec![&[9]] };
        check(id::POSITIONS, &[0, 1, 1, 0, 1, 9], Ok(Message::Positions(late)));
    }
}
