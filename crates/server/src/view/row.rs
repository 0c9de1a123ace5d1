//! A task as one row or card.

use crate::view::Look;
use tingzhou_platform::TaskView;
use tingzhou_platform::ledger::{Light, words_of_target};

/// Who leads a task, and whether a person has confirmed it.
pub(crate) struct Lead {
    pub(crate) name: String,
    pub(crate) confirmed: bool,
}

/// A task as one row.
pub(crate) struct TaskRow {
    pub(crate) id: String,
    pub(crate) version: u64,
    pub(crate) title: String,
    pub(crate) area: String,
    pub(crate) item: Option<u8>,
    pub(crate) light: Light,
    pub(crate) sentence: String,
    pub(crate) target: String,
    pub(crate) latest: String,
    pub(crate) deadline: String,
    pub(crate) lead: Option<Lead>,
    pub(crate) reported: String,
    pub(crate) measured: String,
    pub(crate) schedule: String,
    pub(crate) contradictions: Vec<String>,
    pub(crate) simulated: bool,
    pub(crate) closed: bool,
}

impl TaskRow {
    pub(crate) fn of(look: &Look<'_>, view: &TaskView) -> Self {
        let (task, judgement, lang) = (&view.task, &view.judgement, look.lang);
        let report = look.snapshot.report(Some(&task.report));
        let unit = task.target_now().map_or("", |t| t.unit.as_str());
        let latest = match (judgement.latest, judgement.latest_source) {
            (Some(value), Some((source, day))) => {
                format!("{} · {day} · {}", look.figure(value, unit), look.source(source))
            }
            _ => String::new(),
        };
        let confirmed = task.assignment.as_ref().map(|a| Lead { name: look.unit(&a.lead), confirmed: true });
        let suggested = || task.suggestion.as_ref().map(|s| Lead { name: look.unit(&s.lead), confirmed: false });
        Self {
            id: task.id.to_string(),
            version: task.version,
            title: task.title.clone(),
            area: report.map(|r| look.area(r, &task.area)).unwrap_or_default(),
            item: task.item,
            light: judgement.light,
            sentence: lang.of(&judgement.sentence).to_owned(),
            target: task.target_now().map(|t| lang.of(&words_of_target(t)).to_owned()).unwrap_or_default(),
            latest,
            deadline: task.deadline_now().to_string(),
            lead: confirmed.or_else(suggested),
            reported: judgement.reported.map(|r| lang.of(&r.words()).to_owned()).unwrap_or_default(),
            measured: lang.of(&judgement.measured.words()).to_owned(),
            schedule: lang.of(&judgement.schedule.words()).to_owned(),
            contradictions: judgement.contradictions.iter().map(|c| lang.of(&c.sentence).to_owned()).collect(),
            simulated: task.simulated,
            closed: task.closing.is_some(),
        }
    }
}
