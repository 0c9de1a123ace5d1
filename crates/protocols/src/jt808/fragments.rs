//! Messages in several frames, put together again.

use super::frame::{Edition, Frame, Terminal};
use super::message::Whole;
use crate::Reason;
use crate::parts::{Joined, PartLimits, Parts};

/// What all parts of a message have in common. Their serial numbers follow each other, so that the first one's is known
/// from any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FragmentKey {
    /// Whose the message is.
    pub terminal: Terminal,
    /// The edition of its frames.
    pub edition: Edition,
    /// How its body is encrypted.
    pub encryption: u8,
    /// The kind of message.
    pub id: u16,
    /// Serial number of its first frame.
    pub first: u16,
}

/// Messages of one connection that wait for parts.
#[derive(Debug)]
pub struct Fragments(Parts<FragmentKey, Vec<u8>>);

impl Default for Fragments {
    fn default() -> Self {
        Self::new(PartLimits::default())
    }
}

impl Fragments {
    /// Nothing waits yet.
    #[must_use]
    pub fn new(limits: PartLimits) -> Self {
        Self(Parts::new(limits))
    }

    /// Takes a frame; one without parts is whole by itself.
    ///
    /// # Errors
    /// As [`Parts::add`].
    pub fn add(&mut self, frame: Frame, now: u64) -> Result<Joined<Whole>, Reason> {
        let Some(part) = frame.part else { return Whole::try_from(frame).map(Joined::Whole) };
        let first = frame.serial.wrapping_sub(part.number.wrapping_sub(1));
        let Frame { id, edition, encryption, terminal, body, .. } = frame;
        let key = FragmentKey { terminal, edition, encryption, id, first };
        Ok(match self.0.add(key, (part.number, part.total), body, now)? {
            Joined::Whole(parts) => {
                Joined::Whole(Whole { id, edition, encryption, terminal, serial: first, body: parts.concat() })
            }
            Joined::Missing(missing) => Joined::Missing(missing),
            Joined::Again => Joined::Again,
        })
    }

    /// What waits; [`super::answer::resend`] asks for what is missing of a message that has stalled.
    #[must_use]
    pub fn waiting(&self) -> &Parts<FragmentKey, Vec<u8>> {
        &self.0
    }

    /// The same, to give up what waits.
    pub fn waiting_mut(&mut self) -> &mut Parts<FragmentKey, Vec<u8>> {
        &mut self.0
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
    fn joins() {
        let mut fragments = Fragments::default();
        // Serial numbers begin anew after 65,535.
        assert_eq!(fragments.add(part(65_535, 3, 3, b"c"), 0), Ok(Joined::Missing(2)));
        assert_eq!(fragments.add(part(20, 1, 2, b"x"), 0), Ok(Joined::Missing(1)));
        assert_eq!(fragments.add(part(65_535, 1, 3, b"a"), 5), Ok(Joined::Missing(1)));
        assert_eq!(fragments.add(part(65_535, 1, 3, b"a"), 5), Ok(Joined::Again));
        let Ok(Joined::Whole(whole)) = fragments.add(part(65_535, 2, 3, b"b"), 9) else { panic!("not whole") };
        assert_eq!((whole.serial, &whole.body[..]), (65_535, &b"abc"[..]));
        assert_eq!((fragments.waiting().len(), fragments.waiting().bytes()), (1, 1));
        let Ok(Joined::Whole(one)) = fragments.add(part(7, 1, 1, b"x"), 9) else { panic!("not whole") };
        assert_eq!(one.body, b"x");
        assert_eq!(fragments.add(part(7, 0, 3, b"x"), 9), Err(Reason::OutOfRange { field: "part" }));
    }
}
