//! Copying a whole store to another, either way, verified by content hash.

use crate::commit::{Commit, Write};
use crate::error::StoreError;
use crate::log::hex;
use crate::schema::{TABLES, Table};
use crate::store::Store;
use crate::value::{Columns, Row, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Hash of every row of every table, in key order, independent of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentHash {
    /// Table, rows, hash in hexadecimal.
    pub tables: Vec<(&'static str, u64, String)>,
    /// Hash over all tables, in hexadecimal.
    pub whole: String,
}

/// How far a copy has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyProgress {
    /// The table under way.
    pub table: &'static str,
    /// Rows copied of it.
    pub rows: u64,
}

fn page_sql(table: &Table, after: bool) -> String {
    let columns = table.columns.join(", ");
    let key = table.columns[..table.key].join(", ");
    let name = table.name;
    if after {
        let marks: Vec<String> = (1..=table.key).map(|i| format!("${i}")).collect();
        let marks = marks.join(", ");
        format!("SELECT {columns} FROM {name} WHERE ({key}) > ({marks}) ORDER BY {key} LIMIT {}", table.page)
    } else {
        format!("SELECT {columns} FROM {name} ORDER BY {key} LIMIT {}", table.page)
    }
}

fn insert_sql(table: &Table) -> String {
    let marks: Vec<String> = (1..=table.columns.len()).map(|i| format!("${i}")).collect();
    format!("INSERT INTO {} ({}) VALUES ({})", table.name, table.columns.join(", "), marks.join(", "))
}

impl Store {
    async fn page(&self, table: &Table, last: Option<&Row>) -> Result<Vec<Row>, StoreError> {
        let params = last.map(|row| row.iter().take(table.key).cloned().collect::<Vec<_>>());
        self.query(&page_sql(table, params.is_some()), params.unwrap_or_default()).await
    }

    async fn table_hash(&self, table: &Table) -> Result<(u64, String), StoreError> {
        let (mut hash, mut rows, mut last) = (Sha256::new(), 0_u64, None);
        loop {
            let page = self.page(table, last.as_ref()).await?;
            let Some(end) = page.last() else { break };
            for row in &page {
                rows += 1;
                row.iter().for_each(|value| value.digest(&mut hash));
            }
            last = Some(end.clone());
        }
        Ok((rows, hex(&hash.finalize())))
    }

    /// Hash of the whole content. The same rows give the same hash on either database.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn content_hash(&self) -> Result<ContentHash, StoreError> {
        let mut tables = Vec::new();
        let mut lines = String::new();
        for table in TABLES {
            let (rows, hash) = self.table_hash(table).await?;
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "{} {rows} {hash}", table.name);
            tables.push((table.name, rows, hash));
        }
        Ok(ContentHash { tables, whole: hex(&Sha256::digest(lines)) })
    }
}

/// Copies everything from one store into an empty other one and compares the content hashes.
///
/// # Errors
/// [`StoreError::NotEmpty`] before anything is written; [`StoreError::CopyDiffers`] when the copy is not the same.
pub async fn copy_store(
    from: &Store,
    to: &Store,
    mut progress: impl FnMut(CopyProgress),
) -> Result<ContentHash, StoreError> {
    for table in TABLES {
        let count = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {}", table.name);
        let rows = to.query(&count, Vec::new()).await?;
        let rows = rows.into_iter().next().map_or(Ok(0), |row| Columns::new(table.name, row).int())?;
        if rows > 0 {
            return Err(StoreError::NotEmpty { table: table.name, rows });
        }
    }
    for table in TABLES {
        copy_table(from, to, table, &mut progress).await?;
    }
    let (source, copy) = (from.content_hash().await?, to.content_hash().await?);
    for (a, b) in source.tables.iter().zip(&copy.tables) {
        if a != b {
            let words = |t: &(&'static str, u64, String)| format!("{} rows, {}", t.1, t.2);
            return Err(StoreError::CopyDiffers { table: a.0, from: words(a), to: words(b) });
        }
    }
    Ok(copy)
}

async fn copy_table(
    from: &Store,
    to: &Store,
    table: &'static Table,
    progress: &mut impl FnMut(CopyProgress),
) -> Result<(), StoreError> {
    // One text a table for the life of the process: the list of tables is fixed.
    let insert: &'static str = Box::leak(insert_sql(table).into_boxed_str());
    let (mut last, mut rows) = (None, 0_u64);
    loop {
        let mut page = from.page(table, last.as_ref()).await?;
        let Some(end) = page.last() else { return Ok(()) };
        last = Some(end.clone());
        rows += page.len() as u64;
        // The city's own row comes first and alone; it carries the head, so its log must not move while copying.
        let first = (table.name == "city").then(|| page.remove(0));
        let city = first.as_ref().or(page.first()).and_then(|row| row.first().cloned());
        let Some(Value::Text(city)) = city else {
            return Err(StoreError::Damaged { table: table.name, why: "a row without a city".to_owned() });
        };
        let city = tingzhou_ledger::CityId::new(city)
            .map_err(|e| StoreError::Damaged { table: table.name, why: e.to_string() })?;
        let mut commit = Commit::new(&city, jiff::Timestamp::UNIX_EPOCH, "copy-store");
        commit.first = first.map(|params| Write { sql: insert, params });
        commit.writes = page.into_iter().map(|params| Write { sql: insert, params }).collect();
        to.commit(commit).await?;
        progress(CopyProgress { table: table.name, rows });
    }
}
