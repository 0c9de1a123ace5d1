//! A title that reads without its sentence.

use super::Item;
use crate::clause::after_enumerator;
use crate::glyph::{glyphs, span_of};
use crate::types::{Bound, Phrase, Reading, Role, Span, Statement};
use crate::words::plain_words;

/// Titles are kept to this many characters where whole clauses allow it.
const PREFERRED: usize = 60;

/// A clause of more bytes has too many characters for a title, whatever marks it carries.
const LONGEST_CLAUSE: usize = 1_024;

/// A title this short takes the clause after it along.
const SHORT: usize = 8;

/// Words that only tie a clause to the one before it, or only say that something is wanted.
const TIES: &[&str] =
    &["同时", "以及", "其中", "并且", "此外", "全年", "力争", "确保", "努力", "并", "还", "又", "和", "及", "、"];

fn clean(text: &str, span: Span) -> String {
    plain_words(text.get(span.start..span.end).unwrap_or_default())
}

fn joined(text: &str, phrase: &Phrase) -> String {
    phrase.0.iter().map(|span| clean(text, *span)).collect()
}

fn trimmed(title: &str) -> &str {
    let mut title = title.trim_matches(|c: char| matches!(c, '，' | '。' | '；' | '：' | '、' | '|' | '！' | '—'));
    while let Some(rest) = TIES.iter().find_map(|tie| title.strip_prefix(tie)).filter(|rest| rest.chars().count() > 3) {
        title = rest;
    }
    title
}

/// Verb, subject and number put together, for a number that shares its words with others.
fn composed(text: &str, statement: &Statement) -> Option<String> {
    let quantity = statement.quantity.as_ref()?;
    let (action, subject) = (joined(text, &statement.action), joined(text, &statement.subject));
    if subject.is_empty() {
        return None;
    }
    let number = clean(text, quantity.span);
    let after = match quantity.bound {
        Bound::AtLeast => "以上",
        Bound::AtMost => "以内",
        Bound::About => "左右",
        Bound::Equal | Bound::Above | Bound::Below => "",
    };
    let action = if subject.contains(&action) { "" } else { &action };
    // A change is said after its subject (收入增长8%), everything else before it (新增车位1100个).
    Some(match quantity.role {
        Role::Change { .. } | Role::Level { .. } => format!("{subject}{action}{number}{after}"),
        Role::Amount | Role::Attribute => format!("{action}{subject}{number}{after}"),
    })
}

/// The item's commitments right before and after this one, where they stand in the same clause.
fn beside<'r>(reading: &'r Reading, item: &Item, index: usize) -> [Option<&'r Statement>; 2] {
    let own = reading.statements.get(index);
    let place = item.statements.partition_point(|other| *other < index);
    let at = |place: Option<usize>| {
        let other = reading.statements.get(*item.statements.get(place?)?)?;
        own.filter(|own| own.clause == other.clause).map(|_| other)
    };
    [at(place.checked_sub(1)), at(place.checked_add(1))]
}

/// Whether another number of the same clause stands inside this statement's words. Words are one run, so that the
/// nearest number on either side tells.
fn shared(reading: &Reading, item: &Item, index: usize, statement: &Statement) -> bool {
    let others = beside(reading, item, index).into_iter().flatten();
    others.filter_map(|other| other.quantity.as_ref()).any(|other| statement.span.contains(other.span))
}

/// Whether all the phrase's words stand inside `span`.
fn within(span: Span, phrase: &Phrase) -> bool {
    phrase.0.iter().all(|piece| span.contains(*piece))
}

/// The clause's words after its enumerator, when they are not too long for a title.
fn whole_clause(text: &str, reading: &Reading, statement: &Statement) -> Option<String> {
    let clause = reading.clauses.get(statement.clause)?.span;
    if clause.end - clause.start > LONGEST_CLAUSE {
        return None;
    }
    let mut found = Vec::new();
    glyphs(text, clause, &mut found, |_| {});
    let start = found.get(after_enumerator(&found, 0)).map_or(clause.start, |glyph| span_of(&[*glyph]).start);
    let words = clean(text, Span { start, end: clause.end });
    (words.chars().count() <= PREFERRED).then_some(words)
}

/// A verb that only begins a row of verbs or ends a longer word (协同管理、高效联动) does not stand alone.
fn plain(text: &str, reading: &Reading, statement: &Statement) -> String {
    let row = statement.action.0.first().is_some_and(|verb| text.get(verb.end..).is_some_and(|t| t.starts_with('、')));
    let whole = if row { whole_clause(text, reading, statement) } else { None };
    whole.unwrap_or_else(|| clean(text, statement.span))
}

