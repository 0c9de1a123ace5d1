//! All tests of this crate as one program: linked once, not once a file.

mod bounds;
mod common;
mod corpus;
mod deadlines_and_sets;
mod formats;
mod glossary;
mod items;
mod neighbours;
mod numbers;
mod phrases;
mod properties;
mod roles;
mod sections;
mod strangers;
mod vetoes;
