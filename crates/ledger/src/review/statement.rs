//! A proposed statement, as a draft holds it: with its words, so that it stands when the reader is another.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tingzhou_report::{
    Bound, Clause, Confidence, Due, Field, Phrase, Reading, Role, Section, Set, Span, Statement, plain_words,
};

/// A number with its unit, as proposed or as the reviewer has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftNumber {
    /// Where the number and its unit stand; the whole statement when the reviewer gave a number the text does not hold.
    pub span: Span,
    /// Exact value, 千, 万 and 亿 multiplied out.
    pub value: Decimal,
    /// Base unit; empty for a bare ratio.
    pub unit: String,
    /// How it bounds.
    pub bound: Bound,
    /// The part it plays.
    pub role: Role,
}

/// Words with their places in the text; without places when the reviewer typed what the text does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// The words, marks of layout left out.
    pub text: String,
    /// Where they stand.
    pub at: Phrase,
}

/// Which rule of the reader filled a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftReason {
    /// The field.
    pub field: Field,
    /// The rule's name.
    pub rule: String,
}

/// One thing the text says, proposed or as the reviewer has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftStatement {
    /// Promised or done.
    pub set: Set,
    /// How sure the reader is of that.
    pub confidence: Confidence,
    /// Its place in the text.
    pub span: Span,
    /// The clause it begins in.
    pub clause: Span,
    /// The sentence around it.
    pub sentence: Span,
    /// Innermost section, an index of [`Outline::sections`].
    pub section: usize,
    /// Its number.
    pub number: Option<DraftNumber>,
    /// The verb.
    pub action: Words,
    /// What is counted, measured or done.
    pub subject: Words,
    /// Deadline the text gives, other than the report's year.
    pub due: Option<Due>,
    /// Last day, when the reviewer set one.
    pub deadline: Option<Date>,
    /// Why each field is as it is; a field the reviewer filled has none.
    pub reasons: Vec<DraftReason>,
}

/// A part of a statement that can differ between two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Where it stands.
    Place,
    /// Promised or done.
    Set,
    /// Value and unit.
    Number,
    /// How the number bounds.
    Bound,
    /// The part the number plays.
    Role,
    /// The verb.
    Action,
    /// What is counted, measured or done.
    Subject,
    /// The deadline.
    Due,
}

impl Part {
    /// All parts, in their order.
    pub const ALL: [Self; 8] =
        [Self::Place, Self::Set, Self::Number, Self::Bound, Self::Role, Self::Action, Self::Subject, Self::Due];

    /// The reader's field behind it; a place has none.
    #[must_use]
    pub fn field(self) -> Option<Field> {
        match self {
            Self::Place => None,
            Self::Set => Some(Field::Set),
            Self::Number => Some(Field::Quantity),
            Self::Bound => Some(Field::Bound),
            Self::Role => Some(Field::Role),
            Self::Action => Some(Field::Action),
            Self::Subject => Some(Field::Subject),
            Self::Due => Some(Field::Due),
        }
    }
}

impl DraftStatement {
    /// A statement of a reading.
    #[must_use]
    pub fn of(text: &str, reading: &Reading, statement: &Statement) -> Option<Self> {
        let clause = reading.clauses.get(statement.clause)?;
        let words = |phrase: &Phrase| Words { text: words_of(text, phrase), at: phrase.clone() };
        let number = statement.quantity.map(|quantity| DraftNumber {
            span: quantity.span,
            value: quantity.value,
            unit: quantity.unit.to_owned(),
            bound: quantity.bound,
            role: quantity.role,
        });
        let reasons = statement.reasons.iter();
        Some(Self {
            set: statement.set,
            confidence: statement.confidence,
            span: statement.span,
            clause: clause.span,
            sentence: clause.sentence,
            section: clause.section,
            number,
            action: words(&statement.action),
            subject: words(&statement.subject),
            due: statement.due,
            deadline: None,
            reasons: reasons.map(|r| DraftReason { field: r.field, rule: r.rule.to_owned() }).collect(),
        })
    }

