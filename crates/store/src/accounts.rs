//! Accounts, sessions and answers already given.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Value};
use jiff::Timestamp;
use tingzhou_ledger::{AccountId, AccountRole, Actor, CityId, LeaderId, UnitId};

const INSERT: &str = "INSERT INTO account (city_id, account_id, role, unit_id, password_hash, created_at, leader_id) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const THERE: &str = "SELECT CAST(1 AS BIGINT) FROM account WHERE city_id = $1 AND account_id = $2";
const SET_PASSWORD: &str = "UPDATE account SET password_hash = $3 WHERE city_id = $1 AND account_id = $2";
const ONE: &str =
    "SELECT account_id, role, unit_id, leader_id, password_hash FROM account WHERE city_id = $1 AND account_id = $2";
const LIST: &str = "SELECT account_id, role, unit_id, leader_id, password_hash FROM account WHERE city_id = $1 \
     AND account_id > $2 ORDER BY account_id LIMIT $3";
const PUT_SESSION: &str =
    "INSERT INTO session (city_id, token_hash, account_id, csrf, expires_at) VALUES ($1, $2, $3, $4, $5)";
const SESSION: &str = "SELECT s.csrf, s.expires_at, a.account_id, a.role, a.unit_id, a.leader_id FROM session s \
     JOIN account a ON a.city_id = s.city_id AND a.account_id = s.account_id \
     WHERE s.city_id = $1 AND s.token_hash = $2 AND s.expires_at > $3";
const DROP_SESSION: &str = "DELETE FROM session WHERE city_id = $1 AND token_hash = $2";
const DROP_SESSIONS_OF: &str = "DELETE FROM session WHERE city_id = $1 AND account_id = $2";
const DROP_EXPIRED: &str = "DELETE FROM session WHERE city_id = $1 AND expires_at <= $2";
const ANSWER: &str = "SELECT request, answer FROM idempotency WHERE city_id = $1 AND account_id = $2 AND key = $3";
const ANSWER_THERE: &str =
    "SELECT CAST(1 AS BIGINT) FROM idempotency WHERE city_id = $1 AND account_id = $2 AND key = $3";
const PUT_ANSWER: &str =
    "INSERT INTO idempotency (city_id, account_id, key, request, answer, at) VALUES ($1, $2, $3, $4, $5, $6)";

const DROP_OLD_ANSWERS: &str = "DELETE FROM idempotency WHERE city_id = $1 AND at < $2";

/// How long an answer is kept for a repeated request.
const ANSWERS_KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Who acts when it signs in.
    pub actor: Actor,
    /// Argon2 hash of the password, in its own text form.
    pub password_hash: String,
}

/// A session that has not expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Who is signed in.
    pub actor: Actor,
    /// The word every form must carry.
    pub csrf: String,
    /// Until when.
    pub expires_at: Timestamp,
}

fn role(name: &str) -> Result<AccountRole, String> {
    AccountRole::ALL.into_iter().find(|r| r.name() == name).ok_or_else(|| format!("no role {name}"))
}

fn actor(columns: &mut Columns) -> Result<Actor, StoreError> {
    let account = columns.parsed(AccountId::new)?;
    let role = columns.parsed(|name| role(&name))?;
    let damaged = |e: tingzhou_ledger::IdError| StoreError::Damaged { table: "account", why: e.to_string() };
    let unit = columns.opt_text()?.map(UnitId::new).transpose().map_err(damaged)?;
    let leader = columns.opt_text()?.map(LeaderId::new).transpose().map_err(damaged)?;
    Ok(Actor { account, role, unit, leader })
}

