//! Cases and their matters, written together with the events that made them.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Row, Value};
use jiff::Timestamp;
use tingzhou_cases::{Case, CaseId, Definition, MatterId, PartyId, StateId};
use tingzhou_ledger::CityId;

const VERSION: &str = "SELECT version FROM case_state WHERE city_id = $1 AND case_id = $2";
const OPEN_OF_SUBJECT: &str = "SELECT CAST(1 AS BIGINT) FROM case_state \
     WHERE city_id = $1 AND subject = $2 AND matter_id = $3 AND ended = 0 LIMIT 1";
const PUT: &str = "INSERT INTO case_state (city_id, case_id, matter_id, subject, state, ended, waiting, version, due_at, \
     remind_at, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (city_id, case_id) \
     DO UPDATE SET state = excluded.state, ended = excluded.ended, waiting = excluded.waiting, version = excluded.version, \
     due_at = excluded.due_at, remind_at = excluded.remind_at, body = excluded.body";
const DROP_PARTIES: &str = "DELETE FROM case_party WHERE city_id = $1 AND case_id = $2";
const PUT_PARTY: &str = "INSERT INTO case_party (city_id, case_id, role, party_id) VALUES ($1, $2, $3, $4)";
const ONE: &str = "SELECT subject, due_at, state, version, body FROM case_state WHERE city_id = $1 AND case_id = $2";
const OF_SUBJECT: &str = "SELECT subject, due_at, state, version, body FROM case_state WHERE city_id = $1 AND subject = $2 \
     ORDER BY ended, case_id DESC LIMIT $3";
const LIST: &str = "SELECT c.subject, c.due_at, c.state, c.version, c.body FROM case_state c WHERE c.city_id = $1 \
     AND ($2 = '' OR c.state = $2) AND ($3 = '' OR EXISTS (SELECT 1 FROM case_party p WHERE p.city_id = c.city_id \
     AND p.case_id = c.case_id AND p.party_id = $3 AND ($4 = '' OR p.role = $4))) \
     AND c.ended <= $5 AND c.waiting >= $6 AND c.due_at >= $7 AND c.due_at < $8 AND c.matter_id = $11 \
     ORDER BY c.ended, c.due_at, c.case_id LIMIT $9 OFFSET $10";
const COUNTS: &str = "SELECT c.state, CAST(COUNT(*) AS BIGINT), \
     CAST(SUM(CASE WHEN c.due_at <= $3 THEN 1 ELSE 0 END) AS BIGINT), CAST(SUM(c.waiting) AS BIGINT) \
     FROM case_state c WHERE c.city_id = $1 AND c.matter_id = $4 AND ($2 = '' OR EXISTS (SELECT 1 FROM case_party p \
     WHERE p.city_id = c.city_id AND p.case_id = c.case_id AND p.party_id = $2)) GROUP BY c.state ORDER BY c.state";
const TO_REMIND: &str = "SELECT subject, due_at, state, version, body FROM case_state WHERE city_id = $1 AND remind_at <= $2 \
     ORDER BY remind_at, case_id LIMIT $3";
const OPEN: &str = "SELECT subject, due_at, state, version, body FROM case_state WHERE city_id = $1 AND ended = 0 AND case_id > $2 \
     ORDER BY case_id LIMIT $3";
const ALL: &str = "SELECT subject, due_at, state, version, body FROM case_state WHERE city_id = $1 AND case_id > $2 \
     ORDER BY case_id LIMIT $3";
const OPEN_SUBJECTS: &str = "SELECT subject FROM case_state WHERE city_id = $1 AND matter_id = $2 AND ended = 0 \
     ORDER BY subject LIMIT 100000";
const INDEX: &str = "UPDATE case_state SET due_at = $4, remind_at = $5 \
     WHERE city_id = $1 AND case_id = $2 AND version = $3";
const MATTERS: &str = "SELECT body FROM matter WHERE city_id = $1 ORDER BY matter_id, version LIMIT 1000";
const PUT_MATTER: &str = "INSERT INTO matter (city_id, matter_id, version, body) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (city_id, matter_id, version) DO NOTHING";

/// An instant that never comes, in microseconds: of a case without a clock that runs.
pub const NEVER: i64 = i64::MAX;

