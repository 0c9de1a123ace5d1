//! PostgreSQL 15 or later: a pool of connections; the city's row is the lock that keeps its log in one line.

use crate::commit::{Commit, Committed, Write};
use crate::error::StoreError;
use crate::log;
use crate::running::{Ran, failed, too_long};
use crate::value::{Row, Value, from_postgres};
use deadpool_postgres::{GenericClient, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use futures_util::{StreamExt, TryStreamExt, future::ready, stream};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Statement};

refinery::embed_migrations!("migrations/postgres");

const CONNECTIONS: usize = 16;
/// How long a server may take to answer a new connection.
const CONNECTED_WITHIN: Duration = Duration::from_secs(10);
/// How long what is sent may stay unconfirmed by the other machine: one that vanished without a word, by a cut cable or a
/// lost host, would be waited for a quarter of an hour. However long a server thinks, its machine confirms at once.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(30);
/// After so long without a word a connection that waits for an answer asks whether the other machine is there.
const ASKED_AFTER: Duration = Duration::from_secs(30);
/// How long a query waits for one of the connections to be free.
const FREE_WITHIN: Duration = Duration::from_secs(60);
/// Statements of a transaction that are sent and not yet answered.
const ON_THE_WAY: usize = 128;
/// Measures at once.
const MEASURES: usize = 2;
/// A measure is one query among many: it takes no helpers and plans as quickly as it can.
const GUARD: &str = "SET LOCAL standard_conforming_strings = on; SET LOCAL max_parallel_workers_per_gather = 0; \
     SET LOCAL jit = off; SET LOCAL work_mem = '16MB'; SET LOCAL lock_timeout = '1s';";
/// Only one process brings the tables up to date at a time; the number is any that nobody else uses.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_lock(7464936)";
const MIGRATION_UNLOCK: &str = "SELECT pg_advisory_unlock(7464936)";

#[derive(Clone)]
pub(crate) struct Postgres {
    pool: Pool,
    measures: Arc<Semaphore>,
}

impl Postgres {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let mut config: tokio_postgres::Config =
            url.parse().map_err(|_| StoreError::Url { given: without_password(url) })?;
        patience(&mut config);
        // A connection whose server went away is known to be closed without asking; asking would cost every query another
        // way there and back.
        let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .wait_timeout(Some(FREE_WITHIN))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|_| StoreError::Closed)?;
        let mut client = pool.get().await?;
        client.batch_execute(MIGRATION_LOCK).await?;
        let migrated = migrations::runner().run_async(&mut **client.as_mut()).await.map_err(Box::new);
        client.batch_execute(MIGRATION_UNLOCK).await?;
        migrated?;
        drop(client);
        Ok(Self { pool, measures: Arc::new(Semaphore::new(MEASURES)) })
    }

    pub(crate) async fn query(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let client = self.pool.get().await?;
        run_query(&client, sql, params).await
    }

    /// Runs a measure's query in a transaction that can only read, and only for so long.
    pub(crate) async fn measure(&self, sql: &str, params: &[Value], within: Duration) -> Result<Ran, StoreError> {
        let _permit = self.measures.acquire().await.map_err(|_| StoreError::Closed)?;
        let mut client = self.pool.get().await?;
        let transaction = client.build_transaction().read_only(true).start().await?;
        let settings = format!("{GUARD} SET LOCAL statement_timeout = {}", within.as_millis());
        transaction.batch_execute(&settings).await?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
        let answer = transaction.query(sql, &params).await;
        let ran = match answer {
            Ok(rows) => Ran::Rows(rows.iter().map(from_postgres).collect::<Result<_, _>>()?),
            Err(error) => match error.as_db_error() {
                Some(db) if *db.code() == SqlState::QUERY_CANCELED => Ran::Fault(too_long(within)),
                Some(db) => Ran::Fault(failed(db.message())),
                None => return Err(error.into()),
            },
        };
        transaction.rollback().await?;
        Ok(ran)
    }

    pub(crate) async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        let mut client = self.pool.get().await?;
        let transaction = client.transaction().await?;
        if let Some(first) = &commit.first {
            run_query(&transaction, first.sql, &first.params).await?;
        }
        // The city's row first: whoever holds it appends next, and guards see what the one before wrote.
        let locked = (log::HEAD_LOCKED, vec![Value::text(commit.city.as_str())]);
        let guards = commit.guards.iter().map(|guard| (guard.sql, guard.params.clone()));
        let mut answers = ask_all(&transaction, [locked].into_iter().chain(guards)).await?.into_iter();
        let head = answers.next().unwrap_or_default();
        for (guard, found) in commit.guards.iter().zip(answers) {
            log::check_guard(guard, &found)?;
        }
        let mut chain = log::Chain::from_rows(&commit.city, head)?;
        let rows = chain.extend(&commit)?;
        let seq = chain.seq();
        let resolved = |write: &Write| (write.sql, write.params.iter().map(|v| v.resolved(seq)).collect());
        let writes = commit.writes.iter().map(resolved).collect();
        write_all(&transaction, writes).await?;
        let events = !rows.is_empty();
        write_all(&transaction, rows.into_iter().map(|row| (log::APPEND, row)).collect()).await?;
        if events {
            run_query(&transaction, log::SET_HEAD, &chain.head_params()).await?;
        }
        transaction.commit().await?;
        Ok(Committed { seq })
    }
}

