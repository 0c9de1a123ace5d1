//! What a series was: single values, hours, days and months, from the store with what is not sealed yet.

use super::{Core, Instruments};
use crate::error::PlatformError;
use std::collections::{BTreeMap, HashMap};
use tingzhou_city::{
    Aggregate, Arrived, Gap, Grain, Moment, Period, PropertyId, Sample, SeriesNo, TypeId, chunk, gaps, merge, rollup,
    touched,
};
use tingzhou_store::StoreError;

/// Most values, hours or days of one answer.
const MOST: usize = 100_000;
/// Most hours of many series in one answer.
const MOST_HOURS: usize = 1_200_000;
/// Chunks read at once.
const PAGE: u32 = 32;

/// Single values of a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawHistory {
    /// In the order of time.
    pub samples: Vec<Sample>,
    /// Whether there are later ones that are not told.
    pub more: bool,
    /// Where values are missing, as far as values are told; none when the property says no interval.
    pub gaps: Vec<Gap>,
    /// Chunks that could not be read, in words. Their values are missing.
    pub faults: Vec<String>,
}

/// Hours, days or months of a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rollups {
    /// When each begins and what it comes to, in order. Those without values are left out.
    pub rows: Vec<(Moment, Aggregate)>,
    /// Whether there are later ones that are not told.
    pub more: bool,
}

/// What of a series is in memory.
pub(super) struct Held {
    /// In the order they were received.
    pub(super) rows: Vec<Arrived>,
    pub(super) sealed: Option<Sample>,
}

impl Held {
    /// Whether all rows are later than everything that is sealed.
    pub(super) fn appends(&self) -> bool {
        let sealed = self.sealed.map(|last| last.time);
        self.rows.iter().all(|row| sealed.is_none_or(|sealed| row.sample.time > sealed))
    }
}

impl Core {
    fn held(&self, no: SeriesNo, from: Moment, to: Moment) -> Option<Held> {
        let memory = self.memory();
        let line = memory.line(no)?;
        let rows = line.rows.iter().map(|row| row.arrived).filter(|row| (from..to).contains(&row.sample.time));
        Some(Held { rows: rows.collect(), sealed: line.sealed })
    }

    /// The samples of a series from `from` to before `to`, sealed ones and rows together, at most `most` and one more. What
    /// cannot be read is told.
    pub(super) async fn samples(
        &self,
        no: SeriesNo,
        (from, to): (Moment, Moment),
        rows: &[Arrived],
        most: usize,
    ) -> Result<(Vec<Sample>, Vec<String>), PlatformError> {
        let (mut samples, mut faults, mut after) = (Vec::new(), Vec::new(), None);
        loop {
            let page = self.store.chunks(&self.city, no, (from, to), after, PAGE).await?;
            let full = page.len() == PAGE as usize;
            after = page.last().map(|chunk| chunk.first);
            for row in page {
                match chunk::open(&row.body) {
                    // Usually they follow each other; rows kept apart from a damaged chunk may lie within it.
                    Ok(opened) => {
                        let wanted = opened.into_iter().filter(|sample| (from..to).contains(&sample.time));
                        samples.extend(wanted);
                    }
                    Err(error) => faults.push(format!("chunk of series {no} from {}: {error}", row.first)),
                }
            }
            if !full || samples.len() > most {
                break;
            }
        }
        samples.sort_by_key(|sample| sample.time);
        let mut samples = merge(&samples, rows);
        samples.truncate(most.saturating_add(1));
        Ok((samples, faults))
    }

    /// Hours of a day made anew from the values that are sealed.
    async fn made_again(
        &self,
        no: SeriesNo,
        day: Moment,
        faults: &mut Vec<String>,
    ) -> Result<Vec<(Moment, Aggregate)>, PlatformError> {
        let (samples, unread) = self.samples(no, (day, day.after(Period::from_days(1))), &[], usize::MAX).await?;
        faults.extend(unread);
        Ok(rollup(&samples, Grain::Hour))
    }

    /// The hours of a day that are sealed. When their row cannot be read, they are made anew.
    pub(super) async fn hours_of_day(
        &self,
        no: SeriesNo,
        day: Moment,
        faults: &mut Vec<String>,
    ) -> Result<Vec<(Moment, Aggregate)>, PlatformError> {
        let range = (day, day.after(Period::from_days(1)));
        let stored = self.store.rollups(&self.city, Grain::Hour, no, range, 24).await?;
        let Some((_, why)) = stored.damaged.first() else { return Ok(stored.rows) };
        faults.push(unread("hours", no, day, why));
        self.made_again(no, day, faults).await
    }

