//! The list of statements beside the text: chosen, sorted, paged.

use crate::context::Ctx;
use crate::i18n::{Words, words};
use crate::pages::review::{Place, state_words};
use tingzhou_platform::DraftView;
use tingzhou_platform::ledger::review::{Entry, Part, State, words_of_part};
use tingzhou_platform::report::Confidence;

/// Statements listed at once.
const PAGE: usize = 50;

/// Which statements are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    Open,
    Low,
    Decided,
    Newer,
    All,
}

impl Show {
    const ALL: [Self; 5] = [Self::Open, Self::Low, Self::Decided, Self::Newer, Self::All];

    pub(super) fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|show| show.name() == name).unwrap_or(Self::Open)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Low => "low",
            Self::Decided => "decided",
            Self::Newer => "newer",
            Self::All => "all",
        }
    }

    fn words(self, w: &'static Words) -> &'static str {
        match self {
            Self::Open => w.review_show_open,
            Self::Low => w.review_show_low,
            Self::Decided => w.review_show_decided,
            Self::Newer => w.review_show_newer,
            Self::All => w.review_show_all,
        }
    }

    fn takes(self, entry: &Entry) -> bool {
        let open = entry.state == State::Open;
        match self {
            Self::Open => open,
            Self::Low => open && entry.current.confidence == Confidence::Low,
            Self::Decided => !open,
            Self::Newer => entry.newer.is_some(),
            Self::All => true,
        }
    }
}

pub(super) fn sure_words(confidence: Confidence, w: &'static Words) -> &'static str {
    match confidence {
        Confidence::High => w.review_sure_high,
        Confidence::Medium => w.review_sure_medium,
        Confidence::Low => w.review_sure_low,
    }
}

pub(super) struct Line {
    pub(super) link: String,
    pub(super) words: String,
    pub(super) number: String,
    pub(super) sign: &'static str,
    pub(super) state: &'static str,
    pub(super) sure: &'static str,
    pub(super) low: bool,
    pub(super) newer: bool,
    pub(super) current: bool,
}

pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) words: &'static str,
    pub(super) count: usize,
    pub(super) chosen: bool,
}

pub(super) struct Listed {
    pub(super) choices: Vec<Choice>,
    pub(super) lines: Vec<Line>,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) total: usize,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

impl Listed {
    pub(super) fn of(ctx: &Ctx, view: &DraftView, looked_at: Option<&Entry>, place: &Place<'_>) -> Self {
        let w = words(ctx.lang);
        let mut found: Vec<&Entry> = view.draft.standing().filter(|entry| place.show.takes(entry)).collect();
        if place.show == Show::Open {
            // Stable, so that those equally sure stay in the order of the text.
            found.sort_by_key(|entry| entry.current.confidence);
        }
        let total = found.len();
        let page = place.page.min(total.saturating_sub(1) / PAGE);
        let choices = Show::ALL.into_iter().map(|show| Choice {
            name: show.name(),
            words: show.words(w),
            count: view.draft.standing().filter(|entry| show.takes(entry)).count(),
            chosen: show == place.show,
        });
        let lines: Vec<Line> = found
            .into_iter()
            .skip(page * PAGE)
            .take(PAGE)
            .map(|entry| {
                let (sign, state) = state_words(&entry.state, w);
                let of = |part| ctx.lang.of(&words_of_part(part, &entry.current, &view.text)).to_owned();
                Line {
                    link: place.link(entry.id),
                    words: of(Part::Place),
                    number: entry.current.number.as_ref().map(|_| of(Part::Number)).unwrap_or_default(),
                    sign,
                    state,
                    sure: sure_words(entry.current.confidence, w),
                    low: entry.current.confidence == Confidence::Low,
                    newer: entry.newer.is_some(),
                    current: looked_at.is_some_and(|looked| looked.id == entry.id),
                }
            })
            .collect();
        let at = looked_at.map(|entry| format!("&at={}", entry.id)).unwrap_or_default();
        let link = |page: usize| format!("{}{at}#list", place.query(place.show, page));
        Self {
            choices: choices.collect(),
            first: if lines.is_empty() { 0 } else { page * PAGE + 1 },
            last: page * PAGE + lines.len(),
            total,
            previous: page.checked_sub(1).map(link),
            next: (page * PAGE + lines.len() < total).then(|| link(page + 1)),
            lines,
        }
    }
}
