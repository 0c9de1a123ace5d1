//! The desk everything goes over that changes something: one thing after the other, each durable before it is shown.

use super::memory::Memory;
use super::{Change, Core, Latest, load};
use crate::error::PlatformError;
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tingzhou_city::alarm::{Command, Key, Told, Watch, What};
use tingzhou_city::batch::{MOST_ROWS, Numbered};
use tingzhou_city::{
    Facility, FacilityDef, FacilityId, FacilityType, InstrumentEvent, Kind, Mistake, Moment, PropertyId, RuleId,
    Sample, SeriesNo, Two,
};
use tingzhou_store::{AlarmEventRow, AlarmStateRow, BatchRow, Commit, FacilityRow, StoreError};
use tokio::sync::{OwnedRwLockWriteGuard, mpsc, oneshot};

/// Samples after which a transaction is closed to further callers.
const GROUPED: usize = 20_000;
/// Alarms that are looked at in one transaction when their time has come.
const TICKED: usize = 2_000;

pub(super) type Answer<T> = oneshot::Sender<Result<T, PlatformError>>;

/// Samples to be kept.
pub(super) struct Offer {
    pub(super) rows: Vec<Numbered>,
    /// The same rows written down, [`MOST_ROWS`] in each.
    pub(super) bodies: Vec<Vec<u8>>,
    pub(super) received: Moment,
    pub(super) answer: Answer<()>,
}

/// Chunks and rollups that are ready to take the place of journal rows.
pub(super) struct Sealing {
    pub(super) commit: Commit,
    /// What was loaded when it was prepared.
    pub(super) epoch: u64,
    /// Up to which batch.
    pub(super) upto: i64,
    /// The last sample of each series that is sealed.
    pub(super) last: Vec<(SeriesNo, Sample)>,
    /// All series are sealed up to this batch then, so that the journal needs it no more.
    pub(super) done: Option<i64>,
    pub(super) faults: Vec<String>,
    /// Nobody reads both sides until this is done.
    pub(super) guard: OwnedRwLockWriteGuard<()>,
    pub(super) answer: Answer<()>,
}

/// What the desk is asked for.
pub(super) enum Job {
    Ingest(Offer),
    Put { actor: String, facilities: Vec<FacilityDef>, answer: Answer<usize> },
    Command { actor: String, rule: RuleId, facility: FacilityId, command: Command, note: String, answer: Answer<()> },
    Tick { now: Moment, answer: Answer<usize> },
    Seal(Box<Sealing>),
}

/// The desk: the alarms, and what is needed to go on from the last commit.
pub(super) struct Desk {
    core: Arc<Core>,
    pub(super) watch: Watch,
    /// The alarms of each series, by number.
    pub(super) keys: Vec<Vec<Key>>,
    /// Series whose alarms have seen values that their stored states have not.
    pub(super) unsaved: BTreeSet<SeriesNo>,
    pub(super) batch: i64,
    pub(super) alarm_seq: i64,
    pub(super) received: Moment,
    /// The last batch each alarm had seen when it was stored, while loading.
    pub(super) seen: HashMap<Key, i64>,
    /// A commit failed, so that nobody knows what is stored: everything is loaded anew before the next thing is done.
    stale: bool,
}

/// What happened to alarms in one transaction.
struct Alarmed {
    rows: Vec<AlarmEventRow>,
    keys: BTreeSet<Key>,
    /// Whose condition began to hold or ceased to, told or not.
    moved: BTreeSet<Key>,
}

impl Desk {
    pub(super) async fn open(core: Arc<Core>) -> Result<Self, PlatformError> {
        let received = core.now();
        let mut desk = Self {
            core,
            watch: Watch::default(),
            keys: Vec::new(),
            unsaved: BTreeSet::new(),
            batch: 0,
            alarm_seq: 0,
            received,
            seen: HashMap::new(),
            stale: true,
        };
        desk.ready().await?;
        Ok(desk)
    }

