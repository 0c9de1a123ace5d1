//! The city's instruments at work: what they say is taken in, kept, watched and handed out.
//!
//! Everything that changes something goes through one desk (`desk.rs`), a task that takes what has come, commits it in
//! one transaction, and only then shows it and answers. Reading goes by memory (latest values, alarms) or by the store
//! with what of the journal is in memory (history).

mod alarms;
mod desk;
mod devices;
mod facilities;
mod heads;
mod history;
mod intake;
mod load;
mod memory;
mod pack;
mod past;
mod seal;
mod wiring;

pub use alarms::{AlarmFigures, AlarmFilter, AlarmPage, AlarmView};
pub use devices::{Device, DeviceFilter};
pub use facilities::{FacilityFilter, FacilityPage};
pub use history::{RawHistory, Rollups};
pub use intake::{Arriving, Ingested};
pub use pack::{DeviceDef, InstrumentPack};
pub use past::PastAlarms;
pub use wiring::{Pointed, Span, Topic, Wire, Wiring, scale};

use crate::clock::Clock;
use crate::error::PlatformError;
use crate::platform::Platform;
use desk::Job;
use devices::Devices;
use memory::{Memory, Rules};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tingzhou_city::{Catalogue, FacilityId, Moment, PropertyId, Sample, SeriesNo, TypeId};
use tingzhou_ledger::CityId;
use tingzhou_store::{AlarmEventRow, Store, StoreError};
use tokio::sync::{broadcast, mpsc};

/// Changes a slow listener may be behind; it is told when it has missed some.
const CHANGES: usize = 1_024;
/// Callers waiting for the desk; more than that wait at the door.
const WAITING: usize = 1_024;

/// A latest value.
#[derive(Clone, Debug, PartialEq)]
pub struct Latest {
    /// Of which facility.
    pub facility: FacilityId,
    /// Of which of its properties.
    pub property: PropertyId,
    /// The value, with its time and quality.
    pub sample: Sample,
}

/// Something that is different now, durably.
#[derive(Clone, Debug)]
pub enum Change {
    /// These values are the latest now; of one series perhaps several, in order.
    Latest(Arc<[Latest]>),
    /// This happened to alarms.
    Alarms(Arc<[AlarmEventRow]>),
    /// Facilities were put.
    Facilities,
    /// An order or a drill at this facility was opened, moved or ended.
    Order(FacilityId),
}

struct Core {
    store: Store,
    city: CityId,
    clock: Clock,
    rules: Rules,
    pack: InstrumentPack,
    memory: RwLock<Memory>,
    devices: Mutex<Devices>,
    heads: Mutex<heads::Heads>,
    changes: broadcast::Sender<Change>,
    /// Held for writing while rows move from the journal to chunks, for reading by whoever needs both.
    moving: Arc<tokio::sync::RwLock<()>>,
    /// Whoever seals.
    sealing: tokio::sync::Mutex<()>,
    /// Figures of alarms that were counted lately.
    figures: tokio::sync::Mutex<Vec<alarms::Held>>,
    /// Whether everything whose term is over was looked for since the start.
    forgotten: AtomicBool,
}

impl Core {
    fn memory(&self) -> RwLockReadGuard<'_, Memory> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn memory_mut(&self) -> RwLockWriteGuard<'_, Memory> {
        self.memory.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        self.clock.now().into()
    }
}

/// The instruments of a city. Cloning is cheap and shares everything.
#[derive(Clone)]
pub struct Instruments {
    core: Arc<Core>,
    jobs: mpsc::Sender<Job>,
}

