//! Words that bound a number, before it and after it.

use super::{BOUND, Entry, LEVEL};
use crate::glyph::Glyph;
use crate::types::Bound;

const ABOUT: &str = "约 大约 近 将近 接近 约为 大致";
const AT_LEAST: &str = "不少于 至少 不低于 不小于 不短于 最低 力争不低于 达到或超过";
const AT_MOST: &str = "不超过 不高于 不多于 不大于 至多 最多 最高 不超";
const ABOVE: &str = "超 超过 突破 逾 破 冲破 高于 多于 大于 超出 超额";
const BELOW: &str = "低于 不到 不足 少于 小于";

const CODES: [(Bound, &str); 5] = [
    (Bound::About, ABOUT),
    (Bound::AtLeast, AT_LEAST),
    (Bound::AtMost, AT_MOST),
    (Bound::Above, ABOVE),
    (Bound::Below, BELOW),
];

/// The `extra` of words that say more than.
pub(crate) const ABOVE_CODE: u8 = 4;

/// Adds the bound words; those that compare with a mark are verbs too.
pub(super) fn push(entries: &mut Vec<Entry>) {
    for (code, (bound, list)) in (1_u8..).zip(CODES) {
        let verb = match bound {
            Bound::About => 0,
            _ => LEVEL,
        };
        entries.extend(list.split_whitespace().map(|word| Entry {
            word: word.into(),
            tags: BOUND | verb,
            extra: code,
        }));
    }
}

/// The bound a found word stands for.
pub(crate) fn bound_of(extra: u8) -> Option<Bound> {
    CODES.get(usize::from(extra).checked_sub(1)?).map(|(bound, _)| *bound)
}

const AFTER: [(&[char], Bound); 10] = [
    (&['及', '以', '上'], Bound::AtLeast),
    (&['以', '上'], Bound::AtLeast),
    (&['之', '上'], Bound::AtLeast),
    (&['及', '以', '下'], Bound::AtMost),
    (&['以', '内'], Bound::AtMost),
    (&['之', '内'], Bound::AtMost),
    (&['以', '下'], Bound::AtMost),
    (&['左', '右'], Bound::About),
    (&['上', '下'], Bound::About),
    (&['多'], Bound::Above),
];

/// The bound word at the start of `glyphs`, which follow a number and its unit, with its length.
pub(crate) fn bound_after(glyphs: &[Glyph]) -> Option<(Bound, usize)> {
    if let [many, next, ..] = glyphs
        && many.c == '多'
        && matches!(
            next.c,
            '种' | '样'
                | '元'
                | '项'
                | '层'
                | '功'
                | '维'
                | '极'
                | '云'
                | '能'
                | '双'
                | '年'
                | '次'
                | '个'
                | '用'
                | '媒'
                | '式'
                | '金'
                | '肉'
                | '晶'
                | '孔'
                | '糖'
                | '联'
        )
    {
        return None;
    }
    AFTER
        .iter()
        .find(|(word, _)| word.len() <= glyphs.len() && word.iter().zip(glyphs).all(|(c, glyph)| *c == glyph.c))
        .map(|(word, bound)| (*bound, word.len()))
}
