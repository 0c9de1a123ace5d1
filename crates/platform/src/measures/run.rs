//! Runs measures: for a reading, for the rows behind it, for a look before saving.

use super::{MOST_MEASURES, MOST_SHOWN, not_found};
use crate::clock::as_stored;
use crate::error::PlatformError;
use crate::instruments::Instruments;
use crate::platform::Platform;
use crate::tasks::random_hex;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tingzhou_city::{FacilityId, FacilityType, Grain, Moment};
use tingzhou_ledger::{
    AccountId, AccountRole, Actor, Basis, Command, Confirmation, Evidence, EvidenceId, File, Period, ReportedStatus,
    Source, Task, TaskId, Two, decide,
};
use tingzhou_measures::{
    Asked, Checked, Measure, MeasureFault, MeasureId, MeasureText, Occasion, Output, SETTLES_WITHIN, checked_rows,
    checked_value, is_due, is_news, of_instruments, rounded, settles_within, unit_for,
};
use tingzhou_store::{Commit, MeasureCell, MeasureFigures, MeasureRows, MeasureRun, ReadingRow};

/// Who files what was measured: no person.
const MEASURES: &str = "measure";
/// How long a query of a measure may take.
const WITHIN: Duration = Duration::from_secs(2);
/// A measure is not read again before this has passed.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// Rows of a page at most.
const MOST_ROWS: u32 = 1_000;
/// Rows shown before saving.
const FIRST_ROWS: u32 = 20;

/// Tasks a version's reading of a day may be filed for.
type PerhapsDue = BTreeMap<(MeasureId, u32, Date), BTreeSet<TaskId>>;
/// Tasks by the version that measures them, each with the day since and the last day until which it does.
type MeasuredBy = BTreeMap<(MeasureId, u32), Vec<(TaskId, Date, Date)>>;

/// A measure in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureLine {
    /// Its newest version.
    pub measure: Measure,
    /// What that came to last.
    pub reading: Option<ReadingRow>,
    /// How many tasks it measures, in any version.
    pub tasks: usize,
}

/// A row behind a measure's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureRow {
    /// What it is.
    pub label: String,
    /// Its day.
    pub day: String,
    /// Its value.
    pub value: Option<Decimal>,
    /// The facility it is about.
    pub facility: Option<String>,
    /// The case it is about.
    pub case: Option<String>,
    /// The task it is about.
    pub task: Option<String>,
    /// The key project it is about.
    pub project: Option<String>,
    /// Whether the facility is simulated.
    pub simulated: bool,
}

/// Rows behind a measure's value, or why there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureRowsPage {
    /// The rows the reader may see.
    pub rows: Result<Vec<MeasureRow>, MeasureFault>,
    /// How many on this page are not shown, since they are about what the public is not told.
    pub hidden: usize,
    /// Whether there may be more.
    pub more: bool,
    /// How long it took.
    pub took: Duration,
}

/// What a query of a value came to.
struct Came {
    value: Result<MeasureFigures, MeasureFault>,
    simulated: bool,
    took: Duration,
}

/// What a measure would come to. Nothing of it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasurePreview {
    /// The value.
    pub value: Result<MeasureFigures, MeasureFault>,
    /// Whether it rests on anything simulated.
    pub simulated: bool,
    /// The first rows behind it.
    pub rows: Result<Vec<MeasureRow>, MeasureFault>,
    /// How long both took.
    pub took: Duration,
}

/// A cell as a decimal; `None` for nothing.
fn number(cell: &MeasureCell, output: Output) -> Result<Option<Decimal>, MeasureFault> {
    let column = || output.name().to_owned();
    let limit = Decimal::from(1_000_000_000_000_000_000_i64);
    let value = match cell {
        MeasureCell::Null => return Ok(None),
        MeasureCell::Int(number) => Some(Decimal::from(*number)),
        MeasureCell::Real(number) => Decimal::try_from(*number).ok(),
        MeasureCell::Text(text) => {
            return Err(MeasureFault::NotANumber { column: column(), given: text.chars().take(40).collect() });
        }
    };
    match value.filter(|value| value.abs() <= limit) {
        Some(value) => Ok(Some(value)),
        None => Err(MeasureFault::OutOfBounds { column: column() }),
    }
}

