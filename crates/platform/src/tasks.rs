//! Commands on one task, and filing with attachments.

use crate::adopt::hex;
use crate::error::PlatformError;
use crate::platform::Platform;
use crate::snapshot::TaskView;
use jiff::Timestamp;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use tingzhou_ledger::{
    Actor, Attachment, Basis, Command, Confirmation, Event, Evidence, EvidenceId, File, Period, Point, ReportedStatus,
    Source, Task, TaskId, counted_elsewhere, decide,
};
use tingzhou_store::{Commit, FileRow, StoreError};

/// Largest attachment, in bytes.
pub(crate) const LARGEST_FILE: usize = 10 * 1024 * 1024;

/// A file as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Name as given.
    pub name: String,
    /// Content.
    pub content: Vec<u8>,
}

/// Evidence as it is filed, checked or measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// Filing, check or measure.
    pub source: Source,
    /// The reading, in `unit`.
    pub value: Option<Decimal>,
    /// Unit as typed; empty means the target's.
    pub unit: String,
    /// Cumulative or for the period alone.
    pub basis: Basis,
    /// The days it speaks of.
    pub period: Period,
    /// Where.
    pub place: String,
    /// Where, on the ground.
    pub point: Option<Point>,
    /// What was done.
    pub note: String,
    /// What the filer says of the task.
    pub reported: ReportedStatus,
    /// The name of the plan's milestone that was reached on the period's last day.
    pub milestone: Option<String>,
    /// Oddities looked at and meant.
    pub confirmed: Vec<Confirmation>,
    /// Comes from the simulated city.
    pub simulated: bool,
}

/// Evidence that is durable.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The task as it is now.
    pub view: TaskView,
    /// The evidence.
    pub evidence: EvidenceId,
    /// The same request had been answered before; nothing was done again.
    pub repeated: bool,
}

/// What an attachment is, by its first bytes. Programs and web pages are not taken.
fn media_type(content: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| content.starts_with(magic);
    if starts(b"%PDF") {
        Some("application/pdf")
    } else if starts(b"\x89PNG\r\n") {
        Some("image/png")
    } else if starts(b"\xFF\xD8\xFF") {
        Some("image/jpeg")
    } else if starts(b"RIFF") && content.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else if starts(b"PK\x03\x04") {
        Some("application/zip")
    } else if starts(b"\xD0\xCF\x11\xE0") {
        Some("application/x-ole-storage")
    } else if !content.contains(&0) && std::str::from_utf8(content).is_ok_and(|t| !t.trim_start().starts_with('<')) {
        Some("text/plain; charset=utf-8")
    } else {
        None
    }
}

pub(crate) fn taken(upload: &Upload) -> Result<(Attachment, FileRow), PlatformError> {
    let name: String = upload
        .name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(120)
        .collect();
    let name = if name.trim().is_empty() { "附件".to_owned() } else { name };
    let refuse = |why: &str| Err(PlatformError::File(format!("“{name}” {why}")));
    if upload.content.is_empty() {
        return refuse("是空文件（0 字节）；请重新选择。 / is empty (0 bytes); choose it again.");
    }
    if upload.content.len() > LARGEST_FILE {
        return refuse("超过 10 MB；请压缩或拆分。 / is larger than 10 MB; make it smaller or split it.");
    }
    let Some(media_type) = media_type(&upload.content) else {
        return refuse(
            "不是 PDF、图片、Office 文档、ZIP 或纯文本。 / is not a PDF, picture, Office document, ZIP or plain text.",
        );
    };
    let sha256 = hex(&Sha256::digest(&upload.content));
    let row = FileRow { sha256: sha256.clone(), media_type: media_type.to_owned(), content: upload.content.clone() };
    let size = upload.content.len() as u64;
    Ok((Attachment { sha256, name, size, media_type: media_type.to_owned() }, row))
}

pub(crate) fn random_hex(bytes: usize) -> Result<String, PlatformError> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).map_err(|e| PlatformError::Password(format!("no random numbers: {e}")))?;
    Ok(hex(&buffer))
}

impl Platform {
    async fn load(&self, task: &TaskId) -> Result<Task, PlatformError> {
        let found = self.store().task(self.city(), task).await?;
        found.ok_or_else(|| PlatformError::NotFound { what: format!("task {task}") })
    }

