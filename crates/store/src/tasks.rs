//! Tasks and their evidence, written together with the events that made them.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Value};
use tingzhou_ledger::{CityId, Evidence, Task, TaskId, UnitId};

const VERSION: &str = "SELECT version FROM task WHERE city_id = $1 AND task_id = $2";
const PUT: &str = "INSERT INTO task (city_id, task_id, report_id, ord, version, changed_seq, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (city_id, task_id) \
     DO UPDATE SET version = excluded.version, changed_seq = excluded.changed_seq, body = excluded.body";
const PUT_EVIDENCE: &str = "INSERT INTO evidence (city_id, evidence_id, task_id, ord, source, value, period_from, period_to, \
     unit_id, filed_at, withdrawn, simulated, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
     ON CONFLICT (city_id, evidence_id) DO UPDATE SET withdrawn = excluded.withdrawn, body = excluded.body";
const EVIDENCE_THERE: &str = "SELECT CAST(1 AS BIGINT) FROM evidence WHERE city_id = $1 AND evidence_id = $2";
// A task and its evidence come in one statement: two would see two moments, and a task of one version with the evidence
// of the next would be judged as something that never was. The task's own row is the one with 0.
const ONE: &str = "SELECT task_id, CAST(0 AS BIGINT) AS ord, body FROM task WHERE city_id = $1 AND task_id = $2 \
     UNION ALL SELECT task_id, ord, body FROM evidence WHERE city_id = $1 AND task_id = $2 ORDER BY 1, 2 LIMIT 100001";
const CHANGED: &str = "SELECT task_id, CAST(0 AS BIGINT) AS ord, body FROM task WHERE city_id = $1 AND changed_seq > $2 \
     UNION ALL SELECT e.task_id, e.ord, e.body FROM evidence e \
     JOIN task t ON t.city_id = e.city_id AND t.task_id = e.task_id \
     WHERE e.city_id = $1 AND t.changed_seq > $2 ORDER BY 1, 2 LIMIT 1100000";

/// Tasks with their evidence from rows sorted by task, each task's own row first.
fn tasks_of(rows: Vec<Vec<Value>>) -> Result<Vec<Task>, StoreError> {
    let mut tasks: Vec<Task> = Vec::new();
    for row in rows {
        let mut columns = Columns::new("task", row);
        let id = columns.text()?;
        if columns.int()? == 0 {
            tasks.push(columns.json()?);
            continue;
        }
        match tasks.last_mut().filter(|task| task.id.as_str() == id) {
            Some(task) => task.evidence.push(columns.json::<Evidence>()?),
            None => return Err(StoreError::Damaged { table: "evidence", why: format!("no task {id} for it") }),
        }
    }
    Ok(tasks)
}

impl Store {
    /// One task with its evidence.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn task(&self, city: &CityId, task: &TaskId) -> Result<Option<Task>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(task.as_str())];
        Ok(tasks_of(self.query(ONE, params).await?)?.pop())
    }

    /// All tasks of a city changed after event `after`, with their evidence. `after` 0 gives all.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tasks_changed(&self, city: &CityId, after: i64) -> Result<Vec<Task>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(after)];
        tasks_of(self.query(CHANGED, params).await?)
    }
}

impl Commit {
    /// Writes a task's state. `was` is the version the command was based on, `None` for a new task.
    ///
    /// # Errors
    /// When the task cannot be written as JSON.
    pub fn put_task(&mut self, task: &Task, was: Option<u64>) -> Result<(), StoreError> {
        let (city, id) = (Value::text(self.city.as_str()), Value::text(task.id.as_str()));
        let expected = was.map(|v| i64::try_from(v).unwrap_or(i64::MAX));
        self.guard(VERSION, vec![city.clone(), id.clone()], expected, format!("task {}", task.id));
        let params = vec![
            city,
            id,
            Value::text(task.report.as_str()),
            Value::Int(i64::from(task.statement)),
            Value::Int(i64::try_from(task.version).unwrap_or(i64::MAX)),
            Value::LastSeq,
            Value::Text(serde_json::to_string(task)?),
        ];
        self.write(PUT, params);
        Ok(())
    }

    /// Writes one piece of evidence of a task; `new` refuses an identifier that is taken.
    ///
    /// # Errors
    /// When the evidence cannot be written as JSON.
    pub fn put_evidence(&mut self, task: &Task, evidence: &Evidence, new: bool) -> Result<(), StoreError> {
        let (city, id) = (Value::text(self.city.as_str()), Value::text(evidence.id.as_str()));
        if new {
            self.guard(EVIDENCE_THERE, vec![city.clone(), id.clone()], None, format!("evidence {}", evidence.id));
        }
        let params = vec![
            city,
            id,
            Value::text(task.id.as_str()),
            Value::Int(i64::try_from(task.version).unwrap_or(i64::MAX)),
            Value::text(evidence.source.name()),
            evidence.value.map_or(Value::Null, |v| Value::Text(v.to_string())),
            Value::Text(evidence.period.from.to_string()),
            Value::Text(evidence.period.to.to_string()),
            Value::opt(evidence.unit.as_ref().map(UnitId::as_str)),
            Value::Int(evidence.at.as_microsecond()),
            Value::flag(evidence.withdrawn.is_some()),
            Value::flag(evidence.simulated),
            Value::Text(serde_json::to_string(evidence)?),
        ];
        self.write(PUT_EVIDENCE, params);
        Ok(())
    }
}
