//! Frames in a stream.

use super::frame::{Frame, LONGEST, MARK};
use crate::stream::{Framing, Scan};

/// Finds frames of JT/T 808, of both editions.
///
/// What stands between any two bytes 7E is tried, and a byte 7E that ends one may begin the next: so no noise, lost byte
/// or shared mark hides the frame after it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Jt808;

impl Framing for Jt808 {
    type Frame = Frame;
    type Memory = ();

    // Every byte may be escaped.
    const LONGEST: usize = 2 * LONGEST + 2;

    fn scan(&self, (): &mut (), _: u64, bytes: &[u8], seen: usize) -> Scan<Frame> {
        if bytes[0] != MARK {
            return Scan::Noise(memchr::memchr(MARK, bytes).unwrap_or(bytes.len()));
        }
        let from = seen.max(1);
        let reach = bytes.len().min(Self::LONGEST);
        let Some(end) = bytes.get(from..reach).and_then(|rest| memchr::memchr(MARK, rest)).map(|end| from + end) else {
            return Scan::More;
        };
        if end == 1 {
            return Scan::Between(1);
        }
        match Frame::read(&bytes[1..end]) {
            Ok(frame) => Scan::Frame(frame, end),
            Err(reason) => Scan::Refused(reason, end),
        }
    }

    fn is_idle(&self, left: &[u8]) -> bool {
        matches!(left, [] | [MARK])
    }
}
