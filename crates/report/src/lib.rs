//! Being written.
pub mod types;
