//! Messages split over several packets (PNUM, PNO), put together again.

use super::packet::{Packet, PacketId};
use crate::Reason;
use crate::parts::{Joined, PartLimits, Parts, Size};

impl Size for Packet {
    fn size(&self) -> usize {
        self.segment().len()
    }
}

/// Split messages of one connection.
#[derive(Debug)]
pub struct Splits(Parts<PacketId, Packet>);

impl Default for Splits {
    fn default() -> Self {
        Self::new(PartLimits::default())
    }
}

impl Splits {
    /// Nothing waits yet.
    #[must_use]
    pub fn new(limits: PartLimits) -> Self {
        Self(Parts::new(limits))
    }

    /// Takes a packet; one that is not split is whole by itself. A whole message is its packets in the order of their
    /// numbers, each with content that can be read by itself.
    ///
    /// # Errors
    /// As [`Parts::add`], those of [`Packet::header`], and `BadField` when a split packet has no QN or MN to tell which message it belongs to.
    pub fn add(&mut self, packet: Packet, now: u64) -> Result<Joined<Vec<Packet>>, Reason> {
        let Some(part) = packet.header()?.part else { return Ok(Joined::Whole(vec![packet])) };
        let mut id = packet.id().ok_or(Reason::BadField { field: "QN" })?;
        id.part = None;
        self.0.add(id, (part.number, part.total), packet, now)
    }

    /// What waits.
    #[must_use]
    pub fn waiting(&self) -> &Parts<PacketId, Packet> {
        &self.0
    }

    /// The same, to give up what waits.
    pub fn waiting_mut(&mut self) -> &mut Parts<PacketId, Packet> {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(qn: u64, number: u16, total: u16) -> Packet {
        let segment = format!(
            "QN={qn:017};ST=32;CN=2061;PW=1;MN=A;Flag=7;PNUM={total};PNO={number};CP=&&DataTime=20160801080000;w{number}-Avg=1&&"
        );
        Packet::build(segment).unwrap()
    }

    const QN: u64 = 20_160_801_085_857_000;

    #[test]
    fn in_any_order_and_two_at_once() {
        let mut splits = Splits::default();
        assert_eq!(splits.add(part(QN, 2, 2), 0), Ok(Joined::Missing(1)));
        assert_eq!(splits.add(part(QN + 1, 1, 2), 0), Ok(Joined::Missing(1)));
        assert_eq!(splits.add(part(QN, 2, 2), 0), Ok(Joined::Again));
        assert_eq!(splits.add(part(QN, 1, 2), 0), Ok(Joined::Whole(vec![part(QN, 1, 2), part(QN, 2, 2)])));
        assert_eq!((splits.waiting().len(), splits.waiting().dropped()), (1, 0));
    }

    #[test]
    fn one_part_and_none() {
        let mut splits = Splits::default();
        let whole = Packet::build("ST=32;CN=2061;MN=A;CP=&&&&").unwrap();
        assert_eq!(splits.add(whole.clone(), 0), Ok(Joined::Whole(vec![whole])));
        assert_eq!(splits.add(part(QN, 1, 1), 0), Ok(Joined::Whole(vec![part(QN, 1, 1)])));
        let nameless = Packet::build("ST=32;CN=2061;MN=A;Flag=7;PNUM=2;PNO=1;CP=&&&&").unwrap();
        assert_eq!(splits.add(nameless, 0), Err(Reason::BadField { field: "QN" }));
    }
}
