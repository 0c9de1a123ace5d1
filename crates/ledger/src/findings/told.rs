//! Commitments without a number: whether the report of the year after speaks of the thing among what was done.

use super::said::Said;
use super::subject::Subject;
use std::collections::HashMap;
use tingzhou_report::{SectionKind, Span};

/// Characters a name is looked up by.
const WINDOW: usize = 4;
/// Fewest characters of a name that is looked up; shorter ones say too little.
const SHORTEST: usize = 5;
/// Places looked at for one name at most.
const MOST: usize = 16;

/// The words of what a report says was done, to look names up in.
pub(crate) struct Told {
    /// The characters with their places; marks and white space are left out.
    chars: Vec<(usize, char)>,
    by_window: HashMap<[char; WINDOW], Vec<usize>>,
}

fn counts(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '*' | '#' | '`' | '“' | '”' | '"' | '‘' | '’' | '《' | '》')
}

fn window(chars: impl Iterator<Item = char>) -> Option<[char; WINDOW]> {
    chars.take(WINDOW).collect::<Vec<_>>().try_into().ok()
}

impl Told {
    pub(crate) fn of(said: &Said<'_>) -> Self {
        let mut chars = Vec::new();
        let mut upto = 0;
        for part in said.parts.iter().filter(|p| matches!(p.kind, SectionKind::Review | SectionKind::CompletedList)) {
            // Parts lie inside each other; each byte is taken once.
            let start = part.span.start.max(upto);
            let words = said.text.get(start..part.span.end.max(start)).unwrap_or_default();
            chars.extend(words.char_indices().filter(|(_, c)| counts(*c)).map(|(at, c)| (start + at, c)));
            upto = upto.max(part.span.end);
        }
        let mut by_window: HashMap<_, Vec<usize>> = HashMap::new();
        for at in 0..chars.len() {
            let own = chars.get(at..).unwrap_or_default().iter().map(|(_, c)| *c);
            if let Some(key) = window(own) {
                let places = by_window.entry(key).or_default();
                if places.len() < MOST {
                    places.push(at);
                }
            }
        }
        Self { chars, by_window }
    }

    /// Where the name of a thing first stands among what was done.
    pub(crate) fn place(&self, subject: &Subject) -> Option<Span> {
        let name: Vec<char> = subject.core.chars().filter(|c| counts(*c)).collect();
        if name.len() < SHORTEST || subject.generic || subject.pairs.len() < 2 {
            return None;
        }
        let places = self.by_window.get(&window(name.iter().copied())?)?;
        places.iter().find_map(|at| {
            let run = self.chars.get(*at..at + name.len())?;
            let same = run.iter().map(|(_, c)| *c).eq(name.iter().copied());
            let (first, last) = (run.first()?, run.last()?);
            same.then(|| Span { start: first.0, end: last.0 + last.1.len_utf8() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_among_what_was_done() {
        let text = "## 一、2024年工作回顾\n\n昌吉州飞马**公共**体育场建成投用。\n\n## 二、2025年重点工作\n\n推动第四污水处理厂并网运行。\n";
        let reading = tingzhou_report::read(text).unwrap();
        let said = Said::of(text, &reading);
        let told = Told::of(&said);
        let check = |name: &str, expected: Option<&str>| {
            let found = told.place(&Subject::new(name, "")).map(|span| &text[span.start..span.end]);
            assert_eq!(found, expected, "{name}");
        };
        check("飞马公共体育场", Some("飞马**公共**体育场"));
        check("飞马公共体育馆", None);
        check("第四污水处理厂", None);
        check("体育场", None);
        check("", None);
    }
}
