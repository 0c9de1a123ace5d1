//! Names of things. Each is its own type, so that a unit is never passed where a task is meant.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not an identifier: use 1 to 64 of a-z, A-Z, 0-9, '-', '_' and '.'")]
pub struct IdError {
    /// What was given, shortened.
    pub text: String,
}

fn valid(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps a text.
            ///
            /// # Errors
            /// [`IdError`] when it is empty, longer than 64 bytes or holds anything but `a-zA-Z0-9-_.`.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                if valid(&text) { Ok(Self(text)) } else { Err(IdError { text: text.chars().take(80).collect() }) }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A city: the tenant every row belongs to.
    CityId;
    /// A document under review.
    DraftId;
    /// An adopted report of a city.
    ReportId;
    /// A task of a city.
    TaskId;
    /// A unit (单位) of a city's government.
    UnitId;
    /// A leading post (分管领导), never a person's name.
    LeaderId;
    /// One of the fields of work a report is divided into.
    AreaId;
    /// Someone who can sign in.
    AccountId;
    /// One piece of evidence.
    EvidenceId;
    /// One objection to what is said of a task.
    ObjectionId;
    /// One key project.
    ProjectId;
    /// One address notices are sent to.
    SubscriptionId;
    /// One finding of a report, named by its kind and words.
    FindingId;
}

impl FindingId {
    /// From the hash of what it says: 32 hexadecimal digits.
    pub(crate) fn of(hash: u128) -> Self {
        Self(format!("{hash:032x}"))
    }
}
