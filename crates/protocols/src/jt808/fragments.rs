//! Messages in several frames, put together again.

use std::collections::{BTreeMap, VecDeque};

use super::frame::{Edition, Frame, Terminal};
use super::message::Whole;
use crate::Reason;

/// Bounds of what waits for its missing parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FragmentLimits {
    /// Most messages that wait.
    pub messages: usize,
    /// Most parts of one message.
    pub parts: u16,
    /// Most bytes that wait, of all messages together.
    pub bytes: usize,
    /// Longest time between the first part received and the last, in the unit of the `now` given.
    pub age: u64,
}

impl Default for FragmentLimits {
    /// 8 messages of 1,024 parts, 2 MB, and 60 of whatever `now` counts.
    fn default() -> Self {
        Self { messages: 8, parts: 1024, bytes: 2 * 1024 * 1024, age: 60 }
    }
}

/// What all parts of a message have in common. Their serial numbers follow each other, so that the first one's is known
/// from any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    terminal: Terminal,
    id: u16,
    first: u16,
}

#[derive(Debug)]
struct Waiting {
    key: Key,
    edition: Edition,
    encryption: u8,
    total: u16,
    since: u64,
    last: u64,
    bytes: usize,
    parts: BTreeMap<u16, Vec<u8>>,
}

/// What came of a frame.
#[derive(Debug, PartialEq, Eq)]
pub enum Joined {
    /// A whole message.
    Whole(Whole),
    /// So many parts are missing.
    Missing(u16),
    /// The part had been received before.
    Again,
}

/// A message whose parts have stopped coming; [`super::answer::resend`] asks for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stalled {
    /// The kind of message.
    pub id: u16,
    /// The edition of its frames.
    pub edition: Edition,
    /// Whose it is.
    pub terminal: Terminal,
    /// Serial number of its first frame.
    pub serial: u16,
    /// Number of its parts.
    pub total: u16,
    /// The missing parts, by their numbers.
    pub missing: Vec<u16>,
}

/// Messages of one connection that wait for parts.
#[derive(Debug, Default)]
pub struct Fragments {
    limits: FragmentLimits,
    waiting: VecDeque<Waiting>,
    bytes: usize,
    dropped: u64,
}

impl Fragments {
    /// Nothing waits yet.
    #[must_use]
    pub fn new(limits: FragmentLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes a frame; one without parts is whole by itself.
    ///
    /// # Errors
    /// `OutOfRange` when the part's number is not one of its total, `PartConflict` when it does not fit the parts before
    /// it, `Crowded` when the message has more parts or bytes than are kept. Nothing of the frame is kept then.
    pub fn add(&mut self, frame: Frame, now: u64) -> Result<Joined, Reason> {
        self.forget(now);
        let Some(part) = frame.part else { return Whole::try_from(frame).map(Joined::Whole) };
        if !(1..=part.total).contains(&part.number) {
            return Err(Reason::OutOfRange { field: "part" });
        }
        if part.total > self.limits.parts {
            return Err(Reason::Crowded { limit: self.limits.parts.into(), of: "parts" });
        }
        let key = Key { terminal: frame.terminal, id: frame.id, first: frame.serial.wrapping_sub(part.number - 1) };
        let conflict = Reason::PartConflict { number: part.number, total: part.total };
        let place = self.waiting.iter().position(|waiting| waiting.key == key);
        if let Some(place) = place {
            let waiting = &self.waiting[place];
            if waiting.total != part.total || waiting.encryption != frame.encryption {
                return Err(conflict);
            }
            match waiting.parts.get(&part.number) {
                Some(body) if *body == frame.body => return Ok(Joined::Again),
                Some(_) => return Err(conflict),
                None => {}
            }
        }
        let own = place.map_or(0, |place| self.waiting[place].bytes) + frame.body.len();
        if own > self.limits.bytes {
            self.drop_where(|waiting| waiting.key == key);
            return Err(Reason::Crowded { limit: self.limits.bytes, of: "bytes" });
        }
        // The oldest has waited in vain longest.
        let room = self.limits.messages.max(1) - usize::from(place.is_none());
        while self.waiting.len() > room || self.bytes + frame.body.len() > self.limits.bytes {
            let Some(oldest) = self.waiting.iter().find(|waiting| waiting.key != key).map(|oldest| oldest.key) else {
                break;
            };
            self.drop_where(|waiting| waiting.key == oldest);
        }
        let place = self.waiting.iter().position(|waiting| waiting.key == key).unwrap_or_else(|| {
            self.waiting.push_back(Waiting {
                key,
                edition: frame.edition,
                encryption: frame.encryption,
                total: part.total,
                since: now,
                last: now,
                bytes: 0,
                parts: BTreeMap::new(),
            });
            self.waiting.len() - 1
        });
        let waiting = &mut self.waiting[place];
        self.bytes += frame.body.len();
        waiting.bytes += frame.body.len();
        waiting.last = now;
        waiting.parts.insert(part.number, frame.body);
        // Not more parts are kept than there are, and each once.
        let missing = waiting.total - u16::try_from(waiting.parts.len()).unwrap_or(waiting.total);
        if missing > 0 {
            return Ok(Joined::Missing(missing));
        }
        let mut body = Vec::with_capacity(waiting.bytes);
        for part in waiting.parts.values() {
            body.extend_from_slice(part);
        }
        let (edition, encryption) = (waiting.edition, waiting.encryption);
        self.bytes -= waiting.bytes;
        self.waiting.remove(place);
        Ok(Joined::Whole(Whole { id: key.id, edition, encryption, terminal: key.terminal, serial: key.first, body }))
    }

    /// Messages of which no part came for longer than `quiet`.
    #[must_use]
    pub fn stalled(&self, now: u64, quiet: u64) -> Vec<Stalled> {
        let stalled = self.waiting.iter().filter(|waiting| now.saturating_sub(waiting.last) > quiet);
        stalled
            .map(|waiting| Stalled {
                id: waiting.key.id,
                edition: waiting.edition,
                terminal: waiting.key.terminal,
                serial: waiting.key.first,
                total: waiting.total,
                missing: (1..=waiting.total).filter(|number| !waiting.parts.contains_key(number)).collect(),
            })
            .collect()
    }

    /// Forgets what has waited too long; gives how many messages.
    pub fn forget(&mut self, now: u64) -> usize {
        let age = self.limits.age;
        self.drop_where(|waiting| now.saturating_sub(waiting.since) > age)
    }

    fn drop_where(&mut self, is_out: impl Fn(&Waiting) -> bool) -> usize {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| !is_out(waiting));
        self.bytes = self.waiting.iter().map(|waiting| waiting.bytes).sum();
        let dropped = before - self.waiting.len();
        self.dropped += dropped as u64;
        dropped
    }

