//! Names of things. Each is its own type, so that a state is never passed where a clock is meant.

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
    /// A matter (事项): a kind of case.
    MatterId;
    /// A case (办件) of a city.
    CaseId;
    /// A state of a matter.
    StateId;
    /// A transition of a matter.
    TransitionId;
    /// A clock (时限) of a matter.
    ClockId;
    /// A pause of a clock: the rule by which time is not counted.
    PauseId;
    /// A role in a matter.
    RoleId;
    /// A field of a matter.
    FieldId;
    /// A material (材料) of a matter.
    MaterialId;
    /// A reminder of a matter.
    ReminderId;
    /// Who takes part in a case: a unit or an applicant.
    PartyId;
    /// Someone acting.
    ActorId;
}
