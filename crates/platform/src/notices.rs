//! What is told to whom inside the program.

use crate::cases::{CaseChange, OFFICE};
use crate::error::PlatformError;
use crate::platform::Platform;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tingzhou_cases::{Event, Matter, Move, RoleId, Transition};
use tingzhou_ledger::{Actor, Audience, Two};
use tingzhou_store::{Commit, NoticeRow, StoreError};

/// Something told, in words; what it is about stands beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The words.
    pub words: Two,
    /// Whether it asks for something, or only says that something happened.
    pub asks: bool,
}

/// Something told to those an account belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The event it came with.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What it is about: a task's identifier, or a work order's ([`crate::is_order`]).
    pub subject: String,
    /// What is told.
    pub told: Told,
    /// Whether this account has read it.
    pub read: bool,
}

/// A notice as stored, to someone who has read up to an event.
pub(crate) fn notice(row: NoticeRow, seen: i64) -> Result<Notice, PlatformError> {
    let told =
        serde_json::from_str(&row.body).map_err(|e| StoreError::Damaged { table: "notice", why: e.to_string() })?;
    Ok(Notice { seq: row.seq, at: row.at, subject: row.subject, told, read: row.seq <= seen })
}

fn words(name: &Two, reason: &str) -> Two {
    if reason.trim().is_empty() {
        return name.clone();
    }
    Two::new(format!("{}：{}", name.zh, reason.trim()), format!("{}: {}", name.en, reason.trim()))
}

impl Platform {
    /// Who is told what about an event of a case.
    pub(crate) fn told(&self, matter: &Matter, change: &CaseChange, event: &Event) -> Vec<(Audience, Told)> {
        let title = crate::orders::title(&change.after);
        let all = |roles: &[RoleId], words: &Two, asks: bool| {
            let words = match &title {
                Some(title) => Two::new(format!("{}：{}", title.zh, words.zh), format!("{}: {}", title.en, words.en)),
                None => words.clone(),
            };
            let mut to: Vec<Audience> = roles.iter().flat_map(|role| self.audiences(&change.after, role)).collect();
            to.sort();
            to.dedup();
            to.into_iter().map(|audience| (audience, Told { words: words.clone(), asks })).collect::<Vec<_>>()
        };
        match event {
            Event::CaseOpened { moved, .. } | Event::CaseMoved { moved, .. } => {
                let Some(t) = matter.transition(&moved.transition) else { return Vec::new() };
                let mut told = all(&t.tells, &words(&t.name, &moved.inputs.reason), asks(matter, moved));
                // Who did it knows.
                told.retain(|(audience, _)| moved.role.as_str() != OFFICE || *audience != Audience::Office);
                told
            }
            Event::MoveProposed { proposal, .. } => {
                let Some(t) = matter.transition(&proposal.transition) else { return Vec::new() };
                let own = words(&t.name, &proposal.inputs.reason);
                let words = Two::new(format!("请批准{}", own.zh), format!("To approve: {}", own.en));
                all(t.needs.approval.as_slice(), &words, true)
            }
            Event::MoveDeclined { transition, reason, .. } => {
                let Some(t) = matter.transition(transition) else { return Vec::new() };
                let words =
                    Two::new(format!("{}未获批准：{reason}", t.name.zh), format!("{} declined: {reason}", t.name.en));
                all(&t.by, &words, false)
            }
            Event::ReminderSent { reminder, .. } => {
                let Some(def) = matter.definition().reminders.iter().find(|def| def.id == reminder.reminder) else {
                    return Vec::new();
                };
                // The end is the first instant that is too late.
                let last = reminder.due.checked_sub(jiff::SignedDuration::from_micros(1)).unwrap_or(reminder.due);
                let day = self.clock().day_of(last);
                let words = Two::new(format!("{}（{day}）", def.text.zh), format!("{} ({day})", def.text.en));
                all(&def.to, &words, true)
            }
            Event::ClockStarted { .. }
            | Event::ClockPaused { .. }
            | Event::ClockResumed { .. }
            | Event::ClockExtended { .. }
            | Event::ClockStopped { .. } => Vec::new(),
        }
    }

    /// What those an account belongs to were told before event `before`, newest first. `limit` is held to 1 to 200.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn notices(&self, actor: &Actor, before: i64, limit: u32) -> Result<Vec<Notice>, PlatformError> {
        let Some(audience) = Audience::of(actor) else { return Ok(Vec::new()) };
        let seen = self.store().notices_seen(self.city(), &actor.account).await?;
        let limit = limit.clamp(1, 200);
        let mut rows = self.store().notices(self.city(), &audience, (0, before), limit).await?;
        // What came with one event is on one page, so that the next one begins before it.
        let last = rows.last().map(|row| row.seq).filter(|_| rows.len() >= limit as usize);
        if let Some(last) = last.filter(|last| rows.first().is_some_and(|row| row.seq != *last)) {
            rows.retain(|row| row.seq != last);
        }
        rows.into_iter().map(|row| notice(row, seen)).collect()
    }

    /// How much an account has not read, up to 100.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn notices_unread(&self, actor: &Actor) -> Result<u32, PlatformError> {
        let Some(audience) = Audience::of(actor) else { return Ok(0) };
        Ok(self.store().notices_unread(self.city(), &audience, &actor.account).await?)
    }

    /// Notes that an account has read up to an event.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read_notices(&self, actor: &Actor, seq: i64) -> Result<(), PlatformError> {
        // Nobody reads what has not happened yet.
        let head = self.store().head(self.city()).await?.seq;
        let mut commit = Commit::new(self.city(), self.clock().now(), actor.account.as_str());
        commit.see_notices(&actor.account, seq.clamp(0, head));
        self.store().commit(commit).await?;
        Ok(())
    }
}

/// Whether those told have something to do now: a reason was given to them, or they move the case on with a click.
fn asks(matter: &Matter, moved: &Move) -> bool {
    let told = matter.transition(&moved.transition).map(|t| t.tells.as_slice()).unwrap_or_default();
    let click = |t: &Transition| {
        let nothing = t.needs.fields.is_empty() && t.needs.materials.is_empty() && t.needs.parties.is_empty();
        t.to.is_some() && nothing && !t.needs.reason && t.by.iter().any(|role| told.contains(role))
    };
    !moved.inputs.reason.trim().is_empty() || matter.possible(&moved.to).any(click)
}
