//! Who might lead a task: rules of the city pack, with their reason. A person confirms.

use crate::Two;
use crate::ids::{AreaId, LeaderId, UnitId};
use serde::{Deserialize, Serialize};

/// A suggestion, with the duty it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Lead unit.
    pub lead: UnitId,
    /// Co-units.
    pub co_units: Vec<UnitId>,
    /// Leading post.
    pub leader: Option<LeaderId>,
    /// Why.
    pub reason: Two,
}

/// One rule: when any of `words` stands in the task's words and none of `unless` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadRule {
    /// Any of these; empty matches everything (an area's default).
    pub words: Vec<String>,
    /// None of these.
    pub unless: Vec<String>,
    /// Only in this area.
    pub area: Option<AreaId>,
    /// What it suggests.
    pub suggestion: Suggestion,
}

/// The first rule that matches a task's own words, else the first that matches its sentence, else an area's default.
#[must_use]
pub fn suggest(rules: &[LeadRule], area: &AreaId, words: &str, sentence: &str) -> Option<Suggestion> {
    let first = |text: &str, defaults: bool| {
        rules
            .iter()
            .filter(|rule| rule.area.as_ref().is_none_or(|a| a == area) && rule.words.is_empty() == defaults)
            .find(|rule| {
                (defaults || rule.words.iter().any(|w| text.contains(w.as_str())))
                    && !rule.unless.iter().any(|w| text.contains(w.as_str()))
            })
            .map(|rule| rule.suggestion.clone())
    };
    first(words, false).or_else(|| first(sentence, false)).or_else(|| first(words, true))
}
