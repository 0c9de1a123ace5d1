//! A case as a line of a list and as a panel. Nothing is judged here.

use crate::view::Look;
use tingzhou_platform::CaseView;
use tingzhou_platform::ledger::TaskId;
use tingzhou_platform::matter::{Effect, Transition, Value};

/// What follows a task by itself; nobody chooses it.
const BY_THEMSELVES: [&str; 8] = ["assign", "reassign", "amend", "retime", "report", "contribute", "accept", "reopen"];

/// Something the reader may do.
pub(crate) struct Deed {
    pub(crate) id: String,
    pub(crate) name: String,
    /// A reason has to be given.
    pub(crate) reason: bool,
    /// It waits for an approval.
    pub(crate) approval: bool,
    /// It can say for how long.
    pub(crate) days: bool,
}

/// Something that waits for an approval.
pub(crate) struct Proposed {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) by: String,
    pub(crate) reason: String,
    /// The reader approves it.
    pub(crate) mine: bool,
}

/// A time limit.
pub(crate) struct Limit {
    pub(crate) name: String,
    pub(crate) words: String,
    pub(crate) over: bool,
}

/// A step that was taken.
pub(crate) struct StepRow {
    pub(crate) at: String,
    pub(crate) by: String,
    pub(crate) words: String,
}

/// A case.
pub(crate) struct CaseLine {
    pub(crate) id: String,
    pub(crate) version: u64,
    pub(crate) task: String,
    pub(crate) title: String,
    pub(crate) state: String,
    pub(crate) result: String,
    pub(crate) limits: Vec<Limit>,
    pub(crate) parties: Vec<(String, String)>,
    pub(crate) deeds: Vec<Deed>,
    pub(crate) proposed: Vec<Proposed>,
    pub(crate) steps: Vec<StepRow>,
}

impl CaseLine {
    pub(crate) fn of(look: &Look<'_>, view: &CaseView) -> Self {
        let (lang, case) = (look.lang, &view.case);
        let clock = look.platform.clock();
        let name = |id: &str| {
            let found = view.matter.definition().transitions.iter().find(|t| t.id.as_str() == id);
            found.map_or_else(|| id.to_owned(), |t| lang.of(&t.name).to_owned())
        };
        let deed = |t: &Transition| Deed {
            id: t.id.to_string(),
            name: lang.of(&t.name).to_owned(),
            reason: t.needs.reason,
            approval: t.needs.approval.is_some(),
            days: t.clocks.iter().any(|e| matches!(e, Effect::Extend { amount_from: Some(_), .. })),
        };
        let proposed = |p: &tingzhou_platform::matter::Proposal| Proposed {
            id: p.transition.to_string(),
            name: name(p.transition.as_str()),
            by: p.by.to_string(),
            reason: p.inputs.reason.clone(),
            mine: view.to_approve.iter().any(|t| t.id == p.transition),
        };
        let step = |s: &tingzhou_platform::matter::Step| {
            let by = s.by.as_ref()?.to_string();
            let words = match s.kind.as_str() {
                "move-proposed" => format!("{} · {}", name(&s.about), crate::i18n::words(lang).case_proposed),
                "move-declined" => format!("{} · {}", name(&s.about), crate::i18n::words(lang).case_decline),
                _ => name(&s.about),
            };
            Some(StepRow { at: clock.written(s.at), by, words })
        };
        let result = case.fields.iter().find(|(id, _)| id.as_str() == "result").map(|(_, value)| value);
        let title = TaskId::new(&view.subject).ok().and_then(|id| look.snapshot.task(&id));
        Self {
            id: case.id.to_string(),
            version: case.version,
            task: view.subject.clone(),
            title: title.map_or_else(|| view.subject.clone(), |view| view.task.title.clone()),
            state: lang.of(&view.state()).to_owned(),
            result: result
                .and_then(|v| if let Value::Text(text) = v { Some(text.clone()) } else { None })
                .unwrap_or_default(),
            limits: view
                .clocks
                .iter()
                .map(|limit| Limit {
                    name: lang.of(&limit.name).to_owned(),
                    words: lang.of(&limit.words()).to_owned(),
                    over: limit.reading.over,
                })
                .collect(),
            parties: view.parties.iter().map(|p| (lang.of(&p.role).to_owned(), lang.of(&p.name).to_owned())).collect(),
            deeds: view.can.iter().filter(|t| !BY_THEMSELVES.contains(&t.id.as_str())).map(deed).collect(),
            proposed: case.proposals.iter().map(proposed).collect(),
            steps: case.history.iter().rev().filter_map(step).collect(),
        }
    }

    /// What needs no more than a click.
    pub(crate) fn clicks(&self) -> impl Iterator<Item = &Deed> {
        self.deeds.iter().filter(|deed| !deed.reason)
    }

    /// What needs words.
    pub(crate) fn forms(&self) -> impl Iterator<Item = &Deed> {
        self.deeds.iter().filter(|deed| deed.reason)
    }
}
