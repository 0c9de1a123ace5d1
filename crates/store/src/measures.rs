//! Measures, what tasks are measured by, and what was read.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Row, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tingzhou_ledger::{CityId, TaskId};
use tingzhou_measures::{Measure, MeasureFault, MeasureId, MeasureLink};

const LATEST: &str = "SELECT m.body FROM measure m WHERE m.city_id = $1 AND m.version = (SELECT MAX(n.version) FROM measure n \
     WHERE n.city_id = m.city_id AND n.measure_id = m.measure_id) ORDER BY m.measure_id LIMIT $2";
const VERSIONS: &str = "SELECT body FROM measure WHERE city_id = $1 AND measure_id = $2 ORDER BY version DESC LIMIT $3";
const ONE: &str = "SELECT body FROM measure WHERE city_id = $1 AND measure_id = $2 AND version = $3";
const VERSION: &str =
    "SELECT MAX(version) FROM measure WHERE city_id = $1 AND measure_id = $2 HAVING MAX(version) IS NOT NULL";
const PUT: &str = "INSERT INTO measure (city_id, measure_id, version, body) VALUES ($1, $2, $3, $4)";
const AFTER: &str = "SELECT body FROM measure WHERE city_id = $1 AND (measure_id, version) > ($2, $3) \
     ORDER BY measure_id, version LIMIT $4";
const LINKS: &str = "SELECT task_id, body FROM task_measure WHERE city_id = $1 ORDER BY task_id LIMIT 10000";
const LINK: &str = "SELECT task_id, body FROM task_measure WHERE city_id = $1 AND task_id = $2";
const PUT_LINK: &str = "INSERT INTO task_measure (city_id, task_id, body) VALUES ($1, $2, $3) \
     ON CONFLICT (city_id, task_id) DO UPDATE SET body = excluded.body";
const DROP_LINK: &str = "DELETE FROM task_measure WHERE city_id = $1 AND task_id = $2";
const READING: &str = "SELECT measure_id, version, day, value, numerator, denominator, row_count, read_at, took, tried_at, fault, \
     simulated FROM measure_reading WHERE city_id = $1 AND measure_id = $2 AND version = $3 AND day = $4";
const READINGS: &str = "SELECT measure_id, version, day, value, numerator, denominator, row_count, read_at, took, tried_at, fault, \
     simulated FROM measure_reading WHERE city_id = $1 AND measure_id = $2 ORDER BY day DESC, version DESC LIMIT $3";
const NEWEST: &str = "SELECT r.measure_id, r.version, r.day, r.value, r.numerator, r.denominator, r.row_count, r.read_at, r.took, \
     r.tried_at, r.fault, r.simulated FROM measure_reading r WHERE r.city_id = $1 AND r.day = (SELECT MAX(s.day) FROM measure_reading s \
     WHERE s.city_id = r.city_id AND s.measure_id = r.measure_id AND s.version = r.version) \
     ORDER BY r.measure_id, r.version LIMIT $2";
const BETWEEN: &str = "SELECT measure_id, version, day FROM measure_reading WHERE city_id = $1 AND day >= $2 AND day < $3 \
     ORDER BY measure_id, version, day LIMIT 50000";
// In both databases; one that only has it in a name is looked at more closely for nothing.
const SIMULATED: &str =
    "SELECT facility_id FROM facility WHERE city_id = $1 AND body LIKE '%\"simulated\":true%' LIMIT 1";
const PUT_READING: &str = "INSERT INTO measure_reading (city_id, measure_id, version, day, value, numerator, denominator, \
     row_count, read_at, took, tried_at, fault, simulated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, '', $11) \
     ON CONFLICT (city_id, measure_id, version, day) DO UPDATE SET value = excluded.value, numerator = excluded.numerator, \
     denominator = excluded.denominator, row_count = excluded.row_count, read_at = excluded.read_at, took = excluded.took, \
     tried_at = excluded.tried_at, fault = '', simulated = excluded.simulated";
const PUT_FAULT: &str = "INSERT INTO measure_reading (city_id, measure_id, version, day, took, tried_at, fault) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (city_id, measure_id, version, day) \
     DO UPDATE SET took = excluded.took, tried_at = excluded.tried_at, fault = excluded.fault";

