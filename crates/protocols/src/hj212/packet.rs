//! A packet: the segment with its fields, between length and checksum.

use std::ops::Range;

use jiff::civil::DateTime;

use super::crc::crc;
use super::flag::{Edition, PacketFlag};
use super::parameters::Parameters;
use super::seal::{self, Key, Sealing};
use crate::Reason;
use crate::civil::civil;

/// Most bytes a segment can have (6.3.1, table 1).
pub const LONGEST_SEGMENT: usize = 1024;

/// Most fields before CP; the standard knows nine.
const MOST_FIELDS: usize = 32;

/// `##` and the four digits of length.
pub(super) const HEAD: usize = 6;

/// The digits of the checksum.
pub(super) const CHECK: usize = 4;

/// One field of the segment by its places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    name: Range<usize>,
    value: Range<usize>,
}

/// A packet whose length and checksum are right. Its header may still not be written as the standard says, which
/// [`Packet::header`] tells: so a station whose header is wrong can be named, and its bytes shown and written back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    segment: Vec<u8>,
    fields: Vec<Field>,
    content: Range<usize>,
    sealing: Sealing,
    length: usize,
    crc: u16,
    /// The checksum's digits in the letters they came in: bit i for digit i being lower case.
    lower: u8,
    header: Result<PacketHeader, Reason>,
}

/// What a packet says before its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketHeader {
    /// QN, the time of the request in civil time, to the millisecond.
    pub qn: Option<DateTime>,
    /// ST, the system; see [`super::codes::st`].
    pub st: u8,
    /// CN, the command; see [`super::codes::cn`].
    pub cn: u16,
    /// Flag; a packet without one follows HJ/T 212-2005 and wants no answer.
    pub flag: PacketFlag,
    /// Which part this is, when the message is split.
    pub part: Option<Part>,
}

/// Which part of a split message a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// PNO, from 1.
    pub number: u16,
    /// PNUM.
    pub total: u16,
}

/// What a packet and its resends have in common, and no other packet of the station has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PacketId {
    /// MN.
    pub station: Vec<u8>,
    /// QN as written.
    pub qn: Vec<u8>,
    /// CN.
    pub cn: u16,
    /// The part, when the message is split.
    pub part: Option<Part>,
}

impl Packet {
    /// Reads one whole packet, with or without its line end.
    ///
    /// # Errors
    /// When it is not exactly one packet with the right length and checksum.
    pub fn decode(bytes: &[u8]) -> Result<Self, Reason> {
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let packet = line.strip_suffix(b"\r").unwrap_or(line);
        let length = stated_length(packet)?;
        if packet.len() < HEAD + CHECK {
            return Err(Reason::TooShort);
        }
        let (segment, check) = packet[HEAD..].split_at(packet.len() - HEAD - CHECK);
        if segment.len() != length && hex_length(&packet[HEAD..], length) != Some(segment.len()) {
            return Err(Reason::BadLength { stated: length });
        }
        Self::new(segment.to_vec(), length, check)
    }

    /// A packet of a segment, its stated length, and the digits of its checksum.
    pub(super) fn new(segment: Vec<u8>, length: usize, check: &[u8]) -> Result<Self, Reason> {
        let (stated, lower) = checksum(check).ok_or(Reason::NoChecksum)?;
        let computed = crc(&segment);
        let packet = Self::read(segment, length, stated, lower);
        // The checksum of encrypted content may be that of the plain text, which only the key tells; it is looked at when it is opened.
        if computed == stated || packet.is_sealed() {
            Ok(packet)
        } else {
            Err(Reason::BadChecksum { stated, computed })
        }
    }

    /// A packet of this segment, with length and checksum as they should be.
    ///
    /// # Errors
    /// When the segment is longer than the standard allows or not written as it says.
    pub fn build(segment: impl Into<Vec<u8>>) -> Result<Self, Reason> {
        let segment = segment.into();
        if segment.len() > LONGEST_SEGMENT {
            return Err(Reason::TooLong { limit: LONGEST_SEGMENT });
        }
        let (length, crc) = (segment.len(), crc(&segment));
        let packet = Self::read(segment, length, crc, 0);
        packet.header()?;
        Ok(packet)
    }

