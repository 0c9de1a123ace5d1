//! A frame: header, body, control characters and checksum.

use super::crc::crc;
use crate::{Reason, bcd};

/// The bytes a frame begins with.
pub(super) const MARK: [u8; 2] = [0x7E, 0x7E];

/// From the marks to the length.
pub(super) const HEADER: usize = 13;

/// Most bytes of a body, the numbers of a part included: twelve bits of length.
pub const LONGEST_BODY: usize = 0xFFF;

/// Most bytes of a frame: header, start, body, end and checksum.
pub(super) const LONGEST: usize = HEADER + 1 + LONGEST_BODY + 1 + 2;

/// Kinds of messages: SL 651-2014, annex B.
pub mod function {
    /// 链路维持报, keeps the connection; never answered.
    pub const KEEP_ALIVE: u8 = 0x2F;
    /// 测试报, test.
    pub const TEST: u8 = 0x30;
    /// 均匀时段水文信息报, values at even intervals.
    pub const INTERVALS: u8 = 0x31;
    /// 遥测站定时报, scheduled report.
    pub const SCHEDULED: u8 = 0x32;
    /// 遥测站加报报, extra report.
    pub const EXTRA: u8 = 0x33;
    /// 遥测站小时报, hourly report.
    pub const HOURLY: u8 = 0x34;
    /// 遥测站人工置数报, numbers entered by hand.
    pub const MANUAL: u8 = 0x35;
    /// 遥测站图片报, picture.
    pub const PICTURE: u8 = 0x36;
    /// 中心站查询遥测站实时数据, real-time values asked for.
    pub const REAL_TIME: u8 = 0x37;
    /// 中心站查询遥测站时段数据, values of a period asked for.
    pub const PERIOD: u8 = 0x38;
    /// 中心站查询遥测站指定要素数据, certain elements asked for.
    pub const ELEMENTS: u8 = 0x3A;
}

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the station to the centre.
    Up,
    /// From the centre to the station.
    Down,
}

/// How a body begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    /// STX: the whole body.
    Whole,
    /// SYN: a part of it.
    Part(Part),
}

/// Which part of a body a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// Number of parts, twelve bits.
    pub total: u16,
    /// Number of this part, from 1, twelve bits.
    pub number: u16,
}

/// How a frame ends: table 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Control {
    /// ETX: nothing follows.
    LastText,
    /// ETB: more frames follow.
    MoreText,
    /// ENQ: a question.
    Enquiry,
    /// EOT: the end, the station may hang up.
    End,
    /// ACK: go on.
    Go,
    /// NAK: send again.
    Again,
    /// ESC: the end, the station stays connected.
    Stay,
}

impl Control {
    /// The character on the line.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::LastText => 0x03,
            Self::MoreText => 0x17,
            Self::Enquiry => 0x05,
            Self::End => 0x04,
            Self::Go => 0x06,
            Self::Again => 0x15,
            Self::Stay => 0x1B,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        let all = [Self::LastText, Self::MoreText, Self::Enquiry, Self::End, Self::Go, Self::Again, Self::Stay];
        all.into_iter().find(|control| control.byte() == byte)
    }
}

const STX: u8 = 0x02;
const SYN: u8 = 0x16;

/// A frame whose checksum and length are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which way it goes.
    pub direction: Direction,
    /// Address of the centre, 1 to 255.
    pub centre: u8,
    /// Address of the station, ten digits as delivered.
    pub station: [u8; 5],
    /// Password.
    pub password: u16,
    /// The kind of message; see [`function`].
    pub function: u8,
    /// How the body begins; nothing when there is no body and no character to begin it.
    pub start: Option<Start>,
    /// The body, without the numbers of a part.
    pub body: Vec<u8>,
    /// How the frame ends.
    pub end: Control,
}

impl Frame {
    /// Reads exactly one frame.
    ///
    /// # Errors
    /// When it is not exactly one.
    pub fn decode(bytes: &[u8]) -> Result<Self, Reason> {
        if !bytes.starts_with(&MARK) {
            return Err(Reason::Noise);
        }
        let header = Header::read(bytes)?;
        let length = header.frame_length(bytes).ok_or(Reason::TooShort)?;
        if bytes.len() != length {
            return Err(Reason::BadLength { stated: header.length });
        }
        Self::read(&header, bytes)
    }

    /// Reads a frame of the length its header states.
    pub(super) fn read(header: &Header, bytes: &[u8]) -> Result<Self, Reason> {
        let (content, check) = bytes.split_at(bytes.len() - 2);
        let (last, computed) = (content[content.len() - 1], crc(content));
        let stated = u16::from_be_bytes([check[0], check[1]]);
        if stated != computed {
            return Err(Reason::BadChecksum { stated, computed });
        }
        let end = Control::of(last).ok_or(Reason::UnknownControl { found: last })?;
        let mut body = &content[HEADER..content.len() - 1];
        let start = match body {
            [] => None,
            [STX, rest @ ..] => {
                body = rest;
                Some(Start::Whole)
            }
            [SYN, numbers @ ..] => {
                let Some(([a, b, c], rest)) = numbers.split_first_chunk() else {
                    return Err(Reason::BadField { field: "SYN" });
                };
                body = rest;
                // Twelve bits each.
                let total = u16::from(*a) << 4 | u16::from(*b) >> 4;
                let number = u16::from(*b & 0x0F) << 8 | u16::from(*c);
                Some(Start::Part(Part { total, number }))
            }
            [found, ..] => return Err(Reason::UnknownControl { found: *found }),
        };
        let Header { direction, centre, station, password, function, .. } = *header;
        Ok(Self { direction, centre, station, password, function, start, body: body.to_vec(), end })
    }