impl Instruments {
    /// Opens the instruments of a city: loads who they are, replays the journal and the alarms.
    pub(crate) async fn open(platform: &Platform) -> Result<Self, PlatformError> {
        let pack = platform.pack().instruments.clone();
        let damaged =
            |mistakes: Vec<tingzhou_city::Mistake>| StoreError::Damaged { table: "pack", why: pack::words(&mistakes) };
        let catalogue = Catalogue::new(pack.types.clone()).map_err(damaged)?;
        let book = pack.book(&catalogue).map_err(damaged)?;
        let core = Arc::new(Core {
            store: platform.store().clone(),
            city: platform.city().clone(),
            clock: platform.clock().clone(),
            rules: Rules { catalogue, book },
            pack,
            memory: RwLock::default(),
            devices: Mutex::default(),
            heads: Mutex::default(),
            changes: broadcast::Sender::new(CHANGES),
            moving: Arc::default(),
            sealing: tokio::sync::Mutex::default(),
            figures: tokio::sync::Mutex::default(),
            forgotten: AtomicBool::default(),
        });
        let devices = load::devices(&core).await?;
        *core.devices.lock().unwrap_or_else(PoisonError::into_inner) = devices;
        let desk = desk::Desk::open(Arc::clone(&core)).await?;
        let (jobs, waiting) = mpsc::channel(WAITING);
        tokio::spawn(desk.work(waiting));
        let instruments = Self { core, jobs };
        instruments.put_those_of_the_pack().await?;
        instruments.adopt_those_of_the_pack().await?;
        Ok(instruments)
    }

    /// What kinds of facilities there are.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.core.rules.catalogue
    }

    /// What the codes of instruments mean here.
    #[must_use]
    pub fn wiring(&self) -> &Wiring {
        &self.core.pack.wiring
    }

    /// What time it is in the city, as observations have it.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.core.now()
    }

    /// The series of a property of a facility; none when either is not known or the property is not observed.
    #[must_use]
    pub fn series(&self, facility: &FacilityId, property: &PropertyId) -> Option<SeriesNo> {
        self.core.memory().find(facility, property)
    }

    /// The facility and property of a series.
    #[must_use]
    pub fn series_of(&self, series: SeriesNo) -> Option<(FacilityId, PropertyId)> {
        let memory = self.core.memory();
        let line = memory.line(series)?;
        Some((memory.known.get(line.facility)?.facility.id.clone(), line.property.clone()))
    }

    /// The latest value of each property of a facility, in the order of its type; properties never observed are left out.
    #[must_use]
    pub fn latest(&self, facility: &FacilityId) -> Vec<(PropertyId, Sample)> {
        let memory = self.core.memory();
        let own = memory.facility(facility).map(|known| known.series.as_slice()).unwrap_or_default();
        let lines = own.iter().filter_map(|no| memory.line(*no));
        lines.filter_map(|line| Some((line.property.clone(), line.latest?))).collect()
    }

    /// The latest values of all facilities of a type, in the order the facilities were put.
    #[must_use]
    pub fn latest_of_type(&self, facility_type: &TypeId) -> Vec<(FacilityId, PropertyId, Sample)> {
        let memory = self.core.memory();
        let places = memory.by_type.get(facility_type).map(Vec::as_slice).unwrap_or_default();
        let mut found = Vec::with_capacity(places.len());
        for known in places.iter().filter_map(|place| memory.known.get(*place)) {
            for line in known.series.iter().filter_map(|no| memory.line(*no)) {
                if let Some(sample) = line.latest {
                    found.push((known.facility.id.clone(), line.property.clone(), sample));
                }
            }
        }
        found
    }

    /// What is different from now on: latest values and alarms, each once it is durable. Who is too slow is told how many
    /// changes it missed, and looks anew.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.core.changes.subscribe()
    }

    pub(crate) fn tell_orders(&self, facility: FacilityId) {
        // Nobody may be listening.
        let _ = self.core.changes.send(Change::Order(facility));
    }

    /// Stored rows that could not be read since the instruments were opened, in words, at most 1,000.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.core.memory().faults.clone()
    }

    /// Samples that are in the journal and in no chunk yet.
    #[must_use]
    pub fn unsealed(&self) -> usize {
        self.core.memory().unsealed
    }

    /// How many samples are sealed, and how many bytes their chunks take. Looks at every chunk, so it is for measuring.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sealed_size(&self) -> Result<(u64, u64), PlatformError> {
        Ok(self.core.store.sealed_size(&self.core.city).await?)
    }

    async fn ask<T>(&self, job: impl FnOnce(desk::Answer<T>) -> Job) -> Result<T, PlatformError> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.jobs.send(job(answer)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

impl Platform {
    /// The city's instruments, opened at the first call.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn instruments(&self) -> Result<Instruments, PlatformError> {
        self.opened().get_or_try_init(|| Instruments::open(self)).await.cloned()
    }
}
