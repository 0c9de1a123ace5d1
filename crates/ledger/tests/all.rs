//! All tests of this crate as one program: linked once, not once a file.

mod bulletin;
mod filing;
mod findings;
mod findings_of_a_report;
mod forecast;
mod projects;
mod review;
mod two_years;
mod year_end;