    /// The frame as it is sent. A body longer than twelve bits can say is cut.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.body.len() + 24);
        out.extend(MARK);
        match self.direction {
            Direction::Up => {
                out.push(self.centre);
                out.extend(self.station);
            }
            Direction::Down => {
                out.extend(self.station);
                out.push(self.centre);
            }
        }
        out.extend(self.password.to_be_bytes());
        out.push(self.function);
        let numbers = if matches!(self.start, Some(Start::Part(_))) { 3 } else { 0 };
        let body = if self.start.is_some() { &self.body[..self.body.len().min(LONGEST_BODY - numbers)] } else { &[] };
        // Not longer than twelve bits can say.
        let length = u16::try_from(numbers + body.len()).unwrap_or(0);
        let direction = if self.direction == Direction::Down { 0x8000 } else { 0 };
        out.extend((direction | length).to_be_bytes());
        match self.start {
            None => {}
            Some(Start::Whole) => out.push(STX),
            Some(Start::Part(Part { total, number })) => {
                out.push(SYN);
                let numbers = u32::from(total & 0xFFF) << 12 | u32::from(number & 0xFFF);
                out.extend_from_slice(&numbers.to_be_bytes()[1..]);
            }
        }
        out.extend_from_slice(body);
        out.push(self.end.byte());
        out.extend(crc(&out).to_be_bytes());
        out
    }

    /// The station's address as people write it: see [`address`].
    ///
    /// # Errors
    /// When it is not written as the standard says.
    pub fn station_address(&self) -> Result<String, Reason> {
        address(&self.station)
    }

    /// Whether these bytes of a whole frame have a body that begins as bodies do, or none.
    pub(super) fn has_start(bytes: &[u8]) -> bool {
        bytes.len() == HEADER + 3 || matches!(bytes.get(HEADER), Some(&(STX | SYN)))
    }

    /// Whether these bytes of a whole frame end as frames do.
    pub(super) fn has_end(bytes: &[u8]) -> bool {
        bytes.len().checked_sub(3).and_then(|at| bytes.get(at)).is_some_and(|last| Control::of(*last).is_some())
    }
}

/// A station's address as people write it: ten digits. Where the first byte is not 0, its first three bytes are the digits
/// of the administrative division and the last two a binary number of its own, written as four hexadecimal digits.
///
/// # Errors
/// `BadField` when a half byte that should be a digit is none.
pub fn address(station: &[u8; 5]) -> Result<String, Reason> {
    let wrong = Reason::BadField { field: "station" };
    match station {
        [0, ..] => bcd::digits(station).ok_or(wrong),
        [division @ .., high, low] => {
            let division = bcd::digits(division).ok_or(wrong)?;
            Ok(format!("{division}{high:02X}{low:02X}"))
        }
    }
}

/// The station that what was refused says it is from, where it begins as a frame. Nothing vouches for it.
#[must_use]
pub fn claimed(refused: &[u8]) -> Option<[u8; 5]> {
    refused.starts_with(&MARK).then(|| Header::read(refused).ok()).flatten().map(|header| header.station)
}

/// What stands before the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    direction: Direction,
    centre: u8,
    station: [u8; 5],
    password: u16,
    function: u8,
    pub(super) length: usize,
}

impl Header {
    /// Reads a header from bytes that begin with its marks.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Reason> {
        let header: &[u8; HEADER] = bytes.first_chunk().ok_or(Reason::TooShort)?;
        let [_, _, a, b, c, d, e, f, p, q, function, high, low] = *header;
        let (direction, centre, station) = match high >> 4 {
            0 => (Direction::Up, a, [b, c, d, e, f]),
            8 => (Direction::Down, f, [a, b, c, d, e]),
            found => return Err(Reason::UnknownDirection { found }),
        };
        let length = usize::from(u16::from_be_bytes([high & 0x0F, low]));
        Ok(Self { direction, centre, station, password: u16::from_be_bytes([p, q]), function, length })
    }

    /// How many bytes the frame has; nothing as long as that is not known. A body of no bytes may stand without a
    /// character that begins it.
    pub(super) fn frame_length(&self, bytes: &[u8]) -> Option<usize> {
        let after = *bytes.get(HEADER)?;
        let starts = self.length > 0 || after == STX || after == SYN;
        Some(HEADER + usize::from(starts) + self.length + 3)
    }
}
