//! The reader's stages, each with all before it, so that a bench can time them from outside. Nothing else uses them.

use crate::clause::clauses;
use crate::glyph::glyphs;
use crate::grammar::{Circumstance, Reading, Tokens, tokenize};
use crate::layout::layout;
use crate::quantity::scan;
use crate::section::{sections, year};
use crate::types::SectionKind;

/// How far the text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Lines to blocks.
    Layout,
    /// Blocks to sections, and the report's year.
    Sections,
    /// Paragraphs to characters and their marks.
    Glyphs,
    /// Marks to clauses.
    Clauses,
    /// Clauses with a number to words and quantities.
    Tokens,
    /// The same, with every quantity scanned twice: what this takes longer is what quantities take.
    QuantitiesTwice,
}

/// Reads a text up to a stage, and returns how many things the last stage made.
#[must_use]
pub fn run(text: &str, last: Stage) -> usize {
    let layout = layout(text);
    if last == Stage::Layout {
        return layout.blocks.len();
    }
    let year = year(text, &layout);
    let tree = sections(text, &layout, year);
    if last == Stage::Sections {
        return tree.sections.len();
    }
    let circumstance = Circumstance { kind: SectionKind::Plan, year, unheaded: tree.unheaded };
    let (mut found, mut marks, mut runs, mut tokens, mut left_out) =
        (Vec::new(), Vec::new(), Vec::new(), Tokens::default(), Vec::new());
    let mut made = 0;
    for body in layout.blocks.iter().filter_map(|block| block.body) {
        marks.clear();
        glyphs(text, body, &mut found, |mark| marks.push(mark));
        if last == Stage::Glyphs {
            made += found.len();
            continue;
        }
        clauses(&found, &marks, &mut runs);
        if last == Stage::Clauses {
            made += runs.len();
            continue;
        }
        for run in runs.iter().filter(|run| run.numbers) {
            let clause = run.clause.clone();
            let reading = Reading { glyphs: &found, clause, numbers: true, next: None, circumstance, index: 0 };
            tokenize(&reading, &mut tokens, &mut left_out);
            made += tokens.list.len();
            if last == Stage::QuantitiesTwice {
                let clause = found.get(..run.clause.end).unwrap_or_default();
                made += tokens.measured.iter().filter(|measured| scan(clause, measured.start).is_some()).count();
            }
        }
    }
    made
}
