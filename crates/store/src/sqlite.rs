//! SQLite: one folder, write-ahead log, one writer thread that groups commits, several readers.

use crate::commit::{Commit, Committed};
use crate::error::StoreError;
use crate::log;
use crate::running::{Ran, failed, too_long};
use crate::value::{Row, Value, from_sqlite};
use crate::views::READ;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, oneshot};

refinery::embed_migrations!("migrations/sqlite");

/// Commits waiting for the writer; more than that wait at the door.
const WAITING: usize = 1_024;
/// Commits that share one flush to disk.
const GROUPED: usize = 256;
const READERS: usize = 4;
/// Measures at once.
const MEASURES: usize = 2;
/// Steps of a measure between two looks at the clock.
const STEPS: std::ffi::c_int = 2_000;
/// Longest text or row while a measure runs, in bytes.
const LONGEST: i32 = 16 * 1024 * 1024;

struct Job {
    commit: Commit,
    answer: oneshot::Sender<Result<Committed, StoreError>>,
}

#[derive(Clone)]
pub(crate) struct Sqlite {
    writer: SyncSender<Job>,
    readers: Arc<Readers>,
    measures: Arc<Semaphore>,
}

struct Readers {
    permits: Semaphore,
    idle: Mutex<Vec<Connection>>,
    file: PathBuf,
}

impl Sqlite {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)
            .map_err(|source| StoreError::Folder { path: folder.display().to_string(), source })?;
        let file = folder.join("tingzhou.sqlite");
        let mut connection = Connection::open(&file)?;
        prepare(&connection)?;
        migrations::runner().run(&mut connection).map_err(Box::new)?;
        let (writer, jobs) = sync_channel(WAITING);
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || write_all(&mut connection, &jobs))
            .map_err(|source| StoreError::Folder { path: file.display().to_string(), source })?;
        let readers = Readers { permits: Semaphore::new(READERS), idle: Mutex::new(Vec::new()), file };
        Ok(Self { writer, readers: Arc::new(readers), measures: Arc::new(Semaphore::new(MEASURES)) })
    }

    pub(crate) async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        let (answer, answered) = oneshot::channel();
        let mut job = Job { commit, answer };
        loop {
            match self.writer.try_send(job) {
                Ok(()) => break,
                Err(std::sync::mpsc::TrySendError::Full(back)) => {
                    job = back;
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
                Err(std::sync::mpsc::TrySendError::Disconnected(_)) => return Err(StoreError::Closed),
            }
        }
        answered.await.map_err(|_| StoreError::Closed)?
    }

    pub(crate) async fn query(&self, sql: String, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let readers = Arc::clone(&self.readers);
        let _permit = readers.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        let pool = Arc::clone(&readers);
        tokio::task::spawn_blocking(move || {
            let connection = pool.take()?;
            let rows = run_query(&connection, &sql, &params);
            pool.give(connection);
            rows
        })
        .await
        .map_err(|_| StoreError::Closed)?
    }

    /// Runs a measure's query on a connection of its own, which can read nothing but what views are made of.
    pub(crate) async fn measure(
        &self,
        sql: String,
        params: Vec<Value>,
        within: std::time::Duration,
    ) -> Result<Ran, StoreError> {
        let _permit = self.measures.acquire().await.map_err(|_| StoreError::Closed)?;
        let file = self.readers.file.clone();
        tokio::task::spawn_blocking(move || {
            let connection = guarded(&file, std::time::Instant::now() + within)?;
            Ok(match run_query(&connection, &sql, &params) {
                Ok(rows) => Ran::Rows(rows),
                Err(StoreError::Sqlite(error)) if interrupted(&error) => Ran::Fault(too_long(within)),
                Err(error) => Ran::Fault(failed(&error.to_string())),
            })
        })
        .await
        .map_err(|_| StoreError::Closed)?
    }
}

fn interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted)
}