    /// Hours or days that are sealed, at most `most`. Those whose row cannot be read are made anew: days from their hours,
    /// hours from their values.
    pub(super) async fn stored(
        &self,
        grain: Grain,
        no: SeriesNo,
        (from, to): (Moment, Moment),
        most: usize,
        faults: &mut Vec<String>,
    ) -> Result<Vec<(Moment, Aggregate)>, PlatformError> {
        let limit = u32::try_from(most).unwrap_or(u32::MAX);
        let stored = self.store.rollups(&self.city, grain, no, (from, to), limit).await?;
        let mut rows = stored.rows;
        // Beyond the last that is told nothing is told.
        let end = rows.last().filter(|_| rows.len() >= most).map_or(to, |(last, _)| *last);
        for (day, why) in stored.damaged.into_iter().filter(|(day, _)| *day < end) {
            faults.push(unread(if grain == Grain::Hour { "hours" } else { "day" }, no, day, &why));
            if grain == Grain::Hour {
                let own = self.made_again(no, day, faults).await?;
                rows.extend(own.into_iter().filter(|(begin, _)| (from..to).contains(begin)));
                continue;
            }
            let mut hours = self.hours_of_day(no, day, faults).await?;
            if hours.is_empty() {
                // Hours may be kept for less long than days.
                hours = self.made_again(no, day, faults).await?;
            }
            if !hours.is_empty() {
                rows.push((day, hours.iter().fold(Aggregate::default(), |whole, (_, hour)| whole.merge(*hour))));
            }
        }
        rows.sort_unstable_by_key(|(begin, _)| *begin);
        rows.truncate(most);
        Ok(rows)
    }

    async fn rollups(
        &self,
        grain: Grain,
        no: SeriesNo,
        (from, to): (Moment, Moment),
        limit: usize,
    ) -> Result<Rollups, PlatformError> {
        let (from, limit) = (from.begin(grain), limit.min(MOST));
        let _still = self.moving.read().await;
        let end = if to.begin(grain) < to { to.begin(grain).after(grain.period()) } else { to };
        let Some(held) = self.held(no, from, end) else { return Ok(Rollups::default()) };
        let stored = self.stored(grain, no, (from, to), limit + 1, &mut Vec::new()).await?;
        let mut all: BTreeMap<Moment, Aggregate> = stored.into_iter().collect();
        if held.appends() {
            for (begin, aggregate) in rollup(&merge(&[], &held.rows), grain) {
                let sum = all.remove(&begin).unwrap_or_default().merge(aggregate);
                all.insert(begin, sum);
            }
        } else {
            for begin in touched(held.rows.iter().map(|row| row.sample.time), grain) {
                all.insert(begin, self.anew(grain, no, begin, &held.rows, all.get(&begin)).await?);
            }
        }
        let more = all.len() > limit;
        Ok(Rollups { rows: all.into_iter().take(limit).collect(), more })
    }

    /// What an hour or a day comes to with rows that came late. When a chunk of it is damaged, what it came to before stays
    /// in it.
    pub(super) async fn anew(
        &self,
        grain: Grain,
        no: SeriesNo,
        begin: Moment,
        rows: &[Arrived],
        before: Option<&Aggregate>,
    ) -> Result<Aggregate, PlatformError> {
        let end = begin.after(grain.period());
        let own: Vec<Arrived> = rows.iter().filter(|row| (begin..end).contains(&row.sample.time)).copied().collect();
        let (samples, faults) = self.samples(no, (begin, end), &own, usize::MAX).await?;
        if faults.is_empty() {
            Ok(Aggregate::of(&samples))
        } else {
            Ok(before.copied().unwrap_or_default().merge(Aggregate::of(&merge(&[], &own))))
        }
    }
}

impl Instruments {
    /// Single values of a series from `from` to before `to`, at most `limit` (held to 100,000).
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn raw(
        &self,
        series: SeriesNo,
        from: Moment,
        to: Moment,
        limit: usize,
    ) -> Result<RawHistory, PlatformError> {
        let limit = limit.min(MOST);
        let _still = self.core.moving.read().await;
        let Some(held) = self.core.held(series, from, to) else { return Ok(RawHistory::default()) };
        let (mut samples, faults) = self.core.samples(series, (from, to), &held.rows, limit).await?;
        let more = samples.len() > limit;
        samples.truncate(limit);
        let interval = {
            let memory = self.core.memory();
            let property = memory.line(series).and_then(|line| memory.property(line, &self.core.rules.catalogue));
            property.and_then(tingzhou_city::Property::interval)
        };
        // After the last value that is told nothing is known, and of the future nothing is missing.
        let told = if more { samples.last().map_or(to, |last| last.time) } else { to };
        let end = told.min(self.core.now());
        let times = samples.iter().map(|sample| sample.time);
        let gaps = interval.map(|interval| gaps(times, interval, from, end)).unwrap_or_default();
        Ok(RawHistory { samples, more, gaps, faults })
    }

    /// Hours of a series that begin from the one `from` is in to before `to`, in Beijing time, at most `limit` (held to
    /// 100,000).
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_hour(
        &self,
        series: SeriesNo,
        from: Moment,
        to: Moment,
        limit: usize,
    ) -> Result<Rollups, PlatformError> {
        self.core.rollups(Grain::Hour, series, (from, to), limit).await
    }

    /// Days of a series, as [`Instruments::by_hour`].
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_day(
        &self,
        series: SeriesNo,
        from: Moment,
        to: Moment,
        limit: usize,
    ) -> Result<Rollups, PlatformError> {
        self.core.rollups(Grain::Day, series, (from, to), limit).await
    }

