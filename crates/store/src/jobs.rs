//! Work to be done later: found by when it is due, taken by one worker at a time, done once.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Value};
use jiff::Timestamp;
use tingzhou_ledger::CityId;

const ADD: &str = "INSERT INTO job (city_id, job_key, kind, due_at, attempts, leased_until, done_at, error, body) \
     VALUES ($1, $2, $3, $4, 0, 0, 0, '', $5) ON CONFLICT (city_id, job_key) DO NOTHING";
const DUE: &str = "SELECT job_key, attempts, leased_until, due_at, error, body FROM job WHERE city_id = $1 \
     AND kind = $3 AND done_at = 0 AND due_at <= $2 AND leased_until <= $2 ORDER BY due_at, job_key LIMIT $4";
const WAITING: &str = "SELECT job_key, attempts, leased_until, due_at, error, body FROM job WHERE city_id = $1 \
     AND kind = $2 AND done_at = 0 ORDER BY due_at, job_key LIMIT $3 OFFSET $4";
const LEASED: &str = "SELECT leased_until FROM job WHERE city_id = $1 AND job_key = $2 AND done_at = 0";
const LEASE: &str = "UPDATE job SET leased_until = $3, attempts = attempts + 1 WHERE city_id = $1 AND job_key = $2";
const DONE: &str = "UPDATE job SET done_at = $3, error = '' WHERE city_id = $1 AND job_key = $2";
const FAILED: &str =
    "UPDATE job SET due_at = $3, leased_until = 0, error = $4 WHERE city_id = $1 AND job_key = $2 AND done_at = 0";
const GIVE_UP: &str = "UPDATE job SET done_at = $3, error = $4 WHERE city_id = $1 AND job_key = $2 AND done_at = 0";
const DROP_OLD: &str = "DELETE FROM job WHERE city_id = $1 AND done_at > 0 AND done_at < $2";

/// A job that is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// What it is; the same work has the same key.
    pub key: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Until when somebody has it, in microseconds; 0 when nobody.
    pub leased_until: i64,
    /// Not before.
    pub due: Timestamp,
    /// Why the last attempt failed; empty when none has.
    pub error: String,
    /// What it needs, JSON.
    pub body: String,
}

fn job(row: Vec<Value>) -> Result<JobRow, StoreError> {
    let mut columns = Columns::new("job", row);
    let key = columns.text()?;
    let attempts = u32::try_from(columns.int()?).unwrap_or(u32::MAX);
    let (leased_until, due) = (columns.int()?, instant(columns.int()?)?);
    Ok(JobRow { key, attempts, leased_until, due, error: columns.text()?, body: columns.text()? })
}

impl Store {
    /// Jobs of a kind that are due and that nobody has, the longest due first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn jobs_due(
        &self,
        city: &CityId,
        kind: &str,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<JobRow>, StoreError> {
        let (now, limit) = (Value::Int(now.as_microsecond()), Value::Int(i64::from(limit)));
        let params = vec![Value::text(city.as_str()), now, Value::text(kind), limit];
        self.query(DUE, params).await?.into_iter().map(job).collect()
    }

    /// Jobs of a kind that are not done, the next one first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn jobs_waiting(
        &self,
        city: &CityId,
        kind: &str,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<JobRow>, StoreError> {
        let (limit, offset) = (Value::Int(i64::from(limit)), Value::Int(i64::from(offset)));
        let params = vec![Value::text(city.as_str()), Value::text(kind), limit, offset];
        self.query(WAITING, params).await?.into_iter().map(job).collect()
    }
}

impl Commit {
    fn job_params(&self, key: &str, rest: impl IntoIterator<Item = Value>) -> Vec<Value> {
        [Value::text(self.city.as_str()), Value::text(key)].into_iter().chain(rest).collect()
    }

    /// Adds a job; one with its key, done or not, stays as it is.
    pub fn add_job(&mut self, key: &str, kind: &str, due: Timestamp, body: &str) {
        let params = self.job_params(key, [Value::text(kind), Value::Int(due.as_microsecond()), Value::text(body)]);
        self.write(ADD, params);
    }

    /// Takes a job until an instant; refused when somebody else has taken it or it is done.
    pub fn lease_job(&mut self, job: &JobRow, until: Timestamp) {
        let params = self.job_params(&job.key, []);
        self.guard(LEASED, params, Some(job.leased_until), format!("job {}", job.key));
        let params = self.job_params(&job.key, [Value::Int(until.as_microsecond())]);
        self.write(LEASE, params);
    }

    /// Notes that a job is done.
    pub fn job_done(&mut self, key: &str) {
        let params = self.job_params(key, [Value::Int(self.at.as_microsecond())]);
        self.write(DONE, params);
        let old = self.at.checked_sub(jiff::SignedDuration::from_hours(24 * 30)).unwrap_or(self.at);
        self.write(DROP_OLD, vec![Value::text(self.city.as_str()), Value::Int(old.as_microsecond())]);
    }

    /// Notes why a job failed, and when it is tried again; `None` gives it up.
    pub fn job_failed(&mut self, key: &str, again: Option<Timestamp>, error: &str) {
        let at = Value::Int(again.unwrap_or(self.at).as_microsecond());
        let params = self.job_params(key, [at, Value::text(error)]);
        self.write(if again.is_some() { FAILED } else { GIVE_UP }, params);
    }
}