/// Says how long to wait for a server, where the address does not say it.
fn patience(config: &mut tokio_postgres::Config) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECTED_WITHIN);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(CONFIRMED_WITHIN);
    }
    // The default is two hours.
    if config.get_keepalives_idle() >= Duration::from_secs(7_200) {
        config.keepalives_idle(ASKED_AFTER);
    }
}

async fn run_query(client: &impl GenericClient, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
    let statement = client.prepare_cached(sql).await?;
    let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
    client.query(&statement, &params).await?.iter().map(from_postgres).collect()
}

/// Asks in order without waiting for one answer before the next question is sent. Each sees what was committed when its turn
/// comes.
async fn ask_all(
    client: &impl GenericClient,
    questions: impl Iterator<Item = (&'static str, Vec<Value>)>,
) -> Result<Vec<Vec<Row>>, StoreError> {
    let mut sent = Vec::new();
    for (sql, params) in questions {
        let statement = client.prepare_cached(sql).await?;
        sent.push(async move {
            let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
            client.query(&statement, &params).await?.iter().map(from_postgres).collect::<Result<Vec<Row>, StoreError>>()
        });
    }
    stream::iter(sent).buffered(ON_THE_WAY).try_collect().await
}

/// Carries out statements in their order without waiting for one answer before the next is sent.
async fn write_all(client: &impl GenericClient, writes: Vec<(&'static str, Vec<Value>)>) -> Result<(), StoreError> {
    // A statement is sent when its future is polled first, which `buffered` does in order. That holds only for those
    // that need not be prepared before.
    let mut prepared = HashMap::new();
    let mut sent = Vec::new();
    for (sql, params) in writes {
        let statement = match prepared.entry(sql) {
            Entry::Occupied(known) => Statement::clone(known.get()),
            Entry::Vacant(new) => new.insert(client.prepare_cached(sql).await?).clone(),
        };
        sent.push(async move {
            let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
            client.execute(&statement, &params).await
        });
    }
    stream::iter(sent).buffered(ON_THE_WAY).try_for_each(|_| ready(Ok(()))).await?;
    Ok(())
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}…{}", &url[..scheme + 3], &url[at..]),
        _ => url.chars().take(80).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_vanishes_is_not_waited_for_for_ever() {
        let check = |url: &str, expected: [u64; 3]| {
            let mut config: tokio_postgres::Config = url.parse().unwrap();
            patience(&mut config);
            let found = [
                config.get_connect_timeout().copied().unwrap_or_default(),
                config.get_tcp_user_timeout().copied().unwrap_or_default(),
                config.get_keepalives_idle(),
            ];
            assert_eq!(found.map(|time| time.as_secs()), expected, "{url}");
        };
        check("postgres://u@h/d", [10, 30, 30]);
        check("postgres://u@h/d?connect_timeout=3&tcp_user_timeout=5&keepalives_idle=7", [3, 5, 7]);
    }
}