    fn read(segment: Vec<u8>, length: usize, crc: u16, lower: u8) -> Self {
        let (fields, content) = fields(&segment);
        let (content, header) = match content {
            Ok(content) => (content, PacketHeader::read(&segment, &fields)),
            Err(reason) => (0..0, Err(reason)),
        };
        // Only data are encrypted, and only since 2025 (6.4.4).
        let may_be_sealed = header.as_ref().is_ok_and(|header| {
            matches!(header.flag.edition(), Edition::Of2025 | Edition::Other(_)) && (2000..3000).contains(&header.cn)
        });
        let sealing = if may_be_sealed { seal::sealing(&segment[content.clone()]) } else { Sealing::Plain };
        Self { segment, fields, content, sealing, length, crc, lower, header }
    }

    /// What stands before the content.
    ///
    /// # Errors
    /// When it is not written as the standard says: `BadField`, `OutOfRange` or `NotAscii` with the field's name.
    pub fn header(&self) -> Result<PacketHeader, Reason> {
        self.header.clone()
    }

    /// The packet's bytes, from `##` to the checksum, without the line end.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD + self.segment.len() + CHECK + 2);
        out.extend(format!("##{:04}", self.length).bytes());
        out.extend_from_slice(&self.segment);
        for (i, digit) in format!("{:04X}", self.crc).bytes().enumerate() {
            out.push(if self.lower >> i & 1 == 1 { digit.to_ascii_lowercase() } else { digit });
        }
        out
    }

    /// The packet as it is sent: its bytes and the line end.
    #[must_use]
    pub fn to_line(&self) -> Vec<u8> {
        let mut out = self.to_bytes();
        out.extend_from_slice(b"\r\n");
        out
    }

    /// The segment as received.
    #[must_use]
    pub fn segment(&self) -> &[u8] {
        &self.segment
    }

    /// Any field before CP by its name, unknown ones too.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields().find(|(field, _)| *field == name.as_bytes()).map(|(_, value)| value)
    }

    /// The fields before CP in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|field| (&self.segment[field.name.clone()], &self.segment[field.value.clone()]))
    }

    /// MN, the station's code, as received. Answers of HJ/T 212-2005 may do without.
    #[must_use]
    pub fn mn(&self) -> Option<&[u8]> {
        self.field("MN")
    }

    /// MN as text.
    ///
    /// # Errors
    /// When there is none, or it holds other characters than printable ASCII.
    pub fn station(&self) -> Result<&str, Reason> {
        let mn = self.mn().filter(|mn| !mn.is_empty()).ok_or(Reason::BadField { field: "MN" })?;
        if !mn.iter().all(u8::is_ascii_graphic) {
            return Err(Reason::NotAscii { field: "MN" });
        }
        std::str::from_utf8(mn).map_err(|_| Reason::NotAscii { field: "MN" })
    }

    /// RF of HJ 212-2025: the data were sent late.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.field("RF") == Some(b"1")
    }

    /// What this packet and its resends have in common; nothing when it has no QN or no MN.
    #[must_use]
    pub fn id(&self) -> Option<PacketId> {
        let PacketHeader { cn, part, .. } = self.header().ok()?;
        Some(PacketId { station: self.mn()?.to_vec(), qn: self.field("QN")?.to_vec(), cn, part })
    }

    /// Whether the content is encrypted.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.sealing != Sealing::Plain
    }

    /// What stands between `CP=&&` and `&&`, as received.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.segment[self.content.clone()]
    }

    /// The content's parameters.
    ///
    /// # Errors
    /// When it is encrypted, or what stands before it or itself is not written as the standard says.
    pub fn parameters(&self) -> Result<Parameters<'_>, Reason> {
        self.header()?;
        if self.is_sealed() {
            return Err(Reason::Encrypted);
        }
        Parameters::read(self.content())
    }

    /// The same packet with its content in plain text. Length and checksum become those of the plain text.
    ///
    /// # Errors
    /// `BadChecksum` when the checksum is that of neither the plain text nor the encrypted one: the key is wrong or bytes
    /// are garbled.
    pub fn open(&self, key: &Key) -> Result<Self, Reason> {
        let sealed = match self.sealing {
            Sealing::Plain => return Ok(self.clone()),
            Sealing::Bytes => self.content().to_vec(),
            Sealing::Hex => seal::from_hex(self.content()).ok_or(Reason::BadField { field: "CP" })?,
        };
        let plain = self.with_content(&key.open(&sealed));
        let computed = crc(&plain);
        if computed != self.crc && crc(&self.segment) != self.crc {
            return Err(Reason::BadChecksum { stated: self.crc, computed });
        }
        let opened = Self::build(plain)?;
        if opened.is_sealed() { Err(Reason::Encrypted) } else { Ok(opened) }
    }

    /// The same packet with its content encrypted as bytes in place. Length and checksum stay those of the plain text.
    ///
    /// # Errors
    /// When the content is too short to be told from plain text, or the edition knows no encryption.
    pub fn seal(&self, key: &Key) -> Result<Self, Reason> {
        let segment = self.with_content(&key.seal(self.content()));
        let sealed = Self::read(segment, self.length, self.crc, self.lower);
        if sealed.is_sealed() { Ok(sealed) } else { Err(Reason::OutOfRange { field: "CP" }) }
    }

    fn with_content(&self, content: &[u8]) -> Vec<u8> {
        [&self.segment[..self.content.start], content, &self.segment[self.content.end..]].concat()
    }
}

