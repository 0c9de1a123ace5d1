//! Decomposition tables (分解表) as supervision offices write them: which columns they have, what each row says, which
//! task it means, and who it names. Nothing is changed here; a person confirms what is made of it.

mod header;
mod matching;
mod names;
mod rows;

pub use header::{Column, Head, find_head};
pub use matching::{Candidate, Matcher};
pub use names::{Named, Names};
pub(crate) use rows::units_of;
pub use rows::{Grid, Line, Problem, ProblemKind, cell_name, lines};
