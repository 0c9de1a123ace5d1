//! Bulletins as issued. They are written once.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Row, Value};
use jiff::{Timestamp, civil::Date};
use tingzhou_ledger::bulletin::BulletinPeriod;
use tingzhou_ledger::{AccountId, CityId};

const THERE: &str = "SELECT CAST(1 AS BIGINT) FROM bulletin WHERE city_id = $1 AND bulletin_id = $2";
const INSERT: &str = "INSERT INTO bulletin (city_id, bulletin_id, day, title, sha256, issued_by, issued_at, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ONE: &str = "SELECT bulletin_id, day, title, sha256, issued_by, issued_at, body FROM bulletin \
     WHERE city_id = $1 AND bulletin_id = $2";
const LIST: &str = "SELECT bulletin_id, day, title, sha256, issued_by, issued_at FROM bulletin \
     WHERE city_id = $1 ORDER BY day DESC, bulletin_id DESC LIMIT $2 OFFSET $3";

/// A bulletin as issued, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulletinLine {
    /// The time it speaks of.
    pub period: BulletinPeriod,
    /// Last day of that time.
    pub day: Date,
    /// Title.
    pub title: String,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: String,
    /// Who issued it.
    pub issued_by: AccountId,
    /// When.
    pub issued_at: Timestamp,
}

fn line(c: &mut Columns) -> Result<BulletinLine, StoreError> {
    Ok(BulletinLine {
        period: c.parsed(BulletinPeriod::try_from)?,
        day: c.parsed(|text| text.parse::<Date>())?,
        title: c.text()?,
        sha256: c.text()?,
        issued_by: c.parsed(AccountId::new)?,
        issued_at: instant(c.int()?)?,
    })
}

fn columns(row: Row) -> Columns {
    Columns::new("bulletin", row)
}

impl Store {
    /// A city's issued bulletins, the latest period first: `limit` of them after the first `offset`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn bulletins(&self, city: &CityId, offset: u32, limit: u32) -> Result<Vec<BulletinLine>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(i64::from(limit)), Value::Int(i64::from(offset))];
        self.query(LIST, params).await?.into_iter().map(|row| line(&mut columns(row))).collect()
    }

    /// One issued bulletin with its content as stored.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn bulletin(
        &self,
        city: &CityId,
        period: BulletinPeriod,
    ) -> Result<Option<(BulletinLine, String)>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(period.to_string())];
        let Some(row) = self.query(ONE, params).await?.into_iter().next() else { return Ok(None) };
        let mut c = columns(row);
        Ok(Some((line(&mut c)?, c.text()?)))
    }
}

impl Commit {
    /// Keeps an issued bulletin; fails when that period's is issued already.
    pub fn add_bulletin(&mut self, row: &BulletinLine, body: &str) {
        let key = vec![Value::text(self.city.as_str()), Value::text(row.period.to_string())];
        self.guard(THERE, key.clone(), None, format!("bulletin {}", row.period));
        let mut params = key;
        params.extend([
            Value::text(row.day.to_string()),
            Value::text(&row.title),
            Value::text(&row.sha256),
            Value::text(row.issued_by.as_str()),
            Value::Int(row.issued_at.as_microsecond()),
            Value::text(body),
        ]);
        self.write(INSERT, params);
    }
}
