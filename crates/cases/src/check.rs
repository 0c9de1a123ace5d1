//! What is wrong with a definition, every mistake with its place.

use crate::Two;
use crate::definition::{Definition, Effect, FieldKind, ReminderTime, Transition, Unit};
use crate::ids::{ClockId, FieldId, MaterialId, PauseId, RoleId, StateId};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::Hash;

/// Longest budget or extension: ten years, in each unit.
const MOST_DAYS: u32 = 3_660;
const MOST_HOURS: u32 = MOST_DAYS * 24;
const MOST_MINUTES: u32 = MOST_HOURS * 60;

/// Something wrong in a definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {}", message.en)]
pub struct Mistake {
    /// Where: `transitions.accept.to`.
    pub place: String,
    /// A stable name for programs.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: Two,
}

/// Everything that is wrong; nothing when the definition can be used.
pub(crate) fn mistakes(definition: &Definition) -> Vec<Mistake> {
    let mut check = Check::new(definition);
    check.top();
    check.names();
    for transition in &definition.transitions {
        check.transition(transition);
    }
    check.paths();
    check.clocks();
    check.reminders();
    check.found
}

struct Check<'a> {
    definition: &'a Definition,
    roles: HashSet<&'a RoleId>,
    party_roles: HashSet<&'a RoleId>,
    states: HashSet<&'a StateId>,
    finals: HashSet<&'a StateId>,
    fields: BTreeMap<&'a FieldId, FieldKind>,
    materials: HashSet<&'a MaterialId>,
    clocks: BTreeMap<&'a ClockId, BTreeSet<&'a PauseId>>,
    found: Vec<Mistake>,
}

impl<'a> Check<'a> {
    fn new(definition: &'a Definition) -> Self {
        Self {
            definition,
            roles: definition.roles.iter().map(|r| &r.id).collect(),
            party_roles: definition.roles.iter().filter(|r| r.party).map(|r| &r.id).collect(),
            states: definition.states.iter().map(|s| &s.id).collect(),
            finals: definition.states.iter().filter(|s| s.is_final).map(|s| &s.id).collect(),
            fields: definition.fields.iter().map(|f| (&f.id, f.kind)).collect(),
            materials: definition.materials.iter().map(|m| &m.id).collect(),
            clocks: definition.clocks.iter().map(|c| (&c.id, c.pauses.iter().map(|p| &p.id).collect())).collect(),
            found: Vec::new(),
        }
    }

    fn say(&mut self, place: String, code: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        self.found.push(Mistake { place, code, message: Two::new(zh, en) });
    }

    fn top(&mut self) {
        if self.definition.version == 0 {
            self.say("version".into(), "version-zero", "版本号从 1 开始。", "Versions count from 1.");
        }
        if self.definition.states.is_empty() {
            self.say(
                "states".into(),
                "no-states",
                "没有状态；至少要有一个起始状态和一个终结状态。",
                "There are no states.",
            );
        } else if self.finals.is_empty() {
            let (zh, en) =
                ("没有终结状态；把办结的状态标为 final。", "No state is final; mark those in which a case ends.");
            self.say("states".into(), "no-final-state", zh, en);
        }
        if !self.definition.transitions.iter().any(|t| t.from.is_empty()) {
            let (zh, en) =
                ("没有开启办件的流转（from 为空）。", "No transition opens a case: one without `from` does.");
            self.say("transitions".into(), "nothing-opens", zh, en);
        }
        let sources = [("source".to_owned(), &self.definition.source)].into_iter();
        let clocks = self.definition.clocks.iter().flat_map(|clock| {
            let pauses =
                clock.pauses.iter().map(move |p| (format!("clocks.{}.pauses.{}.source", clock.id, p.id), &p.source));
            pauses.chain([(format!("clocks.{}.source", clock.id), &clock.source)])
        });
        let silent: Vec<String> =
            sources.chain(clocks).filter(|(_, source)| source.trim().is_empty()).map(|(place, _)| place).collect();
        for place in silent {
            self.say(
                place,
                "no-source",
                "没有写明依据；请写出规定的名称和条款。",
                "No source: name the rule it rests on.",
            );
        }
    }

