//! Which format a document is in.

use crate::document::Document;
use crate::error::DocumentError;
use crate::html;
use crate::text;

/// Reads a document in any format known here.
///
/// # Errors
/// [`DocumentError`] naming what is wrong, where, and what to do.
pub fn open(bytes: &[u8]) -> Result<Document, DocumentError> {
    let decoded = text::decode(bytes)?;
    if html::is_html(&decoded.text) {
        return html::open(&decoded.text, decoded.encoded);
    }
    Ok(Document::plain(decoded.text, decoded.encoded))
}