/// A connection that reads, reads only what views are made of, and only until an instant.
fn guarded(file: &Path, until: std::time::Instant) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(2))?;
    connection.pragma_update(None, "query_only", "ON")?;
    // As PostgreSQL compares; SQLite would not tell a from A.
    connection.pragma_update(None, "case_sensitive_like", "ON")?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)?;
    connection.progress_handler(STEPS, Some(move || std::time::Instant::now() >= until))?;
    be_functions(&connection)?;
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Read { table_name, .. }
            if READ.contains(&table_name) || table_name.is_empty() || table_name.starts_with(OWN) =>
        {
            Authorization::Allow
        }
        AuthAction::Function { function_name } if FUNCTIONS.contains(&function_name) => Authorization::Allow,
        _ => Authorization::Deny,
    }))?;
    Ok(connection)
}

/// Numbers as `tingzhou_city::hours` writes them, the most significant byte first: what PostgreSQL has by its migrations.
fn be_functions(connection: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("be_int", 1, flags, |context| {
        let bytes = context.get_raw(0).as_blob()?;
        let few = bytes.len() <= 4;
        Ok(few.then(|| bytes.iter().fold(0_i64, |number, byte| number << 8 | i64::from(*byte))))
    })?;
    connection.create_scalar_function("be_real", 1, flags, |context| {
        let bytes = context.get_raw(0).as_blob()?;
        Ok(<[u8; 8]>::try_from(bytes).ok().map(f64::from_be_bytes))
    })?;
    Ok(())
}

/// How names begin that a measure defines itself; no table is called so.
const OWN: &str = "own_";
/// What views and measures call.
const FUNCTIONS: &[&str] = &[
    "->>",
    "abs",
    "avg",
    "be_int",
    "be_real",
    "coalesce",
    "count",
    "date",
    "json_each",
    "julianday",
    "lag",
    "lead",
    "length",
    "like",
    "max",
    "min",
    "nullif",
    "rank",
    "row_number",
    "substr",
    "sum",
];

impl Readers {
    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }

    fn give(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a commit is on disk before it is answered. NORMAL would lose acknowledged rows on power loss.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Parameters are numbered `$1`, `$2`, … as in PostgreSQL; SQLite sees names and is bound by them.
fn bind(statement: &mut rusqlite::CachedStatement<'_>, params: &[Value]) -> Result<(), StoreError> {
    for index in 1..=statement.parameter_count() {
        let number =
            statement.parameter_name(index).and_then(|n| n.strip_prefix('$')).and_then(|n| n.parse::<usize>().ok());
        let value = number.and_then(|n| params.get(n.wrapping_sub(1)));
        statement.raw_bind_parameter(index, value.unwrap_or(&Value::Null))?;
    }
    Ok(())
}

fn run_query(connection: &Connection, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    let width = statement.column_count();
    let mut rows = statement.raw_query();
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push((0..width).map(|i| from_sqlite(row.get_ref(i)?)).collect::<Result<Row, _>>()?);
    }
    Ok(out)
}

fn run_write(connection: &Connection, sql: &str, params: &[Value]) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    statement.raw_execute()?;
    Ok(())
}

fn write_all(connection: &mut Connection, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < GROUPED {
            match jobs.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        write_group(connection, group);
    }
}

/// One flush for the whole group. A commit that is refused takes only itself back.
fn write_group(connection: &mut Connection, group: Vec<Job>) {
    let done = (|| -> Result<Vec<Result<Committed, StoreError>>, StoreError> {
        let mut transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut answers = Vec::with_capacity(group.len());
        for job in &group {
            let savepoint = transaction.savepoint()?;
            let answer = carry_out(&savepoint, &job.commit);
            if answer.is_ok() {
                savepoint.commit()?;
            } else {
                drop(savepoint);
            }
            answers.push(answer);
        }
        transaction.commit()?;
        Ok(answers)
    })();
    match done {
        Ok(answers) => {
            for (job, answer) in group.into_iter().zip(answers) {
                // Nobody waiting any more is no fault: the commit stands.
                let _ = job.answer.send(answer);
            }
        }
        Err(error) => {
            tracing::error!(%error, "a group of commits failed");
            let words = error.to_string();
            for job in group {
                let _ = job.answer.send(Err(StoreError::Damaged { table: "transaction", why: words.clone() }));
            }
        }
    }
}

