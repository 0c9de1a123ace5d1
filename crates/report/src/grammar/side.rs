//! What stands left and right of a number.

use std::ops::Range;

use super::role::{is_indicator, within_noun};
use super::verbless::strong;
use super::{Reading, Token, TokenKind, Tokens};
use crate::lexicon::{
    ACT, ADVERB, BOUND, CAUSES, DOWN, DUAL, ENDS_NOUN, FROM, INDICATOR, LEVEL, LIGHT, NOMINAL, PLACE, PREPOSITION, TO,
    UP, UnitKind, VERBAL, bound_of,
};
use crate::quantity::Measured;
use crate::types::Bound;

/// What surrounds a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Sides {
    /// A noun follows directly.
    pub(super) noun_follows: bool,
    /// Another number with a counting unit follows the noun and counts the same thing.
    pub(super) count_follows: bool,
    /// A noun that names a rate and the rate's value follow.
    pub(super) rated: bool,
    /// It opens the clause, and a verb of completion follows its noun (9公里步道全面建成).
    pub(super) completed: bool,
    /// It opens the clause, and what its noun did is the number that follows (7个园区实现产值9亿元).
    pub(super) introduces: bool,
    /// A verb of change or reaching stands just before.
    pub(super) governed: bool,
    /// 达, 突破 or the like stands just before.
    pub(super) stands: bool,
    /// A number of days after the name of an indicator (优良天数).
    pub(super) timed: bool,
    /// A verb of delivery stands just before, or leads with nothing but adverbs between.
    pub(super) delivered_here: bool,
}

/// The left side of a number, taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Left {
    /// Where the noun could begin: after adverbs and light verbs.
    pub(super) open: usize,
    /// Where the words before the number end, bound words and adverbs taken off.
    pub(super) close: usize,
    pub(super) bound: Option<Bound>,
    /// The verb that leads.
    pub(super) head: Option<Range<usize>>,
    pub(super) head_tags: u32,
    /// The verb just before the number.
    pub(super) near: Option<Token>,
    /// A bound word that is also a verb (突破).
    pub(super) standing: Option<Token>,
    /// A preposition leads.
    pub(super) preposition: bool,
    pub(super) causes: bool,
    /// 分别 was said.
    pub(super) respectively: bool,
    /// It is an item of a list whose verb was said before.
    pub(super) listed: bool,
}

/// Where the left side of number `index` begins, and where the right side of the one before ends.
pub(super) fn gap(reading: &Reading<'_>, tokens: &Tokens, index: usize, start: usize) -> (usize, usize) {
    let Some(measured) = tokens.measured.get(index) else { return (start, start) };
    if index == 0 {
        return (start, start);
    }
    let between = tokens.within(start, measured.start);
    // 收入超9万元的村: what stands before a mark within a name belongs to the name.
    let named = index
        .checked_sub(1)
        .and_then(|before| tokens.measured.get(before))
        .filter(|before| within_noun(reading, before))
        .map_or(0, |before| before.start);
    let free = |token: &&Token| {
        !reading.glyphs.get(token.start).is_some_and(|glyph| glyph.quoted)
            && (token.end != named || token.kind == TokenKind::Joint)
    };
    if let Some(joint) = between.iter().filter(free).find(|token| {
        // 22个国、省考核断面: a single character before the mark is no noun yet.
        token.kind == TokenKind::Joint && (token.start == start || token.start >= start + 2)
    }) {
        let verb_before =
            between.iter().filter(free).find(|token| token.start < joint.start && verb(token) && token.start > start);
        // 甲等8个项目开工、乙等9个项目竣工: the verb closes what was said of the first.
        let closes = |verb: &&Token| {
            verb.end == joint.start
                && !tokens.starting(joint.end).is_some_and(|next| next.is(ACT | UP | DOWN | TO | LEVEL))
        };
        if let Some(verb) = verb_before.filter(|verb| !closes(verb)) {
            return (verb.start, verb.start);
        }
        return (joint.end, joint.start);
    }
    if let Some(verb) = between.iter().filter(free).find(|token| verb(token) || token.is(FROM)) {
        return (verb.start, verb.start);
    }
    if follows_noun(reading, tokens, measured) || measured.start == start {
        (measured.start, measured.start)
    } else {
        (start, measured.start)
    }
}

pub(super) fn verb(token: &Token) -> bool {
    token.is(VERBAL) && !token.is(NOMINAL) && (token.is(LEVEL) || !token.is(BOUND))
}

