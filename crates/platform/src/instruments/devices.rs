//! Devices: what sends under an address of a protocol. One that nobody knows is quarantined until a person says whose
//! values it sends.

use super::Instruments;
use super::pack::DeviceDef;
use crate::clock::as_stored;
use crate::error::PlatformError;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};
use tingzhou_city::{FacilityId, InstrumentEvent};
use tingzhou_ledger::Actor;
use tingzhou_store::{Commit, DeviceRow};

pub use tingzhou_store::DeviceRow as Device;

/// Devices in quarantine, so that a flood of made-up addresses fills nothing. For further ones those go that were not
/// heard of for longest, so that it shuts nobody out either.
const MOST_QUARANTINED: usize = 10_000;
/// So many go at once.
const ROOM: usize = 100;
/// Hours after which a device that was not heard of again, and nobody has adopted, is forgotten.
const FORGOTTEN: i64 = 30 * 24;
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
    /// Something of it is written.
    stored: bool,
}

/// Protocol and address.
type Address = (String, String);

/// The devices of a city.
#[derive(Debug, Default)]
pub(super) struct Devices {
    by_address: BTreeMap<Address, Entry>,
    quarantined: usize,
    /// Written, and to be forgotten.
    gone: BTreeSet<Address>,
}

impl Devices {
    pub(super) fn put(&mut self, row: DeviceRow) {
        self.quarantined += usize::from(row.facility.is_none());
        let key = (row.protocol.clone(), row.address.clone());
        if let Some(before) = self.by_address.insert(key, Entry { row, changed: false, stored: true }) {
            self.quarantined -= usize::from(before.row.facility.is_none());
        }
    }

    /// Puts a device into quarantine that is not there; gives those that had to go for it.
    fn quarantine(&mut self, row: DeviceRow) -> Vec<Address> {
        let gone = if self.quarantined >= MOST_QUARANTINED { self.make_room() } else { Vec::new() };
        self.quarantined += 1;
        let key = (row.protocol.clone(), row.address.clone());
        self.by_address.insert(key, Entry { row, changed: true, stored: false });
        gone
    }

    fn unadopted(&self) -> impl Iterator<Item = (Timestamp, &Address)> {
        let unadopted = self.by_address.iter().filter(|(_, entry)| entry.row.facility.is_none());
        unadopted.map(|(key, entry)| (entry.row.last_seen, key))
    }

    /// Takes those out that were not heard of for longest.
    fn make_room(&mut self) -> Vec<Address> {
        let mut unadopted: Vec<_> = self.unadopted().collect();
        let many = (unadopted.len() + ROOM).saturating_sub(MOST_QUARANTINED).min(unadopted.len());
        if many < unadopted.len() {
            unadopted.select_nth_unstable(many);
        }
        let gone: Vec<Address> = unadopted.into_iter().take(many).map(|(_, key)| key.clone()).collect();
        self.forget(&gone);
        gone
    }

    /// Takes those out that were not heard of since then.
    fn forget_before(&mut self, then: Timestamp) -> Vec<Address> {
        let gone: Vec<Address> =
            self.unadopted().filter(|(last_seen, _)| *last_seen < then).map(|(_, key)| key.clone()).collect();
        self.forget(&gone);
        gone
    }

