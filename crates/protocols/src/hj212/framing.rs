//! Packets in a stream.

use super::packet::{CHECK, HEAD, LONGEST_SEGMENT, Packet, checksum, hex_length, stated_length};
use crate::Reason;
use crate::stream::{Framing, Scan};

/// Finds packets of HJ 212, of every edition. A packet is given as soon as its checksum is there; the line end, if any,
/// is passed over in silence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hj212;

impl Framing for Hj212 {
    type Frame = Packet;
    type Memory = ();

    // Content in hexadecimal digits takes twice its length.
    const LONGEST: usize = HEAD + 2 * LONGEST_SEGMENT + CHECK;

    fn scan(&self, (): &mut (), _: u64, bytes: &[u8], seen: usize) -> Scan<Packet> {
        let line_ends = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if line_ends > 0 {
            return Scan::Between(line_ends);
        }
        if bytes[0] != b'#' {
            return Scan::Noise(memchr::memchr(b'#', bytes).unwrap_or(bytes.len()));
        }
        if bytes.get(1).is_some_and(|second| *second != b'#') {
            return Scan::Noise(1);
        }
        if bytes.len() < HEAD {
            return Scan::More;
        }
        // After a refusal the next `##` may stand one byte on.
        let length = match stated_length(&bytes[..HEAD]) {
            Ok(length) => length,
            Err(_) if bytes[2] == b'#' => return Scan::Noise(1),
            Err(reason) => return Scan::Refused(reason, 1),
        };
        // Looked for before anything else, as far as it would be had the bytes come one by one.
        if ends_early(&bytes[..bytes.len().min(HEAD + length + CHECK - 1)], seen) {
            return Scan::Refused(Reason::BadLength { stated: length }, 1);
        }
        let rest = &bytes[HEAD..];
        let Some(check) = rest.get(length..length + CHECK) else { return Scan::More };
        let mut found = Packet::new(rest[..length].to_vec(), length, check);
        let mut used = HEAD + length + CHECK;
        if found.is_err()
            && let Some(on_line) = hex_length(rest, length)
        {
            let Some(check) = rest.get(on_line..on_line + CHECK) else { return Scan::More };
            if checksum(check).is_some() && rest[..on_line].ends_with(b"&&") {
                found = Packet::new(rest[..on_line].to_vec(), length, check);
                used = HEAD + on_line + CHECK;
            }
        }
        match found {
            Ok(packet) => Scan::Frame(packet, used),
            // Where no end stands, bytes are missing or too many.
            Err(_) if !rest[..length].ends_with(b"&&") => Scan::Refused(Reason::BadLength { stated: length }, 1),
            Err(reason) => Scan::Refused(reason, 1),
        }
    }
}

/// Whether a packet's end stands before its stated end: `&&`, a checksum and a line end. Without this a packet with a
/// damaged length would hold back the one after it.
fn ends_early(bytes: &[u8], seen: usize) -> bool {
    let from = seen.max(HEAD + 7);
    memchr::memchr_iter(b'\n', bytes.get(from..).unwrap_or_default()).any(|at| {
        let end = bytes[..from + at].strip_suffix(b"\r").unwrap_or_default();
        end.len() >= HEAD + 6
            && checksum(&end[end.len() - CHECK..]).is_some()
            && end[..end.len() - CHECK].ends_with(b"&&")
    })
}
