//! Scenarios: the arithmetic of a field, each with the rule it rests on: air quality, parking, gas, heating.
//!
//! Pure. Numbers go in, numbers with their reasons come out. [`air`] makes an index of concentrations by the edition in
//! force on a day, decides which days are valid and counts the good ones. [`parking`] prices stays by tariffs,
//! [`gas`] says at which level a reading stands, [`heating`] what is given back for cold days, [`response`] how long
//! something took over many times, [`sending`] who is sent to an occasion and what they are told on their way.
//!
//! Absent on purpose: where observations come from, the life of an alarm, and every setting of a city: tariffs, levels
//! and steps are given.

pub mod air;
pub mod gas;
pub mod heating;
pub mod parking;
mod refusal;
pub mod response;
pub mod sending;

pub use refusal::Refusal;
pub use tingzhou_two::Two;
