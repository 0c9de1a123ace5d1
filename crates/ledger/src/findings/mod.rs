//! What a report says about itself: the same quantity in two places, targets already reached, figures that do not fit.
//!
//! [`findings`] takes what a report says ([`Said`]) and gives a list of [`Finding`]s, each with its places and a sentence
//! that holds the numbers. A finding accuses nobody: it puts two places side by side that a person should see together.
//! Work grows with the number of statements: pairs are looked up by the characters their subjects share, and a pair of
//! characters that many subjects share is not followed.

mod dismissal;
mod estimate;
mod fact;
mod growth;
mod lexis;
mod parts;
mod rounding;
mod said;
mod same;
mod subject;
mod target;
mod told;
mod words;
mod years;

pub use dismissal::{Dismissal, FindingCommand, decide_finding};
pub use said::{Said, SaidPart, SaidQuantity, SaidStatement};
pub use years::{Across, YearVerdict, YearsApart, two_years};

use crate::Two;
use crate::ids::FindingId;
use fact::Facts;
use serde::{Deserialize, Serialize};
use tingzhou_report::{Span, plain_words};

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// One quantity stated in two places.
    SameQuantity,
    /// A target that last year's result already meets or equals.
    TargetReached,
    /// The target's figure is of another scope than last year's result (市属 here, all there).
    ScopeChanged,
    /// A level and its growth, against the level before.
    LevelAndGrowth,
    /// Parts against their whole, a share against its total, an announced count against what is listed.
    PartsAndSums,
    /// Units and orders of magnitude.
    Units,
    /// An estimate (预计) against a final figure, or with a target resting on it.
    Estimate,
}

impl FindingKind {
    /// All, in the order of screens.
    pub const ALL: [Self; 7] = [
        Self::SameQuantity,
        Self::TargetReached,
        Self::ScopeChanged,
        Self::LevelAndGrowth,
        Self::PartsAndSums,
        Self::Units,
        Self::Estimate,
    ];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SameQuantity => "same-quantity",
            Self::TargetReached => "target-reached",
            Self::ScopeChanged => "scope-changed",
            Self::LevelAndGrowth => "level-and-growth",
            Self::PartsAndSums => "parts-and-sums",
            Self::Units => "units",
            Self::Estimate => "estimate",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        let (zh, en) = match self {
            Self::SameQuantity => ("同一数量出现两处", "One quantity in two places"),
            Self::TargetReached => ("目标与上年结果", "Targets and last year's results"),
            Self::ScopeChanged => ("口径变化", "Another scope"),
            Self::LevelAndGrowth => ("总量与增速", "Level and growth"),
            Self::PartsAndSums => ("分项与合计", "Parts and sums"),
            Self::Units => ("单位与量级", "Units and magnitudes"),
            Self::Estimate => ("预计数", "Estimates"),
        };
        Two::new(zh, en)
    }
}

/// How the places stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// They say the same.
    Agrees,
    /// One is a part of the other, or names more or fewer things.
    Narrower,
    /// The same number, made new in one place and improved in the other.
    OtherDeed,
    /// They cannot both be right.
    Contradicts,
    /// Last year's result already reaches the target.
    AlreadyMet,
    /// The target equals last year's result.
    EqualsLast,
    /// The figures are of another scope.
    OtherScope,
    /// At constant prices: level and growth do not divide.
    NotComparable,
    /// What follows from the figures for the year before.
    Implies,
    /// The parts do not make up the whole, or go beyond it.
    DoesNotAddUp,
    /// A factor of ten or more lies between the two.
    Magnitude,
    /// The same number with another counting word.
    OtherUnit,
    /// The figure is an estimate.
    Provisional,
}

