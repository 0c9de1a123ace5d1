//! Frames out of a stream that comes in pieces of any size, with anything between the frames.

use crate::refusal::{PREFIX, Reason, Refusal};

/// How a protocol finds its frames.
pub trait Framing {
    /// A frame found.
    type Frame;
    /// What is remembered of a stream between two looks, so that nothing is computed again and again.
    type Memory: Default + std::fmt::Debug + Send;

    /// Most bytes a frame can have on the line; nothing longer is ever kept.
    const LONGEST: usize;

    /// What stands at the beginning of `bytes`, which is never empty. The first `seen` bytes were looked at before and
    /// asked for more, so that each is searched once. `at` is their place in the stream, which never goes back.
    fn scan(&self, memory: &mut Self::Memory, at: u64, bytes: &[u8], seen: usize) -> Scan<Self::Frame>;

    /// Whether what is left when the stream ends is nothing to speak of.
    fn is_idle(&self, left: &[u8]) -> bool {
        left.is_empty()
    }
}

/// What stands at the beginning of some bytes. Every number of bytes is at least 1 and at most what there is.
#[derive(Debug)]
pub enum Scan<F> {
    /// The beginning of a frame, if more bytes come.
    More,
    /// This many bytes that belong to no frame.
    Noise(usize),
    /// This many bytes between frames, as the standard has them.
    Between(usize),
    /// A frame of this many bytes.
    Frame(F, usize),
    /// What began as a frame and is none; this many bytes are passed over.
    Refused(Reason, usize),
}

/// What went through a [`Reassembler`] so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Bytes received.
    pub bytes: u64,
    /// Frames found.
    pub frames: u64,
    /// Refusals told.
    pub refusals: u64,
    /// Bytes passed over by them.
    pub discarded: u64,
}

/// Finds frames in one connection's stream.
///
/// The frames do not depend on how the stream was cut into reads. At most one frame's length is kept between two calls.
/// A byte is looked at again only when what seemed a frame was none. All bytes that are in no frame are counted in a
/// [`Refusal`], which is told when the next frame, the next reason or the end shows how far it goes.
#[derive(Debug)]
pub struct Reassembler<P: Framing> {
    framing: P,
    memory: P::Memory,
    held: Vec<u8>,
    seen: usize,
    noise: Option<Refusal>,
    tally: Tally,
    at: u64,
}

/// How many bytes are looked at in one go beside those held.
const PIECE: usize = 4096;

/// Noise is told at the latest after this many bytes.
const LONGEST_NOISE: usize = 65_536;

impl<P: Framing> Reassembler<P> {
    /// For a stream that begins.
    pub fn new(framing: P) -> Self {
        let memory = P::Memory::default();
        Self { framing, memory, held: Vec::new(), seen: 0, noise: None, tally: Tally::default(), at: 0 }
    }

    /// Takes what was read and gives the frames and refusals it completes, in order.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<Result<P::Frame, Refusal>> {
        let mut found = Vec::new();
        self.tally.bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.held.is_empty() {
                let used = self.take(bytes, &mut found);
                bytes = &bytes[used..];
                // What is left is the beginning of a frame, so it is shorter than the longest one.
                self.held.extend_from_slice(bytes);
                break;
            }
            let piece = bytes.len().min(PIECE);
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(&bytes[..piece]);
            bytes = &bytes[piece..];
            let used = self.take(&held, &mut found);
            held.drain(..used);
            self.held = held;
        }
        found
    }

    /// Takes the end of the stream, or a silence too long to wait any more: what is held will not be finished.
    pub fn finish(&mut self) -> Vec<Result<P::Frame, Refusal>> {
        let mut found = Vec::new();
        let mut held = std::mem::take(&mut self.held);
        while !self.framing.is_idle(&held) {
            // Whatever asked for more gets none; there may be a frame after its first byte.
            self.refuse(Reason::Unfinished, &held[..1], &mut found);
            held.drain(..1);
            self.seen = 0;
            let used = self.take(&held, &mut found);
            held.drain(..used);
        }
        self.at += held.len() as u64;
        self.seen = 0;
        self.tell_noise(&mut found);
        found
    }

    /// Counts since the beginning.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// How many bytes are held and wait for more.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    #[cfg(test)]
    pub(crate) fn memory(&self) -> &P::Memory {
        &self.memory
    }

    /// Whether something has begun and waits for its end; what may stand between two frames does not.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.framing.is_idle(&self.held)
    }

    /// Takes frames off the beginning until more bytes are needed; gives how many bytes were used.
    fn take(&mut self, bytes: &[u8], found: &mut Vec<Result<P::Frame, Refusal>>) -> usize {
        let mut used = 0;
        while used < bytes.len() {
            let rest = &bytes[used..];
            let length = match self.framing.scan(&mut self.memory, self.at, rest, self.seen) {
                Scan::More if rest.len() < P::LONGEST => {
                    self.seen = rest.len();
                    break;
                }
                Scan::More => {
                    self.refuse(Reason::TooLong { limit: P::LONGEST }, &rest[..1], found);
                    1
                }
                Scan::Noise(length) => {
                    self.refuse(Reason::Noise, &rest[..length], found);
                    length
                }
                // After something refused it is more of the same.
                Scan::Between(length) if self.noise.is_some() => {
                    self.refuse(Reason::Noise, &rest[..length], found);
                    length
                }
                Scan::Between(length) => {
                    self.at += length as u64;
                    length
                }
                Scan::Frame(frame, length) => {
                    self.tell_noise(found);
                    self.tally.frames += 1;
                    self.at += length as u64;
                    found.push(Ok(frame));
                    length
                }
                Scan::Refused(reason, length) => {
                    self.refuse(reason, &rest[..length], found);
                    length
                }
            };
            self.seen = 0;
            used += length;
        }
        used
    }

    /// Tells a refusal. Noise that follows it, or other noise, is told with it as one.
    fn refuse(&mut self, reason: Reason, bytes: &[u8], found: &mut Vec<Result<P::Frame, Refusal>>) {
        if reason != Reason::Noise {
            self.tell_noise(found);
        }
        let refusal = self.noise.get_or_insert_with(|| Refusal { reason, at: self.at, length: 0, prefix: Vec::new() });
        let room = PREFIX - refusal.prefix.len();
        refusal.prefix.extend_from_slice(&bytes[..bytes.len().min(room)]);
        refusal.length += bytes.len();
        self.at += bytes.len() as u64;
        if refusal.length >= LONGEST_NOISE {
            self.tell_noise(found);
        }
    }

    fn tell_noise(&mut self, found: &mut Vec<Result<P::Frame, Refusal>>) {
        if let Some(refusal) = self.noise.take() {
            self.tally.refusals += 1;
            self.tally.discarded += refusal.length as u64;
            found.push(Err(refusal));
        }
    }
}
