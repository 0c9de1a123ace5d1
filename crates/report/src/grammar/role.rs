//! Roles: attributes, and what a bare noun and number say.

use super::side::Sides;
use super::{Reading, TokenKind, Tokens};
use crate::lexicon::{DOWN, INDICATOR, LEVEL, NOMINAL, UP, UnitKind, VERBAL, words};
use crate::numeral::may_begin;
use crate::quantity::Measured;
use crate::rules::{Rule, rule};

/// Whether the noun in `start..end` ends with the name of an indicator.
pub(super) fn is_indicator(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    if end <= start || !words().ends_name(reading.c(end - 1)) {
        return false;
    }
    let first = start.max(end.saturating_sub(8));
    (first..end).any(|i| {
        let found = words().longest(reading.glyphs.get(i..end).unwrap_or_default());
        found.is_some_and(|found| found.tags & INDICATOR != 0 && i + found.len == end)
    })
}

/// Units in which people passing through are counted.
pub(super) fn counts_visits(unit: &str) -> bool {
    unit.ends_with("人次") || unit.ends_with("架次") || unit.ends_with("户次")
}

/// The rule by which a number only describes something, if one does.
pub(super) fn attribute(reading: &Reading<'_>, measured: &Measured, sides: &Sides) -> Option<Rule> {
    let next = reading.c(measured.after);
    let followed = sides.noun_follows;
    if measured.describes || within_noun(reading, measured) {
        return Some(rule!("attribute-introduces"));
    }
    if matches!(measured.unit, "岁" | "周岁") {
        return Some(rule!("attribute-duration"));
    }
    if measured.bare
        && followed
        && (measured.unit == "人口" || !(sides.governed || sides.stands || sides.delivered_here))
    {
        return Some(rule!("attribute-introduces"));
    }
    if measured.bare && followed && measured.kind == UnitKind::Money {
        return Some(rule!("attribute-introduces"));
    }
    if followed && ranks_among(reading, measured) {
        return Some(rule!("attribute-introducing-count"));
    }
    // 规模20万元以上的企业: what is bounded only tells which things are meant.
    if measured.after > measured.end && next == '的' && !matches!(measured.kind, UnitKind::Share | UnitKind::Times) {
        return Some(rule!("attribute-introduces"));
    }
    if measured.kind == UnitKind::Money && (followed || next == '的') && after_total(reading, measured) {
        return Some(rule!("attribute-introduces"));
    }
    // 30户以上自然村垃圾收运覆盖率, 4个断面水质优良率: the rate that follows is what is said.
    if sides.rated && !sides.governed && !sides.stands && !sides.delivered_here {
        return Some(rule!("attribute-introduces"));
    }
    if sides.introduces {
        return Some(rule!("attribute-introducing-count"));
    }
    // 年产两万架无人机的工厂, 年处理30万吨垃圾项目: how much a works can do.
    if yearly(reading, measured) {
        return Some(rule!("attribute-rating"));
    }
    // 土地承包到期后再延长30年试点: a policy's name.
    if measured.unit == "年"
        && followed
        && (measured.start.saturating_sub(3)..measured.start).any(|i| reading.says(i, "延长"))
    {
        return Some(rule!("attribute-duration"));
    }
    if followed && leans_on(reading, measured) {
        return Some(rule!("attribute-introducing-count"));
    }
    let bounded = measured.kind == UnitKind::Count && measured.after > measured.end;
    if (measured.bare || bounded) && followed && sides.count_follows {
        return Some(rule!("attribute-introduces"));
    }
    let recurs = || {
        reading.says(measured.after, "一遇") || (measured.after..measured.after + 6).any(|i| reading.says(i, "年一遇"))
    };
    if measured.unit == "年" && recurs() {
        return Some(rule!("attribute-duration"));
    }
    if measured.kind == UnitKind::Time && sides.timed {
        return None;
    }
    if measured.kind == UnitKind::Time {
        let governed = sides.governed || sides.stands;
        let policy = followed && !sides.governed;
        return (!governed || policy || matches!(measured.unit, "年" | "周年") && !sides.governed)
            .then_some(rule!("attribute-duration"));
    }
    if measured.range
        && followed
        && !sides.governed
        && !matches!(measured.kind, UnitKind::Share | UnitKind::Count | UnitKind::Loose)
    {
        return Some(rule!("attribute-range"));
    }
    if sides.governed || sides.stands {
        return None;
    }
    match measured.kind {
        UnitKind::Rating if followed => Some(rule!("attribute-rating")),
        UnitKind::Size
            if followed && (!(sides.delivered_here || sides.completed) || names_plant(reading, measured)) =>
        {
            Some(rule!("attribute-rating"))
        }
        UnitKind::Money if followed && measured.after > measured.end && sides.count_follows => {
            Some(rule!("attribute-introduces"))
        }
        UnitKind::Money | UnitKind::Size | UnitKind::Rating if sides.count_follows && followed => {
            Some(rule!("attribute-introduces"))
        }
        UnitKind::Money if followed && next != '的' && !sides.delivered_here && measured.after > measured.end => {
            Some(rule!("attribute-rating"))
        }
        UnitKind::Money | UnitKind::Size | UnitKind::Rating if next == '级' => Some(rule!("attribute-rating")),
        _ => None,
    }
}

