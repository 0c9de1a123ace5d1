//! What a day is like: when people are about, what the weather does, and what instruments would measure.
//!
//! Every number here is a function of the seed, the facility and the moment. Nothing is carried over from one moment to
//! the next, so any moment can be asked for alone and in any order.

pub mod air;
pub mod fault;
pub mod fleet;
pub mod gas;
pub mod heat;
pub mod parking;
pub mod time;
pub mod water;
pub mod weather;
