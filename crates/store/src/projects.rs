//! Key projects, written together with the events that made them, and what they are rolled up into.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Row, Value};
use tingzhou_ledger::project::{Project, RollUpRule};
use tingzhou_ledger::{CityId, ProjectId, TaskId};

const VERSION: &str = "SELECT version FROM project WHERE city_id = $1 AND project_id = $2";
const PUT: &str = "INSERT INTO project (city_id, project_id, year, name, version, body) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (city_id, project_id) DO UPDATE SET name = excluded.name, version = excluded.version, body = excluded.body";
const NAME_TAKEN: &str = "SELECT CAST(1 AS BIGINT) FROM project WHERE city_id = $1 AND year = $2 AND name = $3 \
     AND project_id <> $4";
const ONE: &str = "SELECT version, body FROM project WHERE city_id = $1 AND project_id = $2";
const OF_YEAR: &str =
    "SELECT version, body FROM project WHERE city_id = $1 AND year = $2 ORDER BY project_id LIMIT 10000";
const AFTER: &str =
    "SELECT version, body FROM project WHERE city_id = $1 AND project_id > $2 ORDER BY project_id LIMIT $3";
const YEARS: &str = "SELECT DISTINCT year FROM project WHERE city_id = $1 ORDER BY year DESC LIMIT 100";
const ROLL_UPS: &str = "SELECT task_id, body FROM roll_up WHERE city_id = $1 ORDER BY task_id LIMIT 10000";
const PUT_ROLL_UP: &str = "INSERT INTO roll_up (city_id, task_id, body) VALUES ($1, $2, $3) \
     ON CONFLICT (city_id, task_id) DO UPDATE SET body = excluded.body";
const DROP_ROLL_UP: &str = "DELETE FROM roll_up WHERE city_id = $1 AND task_id = $2";

fn project(row: Row) -> Result<Project, StoreError> {
    let mut c = Columns::new("project", row);
    let version = c.int()?;
    let project: Project = c.json()?;
    if i64::try_from(project.version) == Ok(version) {
        return Ok(project);
    }
    let why = format!("project {} is of another version than it is listed under", project.id);
    Err(StoreError::Damaged { table: "project", why })
}

impl Store {
    /// One key project.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn project(&self, city: &CityId, id: &ProjectId) -> Result<Option<Project>, StoreError> {
        let rows = self.query(ONE, vec![Value::text(city.as_str()), Value::text(id.as_str())]).await?;
        rows.into_iter().next().map(project).transpose()
    }

    /// The key projects of a year in the list's order, at most 10,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn projects(&self, city: &CityId, year: i16) -> Result<Vec<Project>, StoreError> {
        let rows = self.query(OF_YEAR, vec![Value::text(city.as_str()), Value::Int(i64::from(year))]).await?;
        rows.into_iter().map(project).collect()
    }

    /// Key projects of all years after `after`, by identifier, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn projects_after(&self, city: &CityId, after: &str, limit: u32) -> Result<Vec<Project>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(after), Value::Int(i64::from(limit))];
        self.query(AFTER, params).await?.into_iter().map(project).collect()
    }

    /// Years that have key projects, newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn project_years(&self, city: &CityId) -> Result<Vec<i16>, StoreError> {
        let rows = self.query(YEARS, vec![Value::text(city.as_str())]).await?;
        let year = |row| Ok(i16::try_from(Columns::new("project", row).int()?).unwrap_or_default());
        rows.into_iter().map(year).collect()
    }

    /// The tasks key projects are rolled up into.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn roll_ups(&self, city: &CityId) -> Result<Vec<(TaskId, RollUpRule)>, StoreError> {
        let rows = self.query(ROLL_UPS, vec![Value::text(city.as_str())]).await?;
        let rule = |row| {
            let mut c = Columns::new("roll_up", row);
            Ok((c.parsed(TaskId::new)?, c.json()?))
        };
        rows.into_iter().map(rule).collect()
    }
}

impl Commit {
    /// Writes a project; refused when it has another version than `before`, when it is new and there already, or when
    /// another one of its year has its name.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put_project(&mut self, project: &Project, before: Option<u64>) -> Result<(), StoreError> {
        let (city, id) = (Value::text(self.city.as_str()), Value::text(project.id.as_str()));
        let version = |version: u64| i64::try_from(version).unwrap_or(i64::MAX);
        let expected = before.map(version);
        self.guard(VERSION, vec![city.clone(), id.clone()], expected, format!("project {}", project.id));
        let (year, name) = (Value::Int(i64::from(project.year)), Value::text(&project.details.name));
        let params = vec![city.clone(), year.clone(), name.clone(), id.clone()];
        self.guard(NAME_TAKEN, params, None, format!("project named {}", project.details.name));
        let body = Value::Text(serde_json::to_string(project)?);
        self.write(PUT, vec![city, id, year, name, Value::Int(version(project.version)), body]);
        Ok(())
    }

    /// Says what of the key projects a task is measured by; `None` ends it.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put_roll_up(&mut self, task: &TaskId, rule: Option<&RollUpRule>) -> Result<(), StoreError> {
        let mut params = vec![Value::text(self.city.as_str()), Value::text(task.as_str())];
        match rule {
            None => self.write(DROP_ROLL_UP, params),
            Some(rule) => {
                params.push(Value::Text(serde_json::to_string(rule)?));
                self.write(PUT_ROLL_UP, params);
            }
        }
        Ok(())
    }
}
