//! Why a command is not carried out: what, where and what to do.

use crate::Two;
use crate::case::Step;

/// What sort of refusal it is; the outside answers differently to each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// Not allowed to this actor.
    NotAllowed,
    /// Something given is wrong.
    Invalid,
    /// The case's state, or a clock's, does not allow it.
    State,
    /// The case has changed since the version the command was based on.
    Stale {
        /// What changed, oldest first.
        changed: Vec<Step>,
    },
}

/// A command refused. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message.zh)]
pub struct Refusal {
    /// The sort.
    pub kind: RefusalKind,
    /// A stable name for programs.
    pub code: &'static str,
    /// The field, material, party or clock it is about, when it is about one.
    pub field: Option<String>,
    /// For people: what is wrong and what to do.
    pub message: Two,
}

impl Refusal {
    pub(crate) fn new(
        kind: RefusalKind,
        code: &'static str,
        field: Option<&str>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { kind, code, field: field.map(str::to_owned), message: Two::new(zh, en) }
    }

    pub(crate) fn state(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::State, code, None, zh, en)
    }

    pub(crate) fn invalid(code: &'static str, field: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, code, Some(field), zh, en)
    }
}
