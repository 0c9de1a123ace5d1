//! This year's targets against last year's results of the same report: reached already, equal, of another scope.

use super::fact::{Fact, Facts};
use super::same::{magnitude, zeros_apart};
use super::subject::Likeness;
use super::words::{name, number};
use super::{Draft, FindingKind, Verdict};
use crate::Two;
use rust_decimal::Decimal;
use tingzhou_report::Bound;

/// Whether a result may be what stood before a target. The result is last year's, the target this year's.
pub(crate) fn before(target: &Fact<'_>, result: &Fact<'_>) -> bool {
    target.promised()
        && !result.promised()
        && !target.term
        && target.same_time(result)
        && target.same_unit(result)
        && !target.subject.opposed(&result.subject)
}

fn scope_words(scope: Option<&str>) -> Two {
    scope.map_or_else(
        || Two::new("未限定范围", "without a scope"),
        |word| Two::new(format!("限“{word}”"), format!("“{word}” only")),
    )
}

fn scope_changed(target: &Fact<'_>, result: &Fact<'_>) -> Draft {
    let (now, then) = (scope_words(target.subject.scope), scope_words(result.subject.scope));
    let (goal, done) = (number(target), number(result));
    let sentence = Two::new(
        format!(
            "口径变化：目标{}{}，{}；上年结果{}{}，{}，两者不能直接相比。",
            name(target),
            goal.zh,
            now.zh,
            name(result),
            done.zh,
            then.zh
        ),
        format!(
            "Another scope: the target {} {} is {}, last year's {} {} is {}; they do not compare.",
            name(target),
            goal.en,
            now.en,
            name(result),
            done.en,
            then.en
        ),
    );
    Draft::of(FindingKind::ScopeChanged, Verdict::OtherScope, vec![target.place(), result.place()], sentence)
}

fn reached(target: &Fact<'_>, result: &Fact<'_>, verdict: Verdict) -> Draft {
    let (goal, done) = (number(target), number(result));
    let (zh, en) = if verdict == Verdict::EqualsLast {
        ("与上年结果相同", "equals last year's result")
    } else {
        ("上年已经达到", "was reached last year")
    };
    let sentence = Two::new(
        format!("目标{zh}：{}目标 {}，上年{} {}。", name(target), goal.zh, name(result), done.zh),
        format!("The target {en}: {} {}, last year {} {}.", name(target), goal.en, name(result), done.en),
    );
    Draft::of(FindingKind::TargetReached, verdict, vec![target.place(), result.place()], sentence)
}

/// How a target stands to a result of the same quantity, if there is something to see.
fn verdict(target: &Fact<'_>, result: &Fact<'_>) -> Option<Verdict> {
    if target.holds || target.ceiling() || target.direction().is_some() || !target.same_role(result) {
        return None;
    }
    let (goal, done) = (target.quantity.value, result.quantity.value);
    let counted = target.unit == "个";
    if goal == done && target.restates(result) {
        // Three of something this year and three last year is chance; 5 150 is not.
        let told = target.digits() >= 11 || !counted || target.is_level();
        let over = result.quantity.bound == Bound::Above && target.quantity.bound != Bound::Above;
        return told.then_some(if over && target.is_level() { Verdict::AlreadyMet } else { Verdict::EqualsLast });
    }
    let levels = target.is_level() && result.is_level();
    let same = target.subject.likeness(&result.subject) == Some(Likeness::Same);
    (levels && same && done > goal).then_some(Verdict::AlreadyMet)
}

/// Whether target and result are so far apart that a unit may be wrong.
fn far_apart(target: &Fact<'_>, result: &Fact<'_>) -> bool {
    let ten = super::same::ratio(target, result).is_some_and(|ratio| ratio >= Decimal::TEN);
    let likeness = target.subject.likeness(&result.subject);
    let same = likeness == Some(Likeness::Same) && target.subject.core.chars().count() >= 4;
    let amounts = target.direction().is_none() && target.same_role(result);
    let deed = target.statement.action.chars().any(|c| result.statement.action.contains(c));
    let large = target.quantity.value.min(result.quantity.value) >= Decimal::TEN;
    amounts && same && ten && (zeros_apart(target, result) || (deed && large))
}

/// How near a result is as the one before a target: the smaller, the nearer.
pub(crate) fn distance(target: &Fact<'_>, result: &Fact<'_>) -> usize {
    let words = match target.subject.likeness(&result.subject) {
        Some(Likeness::Same) => 0,
        Some(Likeness::Within(_)) => 2,
        Some(Likeness::Alike(..)) => 4,
        None => 8,
    };
    let number = usize::from(!target.same_value(result));
    words + number + usize::from(target.direction() != result.direction())
}

/// Findings about targets and the results before them.
pub(crate) fn find(facts: &Facts<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for target in facts.all.iter().filter(|fact| fact.promised()) {
        let mut results: Vec<_> = facts
            .like(&target.subject)
            .filter(|result| !result.promised() && target.same_time(result) && !target.term)
            .collect();
        results.sort_by_key(|result| (distance(target, result), result.at));
        let same_words = |result: &&&Fact<'_>| target.subject.likeness(&result.subject) == Some(Likeness::Same);
        let scoped = results.iter().find(|result| same_words(result) && result.subject.scope != target.subject.scope);
        let plain = results.iter().any(|result| same_words(&result) && result.subject.scope == target.subject.scope);
        if let Some(result) = scoped.filter(|_| !plain) {
            drafts.push(scope_changed(target, result));
            continue;
        }
        // A list that restates the body would say it twice: the first mention speaks.
        let judged = results.iter().filter(|result| before(target, result)).find_map(|result| {
            verdict(target, result)
                .map(|verdict| reached(target, result, verdict))
                .or_else(|| far_apart(target, result).then(|| magnitude(target, result)))
        });
        drafts.extend(judged);
    }
    once(facts, drafts)
}

/// A target stated in body and list gives one finding, at its first place.
fn once(facts: &Facts<'_>, drafts: Vec<Draft>) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::new();
    let fact = |draft: &Draft, nth: usize| {
        let at = draft.places.get(nth).and_then(|place| place.statement)?;
        facts.all.binary_search_by_key(&at, |fact| fact.at).ok().and_then(|index| facts.all.get(index))
    };
    let mut seen = std::collections::HashMap::<(FindingKind, Decimal, String), Vec<usize>>::new();
    for draft in drafts {
        let Some(target) = fact(&draft, 0) else { continue };
        let key = (draft.kind, target.quantity.value, target.unit.to_owned());
        let before = seen.entry(key).or_default();
        let again = before
            .iter()
            .any(|index| kept.get(*index).and_then(|kept| fact(kept, 0)).is_some_and(|first| first.restates(target)));
        if !again {
            before.push(kept.len());
            kept.push(draft);
        }
    }
    kept
}
