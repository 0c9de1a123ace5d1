//! Which of several verbs acts: one after an adverb, one the thing itself does.

use std::ops::Range;

use super::{Reading, Token, TokenKind, Tokens};
use crate::lexicon::{ACT, ADVERB, CAUSES, DUAL, ENDS_NOUN, LIGHT, NOMINAL};

/// Verbs before a number of people that act though they name things elsewhere: 培训900人.
pub(super) const REACHING: [&str; 14] =
    ["保障", "服务", "培训", "培养", "救助", "资助", "帮扶", "补贴", "补助", "奖励", "支持", "救治", "安置", "招聘"];

/// Verbs that people named before them do: 农牧民转移就业9万人次.
pub(super) const DOING: [&str; 5] = ["转移就业", "外出务工", "务工", "返乡创业", "脱贫"];

/// 累计 or the like stands before a verb that else might be a noun: 累计运输旅客.
pub(super) fn led(reading: &Reading<'_>, tokens: &Tokens, verb: Token) -> bool {
    let before = tokens.ending(verb.start);
    // 财政投入9亿元: who pays.
    let pays = verb.start.checked_sub(2).is_some_and(|payer| {
        reading.is_any(payer, verb.start, &["财政"])
            && reading.is_any(verb.start, verb.end, &["投入", "安排", "补助", "补贴"])
    });
    // “冬病夏治”改造管网: a campaign's name says how.
    let quoted = verb.is(DUAL) && verb.start.checked_sub(1).is_some_and(|quote| reading.c(quote) == '”');
    pays || quoted
        || before.is_some_and(|before| {
            reading.is_any(
                before.start,
                before.end,
                &[
                    "累计",
                    "已",
                    "共",
                    "总共",
                    "累计已",
                    "新",
                    "拟",
                    "直接",
                    "全年",
                    "动态",
                    "妥善",
                    "联合",
                    "定向",
                    "柔性",
                ],
            )
        })
}

/// 帮助300户企业入驻: what the thing acted upon does in its turn.
pub(super) fn caused(tokens: &Tokens, leader: Token, noun: &Range<usize>) -> Option<Range<usize>> {
    if !leader.is(CAUSES) || noun.is_empty() {
        return None;
    }
    let mut place = noun.end;
    // At most a few adverbs stand before it.
    for _ in 0..3 {
        let next = tokens.starting(place)?;
        if next.is(ACT) && !next.is(NOMINAL) {
            return Some(next.start..next.end);
        }
        if !next.is(ADVERB | ENDS_NOUN) {
            return None;
        }
        place = next.end;
    }
    None
}

/// What comes of the act that leads: 帮助企业申请资金, 盘活资产实现收入.
pub(super) fn inner(reading: &Reading<'_>, tokens: &Tokens, head: &Range<usize>, close: usize) -> Option<Range<usize>> {
    const BRINGS: [&str; 7] = ["实现", "完成", "带动", "吸引", "撬动", "拉动", "惠及"];
    let causes = tokens.starting(head.start).is_some_and(|leader| leader.end == head.end && leader.is(CAUSES));
    let acts = |token: &&Token| {
        token.is(ACT)
            && !token.is(NOMINAL)
            && token.end < close
            && (causes && !token.is(LIGHT) || reading.is_any(token.start, token.end, &BRINGS))
            && !reading.glyphs.get(token.start).is_some_and(|glyph| glyph.quoted)
            && reading.c(token.end) != '的'
    };
    let verb = tokens.within(head.end + 2, close).iter().rev().find(acts)?;
    let listed = tokens.within(verb.end, close).iter().any(|token| token.kind == TokenKind::Joint);
    (!listed).then_some(verb.start..verb.end)
}
