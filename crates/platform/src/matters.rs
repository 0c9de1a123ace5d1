//! Kinds of case: those built in, a city's own, and every version a case was opened with.

use crate::pack::{PackError, read};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use tingzhou_cases::{Case, Definition, FieldDef, FieldId, Matter, MatterId, StateDef, Transition, Two};

/// The matter of dispatch (督办).
pub(crate) const DISPATCH: &str = "dispatch";
/// What tasks do to their dispatch; a city's own definition has them too.
const FOLLOWED: [&str; 9] =
    ["assign", "reassign", "amend", "retime", "sign", "report", "contribute", "accept", "reopen"];

/// The matter of work orders (工单).
pub(crate) const ORDER: &str = "work-order";
/// The matter of the work orders of drills (演练): another one, so that no list or figure of work orders can hold a drill.
pub(crate) const DRILL: &str = "work-order-drill";
/// What the program itself and its pages do to work orders; a city's own definition has them too.
const ORDERED: [&str; 12] = [
    "open",
    "accept",
    "refuse",
    "reassign",
    "arrive",
    "done",
    "return",
    "verify",
    "close",
    "escalate",
    "raise-again",
    "cancel",
];

/// What the matter of drills has beside that of work orders.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DrillParts {
    name: Two,
    /// Fields given when a drill is opened.
    opening: Vec<FieldId>,
    states: Vec<StateDef>,
    fields: Vec<FieldDef>,
    transitions: Vec<Transition>,
}

/// The matter of drills that goes with one of work orders.
fn drill_of(order: &Definition) -> Option<Definition> {
    // A test reads and checks it; it is part of the program.
    let parts: DrillParts = toml::from_str(include_str!("../data/drill.toml")).ok()?;
    let mut drill = Definition { id: MatterId::new(DRILL).ok()?, name: parts.name, ..order.clone() };
    drill.states.extend(parts.states);
    drill.fields.extend(parts.fields);
    for opening in drill.transitions.iter_mut().filter(|t| t.from.is_empty()) {
        opening.takes.fields.extend(parts.opening.iter().cloned());
    }
    drill.transitions.extend(parts.transitions);
    Some(drill)
}

/// The definitions built in.
pub(crate) fn built_in() -> Vec<Definition> {
    // A test reads and checks them; they are part of the program.
    let texts = [include_str!("../data/dispatch.toml"), include_str!("../data/work-order.toml")];
    let mut all: Vec<Definition> = texts.into_iter().filter_map(|text| toml::from_str(text).ok()).collect();
    let drill = all.iter().find(|one| one.id.as_str() == ORDER).and_then(drill_of);
    all.extend(drill);
    all
}

/// A city's definitions: those of its `matters` folder in place of those built in.
pub(crate) fn load_matters(folder: &Path) -> Result<Vec<Definition>, PackError> {
    let mut all = built_in();
    for own in all.iter_mut().filter(|own| own.id.as_str() != DRILL) {
        let name = format!("matters/{}.toml", own.id);
        if folder.join(&name).exists() {
            let found: Definition = read(folder, &name)?;
            if found.id != own.id {
                let why = format!("it defines “{}”, not “{}”", found.id, own.id);
                return Err(PackError::Form { file: name, why });
            }
            checked(&found).map_err(|why| PackError::Form { file: name, why })?;
            *own = found;
        }
    }
    // Drills go by what the city does with work orders.
    let drill = all.iter().find(|own| own.id.as_str() == ORDER).and_then(drill_of);
    if let (Some(drill), Some(own)) = (drill, all.iter_mut().find(|own| own.id.as_str() == DRILL)) {
        checked(&drill).map_err(|why| PackError::Form { file: format!("matters/{ORDER}.toml"), why })?;
        *own = drill;
    }
    Ok(all)
}

/// A definition whose every part can be used, or all that is wrong with it.
pub(crate) fn checked(definition: &Definition) -> Result<Matter, String> {
    let matter = Matter::new(definition.clone())
        .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    let (who, needed): (&str, &[&str]) = match definition.id.as_str() {
        DISPATCH => ("tasks", &FOLLOWED),
        ORDER | DRILL => ("work orders", &ORDERED),
        _ => ("nobody", &[]),
    };
    let there = |id: &str| definition.transitions.iter().any(|t| t.id.as_str() == id);
    let missing: Vec<&str> = needed.iter().copied().filter(|id| !there(id)).collect();
    if !missing.is_empty() {
        return Err(format!("{who} need these transitions, which are not in it: {}", missing.join(", ")));
    }
    Ok(matter)
}

/// All matters a city's cases go by.
#[derive(Debug, Default)]
pub(crate) struct Matters {
    all: HashMap<(MatterId, u32), Arc<Matter>>,
    current: HashMap<MatterId, u32>,
}

impl Matters {
    /// From what the pack has now, and the versions kept with cases.
    pub(crate) fn of(now: &[Definition], kept: &[Definition]) -> Result<Self, String> {
        let mut matters = Self::default();
        // A pack stored before there was a matter has the one built in.
        let missing: Vec<Definition> =
            built_in().into_iter().filter(|own| !now.iter().any(|one| one.id == own.id)).collect();
        let now: Vec<&Definition> = now.iter().chain(&missing).collect();
        // What a case was opened with stays as it was, whatever the pack says of that version.
        for definition in now.iter().copied().chain(kept) {
            let matter = Arc::new(checked(definition)?);
            matters.all.insert((definition.id.clone(), definition.version), matter);
        }
        matters.current = now.iter().map(|d| (d.id.clone(), d.version)).collect();
        Ok(matters)
    }

