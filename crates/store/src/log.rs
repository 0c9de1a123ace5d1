//! The append-only log: every event carries the SHA-256 of the one before.

use crate::commit::{Commit, Guard};
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Row, Value};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tingzhou_ledger::CityId;

pub(crate) const HEAD: &str = "SELECT head_seq, head_hash FROM city WHERE city_id = $1";
pub(crate) const HEAD_LOCKED: &str = "SELECT head_seq, head_hash FROM city WHERE city_id = $1 FOR UPDATE";
pub(crate) const SET_HEAD: &str = "UPDATE city SET head_seq = $2, head_hash = $3 WHERE city_id = $1";
pub(crate) const APPEND: &str = "INSERT INTO event (city_id, seq, at, actor, kind, subject, body, prev_hash, hash) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const PAGE: &str = "SELECT seq, at, actor, kind, subject, body, prev_hash, hash FROM event \
     WHERE city_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
const PAGE_BACK: &str = "SELECT seq, at, actor, kind, subject, body, prev_hash, hash FROM event \
     WHERE city_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
const OF_SUBJECT: &str = "SELECT seq, at, actor, kind, subject, body, prev_hash, hash FROM event \
     WHERE city_id = $1 AND subject = $2 ORDER BY seq LIMIT $3";

/// The end of a city's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last event; 0 before the first.
    pub seq: i64,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Number within the city, from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What kind.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// The event, JSON.
    pub body: String,
    /// Hash of the event before, in hexadecimal.
    pub prev_hash: String,
    /// Its own hash, in hexadecimal.
    pub hash: String,
}

/// A log found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many events.
    pub events: i64,
    /// Hash of the last one, in hexadecimal.
    pub head: String,
}

/// The first event that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} ({kind}, {subject}): {why}")]
pub struct LogFault {
    /// Its number.
    pub seq: i64,
    /// Its kind as stored; empty when it is gone.
    pub kind: String,
    /// What it is about, as stored.
    pub subject: String,
    /// What is wrong.
    pub why: String,
}

pub(crate) struct Chain {
    city: CityId,
    seq: i64,
    hash: Vec<u8>,
}

struct Entry<'a> {
    city: &'a str,
    seq: i64,
    at: i64,
    actor: &'a str,
    kind: &'a str,
    subject: &'a str,
    body: &'a str,
}

/// Length before every text, so that no two different events feed the hash the same bytes.
fn hash_of(prev: &[u8], entry: &Entry<'_>) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(prev);
    hash.update(entry.seq.to_be_bytes());
    hash.update(entry.at.to_be_bytes());
    for text in [entry.city, entry.actor, entry.kind, entry.subject, entry.body] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().to_vec()
}

impl Chain {
    pub(crate) fn from_rows(city: &CityId, rows: Vec<Row>) -> Result<Self, StoreError> {
        let row = rows.into_iter().next().ok_or_else(|| StoreError::Missing { what: format!("city {city}") })?;
        let mut columns = Columns::new("city", row);
        Ok(Self { city: city.clone(), seq: columns.int()?, hash: columns.bytes()? })
    }

    pub(crate) fn seq(&self) -> i64 {
        self.seq
    }

    /// The rows to append for a commit's events; the chain moves on.
    pub(crate) fn extend(&mut self, commit: &Commit) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::with_capacity(commit.events.len());
        for new in &commit.events {
            let body = serde_json::to_string(&new.event)?;
            let at = commit.at.as_microsecond();
            self.seq += 1;
            let entry = Entry {
                city: self.city.as_str(),
                seq: self.seq,
                at,
                actor: &commit.actor,
                kind: new.event.kind(),
                subject: &new.subject,
                body: &body,
            };
            let hash = hash_of(&self.hash, &entry);
            rows.push(vec![
                Value::text(self.city.as_str()),
                Value::Int(self.seq),
                Value::Int(at),
                Value::text(&commit.actor),
                Value::text(new.event.kind()),
                Value::text(&new.subject),
                Value::Text(body.clone()),
                Value::Bytes(std::mem::replace(&mut self.hash, hash.clone())),
                Value::Bytes(hash),
            ]);
        }
        Ok(rows)
    }

    pub(crate) fn head_params(&self) -> Row {
        vec![Value::text(self.city.as_str()), Value::Int(self.seq), Value::Bytes(self.hash.clone())]
    }
}

