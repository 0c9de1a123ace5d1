//! What reading a report yields. All places are byte offsets `[start, end)` into the text as delivered.

use crate::rules::Rule;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A run of bytes `[start, end)` of the text as delivered; both ends lie on character borders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(usize, usize)", into = "(usize, usize)")]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl From<(usize, usize)> for Span {
    fn from((start, end): (usize, usize)) -> Self {
        Self { start, end }
    }
}

impl From<Span> for (usize, usize) {
    fn from(span: Span) -> Self {
        (span.start, span.end)
    }
}

impl Span {
    /// Whether `other` lies wholly inside this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// What kind of part of the report a section is; it decides whether its statements are promised or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SectionKind {
    /// Title, date, speaker, salutation.
    Front,
    /// The year (or term) looked back on.
    Review,
    /// Difficulties and problems named by the report.
    Problems,
    /// What is promised for the year (or term) to come.
    Plan,
    /// The government's own conduct, promised.
    Conduct,
    /// Annexed list of things to be done (十件民生实事).
    PromisedList,
    /// Annexed list of last year's things and their completion.
    CompletedList,
    /// Explanations of terms (名词解释).
    Glossary,
    /// Closing words.
    Closing,
}

/// A headed part of the report. Sections nest; `parent` points at the enclosing one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// 1 for the outermost parts.
    pub level: u8,
    /// Index of the enclosing section in [`Reading::sections`].
    pub parent: Option<usize>,
    /// What kind of part it is.
    pub kind: SectionKind,
    /// Where the heading's words stand (without marks such as `##` and `**`); empty at the section's start when it has none.
    pub heading: Span,
    /// The whole section, heading and subsections included.
    pub span: Span,
}

/// The text between two breaks (`，。；！？：` or a paragraph's end); the smallest thing that holds a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// The innermost section it stands in, an index of [`Reading::sections`].
    pub section: usize,
    /// The sentence (up to `。！？；` or the paragraph's end) that holds it.
    pub sentence: Span,
    /// Its own text, without the closing break.
    pub span: Span,
}

/// Whether something is promised or reported as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Set {
    /// Promised.
    Commitment,
    /// Reported as done.
    Result,
}

/// How sure it is that a statement is promised or done. It says nothing of the number, the verb or the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// No heading tells, or words of the clause speak against its section.
    Low,
    /// The section alone tells, or a year or 去年 outweighs it.
    Medium,
    /// The section and words of the clause (力争, 已, a deadline) agree.
    High,
}

impl Confidence {
    /// The name shown in every format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Which way a change goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More.
    Up,
    /// Less.
    Down,
}

/// What part a number plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "role")]
pub enum Role {
    /// How much is or was delivered.
    Amount,
    /// The value a quantity stands at or must reach; `from` is the start of a from-to statement, in the quantity's unit.
    Level {
        /// Value before.
        from: Option<Decimal>,
    },
    /// A difference against before; the value is never negative.
    Change {
        /// Which way.
        direction: Direction,
    },
    /// A size that describes a thing and is not itself a target.
    Attribute,
}

impl Role {
    /// The role's name in the annotation format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Level { .. } => "level",
            Self::Change { .. } => "change",
            Self::Attribute => "attribute",
        }
    }
}

/// How the number bounds what is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Bound {
    /// Just so.
    #[serde(rename = "=")]
    Equal,
    /// 以上, 不少于, 至少.
    #[serde(rename = ">=")]
    AtLeast,
    /// 以内, 以下, 不超过.
    #[serde(rename = "<=")]
    AtMost,
    /// 突破, 超过, 多.
    #[serde(rename = ">")]
    Above,
    /// 低于, 不到.
    #[serde(rename = "<")]
    Below,
    /// 左右, 约, 近.
    #[serde(rename = "~")]
    About,
}

impl Bound {
    /// The sign used in the annotation format.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::Below => "<",
            Self::About => "~",
        }
    }
}

/// An explicit deadline other than the report's year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Due {
    /// By the end of a year.
    Year(i16),
    /// By the end of a month of a year.
    Month(i16, i8),
    /// Within so many years from the report's year.
    Years(u16),
}

/// Words of the report, possibly in several pieces (a shared verb or subject stands elsewhere than its number). Nearly
/// all are one piece, which is kept without a heap allocation.
#[derive(Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phrase(pub SmallVec<[Span; 1]>);

impl Clone for Phrase {
    fn clone(&self) -> Self {
        // Spans are copied in one go; the derived clone goes through them one by one.
        Self(SmallVec::from_slice(&self.0))
    }
}