    /// The place of its number, or its own.
    #[must_use]
    pub fn anchor(&self) -> Span {
        self.number.as_ref().map_or(self.span, |number| number.span)
    }

    /// Where it belongs in the order of the text.
    #[must_use]
    pub fn order(&self) -> (usize, usize) {
        (self.clause.start, self.anchor().start)
    }

    /// The rule that filled a field, unless the reviewer did.
    #[must_use]
    pub fn rule(&self, field: Field) -> Option<&str> {
        self.reasons.iter().find(|reason| reason.field == field).map(|reason| reason.rule.as_str())
    }

    /// The parts in which two readings of the same words differ. How sure they are and why are no parts of what is said.
    #[must_use]
    pub fn differs(&self, other: &Self) -> Vec<Part> {
        let number = |s: &Self| s.number.as_ref().map(|n| (n.value.normalize(), n.unit.clone()));
        let bound = |s: &Self| s.number.as_ref().map(|n| n.bound);
        let role = |s: &Self| s.number.as_ref().map(|n| n.role);
        let same = |part: &Part| match part {
            Part::Place => self.span == other.span,
            Part::Set => self.set == other.set,
            Part::Number => number(self) == number(other),
            Part::Bound => bound(self) == bound(other),
            Part::Role => role(self) == role(other),
            Part::Action => self.action.text == other.action.text,
            Part::Subject => self.subject.text == other.subject.text,
            Part::Due => (self.due, self.deadline) == (other.due, other.deadline),
        };
        Part::ALL.into_iter().filter(|part| !same(part)).collect()
    }

    /// Takes the reasons of fields away that no rule fills any more.
    pub(crate) fn filled_by_hand(&mut self, parts: &[Part]) {
        self.reasons.retain(|reason| !parts.iter().any(|part| part.field() == Some(reason.field)));
    }
}

/// The words of a phrase, pieces joined, marks of layout left out.
pub(crate) fn words_of(text: &str, phrase: &Phrase) -> String {
    phrase.0.iter().map(|span| plain_words(text.get(span.start..span.end).unwrap_or_default())).collect()
}

/// What surrounds the statements of a text: its parts and clauses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// The title's place.
    pub title: Option<Span>,
    /// The year promised for.
    pub year: i16,
    /// Headed parts, in the order of the text.
    pub sections: Vec<Section>,
    /// Clauses, in the order of the text.
    pub clauses: Vec<Clause>,
}

impl Outline {
    /// Index of the clause a place stands in, or of the last one before it.
    #[must_use]
    pub fn clause_at(&self, at: usize) -> Option<usize> {
        self.clauses.partition_point(|clause| clause.span.start <= at).checked_sub(1)
    }

    /// Gives a statement the clause, sentence and section it stands in.
    pub(crate) fn place(&self, statement: &mut DraftStatement) {
        if let Some(clause) = self.clause_at(statement.span.start).and_then(|index| self.clauses.get(index)) {
            statement.clause = clause.span;
            statement.sentence = clause.sentence;
            statement.section = clause.section;
        }
    }
}

/// What a reader proposes of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Parts and clauses.
    pub outline: Outline,
    /// Statements, in the order of the text.
    pub statements: Vec<DraftStatement>,
}

impl Proposal {
    /// The proposal of a reading; `year` is taken when the text names none.
    #[must_use]
    pub fn of(text: &str, reading: &Reading, year: i16) -> Self {
        let statements = reading.statements.iter().filter_map(|s| DraftStatement::of(text, reading, s)).collect();
        let outline = Outline {
            title: reading.title,
            year: reading.year.unwrap_or(year),
            sections: reading.sections.clone(),
            clauses: reading.clauses.clone(),
        };
        Self { outline, statements }
    }
}
