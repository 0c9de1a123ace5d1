//! Sealed chunks. Those of a series lie one after the other: each holds what is from its first time to before the next
//! one's.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Value};
use tingzhou_city::{Moment, SeriesNo};
use tingzhou_ledger::CityId;

const AT: &str = "SELECT first_at, last_at, samples, body, (SELECT MIN(n.first_at) FROM chunk n \
     WHERE n.city_id = $1 AND n.series_no = $2 AND n.first_at > c.first_at) FROM chunk c WHERE c.city_id = $1 \
     AND c.series_no = $2 AND c.first_at = COALESCE(\
     (SELECT MAX(f.first_at) FROM chunk f WHERE f.city_id = $1 AND f.series_no = $2 AND f.first_at <= $3), \
     (SELECT MIN(f.first_at) FROM chunk f WHERE f.city_id = $1 AND f.series_no = $2))";
const FROM: &str = "SELECT first_at, last_at, samples, body FROM chunk WHERE city_id = $1 AND series_no = $2 \
     AND first_at >= COALESCE((SELECT MAX(f.first_at) FROM chunk f WHERE f.city_id = $1 AND f.series_no = $2 \
     AND f.first_at <= $3), $3) AND first_at < $4 AND first_at > $5 ORDER BY first_at LIMIT $6";
const ADD: &str = "INSERT INTO chunk (city_id, series_no, first_at, last_at, samples, body) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const DROP: &str = "DELETE FROM chunk WHERE city_id = $1 AND series_no = $2 AND first_at = $3";
const FORGET: &str = "DELETE FROM chunk WHERE city_id = $1 AND series_no = $2 AND last_at < $3";
const SIZE: &str = "SELECT CAST(COALESCE(SUM(samples), 0) AS BIGINT), \
     CAST(COALESCE(SUM(LENGTH(body)), 0) AS BIGINT) FROM chunk WHERE city_id = $1";

/// A sealed chunk of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkRow {
    /// The time of its first sample.
    pub first: Moment,
    /// The time of its last sample.
    pub last: Moment,
    /// How many there are.
    pub samples: usize,
    /// What it holds, as `tingzhou_city::chunk` seals it.
    pub body: Vec<u8>,
}

/// The chunk a time belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkAt {
    /// The chunk.
    pub chunk: ChunkRow,
    /// Where the next one begins; none when it is the last.
    pub next: Option<Moment>,
}

fn moment(millis: i64) -> Result<Moment, StoreError> {
    Moment::from_millis(millis)
        .ok_or_else(|| StoreError::Damaged { table: "chunk", why: "a time out of bounds".to_owned() })
}

fn chunk(columns: &mut Columns) -> Result<ChunkRow, StoreError> {
    let (first, last) = (moment(columns.int()?)?, moment(columns.int()?)?);
    let samples = usize::try_from(columns.int()?).unwrap_or_default();
    Ok(ChunkRow { first, last, samples, body: columns.bytes()? })
}

impl Store {
    /// The chunk of a series that a time belongs to: the last that begins at or before it, or the first of all.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn chunk_at(&self, city: &CityId, series: SeriesNo, at: Moment) -> Result<Option<ChunkAt>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(i64::from(series.0)), Value::Int(at.millis())];
        let Some(row) = self.query(AT, params).await?.into_iter().next() else { return Ok(None) };
        let mut columns = Columns::new("chunk", row);
        let chunk = chunk(&mut columns)?;
        Ok(Some(ChunkAt { chunk, next: columns.opt_int()?.map(moment).transpose()? }))
    }

    /// Chunks of a series that may hold something from `from` to before `to`, in order, at most `limit`; `after` is the
    /// beginning of the last one already seen.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn chunks(
        &self,
        city: &CityId,
        series: SeriesNo,
        (from, to): (Moment, Moment),
        after: Option<Moment>,
        limit: u32,
    ) -> Result<Vec<ChunkRow>, StoreError> {
        let params = vec![
            Value::text(city.as_str()),
            Value::Int(i64::from(series.0)),
            Value::Int(from.millis()),
            Value::Int(to.millis()),
            Value::Int(after.map_or(i64::MIN, Moment::millis)),
            Value::Int(i64::from(limit)),
        ];
        self.query(FROM, params).await?.into_iter().map(|row| chunk(&mut Columns::new("chunk", row))).collect()
    }
}

impl Store {
    /// How many samples of a city are sealed, and how many bytes their chunks take. Looks at every chunk.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sealed_size(&self, city: &CityId) -> Result<(u64, u64), StoreError> {
        let rows = self.query(SIZE, vec![Value::text(city.as_str())]).await?;
        let Some(row) = rows.into_iter().next() else { return Ok((0, 0)) };
        let mut columns = Columns::new("chunk", row);
        let mut number = || columns.int().map(|number| u64::try_from(number).unwrap_or_default());
        Ok((number()?, number()?))
    }
}

impl Commit {
    fn of_series(&self, series: SeriesNo, rest: impl IntoIterator<Item = Value>) -> Vec<Value> {
        [Value::text(self.city.as_str()), Value::Int(i64::from(series.0))].into_iter().chain(rest).collect()
    }

    /// Keeps a chunk; fails when one of the series begins at the same time.
    pub fn add_chunk(&mut self, series: SeriesNo, row: ChunkRow) {
        let samples = i64::try_from(row.samples).unwrap_or(i64::MAX);
        let times = [Value::Int(row.first.millis()), Value::Int(row.last.millis())];
        let params = self.of_series(series, times.into_iter().chain([Value::Int(samples), Value::Bytes(row.body)]));
        self.write(ADD, params);
    }

    /// Takes a chunk out.
    pub fn drop_chunk(&mut self, series: SeriesNo, first: Moment) {
        let params = self.of_series(series, [Value::Int(first.millis())]);
        self.write(DROP, params);
    }

    /// Takes the chunks out that hold nothing from an instant on.
    pub fn forget_chunks(&mut self, series: SeriesNo, before: Moment) {
        let params = self.of_series(series, [Value::Int(before.millis())]);
        self.write(FORGET, params);
    }
}