    async fn conflict(&self, task: &TaskId, expected: u64) -> PlatformError {
        match self.load(task).await {
            Ok(current) => PlatformError::Conflict { expected, current: Box::new(self.view(current)) },
            Err(error) => error,
        }
    }

    /// Carries out a command on a task, based on the version the caller saw.
    ///
    /// # Errors
    /// A refusal by the rules, a conflict when somebody else changed the task, or the store.
    pub async fn run(
        &self,
        actor: &Actor,
        task: &TaskId,
        expected: u64,
        command: Command,
    ) -> Result<TaskView, PlatformError> {
        self.run_at(actor, task, expected, command, self.clock().now(), Vec::new(), None).await
    }

    /// A task as it is now, without looking at all others.
    ///
    /// # Errors
    /// When there is no such task, or the store does not answer.
    pub async fn task(&self, id: &TaskId) -> Result<TaskView, PlatformError> {
        Ok(self.view(self.load(id).await?))
    }

    /// Files evidence with its files. With a key, the same request is answered again and done once.
    ///
    /// # Errors
    /// As [`Platform::run`]; also when a file is too large or of a type that is not taken, or the key was used before
    /// for another request.
    pub async fn file(
        &self,
        actor: &Actor,
        task: &TaskId,
        expected: u64,
        filing: Filing,
        uploads: Vec<Upload>,
        key: Option<&str>,
    ) -> Result<Filed, PlatformError> {
        self.file_at(actor, task, expected, filing, uploads, key, self.clock().now()).await
    }

