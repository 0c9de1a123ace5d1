//! All tests of this crate as one program: linked once, not once a file.

mod common;
mod deadlines;
mod definition;
mod dispatch;
mod last_day;
mod laws;
mod reminders;
