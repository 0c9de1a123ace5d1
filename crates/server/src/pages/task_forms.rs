//! The forms on a task's page, with what was typed when one of them was refused.

use crate::context::Ctx;
use crate::fields::Fields;
use crate::pages::plan_text;
use tingzhou_platform::TaskView;
use tingzhou_platform::ledger::Outcome;
use tingzhou_platform::ledger::project::{RollUp, RollUpRule};

/// A value to choose.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) words: String,
    pub(crate) chosen: bool,
}

/// Why a form came back.
pub(super) struct Refused {
    /// Which form.
    pub(super) form: &'static str,
    /// Which field, or none.
    pub(super) field: &'static str,
    pub(super) message: String,
    /// What can be confirmed.
    pub(super) confirm: Option<&'static str>,
    /// What happened to the task since the form was opened.
    pub(super) changes: Vec<String>,
}

/// The forms on a task's page.
pub(super) struct Forms {
    pub(super) version: u64,
    pub(super) files: bool,
    pub(super) supervises: bool,
    pub(super) closed: bool,
    pub(super) has_number: bool,
    pub(super) leads: Vec<Choice>,
    pub(super) co_units: Vec<Choice>,
    pub(super) leaders: Vec<Choice>,
    pub(super) plans: Vec<Choice>,
    pub(super) nodes: String,
    pub(crate) value: String,
    pub(super) unit: String,
    pub(super) deadline: String,
    pub(super) outcomes: Vec<Choice>,
    /// What of the key projects measures it; empty where none may.
    pub(super) roll_ups: Vec<Choice>,
    pub(super) category: String,
    /// The reason typed into the form that came back.
    pub(super) reason: String,
    /// The evidence the withdrawal that came back was about.
    pub(super) evidence: String,
    pub(super) refused: Option<Refused>,
}

impl Forms {
    pub(super) fn of(ctx: &Ctx, view: &TaskView) -> Self {
        let task = &view.task;
        let actor = ctx.actor();
        let supervises = ctx.supervises();
        let pack = ctx.platform().pack();
        let (lead, co, leader) = match (&task.assignment, &task.suggestion) {
            (Some(a), _) => (Some(&a.lead), &a.co_units[..], a.leader.as_ref()),
            (None, Some(s)) => (Some(&s.lead), &s.co_units[..], s.leader.as_ref()),
            (None, None) => (None, &[][..], None),
        };
        let units = |chosen: &dyn Fn(&tingzhou_platform::ledger::UnitId) -> bool| {
            let choice = |u: &tingzhou_platform::PackUnit| Choice {
                value: u.id.to_string(),
                words: ctx.lang.of(&u.name).to_owned(),
                chosen: chosen(&u.id),
            };
            if supervises { pack.units.iter().map(choice).collect() } else { Vec::new() }
        };
        let w = crate::i18n::words(ctx.lang);
        let plans = [
            ("keep", w.plan_keep),
            ("linear", w.plan_linear),
            ("as-it-stands", w.plan_as_it_stands),
            ("at-deadline", w.plan_at_deadline),
            ("nodes", w.plan_nodes),
            ("quarters", w.plan_quarters),
            ("months", w.plan_months),
            ("milestones", w.plan_milestones),
        ];
        let target = task.target_now();
        let nodes = plan_text::written(&task.plan);
        Self {
            version: task.version,
            files: actor.is_some_and(|a| a.unit.as_ref().is_some_and(|u| task.involves(u))),
            supervises,
            closed: task.closing.is_some(),
            has_number: target.is_some(),
            leads: units(&|id| Some(id) == lead),
            co_units: units(&|id| co.contains(id)),
            leaders: pack
                .leaders
                .iter()
                .map(|l| Choice {
                    value: l.id.to_string(),
                    words: ctx.lang.of(&l.title).to_owned(),
                    chosen: Some(&l.id) == leader,
                })
                .collect(),
            plans: plans
                .iter()
                .map(|(value, words)| Choice {
                    value: (*value).to_owned(),
                    words: (*words).to_owned(),
                    chosen: *value == "keep",
                })
                .collect(),
            nodes,
            value: target.map(|t| t.value.normalize().to_string()).unwrap_or_default(),
            unit: target.map(|t| t.unit.clone()).unwrap_or_default(),
            deadline: task.deadline_now().to_string(),
            outcomes: Outcome::ALL
                .iter()
                .map(|o| Choice {
                    value: o.name().to_owned(),
                    words: ctx.lang.of(&o.words()).to_owned(),
                    chosen: false,
                })
                .collect(),
            roll_ups: Vec::new(),
            category: String::new(),
            reason: String::new(),
            evidence: String::new(),
            refused: None,
        }
    }

    /// What measures it now.
    pub(super) fn set_roll_up(&mut self, ctx: &Ctx, rule: Option<&RollUpRule>) {
        let none = Choice {
            value: String::new(),
            words: crate::i18n::words(ctx.lang).roll_up_none.to_owned(),
            chosen: rule.is_none(),
        };
        let choice = |what: &RollUp| Choice {
            value: what.name().to_owned(),
            words: ctx.lang.of(&what.words()).to_owned(),
            chosen: rule.is_some_and(|rule| rule.what == *what),
        };
        self.roll_ups = std::iter::once(none).chain(RollUp::ALL.iter().map(choice)).collect();
        self.category = rule.map(|rule| rule.category.clone()).unwrap_or_default();
    }

    /// The same forms with what was typed into one of them.
    pub(super) fn typed(mut self, fields: &Fields, refused: Refused) -> Self {
        let choose = |choices: &mut Vec<Choice>, name: &str| {
            for choice in choices {
                choice.chosen = fields.all(name).any(|v| v == choice.value);
            }
        };
        match refused.form {
            "assign" => {
                choose(&mut self.leads, "lead");
                choose(&mut self.co_units, "co_units");
                choose(&mut self.leaders, "leader");
                choose(&mut self.plans, "plan");
                fields.get("nodes").clone_into(&mut self.nodes);
            }
            "adjust" => {
                fields.get("value").clone_into(&mut self.value);
                fields.get("deadline").clone_into(&mut self.deadline);
            }
            "close" => choose(&mut self.outcomes, "outcome"),
            _ => {}
        }
        fields.get("reason").clone_into(&mut self.reason);
        fields.get("evidence").clone_into(&mut self.evidence);
        self.refused = Some(refused);
        self
    }

    /// The reason as typed, for the form it was typed into.
    pub(super) fn reason_of(&self, form: &str) -> &str {
        if self.refused.as_ref().is_some_and(|r| r.form == form) { &self.reason } else { "" }
    }

    /// Whether a field of a form is what was wrong.
    pub(super) fn bad(&self, form: &str, field: &str) -> bool {
        self.refused.as_ref().is_some_and(|r| r.form == form && r.field == field)
    }

    pub(super) fn is_open(&self, form: &str) -> bool {
        self.refused.as_ref().is_some_and(|r| r.form == form)
    }

    pub(super) fn withdrawing(&self, evidence: &str) -> bool {
        self.is_open("withdraw") && self.evidence == evidence
    }
}
