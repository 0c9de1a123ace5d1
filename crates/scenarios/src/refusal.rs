//! Why something given is not computed with: where, what, and what to do.

use crate::Two;

/// An input refused. Nothing was computed from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {}", message.en)]
pub struct Refusal {
    /// A stable name for programs.
    pub code: &'static str,
    /// Where it is: a field of what was given.
    pub place: String,
    /// For people: what is wrong and what to do.
    pub message: Two,
}

impl Refusal {
    pub(crate) fn new(
        code: &'static str,
        place: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { code, place: place.into(), message: Two::new(zh, en) }
    }
}
