//! All tests of this crate as one program: linked once, not once a file.

mod api;
mod bulletins;
mod city;
mod common;
mod decomposition;
mod delivery;
mod findings;
mod history;
mod listening;
mod measures;
mod observations;
mod orders;
mod pages;
mod projects;
mod review;
mod roles;
mod scenarios;
mod tiles;
mod year_end;
