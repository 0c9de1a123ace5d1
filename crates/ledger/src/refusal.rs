//! Why a command is not carried out: what, where and what to do.

use crate::Two;
use crate::command::Confirmation;

/// What sort of refusal it is; the outside answers differently to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// Not allowed to this account.
    NotAllowed,
    /// Something given is wrong.
    Invalid,
    /// The task's state does not allow it.
    State,
    /// Odd, but possible: asked back once, carried out when confirmed.
    AskBack(Confirmation),
}

/// A command refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message.zh)]
pub struct Refusal {
    /// The sort.
    pub kind: RefusalKind,
    /// A stable name for programs.
    pub code: &'static str,
    /// The field it is about, when it is about one.
    pub field: Option<&'static str>,
    /// For people: what is wrong and what to do.
    pub message: Two,
}

impl Refusal {
    pub(crate) fn not_allowed(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind: RefusalKind::NotAllowed, code, field: None, message: Two::new(zh, en) }
    }

    pub(crate) fn invalid(
        code: &'static str,
        field: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { kind: RefusalKind::Invalid, code, field: Some(field), message: Two::new(zh, en) }
    }

    pub(crate) fn state(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind: RefusalKind::State, code, field: None, message: Two::new(zh, en) }
    }

    pub(crate) fn ask(what: Confirmation, field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind: RefusalKind::AskBack(what), code: what.name(), field: Some(field), message: Two::new(zh, en) }
    }
}
