//! Which database it is. Nothing outside this crate sees the difference.

use crate::commit::{Commit, Committed};
use crate::error::StoreError;
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::value::{Row, Value};

#[derive(Clone)]
pub(crate) enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Backend {
    pub(crate) async fn query(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.query(sql.to_owned(), params).await,
            Self::Postgres(postgres) => postgres.query(sql, &params).await,
        }
    }

    pub(crate) async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.commit(commit).await,
            Self::Postgres(postgres) => postgres.commit(commit).await,
        }
    }
}
