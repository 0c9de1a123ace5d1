//! Documents under review, and their statements in rows of their own, so that a decision writes what it changed.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Value};
use jiff::Timestamp;
use tingzhou_ledger::{AccountId, CityId, DraftId};

const VERSION: &str = "SELECT version FROM draft WHERE city_id = $1 AND draft_id = $2";
const INSERT: &str = "INSERT INTO draft (city_id, draft_id, version, ended, title, year, sha256, text, outline, head, reread, \
     total, undecided, started_by, started_at, changed_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const UPDATE: &str = "UPDATE draft SET version = $3, ended = $4, head = $5, total = $6, undecided = $7, changed_at = $8 \
     WHERE city_id = $1 AND draft_id = $2";
const REREAD: &str = "UPDATE draft SET year = $3, outline = $4, reread = $5 WHERE city_id = $1 AND draft_id = $2";
const PUT_STATEMENT: &str = "INSERT INTO draft_statement (city_id, draft_id, statement_no, body) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (city_id, draft_id, statement_no) DO UPDATE SET body = excluded.body";
const DROP_STATEMENT: &str = "DELETE FROM draft_statement WHERE city_id = $1 AND draft_id = $2 AND statement_no = $3";
const LIST: &str = "SELECT draft_id, version, ended, title, year, sha256, head, total, undecided, started_by, started_at, \
     changed_at FROM draft WHERE city_id = $1 ORDER BY ended, changed_at DESC, draft_id LIMIT 200";
const ONE: &str = "SELECT draft_id, version, ended, title, year, sha256, head, total, undecided, started_by, started_at, \
     changed_at, text, outline, reread FROM draft WHERE city_id = $1 AND draft_id = $2";
const STATEMENTS: &str = "SELECT d.version, s.body FROM draft_statement s \
     JOIN draft d ON d.city_id = s.city_id AND d.draft_id = s.draft_id \
     WHERE s.city_id = $1 AND s.draft_id = $2 ORDER BY s.statement_no LIMIT 1000000";

/// How often a draft is asked for anew when it changes while it is read.
const MOST_ROUNDS: u32 = 20;

/// A document under review, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftLine {
    /// Its identifier.
    pub id: DraftId,
    /// How often it changed.
    pub version: u64,
    /// Adopted or given up.
    pub ended: bool,
    /// Its title.
    pub title: String,
    /// The year promised for.
    pub year: i16,
    /// SHA-256 of the text, hexadecimal.
    pub sha256: String,
    /// Counters and how it ended, JSON.
    pub head: String,
    /// Statements.
    pub total: u32,
    /// Statements nobody decided yet.
    pub undecided: u32,
    /// Who began.
    pub started_by: AccountId,
    /// When.
    pub started_at: Timestamp,
    /// When it changed last.
    pub changed_at: Timestamp,
}

/// A document under review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRow {
    /// What is listed.
    pub line: DraftLine,
    /// The text as delivered.
    pub text: String,
    /// Sections, clauses and places of the newest reading, JSON.
    pub outline: String,
    /// What the last re-reading changed, JSON.
    pub reread: Option<String>,
}

fn line(c: &mut Columns) -> Result<DraftLine, StoreError> {
    let damaged = |e: std::num::TryFromIntError| StoreError::Damaged { table: "draft", why: e.to_string() };
    Ok(DraftLine {
        id: c.parsed(DraftId::new)?,
        version: u64::try_from(c.int()?).map_err(damaged)?,
        ended: c.int()? != 0,
        title: c.text()?,
        year: i16::try_from(c.int()?).map_err(damaged)?,
        sha256: c.text()?,
        head: c.text()?,
        total: u32::try_from(c.int()?).map_err(damaged)?,
        undecided: u32::try_from(c.int()?).map_err(damaged)?,
        started_by: c.parsed(AccountId::new)?,
        started_at: instant(c.int()?)?,
        changed_at: instant(c.int()?)?,
    })
}

