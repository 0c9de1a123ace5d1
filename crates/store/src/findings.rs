//! Findings set aside. A finding itself is computed; only what people say of it is kept.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Value};
use tingzhou_ledger::{AccountId, CityId, Dismissal, FindingId, ReportId};

const THERE: &str =
    "SELECT CAST(1 AS BIGINT) FROM finding_dismissal WHERE city_id = $1 AND report_id = $2 AND finding_id = $3";
const INSERT: &str = "INSERT INTO finding_dismissal (city_id, report_id, finding_id, dismissed_by, dismissed_at, reason) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const DELETE: &str = "DELETE FROM finding_dismissal WHERE city_id = $1 AND report_id = $2 AND finding_id = $3";
const LIST: &str = "SELECT report_id, finding_id, dismissed_by, dismissed_at, reason FROM finding_dismissal \
     WHERE city_id = $1 ORDER BY report_id, finding_id LIMIT 100000";

/// A finding set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DismissalRow {
    /// The report it is of.
    pub report: ReportId,
    /// Which.
    pub finding: FindingId,
    /// By whom, when and why.
    pub dismissal: Dismissal,
}

impl Store {
    /// A city's findings that are set aside, at most 100,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn dismissals(&self, city: &CityId) -> Result<Vec<DismissalRow>, StoreError> {
        let rows = self.query(LIST, vec![Value::text(city.as_str())]).await?;
        rows.into_iter()
            .map(|row| {
                let mut c = Columns::new("finding_dismissal", row);
                Ok(DismissalRow {
                    report: c.parsed(ReportId::new)?,
                    finding: c.parsed(FindingId::new)?,
                    dismissal: Dismissal { by: c.parsed(AccountId::new)?, at: instant(c.int()?)?, reason: c.text()? },
                })
            })
            .collect()
    }
}

impl Commit {
    fn finding_key(&self, report: &ReportId, finding: &FindingId) -> Vec<Value> {
        vec![Value::text(self.city.as_str()), Value::text(report.as_str()), Value::text(finding.as_str())]
    }

    /// Sets a finding aside; fails when it is already.
    pub fn add_dismissal(&mut self, row: &DismissalRow) {
        let mut params = self.finding_key(&row.report, &row.finding);
        self.guard(THERE, params.clone(), None, format!("dismissal of finding {}", row.finding));
        params.push(Value::text(row.dismissal.by.as_str()));
        params.push(Value::Int(row.dismissal.at.as_microsecond()));
        params.push(Value::text(&row.dismissal.reason));
        self.write(INSERT, params);
    }

    /// Takes a finding up again; fails when it is not set aside.
    pub fn drop_dismissal(&mut self, report: &ReportId, finding: &FindingId) {
        let params = self.finding_key(report, finding);
        self.guard(THERE, params.clone(), Some(1), format!("dismissal of finding {finding}"));
        self.write(DELETE, params);
    }
}