    /// Months of a series from the days between `from` and `to`, in Beijing time; each begins with its first day, and those
    /// at the ends may be parts.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_month(&self, series: SeriesNo, from: Moment, to: Moment) -> Result<Rollups, PlatformError> {
        let days = self.by_day(series, from, to, MOST).await?;
        let mut months: BTreeMap<Moment, Aggregate> = BTreeMap::new();
        for (day, aggregate) in days.rows {
            let begin = Moment::begin_of(day.civil().date().first_of_month());
            let sum = months.remove(&begin).unwrap_or_default().merge(aggregate);
            months.insert(begin, sum);
        }
        Ok(Rollups { rows: months.into_iter().collect(), more: days.more })
    }

    /// Hours of a property of all facilities of a type, in order, from the one `from` is in to before `to`.
    ///
    /// # Errors
    /// As [`Instruments::hours_of`].
    pub async fn hours_of_type(
        &self,
        facility_type: &TypeId,
        property: &PropertyId,
        from: Moment,
        to: Moment,
    ) -> Result<HashMap<SeriesNo, Vec<(Moment, Aggregate)>>, PlatformError> {
        let series = self.series_of_type(facility_type, property);
        self.hours_of(series, from, to).await
    }

    /// The series of a property of all facilities of a type.
    #[must_use]
    pub fn series_of_type(&self, facility_type: &TypeId, property: &PropertyId) -> Vec<SeriesNo> {
        let memory = self.core.memory();
        let places = memory.by_type.get(facility_type).map(Vec::as_slice).unwrap_or_default();
        let all = places.iter().filter_map(|place| memory.known.get(*place)).flat_map(|known| &known.series);
        all.copied().filter(|no| memory.line(*no).is_some_and(|line| &line.property == property)).collect()
    }

    /// Hours of many series, in order, from the one `from` is in to before `to`. Series without values are left out.
    ///
    /// # Errors
    /// When that may be more than 1,200,000 hours, or the store does not answer.
    pub async fn hours_of(
        &self,
        mut series: Vec<SeriesNo>,
        from: Moment,
        to: Moment,
    ) -> Result<HashMap<SeriesNo, Vec<(Moment, Aggregate)>>, PlatformError> {
        let from = from.begin(Grain::Hour);
        let hours = to.since(from).millis() / Grain::Hour.period().millis() + 1;
        if usize::try_from(hours)
            .ok()
            .and_then(|hours| hours.checked_mul(series.len()))
            .is_none_or(|all| all > MOST_HOURS)
        {
            return Err(
                StoreError::Busy { what: format!("more than {MOST_HOURS} hours at once; ask for fewer") }.into()
            );
        }
        series.sort_unstable();
        series.dedup();
        let still = self.core.moving.read().await;
        let with_rows: Vec<SeriesNo> = {
            let memory = self.core.memory();
            let held = |no: &SeriesNo| memory.line(*no).is_some_and(|line| !line.rows.is_empty());
            series.iter().copied().filter(held).collect()
        };
        let stored = self.core.store.hours_of(&self.core.city, &series, (from, to)).await?;
        let mut found: HashMap<SeriesNo, Vec<(Moment, Aggregate)>> = HashMap::with_capacity(series.len());
        for (no, hours) in stored.rows {
            found.entry(no).or_default().extend(hours);
        }
        for (no, day, why) in stored.damaged {
            let mut faults = vec![unread("hours", no, day, &why)];
            let hours = self.core.made_again(no, day, &mut faults).await?.into_iter();
            found.entry(no).or_default().extend(hours.filter(|(begin, _)| (from..to).contains(begin)));
        }
        for hours in found.values_mut() {
            hours.sort_unstable_by_key(|(begin, _)| *begin);
        }
        // Where an hour begins before `to` all of it is told.
        let end =
            to.begin(Grain::Hour).after(if to.begin(Grain::Hour) < to { Grain::Hour.period() } else { Period::ZERO });
        let mut anew = Vec::new();
        for no in with_rows {
            match self.core.held(no, from, end) {
                Some(held) if held.appends() => add(found.entry(no).or_default(), &merge(&[], &held.rows)),
                Some(_) => anew.push(no),
                None => {}
            }
        }
        drop(still);
        for no in anew {
            found.insert(no, self.by_hour(no, from, to, MOST).await?.rows);
        }
        found.retain(|_, hours| !hours.is_empty());
        Ok(found)
    }
}

/// What is said of a row that cannot be read.
fn unread(what: &str, no: SeriesNo, day: Moment, why: &str) -> String {
    let fault = format!("{what} of series {no} from {day}: {why}");
    tracing::warn!(%fault, "made anew from what they are made of");
    fault
}

/// Adds samples later than all before to the hours they belong to.
fn add(hours: &mut Vec<(Moment, Aggregate)>, samples: &[Sample]) {
    for (begin, aggregate) in rollup(samples, Grain::Hour) {
        match hours.last_mut().filter(|(last, _)| *last == begin) {
            Some((_, so_far)) => *so_far = so_far.merge(aggregate),
            None => hours.push((begin, aggregate)),
        }
    }
}
