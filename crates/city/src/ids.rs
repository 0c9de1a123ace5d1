//! Names of things. Each is its own type, so that a property is never passed where a facility is meant.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Why a text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not an identifier: use 1 to 96 of a-z, A-Z, 0-9, '-', '_', '.' and ':'")]
pub struct IdError {
    /// What was given, shortened.
    pub text: String,
}

fn valid(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    (1..=96).contains(&text.len()) && text.bytes().all(allowed)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and wraps a text. Copies share it.
            ///
            /// # Errors
            /// [`IdError`] when it is empty, longer than 96 bytes or holds anything but `a-zA-Z0-9-_.:`.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                if valid(&text) { Ok(Self(text.into())) } else { Err(IdError { text: text.chars().take(80).collect() }) }
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
                id.0.as_ref().to_owned()
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
    /// A facility (设施) of a city; a URN fits.
    FacilityId;
    /// A facility type (设施类型).
    TypeId;
    /// A property (属性) of a facility type.
    PropertyId;
    /// A retention class (保存期限): how long observations are kept.
    RetentionId;
    /// An application scenario (应用场景).
    ScenarioId;
    /// An alarm rule (告警规则).
    RuleId;
}

/// The number of a series (序列): one property of one facility, under a short name that a city gives once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeriesNo(pub u32);

impl fmt::Display for SeriesNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
