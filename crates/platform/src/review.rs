//! A document under review: begun, decided on, read again, adopted. Nothing is adopted until the reviewer says so.

use crate::adopt::{AdoptedReading, Preview, Source, build, hex, propose};
use crate::document::{Block, Headline, laid_out};
use crate::error::PlatformError;
use crate::platform::Platform;
use crate::snapshot::AdoptedReport;
use crate::tasks::random_hex;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use tingzhou_documents::Place;
use tingzhou_ledger::review::{
    Command, Difference, Draft, DraftNumber, DraftStatement, End, Entry, Outline, Proposal, Remaining, State, Words,
    decide, difference, finish, living, rebase, reread_adopted,
};
use tingzhou_ledger::{AccountId, Actor, DraftId, Event, ReportId};
use tingzhou_report::{Confidence, Span, plain_words};
use tingzhou_store::{Commit, DraftLine, DraftRow, StoreError};

/// A document under review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftView {
    /// Its identifier.
    pub id: DraftId,
    /// The title found.
    pub title: String,
    /// SHA-256 of the text, hexadecimal.
    pub sha256: String,
    /// The text as delivered.
    pub text: Arc<str>,
    /// Statements and decisions.
    pub draft: Draft,
    /// Who began.
    pub started_by: AccountId,
    /// When.
    pub started_at: Timestamp,
    /// When it changed last.
    pub changed_at: Timestamp,
    places: Vec<Place>,
}

/// Counters of a draft and how it ended, as stored.
#[derive(Default, Serialize, Deserialize)]
struct DraftHead {
    last_id: u32,
    decisions: u64,
    end: Option<End>,
}

/// What surrounds the statements, as stored.
#[derive(Default, Serialize, Deserialize)]
struct DraftOutline {
    outline: Outline,
    /// First byte, page, paragraph.
    places: Vec<(usize, Option<u32>, u32)>,
}

fn damaged(table: &'static str) -> impl Fn(serde_json::Error) -> StoreError {
    move |error| StoreError::Damaged { table, why: error.to_string() }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl DraftView {
    fn from_row(row: DraftRow, bodies: &[String]) -> Result<Self, PlatformError> {
        let head: DraftHead = serde_json::from_str(&row.line.head).map_err(damaged("draft"))?;
        let around: DraftOutline = serde_json::from_str(&row.outline).map_err(damaged("draft"))?;
        let reread = row.reread.as_deref().map(serde_json::from_str).transpose().map_err(damaged("draft"))?;
        let read = |body: &String| serde_json::from_str::<Entry>(body).map_err(damaged("draft_statement"));
        let mut entries = bodies.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(|entry| (entry.current.order(), entry.id));
        let DraftLine { id, version, title, sha256, started_by, started_at, changed_at, .. } = row.line;
        let DraftHead { last_id, decisions, end } = head;
        let draft = Draft { outline: around.outline, entries, last_id, decisions, version, end, reread };
        let place = |(at, page, paragraph)| Place { at, page, paragraph };
        let places = around.places.into_iter().map(place).collect();
        Ok(Self { id, title, sha256, text: row.text.into(), draft, started_by, started_at, changed_at, places })
    }

    /// The text in blocks; a run's statement is an index of [`Draft::entries`].
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let words = |span: Span| plain_words(self.text.get(span.start..span.end).unwrap_or_default());
        let sections = self.draft.outline.sections.iter();
        let headlines: Vec<Headline<'_>> = sections
            .map(|s| Headline { span: s.heading, level: s.level, words: Cow::Owned(words(s.heading)) })
            .collect();
        let mut order: Vec<(Span, usize)> = self
            .draft
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.state.stands())
            .map(|(index, entry)| (entry.current.span, index))
            .collect();
        order.sort_unstable();
        let spans: Vec<Span> = order.iter().map(|(span, _)| *span).collect();
        let mut blocks = laid_out(&self.text, headlines, &spans, &[]);
        for block in &mut blocks {
            let Block::Paragraph { runs, .. } = block else { continue };
            for run in runs {
                run.statement = run.statement.and_then(|place| order.get(place)).map(|(_, index)| *index);
            }
        }
        blocks
    }

    fn line(&self) -> Result<DraftLine, StoreError> {
        let Draft { last_id, decisions, end, .. } = &self.draft;
        let head = DraftHead { last_id: *last_id, decisions: *decisions, end: end.clone() };
        let progress = self.draft.progress();
        Ok(DraftLine {
            id: self.id.clone(),
            version: self.draft.version,
            ended: self.draft.end.is_some(),
            title: self.title.clone(),
            year: self.draft.outline.year,
            sha256: self.sha256.clone(),
            head: serde_json::to_string(&head)?,
            total: count(progress.total),
            undecided: count(progress.open),
            started_by: self.started_by.clone(),
            started_at: self.started_at,
            changed_at: self.changed_at,
        })
    }

    fn row(&self) -> Result<DraftRow, StoreError> {
        let places = self.places.iter().map(|place| (place.at, place.page, place.paragraph)).collect();
        let around = DraftOutline { outline: self.draft.outline.clone(), places };
        Ok(DraftRow {
            line: self.line()?,
            text: self.text.to_string(),
            outline: serde_json::to_string(&around)?,
            reread: self.draft.reread.as_ref().map(serde_json::to_string).transpose()?,
        })
    }
}