/// Whether a noun follows the number directly.
pub(super) fn follows_noun(reading: &Reading<'_>, tokens: &Tokens, measured: &Measured) -> bool {
    if measured.after >= reading.clause.end {
        return false;
    }
    if matches!(reading.c(measured.after), '、' | '）' | '和' | '及' | '”' | '—' | '（' | '与')
        && tokens.starting(measured.after).is_none_or(|token| token.kind == TokenKind::Joint || token.is(PREPOSITION))
    {
        return false;
    }
    // 突破千亿元大关, 跃上新台阶: a figure of speech for the number itself.
    if reading.says_any(measured.after, &["新台阶", "台阶", "大关", "关口", "门槛"]) {
        return false;
    }
    let next = tokens.starting(measured.after);
    next.is_none_or(|token| match token.kind {
        TokenKind::Word { .. } if qualifies(reading, measured, token) || begins_name(reading, tokens, token) => true,
        TokenKind::Word { tags, .. } => {
            tags & (TO | LEVEL | ENDS_NOUN | LIGHT | BOUND | FROM | PREPOSITION) == 0
                && (tags & (ACT | UP | DOWN) == 0 || tags & NOMINAL != 0)
                || tags == 0
        }
        TokenKind::Quantity(_) => true,
        TokenKind::Joint | TokenKind::Year(_) | TokenKind::Month(_) | TokenKind::Years(_) => false,
    })
}

/// 5个高质量园区, 9项基本服务: an adverb that no verb follows is part of a name.
pub(super) fn begins_name(reading: &Reading<'_>, tokens: &Tokens, token: Token) -> bool {
    token.is(ENDS_NOUN)
        && !token.is(VERBAL | LIGHT)
        && token.end - token.start > 1
        && token.end + 2 <= reading.clause.end
        && tokens.starting(token.end).is_none_or(|next| match next.kind {
            TokenKind::Word { tags, .. } => tags & (VERBAL | ADVERB | ENDS_NOUN | LIGHT | PREPOSITION) == 0,
            _ => false,
        })
}

/// Verbs that after a number tell which things are counted.
pub(super) fn opens_noun(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    reading.is_any(start, end, &["新建", "新增", "在建", "续建", "新开工", "改扩建"])
}

/// 8条新建道路: which of them, not what is done.
pub(super) fn qualifies(reading: &Reading<'_>, measured: &Measured, token: Token) -> bool {
    matches!(measured.kind, UnitKind::Count | UnitKind::Loose)
        && measured.after == measured.end
        && opens_noun(reading, token.start, token.end)
}

