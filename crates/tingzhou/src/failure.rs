//! What the command line says when it cannot do what was asked.

use std::fmt;
use std::process::ExitCode;
use tingzhou_platform::{PackError, PlatformError, StoreError};

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was given is wrong: exit code 2.
    Input(String),
    /// Something failed: exit code 1.
    Failed(anyhow::Error),
}

impl Failure {
    /// Wrong input about one thing, such as a file.
    pub(crate) fn about(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self::Input(format!("{what}: {why}"))
    }

    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Input(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(words) => f.write_str(words),
            Self::Failed(error) => write!(f, "{error:#}"),
        }
    }
}

impl From<PlatformError> for Failure {
    fn from(error: PlatformError) -> Self {
        match error {
            PlatformError::Store(error) => error.into(),
            other => Self::Input(other.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Url { .. } | StoreError::NotEmpty { .. } | StoreError::Folder { .. } => {
                Self::Input(error.to_string())
            }
            other => Self::Failed(other.into()),
        }
    }
}

impl From<PackError> for Failure {
    fn from(error: PackError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}