fn figures(query: &Checked, found: &MeasureRows, decimals: u8) -> Result<MeasureFigures, MeasureFault> {
    let row = match found.rows.as_slice() {
        [] => return Err(MeasureFault::NoRow),
        [row] => row,
        _ => return Err(MeasureFault::SeveralRows),
    };
    let mut of = BTreeMap::new();
    for (output, cell) in query.outputs().iter().zip(row) {
        if let Some(value) = number(cell, *output)? {
            of.insert(*output, rounded(value, if *output == Output::Value { decimals } else { 6 }));
        }
    }
    let value = of.remove(&Output::Value).ok_or(MeasureFault::NoValue)?;
    let mut take = |output| of.remove(&output);
    Ok(MeasureFigures {
        value,
        numerator: take(Output::Numerator),
        denominator: take(Output::Denominator),
        count: take(Output::Count),
    })
}

fn words(cell: &MeasureCell) -> Option<String> {
    match cell {
        MeasureCell::Null => None,
        MeasureCell::Int(number) => Some(number.to_string()),
        MeasureCell::Real(number) => Some(number.to_string()),
        MeasureCell::Text(text) => Some(text.clone()),
    }
}

fn row_of(query: &Checked, cells: &[MeasureCell]) -> Result<MeasureRow, MeasureFault> {
    let mut row = MeasureRow {
        label: String::new(),
        day: String::new(),
        value: None,
        facility: None,
        case: None,
        task: None,
        project: None,
        simulated: false,
    };
    for (output, cell) in query.outputs().iter().zip(cells) {
        match output {
            Output::Value => row.value = number(cell, *output)?.map(|value| rounded(value, 6)),
            Output::Label => row.label = words(cell).unwrap_or_default(),
            Output::Day => row.day = words(cell).unwrap_or_default(),
            Output::Facility => row.facility = words(cell),
            Output::Case => row.case = words(cell),
            Output::Task => row.task = words(cell),
            Output::Project => row.project = words(cell),
            Output::Numerator | Output::Denominator | Output::Count => {}
        }
    }
    Ok(row)
}

fn unreadable(why: &Two) -> MeasureFault {
    MeasureFault::Failed { why: why.zh.clone() }
}

fn mark(rows: &mut [MeasureRow], instruments: &Instruments) {
    for row in rows {
        let known = row.facility.as_ref().and_then(|id| FacilityId::new(id.clone()).ok());
        row.simulated = known.and_then(|id| instruments.facility(&id)).is_some_and(|one| one.simulated);
    }
}

impl Platform {
    /// The last day a task may be measured for.
    fn measured_until(&self, task: &Task) -> Date {
        self.clock().today().min(date(task.year.clamp(1, 9_998), 12, 31))
    }

    async fn run_query(
        &self,
        text: &MeasureText,
        query: &Checked,
        day: Date,
        (offset, limit): (u32, u32),
        real: bool,
    ) -> Result<Result<MeasureRows, MeasureFault>, PlatformError> {
        let begins = text.window.begins(day);
        let asked = Asked {
            year: i64::from(day.year()),
            from: begins.to_string(),
            to: day.to_string(),
            today: self.clock().today().to_string(),
        };
        let end = Moment::begin_of(day).after(Grain::Day.period());
        let window = (Moment::begin_of(begins).millis(), end.millis());
        let run = MeasureRun { query, asked: &asked, window, limit, offset, real, within: WITHIN };
        Ok(self.store().run_measure(self.city(), &run).await?)
    }

