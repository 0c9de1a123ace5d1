//! Cutting nouns to what is counted.

use std::ops::Range;

use super::role::within_noun;
use super::side::{begins_name, opens_noun};
use super::{Reading, TokenKind, Tokens};
use crate::lexicon::{ACT, DOWN, ENDS_NOUN, LEVEL, LIGHT, NOMINAL, PLACE, PREPOSITION, TO, UP, words};
use crate::types::Phrase;

/// Trims a noun: leading places and times, examples before 等, trailing particles, quotation marks around the whole.
pub(super) fn trim(reading: &Reading<'_>, range: Range<usize>) -> Range<usize> {
    let mut range = after_examples(reading, range);
    // Each round takes off one layer; nothing real has more.
    for _ in 0..12 {
        let before = range.clone();
        while range.start < range.end
            && matches!(reading.c(range.start), '的' | '了' | '等' | '、' | '和' | '及' | '与' | '—' | '（')
            && !(reading.c(range.start) == '（' && closes(reading, &range))
            // 和美乡村, 和田玉: 和 is the word's.
            && !(reading.c(range.start) == '和'
                && matches!(reading.c(range.start + 1), '美' | '谐' | '睦' | '平' | '田' | '硕' | '静' | '顺'))
        {
            range.start += 1;
        }
        while range.start < range.end
            && matches!(
                reading.c(range.end - 1),
                '的' | '了' | '等' | '、' | '和' | '及' | '与' | '共' | '（' | '数' | '各' | '在'
            )
            && !ends_word(reading, &range)
        {
            range.end -= 1;
        }
        let found = words().longest(reading.glyphs.get(range.clone()).unwrap_or_default());
        if let Some(found) = found.filter(|found| {
            found.tags & PLACE != 0
                && found.len < range.len()
                // 全国性会议: the place is a part of a longer word.
                && !matches!(reading.c(range.start + found.len), '性' | '级' | '化')
        }) {
            range.start += found.len;
        } else if let Some(length) = trailing(reading, &range) {
            range.end -= length;
        } else if range.len() > 2
            && reading.c(range.start) == '各'
            && matches!(reading.c(range.start + 1), '类' | '级' | '项')
        {
            range.start += 2;
        } else if range.len() > 2
            && reading.c(range.start) == '“'
            && reading.c(range.end - 1) == '”'
            && single_quotation(reading, &range)
        {
            range = range.start + 1..range.end - 1;
        }
        if range.len() > 2
            && reading.c(range.start) == '让'
            && !matches!(reading.c(range.start + 1), '利' | '步' | '渡')
        {
            range.start += 1;
        }
        if range == before {
            break;
        }
    }
    range
}

/// Adverbs that are left at the end of a noun.
const TRAILING: [&[char]; 28] = [
    &['今', '年'],
    &['当', '年'],
    &['年', '内'],
    &['夜', '间'],
    &['预', '计'],
    &['力', '争'],
    &['每', '年'],
    &['都'],
    &['人', '均'],
    &['分', '别'],
    &['始', '终'],
    &['全', '部'],
    &['一', '直'],
    &['持', '续'],
    &['连', '续'],
    &['首', '次'],
    &['已', '经'],
    &['基', '本'],
    &['仍'],
    &['年', '均'],
    &['平', '均'],
    &['同', '比'],
    &['累', '计'],
    &['总', '共'],
    &['均'],
    &['再'],
    &['已'],
    &['将'],
];

/// One bit for the last character of each, by the character's last six bits: nearly all nouns end otherwise.
const TRAILING_ENDS: u64 = {
    let mut bits = 0;
    let mut i = 0;
    while i < TRAILING.len() {
        if let Some(last) = TRAILING[i].last() {
            bits |= 1 << (*last as u32 % 64);
        }
        i += 1;
    }
    bits
};

/// The length of an adverb left at the end.
fn trailing(reading: &Reading<'_>, range: &Range<usize>) -> Option<usize> {
    let last = range.end.checked_sub(1).map_or('\0', |last| reading.c(last));
    if TRAILING_ENDS >> (last as u32 % 64) & 1 == 0 {
        return streak(reading, range);
    }
    let found = TRAILING.iter().find(|word| {
        (word.len() < range.len() || range.len() == 1)
            && word.len() <= range.len()
            && word.iter().rev().enumerate().all(|(back, c)| reading.c(range.end - 1 - back) == *c)
    });
    found.map(|word| word.len()).or_else(|| streak(reading, range))
}

/// The length of 连续五年 or 连续10年 left at the end.
fn streak(reading: &Reading<'_>, range: &Range<usize>) -> Option<usize> {
    let last = range.end.checked_sub(1).filter(|last| matches!(reading.c(*last), '年' | '月'))?;
    let from = last.saturating_sub(6).max(range.start + 1);
    let start = (from..last).find(|i| reading.says(*i, "连续"))?;
    (start + 2 < last).then_some(range.end - start)
}

/// 总数, 个数 and the like keep their last character.
fn ends_word(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let last = reading.c(range.end - 1);
    let previous =
        range.end.checked_sub(2).filter(|place| *place >= range.start).map_or('\0', |place| reading.c(place));
    match last {
        '数' => matches!(
            previous,
            '总' | '职'
                | '额'
                | '人'
                | '户'
                | '家'
                | '个'
                | '件'
                | '次'
                | '起'
                | '位'
                | '天'
                | '例'
                | '指'
                | '系'
                | '生'
                | '业'
                | '倍'
                | '参'
                | '师'
                | '量'
        ),
        '共' => previous == '公',
        '等' => is_word_of_rank(reading, range.end - 1, range.end),
        _ => false,
    }
}

