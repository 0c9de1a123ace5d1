//! Frames in a stream.

use memchr::memmem;

use super::frame::{Frame, HEADER, Header, LONGEST, MARK};
use crate::Reason;
use crate::stream::{Framing, Scan};

/// Finds frames of SL 651 in its binary encoding; one in ASCII is refused as such.
///
/// Nothing but its length says where a frame ends. Where a length is damaged, the next whole frame shows it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sl651;

/// What a frame in ASCII begins with.
const SOH: u8 = 0x01;

/// Digits of an ASCII header: the binary one's eleven bytes after the marks.
const ASCII_DIGITS: usize = 2 * (HEADER - MARK.len());

impl Framing for Sl651 {
    type Frame = Frame;

    const LONGEST: usize = LONGEST;

    fn scan(&self, bytes: &[u8], seen: usize) -> Scan<Frame> {
        if bytes[0] == SOH {
            let digits = &bytes[1..bytes.len().min(1 + ASCII_DIGITS)];
            return if !digits.iter().all(u8::is_ascii_hexdigit) {
                Scan::Noise(1)
            } else if digits.len() < ASCII_DIGITS {
                Scan::More
            } else {
                Scan::Refused(Reason::OtherEncoding { found: "ASCII" }, 1 + ASCII_DIGITS)
            };
        }
        if bytes[0] != MARK[0] {
            return Scan::Noise(memchr::memchr2(MARK[0], SOH, bytes).unwrap_or(bytes.len()));
        }
        if bytes.get(1).is_some_and(|second| *second != MARK[1]) {
            return Scan::Noise(1);
        }
        if bytes.len() < HEADER {
            return Scan::More;
        }
        let header = match Header::read(bytes) {
            Ok(header) => header,
            // A third byte 7E: the marks may be the second and third.
            Err(_) if bytes[2] == MARK[0] => return Scan::Noise(1),
            Err(reason) => return Scan::Refused(reason, 1),
        };
        let bad_length = Reason::BadLength { stated: header.length };
        let Some(frame) = header.frame_length(bytes).and_then(|length| bytes.get(..length)) else {
            return if hides_a_frame(bytes, seen) { Scan::Refused(bad_length, 1) } else { Scan::More };
        };
        // Looked for before anything else, as it would be had the bytes come one by one.
        if hides_a_frame(&frame[..frame.len() - 1], 0) {
            return Scan::Refused(bad_length, 1);
        }
        match Frame::read(&header, frame) {
            Ok(read) => Scan::Frame(read, frame.len()),
            // Where the checksum is right, nothing else begins inside.
            Err(reason @ (Reason::UnknownControl { .. } | Reason::BadField { .. })) => {
                Scan::Refused(reason, frame.len())
            }
            // Where no end stands, bytes are missing or too many.
            Err(_) if !Frame::has_end(frame) => Scan::Refused(bad_length, 1),
            Err(reason) => Scan::Refused(reason, 1),
        }
    }
}

/// Whether a whole frame ends within these bytes, beyond those seen before: then what began first is none.
fn hides_a_frame(bytes: &[u8], seen: usize) -> bool {
    memmem::find_iter(&bytes[1..], &MARK).any(|at| {
        let inner = &bytes[1 + at..];
        let Ok(header) = Header::read(inner) else { return false };
        let Some(frame) = header.frame_length(inner).and_then(|length| inner.get(..length)) else { return false };
        1 + at + frame.len() > seen && Frame::read(&header, frame).is_ok()
    })
}
