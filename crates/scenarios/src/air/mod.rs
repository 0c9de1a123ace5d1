//! Air quality: index, primary pollutant, valid days and good days of a year.
//!
//! Rules: HJ 633 (how the index is made), HJ 663 (which values count), GB 3095 table 4 (how many values a mean needs),
//! each in the editions of 2012/2013 and 2026; GB/T 8170 (rounding). The tables are in `edition.rs`, each with its
//! source and with what could not be read at the source.

mod city;
mod class;
mod concentration;
mod day;
mod edition;
mod index;
mod outlook;
mod pollutant;
mod year;

pub use city::assess_city;
pub use class::AirClass;
pub use concentration::{BadValue, Concentration};
pub use day::{Day, Dropped, HourlyValues, Hours, Lack, Mean, Standing, assess_day, is_hour_sampled};
pub use edition::{Above, Edition, Scale};
pub use index::{Index, Part, SubIndex, SubIndexError, index_of, sub_index};
pub use outlook::{GoodDays, GoodDaysOutlook, MOST_EARLIER_DAYS, good_days_outlook};
pub use pollutant::{Averaging, Pollutant};
pub use year::{
    DayRecord, InvalidDay, MOST_DAYS, Outcome, ShortMonth, YearSoFar, days_needed_in_month, days_needed_in_year,
    year_so_far,
};
