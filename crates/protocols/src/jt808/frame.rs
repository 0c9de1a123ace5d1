//! A frame: header, body and check.

use crate::{Reason, bcd};

/// The byte before and after each frame.
pub(super) const MARK: u8 = 0x7E;

const ESCAPE: u8 = 0x7D;

/// Most bytes of a body: ten bits of length.
pub const LONGEST_BODY: usize = 0x3FF;

/// Message, attributes, terminal of 2013, serial number, and the check.
const SHORTEST: usize = 13;

/// Most bytes of a frame before escaping: header of 2019, part, body and check.
pub(super) const LONGEST: usize = 17 + 4 + LONGEST_BODY + 1;

/// The edition whose header a frame has (bit 14 of the attributes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edition {
    /// JT/T 808-2013 and -2011: twelve digits of terminal.
    Of2013,
    /// JT/T 808-2019: a version and twenty digits of terminal.
    Of2019 {
        /// Version of the protocol, 1 in the standard's first edition; counts up with each revision.
        version: u8,
    },
}

/// Who a frame is from or for: the digits of its telephone number as delivered, left filled with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Terminal {
    /// Six bytes, of 2013.
    Of2013([u8; 6]),
    /// Ten bytes, of 2019.
    Of2019([u8; 10]),
}

impl Terminal {
    /// The bytes as delivered.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Of2013(bytes) => bytes,
            Self::Of2019(bytes) => bytes,
        }
    }

    /// The digits, with their zeros.
    ///
    /// # Errors
    /// When a half byte is no digit.
    pub fn digits(&self) -> Result<String, Reason> {
        bcd::digits(self.bytes()).ok_or(Reason::BadField { field: "terminal" })
    }
}

/// Which part of a message too long for one frame this is (bit 13 of the attributes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// Number of parts.
    pub total: u16,
    /// Number of this part, from 1.
    pub number: u16,
}

/// A frame whose check and length are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The kind of message; see [`super::message::id`].
    pub id: u16,
    /// The header's edition.
    pub edition: Edition,
    /// Bits 10 to 12 of the attributes: 0 is plain, 1 is RSA.
    pub encryption: u8,
    /// Bit 15 of the attributes, which no edition uses yet.
    pub reserved: bool,
    /// The terminal.
    pub terminal: Terminal,
    /// Serial number of the frame, counted by its sender from 0.
    pub serial: u16,
    /// The part, when the message is in several.
    pub part: Option<Part>,
    /// The body, at most [`LONGEST_BODY`] bytes.
    pub body: Vec<u8>,
}

impl Frame {
    /// A frame of a whole, plain message. The edition follows from the terminal.
    ///
    /// # Errors
    /// When the body is too long for one frame.
    pub fn new(id: u16, terminal: Terminal, serial: u16, body: Vec<u8>) -> Result<Self, Reason> {
        if body.len() > LONGEST_BODY {
            return Err(Reason::TooLong { limit: LONGEST_BODY });
        }
        let edition = match terminal {
            Terminal::Of2013(_) => Edition::Of2013,
            Terminal::Of2019(_) => Edition::Of2019 { version: 1 },
        };
        Ok(Self { id, edition, encryption: 0, reserved: false, terminal, serial, part: None, body })
    }

    /// Reads one frame with the bytes 7E around it.
    ///
    /// # Errors
    /// When it is not exactly one frame.
    pub fn decode(bytes: &[u8]) -> Result<Self, Reason> {
        let inner = bytes.strip_prefix(&[MARK]).and_then(|rest| rest.strip_suffix(&[MARK])).ok_or(Reason::Noise)?;
        if memchr::memchr(MARK, inner).is_some() {
            return Err(Reason::Noise);
        }
        Self::read(inner)
    }