    /// Names that stand twice, and things without words for people.
    fn names(&mut self) {
        let d = self.definition;
        self.twice("roles", d.roles.iter().map(|x| &x.id));
        self.twice("states", d.states.iter().map(|x| &x.id));
        self.twice("fields", d.fields.iter().map(|x| &x.id));
        self.twice("materials", d.materials.iter().map(|x| &x.id));
        self.twice("clocks", d.clocks.iter().map(|x| &x.id));
        self.twice("transitions", d.transitions.iter().map(|x| &x.id));
        self.twice("reminders", d.reminders.iter().map(|x| &x.id));
        for clock in &d.clocks {
            self.twice(&format!("clocks.{}.pauses", clock.id), clock.pauses.iter().map(|x| &x.id));
        }
        let mut words: Vec<(String, &Two)> = vec![("name".into(), &d.name)];
        words.extend(d.roles.iter().map(|x| (format!("roles.{}.name", x.id), &x.name)));
        words.extend(d.states.iter().map(|x| (format!("states.{}.name", x.id), &x.name)));
        words.extend(d.fields.iter().map(|x| (format!("fields.{}.name", x.id), &x.name)));
        words.extend(d.materials.iter().map(|x| (format!("materials.{}.name", x.id), &x.name)));
        words.extend(d.transitions.iter().map(|x| (format!("transitions.{}.name", x.id), &x.name)));
        words.extend(d.reminders.iter().map(|x| (format!("reminders.{}.text", x.id), &x.text)));
        for clock in &d.clocks {
            words.push((format!("clocks.{}.name", clock.id), &clock.name));
            words.extend(clock.pauses.iter().map(|p| (format!("clocks.{}.pauses.{}.name", clock.id, p.id), &p.name)));
        }
        for (place, two) in words {
            if two.zh.trim().is_empty() || two.en.trim().is_empty() {
                self.say(place, "unnamed", "缺少中文或英文名称。", "Give the words in Chinese and in English.");
            }
        }
    }

