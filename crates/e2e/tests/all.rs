//! All tests of this crate as one program: linked once, not once a file.

mod cli;
mod dispatch;
mod instruments;
mod kill;
mod map;
mod pages;
mod promises;
mod review;
mod story;
