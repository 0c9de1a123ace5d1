//! Parking: tariffs as data, and what a stay costs with every line explained.
//!
//! A stay is a class of vehicle and two times; there is no vehicle in it. A tariff is checked once ([`Tariff::checked`])
//! and then prices any stay ([`price`]).
//!
//! Why a longer stay is never cheaper: units are laid from the entry on, each priced where it begins, so that a longer
//! stay has the units of the shorter one and perhaps more. Caps are the smaller of two numbers for each day, free
//! minutes are forgiven for short stays only, and a reduction is a share rounded one way. None of these can fall while
//! the stay grows.

mod bill;
mod check;
mod day;
mod money;
mod nearest;
mod occupancy;
mod pairing;
mod price;
mod tariff;
mod time_of_day;
mod words;

pub use bill::{Bill, Line, LineKind};
pub use check::Tariff;
pub use day::{DayFigures, Gate, Passage, PassageError, count_day};
pub use money::Fen;
pub use nearest::{CountAge, Lot, MOST_LOTS, MOST_NEAREST, Nearby, Place, Spaces, Wish, count_age, nearest};
pub use occupancy::{MOST_WEEKS, OccupancyForecast, OccupancyMethod, occupancy_in_an_hour};
pub use pairing::{Direction, Paired, PairingRules, pair};
pub use price::{Card, LONGEST_STAY_DAYS, Stay, in_force, price, price_with_days_off};
pub use tariff::{Crossing, Cycle, FreeKind, FreeMinutes, Period, Reduction, Rounding, Step, TariffData, VehicleClass};
pub use time_of_day::TimeOfDay;
