//! A web page to text: the article, without what a site puts around it.
//!
//! The article is the innermost element that holds nearly all sentences of the page. Within it, lines that are mostly
//! links and the site's own lines (print, close, share) are left out. No site's markup is asked for by name.
//!
//! The page is walked tag by tag, without building a tree: building one as browsers do takes time that grows with the
//! square of the depth.

mod crowded;
mod line;
mod page;

use crate::document::{Document, Format, LONGEST_ROW, Paragraphs, row};
use crate::error::DocumentError;
use crate::text::Encoded;
use page::Page;

/// Whether text is a web page.
pub(crate) fn is_html(text: &str) -> bool {
    let start = text.trim_start();
    let until = start.char_indices().nth(1_000).map_or(start.len(), |(at, _)| at);
    let start = start.get(..until).unwrap_or_default().to_ascii_lowercase();
    let begins = start.starts_with('<');
    begins && ["<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<p "].iter().any(|tag| start.contains(tag))
}

/// A web page's article.
///
/// # Errors
/// [`DocumentError::Wordless`] when the page has no article, [`DocumentError::Replaced`] when it was damaged before.
pub(crate) fn open(text: &str, encoded: Encoded) -> Result<Document, DocumentError> {
    if let Some(at) = crowded::crowded(text) {
        let why = format!(
            "the tag at byte {at} has more attributes than any page's; copy the report's text and give it as TXT"
        );
        return Err(DocumentError::Wordless { format: "HTML", why });
    }
    let page = Page::walk(text);
    let Some(article) = page.article() else { return Err(page.nothing()) };
    let mut out = Paragraphs::new(Format::Html(encoded));
    // A title often stands above the article, in an element of its own.
    let title = page.lines.iter().take(article.start).rfind(|line| line.level == 1 && !line.is_sites());
    let within = page.lines.get(article).unwrap_or_default();
    if let Some(title) = title.filter(|title| !within.iter().any(|line| line.level == 1 || line.text == title.text)) {
        out.push(&title.marked(), None)?;
    }
    let mut rest = within;
    while let Some(first) = rest.first() {
        let held = rest.iter().take_while(|line| first.cell.row > 0 && line.cell.row == first.cell.row).count();
        let (lines, after) = rest.split_at(held.max(1));
        rest = after;
        let cells = lines.chunk_by(|one, next| one.cell == next.cell);
        let letters: usize = lines.iter().map(|line| line.letters).sum();
        if cells.clone().count() > 1 && letters <= LONGEST_ROW {
            let cells = cells.map(|cell| cell.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "));
            out.push(&row(cells), None)?;
            continue;
        }
        for line in lines.iter().filter(|line| !line.is_sites()) {
            out.push(&line.marked(), None)?;
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests;
