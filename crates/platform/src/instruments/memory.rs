//! What of a city's instruments is held in memory: who they are, their latest values, and what is not sealed yet.

use std::collections::{BTreeMap, HashMap};
use tingzhou_city::alarm::{RuleBook, State};
use tingzhou_city::batch::Numbered;
use tingzhou_city::{
    Arrived, Catalogue, Facility, FacilityDef, FacilityId, Moment, Property, PropertyId, RuleId, Sample, SeriesNo,
    TypeId, merge,
};

/// A sample that is in the journal and in no chunk yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) batch: i64,
    pub(super) arrived: Arrived,
}

/// One series.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Place of its facility in [`Memory::known`].
    pub(super) facility: usize,
    pub(super) property: PropertyId,
    /// Places of its type and property in the catalogue; none when the city's pack no longer has them.
    pub(super) place: Option<(usize, usize)>,
    pub(super) latest: Option<Sample>,
    /// The last sample that is sealed.
    pub(super) sealed: Option<Sample>,
    /// Up to which batch it is sealed.
    pub(super) sealed_batch: i64,
    /// In the order of their batches.
    pub(super) rows: Vec<Row>,
}

/// A facility and its series.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) facility: Facility,
    pub(super) def: FacilityDef,
    pub(super) version: i64,
    pub(super) series: Vec<SeriesNo>,
}

/// A series whose facility is not here.
#[derive(Clone, Debug)]
pub(super) struct Stranger {
    pub(super) facility: FacilityId,
    pub(super) property: PropertyId,
    /// Up to which batch it is sealed.
    pub(super) sealed_batch: i64,
}

/// Everything held of a city's instruments.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) known: Vec<Known>,
    pub(super) by_id: BTreeMap<FacilityId, usize>,
    pub(super) by_type: HashMap<TypeId, Vec<usize>>,
    /// By number; the first is never used.
    pub(super) lines: Vec<Option<Line>>,
    /// How many samples are not sealed.
    pub(super) unsealed: usize,
    /// When the oldest of them was received.
    pub(super) oldest: Option<Moment>,
    /// The last batch that is in here.
    pub(super) batch: i64,
    /// How often everything was loaded.
    pub(super) epoch: u64,
    /// Alarms that are not normal.
    pub(super) alarms: BTreeMap<(FacilityId, RuleId), State>,
    /// Stored rows that could not be read.
    pub(super) faults: Vec<String>,
    /// Batches that could not be read, and those with rows of [`Memory::strangers`]; they stay in the journal.
    pub(super) damaged: Vec<i64>,
    /// Stored facilities that do not fit their type, with their versions.
    pub(super) unfit: BTreeMap<FacilityId, i64>,
    /// Series whose facility is not here.
    pub(super) strangers: BTreeMap<SeriesNo, Stranger>,
}

/// Faults kept; one more tells nobody more.
const MOST_FAULTS: usize = 1_000;

impl Memory {
    pub(super) fn line(&self, no: SeriesNo) -> Option<&Line> {
        self.lines.get(usize::try_from(no.0).ok()?)?.as_ref()
    }

    fn line_mut(&mut self, no: SeriesNo) -> Option<&mut Line> {
        self.lines.get_mut(usize::try_from(no.0).ok()?)?.as_mut()
    }

    pub(super) fn facility(&self, id: &FacilityId) -> Option<&Known> {
        self.known.get(*self.by_id.get(id)?)
    }

    pub(super) fn find(&self, facility: &FacilityId, property: &PropertyId) -> Option<SeriesNo> {
        let own = &self.facility(facility)?.series;
        own.iter().copied().find(|no| self.line(*no).is_some_and(|line| &line.property == property))
    }

