//! Why a document is refused.

/// Largest document read, in bytes. The longest report known here has 72 KB.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// Why a document cannot be read: what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Nothing in it.
    #[error("the file is empty (0 bytes of text); give the report as DOCX, PDF with text, OFD, HTML or TXT")]
    Empty,
    /// Larger than [`LARGEST`].
    #[error(
        "the file has {size} bytes, more than the {LARGEST} a report can have; give the report alone, without pictures or annexed books"
    )]
    TooLarge {
        /// Its size in bytes; at least this much when reading stopped early.
        size: u64,
    },
    /// In a format that is not read here.
    #[error("the file is {what}, not text (byte {at}); give the report as DOCX, PDF with text, OFD, HTML or TXT")]
    Binary {
        /// What it looks like.
        what: &'static str,
        /// The first byte that shows it, from 0.
        at: usize,
    },
    /// Text in no known encoding.
    #[error(
        "byte {at} (line {line}) is valid in neither UTF-8 nor GB18030; the file is damaged or half of it is missing: export it again as UTF-8"
    )]
    Undecodable {
        /// The byte, from 0.
        at: usize,
        /// Its line, from 1.
        line: usize,
    },
    /// Text that was decoded wrongly before it came here.
    #[error(
        "line {line} holds the replacement character U+FFFD (byte {at}): the text was damaged by an earlier conversion; export the original again"
    )]
    Replaced {
        /// The byte, from 0.
        at: usize,
        /// Its line, from 1.
        line: usize,
    },
    /// A document that can be opened, but whose words cannot be had.
    #[error("{format}: {why}")]
    Wordless {
        /// The format's name.
        format: &'static str,
        /// What was found instead, where, and what to do.
        why: String,
    },
}
