//! A document's text with the place of each paragraph.

use crate::error::{DocumentError, LARGEST};
use crate::text::Encoded;

/// What a document was delivered as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text or Markdown, with its encoding.
    Text(Encoded),
    /// A web page.
    Html(Encoded),
    /// Office Open XML (ECMA-376, ISO/IEC 29500).
    Docx,
    /// PDF (ISO 32000).
    Pdf,
    /// OFD (GB/T 33190-2016).
    Ofd,
}

impl Format {
    /// Its usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text(_) => "TXT",
            Self::Html(_) => "HTML",
            Self::Docx => "DOCX",
            Self::Pdf => "PDF",
            Self::Ofd => "OFD",
        }
    }
}

/// Where a paragraph of the text stands in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The paragraph's first byte in [`Document::text`].
    pub at: usize,
    /// The page it begins on, from 1; none where the format has no pages.
    pub page: Option<u32>,
    /// The paragraph, from 1, counted through the document.
    pub paragraph: u32,
}

/// A document read whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The text. Plain text is as delivered; from every other format each paragraph is one line.
    pub text: String,
    /// What it was delivered as.
    pub format: Format,
    /// Where its paragraphs stand, in the text's order.
    pub places: Vec<Place>,
}

impl Document {
    /// The place of the paragraph that holds this byte of the text.
    #[must_use]
    pub fn place(&self, at: usize) -> Option<Place> {
        place_of(&self.places, at)
    }

    /// Plain text as delivered: a line with words is a paragraph.
    pub(crate) fn plain(text: String, encoded: Encoded) -> Self {
        let mut places = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !line.trim().is_empty() {
                let paragraph = u32::try_from(places.len()).unwrap_or(u32::MAX).saturating_add(1);
                places.push(Place { at, page: None, paragraph });
            }
            at += line.len();
        }
        Self { text, format: Format::Text(encoded), places }
    }
}

/// The place of the paragraph that holds this byte; `places` are in the order of the text.
#[must_use]
pub fn place_of(places: &[Place], at: usize) -> Option<Place> {
    let after = places.partition_point(|place| place.at <= at);
    after.checked_sub(1).and_then(|last| places.get(last)).copied()
}

/// Whether a letter is set without spaces around it: a line break beside it is none.
pub(crate) fn is_wide(c: char) -> bool {
    c >= '\u{2E80}' || matches!(c, '“' | '”' | '‘' | '’' | '—' | '…' | '·')
}

/// A table's row with more characters is a page laid out in a table, not a table.
pub(crate) const LONGEST_ROW: usize = 400;

/// A table's row as a line, its cells parted as in Markdown.
pub(crate) fn row(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// Gathers paragraphs to a document, and holds the limits that all formats share.
pub(crate) struct Paragraphs {
    document: Document,
}

impl Paragraphs {
    pub(crate) fn new(format: Format) -> Self {
        Self { document: Document { text: String::new(), format, places: Vec::new() } }
    }

    /// Adds a paragraph, without line breaks of its own; one without words is left out.
    ///
    /// # Errors
    /// When the text has grown beyond [`LARGEST`], or holds a replacement character.
    pub(crate) fn push(&mut self, paragraph: &str, page: Option<u32>) -> Result<(), DocumentError> {
        let words = paragraph.trim();
        if words.is_empty() {
            return Ok(());
        }
        let document = &mut self.document;
        let line = document.places.len() + 1;
        let at = document.text.len();
        if let Some(inside) = words.find('\u{FFFD}') {
            let damaged = DocumentError::Replaced { at: at + inside, line };
            return Err(page.map_or(damaged, |page| DocumentError::Wordless {
                format: document.format.name(),
                why: format!(
                    "page {page}, paragraph {line} holds the replacement character U+FFFD: the text was damaged by an \
                     earlier conversion; give the document it was made from"
                ),
            }));
        }
        if at + words.len() >= LARGEST {
            return Err(DocumentError::TooLarge { size: (at + words.len()) as u64 });
        }
        document.places.push(Place { at, page, paragraph: u32::try_from(line).unwrap_or(u32::MAX) });
        document.text.extend(words.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
        document.text.push('\n');
        Ok(())
    }

    /// The document, when it has words.
    pub(crate) fn finish(self) -> Result<Document, DocumentError> {
        if self.document.places.is_empty() { Err(DocumentError::Empty) } else { Ok(self.document) }
    }
}
