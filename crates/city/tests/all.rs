//! All tests of this crate as one program: linked once, not once a file.

mod batches;
mod chunks;
mod common;
mod facilities;
mod figures;
mod gate;
mod hours;
mod life;
mod rules;
mod series;
mod stories;
mod watch;
