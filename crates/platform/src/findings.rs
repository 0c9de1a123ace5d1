//! What the adopted reports say about themselves and of each other, and what the supervision office says of it.

use crate::error::PlatformError;
use crate::platform::Platform;
use crate::snapshot::{AdoptedReport, Snapshot};
use std::collections::HashMap;
use std::sync::Arc;
use tingzhou_ledger::{
    Across, Actor, Dismissal, Event, Finding, FindingCommand, FindingId, FindingKind, ReportId, Said, SaidPart,
    SaidQuantity, SaidStatement, TaskId, decide_finding, findings, two_years,
};
use tingzhou_store::{Commit, DismissalRow};

/// What two adopted reports of consecutive years say of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearBefore {
    /// The older report.
    pub report: ReportId,
    /// What became of its targets, what its levels say, where this year's targets start.
    pub across: Vec<Across>,
}

/// What is computed of a report once.
#[derive(Clone, Debug)]
struct OfReport {
    findings: Arc<Vec<Finding>>,
    year_before: Option<Arc<YearBefore>>,
}

/// Findings computed once a report, and what was set aside; part of the snapshot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    by_report: HashMap<ReportId, OfReport>,
    dismissed: HashMap<(ReportId, FindingId), Dismissal>,
}

/// A finding with what was said of it.
#[derive(Clone, Copy, Debug)]
pub struct FindingView<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Set, when it is set aside.
    pub dismissal: Option<&'a Dismissal>,
}

/// Which findings. Everything empty means all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// Of a kind.
    pub kind: Option<FindingKind>,
    /// Only those set aside, or only those that are not.
    pub dismissed: Option<bool>,
    /// Only those that ask somebody to look, or only notes.
    pub asks: Option<bool>,
}

fn said(report: &AdoptedReport) -> Said<'_> {
    let parts = report.reading.sections.iter().map(|section| SaidPart {
        kind: section.kind,
        parent: section.parent,
        heading: section.heading_span,
        span: section.span,
    });
    let statements = report.reading.statements.iter().map(|statement| SaidStatement {
        set: statement.set,
        span: statement.span,
        sentence: statement.sentence,
        part: statement.section,
        quantity: statement.quantity.as_ref().map(|quantity| SaidQuantity {
            span: quantity.span,
            value: quantity.value,
            unit: quantity.unit.clone(),
            bound: quantity.bound,
            role: quantity.role,
        }),
        action: statement.action.clone(),
        subject: statement.subject.clone(),
    });
    Said { text: &report.text, year: Some(report.year), parts: parts.collect(), statements: statements.collect() }
}

impl Found {
    /// The findings of the reports; what was computed before is taken over while the reports are the same.
    pub(crate) fn of(reports: &[Arc<AdoptedReport>], before: Option<&Self>, dismissed: Vec<DismissalRow>) -> Self {
        let dismissed = dismissed.into_iter().map(|row| ((row.report, row.finding), row.dismissal)).collect();
        let same = |known: &&Self| {
            known.by_report.len() == reports.len() && reports.iter().all(|r| known.by_report.contains_key(&r.id))
        };
        if let Some(known) = before.filter(same) {
            return Self { by_report: known.by_report.clone(), dismissed };
        }
        let by_report = reports.iter().map(|report| {
            let own = said(report);
            // Reports come newest first, so this is the last one adopted for the year before.
            let older = reports.iter().find(|older| older.year.saturating_add(1) == report.year);
            let year_before = older.and_then(|older| {
                let across = two_years(&said(older), &own).ok()?;
                Some(Arc::new(YearBefore { report: older.id.clone(), across }))
            });
            (report.id.clone(), OfReport { findings: Arc::new(findings(&own)), year_before })
        });
        Self { by_report: by_report.collect(), dismissed }
    }
}

impl Snapshot {
    /// The findings of a report that a filter lets through: by kind, those to look at first.
    pub fn findings<'a>(
        &'a self,
        report: &'a ReportId,
        filter: FindingFilter,
    ) -> impl Iterator<Item = FindingView<'a>> {
        let all = self.found.by_report.get(report).map(|of| of.findings.as_slice()).unwrap_or_default();
        let views = all.iter().map(|finding| FindingView {
            finding,
            dismissal: self.found.dismissed.get(&(report.clone(), finding.id.clone())),
        });
        views.filter(move |view| {
            filter.kind.is_none_or(|kind| kind == view.finding.kind)
                && filter.dismissed.is_none_or(|dismissed| dismissed == view.dismissal.is_some())
                && filter.asks.is_none_or(|asks| asks == view.finding.verdict.asks())
        })
    }

    /// The findings of a task's report that have a place in what the task is about, set aside or not.
    pub fn findings_about<'a>(
        &'a self,
        report: &'a AdoptedReport,
        task: &'a TaskId,
    ) -> impl Iterator<Item = FindingView<'a>> {
        self.findings(&report.id, FindingFilter::default()).filter(move |view| {
            let mut statements = view.finding.places.iter().filter_map(|place| place.statement);
            statements.any(|at| report.reading.statements.get(at).is_some_and(|s| s.task.as_ref() == Some(task)))
        })
    }

    /// What a report and the adopted report of the year before say of each other.
    #[must_use]
    pub fn year_before(&self, report: &ReportId) -> Option<&YearBefore> {
        self.found.by_report.get(report).and_then(|of| of.year_before.as_deref())
    }
}

impl Platform {
    /// Sets a finding of a report aside, or takes it up again.
    ///
    /// # Errors
    /// When there is no such finding, a rule refuses it, or the store does not answer.
    pub async fn run_on_finding(
        &self,
        actor: &Actor,
        report: &ReportId,
        finding: &FindingId,
        command: &FindingCommand,
    ) -> Result<(), PlatformError> {
        let snapshot = self.snapshot().await?;
        let mut all = snapshot.findings(report, FindingFilter::default());
        let view = all.find(|view| &view.finding.id == finding);
        let view =
            view.ok_or_else(|| PlatformError::NotFound { what: format!("finding {finding} of report {report}") })?;
        let event = decide_finding(report, finding, view.dismissal, command, actor)?;
        let now = self.clock().now();
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        match &event {
            Event::FindingDismissed { reason, .. } => commit.add_dismissal(&DismissalRow {
                report: report.clone(),
                finding: finding.clone(),
                dismissal: Dismissal { by: actor.account.clone(), at: now, reason: reason.clone() },
            }),
            _ => commit.drop_dismissal(report, finding),
        }
        commit.event(finding.as_str(), event);
        self.store().commit(commit).await?;
        Ok(())
    }
}