impl Verdict {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Narrower => "narrower",
            Self::OtherDeed => "other-deed",
            Self::Contradicts => "contradicts",
            Self::AlreadyMet => "already-met",
            Self::EqualsLast => "equals-last",
            Self::OtherScope => "other-scope",
            Self::NotComparable => "not-comparable",
            Self::Implies => "implies",
            Self::DoesNotAddUp => "does-not-add-up",
            Self::Magnitude => "magnitude",
            Self::OtherUnit => "other-unit",
            Self::Provisional => "provisional",
        }
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        let (zh, en) = match self {
            Self::Agrees => ("一致", "agrees"),
            Self::Narrower => ("口径大小不同", "wider and narrower"),
            Self::OtherDeed => ("做法不同", "another deed"),
            Self::Contradicts => ("不一致", "contradicts"),
            Self::AlreadyMet => ("上年已达到", "met last year"),
            Self::EqualsLast => ("与上年相同", "equals last year"),
            Self::OtherScope => ("范围不同", "another scope"),
            Self::NotComparable => ("不可比", "not comparable"),
            Self::Implies => ("推算上年", "implies"),
            Self::DoesNotAddUp => ("对不上", "does not add up"),
            Self::Magnitude => ("量级悬殊", "magnitude"),
            Self::OtherUnit => ("单位写法不同", "another unit"),
            Self::Provisional => ("以预计数为基数", "rests on an estimate"),
        };
        Two::new(zh, en)
    }

    /// Whether a person should look; the others are notes that confirm or explain.
    #[must_use]
    pub fn asks(self) -> bool {
        !matches!(self, Self::Agrees | Self::NotComparable | Self::Implies | Self::OtherUnit | Self::Provisional)
    }
}

/// One place a finding rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingPlace {
    /// The statement there, an index of [`Said::statements`]; none for a heading.
    pub statement: Option<usize>,
    /// Where it stands in the text.
    pub span: Span,
}

/// Something a report says about itself that a person should see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Names it for good: made of its kind and the words at its places, so that it is the same after every restart and in
    /// every format of the document.
    pub id: FindingId,
    /// What it is about.
    pub kind: FindingKind,
    /// How the places stand to each other.
    pub verdict: Verdict,
    /// The places, at least one, the one it starts from first.
    pub places: Vec<FindingPlace>,
    /// What it says, with the numbers.
    pub sentence: Two,
}

/// A finding before it has its name.
pub(crate) struct Draft {
    kind: FindingKind,
    verdict: Verdict,
    places: Vec<FindingPlace>,
    sentence: Two,
}

/// FNV-1a with 128 bits: a name, not a protection.
fn hash(words: &[&str]) -> u128 {
    let mut state = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    for byte in words.iter().flat_map(|word| word.bytes().chain([0])) {
        state = (state ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    state
}

/// All findings of a report: by kind, within a kind those to look at first, then in the text's order.
#[must_use]
pub fn findings(said: &Said<'_>) -> Vec<Finding> {
    let facts = Facts::of(said);
    let mut drafts = same::find(&facts);
    drafts.extend(target::find(&facts));
    drafts.extend(growth::find(&facts));
    drafts.extend(parts::find(&facts));
    drafts.extend(estimate::find(&facts));
    drafts.sort_by_key(|draft| {
        (draft.kind, !draft.verdict.asks(), draft.places.first().map(|place| (place.span.start, place.span.end)))
    });
    let mut taken = std::collections::HashMap::<u128, u32>::new();
    let named = drafts.into_iter().map(|draft| {
        let words: Vec<String> = draft.places.iter().flat_map(|place| words_at(said, place)).collect();
        let mut all = vec![draft.kind.name()];
        all.extend(words.iter().map(String::as_str));
        let name = hash(&all);
        let again = taken.entry(name).or_default();
        *again += 1;
        // The same words twice in a report: the second, third … of them in the text's order.
        let name = if *again == 1 { name } else { hash(&[&format!("{name:032x}"), &again.to_string()]) };
        let Draft { kind, verdict, places, sentence } = draft;
        Finding { id: FindingId::of(name), kind, verdict, places, sentence }
    });
    named.collect()
}

/// The words that name a place: its own and those of its clause.
fn words_at(said: &Said<'_>, place: &FindingPlace) -> [String; 2] {
    let statement = place.statement.and_then(|index| said.statements.get(index));
    let clause = statement.and_then(|s| s.quantity.as_ref().map(|quantity| said.clause(s, quantity.span)));
    [plain_words(said::tail(said.at(place.span))), plain_words(clause.unwrap_or_default())]
}
