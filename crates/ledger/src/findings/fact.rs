//! Statements with a number, prepared for comparing, and the index that finds those worth comparing.

use super::lexis::{CEILINGS, ELSEWHERE, ESTIMATING, HOLDING, ONE_YEAR, TERM_HEADINGS, TERMS};
use super::rounding::{Interval, interval, step};
use super::said::{Said, SaidQuantity, SaidStatement};
use super::subject::{Likeness, Subject, unit_class};
use super::{Draft, FindingKind, FindingPlace, Verdict};
use crate::Two;
use rust_decimal::Decimal;
use std::collections::{BTreeSet, HashMap};
use tingzhou_report::{Bound, Direction, Role, SectionKind, Set, plain_words};

/// A pair of characters shared by more subjects than this tells nothing and is not followed.
const MOST: usize = 48;

/// A statement with a number.
pub(crate) struct Fact<'s> {
    /// Index of the statement.
    pub(crate) at: usize,
    pub(crate) statement: &'s SaidStatement,
    pub(crate) quantity: &'s SaidQuantity,
    pub(crate) subject: Subject,
    /// The unit, or the counting word that stands for it.
    pub(crate) unit: &'s str,
    /// The kind of part it stands in.
    pub(crate) kind: SectionKind,
    /// Speaks of more than a year.
    pub(crate) term: bool,
    /// A year named beside it that is not the one meant anyway.
    year: Option<i16>,
    /// Speaks of a quarter, or of others than the city.
    elsewhere: bool,
    /// Called an estimate.
    pub(crate) estimated: bool,
    /// A target that means to hold what is there.
    pub(crate) holds: bool,
    /// Its clause, without marks.
    pub(crate) clause: String,
}

/// The facts of a report, in the text's order.
pub(crate) struct Facts<'s> {
    pub(crate) said: &'s Said<'s>,
    pub(crate) all: Vec<Fact<'s>>,
    by_pair: HashMap<(char, char), Vec<usize>>,
    by_core: HashMap<String, Vec<usize>>,
}

/// The last year named (`2024年`), searched from the end.
fn year_named(words: &str) -> Option<i16> {
    words.match_indices('年').rev().find_map(|(at, _)| {
        let before = words.get(..at)?;
        let from = before.char_indices().rev().nth(3).map(|(at, _)| at)?;
        let digits = before.get(from..)?;
        let four = digits.len() == 4 && (digits.starts_with("20") || digits.starts_with("19"));
        digits.parse().ok().filter(|_| four)
    })
}

fn any(words: &[&str], text: &str) -> bool {
    words.iter().any(|word| text.contains(word))
}

impl<'s> Fact<'s> {
    fn new(said: &'s Said<'s>, at: usize, statement: &'s SaidStatement, term: bool) -> Option<Self> {
        let quantity = statement.quantity.as_ref()?;
        if quantity.role == Role::Attribute {
            return None;
        }
        let kind = said.parts.get(statement.part)?.kind;
        let clause = plain_words(said.clause(statement, quantity.span));
        let upto = said.lead(statement, quantity.span).map(plain_words).concat();
        let meant = said.year.map(|year| if statement.set == Set::Result { year.saturating_sub(1) } else { year });
        let year = year_named(&clause).or_else(|| year_named(&upto)).filter(|year| Some(*year) != meant);
        let own = any(TERMS, &upto);
        let term = if any(ONE_YEAR, &upto) { own && any(TERMS, &clause) } else { own || term };
        Some(Self {
            at,
            statement,
            quantity,
            subject: Subject::new(&statement.subject, &statement.action),
            unit: unit_class(&quantity.unit),
            kind,
            term,
            year,
            elsewhere: any(ELSEWHERE, &clause),
            estimated: any(ESTIMATING, &upto) || any(ESTIMATING, said.before(statement)),
            holds: any(HOLDING, &clause) || any(HOLDING, &statement.action),
            clause,
        })
    }

    pub(crate) fn place(&self) -> FindingPlace {
        FindingPlace { statement: Some(self.at), span: self.statement.span }
    }

    /// Stands in an annexed list.
    pub(crate) fn listed(&self) -> bool {
        matches!(self.kind, SectionKind::PromisedList | SectionKind::CompletedList)
    }

    pub(crate) fn promised(&self) -> bool {
        self.statement.set == Set::Commitment
    }

    pub(crate) fn direction(&self) -> Option<Direction> {
        match self.quantity.role {
            Role::Change { direction } => Some(direction),
            _ => None,
        }
    }

    pub(crate) fn is_level(&self) -> bool {
        matches!(self.quantity.role, Role::Level { .. })
    }

    pub(crate) fn is_amount(&self) -> bool {
        self.quantity.role == Role::Amount
    }

    /// Only what is added, not what there is.
    fn adds(&self) -> bool {
        self.clause.contains('新')
    }

    /// Whether the roles let the numbers be compared.
    pub(crate) fn same_role(&self, other: &Self) -> bool {
        match (self.direction(), other.direction()) {
            (None, None) => self.is_level() == other.is_level() || !(self.adds() || other.adds()),
            (one, another) => one == another,
        }
    }

    /// Whether both speak of the same stretch of time and of the city.
    pub(crate) fn same_time(&self, other: &Self) -> bool {
        self.term == other.term && self.year == other.year && !self.elsewhere && !other.elsewhere
    }

    pub(crate) fn same_unit(&self, other: &Self) -> bool {
        self.unit == other.unit
    }

    pub(crate) fn same_value(&self, other: &Self) -> bool {
        self.quantity.value == other.quantity.value
    }

    /// The interval the written number stands for.
    pub(crate) fn interval(&self, said: &Said<'_>) -> Interval {
        interval(self.quantity.value, self.step(said))
    }

