//! For every number of a clause: what stands left and right of it, and the fields that follow.

use std::ops::Range;

use super::phrase::{noun_after, phrase, trim};
use super::role::{attribute, counts_visits, is_indicator};
use super::series;
use super::{Carry, Reading, Token, TokenKind, Tokens};
use crate::lexicon::{ACT, ADVERB, BOUND, CAUSES, DOWN, DUAL, ENDS_NOUN, FROM, LEVEL, LIGHT, NOMINAL, PREPOSITION, TO, UP, UnitKind, VERBAL, bound_of};
use crate::quantity::Measured;
use crate::types::{Bound, Direction, Phrase, Role};

/// The fields of one number.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) bound: (Bound, &'static str),
    pub(super) role: (Role, &'static str),
    pub(super) action: Phrase,
    pub(super) action_rule: &'static str,
    pub(super) subject: Phrase,
    pub(super) subject_rule: &'static str,
    /// Where the subject's words stand, for pairing lists.
    pub(super) subject_range: Option<Range<usize>>,
    /// Nothing but a list mark stands between this number and the one before.
    pub(super) continues: bool,
    /// Two numbers of which this is the second say from and to.
    pub(super) together: bool,
}

/// What surrounds a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Sides {
    /// A noun follows directly.
    pub(super) noun_follows: bool,
    /// Another number with a counting unit follows the noun and counts the same thing.
    pub(super) count_follows: bool,
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
struct Left {
    /// Where the noun could begin: after adverbs and light verbs.
    open: usize,
    /// Where the words before the number end, bound words and adverbs taken off.
    close: usize,
    bound: Option<Bound>,
    /// The verb that leads.
    head: Option<Range<usize>>,
    head_tags: u32,
    /// The verb just before the number.
    near: Option<Token>,
    /// A bound word that is also a verb (突破).
    standing: Option<Token>,
    /// A preposition leads.
    preposition: bool,
    causes: bool,
    /// 分别 was said.
    respectively: bool,
    /// It is an item of a list whose verb was said before.
    listed: bool,
}

/// The frames of the clause's numbers; `None` for a number that another one has taken in (the start of 从A到B).
pub(super) fn frames(reading: &Reading<'_>, tokens: &mut Tokens, carry: &Carry) -> Vec<Option<Frame>> {
    let count = tokens.measured.len();
    let mut frames: Vec<Option<Frame>> = Vec::with_capacity(count);
    let mut bounds = Vec::with_capacity(count);
    let mut start = reading.clause.start;
    for index in 0..count {
        let Some(measured) = tokens.measured.get(index) else { break };
        let (left, right) = gap(reading, tokens, index, start);
        // The gap's first part belongs to the number before.
        if let Some(last) = bounds.last_mut() {
            let (_, noun): &mut (Range<usize>, Range<usize>) = last;
            noun.end = right;
        }
        bounds.push((left..measured.start, measured.after..reading.clause.end));
        start = measured.after;
    }
    introduce(tokens, &bounds);
    for index in 0..count {
        let Some((left, right)) = bounds.get(index).cloned() else { break };
        let frame = frame(reading, tokens, carry, &frames, index, left, right);
        if frame.together {
            if let Some(last) = frames.last_mut() {
                *last = None;
            }
        }
        frames.push(Some(frame));
    }
    series::pair(reading, tokens, carry, &mut frames);
    frames
}

/// A size before a noun that a count follows describes that noun; so does a size right after a count.
fn introduce(tokens: &mut Tokens, bounds: &[(Range<usize>, Range<usize>)]) {
    for index in 1..bounds.len() {
        let [Some(first), Some(second)] = [index - 1, index].map(|i| tokens.measured.get(i).map(|m| (m.kind, m.after, m.start, m.bare))) else { continue };
        let counting = |kind: UnitKind| matches!(kind, UnitKind::Count | UnitKind::Loose);
        let touching = first.1 == second.2;
        let described = touching && counting(first.0) && (matches!(second.0, UnitKind::Size | UnitKind::Rating) || second.3);
        if described && let Some(measured) = tokens.measured.get_mut(index) {
            measured.describes = true;
        }
    }
}

