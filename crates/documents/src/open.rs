//! Which format a document is in.

use crate::container::Container;
use crate::document::Document;
use crate::error::{DocumentError, LARGEST};
use crate::{docx, html, ofd, pdf, text};

/// What other containers hold, by a folder of theirs.
const OTHERS: &[(&str, &str)] = &[
    ("xl/", "it is a spreadsheet (XLSX), not a report; give the report as DOCX, HTML or TXT"),
    ("ppt/", "it is a presentation (PPTX), not a report; give the report as DOCX, HTML or TXT"),
    ("content.xml", "it is an OpenDocument text (ODT); save it as DOCX and give that"),
];

/// Reads a document in any format known here. The format is known from the bytes.
///
/// # Errors
/// [`DocumentError`] naming what is wrong, where, and what to do.
pub fn open(bytes: &[u8]) -> Result<Document, DocumentError> {
    if bytes.len() > LARGEST {
        return Err(DocumentError::TooLarge { size: bytes.len() as u64 });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let mut container = Container::open(bytes, "ZIP")?;
        if let Some(part) = docx::main_part(&mut container)? {
            return docx::open(container, &part);
        }
        if ofd::is_ofd(&container) {
            return ofd::open(container);
        }
        let other = OTHERS.iter().find(|(folder, _)| container.has_folder(folder));
        let why = other.map_or("it holds no document; unpack it and give the report alone", |(_, why)| why);
        return Err(container.refusal(why.to_owned()));
    }
    // The mark may stand behind a few bytes of whoever sent it.
    if bytes.get(..1_024).unwrap_or(bytes).windows(5).any(|five| five == b"%PDF-") {
        return pdf::open(bytes);
    }
    let decoded = text::decode(bytes)?;
    if html::is_html(&decoded.text) {
        return html::open(&decoded.text, decoded.encoded);
    }
    Ok(Document::plain(decoded.text, decoded.encoded))
}
