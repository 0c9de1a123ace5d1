//! Numbers whose verb says only where they stand, or that have no verb before them.

use std::ops::Range;

use super::compare::before_comparison;
use super::frame::{Builder, Frame, change, word_is};
use super::phrase::noun_after;
use super::role::{counted_standard, counts_visits, is_indicator};
use super::side::Left;
use super::{Reading, Token, TokenKind, Tokens};
use crate::lexicon::{ACT, ADVERB, BOUND, CAUSES, DOWN, ENDS_NOUN, LIGHT, NOMINAL, PREPOSITION, TO, UP, UnitKind};
use crate::quantity::Measured;
use crate::rules::rule;
use crate::types::{Phrase, Role};

/// What the verb after a number acts on: 投入5亿元实施项目.
pub(super) fn object_after(reading: &Reading<'_>, tokens: &Tokens, range: Range<usize>) -> Range<usize> {
    let verb = tokens.starting(range.start).filter(|token| token.is(ACT | CAUSES));
    let next_joint = |from: usize| {
        let number = tokens.measured.partition_point(|measured| measured.start < from);
        tokens.measured.get(number).map_or(reading.clause.end, |measured| measured.start)
    };
    verb.map_or(range.start..range.start, |verb| verb.end..next_joint(verb.end))
}

/// Named indicators are levels even when 实现 or 完成 leads.
pub(super) fn level_by_name(
    reading: &Reading<'_>,
    verb: &Range<usize>,
    frame: &Frame,
    indicator: bool,
    measured: &Measured,
) -> bool {
    if !indicator || matches!(measured.kind, UnitKind::Count | UnitKind::Loose) {
        return false;
    }
    let subject = frame.subject_range.clone().unwrap_or(0..0);
    let ends = |word: &str| {
        let length = word.chars().count();
        subject
            .end
            .checked_sub(length)
            .filter(|start| *start >= subject.start)
            .is_some_and(|start| word_is(reading, &(start..subject.end), word))
    };
    if ["实现", "保持", "稳定"].iter().any(|word| word_is(reading, verb, word)) {
        return true;
    }
    if word_is(reading, verb, "引进") || word_is(reading, verb, "利用") {
        return ends("资金") || ends("内资") || ends("外资");
    }
    let named =
        ["收入", "总值", "增加值", "额", "产值", "固定资产投资", "税收", "播种面积"].iter().any(|word| ends(word));
    word_is(reading, verb, "完成") && named
}

/// Verbs that are never part of an indicator's name.
pub(super) fn strong(reading: &Reading<'_>, verb: Token) -> bool {
    let pair = (reading.c(verb.start), reading.c(verb.start + 1));
    pair.0 == '新'
        || matches!(
            pair,
            ('实', '现')
                | ('完', '成')
                | ('发', '放')
                | ('投', '入')
                | ('争', '取')
                | ('筹', '集' | '措')
                | ('拨', '付')
                | ('兑', '付' | '现')
                | ('引', '进')
                | ('执', '行')
        )
}

/// 达, 突破 and their like.
#[allow(clippy::too_many_arguments, reason = "the pieces of one decision")]
pub(super) fn standing<'a>(
    mut build: Builder<'a, '_>,
    left: &Left,
    verb: Token,
    head: Option<&Range<usize>>,
    subject_from: usize,
    measured: &Measured,
    noun: Range<usize>,
    last_subject: &Phrase,
) -> Frame {
    let reading = build.reading;
    let realizes = head.is_some_and(|head| reading.is_any(head.start, head.end, &["实现", "完成", "引进"]));
    let pure = verb.is(BOUND);
    let own = head.cloned().filter(|head| {
        head.end <= verb.start && left.head_tags & ACT != 0 && left.head_tags & NOMINAL == 0
            || (head.end < verb.start && pure && left.head_tags & ACT != 0)
    });
    if let Some(head) = own {
        let indicator = is_indicator(reading, head.end, verb.start);
        build.action(head.clone(), rule!("action-head"));
        let found = build.subject(
            if noun.is_empty() { head.end..verb.start } else { noun },
            if measured.start > head.end { rule!("subject-before") } else { rule!("subject-after") },
        );
        if !found {
            build.carried(last_subject);
        }
        let level = (realizes && indicator || measured.kind == UnitKind::Share) && !counts_visits(measured.unit);
        if level {
            build.role(Role::Level { from: None }, rule!("role-indicator"));
        } else {
            build.role(Role::Amount, rule!("role-delivers"));
        }
        return build.frame;
    }
    // 降低费用超过9亿元: by how much, not down to what.
    let lowers = head.filter(|head| {
        pure && left.head_tags & DOWN != 0 && left.head_tags & (UP | NOMINAL) == 0 && head.end < verb.start
    });
    if let Some(head) = lowers
        && noun.is_empty()
    {
        build.action(head.clone(), rule!("action-head"));
        build.subject(head.end..verb.start, rule!("subject-before"));
        build.role(Role::Change { direction: change(left.head_tags) }, rule!("role-changes"));
        return build.frame;
    }
    build.action(verb.start..verb.end, rule!("action-adjacent"));
    let mut before = subject_from.min(verb.start)..verb.start;
    // 年均增长超5%: the verb of change stands before the bound word.
    if let Some(near) = left.near.filter(|near| near.end <= verb.start && near.is(UP | DOWN) && pure) {
        build.role(Role::Change { direction: change(near.tags()) }, rule!("role-changes"));
        build.action(near.start..near.end, rule!("action-adjacent"));
        before.end = near.start.max(before.start);
    } else if counts_visits(measured.unit) {
        build.role(Role::Amount, rule!("role-counts"));
    } else {
        build.role(Role::Level { from: None }, rule!("role-stands"));
    }
    let range = before_comparison(reading, before);
    if !build.subject(range, rule!("subject-before"))
        && (noun.is_empty() || !build.subject(noun, rule!("subject-after")))
    {
        build.carried(last_subject);
    }
    build.frame
}