    fn twice<T: Eq + Hash + std::fmt::Display + 'a>(&mut self, list: &str, ids: impl Iterator<Item = &'a T>) {
        let mut seen = HashSet::new();
        for id in ids.filter(|id| !seen.insert(*id)) {
            let zh = format!("“{id}”出现两次；请改其中一个的名称。");
            self.say(format!("{list}.{id}"), "twice", zh, format!("`{id}` stands here twice; rename one."));
        }
    }

    fn unknown(&mut self, place: String, what: &Two, id: &str) {
        let zh = format!("没有名为“{id}”的{}；请更正或补上。", what.zh);
        self.say(place, "unknown-name", zh, format!("There is no {} `{id}`; mend the name or add it.", what.en));
    }

    fn roles_known(&mut self, place: &str, roles: &[RoleId]) {
        for role in roles.iter().filter(|r| !self.roles.contains(r)).collect::<Vec<_>>() {
            self.unknown(place.to_owned(), &Two::new("角色", "role"), role.as_str());
        }
    }

    fn transition(&mut self, t: &Transition) {
        let at = |what: &str| format!("transitions.{}.{what}", t.id);
        let state = Two::new("状态", "state");
        for from in &t.from {
            if !self.states.contains(from) {
                self.unknown(at("from"), &state, from.as_str());
            } else if self.finals.contains(from) {
                let zh = format!("“{from}”是终结状态，不能再流转。");
                self.say(at("from"), "leaves-final", zh, format!("`{from}` is final; nothing leads out of it."));
            }
        }
        match &t.to {
            Some(to) if !self.states.contains(to) => self.unknown(at("to"), &state, to.as_str()),
            None if t.from.is_empty() => {
                let (zh, en) = ("开启办件的流转必须写明到哪个状态。", "What opens a case must say to which state.");
                self.say(at("to"), "opens-nowhere", zh, en);
            }
            _ => {}
        }
        if t.by.is_empty() {
            self.say(at("by"), "nobody-may", "没有任何角色可以办理；请写明角色。", "No role may do this; name one.");
        }
        self.roles_known(&at("by"), &t.by);
        self.roles_known(&at("tells"), &t.tells);
        if t.from.is_empty() {
            let parties: Vec<&RoleId> = t.by.iter().filter(|r| self.party_roles.contains(r)).collect();
            if !t.by.is_empty() && parties.len() == t.by.len() {
                let (zh, en) = (
                    "办件开启前没有当事方；请写一个不随办件指定的角色。",
                    "Before it is opened a case has no parties; name a role that goes with an account.",
                );
                self.say(at("by"), "party-opens", zh, en);
            }
            if t.needs.approval.is_some() {
                let (zh, en) = (
                    "开启办件不能先行审批；请另设审批的流转。",
                    "A case not yet opened cannot wait for approval; use a transition of its own.",
                );
                self.say(at("needs.approval"), "approval-to-open", zh, en);
            }
        }
        if let Some(role) = &t.needs.approval {
            self.roles_known(&at("needs.approval"), std::slice::from_ref(role));
        }
        self.inputs(t, &at);
        self.effects(t, &at);
    }

    fn inputs(&mut self, t: &Transition, at: &dyn Fn(&str) -> String) {
        for (place, fields, materials, parties) in [
            ("needs", &t.needs.fields, &t.needs.materials, &t.needs.parties),
            ("takes", &t.takes.fields, &t.takes.materials, &t.takes.parties),
        ] {
            for field in fields.iter().filter(|f| !self.fields.contains_key(f)).collect::<Vec<_>>() {
                self.unknown(at(&format!("{place}.fields")), &Two::new("字段", "field"), field.as_str());
            }
            for material in materials.iter().filter(|m| !self.materials.contains(m)).collect::<Vec<_>>() {
                self.unknown(at(&format!("{place}.materials")), &Two::new("材料", "material"), material.as_str());
            }
            for role in parties.iter().filter(|r| !self.party_roles.contains(r)).collect::<Vec<_>>() {
                let what = Two::new("随办件指定的角色（party）", "role given case by case (`party`)");
                self.unknown(at(&format!("{place}.parties")), &what, role.as_str());
            }
        }
    }

    fn effects(&mut self, t: &Transition, at: &dyn Fn(&str) -> String) {
        let mut touched = HashSet::new();
        for effect in &t.clocks {
            let clock = effect.clock();
            let place = at(&format!("clocks.{clock}"));
            let Some(pauses) = self.clocks.get(clock).cloned() else {
                self.unknown(place, &Two::new("时限", "clock"), clock.as_str());
                continue;
            };
            if !touched.insert(clock) {
                let (zh, en) = ("一个流转对同一时限只能做一件事。", "One transition does one thing to a clock.");
                self.say(place.clone(), "clock-twice", zh, en);
            }
            if t.from.is_empty() && !matches!(effect, Effect::Start { .. }) {
                let (zh, en) = ("开启办件时只能启动时限。", "What opens a case can only start clocks.");
                self.say(place.clone(), "not-yet-started", zh, en);
            }
            match effect {
                Effect::Start { budget_from, .. } => {
                    self.budget_field(&place, clock, budget_from.as_ref());
                    if t.to.as_ref().is_some_and(|to| self.finals.contains(to)) {
                        let (zh, en) = ("终结状态下不能启动时限。", "A clock cannot start where a case ends.");
                        self.say(place, "starts-at-end", zh, en);
                    }
                }
                Effect::Pause { pause, .. } | Effect::Resume { pause, .. } => {
                    if !pauses.contains(pause) {
                        self.unknown(place, &Two::new("中止事由", "pause"), pause.as_str());
                    }
                }
                Effect::Stop { .. } => {}
                Effect::Extend { amount, amount_from, most, .. } => {
                    self.count_field(&place, amount_from.as_ref());
                    if !t.needs.reason || t.needs.approval.is_none() {
                        let (zh, en) = ("延期须写明理由并经批准。", "More time needs a reason and an approval.");
                        self.say(place.clone(), "extends-unapproved", zh, en);
                    }
                    if *amount == 0 || *most == 0 || amount.saturating_mul(*most) > MOST_DAYS {
                        let zh = format!("延长的时间和次数从 1 起，合计不超过 {MOST_DAYS}。");
                        self.say(
                            place,
                            "extension-size",
                            zh,
                            format!("Amount and times are at least 1, {MOST_DAYS} together at most."),
                        );
                    }
                }
            }
        }
    }

    /// A field that gives a clock's length: a count, or the last day where days are counted.
    fn budget_field(&mut self, place: &str, clock: &ClockId, field: Option<&FieldId>) {
        let days = self.definition.clocks.iter().any(|c| &c.id == clock && c.budget.unit.nanos().is_none());
        let is_day = field.and_then(|field| self.fields.get(field)) == Some(&FieldKind::Date);
        if !(days && is_day) {
            self.count_field(place, field);
        }
    }

    fn count_field(&mut self, place: &str, field: Option<&FieldId>) {
        let Some(field) = field else { return };
        match self.fields.get(field) {
            None => self.unknown(place.to_owned(), &Two::new("字段", "field"), field.as_str()),
            Some(FieldKind::Count) => {}
            Some(_) => {
                let zh = format!("字段“{field}”不是整数（count），不能用作时长。");
                self.say(
                    place.to_owned(),
                    "not-a-count",
                    zh,
                    format!("Field `{field}` holds no `count` and gives no length."),
                );
            }
        }
    }

    /// States that no case reaches, and states from which none ends.
    fn paths(&mut self) {
        let transitions = &self.definition.transitions;
        let opened = transitions.iter().filter(|t| t.from.is_empty()).filter_map(|t| t.to.as_ref());
        let forth = closure(opened.collect(), |state| {
            transitions.iter().filter(|t| t.from.contains(state)).filter_map(|t| t.to.as_ref()).collect()
        });
        let back = closure(self.finals.iter().copied().collect(), |state| {
            transitions.iter().filter(|t| t.to.as_ref() == Some(state)).flat_map(|t| &t.from).collect()
        });
        let opens = transitions.iter().any(|t| t.from.is_empty());
        for state in &self.definition.states {
            let place = format!("states.{}", state.id);
            if opens && !forth.contains(&state.id) {
                let (zh, en) =
                    ("没有流转能到达这个状态。", "No case ever gets here; add a transition or take the state out.");
                self.say(place, "unreachable", zh, en);
            } else if !self.finals.is_empty() && !back.contains(&state.id) {
                let (zh, en) =
                    ("从这个状态永远到不了终结状态。", "No case ever ends from here; add a way to a final state.");
                self.say(place, "dead-end", zh, en);
            }
        }
    }

    fn clocks(&mut self) {
        let effects: Vec<&Effect> = self.definition.transitions.iter().flat_map(|t| &t.clocks).collect();
        for clock in &self.definition.clocks {
            let place = format!("clocks.{}", clock.id);
            if !effects.iter().any(|e| matches!(e, Effect::Start { .. }) && e.clock() == &clock.id) {
                let (zh, en) = ("没有流转启动这个时限。", "No transition starts this clock.");
                self.say(place.clone(), "never-started", zh, en);
            }
            let most = match clock.budget.unit {
                Unit::WorkingDays | Unit::CalendarDays => MOST_DAYS,
                Unit::Hours => MOST_HOURS,
                Unit::Minutes => MOST_MINUTES,
            };
            let zero_hours = clock.budget.unit.nanos().is_some() && clock.budget.amount == 0;
            if clock.budget.amount > most || zero_hours {
                let zh = format!("时限不超过 {most}，按小时或分钟的至少 1。");
                self.say(
                    format!("{place}.budget"),
                    "budget-size",
                    zh,
                    format!("At most {most}; hours and minutes are at least 1."),
                );
            }
            for pause in &clock.pauses {
                let is = |e: &&&Effect, begins: bool| match e {
                    Effect::Pause { clock: c, pause: p } => begins && (c, p) == (&clock.id, &pause.id),
                    Effect::Resume { clock: c, pause: p } => !begins && (c, p) == (&clock.id, &pause.id),
                    _ => false,
                };
                let (begins, ends) = (effects.iter().any(|e| is(&e, true)), effects.iter().any(|e| is(&e, false)));
                if !begins || !ends {
                    let (zh, en) = (
                        "每项中止都要有开始和恢复的流转。",
                        "A pause needs a transition that begins it and one that ends it.",
                    );
                    self.say(format!("{place}.pauses.{}", pause.id), "pause-one-sided", zh, en);
                }
            }
        }
    }

    fn reminders(&mut self) {
        for reminder in &self.definition.reminders {
            let place = |what: &str| format!("reminders.{}.{what}", reminder.id);
            self.roles_known(&place("to"), &reminder.to);
            if reminder.to.is_empty() {
                self.say(place("to"), "nobody-told", "没有提醒对象。", "It is told to nobody; name a role.");
            }
            let Some(clock) = self.definition.clocks.iter().find(|c| c.id == reminder.clock) else {
                self.unknown(place("clock"), &Two::new("时限", "clock"), reminder.clock.as_str());
                continue;
            };
            let too_early = matches!(reminder.when, ReminderTime::Before(n) if n >= clock.budget.amount);
            let too_late = matches!(reminder.when, ReminderTime::After(n) if n > MOST_DAYS);
            if too_early || too_late {
                let (zh, en) = (
                    "提醒早于时限开始，或晚得没有意义。",
                    "It would come before the clock starts, or years after its end.",
                );
                self.say(place("when"), "reminder-outside", zh, en);
            }
        }
    }
}

/// Everything that can be reached from the first by steps.
fn closure<'a>(first: Vec<&'a StateId>, step: impl Fn(&StateId) -> Vec<&'a StateId>) -> HashSet<&'a StateId> {
    let mut seen: HashSet<&StateId> = first.iter().copied().collect();
    let mut open = first;
    while let Some(state) = open.pop() {
        open.extend(step(state).into_iter().filter(|next| seen.insert(next)));
    }
    seen
}
