//! What a query may be, as tables.

mod queries;
