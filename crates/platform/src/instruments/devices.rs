//! Devices: what sends under an address of a protocol. One that nobody knows is quarantined until a person says whose
//! values it sends.

use super::Instruments;
use super::pack::DeviceDef;
use crate::clock::as_stored;
use crate::error::PlatformError;
use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};
use tingzhou_city::{FacilityId, InstrumentEvent};
use tingzhou_ledger::Actor;
use tingzhou_store::{Commit, DeviceRow};

pub use tingzhou_store::DeviceRow as Device;

/// Devices in quarantine; further ones are not remembered, so that a flood of made-up addresses fills nothing.
const MOST_QUARANTINED: usize = 10_000;
/// Reasons counted of one device.
const MOST_REASONS: usize = 64;
/// Longest protocol and address, in bytes.
pub(super) const LONGEST: usize = 128;
/// What devices speak.
pub(super) const PROTOCOLS: [&str; 4] = ["hj212", "sl651", "jt808", "mqtt"];
/// Most devices of a page.
const MOST_LISTED: usize = 1_000;
/// Devices written in one transaction.
const AT_ONCE: usize = 1_000;

/// Which devices. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceFilter {
    /// That speak this.
    pub protocol: Option<String>,
    /// Whether they are quarantined.
    pub quarantined: Option<bool>,
}

#[derive(Debug)]
struct Entry {
    row: DeviceRow,
    /// Something of it is not written yet.
    changed: bool,
}

/// The devices of a city.
#[derive(Debug, Default)]
pub(super) struct Devices {
    by_address: BTreeMap<(String, String), Entry>,
    quarantined: usize,
}

impl Devices {
    pub(super) fn put(&mut self, row: DeviceRow) {
        self.quarantined += usize::from(row.facility.is_none());
        let key = (row.protocol.clone(), row.address.clone());
        if let Some(before) = self.by_address.insert(key, Entry { row, changed: false }) {
            self.quarantined -= usize::from(before.row.facility.is_none());
        }
    }

    fn find(&mut self, protocol: &str, address: &str) -> Option<&mut Entry> {
        self.by_address.get_mut(&(protocol.to_owned(), address.to_owned()))
    }
}

/// Whether a text can be a protocol or an address.
pub(super) fn speakable(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && !text.chars().any(char::is_control)
}

impl Instruments {
    fn devices_held(&self) -> MutexGuard<'_, Devices> {
        self.core.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose values a device sends; none when it is not known or in quarantine. Notes that it was heard of.
    #[must_use]
    pub fn known(&self, protocol: &str, address: &str) -> Option<FacilityId> {
        let now = as_stored(self.core.clock.now());
        let mut devices = self.devices_held();
        let entry = devices.find(protocol, address)?;
        entry.row.last_seen = now;
        entry.changed = true;
        entry.row.facility.clone()
    }

    /// Whether a device is known or in quarantine. Asking is not hearing of it.
    #[must_use]
    pub fn is_listed(&self, protocol: &str, address: &str) -> bool {
        self.devices_held().find(protocol, address).is_some()
    }

    /// Puts a device that nobody knows into quarantine, where a person sees it. One that is known stays as it is; so does
    /// everything when the quarantine is full (10,000) or the address is none: empty, longer than 128 bytes, or with
    /// control characters. Tells whether the device is known or in quarantine now.
    pub fn quarantine(&self, protocol: &str, address: &str) -> bool {
        let now = as_stored(self.core.clock.now());
        let mut devices = self.devices_held();
        if let Some(entry) = devices.find(protocol, address) {
            entry.row.last_seen = now;
            entry.changed = true;
            return true;
        }
        if devices.quarantined >= MOST_QUARANTINED || !speakable(protocol) || !speakable(address) {
            return false;
        }
        let row = DeviceRow {
            protocol: protocol.to_owned(),
            address: address.to_owned(),
            facility: None,
            first_seen: now,
            last_seen: now,
            refused: BTreeMap::new(),
        };
        devices.put(row);
        if let Some(entry) = devices.find(protocol, address) {
            entry.changed = true;
        }
        true
    }

    /// Counts something of a device that was refused, by a stable name of the reason. A device nobody knows is put into
    /// quarantine for it.
    pub fn count_refused(&self, protocol: &str, address: &str, reason: &str) {
        self.count_all_refused(protocol, address, reason, 1);
    }

    /// The same for so many at once.
    pub fn count_all_refused(&self, protocol: &str, address: &str, reason: &str, count: u64) {
        if !self.quarantine(protocol, address) {
            return;
        }
        let mut devices = self.devices_held();
        let Some(entry) = devices.find(protocol, address) else { return };
        if entry.row.refused.len() < MOST_REASONS || entry.row.refused.contains_key(reason) {
            let so_far = entry.row.refused.entry(reason.to_owned()).or_default();
            *so_far = so_far.saturating_add(count);
            entry.changed = true;
        }
    }

