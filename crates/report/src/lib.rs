//! Reads a Chinese government work report: text to sections, clauses and statements.
//!
//! ```
//! let text = "一、2025年重点工作\n\n改造老旧小区 8 个，一般公共预算收入增长10%左右。";
//! let reading = tingzhou_report::read(text)?;
//! assert_eq!(reading.statements.len(), 2);
//! assert_eq!(reading.statements[0].subject.words(text).as_deref(), Some("老旧小区"));
//! # Ok::<(), tingzhou_report::ReadError>(())
//! ```
//!
//! Nothing here knows the time, opens a file or keeps state: the same text always gives the same reading, in time that
//! grows with its length. All places are byte offsets into the text as delivered.

mod clause;
mod error;
mod explain;
mod format;
mod glossary;
mod glyph;
mod grammar;
mod items;
mod layout;
mod lexicon;
mod numeral;
mod quantity;
mod reader;
mod rules;
mod section;
#[doc(hidden)]
pub mod stages;
pub mod types;
mod words;

pub use error::ReadError;
pub use explain::explain;
pub use format::{Stands, csv, guarded, items_tsv, jsonl, table, terms_tsv};
pub use glossary::{Term, glossary};
pub use items::{Item, items};
pub use quantity::parse_quantity;
pub use reader::read;
pub use rules::{RULES, meaning};
pub use types::{
    Bound, Clause, Confidence, Direction, Due, Field, LeftOut, Phrase, Quantity, Reading, Reason, Reasons, Role,
    Section, SectionKind, Set, Span, Statement,
};
pub use words::plain_words;
