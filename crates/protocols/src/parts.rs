//! Messages that come in several parts, put together again within bounds.

use std::collections::{BTreeMap, VecDeque};

use crate::Reason;

/// Bounds of what waits for its missing parts, on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartLimits {
    /// Most messages that wait; the oldest is given up for a new one.
    pub messages: usize,
    /// Most parts of one message.
    pub parts: u16,
    /// Most bytes that wait, of all messages together.
    pub bytes: usize,
    /// Longest time between the first part received and the last, in the unit of the `now` given.
    pub age: u64,
}

impl Default for PartLimits {
    /// 8 messages of 1,024 parts, 2 MB, and 60 of whatever `now` counts.
    fn default() -> Self {
        Self { messages: 8, parts: 1024, bytes: 2 * 1024 * 1024, age: 60 }
    }
}

/// What came of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joined<W> {
    /// The message is whole.
    Whole(W),
    /// So many parts are missing.
    Missing(u16),
    /// The part had been received before.
    Again,
}

/// A message whose parts have stopped coming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stalled<K> {
    /// Which message.
    pub key: K,
    /// Number of its parts.
    pub total: u16,
    /// The missing parts, by their numbers.
    pub missing: Vec<u16>,
}

/// A part that takes room while it waits.
pub trait Size {
    /// About how many bytes it takes.
    fn size(&self) -> usize;
}

impl Size for Vec<u8> {
    fn size(&self) -> usize {
        self.len()
    }
}

/// About how many bytes a part takes beside its own.
const BESIDE: usize = 128;

#[derive(Debug)]
struct Waiting<K, P> {
    key: K,
    total: u16,
    since: u64,
    last: u64,
    bytes: usize,
    parts: BTreeMap<u16, P>,
}

/// Messages that wait for parts. `K` is what the parts of a message have in common.
#[derive(Debug)]
pub struct Parts<K, P> {
    limits: PartLimits,
    waiting: VecDeque<Waiting<K, P>>,
    bytes: usize,
    dropped: u64,
}

impl<K: Clone + PartialEq, P: PartialEq + Size> Parts<K, P> {
    /// Nothing waits yet.
    #[must_use]
    pub fn new(limits: PartLimits) -> Self {
        Self { limits, waiting: VecDeque::new(), bytes: 0, dropped: 0 }
    }

    /// Takes part `number` of `total`. The parts of a whole message are given in the order of their numbers.
    ///
    /// # Errors
    /// `OutOfRange` when the number is not one of the total, `PartConflict` when it does not fit the parts before it,
    /// `Crowded` when the message has more parts or bytes than are kept. The part is not kept then.
    pub fn add(&mut self, key: K, (number, total): (u16, u16), part: P, now: u64) -> Result<Joined<Vec<P>>, Reason> {
        self.forget(now);
        if !(1..=total).contains(&number) {
            return Err(Reason::OutOfRange { field: "part" });
        }
        if total > self.limits.parts {
            return Err(Reason::Crowded { limit: self.limits.parts.into(), of: "parts" });
        }
        let known = self.waiting.iter().find(|waiting| waiting.key == key);
        if let Some(waiting) = known {
            let conflict = Reason::PartConflict { number, total };
            match waiting.parts.get(&number) {
                _ if waiting.total != total => return Err(conflict),
                Some(before) if *before == part => return Ok(Joined::Again),
                Some(_) => return Err(conflict),
                None => {}
            }
        }
        let size = part.size();
        if known.map_or(0, |waiting| waiting.bytes) + size > self.limits.bytes {
            self.drop_where(|waiting| waiting.key == key);
            return Err(Reason::Crowded { limit: self.limits.bytes, of: "bytes" });
        }
        // The oldest has waited in vain longest.
        let room = self.limits.messages.max(1) - usize::from(known.is_none());
        while self.waiting.len() > room || self.bytes + size > self.limits.bytes {
            let Some(oldest) = self.waiting.iter().find(|waiting| waiting.key != key).map(|oldest| oldest.key.clone())
            else {
                break;
            };
            self.drop_where(|waiting| waiting.key == oldest);
        }
        let place = self.waiting.iter().position(|waiting| waiting.key == key).unwrap_or_else(|| {
            let parts = BTreeMap::new();
            self.waiting.push_back(Waiting { key, total, since: now, last: now, bytes: 0, parts });
            self.waiting.len() - 1
        });
        let waiting = &mut self.waiting[place];
        self.bytes += size;
        waiting.bytes += size;
        waiting.last = now;
        waiting.parts.insert(number, part);
        // Not more parts are kept than there are, and each once.
        let missing = total - u16::try_from(waiting.parts.len()).unwrap_or(total);
        if missing > 0 {
            return Ok(Joined::Missing(missing));
        }
        self.bytes -= waiting.bytes;
        let whole = self.waiting.remove(place).map(|waiting| waiting.parts.into_values().collect());
        Ok(Joined::Whole(whole.unwrap_or_default()))
    }

