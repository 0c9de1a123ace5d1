//! Facilities: put, listed, found.

use super::Instruments;
use super::desk::Job;
use crate::error::PlatformError;
use tingzhou_city::{Facility, FacilityDef, FacilityId, Moment, ScenarioId, TypeId};
use tingzhou_ledger::Actor;

/// Facilities put in one transaction.
const AT_ONCE: usize = 2_000;
/// Most facilities of a page.
const MOST_LISTED: usize = 1_000;

/// Which facilities. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacilityFilter {
    /// Of this type.
    pub facility_type: Option<TypeId>,
    /// Of this scenario.
    pub scenario: Option<ScenarioId>,
    /// Those that are there at this instant.
    pub at: Option<Moment>,
}

impl FacilityFilter {
    pub(super) fn holds(&self, facility: &Facility) -> bool {
        self.facility_type.as_ref().is_none_or(|of| of == &facility.facility_type)
            && self.scenario.as_ref().is_none_or(|of| Some(of) == facility.scenario.as_ref())
            && self.at.is_none_or(|at| facility.exists(at))
    }
}

/// A part of the list of facilities.
#[derive(Clone, Debug, PartialEq)]
pub struct FacilityPage {
    /// By name, at most 1,000.
    pub facilities: Vec<Facility>,
    /// How many there are in all.
    pub total: usize,
}

impl Instruments {
    /// Puts facilities: new ones, and known ones described anew. Each property of a type that is observed gets a series. All
    /// of them are put, or, from the first 2,000 with a mistake on, none. Tells how many were new or different.
    ///
    /// # Errors
    /// When the account is not of the supervision office, something is wrong with a facility ([`PlatformError::Mistakes`]),
    /// its type is another than before, or the store does not answer.
    pub async fn put_facilities(&self, actor: &Actor, facilities: Vec<FacilityDef>) -> Result<usize, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        self.put_all(actor.account.as_str(), facilities).await
    }

    /// Those of the city's pack that are not there yet. One that is there may have been described anew since.
    pub(super) async fn put_those_of_the_pack(&self) -> Result<(), PlatformError> {
        let missing: Vec<FacilityDef> = {
            let memory = self.core.memory();
            let all = self.core.pack.facilities.iter();
            all.filter(|def| memory.facility(&def.id).is_none()).cloned().collect()
        };
        self.put_all("installation", missing).await.map(drop)
    }

    async fn put_all(&self, actor: &str, facilities: Vec<FacilityDef>) -> Result<usize, PlatformError> {
        let mut put = 0;
        for some in facilities.chunks(AT_ONCE) {
            let (actor, facilities) = (actor.to_owned(), some.to_vec());
            put += self.ask(|answer| Job::Put { actor, facilities, answer }).await?;
        }
        Ok(put)
    }

    /// Facilities by name, `limit` (held to 1,000) of them from the one at place `offset` on.
    #[must_use]
    pub fn facilities(&self, filter: &FacilityFilter, offset: usize, limit: usize) -> FacilityPage {
        let memory = self.core.memory();
        let known = memory.by_id.values().filter_map(|place| memory.known.get(*place));
        let found: Vec<&Facility> = known.map(|known| &known.facility).filter(|one| filter.holds(one)).collect();
        let page = found.iter().skip(offset).take(limit.min(MOST_LISTED));
        FacilityPage { facilities: page.map(|one| Facility::clone(one)).collect(), total: found.len() }
    }

    /// A facility by its name.
    #[must_use]
    pub fn facility(&self, id: &FacilityId) -> Option<Facility> {
        self.core.memory().facility(id).map(|known| known.facility.clone())
    }
}