pub(crate) fn check_guard(guard: &Guard, rows: &[Row]) -> Result<(), StoreError> {
    let found = match rows.first().map(Vec::as_slice) {
        None => None,
        Some([Value::Int(number), ..]) => Some(*number),
        Some(_) => return Err(StoreError::Damaged { table: "guard", why: "whole number expected".to_owned() }),
    };
    match (guard.expected, found) {
        (expected, found) if expected == found => Ok(()),
        (None, Some(_)) => Err(StoreError::Exists { what: guard.what.clone() }),
        (Some(_), None) => Err(StoreError::Missing { what: guard.what.clone() }),
        (expected, found) => Err(StoreError::Conflict {
            what: guard.what.clone(),
            expected: expected.unwrap_or(-1),
            found: found.unwrap_or(-1),
        }),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

struct Stored {
    row: EventRow,
    micros: i64,
    prev: Vec<u8>,
    own: Vec<u8>,
}

fn stored(row: Row) -> Result<Stored, StoreError> {
    let mut columns = Columns::new("event", row);
    let (seq, micros) = (columns.int()?, columns.int()?);
    let (actor, kind, subject, body) = (columns.text()?, columns.text()?, columns.text()?, columns.text()?);
    let (prev, own) = (columns.bytes()?, columns.bytes()?);
    // An instant out of range can only be damage; it is shown as the epoch and named by the hash check.
    let at = Timestamp::from_microsecond(micros).unwrap_or_default();
    let row = EventRow { seq, at, actor, kind, subject, body, prev_hash: hex(&prev), hash: hex(&own) };
    Ok(Stored { row, micros, prev, own })
}

impl Store {
    /// The end of a city's log.
    ///
    /// # Errors
    /// When the city is not there or the store does not answer.
    pub async fn head(&self, city: &CityId) -> Result<Head, StoreError> {
        let rows = self.query(HEAD, vec![Value::text(city.as_str())]).await?;
        let chain = Chain::from_rows(city, rows)?;
        Ok(Head { seq: chain.seq, hash: hex(&chain.hash) })
    }

    /// Events after `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn events(&self, city: &CityId, after: i64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(after), Value::Int(i64::from(limit))];
        self.query(PAGE, params).await?.into_iter().map(|row| Ok(stored(row)?.row)).collect()
    }

    /// Events before `before`, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn events_before(&self, city: &CityId, before: i64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(before), Value::Int(i64::from(limit))];
        self.query(PAGE_BACK, params).await?.into_iter().map(|row| Ok(stored(row)?.row)).collect()
    }

    /// The events about one thing, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn events_of(&self, city: &CityId, subject: &str, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(subject), Value::Int(i64::from(limit))];
        self.query(OF_SUBJECT, params).await?.into_iter().map(|row| Ok(stored(row)?.row)).collect()
    }

    /// Walks a city's log from its first event and recomputes every hash. `each` sees every sound event.
    ///
    /// # Errors
    /// When the store does not answer. A log that is not whole is no error but the inner [`LogFault`].
    pub async fn verify_log(
        &self,
        city: &CityId,
        mut each: impl FnMut(&EventRow),
    ) -> Result<Result<Verified, LogFault>, StoreError> {
        let head = Chain::from_rows(city, self.query(HEAD, vec![Value::text(city.as_str())]).await?)?;
        let mut walked = Chain { city: city.clone(), seq: 0, hash: vec![0; 32] };
        loop {
            let params = vec![Value::text(city.as_str()), Value::Int(walked.seq), Value::Int(1_000)];
            let page = match self.query(PAGE, params).await {
                Ok(page) => page,
                // Bytes that are no text any more: find the event by asking for one at a time.
                Err(StoreError::Damaged { .. }) => match self.verify_singly(city, &walked).await? {
                    Ok(row) => vec![row],
                    Err(fault) => return Ok(Err(fault)),
                },
                Err(other) => return Err(other),
            };
            if page.is_empty() {
                break;
            }
            for row in page {
                let entry = match stored(row) {
                    Ok(entry) => entry,
                    Err(error) => return Ok(Err(fault_at(walked.seq + 1, &error.to_string()))),
                };
                if let Some(why) = wrong(&walked, &entry) {
                    let EventRow { seq, kind, subject, .. } = entry.row;
                    return Ok(Err(LogFault { seq, kind, subject, why }));
                }
                walked.seq = entry.row.seq;
                walked.hash = entry.own;
                each(&entry.row);
            }
        }
        if walked.seq != head.seq || walked.hash != head.hash {
            let why = format!("the log ends at event {}, but the city's head is event {}", walked.seq, head.seq);
            return Ok(Err(fault_at(walked.seq.max(head.seq), &why)));
        }
        Ok(Ok(Verified { events: walked.seq, head: hex(&walked.hash) }))
    }

    async fn verify_singly(&self, city: &CityId, walked: &Chain) -> Result<Result<Row, LogFault>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(walked.seq), Value::Int(1)];
        match self.query(PAGE, params).await {
            Ok(mut rows) if !rows.is_empty() => Ok(Ok(rows.swap_remove(0))),
            Ok(_) => Ok(Err(fault_at(walked.seq + 1, "it is not there"))),
            Err(StoreError::Damaged { why, .. }) => Ok(Err(fault_at(walked.seq + 1, &why))),
            Err(other) => Err(other),
        }
    }
}

fn fault_at(seq: i64, why: &str) -> LogFault {
    LogFault { seq, kind: String::new(), subject: String::new(), why: why.to_owned() }
}

fn wrong(walked: &Chain, entry: &Stored) -> Option<String> {
    if entry.row.seq != walked.seq + 1 {
        return Some(format!("event {} is missing before it", walked.seq + 1));
    }
    if entry.prev != walked.hash {
        return Some("it does not carry the hash of the event before".to_owned());
    }
    let own = hash_of(
        &walked.hash,
        &Entry {
            city: walked.city.as_str(),
            seq: entry.row.seq,
            at: entry.micros,
            actor: &entry.row.actor,
            kind: &entry.row.kind,
            subject: &entry.row.subject,
            body: &entry.row.body,
        },
    );
    (own != entry.own).then(|| "its content does not give its hash".to_owned())
}
