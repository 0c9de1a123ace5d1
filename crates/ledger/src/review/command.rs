//! What a reviewer asks for, and what was decided.

use crate::review::statement::DraftStatement;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tingzhou_report::{Bound, Due, Role, Set, Span};

/// Which open statements are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This one.
    One(u32),
    /// All open ones of this one's sentence.
    Sentence(u32),
    /// All open ones of this one's innermost section.
    Section(u32),
    /// All that are open.
    Remaining,
}

/// A number as the reviewer has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditNumber {
    /// The value, in `unit`.
    pub value: Decimal,
    /// The unit as typed; 万人次 is taken as 10,000 人次.
    pub unit: String,
    /// How it bounds.
    pub bound: Bound,
    /// The part it plays.
    pub role: Role,
}

/// All fields of a statement as the reviewer has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Promised or done.
    pub set: Set,
    /// The number; `None` for a statement without one.
    pub number: Option<EditNumber>,
    /// The verb.
    pub action: String,
    /// What is counted, measured or done.
    pub subject: String,
    /// Deadline the text gives.
    pub due: Option<Due>,
    /// Last day, when it is another than the text's.
    pub deadline: Option<Date>,
}

/// What a reviewer asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take statements as they stand. One that a newer reader reads otherwise stays as it is.
    Accept(Scope),
    /// Give a statement other fields.
    Edit {
        /// Which.
        id: u32,
        /// Its fields.
        edit: Box<Edit>,
    },
    /// Make two of one.
    Split {
        /// Which.
        id: u32,
        /// Where the second begins, a byte of the text; `None` between its numbers.
        at: Option<usize>,
    },
    /// Make one of this one and the next of the same sentence.
    Merge {
        /// The first.
        id: u32,
    },
    /// Leave a statement out.
    Reject {
        /// Which.
        id: u32,
        /// Why; may be empty.
        reason: String,
    },
    /// Say what the reader missed.
    Add {
        /// Its words in the text.
        span: Span,
        /// Promised or done.
        set: Set,
    },
    /// Take what the newer reader says instead of what was decided.
    TakeNewer {
        /// Which.
        id: u32,
    },
    /// Take the last decision back.
    Undo,
    /// Give the draft up.
    Discard {
        /// Why; may be empty.
        reason: String,
    },
}

/// What becomes of statements nobody decided, when a draft is adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remaining {
    /// They are accepted as they stand.
    Accepted,
    /// They are left out.
    LeftOut,
}

/// A statement the reviewer made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its number in the draft.
    pub id: u32,
    /// What it says.
    pub statement: DraftStatement,
}

/// What was decided, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "decision")]
pub enum Decision {
    /// Taken as they stand.
    Accepted {
        /// Which.
        ids: Vec<u32>,
    },
    /// Given other fields.
    Edited {
        /// Which.
        id: u32,
        /// As it is from now on.
        to: Box<DraftStatement>,
    },
    /// Replaced by two.
    Split {
        /// Which.
        id: u32,
        /// The two.
        pieces: Vec<Made>,
    },
    /// Two replaced by one.
    Merged {
        /// Which.
        ids: Vec<u32>,
        /// The one.
        whole: Box<Made>,
    },
    /// Left out.
    Rejected {
        /// Which.
        id: u32,
        /// Why.
        reason: String,
    },
    /// Said by the reviewer.
    Added {
        /// The statement.
        made: Box<Made>,
    },
    /// The newer reading was taken.
    TookNewer {
        /// Which.
        id: u32,
    },
}
