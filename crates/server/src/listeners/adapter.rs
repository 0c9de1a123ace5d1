//! The city's instruments as an intake: which device is whose by the platform, which code is what by the pack's wiring.

use super::intake::{Channel, Channels, Ingested, Intake, Known, Protocol, Unavailable};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tingzhou_platform::city::{FacilityId, Moment};
use tingzhou_platform::{Arriving, Instruments, Topic, Wire, scale};

/// Devices whose channels are remembered.
const MOST_REMEMBERED: usize = 100_000;

/// An address with the protocol it is of.
type Address = (Protocol, Box<str>);

/// Channels by address, with the facility they are of.
type Remembered = HashMap<Address, (FacilityId, Arc<Channels>)>;

/// The instruments behind every listener. Cloning it is cheap and shares everything.
#[derive(Clone)]
pub(crate) struct Hub {
    instruments: Instruments,
    remembered: Arc<Mutex<Remembered>>,
}

impl Hub {
    pub(crate) fn new(instruments: Instruments) -> Self {
        Self { instruments, remembered: Arc::default() }
    }

    /// The topics of the pack.
    pub(crate) fn topics(&self) -> &[Topic] {
        &self.instruments.wiring().mqtt
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
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
        if let Some((of, channels)) = self.remembered().get(&key)
            && *of == facility
        {
            return Known::Adopted(Arc::clone(channels));
        }
        let channels = Arc::new(self.channels(protocol, address, &facility));
        let mut remembered = self.remembered();
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(key, (facility, Arc::clone(&channels)));
        Known::Adopted(channels)
    }

    fn is_listed(&self, protocol: Protocol, address: &str) -> bool {
        self.instruments.is_listed(protocol.code(), address)
    }

    async fn ingest(&self, batch: Vec<Arriving>) -> Result<Ingested, Unavailable> {
        let ingested = self.instruments.ingest(batch).await.map_err(|error| Unavailable(error.to_string()))?;
        let refused = ingested.refused.iter().map(|(place, reason)| (*place, reason.code())).collect();
        Ok(Ingested { refused, refused_in_all: ingested.refused_in_all })
    }

    fn held_back(&self, protocol: Protocol, address: &str, head: &[u8]) {
        self.instruments.hold_head(protocol.code(), address, head);
    }

    fn refused(&self, protocol: Protocol, address: Option<&str>, reason: &'static str, count: u64) {
        match address {
            Some(address) => self.instruments.count_all_refused(protocol.code(), address, reason, count),
            None => self.instruments.count_nobodys(protocol.code(), reason, count),
        }
    }

    fn now(&self) -> Moment {
        self.instruments.now()
    }
}
