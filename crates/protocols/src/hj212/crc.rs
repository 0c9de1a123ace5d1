//! The checksum of HJ 212: annex A of the standard.

use crate::crc_table::TABLE;

/// The checksum of a segment. It is not the one of Modbus: the register's high byte, not its low byte, meets the next
/// byte of text, so its low byte is lost at each step.
#[must_use]
pub fn crc(segment: &[u8]) -> u16 {
    segment.iter().fold(0xFFFF, |crc, byte| {
        let [high, _] = crc.to_be_bytes();
        // The register becomes (high byte) xor (text), which may be any byte, and is shifted eight times.
        TABLE[usize::from(high ^ byte)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the standard writes it down.
    fn by_the_letter(segment: &[u8]) -> u16 {
        let mut crc = 0xFFFF_u16;
        for byte in segment {
            crc = (crc >> 8) ^ u16::from(*byte);
            for _ in 0..8 {
                let low = crc & 1;
                crc >>= 1;
                if low == 1 {
                    crc ^= 0xA001;
                }
            }
        }
        crc
    }

    #[test]
    fn the_standards_example() {
        let segment =
            "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&";
        assert_eq!(crc(segment.as_bytes()), 0x1C80);
    }

    #[test]
    fn the_table_is_the_letter() {
        let bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        for start in 0..bytes.len() {
            assert_eq!(crc(&bytes[start..]), by_the_letter(&bytes[start..]), "{start}");
        }
        assert_eq!(crc(b""), 0xFFFF);
    }
}
