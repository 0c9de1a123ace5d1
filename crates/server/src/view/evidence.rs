//! Evidence as a screen shows it: never a number without unit, time and source.

use crate::view::Look;
use tingzhou_platform::TaskView;
use tingzhou_platform::ledger::{AccountRole, Actor, Basis, Evidence, Source};

/// A file with evidence.
pub(crate) struct AttachmentRow {
    pub(crate) name: String,
    pub(crate) size: String,
    pub(crate) sha256: String,
    /// Shown small beside its name.
    pub(crate) picture: bool,
    /// A browser shows it by itself.
    pub(crate) viewable: bool,
}

/// One piece of evidence.
pub(crate) struct EvidenceRow {
    pub(crate) id: String,
    pub(crate) source: &'static str,
    pub(crate) value: String,
    pub(crate) cumulative: bool,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) place: String,
    /// Longitude and latitude; empty where none are given.
    pub(crate) point: String,
    pub(crate) note: String,
    pub(crate) reported: String,
    /// The milestone reached; empty when it is about none.
    pub(crate) milestone: String,
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) attachments: Vec<AttachmentRow>,
    pub(crate) simulated: bool,
    /// When and why it was taken back.
    pub(crate) withdrawn: Option<(String, String)>,
    /// Whether this reader's account may try to take it back; the rules have the last word.
    pub(crate) own: bool,
}

fn size(bytes: u64) -> String {
    if bytes < 1024 {
        format!("{bytes} B")
    } else if bytes < 1024 * 1024 {
        format!("{} KB", bytes.div_ceil(1024))
    } else {
        format!("{}.{} MB", bytes / (1024 * 1024), bytes % (1024 * 1024) * 10 / (1024 * 1024))
    }
}

impl EvidenceRow {
    pub(crate) fn of(look: &Look<'_>, view: &TaskView, evidence: &Evidence, reader: Option<&Actor>) -> Self {
        let clock = look.platform.clock();
        let unit = view.task.target_now().map_or("", |t| t.unit.as_str());
        let by = evidence.unit.as_ref().map_or_else(|| evidence.by.to_string(), |u| look.unit(u));
        let attachment = |a: &tingzhou_platform::ledger::Attachment| AttachmentRow {
            name: a.name.clone(),
            size: size(a.size),
            sha256: a.sha256.clone(),
            picture: a.media_type.starts_with("image/"),
            viewable: a.media_type.starts_with("image/") || a.media_type == "application/pdf",
        };
        let own = reader.is_some_and(|actor| match actor.role {
            AccountRole::Unit => evidence.source == Source::Filing && evidence.unit == actor.unit,
            AccountRole::Admin | AccountRole::Supervisor => evidence.source != Source::Filing,
            AccountRole::Leader => false,
        });
        Self {
            id: evidence.id.to_string(),
            source: look.source(evidence.source),
            value: evidence.value.map(|v| look.figure(v, unit)).unwrap_or_default(),
            cumulative: evidence.basis == Basis::Cumulative,
            from: evidence.period.from.to_string(),
            to: evidence.period.to.to_string(),
            place: evidence.place.clone(),
            point: evidence.point.map(|point| point.to_string()).unwrap_or_default(),
            note: evidence.note.clone(),
            reported: look.lang.of(&evidence.reported.words()).to_owned(),
            milestone: evidence.milestone.clone().unwrap_or_default(),
            by,
            at: clock.written(evidence.at),
            attachments: evidence.attachments.iter().map(attachment).collect(),
            simulated: evidence.simulated,
            withdrawn: evidence.withdrawn.as_ref().map(|w| (clock.written(w.at), w.reason.clone())),
            own: own && evidence.withdrawn.is_none() && view.task.closing.is_none(),
        }
    }
}