    /// Messages of which no part came for longer than `quiet`.
    #[must_use]
    pub fn stalled(&self, now: u64, quiet: u64) -> Vec<Stalled<K>> {
        let stalled = self.waiting.iter().filter(|waiting| now.saturating_sub(waiting.last) > quiet);
        stalled
            .map(|waiting| Stalled {
                key: waiting.key.clone(),
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

    /// Gives a message up.
    pub fn give_up(&mut self, key: &K) {
        self.drop_where(|waiting| waiting.key == *key);
    }

    fn drop_where(&mut self, is_out: impl Fn(&Waiting<K, P>) -> bool) -> usize {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| !is_out(waiting));
        let dropped = before - self.waiting.len();
        if dropped > 0 {
            self.bytes = self.waiting.iter().map(|waiting| waiting.bytes).sum();
            self.dropped += dropped as u64;
        }
        dropped
    }

    /// Gives everything up.
    pub fn clear(&mut self) {
        self.drop_where(|_| true);
    }

    /// About how many bytes of memory what waits takes.
    #[must_use]
    pub fn room(&self) -> usize {
        self.bytes + self.waiting.iter().map(|waiting| (1 + waiting.parts.len()) * BESIDE).sum::<usize>()
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

    fn add(
        parts: &mut Parts<u8, Vec<u8>>,
        key: u8,
        number: u16,
        total: u16,
        body: &[u8],
    ) -> Result<Joined<Vec<Vec<u8>>>, Reason> {
        parts.add(key, (number, total), body.to_vec(), 0)
    }

    #[test]
    fn in_any_order_and_two_at_once() {
        let mut parts = Parts::new(PartLimits::default());
        assert_eq!(add(&mut parts, 1, 3, 3, b"c"), Ok(Joined::Missing(2)));
        assert_eq!(add(&mut parts, 2, 1, 2, b"x"), Ok(Joined::Missing(1)));
        assert_eq!(add(&mut parts, 1, 1, 3, b"a"), Ok(Joined::Missing(1)));
        assert_eq!(add(&mut parts, 1, 1, 3, b"a"), Ok(Joined::Again));
        let stalled = parts.stalled(3, 2);
        assert_eq!(stalled[0], Stalled { key: 1, total: 3, missing: vec![2] });
        assert!(parts.stalled(2, 2).is_empty());
        let whole = [b"a", b"b", b"c"].map(|part| part.to_vec()).to_vec();
        assert_eq!(add(&mut parts, 1, 2, 3, b"b"), Ok(Joined::Whole(whole)));
        assert_eq!((parts.len(), parts.bytes(), parts.dropped()), (1, 1, 0));
        parts.give_up(&2);
        assert_eq!((parts.is_empty(), parts.bytes(), parts.dropped(), parts.room()), (true, 0, 1, 0));
        assert_eq!(add(&mut parts, 1, 1, 1, b"x"), Ok(Joined::Whole(vec![b"x".to_vec()])));
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mut parts = Parts::new(PartLimits { messages: 2, parts: 4, bytes: 10, age: 10 });
        add(&mut parts, 1, 1, 3, b"a").unwrap();
        let conflict = |number, total| Err(Reason::PartConflict { number, total });
        assert_eq!(add(&mut parts, 1, 2, 4, b"b"), conflict(2, 4));
        assert_eq!(add(&mut parts, 1, 1, 3, b"b"), conflict(1, 3));
        assert_eq!(add(&mut parts, 1, 4, 3, b"b"), Err(Reason::OutOfRange { field: "part" }));
        assert_eq!(add(&mut parts, 1, 0, 3, b"b"), Err(Reason::OutOfRange { field: "part" }));
        assert_eq!(add(&mut parts, 1, 1, 5, b"b"), Err(Reason::Crowded { limit: 4, of: "parts" }));
        assert_eq!(add(&mut parts, 1, 2, 3, &[0; 10]), Err(Reason::Crowded { limit: 10, of: "bytes" }));
        assert_eq!((parts.len(), parts.bytes(), parts.dropped()), (0, 0, 1));
    }

    #[test]
    fn is_bounded_in_number_bytes_and_age() {
        let mut parts = Parts::new(PartLimits { messages: 3, parts: 9, bytes: 10, age: 5 });
        for i in 0..100_u64 {
            parts.add(i, (1, 9), vec![0; 4], i).unwrap();
            assert!(parts.len() <= 2 && parts.bytes() <= 10);
        }
        assert_eq!(parts.forget(104), 1);
        assert_eq!(parts.forget(105), 1);
        assert_eq!((parts.bytes(), parts.dropped()), (0, 100));
        let mut parts = Parts::new(PartLimits { messages: 3, parts: 9, bytes: 1_000, age: 5 });
        for i in 0..100_u64 {
            parts.add(i, (1, 9), vec![0; 4], 0).unwrap();
            assert!(parts.len() <= 3);
        }
        // Parts without a byte take room, too.
        parts.add(99, (2, 9), Vec::new(), 0).unwrap();
        assert_eq!((parts.bytes(), parts.room()), (12, 12 + 7 * BESIDE));
        parts.clear();
        assert_eq!((parts.len(), parts.bytes(), parts.room(), parts.dropped()), (0, 0, 0, 100));
    }
}