impl PacketHeader {
    fn read(segment: &[u8], fields: &[Field]) -> Result<Self, Reason> {
        let text = |name: &str| {
            let field = fields.iter().find(|field| &segment[field.name.clone()] == name.as_bytes());
            field.map(|field| &segment[field.value.clone()])
        };
        let number =
            |field: &'static str, widths: &[usize]| text(field).map(|digits| number(field, digits, widths)).transpose();

        let qn = text("QN").map(|digits| time("QN", digits, true)).transpose()?;
        let st = number("ST", &[2])?.ok_or(Reason::BadField { field: "ST" })?;
        let cn = number("CN", &[4])?.ok_or(Reason::BadField { field: "CN" })?;
        if text("MN").is_some_and(<[u8]>::is_empty) {
            return Err(Reason::BadField { field: "MN" });
        }
        let flag = number("Flag", &[1, 2, 3])?
            .map(|flag| u8::try_from(flag).map(PacketFlag).map_err(|_| Reason::OutOfRange { field: "Flag" }))
            .transpose()?;
        let part = match (number("PNUM", &[1, 2, 3, 4])?, number("PNO", &[1, 2, 3, 4])?) {
            (None, None) if flag.is_some_and(PacketFlag::is_split) => return Err(Reason::BadField { field: "PNUM" }),
            (None, None) => None,
            (Some(total), Some(number)) if (1..=total).contains(&number) => Some(Part { number, total }),
            (Some(_), Some(_)) => return Err(Reason::OutOfRange { field: "PNO" }),
            (Some(_), None) => return Err(Reason::BadField { field: "PNO" }),
            (None, Some(_)) => return Err(Reason::BadField { field: "PNUM" }),
        };
        if text("RF").is_some_and(|value| value != b"1" && value != b"0") {
            return Err(Reason::BadField { field: "RF" });
        }
        // ST has two digits.
        let st = u8::try_from(st).map_err(|_| Reason::BadField { field: "ST" })?;
        Ok(Self { qn, st, cn, flag: flag.unwrap_or_default(), part })
    }
}

/// The MN that what was refused says it is from, where it begins as a packet and says so within these bytes. Nothing vouches
/// for it.
#[must_use]
pub fn claimed(refused: &[u8]) -> Option<&str> {
    let segment = refused.strip_prefix(b"##")?.get(4..)?;
    let fields = &segment[..memchr::memmem::find(segment, b"CP=").unwrap_or(segment.len())];
    // The last field counts where its end is seen.
    let whole = &fields[..memchr::memrchr(b';', fields)?];
    let mn = whole.split(|byte| *byte == b';').find_map(|field| field.strip_prefix(b"MN="))?;
    let plain = !mn.is_empty() && mn.iter().all(u8::is_ascii_graphic);
    plain.then(|| std::str::from_utf8(mn).ok()).flatten()
}

