//! What a value will be at the year's end, with an interval, how likely the target is, and "too early" when it is.
//!
//! Statistics, not facts: the arithmetic is floating point, and what comes out is rounded. A forecast stands beside the
//! three statuses and changes none of them.
//!
//! Months with a history are continued by the mean of two forecasters that are each hard to beat (Makridakis & Hibon 2000,
//! "The M3-Competition"): the Theta method and exponential smoothing with a damped trend, after classical seasonal
//! adjustment. Without a history only this year's own readings speak.

mod normal;
mod outlook;
mod path;
mod seasonal;
mod smooth;
mod year_end;

pub use outlook::{Expected, Outlook, outlook};
pub use path::rest_of_path;
pub use smooth::monthly;
pub use year_end::{YearEnd, flow_at_year_end};