/// What a version of a measure came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureFigures {
    /// The value.
    pub value: Decimal,
    /// What of.
    pub numerator: Option<Decimal>,
    /// Out of what.
    pub denominator: Option<Decimal>,
    /// How many rows it rests on.
    pub count: Option<Decimal>,
}

/// What a version came to on a day, and how the last attempt went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingRow {
    /// The measure.
    pub measure: MeasureId,
    /// Its version.
    pub version: u32,
    /// The last day it speaks of.
    pub day: Date,
    /// What it came to, and when that was read.
    pub read: Option<(MeasureFigures, Timestamp)>,
    /// Whether it rests on anything simulated.
    pub simulated: bool,
    /// How long the last attempt took, in microseconds.
    pub took: i64,
    /// When the last attempt was.
    pub tried: Timestamp,
    /// Why it gave nothing.
    pub fault: Option<MeasureFault>,
}

fn body<T: serde::de::DeserializeOwned>(row: Row) -> Result<T, StoreError> {
    Columns::new("measure", row).json()
}

fn link(row: Row) -> Result<(TaskId, MeasureLink), StoreError> {
    let mut c = Columns::new("task_measure", row);
    Ok((c.parsed(TaskId::new)?, c.json()?))
}

fn reading(row: Row) -> Result<ReadingRow, StoreError> {
    let damaged = |why: String| StoreError::Damaged { table: "measure_reading", why };
    let mut c = Columns::new("measure_reading", row);
    let measure = c.parsed(MeasureId::try_from)?;
    let version = u32::try_from(c.int()?).map_err(|e| damaged(e.to_string()))?;
    let day = c.parsed(|text| text.parse::<Date>())?;
    let mut decimal = || -> Result<Option<Decimal>, StoreError> {
        c.opt_text()?.map(|text| text.parse::<Decimal>().map_err(|e| damaged(e.to_string()))).transpose()
    };
    let (value, numerator, denominator, count) = (decimal()?, decimal()?, decimal()?, decimal()?);
    let at = c.opt_int()?.map(instant).transpose()?;
    let read = value.zip(at).map(|(value, at)| (MeasureFigures { value, numerator, denominator, count }, at));
    let (took, tried, fault) = (c.int()?, instant(c.int()?)?, c.text()?);
    let fault = if fault.is_empty() { None } else { Some(serde_json::from_str(&fault)?) };
    let simulated = c.int()? != 0;
    Ok(ReadingRow { measure, version, day, read, simulated, took, tried, fault })
}

/// Which version and day a reading is of.
fn place(row: Row) -> Result<(MeasureId, u32, Date), StoreError> {
    let mut c = Columns::new("measure_reading", row);
    let measure = c.parsed(MeasureId::try_from)?;
    let version = u32::try_from(c.int()?);
    let version = version.map_err(|e| StoreError::Damaged { table: "measure_reading", why: e.to_string() })?;
    Ok((measure, version, c.parsed(|text| text.parse::<Date>())?))
}

