//! The year's end: what can be said of every task, from evidence.

use crate::platform::Platform;
use crate::snapshot::{AdoptedReport, Snapshot};
use jiff::civil::{Date, date};
use tingzhou_ledger::year_end::{CompletionGroup, completions};
use tingzhou_ledger::{Judgement, Task, judge};

/// What can be said of a report's tasks by a day.
#[derive(Clone, Debug, PartialEq, Eq)]
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