fn version(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

impl Store {
    /// A city's documents under review, those not ended first, the last changed first, at most 200.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn drafts(&self, city: &CityId) -> Result<Vec<DraftLine>, StoreError> {
        let rows = self.query(LIST, vec![Value::text(city.as_str())]).await?;
        rows.into_iter().map(|row| line(&mut Columns::new("draft", row))).collect()
    }

    /// One document under review with its statements, each JSON, as of one version.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn draft(&self, city: &CityId, draft: &DraftId) -> Result<Option<(DraftRow, Vec<String>)>, StoreError> {
        let params = || vec![Value::text(city.as_str()), Value::text(draft.as_str())];
        // Each round that fails means that somebody decided in between; people are not that quick, many times in a row.
        for _ in 0..MOST_ROUNDS {
            let Some(row) = self.query(ONE, params()).await?.into_iter().next() else { return Ok(None) };
            let mut c = Columns::new("draft", row);
            let line = line(&mut c)?;
            let row = DraftRow { line, text: c.text()?, outline: c.text()?, reread: c.opt_text()? };
            let mut bodies = Vec::new();
            let mut of_one_moment = true;
            for found in self.query(STATEMENTS, params()).await? {
                let mut c = Columns::new("draft_statement", found);
                of_one_moment &= c.int()? == version(row.line.version);
                bodies.push(c.text()?);
            }
            // Somebody decided between the two questions: both are asked again.
            if of_one_moment {
                return Ok(Some((row, bodies)));
            }
        }
        Err(StoreError::Busy { what: format!("draft {draft}") })
    }
}

impl Commit {
    /// Adds a document under review; fails when its identifier is taken.
    pub fn add_draft(&mut self, row: &DraftRow) {
        let line = &row.line;
        let (city, id) = (Value::text(self.city.as_str()), Value::text(line.id.as_str()));
        self.guard(VERSION, vec![city.clone(), id.clone()], None, format!("draft {}", line.id));
        let params = vec![
            city,
            id,
            Value::Int(version(line.version)),
            Value::flag(line.ended),
            Value::text(&line.title),
            Value::Int(i64::from(line.year)),
            Value::text(&line.sha256),
            Value::text(&row.text),
            Value::text(&row.outline),
            Value::text(&line.head),
            Value::opt(row.reread.as_deref()),
            Value::Int(i64::from(line.total)),
            Value::Int(i64::from(line.undecided)),
            Value::text(line.started_by.as_str()),
            Value::Int(line.started_at.as_microsecond()),
            Value::Int(line.changed_at.as_microsecond()),
        ];
        self.write(INSERT, params);
    }

    /// Writes what changes with every decision. `was` is the version the decision was based on.
    pub fn put_draft(&mut self, line: &DraftLine, was: u64) {
        let (city, id) = (Value::text(self.city.as_str()), Value::text(line.id.as_str()));
        self.guard(VERSION, vec![city.clone(), id.clone()], Some(version(was)), format!("draft {}", line.id));
        let params = vec![
            city,
            id,
            Value::Int(version(line.version)),
            Value::flag(line.ended),
            Value::text(&line.head),
            Value::Int(i64::from(line.total)),
            Value::Int(i64::from(line.undecided)),
            Value::Int(line.changed_at.as_microsecond()),
        ];
        self.write(UPDATE, params);
    }

    /// Writes what a re-reading changes.
    pub fn put_draft_reading(&mut self, row: &DraftRow) {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(row.line.id.as_str()),
            Value::Int(i64::from(row.line.year)),
            Value::text(&row.outline),
            Value::opt(row.reread.as_deref()),
        ];
        self.write(REREAD, params);
    }

    /// Writes one statement of a document under review; without a body it is dropped.
    pub fn put_draft_statement(&mut self, draft: &DraftId, number: u32, body: Option<String>) {
        let mut params =
            vec![Value::text(self.city.as_str()), Value::text(draft.as_str()), Value::Int(i64::from(number))];
        match body {
            Some(body) => {
                params.push(Value::Text(body));
                self.write(PUT_STATEMENT, params);
            }
            None => self.write(DROP_STATEMENT, params),
        }
    }
}
