//! To whom something is told.

use crate::actor::Actor;
use crate::ids::{LeaderId, UnitId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// To whom something is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Audience {
    /// The supervision office.
    Office,
    /// A unit.
    Unit(UnitId),
    /// A leading post.
    Leader(LeaderId),
}

impl Audience {
    /// What someone signed in belongs to.
    #[must_use]
    pub fn of(actor: &Actor) -> Option<Self> {
        if actor.role.supervises() {
            return Some(Self::Office);
        }
        let unit = actor.unit.clone().map(Self::Unit);
        unit.or_else(|| actor.leader.clone().map(Self::Leader))
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Office => f.write_str("office"),
            Self::Unit(unit) => write!(f, "unit:{unit}"),
            Self::Leader(leader) => write!(f, "leader:{leader}"),
        }
    }
}

impl From<Audience> for String {
    fn from(audience: Audience) -> Self {
        audience.to_string()
    }
}

impl TryFrom<String> for Audience {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let unknown = || format!("“{text}” names nobody: use office, unit:ID or leader:ID");
        match text.split_once(':') {
            None if text == "office" => Ok(Self::Office),
            Some(("unit", id)) => UnitId::new(id).map(Self::Unit).map_err(|_| unknown()),
            Some(("leader", id)) => LeaderId::new(id).map(Self::Leader).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it stands")]
mod tests {
    use super::Audience;

    #[test]
    fn written_and_read_again() {
        for text in ["office", "unit:education", "leader:mayor"] {
            assert_eq!(Audience::try_from(text.to_owned()).unwrap().to_string(), text);
        }
        for text in ["", "Office", "unit:", "unit:a b", "people:all"] {
            assert!(Audience::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
