//! The checksum of SL 651: CRC-16 of Modbus, high byte first on the line.

const TABLE: [u16; 256] = table();

const fn table() -> [u16; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "i is below 256")]
        let mut crc = i as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
}

/// The checksum of everything from 7E 7E to the ending control character.
#[must_use]
pub fn crc(bytes: &[u8]) -> u16 {
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
