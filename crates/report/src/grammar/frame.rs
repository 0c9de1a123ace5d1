//! For every number of a clause: what stands left and right of it, and the fields that follow.

use std::ops::Range;

use super::compare::{self, before_comparison, compares, from_to, from_word, set_against, touches_joint};
use super::leading::{DOING, REACHING, caused, inner, led};
use super::phrase::{noun_after, phrase, trim};
use super::role::{COMPLETING, attribute, counted_standard, counts_visits, doer, is_indicator, within_noun};
use super::series;
use super::side::{Left, Sides, follows_noun, gap, left_side};
use super::verbless::{level_by_name, object_after, plain_noun, standing, strong};
use super::{Carry, Reading, Token, TokenKind, Tokens};
use crate::lexicon::{ACT, BOUND, DOWN, DUAL, ENDS_NOUN, INDICATOR, LEVEL, LIGHT, NOMINAL, TO, UP, UnitKind};
use crate::rules::{Rule, rule};
use crate::types::{Bound, Direction, Phrase, Role};

/// The fields of one number.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) bound: (Bound, Rule),
    pub(super) role: (Role, Rule),
    pub(super) action: Phrase,
    pub(super) action_rule: Rule,
    pub(super) subject: Phrase,
    pub(super) subject_rule: Rule,
    /// Where the subject's words stand, for pairing lists.
    pub(super) subject_range: Option<Range<usize>>,
    /// Nothing but a list mark stands between this number and the one before.
    pub(super) continues: bool,
    /// Two numbers of which this is the second say from and to.
    pub(super) together: bool,
}

/// The room the frames of one clause are made in; kept between clauses.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// One for each number; `None` for a number that another one has taken in (the start of 从A到B).
    pub(super) list: Vec<Option<Frame>>,
    /// What stands left and right of each number.
    bounds: Vec<(Range<usize>, Range<usize>)>,
}

/// Replaces `room` by the frames of the clause's numbers.
pub(super) fn frames(reading: &Reading<'_>, tokens: &mut Tokens, carry: &Carry, room: &mut Frames) {
    let Frames { list: frames, bounds } = room;
    frames.clear();
    bounds.clear();
    let count = tokens.measured.len();
    let mut start = reading.clause.start;
    for index in 0..count {
        let Some(measured) = tokens.measured.get(index) else { break };
        let (left, right) = gap(reading, tokens, index, start);
        // The gap's first part belongs to the number before.
        if let Some((_, noun)) = bounds.last_mut().filter(|(_, noun): &&mut (_, Range<usize>)| noun.start <= right) {
            noun.end = right;
        }
        bounds.push((left..measured.start, measured.after..reading.clause.end));
        if !within_noun(reading, measured) {
            start = measured.after;
        }
    }
    introduce(tokens, bounds);
    for index in 0..count {
        let Some((left, right)) = bounds.get(index).cloned() else { break };
        let frame = frame(reading, tokens, carry, frames, index, left, right);
        if frame.together
            && let Some(last) = frames.last_mut()
        {
            *last = None;
        }
        frames.push(Some(frame));
    }
    series::pair(reading, tokens, carry, frames);
    compare::ratios(reading, tokens, frames);
}

/// A size before a noun that a count follows describes that noun; so does a size right after a count.
fn introduce(tokens: &mut Tokens, bounds: &[(Range<usize>, Range<usize>)]) {
    for index in 1..bounds.len() {
        let [Some(first), Some(second)] =
            [index - 1, index].map(|i| tokens.measured.get(i).map(|m| (m.kind, m.after, m.start, m.bare)))
        else {
            continue;
        };
        let counting = |kind: UnitKind| matches!(kind, UnitKind::Count | UnitKind::Loose);
        let touching = first.1 == second.2;
        let described =
            touching && counting(first.0) && (matches!(second.0, UnitKind::Size | UnitKind::Rating) || second.3);
        if described && let Some(measured) = tokens.measured.get_mut(index) {
            measured.describes = true;
        }
    }
}

pub(super) fn word_is(reading: &Reading<'_>, range: &Range<usize>, word: &str) -> bool {
    reading.is_any(range.start, range.end, &[word])
}