fn closes(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    range.clone().take(40).any(|i| reading.c(i) == '）')
}

fn single_quotation(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    range.len() <= 64 && !(range.start + 1..range.end - 1).any(|i| matches!(reading.c(i), '“' | '”'))
}

/// 高等, 中等, 等级: a 等 that lists nothing.
fn is_word_of_rank(reading: &Reading<'_>, i: usize, end: usize) -> bool {
    let previous = i.checked_sub(1).map_or('\0', |place| reading.c(place));
    let next = if i + 1 < end { reading.c(i + 1) } else { '\0' };
    matches!(previous, '高' | '初' | '同' | '平' | '均' | '优' | '上' | '一' | '二' | '三' | '甲' | '乙' | '对')
        || (previous == '中' && next != '\0')
        || matches!(next, '级' | '离' | '额')
}

/// A list with its closing noun is kept whole up to this length when the noun alone says nothing.
const LONGEST_LIST: usize = 14;

/// 项目 and 工程 alone do not say what is counted.
fn generic(reading: &Reading<'_>, range: Range<usize>) -> bool {
    range.len() == 2 && matches!((reading.c(range.start), reading.c(range.start + 1)), ('项', '目') | ('工', '程'))
}

/// What stands after the last 等 that closes a list of examples.
fn after_examples(reading: &Reading<'_>, range: Range<usize>) -> Range<usize> {
    let last = range.clone().rev().find(|i| {
        reading.c(*i) == '等'
            && !reading.glyphs.get(*i).is_some_and(|g| g.quoted)
            && !is_word_of_rank(reading, *i, range.end)
    });
    match last {
        Some(i) if generic(reading, i + 1..range.end) && range.len() <= LONGEST_LIST => range,
        Some(i) if i + 1 < range.end => i + 1..range.end,
        Some(i) => range.start..i,
        None => range,
    }
}

/// The phrase of one run; empty for an empty run.
pub(super) fn phrase(reading: &Reading<'_>, range: Range<usize>) -> Phrase {
    if range.is_empty() { Phrase::default() } else { Phrase([reading.span(range)].into()) }
}

/// How far the noun after a number reaches, within `range`. A predicate ends it when the noun is what acts.
pub(super) fn noun_after(reading: &Reading<'_>, tokens: &Tokens, range: Range<usize>, acts: bool) -> Range<usize> {
    let mut end = range.end;
    for token in tokens.within(range.start, range.end) {
        let quoted = reading.glyphs.get(token.start).is_some_and(|glyph| glyph.quoted);
        if quoted {
            continue;
        }
        let started = token.start > range.start;
        if !started && (opens_noun(reading, token.start, token.end) || begins_name(reading, tokens, *token)) {
            continue;
        }
        let ends = match token.kind {
            TokenKind::Quantity(index) => !tokens.measured.get(index).is_some_and(|own| within_noun(reading, own)),
            TokenKind::Year(_) | TokenKind::Month(_) => true,
            TokenKind::Word { tags, .. } => {
                let predicate = tags & (TO | LEVEL) != 0 || (tags & (ACT | UP | DOWN) != 0 && tags & NOMINAL == 0);
                let marked = tags & (ENDS_NOUN | LIGHT) != 0 || (started && tags & PREPOSITION != 0);
                if acts {
                    predicate || marked
                } else {
                    started
                        && (marked && tags & NOMINAL == 0 && is_whole_predicate(reading, token.start, token.end)
                            || predicate
                                && reading.is_any(
                                    token.start,
                                    token.end,
                                    &["纳入", "列入", "获批", "获评", "建成投用"],
                                )
                            || token.end < end
                                && reading.is_any(token.start, token.end, &["支持", "用于", "打造", "带动"]))
                }
            }
            _ => false,
        };
        if ends {
            end = token.start;
            break;
        }
    }
    if acts && let Some(come) = (range.start + 2..end).find(|i| comes(reading, *i)) {
        end = come;
    }
    if acts && let Some(of) = (range.start + 1..end).find(|i| reading.c(*i) == '的') {
        end = of;
    }
    // 项“一次办”: the quotation that closes the clause is what is done.
    if acts && end > range.start && reading.c(end - 1) == '”' {
        let open = (range.start + 1..end).rev().find(|i| reading.c(*i) == '“');
        end = open.unwrap_or(end);
    }
    // The name of a thing may be followed by what was or will be done with all of it.
    let building = end >= range.start + 4 && reading.c(end - 2) == '建' && reading.c(end - 1) == '设';
    if building {
        end -= 2;
    }
    range.start..end
}

/// 毕业生来某地就业, 干部赴外地学习: where those named go.
fn comes(reading: &Reading<'_>, i: usize) -> bool {
    match reading.c(i) {
        '来' => {
            !matches!(
                reading.c(i - 1),
                '未' | '外' | '年' | '往' | '以' | '近' | '从' | '历' | '由' | '到' | '本' | '带'
            ) && !matches!(reading.c(i + 1), '源' | '水' | '电' | '宾' | '料' | '信' | '访')
        }
        '赴' => true,
        _ => false,
    }
}

/// 全部, 顺利 and other words that open a predicate even after an object.
fn is_whole_predicate(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    reading.is_any(start, end, &["全部", "顺利", "如期", "陆续", "相继", "全覆盖", "得到", "已", "均", "进行"])
}