    #[expect(clippy::too_many_arguments, reason = "each is one thing the rules need; the public form has no instant")]
    pub(crate) async fn file_at(
        &self,
        actor: &Actor,
        task: &TaskId,
        expected: u64,
        filing: Filing,
        uploads: Vec<Upload>,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Filed, PlatformError> {
        let request = request_hash(task, &filing, &uploads);
        if let Some(done) = self.answered(actor, task, key, &request).await? {
            return Ok(done);
        }
        let mut attachments: Vec<Attachment> = Vec::new();
        let mut files = Vec::new();
        for upload in &uploads {
            let (attachment, row) = taken(upload)?;
            if !attachments.iter().any(|a| a.sha256 == attachment.sha256) {
                attachments.push(attachment);
                files.push(row);
            }
        }
        let id = EvidenceId::new(format!("e{}", random_hex(10)?))?;
        let command = Command::File(Box::new(File {
            id: id.clone(),
            source: filing.source,
            value: filing.value,
            unit: filing.unit,
            basis: filing.basis,
            period: filing.period,
            place: filing.place,
            point: filing.point,
            note: filing.note,
            reported: filing.reported,
            attachments,
            milestone: filing.milestone,
            simulated: filing.simulated,
            confirmed: filing.confirmed,
        }));
        let answer = key.map(|key| (key, request.as_str(), id.as_str()));
        match self.run_at(actor, task, expected, command, now, files, answer).await {
            Ok(view) => Ok(Filed { view, evidence: id, repeated: false }),
            // The same key at the same moment: the other one was first, and its answer is ours.
            Err(PlatformError::Exists { .. } | PlatformError::Conflict { .. }) if key.is_some() => {
                match self.answered(actor, task, key, &request).await? {
                    Some(done) => Ok(done),
                    None => Err(self.conflict(task, expected).await),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn answered(
        &self,
        actor: &Actor,
        task: &TaskId,
        key: Option<&str>,
        request: &str,
    ) -> Result<Option<Filed>, PlatformError> {
        let Some(key) = key else { return Ok(None) };
        if key.is_empty() || key.len() > 128 {
            return Err(PlatformError::KeyReused);
        }
        match self.store().answer(self.city(), &actor.account, key).await? {
            None => Ok(None),
            Some((before, _)) if before != request => Err(PlatformError::KeyReused),
            Some((_, answer)) => {
                let view = self.view(self.load(task).await?);
                Ok(Some(Filed { view, evidence: EvidenceId::new(answer)?, repeated: true }))
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one place that all commands pass through")]
    pub(crate) async fn run_at(
        &self,
        actor: &Actor,
        id: &TaskId,
        expected: u64,
        command: Command,
        now: Timestamp,
        files: Vec<FileRow>,
        answer: Option<(&str, &str, &str)>,
    ) -> Result<TaskView, PlatformError> {
        if let Command::Assign(assign) = &command {
            self.known_units(assign)?;
        }
        // The task's dispatch goes with it in the same transaction and may have moved meanwhile, which is no change of the
        // task: it is tried again with the dispatch as it is then.
        for _ in 0..5 {
            let task = self.load(id).await?;
            let events = decide(&task, &command, actor, &self.pack().settings, now, self.clock().day_of(now));
            if task.version != expected {
                // What the rules would say of a state nobody has seen is no help; show what changed first.
                return Err(PlatformError::Conflict { expected, current: Box::new(self.view(task)) });
            }
            let events = events?;
            if let Command::File(file) = &command {
                // What is known of the others may be a moment old: it only asks, and building it anew for every filing
                // would hold up all.
                let known = match self.cached(|_| true) {
                    Some(known) => known,
                    None => self.snapshot().await?,
                };
                counted_elsewhere(&task, file, known.tasks.iter().map(|view| &view.task))?;
            }
            if events.is_empty() {
                return Ok(self.view(task));
            }
            let mut commit = Commit::new(self.city(), now, actor.account.as_str());
            for file in &files {
                commit.put_file(file);
            }
            if let Some((key, request, answer)) = answer {
                commit.keep_answer(&actor.account, key, request, answer);
            }
            let after = events.iter().fold(task.clone(), Task::apply);
            commit.put_task(&after, Some(task.version))?;
            self.follow(&mut commit, actor, &after, &events, now).await?;
            for event in events {
                if let Some((row, new)) = changed_evidence(&after, &event) {
                    commit.put_evidence(&after, row, new)?;
                }
                commit.event(id.as_str(), event);
            }
            match self.store().commit(commit).await {
                Ok(_) => return Ok(self.view(after)),
                Err(StoreError::Conflict { .. }) if self.load(id).await?.version == expected => {}
                Err(StoreError::Conflict { .. }) => return Err(self.conflict(id, expected).await),
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Busy { what: format!("dispatch of task {id}") }.into())
    }

    fn known_units(&self, assign: &tingzhou_ledger::Assign) -> Result<(), PlatformError> {
        let pack = self.pack();
        if let Some(unit) = std::iter::once(&assign.lead).chain(&assign.co_units).find(|u| pack.unit(u).is_none()) {
            return Err(PlatformError::NotFound { what: format!("unit {unit}") });
        }
        match assign.leader.as_ref().filter(|l| pack.leader(l).is_none()) {
            Some(leader) => Err(PlatformError::NotFound { what: format!("leader {leader}") }),
            None => Ok(()),
        }
    }

    /// The content of an attachment of a task. Only the supervision office and the units of the task get it: files may
    /// hold what is nobody else's business.
    ///
    /// # Errors
    /// When it is not there or not for this account.
    pub async fn attachment(&self, actor: &Actor, task: &TaskId, sha256: &str) -> Result<FileRow, PlatformError> {
        let found = self.load(task).await?;
        let allowed = actor.role.supervises() || actor.unit.as_ref().is_some_and(|u| found.involves(u));
        if !allowed {
            return Err(PlatformError::NotAllowed);
        }
        let missing = || PlatformError::NotFound { what: format!("attachment of task {task}") };
        if !found.evidence.iter().any(|e| e.attachments.iter().any(|a| a.sha256 == sha256)) {
            return Err(missing());
        }
        self.store().file(self.city(), sha256).await?.ok_or_else(missing)
    }
}

fn changed_evidence<'a>(task: &'a Task, event: &Event) -> Option<(&'a Evidence, bool)> {
    let (id, new) = match event {
        Event::EvidenceFiled { evidence } => (&evidence.id, true),
        Event::EvidenceWithdrawn { evidence, .. } => (evidence, false),
        _ => return None,
    };
    task.evidence.iter().find(|e| &e.id == id).map(|row| (row, new))
}

fn request_hash(task: &TaskId, filing: &Filing, uploads: &[Upload]) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{task} {filing:?}"));
    for upload in uploads {
        hash.update((upload.content.len() as u64).to_be_bytes());
        hash.update(&upload.content);
    }
    hex(&hash.finalize())
}