fn carry_out(connection: &Connection, commit: &Commit) -> Result<Committed, StoreError> {
    if let Some(first) = &commit.first {
        run_write(connection, first.sql, &first.params)?;
    }
    for guard in &commit.guards {
        let found = run_query(connection, guard.sql, &guard.params)?;
        log::check_guard(guard, &found)?;
    }
    let head = run_query(connection, log::HEAD, &[Value::text(commit.city.as_str())])?;
    let mut chain = log::Chain::from_rows(&commit.city, head)?;
    let rows = chain.extend(commit)?;
    let seq = chain.seq();
    for write in &commit.writes {
        let params: Vec<Value> = write.params.iter().map(|v| v.resolved(seq)).collect();
        run_write(connection, write.sql, &params)?;
    }
    for row in &rows {
        run_write(connection, log::APPEND, row)?;
    }
    if !rows.is_empty() {
        run_write(connection, log::SET_HEAD, &chain.head_params())?;
    }
    Ok(Committed { seq })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a measure joins is looked up: ten thousand detectors beside ten thousand that are alive would otherwise be a
    /// hundred million comparisons.
    #[test]
    fn a_measure_does_not_compare_all_with_all() {
        let folder = tempfile::tempdir().unwrap();
        let _open = Sqlite::open(folder.path()).unwrap();
        let connection = Connection::open(folder.path().join("tingzhou.sqlite")).unwrap();
        let before = crate::views::before(&["facility_fact", "observation_day"], true, false);
        let alive = "SELECT DISTINCT facility FROM observation_day WHERE type = 'GasDetector' AND property = 'gas'";
        let sql = format!(
            "EXPLAIN QUERY PLAN {before}, alive AS ({alive}) SELECT count(a.facility) FROM facility_fact u \
             LEFT JOIN alive a ON a.facility = u.facility WHERE u.type = 'GasDetector'"
        );
        let mut statement = connection.prepare(&sql).unwrap();
        let params = rusqlite::params!["c", 0, 1, 2025, "", "", ""];
        let steps = statement.query_map(params, |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.map(Result::unwrap).collect();
        assert!(steps.iter().any(|step| step.starts_with("SEARCH a USING AUTOMATIC")), "{steps:#?}");
    }

    /// Below the check of a measure: what got past it would still reach nothing else.
    #[tokio::test]
    async fn a_measure_reads_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(folder.path()).unwrap();
        let check = async |sql: &str, expected: &str| {
            let ran = sqlite.measure(sql.to_owned(), Vec::new(), std::time::Duration::from_millis(300)).await.unwrap();
            let got = match ran {
                Ran::Rows(_) => "rows".to_owned(),
                Ran::Fault(fault) => fault.words().en,
            };
            assert!(got.contains(expected), "{sql}: {got}");
        };
        check("SELECT count(*) FROM facility", "rows").await;
        check("SELECT count(*) FROM json_each('[1]')", "rows").await;
        check("SELECT account_id FROM account", "prohibited").await;
        check("SELECT (SELECT password_hash FROM account) FROM facility", "prohibited").await;
        check("SELECT name FROM sqlite_master", "prohibited").await;
        check("DELETE FROM facility", "not authorized").await;
        check("CREATE TEMP TABLE x (y)", "not authorized").await;
        check("PRAGMA query_only = OFF", "not authorized").await;
        check("ATTACH DATABASE ':memory:' AS other", "not authorized").await;
        check("SELECT randomblob(9)", "not authorized").await;
        check("SELECT \"no such column\" FROM facility", "no such column").await;
        check(
            "WITH RECURSIVE own_n(i) AS (SELECT 1 UNION ALL SELECT i FROM own_n) SELECT count(*) FROM own_n",
            "longer than 300 ms",
        )
        .await;
    }
}
