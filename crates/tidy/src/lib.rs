//! The rules of the house as checks, so that no one has to remember them.
//!
//! Every rule is a function from text to findings and is tried on a small bad example next to it; `tests/tree.rs` runs
//! all of them over the repository. Nothing depends on this crate and it depends on no other crate of the house.

pub mod docs;
pub mod http;
pub mod layers;
pub mod leftovers;
pub mod pure;
pub mod rust;
pub mod shape;
pub mod sql;
pub mod tables;
pub mod tree;
pub mod wording;
pub mod words;

/// Something a rule objects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl Finding {
    /// A finding at a line.
    #[must_use]
    pub fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

#[cfg(test)]
pub(crate) fn lines(findings: &[Finding]) -> Vec<usize> {
    findings.iter().map(|f| f.line).collect()
}