/// 年产, 年处理 or the like just before, and a works after.
fn yearly(reading: &Reading<'_>, measured: &Measured) -> bool {
    const WORKS: [&str; 6] = ["年产", "年加工", "年处理", "年生产", "日产", "日处理"];
    const PLANTS: [&str; 6] = ["项目", "基地", "生产线", "厂", "工程", "的"];
    let from = measured.start.saturating_sub(5).max(reading.clause.start);
    let before = |word: &str, i: usize| reading.says(i, word) && i + word.chars().count() <= measured.start;
    let said =
        (from..measured.start).any(|i| matches!(reading.c(i), '年' | '日') && WORKS.iter().any(|word| before(word, i)));
    said && reading.says_within(measured.after..(measured.after + 20).min(reading.clause.end), &PLANTS)
}

/// 以3个园区为依托, 发挥6个基地作用, 18个地区之一: the count says on what something rests.
fn leans_on(reading: &Reading<'_>, measured: &Measured) -> bool {
    let before = measured.start.checked_sub(1).map_or('\0', |place| reading.c(place));
    let end = reading.clause.end;
    let purpose = ["为重点", "为依托", "为引领", "为牵引", "为抓手", "为基础", "为载体", "为核心", "为支撑", "为契机"];
    let near = measured.after..(measured.after + 24).min(end);
    let closed = || end.checked_sub(3).is_some_and(|place| reading.says_any(place, &purpose));
    if reading.c(reading.clause.start) == '以' && closed() {
        return true;
    }
    if before == '以' && reading.says_within(near.clone(), &purpose) {
        return true;
    }
    let closes = |word: &str| end.checked_sub(word.chars().count()).is_some_and(|place| reading.says(place, word));
    let leads = ["发挥", "充分发挥", "利用", "充分利用", "用好"];
    let used = reading.says_any(reading.clause.start, &leads);
    used && (closes("作用") || closes("优势"))
        || near.take(14).any(|i| reading.c(i) == '之' && reading.c(i + 1) == '一')
}

/// 总投资60亿元的项目: how large the thing is that follows.
fn after_total(reading: &Reading<'_>, measured: &Measured) -> bool {
    let bounds = ["", "约", "超", "超过", "逾", "近", "达", "为"];
    bounds.iter().any(|bound| {
        let end = measured.start.checked_sub(bound.chars().count()).filter(|end| reading.says(*end, bound));
        let at =
            |length: usize| end.and_then(|end| end.checked_sub(length)).filter(|start| *start >= reading.clause.start);
        at(3).is_some_and(|start| reading.says(start, "总投资"))
            || reading.c(measured.after) == '的' && at(2).is_some_and(|start| reading.says(start, "投资"))
    })
}