    /// The size of its last digit.
    pub(crate) fn step(&self, said: &Said<'_>) -> Decimal {
        step(said.at(self.quantity.span), self.quantity.value)
    }

    /// The digits without the zeros at the end: 515 of 5 150.
    pub(crate) fn digits(&self) -> i128 {
        let mut mantissa = self.quantity.value.normalize().mantissa().abs();
        while mantissa != 0 && mantissa % 10 == 0 {
            mantissa /= 10;
        }
        mantissa
    }

    /// A ceiling: to stay below it is no deed.
    pub(crate) fn ceiling(&self) -> bool {
        matches!(self.quantity.bound, Bound::AtMost | Bound::Below) || any(CEILINGS, &self.subject.core)
    }

    /// Whether two facts with equal numbers speak of one quantity.
    pub(crate) fn restates(&self, other: &Self) -> bool {
        let told = self.digits() >= 11;
        let sharp = self.digits() >= 100 || (told && self.quantity.value >= Decimal::ONE_THOUSAND);
        match self.subject.likeness(&other.subject) {
            None => false,
            Some(Likeness::Same | Likeness::Within(_)) => true,
            Some(Likeness::Alike(shared, of)) => {
                shared >= 2 && ((told && shared * 2 >= of) || (sharp && shared * 3 >= of))
            }
        }
    }
}

/// Which parts and paragraphs speak of a term of years. A paragraph says so in its first words (这五年，…); one that says
/// nothing goes on as the one before it in its part, the first one as its heading says.
struct Terms {
    parts: Vec<bool>,
    /// Where each line begins, and what its first words say.
    lines: Vec<(usize, Option<bool>)>,
    next: usize,
    part: Option<usize>,
    now: bool,
}

/// Whether words speak of a term (`true`) or of the year; `None` when of neither.
fn term_or_year(words: &str, term: &[&str], year: Option<i16>) -> Option<bool> {
    let named = year_named(words).is_some_and(|named| year.is_some_and(|year| named == year || named + 1 == year));
    if named || any(ONE_YEAR, words) {
        return Some(false);
    }
    any(term, words).then_some(true)
}

impl Terms {
    /// First words of a paragraph, in bytes.
    const FIRST: usize = 120;

    fn of(said: &Said<'_>) -> Self {
        let mut parts = Vec::with_capacity(said.parts.len());
        for (index, part) in said.parts.iter().enumerate() {
            let heading = plain_words(said.at(part.heading));
            let around = part.parent.filter(|parent| *parent < index);
            let above = around.and_then(|parent| parts.get(parent)).copied().unwrap_or(false);
            parts.push(term_or_year(&heading, TERM_HEADINGS, said.year).unwrap_or(above));
        }
        let mut at = 0;
        let mut lines = Vec::new();
        for line in said.text.split_inclusive('\n') {
            let first = line.get(..line.floor_char_boundary(Self::FIRST)).unwrap_or(line);
            let first = first.split(['。', '；']).next().unwrap_or_default();
            lines.push((at, term_or_year(&plain_words(first), TERMS, said.year)));
            at += line.len();
        }
        Self { parts, lines, next: 0, part: None, now: false }
    }

    /// Whether the statement's paragraph speaks of a term. Statements are asked in the text's order.
    fn at(&mut self, statement: &SaidStatement) -> bool {
        if self.part != Some(statement.part) {
            self.part = Some(statement.part);
            self.now = self.parts.get(statement.part).copied().unwrap_or(false);
        }
        while let Some((_, told)) = self.lines.get(self.next).filter(|(start, _)| *start <= statement.span.start) {
            self.now = told.unwrap_or(self.now);
            self.next += 1;
        }
        self.now
    }
}

impl<'s> Facts<'s> {
    pub(crate) fn of(said: &'s Said<'s>) -> Self {
        let mut terms = Terms::of(said);
        let statements = said.statements.iter().enumerate();
        let all: Vec<_> = statements.filter_map(|(at, s)| Fact::new(said, at, s, terms.at(s))).collect();
        let mut by_pair: HashMap<_, Vec<usize>> = HashMap::new();
        let mut by_core: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, fact) in all.iter().enumerate().filter(|(_, fact)| !fact.subject.generic) {
            for pair in &fact.subject.pairs {
                by_pair.entry(*pair).or_default().push(index);
            }
            by_core.entry(fact.subject.core.clone()).or_default().push(index);
        }
        Self { said, all, by_pair, by_core }
    }

    /// The facts whose subjects are like this one's, in the text's order, itself included when it is one of them. Bounded:
    /// what too many share is not followed.
    pub(crate) fn like(&self, subject: &Subject) -> impl Iterator<Item = &Fact<'s>> {
        let mut found = BTreeSet::new();
        if !subject.generic {
            let own = self.by_core.get(&subject.core).into_iter();
            let shared = subject.pairs.iter().filter_map(|pair| self.by_pair.get(pair));
            for list in own.chain(shared).filter(|list| list.len() <= MOST) {
                found.extend(list.iter().copied());
            }
        }
        found.into_iter().filter_map(|index| self.all.get(index))
    }

    /// The first facts with just this subject, in the text's order.
    pub(crate) fn named(&self, subject: &Subject) -> impl Iterator<Item = &Fact<'s>> {
        let list = self.by_core.get(&subject.core).into_iter().flatten();
        list.take(MOST).filter_map(|index| self.all.get(*index))
    }
}

impl Draft {
    pub(crate) fn of(kind: FindingKind, verdict: Verdict, places: Vec<FindingPlace>, sentence: Two) -> Self {
        Self { kind, verdict, places, sentence }
    }
}
