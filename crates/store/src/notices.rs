//! What is told inside the program, and how far each account has read.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Value};
use jiff::Timestamp;
use tingzhou_ledger::{AccountId, Audience, CityId};

const INSERT: &str =
    "INSERT INTO notice (city_id, seq, ord, audience, at, subject, body) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LIST: &str = "SELECT seq, ord, at, subject, body FROM notice WHERE city_id = $1 AND audience = $2 AND seq < $3 \
     AND seq > $5 ORDER BY seq DESC, ord LIMIT $4";
const SEEN: &str = "SELECT seq FROM notice_seen WHERE city_id = $1 AND account_id = $2";
const PUT_SEEN: &str = "INSERT INTO notice_seen (city_id, account_id, seq) VALUES ($1, $2, $3) \
     ON CONFLICT (city_id, account_id) DO UPDATE SET seq = excluded.seq WHERE notice_seen.seq < excluded.seq";
// Counted up to a hundred: nobody needs to know how many more there are.
const UNREAD: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM notice n WHERE n.city_id = $1 \
     AND n.audience = $2 AND n.seq > COALESCE((SELECT s.seq FROM notice_seen s WHERE s.city_id = $1 \
     AND s.account_id = $3), 0) LIMIT 100) AS unread";

/// Something told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// The event it came with.
    pub seq: i64,
    /// Its place among those of the event.
    pub ord: i64,
    /// When.
    pub at: Timestamp,
    /// What it is about.
    pub subject: String,
    /// Its words, JSON.
    pub body: String,
}

impl Store {
    /// What an audience was told between events `after` and `before`, both excluded, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn notices(
        &self,
        city: &CityId,
        audience: &Audience,
        (after, before): (i64, i64),
        limit: u32,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let params = vec![
            Value::text(city.as_str()),
            Value::Text(audience.to_string()),
            Value::Int(before),
            Value::Int(i64::from(limit)),
            Value::Int(after),
        ];
        let read = |row| {
            let mut columns = Columns::new("notice", row);
            let (seq, ord, at) = (columns.int()?, columns.int()?, instant(columns.int()?)?);
            Ok(NoticeRow { seq, ord, at, subject: columns.text()?, body: columns.text()? })
        };
        self.query(LIST, params).await?.into_iter().map(read).collect()
    }

    /// The event up to which an account has read; 0 when nothing.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn notices_seen(&self, city: &CityId, account: &AccountId) -> Result<i64, StoreError> {
        let rows = self.query(SEEN, vec![Value::text(city.as_str()), Value::text(account.as_str())]).await?;
        rows.into_iter().next().map_or(Ok(0), |row| Columns::new("notice_seen", row).int())
    }

    /// How much an account has not read, up to 100.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn notices_unread(
        &self,
        city: &CityId,
        audience: &Audience,
        account: &AccountId,
    ) -> Result<u32, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Text(audience.to_string()), Value::text(account.as_str())];
        let rows = self.query(UNREAD, params).await?;
        let count = rows.into_iter().next().map_or(Ok(0), |row| Columns::new("notice", row).int())?;
        Ok(u32::try_from(count).unwrap_or(0))
    }
}

impl Commit {
    /// Tells an audience something, under the number of this commit's last event. `ord` tells those of a commit apart.
    pub fn add_notice(&mut self, ord: i64, audience: &Audience, subject: &str, body: &str) {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::LastSeq,
            Value::Int(ord),
            Value::Text(audience.to_string()),
            Value::Int(self.at.as_microsecond()),
            Value::text(subject),
            Value::text(body),
        ];
        self.write(INSERT, params);
    }

    /// Notes that an account has read up to an event.
    pub fn see_notices(&mut self, account: &AccountId, seq: i64) {
        let params = vec![Value::text(self.city.as_str()), Value::text(account.as_str()), Value::Int(seq)];
        self.write(PUT_SEEN, params);
    }
}