    /// The matter new cases are opened with.
    pub(crate) fn current(&self, id: &str) -> Option<&Arc<Matter>> {
        let (id, version) = self.current.iter().find(|(own, _)| own.as_str() == id)?;
        self.all.get(&(id.clone(), *version))
    }

    /// The matter a case goes by.
    pub(crate) fn of_case(&self, case: &Case) -> Option<&Arc<Matter>> {
        self.all.get(&(case.matter.clone(), case.matter_version))
    }
}

/// Why a pack's definitions cannot take the place of the kept ones: a version says something else than it did.
pub(crate) fn changed_without_version(now: &[Definition], kept: &[Definition]) -> Option<String> {
    let changed = now.iter().find(|d| kept.iter().any(|k| (&k.id, k.version) == (&d.id, d.version) && k != *d))?;
    Some(format!(
        "matter “{}” has changed but is version {} still; cases go by that version, so raise it",
        changed.id, changed.version
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::{DISPATCH, DRILL, Matters, ORDER, built_in, changed_without_version, checked, load_matters};

    #[test]
    fn the_built_in_definitions_are_sound() {
        let all = built_in();
        assert_eq!(all.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), [DISPATCH, ORDER, DRILL]);
        for definition in &all {
            checked(definition).unwrap();
        }
        assert!(Matters::of(&all, &all).unwrap().current(DISPATCH).is_some());
    }

    #[test]
    fn a_definition_without_what_tasks_do_is_refused() {
        let mut own = built_in().remove(0);
        own.transitions.retain(|t| t.id.as_str() != "retime");
        assert!(checked(&own).unwrap_err().contains("retime"));
    }

    #[test]
    fn a_city_brings_its_own() {
        let check = |change: (&str, &str), expected: Result<u32, &str>| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("matters")).unwrap();
            let text = include_str!("../data/dispatch.toml").replacen(change.0, change.1, 1);
            std::fs::write(folder.path().join("matters/dispatch.toml"), text).unwrap();
            match (load_matters(folder.path()), expected) {
                (Ok(all), Ok(amount)) => assert_eq!(all[0].clocks[0].budget.amount, amount, "{change:?}"),
                (Err(error), Err(words)) => {
                    let error = error.to_string();
                    assert!(error.contains("matters/dispatch.toml") && error.contains(words), "{error}");
                }
                other => panic!("{change:?}: {other:?}"),
            }
        };
        check(("amount = 2", "amount = 3"), Ok(3));
        check(("id = \"dispatch\"", "id = \"despatch\""), Err("despatch"));
        check(("by = [\"office\"]", "by = [\"offices\"]"), Err("transitions.assign.by"));
        check(("id = \"retime\"", "id = \"re-time\""), Err("retime"));
        check(("final = true", "finale = true"), Err("finale"));
    }

    #[test]
    fn drills_go_by_what_the_city_does_with_orders() {
        let check = |change: (&str, &str), expected: Result<u32, &str>| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("matters")).unwrap();
            let text = include_str!("../data/work-order.toml").replacen(change.0, change.1, 1);
            std::fs::write(folder.path().join("matters/work-order.toml"), text).unwrap();
            match (load_matters(folder.path()), expected) {
                (Ok(all), Ok(amount)) => {
                    for id in [ORDER, DRILL] {
                        let own = all.iter().find(|own| own.id.as_str() == id).unwrap();
                        assert_eq!(own.clocks[0].budget.amount, amount, "{id} {change:?}");
                    }
                }
                (Err(error), Err(words)) => {
                    let error = error.to_string();
                    assert!(error.contains("matters/work-order.toml") && error.contains(words), "{error}");
                }
                other => panic!("{change:?}: {other:?}"),
            }
        };
        check(("amount = 10", "amount = 5"), Ok(5));
        check(("unit = \"minutes\"", "unit = \"moments\""), Err("moments"));
        check(("id = \"raise-again\"", "id = \"again\""), Err("raise-again"));
        // What drills add must have room: a state of that name is there twice then.
        check(("id = \"refused\"", "id = \"drill-over\""), Err("refused"));
    }

    #[test]
    fn a_pack_from_before_there_were_orders_has_those_built_in() {
        let old: Vec<_> = built_in().into_iter().filter(|own| own.id.as_str() == DISPATCH).collect();
        let matters = Matters::of(&old, &[]).unwrap();
        assert!(matters.current(ORDER).is_some() && matters.current(DRILL).is_some());
    }

    #[test]
    fn a_version_says_the_same_for_ever() {
        let kept = built_in();
        let mut now = kept.clone();
        assert_eq!(changed_without_version(&now, &kept), None);
        now[0].clocks[0].budget.amount += 1;
        assert!(changed_without_version(&now, &kept).is_some());
        now[0].version += 1;
        assert_eq!(changed_without_version(&now, &kept), None);
    }
}
