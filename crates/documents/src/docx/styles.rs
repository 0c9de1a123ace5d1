//! What a paragraph's style says of its level and list (ECMA-376 part 1, 17.7).

use crate::xml::{Step, walk};
use std::collections::HashMap;

/// What a paragraph or its style sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set {
    /// Outline level, 0 to 8; 9 is body text.
    pub(super) outline: Option<u8>,
    /// The list's number; `0` takes it out of every list.
    pub(super) list: Option<String>,
    /// The level in the list.
    pub(super) list_level: Option<usize>,
}

impl Set {
    /// With what `other` sets where this one sets nothing.
    fn over(self, other: &Self) -> Self {
        Self {
            outline: self.outline.or(other.outline),
            list_level: self.list_level.or(other.list_level),
            list: self.list.or_else(|| other.list.clone()),
        }
    }
}

#[derive(Default)]
struct Style {
    set: Set,
    based_on: Option<String>,
    /// A table of contents' lines.
    contents: bool,
}

/// The paragraph styles of a document.
#[derive(Default)]
pub(super) struct Styles(HashMap<String, Style>);

/// Styles stand on styles this many times at most.
const LONGEST_CHAIN: usize = 16;

impl Styles {
    /// Reads `word/styles.xml`.
    pub(super) fn read<E>(text: &str, broken: impl FnMut(String) -> E) -> Result<Self, E> {
        let mut out = HashMap::new();
        let mut own: Option<(String, Style)> = None;
        let mut open: Vec<String> = Vec::new();
        walk(text, broken, |step| {
            match step {
                Step::Open(element) => {
                    let value = || element.attribute("val").unwrap_or_default();
                    match (element.name(), &mut own) {
                        ("style", _) => {
                            own = Some((element.attribute("styleId").unwrap_or_default(), Style::default()));
                        }
                        ("basedOn", Some((_, style))) => style.based_on = Some(value()),
                        ("name", Some((_, style))) => {
                            let name = value().to_lowercase();
                            style.contents = name.starts_with("toc ");
                            if name == "title" {
                                style.set.outline = Some(0);
                            }
                        }
                        ("outlineLvl", Some((_, style))) => style.set.outline = value().parse().ok(),
                        ("numId", Some((_, style))) => style.set.list = Some(value()),
                        ("ilvl", Some((_, style))) => style.set.list_level = value().parse().ok(),
                        _ => {}
                    }
                    open.push(element.name().to_owned());
                }
                Step::Close => {
                    if open.pop().as_deref() == Some("style") {
                        out.extend(own.take());
                    }
                }
                Step::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(Self(out))
    }

    /// What a paragraph of this style has, where it sets nothing itself.
    pub(super) fn resolve(&self, own: Set, style: Option<&str>) -> Set {
        let mut set = own;
        let mut next = style;
        for _ in 0..LONGEST_CHAIN {
            let Some(style) = next.and_then(|id| self.0.get(id)) else { break };
            set = set.over(&style.set);
            next = style.based_on.as_deref();
        }
        set
    }

    /// Whether the style is for lines of a table of contents.
    pub(super) fn is_contents(&self, style: Option<&str>) -> bool {
        style.and_then(|id| self.0.get(id)).is_some_and(|style| style.contents)
    }
}
