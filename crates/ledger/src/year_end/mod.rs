//! The year's end: what is said of every task and on what evidence.

mod completion;

pub use completion::{Completion, CompletionGroup, completions};
