//! Estimates (预计): against a final figure elsewhere, and under a target that rests on one.

use super::fact::{Fact, Facts};
use super::subject::Likeness;
use super::words::{name, number};
use super::{Draft, FindingKind, Verdict};
use crate::Two;
use rust_decimal::Decimal;

fn against(facts: &Facts<'_>, estimate: &Fact<'_>) -> Option<Draft> {
    let last = facts.like(&estimate.subject).find(|last| {
        !last.estimated
            && !last.promised()
            && last.same_time(estimate)
            && last.same_unit(estimate)
            && last.is_level() == estimate.is_level()
            && last.direction() == estimate.direction()
            && last.subject.scope == estimate.subject.scope
            && last.statement.sentence != estimate.statement.sentence
            && last.subject.likeness(&estimate.subject) == Some(Likeness::Same)
    })?;
    // An estimate misses by little; what lies far off is another thing.
    let near = super::same::ratio(last, estimate).is_some_and(|ratio| ratio <= Decimal::new(12, 1));
    if !near || last.interval(facts.said).meets(estimate.interval(facts.said)) {
        return None;
    }
    let (guess, fixed) = (number(estimate), number(last));
    let sentence = Two::new(
        format!("{}预计为 {}，另一处不称预计而为 {}：以哪一个为准，请核对。", name(estimate), guess.zh, fixed.zh),
        format!(
            "{} is estimated at {}, elsewhere it is {} and no estimate: which one holds?",
            name(estimate),
            guess.en,
            fixed.en
        ),
    );
    Some(Draft::of(FindingKind::Estimate, Verdict::Contradicts, vec![estimate.place(), last.place()], sentence))
}

/// The first target that rests on an estimate.
fn under<'f, 's>(facts: &'f Facts<'s>, estimate: &Fact<'_>) -> Option<&'f Fact<'s>> {
    facts.like(&estimate.subject).find(|target| {
        target.promised()
            && target.direction().is_some()
            && !target.term
            && matches!(target.subject.likeness(&estimate.subject), Some(Likeness::Same | Likeness::Within(_)))
    })
}

/// Findings about estimates.
pub(crate) fn find(facts: &Facts<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut told = std::collections::HashSet::new();
    for estimate in facts.all.iter().filter(|fact| fact.estimated && !fact.promised()) {
        if let Some(draft) = against(facts, estimate) {
            drafts.push(draft);
            continue;
        }
        if !estimate.is_level() || estimate.term {
            continue;
        }
        let Some(target) = under(facts, estimate).filter(|target| told.insert(target.at)) else { continue };
        let (guess, aim) = (number(estimate), number(target));
        let sentence = Two::new(
            format!("目标{}{}以预计数 {}{}为基数：终值公布后请核对。", name(target), aim.zh, name(estimate), guess.zh),
            format!(
                "The target {} {} rests on an estimate, {} {}: check it when the final figure is out.",
                name(target),
                aim.en,
                name(estimate),
                guess.en
            ),
        );
        let places = vec![estimate.place(), target.place()];
        drafts.push(Draft::of(FindingKind::Estimate, Verdict::Provisional, places, sentence));
    }
    drafts
}
