//! Why a text could not be read as a report.

use thiserror::Error;

/// Why a text could not be read. Each message says what is missing and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Nothing but white space.
    #[error("the text is empty: give the full text of the report")]
    Empty,
    /// No number anywhere.
    #[error(
        "there is no number in the {characters} characters of the text: a work report names its targets in numbers; check that the body was extracted and not only a cover or images"
    )]
    NoNumber {
        /// How many characters the text has.
        characters: usize,
    },
    /// Headings and page numbers, but no sentence with a statement.
    #[error(
        "the text holds only a table of contents ({headings} headings up to byte {end}, no sentence that states anything): give the pages that follow it"
    )]
    OnlyContents {
        /// How many headings were found.
        headings: usize,
        /// Where the last of them ends.
        end: usize,
    },
}
