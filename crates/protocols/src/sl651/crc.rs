//! The checksum of SL 651: CRC-16 of Modbus, high byte first on the line.

use crate::crc_table::TABLE;

#[cfg(test)]
thread_local! {
    /// How many bytes checksums were computed of.
    pub(super) static COMPUTED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The checksum of everything from 7E 7E to the ending control character.
#[must_use]
pub fn crc(bytes: &[u8]) -> u16 {
    #[cfg(test)]
    COMPUTED.set(COMPUTED.get() + bytes.len());
    bytes.iter().fold(0xFFFF, |crc, byte| {
        let [high, low] = crc.to_be_bytes();
        TABLE[usize::from(low ^ byte)] ^ u16::from(high)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // The check value of CRC-16/MODBUS in the catalogues.
        assert_eq!(crc(b"123456789"), 0x4B37);
        assert_eq!(crc(b""), 0xFFFF);
    }
}