/// 在339个地级市中排名: the count only says among how many.
fn ranks_among(reading: &Reading<'_>, measured: &Measured) -> bool {
    let end = (measured.after + 14).min(reading.clause.end);
    let ranks = ["分别排", "排", "位列", "位居", "居", "列", "名列", "综合排名"];
    // 160个县第3名: nothing but the field stands before the rank.
    let ordinal = (measured.after + 1..end).find(|i| reading.c(*i) == '第' && may_begin(reading.c(i + 1)));
    // 20种产品销量全国第一: the whole country is the field.
    if ordinal.is_some_and(|i| matches!((reading.c(i - 2), reading.c(i - 1)), ('全', _) | ('世', '界'))) {
        return false;
    }
    if ordinal.is_some_and(|i| !(measured.after..i).any(|i| matches!(reading.c(i), '排' | '居' | '列' | '、'))) {
        return true;
    }
    (measured.after..end).any(|i| {
        reading.c(i) == '排' && reading.c(i + 1) == '名'
            || matches!(reading.c(i), '中' | '里') && reading.says_any(i + 1, &ranks)
    })
}

/// Tons, cubic metres and the like before a works: its capacity.
fn names_plant(reading: &Reading<'_>, measured: &Measured) -> bool {
    if !matches!(measured.unit, "吨" | "立方米" | "方" | "立方" | "升" | "斤" | "公斤") {
        return false;
    }
    let end = (measured.after + 16).min(reading.clause.end);
    let plants = ["项目", "基地", "生产线", "厂", "库", "工程", "冷链", "中心", "园", "水池", "扩能", "扩产", "技改"];
    reading.says_within(measured.after..end, &plants)
}

/// 标准2项: standards that are counted are things, not what is measured.
pub(super) fn counted_standard(reading: &Reading<'_>, measured: &Measured, close: usize) -> bool {
    matches!(measured.kind, UnitKind::Count | UnitKind::Loose)
        && close.checked_sub(2).is_some_and(|start| reading.says(start, "标准"))
}

/// 投资亿元以上项目, 产值超百亿元企业: a mark that belongs to the name of what is counted.
pub(super) fn within_noun(reading: &Reading<'_>, measured: &Measured) -> bool {
    const THINGS: [&str; 7] = ["项目", "企业", "重点", "重大", "工业", "产业", "集群"];
    const COUNTED: [&str; 6] = ["项目", "企业", "乡镇", "行政村", "村", "园区"];
    let passed = || {
        let before = measured.start.checked_sub(1).map_or('\0', |i| reading.c(i));
        matches!(before, '过' | '超' | '破') && reading.says_any(measured.after, &COUNTED)
    };
    measured.kind == UnitKind::Money
        && (measured.bare || passed())
        && (reading.c(measured.after) == '的'
            || reading.says_any(measured.after, &THINGS)
            || reading.says_any(measured.after, &COUNTED))
}

/// Verbs that, at a clause's end, say that the length or area before them is there now.
pub(super) const COMPLETING: [&str; 8] = ["建成", "建成通车", "通车", "贯通", "完工", "竣工", "竣工通车", "建成投用"];

/// Whether the thing counted stands at, or brings about, a value that follows: 7个园区实现产值9亿元.
pub(super) fn doer(reading: &Reading<'_>, tokens: &Tokens, measured: &Measured) -> bool {
    let Some(next) = tokens.measured.iter().find(|next| next.start >= measured.after) else { return false };
    let between = tokens.within(measured.after + 1, next.start);
    let verb = between.iter().find(|token| token.is(VERBAL) && !token.is(NOMINAL) || token.kind == TokenKind::Joint);
    matches!(measured.kind, UnitKind::Count | UnitKind::Loose)
        && verb.is_some_and(|verb| {
            verb.is(LEVEL)
                || verb.is(UP | DOWN)
                    && next.kind == UnitKind::Share
                    && tokens.ending(verb.start).is_some_and(|noun| noun.is(INDICATOR))
                || reading.is_any(verb.start, verb.end, &["实现", "实施", "完成"])
        })
}
