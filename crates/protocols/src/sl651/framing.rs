//! Frames in a stream.

use std::collections::VecDeque;

use memchr::memmem;

use super::frame::{Frame, HEADER, Header, LONGEST, MARK};
use crate::Reason;
use crate::stream::{Framing, Scan};

/// Finds frames of SL 651 in its binary encoding; one in ASCII is refused as such.
///
/// Nothing but its length says where a frame ends. Where a length is damaged, the next whole frame shows it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sl651;

/// Of the places from the one looked at on, those where a whole frame was found to begin, or not to: whoever writes
/// headers inside headers would have each one's checksum computed for every header before it.
#[derive(Debug, Default)]
pub struct Judged {
    from: u64,
    places: VecDeque<Option<bool>>,
}

impl Judged {
    fn go_to(&mut self, at: u64) {
        let passed = usize::try_from(at.saturating_sub(self.from)).unwrap_or(usize::MAX);
        self.places.drain(..passed.min(self.places.len()));
        self.from = at;
        if self.places.is_empty() {
            // A connection without such headers holds nothing.
            self.places = VecDeque::new();
        }
    }

    /// Looks at a place unless that was done before.
    fn is_frame(&mut self, place: usize, look: impl FnOnce() -> bool) -> bool {
        if self.places.len() <= place {
            self.places.resize(place + 1, None);
        }
        *self.places[place].get_or_insert_with(look)
    }
}

/// What a frame in ASCII begins with.
const SOH: u8 = 0x01;

/// Digits of an ASCII header: the binary one's eleven bytes after the marks.
const ASCII_DIGITS: usize = 2 * (HEADER - MARK.len());

impl Framing for Sl651 {
    type Frame = Frame;
    type Memory = Judged;

    const LONGEST: usize = LONGEST;

    fn scan(&self, judged: &mut Judged, at: u64, bytes: &[u8], seen: usize) -> Scan<Frame> {
        judged.go_to(at);
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
            return if hides_a_frame(judged, bytes, seen) { Scan::Refused(bad_length, 1) } else { Scan::More };
        };
        // Looked for before anything else, as it would be had the bytes come one by one.
        if hides_a_frame(judged, &frame[..frame.len() - 1], 0) {
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
fn hides_a_frame(judged: &mut Judged, bytes: &[u8], seen: usize) -> bool {
    memmem::find_iter(&bytes[1..], &MARK).any(|at| {
        let inner = &bytes[1 + at..];
        let Ok(header) = Header::read(inner) else { return false };
        let Some(frame) = header.frame_length(inner).and_then(|length| inner.get(..length)) else { return false };
        // The checksum last: it is the most work.
        let seems = || 1 + at + frame.len() > seen && Frame::has_start(frame) && Frame::has_end(frame);
        seems() && judged.is_frame(1 + at, || Frame::read(&header, frame).is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sl651::crc::COMPUTED;
    use crate::stream::Reassembler;

    /// A header of which another stands in every body.
    fn check(pattern: &[u8], most: usize) {
        let stream: Vec<u8> = pattern.iter().copied().cycle().take(16 * 1024).collect();
        for read in [stream.len(), 1_460, 100] {
            COMPUTED.set(0);
            let mut reassembler = Reassembler::new(Sl651);
            let found: usize = stream.chunks(read).map(|piece| reassembler.push(piece).len()).sum();
            assert!(found > 100, "{found}");
            let computed = COMPUTED.get();
            assert!(computed <= most, "{computed} bytes for {} in reads of {read}", stream.len());
            assert!(reassembler.memory().places.len() <= LONGEST);
        }
    }

    #[test]
    fn headers_inside_headers_are_little_work() {
        // Not one of them begins and ends as a frame does.
        check(&[0x7E, 0x7E, 0x00, 0x0F, 0x7E, 0x7E, 0x00, 0x07], 16 * 1024 / 4 * LONGEST);
        // Each does, and only the checksum is wrong: it is computed at most twice of each.
        let pattern = [0x7E, 0x7E, 1, 0, 0x12, 0x34, 0x56, 0x78, 0x04, 0xD2, 0x2F, 0x0B, 0xB8, 0x02, 0x03];
        check(&pattern, 2 * (16 * 1024 / pattern.len()) * LONGEST);
        let mut judged = Judged::default();
        assert!(judged.is_frame(5, || true) && judged.is_frame(5, || false));
        judged.go_to(6);
        assert_eq!(judged.places.capacity(), 0);
    }
}
