//! What a clause's leading word makes of it.

use crate::clause::after_enumerator;
use crate::glyph::{Glyph, glyphs};
use crate::lexicon::{ACT, ADVERB, EFFECT, ENDS_NOUN, LIGHT, PREPOSITION, SLOGAN, words};
use crate::types::Span;

/// The part a clause plays in its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// How or wherein something is done.
    Circumstance,
    /// What comes of it.
    Effect,
    /// Anything else.
    Plain,
}

/// Finds leads; keeps its room from clause to clause.
#[derive(Default)]
pub(super) struct Leads {
    glyphs: Vec<Glyph>,
}

/// How many adverbs are looked past.
const ADVERBS: usize = 3;

impl Leads {
    pub(super) fn of(&mut self, text: &str, clause: Span) -> Lead {
        glyphs(text, clause, &mut self.glyphs, |_| {});
        let mut at = after_enumerator(&self.glyphs, 0);
        for _ in 0..ADVERBS {
            let Some(found) = self.glyphs.get(at..).and_then(|rest| words().longest(rest)) else { break };
            let word: String = self.glyphs.get(at..at + found.len).unwrap_or_default().iter().map(|g| g.c).collect();
            // Light verbs that name a result wanted; the others (继续, 全力) only colour what follows.
            if found.tags & EFFECT != 0
                || matches!(word.as_str(), "确保" | "力争" | "力促" | "争取" | "使" | "让" | "惠及")
            {
                return Lead::Effect;
            }
            if found.tags & (SLOGAN | PREPOSITION) != 0 && found.tags & ACT == 0 {
                return Lead::Circumstance;
            }
            if found.tags & (ADVERB | ENDS_NOUN | LIGHT) == 0 || found.len == 0 {
                break;
            }
            at += found.len;
        }
        Lead::Plain
    }
}
