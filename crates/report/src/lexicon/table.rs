//! A table that finds the longest word at a place of the text.
//!
//! It is asked at every place of every clause with a number, and most places begin no word. So it answers in steps: one
//! bit for the first two characters sends most questions home, then one slot tells the words that begin with these two.
//! What is asked often lies close together: a word is 16 bytes, and one in ten has more characters than those hold.

use std::collections::BTreeMap;

use super::{INDICATOR, Tags};
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

/// A word of a table, in 16 bytes.
#[derive(Clone, Copy)]
struct Word {
    /// Its third character, 0 when it has two at most.
    third: u32,
    tags: Tags,
    word: u16,
    /// Where the characters after the third begin in [`Table::rests`].
    rest: u16,
    extra: u8,
    /// Length in characters.
    len: u8,
}

impl Word {
    fn found(self) -> Found {
        Found { tags: self.tags, extra: self.extra, word: self.word, len: usize::from(self.len) }
    }
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
    /// The characters that are a word.
    alone: Characters,
    /// The characters with which the names of indicators end.
    ends: Characters,
    /// One bit for each pair of first characters, by a hash.
    pairs: Box<[u64; PAIR_WORDS]>,
    /// Where the words of a pair are, by its hash or in the next free place; the pair of a word of one character ends
    /// with 0.
    slots: Box<[Slot; SLOTS]>,
    words: Vec<Word>,
    /// The characters of all words after their third.
    rests: Vec<char>,
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
            alone: Box::new([0; CHARACTERS / 64]),
            ends: Box::new([0; CHARACTERS / 64]),
            pairs: Box::new([0; PAIR_WORDS]),
            slots: Box::new([Slot::default(); SLOTS]),
            words: Vec::with_capacity(merged.len()),
            rests: Vec::new(),
            written: Vec::with_capacity(merged.len()),
        };
        let mut by_pair: BTreeMap<u32, Vec<Word>> = BTreeMap::new();
        for (written, (tags, extra)) in merged {
            let mut rest = written.chars();
            let Some(first) = rest.next() else { continue };
            let second = rest.next();
            let Some(key) = key(first, second.unwrap_or('\0')) else { continue };
            let third = rest.next();
            let from = table.rests.len();
            table.rests.extend(rest);
            let len = written.chars().count();
            let (Ok(word), Ok(rest), Ok(len)) = (table.written.len().try_into(), from.try_into(), len.try_into())
            else {
                break;
            };
            if second.is_none() {
                set(&mut table.alone, first);
            }
            if let Some(last) = written.chars().next_back().filter(|_| tags & INDICATOR != 0) {
                set(&mut table.ends, last);
            }
            by_pair.entry(key).or_default().push(Word {
                third: third.map_or(0, u32::from),
                tags,
                word,
                rest,
                extra,
                len,
            });
            table.written.push(written);
        }
        for (key, mut words) in by_pair {
            words.sort_by_key(|word| std::cmp::Reverse(word.len));
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
    fn of_pair(&self, key: u32) -> &[Word] {
        for slot in probe(hash(key)).filter_map(|place| self.slots.get(place)) {
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
        let (first, after) = glyphs.split_first()?;
        let second = after.first().map_or('\0', |glyph| glyph.c);
        // One question for both, since either is often answered yes and often no.
        let (place, bit) = pair_bit(hash(u32::from(first.c) << 16 | u32::from(second)));
        let pair = self.pairs.get(place).is_some_and(|word| word & bit != 0);
        let alone = has(&self.alone, first.c);
        if pair | alone { self.found(first.c, second, after, pair, alone) } else { None }
    }

    /// The longest word that begins with `first`; `after` begins with `second`, when there is one.
    fn found(&self, first: char, second: char, after: &[Glyph], pair: bool, alone: bool) -> Option<Found> {
        let by_two = if pair { self.of_two(first, second, after) } else { None };
        if by_two.is_some() || !alone {
            return by_two;
        }
        self.of_pair(key(first, '\0')?).first().map(|word| word.found())
    }

    /// The longest word that begins with the pair; `after` begins with the second character.
    #[inline]
    fn of_two(&self, first: char, second: char, after: &[Glyph]) -> Option<Found> {
        let key = key(first, second).filter(|_| !after.is_empty())?;
        let word = self.of_pair(key).iter().find(|word| {
            let len = usize::from(word.len);
            len <= 2
                || after.get(1).is_some_and(|glyph| u32::from(glyph.c) == word.third)
                    && (len == 3 || self.goes_on(word, len - 3, after.get(2..).unwrap_or_default()))
        });
        word.map(|word| word.found())
    }

    /// Whether `glyphs` go on with the `count` characters a word has after its third.
    fn goes_on(&self, word: &Word, count: usize, glyphs: &[Glyph]) -> bool {
        let from = usize::from(word.rest);
        let rest = self.rests.get(from..from + count).unwrap_or_default();
        count <= glyphs.len() && rest.iter().zip(glyphs).all(|(c, glyph)| *c == glyph.c)
    }

    /// Whether the name of an indicator can end with this character.
    #[inline]
    pub(crate) fn ends_name(&self, c: char) -> bool {
        has(&self.ends, c)
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
