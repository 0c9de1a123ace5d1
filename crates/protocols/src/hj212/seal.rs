//! Encrypted content of HJ 212-2025 (6.4): SM4 in ECB mode without padding over what stands between `CP=&&` and `&&`.
//! A tail under 16 bytes stays plain. The checksum is computed before the encryption.

use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// Bytes SM4 takes at once.
pub const BLOCK: usize = 16;

/// A station's key, 16 bytes.
#[derive(Clone)]
pub struct Key(Sm4);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// A key from its bytes.
    #[must_use]
    pub fn new(bytes: [u8; BLOCK]) -> Self {
        Self(Sm4::new(&Array::from(bytes)))
    }

    /// Encrypts whole blocks; a tail under 16 bytes stays as it is.
    #[must_use]
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        self.blocks(plain, |block| self.0.encrypt_block(block))
    }

    /// Decrypts whole blocks; a tail under 16 bytes stays as it is.
    #[must_use]
    pub fn open(&self, sealed: &[u8]) -> Vec<u8> {
        self.blocks(sealed, |block| self.0.decrypt_block(block))
    }

    fn blocks(&self, bytes: &[u8], each: impl Fn(&mut Array<u8, sm4::cipher::consts::U16>)) -> Vec<u8> {
        let (blocks, tail) = bytes.as_chunks::<BLOCK>();
        let mut out = Vec::with_capacity(bytes.len());
        for block in blocks {
            let mut block = Array::from(*block);
            each(&mut block);
            out.extend_from_slice(&block);
        }
        out.extend_from_slice(tail);
        out
    }
}

/// How encrypted content stands on the line. The standard prints it in hexadecimal digits and counts it as plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealing {
    /// As it is.
    Plain,
    /// Encrypted, as bytes in place of the text: as long as the text was.
    Bytes,
    /// Encrypted, each block as 32 hexadecimal digits, with the plain tail after them.
    Hex,
}

/// How this content of a data packet of HJ 212-2025 stands on the line.
///
/// Plain content is printable and its first 32 characters hold a `=`. A block of encrypted bytes is printable once in
/// ten million times, so that each whole block has a byte that is not; a single garbled byte in plain content does not
/// make it look encrypted.
#[must_use]
pub fn sealing(content: &[u8]) -> Sealing {
    let (blocks, _) = content.as_chunks::<BLOCK>();
    let is_sealed = |block: &[u8; BLOCK]| !block.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if !blocks.is_empty() && blocks.iter().all(is_sealed) {
        Sealing::Bytes
    } else if blocks.len() > 1 && from_hex(content).is_some() {
        Sealing::Hex
    } else {
        Sealing::Plain
    }
}

/// The hexadecimal digits of leading whole blocks as bytes, then the tail. `length` is that of the plain text.
///
/// Nothing when the digits do not fill whole blocks.
#[must_use]
pub fn from_hex(content: &[u8]) -> Option<Vec<u8>> {
    // The tail may itself look like digits, so the number of blocks follows from the length: 32 a block and under 16.
    let blocks = content.len() / (2 * BLOCK);
    let (digits, tail) = content.split_at(blocks * 2 * BLOCK);
    if tail.len() >= BLOCK {
        return None;
    }
    let mut out = Vec::with_capacity(content.len());
    for pair in digits.as_chunks::<2>().0 {
        let value = |digit: u8| char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok());
        out.push((value(pair[0])? << 4) | value(pair[1])?);
    }
    out.extend_from_slice(tail);
    Some(out)
}

/// Whole blocks as upper-case hexadecimal digits, then the tail.
#[must_use]
pub fn to_hex(sealed: &[u8]) -> Vec<u8> {
    let (blocks, tail) = sealed.as_chunks::<BLOCK>();
    let mut out = Vec::with_capacity(sealed.len() * 2);
    for byte in blocks.as_flattened() {
        out.extend(format!("{byte:02X}").bytes());
    }
    out.extend_from_slice(tail);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ciphers_own_example() {
        // GB/T 32907-2016, annex A, example 1: the text is the key.
        let text = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10];
        let key = Key::new(text);
        assert_eq!(to_hex(&key.seal(&text)), b"681EDF34D206965E86B3E94F536E4246");
        assert_eq!(key.open(&key.seal(&text)), text);
    }

    #[test]
    fn a_tail_stays_plain() {
        let key = Key::new([b'0'; 16]);
        let plain = b"DataTime=20240520210600;a01011-Rtd=1";
        let sealed = key.seal(plain);
        assert_eq!(&sealed[32..], b"td=1");
        assert_eq!(key.open(&sealed), plain);
        assert_eq!(from_hex(&to_hex(&sealed)), Some(sealed));
        assert_eq!(from_hex(&[b'0'; 48]), None);
        assert_eq!(from_hex(&[b'x'; 32]), None);
    }

    #[test]
    fn tells_how_it_stands() {
        let key = Key::new([7; 16]);
        let check = |content: &[u8], expected: Sealing| assert_eq!(sealing(content), expected);
        let plain = b"DataTime=20240520210600;a01011-Rtd=1.35,a01011-Flag=N";
        check(plain, Sealing::Plain);
        check(b"", Sealing::Plain);
        check(b"QnRtn=1", Sealing::Plain);
        check(b"DataTime=2024\x8020210600;a01011-Rtd=1.35", Sealing::Plain);
        check(&key.seal(plain), Sealing::Bytes);
        check(&to_hex(&key.seal(plain)), Sealing::Hex);
    }
}