    pub(super) async fn work(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut held = None;
        loop {
            let job = match held.take() {
                Some(job) => job,
                None => match jobs.recv().await {
                    Some(job) => job,
                    None => return,
                },
            };
            match job {
                Job::Ingest(first) => {
                    let mut rows = first.rows.len();
                    let mut group = vec![first];
                    while rows < GROUPED {
                        match jobs.try_recv() {
                            Ok(Job::Ingest(next)) => {
                                rows += next.rows.len();
                                group.push(next);
                            }
                            Ok(other) => {
                                held = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.take_in(group).await;
                }
                Job::Put { actor, facilities, answer } => {
                    // Nobody waiting any more is no fault, here and below: what is committed stands.
                    let _ = answer.send(self.put(&actor, facilities).await);
                }
                Job::Command { actor, rule, facility, command, note, answer } => {
                    let _ = answer.send(self.command(&actor, (rule, facility), command, note).await);
                }
                Job::Tick { now, answer } => {
                    let _ = answer.send(self.tick(now).await);
                }
                Job::Seal(sealing) => self.seal(*sealing).await,
            }
        }
    }

    /// Loads everything anew when it is not known what is stored.
    async fn ready(&mut self) -> Result<(), PlatformError> {
        if !self.stale {
            return Ok(());
        }
        let core = Arc::clone(&self.core);
        let mut memory = load::all(&core, self).await?;
        let mut told = Vec::new();
        load::replay(&memory, self, &mut told);
        // What has something to tell stays as it was stored until that is told.
        let telling: BTreeSet<Key> = told.iter().map(|told| told.key).collect();
        self.show(&mut memory, self.watch.keys().filter(|key| !telling.contains(key)));
        {
            let mut before = core.memory_mut();
            memory.epoch = before.epoch + 1;
            *before = memory;
        }
        self.stale = false;
        // Rules that changed while nobody was here may have something to tell of what was received before.
        if !told.is_empty() {
            let mut commit = self.commit("");
            let alarmed = self.tell(&mut commit, told, "")?;
            self.store(commit).await?;
            self.show_alarmed(&mut core.memory_mut(), &alarmed);
        }
        Ok(())
    }

    fn commit(&self, actor: &str) -> Commit {
        let now: Timestamp = self.core.clock.now();
        Commit::new(&self.core.city, now, if actor.is_empty() { "instruments" } else { actor })
    }

    async fn store(&mut self, commit: Commit) -> Result<(), PlatformError> {
        match self.core.store.commit(commit).await {
            Ok(_) => Ok(()),
            Err(error) => {
                self.stale = true;
                Err(error.into())
            }
        }
    }

    async fn take_in(&mut self, mut group: Vec<Offer>) {
        let result = self.take_in_all(&mut group).await;
        let why = result.err().map(|error| error.to_string());
        for offer in group {
            let answer = match &why {
                None => Ok(()),
                Some(why) => Err(StoreError::Damaged { table: "transaction", why: why.clone() }.into()),
            };
            let _ = offer.answer.send(answer);
        }
    }

    async fn take_in_all(&mut self, group: &mut [Offer]) -> Result<(), PlatformError> {
        self.ready().await?;
        let mut commit = self.commit("");
        let (mut told, mut next, mut begins) = (Vec::new(), self.batch, Vec::with_capacity(group.len()));
        commit.first_new_batch(next + 1);
        for offer in group.iter_mut() {
            // Of two batches the later one is never received before.
            offer.received = offer.received.max(self.received);
            self.received = offer.received;
            begins.push(next + 1);
            for body in std::mem::take(&mut offer.bodies) {
                next += 1;
                commit.add_batch(BatchRow { no: next, received: offer.received, body });
            }
            for row in &offer.rows {
                self.watch_row(row, offer.received, &mut told);
            }
        }
        self.batch = next;
        let alarmed = self.tell(&mut commit, told, "")?;
        self.store(commit).await?;
        let core = Arc::clone(&self.core);
        let listened = core.changes.receiver_count() > 0;
        let mut latest = Vec::new();
        {
            let mut memory = core.memory_mut();
            for (offer, begin) in group.iter().zip(begins) {
                for (batch, rows) in (begin..).zip(offer.rows.chunks(MOST_ROWS)) {
                    for row in rows {
                        if memory.apply(batch, *row, offer.received) && listened {
                            latest.extend(named(&memory, row));
                        }
                    }
                }
            }
            self.show_alarmed(&mut memory, &alarmed);
        }
        if !latest.is_empty() {
            // Nobody listening is no fault.
            let _ = core.changes.send(Change::Latest(latest.into()));
        }
        self.publish(alarmed);
        Ok(())
    }

    fn watch_row(&mut self, row: &Numbered, received: Moment, told: &mut Vec<Told>) {
        let Some(keys) = usize::try_from(row.series.0).ok().and_then(|no| self.keys.get(no)) else { return };
        if !keys.is_empty() {
            self.unsaved.insert(row.series);
        }
        for key in keys {
            self.watch.value(*key, row.sample, received, told);
        }
    }

    /// Puts what was told into a transaction, with the states it came to.
    fn tell(&mut self, commit: &mut Commit, told: Vec<Told>, actor: &str) -> Result<Alarmed, StoreError> {
        let (rows, keys) = (Vec::with_capacity(told.len()), BTreeSet::new());
        let mut alarmed = Alarmed { rows, keys, moved: self.watch.moved() };
        for Told { key, event } in told {
            let Some((rule, facility, _)) = self.watch.look(key) else { continue };
            self.alarm_seq += 1;
            let by = matches!(
                event.what,
                What::Acknowledged { .. }
                    | What::Shelved { .. }
                    | What::Unshelved { .. }
                    | What::OutOfService { .. }
                    | What::Returned { .. }
            );
            let name = {
                let memory = self.core.memory();
                let known = memory.facility(facility);
                known
                    .map_or_else(|| Two::new(facility.as_str(), facility.as_str()), |known| known.facility.name.clone())
            };
            let row = AlarmEventRow {
                seq: self.alarm_seq,
                rule: rule.id.clone(),
                facility: facility.clone(),
                actor: if by { actor.to_owned() } else { String::new() },
                words: event.sentence(rule, &name),
                event,
            };
            commit.add_alarm_event(&row)?;
            alarmed.rows.push(row);
            alarmed.keys.insert(key);
        }
        for key in &alarmed.keys {
            self.save(commit, *key)?;
        }
        Ok(alarmed)
    }

    /// Puts how an alarm stands into a transaction.
    fn save(&self, commit: &mut Commit, key: Key) -> Result<(), StoreError> {
        let Some((rule, facility, state)) = self.watch.look(key) else { return Ok(()) };
        let row = AlarmStateRow { rule: rule.id.clone(), facility: facility.clone(), batch: self.batch, state: *state };
        commit.put_alarm_state(&row)
    }

    /// Notes in memory how alarms stand.
    pub(super) fn show(&self, memory: &mut Memory, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            if let Some((rule, facility, state)) = self.watch.look(key) {
                memory.alarm(facility, &rule.id, state);
            }
        }
    }

    fn show_alarmed(&self, memory: &mut Memory, alarmed: &Alarmed) {
        self.show(memory, alarmed.keys.union(&alarmed.moved).copied());
    }

    fn publish(&self, alarmed: Alarmed) {
        if !alarmed.rows.is_empty() {
            // Nobody listening is no fault.
            let _ = self.core.changes.send(Change::Alarms(alarmed.rows.into()));
        }
    }

    async fn command(
        &mut self,
        actor: &str,
        (rule, facility): (RuleId, FacilityId),
        command: Command,
        note: String,
    ) -> Result<(), PlatformError> {
        self.ready().await?;
        let key = self.watch.key(&rule, &facility);
        let key = key.ok_or_else(|| PlatformError::NotFound { what: format!("alarm {rule} at {facility}") })?;
        let mut told = Vec::new();
        self.watch.command(key, command.clone(), self.core.now(), &mut told)?;
        let mut commit = self.commit(actor);
        let subject = facility.as_str().to_owned();
        let event = InstrumentEvent::AlarmCommanded { rule, facility, command, note };
        commit.instrument_event(&subject, event);
        let alarmed = self.tell(&mut commit, told, actor)?;
        self.store(commit).await?;
        self.show_alarmed(&mut self.core.memory_mut(), &alarmed);
        self.publish(alarmed);
        Ok(())
    }

    async fn tick(&mut self, now: Moment) -> Result<usize, PlatformError> {
        let mut events = 0;
        loop {
            self.ready().await?;
            if self.watch.next_due().is_none_or(|due| due > now) {
                return Ok(events);
            }
            let mut told = Vec::new();
            self.watch.tick(now, TICKED, &mut told);
            let mut commit = self.commit("");
            let alarmed = self.tell(&mut commit, told, "")?;
            if !alarmed.rows.is_empty() {
                self.store(commit).await?;
            }
            events += alarmed.rows.len();
            self.show_alarmed(&mut self.core.memory_mut(), &alarmed);
            self.publish(alarmed);
        }
    }

    async fn put(&mut self, actor: &str, defs: Vec<FacilityDef>) -> Result<usize, PlatformError> {
        self.ready().await?;
        let core = Arc::clone(&self.core);
        let mut commit = self.commit(actor);
        let (mut wrong, mut put, mut added, mut fits) = (Vec::new(), Vec::new(), Vec::new(), false);
        {
            let memory = core.memory();
            let (mut next, mut seen) = (memory.next_series(), BTreeSet::new());
            for def in defs {
                let known = memory.facility(&def.id);
                if known.is_some_and(|known| known.def == def) {
                    continue;
                }
                wrong.extend(unfit(&def, known.map(|known| &known.facility), !seen.insert(def.id.clone())));
                let facility = match Facility::new(def.clone(), &core.rules.catalogue) {
                    Ok(facility) => facility,
                    Err(mistakes) => {
                        wrong.extend(mistakes);
                        continue;
                    }
                };
                let unfit = memory.unfit.get(&def.id).copied();
                fits |= unfit.is_some();
                let version = known.map(|known| known.version).or(unfit).map_or(1, |version| version + 1);
                let numbered = |property: &PropertyId| {
                    memory.find(&def.id, property).is_some()
                        || unfit.is_some()
                            && memory.strangers.values().any(|one| one.facility == def.id && &one.property == property)
                };
                let of = core.rules.catalogue.find(&facility.facility_type);
                for property in of.map(FacilityType::properties).unwrap_or_default() {
                    let observed = property.kept().is_some() && !matches!(property.kind(), Kind::Text);
                    if observed && !numbered(property.id()) {
                        added.push((SeriesNo(next), def.id.clone(), property.id().clone()));
                        next += 1;
                    }
                }
                put.push((facility, def, version));
            }
        }
        if !wrong.is_empty() {
            return Err(PlatformError::Mistakes(wrong));
        }
        if put.is_empty() {
            return Ok(0);
        }
        for (_, def, version) in &put {
            commit.put_facility(&FacilityRow { version: *version, def: def.clone() })?;
            let event = InstrumentEvent::FacilityPut { facility: Box::new(def.clone()), version: *version };
            commit.instrument_event(def.id.as_str(), event);
        }
        for (no, facility, property) in &added {
            commit.add_series(*no, facility, property, self.batch);
        }
        let now = core.now();
        for (facility, _, version) in &put {
            self.watch.add(&facility.id, &facility.facility_type, now);
            if *version == 1 {
                // Silence is counted from here on, also after a restart.
                let own = added.iter().filter(|(_, of, _)| of == &facility.id);
                for key in own.flat_map(|(_, of, property)| self.watch.keys_of(of, property)) {
                    self.save(&mut commit, key)?;
                }
            }
        }
        self.store(commit).await?;
        let count = put.len();
        if fits {
            // What is stored of one that did not fit is loaded only now: its series, and what of the journal waited.
            self.stale = true;
            self.ready().await?;
            // Nobody listening is no fault.
            let _ = core.changes.send(Change::Facilities);
            return Ok(count);
        }
        let mut memory = core.memory_mut();
        for (facility, def, version) in put {
            memory.put(facility, def, version);
        }
        for (no, facility, property) in &added {
            memory.add_series(*no, facility, property, (None, self.batch), &core.rules.catalogue);
            self.learn(*no, facility, property);
        }
        drop(memory);
        // Nobody listening is no fault.
        let _ = core.changes.send(Change::Facilities);
        Ok(count)
    }

    /// Keeps the alarms of a series at hand.
    pub(super) fn learn(&mut self, no: SeriesNo, facility: &FacilityId, property: &PropertyId) {
        let Ok(place) = usize::try_from(no.0) else { return };
        if self.keys.len() <= place {
            self.keys.resize(place + 1, Vec::new());
        }
        self.keys[place] = self.watch.keys_of(facility, property);
    }

    async fn seal(&mut self, sealing: Sealing) {
        let Sealing { commit, epoch, upto, last, done, faults, guard, answer } = sealing;
        let result = self.seal_some(commit, epoch, (upto, &last), done).await;
        if self.stale {
            // Whoever seals tries again with what is stored; when even that cannot be loaded, the next one says so.
            let _ = self.ready().await;
        }
        if result.is_ok() {
            let mut memory = self.core.memory_mut();
            memory.sealed(upto, &last);
            if done.is_some() {
                memory.find_oldest();
            }
            for fault in faults {
                memory.fault(fault);
            }
        }
        drop(guard);
        let _ = answer.send(result);
    }

    async fn seal_some(
        &mut self,
        mut commit: Commit,
        epoch: u64,
        (upto, last): (i64, &[(SeriesNo, Sample)]),
        done: Option<i64>,
    ) -> Result<(), PlatformError> {
        self.ready().await?;
        let damaged = {
            let memory = self.core.memory();
            if memory.epoch != epoch {
                // What was prepared may be sealed already.
                return Err(StoreError::Busy { what: "the journal".to_owned() }.into());
            }
            if let (Some((first, _)), Some((end, _))) = (last.first(), last.last()) {
                commit.sealed_so_far((*first, *end), memory.sealed_sum(*first, *end));
            }
            memory.damaged.clone()
        };
        for (no, last) in last {
            commit.set_sealed(*no, last, upto);
            // The values these alarms have seen leave the journal, so how they stand must be kept.
            if self.unsaved.remove(no)
                && let Some(keys) = usize::try_from(no.0).ok().and_then(|no| self.keys.get(no))
            {
                for key in keys {
                    self.save(&mut commit, *key)?;
                }
            }
        }
        if let Some(done) = done {
            // The last one stays: by it another server that takes in sees that its numbers are taken.
            let (mut from, done) = (0, done.min(self.batch - 1));
            for no in damaged {
                commit.drop_batches(from, (no - 1).min(done));
                from = no + 1;
            }
            commit.drop_batches(from, done);
        }
        self.store(commit).await
    }
}

fn named(memory: &Memory, row: &Numbered) -> Option<Latest> {
    let line = memory.line(row.series)?;
    let facility = memory.known.get(line.facility)?.facility.id.clone();
    Some(Latest { facility, property: line.property.clone(), sample: line.latest? })
}

fn unfit(def: &FacilityDef, known: Option<&Facility>, twice: bool) -> Option<Mistake> {
    let place = format!("facilities.{}", def.id);
    if twice {
        return Some(Mistake {
            place,
            code: "twice",
            message: Two::new("出现了两次；请删去一个。", "It stands twice; take one out."),
        });
    }
    let before = known.map(|known| &known.facility_type).filter(|before| **before != def.facility_type)?;
    let zh = format!("设施类型是 {before}，不能改变；请用新的标识另建设施。");
    let en = format!("Its type is {before} and stays so; put another facility under a new name.");
    Some(Mistake { place: format!("{place}.type"), code: "type", message: Two::new(zh, en) })
}
