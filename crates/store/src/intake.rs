//! The journal of observations: one row a batch, there until what is in it is sealed.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Value};
use tingzhou_city::Moment;
use tingzhou_ledger::CityId;

const ADD: &str = "INSERT INTO intake (city_id, batch_no, received, body) VALUES ($1, $2, $3, $4)";
const PAGE: &str =
    "SELECT batch_no, received, body FROM intake WHERE city_id = $1 AND batch_no > $2 ORDER BY batch_no LIMIT $3";
const LATER: &str = "SELECT COALESCE(MAX(batch_no), 0) FROM intake WHERE city_id = $1 AND batch_no >= $2";
const DROP: &str = "DELETE FROM intake WHERE city_id = $1 AND batch_no >= $2 AND batch_no <= $3";

/// Observations that were received and acknowledged together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRow {
    /// Its number within the city.
    pub no: i64,
    /// When it was received.
    pub received: Moment,
    /// What it holds, as `tingzhou_city::batch` writes it.
    pub body: Vec<u8>,
}

impl Store {
    /// Batches after one of a number, by number, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn batches(&self, city: &CityId, after: i64, limit: u32) -> Result<Vec<BatchRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(after), Value::Int(i64::from(limit))];
        let batch = |row| {
            let mut columns = Columns::new("intake", row);
            let (no, received) = (columns.int()?, columns.int()?);
            let received = Moment::from_millis(received).ok_or_else(|| StoreError::Damaged {
                table: "intake",
                why: format!("batch {no}: a time out of bounds"),
            })?;
            Ok(BatchRow { no, received, body: columns.bytes()? })
        };
        self.query(PAGE, params).await?.into_iter().map(batch).collect()
    }
}

impl Commit {
    /// Keeps a batch; fails when there is one of its number.
    pub fn add_batch(&mut self, row: BatchRow) {
        let (city, received) = (Value::text(self.city.as_str()), Value::Int(row.received.millis()));
        self.write(ADD, vec![city, Value::Int(row.no), received, Value::Bytes(row.body)]);
    }

    /// Refuses everything when there are batches from a number on: somebody else takes in for this city. It is known as long
    /// as the last batch is never taken out.
    pub fn first_new_batch(&mut self, no: i64) {
        let params = vec![Value::text(self.city.as_str()), Value::Int(no)];
        self.guard(LATER, params, Some(0), "the journal of observations".to_owned());
    }

    /// Takes the batches `from` to `to` out, both included.
    pub fn drop_batches(&mut self, from: i64, to: i64) {
        self.write(DROP, vec![Value::text(self.city.as_str()), Value::Int(from), Value::Int(to)]);
    }
}