/// Writes the statements that are not as they were.
fn put_changes(commit: &mut Commit, id: &DraftId, before: &Draft, after: &Draft) -> Result<(), StoreError> {
    let mut old: BTreeMap<u32, &Entry> = before.entries.iter().map(|entry| (entry.id, entry)).collect();
    for entry in &after.entries {
        if old.remove(&entry.id) != Some(entry) {
            commit.put_draft_statement(id, entry.id, Some(serde_json::to_string(entry)?));
        }
    }
    for gone in old.into_keys() {
        commit.put_draft_statement(id, gone, None);
    }
    Ok(())
}

/// Statements as adopted, to be compared with a newer reading.
fn as_adopted(reading: &AdoptedReading) -> Vec<DraftStatement> {
    let words = |text: &str| Words { text: text.to_owned(), ..Words::default() };
    let statements = reading.statements.iter().map(|s| DraftStatement {
        set: s.set,
        confidence: Confidence::High,
        span: s.span,
        clause: s.sentence,
        sentence: s.sentence,
        section: s.section,
        number: s.quantity.as_ref().map(|q| DraftNumber {
            span: q.span,
            value: q.value,
            unit: q.unit.clone(),
            bound: q.bound,
            role: q.role,
        }),
        action: words(&s.action),
        subject: words(&s.subject),
        due: s.due,
        deadline: None,
        reasons: Vec::new(),
    });
    statements.collect()
}

