//! Who does something.

use crate::case::Case;
use crate::definition::Definition;
use crate::ids::{ActorId, PartyId, RoleId};
use serde::{Deserialize, Serialize};

/// Someone acting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who.
    pub id: ActorId,
    /// Roles that go with the account, in every case.
    pub roles: Vec<RoleId>,
    /// For whom, when for a unit or an applicant: the roles this party has in a case are the actor's too.
    pub party: Option<PartyId>,
}

impl Actor {
    /// The first of some roles that this actor has in a case; `None` for a case not yet opened.
    ///
    /// A role given case by case never goes with an account, and the other way round.
    #[must_use]
    pub fn first_of<'a>(
        &self,
        wanted: &'a [RoleId],
        definition: &Definition,
        case: Option<&Case>,
    ) -> Option<&'a RoleId> {
        wanted.iter().find(|role| {
            let given_by_case = definition.roles.iter().any(|r| r.party && &r.id == *role);
            if !given_by_case {
                return self.roles.contains(role);
            }
            let parties = case.and_then(|case| case.parties.get(*role));
            parties.zip(self.party.as_ref()).is_some_and(|(parties, own)| parties.contains(own))
        })
    }
}