    fn forget(&mut self, gone: &[Address]) {
        for key in gone {
            let Some(entry) = self.by_address.remove(key) else { continue };
            self.quarantined -= usize::from(entry.row.facility.is_none());
            if entry.stored {
                self.gone.insert(key.clone());
            }
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
    /// everything when the address is none: empty, longer than 128 bytes, or with control characters. When the quarantine is
    /// full (10,000) those go that were not heard of for longest. Tells whether the device is known or in quarantine now.
    pub fn quarantine(&self, protocol: &str, address: &str) -> bool {
        let now = as_stored(self.core.clock.now());
        let mut devices = self.devices_held();
        if let Some(entry) = devices.find(protocol, address) {
            entry.row.last_seen = now;
            entry.changed = true;
            return true;
        }
        if !speakable(protocol) || !speakable(address) {
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
        let gone = devices.quarantine(row);
        drop(devices);
        self.drop_heads(&gone);
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
        let known: Vec<Address> = rows.iter().map(|row| (row.protocol.clone(), row.address.clone())).collect();
        self.drop_heads(&known);
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
    /// lost when the program is killed. Forgets those that nobody adopted and that were not heard of for 30 days. Tells how
    /// many devices were written.
    ///
    /// # Errors
    /// When the store does not answer; it is written the next time then.
    pub async fn keep_devices(&self) -> Result<usize, PlatformError> {
        let now = as_stored(self.core.clock.now());
        let long_ago = now.saturating_sub(SignedDuration::from_hours(FORGOTTEN)).unwrap_or(now);
        let (changed, forgotten, gone) = {
            let mut devices = self.devices_held();
            let forgotten = devices.forget_before(long_ago);
            let changed = devices.by_address.values().filter(|entry| entry.changed).map(|entry| entry.row.clone());
            let changed: Vec<DeviceRow> = changed.collect();
            // One that was heard of again meanwhile is written over.
            let gone = devices.gone.iter().filter(|key| !devices.by_address.contains_key(*key)).cloned();
            (changed, forgotten, gone.collect::<Vec<Address>>())
        };
        self.drop_heads(&forgotten);
        for keys in gone.chunks(AT_ONCE) {
            let mut commit = Commit::new(&self.core.city, self.core.clock.now(), "instruments");
            for (protocol, address) in keys {
                commit.forget_device(protocol, address);
            }
            self.core.store.commit(commit).await?;
        }
        {
            let mut devices = self.devices_held();
            for key in &gone {
                devices.gone.remove(key);
            }
            let Devices { gone, by_address, .. } = &mut *devices;
            gone.retain(|key| !by_address.contains_key(key));
        }
        for rows in changed.chunks(AT_ONCE) {
            let mut commit = Commit::new(&self.core.city, self.core.clock.now(), "instruments");
            for row in rows {
                commit.put_device(row)?;
            }
            self.core.store.commit(commit).await?;
            let mut devices = self.devices_held();
            for row in rows {
                match devices.find(&row.protocol, &row.address) {
                    Some(entry) => (entry.changed, entry.stored) = (&entry.row != row, true),
                    // It had to go while it was written.
                    None => drop(devices.gone.insert((row.protocol.clone(), row.address.clone()))),
                }
            }
        }
        Ok(changed.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(address: usize, last_seen: i64, facility: Option<&str>) -> DeviceRow {
        let at = Timestamp::from_second(last_seen).unwrap();
        DeviceRow {
            protocol: "hj212".to_owned(),
            address: address.to_string(),
            facility: facility.map(|id| FacilityId::new(id).unwrap()),
            first_seen: at,
            last_seen: at,
            refused: BTreeMap::new(),
        }
    }

    #[test]
    fn those_not_heard_of_for_longest_make_room() {
        let mut devices = Devices::default();
        // Adopted ones stay, however long ago they were heard of.
        devices.put(row(0, 0, Some("d1")));
        devices.put(row(1, 5, None));
        for no in 2..=MOST_QUARANTINED {
            let last_seen = i64::try_from(no).unwrap() * 10;
            assert_eq!(devices.quarantine(row(no, last_seen, None)), []);
        }
        devices.find("hj212", "7").unwrap().row.last_seen = Timestamp::from_second(i64::from(u32::MAX)).unwrap();
        let gone = devices.quarantine(row(MOST_QUARANTINED + 1, i64::from(u32::MAX), None));
        let mut gone: Vec<usize> = gone.iter().map(|(_, address)| address.parse().unwrap()).collect();
        gone.sort_unstable();
        let expected: Vec<usize> = (1..=ROOM + 1).filter(|no| *no != 7).collect();
        assert_eq!(gone, expected);
        // Only what is written has to be taken out of what is written.
        assert_eq!(devices.gone, [("hj212".to_owned(), "1".to_owned())].into());
        assert_eq!(devices.quarantined, devices.by_address.len() - 1);
        assert_eq!(devices.quarantined, MOST_QUARANTINED - ROOM + 1);
        assert!(devices.find("hj212", "0").is_some() && devices.find("hj212", "7").is_some());
        assert_eq!(devices.forget_before(Timestamp::from_second(i64::from(u32::MAX)).unwrap()).len(), 9_899);
        assert_eq!((devices.quarantined, devices.by_address.len()), (2, 3));
    }
}
