//! The text as delivered with its statements marked in place; a very long one in parts.

use crate::i18n::Words;
use crate::pages::review::{Place, state_words};
use std::collections::{HashMap, HashSet};
use tingzhou_platform::ledger::review::Entry;
use tingzhou_platform::{Block, DraftView};

/// Marked runs of one part of the text; a usual report is one part.
const MOST_RUNS: usize = 900;

/// A run of text as the page shows it.
pub(super) enum Piece {
    Plain { text: String, strong: bool },
    Mark(Box<Mark>),
}

/// A marked statement, or a part of one.
pub(super) struct Mark {
    pub(super) text: String,
    pub(super) strong: bool,
    pub(super) id: u32,
    pub(super) link: String,
    pub(super) state: &'static str,
    pub(super) sign: &'static str,
    pub(super) word: &'static str,
    pub(super) newer: bool,
    pub(super) current: bool,
    /// The first part, which is its anchor.
    pub(super) first: bool,
    /// The last part, after which its sign stands.
    pub(super) last: bool,
}

pub(super) enum Shown {
    Heading { level: u8, text: String },
    Paragraph { at: usize, pieces: Vec<Piece> },
}

/// The part of the text that holds the statement looked at.
pub(super) struct Part {
    pub(super) blocks: Vec<Shown>,
    /// Which part, from 1, and of how many.
    pub(super) number: usize,
    pub(super) of: usize,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    anchors: HashSet<u32>,
}

impl Part {
    pub(super) fn of(view: &DraftView, looked_at: Option<&Entry>, place: &Place<'_>, w: &'static Words) -> Self {
        let blocks = view.blocks();
        let entries = &view.draft.entries;
        let id_of = |statement: Option<usize>| statement.and_then(|index| entries.get(index)).map(|entry| entry.id);
        // Each part: where it ends, and the first statement in it.
        let mut parts: Vec<(usize, Option<u32>)> = Vec::new();
        let (mut runs, mut first, mut own) = (0, None, 0);
        for (index, block) in blocks.iter().enumerate() {
            if let Block::Paragraph { runs: all, .. } = block {
                for id in all.iter().filter_map(|run| id_of(run.statement)) {
                    runs += 1;
                    first = first.or(Some(id));
                    if looked_at.is_some_and(|entry| entry.id == id) {
                        own = parts.len();
                    }
                }
            }
            if runs >= MOST_RUNS || index + 1 == blocks.len() {
                parts.push((index + 1, first.take()));
                runs = 0;
            }
        }
        let end = parts.get(own).map_or(blocks.len(), |(end, _)| *end);
        let start = own.checked_sub(1).and_then(|before| parts.get(before)).map_or(0, |(end, _)| *end);
        let chosen = blocks.get(start..end).unwrap_or_default();
        let mut last: HashMap<u32, (usize, usize)> = HashMap::new();
        for (b, block) in chosen.iter().enumerate() {
            let Block::Paragraph { runs, .. } = block else { continue };
            for (r, run) in runs.iter().enumerate() {
                last.extend(id_of(run.statement).map(|id| (id, (b, r))));
            }
        }
        let mut anchors = HashSet::new();
        let mut shown = Vec::with_capacity(chosen.len());
        for (b, block) in chosen.iter().enumerate() {
            shown.push(match block {
                Block::Heading { level, text, .. } => Shown::Heading { level: *level, text: text.clone() },
                Block::Paragraph { at, runs } => {
                    let piece = |(r, run): (usize, &tingzhou_platform::Run)| {
                        let (text, strong) = (run.text.clone(), run.bold);
                        let Some(entry) = run.statement.and_then(|index| entries.get(index)) else {
                            return Piece::Plain { text, strong };
                        };
                        let (sign, word) = state_words(&entry.state, w);
                        Piece::Mark(Box::new(Mark {
                            text,
                            strong,
                            id: entry.id,
                            link: place.link(entry.id),
                            state: entry.state.name(),
                            sign,
                            word,
                            newer: entry.newer.is_some(),
                            current: looked_at.is_some_and(|looked| looked.id == entry.id),
                            first: anchors.insert(entry.id),
                            last: last.get(&entry.id) == Some(&(b, r)),
                        }))
                    };
                    Shown::Paragraph { at: *at, pieces: runs.iter().enumerate().map(piece).collect() }
                }
            });
        }
        let beside = |part: Option<usize>| part.and_then(|part| parts.get(part)?.1).map(|id| place.link(id));
        Self {
            blocks: shown,
            number: own + 1,
            of: parts.len().max(1),
            before: beside(own.checked_sub(1)),
            after: beside(own.checked_add(1)),
            anchors,
        }
    }

    /// Whether a statement has a run of its own to jump to.
    pub(super) fn holds(&self, id: u32) -> bool {
        self.anchors.contains(&id)
    }
}
