//! What can go wrong in the store.

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of a store is not one.
    #[error("“{given}” is not a store: use sqlite:FOLDER or postgres://user@host/database")]
    Url {
        /// What was given.
        given: String,
    },
    /// Somebody else changed the same thing first.
    #[error("{what} is at version {found} now, not {expected}; load it again")]
    Conflict {
        /// What.
        what: String,
        /// The version the command was based on.
        expected: i64,
        /// The version now; -1 when it is gone or was not expected to be there.
        found: i64,
    },
    /// It is there already.
    #[error("{what} exists already")]
    Exists {
        /// What.
        what: String,
    },
    /// It is not there.
    #[error("there is no {what}")]
    Missing {
        /// What.
        what: String,
    },
    /// A stored row does not have the form it was written in.
    #[error("a stored row of {table} cannot be read: {why}")]
    Damaged {
        /// The table.
        table: &'static str,
        /// Why.
        why: String,
    },
    /// The target of a copy is not empty.
    #[error("the store to copy to holds {rows} rows in {table}; copy into an empty store")]
    NotEmpty {
        /// The table.
        table: &'static str,
        /// How many rows.
        rows: i64,
    },
    /// What was copied is not what is there.
    #[error("table {table} differs after copying: {from} became {to}")]
    CopyDiffers {
        /// The table.
        table: &'static str,
        /// Hash of the source.
        from: String,
        /// Hash of the copy.
        to: String,
    },
    /// SQLite said no.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL said no.
    #[error("PostgreSQL: {}", postgres_words(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection to PostgreSQL could be had.
    #[error("no connection to PostgreSQL: {0}")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date: {0}")]
    Migration(#[from] Box<refinery::Error>),
    /// The folder could not be used.
    #[error("the folder {path} cannot be used: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A value could not be written as JSON.
    #[error("a value could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It changed each time it was asked for.
    #[error("{what} changes faster than it can be read; ask again")]
    Busy {
        /// What.
        what: String,
    },
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
}

/// The server's own words where it sent any; the driver's "db error" alone helps nobody.
fn postgres_words(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |db| format!("{} ({})", db.message(), db.code().code()))
}
