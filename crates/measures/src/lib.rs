//! Measures (口径): how an actual value is computed. A measure is data: a name, what it says in words, and two queries over
//! published views of the city's records.
//!
//! This crate says which columns are published ([`VIEWS`]), takes a query apart and writes it anew in words that mean the
//! same to both databases ([`checked_value`], [`checked_rows`]), and decides what may happen to a measure. It runs nothing.

mod check;
mod expression;
mod fault;
mod kinds;
mod measure;
mod print;
mod views;

pub use check::{Asked, Checked, Output, QueryRefusal, checked_rows, checked_value};
pub use fault::MeasureFault;
pub use measure::{
    LONGEST_QUERY, Measure, MeasureEvent, MeasureId, MeasureLink, MeasureText, Occasion, SETTLES_WITHIN, Window,
    decide_link, decide_save, decide_unlink, is_due, is_news, of_instruments, rounded, settles_within, unit_for,
};
pub use tingzhou_ledger::Two;
pub use views::{Column, ColumnKind, VIEWS, View, view};