/// What is found by without reading the case itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseIndex {
    /// What it is about.
    pub subject: String,
    /// Whether it has ended.
    pub ended: bool,
    /// When the first clock that runs ends.
    pub due: Option<Timestamp>,
    /// When next a reminder may be due.
    pub remind: Option<Timestamp>,
}

/// A case as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// What it is about.
    pub subject: String,
    /// When the first clock that runs ends.
    pub due: Option<Timestamp>,
    /// The case.
    pub case: Case,
}

/// Which cases. Everything else empty means all of the matter that have not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFilter {
    /// Of this matter.
    pub matter: MatterId,
    /// In this state.
    pub state: Option<StateId>,
    /// With this party.
    pub party: Option<PartyId>,
    /// In which the party has this role.
    pub role: Option<String>,
    /// Those that have ended, too.
    pub ended: bool,
    /// Only those where something waits for an approval.
    pub waiting: bool,
    /// Whose first clock ends at this instant or later.
    pub due_from: Option<Timestamp>,
    /// Whose first clock ends before this instant.
    pub due_before: Option<Timestamp>,
}

/// How many cases stand in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseCount {
    /// The state.
    pub state: String,
    /// All in it.
    pub all: u64,
    /// Those whose first clock has ended.
    pub over: u64,
    /// Those where something waits for an approval.
    pub waiting: u64,
}

fn micros(at: Option<Timestamp>) -> Value {
    Value::Int(at.map_or(NEVER, Timestamp::as_microsecond))
}

fn case_row(row: Row) -> Result<CaseRow, StoreError> {
    let mut columns = Columns::new("case_state", row);
    let subject = columns.text()?;
    let due = Some(columns.int()?).filter(|at| *at != NEVER).map(crate::store::instant).transpose()?;
    let (state, version) = (columns.text()?, columns.int()?);
    let case: Case = columns.json()?;
    // What it is found by says the same as the case itself; otherwise somebody has changed one of them.
    if case.state.as_str() != state || i64::try_from(case.version) != Ok(version) {
        let why = format!("case {} stands in another state than it is listed under", case.id);
        return Err(StoreError::Damaged { table: "case_state", why });
    }
    Ok(CaseRow { subject, due, case })
}

fn case_rows(rows: Vec<Row>) -> Result<Vec<CaseRow>, StoreError> {
    rows.into_iter().map(case_row).collect()
}

impl Store {
    /// One case.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn case(&self, city: &CityId, case: &CaseId) -> Result<Option<CaseRow>, StoreError> {
        let rows = self.query(ONE, vec![Value::text(city.as_str()), Value::text(case.as_str())]).await?;
        Ok(case_rows(rows)?.pop())
    }

    /// The cases about one thing, those not ended first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn cases_of(&self, city: &CityId, subject: &str, limit: u32) -> Result<Vec<CaseRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(subject), Value::Int(i64::from(limit))];
        case_rows(self.query(OF_SUBJECT, params).await?)
    }

    /// One page of cases, those not ended first, by the end of their first clock.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn cases(
        &self,
        city: &CityId,
        filter: &CaseFilter,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let text = |text: Option<&str>| Value::text(text.unwrap_or_default());
        let params = vec![
            Value::text(city.as_str()),
            text(filter.state.as_ref().map(StateId::as_str)),
            text(filter.party.as_ref().map(PartyId::as_str)),
            text(filter.role.as_deref()),
            Value::flag(filter.ended),
            Value::flag(filter.waiting),
            Value::Int(filter.due_from.map_or(i64::MIN, Timestamp::as_microsecond)),
            // Without a bound those without a clock are in it, too; `<` would leave them out.
            Value::Int(filter.due_before.map_or(NEVER, Timestamp::as_microsecond)),
            Value::Int(i64::from(limit)),
            Value::Int(i64::from(offset)),
            Value::text(filter.matter.as_str()),
        ];
        let sql =
            if filter.due_before.is_some() { LIST.to_owned() } else { LIST.replace("c.due_at < $8", "c.due_at <= $8") };
        case_rows(self.query(&sql, params).await?)
    }

    /// How many cases of a matter and a party (of all when `None`) stand in each state, and whose first clock has ended at `now`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn case_counts(
        &self,
        city: &CityId,
        matter: &MatterId,
        party: Option<&PartyId>,
        now: Timestamp,
    ) -> Result<Vec<CaseCount>, StoreError> {
        let party = Value::text(party.map_or("", PartyId::as_str));
        let params =
            vec![Value::text(city.as_str()), party, Value::Int(now.as_microsecond()), Value::text(matter.as_str())];
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        self.query(COUNTS, params)
            .await?
            .into_iter()
            .map(|row| {
                let mut columns = Columns::new("case_state", row);
                let state = columns.text()?;
                let (all, over, waiting) = (count(columns.int()?), count(columns.int()?), count(columns.int()?));
                Ok(CaseCount { state, all, over, waiting })
            })
            .collect()
    }

    /// Cases of which a reminder may be due at `now`, the longest due first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn cases_to_remind(&self, city: &CityId, now: Timestamp, limit: u32) -> Result<Vec<CaseRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(now.as_microsecond()), Value::Int(i64::from(limit))];
        case_rows(self.query(TO_REMIND, params).await?)
    }

    /// Cases after `after`, by identifier, at most `limit`; with `ended` those that have ended, too.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn cases_after(
        &self,
        city: &CityId,
        after: &str,
        ended: bool,
        limit: u32,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(after), Value::Int(i64::from(limit))];
        case_rows(self.query(if ended { ALL } else { OPEN }, params).await?)
    }

    /// What cases of a matter that have not ended are about, at most 100,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn open_subjects(&self, city: &CityId, matter: &str) -> Result<Vec<String>, StoreError> {
        let rows = self.query(OPEN_SUBJECTS, vec![Value::text(city.as_str()), Value::text(matter)]).await?;
        rows.into_iter().map(|row| Columns::new("case_state", row).text()).collect()
    }

    /// All versions of the city's matters, at most 1,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn matters(&self, city: &CityId) -> Result<Vec<Definition>, StoreError> {
        let rows = self.query(MATTERS, vec![Value::text(city.as_str())]).await?;
        rows.into_iter().map(|row| Columns::new("matter", row).json()).collect()
    }
}

