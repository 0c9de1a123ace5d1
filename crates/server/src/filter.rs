//! The filter of the task list as it stands in an address.

use crate::error::Answer;
use crate::fields::encoded;
use serde::Deserialize;
use tingzhou_platform::ledger::{AreaId, Light, ReportId, ScheduleStatus, UnitId};
use tingzhou_platform::{Sort, TaskFilter};
use utoipa::IntoParams;

/// Which tasks, as given in the query. Empty values are taken as not given.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct TaskQuery {
    /// Of a report; the newest when not given.
    pub(crate) report: String,
    /// Of an area.
    pub(crate) area: String,
    /// Led or helped by a unit, or suggested to it before it is confirmed.
    pub(crate) unit: String,
    /// With this light: red, yellow, green, blue, grey.
    pub(crate) light: String,
    /// With this schedule status.
    pub(crate) schedule: String,
    /// Of this livelihood item; 0 for any.
    pub(crate) item: String,
    /// `1`: only with a contradiction.
    pub(crate) contradicted: String,
    /// `1`: only without a confirmed lead unit.
    pub(crate) unassigned: String,
    /// Words that all stand in title, sentence or number.
    pub(crate) q: String,
    /// report, light, deadline, unit or title.
    pub(crate) sort: String,
    /// `1`: turned round.
    pub(crate) descending: String,
}

const SORTS: [(&str, Sort); 5] = [
    ("report", Sort::Report),
    ("light", Sort::Light),
    ("deadline", Sort::Deadline),
    ("unit", Sort::Unit),
    ("title", Sort::Title),
];

fn known<T>(field: &'static str, text: &str, find: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Answer> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || {
        Answer::bad_field(
            field,
            format!("筛选条件 {field} 的值无效；请重新选择。"),
            format!("{field} has no such value; choose again."),
        )
    };
    find(text).map(Some).ok_or_else(wrong)
}

impl TaskQuery {
    pub(crate) fn filter(&self) -> Result<TaskFilter, Answer> {
        let yes = |text: &str| matches!(text, "1" | "true" | "on");
        Ok(TaskFilter {
            report: known("report", &self.report, |t| ReportId::new(t).ok())?,
            area: known("area", &self.area, |t| AreaId::new(t).ok())?,
            unit: known("unit", &self.unit, |t| UnitId::new(t).ok())?,
            light: known("light", &self.light, Light::from_name)?,
            schedule: known("schedule", &self.schedule, |t| ScheduleStatus::ALL.into_iter().find(|s| s.name() == t))?,
            item: known("item", &self.item, |t| t.parse().ok())?,
            contradicted: yes(&self.contradicted),
            unassigned: yes(&self.unassigned),
            text: self.q.chars().take(200).collect(),
            sort: known("sort", &self.sort, |t| SORTS.iter().find(|(n, _)| *n == t).map(|(_, s)| *s))?
                .unwrap_or_default(),
            descending: yes(&self.descending),
        })
    }

    fn pairs(&self) -> [(&'static str, &str); 11] {
        [
            ("report", &self.report),
            ("area", &self.area),
            ("unit", &self.unit),
            ("light", &self.light),
            ("schedule", &self.schedule),
            ("item", &self.item),
            ("contradicted", &self.contradicted),
            ("unassigned", &self.unassigned),
            ("q", &self.q),
            ("sort", &self.sort),
            ("descending", &self.descending),
        ]
    }

    /// The query again, with some values replaced.
    pub(crate) fn with(&self, changes: &[(&str, &str)]) -> String {
        let own = self.pairs().into_iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        let all = own.chain(changes.iter().copied()).filter(|(_, value)| !value.is_empty());
        all.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }
}