    /// Reads what stands between two bytes 7E.
    pub(super) fn read(escaped: &[u8]) -> Result<Self, Reason> {
        let mut frame = Vec::with_capacity(escaped.len());
        unescape(escaped, &mut frame)?;
        if frame.len() < SHORTEST {
            return Err(Reason::TooShort);
        }
        let folded = xor(&frame);
        // The check is the last byte; all bytes together cancel out.
        let stated = frame[frame.len() - 1];
        if folded != 0 {
            return Err(Reason::BadChecksum { stated: stated.into(), computed: (stated ^ folded).into() });
        }
        frame.truncate(frame.len() - 1);
        let mut reader = Reader { field: "header", rest: &frame };
        let id = reader.word()?;
        let attributes = reader.word()?;
        let length = usize::from(attributes & 0x3FF);
        let bad_length = Reason::BadLength { stated: length };
        let mut header = || {
            let (edition, terminal) = if attributes & 0x4000 == 0 {
                (Edition::Of2013, Terminal::Of2013(reader.array()?))
            } else {
                (Edition::Of2019 { version: reader.byte()? }, Terminal::Of2019(reader.array()?))
            };
            let serial = reader.word()?;
            let part = if attributes & 0x2000 == 0 {
                None
            } else {
                Some(Part { total: reader.word()?, number: reader.word()? })
            };
            Ok((edition, terminal, serial, part, reader.rest.len()))
        };
        // A header that does not fit is a frame of the wrong length.
        let (edition, terminal, serial, part, body) = header().map_err(|_: Reason| bad_length.clone())?;
        if body != length {
            return Err(bad_length);
        }
        frame.drain(..frame.len() - body);
        let encryption = (attributes >> 10 & 0b111).to_be_bytes()[1];
        Ok(Self { id, edition, encryption, reserved: attributes & 0x8000 != 0, terminal, serial, part, body: frame })
    }

    /// The frame as it is sent, with the bytes 7E around it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut frame = Vec::with_capacity(LONGEST.min(self.body.len() + 24));
        frame.extend(self.id.to_be_bytes());
        // The body is not longer than ten bits can say.
        let length = u16::try_from(self.body.len().min(LONGEST_BODY)).unwrap_or(0);
        let mut attributes = length | u16::from(self.encryption & 0b111) << 10;
        attributes |= u16::from(self.part.is_some()) << 13 | u16::from(self.reserved) << 15;
        if let Terminal::Of2019(_) = self.terminal {
            attributes |= 0x4000;
        }
        frame.extend(attributes.to_be_bytes());
        match (self.terminal, self.edition) {
            (Terminal::Of2019(_), Edition::Of2019 { version }) => frame.push(version),
            (Terminal::Of2019(_), Edition::Of2013) => frame.push(1),
            (Terminal::Of2013(_), _) => {}
        }
        frame.extend_from_slice(self.terminal.bytes());
        frame.extend(self.serial.to_be_bytes());
        if let Some(part) = self.part {
            frame.extend(part.total.to_be_bytes());
            frame.extend(part.number.to_be_bytes());
        }
        frame.extend_from_slice(&self.body[..usize::from(length)]);
        frame.push(xor(&frame));
        let mut out = Vec::with_capacity(frame.len() + 8);
        out.push(MARK);
        escape(&frame, &mut out);
        out.push(MARK);
        out
    }
}

/// The terminal that what was refused says it is from, where it begins as a frame. Nothing vouches for it.
#[must_use]
pub fn claimed(refused: &[u8]) -> Option<Terminal> {
    let inner = refused.strip_prefix(&[MARK])?;
    let inner = &inner[..memchr::memchr(MARK, inner).unwrap_or(inner.len())];
    // A beginning may end within an escape.
    let inner = inner.strip_suffix(&[ESCAPE]).unwrap_or(inner);
    let mut frame = Vec::with_capacity(inner.len());
    unescape(inner, &mut frame).ok()?;
    let mut reader = Reader { field: "header", rest: &frame };
    reader.word().ok()?;
    if reader.word().ok()? & 0x4000 == 0 {
        return reader.array().ok().map(Terminal::Of2013);
    }
    reader.byte().ok()?;
    reader.array().ok().map(Terminal::Of2019)
}

/// All bytes, one against the other.
fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |all, byte| all ^ byte)
}

fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        match *byte {
            MARK => out.extend([ESCAPE, 2]),
            ESCAPE => out.extend([ESCAPE, 1]),
            other => out.push(other),
        }
    }
}

fn unescape(mut escaped: &[u8], out: &mut Vec<u8>) -> Result<(), Reason> {
    while let Some(at) = memchr::memchr(ESCAPE, escaped) {
        out.extend_from_slice(&escaped[..at]);
        out.push(match escaped.get(at + 1) {
            Some(1) => ESCAPE,
            Some(2) => MARK,
            _ => return Err(Reason::BadEscape),
        });
        escaped = &escaped[at + 2..];
    }
    out.extend_from_slice(escaped);
    Ok(())
}

/// Takes numbers and fields off the beginning of a body; what is missing is a `BadField` of the name given.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) field: &'static str,
    pub(super) rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Reason> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Reason::BadField { field: self.field })?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Reason> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Reason::BadField { field: self.field })?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Reason> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn word(&mut self) -> Result<u16, Reason> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn double(&mut self) -> Result<u32, Reason> {
        self.array().map(u32::from_be_bytes)
    }
}
