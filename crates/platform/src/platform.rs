//! A city at work: its store, its pack, its clock.

use crate::clock::Clock;
use crate::error::PlatformError;
use crate::instruments::Instruments;
use crate::matters::{Matters, changed_without_version};
use crate::measures;
use crate::orders::{Boards, Tended};
use crate::pack::Pack;
use crate::scenarios::Scenarios;
use crate::snapshot::Snapshot;
use std::sync::{Arc, PoisonError, RwLock};
use tingzhou_calendar::Calendar;
use tingzhou_cases::Definition;
use tingzhou_ledger::{CityId, Event};
use tingzhou_store::{Commit, Store, StoreError};

const PACK: &str = "city";

struct Inner {
    store: Store,
    city: CityId,
    pack: Pack,
    clock: Clock,
    matters: Matters,
    calendar: Calendar,
    cache: RwLock<Option<Arc<Snapshot>>>,
    building: tokio::sync::Mutex<()>,
    instruments: tokio::sync::OnceCell<Instruments>,
    tended: Tended,
    boards: Boards,
    scenarios: Scenarios,
}

fn matters_of(pack: &Pack, kept: &[Definition]) -> Result<Matters, PlatformError> {
    Matters::of(&pack.matters, kept).map_err(|why| StoreError::Damaged { table: "matter", why }.into())
}

/// A city at work. Cloning it is cheap and shares everything.
#[derive(Clone)]
pub struct Platform {
    inner: Arc<Inner>,
}

impl Platform {
    /// Founds a city from its pack.
    ///
    /// # Errors
    /// When the store holds the city already, or does not answer.
    pub async fn found(store: Store, pack: Pack, clock: Clock) -> Result<Self, PlatformError> {
        let city = pack.city.clone();
        if store.cities().await?.iter().any(|c| c.id == city) {
            return Err(PlatformError::Exists { what: format!("city {city}") });
        }
        let mut commit = Commit::new(&city, clock.now(), "installation");
        commit.found_city(&pack.name.zh);
        commit.put_pack(PACK, &serde_json::to_string(&pack).map_err(StoreError::from)?);
        commit.event(city.as_str(), Event::CityFounded { city: city.clone(), name: pack.name.zh.clone() });
        measures::brought(&mut commit, &pack.measures, &[], clock.now())?;
        let matters = matters_of(&pack, &[])?;
        store.commit(commit).await?;
        Ok(Self::new(store, pack, clock, matters))
    }

    /// Opens a city of the store: the one named, or the only one.
    ///
    /// # Errors
    /// When there is no such city, several and none named, or the store does not answer.
    pub async fn open(store: Store, city: Option<&CityId>, clock: Clock) -> Result<Self, PlatformError> {
        let cities = store.cities().await?;
        let found = match (city, cities.as_slice()) {
            (Some(city), all) => all.iter().find(|c| &c.id == city).map(|c| c.id.clone()),
            (None, [only]) => Some(only.id.clone()),
            (None, _) => None,
        };
        let Some(found) = found else {
            let names: Vec<&str> = cities.iter().map(|c| c.id.as_str()).collect();
            let what = city.map_or_else(|| "city chosen".to_owned(), |c| format!("city {c}"));
            return Err(PlatformError::NotFound { what: format!("{what} (the store holds: {})", names.join(", ")) });
        };
        let body = store.pack(&found, PACK).await?;
        let body = body.ok_or_else(|| PlatformError::NotFound { what: format!("pack of city {found}") })?;
        let pack =
            serde_json::from_str(&body).map_err(|e| StoreError::Damaged { table: "pack", why: e.to_string() })?;
        let matters = matters_of(&pack, &store.matters(&found).await?)?;
        Ok(Self::new(store, pack, clock, matters))
    }

    fn new(store: Store, pack: Pack, clock: Clock, matters: Matters) -> Self {
        let inner = Inner {
            city: pack.city.clone(),
            store,
            scenarios: Scenarios::of(&pack.scenarios),
            pack,
            clock,
            matters,
            calendar: Calendar::national(),
            cache: RwLock::new(None),
            building: tokio::sync::Mutex::new(()),
            instruments: tokio::sync::OnceCell::new(),
            tended: Tended::default(),
            boards: Boards::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Takes another pack from now on: names, units, rules and thresholds. Adopted tasks stay as they are.
    ///
    /// # Errors
    /// When it is another city's pack, changes a matter without raising its version, or the store does not answer.
    pub async fn replace_pack(&self, pack: Pack) -> Result<Self, PlatformError> {
        if &pack.city != self.city() {
            return Err(PlatformError::NotFound {
                what: format!("pack of city {} (this is {})", self.city(), pack.city),
            });
        }
        let kept = self.store().matters(self.city()).await?;
        if let Some(why) = changed_without_version(&pack.matters, &kept) {
            return Err(PlatformError::File(why));
        }
        let matters = matters_of(&pack, &kept)?;
        let mut commit = Commit::new(self.city(), self.clock().now(), "installation");
        commit.put_pack(PACK, &serde_json::to_string(&pack).map_err(StoreError::from)?);
        let latest = self.store().measures(self.city(), measures::MOST_MEASURES).await?;
        measures::brought(&mut commit, &pack.measures, &latest, self.clock().now())?;
        self.store().commit(commit).await?;
        Ok(Self::new(self.store().clone(), pack, self.clock().clone(), matters))
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The city.
    #[must_use]
    pub fn city(&self) -> &CityId {
        &self.inner.city
    }

    /// What the city brought.
    #[must_use]
    pub fn pack(&self) -> &Pack {
        &self.inner.pack
    }

    /// The city's time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Which days are worked.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.inner.calendar
    }

    pub(crate) fn matters(&self) -> &Matters {
        &self.inner.matters
    }

    pub(crate) fn opened(&self) -> &tokio::sync::OnceCell<Instruments> {
        &self.inner.instruments
    }

    pub(crate) fn tended(&self) -> &Tended {
        &self.inner.tended
    }

    pub(crate) fn boards(&self) -> &Boards {
        &self.inner.boards
    }

    pub(crate) fn scenarios(&self) -> &Scenarios {
        &self.inner.scenarios
    }

    pub(crate) fn building(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.building
    }

    pub(crate) fn cached(&self, fresh: impl Fn(&Snapshot) -> bool) -> Option<Arc<Snapshot>> {
        self.inner.cache.read().unwrap_or_else(PoisonError::into_inner).as_ref().filter(|s| fresh(s)).cloned()
    }

    pub(crate) fn forget(&self) {
        *self.inner.cache.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn keep(&self, snapshot: Arc<Snapshot>) {
        *self.inner.cache.write().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
    }
}
