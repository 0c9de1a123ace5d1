//! The hours of one day of one series as bytes: one row of a store where there would be twenty-four.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 1 |
//! | 57 each | hours with samples, in order |
//!
//! An hour is, the most significant byte first: its number from 0 to 23 (1 byte); how many samples count and how many do
//! not (4 each); when the first and the last of those that count were, in milliseconds after it began (4 each); least,
//! greatest, sum, first and last as 64-bit floats (8 each, all zero when none counts). Every part has its fixed place, so
//! that a database can take an hour apart by itself.

use crate::aggregate::{Aggregate, Counted};
use crate::moment::{Grain, Moment, Period};
use crate::number::Number;

const VERSION: u8 = 1;
/// Bytes of an hour.
pub const HOUR: usize = 57;
/// Bytes before the first hour.
pub const HEAD: usize = 1;

/// Where the parts of an hour stand, in bytes from its beginning; for whoever takes hours apart where they are stored.
pub mod place {
    /// Its number, 1 byte.
    pub const NUMBER: usize = 0;
    /// How many samples count, 4 bytes.
    pub const SAMPLES: usize = 1;
    /// How many do not, 4 bytes.
    pub const SET_ASIDE: usize = 5;
    /// When the first of those that count was, 4 bytes.
    pub const FIRST_AT: usize = 9;
    /// When the last of those that count was, 4 bytes.
    pub const LAST_AT: usize = 13;
    /// The least value, 8 bytes.
    pub const LEAST: usize = 17;
    /// The greatest value, 8 bytes.
    pub const GREATEST: usize = 25;
    /// The sum, 8 bytes.
    pub const SUM: usize = 33;
    /// The first value, 8 bytes.
    pub const FIRST: usize = 41;
    /// The last value, 8 bytes.
    pub const LAST: usize = 49;
}
const HOURS: u8 = 24;

/// Why bytes are not the hours of a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// A version this program does not know.
    #[error("hours of version {0}; this program reads version {VERSION}: use the newer program that wrote them")]
    Version(u8),
    /// What is in it contradicts itself.
    #[error("{0}; restore it from a copy")]
    Damaged(&'static str),
}

/// Writes down what hours of a day come to. Hours must be in order and of the day that begins at `day`; those that are
/// not are left out.
#[must_use]
pub fn write<'a>(day: Moment, hours: impl IntoIterator<Item = &'a (Moment, Aggregate)>) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    let mut next = 0;
    for (begin, aggregate) in hours {
        let Some(number) = number(day, *begin).filter(|number| *number >= next) else { continue };
        next = number + 1;
        let counted = aggregate.counted;
        let after = |at: fn(&Counted) -> Moment| {
            let millis = counted.as_ref().map_or(0, |counted| at(counted).millis() - begin.millis());
            u32::try_from(millis).unwrap_or(u32::MAX)
        };
        let real = |value: fn(&Counted) -> f64| counted.as_ref().map_or(0.0, value);
        bytes.push(number);
        bytes.extend(counted.map_or(0, |counted| counted.count).to_be_bytes());
        bytes.extend(aggregate.set_aside.to_be_bytes());
        bytes.extend(after(|counted| counted.first_at).to_be_bytes());
        bytes.extend(after(|counted| counted.last_at).to_be_bytes());
        bytes.extend(real(|counted| counted.min.get()).to_be_bytes());
        bytes.extend(real(|counted| counted.max.get()).to_be_bytes());
        bytes.extend(real(|counted| counted.sum).to_be_bytes());
        bytes.extend(real(|counted| counted.first.get()).to_be_bytes());
        bytes.extend(real(|counted| counted.last.get()).to_be_bytes());
    }
    bytes
}

fn number(day: Moment, begin: Moment) -> Option<u8> {
    let number = (begin.millis() - day.millis()) / Grain::Hour.period().millis();
    u8::try_from(number).ok().filter(|number| *number < HOURS && begin == at(day, *number))
}

fn at(day: Moment, number: u8) -> Moment {
    day.after(Period::from_secs(u32::from(number) * 3_600))
}

/// The hours of the day that begins at `day`, in order.
///
/// # Errors
/// When the bytes were not written by [`write`].
pub fn read(day: Moment, bytes: &[u8]) -> Result<Vec<(Moment, Aggregate)>, HoursError> {
    let damaged = HoursError::Damaged;
    let (version, rest) = bytes.split_first().ok_or(damaged("no bytes"))?;
    if *version != VERSION {
        return Err(HoursError::Version(*version));
    }
    let (hours, left) = rest.as_chunks::<HOUR>();
    if !left.is_empty() {
        return Err(damaged("half an hour at the end"));
    }
    let mut found = Vec::with_capacity(hours.len());
    let mut next = 0;
    for hour in hours {
        let number = hour[place::NUMBER];
        if number < next || number >= HOURS {
            return Err(damaged("hours out of order"));
        }
        next = number + 1;
        found.push(one(at(day, number), hour)?);
    }
    Ok(found)
}

fn one(begin: Moment, hour: &[u8; HOUR]) -> Result<(Moment, Aggregate), HoursError> {
    let whole = |at: usize| u32::from_be_bytes([hour[at], hour[at + 1], hour[at + 2], hour[at + 3]]);
    let real = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hour[at..at + 8]);
        f64::from_be_bytes(bytes)
    };
    let number = |at: usize| Number::new(real(at)).map_err(|_| HoursError::Damaged("a value that is no number"));
    let after = |at: usize| begin.after(Period::from_millis(whole(at)));
    let set_aside = whole(place::SET_ASIDE);
    let counted = match whole(place::SAMPLES) {
        0 => None,
        count => Some(Counted {
            count,
            min: number(place::LEAST)?,
            max: number(place::GREATEST)?,
            sum: Some(real(place::SUM))
                .filter(|sum| sum.is_finite())
                .ok_or(HoursError::Damaged("a sum that is no number"))?,
            first: number(place::FIRST)?,
            first_at: after(place::FIRST_AT),
            last: number(place::LAST)?,
            last_at: after(place::LAST_AT),
        }),
    };
    Ok((begin, Aggregate { set_aside, counted }))
}
