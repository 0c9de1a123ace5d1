//! A matter: a definition that has been checked.

use crate::Two;
use crate::check::{Mistake, mistakes};
use crate::definition::{ClockDef, Definition, StateDef, Transition};
use crate::ids::{ClockId, StateId, TransitionId};

/// A definition without mistakes. Every name in it stands for something that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    definition: Definition,
}

impl Matter {
    /// Checks a definition.
    ///
    /// # Errors
    /// Every [`Mistake`] in it, each with its place.
    pub fn new(definition: Definition) -> Result<Self, Vec<Mistake>> {
        let found = mistakes(&definition);
        if found.is_empty() { Ok(Self { definition }) } else { Err(found) }
    }

    /// As it was written.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// A transition by its name. Definitions are short, so names are looked for from the front.
    #[must_use]
    pub fn transition(&self, id: &TransitionId) -> Option<&Transition> {
        self.definition.transitions.iter().find(|t| &t.id == id)
    }

    /// A state by its name.
    #[must_use]
    pub fn state(&self, id: &StateId) -> Option<&StateDef> {
        self.definition.states.iter().find(|s| &s.id == id)
    }

    /// A clock by its name.
    #[must_use]
    pub fn clock(&self, id: &ClockId) -> Option<&ClockDef> {
        self.definition.clocks.iter().find(|c| &c.id == id)
    }

    /// What can happen in a state, whoever does it.
    pub fn possible(&self, state: &StateId) -> impl Iterator<Item = &Transition> {
        self.definition.transitions.iter().filter(move |t| t.from.contains(state))
    }

    /// Names joined for a message.
    pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a Two>) -> Two {
        let (zh, en): (Vec<&str>, Vec<&str>) = names.map(|two| (two.zh.as_str(), two.en.as_str())).unzip();
        Two::new(zh.join("、"), en.join(", "))
    }
}
