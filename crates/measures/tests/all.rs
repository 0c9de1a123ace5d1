//! What a query may be, as tables.

mod news;
mod queries;
mod units;
