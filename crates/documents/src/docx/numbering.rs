//! Lists that number themselves (ECMA-376 part 1, 17.9).

use super::numerals::written;
use crate::xml::{Step, walk};
use std::collections::{HashMap, HashSet};

/// Levels a list can have.
const LEVELS: usize = 9;

/// One level of a list.
#[derive(Clone, Debug)]
struct Level {
    start: u32,
    format: String,
    text: String,
    /// Numbers of all levels are shown in digits.
    legal: bool,
}

impl Default for Level {
    fn default() -> Self {
        Self { start: 1, format: "decimal".to_owned(), text: String::new(), legal: false }
    }
}

type Levels = [Option<Level>; LEVELS];

#[derive(Default)]
struct Instance {
    list: String,
    starts: [Option<u32>; LEVELS],
}

/// The lists of a document, and how far each has counted.
#[derive(Default)]
pub(super) struct Numbering {
    lists: HashMap<String, Levels>,
    instances: HashMap<String, Instance>,
    counts: HashMap<String, [Option<u32>; LEVELS]>,
    begun: HashSet<(String, usize)>,
}

impl Numbering {
    /// Reads `word/numbering.xml`.
    pub(super) fn read<E>(text: &str, broken: impl FnMut(String) -> E) -> Result<Self, E> {
        let mut out = Self::default();
        let mut list: Option<(String, Levels)> = None;
        let mut instance: Option<(String, Instance)> = None;
        let mut level: Option<usize> = None;
        let mut open: Vec<String> = Vec::new();
        walk(text, broken, |step| {
            match step {
                Step::Open(element) => {
                    let value = || element.attribute("val").unwrap_or_default();
                    let index =
                        || element.attribute("ilvl").and_then(|own| own.parse().ok()).filter(|own| *own < LEVELS);
                    match element.name() {
                        "abstractNum" => {
                            list = Some((element.attribute("abstractNumId").unwrap_or_default(), Levels::default()));
                        }
                        "num" => instance = Some((element.attribute("numId").unwrap_or_default(), Instance::default())),
                        "abstractNumId" => {
                            if let Some((_, instance)) = &mut instance {
                                instance.list = value();
                            }
                        }
                        "lvl" | "lvlOverride" => {
                            level = index();
                            if let Some((_, levels)) = &mut list
                                && let Some(own) = level.and_then(|level| levels.get_mut(level))
                            {
                                *own = Some(Level::default());
                            }
                        }
                        "startOverride" => {
                            if let Some((_, instance)) = &mut instance
                                && let Some(start) = level.and_then(|level| instance.starts.get_mut(level))
                            {
                                *start = value().parse().ok();
                            }
                        }
                        name => {
                            if let Some((_, levels)) = &mut list
                                && let Some(own) =
                                    level.and_then(|level| levels.get_mut(level)).and_then(Option::as_mut)
                            {
                                match name {
                                    "start" => own.start = value().parse().unwrap_or(1),
                                    "numFmt" => own.format = value(),
                                    "lvlText" => own.text = value(),
                                    "isLgl" => own.legal = !matches!(value().as_str(), "0" | "false"),
                                    _ => {}
                                }
                            }
                        }
                    }
                    open.push(element.name().to_owned());
                }
                Step::Close => match open.pop().as_deref() {
                    Some("abstractNum") => out.lists.extend(list.take()),
                    Some("num") => out.instances.extend(instance.take()),
                    _ => {}
                },
                Step::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(out)
    }

    /// The words before the next paragraph of this list and level; empty for a bullet or an unknown list.
    pub(super) fn next(&mut self, number: &str, level: usize) -> String {
        let Some(instance) = self.instances.get(number) else { return String::new() };
        let Some(levels) = self.lists.get(&instance.list) else { return String::new() };
        let Some(own) = levels.get(level).and_then(Option::as_ref) else { return String::new() };
        let counts = self.counts.entry(instance.list.clone()).or_default();
        let restart = instance.starts.get(level).copied().flatten();
        // A list that is said to start anew does so once.
        let restart = restart.filter(|_| self.begun.insert((number.to_owned(), level)));
        let Some(count) = counts.get_mut(level) else { return String::new() };
        *count = Some(match (restart, *count) {
            (Some(start), _) => start,
            (None, Some(before)) => before.saturating_add(1),
            (None, None) => own.start,
        });
        for deeper in counts.iter_mut().skip(level + 1) {
            *deeper = None;
        }
        let mut out = String::new();
        let mut rest = own.text.as_str();
        while let Some(c) = rest.chars().next() {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            let place = rest.chars().next().and_then(|c| c.to_digit(10)).filter(|_| c == '%');
            let Some(place) = place.and_then(|place| usize::try_from(place).ok()?.checked_sub(1)) else {
                out.push(c);
                continue;
            };
            rest = rest.get(1..).unwrap_or_default();
            if let Some(shown) = levels.get(place).and_then(Option::as_ref) {
                let count = counts.get(place).copied().flatten().unwrap_or(shown.start);
                let format = if own.legal && place < level { "decimal" } else { &shown.format };
                out.push_str(&written(count, format).unwrap_or_default());
            }
        }
        // A bullet is drawn, not said.
        if own.format == "bullet" { String::new() } else { out }
    }
}
