//! A table from a first character to the words that begin with it, longest first.

use super::Tags;
use crate::glyph::Glyph;

/// One word on its way into a table.
pub(crate) struct Entry {
    pub(crate) word: String,
    pub(crate) tags: Tags,
    pub(crate) extra: u8,
}

/// A word found in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) tags: Tags,
    pub(crate) extra: u8,
    /// Length in characters.
    pub(crate) len: usize,
}

struct Word {
    /// The second character, apart so that most words are passed over without a look at the rest.
    second: Option<char>,
    /// What follows the second.
    rest: Box<[char]>,
    found: Found,
}

/// The characters words begin with lie below this; others begin none.
const CHARACTERS: usize = 0x1_0000;

/// Words by first character.
pub(crate) struct Table {
    /// For each first character the number of its group, 0 for none.
    group: Box<[u16]>,
    /// Groups; the one numbered 0 is empty.
    words: Vec<Vec<Word>>,
}

impl Table {
    /// Builds the table; a word given twice gets the tags of both.
    pub(crate) fn build(entries: Vec<Entry>) -> Self {
        let mut group = vec![0_u16; CHARACTERS].into_boxed_slice();
        let mut words: Vec<Vec<Word>> = vec![Vec::new()];
        for entry in entries {
            let mut rest = entry.word.chars();
            let Some(first) = rest.next() else { continue };
            let second = rest.next();
            let rest: Box<[char]> = rest.collect();
            let Some(slot) = group.get_mut(first as usize) else { continue };
            if *slot == 0 {
                let Ok(next) = u16::try_from(words.len()) else { continue };
                *slot = next;
                words.push(Vec::new());
            }
            let Some(list) = words.get_mut(usize::from(*slot)) else { continue };
            match list.iter_mut().find(|word| word.second == second && word.rest == rest) {
                Some(word) => {
                    word.found.tags |= entry.tags;
                    word.found.extra = word.found.extra.max(entry.extra);
                }
                None => {
                    let len = rest.len() + 1 + usize::from(second.is_some());
                    list.push(Word {
                        second,
                        rest,
                        found: Found {
                            tags: entry.tags,
                            extra: entry.extra,
                            len,
                        },
                    });
                }
            }
        }
        for list in &mut words {
            list.sort_by_key(|word| std::cmp::Reverse(word.found.len));
        }
        Self { group, words }
    }

    /// The longest word at the start of `glyphs`.
    #[inline]
    pub(crate) fn longest(&self, glyphs: &[Glyph]) -> Option<Found> {
        let (first, rest) = glyphs.split_first()?;
        let slot = *self.group.get(first.c as usize)?;
        if slot == 0 {
            return None;
        }
        let (second, rest) = rest.split_first().map_or((None, rest), |(second, rest)| (Some(second.c), rest));
        let fits = |word: &&Word| {
            word.second.is_none()
                || word.second == second && word.rest.len() <= rest.len() && word.rest.iter().zip(rest).all(|(c, glyph)| *c == glyph.c)
        };
        self.words.get(usize::from(slot))?.iter().find(fits).map(|word| word.found)
    }
}