impl Commit {
    /// Writes a case. `was` is the version the command was based on, `None` for a new one; a new one is refused when
    /// another of its matter about the same thing has not ended.
    ///
    /// # Errors
    /// When the case cannot be written as JSON.
    pub fn put_case(&mut self, case: &Case, index: &CaseIndex, was: Option<u64>) -> Result<(), StoreError> {
        let (city, id) = (Value::text(self.city.as_str()), Value::text(case.id.as_str()));
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.guard(VERSION, vec![city.clone(), id.clone()], was.map(number), format!("case {}", case.id));
        let (subject, matter) = (Value::text(&index.subject), Value::text(case.matter.as_str()));
        if was.is_none() {
            let params = vec![city.clone(), subject.clone(), matter.clone()];
            self.guard(OPEN_OF_SUBJECT, params, None, format!("open case about {}", index.subject));
        }
        let params = vec![
            city.clone(),
            id.clone(),
            matter,
            subject,
            Value::text(case.state.as_str()),
            Value::flag(index.ended),
            Value::flag(!case.proposals.is_empty()),
            Value::Int(number(case.version)),
            micros(index.due),
            micros(index.remind),
            Value::Text(serde_json::to_string(case)?),
        ];
        self.write(PUT, params);
        self.write(DROP_PARTIES, vec![city.clone(), id.clone()]);
        for (role, parties) in &case.parties {
            for party in parties {
                let params = vec![city.clone(), id.clone(), Value::text(role.as_str()), Value::text(party.as_str())];
                self.write(PUT_PARTY, params);
            }
        }
        Ok(())
    }

    /// Computes a case's instants anew, when the calendar says otherwise now. A case that has moved on meanwhile has its
    /// own and is left alone.
    pub fn index_case(&mut self, case: &Case, due: Option<Timestamp>, remind: Option<Timestamp>) {
        let version = Value::Int(i64::try_from(case.version).unwrap_or(i64::MAX));
        let (city, id) = (Value::text(self.city.as_str()), Value::text(case.id.as_str()));
        self.write(INDEX, vec![city, id, version, micros(due), micros(remind)]);
    }

    /// Keeps a version of a matter; one that is there already stays as it is.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put_matter(&mut self, definition: &Definition) -> Result<(), StoreError> {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(definition.id.as_str()),
            Value::Int(i64::from(definition.version)),
            Value::Text(serde_json::to_string(definition)?),
        ];
        self.write(PUT_MATTER, params);
        Ok(())
    }
}