pub(super) struct Builder<'a, 'b> {
    pub(super) reading: &'a Reading<'b>,
    pub(super) frame: Frame,
}

impl Builder<'_, '_> {
    pub(super) fn role(&mut self, role: Role, rule: Rule) {
        self.frame.role = (role, rule);
    }

    pub(super) fn action(&mut self, range: Range<usize>, rule: Rule) {
        // 稳定在, 创建为: the particle is not the verb's.
        let particle = range.len() >= 3
            && matches!(self.reading.c(range.end - 1), '在' | '为')
            && !matches!(self.reading.c(range.end - 2), '增' | '降' | '升' | '扩');
        let range = if particle { range.start..range.end - 1 } else { range };
        self.frame.action = phrase(self.reading, range);
        self.frame.action_rule = rule;
    }

    pub(super) fn subject(&mut self, range: Range<usize>, rule: Rule) -> bool {
        let range = trim(self.reading, range);
        if range.is_empty() {
            return false;
        }
        self.frame.subject = phrase(self.reading, range.clone());
        self.frame.subject_rule = rule;
        self.frame.subject_range = Some(range);
        true
    }

    pub(super) fn carried(&mut self, subject: &Phrase) {
        if self.frame.subject.0.is_empty() && !subject.0.is_empty() {
            self.frame.subject = subject.clone();
            self.frame.subject_rule = rule!("subject-carried");
        }
    }
}

