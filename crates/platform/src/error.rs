//! Why a use case did not happen, for whoever answers outside.

use crate::snapshot::TaskView;
use tingzhou_documents::DocumentError;
use tingzhou_ledger::{IdError, Refusal};
use tingzhou_report::ReadError;
use tingzhou_store::StoreError;

/// Most mistakes told in one text.
const MOST_TOLD: usize = 20;

fn words(mistakes: &[tingzhou_city::Mistake]) -> String {
    let told = mistakes.iter().take(MOST_TOLD).map(|mistake| format!("{}: {}", mistake.place, mistake.message.zh));
    told.collect::<Vec<_>>().join("\n")
}

/// Why a use case did not happen. Nothing was stored then.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// A rule refuses it; the refusal says what to do.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The rules of a case refuse it; the refusal says what to do.
    #[error("{0}")]
    CaseRefused(#[from] tingzhou_cases::Refusal),
    /// The life of an alarm refuses it; the refusal says what to do.
    #[error("{0}")]
    AlarmRefused(#[from] tingzhou_city::alarm::Refusal),
    /// Something is wrong with facilities that were given; each mistake has its place.
    #[error("{}", words(.0))]
    Mistakes(Vec<tingzhou_city::Mistake>),
    /// Somebody else changed the task first. Nothing typed is lost: the caller still holds it.
    #[error("the task was changed meanwhile: version {expected} was given, it is at version {}", current.task.version)]
    Conflict {
        /// The version the command was based on.
        expected: u64,
        /// The task as it is now.
        current: Box<TaskView>,
    },
    /// Somebody else changed the draft first.
    #[error("the draft was changed meanwhile: version {expected} was given, it is at version {current}")]
    DraftConflict {
        /// The version the command was based on.
        expected: u64,
        /// The version it has now.
        current: u64,
    },
    /// Somebody else changed the key project first.
    #[error("the project was changed meanwhile: it is at version {current}")]
    ProjectConflict {
        /// The version it has now.
        current: u64,
    },
    /// There is no such thing.
    #[error("there is no {what}")]
    NotFound {
        /// What was asked for.
        what: String,
    },
    /// Not signed in, or the name or password is wrong.
    #[error("the name or the password is wrong")]
    SignInFailed,
    /// Not allowed to this account.
    #[error("this account may not do that")]
    NotAllowed,
    /// The key was used before for another request.
    #[error("the idempotency key was used before for another request; use a new key")]
    KeyReused,
    /// A file is too large or of a type that is not taken.
    #[error("{0}")]
    File(String),
    /// Something given is not an identifier.
    #[error(transparent)]
    Id(#[from] IdError),
    /// Something given is not an identifier of cases.
    #[error(transparent)]
    CaseId(#[from] tingzhou_cases::IdError),
    /// The document cannot be decoded.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The text cannot be read as a report.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is there already.
    #[error("{what} exists already")]
    Exists {
        /// What.
        what: String,
    },
    /// A password could not be hashed or made.
    #[error("passwords cannot be handled: {0}")]
    Password(String),
    /// The store.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for PlatformError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Exists { what } => Self::Exists { what },
            StoreError::Missing { what } => Self::NotFound { what },
            other => Self::Store(other),
        }
    }
}
