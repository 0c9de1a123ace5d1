//! A table from a first character to the words that begin with it, by their second character, longest first.

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
    /// For each group its word of one character.
    alone: Vec<Option<Found>>,
    /// One bit for each pair of first characters, by a hash: most places in a text begin no word.
    pairs: Box<[u64; PAIR_WORDS]>,
    /// One bit for each character that begins a word.
    begins: Box<[u64; CHARACTERS / 64]>,
}

/// How many words of 64 bits tell the pairs.
const PAIR_WORDS: usize = 512;

/// The place of a pair's bit.
#[inline]
fn pair(first: char, second: char) -> (usize, u64) {
    let hash = u32::from(first).wrapping_mul(0x9e37_79b1) ^ u32::from(second).wrapping_mul(0x85eb_ca6b);
    let bit = hash >> 17;
    ((bit >> 6) as usize % PAIR_WORDS, 1 << (bit & 63))
}

impl Table {
    /// Builds the table; a word given twice gets the tags of both.
    pub(crate) fn build(entries: Vec<Entry>) -> Self {
        let mut group = vec![0_u16; CHARACTERS].into_boxed_slice();
        let mut words: Vec<Vec<Word>> = vec![Vec::new()];
        let mut pairs = Box::new([0_u64; PAIR_WORDS]);
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
            if let Some(second) = second {
                let (place, bit) = pair(first, second);
                if let Some(word) = pairs.get_mut(place) {
                    *word |= bit;
                }
            }
            match list.iter_mut().find(|word| word.second == second && word.rest == rest) {
                Some(word) => {
                    word.found.tags |= entry.tags;
                    word.found.extra = word.found.extra.max(entry.extra);
                }
                None => {
                    let len = rest.len() + 1 + usize::from(second.is_some());
                    list.push(Word { second, rest, found: Found { tags: entry.tags, extra: entry.extra, len } });
                }
            }
        }
        for list in &mut words {
            list.sort_by_key(|word| (word.second, std::cmp::Reverse(word.found.len)));
        }
        let alone = words.iter().map(|list| list.first().filter(|word| word.second.is_none()).map(|word| word.found));
        let alone = alone.collect();
        let mut begins = Box::new([0_u64; CHARACTERS / 64]);
        for (first, _) in group.iter().enumerate().filter(|(_, slot)| **slot != 0) {
            if let Some(word) = begins.get_mut(first / 64) {
                *word |= 1 << (first % 64);
            }
        }
        Self { group, words, alone, pairs, begins }
    }

    /// The longest word at the start of `glyphs`.
    #[inline]
    pub(crate) fn longest(&self, glyphs: &[Glyph]) -> Option<Found> {
        let (first, rest) = glyphs.split_first()?;
        if self.begins.get(first.c as usize / 64)? >> (first.c as usize % 64) & 1 == 0 {
            return None;
        }
        let slot = *self.group.get(first.c as usize)?;
        if slot == 0 {
            return None;
        }
        let slot = usize::from(slot);
        let alone = *self.alone.get(slot)?;
        let Some((second, rest)) = rest.split_first() else { return alone };
        let (place, bit) = pair(first.c, second.c);
        if self.pairs.get(place).is_none_or(|word| word & bit == 0) {
            return alone;
        }
        let list = self.words.get(slot)?;
        let second = Some(second.c);
        let from = list.partition_point(|word| word.second < second);
        let mut run = list.get(from..)?.iter().take_while(|word| word.second == second);
        let fits =
            |word: &&Word| word.rest.len() <= rest.len() && word.rest.iter().zip(rest).all(|(c, glyph)| *c == glyph.c);
        run.find(fits).map(|word| word.found).or(alone)
    }
}
