//! The field Flag: which edition, whether split, whether an answer is wanted (HJ 212-2017 and -2025, 6.3.3).

/// The edition of the standard that a packet says it follows: bits 2 to 7 of Flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edition {
    /// HJ/T 212-2005, or no Flag at all.
    Of2005,
    /// HJ 212-2017.
    Of2017,
    /// HJ 212-2025.
    Of2025,
    /// A number no edition has yet.
    Other(u8),
}

/// The field Flag, 0 to 255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PacketFlag(pub u8);

impl PacketFlag {
    /// The edition the packet follows.
    #[must_use]
    pub fn edition(self) -> Edition {
        match self.0 >> 2 {
            0 => Edition::Of2005,
            1 => Edition::Of2017,
            2 => Edition::Of2025,
            other => Edition::Other(other),
        }
    }

    /// Bit D: the segment is split and has PNUM and PNO.
    #[must_use]
    pub fn is_split(self) -> bool {
        self.0 & 0b10 != 0
    }

    /// Bit A: the sender wants an answer.
    #[must_use]
    pub fn wants_answer(self) -> bool {
        self.0 & 0b01 != 0
    }

    /// The Flag of an answer: the same edition, not split, asking for nothing.
    #[must_use]
    pub fn of_answer(self) -> Self {
        Self(self.0 & !0b11)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits() {
        let check = |flag: u8, edition: Edition, split: bool, answer: bool| {
            let flag = PacketFlag(flag);
            assert_eq!((flag.edition(), flag.is_split(), flag.wants_answer()), (edition, split, answer), "{flag:?}");
        };
        check(0, Edition::Of2005, false, false);
        check(3, Edition::Of2005, true, true);
        check(4, Edition::Of2017, false, false);
        check(5, Edition::Of2017, false, true);
        check(7, Edition::Of2017, true, true);
        check(8, Edition::Of2025, false, false);
        check(9, Edition::Of2025, false, true);
        check(11, Edition::Of2025, true, true);
        check(255, Edition::Other(63), true, true);
        assert_eq!(PacketFlag(11).of_answer(), PacketFlag(8));
    }
}
