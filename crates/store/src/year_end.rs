//! What the year's end says as published, and objections to it.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Value};
use jiff::{Timestamp, civil::Date};
use tingzhou_ledger::{AccountId, CityId, ObjectionId, ReportId, TaskId};

const THERE: &str = "SELECT CAST(1 AS BIGINT) FROM year_end WHERE city_id = $1 AND report_id = $2";
const INSERT: &str = "INSERT INTO year_end (city_id, report_id, objections_until, sha256, published_by, published_at, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ONE: &str = "SELECT report_id, objections_until, sha256, published_by, published_at, body FROM year_end \
     WHERE city_id = $1 AND report_id = $2";
const OBJECT: &str = "INSERT INTO objection (city_id, objection_id, report_id, task_id, filed_at, text) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const OPEN: &str =
    "SELECT CAST(1 AS BIGINT) FROM objection WHERE city_id = $1 AND objection_id = $2 AND answer IS NULL";
const ANSWER: &str = "UPDATE objection SET answer = $3, answered_at = $4 WHERE city_id = $1 AND objection_id = $2";
const OBJECTIONS: &str = "SELECT objection_id, report_id, task_id, filed_at, text, answer, answered_at FROM objection \
     WHERE city_id = $1 AND report_id = $2 ORDER BY filed_at DESC, objection_id LIMIT $3 OFFSET $4";
const OBJECTION: &str = "SELECT objection_id, report_id, task_id, filed_at, text, answer, answered_at FROM objection \
     WHERE city_id = $1 AND objection_id = $2";
const SINCE: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM objection \
     WHERE city_id = $1 AND report_id = $2 AND filed_at > $3";

/// What the year's end says, as published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearEndRow {
    /// The report.
    pub report: ReportId,
    /// The last day objections are taken.
    pub objections_until: Date,
    /// SHA-256 of the body, hexadecimal.
    pub sha256: String,
    /// Who published it.
    pub published_by: AccountId,
    /// When.
    pub published_at: Timestamp,
    /// Its content, JSON.
    pub body: String,
}

/// An objection to what is said of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectionRow {
    /// Identifier.
    pub id: ObjectionId,
    /// The report.
    pub report: ReportId,
    /// The task.
    pub task: TaskId,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// What it says.
    pub text: String,
    /// The office's answer, and when.
    pub answer: Option<(String, Timestamp)>,
}

fn objection(row: crate::value::Row) -> Result<ObjectionRow, StoreError> {
    let mut c = Columns::new("objection", row);
    let (id, report, task) = (c.parsed(ObjectionId::new)?, c.parsed(ReportId::new)?, c.parsed(TaskId::new)?);
    let (filed_at, text) = (instant(c.int()?)?, c.text()?);
    let answer = match c.opt_text()? {
        Some(answer) => Some((answer, instant(c.int()?)?)),
        None => None,
    };
    Ok(ObjectionRow { id, report, task, filed_at, text, answer })
}

impl Store {
    /// What the year's end says of a report, as published.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn year_end(&self, city: &CityId, report: &ReportId) -> Result<Option<YearEndRow>, StoreError> {
        let rows = self.query(ONE, vec![Value::text(city.as_str()), Value::text(report.as_str())]).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let mut c = Columns::new("year_end", row);
        Ok(Some(YearEndRow {
            report: c.parsed(ReportId::new)?,
            objections_until: c.parsed(|text| text.parse::<Date>())?,
            sha256: c.text()?,
            published_by: c.parsed(AccountId::new)?,
            published_at: instant(c.int()?)?,
            body: c.text()?,
        }))
    }

    /// Objections to a report's completions, the latest first: `limit` of them after the first `offset`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn objections(
        &self,
        city: &CityId,
        report: &ReportId,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<ObjectionRow>, StoreError> {
        let mut params = vec![Value::text(city.as_str()), Value::text(report.as_str())];
        params.extend([Value::Int(i64::from(limit)), Value::Int(i64::from(offset))]);
        self.query(OBJECTIONS, params).await?.into_iter().map(objection).collect()
    }

    /// One objection.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn objection(&self, city: &CityId, id: &ObjectionId) -> Result<Option<ObjectionRow>, StoreError> {
        let rows = self.query(OBJECTION, vec![Value::text(city.as_str()), Value::text(id.as_str())]).await?;
        rows.into_iter().next().map(objection).transpose()
    }

    /// How many objections to a report's completions were filed after an instant.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn objections_since(&self, city: &CityId, report: &ReportId, at: Timestamp) -> Result<u32, StoreError> {
        let mut params = vec![Value::text(city.as_str()), Value::text(report.as_str())];
        params.push(Value::Int(at.as_microsecond()));
        let row = self.query(SINCE, params).await?.into_iter().next().unwrap_or_default();
        Ok(u32::try_from(Columns::new("objection", row).int()?).unwrap_or(u32::MAX))
    }
}

impl Commit {
    /// Keeps what is published of a report; fails when it is published already.
    pub fn add_year_end(&mut self, row: &YearEndRow) {
        let mut params = vec![Value::text(self.city.as_str()), Value::text(row.report.as_str())];
        self.guard(THERE, params.clone(), None, format!("completions of report {}", row.report));
        params.extend([
            Value::text(row.objections_until.to_string()),
            Value::text(&row.sha256),
            Value::text(row.published_by.as_str()),
            Value::Int(row.published_at.as_microsecond()),
            Value::text(&row.body),
        ]);
        self.write(INSERT, params);
    }

    /// Keeps an objection.
    pub fn add_objection(&mut self, report: &ReportId, id: &ObjectionId, task: &TaskId, text: &str) {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(id.as_str()),
            Value::text(report.as_str()),
            Value::text(task.as_str()),
            Value::Int(self.at.as_microsecond()),
            Value::text(text),
        ];
        self.write(OBJECT, params);
    }

    /// Keeps the answer to an objection; fails when it has one.
    pub fn answer_objection(&mut self, id: &ObjectionId, answer: &str) {
        let mut params = vec![Value::text(self.city.as_str()), Value::text(id.as_str())];
        self.guard(OPEN, params.clone(), Some(1), format!("unanswered objection {id}"));
        params.extend([Value::text(answer), Value::Int(self.at.as_microsecond())]);
        self.write(ANSWER, params);
    }
}
