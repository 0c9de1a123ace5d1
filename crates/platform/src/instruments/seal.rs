//! From the journal into chunks, hours and days: prepared beside everything else, then one transaction at the desk.

use super::desk::{Job, Sealing};
use super::history::Held;
use super::{Core, Instruments};
use crate::error::PlatformError;
use futures_util::{StreamExt, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tingzhou_city::chunk::{MOST_SAMPLES, SealError, open, seal, seal_all};
use tingzhou_city::{Aggregate, Arrived, Grain, Moment, Period, RetentionId, Sample, SeriesNo, merge, rollup, touched};
use tingzhou_store::{ChunkRow, Commit, StoreError};
use tokio::sync::MutexGuard;

/// So many samples are worth sealing.
pub(super) const WORTH: usize = 600_000;
/// So old they are sealed, however few.
const OLD: Period = Period::from_secs(3_600);
/// Series sealed in one transaction, so that whoever takes in beside it does not wait long.
const SLAB: usize = 60;
/// Rows after which a transaction takes no further series: a few vehicles have as many as thousands of detectors.
const SLAB_ROWS: usize = 10_000;
/// Series whose hours, days and last chunks are asked for at once, since a database's answer takes longer than its work.
const AT_WORK: usize = 8;
/// From so many samples on a chunk is left as it is, and what follows begins another. Filling it up would compress the same
/// values again and again.
const FULL_ENOUGH: usize = MOST_SAMPLES / 2;
/// A day.
const DAY: Period = Period::from_days(1);
/// How often sealing begins again when everything was loaded anew meanwhile.
const TRIES: usize = 3;
/// Series whose chunks are forgotten in one transaction.
const AT_ONCE: usize = 1_000;

/// A series that is about to be sealed.
struct Opened {
    no: SeriesNo,
    held: Held,
    latest: Sample,
    /// What its rows go on from; none when some came late.
    before: Option<Before>,
    /// What of that could not be read.
    faults: Vec<String>,
}

/// What a series came to so far, where later rows go on.
struct Before {
    /// The hours of the day the first row is in.
    hours: BTreeMap<Moment, Aggregate>,
    /// That day.
    day: Option<Aggregate>,
    /// The last chunk.
    tail: Option<ChunkRow>,
}

/// A series whose chunks, hours and days are in a transaction.
struct Done {
    rows: usize,
    latest: Sample,
    faults: Vec<String>,
}

/// What sealing one series comes to.
#[derive(Default)]
struct Sealed {
    dropped: Vec<Moment>,
    chunks: Vec<Vec<u8>>,
    faults: Vec<String>,
}

/// Series in the order they come, with their rows, divided into transactions.
fn slabs(lines: impl Iterator<Item = (SeriesNo, usize)>) -> Vec<Vec<SeriesNo>> {
    let (mut slabs, mut last): (Vec<Vec<SeriesNo>>, usize) = (Vec::new(), 0);
    for (no, rows) in lines {
        match slabs.last_mut().filter(|slab| slab.len() < SLAB && last + rows <= SLAB_ROWS) {
            Some(slab) => {
                slab.push(no);
                last += rows;
            }
            None => {
                slabs.push(vec![no]);
                last = rows;
            }
        }
    }
    slabs
}

fn unsealable(no: SeriesNo, error: &SealError) -> PlatformError {
    StoreError::Damaged { table: "chunk", why: format!("series {no}: {error}") }.into()
}

impl Instruments {
    /// Seals when it is worth it: six hundred thousand samples wait, or one for an hour. A job for every minute. Tells how many
    /// samples were sealed.
    ///
    /// # Errors
    /// When the store does not answer; nothing has changed then.
    pub async fn seal_due(&self) -> Result<usize, PlatformError> {
        let due = {
            let memory = self.core.memory();
            let old = memory.oldest.is_some_and(|oldest| self.core.now().since(oldest) >= OLD);
            memory.unsealed >= WORTH || old
        };
        if due { self.seal().await } else { Ok(0) }
    }

    /// Seals everything that is in the journal now. Tells how many samples that were. Taking in goes on beside it.
    ///
    /// # Errors
    /// When the store does not answer. Each series is sealed or not then, and nothing is lost or there twice.
    pub async fn seal(&self) -> Result<usize, PlatformError> {
        self.seal_alone(&self.core.sealing.lock().await).await
    }

    /// Seals, while whoever holds the lock sees to it that nobody else does.
    pub(super) async fn seal_alone(&self, _alone: &MutexGuard<'_, ()>) -> Result<usize, PlatformError> {
        let mut count = 0;
        for _ in 1..TRIES {
            match self.seal_once(&mut count).await {
                // Everything was loaded anew, or another server sealed: what was prepared is not so any more.
                Err(PlatformError::Store(StoreError::Busy { .. } | StoreError::Conflict { .. })) => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(count),
            }
        }
        self.seal_once(&mut count).await?;
        Ok(count)
    }

    /// Seals and counts what is sealed. A series that is damaged stays as it is, in the journal, and the others go on.
    async fn seal_once(&self, count: &mut usize) -> Result<(), PlatformError> {
        let (epoch, begun, slabs) = {
            let memory = self.core.memory();
            let with_rows = memory
                .lines
                .iter()
                .enumerate()
                .filter(|(_, line)| line.as_ref().is_some_and(|line| !line.rows.is_empty()));
            let lines = with_rows.filter_map(|(no, line)| {
                Some((SeriesNo(u32::try_from(no).ok()?), line.as_ref().map_or(0, |line| line.rows.len())))
            });
            (memory.epoch, memory.batch, slabs(lines))
        };
        let (mut slabs, mut left) = (slabs.iter().peekable(), Vec::new());
        while let Some(slab) = slabs.next() {
            let upto = self.core.memory().batch;
            let (mut faults, mut last) = (Vec::new(), Vec::with_capacity(slab.len()));
            let mut commit = Commit::new(&self.core.city, self.core.clock.now(), "instruments");
            let core = &self.core;
            let each: Vec<_> = slab.iter().map(|no| async move { (*no, core.open_series(*no, upto).await) }).collect();
            let mut each = stream::iter(each).buffered(AT_WORK);
            let mut rows = 0;
            while let Some((no, opened)) = each.next().await {
                let mut own = Commit::new(&self.core.city, self.core.clock.now(), "instruments");
                match self.core.seal_series(opened, &mut own).await {
                    Ok(None) => {}
                    Ok(Some(done)) => {
                        commit.append(own);
                        rows += done.rows;
                        last.push((no, done.latest));
                        faults.extend(done.faults);
                    }
                    Err(PlatformError::Store(error @ StoreError::Damaged { .. })) => {
                        self.core.memory_mut().fault(format!("series {no} cannot be sealed: {error}"));
                        left.push(no);
                    }
                    Err(error) => return Err(error),
                }
                // Whoever takes in gets a turn between two series, which keep a processor busy.
                tokio::task::yield_now().await;
            }
            let done =
                slabs.peek().is_none().then(|| self.core.needed_before(&left).map_or(begun, |no| begun.min(no - 1)));
            if last.is_empty() && done.is_none() {
                continue;
            }
            let guard = Arc::clone(&self.core.moving).write_owned().await;
            let sealing =
                |answer| Job::Seal(Box::new(Sealing { commit, epoch, upto, last, done, faults, guard, answer }));
            self.ask(sealing).await?;
            *count += rows;
        }
        Ok(())
    }

    /// Forgets what has been kept for as long as its retention class says: whole chunks, and hours. Days stay. A job for
    /// every day.
    ///
    /// # Errors
    /// When the store does not answer; what was forgotten before stays forgotten.
    pub async fn forget(&self) -> Result<(), PlatformError> {
        let now = self.core.now();
        // Nobody knows how long nobody forgot before.
        let all = !self.core.forgotten.load(Ordering::Relaxed);
        let due: Vec<(SeriesNo, Period, Option<Period>)> = {
            let memory = self.core.memory();
            let lines = memory.lines.iter().enumerate();
            let found = lines.filter_map(|(no, line)| {
                let line = line.as_ref()?;
                let kept = memory.property(line, &self.core.rules.catalogue)?.kept()?;
                Some((SeriesNo(u32::try_from(no).ok()?), kept, self.core.hours_kept(line.place?)))
            });
            found.collect()
        };
        for some in due.chunks(AT_ONCE) {
            let mut commit = Commit::new(&self.core.city, self.core.clock.now(), "instruments");
            for (no, samples, hours) in some {
                commit.forget_chunks(*no, now.before(*samples));
                if let Some(hours) = hours {
                    commit.forget_hours(*no, now.before(*hours), all);
                }
            }
            // Nobody seals into a chunk that goes.
            let _alone = self.core.sealing.lock().await;
            self.core.store.commit(commit).await?;
        }
        self.core.forgotten.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// Rows after everything that is sealed: they go on with the last chunk and make full ones.
fn append(no: SeriesNo, held: &Held, tail: Option<ChunkRow>) -> Result<Sealed, PlatformError> {
    let mut sealed = Sealed::default();
    let mut before = Vec::new();
    if let Some(tail) = tail.filter(|tail| tail.samples < FULL_ENOUGH) {
        match open(&tail.body) {
            Ok(samples) => {
                before = samples;
                sealed.dropped.push(tail.first);
            }
            Err(error) => sealed.faults.push(format!("chunk of series {no} from {}: {error}", tail.first)),
        }
    }
    for samples in merge(&before, &held.rows).chunks(MOST_SAMPLES) {
        sealed.chunks.push(seal(samples).map_err(|error| unsealable(no, &error))?);
    }
    Ok(sealed)
}

/// Hours and days of values later than all before: they are added to what the first hour and day came to so far.
fn add_to_rollups(
    no: SeriesNo,
    new: &[Sample],
    mut stored: BTreeMap<Moment, Aggregate>,
    mut before: Option<Aggregate>,
    commit: &mut Commit,
) {
    for own in new.chunk_by(|a, b| a.time.begin(Grain::Day) == b.time.begin(Grain::Day)) {
        let Some(day) = own.first().map(|sample| sample.time.begin(Grain::Day)) else { continue };
        let mut hours = std::mem::take(&mut stored);
        for (begin, aggregate) in rollup(own, Grain::Hour) {
            let so_far = hours.remove(&begin).unwrap_or_default();
            hours.insert(begin, so_far.merge(aggregate));
        }
        commit.put_hours(no, day, &hours.into_iter().collect::<Vec<_>>());
        let so_far = before.take().unwrap_or_default();
        commit.put_day(no, day, &so_far.merge(Aggregate::of(own)));
    }
}

impl Core {
    fn hours_kept(&self, (of, property): (usize, usize)) -> Option<Period> {
        let def = self.pack.types.types.get(of)?.properties.get(property)?;
        let class: &RetentionId = def.retention.as_ref()?;
        self.rules.catalogue.retention(class)?.hours
    }

    /// The rows of a series up to a batch, and its latest sample among them and what is sealed.
    fn rows_upto(&self, no: SeriesNo, upto: i64) -> Option<(Held, Sample)> {
        let memory = self.memory();
        let line = memory.line(no)?;
        let rows: Vec<Arrived> = line.rows.iter().take_while(|row| row.batch <= upto).map(|row| row.arrived).collect();
        let newest = rows.iter().map(|row| row.sample.time).max()?;
        let at_end: Vec<Arrived> = rows.iter().filter(|row| row.sample.time == newest).copied().collect();
        let latest = match line.sealed {
            Some(sealed) if sealed.time > newest => sealed,
            Some(sealed) if sealed.time == newest => merge(&[sealed], &at_end).pop()?,
            _ => merge(&[], &at_end).pop()?,
        };
        Some((Held { rows, sealed: line.sealed }, latest))
    }

    /// A series with its rows up to a batch and what they go on from; nothing when there are none. Only reads, so that many can
    /// be asked for at once.
    async fn open_series(&self, no: SeriesNo, upto: i64) -> Result<Option<Opened>, PlatformError> {
        let Some((held, latest)) = self.rows_upto(no, upto) else { return Ok(None) };
        let first = held.rows.iter().map(|row| row.sample.time).min().filter(|_| held.appends());
        let mut faults = Vec::new();
        let before = match first {
            None => None,
            Some(first) => {
                let day = first.begin(Grain::Day);
                let hours = self.hours_of_day(no, day, &mut faults).await?.into_iter().collect();
                let whole = self.stored(Grain::Day, no, (day, day.after(DAY)), 1, &mut faults).await?.pop();
                let tail = match held.sealed {
                    Some(last) => self.store.chunk_at(&self.city, no, last.time).await?.map(|at| at.chunk),
                    None => None,
                };
                Some(Before { hours, day: whole.map(|(_, whole)| whole), tail })
            }
        };
        Ok(Some(Opened { no, held, latest, before, faults }))
    }

    /// The first batch of the journal that some series have rows of.
    fn needed_before(&self, series: &[SeriesNo]) -> Option<i64> {
        let memory = self.memory();
        series.iter().filter_map(|no| Some(memory.line(*no)?.rows.first()?.batch)).min()
    }

    /// Puts into a transaction what the rows of a series come to; nothing when there are none.
    async fn seal_series(
        &self,
        opened: Result<Option<Opened>, PlatformError>,
        commit: &mut Commit,
    ) -> Result<Option<Done>, PlatformError> {
        let Some(Opened { no, held, latest, before, mut faults }) = opened? else { return Ok(None) };
        let sealed = match before {
            Some(before) => {
                add_to_rollups(no, &merge(&[], &held.rows), before.hours, before.day, commit);
                append(no, &held, before.tail)?
            }
            None => {
                self.rollups_anew(no, &held.rows, commit, &mut faults).await?;
                self.insert(no, &held.rows).await?
            }
        };
        for first in sealed.dropped {
            commit.drop_chunk(no, first);
        }
        for body in sealed.chunks {
            let header = tingzhou_city::chunk::header(&body)
                .map_err(|error| StoreError::Damaged { table: "chunk", why: format!("series {no}: {error}") })?;
            commit.add_chunk(no, ChunkRow { first: header.from, last: header.to, samples: header.count, body });
        }
        faults.extend(sealed.faults);
        Ok(Some(Done { rows: held.rows.len(), latest, faults }))
    }

    /// Rows that came late: each goes into the chunk its time belongs to.
    async fn insert(&self, no: SeriesNo, rows: &[Arrived]) -> Result<Sealed, PlatformError> {
        let mut sealed = Sealed::default();
        let mut rows = rows.to_vec();
        // Stable: rows of one instant stay in the order they were received.
        rows.sort_by_key(|row| row.sample.time);
        let mut rest = rows.as_slice();
        while let Some(first) = rest.first() {
            let at = self.store.chunk_at(&self.city, no, first.sample.time).await?;
            let next = at.as_ref().and_then(|at| at.next);
            let own = rest.partition_point(|row| next.is_none_or(|next| row.sample.time < next));
            let (own, others) = rest.split_at(own);
            rest = others;
            let Some(chunk) = at.map(|at| at.chunk) else {
                sealed.chunks.extend(seal_all(&merge(&[], own)).map_err(|error| unsealable(no, &error))?);
                continue;
            };
            match open(&chunk.body) {
                Ok(samples) => {
                    sealed.dropped.push(chunk.first);
                    let merged = seal_all(&merge(&samples, own)).map_err(|error| unsealable(no, &error))?;
                    sealed.chunks.extend(merged);
                }
                Err(error) => {
                    // What cannot be read stays as it is, for a copy to mend; the rows are kept apart from it.
                    sealed.faults.push(format!("chunk of series {no} from {}: {error}", chunk.first));
                    let apart: Vec<Arrived> =
                        own.iter().filter(|row| row.sample.time != chunk.first).copied().collect();
                    if !apart.is_empty() {
                        let chunks = seal_all(&merge(&[], &apart)).map_err(|error| unsealable(no, &error))?;
                        sealed.chunks.extend(chunks);
                    }
                }
            }
        }
        Ok(sealed)
    }

    /// Hours that late rows touch are computed from their values, days from their hours.
    async fn rollups_anew(
        &self,
        no: SeriesNo,
        rows: &[Arrived],
        commit: &mut Commit,
        faults: &mut Vec<String>,
    ) -> Result<(), PlatformError> {
        let hours = touched(rows.iter().map(|row| row.sample.time), Grain::Hour);
        let days: BTreeSet<Moment> = touched(hours.iter().copied(), Grain::Day);
        for day in days {
            let mut own: BTreeMap<_, _> = self.hours_of_day(no, day, faults).await?.into_iter().collect();
            for hour in hours.range(day..day.after(DAY)) {
                let anew = self.anew(Grain::Hour, no, *hour, rows, own.get(hour)).await?;
                own.insert(*hour, anew);
            }
            let whole = own.values().fold(Aggregate::default(), |whole, hour| whole.merge(*hour));
            commit.put_hours(no, day, &own.into_iter().collect::<Vec<_>>());
            commit.put_day(no, day, &whole);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{SLAB, SLAB_ROWS, SeriesNo, slabs};

    #[test]
    fn series_are_divided_by_their_number_and_their_rows() {
        let check = |rows: &[usize], expected: &[usize]| {
            let lines = (0..).map(SeriesNo).zip(rows.iter().copied());
            let found = slabs(lines);
            assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), expected, "{rows:?}");
            assert_eq!(found.concat().len(), rows.len());
        };
        check(&[], &[]);
        check(&[1], &[1]);
        check(&[1; SLAB], &[SLAB]);
        check(&[1; SLAB + 1], &[SLAB, 1]);
        check(&[SLAB_ROWS, 1, SLAB_ROWS - 1, 1], &[1, 2, 1]);
        // One that has more than fits goes alone.
        check(&[SLAB_ROWS + 1, SLAB_ROWS + 1, 5, 5], &[1, 1, 2]);
    }
}
