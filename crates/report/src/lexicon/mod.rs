//! Closed word classes and the table that finds them.
//!
//! Every list is a string of words parted by white space, so that adding a word is a one-word change.

mod bounds;
mod nouns;
mod table;
mod units;
mod verbs;

use std::sync::LazyLock;

pub(crate) use table::{Entry, Found, Table};
pub(crate) use units::{UnitKind, units};

/// What a word can do, as a set of bits.
pub(crate) type Tags = u32;

/// Governs an amount: 新建, 举办, 投入.
pub(crate) const ACT: Tags = 1;
/// Light verb, never the action: 力争, 推动.
pub(crate) const LIGHT: Tags = 1 << 1;
/// Change upwards: 增长.
pub(crate) const UP: Tags = 1 << 2;
/// Change downwards: 下降.
pub(crate) const DOWN: Tags = 1 << 3;
/// Brings to a value: 降至, 提高到.
pub(crate) const TO: Tags = 1 << 4;
/// Stands at a value: 达, 突破, 为.
pub(crate) const LEVEL: Tags = 1 << 5;
/// Adverb or time word that may stand before a verb or a number.
pub(crate) const ADVERB: Tags = 1 << 6;
/// Noun that names a measured indicator: 总产值, 覆盖率.
pub(crate) const INDICATOR: Tags = 1 << 7;
/// Bound word before the number; which bound is in the word's `extra`.
pub(crate) const BOUND: Tags = 1 << 8;
/// Preposition that opens a circumstance: 与, 为, 对.
pub(crate) const PREPOSITION: Tags = 1 << 9;
/// Verb that as often is a noun: 改造, 培训.
pub(crate) const NOMINAL: Tags = 1 << 10;
/// Leads a clause without being a commitment: 坚持, 围绕.
pub(crate) const SLOGAN: Tags = 1 << 11;
/// Names the effect of what stands before: 实现, 形成.
pub(crate) const EFFECT: Tags = 1 << 12;
/// Verb whose object acts itself: 推动, 促进; the noun after a number ends before that act.
pub(crate) const CAUSES: Tags = 1 << 13;
/// The words 从 and 由 that open a from-to statement.
pub(crate) const FROM: Tags = 1 << 14;
/// Adverb that ends a noun: 全部, 顺利.
pub(crate) const ENDS_NOUN: Tags = 1 << 15;

/// A nominal verb that acts when it leads an item of a list.
pub(crate) const DUAL: Tags = 1 << 16;
/// Says where or when; a subject goes without it.
pub(crate) const PLACE: Tags = 1 << 17;

/// Promises: 力争, 确保, 拟.
pub(crate) const COMMITS: Tags = 1 << 18;
/// Reports what is done: 已, 累计, 荣获.
pub(crate) const TELLS: Tags = 1 << 19;

/// Anything that can govern a number.
pub(crate) const VERBAL: Tags = ACT | UP | DOWN | TO | LEVEL;

/// The words a clause is read with.
pub(crate) fn words() -> &'static Table {
    static WORDS: LazyLock<Table> = LazyLock::new(|| {
        let mut entries = Vec::with_capacity(1500);
        verbs::push(&mut entries);
        nouns::push(&mut entries);
        bounds::push(&mut entries);
        Table::build(entries)
    });
    &WORDS
}

/// Adds every word of `list` with the same tags.
fn push_all(entries: &mut Vec<Entry>, list: &'static str, tags: Tags) {
    entries.extend(list.split_whitespace().map(|word| Entry { word: word.into(), tags, extra: 0 }));
}

pub(crate) use bounds::{ABOVE_CODE as ABOVE, bound_after, bound_of};
