//! The store itself: opening, cities, packs.

use crate::backend::Backend;
use crate::commit::{Commit, Committed, Write};
use crate::error::StoreError;
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::value::{Columns, Row, Value};
use jiff::Timestamp;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use tingzhou_ledger::CityId;

const CITIES: &str = "SELECT city_id, name, founded_at FROM city ORDER BY city_id LIMIT 1000";
const FOUND: &str = "INSERT INTO city (city_id, name, founded_at, head_seq, head_hash) VALUES ($1, $2, $3, 0, $4)";
const PUT_PACK: &str = "INSERT INTO pack (city_id, part, body) VALUES ($1, $2, $3) \
     ON CONFLICT (city_id, part) DO UPDATE SET body = excluded.body";
const PACK: &str = "SELECT body FROM pack WHERE city_id = $1 AND part = $2";

/// Where a store is: `sqlite:FOLDER` or `postgres://…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreUrl {
    /// A folder.
    Sqlite(PathBuf),
    /// A database.
    Postgres(String),
}

impl FromStr for StoreUrl {
    type Err = StoreError;
    fn from_str(text: &str) -> Result<Self, StoreError> {
        match text.strip_prefix("sqlite:") {
            Some(folder) if !folder.is_empty() => Ok(Self::Sqlite(folder.into())),
            _ if text.starts_with("postgres://") || text.starts_with("postgresql://") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            _ => Err(StoreError::Url { given: text.chars().take(80).collect() }),
        }
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(folder) => write!(f, "sqlite:{}", folder.display()),
            Self::Postgres(_) => f.write_str("postgres"),
        }
    }
}

/// A city in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CityRow {
    /// Its identifier.
    pub id: CityId,
    /// Its name.
    pub name: String,
    /// Since when.
    pub founded_at: Timestamp,
}

/// The store. Cloning it is cheap and shares everything.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
}

impl Store {
    /// Opens a store and brings its tables up to date.
    ///
    /// # Errors
    /// When the folder or the database cannot be used.
    pub async fn open(url: &StoreUrl) -> Result<Self, StoreError> {
        let backend = match url {
            StoreUrl::Sqlite(folder) => Backend::Sqlite(Sqlite::open(folder)?),
            StoreUrl::Postgres(url) => Backend::Postgres(Postgres::open(url).await?),
        };
        Ok(Self { backend })
    }

    /// Carries out one transaction. When this returns `Ok`, it is durable.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::Exists`] or [`StoreError::Missing`] when a guard fails; nothing is
    /// written then. Others when the database does not answer.
    pub async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        self.backend.commit(commit).await
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }

    pub(crate) async fn query(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.backend.query(sql, params).await
    }

    /// All cities, by identifier, at most 1,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn cities(&self) -> Result<Vec<CityRow>, StoreError> {
        let rows = self.query(CITIES, Vec::new()).await?;
        rows.into_iter()
            .map(|row| {
                let mut columns = Columns::new("city", row);
                let id = columns.parsed(CityId::new)?;
                let name = columns.text()?;
                Ok(CityRow { id, name, founded_at: instant(columns.int()?)? })
            })
            .collect()
    }

    /// A part of what the city brought, as JSON.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn pack(&self, city: &CityId, part: &str) -> Result<Option<String>, StoreError> {
        let rows = self.query(PACK, vec![Value::text(city.as_str()), Value::text(part)]).await?;
        rows.into_iter().next().map(|row| Columns::new("pack", row).text()).transpose()
    }
}

pub(crate) fn instant(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|e| StoreError::Damaged { table: "instant", why: e.to_string() })
}

impl Commit {
    /// Founds the city; fails when it is there already.
    pub fn found_city(&mut self, name: &str) {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(name),
            Value::Int(self.at.as_microsecond()),
            Value::Bytes(vec![0; 32]),
        ];
        self.first = Some(Write { sql: FOUND, params });
    }

    /// Keeps a part of what the city brought.
    pub fn put_pack(&mut self, part: &str, body: &str) {
        let params = vec![Value::text(self.city.as_str()), Value::text(part), Value::text(body)];
        self.write(PUT_PACK, params);
    }
}