pub(super) fn change(tags: u32) -> Direction {
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
            bound: (Bound::Equal, rule!("bound-plain")),
            role: (Role::Amount, rule!("role-counts")),
            action: Phrase::default(),
            action_rule: rule!("action-none"),
            subject: Phrase::default(),
            subject_rule: rule!("subject-none"),
            subject_range: None,
            continues: false,
            together: false,
        },
    };
    let Some(measured) = tokens.measured.get(index) else { return build.frame };
    let previous = done.last().and_then(Option::as_ref);
    let last_subject = previous
        .map(|frame| frame.subject.clone())
        .filter(|subject| !subject.0.is_empty())
        .unwrap_or_else(|| carry.subject.clone());
    let listed = index > 0
        && previous
            .is_some_and(|previous| !previous.action.0.is_empty() && previous.action_rule != rule!("action-after"));
    // 增长-9%: a fall in the words of growth.
    let falls = measured.start.checked_sub(1).filter(|minus| {
        reading.c(*minus) == '-' && *minus >= left_range.start && tokens.ending(*minus).is_some_and(|verb| verb.is(UP))
    });
    let left_range = left_range.start..falls.unwrap_or(left_range.end);
    let mut left = left_side(reading, tokens, left_range.clone(), listed);
    if let Some(bound) = left.bound {
        build.frame.bound = (bound, rule!("bound-before"));
    }
    if let Some((bound, rule)) = measured.bound
        && !(matches!(bound, Bound::AtLeast)
            && matches!(build.frame.bound.0, Bound::Above)
            && rule == rule!("bound-more"))
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
        count_follows: tokens.measured.get(index + 1).is_some_and(|next| {
            matches!(next.kind, UnitKind::Count | UnitKind::Loose) && next.start == right_range.end
        }),
        rated: has_noun
            && matches!(measured.kind, UnitKind::Count | UnitKind::Loose | UnitKind::Size | UnitKind::Money)
            && tokens.measured.get(index + 1).is_some_and(|next| {
                next.kind == UnitKind::Share
                    && tokens.within(measured.after, next.start).iter().any(|token| token.is(INDICATOR))
                    && !tokens
                        .within(measured.after, next.start)
                        .iter()
                        .any(|token| token.kind == TokenKind::Joint && token.start > measured.after + 2)
            }),
        completed: left_range.is_empty()
            && tokens
                .within(right_range.start, right_range.end)
                .iter()
                .any(|token| token.end == reading.clause.end && reading.is_any(token.start, token.end, &COMPLETING)),
        introduces: has_noun && left_range.is_empty() && index == 0 && doer(reading, tokens, measured),
        governed: near.is_some_and(|near| near.is(UP | DOWN | TO) && !(near.is(ACT) && has_noun)),
        stands: near.is_some_and(|near| near.is(LEVEL)) || left.standing.is_some(),
        timed: measured.kind == UnitKind::Time && is_indicator(reading, left.open, left.close),
        delivered_here: near.is_some_and(|near| near.is(ACT)) || (empty_left && previous.is_some()),
    };
    // A ratio's members stand at a level.
    if measured.ratio {
        build.role(Role::Level { from: None }, rule!("role-stands"));
        let before = index
            .checked_sub(1)
            .and_then(|i| tokens.measured.get(i))
            .filter(|before| before.ratio && before.end + 1 == measured.start);
        if let Some((previous, _)) = previous.zip(before) {
            let mut frame = previous.clone();
            frame.bound = build.frame.bound;
            return frame;
        }
        if let Some(near) = near {
            build.action(near.start..near.end, rule!("action-adjacent"));
            build.subject(left.open..near.start, rule!("subject-before"));
        } else {
            build.subject(left.open..left.close, rule!("subject-before"));
        }
        if empty_left && let Some(previous) = previous {
            build.frame.action = previous.action.clone();
            build.frame.action_rule = rule!("action-carried");
        }
        build.carried(&last_subject);
        return build.frame;
    }
    // A bare number after a list mark goes on with what the one before said.
    let hoped = || {
        tokens.measured.get(index.wrapping_sub(1)).is_some_and(|before| before.kind == measured.kind)
            && tokens.starting(left_range.start).is_some_and(|token| token.is(LIGHT) && token.end == left_range.end)
    };
    if let Some(previous) = previous.filter(|_| {
        empty_left
            && !has_noun
            && !measured.describes
            && (left_range.is_empty() && touches_joint(reading, tokens, index) || hoped())
    }) {
        let mut frame = previous.clone();
        frame.bound = build.frame.bound;
        frame.role.1 = rule!("role-as-before");
        if let Role::Level { from: Some(_) } = frame.role.0 {
            frame.role.0 = Role::Level { from: None };
        }
        frame.action_rule = if frame.action.0.is_empty() { rule!("action-none") } else { rule!("action-carried") };
        frame.continues = true;
        frame.together = false;
        return frame;
    }
    let people = matches!(measured.unit, "人" | "名" | "户" | "人次" | "位")
        || measured.unit.is_empty() && measured.kind == UnitKind::Count;
    let acts = head.is_none()
        || left.causes
        || people
        || head.as_ref().is_some_and(|head| reading.is_any(head.start, head.end, &["实现", "组织"]));
    let noun = if has_noun {
        noun_after(reading, tokens, right_range.clone(), acts)
    } else {
        right_range.start..right_range.start
    };
    let noun = shared_noun(reading, tokens, index, noun, acts);
    // 4金1银: the medal is the unit and what is counted.
    let noun = match measured.unit {
        "金" | "银" | "铜" if noun.is_empty() => measured.end - 1..measured.end,
        _ => noun,
    };
    if let Some(rule) = attribute(reading, measured, &sides) {
        build.role(Role::Attribute, rule);
        if let Some(near) = near.filter(|near| near.is(ACT)) {
            build.action(near.start..near.end, rule!("action-adjacent"));
        } else if let Some(head) = head {
            build.action(head, rule!("action-head"));
        } else if let Some(previous) = previous.filter(|_| listed) {
            build.frame.action = previous.action.clone();
            build.frame.action_rule = rule!("action-carried");
        }
        if !build.subject(noun, rule!("subject-after"))
            && !build.subject(left.open..left.close, rule!("subject-before"))
        {
            build.carried(&last_subject);
        }
        return build.frame;
    }
    let subject_from = head
        .as_ref()
        .filter(|_| left.head_tags & NOMINAL == 0 || near.is_some_and(|near| near.is(NOMINAL)))
        .map_or(left.open, |head| head.end);
    // 从A降至B, 由A到B.
    if let Some((from, verb)) = from_to(reading, tokens, index, near) {
        build.role(Role::Level { from: Some(from.value) }, rule!("role-from-to"));
        build.frame.together = true;
        if let Some(verb) = verb {
            build.action(verb.start..verb.end, rule!("action-adjacent"));
        }
        let opened = done.last().and_then(Option::as_ref).and_then(|frame| frame.subject_range.clone());
        let begin = opened.map_or(reading.clause.start, |range| range.start);
        let end = from_word(reading, tokens, index).unwrap_or(begin);
        if begin >= end || !build.subject(begin..end, rule!("subject-before")) {
            let earlier = done.iter().rev().skip(1).flatten().next().map(|frame| frame.subject.clone());
            let subject = earlier
                .or_else(|| done.last().and_then(Option::as_ref).map(|frame| frame.subject.clone()))
                .filter(|s| !s.0.is_empty());
            build.carried(&subject.unwrap_or_else(|| carry.subject.clone()));
        }
        return build.frame;
    }
    // 高于全省2个百分点: a difference against another, not a bound.
    if let Some((against, direction)) = set_against(reading, &left, measured) {
        build.frame.bound = measured.bound.unwrap_or((Bound::Equal, rule!("bound-plain")));
        build.role(Role::Change { direction }, rule!("role-changes"));
        build.action(against.start..against.end, rule!("action-adjacent"));
        if !build.subject(left.open..against.start, rule!("subject-before")) {
            build.carried(&last_subject);
        }
        return build.frame;
    }
    // 增长7%以上、力争达到8%: the hope is for the same change.
    if let Some(near) = near
        && let Some(change) = previous.map(|previous| previous.role.0).or(carry.role)
        && matches!(change, Role::Change { .. })
        && measured.unit == "%"
        && (near.is(LEVEL | TO) || reading.is_any(near.start, near.end, &["实现", "冲刺"]))
        && tokens.starting(left_range.start).is_some_and(|light| light.is(LIGHT) && light.end == near.start)
    {
        build.role(change, rule!("role-as-before"));
        build.action(near.start..near.end, rule!("action-adjacent"));
        build.carried(&last_subject);
        return build.frame;
    }
    // 减税降费9亿元: what is paid less.
    if measured.kind == UnitKind::Money
        && let Some(near) = near.filter(|near| {
            matches!((reading.c(near.start), reading.c(near.start + 1)), ('减' | '退', '税') | ('降', '费'))
        })
    {
        build.role(Role::Change { direction: Direction::Down }, rule!("role-changes"));
        let named = if let Some(head) = head.filter(|head| head.end < near.start) {
            build.action(head.clone(), rule!("action-head"));
            head.end
        } else if left.preposition {
            near.start
        } else {
            left.open
        };
        build.subject(named..left.close, rule!("subject-before"));
        return build.frame;
    }
    if let Some(near) = near {
        let counted = has_noun && matches!(measured.kind, UnitKind::Count | UnitKind::Loose | UnitKind::Size);
        if near.is(TO) {
            build.role(Role::Level { from: None }, rule!("role-reaches"));
            build.action(near.start..near.end, rule!("action-adjacent"));
            if !build
                .subject(before_comparison(reading, subject_from.min(near.start)..near.start), rule!("subject-before"))
            {
                build.carried(&last_subject);
            }
            return build.frame;
        }
        if near.is(UP | DOWN) && !(near.is(ACT) && counted) && !(near.is(UP) && counted) {
            let direction = if falls.is_some() { Direction::Down } else { change(near.tags()) };
            build.role(Role::Change { direction }, rule!("role-changes"));
            build.action(near.start..near.end, rule!("action-adjacent"));
            let from =
                if head.as_ref().is_some_and(|head| head.start == near.start) { left.open } else { subject_from };
            if !build.subject(before_comparison(reading, from.min(near.start)..near.start), rule!("subject-before")) {
                if has_noun && !noun.is_empty() && measured.kind != UnitKind::Share {
                    build.subject(noun, rule!("subject-after"));
                }
                build.carried(&last_subject);
            }
            return build.frame;
        }
        if near.is(LEVEL) && left.standing.is_none_or(|standing| standing.start != near.start) {
            return standing(build, &left, near, head.as_ref(), subject_from, measured, noun, &last_subject);
        }
        let leads =
            head.as_ref().is_none_or(|head| head.start == near.start || left.causes && left.head_tags & ACT == 0);
        let told = head.is_none()
            && left.open < near.start
            && (led(reading, tokens, near)
                || people && !listed && reading.is_any(near.start, near.end, &DOING)
                || counted && word_is(reading, &(near.start..near.end), "覆盖"));
        // 投资突破9亿元: the noun of a standing verb.
        let stands = near.is(NOMINAL)
            && noun.is_empty()
            && near.start == left.open
            && left.standing.is_some_and(|standing| standing.start == near.end);
        if near.is(ACT | UP | DOWN)
            && leads
            && !stands
            && (!near.is(NOMINAL) || head.is_some() || told || noun_only(reading, &left, near))
        {
            let alone = near.is(NOMINAL) && !near.is(DUAL) && noun.is_empty() && near.start == left.open;
            let reaches =
                ["人", "名", "户", "人次"].contains(&measured.unit) && reading.is_any(near.start, near.end, &REACHING);
            if alone
                && !reaches
                && object_after(reading, tokens, right_range.clone()).is_empty()
                && build.subject(left_range.start..left.close, rule!("subject-before"))
            {
                build.frame.action_rule = rule!("action-none");
                if near.is(INDICATOR) {
                    build.role(Role::Level { from: None }, rule!("role-indicator"));
                }
                return build.frame;
            }
            let action = head.filter(|head| head.start == near.start).unwrap_or(near.start..near.end);
            match caused(tokens, near, &noun) {
                Some(verb) => build.action(verb, rule!("action-after")),
                None => build.action(action.clone(), rule!("action-adjacent")),
            }
            if matches!(measured.kind, UnitKind::Share | UnitKind::Times) {
                build.role(Role::Level { from: None }, rule!("role-share"));
            } else {
                build.role(Role::Amount, rule!("role-delivers"));
            }
            if measured.kind == UnitKind::Share && word_is(reading, &(near.start..near.end), "改善") {
                build.role(Role::Change { direction: Direction::Up }, rule!("role-changes"));
            }
            if near.is(DOWN) && !near.is(UP) && !counted {
                build.role(Role::Change { direction: Direction::Down }, rule!("role-changes"));
            }
            let has_before = left.open < action.start;
            if !(build.subject(noun, rule!("subject-after"))
                || has_before && build.subject(left.open..action.start, rule!("subject-before"))
                || build.subject(object_after(reading, tokens, right_range), rule!("subject-object")))
                && measured.kind != UnitKind::Money
            {
                build.carried(&last_subject);
            }
            // 外贸总额预计完成20亿元: the indicator stands before its verb.
            if build.frame.subject_rule == rule!("subject-before")
                && let Some(subject) = build.frame.subject_range.clone()
                && subject.end <= near.start
                && level_by_name(
                    reading,
                    &(near.start..near.end),
                    &build.frame,
                    is_indicator(reading, subject.start, subject.end),
                    measured,
                )
            {
                build.role(Role::Level { from: None }, rule!("role-indicator"));
            }
            return build.frame;
        }
    }
    // 超300家企业参展: a bound word that opens has no subject before it; what is counted follows.
    let opens = |standing: &Token| {
        standing.is(BOUND)
            && head.is_none()
            && near.is_none()
            && left.open >= left.close
            && !noun.is_empty()
            && matches!(measured.kind, UnitKind::Count | UnitKind::Loose)
    };
    if let Some(standing_verb) = left.standing.filter(|standing| !opens(standing)) {
        let own = head.as_ref().is_some_and(|head| head.end == standing_verb.start && left.head_tags & NOMINAL != 0);
        let subject_from = if own { left.open } else { subject_from };
        return standing(build, &left, standing_verb, head.as_ref(), subject_from, measured, noun, &last_subject);
    }
    let compared = left.head_tags & NOMINAL != 0
        && measured.kind == UnitKind::Share
        && compares(reading, left.open, left.close).is_some_and(|(verb, _)| verb.start > left.open + 2);
    // A verb leads and a noun stands between it and the number, or after the number.
    // 发电机组100%达标: a share is of the whole noun, the verb in its name with it.
    let names = measured.kind == UnitKind::Share
        && left.head_tags & NOMINAL != 0
        && left.head_tags & (UP | DOWN) == 0
        && head.as_ref().is_some_and(|head| head.end < left.close);
    if let Some(head) = head.filter(|_| !(compared || names)) {
        let inner = inner(reading, tokens, &head, left.close);
        let head = inner.clone().unwrap_or(head);
        let left_noun = head.end..left.close;
        let verb = head.clone();
        let leader = tokens.starting(head.start).filter(|leader| leader.end == head.end);
        match leader.and_then(|leader| caused(tokens, leader, &noun)) {
            Some(verb) => build.action(verb, rule!("action-after")),
            None => build.action(head, rule!("action-head")),
        }
        let object = if noun.is_empty() || measured.kind == UnitKind::Money { left_noun.clone() } else { noun.clone() };
        let indicator = is_indicator(reading, left_noun.start, left_noun.end);
        if !build.subject(object, if noun.is_empty() { rule!("subject-before") } else { rule!("subject-after") })
            && !build.subject(left_noun, rule!("subject-before"))
            && !build.subject(object_after(reading, tokens, right_range), rule!("subject-object"))
        {
            build.carried(&last_subject);
        }
        // 9个项目完成计划的80%: those who did it are the subject.
        if measured.kind == UnitKind::Share && reading.c(left.close - 1) == '的' && word_is(reading, &verb, "完成") {
            build.frame.subject = last_subject.clone();
            build.frame.subject_rule = rule!("subject-carried");
        }
        let sized = !matches!(measured.kind, UnitKind::Count | UnitKind::Loose);
        if inner.is_some() {
            left.head_tags = ACT;
        }
        if delivers && word_is(reading, &verb, "新增") && measured.kind == UnitKind::Time {
            build.role(Role::Change { direction: Direction::Up }, rule!("role-changes"));
        } else if left.head_tags & DOWN != 0 && noun.is_empty() {
            build.role(Role::Change { direction: Direction::Down }, rule!("role-changes"));
        } else if reading.is_any(verb.start, verb.end, &["提升", "提高"]) && covers(measured.unit) {
            // 提升森林质量9万亩: on how much land, not by how much.
            build.role(Role::Amount, rule!("role-delivers"));
        } else if left.head_tags & UP != 0 && noun.is_empty() && (sized || word_is(reading, &verb, "增加")) {
            build.role(Role::Change { direction: Direction::Up }, rule!("role-changes"));
        } else if counts_visits(measured.unit) {
            build.role(Role::Amount, rule!("role-counts"));
        } else if noun.is_empty() && level_by_name(reading, &verb, &build.frame, indicator, measured) {
            build.role(Role::Level { from: None }, rule!("role-indicator"));
        } else if measured.kind == UnitKind::Share {
            build.role(Role::Level { from: None }, rule!("role-share"));
        } else {
            build.role(Role::Amount, rule!("role-delivers"));
        }
        return build.frame;
    }
    // 占全市40%: the verb and its number stand apart.
    let share = tokens
        .within(left.open, left.close)
        .iter()
        .rev()
        .find(|token| {
            let word = reading.c(token.start);
            let of = reading.c(left.close - 1) == '的' && measured.kind == UnitKind::Share;
            of && reading.is_any(token.start, token.end, &["达到", "达", "完成", "超过", "为"])
                || token.is(LEVEL)
                    && (word == '占'
                        || measured.kind == UnitKind::Times && word == '是' && token.end == token.start + 1)
        })
        .copied();
    if let Some(share) = share.filter(|_| matches!(measured.kind, UnitKind::Share | UnitKind::Times)) {
        build.role(Role::Level { from: None }, rule!("role-stands"));
        build.action(share.start..share.end, rule!("action-inside"));
        if !build.subject(left.open..share.start, rule!("subject-before")) {
            build.carried(&last_subject);
        }
        return build.frame;
    }
    if (measured.unit == "个百分点"
        || measured.kind == UnitKind::Share && compares(reading, left.open, left.close).is_some())
        && let Some((place, direction)) = compares(reading, left.open, left.close)
    {
        build.role(Role::Change { direction }, rule!("role-changes"));
        build.action(place.clone(), rule!("action-inside"));
        if !build.subject(left.open..place.start, rule!("subject-before")) {
            build.carried(&last_subject);
        }
        return build.frame;
    }
    // A verb inside.
    let standing_in = |token: &&Token| {
        token.start > left.open
            && (token.is(ACT)
                || left.preposition && token.is(DOWN)
                || token.is(UP) && reading.is_any(token.start, token.end, &["增加"]) && token.end < left.close)
            && !(token.end + 1 == left.close && reading.c(token.end) == '等')
            && !reading.glyphs.get(token.start).is_some_and(|g| g.quoted)
    };
    let acting = |token: &&Token| standing_in(token) && (!token.is(NOMINAL) || led(reading, tokens, **token));
    // One that as often is a noun acts only where no other does.
    let naming = |token: &&Token| {
        left.preposition && standing_in(token) && token.start >= left.open + 2 && token.end < left.close
    };
    let inside = tokens.within(left.open, left.close);
    let inside = inside.iter().find(acting).or_else(|| inside.iter().find(naming)).copied();
    // 甲厂新建生产线等9个项目开工: what is said of all stands after them.
    let examples = left.close > left.open
        && reading.c(left.close - 1) == '等'
        && tokens.starting(noun.end).is_some_and(|verb| verb.is(ACT | ENDS_NOUN));
    let inside = inside.filter(|_| !examples);
    let indicated = noun.is_empty()
        && is_indicator(reading, left.open, left.close)
        && !counted_standard(reading, measured, left.close);
    let inside = inside.filter(|verb| !indicated || measured.kind != UnitKind::Share && strong(reading, *verb));
    if let Some(verb) = inside.filter(|verb| verb.end < left.close || !noun.is_empty()) {
        build.action(verb.start..verb.end, rule!("action-inside"));
        let object = if noun.is_empty() { verb.end..left.close } else { noun.clone() };
        let indicator = is_indicator(reading, verb.end, left.close);
        // 城镇新增就业9万人: whose it is stands before the verb, and a figure of another scope is another figure.
        let prefixed = noun.is_empty()
            && verb.start - left.open <= 6
            && !left.preposition
            && word_is(reading, &(verb.start..verb.end), "新增");
        build.subject(object, if noun.is_empty() { rule!("subject-before") } else { rule!("subject-after") });
        if prefixed {
            let lead = trim(reading, left.open..verb.start);
            if !lead.is_empty() {
                build.frame.subject.0.insert(0, reading.span(lead));
            }
        }
        if noun.is_empty() && verb.is(UP | DOWN) && !verb.is(ACT) {
            build.role(Role::Change { direction: change(verb.tags()) }, rule!("role-changes"));
            return build.frame;
        }
        if noun.is_empty()
            && level_by_name(reading, &(verb.start..verb.end), &build.frame, indicator, measured)
            && !counts_visits(measured.unit)
        {
            build.role(Role::Level { from: None }, rule!("role-indicator"));
        } else if matches!(measured.kind, UnitKind::Share | UnitKind::Times) {
            build.role(Role::Level { from: None }, rule!("role-share"));
        } else {
            build.role(Role::Amount, rule!("role-delivers"));
        }
        return build.frame;
    }
    plain_noun(build, tokens, &left, measured, noun, previous, &last_subject, right_range)
}

/// Units of land and of ways.
fn covers(unit: &str) -> bool {
    matches!(unit, "亩" | "公顷" | "平方公里" | "平方米" | "公里" | "千米")
}

/// Where 10类16项 share a noun, the first takes the second's.
fn shared_noun(reading: &Reading<'_>, tokens: &Tokens, index: usize, noun: Range<usize>, acts: bool) -> Range<usize> {
    let touching = tokens
        .measured
        .get(index)
        .zip(tokens.measured.get(index + 1))
        .filter(|(first, second)| first.after == second.start);
    match touching {
        Some((_, second)) => noun_after(reading, tokens, second.after..reading.clause.end, acts),
        None => noun,
    }
}

/// A nominal verb just before the number is its verb only when it leads.
fn noun_only(reading: &Reading<'_>, left: &Left, near: Token) -> bool {
    near.start == left.open && !is_indicator(reading, left.open, left.close)
}
