//! Who does something, and as what.

use crate::ids::{AccountId, LeaderId, UnitId};
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
    /// A leading post: sees what it answers for, approves more time and suspension.
    Leader,
}

impl AccountRole {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Supervisor => "supervisor",
            Self::Unit => "unit",
            Self::Leader => "leader",
        }
    }

    /// All.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Supervisor, Self::Unit, Self::Leader];

    /// Whether it may do the supervision office's work.
    #[must_use]
    pub fn supervises(self) -> bool {
        matches!(self, Self::Admin | Self::Supervisor)
    }
}

/// Someone acting: the account, its role and, for a unit's account, the unit, for a leader's, the post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// Its role.
    pub role: AccountRole,
    /// The unit it files for.
    pub unit: Option<UnitId>,
    /// The leading post it acts for.
    pub leader: Option<LeaderId>,
}