impl Platform {
    /// Reads a document and keeps what is proposed for review. A text already under review is gone on with.
    ///
    /// # Errors
    /// When the actor may not review, the document cannot be read, or the same text was adopted before.
    pub async fn start_review(&self, actor: &Actor, bytes: &[u8]) -> Result<DraftId, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let document = tingzhou_documents::open(bytes)?;
        let proposal = propose(&document, self.clock().today().year())?;
        let sha256 = hex(&Sha256::digest(&document.text));
        self.new_report(&sha256, proposal.outline.year).await?;
        let open = self.store().drafts(self.city()).await?;
        if let Some(same) = open.into_iter().find(|line| line.sha256 == sha256 && !line.ended) {
            return Ok(same.id);
        }
        let now = self.clock().now();
        let title = proposal.outline.title.and_then(|span| document.text.get(span.start..span.end));
        let title = title.map(plain_words).filter(|title| !title.is_empty());
        let year = proposal.outline.year;
        let view = DraftView {
            id: DraftId::new(format!("d{}", random_hex(6)?))?,
            title: title.unwrap_or_else(|| format!("{}{year}年政府工作报告", self.pack().name.zh)),
            sha256,
            text: document.text.into(),
            draft: Draft::new(proposal),
            started_by: actor.account.clone(),
            started_at: now,
            changed_at: now,
            places: document.places,
        };
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        commit.add_draft(&view.row()?);
        put_changes(&mut commit, &view.id, &Draft::default(), &view.draft)?;
        commit.event(
            view.id.as_str(),
            Event::ReviewStarted {
                draft: view.id.clone(),
                title: view.title,
                year,
                sha256: view.sha256,
                statements: count(view.draft.entries.len()),
            },
        );
        self.store().commit(commit).await?;
        Ok(view.id)
    }

    /// Documents under review, those not ended first, at most 200.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn drafts(&self) -> Result<Vec<DraftLine>, PlatformError> {
        Ok(self.store().drafts(self.city()).await?)
    }

    /// A document under review.
    ///
    /// # Errors
    /// When there is none, or the store does not answer.
    pub async fn draft(&self, id: &DraftId) -> Result<DraftView, PlatformError> {
        let found = self.store().draft(self.city(), id).await?;
        let (row, bodies) = found.ok_or_else(|| PlatformError::NotFound { what: format!("draft {id}") })?;
        DraftView::from_row(row, &bodies)
    }

    async fn draft_at(&self, actor: &Actor, id: &DraftId, expected: u64) -> Result<DraftView, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        let view = self.draft(id).await?;
        let current = view.draft.version;
        if current == expected { Ok(view) } else { Err(PlatformError::DraftConflict { expected, current }) }
    }

    /// Writes a draft with its events. The state and the log go into one commit.
    async fn put_draft(
        &self,
        actor: &Actor,
        before: &Draft,
        view: &DraftView,
        events: Vec<Event>,
        read_again: bool,
    ) -> Result<(), PlatformError> {
        let mut commit = Commit::new(self.city(), view.changed_at, actor.account.as_str());
        commit.put_draft(&view.line()?, before.version);
        if read_again {
            commit.put_draft_reading(&view.row()?);
        }
        put_changes(&mut commit, &view.id, before, &view.draft)?;
        for event in events {
            commit.event(view.id.as_str(), event);
        }
        self.committed(commit).await
    }

    async fn committed(&self, commit: Commit) -> Result<(), PlatformError> {
        match self.store().commit(commit).await {
            Ok(_) => Ok(()),
            Err(error) => Err(draft_conflict(error)),
        }
    }

    /// Carries out a reviewer's command, based on the version the reviewer saw.
    ///
    /// # Errors
    /// A refusal by the rules, a conflict when somebody else changed the draft, or the store.
    pub async fn review(
        &self,
        actor: &Actor,
        id: &DraftId,
        expected: u64,
        command: &Command,
    ) -> Result<DraftView, PlatformError> {
        let mut view = self.draft_at(actor, id, expected).await?;
        let events = decide(&view.draft, &view.text, command, actor)?;
        if events.is_empty() {
            return Ok(view);
        }
        let before = view.draft.clone();
        view.draft = events.iter().fold(view.draft, Draft::apply);
        view.changed_at = self.clock().now();
        self.put_draft(actor, &before, &view, events, false).await?;
        Ok(view)
    }

    /// Reads a draft's text again. Open statements take what is read now, decisions stay; nothing is stored when the
    /// reading is the same.
    ///
    /// # Errors
    /// When the actor may not, the draft has ended or was changed meanwhile, or the store does not answer.
    pub async fn reread(
        &self,
        actor: &Actor,
        id: &DraftId,
        expected: u64,
    ) -> Result<(DraftView, Difference), PlatformError> {
        let mut view = self.draft_at(actor, id, expected).await?;
        living(&view.draft)?;
        let (after, found) = rebase(&view.draft, self.read_again(&view.text, view.draft.outline.year)?);
        if found.is_empty() {
            return Ok((view, found));
        }
        let before = std::mem::replace(&mut view.draft, after);
        view.changed_at = self.clock().now();
        let event = Event::ReviewReread {
            new: count(found.new.len()),
            gone: count(found.gone.len()),
            changed: count(found.changed.len()),
            kept: count(before.entries.iter().filter(|entry| entry.state != State::Open).count()),
        };
        self.put_draft(actor, &before, &view, vec![event], true).await?;
        Ok((view, found))
    }

    fn read_again(&self, text: &str, year: i16) -> Result<Proposal, PlatformError> {
        Ok(Proposal::of(text, &tingzhou_report::read(text)?, year))
    }

    /// What adopting a draft would do. Nothing is stored.
    ///
    /// # Errors
    /// When a task cannot be made, which does not happen with identifiers made here.
    pub fn preview_draft(&self, view: &DraftView, remaining: Remaining) -> Result<Preview, PlatformError> {
        let statements = view.draft.taken(remaining);
        let source =
            Source { text: &view.text, places: &view.places, outline: &view.draft.outline, statements: &statements };
        build(&source, self.pack(), &ReportId::new("preview")?, false)
    }

    /// Adopts what the reviewer accepted. `remaining` says what becomes of statements nobody decided.
    ///
    /// # Errors
    /// When statements are open and nothing is said of them, nothing would be adopted, the draft was changed meanwhile
    /// or has ended, or the same text was adopted before.
    pub async fn adopt_draft(
        &self,
        actor: &Actor,
        id: &DraftId,
        expected: u64,
        remaining: Option<Remaining>,
    ) -> Result<AdoptedReport, PlatformError> {
        let mut view = self.draft_at(actor, id, expected).await?;
        let remaining = finish(&view.draft, remaining)?;
        let undecided = count(view.draft.progress().open);
        let statements = view.draft.taken(remaining);
        let outline = view.draft.outline.clone();
        let (text, places) = (Arc::clone(&view.text), std::mem::take(&mut view.places));
        let source = Source { text: &text, places: &places, outline: &outline, statements: &statements };
        view.changed_at = self.clock().now();
        let commit = Commit::new(self.city(), view.changed_at, actor.account.as_str());
        let also = |commit: &mut Commit, report: &ReportId| {
            let event = Event::ReviewAdopted { report: report.clone(), remaining, undecided };
            let was = view.draft.version;
            view.draft = std::mem::take(&mut view.draft).apply(&event);
            commit.put_draft(&view.line()?, was);
            commit.event(view.id.as_str(), event);
            Ok(())
        };
        self.adopt_source(actor, &source, false, commit, also).await.map_err(|error| match error {
            PlatformError::Store(error) => draft_conflict(error),
            other => other,
        })
    }

    /// What today's reader says otherwise of an adopted report. Nothing changes: the ledger owns its tasks. Where the
    /// report was reviewed, what the reviewer left out or said otherwise is no difference.
    ///
    /// # Errors
    /// When there is no such report, or the store does not answer.
    pub async fn reread_report(&self, report: &ReportId) -> Result<Difference, PlatformError> {
        let snapshot = self.snapshot().await?;
        let adopted = snapshot.report(Some(report));
        let adopted = adopted.ok_or_else(|| PlatformError::NotFound { what: format!("report {report}") })?;
        let now = self.read_again(&adopted.text, adopted.year)?;
        let reviewed = self.drafts().await?.into_iter().filter(|line| line.ended && line.sha256 == adopted.sha256);
        for line in reviewed {
            let view = self.draft(&line.id).await?;
            if matches!(&view.draft.end, Some(End::Adopted { report: own, .. }) if own == report) {
                return Ok(reread_adopted(&view.draft, now));
            }
        }
        Ok(difference(&as_adopted(&adopted.reading), &now.statements))
    }
}

fn draft_conflict(error: StoreError) -> PlatformError {
    match error {
        StoreError::Conflict { expected, found, .. } => PlatformError::DraftConflict {
            expected: u64::try_from(expected).unwrap_or_default(),
            current: u64::try_from(found).unwrap_or_default(),
        },
        other => other.into(),
    }
}
