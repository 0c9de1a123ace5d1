//! The deputies' vote: codes by their hash, ballots as counts. No row joins the two.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Value};
use tingzhou_ledger::year_end::{ItemTally, Opinion};
use tingzhou_ledger::{CityId, ReportId};

const THERE: &str = "SELECT CAST(1 AS BIGINT) FROM ballot WHERE city_id = $1 AND report_id = $2";
const STILL_OPEN: &str = "SELECT closed FROM ballot WHERE city_id = $1 AND report_id = $2";
const INSERT: &str = "INSERT INTO ballot (city_id, report_id, codes, closed) VALUES ($1, $2, $3, 0)";
const CLOSE: &str = "UPDATE ballot SET closed = 1 WHERE city_id = $1 AND report_id = $2";
const ADD_CODE: &str = "INSERT INTO ballot_code (city_id, report_id, code_hash, used) VALUES ($1, $2, $3, 0)";
const UNUSED: &str = "SELECT used FROM ballot_code WHERE city_id = $1 AND report_id = $2 AND code_hash = $3";
const USE: &str = "UPDATE ballot_code SET used = 1 WHERE city_id = $1 AND report_id = $2 AND code_hash = $3";
const COUNT: &str = "INSERT INTO ballot_tally (city_id, report_id, item_no, opinion, votes) VALUES ($1, $2, $3, $4, 1) \
     ON CONFLICT (city_id, report_id, item_no, opinion) DO UPDATE SET votes = ballot_tally.votes + 1";
const ONE: &str = "SELECT b.codes, b.closed, (SELECT CAST(COUNT(*) AS BIGINT) FROM ballot_code c \
     WHERE c.city_id = b.city_id AND c.report_id = b.report_id AND c.used = 1) \
     FROM ballot b WHERE b.city_id = $1 AND b.report_id = $2";
const TALLY: &str = "SELECT item_no, opinion, votes FROM ballot_tally WHERE city_id = $1 AND report_id = $2 \
     ORDER BY item_no, opinion LIMIT 1000";

/// A vote of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BallotRow {
    /// Codes given out.
    pub codes: u32,
    /// Codes used.
    pub used: u32,
    /// Whether it is over.
    pub closed: bool,
}

fn key(city: &CityId, report: &ReportId) -> Vec<Value> {
    vec![Value::text(city.as_str()), Value::text(report.as_str())]
}

impl Store {
    /// The vote of a report.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn ballot(&self, city: &CityId, report: &ReportId) -> Result<Option<BallotRow>, StoreError> {
        let Some(row) = self.query(ONE, key(city, report)).await?.into_iter().next() else { return Ok(None) };
        let mut c = Columns::new("ballot", row);
        let mut number = || c.int().map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        let (codes, closed, used) = (number()?, number()?, number()?);
        Ok(Some(BallotRow { codes, used, closed: closed != 0 }))
    }

    /// The counts of a vote so far, by item; items nobody chose for are not among them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn ballot_tally(&self, city: &CityId, report: &ReportId) -> Result<Vec<ItemTally>, StoreError> {
        let mut found: Vec<ItemTally> = Vec::new();
        for row in self.query(TALLY, key(city, report)).await? {
            let mut c = Columns::new("ballot_tally", row);
            let item = u8::try_from(c.int()?).unwrap_or(u8::MAX);
            let opinion = c.parsed(|name| Opinion::from_name(&name).ok_or("no such opinion"))?;
            let votes = u32::try_from(c.int()?).unwrap_or(u32::MAX);
            if found.last().is_none_or(|last| last.item != item) {
                found.push(ItemTally { item, votes: [0; 3] });
            }
            let place = Opinion::ALL.iter().position(|own| *own == opinion);
            if let Some(count) = found.last_mut().zip(place).and_then(|(last, i)| last.votes.get_mut(i)) {
                *count = votes;
            }
        }
        Ok(found)
    }
}

impl Commit {
    /// Opens a vote with its codes, each by its hash; fails when there was one.
    pub fn open_ballot(&mut self, report: &ReportId, code_hashes: &[String]) {
        let own = key(&self.city, report);
        self.guard(THERE, own.clone(), None, format!("vote on report {report}"));
        let mut params = own.clone();
        params.push(Value::Int(i64::try_from(code_hashes.len()).unwrap_or(i64::MAX)));
        self.write(INSERT, params);
        for hash in code_hashes {
            let mut params = own.clone();
            params.push(Value::text(hash));
            self.write(ADD_CODE, params);
        }
    }

    /// Uses a code up and counts its ballot; fails when the vote is closed, or there is no such unused code.
    pub fn cast_ballot(&mut self, report: &ReportId, code_hash: &str, choices: &[(u8, Opinion)]) {
        let own = key(&self.city, report);
        self.guard(STILL_OPEN, own.clone(), Some(0), "open vote".to_owned());
        let mut code = own.clone();
        code.push(Value::text(code_hash));
        self.guard(UNUSED, code.clone(), Some(0), "unused code".to_owned());
        self.write(USE, code);
        for (item, opinion) in choices {
            let mut params = own.clone();
            params.extend([Value::Int(i64::from(*item)), Value::text(opinion.name())]);
            self.write(COUNT, params);
        }
    }

    /// Closes a vote; fails when it is not open.
    pub fn close_ballot(&mut self, report: &ReportId) {
        let own = key(&self.city, report);
        self.guard(STILL_OPEN, own.clone(), Some(0), "open vote".to_owned());
        self.write(CLOSE, own);
    }
}
