//! The year's end: what is said of every task and on what evidence, objections to it, and the deputies' vote.

mod ballot;
mod completion;
mod publish;

pub use ballot::{
    BallotState, ItemTally, MOST_CODES, Opinion, code_refused, decide_cast, decide_close_ballot, decide_open_ballot,
};
pub use completion::{Completion, CompletionGroup, completions};
pub use publish::{LONGEST_OBJECTION, YearEndRules, decide_answer, decide_objection, decide_publish};