    async fn value_of(&self, text: &MeasureText, day: Date) -> Result<Came, PlatformError> {
        // A version is checked before it is kept; a newer program may allow less than the one that kept it.
        let query = match checked_value(&text.value) {
            Ok(query) => query,
            Err(error) => {
                return Ok(Came { value: Err(unreadable(&error.words())), simulated: false, took: Duration::ZERO });
            }
        };
        let (value, took) = match self.run_query(text, &query, day, (0, 2), false).await? {
            Ok(found) => (figures(&query, &found, text.decimals), found.took),
            Err(fault) => (Err(fault), WITHIN),
        };
        let simulated = value.is_ok() && self.rests_on_simulated(text, &query, day, &value).await?;
        Ok(Came { value, simulated, took })
    }

    /// Whether a value would be another one if nothing simulated were there.
    async fn rests_on_simulated(
        &self,
        text: &MeasureText,
        query: &Checked,
        day: Date,
        value: &Result<MeasureFigures, MeasureFault>,
    ) -> Result<bool, PlatformError> {
        if of_instruments(query.views()) && !self.has_simulated_facility().await? {
            return Ok(false);
        }
        let without = self.run_query(text, query, day, (0, 2), true).await?;
        Ok(without.and_then(|found| figures(query, &found, text.decimals)) != *value)
    }