/// A number with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Quantity {
    /// Where the number and its unit stand, without the bound words.
    pub span: Span,
    /// Exact value, 千, 万 and 亿 multiplied out.
    pub value: Decimal,
    /// What is left as unit, whitespace removed, as the lexicon has it; empty for a bare ratio.
    pub unit: &'static str,
    /// How it bounds.
    pub bound: Bound,
    /// The part it plays.
    pub role: Role,
}

/// A field of a statement, for explaining which rule filled it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// Commitment or result.
    Set,
    /// The number and unit.
    Quantity,
    /// The bound.
    Bound,
    /// The role (with direction and from).
    Role,
    /// The verb.
    Action,
    /// What is counted or measured.
    Subject,
    /// The deadline.
    Due,
}

impl Field {
    /// All fields, in their order.
    pub const ALL: [Self; 7] =
        [Self::Set, Self::Quantity, Self::Bound, Self::Role, Self::Action, Self::Subject, Self::Due];
}

/// Which rule filled which field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The field.
    pub field: Field,
    /// The rule's stable name, kebab-case, documented where the rule is.
    pub rule: &'static str,
}

/// Which rule filled each field, at most one a field. A list of pairs outside; here one byte a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasons([Option<Rule>; Field::ALL.len()]);

impl Reasons {
    /// Notes the rule that filled a field.
    pub(crate) fn note(&mut self, field: Field, rule: Rule) {
        if let Some(slot) = self.0.get_mut(field as usize) {
            *slot = Some(rule);
        }
    }

    /// The rules, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = Reason> + '_ {
        Field::ALL.into_iter().zip(self.0).filter_map(|(field, rule)| Some(Reason { field, rule: rule?.name() }))
    }
}

impl Serialize for Reasons {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// One thing the report says, with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Promised or done.
    pub set: Set,
    /// How sure that is.
    pub confidence: Confidence,
    /// Smallest run of text that states it; inside its clause.
    pub span: Span,
    /// Index of [`Reading::clauses`].
    pub clause: usize,
    /// The number; `None` for a commitment without one.
    pub quantity: Option<Quantity>,
    /// The verb that governs it.
    pub action: Phrase,
    /// What is counted, measured or done, without the verb.
    pub subject: Phrase,
    /// Explicit deadline.
    pub due: Option<Due>,
    /// Why each field is as it is.
    pub reasons: Reasons,
}

/// A report, read. Sections, clauses and statements stand in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The title's place, when one was found.
    pub title: Option<Span>,
    /// The year promised for: the year of the meeting (a report of January 2025 promises for 2025).
    pub year: Option<i16>,
    /// Headed parts.
    pub sections: Vec<Section>,
    /// Clauses.
    pub clauses: Vec<Clause>,
    /// Statements: every number that says what was or will be done, and every commitment without a number.
    pub statements: Vec<Statement>,
    /// Numbers that were left out, with the veto that left them out.
    pub left_out: Vec<LeftOut>,
}

/// A number that states nothing: a date, an ordinal, a part of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Where it stands.
    pub span: Span,
    /// The veto's name, one of [`crate::RULES`].
    pub rule: &'static str,
}

impl Reading {
    /// The indices of the sections around `section` and itself, outermost first.
    #[must_use]
    pub fn section_path(&self, section: usize) -> Vec<usize> {
        let mut path = Vec::new();
        let mut next = Some(section);
        while let Some(index) = next {
            let Some(found) = self.sections.get(index) else { break };
            path.push(index);
            // A parent always stands before its child, so the walk ends.
            next = found.parent.filter(|parent| *parent < index);
        }
        path.reverse();
        path
    }

    /// The headings around a statement, outermost first, as written in `text`; sections without a heading are left out.
    #[must_use]
    pub fn headings<'t>(&self, text: &'t str, statement: &Statement) -> Vec<&'t str> {
        let Some(clause) = self.clauses.get(statement.clause) else { return Vec::new() };
        let path = self.section_path(clause.section);
        let spans = path.into_iter().filter_map(|index| self.sections.get(index)).map(|section| section.heading);
        spans.filter_map(|span| text.get(span.start..span.end)).filter(|heading| !heading.is_empty()).collect()
    }
}

impl Phrase {
    /// The words, pieces joined, without white space and marks of emphasis. `None` when there are none.
    #[must_use]
    pub fn words(&self, text: &str) -> Option<String> {
        let pieces = self.0.iter().filter_map(|span| text.get(span.start..span.end));
        let words: String =
            pieces.flat_map(str::chars).filter(|c| !c.is_whitespace() && !matches!(c, '*' | '`')).collect();
        (!words.is_empty()).then_some(words)
    }
}

impl std::fmt::Display for Due {
    /// `2030`, `2027-06`, `P3Y`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Year(year) => write!(formatter, "{year}"),
            Self::Month(year, month) => write!(formatter, "{year}-{month:02}"),
            Self::Years(years) => write!(formatter, "P{years}Y"),
        }
    }
}