    /// Says whose values a device sends from now on. One that was never heard of may be adopted beforehand.
    ///
    /// # Errors
    /// When the account is not of the supervision office, there is no such facility, the address is none, or the store does
    /// not answer.
    pub async fn adopt(
        &self,
        actor: &Actor,
        protocol: &str,
        address: &str,
        facility: &FacilityId,
    ) -> Result<(), PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        if self.facility(facility).is_none() {
            return Err(PlatformError::NotFound { what: format!("facility {facility}") });
        }
        if !speakable(protocol) || !speakable(address) {
            return Err(PlatformError::NotFound { what: format!("device address of 1 to {LONGEST} bytes") });
        }
        let device =
            DeviceDef { protocol: protocol.to_owned(), address: address.to_owned(), facility: facility.clone() };
        self.adopt_all(actor.account.as_str(), &[device]).await
    }

    /// Adopts those of the city's pack that nobody has adopted. One that a person gave to another facility stays there.
    pub(super) async fn adopt_those_of_the_pack(&self) -> Result<(), PlatformError> {
        let missing: Vec<DeviceDef> = {
            let mut devices = self.devices_held();
            let all = self.core.pack.devices.iter();
            let adopted = |device: &DeviceDef, devices: &mut Devices| {
                devices.find(&device.protocol, &device.address).is_some_and(|entry| entry.row.facility.is_some())
            };
            all.filter(|device| !adopted(device, &mut devices)).cloned().collect()
        };
        for some in missing.chunks(AT_ONCE) {
            self.adopt_all("installation", some).await?;
        }
        Ok(())
    }

    async fn adopt_all(&self, actor: &str, adopted: &[DeviceDef]) -> Result<(), PlatformError> {
        let now = as_stored(self.core.clock.now());
        let mut commit = Commit::new(&self.core.city, now, actor);
        let mut rows = Vec::with_capacity(adopted.len());
        for DeviceDef { protocol, address, facility } in adopted {
            let before = self.devices_held().find(protocol, address).map(|entry| entry.row.clone());
            let mut row = before.unwrap_or_else(|| DeviceRow {
                protocol: protocol.clone(),
                address: address.clone(),
                facility: None,
                first_seen: now,
                last_seen: now,
                refused: BTreeMap::new(),
            });
            row.facility = Some(facility.clone());
            commit.put_device(&row)?;
            let (protocol, address) = (row.protocol.clone(), row.address.clone());
            let event = InstrumentEvent::DeviceAdopted { protocol, address, facility: facility.clone() };
            commit.instrument_event(facility.as_str(), event);
            rows.push(row);
        }
        self.core.store.commit(commit).await?;
        let mut devices = self.devices_held();
        for mut row in rows {
            // What was counted meanwhile stays counted.
            if let Some(entry) = devices.find(&row.protocol, &row.address) {
                row.last_seen = entry.row.last_seen.max(row.last_seen);
                row.refused.clone_from(&entry.row.refused);
            }
            devices.put(row);
        }
        Ok(())
    }

    /// Devices by protocol and address, `limit` (held to 1,000) of them from the one at place `offset` on, and how many there
    /// are.
    #[must_use]
    pub fn devices(&self, filter: &DeviceFilter, offset: usize, limit: usize) -> (Vec<Device>, usize) {
        let devices = self.devices_held();
        let found = devices.by_address.values().map(|entry| &entry.row).filter(|row| {
            filter.protocol.as_ref().is_none_or(|of| of == &row.protocol)
                && filter.quarantined.is_none_or(|is| is == row.facility.is_none())
        });
        let all: Vec<&DeviceRow> = found.collect();
        let page = all.iter().skip(offset).take(limit.min(MOST_LISTED));
        (page.map(|row| DeviceRow::clone(row)).collect(), all.len())
    }

    /// Writes down what was counted and heard of devices since the last time; a job for every minute. What came after it is
    /// lost when the program is killed. Tells how many devices were written.
    ///
    /// # Errors
    /// When the store does not answer; it is written the next time then.
    pub async fn keep_devices(&self) -> Result<usize, PlatformError> {
        let changed: Vec<DeviceRow> = {
            let devices = self.devices_held();
            devices.by_address.values().filter(|entry| entry.changed).map(|entry| entry.row.clone()).collect()
        };
        for rows in changed.chunks(AT_ONCE) {
            let mut commit = Commit::new(&self.core.city, self.core.clock.now(), "instruments");
            for row in rows {
                commit.put_device(row)?;
            }
            self.core.store.commit(commit).await?;
            let mut devices = self.devices_held();
            for row in rows {
                if let Some(entry) = devices.find(&row.protocol, &row.address) {
                    entry.changed = &entry.row != row;
                }
            }
        }
        Ok(changed.len())
    }
}