    /// Whether a facility of the city is simulated, so that what is counted over all of them may rest on it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn has_simulated_facility(&self) -> Result<bool, PlatformError> {
        Ok(self.store().has_simulated_facility(self.city()).await?)
    }

    async fn rows_of(
        &self,
        text: &MeasureText,
        day: Date,
        page: (u32, u32),
    ) -> Result<(Result<Vec<MeasureRow>, MeasureFault>, Duration), PlatformError> {
        let query = match checked_rows(&text.evidence) {
            Ok(query) => query,
            Err(error) => return Ok((Err(unreadable(&error.words())), Duration::ZERO)),
        };
        Ok(match self.run_query(text, &query, day, page, false).await? {
            Ok(found) => (found.rows.iter().map(|cells| row_of(&query, cells)).collect(), found.took),
            Err(fault) => (Err(fault), WITHIN),
        })
    }

    /// What a measure would come to today. Nothing is stored.
    ///
    /// # Errors
    /// A refusal when the account is not of the supervision office or something is wrong with the measure; or the store.
    pub async fn preview_measure(&self, actor: &Actor, text: &MeasureText) -> Result<MeasurePreview, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        text.checked()?;
        let day = self.clock().today();
        let Came { value, simulated, took } = self.value_of(text, day).await?;
        let (mut rows, longer) = self.rows_of(text, day, (0, FIRST_ROWS)).await?;
        if let Ok(rows) = &mut rows {
            mark(rows, &self.instruments().await?);
        }
        Ok(MeasurePreview { value, simulated, rows, took: took + longer })
    }

    /// The measures of the city, by identifier, at most 500.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measures(&self) -> Result<Vec<MeasureLine>, PlatformError> {
        let latest = self.store().measures(self.city(), MOST_MEASURES).await?;
        let links = self.store().measure_links(self.city()).await?;
        let readings = self.store().newest_readings(self.city(), MOST_SHOWN * 5).await?;
        let line = |measure: Measure| MeasureLine {
            reading: readings.iter().find(|r| r.measure == measure.text.id && r.version == measure.version).cloned(),
            tasks: links.iter().filter(|(_, link)| link.measure == measure.text.id).count(),
            measure,
        };
        Ok(latest.into_iter().map(line).collect())
    }

    /// The rows behind a version's value on a day, from `offset`, at most `limit` (held to 1,000). The public is shown rows
    /// of public measures only, and of those only what is about nothing, a task, or a facility everybody may see.
    ///
    /// # Errors
    /// When there is no such version, the reader may not see its rows, or the store does not answer.
    pub async fn measure_rows(
        &self,
        reader: Option<&Actor>,
        (id, version): (&MeasureId, u32),
        day: Option<Date>,
        offset: u32,
        limit: u32,
    ) -> Result<MeasureRowsPage, PlatformError> {
        let measure = self.store().measure(self.city(), id, version).await?.ok_or_else(|| not_found(id))?;
        if reader.is_none() && !measure.text.public {
            return Err(PlatformError::NotAllowed);
        }
        let today = self.clock().today();
        let limit = limit.clamp(1, MOST_ROWS);
        let (rows, took) = self.rows_of(&measure.text, day.unwrap_or(today).min(today), (offset, limit)).await?;
        let mut page = MeasureRowsPage { rows, hidden: 0, more: false, took };
        if let Ok(rows) = &mut page.rows {
            page.more = u32::try_from(rows.len()).is_ok_and(|found| found == limit);
            let instruments = self.instruments().await?;
            mark(rows, &instruments);
            if reader.is_none() {
                let before = rows.len();
                let open = |facility: &String| {
                    let known = FacilityId::new(facility.clone()).ok().and_then(|id| instruments.facility(&id));
                    let kind = known.and_then(|one| instruments.catalogue().find(&one.facility_type));
                    kind.is_some_and(FacilityType::is_public)
                };
                rows.retain(|row| {
                    row.case.is_none() && row.project.is_none() && row.facility.as_ref().is_none_or(open)
                });
                page.hidden = before - rows.len();
            }
        }
        Ok(page)
    }

    /// Reads a version for a day and keeps what it came to.
    async fn read_measure(&self, measure: &Measure, day: Date) -> Result<ReadingRow, PlatformError> {
        let Came { value, simulated, took } = self.value_of(&measure.text, day).await?;
        let now = as_stored(self.clock().now());
        let (read, fault) = match value {
            Ok(figures) => (Some((figures, now)), None),
            Err(fault) => (None, Some(fault)),
        };
        let took = i64::try_from(took.as_micros()).unwrap_or(i64::MAX);
        let (id, version) = (measure.text.id.clone(), measure.version);
        let row = ReadingRow { measure: id, version, day, read, simulated, took, tried: now, fault };
        let mut commit = Commit::new(self.city(), now, MEASURES);
        commit.put_measure_reading(&row)?;
        self.store().commit(commit).await?;
        Ok(row)
    }

    /// What may be due today: each version somebody reads or a task is measured by, by day, with the tasks. Days that have
    /// ended are read again when they were read while they went on, since that was not all of them, and values come late. With
    /// the days that are the last of a task's year.
    async fn perhaps_due(&self, today: Date) -> Result<(PerhapsDue, BTreeSet<Date>), PlatformError> {
        let (mut due, mut last_of) = (PerhapsDue::new(), BTreeSet::new());
        for measure in self.store().measures(self.city(), MOST_MEASURES).await? {
            due.entry((measure.text.id, measure.version, today)).or_default();
        }
        let ended = today.checked_sub((SETTLES_WITHIN + 1).days()).unwrap_or(today);
        let mut measured = MeasuredBy::new();
        for (id, link) in self.store().measure_links(self.city()).await? {
            let Some(task) = self.store().task(self.city(), &id).await? else { continue };
            if task.closing.is_none() {
                let until = self.measured_until(&task);
                last_of.insert(until);
                due.entry((link.measure.clone(), link.version, until)).or_default().insert(id.clone());
                let since = self.clock().day_of(link.at);
                measured.entry((link.measure, link.version)).or_default().push((id, since, until));
            }
        }
        for (id, version, day) in self.store().read_between(self.city(), ended, today).await? {
            let tasks = due.entry((id.clone(), version, day)).or_default();
            let of = measured.get(&(id, version)).into_iter().flatten();
            tasks
                .extend(of.filter(|(_, since, until)| (*since..=*until).contains(&day)).map(|(task, ..)| task.clone()));
        }
        Ok((due, last_of))
    }

    /// Reads every measure that is due, every hour of the day it speaks of and for some days after it, and files what it came
    /// to for the tasks it measures: once while the day goes on, and after its end when it came to something else. Returns how
    /// many pieces of evidence were filed.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measure_due(&self) -> Result<usize, PlatformError> {
        let (now, today) = (self.clock().now(), self.clock().today());
        let mut known: BTreeMap<(MeasureId, u32), Measure> = BTreeMap::new();
        let mut sealed = false;
        let mut filed = 0;
        let (due, last_of) = self.perhaps_due(today).await?;
        for ((id, version, day), tasks) in due {
            let measure = match known.get(&(id.clone(), version)) {
                Some(measure) => measure.clone(),
                None => match self.store().measure(self.city(), &id, version).await? {
                    Some(measure) => known.entry((id.clone(), version)).or_insert(measure).clone(),
                    None => continue,
                },
            };
            let settles = checked_value(&measure.text.value).map_or(0, |query| settles_within(query.views()));
            if settles == 0 && day < today && !last_of.contains(&day) {
                continue;
            }
            let before = self.store().measure_reading(self.city(), (&id, version), day).await?;
            let due = |row: &ReadingRow| {
                let tried = self.clock().day_of(row.tried);
                let again = row.fault.is_some() || is_due(row.day, tried, today, settles);
                again && now.duration_since(row.tried) >= AGAIN || tried <= row.day && row.day < today
            };
            let row = match before.filter(|row| !due(row)) {
                Some(row) => row,
                None => {
                    if !std::mem::replace(&mut sealed, true) {
                        self.seal_for_measures().await?;
                    }
                    self.read_measure(&measure, day).await?
                }
            };
            for task in tasks {
                filed += usize::from(self.file_reading(&task, (&measure, &row), now, Occasion::Hourly).await?);
            }
        }
        Ok(filed)
    }

    /// Views show what is sealed, so what has just been received is sealed before.
    async fn seal_for_measures(&self) -> Result<(), PlatformError> {
        let instruments = self.instruments().await?;
        if instruments.unsealed() > 0 {
            instruments.seal().await?;
        }
        Ok(())
    }

    /// Reads what a task is measured by, now, and files it when it changed. Returns whether it did.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measure_task(&self, id: &TaskId) -> Result<bool, PlatformError> {
        let Some(link) = self.store().measure_link(self.city(), id).await? else { return Ok(false) };
        let Some(task) = self.store().task(self.city(), id).await? else { return Ok(false) };
        let Some(measure) = self.store().measure(self.city(), &link.measure, link.version).await? else {
            return Ok(false);
        };
        self.seal_for_measures().await?;
        let row = self.read_measure(&measure, self.measured_until(&task)).await?;
        self.file_reading(id, (&measure, &row), self.clock().now(), Occasion::Asked).await
    }

    /// Reads the newest version of a measure now, and files it for the tasks measured by it.
    ///
    /// # Errors
    /// When the account is not of the supervision office, there is no such measure, or the store does not answer.
    pub async fn measure_now(&self, actor: &Actor, id: &MeasureId) -> Result<ReadingRow, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let latest = self.store().measure_versions(self.city(), id, 1).await?.into_iter().next();
        let latest = latest.ok_or_else(|| not_found(id))?;
        self.seal_for_measures().await?;
        let row = self.read_measure(&latest, self.clock().today()).await?;
        for (task, link) in self.store().measure_links(self.city()).await? {
            if &link.measure == id {
                self.measure_task(&task).await?;
            }
        }
        Ok(row)
    }

    fn filing_of(&self, task: &Task, measure: &Measure, row: &ReadingRow, id: EvidenceId) -> Option<Command> {
        let (figures, _) = row.read.as_ref().filter(|_| row.fault.is_none())?;
        let parts = match (figures.numerator, figures.denominator) {
            (Some(numerator), Some(denominator)) => format!("，{numerator} / {denominator}"),
            (Some(numerator), None) => format!("，分子 {numerator}"),
            _ => String::new(),
        };
        let count = figures.count.map(|count| format!("，依据 {count} 条记录")).unwrap_or_default();
        let text = &measure.text;
        // A task without a number takes none: what was measured is told in words.
        let (value, unit, told) = match task.target_now() {
            // A unit that does not fit any more is refused where it is filed.
            Some(target) => {
                let unit = unit_for(&text.unit, &target.unit).unwrap_or_else(|| text.unit.clone());
                (Some(figures.value), unit, String::new())
            }
            None => {
                let shown = rounded(figures.value, text.decimals);
                (None, String::new(), format!("：{shown} {}", text.unit))
            }
        };
        Some(Command::File(Box::new(File {
            id,
            source: Source::Measure,
            unit,
            value,
            basis: Basis::Cumulative,
            period: Period { from: date(task.year.clamp(1, 9_998), 1, 1), to: row.day },
            place: String::new(),
            point: None,
            note: format!(
                "由口径“{}”（{} 第 {} 版）测得{told}{parts}{count}。",
                text.name.zh, text.id, measure.version
            ),
            reported: ReportedStatus::UnderWay,
            attachments: Vec::new(),
            milestone: None,
            simulated: task.simulated || row.simulated,
            confirmed: Confirmation::ALL.to_vec(),
        })))
    }

    fn nobody() -> Result<Actor, PlatformError> {
        Ok(Actor { account: AccountId::new(MEASURES)?, role: AccountRole::Supervisor, unit: None, leader: None })
    }

    /// Why the rules do not let a task have what was read; `None` when they do.
    pub(super) fn refusal_of(&self, task: &Task, measure: &Measure, row: &ReadingRow) -> Option<Two> {
        let (id, nobody) = (EvidenceId::new("e0").ok()?, Self::nobody().ok()?);
        let command = self.filing_of(task, measure, row, id)?;
        let now = self.clock().now();
        decide(task, &command, &nobody, &self.pack().settings, now, self.clock().day_of(now)).err().map(|r| r.message)
    }

    /// Files what was read for a task, when it is news.
    async fn file_reading(
        &self,
        id: &TaskId,
        (measure, row): (&Measure, &ReadingRow),
        now: Timestamp,
        occasion: Occasion,
    ) -> Result<bool, PlatformError> {
        let Some(task) = self.store().task(self.city(), id).await? else { return Ok(false) };
        let evidence = EvidenceId::new(format!("e{}", random_hex(10)?))?;
        let Some(command) = self.filing_of(&task, measure, row, evidence) else { return Ok(false) };
        let nobody = Self::nobody()?;
        let Ok(events) = decide(&task, &command, &nobody, &self.pack().settings, now, self.clock().day_of(now)) else {
            // Told at the task, where it is looked at; the job has nobody to tell.
            return Ok(false);
        };
        let next = events.iter().find_map(|event| match event {
            tingzhou_ledger::Event::EvidenceFiled { evidence } => Some(evidence),
            _ => None,
        });
        let of_the_day =
            |e: &&Evidence| e.source == Source::Measure && e.by.as_str() == MEASURES && e.period.to == row.day;
        let last = task.standing_evidence().rfind(of_the_day);
        let over = occasion == Occasion::Hourly && self.clock().day_of(row.tried) > row.day;
        // A day that was not filed while it went on is not made up for, but for the last of them.
        let missed = last.is_none() && row.day < self.measured_until(&task);
        let occasion = if over { Occasion::Over } else { occasion };
        if missed || !next.is_some_and(|next| is_news(last, next, occasion)) {
            return Ok(false);
        }
        match self.run_at(&nobody, id, task.version, command, now, Vec::new(), None).await {
            Ok(_) => Ok(true),
            // Somebody filed meanwhile; it is filed the next time.
            Err(PlatformError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
