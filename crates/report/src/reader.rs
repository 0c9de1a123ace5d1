//! From a text to its reading.

use std::ops::Range;

use crate::clause::{Run, after_enumerator, clauses, may_hold_number};
use crate::error::ReadError;
use crate::glyph::{Glyph, Mark, glyphs, says_any, span_of};
use crate::grammar::{self, Carry, Circumstance, Room, commitment, read_clause};
use crate::layout::{Layout, layout};
use crate::numeral::is_digit;
use crate::section::{sections, year};
use crate::types::{Clause, Reading, Role, SectionKind, Span, Statement};

/// Reads a report.
///
/// # Errors
///
/// When the text is empty, holds no number, or is only a table of contents.
pub fn read(text: &str) -> Result<Reading, ReadError> {
    if text.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
        return Err(ReadError::Empty);
    }
    let layout = layout(text);
    let year = year(text, &layout);
    let tree = sections(text, &layout, year);
    let mut reading = Reading {
        title: layout.title,
        year,
        sections: tree.sections,
        // About a clause for every 50 bytes and a statement for every 80: room for most texts from the start.
        clauses: Vec::with_capacity(text.len() / 45),
        statements: Vec::with_capacity(text.len() / 75),
        left_out: Vec::new(),
    };
    let mut paragraph = Paragraph::default();
    for (block, section) in layout.blocks.iter().zip(&tree.of_block) {
        let Some(body) = block.body else { continue };
        let kind = reading.sections.get(*section).map_or(SectionKind::Front, |section| section.kind);
        let circumstance = Circumstance { kind, year, unheaded: tree.unheaded };
        paragraph.read(text, body, *section, circumstance, &mut reading);
    }
    if reading.statements.iter().all(|statement| statement.quantity.is_none()) {
        if !text.contains(is_digit) {
            return Err(ReadError::NoNumber { characters: text.chars().count() });
        }
        refuse_contents(text, &layout, &reading)?;
    }
    Ok(reading)
}

/// A table of contents has headings and page numbers, and nothing that says anything.
fn refuse_contents(text: &str, layout: &Layout, reading: &Reading) -> Result<(), ReadError> {
    let headings = layout.contents + layout.blocks.iter().filter(|block| block.heading.is_some()).count();
    let sentence = reading.sections.iter().any(|_| text.contains('。'));
    if headings >= 2 && !sentence && reading.statements.is_empty() {
        return Err(ReadError::OnlyContents { headings, end: text.trim_end().len() });
    }
    Ok(())
}

/// The room one paragraph is read in, used again for the next.
#[derive(Default)]
struct Paragraph {
    glyphs: Vec<Glyph>,
    marks: Vec<Mark>,
    runs: Vec<Run>,
    room: Room,
}

impl Paragraph {
    fn read(&mut self, text: &str, body: Span, section: usize, circumstance: Circumstance, reading: &mut Reading) {
        self.marks.clear();
        glyphs(text, body, &mut self.glyphs, |mark| self.marks.push(mark));
        clauses(&self.glyphs, &self.marks, &mut self.runs);
        let mut carry = Carry::default();
        let mut sentence = None;
        let explains = circumstance.kind == SectionKind::Glossary;
        // The first clause of the sentence, and whether it leads requirements, once that was asked.
        let mut opening = 0..0;
        let mut slogans = None;
        for (number, run) in self.runs.iter().enumerate() {
            let opens = sentence != Some(run.sentence.start);
            if opens {
                sentence = Some(run.sentence.start);
                carry.due = None;
                carry.past = false;
                opening = run.clause.clone();
                slogans = None;
            }
            let part = |range: Range<usize>| self.glyphs.get(range).map_or(Span { start: 0, end: 0 }, span_of);
            let index = reading.clauses.len();
            reading.clauses.push(Clause {
                section,
                sentence: part(run.sentence.clone()),
                span: part(run.clause.clone()),
            });
            if explains {
                continue;
            }
            let mut clause = run.clause.clone();
            let mut numbers = run.numbers;
            if opens {
                clause.start = after_enumerator(&self.glyphs, clause.start).min(clause.end);
                if clause.start > run.clause.start {
                    numbers = self.glyphs.get(clause.clone()).is_some_and(may_hold_number);
                }
            }
            let next = self.runs.get(number + 1).map(|next| next.clause.start);
            let words = grammar::Reading { glyphs: &self.glyphs, clause, numbers, next, circumstance, index };
            let before = reading.statements.len();
            read_clause(&words, &mut self.room, &mut carry, &mut reading.statements, &mut reading.left_out);
            let fresh = reading.statements.get(before..).unwrap_or_default();
            let promises =
                matches!(circumstance.kind, SectionKind::Plan | SectionKind::Conduct | SectionKind::PromisedList);
            if promises
                && !fresh.iter().any(has_target)
                && let Some(statement) = commitment(&words, &carry, opens || number == 0)
                && !*slogans.get_or_insert_with(|| leads_requirements(&self.glyphs, &opening))
            {
                let place = reading.statements.len();
                reading.statements.insert(before.min(place), statement);
            }
        }
    }
}

fn has_target(statement: &Statement) -> bool {
    statement.quantity.as_ref().is_some_and(|quantity| quantity.role != Role::Attribute)
}

/// The sentence of general requirements (…总体要求是：) promises nothing one could check.
fn leads_requirements(glyphs: &[Glyph], opening: &Range<usize>) -> bool {
    let lead = glyphs.get(opening.start..opening.end.min(opening.start + 40)).unwrap_or_default();
    let mut lead = lead.iter().enumerate().filter(|(_, glyph)| matches!(glyph.c, '总' | '指' | '基'));
    lead.any(|(i, _)| says_any(glyphs, opening.start + i, &["总体要求", "指导思想", "总体思路", "基本思路"]))
}