impl Store {
    /// The newest version of every measure, by identifier, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measures(&self, city: &CityId, limit: u32) -> Result<Vec<Measure>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(i64::from(limit))];
        self.query(LATEST, params).await?.into_iter().map(body).collect()
    }

    /// The versions of a measure, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measure_versions(
        &self,
        city: &CityId,
        id: &MeasureId,
        limit: u32,
    ) -> Result<Vec<Measure>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(id.as_str()), Value::Int(i64::from(limit))];
        self.query(VERSIONS, params).await?.into_iter().map(body).collect()
    }

    /// One version of a measure.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measure(&self, city: &CityId, id: &MeasureId, version: u32) -> Result<Option<Measure>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(id.as_str()), Value::Int(i64::from(version))];
        self.query(ONE, params).await?.into_iter().next().map(body).transpose()
    }

    /// All versions after one, by identifier and version, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measures_after(
        &self,
        city: &CityId,
        (id, version): (&str, u32),
        limit: u32,
    ) -> Result<Vec<Measure>, StoreError> {
        let params = vec![
            Value::text(city.as_str()),
            Value::text(id),
            Value::Int(i64::from(version)),
            Value::Int(i64::from(limit)),
        ];
        self.query(AFTER, params).await?.into_iter().map(body).collect()
    }

    /// What tasks are measured by, at most 10,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measure_links(&self, city: &CityId) -> Result<Vec<(TaskId, MeasureLink)>, StoreError> {
        self.query(LINKS, vec![Value::text(city.as_str())]).await?.into_iter().map(link).collect()
    }

    /// What a task is measured by.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measure_link(&self, city: &CityId, task: &TaskId) -> Result<Option<MeasureLink>, StoreError> {
        let rows = self.query(LINK, vec![Value::text(city.as_str()), Value::text(task.as_str())]).await?;
        Ok(rows.into_iter().next().map(link).transpose()?.map(|(_, link)| link))
    }

    /// What a version came to on a day.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measure_reading(
        &self,
        city: &CityId,
        (id, version): (&MeasureId, u32),
        day: Date,
    ) -> Result<Option<ReadingRow>, StoreError> {
        let (id, version) = (Value::text(id.as_str()), Value::Int(i64::from(version)));
        let rows =
            self.query(READING, vec![Value::text(city.as_str()), id, version, Value::text(day.to_string())]).await?;
        rows.into_iter().next().map(reading).transpose()
    }

    /// Whether a facility of the city may be simulated.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn has_simulated_facility(&self, city: &CityId) -> Result<bool, StoreError> {
        Ok(!self.query(SIMULATED, vec![Value::text(city.as_str())]).await?.is_empty())
    }

    /// Which versions were read for which days, from one day to before another, at most 50,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read_between(
        &self,
        city: &CityId,
        from: Date,
        before: Date,
    ) -> Result<Vec<(MeasureId, u32, Date)>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(from.to_string()), Value::text(before.to_string())];
        self.query(BETWEEN, params).await?.into_iter().map(place).collect()
    }

    /// What a measure came to, the newest day first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn measure_readings(
        &self,
        city: &CityId,
        id: &MeasureId,
        limit: u32,
    ) -> Result<Vec<ReadingRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(id.as_str()), Value::Int(i64::from(limit))];
        self.query(READINGS, params).await?.into_iter().map(reading).collect()
    }

    /// The newest reading of every version, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn newest_readings(&self, city: &CityId, limit: u32) -> Result<Vec<ReadingRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(i64::from(limit))];
        self.query(NEWEST, params).await?.into_iter().map(reading).collect()
    }
}

impl Commit {
    /// Writes a version down; refused unless it follows the newest.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put_measure(&mut self, measure: &Measure) -> Result<(), StoreError> {
        let (city, id) = (Value::text(self.city.as_str()), Value::text(measure.text.id.as_str()));
        let before = (measure.version > 1).then(|| i64::from(measure.version) - 1);
        self.guard(VERSION, vec![city.clone(), id.clone()], before, format!("measure {}", measure.text.id));
        let body = Value::Text(serde_json::to_string(measure)?);
        self.write(PUT, vec![city, id, Value::Int(i64::from(measure.version)), body]);
        Ok(())
    }

    /// Says what a task is measured by; `None` ends it.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put_measure_link(&mut self, task: &TaskId, link: Option<&MeasureLink>) -> Result<(), StoreError> {
        let mut params = vec![Value::text(self.city.as_str()), Value::text(task.as_str())];
        match link {
            None => self.write(DROP_LINK, params),
            Some(link) => {
                params.push(Value::Text(serde_json::to_string(link)?));
                self.write(PUT_LINK, params);
            }
        }
        Ok(())
    }

    /// Keeps what a version came to on a day, or why it gave nothing; the latter leaves what was read before.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put_measure_reading(&mut self, row: &ReadingRow) -> Result<(), StoreError> {
        let mut params = vec![
            Value::text(self.city.as_str()),
            Value::text(row.measure.as_str()),
            Value::Int(i64::from(row.version)),
            Value::text(row.day.to_string()),
        ];
        match (&row.read, &row.fault) {
            (Some((figures, at)), None) => {
                let text = |value: Option<Decimal>| value.map_or(Value::Null, |v| Value::Text(v.to_string()));
                params.push(text(Some(figures.value)));
                params.push(text(figures.numerator));
                params.push(text(figures.denominator));
                params.push(text(figures.count));
                params.push(Value::Int(at.as_microsecond()));
                params.push(Value::Int(row.took));
                params.push(Value::Int(i64::from(row.simulated)));
                self.write(PUT_READING, params);
            }
            (_, fault) => {
                params.push(Value::Int(row.took));
                params.push(Value::Int(row.tried.as_microsecond()));
                params.push(Value::Text(fault.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default()));
                self.write(PUT_FAULT, params);
            }
        }
        Ok(())
    }
}
