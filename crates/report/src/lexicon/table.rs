//! A table that finds the longest word at a place of the text.
//!
//! It is asked at every place of every clause with a number, and most places begin no word. So it answers in steps, each
//! of which sends most questions home: one bit for the first character, one for the first two, then one slot for the
//! words that begin with these two.

use std::collections::BTreeMap;

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
    /// Which word of the table it is.
    pub(crate) word: u16,
    /// Length in characters.
    pub(crate) len: usize,
}

struct Word {
    /// What follows the first two characters.
    rest: Box<[char]>,
    found: Found,
}

/// The words that begin with one pair of characters.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// The pair, 0 for an empty slot.
    key: u32,
    /// Its words in [`Table::words`], longest first.
    from: u16,
    count: u16,
}

/// The characters words begin with lie below this; a word with another among its first two is never found.
const CHARACTERS: usize = 0x1_0000;

/// How many slots there are: a power of two, several times the number of pairs.
const SLOTS: usize = 1 << 13;

/// How many words of 64 bits tell the pairs.
const PAIR_WORDS: usize = 512;

/// A bit for each character.
type Characters = Box<[u64; CHARACTERS / 64]>;

/// Words by their first two characters.
pub(crate) struct Table {
    /// The characters that begin a word.
    begins: Characters,
    /// The characters that are a word.
    alone: Characters,
    /// One bit for each pair of first characters, by a hash.
    pairs: Box<[u64; PAIR_WORDS]>,
    /// Where the words of a pair are, by its hash or in the next free place; the pair of a word of one character ends
    /// with 0.
    slots: Box<[Slot; SLOTS]>,
    words: Vec<Word>,
    /// All words as written, for [`Found::word`].
    written: Vec<String>,
}

/// The pair of first characters, where the table can hold it.
#[inline]
fn key(first: char, second: char) -> Option<u32> {
    let fits = (first as usize) < CHARACTERS && (second as usize) < CHARACTERS;
    fits.then_some(u32::from(first) << 16 | u32::from(second))
}

#[inline]
fn hash(key: u32) -> u32 {
    key.wrapping_mul(0x9e37_79b1)
}

/// The place of a pair's bit.
#[inline]
fn pair_bit(hash: u32) -> (usize, u64) {
    let bit = hash >> 17;
    ((bit >> 6) as usize % PAIR_WORDS, 1 << (bit & 63))
}

#[inline]
fn has(bits: &Characters, c: char) -> bool {
    bits.get(c as usize / 64).is_some_and(|word| word >> (c as usize % 64) & 1 == 1)
}

fn set(bits: &mut Characters, c: char) {
    if let Some(word) = bits.get_mut(c as usize / 64) {
        *word |= 1 << (c as usize % 64);
    }
}

impl Table {
    /// Builds the table; a word given twice gets the tags of both.
    pub(crate) fn build(entries: Vec<Entry>) -> Self {
        let mut merged: BTreeMap<String, (Tags, u8)> = BTreeMap::new();
        for entry in entries {
            let (tags, extra) = merged.entry(entry.word).or_default();
            *tags |= entry.tags;
            *extra = entry.extra.max(*extra);
        }
        let mut table = Self {
            begins: Box::new([0; CHARACTERS / 64]),
            alone: Box::new([0; CHARACTERS / 64]),
            pairs: Box::new([0; PAIR_WORDS]),
            slots: Box::new([Slot::default(); SLOTS]),
            words: Vec::with_capacity(merged.len()),
            written: Vec::with_capacity(merged.len()),
        };
        let mut by_pair: BTreeMap<u32, Vec<Word>> = BTreeMap::new();
        for (written, (tags, extra)) in merged {
            let mut rest = written.chars();
            let Some(first) = rest.next() else { continue };
            let second = rest.next();
            let Some(key) = key(first, second.unwrap_or('\0')) else { continue };
            let rest: Box<[char]> = rest.collect();
            let Ok(word) = u16::try_from(table.written.len()) else { break };
            let len = rest.len() + 1 + usize::from(second.is_some());
            set(&mut table.begins, first);
            if second.is_none() {
                set(&mut table.alone, first);
            }
            by_pair.entry(key).or_default().push(Word { rest, found: Found { tags, extra, word, len } });
            table.written.push(written);
        }
        for (key, mut words) in by_pair {
            words.sort_by_key(|word| std::cmp::Reverse(word.found.len));
            table.push(key, words);
        }
        table
    }

    fn push(&mut self, key: u32, words: Vec<Word>) {
        let hash = hash(key);
        let (place, bit) = pair_bit(hash);
        if let Some(word) = self.pairs.get_mut(place) {
            *word |= bit;
        }
        let (Ok(from), Ok(count)) = (u16::try_from(self.words.len()), u16::try_from(words.len())) else { return };
        // A slot in every chain stays empty, so that looking a pair up ends.
        if let Some(slot) = probe(hash).take(SLOTS - 1).find(|place| self.slots.get(*place).is_some_and(|s| s.key == 0))
            && let Some(slot) = self.slots.get_mut(slot)
        {
            *slot = Slot { key, from, count };
            self.words.extend(words);
        }
    }

    /// The words of a pair, longest first.
    #[inline]
    fn of_pair(&self, key: u32, hash: u32) -> &[Word] {
        for slot in probe(hash).filter_map(|place| self.slots.get(place)) {
            if slot.key == key {
                let from = usize::from(slot.from);
                return self.words.get(from..from + usize::from(slot.count)).unwrap_or_default();
            }
            if slot.key == 0 {
                break;
            }
        }
        &[]
    }

    /// The longest word at the start of `glyphs`.
    #[inline]
    pub(crate) fn longest(&self, glyphs: &[Glyph]) -> Option<Found> {
        let (first, rest) = glyphs.split_first()?;
        if !has(&self.begins, first.c) {
            return None;
        }
        self.with(first.c, rest)
    }

    /// The longest word that begins with `first` and goes on in `rest`.
    fn with(&self, first: char, rest: &[Glyph]) -> Option<Found> {
        if let Some((second, rest)) = rest.split_first()
            && let Some(key) = key(first, second.c)
        {
            let hash = hash(key);
            let (place, bit) = pair_bit(hash);
            if self.pairs.get(place).is_some_and(|word| word & bit != 0) {
                let fits = |word: &&Word| {
                    word.rest.len() <= rest.len() && word.rest.iter().zip(rest).all(|(c, glyph)| *c == glyph.c)
                };
                if let Some(word) = self.of_pair(key, hash).iter().find(fits) {
                    return Some(word.found);
                }
            }
        }
        if !has(&self.alone, first) {
            return None;
        }
        let key = key(first, '\0')?;
        self.of_pair(key, hash(key)).first().map(|word| word.found)
    }

    /// A found word as written in its list.
    pub(crate) fn word(&self, found: Found) -> &str {
        self.written.get(usize::from(found.word)).map_or("", String::as_str)
    }
}

/// The places a pair with this hash may have, in order.
#[inline]
fn probe(hash: u32) -> impl Iterator<Item = usize> {
    let start = (hash >> 19) as usize;
    (0..SLOTS).map(move |step| (start + step) % SLOTS)
}