fn numbered(text: &str, reading: &Reading, item: &Item, index: usize, statement: &Statement) -> String {
    let whole = clean(text, statement.span);
    // 甲、乙存栏量分别达3万头、5万头: each number's own member is not what the clause says first.
    let paired = statement.reasons.iter().any(|reason| reason.rule == "subject-paired");
    let complete = !paired
        && within(statement.span, &statement.subject)
        && within(statement.span, &statement.action)
        && !shared(reading, item, index, statement);
    let alone = beside(reading, item, index).iter().all(Option::is_none);
    // What a lone number says of someone (为150名老人免费体检) needs the clause's other words.
    let clause = if complete && alone { whole_clause(text, reading, statement) } else { None };
    if let Some(clause) = clause {
        clause
    } else if complete {
        whole
    } else {
        composed(text, statement).unwrap_or(whole)
    }
}

/// Verbs that say whom something reaches, not what it is.
const REACHING: [&str; 4] = ["惠及", "受益", "覆盖", "辐射"];

/// A subject of so few bytes, two characters (产量, 规模), does not say of what.
const BARE_SUBJECT: usize = 6;

/// Whether the statement's subject does not say of what it is.
pub(super) fn bare(statement: &Statement) -> bool {
    matches!(statement.subject.0.as_slice(), [only] if only.end - only.start <= BARE_SUBJECT)
}

/// Whether the number says something of what stands before it: 惠及4个乡镇, 产量增加3倍.
fn leans(text: &str, statement: &Statement) -> bool {
    let indicator = statement
        .quantity
        .as_ref()
        .is_some_and(|quantity| matches!(quantity.role, Role::Level { .. } | Role::Change { .. }));
    REACHING.contains(&joined(text, &statement.action).as_str()) || indicator && bare(statement)
}

impl Item {
    /// What a number that leans on something leans on: the item's first deed without its number, or the clause before in
    /// the same sentence.
    fn context(&self, text: &str, reading: &Reading, own: &Statement) -> Option<String> {
        let first = self.statements.first().and_then(|index| reading.statements.get(*index));
        if let Some(first) = first.filter(|first| first.clause < own.clause && first.quantity.is_some()) {
            let deed = format!("{}{}", joined(text, &first.action), joined(text, &first.subject));
            return (!deed.is_empty()).then_some(deed);
        }
        let before = own.clause.checked_sub(1).and_then(|index| reading.clauses.get(index))?;
        let here = reading.clauses.get(own.clause)?;
        let same = before.sentence == here.sentence && before.span.end - before.span.start <= LONGEST_CLAUSE;
        same.then(|| clean(text, before.span))
    }

    /// The title of the task that follows one of the item's commitments: with its number, when it has one, after what
    /// brings it about. `statement` is an index of [`Reading::statements`]. Only whole clauses are left out, so a title
    /// is longer than 60 characters where one clause is.
    #[must_use]
    pub fn title(&self, text: &str, reading: &Reading, statement: usize) -> String {
        let Some(own) = reading.statements.get(statement) else { return String::new() };
        let mut title = if own.quantity.is_some() {
            numbered(text, reading, self, statement, own)
        } else {
            plain(text, reading, own)
        };
        let cause = self.statements.first().filter(|first| **first != statement);
        let cause = cause.and_then(|first| reading.statements.get(*first)).filter(|first| first.quantity.is_none());
        if let Some(cause) = cause.map(|cause| clean(text, cause.span)).filter(|cause| !title.contains(cause.as_str()))
        {
            let both = format!("{}，{}", trimmed(&cause), trimmed(&title));
            if both.chars().count() <= PREFERRED {
                title = both;
            }
        }
        if own.quantity.is_some()
            && leans(text, own)
            && let Some(context) = self.context(text, reading, own)
        {
            let both = format!("{}，{}", trimmed(&context), trimmed(&title));
            if both.chars().count() <= PREFERRED && !title.contains(context.as_str()) {
                title = both;
            }
        }
        if title.chars().count() < SHORT && own.quantity.is_none() {
            let after = self.clauses.iter().find(|clause| **clause > own.clause);
            if let Some(clause) = after.and_then(|index| reading.clauses.get(*index)) {
                title = format!("{title}，{}", clean(text, clause.span));
            }
        }
        trimmed(&title).to_owned()
    }
}
