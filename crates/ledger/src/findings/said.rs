//! What a report says, in the form the rules need: from a fresh reading or from a reading as adopted.

use rust_decimal::Decimal;
use tingzhou_report::{Bound, Quantity, Reading, Role, SectionKind, Set, Span};

/// A headed part of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidPart {
    /// What kind of part.
    pub kind: SectionKind,
    /// The part around it; stands before it.
    pub parent: Option<usize>,
    /// Where its heading stands; empty when it has none.
    pub heading: Span,
    /// The whole part.
    pub span: Span,
}

/// A number with its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidQuantity {
    /// Where number and unit stand.
    pub span: Span,
    /// Exact value in `unit`.
    pub value: Decimal,
    /// Base unit; empty for a bare ratio.
    pub unit: String,
    /// How it bounds.
    pub bound: Bound,
    /// The part it plays.
    pub role: Role,
}

impl From<&Quantity> for SaidQuantity {
    fn from(quantity: &Quantity) -> Self {
        let Quantity { span, value, unit, bound, role } = *quantity;
        Self { span, value, unit: unit.to_owned(), bound, role }
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidStatement {
    /// Promised or done.
    pub set: Set,
    /// Its place.
    pub span: Span,
    /// The sentence around it.
    pub sentence: Span,
    /// The innermost part, an index of [`Said::parts`].
    pub part: usize,
    /// Its number.
    pub quantity: Option<SaidQuantity>,
    /// The verb, as written.
    pub action: String,
    /// What is counted, measured or done, as written.
    pub subject: String,
}

/// A report's statements with the text they stand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<'t> {
    /// The text as delivered; all places are byte offsets into it.
    pub text: &'t str,
    /// The year promised for.
    pub year: Option<i16>,
    /// Headed parts, in the text's order.
    pub parts: Vec<SaidPart>,
    /// Statements, in the text's order.
    pub statements: Vec<SaidStatement>,
}

impl<'t> Said<'t> {
    /// From a fresh reading of `text`.
    #[must_use]
    pub fn of(text: &'t str, reading: &Reading) -> Self {
        let parts = reading.sections.iter().map(|section| SaidPart {
            kind: section.kind,
            parent: section.parent,
            heading: section.heading,
            span: section.span,
        });
        let statements = reading.statements.iter().filter_map(|statement| {
            let clause = reading.clauses.get(statement.clause)?;
            Some(SaidStatement {
                set: statement.set,
                span: statement.span,
                sentence: clause.sentence,
                part: clause.section,
                quantity: statement.quantity.as_ref().map(SaidQuantity::from),
                action: statement.action.words(text).unwrap_or_default(),
                subject: statement.subject.words(text).unwrap_or_default(),
            })
        });
        Self { text, year: reading.year, parts: parts.collect(), statements: statements.collect() }
    }

    /// The words at a place.
    pub(crate) fn at(&self, span: Span) -> &'t str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The clause around a number: the run between the breaks on both sides, inside its sentence and within [`REACH`].
    pub(crate) fn clause(&self, statement: &SaidStatement, number: Span) -> &'t str {
        let breaks = |c: char| matches!(c, '，' | '。' | '；' | '！' | '？' | '：' | '\n');
        let before = tail(self.text.get(statement.sentence.start..number.start).unwrap_or_default());
        let start = before.char_indices().rev().find(|(_, c)| breaks(*c)).map_or(0, |(at, c)| at + c.len_utf8());
        let start = number.start - (before.len() - start);
        let after = head(self.text.get(number.end..statement.sentence.end).unwrap_or_default());
        let end = after.char_indices().find(|(_, c)| breaks(*c)).map_or(after.len(), |(at, _)| at);
        self.text.get(start..number.end + end).unwrap_or_else(|| self.at(number))
    }

    /// What stands before a statement's sentence up to a full stop: a semicolon ends no governing word.
    pub(crate) fn before(&self, statement: &SaidStatement) -> &'t str {
        let before = tail(self.text.get(..statement.sentence.start).unwrap_or_default());
        let start = before.rfind(['。', '！', '？', '\n']).unwrap_or(0);
        before.get(start..).unwrap_or_default()
    }

    /// What stands before a number in its sentence: the sentence's beginning and the words right before.
    pub(crate) fn lead(&self, statement: &SaidStatement, number: Span) -> [&'t str; 2] {
        let before = self.text.get(statement.sentence.start..number.start).unwrap_or_default();
        let near = tail(before);
        [head(before.get(..before.len() - near.len()).unwrap_or_default()), near]
    }
}

/// How far around a number words are looked at, in bytes. It keeps the work linear in a text without breaks.
const REACH: usize = 900;

/// The first bytes of a text, up to a character's border.
pub(crate) fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(REACH)).unwrap_or(text)
}

/// The last bytes of a text, from a character's border.
pub(crate) fn tail(text: &str) -> &str {
    text.get(text.ceil_char_boundary(text.len().saturating_sub(REACH))..).unwrap_or(text)
}
