//! The review of a document before it is adopted: what the reader proposes and what the reviewer decided of it.
//!
//! [`decide`] (draft, text, command, who → events or a refusal), [`Draft::apply`] (draft, event → draft) and [`rebase`]
//! (draft, a newer proposal → draft and the difference). Nothing proposed is ever lost: every statement is open,
//! accepted, edited, rejected, or replaced by what the reviewer made of it, and the last decision can be undone.

mod command;
mod decide;
mod draft;
mod place;
mod rebase;
mod statement;
mod words;

pub use command::{Command, Decision, Edit, EditNumber, Made, Remaining, Scope};
pub use decide::{LONGEST_REASON, LONGEST_WORDS, decide, finish, living, usual_set};
pub use draft::{Draft, End, Entry, Newer, Past, Progress, State};
pub use place::{find_number, find_words, split_places};
pub use rebase::{Changed, Difference, Gone, difference, rebase, reread_adopted};
pub use statement::{DraftNumber, DraftReason, DraftStatement, Outline, Part, Proposal, Words};
pub use words::{words_of_bound, words_of_due, words_of_part, words_of_role, words_of_set};
