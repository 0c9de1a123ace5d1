//! Adopted reports: the text as delivered and its reading as adopted.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Value};
use jiff::Timestamp;
use tingzhou_ledger::{AccountId, CityId, ReportId};

const THERE: &str = "SELECT CAST(1 AS BIGINT) FROM report WHERE city_id = $1 AND report_id = $2";
const INSERT: &str = "INSERT INTO report (city_id, report_id, year, title, sha256, text, reading, adopted_by, adopted_at, simulated) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const LIST: &str = "SELECT report_id, year, title, sha256, text, reading, adopted_by, adopted_at, simulated FROM report \
     WHERE city_id = $1 ORDER BY year DESC, adopted_at DESC LIMIT 100";

/// An adopted report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// Its identifier.
    pub id: ReportId,
    /// The year promised for.
    pub year: i16,
    /// Its title.
    pub title: String,
    /// SHA-256 of the text, hexadecimal.
    pub sha256: String,
    /// The text as delivered.
    pub text: String,
    /// The reading as adopted, JSON.
    pub reading: String,
    /// Who adopted it.
    pub adopted_by: AccountId,
    /// When.
    pub adopted_at: Timestamp,
    /// Belongs to a simulated city.
    pub simulated: bool,
}

impl Store {
    /// A city's reports, newest year first, at most 100.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn reports(&self, city: &CityId) -> Result<Vec<ReportRow>, StoreError> {
        let rows = self.query(LIST, vec![Value::text(city.as_str())]).await?;
        rows.into_iter()
            .map(|row| {
                let mut c = Columns::new("report", row);
                Ok(ReportRow {
                    id: c.parsed(ReportId::new)?,
                    year: i16::try_from(c.int()?)
                        .map_err(|e| StoreError::Damaged { table: "report", why: e.to_string() })?,
                    title: c.text()?,
                    sha256: c.text()?,
                    text: c.text()?,
                    reading: c.text()?,
                    adopted_by: c.parsed(AccountId::new)?,
                    adopted_at: instant(c.int()?)?,
                    simulated: c.int()? != 0,
                })
            })
            .collect()
    }
}

impl Commit {
    /// Adds a report; fails when its identifier is taken.
    pub fn add_report(&mut self, row: &ReportRow) {
        let (city, id) = (Value::text(self.city.as_str()), Value::text(row.id.as_str()));
        self.guard(THERE, vec![city.clone(), id.clone()], None, format!("report {}", row.id));
        let params = vec![
            city,
            id,
            Value::Int(i64::from(row.year)),
            Value::text(&row.title),
            Value::text(&row.sha256),
            Value::text(&row.text),
            Value::text(&row.reading),
            Value::text(row.adopted_by.as_str()),
            Value::Int(row.adopted_at.as_microsecond()),
            Value::flag(row.simulated),
        ];
        self.write(INSERT, params);
    }
}
