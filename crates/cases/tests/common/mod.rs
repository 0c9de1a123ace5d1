//! What the tests of cases share: the dispatch matter, who acts, and a case on its way.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of tests: what is wrong here fails the test")]

use jiff::Timestamp;
use std::sync::LazyLock;
use tingzhou_calendar::Calendar;
use tingzhou_cases::{
    Actor, ActorId, Case, CaseId, Command, Definition, Event, Inputs, MaterialId, Matter, PartyId, Refusal, Request,
    RoleId, TransitionId, Value, decide, open,
};

pub(crate) static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::national);
pub(crate) static DISPATCH: LazyLock<Matter> = LazyLock::new(|| Matter::new(definition()).unwrap());

pub(crate) fn definition() -> Definition {
    toml::from_str(include_str!("../dispatch.toml")).unwrap()
}

/// An instant in Shanghai: `2026-02-13 09:30`.
pub(crate) fn at(text: &str) -> Timestamp {
    format!("{}:00+08:00", text.replace(' ', "T")).parse().unwrap()
}

pub(crate) fn office() -> Actor {
    actor("wang", &["office"], None)
}

pub(crate) fn leader() -> Actor {
    actor("mayor", &["leader"], None)
}

pub(crate) fn unit(party: &str) -> Actor {
    actor("li", &[], Some(party))
}

pub(crate) fn actor(id: &str, roles: &[&str], party: Option<&str>) -> Actor {
    Actor {
        id: ActorId::new(id).unwrap(),
        roles: roles.iter().map(|r| RoleId::new(*r).unwrap()).collect(),
        party: party.map(|p| PartyId::new(p).unwrap()),
    }
}

pub(crate) fn transition(id: &str) -> TransitionId {
    TransitionId::new(id).unwrap()
}

/// Inputs as the dispatch matter knows them: `title=…`, `days=5`, `lead:housing`, `evidence@file`, `!reason`.
pub(crate) fn inputs(given: &[&str]) -> Inputs {
    let mut inputs = Inputs::default();
    for text in given {
        if let Some(reason) = text.strip_prefix('!') {
            inputs.reason = reason.into();
        } else if let Some((field, value)) = text.split_once('=') {
            let value = value.parse().map_or_else(|_| Value::Text(value.into()), Value::Count);
            inputs.fields.insert(field.to_owned().try_into().unwrap(), value);
        } else if let Some((role, party)) = text.split_once(':') {
            inputs.parties.entry(RoleId::new(role).unwrap()).or_default().push(PartyId::new(party).unwrap());
        } else if let Some((material, file)) = text.split_once('@') {
            inputs.materials.entry(MaterialId::new(material).unwrap()).or_default().push(file.into());
        }
    }
    inputs
}

/// A case with all its events.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) case: Case,
    pub(crate) events: Vec<Event>,
}

impl Story {
    pub(crate) fn open(when: &str) -> Self {
        let id = CaseId::new("2026-1").unwrap();
        let events = open(
            &DISPATCH,
            &id,
            &transition("register"),
            &office(),
            inputs(&["title=改造老旧小区"]),
            at(when),
            &CALENDAR,
        )
        .unwrap();
        Self { case: Case::replay(&events).unwrap(), events }
    }

    /// Signed by the lead unit, with so many working days.
    pub(crate) fn signed(when: &str, days: u32) -> Self {
        let days = format!("days={days}");
        Self::open(when).moved("assign", &office(), &["lead:housing", "co:finance", &days], when).moved(
            "sign",
            &unit("housing"),
            &[],
            when,
        )
    }

    pub(crate) fn moved(self, id: &str, actor: &Actor, given: &[&str], when: &str) -> Self {
        self.attempt(id, actor, given, when).unwrap_or_else(|refusal| panic!("{id} at {when}: {refusal:?}"))
    }

    pub(crate) fn attempt(mut self, id: &str, actor: &Actor, given: &[&str], when: &str) -> Result<Self, Refusal> {
        let command = Command::Move { transition: transition(id), inputs: inputs(given) };
        self.command(command, actor, when)?;
        Ok(self)
    }

    pub(crate) fn approved(mut self, id: &str, when: &str) -> Self {
        let command = Command::Approve { transition: transition(id), note: "会议纪要".into() };
        self.command(command, &leader(), when).unwrap_or_else(|refusal| panic!("{id} at {when}: {refusal:?}"));
        self
    }

    pub(crate) fn command(&mut self, command: Command, actor: &Actor, when: &str) -> Result<(), Refusal> {
        let request = Request { version: self.case.version, actor: actor.clone(), command };
        let events = decide(&DISPATCH, &self.case, &request, at(when), &CALENDAR)?;
        self.case = events.iter().fold(self.case.clone(), Case::apply);
        self.events.extend(events);
        Ok(())
    }
}