/// Where the left side of number `index` begins, and where the right side of the one before ends.
fn gap(reading: &Reading<'_>, tokens: &Tokens, index: usize, start: usize) -> (usize, usize) {
    let Some(measured) = tokens.measured.get(index) else { return (start, start) };
    if index == 0 {
        return (start, start);
    }
    let between = tokens.within(start, measured.start);
    let free = |token: &&Token| !reading.glyphs.get(token.start).is_some_and(|glyph| glyph.quoted);
    if let Some(joint) = between.iter().filter(free).find(|token| token.kind == TokenKind::Joint) {
        let verb_before = between.iter().filter(free).find(|token| token.start < joint.start && verb(token) && token.start > start);
        if let Some(verb) = verb_before {
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

fn verb(token: &Token) -> bool {
    token.is(VERBAL) && !token.is(NOMINAL) && !(token.is(BOUND) && !token.is(LEVEL))
}

/// Whether a noun follows the number directly.
fn follows_noun(reading: &Reading<'_>, tokens: &Tokens, measured: &Measured) -> bool {
    if measured.after >= reading.clause.end {
        return false;
    }
    if matches!(reading.c(measured.after), '、' | '）' | '和' | '及' | '”' | '—' | '（' | '与') && tokens.starting(measured.after).is_none_or(|token| token.kind == TokenKind::Joint || token.is(PREPOSITION)) {
        return false;
    }
    let next = tokens.starting(measured.after);
    next.is_none_or(|token| match token.kind {
        TokenKind::Word { tags, .. } => {
            tags & (TO | LEVEL | ENDS_NOUN | LIGHT | BOUND | FROM | PREPOSITION) == 0 && (tags & (ACT | UP | DOWN) == 0 || tags & NOMINAL != 0) || tags == 0
        }
        TokenKind::Quantity(_) => true,
        TokenKind::Joint | TokenKind::Year(_) | TokenKind::Month(_) | TokenKind::Years(_) => false,
    })
}

fn left_side(reading: &Reading<'_>, tokens: &Tokens, range: Range<usize>, listed: bool) -> Left {
    let mut left = Left {
        open: range.start,
        close: range.end,
        listed,
        ..Left::default()
    };
    let list = tokens.within(range.start, range.end);
    left.respectively = list.iter().any(|token| token.is(ADVERB) && reading.c(token.start) == '分' && reading.c(token.start + 1) == '别');
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
    left.near = list.iter().rev().find(|token| token.end <= left.close).copied().filter(|token| token.end == left.close && token.is(VERBAL));
    // From the left: adverbs, light verbs, times.
    let mut opened = range.start;
    for token in list {
        if token.start != opened || token.end > left.close {
            break;
        }
        let passes = match token.kind {
            TokenKind::Year(_) | TokenKind::Month(_) | TokenKind::Years(_) | TokenKind::Joint => true,
            _ => (token.is(ADVERB | LIGHT | ENDS_NOUN) && (!token.is(VERBAL) || left.near.is_some_and(|near| near != *token) && token.is(LIGHT) && !token.is(ACT))) || token.is(PREPOSITION),
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
        while opened < left.close && matches!(reading.c(opened), '我' | '们' | '底' | '末' | '前' | '内') {
            opened += 1;
        }
    }
    left.open = opened;
    // 为 opens a circumstance when only adverbs stand before it.
    left.near = left.near.filter(|near| !(near.is(PREPOSITION) && opened >= near.end));
    let head = list.iter().find(|token| token.start == opened && token.is(ACT | UP | DOWN) && token.end <= left.close && !left.preposition);
    if let Some(head) = head {
        let noun_after = head.end < left.close;
        let listed = left.listed && head.is(NOMINAL) && !head.is(DUAL);
        let naming = head.is(NOMINAL) && left.near.is_some_and(|near| near.start > head.start && !near.is(NOMINAL));
        let names_indicator = head.is(NOMINAL) && is_indicator(reading, opened, left.close) && noun_after && left.close - head.end <= 3;
        if !naming && !names_indicator && !listed {
            left.head = Some(head.start..joined_end(reading, tokens, *head, left.close));
            left.head_tags = head.tags();
            left.causes |= head.is(CAUSES);
        }
    }
    left
}

/// 新建、改造, 引进培育: verbs in a row make one action.
fn joined_end(reading: &Reading<'_>, tokens: &Tokens, head: Token, close: usize) -> usize {
    let mut end = head.end;
    for _ in 0..4 {
        let joint = tokens.starting(end).filter(|token| token.kind == TokenKind::Joint);
        let from = joint.map_or(end, |joint| joint.end);
        let Some(next) = tokens.starting(from).filter(|token| token.is(ACT) && token.end < close) else { break };
        let word: String = reading.glyphs.get(next.start..next.end).unwrap_or_default().iter().map(|g| g.c).collect();
        let joins = joint.is_some()
            || matches!(
                word.as_str(),
                "改造" | "改建" | "扩建" | "提升" | "修复" | "修缮" | "维修" | "改扩建" | "落地" | "完善" | "升级" | "更新" | "引进" | "培育" | "认定" | "建设" | "开工" | "开工建设" | "改造提升" | "建成"
            ) && !matches!(tokens.starting(next.end).map(|token| token.tags() & NOMINAL), Some(NOMINAL));
        if !joins || generic(reading, &head) || close < next.end + 2 {
            break;
        }
        end = next.end;
    }
    end
}

/// Verbs that take another verb as their object.
fn generic(reading: &Reading<'_>, head: &Token) -> bool {
    let word: String = reading.glyphs.get(head.start..head.end).unwrap_or_default().iter().map(|g| g.c).collect();
    matches!(word.as_str(), "完成" | "实施" | "开展" | "实现" | "推进" | "加快" | "支持" | "组织" | "促进" | "带动" | "新增" | "谋划" | "启动" | "深化" | "加强" | "举办" | "帮助" | "引导" | "争取" | "服务" | "保障")
}

fn word_is(reading: &Reading<'_>, range: &Range<usize>, word: &str) -> bool {
    word.chars().count() == range.len() && word.chars().zip(range.clone()).all(|(c, i)| reading.c(i) == c)
}

struct Builder<'a, 'b> {
    reading: &'a Reading<'b>,
    frame: Frame,
}

impl Builder<'_, '_> {
    fn role(&mut self, role: Role, rule: &'static str) {
        self.frame.role = (role, rule);
    }

    fn action(&mut self, range: Range<usize>, rule: &'static str) {
        // 稳定在, 创建为: the particle is not the verb's.
        let particle = range.len() >= 3 && matches!(self.reading.c(range.end - 1), '在' | '为') && !matches!(self.reading.c(range.end - 2), '增' | '降' | '升' | '扩');
        let range = if particle { range.start..range.end - 1 } else { range };
        self.frame.action = phrase(self.reading, range);
        self.frame.action_rule = rule;
    }

    fn subject(&mut self, range: Range<usize>, rule: &'static str) -> bool {
        let range = trim(self.reading, range);
        if range.is_empty() {
            return false;
        }
        self.frame.subject = phrase(self.reading, range.clone());
        self.frame.subject_rule = rule;
        self.frame.subject_range = Some(range);
        true
    }

    fn carried(&mut self, subject: &Phrase) {
        if self.frame.subject.0.is_empty() && !subject.0.is_empty() {
            self.frame.subject = subject.clone();
            self.frame.subject_rule = "subject-carried";
        }
    }
}

fn change(tags: u32) -> Direction {
    if tags & DOWN != 0 { Direction::Down } else { Direction::Up }
}

#[allow(clippy::too_many_lines, reason = "one decision table, easier to follow in one piece")]
fn frame(
    reading: &Reading<'_>,
    tokens: &Tokens,
    carry: &Carry,
    done: &[Option<Frame>],
    index: usize,
    left_range: Range<usize>,
    right_range: Range<usize>,
) -> Frame {
    let mut build = Builder {
        reading,
        frame: Frame {
            bound: (Bound::Equal, "bound-plain"),
            role: (Role::Amount, "role-counts"),
            action: Phrase::default(),
            action_rule: "action-none",
            subject: Phrase::default(),
            subject_rule: "subject-none",
            subject_range: None,
            continues: false,
            together: false,
        },
    };
    let Some(measured) = tokens.measured.get(index) else { return build.frame };
    let previous = done.last().and_then(Option::as_ref);
    let last_subject = previous.map(|frame| frame.subject.clone()).filter(|subject| !subject.0.is_empty()).unwrap_or_else(|| carry.subject.clone());
    let listed = index > 0 && previous.is_some_and(|previous| !previous.action.0.is_empty() && previous.action_rule != "action-after");
    let left = left_side(reading, tokens, left_range.clone(), listed);
    if let Some(bound) = left.bound {
        build.frame.bound = (bound, "bound-before");
    }
    if let Some((bound, rule)) = measured.bound
        && !(matches!(bound, Bound::AtLeast) && matches!(build.frame.bound.0, Bound::Above) && rule == "bound-more")
    {
        build.frame.bound = (bound, rule);
    }
    let empty_left = left.open >= left.close && left.standing.is_none() && left.near.is_none();
    let has_noun = follows_noun(reading, tokens, measured);
    let near = left.near;
    let head = left.head.clone();
    let delivers = head.as_ref().is_some_and(|head| left.head_tags & ACT != 0 && !head.is_empty());
    let sides = Sides {
        noun_follows: has_noun && measured.kind != UnitKind::Share && right_range.start < right_range.end,
        count_follows: tokens.measured.get(index + 1).is_some_and(|next| matches!(next.kind, UnitKind::Count | UnitKind::Loose) && next.start == right_range.end),
        governed: near.is_some_and(|near| near.is(UP | DOWN | TO) && !(near.is(ACT) && has_noun)),
        stands: near.is_some_and(|near| near.is(LEVEL)) || left.standing.is_some(),
        timed: measured.kind == UnitKind::Time && is_indicator(reading, left.open, left.close),
        delivered_here: near.is_some_and(|near| near.is(ACT)) || (empty_left && previous.is_some()),
    };
    // A ratio's members stand at a level.
    if measured.ratio {
        build.role(Role::Level { from: None }, "role-stands");
        if let Some(near) = near {
            build.action(near.start..near.end, "action-adjacent");
            build.subject(left.open..near.start, "subject-before");
        } else {
            build.subject(left.open..left.close, "subject-before");
        }
        if empty_left && let Some(previous) = previous {
            build.frame.action = previous.action.clone();
            build.frame.action_rule = "action-carried";
        }
        build.carried(&last_subject);
        return build.frame;
    }
    // A bare number after a list mark goes on with what the one before said.
    if let Some(previous) = previous.filter(|_| empty_left && left_range.is_empty() && !has_noun && !measured.describes && touches_joint(reading, tokens, index)) {
        let mut frame = previous.clone();
        frame.bound = build.frame.bound;
        frame.role.1 = "role-as-before";
        if let Role::Level { from: Some(_) } = frame.role.0 {
            frame.role.0 = Role::Level { from: None };
        }
        frame.action_rule = if frame.action.0.is_empty() { "action-none" } else { "action-carried" };
        frame.continues = true;
        frame.together = false;
        return frame;
    }
    let acts = head.is_none() || left.causes || head.as_ref().is_some_and(|head| word_is(reading, head, "实现"));
    let noun = if has_noun { noun_after(reading, tokens, right_range.clone(), acts) } else { right_range.start..right_range.start };
    let noun = shared_noun(reading, tokens, index, noun, acts);
    if let Some(rule) = attribute(reading, measured, &sides) {
        build.role(Role::Attribute, rule);
        if let Some(near) = near.filter(|near| near.is(ACT)) {
            build.action(near.start..near.end, "action-adjacent");
        } else if let Some(head) = head {
            build.action(head, "action-head");
        }
        if !build.subject(noun, "subject-after") && !build.subject(left.open..left.close, "subject-before") {
            build.carried(&last_subject);
        }
        return build.frame;
    }
    let subject_from = head.as_ref().filter(|_| left.head_tags & NOMINAL == 0 || near.is_some_and(|near| near.is(NOMINAL))).map_or(left.open, |head| head.end);
    // 从A降至B, 由A到B.
    if let Some((from, verb)) = from_to(reading, tokens, index, near) {
        build.role(Role::Level { from: Some(from.value) }, "role-from-to");
        build.frame.together = true;
        if let Some(verb) = verb {
            build.action(verb.start..verb.end, "action-adjacent");
        }
        let opened = done.last().and_then(Option::as_ref).and_then(|frame| frame.subject_range.clone());
        let begin = opened.map_or(reading.clause.start, |range| range.start);
        let end = from_word(reading, tokens, index).unwrap_or(begin);
        if begin >= end || !build.subject(begin..end, "subject-before") {
            let earlier = done.iter().rev().skip(1).flatten().next().map(|frame| frame.subject.clone());
            let subject = earlier.or_else(|| done.last().and_then(Option::as_ref).map(|frame| frame.subject.clone())).filter(|s| !s.0.is_empty());
            build.carried(&subject.unwrap_or_else(|| carry.subject.clone()));
        }
        return build.frame;
    }
    if let Some(near) = near {
        let counted = has_noun && matches!(measured.kind, UnitKind::Count | UnitKind::Loose | UnitKind::Size);
        if near.is(TO) {
            build.role(Role::Level { from: None }, "role-reaches");
            build.action(near.start..near.end, "action-adjacent");
            if !build.subject(before_comparison(reading, subject_from.min(near.start)..near.start), "subject-before") {
                build.carried(&last_subject);
            }
            return build.frame;
        }
        if near.is(UP | DOWN) && !(near.is(ACT) && counted) && !(near.is(UP) && counted) {
            build.role(Role::Change { direction: change(near.tags()) }, "role-changes");
            build.action(near.start..near.end, "action-adjacent");
            let from = if head.as_ref().is_some_and(|head| head.start == near.start) { left.open } else { subject_from };
            if !build.subject(before_comparison(reading, from.min(near.start)..near.start), "subject-before") {
                if has_noun && !noun.is_empty() && measured.kind != UnitKind::Share {
                    build.subject(noun, "subject-after");
                }
                build.carried(&last_subject);
            }
            return build.frame;
        }
        if near.is(LEVEL) && left.standing.is_none_or(|standing| standing.start != near.start) {
            return standing(build, &left, near, head, subject_from, measured, noun, &last_subject);
        }
        let leads = head.as_ref().is_none_or(|head| head.start == near.start || left.causes && left.head_tags & ACT == 0);
        if near.is(ACT | UP | DOWN) && leads && (!near.is(NOMINAL) || head.is_some() || noun_only(reading, &left, near)) {
            let alone = near.is(NOMINAL) && !near.is(DUAL) && noun.is_empty() && near.start == left.open;
            if alone && object_after(reading, tokens, right_range.clone()).is_empty() && build.subject(left_range.start..left.close, "subject-before") {
                build.frame.action_rule = "action-none";
                return build.frame;
            }
            let action = head.clone().filter(|head| head.start == near.start).unwrap_or(near.start..near.end);
            build.action(action.clone(), "action-adjacent");
            build.role(Role::Amount, "role-delivers");
            if near.is(DOWN) && !near.is(UP) && !counted {
                build.role(Role::Change { direction: Direction::Down }, "role-changes");
            }
            let has_before = left.open < action.start;
            if !(build.subject(noun.clone(), "subject-after")
                || has_before && build.subject(left.open..action.start, "subject-before")
                || build.subject(object_after(reading, tokens, right_range.clone()), "subject-object"))
            {
                if measured.kind != UnitKind::Money {
                    build.carried(&last_subject);
                }
            }
            return build.frame;
        }
    }
    if let Some(standing_verb) = left.standing {
        return standing(build, &left, standing_verb, head, subject_from, measured, noun, &last_subject);
    }
    // A verb leads and a noun stands between it and the number, or after the number.
    if let Some(head) = head {
        let left_noun = head.end..left.close;
        let verb = head.clone();
        build.action(head.clone(), "action-head");
        let object = if noun.is_empty() || measured.kind == UnitKind::Money { left_noun.clone() } else { noun.clone() };
        let indicator = is_indicator(reading, left_noun.start, left_noun.end);
        if !build.subject(object, if noun.is_empty() { "subject-before" } else { "subject-after" }) && !build.subject(left_noun, "subject-before") && !build.subject(object_after(reading, tokens, right_range), "subject-object") {
            build.carried(&last_subject);
        }
        let sized = !matches!(measured.kind, UnitKind::Count | UnitKind::Loose);
        if delivers && word_is(reading, &verb, "新增") && measured.kind == UnitKind::Time {
            build.role(Role::Change { direction: Direction::Up }, "role-changes");
        } else if left.head_tags & DOWN != 0 && noun.is_empty() {
            build.role(Role::Change { direction: Direction::Down }, "role-changes");
        } else if left.head_tags & UP != 0 && noun.is_empty() && (sized || word_is(reading, &verb, "增加")) {
            build.role(Role::Change { direction: Direction::Up }, "role-changes");
        } else if counts_visits(&measured.unit) {
            build.role(Role::Amount, "role-counts");
        } else if noun.is_empty() && level_by_name(reading, &verb, &build.frame, indicator, measured) {
            build.role(Role::Level { from: None }, "role-indicator");
        } else if measured.kind == UnitKind::Share {
            build.role(Role::Level { from: None }, "role-share");
        } else {
            build.role(Role::Amount, "role-delivers");
        }
        return build.frame;
    }
    // 占全市40%: the verb and its number stand apart.
    let share = tokens.within(left.open, left.close).iter().rev().find(|token| token.is(LEVEL) && reading.c(token.start) == '占').copied();
    if let Some(share) = share.filter(|_| measured.kind == UnitKind::Share) {
        build.role(Role::Level { from: None }, "role-stands");
        build.action(share.start..share.end, "action-inside");
        if !build.subject(left.open..share.start, "subject-before") {
            build.carried(&last_subject);
        }
        return build.frame;
    }
    if measured.unit == "个百分点" || measured.kind == UnitKind::Share && compares(reading, left.open, left.close).is_some() {
        if let Some((place, direction)) = compares(reading, left.open, left.close) {
            build.role(Role::Change { direction }, "role-changes");
            build.action(place..place + 2, "action-inside");
            if !build.subject(left.open..place, "subject-before") {
                build.carried(&last_subject);
            }
            return build.frame;
        }
    }
    // A verb inside.
    let inside = tokens
        .within(left.open, left.close)
        .iter()
        .find(|token| token.is(ACT) && !token.is(NOMINAL) && token.start > left.open && !reading.glyphs.get(token.start).is_some_and(|g| g.quoted))
        .copied();
    let indicated = noun.is_empty() && is_indicator(reading, left.open, left.close);
    let inside = inside.filter(|verb| !indicated || measured.kind != UnitKind::Share && strong(reading, *verb));
    if let Some(verb) = inside.filter(|verb| verb.end < left.close || !noun.is_empty()) {
        build.action(verb.start..verb.end, "action-inside");
        let object = if noun.is_empty() { verb.end..left.close } else { noun.clone() };
        let indicator = is_indicator(reading, verb.end, left.close);
        let prefixed = noun.is_empty() && verb.start - left.open <= 4 && !left.preposition && word_is(reading, &(verb.start..verb.end), "新增");
        build.subject(object, if noun.is_empty() { "subject-before" } else { "subject-after" });
        if prefixed {
            let lead = trim(reading, left.open..verb.start);
            if !lead.is_empty() {
                build.frame.subject.0.insert(0, reading.span(lead));
            }
        }
        if noun.is_empty() && level_by_name(reading, &(verb.start..verb.end), &build.frame, indicator, measured) && !counts_visits(&measured.unit) {
            build.role(Role::Level { from: None }, "role-indicator");
        } else {
            build.role(Role::Amount, "role-delivers");
        }
        return build.frame;
    }
    plain_noun(build, tokens, &left, measured, noun, previous, &last_subject, right_range)
}

/// Where 10类16项 share a noun, the first takes the second's.
fn shared_noun(reading: &Reading<'_>, tokens: &Tokens, index: usize, noun: Range<usize>, acts: bool) -> Range<usize> {
    let touching = tokens.measured.get(index).zip(tokens.measured.get(index + 1)).filter(|(first, second)| first.after == second.start);
    match touching {
        Some((_, second)) => noun_after(reading, tokens, second.after..reading.clause.end, acts),
        None => noun,
    }
}

/// Whether nothing but a list mark stands before number `index`.
fn touches_joint(reading: &Reading<'_>, tokens: &Tokens, index: usize) -> bool {
    let Some(measured) = tokens.measured.get(index) else { return false };
    let joint = measured.start.checked_sub(1).and_then(|_| tokens.ending(measured.start)).filter(|token| token.kind == TokenKind::Joint || reading.c(token.start) == '与');
    let previous = index.checked_sub(1).and_then(|i| tokens.measured.get(i));
    joint.zip(previous).is_some_and(|(joint, previous)| joint.start == previous.after)
}

/// 较上年, 比2020年: the comparison does not belong to the subject.
fn before_comparison(reading: &Reading<'_>, range: Range<usize>) -> Range<usize> {
    let cut = range.clone().find(|i| {
        let next = reading.c(i + 1);
        matches!(reading.c(*i), '较' | '比') && (next.is_ascii_digit() || matches!(next, '上' | '去' | '年' | '前' | '同' | '全' | '“') || (next == '“'))
            && (*i + 1 < range.end)
    });
    range.start..cut.unwrap_or(range.end)
}

fn compares(reading: &Reading<'_>, start: usize, end: usize) -> Option<(usize, Direction)> {
    (start..end).rev().find_map(|i| match (reading.c(i), reading.c(i + 1)) {
        ('高', '于' | '出') | ('快', '于') | ('提', '高' | '升') => Some((i, Direction::Up)),
        ('低', '于') | ('慢', '于') | ('下', '降') => Some((i, Direction::Down)),
        _ => None,
    })
}

/// The number that opens a from-to statement with number `index`, and the verb between.
fn from_to<'t>(reading: &Reading<'_>, tokens: &'t Tokens, index: usize, near: Option<Token>) -> Option<(&'t Measured, Option<Token>)> {
    from_word(reading, tokens, index)?;
    let first = tokens.measured.get(index.checked_sub(1)?)?;
    let second = tokens.measured.get(index)?;
    let reach = second.start.checked_sub(first.after)?;
    let plain = matches!(reading.c(first.after), '到' | '至');
    let verb = near.filter(|near| near.is(TO | UP | DOWN | LEVEL) && near.start >= first.after);
    (reach <= 10 && (verb.is_some() || plain)).then_some((first, verb))
}

/// Where 从 or 由 stands before the number before `index`.
fn from_word(reading: &Reading<'_>, tokens: &Tokens, index: usize) -> Option<usize> {
    let first = tokens.measured.get(index.checked_sub(1)?)?;
    let nearest = first.start.saturating_sub(10).max(reading.clause.start);
    tokens.within(nearest, first.start).iter().rev().find(|token| token.is(FROM)).map(|token| token.start)
}

/// A nominal verb just before the number is its verb only when it leads.
fn noun_only(reading: &Reading<'_>, left: &Left, near: Token) -> bool {
    near.start == left.open && !is_indicator(reading, left.open, left.close)
}

/// What the verb after a number acts on: 投入5亿元实施项目.
fn object_after(reading: &Reading<'_>, tokens: &Tokens, range: Range<usize>) -> Range<usize> {
    let verb = tokens.starting(range.start).filter(|token| token.is(ACT | CAUSES));
    let next_joint = |from: usize| {
        let number = tokens.measured.iter().find(|measured| measured.start >= from);
        number.map_or(reading.clause.end, |measured| measured.start)
    };
    verb.map_or(range.start..range.start, |verb| verb.end..next_joint(verb.end))
}

/// Named indicators are levels even when 实现 or 完成 leads.
fn level_by_name(reading: &Reading<'_>, verb: &Range<usize>, frame: &Frame, indicator: bool, measured: &Measured) -> bool {
    if !indicator || matches!(measured.kind, UnitKind::Count | UnitKind::Loose) {
        return false;
    }
    let subject = frame.subject_range.clone().unwrap_or(0..0);
    let ends = |word: &str| {
        let length = word.chars().count();
        subject.end.checked_sub(length).filter(|start| *start >= subject.start).is_some_and(|start| word_is(reading, &(start..subject.end), word))
    };
    if word_is(reading, verb, "实现") || word_is(reading, verb, "保持") {
        return true;
    }
    let named = ["收入", "总值", "增加值", "总额", "产值", "固定资产投资", "零售额", "税收"].iter().any(|word| ends(word));
    word_is(reading, verb, "完成") && named
}

/// Verbs that are never part of an indicator's name.
fn strong(reading: &Reading<'_>, verb: Token) -> bool {
    let pair = (reading.c(verb.start), reading.c(verb.start + 1));
    pair.0 == '新' || matches!(pair, ('实', '现') | ('完', '成') | ('发', '放') | ('投', '入') | ('争', '取') | ('筹', '集' | '措') | ('拨', '付') | ('兑', '付' | '现') | ('引', '进') | ('执', '行'))
}

/// 达, 突破 and their like.
#[allow(clippy::too_many_arguments, reason = "the pieces of one decision")]
fn standing<'a>(
    mut build: Builder<'a, '_>,
    left: &Left,
    verb: Token,
    head: Option<Range<usize>>,
    subject_from: usize,
    measured: &Measured,
    noun: Range<usize>,
    last_subject: &Phrase,
) -> Frame {
    let reading = build.reading;
    let realizes = head.as_ref().is_some_and(|head| word_is(reading, head, "实现"));
    let pure = verb.is(BOUND);
    let own = head.filter(|head| head.end <= verb.start && left.head_tags & ACT != 0 && left.head_tags & NOMINAL == 0 || (head.end < verb.start && pure && left.head_tags & ACT != 0));
    if let Some(head) = own {
        let indicator = is_indicator(reading, head.end, verb.start);
        build.action(head.clone(), "action-head");
        let found = build.subject(if noun.is_empty() { head.end..verb.start } else { noun }, if measured.start > head.end { "subject-before" } else { "subject-after" });
        if !found {
            build.carried(last_subject);
        }
        let level = (realizes && indicator || measured.kind == UnitKind::Share) && !counts_visits(&measured.unit);
        if level {
            build.role(Role::Level { from: None }, "role-indicator");
        } else {
            build.role(Role::Amount, "role-delivers");
        }
        return build.frame;
    }
    build.action(verb.start..verb.end, "action-adjacent");
    let mut before = subject_from.min(verb.start)..verb.start;
    // 年均增长超5%: the verb of change stands before the bound word.
    if let Some(near) = left.near.filter(|near| near.end <= verb.start && near.is(UP | DOWN) && pure) {
        build.role(Role::Change { direction: change(near.tags()) }, "role-changes");
        build.action(near.start..near.end, "action-adjacent");
        before.end = near.start.max(before.start);
    } else if counts_visits(&measured.unit) {
        build.role(Role::Amount, "role-counts");
    } else {
        build.role(Role::Level { from: None }, "role-stands");
    }
    let range = before_comparison(reading, before);
    if !build.subject(range, "subject-before") && (noun.is_empty() || !build.subject(noun, "subject-after")) {
        build.carried(last_subject);
    }
    build.frame
}

/// No verb before the number: the noun beside it, and a predicate after it.
#[allow(clippy::too_many_arguments, reason = "the pieces of one decision")]
fn plain_noun<'a>(
    mut build: Builder<'a, '_>,
    tokens: &Tokens,
    left: &Left,
    measured: &Measured,
    noun: Range<usize>,
    previous: Option<&Frame>,
    last_subject: &Phrase,
    right_range: Range<usize>,
) -> Frame {
    let reading = build.reading;
    let before = before_comparison(reading, left.open..left.close);
    let counting = matches!(measured.kind, UnitKind::Count | UnitKind::Loose | UnitKind::Share);
    let use_after = !noun.is_empty() && (counting || before.is_empty());
    let found = if use_after { build.subject(noun.clone(), "subject-after") } else { build.subject(before.clone(), "subject-before") };
    let circumstance = tokens.starting(reading.clause.start).is_some_and(|token| token.is(PREPOSITION)) || left.preposition;
    let predicate = || {
        let from = noun.end.max(measured.after);
        let rest = tokens.within(from, reading.clause.end);
        rest.iter().enumerate().find_map(|(i, token)| {
            let led = i.checked_sub(1).and_then(|p| rest.get(p)).is_some_and(|p| p.is(ENDS_NOUN | ADVERB) && p.end == token.start || p.is(LIGHT) && p.end == token.start);
            let acts = token.is(ACT | UP | DOWN | TO) && (!token.is(NOMINAL) || led) && !token.is(LIGHT);
            acts.then_some(token.start..token.end)
        })
    };
    if left.listed && !(use_after && circumstance && predicate().is_some()) {
        if let Some(previous) = previous {
            build.frame.action = previous.action.clone();
            build.frame.action_rule = "action-carried";
        }
    } else if use_after || before.is_empty() || left.preposition {
        if let Some(verb) = predicate() {
            build.action(verb, "action-after");
        }
    }
    if !found {
        if let Some(verb) = tokens.starting(right_range.start).filter(|token| token.is(ACT)) {
            let end = noun_after(reading, tokens, verb.end..reading.clause.end, false).end;
            build.subject(verb.end..end, "subject-object");
        }
        build.carried(last_subject);
    }
    let indicator = !use_after && is_indicator(reading, before.start, before.end);
    let planned = (before.start..before.end).any(|i| matches!((reading.c(i), reading.c(i + 1)), ('计', '划') | ('年', '度')));
    let carried_amount = build.frame.action_rule == "action-carried" && previous.is_some_and(|previous| previous.role.0 == Role::Amount);
    if use_after && reading.total_follows && build.frame.action.0.is_empty() {
        build.role(Role::Attribute, "attribute-introducing-count");
    } else if measured.kind == UnitKind::Share {
        build.role(Role::Level { from: None }, "role-share");
    } else if counts_visits(&measured.unit) || planned || carried_amount && !indicator {
        build.role(Role::Amount, "role-counts");
    } else if indicator {
        build.role(Role::Level { from: None }, "role-indicator");
    } else if build.frame.action_rule == "action-carried" && let Some(previous) = previous.filter(|previous| previous.role.0 != Role::Attribute) {
        build.role(previous.role.0, "role-as-before");
    } else {
        build.role(Role::Amount, "role-counts");
    }
    build.frame
}