    pub(super) fn property<'a>(&self, line: &Line, catalogue: &'a Catalogue) -> Option<&'a Property> {
        let (of, property) = line.place?;
        catalogue.types().get(of)?.properties().get(property)
    }

    pub(super) fn fault(&mut self, fault: String) {
        tracing::error!(%fault, "stored instruments");
        if self.faults.len() < MOST_FAULTS && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Adds a facility, or puts it in place of the one of its name.
    pub(super) fn put(&mut self, facility: Facility, def: FacilityDef, version: i64) {
        if let Some(known) = self.by_id.get(&facility.id).and_then(|place| self.known.get_mut(*place)) {
            (known.facility, known.def, known.version) = (facility, def, version);
            return;
        }
        let place = self.known.len();
        self.by_id.insert(facility.id.clone(), place);
        self.by_type.entry(facility.facility_type.clone()).or_default().push(place);
        self.known.push(Known { facility, def, version, series: Vec::new() });
    }

    /// Adds a series of a facility that is known; tells whether it is.
    pub(super) fn add_series(
        &mut self,
        no: SeriesNo,
        facility: &FacilityId,
        property: &PropertyId,
        (sealed, sealed_batch): (Option<Sample>, i64),
        catalogue: &Catalogue,
    ) -> bool {
        let (Some(&place), Ok(number)) = (self.by_id.get(facility), usize::try_from(no.0)) else { return false };
        let Some(known) = self.known.get_mut(place) else { return false };
        known.series.push(no);
        let of = catalogue.types().iter().position(|one| one.id() == &known.facility.facility_type);
        let at = of.and_then(|of| {
            let mut all = catalogue.types().get(of)?.properties().iter();
            Some((of, all.position(|one| one.id() == property)?))
        });
        if self.lines.len() <= number {
            self.lines.resize(number + 1, None);
        }
        let property = property.clone();
        let line =
            Line { facility: place, property, place: at, latest: sealed, sealed, sealed_batch, rows: Vec::new() };
        self.lines[number] = Some(line);
        true
    }

    /// The number after the last.
    pub(super) fn next_series(&self) -> u32 {
        let known = u32::try_from(self.lines.len().max(1)).unwrap_or(u32::MAX);
        self.strangers.last_key_value().map_or(known, |(last, _)| known.max(last.0.saturating_add(1)))
    }

    /// Whether a row of a batch is of a series that is not here and not sealed up to it.
    pub(super) fn is_strange(&self, batch: i64, row: &Numbered) -> bool {
        self.line(row.series).is_none()
            && self.strangers.get(&row.series).is_none_or(|stranger| batch > stranger.sealed_batch)
    }

    /// Takes in a row of a batch that is durable. Tells whether it is the latest of its series now.
    pub(super) fn apply(&mut self, batch: i64, row: Numbered, received: Moment) -> bool {
        self.batch = self.batch.max(batch);
        let Some(line) = self.line_mut(row.series).filter(|line| batch > line.sealed_batch) else { return false };
        let arrived = Arrived { sample: row.sample, received };
        let newest = match line.latest {
            Some(latest) if latest.time > row.sample.time => false,
            Some(latest) if latest.time == row.sample.time => {
                line.latest = merge(&[latest], &[arrived]).pop();
                true
            }
            _ => {
                line.latest = Some(row.sample);
                true
            }
        };
        line.rows.push(Row { batch, arrived });
        self.unsealed += 1;
        self.oldest.get_or_insert(received);
        newest
    }

    /// Lets go of the rows of some series that are sealed now: all up to a batch.
    pub(super) fn sealed(&mut self, upto: i64, last: &[(SeriesNo, Sample)]) {
        for (no, last) in last {
            let Some(line) = self.line_mut(*no) else { continue };
            (line.sealed, line.sealed_batch) = (Some(*last), upto);
            let gone = line.rows.partition_point(|row| row.batch <= upto);
            line.rows.drain(..gone);
            if line.rows.is_empty() {
                line.rows = Vec::new();
            }
            self.unsealed -= gone;
        }
    }

    /// What the batches come to that the series from one to another are sealed up to, those of no facility here included.
    pub(super) fn sealed_sum(&self, first: SeriesNo, last: SeriesNo) -> i64 {
        let place = |no: SeriesNo| usize::try_from(no.0).unwrap_or(usize::MAX);
        let lines = self.lines.iter().skip(place(first)).take(place(last) - place(first) + 1).flatten();
        let strangers = self.strangers.range(first..=last).map(|(_, stranger)| stranger.sealed_batch);
        lines.map(|line| line.sealed_batch).chain(strangers).sum()
    }

    /// Finds anew since when something waits to be sealed.
    pub(super) fn find_oldest(&mut self) {
        let firsts = self.lines.iter().flatten().filter_map(|line| line.rows.first());
        self.oldest = firsts.map(|row| row.arrived.received).min();
    }

    /// Notes how an alarm stands.
    pub(super) fn alarm(&mut self, facility: &FacilityId, rule: &RuleId, state: &State) {
        let key = (facility.clone(), rule.clone());
        if state.standing() == tingzhou_city::alarm::Standing::Normal {
            self.alarms.remove(&key);
        } else {
            self.alarms.insert(key, *state);
        }
    }
}

/// The rules a city's instruments go by.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) catalogue: Catalogue,
    pub(super) book: RuleBook,
}