/// How many tokens after its noun a predicate is looked for.
const FARTHEST: usize = 48;

/// No verb before the number: the noun beside it, and a predicate after it.
#[allow(clippy::too_many_arguments, reason = "the pieces of one decision")]
pub(super) fn plain_noun<'a>(
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
    let counting = matches!(measured.kind, UnitKind::Count | UnitKind::Loose);
    let use_after = !noun.is_empty() && (counting || before.is_empty());
    let found = if use_after {
        build.subject(noun.clone(), rule!("subject-after"))
    } else {
        build.subject(before.clone(), rule!("subject-before"))
    };
    let circumstance =
        tokens.starting(reading.clause.start).is_some_and(|token| token.is(PREPOSITION)) || left.preposition;
    let predicate = || {
        let from = noun.end.max(measured.after);
        let rest = tokens.within(from, reading.clause.end);
        // 毕业生就业人数900人、连续增长: what follows the mark says something of its own.
        let parted = from == measured.after
            && rest.first().is_some_and(|mark| mark.start == from && mark.kind == TokenKind::Joint);
        let rest = if parted { &[] } else { rest };
        rest.iter().take(FARTHEST).enumerate().find_map(|(i, token)| {
            let led = i
                .checked_sub(1)
                .and_then(|p| rest.get(p))
                .is_some_and(|p| p.is(ENDS_NOUN | ADVERB | LIGHT) && p.end == token.start);
            // 提前完成, 加快推进: the verb after it says what is done.
            let how = token.is(ADVERB | ENDS_NOUN)
                && rest.get(i + 1).is_some_and(|next| next.start == token.end && next.is(ACT));
            let acts = !how && token.is(ACT | UP | DOWN | TO) && (!token.is(NOMINAL) || led) && !token.is(LIGHT);
            acts.then_some(token.start..token.end)
        })
    };
    let indicator = !use_after
        && is_indicator(reading, before.start, before.end)
        && !counted_standard(reading, measured, before.end);
    let planned =
        (before.start..before.end).any(|i| matches!((reading.c(i), reading.c(i + 1)), ('计', '划') | ('年', '度')));
    // An indicator's amount of money is not what the verb before it delivered.
    let total = before.end.checked_sub(3).is_some_and(|start| start >= before.start && reading.says(start, "总投资"));
    let own = planned
        || total
        || indicator
            && measured.kind == UnitKind::Money
            && !previous.is_some_and(|previous| matches!(previous.action.0.as_slice(), [verb] if reading.reads(*verb, &["实现", "完成", "新增"])));
    if left.listed && !own && !(use_after && circumstance && predicate().is_some()) {
        if let Some(previous) = previous {
            build.frame.action = previous.action.clone();
            build.frame.action_rule = rule!("action-carried");
        }
    } else if (use_after || before.is_empty() || left.preposition)
        && let Some(verb) = predicate()
    {
        build.action(verb, rule!("action-after"));
    }
    if build.frame.action.0.is_empty()
        && measured.kind == UnitKind::Count
        && let Some(verb) = closing_predicate(reading, tokens)
    {
        build.action(verb, rule!("action-after"));
    }
    if !found {
        if let Some(verb) = tokens.starting(right_range.start).filter(|token| token.is(ACT)) {
            let end = noun_after(reading, tokens, verb.end..reading.clause.end, false).end;
            build.subject(verb.end..end, rule!("subject-object"));
        }
        build.carried(last_subject);
    }
    let carried_amount = build.frame.action_rule == rule!("action-carried")
        && previous.is_some_and(|previous| previous.role.0 == Role::Amount);
    // 新增基地10个、面积9万亩: what is new is delivered, whatever measures it.
    let anew = previous.is_some_and(
        |previous| matches!(previous.action.0.as_slice(), [verb] if reading.reads(*verb, &["新增", "新建", "新发展"])),
    );
    let benefits = build.frame.subject_range.clone().is_some_and(|range| reading.says(range.start, "受益"));
    if use_after && build.frame.action.0.is_empty() && reading.total_follows() {
        build.role(Role::Attribute, rule!("attribute-introducing-count"));
    } else if matches!(measured.kind, UnitKind::Share | UnitKind::Times) {
        build.role(Role::Level { from: None }, rule!("role-share"));
    } else if counts_visits(measured.unit) || planned || benefits || carried_amount && (!indicator || anew) {
        build.role(Role::Amount, rule!("role-counts"));
    } else if indicator {
        build.role(Role::Level { from: None }, rule!("role-indicator"));
    } else if build.frame.action_rule == rule!("action-carried")
        && let Some(previous) = previous.filter(|previous| previous.role.0 != Role::Attribute)
    {
        build.role(previous.role.0, rule!("role-as-before"));
    } else {
        build.role(Role::Amount, rule!("role-counts"));
    }
    build.frame
}

/// 建议30件、提案20件全部办复: what the end of the clause says of all of them.
fn closing_predicate(reading: &Reading<'_>, tokens: &Tokens) -> Option<Range<usize>> {
    let how = tokens.starting(tokens.measured.last()?.after).filter(|how| how.is(ENDS_NOUN))?;
    let verb = tokens.starting(how.end).filter(|verb| verb.is(ACT) && verb.end == reading.clause.end)?;
    Some(verb.start..verb.end)
}
