//! The year's end: what can be said of every task from evidence, its publication with objections, and the vote.

use crate::bulletins::content_hash;
use crate::error::PlatformError;
use crate::platform::Platform;
use crate::snapshot::{AdoptedReport, Snapshot};
use crate::tasks::random_hex;
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use tingzhou_ledger::year_end::{
    BallotState, CompletionGroup, ItemTally, Opinion, code_refused, completions, decide_answer, decide_cast,
    decide_close_ballot, decide_objection, decide_open_ballot, decide_publish,
};
use tingzhou_ledger::{Actor, Event, Judgement, ObjectionId, ReportId, Task, TaskId, judge};
use tingzhou_store::{Commit, ObjectionRow, StoreError, YearEndRow};

/// What can be said of a report's tasks by a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearEndDraft {
    /// The day.
    pub day: Date,
    /// Livelihood items by number, then all other tasks.
    pub groups: Vec<CompletionGroup>,
}

impl Platform {
    /// What can be said of a report's tasks now, or by its year's last day once that is over. Later evidence of that year
    /// counts: figures of December are filed in January.
    #[must_use]
    pub fn year_end_draft(&self, snapshot: &Snapshot, report: &AdoptedReport) -> YearEndDraft {
        let last = date(report.year.clamp(1, 9_998), 12, 31);
        let day = last.min(snapshot.today);
        let judged: Vec<(&Task, Judgement)> = snapshot
            .tasks_of(&report.id)
            .map(|view| (&view.task, judge(&view.task, &self.pack().settings, day)))
            .collect();
        YearEndDraft { day, groups: completions(judged.iter().map(|(task, judged)| (*task, judged))) }
    }
}

/// What the year's end says of a report, as published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearEndView {
    /// What it says.
    pub content: YearEndDraft,
    /// The last day objections are taken.
    pub objections_until: Date,
    /// SHA-256 of the content as stored.
    pub sha256: String,
}

/// How the vote on a report's livelihood items stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BallotView {
    /// Whether it is open or over.
    pub state: BallotState,
    /// Codes given out.
    pub codes: u32,
    /// Ballots counted.
    pub used: u32,
    /// The counts of every item once the vote is over; empty before, so that no early count sways a later ballot.
    pub tally: Vec<ItemTally>,
}

/// Symbols of a code: digits and letters that are not taken for one another (Crockford's base 32).
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols in a code: 80 bits, so that a hash of it cannot be tried out.
const CODE: usize = 16;

fn new_code() -> Result<String, PlatformError> {
    let mut bytes = [0_u8; CODE];
    getrandom::fill(&mut bytes).map_err(|e| PlatformError::Password(e.to_string()))?;
    let mut code = String::new();
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            code.push('-');
        }
        // 256 is a multiple of 32: every symbol is as likely.
        code.extend(SYMBOLS.get(usize::from(byte % 32)).map(|symbol| char::from(*symbol)));
    }
    Ok(code)
}

/// The hash a code is known by, however it was typed.
fn code_hash(platform: &Platform, report: &ReportId, code: &str) -> String {
    let symbols =
        code.chars().filter(char::is_ascii_alphanumeric).take(2 * CODE).map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
    content_hash(&format!("{}|{report}|{}", platform.city(), symbols.collect::<String>()))
}

impl Platform {
    async fn adopted(&self, report: &ReportId) -> Result<Arc<AdoptedReport>, PlatformError> {
        let snapshot = self.snapshot().await?;
        let missing = || PlatformError::NotFound { what: format!("report {report}") };
        snapshot.report(Some(report)).cloned().ok_or_else(missing)
    }