pub(super) fn left_side(reading: &Reading<'_>, tokens: &Tokens, range: Range<usize>, listed: bool) -> Left {
    let mut left = Left { open: range.start, close: range.end, listed, ..Left::default() };
    let list = tokens.within(range.start, range.end);
    left.respectively = list
        .iter()
        .any(|token| token.is(ADVERB) && reading.c(token.start) == '分' && reading.c(token.start + 1) == '别');
    // From the number backwards: bound words and adverbs.
    for token in list.iter().rev() {
        if token.end != left.close {
            break;
        }
        if token.is(BOUND) {
            if let TokenKind::Word { extra, .. } = token.kind {
                left.bound = left.bound.or(bound_of(extra));
            }
            if token.is(LEVEL) {
                left.standing.get_or_insert(*token);
            }
        } else if !token.is(ADVERB) || token.is(VERBAL) {
            break;
        }
        left.close = token.start;
    }
    left.near = list
        .iter()
        .rev()
        .find(|token| token.end <= left.close)
        .copied()
        .filter(|token| token.end == left.close && token.is(VERBAL));
    // From the left: adverbs, light verbs, times.
    let mut opened = range.start;
    for token in list {
        if token.start != opened || token.end > left.close {
            break;
        }
        let passes = match token.kind {
            TokenKind::Year(_) | TokenKind::Month(_) | TokenKind::Years(_) | TokenKind::Joint => true,
            // 提前完成: how early.
            _ if token.is(ADVERB)
                && tokens.starting(token.end).is_some_and(|verb| verb.is(ACT) && !verb.is(NOMINAL)) =>
            {
                true
            }
            _ => {
                (token.is(ADVERB | LIGHT | ENDS_NOUN)
                    && (!token.is(VERBAL)
                        || left.near.is_some_and(|near| near != *token) && token.is(LIGHT) && !token.is(ACT)))
                    || token.is(PREPOSITION)
            }
        };
        if token.is(VERBAL) && !passes {
            break;
        }
        if !passes {
            break;
        }
        left.causes |= token.is(CAUSES);
        left.preposition |= token.is(PREPOSITION);
        opened = token.end;
        while opened < left.close
            && matches!(reading.c(opened), '我' | '们' | '底' | '末' | '前' | '内')
            && !(reading.c(opened) == '内'
                && matches!(reading.c(opened + 1), '资' | '需' | '贸' | '部' | '涝' | '河' | '陆'))
        {
            opened += 1;
        }
    }
    left.open = opened;
    let mut settled = range.start;
    for token in list.iter().take_while(|token| token.end <= left.close) {
        let passes =
            matches!(token.kind, TokenKind::Year(_) | TokenKind::Month(_) | TokenKind::Years(_) | TokenKind::Joint)
                || token.is(PLACE | LIGHT);
        if token.start != settled || !passes {
            break;
        }
        settled = token.end;
        while settled < left.close
            && matches!(token.kind, TokenKind::Year(_) | TokenKind::Month(_))
            && matches!(reading.c(settled), '底' | '末' | '前' | '内')
        {
            settled += 1;
        }
    }
    // 为 opens a circumstance when only adverbs stand before it.
    left.near = left.near.filter(|near| !(near.is(PREPOSITION) && opened >= near.end));
    // 统筹做好, 配套出台: before a verb these say only how.
    let how = tokens.starting(opened).filter(|how| matches!(reading.c(how.start), '统' | '配'));
    if let Some(how) = how.filter(|how| reading.is_any(how.start, how.end, &["统筹", "配套"]))
        && tokens.starting(how.end).is_some_and(|verb| verb.is(ACT) && !verb.is(NOMINAL) && verb.end <= left.close)
    {
        opened = how.end;
    }
    let head = list.iter().find(|token| {
        token.start == opened && token.is(ACT | UP | DOWN) && token.end <= left.close && !left.preposition
    });
    if let Some(head) = head {
        let noun_after = head.end < left.close;
        let listed = left.listed && head.is(NOMINAL) && !head.is(DUAL);
        let naming = head.is(NOMINAL) && left.near.is_some_and(|near| near.start > head.start && !near.is(NOMINAL));
        // 办结时限: with a verb of change after it, the verb before the indicator's last word names it.
        let named = left.near.is_some_and(|near| {
            near.is(TO | UP | DOWN | LEVEL)
                && tokens.starting(head.end).is_some_and(|noun| noun.is(INDICATOR) && noun.end == near.start)
                && !strong(reading, *head)
        });
        let names_indicator =
            head.is(NOMINAL) && is_indicator(reading, opened, left.close) && noun_after && left.close - head.end <= 3;
        // 新建、在建小区覆盖率达: which of them, in an indicator's name.
        let which = left.near.is_some_and(|near| near.is(TO | LEVEL) && is_indicator(reading, head.end, near.start))
            && reading.is_any(head.start, head.end, &["新建", "在建"]);
        if !naming && !names_indicator && !listed && !named && !which {
            left.head = Some(head.start..joined_end(reading, tokens, *head, left.close));
            left.head_tags = head.tags();
            left.causes |= head.is(CAUSES);
        }
    }
    // 稳定粮食播种面积: the adverb acts where it leads a noun.
    if left.head.is_none()
        && !left.preposition
        && left.near.is_none()
        && let Some(keeps) = tokens.starting(settled).filter(|keeps| reading.is_any(keeps.start, keeps.end, &["稳定"]))
        && keeps.end + 1 < left.close
    {
        left.open = keeps.start;
        left.head = Some(keeps.start..keeps.end);
        left.head_tags = ACT;
    }
    // 创新平台: an adverb that no verb follows belongs to the noun.
    if left.head.is_none() && !left.preposition {
        left.open = settled.max(range.start).min(left.open);
    }
    left
}

/// 新建、改造, 引进培育: verbs in a row make one action.
pub(super) fn joined_end(reading: &Reading<'_>, tokens: &Tokens, head: Token, close: usize) -> usize {
    let mut end = head.end;
    for _ in 0..4 {
        let joint = tokens.starting(end).filter(|token| token.kind == TokenKind::Joint);
        let from = joint.map_or(end, |joint| joint.end);
        let Some(next) = tokens.starting(from).filter(|token| token.is(ACT) && token.end < close) else { break };
        let joins = joint.is_some()
            || reading.is_any(
                next.start,
                next.end,
                &[
                    "改造",
                    "改建",
                    "扩建",
                    "提升",
                    "修复",
                    "修缮",
                    "维修",
                    "改扩建",
                    "落地",
                    "完善",
                    "升级",
                    "更新",
                    "引进",
                    "培育",
                    "认定",
                    "建设",
                    "开工",
                    "开工建设",
                    "改造提升",
                    "建成",
                ],
            ) && !matches!(tokens.starting(next.end).map(|token| token.tags() & NOMINAL), Some(NOMINAL));
        if !joins || generic(reading, &head) || close < next.end + 2 {
            break;
        }
        end = next.end;
    }
    end
}

/// Verbs that take another verb as their object.
pub(super) fn generic(reading: &Reading<'_>, head: &Token) -> bool {
    reading.is_any(
        head.start,
        head.end,
        &[
            "完成", "实施", "开展", "实现", "推进", "加快", "支持", "组织", "促进", "带动", "新增", "谋划", "启动",
            "深化", "加强", "举办", "帮助", "引导", "争取", "服务", "保障",
        ],
    )
}
