//! A level and its growth: what they imply for the year before, and whether target, growth and last level fit.

use super::fact::{Fact, Facts};
use super::lexis::CONSTANT_PRICES;
use super::rounding::{Interval, before, interval};
use super::subject::Likeness;
use super::words::{between, name, number};
use super::{Draft, FindingKind, Verdict};
use crate::Two;
use rust_decimal::Decimal;
use tingzhou_report::{Bound, Direction};

/// Whether growth of this quantity is reckoned at constant prices.
pub(crate) fn constant_prices(fact: &Fact<'_>) -> bool {
    CONSTANT_PRICES.iter().any(|word| fact.subject.core.contains(word))
}

/// The growth in percent as an interval, falls negative.
pub(crate) fn growth_of(facts: &Facts<'_>, change: &Fact<'_>) -> Interval {
    let own = change.interval(facts.said);
    match change.direction() {
        Some(Direction::Down) => Interval { low: -own.high, high: -own.low },
        _ => own,
    }
}

/// Each level with its growth: levels of one quantity and, right after them in the sentence, as many growths of it.
pub(crate) fn pairs<'f, 's>(facts: &'f Facts<'s>) -> Vec<(&'f Fact<'s>, &'f Fact<'s>)> {
    let is_level = |fact: &Fact<'_>| fact.is_level() && fact.unit != "%" && !fact.subject.core.is_empty();
    let is_growth = |fact: &Fact<'_>| fact.direction().is_some() && fact.unit == "%";
    let together = |a: &Fact<'_>, b: &Fact<'_>| {
        a.statement.sentence == b.statement.sentence
            && a.statement.set == b.statement.set
            && a.subject.core == b.subject.core
    };
    let mut found = Vec::new();
    for run in facts.all.chunk_by(together) {
        let mut rest = run;
        while !rest.is_empty() {
            let levels = rest.iter().take_while(|fact| is_level(fact)).count();
            let after = rest.get(levels..).unwrap_or_default();
            let growths = after.iter().take_while(|fact| is_growth(fact)).count();
            if levels == growths {
                found.extend(rest.iter().zip(after).take(levels));
            }
            rest = rest.get((levels + growths).max(1)..).unwrap_or_default();
        }
    }
    found
}

fn exact(fact: &Fact<'_>) -> bool {
    fact.quantity.bound == Bound::Equal
}

fn implied(facts: &Facts<'_>, level: &Fact<'_>, change: &Fact<'_>) -> Option<Draft> {
    let places = vec![level.place(), change.place()];
    let (value, growth) = (number(level), number(change));
    if constant_prices(level) {
        let sentence = Two::new(
            format!("{}{}、{}：增速按不变价计算，与现价数不能互相推算。", name(level), value.zh, growth.zh),
            format!(
                "{} {}, {}: growth is at constant prices, level and growth are not comparable.",
                name(level),
                value.en,
                growth.en
            ),
        );
        return Some(Draft::of(FindingKind::LevelAndGrowth, Verdict::NotComparable, places, sentence));
    }
    if !exact(level) || !exact(change) {
        return None;
    }
    let year_before = before(level.interval(facts.said), growth_of(facts, change))?;
    let range = between(year_before, level.step(facts.said), &level.quantity.unit);
    let sentence = Two::new(
        format!("{}{}、{}：按四舍五入推算，前一年应为 {}。", name(level), value.zh, growth.zh, range.zh),
        format!("{} {}, {}: with rounding, the year before was {}.", name(level), value.en, growth.en, range.en),
    );
    Some(Draft::of(FindingKind::LevelAndGrowth, Verdict::Implies, places, sentence))
}

/// A promised level and its promised growth against last year's level.
fn promised(facts: &Facts<'_>, level: &Fact<'_>, change: &Fact<'_>) -> Option<Draft> {
    if constant_prices(level) {
        return None;
    }
    let last = facts.like(&level.subject).find(|last| {
        super::target::before(level, last)
            && last.is_level()
            && last.subject.scope == level.subject.scope
            && last.subject.likeness(&level.subject) == Some(Likeness::Same)
    })?;
    let base = before(level.interval(facts.said), growth_of(facts, change))?;
    // 左右 and 以上 leave room of some percent on both sides.
    let loose = !exact(level) || !exact(change) || !exact(last);
    let room = last.quantity.value.abs().checked_mul(Decimal::new(if loose { 5 } else { 1 }, 2)).unwrap_or_default();
    if base.meets(interval(last.quantity.value, room.checked_mul(Decimal::TWO)?.checked_add(last.step(facts.said))?)) {
        return None;
    }
    let (goal, growth, done) = (number(level), number(change), number(last));
    let range = between(base, level.step(facts.said), &level.quantity.unit);
    let sentence = Two::new(
        format!("{}目标 {}、{}，对应上年 {}，而上年结果为 {}。", name(level), goal.zh, growth.zh, range.zh, done.zh),
        format!(
            "The target {} {}, {} rests on {} the year before, but the result was {}.",
            name(level),
            goal.en,
            growth.en,
            range.en,
            done.en
        ),
    );
    let places = vec![level.place(), change.place(), last.place()];
    Some(Draft::of(FindingKind::LevelAndGrowth, Verdict::Contradicts, places, sentence))
}

/// Findings about levels and growth. What a pair implies is told where a target rests on it.
pub(crate) fn find(facts: &Facts<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (level, change) in pairs(facts) {
        if level.promised() {
            drafts.extend(promised(facts, level, change));
            continue;
        }
        let aimed = facts.like(&level.subject).any(|target| {
            target.promised()
                && matches!(target.subject.likeness(&level.subject), Some(Likeness::Same | Likeness::Within(_)))
        });
        if aimed && !level.term {
            drafts.extend(implied(facts, level, change));
        }
    }
    drafts
}