/// The length that `##` and four digits state.
pub(super) fn stated_length(packet: &[u8]) -> Result<usize, Reason> {
    let Some(digits) = packet.strip_prefix(b"##") else { return Err(Reason::Noise) };
    let digits = digits.get(..4).ok_or(Reason::TooShort)?;
    let length = usize::from(number("length", digits, &[4])?);
    if length > LONGEST_SEGMENT { Err(Reason::TooLong { limit: LONGEST_SEGMENT }) } else { Ok(length) }
}

/// Bytes on the line of a segment whose content is encrypted and printed in hexadecimal digits while `length` counts the
/// plain text. `rest` begins with the segment. Nothing when the segment is not such a one; as long as its first block is not
/// all there, what is there decides, and more bytes may say otherwise.
pub(super) fn hex_length(rest: &[u8], length: usize) -> Option<usize> {
    let start = rest.get(..length.min(rest.len()))?.windows(5).position(|five| five == b"CP=&&")? + 5;
    let blocks = length.checked_sub(start + 2)? / seal::BLOCK;
    let first = rest.get(start..rest.len().min(start + 2 * seal::BLOCK))?;
    (blocks > 0 && first.iter().all(u8::is_ascii_hexdigit)).then_some(length + blocks * seal::BLOCK)
}

/// Four hexadecimal digits as a number, and which of them are lower case.
pub(super) fn checksum(digits: &[u8]) -> Option<(u16, u8)> {
    let digits: &[u8; CHECK] = digits.try_into().ok()?;
    let (mut value, mut lower) = (0_u16, 0_u8);
    for (i, digit) in digits.iter().enumerate() {
        value = value << 4 | u16::try_from(char::from(*digit).to_digit(16)?).ok()?;
        lower |= u8::from(digit.is_ascii_lowercase()) << i;
    }
    Some((value, lower))
}

/// A number of one of these widths.
fn number(field: &'static str, digits: &[u8], widths: &[usize]) -> Result<u16, Reason> {
    if !digits.is_ascii() {
        return Err(Reason::NotAscii { field });
    }
    if !widths.contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Reason::BadField { field });
    }
    Ok(digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0')))
}

/// A time of 14 digits, or of 17 with milliseconds (and of nothing else when `exact`).
pub(super) fn time(field: &'static str, digits: &[u8], exact: bool) -> Result<DateTime, Reason> {
    if !digits.is_ascii() {
        return Err(Reason::NotAscii { field });
    }
    if digits.len() != 17 && (exact || digits.len() != 14) {
        return Err(Reason::BadField { field });
    }
    let part = |from: usize, to: usize| number(field, &digits[from..to], &[to - from]);
    let millisecond = if digits.len() == 17 { part(14, 17)? } else { 0 };
    let numbers = [part(0, 4)?, part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?, part(12, 14)?];
    civil(field, numbers, millisecond)
}

/// The fields before CP as far as they can be read, and the place of the content between `CP=&&` and the closing `&&`.
fn fields(segment: &[u8]) -> (Vec<Field>, Result<Range<usize>, Reason>) {
    let mut fields = Vec::with_capacity(8);
    let content = content(segment, &mut fields);
    (fields, content)
}

fn content(segment: &[u8], fields: &mut Vec<Field>) -> Result<Range<usize>, Reason> {
    let mut at = 0;
    loop {
        let rest = &segment[at..];
        if rest.starts_with(b"CP=") {
            let start = at + 5;
            let inner = rest.strip_prefix(b"CP=&&").and_then(|rest| rest.strip_suffix(b"&&"));
            let inner = inner.ok_or(Reason::BadField { field: "CP" })?;
            return Ok(start..start + inner.len());
        }
        let end = at + memchr::memchr(b';', rest).ok_or(Reason::BadField { field: "CP" })?;
        let equals = at + memchr::memchr(b'=', &segment[at..end]).ok_or(Reason::BadField { field: "segment" })?;
        let field = Field { name: at..equals, value: equals + 1..end };
        let name = &segment[field.name.clone()];
        if !name.is_ascii() {
            return Err(Reason::NotAscii { field: "segment" });
        }
        let known = |other: &Field| &segment[other.name.clone()] == name;
        if fields.len() == MOST_FIELDS
            || name.is_empty()
            || !name.iter().all(u8::is_ascii_alphanumeric)
            || fields.iter().any(known)
        {
            return Err(Reason::BadField { field: "segment" });
        }
        fields.push(field);
        at = end + 1;
    }
}
