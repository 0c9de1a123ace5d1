//! Promised or done.

use super::{Carry, Reading, TokenKind, Tokens};
use crate::lexicon::{ACT, COMMITS, LIGHT, TELLS, VERBAL};
use crate::rules::{Rule, rule};
use crate::types::{Confidence, SectionKind, Set};

/// What stands outside the clause and bears on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstance {
    pub(crate) kind: SectionKind,
    pub(crate) year: Option<i16>,
    /// No heading tells the parts of the text apart.
    pub(crate) unheaded: bool,
}

/// Notes words that put the rest of the sentence into the past.
pub(super) fn note(reading: &Reading<'_>, tokens: &Tokens, carry: &mut Carry) {
    let start = reading.clause.start;
    let opens = |word: &str| reading.says(start, word);
    let past_year = tokens.starting(start).is_some_and(|token| match (token.kind, reading.circumstance.year) {
        (TokenKind::Year(year), Some(now)) => year < now,
        _ => false,
    });
    let may = matches!(reading.c(start), '去' | '截' | '过' | '一' | '预');
    carry.past |= past_year
        || may && (opens("去年") || opens("截至") || opens("过去一年") || opens("一年来") || opens("预计全年"));
}

/// What the words of the clause say by themselves; `None` when they say nothing or both.
fn said(reading: &Reading<'_>, tokens: &Tokens, carry: &Carry) -> Option<Set> {
    let mut promising = carry.due.is_some();
    let mut telling = carry.past;
    for token in &tokens.list {
        if reading.glyphs.get(token.start).is_some_and(|glyph| glyph.quoted) {
            continue;
        }
        promising |= token.is(COMMITS);
        telling |=
            token.is(TELLS) || token.is(VERBAL) && (reading.c(token.end) == '了' || reading.c(token.end - 1) == '了');
    }
    match (promising, telling) {
        (true, false) => Some(Set::Commitment),
        (false, true) => Some(Set::Result),
        _ => None,
    }
}

/// How sure the set is, from the rule that decided it and the words of the clause.
pub(super) fn confidence(reading: &Reading<'_>, tokens: &Tokens, carry: &Carry, set: Set, rule: Rule) -> Confidence {
    if rule == rule!("set-without-section") || reading.circumstance.kind == SectionKind::Front {
        return Confidence::Low;
    }
    if rule != rule!("set-by-section") {
        return Confidence::Medium;
    }
    match said(reading, tokens, carry) {
        Some(said) if said == set => Confidence::High,
        Some(_) => Confidence::Low,
        None => Confidence::Medium,
    }
}

/// Promised or done, with the rule.
pub(super) fn set(reading: &Reading<'_>, tokens: &Tokens, carry: &Carry) -> (Set, Rule) {
    let circumstance = reading.circumstance;
    match circumstance.kind {
        SectionKind::Plan | SectionKind::Conduct | SectionKind::Front if carry.past => {
            (Set::Result, rule!("set-by-past-words"))
        }
        SectionKind::Front | SectionKind::Closing if circumstance.unheaded && !carry.past => {
            (Set::Commitment, rule!("set-without-section"))
        }
        SectionKind::Plan | SectionKind::Conduct | SectionKind::PromisedList | SectionKind::Closing => {
            (Set::Commitment, rule!("set-by-section"))
        }
        SectionKind::Review
        | SectionKind::CompletedList
        | SectionKind::Problems
        | SectionKind::Glossary
        | SectionKind::Front => {
            if ahead(reading, tokens, carry) {
                (Set::Commitment, rule!("set-by-future-words"))
            } else {
                (Set::Result, rule!("set-by-section"))
            }
        }
    }
}

/// 将 just before a verb, or a year after the report's.
fn ahead(reading: &Reading<'_>, tokens: &Tokens, carry: &Carry) -> bool {
    let will = tokens.list.windows(2).any(|pair| match pair {
        [will, verb] => will.is(LIGHT) && reading.c(will.start) == '将' && will.end == verb.start && verb.is(ACT),
        _ => false,
    });
    will || (carry.due.is_some_and(|(_, rule)| [rule!("due-year"), rule!("due-plan")].contains(&rule))
        && reading.circumstance.kind != SectionKind::CompletedList)
}
