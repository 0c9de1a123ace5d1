//! Messages split over several packets (PNUM, PNO), put together again.

use std::collections::VecDeque;

use super::packet::{Packet, PacketId};
use crate::Reason;

/// Bounds of what waits for its missing parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitLimits {
    /// Most messages that wait.
    pub messages: usize,
    /// Most parts of one message.
    pub parts: u16,
    /// Longest time between the first and the last part, in the unit of the `now` given.
    pub age: u64,
}

impl Default for SplitLimits {
    /// 8 messages of 64 packets, 64 KB each at most, and 60 of whatever `now` counts.
    fn default() -> Self {
        Self { messages: 8, parts: 64, age: 60 }
    }
}

#[derive(Debug)]
struct Waiting {
    id: PacketId,
    since: u64,
    parts: Vec<Option<Packet>>,
}

/// What came of a packet.
#[derive(Debug, PartialEq, Eq)]
pub enum Joined {
    /// A whole message: its packets in the order of their numbers. Each has content that can be read by itself.
    Whole(Vec<Packet>),
    /// Parts are missing, by their numbers.
    Missing(Vec<u16>),
    /// The part had been received before.
    Again,
}

/// Split messages of one connection. A message begins anew when its sender begins anew.
#[derive(Debug, Default)]
pub struct Splits {
    limits: SplitLimits,
    waiting: VecDeque<Waiting>,
    dropped: u64,
}

impl Splits {
    /// Nothing waits yet.
    #[must_use]
    pub fn new(limits: SplitLimits) -> Self {
        Self { limits, waiting: VecDeque::new(), dropped: 0 }
    }

    /// Takes a packet; one that is not split is whole by itself.
    ///
    /// # Errors
    /// `Crowded` when it has more parts than are kept, `PartConflict` when it states another number of parts than
    /// those before it. Nothing of the packet is kept then.
    pub fn add(&mut self, packet: Packet, now: u64) -> Result<Joined, Reason> {
        self.forget(now);
        let (Some(part), Some(mut id)) = (packet.part(), packet.id()) else { return Ok(Joined::Whole(vec![packet])) };
        if part.total == 1 {
            return Ok(Joined::Whole(vec![packet]));
        }
        if part.total > self.limits.parts {
            return Err(Reason::Crowded { limit: self.limits.parts.into(), of: "parts" });
        }
        id.part = None;
        let place = match self.waiting.iter().position(|waiting| waiting.id == id) {
            Some(place) => place,
            None => {
                // The oldest has waited in vain longest.
                while self.waiting.len() >= self.limits.messages.max(1) {
                    self.waiting.pop_front();
                    self.dropped += 1;
                }
                self.waiting.push_back(Waiting { id, since: now, parts: vec![None; part.total.into()] });
                self.waiting.len() - 1
            }
        };
        let waiting = &mut self.waiting[place];
        if waiting.parts.len() != usize::from(part.total) {
            return Err(Reason::PartConflict { number: part.number, total: part.total });
        }
        // A packet's part has a number from 1 to its total.
        let slot = &mut waiting.parts[usize::from(part.number - 1)];
        if slot.as_ref() == Some(&packet) {
            return Ok(Joined::Again);
        }
        if slot.is_some() {
            return Err(Reason::PartConflict { number: part.number, total: part.total });
        }
        *slot = Some(packet);
        let missing: Vec<u16> =
            (1..=part.total).filter(|number| waiting.parts[usize::from(number - 1)].is_none()).collect();
        if !missing.is_empty() {
            return Ok(Joined::Missing(missing));
        }
        let whole = self.waiting.remove(place).map(|waiting| waiting.parts.into_iter().flatten().collect());
        Ok(Joined::Whole(whole.unwrap_or_default()))
    }

    /// Forgets what has waited too long; gives how many messages.
    pub fn forget(&mut self, now: u64) -> usize {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| now.saturating_sub(waiting.since) <= self.limits.age);
        let forgotten = before - self.waiting.len();
        self.dropped += forgotten as u64;
        forgotten
    }

    /// How many messages were given up without having become whole.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(qn: u64, number: u16, total: u16, value: u8) -> Packet {
        let segment = format!(
            "QN={qn:017};ST=32;CN=2061;PW=1;MN=A;Flag=7;PNUM={total};PNO={number};CP=&&DataTime=20160801080000;w1-Avg={value}&&"
        );
        Packet::build(segment).unwrap()
    }

    const QN: u64 = 20_160_801_085_857_000;

    #[test]
    fn in_any_order() {
        let mut splits = Splits::default();
        assert_eq!(splits.add(part(QN, 3, 3, 0), 0), Ok(Joined::Missing(vec![1, 2])));
        assert_eq!(splits.add(part(QN, 1, 3, 0), 1), Ok(Joined::Missing(vec![2])));
        assert_eq!(splits.add(part(QN, 1, 3, 0), 1), Ok(Joined::Again));
        let whole = vec![part(QN, 1, 3, 0), part(QN, 2, 3, 0), part(QN, 3, 3, 0)];
        assert_eq!(splits.add(part(QN, 2, 3, 0), 2), Ok(Joined::Whole(whole)));
        assert!(splits.is_empty());
    }

    #[test]
    fn one_part_and_none() {
        let mut splits = Splits::default();
        let whole = Packet::build("ST=32;CN=2061;MN=A;CP=&&&&").unwrap();
        assert_eq!(splits.add(whole.clone(), 0), Ok(Joined::Whole(vec![whole])));
        assert_eq!(splits.add(part(QN, 1, 1, 0), 0), Ok(Joined::Whole(vec![part(QN, 1, 1, 0)])));
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mut splits = Splits::new(SplitLimits { messages: 2, parts: 4, age: 10 });
        splits.add(part(QN, 1, 3, 0), 0).unwrap();
        assert_eq!(splits.add(part(QN, 2, 4, 0), 0), Err(Reason::PartConflict { number: 2, total: 4 }));
        assert_eq!(splits.add(part(QN, 1, 3, 9), 0), Err(Reason::PartConflict { number: 1, total: 3 }));
        assert_eq!(splits.add(part(QN, 1, 5, 0), 0), Err(Reason::Crowded { limit: 4, of: "parts" }));
    }

    #[test]
    fn is_bounded_in_number_and_age() {
        let mut splits = Splits::new(SplitLimits { messages: 2, parts: 4, age: 10 });
        for i in 0..100 {
            splits.add(part(QN + i, 1, 3, 0), i).unwrap();
            assert!(splits.len() <= 2);
        }
        assert_eq!(splits.forget(109), 1);
        assert_eq!(splits.forget(110), 1);
        assert_eq!(splits.dropped(), 100);
    }
}
