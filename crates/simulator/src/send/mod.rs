//! Out to a running server: connections that keep trying, time that can run faster, and what came of it all.

pub mod line;
pub mod load;
pub mod mqtt;
pub mod pace;
mod passages;
pub mod raise;
pub mod run;
pub mod spread;
pub mod tally;
pub mod web;
