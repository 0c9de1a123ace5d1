//! Plain text and Markdown: which encoding, and every byte decoded or refused.

use crate::error::{DocumentError, LARGEST};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// The encoding a document came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoded {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16 with a byte order mark.
    Utf16,
    /// GB18030 (and so GBK and GB 2312).
    Gb18030,
}

impl Encoded {
    /// Its usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Gb18030 => "GB18030",
        }
    }
}

/// A document's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, without byte order mark; otherwise as delivered.
    pub text: String,
    /// What it was encoded in.
    pub encoded: Encoded,
}

const MAGIC: [(&[u8], &str); 8] = [
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP container (DOCX, XLSX, OFD …)"),
    (b"\xD0\xCF\x11\xE0", "an old Office document (DOC, XLS, WPS) or one with a password"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xFF\xD8\xFF", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"\x7FELF", "a program"),
];

/// Decodes a document.
///
/// # Errors
/// [`DocumentError`] naming what is wrong, the byte and line, and what to do.
pub fn decode(bytes: &[u8]) -> Result<Text, DocumentError> {
    if bytes.len() > LARGEST {
        return Err(DocumentError::TooLarge { size: bytes.len() as u64 });
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(DocumentError::Binary { what, at: 0 });
    }
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let body = bytes.get(mark..).unwrap_or_default();
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    if !wide && let Some(at) = body.iter().position(|b| is_binary(*b)) {
        return Err(DocumentError::Binary { what: "binary data", at: mark + at });
    }
    let (text, encoded) = if wide {
        let text = encoding
            .decode_without_bom_handling_and_without_replacement(body)
            .ok_or(DocumentError::Undecodable { at: mark, line: 1 })?;
        (text.into_owned(), Encoded::Utf16)
    } else {
        match std::str::from_utf8(body) {
            Ok(text) => (text.to_owned(), Encoded::Utf8),
            Err(error) => (gb18030(body, error.valid_up_to(), mark)?, Encoded::Gb18030),
        }
    };
    if text.trim().is_empty() {
        return Err(DocumentError::Empty);
    }
    if let Some(at) = text.find('\u{FFFD}') {
        return Err(DocumentError::Replaced { at: mark + at, line: line_of(text.as_bytes(), at) });
    }
    Ok(Text { text, encoded })
}

/// Control bytes that no text holds: NUL and the C0 controls but tab, line feed, form feed and carriage return.
fn is_binary(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x0C | b'\r')
}

/// GB18030, unless the bytes look like UTF-8 with a broken place: then that place is named instead of guessing.
fn gb18030(body: &[u8], utf8_until: usize, mark: usize) -> Result<String, DocumentError> {
    let undecodable = |at: usize| DocumentError::Undecodable { at: mark + at, line: line_of(body, at) };
    let beyond_ascii = body.get(..utf8_until).unwrap_or_default().iter().filter(|b| !b.is_ascii()).count();
    if mark > 0 || beyond_ascii >= 24 {
        return Err(undecodable(utf8_until));
    }
    let decoded = GB18030
        .decode_without_bom_handling_and_without_replacement(body)
        .ok_or_else(|| undecodable(utf8_until))?
        .into_owned();
    // Any bytes decode to something in GB18030; a report decodes to Chinese.
    let letters = decoded.chars().filter(|c| !c.is_ascii()).count();
    let chinese = decoded.chars().filter(|c| matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}' | '“' | '”' | '—')).count();
    if chinese * 10 < letters * 9 { Err(undecodable(utf8_until)) } else { Ok(decoded) }
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.get(..at).unwrap_or_default().iter().filter(|b| **b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORDS: &str = "改造老旧小区 8 个，新增车位 1100 个。";

    #[test]
    fn encodings() {
        let check = |bytes: &[u8], encoded: Encoded| {
            let got = decode(bytes).unwrap();
            assert_eq!((got.text.as_str(), got.encoded), (WORDS, encoded));
        };
        check(WORDS.as_bytes(), Encoded::Utf8);
        check(&[b"\xEF\xBB\xBF", WORDS.as_bytes()].concat(), Encoded::Utf8);
        check(&GB18030.encode(WORDS).0, Encoded::Gb18030);
        let wide: Vec<u8> =
            std::iter::once(0xFEFF_u16).chain(WORDS.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        check(&wide, Encoded::Utf16);
    }

    #[test]
    fn refusals_name_the_place() {
        let check = |bytes: &[u8], expected: DocumentError| assert_eq!(decode(bytes), Err(expected));
        check(b"", DocumentError::Empty);
        check(b" \n\t", DocumentError::Empty);
        check(b"%PDF-1.7 ...", DocumentError::Binary { what: "a PDF document", at: 0 });
        check(b"abc\0def", DocumentError::Binary { what: "binary data", at: 3 });
        check(&vec![b'a'; LARGEST + 1], DocumentError::TooLarge { size: LARGEST as u64 + 1 });
        check("一\n二\u{FFFD}".as_bytes(), DocumentError::Replaced { at: 7, line: 2 });
        let broken = [WORDS.as_bytes(), b"\n", &WORDS.as_bytes()[..10], b"\xFF", WORDS.as_bytes()].concat();
        check(&broken, DocumentError::Undecodable { at: WORDS.len() + 10, line: 2 });
    }

    proptest! {
        #[test]
        fn never_panics_and_never_lets_a_replacement_in(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(text) = decode(&bytes) {
                prop_assert!(!text.text.contains('\u{FFFD}'), "a replacement character was let in");
            }
        }

        #[test]
        fn every_text_survives_utf8_and_gb18030(text in "[一-龥，。0-9a-z]{1,80}") {
            prop_assert_eq!(decode(text.as_bytes()).unwrap().text, text);
        }
    }
}
