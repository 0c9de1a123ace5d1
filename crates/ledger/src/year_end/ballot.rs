//! The deputies' vote on livelihood items: secret, with a one-time code each.
//!
//! A code is used up in the same transaction that counts its ballot, and a ballot is kept only as one more of each count:
//! nothing that is stored says which code voted how, and no event tells what a ballot said.

use crate::Two;
use crate::actor::Actor;
use crate::decide::supervisor_only;
use crate::event::Event;
use crate::ids::ReportId;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// Most codes of one vote.
pub const MOST_CODES: u32 = 2_000;

/// What a deputy thinks of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opinion {
    /// 满意.
    Satisfied,
    /// 基本满意.
    MostlySatisfied,
    /// 不满意.
    Dissatisfied,
}

impl Opinion {
    /// All, in the order of a ballot.
    pub const ALL: [Self; 3] = [Self::Satisfied, Self::MostlySatisfied, Self::Dissatisfied];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::MostlySatisfied => "mostly-satisfied",
            Self::Dissatisfied => "dissatisfied",
        }
    }

    /// From its stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|opinion| opinion.name() == name)
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> Two {
        match self {
            Self::Satisfied => Two::new("满意", "satisfied"),
            Self::MostlySatisfied => Two::new("基本满意", "mostly satisfied"),
            Self::Dissatisfied => Two::new("不满意", "dissatisfied"),
        }
    }
}

/// The counts of one item, as 宁国 published them: 182/10/1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemTally {
    /// Number of the livelihood item.
    pub item: u8,
    /// 满意, 基本满意, 不满意.
    pub votes: [u32; 3],
}

/// How a vote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BallotState {
    /// None was opened.
    None,
    /// Codes are out.
    Open,
    /// It is over; the tally is published.
    Closed,
}

/// Opening the vote with so many codes.
///
/// # Errors
/// [`Refusal`] when the account is not of the supervision office, a vote was opened before, the report has no livelihood
/// items, or the number of codes is not 1 to 2,000.
pub fn decide_open_ballot(
    report: &ReportId,
    codes: u32,
    items: usize,
    state: BallotState,
    actor: &Actor,
) -> Result<Event, Refusal> {
    supervisor_only(actor)?;
    if state != BallotState::None {
        return Err(Refusal::state(
            "ballot-opened-already",
            "这份报告的测评已经开始过，投票码只印制一次。",
            "The vote on this report was opened before; its codes are printed once.",
        ));
    }
    if items == 0 {
        return Err(Refusal::state(
            "no-items",
            "这份报告没有民生实事清单，无从测评。",
            "This report has no livelihood items to vote on.",
        ));
    }
    if !(1..=MOST_CODES).contains(&codes) {
        return Err(Refusal::invalid(
            "codes-out-of-range",
            "codes",
            format!("代表人数应为 1 至 {MOST_CODES}；请改正。"),
            format!("The number of deputies is 1 to {MOST_CODES}; correct it."),
        ));
    }
    Ok(Event::BallotOpened { report: report.clone(), codes })
}

/// Casting a ballot: an opinion an item, items left out are not counted. Whether the code is good, the store says.
///
/// # Errors
/// [`Refusal`] when no vote is open, nothing is chosen, an item is not of the report, or one stands twice.
pub fn decide_cast(
    report: &ReportId,
    choices: &[(u8, Opinion)],
    items: &[u8],
    state: BallotState,
) -> Result<Event, Refusal> {
    if state != BallotState::Open {
        return Err(Refusal::state(
            "ballot-not-open",
            "测评没有开始或已经结束，这张票没有计入。",
            "No vote is open; this ballot was not counted.",
        ));
    }
    let once = choices
        .iter()
        .enumerate()
        .all(|(i, (item, _))| items.contains(item) && choices.iter().take(i).all(|(other, _)| other != item));
    if choices.is_empty() || !once {
        return Err(Refusal::invalid(
            "choices-wrong",
            "choices",
            "请至少对一件实事作出选择，每件只选一项；这张票没有计入。",
            "Choose for one item at least, once for each; this ballot was not counted.",
        ));
    }
    Ok(Event::BallotCast { report: report.clone() })
}

/// The refusal of a code that is none, or used: the same words for both, so that nobody learns which codes there are.
#[must_use]
pub fn code_refused() -> Refusal {
    Refusal::invalid(
        "code-refused",
        "code",
        "投票码不正确或已经使用，这张票没有计入；请核对后重试。",
        "The code is wrong or was used; this ballot was not counted. Check it and try again.",
    )
}

/// Closing the vote; its tally is on record from then on.
///
/// # Errors
/// [`Refusal`] when the account is not of the supervision office or no vote is open.
pub fn decide_close_ballot(
    report: &ReportId,
    tally: Vec<ItemTally>,
    state: BallotState,
    actor: &Actor,
) -> Result<Event, Refusal> {
    supervisor_only(actor)?;
    if state != BallotState::Open {
        return Err(Refusal::state("ballot-not-open", "没有进行中的测评。", "No vote is open."));
    }
    Ok(Event::BallotClosed { report: report.clone(), tally })
}
