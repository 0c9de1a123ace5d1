//! PDF with text (ISO 32000-1) to text.
//!
//! The words are those the fonts name: by `ToUnicode`, by the predefined CMaps of simplified Chinese (`UniGB-UCS2`,
//! `UniGB-UTF16`, `GBK-EUC`, `GB-EUC`, `GBK2K`), or by the encodings of single bytes. A font that names its glyphs by
//! number only, a picture of a page, and text laid invisibly over a picture by a machine that guessed it are refused with
//! their pages.

mod cmap;
mod content;
mod font;
mod objects;

use crate::document::{Document, Format, Paragraphs};
use crate::error::DocumentError;
use crate::lines::{body, paragraphs};
use crate::scan::{listed, scanned};
use content::{Matrix, Walker};
use lopdf::{Dictionary, LoadOptions, Object, ObjectId};
use objects::resolved;
use std::collections::BTreeSet;

/// Most pages read.
const MOST_PAGES: usize = 2_000;

/// Largest stream once unpacked, in bytes.
const LARGEST_STREAM: usize = 32 * 1024 * 1024;

/// Page trees are this deep at most.
const DEEPEST: usize = 64;

fn refused(why: String) -> DocumentError {
    DocumentError::Wordless { format: "PDF", why }
}

/// What a page, or the nodes above it, say for a key.
fn inherited<'d>(doc: &'d lopdf::Document, page: ObjectId, key: &[u8]) -> Option<&'d Object> {
    let mut node = doc.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST {
        if let Ok(found) = node.get(key) {
            return Some(resolved(doc, found));
        }
        node = resolved(doc, node.get(b"Parent").ok()?).as_dict().ok()?;
    }
    None
}

/// Turns a page upright.
fn upright(doc: &lopdf::Document, page: ObjectId) -> Matrix {
    let turn = inherited(doc, page, b"Rotate").and_then(|own| own.as_i64().ok()).unwrap_or(0);
    let turned: &[f64] = match turn.rem_euclid(360) {
        90 => &[0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
        180 => &[-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
        270 => &[0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
        _ => return Matrix::ONE,
    };
    Matrix::of(turned).unwrap_or(Matrix::ONE)
}

/// What a page draws with.
fn resources(doc: &lopdf::Document, page: ObjectId) -> Option<&Dictionary> {
    inherited(doc, page, b"Resources").and_then(|own| own.as_dict().ok())
}

/// The text of a PDF.
///
/// # Errors
/// [`DocumentError::Wordless`] naming the pages and what to do; [`DocumentError::Replaced`] for damaged words.
pub(crate) fn open(bytes: &[u8]) -> Result<Document, DocumentError> {
    let options = LoadOptions { max_decompressed_size: Some(LARGEST_STREAM), ..LoadOptions::default() };
    let doc = lopdf::Document::load_mem_with_options(bytes, options).map_err(|error| {
        refused(format!("it is damaged or half of it is missing ({error}); copy it again from where it came"))
    })?;
    if doc.is_encrypted() {
        return Err(refused("it needs a password; save it without one and give that".to_owned()));
    }
    let pages: Vec<ObjectId> = doc.page_iter().take(MOST_PAGES + 1).collect();
    if pages.len() > MOST_PAGES {
        return Err(refused(format!("it has more than {MOST_PAGES} pages; give the report alone")));
    }
    let mut walker = Walker::new(&doc);
    for (number, page) in (1_u32..).zip(&pages) {
        if walker.shown.too_much.is_some() {
            break;
        }
        let content = doc.get_page_content_with_limit(*page, LARGEST_STREAM);
        let content = content.map_err(|error| refused(format!("page {number} cannot be unpacked ({error})")))?;
        walker.page(number, &content, resources(&doc, *page), upright(&doc, *page));
    }
    let shown = walker.shown;
    if let Some(what) = shown.too_much {
        return Err(refused(format!("{what}; print it to PDF again or give the report as DOCX")));
    }
    if !shown.unknown.is_empty() {
        let pages = shown.unknown.iter().map(|(page, _)| *page).collect();
        let fonts: BTreeSet<&str> = shown.unknown.iter().map(|(_, font)| font.as_str()).take(3).collect();
        let fonts = fonts.into_iter().collect::<Vec<_>>().join(", ");
        return Err(refused(format!(
            "page {} has letters the file does not name (font {fonts}); give the document it was made from, or DOCX",
            listed(&pages)
        )));
    }
    let lines = body(shown.pieces);
    let pictures = shown.pictures.union(&shown.invisible).copied().collect();
    if let Some(why) = scanned(&lines, pictures, pages.len()) {
        return Err(refused(why));
    }
    let mut out = Paragraphs::new(Format::Pdf);
    paragraphs(&lines, &mut out)?;
    out.finish()
}

#[cfg(test)]
mod tests;