    /// How many bytes wait.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many messages were given up without having become whole.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jt808::frame::Part;

    fn part(first: u16, number: u16, total: u16, body: &[u8]) -> Frame {
        let terminal = Terminal::Of2013([1, 2, 3, 4, 5, 6]);
        let serial = first.wrapping_add(number).wrapping_sub(1);
        let mut frame = Frame::new(0x0801, terminal, serial, body.to_vec()).unwrap();
        frame.part = Some(Part { total, number });
        frame
    }

    #[test]
    fn in_any_order() {
        let mut fragments = Fragments::default();
        // Serial numbers begin anew after 65,535.
        assert_eq!(fragments.add(part(65_535, 3, 3, b"c"), 0), Ok(Joined::Missing(2)));
        assert_eq!(fragments.add(part(65_535, 1, 3, b"a"), 5), Ok(Joined::Missing(1)));
        assert_eq!(fragments.add(part(65_535, 1, 3, b"a"), 5), Ok(Joined::Again));
        let stalled = fragments.stalled(8, 2);
        assert_eq!((stalled[0].serial, &stalled[0].missing[..]), (65_535, &[2][..]));
        assert!(fragments.stalled(7, 2).is_empty());
        let Ok(Joined::Whole(whole)) = fragments.add(part(65_535, 2, 3, b"b"), 9) else { panic!("not whole") };
        assert_eq!((whole.serial, &whole.body[..]), (65_535, &b"abc"[..]));
        assert_eq!((fragments.len(), fragments.bytes(), fragments.dropped()), (0, 0, 0));
        let Ok(Joined::Whole(one)) = fragments.add(part(7, 1, 1, b"x"), 9) else { panic!("not whole") };
        assert_eq!(one.body, b"x");
    }

    #[test]
    fn two_messages_at_once() {
        let mut fragments = Fragments::default();
        fragments.add(part(10, 1, 2, b"a"), 0).unwrap();
        fragments.add(part(20, 1, 2, b"x"), 0).unwrap();
        let Ok(Joined::Whole(whole)) = fragments.add(part(10, 2, 2, b"b"), 0) else { panic!("not whole") };
        assert_eq!(whole.body, b"ab");
        assert_eq!(fragments.len(), 1);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let limits = FragmentLimits { messages: 2, parts: 4, bytes: 10, age: 10 };
        let mut fragments = Fragments::new(limits);
        fragments.add(part(1, 1, 3, b"a"), 0).unwrap();
        let conflict = |number, total| Err(Reason::PartConflict { number, total });
        assert_eq!(fragments.add(part(1, 2, 4, b"b"), 0), conflict(2, 4));
        assert_eq!(fragments.add(part(1, 1, 3, b"b"), 0), conflict(1, 3));
        assert_eq!(fragments.add(part(1, 4, 3, b"b"), 0), Err(Reason::OutOfRange { field: "part" }));
        assert_eq!(fragments.add(part(1, 0, 3, b"b"), 0), Err(Reason::OutOfRange { field: "part" }));
        assert_eq!(fragments.add(part(1, 1, 5, b"b"), 0), Err(Reason::Crowded { limit: 4, of: "parts" }));
        assert_eq!(fragments.add(part(1, 2, 3, &[0; 10]), 0), Err(Reason::Crowded { limit: 10, of: "bytes" }));
        assert_eq!((fragments.len(), fragments.bytes(), fragments.dropped()), (0, 0, 1));
    }

    #[test]
    fn is_bounded_in_number_bytes_and_age() {
        let mut fragments = Fragments::new(FragmentLimits { messages: 3, parts: 9, bytes: 10, age: 5 });
        for i in 0..100_u16 {
            fragments.add(part(i * 10, 1, 9, &[0; 4]), i.into()).unwrap();
            assert!(fragments.len() <= 2 && fragments.bytes() <= 10);
        }
        assert_eq!(fragments.forget(104), 1);
        assert_eq!(fragments.forget(105), 1);
        assert_eq!((fragments.bytes(), fragments.dropped()), (0, 100));
    }
}
