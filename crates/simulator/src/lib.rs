//! A city that does not exist (模拟): a million people's public facilities with plausible days, sent to a running server
//! through the protocols that real instruments speak.
//!
//! The inner part is pure. A [`City`] follows from a seed, and what an instrument of it says is a function of the seed, the
//! facility and the moment. So every run of the demonstration, every test and every load is the same again, and any moment
//! of any year can be asked for alone.
//!
//! Absent on purpose: people, and vehicles with plates. Through the gates of lots go numbers that are drawn anew for each
//! stay; the vehicles that are followed are the city's own.

mod city;
pub mod day;
pub mod frames;
mod kind;
pub mod noise;
pub mod pack;
mod quantity;
pub mod send;

pub use city::{CENTRE, City, CityError, MOST_PEOPLE, Made, Said, Sky};
pub use kind::{Kind, Protocol};
pub use quantity::Quantity;
