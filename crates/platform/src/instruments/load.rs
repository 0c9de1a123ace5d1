//! Everything of a city's instruments from the store: who they are, what is not sealed, how alarms stand.

use super::Core;
use super::desk::Desk;
use super::devices::Devices;
use super::memory::{Memory, Stranger};
use crate::error::PlatformError;
use std::collections::{BTreeSet, HashMap};
use tingzhou_city::alarm::{Told, Watch};
use tingzhou_city::batch::read;
use tingzhou_city::{Facility, SeriesNo};
use tingzhou_store::SeriesRow;

/// Rows asked for at once.
const PAGE: u32 = 2_000;
/// Batches asked for at once; each may hold half a megabyte.
const BATCHES: u32 = 200;

/// Loads memory and desk. In memory the alarms stand as they were stored, so that nobody finds none there; [`replay`] takes
/// the desk's on.
pub(super) async fn all(core: &Core, desk: &mut Desk) -> Result<Memory, PlatformError> {
    let mut memory = Memory::default();
    desk.watch = Watch::new(core.rules.book.clone());
    (desk.keys, desk.unsaved, desk.batch) = (Vec::new(), BTreeSet::new(), 0);
    facilities(core, desk, &mut memory).await?;
    series(core, desk, &mut memory).await?;
    journal(core, desk, &mut memory).await?;
    memory.batch = desk.batch;
    desk.show(&mut memory, desk.watch.keys());
    desk.alarm_seq = core.store.last_alarm_event(&core.city).await?;
    Ok(memory)
}

async fn facilities(core: &Core, desk: &mut Desk, memory: &mut Memory) -> Result<(), PlatformError> {
    let (mut after, now) = (String::new(), core.now());
    loop {
        let page = core.store.facilities(&core.city, &after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        last.def.id.as_str().clone_into(&mut after);
        for row in page {
            match Facility::new(row.def.clone(), &core.rules.catalogue) {
                Ok(facility) => {
                    desk.watch.add(&facility.id, &facility.facility_type, now);
                    memory.put(facility, row.def, row.version);
                }
                Err(mistakes) => {
                    memory.fault(super::pack::words(&mistakes));
                    memory.unfit.insert(row.def.id, row.version);
                }
            }
        }
    }
}

async fn series(core: &Core, desk: &mut Desk, memory: &mut Memory) -> Result<(), PlatformError> {
    let mut after = SeriesNo(0);
    loop {
        let page = core.store.series(&core.city, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.no;
        for row in page {
            // Numbers of batches go on from the highest, also when the journal is empty.
            desk.batch = desk.batch.max(row.sealed_batch);
            if memory.add_series(
                row.no,
                &row.facility,
                &row.property,
                (row.last, row.sealed_batch),
                &core.rules.catalogue,
            ) {
                desk.learn(row.no, &row.facility, &row.property);
            } else {
                memory.fault(format!("series {}: there is no facility {}", row.no, row.facility));
                let SeriesRow { no, facility, property, sealed_batch, .. } = row;
                memory.strangers.insert(no, Stranger { facility, property, sealed_batch });
            }
        }
    }
}

async fn journal(core: &Core, desk: &mut Desk, memory: &mut Memory) -> Result<(), PlatformError> {
    let mut after = 0;
    loop {
        let page = core.store.batches(&core.city, after, BATCHES).await?;
        let Some(last) = page.last() else { break };
        after = last.no;
        for batch in page {
            match read(&batch.body) {
                Ok(rows) => {
                    let strange = rows.iter().filter(|row| memory.is_strange(batch.no, row)).count();
                    if strange > 0 {
                        let words = "values of series without a facility; it stays in the journal until there is one";
                        memory.fault(format!("batch {} of the journal: {strange} {words}", batch.no));
                        memory.damaged.push(batch.no);
                    }
                    for row in rows {
                        memory.apply(batch.no, row, batch.received);
                    }
                }
                Err(error) => {
                    memory.fault(format!("batch {} of the journal: {error}", batch.no));
                    memory.damaged.push(batch.no);
                }
            }
            desk.received = desk.received.max(batch.received);
        }
    }
    desk.batch = desk.batch.max(after);
    let mut states = HashMap::new();
    let mut after = (String::new(), String::new());
    loop {
        let page = core.store.alarm_states(&core.city, (&after.0, &after.1), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = (last.facility.as_str().to_owned(), last.rule.as_str().to_owned());
        for row in page {
            desk.batch = desk.batch.max(row.batch);
            // A rule the city no longer has is watched no more.
            if let Some(key) = desk.watch.key(&row.rule, &row.facility) {
                desk.watch.restore(key, row.state);
                states.insert(key, row.batch);
            }
        }
    }
    desk.seen = states;
    // Nobody could be heard while nobody was here, or while the store was away.
    desk.watch.listen(core.now());
    Ok(())
}

/// Takes the desk's alarms on with what they had not seen when they were stored.
pub(super) fn replay(memory: &Memory, desk: &mut Desk, told: &mut Vec<Told>) {
    let seen = std::mem::take(&mut desk.seen);
    for (place, line) in memory.lines.iter().enumerate() {
        let (Some(line), Ok(no)) = (line, u32::try_from(place)) else { continue };
        let keys = desk.keys.get(place).cloned().unwrap_or_default();
        for row in &line.rows {
            for key in keys.iter().filter(|key| seen.get(key).is_none_or(|batch| *batch < row.batch)) {
                desk.unsaved.insert(SeriesNo(no));
                desk.watch.value(*key, row.arrived.sample, row.arrived.received, told);
            }
        }
    }
}

/// Loads the devices.
pub(super) async fn devices(core: &Core) -> Result<Devices, PlatformError> {
    let mut devices = Devices::default();
    let mut after = (String::new(), String::new());
    loop {
        let page = core.store.devices(&core.city, (&after.0, &after.1), PAGE).await?;
        let Some(last) = page.last() else { return Ok(devices) };
        after = (last.protocol.clone(), last.address.clone());
        page.into_iter().for_each(|row| devices.put(row));
    }
}
