//! Who does something, and as what.

use crate::ids::{AccountId, UnitId};
use serde::{Deserialize, Serialize};

/// What an account may do. The public needs no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountRole {
    /// Runs the installation: accounts, adoption, everything a supervisor may.
    Admin,
    /// The supervision office: adopts, assigns, checks, adjusts, closes.
    Supervisor,
    /// A unit that answers for tasks: files evidence for its own.
    Unit,
}

impl AccountRole {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Supervisor => "supervisor",
            Self::Unit => "unit",
        }
    }

    /// Whether it may do the supervision office's work.
    #[must_use]
    pub fn supervises(self) -> bool {
        matches!(self, Self::Admin | Self::Supervisor)
    }
}

/// Someone acting: the account, its role and, for a unit's account, the unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// Its role.
    pub role: AccountRole,
    /// The unit it files for.
    pub unit: Option<UnitId>,
}