impl Store {
    /// One account.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn account(&self, city: &CityId, account: &AccountId) -> Result<Option<AccountRow>, StoreError> {
        let rows = self.query(ONE, vec![Value::text(city.as_str()), Value::text(account.as_str())]).await?;
        rows.into_iter().next().map(account_row).transpose()
    }

    /// Accounts after `after` (empty for the first page), by name, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn accounts(&self, city: &CityId, after: &str, limit: u32) -> Result<Vec<AccountRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(after), Value::Int(i64::from(limit))];
        self.query(LIST, params).await?.into_iter().map(account_row).collect()
    }

    /// The session of a token, if it has not expired at `now`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn session(
        &self,
        city: &CityId,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(token_hash), Value::Int(now.as_microsecond())];
        let Some(row) = self.query(SESSION, params).await?.into_iter().next() else { return Ok(None) };
        let mut columns = Columns::new("session", row);
        let csrf = columns.text()?;
        let expires_at = instant(columns.int()?)?;
        Ok(Some(SessionRow { actor: actor(&mut columns)?, csrf, expires_at }))
    }

    /// The request (its hash) and answer kept under an account's key.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn answer(
        &self,
        city: &CityId,
        account: &AccountId,
        key: &str,
    ) -> Result<Option<(String, String)>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(account.as_str()), Value::text(key)];
        let Some(row) = self.query(ANSWER, params).await?.into_iter().next() else { return Ok(None) };
        let mut columns = Columns::new("idempotency", row);
        Ok(Some((columns.text()?, columns.text()?)))
    }
}

fn account_row(row: Vec<Value>) -> Result<AccountRow, StoreError> {
    let mut columns = Columns::new("account", row);
    Ok(AccountRow { actor: actor(&mut columns)?, password_hash: columns.text()? })
}

impl Commit {
    /// Adds an account; fails when the name is taken.
    pub fn add_account(&mut self, row: &AccountRow) {
        let (city, account) = (Value::text(self.city.as_str()), Value::text(row.actor.account.as_str()));
        self.guard(THERE, vec![city.clone(), account.clone()], None, format!("account {}", row.actor.account));
        let unit = Value::opt(row.actor.unit.as_ref().map(UnitId::as_str));
        let leader = Value::opt(row.actor.leader.as_ref().map(LeaderId::as_str));
        let at = Value::Int(self.at.as_microsecond());
        let (role, hash) = (Value::text(row.actor.role.name()), Value::text(&row.password_hash));
        self.write(INSERT, vec![city, account, role, unit, hash, at, leader]);
    }

    /// Gives an account another password and ends its sessions.
    pub fn set_password(&mut self, account: &AccountId, password_hash: &str) {
        let (city, id) = (Value::text(self.city.as_str()), Value::text(account.as_str()));
        self.guard(THERE, vec![city.clone(), id.clone()], Some(1), format!("account {account}"));
        self.write(SET_PASSWORD, vec![city.clone(), id.clone(), Value::text(password_hash)]);
        self.write(DROP_SESSIONS_OF, vec![city, id]);
    }

    /// Opens a session and clears the expired ones away.
    pub fn open_session(&mut self, token_hash: &str, account: &AccountId, csrf: &str, expires_at: Timestamp) {
        let city = Value::text(self.city.as_str());
        self.write(DROP_EXPIRED, vec![city.clone(), Value::Int(self.at.as_microsecond())]);
        let params = vec![
            city,
            Value::text(token_hash),
            Value::text(account.as_str()),
            Value::text(csrf),
            Value::Int(expires_at.as_microsecond()),
        ];
        self.write(PUT_SESSION, params);
    }

    /// Ends a session.
    pub fn end_session(&mut self, token_hash: &str) {
        let params = vec![Value::text(self.city.as_str()), Value::text(token_hash)];
        self.write(DROP_SESSION, params);
    }

    /// Keeps an answer under an account's key for seven days; fails when the key is taken.
    pub fn keep_answer(&mut self, account: &AccountId, key: &str, request: &str, answer: &str) {
        let old = self.at.checked_sub(ANSWERS_KEPT).unwrap_or(Timestamp::UNIX_EPOCH);
        self.write(DROP_OLD_ANSWERS, vec![Value::text(self.city.as_str()), Value::Int(old.as_microsecond())]);
        let head = vec![Value::text(self.city.as_str()), Value::text(account.as_str()), Value::text(key)];
        self.guard(ANSWER_THERE, head.clone(), None, format!("answer to key {key}"));
        let mut params = head;
        params.extend([Value::text(request), Value::text(answer), Value::Int(self.at.as_microsecond())]);
        self.write(PUT_ANSWER, params);
    }
}
