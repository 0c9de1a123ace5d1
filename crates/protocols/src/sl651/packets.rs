//! Bodies that come in several frames (mode M3), put together again.

use super::frame::{Direction, Frame, Start};
use crate::Reason;
use crate::parts::{Joined, PartLimits, Parts};

/// What all parts of a body have in common. Only the first has a serial number, so that a station sends one message of
/// a kind after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketKey {
    /// Whose the message is.
    pub station: [u8; 5],
    /// The kind of message.
    pub function: u8,
    /// Which way it goes.
    pub direction: Direction,
}

/// Bodies of one connection that wait for parts.
#[derive(Debug)]
pub struct Packets(Parts<PacketKey, Vec<u8>>);

impl Default for Packets {
    fn default() -> Self {
        Self::new(PartLimits::default())
    }
}

impl Packets {
    /// Nothing waits yet.
    #[must_use]
    pub fn new(limits: PartLimits) -> Self {
        Self(Parts::new(limits))
    }

    /// Takes a frame and gives the frame of the whole body. Another first part begins the message anew.
    ///
    /// # Errors
    /// As [`Parts::add`].
    pub fn add(&mut self, mut frame: Frame, now: u64) -> Result<Joined<Frame>, Reason> {
        let Some(Start::Part(part)) = frame.start else { return Ok(Joined::Whole(frame)) };
        let key = PacketKey { station: frame.station, function: frame.function, direction: frame.direction };
        let numbers = (part.number, part.total);
        let body = std::mem::take(&mut frame.body);
        let joined = match self.0.add(key, numbers, body.clone(), now) {
            Err(Reason::PartConflict { number: 1, .. }) => {
                self.0.give_up(&key);
                self.0.add(key, numbers, body, now)?
            }
            joined => joined?,
        };
        Ok(match joined {
            Joined::Whole(parts) => Joined::Whole(Frame { start: Some(Start::Whole), body: parts.concat(), ..frame }),
            Joined::Missing(missing) => Joined::Missing(missing),
            Joined::Again => Joined::Again,
        })
    }

    /// What waits.
    #[must_use]
    pub fn waiting(&self) -> &Parts<PacketKey, Vec<u8>> {
        &self.0
    }

    /// The same, to give up what waits.
    pub fn waiting_mut(&mut self) -> &mut Parts<PacketKey, Vec<u8>> {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sl651::frame::{Control, Part};

    fn part(number: u16, total: u16, body: &[u8]) -> Frame {
        Frame {
            direction: Direction::Up,
            centre: 1,
            station: [0, 0, 0, 0, 1],
            password: 0,
            function: 0x36,
            start: Some(Start::Part(Part { total, number })),
            body: body.to_vec(),
            end: if number == total { Control::LastText } else { Control::MoreText },
        }
    }

    #[test]
    fn joins() {
        let mut packets = Packets::default();
        let first = [0, 7, 0x25, 1, 2, 3, 4, 5, 0xF1, 0xF1, 0, 0, 0, 0, 1, b'K', 0xF3, 0xF3, 0xD8];
        assert_eq!(packets.add(part(1, 3, b"old"), 0), Ok(Joined::Missing(2)));
        assert_eq!(packets.add(part(2, 3, &[0xFF]), 0), Ok(Joined::Missing(1)));
        // The station begins anew.
        assert_eq!(packets.add(part(1, 3, &first), 0), Ok(Joined::Missing(2)));
        assert_eq!(packets.add(part(3, 3, &[0xD9]), 0), Ok(Joined::Missing(1)));
        assert_eq!(packets.add(part(3, 3, &[0xD9]), 0), Ok(Joined::Again));
        let Ok(Joined::Whole(whole)) = packets.add(part(2, 3, &[0xFF]), 0) else { panic!("not whole") };
        let report = whole.report().unwrap();
        assert_eq!((report.serial, report.attached), (7, Some((0xF3, &[0xD8, 0xFF, 0xD9][..]))));
        assert_eq!((packets.waiting().len(), packets.waiting().dropped()), (0, 1));
        assert_eq!(part(1, 3, b"x").report(), Err(Reason::Fragment));
        let plain = Frame { start: Some(Start::Whole), ..part(1, 1, b"x") };
        assert_eq!(packets.add(plain.clone(), 0), Ok(Joined::Whole(plain)));
    }
}
