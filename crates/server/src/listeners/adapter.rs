//! The city's instruments as an intake: which device is whose by the platform, which code is what by the pack's wiring.

use super::intake::{Channel, Channels, Ingested, Intake, Known, Protocol, Unavailable};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tingzhou_platform::city::{FacilityId, Moment};
use tingzhou_platform::{Arriving, Instruments, Topic, Wire, scale};

/// Devices whose channels are remembered.
const MOST_REMEMBERED: usize = 100_000;
/// Devices in quarantine of which frames are shown.
const MOST_SHOWN: usize = 1_000;
/// Frames shown of each.
const HEADS: usize = 3;
/// Reasons counted where nobody knows whose the bytes were.
const MOST_REASONS: usize = 256;

/// An address with the protocol it is of.
type Address = (Protocol, Box<str>);

#[derive(Default)]
struct State {
    channels: HashMap<Address, (FacilityId, Arc<Channels>)>,
    heads: BTreeMap<Address, Vec<Vec<u8>>>,
    nobodys: BTreeMap<(Protocol, &'static str), u64>,
}

/// The instruments behind every listener. Cloning it is cheap and shares everything.
#[derive(Clone)]
pub(crate) struct Hub {
    instruments: Instruments,
    state: Arc<Mutex<State>>,
}

impl Hub {
    pub(crate) fn new(instruments: Instruments) -> Self {
        Self { instruments, state: Arc::default() }
    }

    /// The beginnings of frames of a device in quarantine, at most three.
    pub(crate) fn heads(&self, protocol: &str, address: &str) -> Vec<Vec<u8>> {
        let Some(protocol) = Protocol::of(protocol) else { return Vec::new() };
        self.state().heads.get(&(protocol, address.into())).cloned().unwrap_or_default()
    }

    /// What was refused where nobody knows whose it was: protocol, reason, how often.
    pub(crate) fn nobodys(&self) -> Vec<(Protocol, &'static str, u64)> {
        self.state().nobodys.iter().map(|((protocol, reason), count)| (*protocol, *reason, *count)).collect()
    }

    /// The topics of the pack.
    pub(crate) fn topics(&self) -> &[Topic] {
        &self.instruments.wiring().mqtt
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose a device's values are. A broker's topics may name facilities themselves.
    fn owner(&self, protocol: Protocol, address: &str) -> Option<FacilityId> {
        if let Some(facility) = self.instruments.known(protocol.code(), address) {
            return Some(facility);
        }
        let itself = (protocol == Protocol::Mqtt).then(|| FacilityId::new(address).ok()).flatten();
        itself.filter(|facility| self.instruments.facility(facility).is_some())
    }

    fn channels(&self, protocol: Protocol, address: &str, facility: &FacilityId) -> Channels {
        let mut channels = Channels::default();
        let Some(described) = self.instruments.facility(facility) else { return channels };
        let Some(of) = self.instruments.catalogue().find(&described.facility_type) else { return channels };
        let mut put = |wire: &Wire| {
            let series = self.instruments.series(facility, &wire.property);
            if let (Some(series), Some(scale)) = (series, scale(of, &wire.property, wire.unit.as_deref())) {
                channels.put(wire.of, &wire.code, Channel { series, scale });
            }
        };
        let wiring = self.instruments.wiring();
        let wires = match protocol {
            Protocol::Hj212 => &wiring.hj212,
            Protocol::Sl651 => &wiring.sl651,
            Protocol::Jt808 => &wiring.jt808,
            Protocol::Mqtt => {
                // Messages name properties, and topics say in which unit.
                for property in of.properties() {
                    put(&named(property.id()));
                }
                for topic in &wiring.mqtt {
                    for value in &topic.values {
                        put(&Wire { unit: value.unit.clone(), code: topic.code(value), ..named(&value.property) });
                    }
                }
                return channels;
            }
        };
        wires.iter().filter(|wire| wire.address.is_none()).for_each(&mut put);
        wires.iter().filter(|wire| wire.address.as_deref() == Some(address)).for_each(put);
        channels
    }
}

/// A property under its own name, in its own unit.
fn named(property: &tingzhou_platform::city::PropertyId) -> Wire {
    Wire {
        code: property.as_str().to_owned(),
        of: tingzhou_platform::Span::Now,
        property: property.clone(),
        unit: None,
        address: None,
    }
}

impl Intake for Hub {
    async fn known(&self, protocol: Protocol, address: &str) -> Known {
        let key = (protocol, Box::from(address));
        let Some(facility) = self.owner(protocol, address) else {
            self.instruments.quarantine(protocol.code(), address);
            return Known::Quarantined;
        };
        if let Some((of, channels)) = self.state().channels.get(&key)
            && *of == facility
        {
            return Known::Adopted(Arc::clone(channels));
        }
        let channels = Arc::new(self.channels(protocol, address, &facility));
        let mut state = self.state();
        if state.channels.len() >= MOST_REMEMBERED {
            state.channels.clear();
        }
        state.heads.remove(&key);
        state.channels.insert(key, (facility, Arc::clone(&channels)));
        Known::Adopted(channels)
    }

    async fn ingest(&self, batch: Vec<Arriving>) -> Result<Ingested, Unavailable> {
        let ingested = self.instruments.ingest(batch).await.map_err(|error| Unavailable(error.to_string()))?;
        let refused = ingested.refused.iter().map(|(place, reason)| (*place, reason.code())).collect();
        Ok(Ingested { refused, refused_in_all: ingested.refused_in_all })
    }

    fn held_back(&self, protocol: Protocol, address: &str, head: &[u8]) {
        let mut state = self.state();
        let key = (protocol, Box::from(address));
        if state.heads.len() >= MOST_SHOWN && !state.heads.contains_key(&key) {
            return;
        }
        let heads = state.heads.entry(key).or_default();
        if heads.len() < HEADS && !heads.iter().any(|known| known == head) {
            heads.push(head.to_vec());
        }
    }

    fn refused(&self, protocol: Protocol, address: Option<&str>, reason: &'static str, count: u64) {
        if let Some(address) = address {
            self.instruments.count_all_refused(protocol.code(), address, reason, count);
            return;
        }
        let mut state = self.state();
        if state.nobodys.len() < MOST_REASONS || state.nobodys.contains_key(&(protocol, reason)) {
            *state.nobodys.entry((protocol, reason)).or_default() += count;
        }
    }

    fn now(&self) -> Moment {
        self.instruments.now()
    }
}
