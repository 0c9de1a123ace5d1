//! All tests of this crate as one program: linked once, not once a file.

mod alarms;
mod at_once;
mod bulletins;
mod common;
mod database_killed;
mod delivery;
mod dispatch;
mod findings;
mod instruments;
mod measures;
mod observations;
mod orders;
mod past;
mod projects;
mod review;
mod same_report;
mod scenarios;
mod sealing;
mod story;
mod stratml;
mod year_end;