    /// What the year's end says of a report as published; `None` when it is not.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn year_end(&self, report: &ReportId) -> Result<Option<YearEndView>, PlatformError> {
        let Some(row) = self.store().year_end(self.city(), report).await? else { return Ok(None) };
        let content = serde_json::from_str(&row.body)
            .map_err(|e| StoreError::Damaged { table: "year_end", why: e.to_string() })?;
        Ok(Some(YearEndView { content, objections_until: row.objections_until, sha256: row.sha256 }))
    }

    /// Publishes what the year's end says of a report: its content is kept with its hash and no longer changes.
    ///
    /// # Errors
    /// A refusal by the rules, no such report, or the store.
    pub async fn publish_year_end(&self, actor: &Actor, report: &ReportId) -> Result<(), PlatformError> {
        let adopted = self.adopted(report).await?;
        let draft = self.year_end_draft(&*self.snapshot().await?, &adopted);
        let body = serde_json::to_string(&draft).map_err(StoreError::from)?;
        let (sha256, now) = (content_hash(&body), self.clock().now());
        let published = self.store().year_end(self.city(), report).await?.is_some();
        let today = self.clock().day_of(now);
        let event = decide_publish((report, draft.day, &sha256), published, &self.pack().year_end, actor, today)?;
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        if let Event::YearEndPublished { objections_until, .. } = &event {
            commit.add_year_end(&YearEndRow {
                report: report.clone(),
                objections_until: *objections_until,
                sha256,
                published_by: actor.account.clone(),
                published_at: now,
                body,
            });
        }
        commit.event(report.as_str(), event);
        self.store().commit(commit).await?;
        Ok(())
    }

    /// Files an objection of anyone to what is said of a task. Nothing of the filer is kept.
    ///
    /// # Errors
    /// A refusal by the rules, completions not published, no such task among them, or the store.
    pub async fn object(&self, report: &ReportId, task: &TaskId, text: &str) -> Result<(), PlatformError> {
        let missing = || PlatformError::NotFound { what: format!("published completion of {task}") };
        let view = self.year_end(report).await?.ok_or_else(missing)?;
        if !view.content.groups.iter().flat_map(|group| &group.rows).any(|row| &row.task == task) {
            return Err(missing());
        }
        let now = self.clock().now();
        let hour_ago = now.checked_sub(SignedDuration::from_hours(1)).unwrap_or(now);
        let recent = self.store().objections_since(self.city(), report, hour_ago).await?;
        let id = ObjectionId::new(format!("o{}", random_hex(10)?))?;
        let (rules, today) = (&self.pack().year_end, self.clock().day_of(now));
        let event = decide_objection((&id, task), text, view.objections_until, recent, rules, today)?;
        let mut commit = Commit::new(self.city(), now, "public");
        if let Event::ObjectionFiled { text, .. } = &event {
            commit.add_objection(report, &id, task, text);
        }
        commit.event(id.as_str(), event);
        self.store().commit(commit).await?;
        Ok(())
    }

    /// Answers an objection.
    ///
    /// # Errors
    /// A refusal by the rules, no such objection, or the store.
    pub async fn answer_objection(&self, actor: &Actor, id: &ObjectionId, answer: &str) -> Result<(), PlatformError> {
        let row = self.store().objection(self.city(), id).await?;
        let row = row.ok_or_else(|| PlatformError::NotFound { what: format!("objection {id}") })?;
        let event = decide_answer(id, row.answer.is_some(), answer, actor)?;
        let mut commit = Commit::new(self.city(), self.clock().now(), actor.account.as_str());
        if let Event::ObjectionAnswered { answer, .. } = &event {
            commit.answer_objection(id, answer);
        }
        commit.event(id.as_str(), event);
        self.store().commit(commit).await?;
        Ok(())
    }

    /// Objections to a report's completions, the latest first; `limit` is held to 1 to 201.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn objections(
        &self,
        report: &ReportId,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<ObjectionRow>, PlatformError> {
        Ok(self.store().objections(self.city(), report, offset, limit.clamp(1, 201)).await?)
    }

    /// How the vote on a report stands.
    ///
    /// # Errors
    /// When there is no such report, or the store does not answer.
    pub async fn ballot(&self, report: &ReportId) -> Result<BallotView, PlatformError> {
        let adopted = self.adopted(report).await?;
        let Some(row) = self.store().ballot(self.city(), report).await? else {
            return Ok(BallotView { state: BallotState::None, codes: 0, used: 0, tally: Vec::new() });
        };
        let (state, tally) = if row.closed {
            (BallotState::Closed, self.tally(&adopted).await?)
        } else {
            (BallotState::Open, Vec::new())
        };
        Ok(BallotView { state, codes: row.codes, used: row.used, tally })
    }

    /// The counts of every livelihood item, those nobody chose for included.
    async fn tally(&self, report: &AdoptedReport) -> Result<Vec<ItemTally>, PlatformError> {
        let counted = self.store().ballot_tally(self.city(), &report.id).await?;
        let items = report.reading.items.iter().map(|item| {
            let own = counted.iter().find(|tally| tally.item == item.no).copied();
            own.unwrap_or(ItemTally { item: item.no, votes: [0; 3] })
        });
        let mut items: Vec<_> = items.collect();
        items.sort_by_key(|tally| tally.item);
        Ok(items)
    }

    /// Opens the vote on a report's livelihood items and gives out that many codes. They are shown once, here: only their
    /// hashes are kept.
    ///
    /// # Errors
    /// A refusal by the rules, no such report, or the store.
    pub async fn open_ballot(
        &self,
        actor: &Actor,
        report: &ReportId,
        codes: u32,
    ) -> Result<Vec<String>, PlatformError> {
        let items = self.adopted(report).await?.reading.items.len();
        let state = self.ballot(report).await?.state;
        let event = decide_open_ballot(report, codes, items, state, actor)?;
        let mut made = BTreeSet::new();
        while made.len() < codes as usize {
            made.insert(new_code()?);
        }
        let hashes: Vec<String> = made.iter().map(|code| code_hash(self, report, code)).collect();
        let mut commit = Commit::new(self.city(), self.clock().now(), actor.account.as_str());
        commit.open_ballot(report, &hashes);
        commit.event(report.as_str(), event);
        self.store().commit(commit).await?;
        Ok(made.into_iter().collect())
    }

    /// Counts a ballot and uses its code up, both or neither.
    ///
    /// # Errors
    /// A refusal by the rules or for a code that is none or used, no such report, or the store.
    pub async fn cast_ballot(
        &self,
        report: &ReportId,
        code: &str,
        choices: &[(u8, Opinion)],
    ) -> Result<(), PlatformError> {
        let adopted = self.adopted(report).await?;
        let items: Vec<u8> = adopted.reading.items.iter().map(|item| item.no).collect();
        let event = decide_cast(report, choices, &items, self.ballot(report).await?.state)?;
        // The instant goes no finer than the day: who went to vote when says nothing of a ballot.
        let now = self.clock().at_noon(self.clock().today());
        let mut commit = Commit::new(self.city(), now, "ballot");
        commit.cast_ballot(report, &code_hash(self, report, code), choices);
        commit.event(report.as_str(), event);
        match self.store().commit(commit).await {
            Ok(_) => Ok(()),
            Err(StoreError::Conflict { .. } | StoreError::Exists { .. } | StoreError::Missing { .. }) => {
                Err(code_refused().into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Closes the vote; the tally is on record and shown from then on.
    ///
    /// # Errors
    /// A refusal by the rules, no such report, or the store.
    pub async fn close_ballot(&self, actor: &Actor, report: &ReportId) -> Result<(), PlatformError> {
        let adopted = self.adopted(report).await?;
        let state = self.ballot(report).await?.state;
        let event = decide_close_ballot(report, self.tally(&adopted).await?, state, actor)?;
        let mut commit = Commit::new(self.city(), self.clock().now(), actor.account.as_str());
        commit.close_ballot(report);
        commit.event(report.as_str(), event);
        self.store().commit(commit).await?;
        Ok(())
    }
}
