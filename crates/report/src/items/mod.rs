//! Action items: what a sentence asks to be done, as an office's table of tasks splits it.
//!
//! The rules, in the order they are tried on each clause of a sentence:
//! - *item-effect*: a clause that only names an effect (确保, 力争, 使), or an indicator that does not say of what (产量增加
//!   3倍), joins the item before it, with its numbers; after an indicator it is a target of its own;
//! - *item-act*: any other clause with a commitment opens an item;
//! - *item-circumstance*: a clause led by a slogan or preposition (坚持, 围绕, 通过) joins the item after it, or the last one;
//! - *item-goes-on*: a clause that states nothing by itself joins the item before it, or the first one.
//!
//! A sentence without a commitment is talk and makes no item. A list of things under one verb is one clause, so one item.

mod lead;
mod title;

use crate::types::{Phrase, Reading, Role, SectionKind, Set, Span, Statement};
use lead::{Lead, Leads};

/// One thing to do, with the numbers that measure it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The innermost section it stands in, an index of [`Reading::sections`].
    pub section: usize,
    /// The sentence that holds it.
    pub sentence: Span,
    /// Its clauses, indices of [`Reading::clauses`], ascending; no two items share one.
    pub clauses: Vec<usize>,
    /// Its commitments, indices of [`Reading::statements`], ascending; never empty, never an attribute.
    pub statements: Vec<usize>,
    /// The verb, of the first commitment.
    pub action: Phrase,
    /// What is done or measured, of the first commitment.
    pub object: Phrase,
}

impl Item {
    /// Those of its commitments that carry a number.
    pub fn numbers<'r>(&'r self, reading: &'r Reading) -> impl Iterator<Item = usize> + 'r {
        self.statements.iter().copied().filter(|index| quantity_of(reading, *index))
    }

    /// The commitments a list of tasks shows: its numbers, or its first one when it has no number.
    #[must_use]
    pub fn told(&self, reading: &Reading) -> Vec<usize> {
        let numbers: Vec<usize> = self.numbers(reading).collect();
        if numbers.is_empty() { self.statements.first().copied().into_iter().collect() } else { numbers }
    }

    /// Where its words stand.
    #[must_use]
    pub fn words(&self, reading: &Reading) -> Phrase {
        Phrase(self.clauses.iter().filter_map(|index| reading.clauses.get(*index)).map(|clause| clause.span).collect())
    }
}

fn quantity_of(reading: &Reading, index: usize) -> bool {
    reading.statements.get(index).is_some_and(|statement| statement.quantity.is_some())
}

/// Whether the statement is a commitment and not a mere attribute.
fn commits(statement: &Statement) -> bool {
    statement.set == Set::Commitment
        && !statement.quantity.as_ref().is_some_and(|quantity| quantity.role == Role::Attribute)
}

/// An indicator moves or stands; nothing in it is made or done.
fn measures(statement: &Statement) -> bool {
    statement
        .quantity
        .as_ref()
        .is_some_and(|quantity| matches!(quantity.role, Role::Level { .. } | Role::Change { .. }))
}

/// The action items of a reading, in the order of the text. `text` is what was read.
#[must_use]
pub fn items(text: &str, reading: &Reading) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    let mut leads = Leads::default();
    let mut statements = reading.statements.iter().enumerate().peekable();
    let mut place = None;
    // The sentence's last item, and the clauses that wait for its next one.
    let mut open: Option<usize> = None;
    let mut waiting: Vec<usize> = Vec::new();
    for (index, clause) in reading.clauses.iter().enumerate() {
        if place != Some((clause.section, clause.sentence)) {
            place = Some((clause.section, clause.sentence));
            settle(&mut out, open.take(), &mut waiting);
        }
        let mut own = Vec::new();
        let mut indicator = true;
        while let Some((number, statement)) = statements.next_if(|(_, statement)| statement.clause <= index) {
            if commits(statement) {
                own.push(number);
                indicator &= measures(statement);
            }
        }
        let kind = reading.sections.get(clause.section).map_or(SectionKind::Front, |section| section.kind);
        let promised = matches!(kind, SectionKind::Plan | SectionKind::Conduct | SectionKind::PromisedList);
        if own.is_empty() && !promised {
            continue;
        }
        let lead = leads.of(text, clause.span);
        let last = open.and_then(|item| out.get_mut(item));
        let Some(first) = own.first().and_then(|number| reading.statements.get(*number)) else {
            match last {
                Some(item) if lead != Lead::Circumstance && waiting.is_empty() => item.clauses.push(index),
                _ => waiting.push(index),
            }
            continue;
        };
        if let Some(item) = last
            && (lead == Lead::Effect || indicator && title::bare(first))
            && waiting.is_empty()
            && !item.statements.first().and_then(|number| reading.statements.get(*number)).is_some_and(measures)
            && (indicator || own.iter().all(|number| quantity_of(reading, *number)))
        {
            item.clauses.push(index);
            item.statements.append(&mut own);
            continue;
        }
        waiting.push(index);
        open = Some(out.len());
        out.push(Item {
            section: clause.section,
            sentence: clause.sentence,
            clauses: std::mem::take(&mut waiting),
            statements: own,
            action: first.action.clone(),
            object: first.subject.clone(),
        });
    }
    settle(&mut out, open, &mut waiting);
    out
}

/// Clauses that still wait when the sentence ends belong to its last item; without one they are talk.
fn settle(items: &mut [Item], open: Option<usize>, waiting: &mut Vec<usize>) {
    if let Some(item) = open.and_then(|item| items.get_mut(item)) {
        item.clauses.append(waiting);
    }
    waiting.clear();
}
