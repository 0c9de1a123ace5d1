//! What came together, as bytes for a journal: written once, read when a program starts again, gone when it is sealed.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 1 |
//! | varint | rows |
//! | … | rows: series and time as zigzag varints of the difference to the row before, flags, value |
//! | 4 | CRC-32 of all before |
//!
//! Flags hold the quality in five bits, and in three how the value is written: 0 to 6 decimal places to put back into a
//! zigzag varint, or 7 for a float of 8 bytes.

use crate::decimal;
use crate::ids::SeriesNo;
use crate::moment::Moment;
use crate::number::Number;
use crate::observation::Sample;
use crate::quality::Quality;

const VERSION: u8 = 1;
const CHECKSUM: usize = 4;
/// How a value is written that is no decimal number of few places.
const FLOAT: u8 = 7;
const QUALITY: u8 = 31;
/// Least bytes of a row: a difference of series, one of times, flags, a value.
const LEAST_ROW: usize = 4;

/// Most rows of a batch; who has more writes several.
pub const MOST_ROWS: usize = 65_536;

/// A sample and whose it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbered {
    /// Which series.
    pub series: SeriesNo,
    /// Time, value and quality.
    pub sample: Sample,
}

/// Why bytes are not a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// A version this program does not know.
    #[error("a batch of version {0}; this program reads version {VERSION}: use the newer program that wrote it")]
    Version(u8),
    /// The checksum is another, or there is none.
    #[error("its checksum does not match; restore it from a copy")]
    Checksum,
    /// What is in it contradicts itself.
    #[error("{0}; restore it from a copy")]
    Damaged(&'static str),
}

fn put_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 128 {
        bytes.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 128")]
    bytes.push(number as u8);
}

/// Small numbers of either sign as small numbers.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Writes rows down, in the order given, at most [`MOST_ROWS`]; further ones are not written.
#[must_use]
pub fn write(rows: &[Numbered]) -> Vec<u8> {
    let rows = rows.get(..MOST_ROWS).unwrap_or(rows);
    let mut bytes = Vec::with_capacity(16 + rows.len() * 8);
    bytes.push(VERSION);
    put_varint(&mut bytes, rows.len() as u64);
    let (mut series, mut time, mut places) = (0_i64, 0_i64, 0);
    for Numbered { series: no, sample } in rows {
        let (no, at) = (i64::from(no.0), sample.time.millis());
        put_varint(&mut bytes, zigzag(no - series));
        put_varint(&mut bytes, zigzag(at - time));
        (series, time) = (no, at);
        let value = sample.value.get();
        // Neighbours often have as many places.
        let fits = |places| Some((places, decimal::whole(value, places)?));
        match fits(places).or_else(|| (0..FLOAT).find_map(fits)) {
            Some((found, whole)) => {
                places = found;
                bytes.push(found << 5 | sample.quality.bits());
                put_varint(&mut bytes, zigzag(whole));
            }
            None => {
                bytes.push(FLOAT << 5 | sample.quality.bits());
                bytes.extend(value.to_le_bytes());
            }
        }
    }
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

struct Cursor<'a>(&'a [u8]);

const SHORT: BatchError = BatchError::Damaged("it ends too early");

impl Cursor<'_> {
    fn byte(&mut self) -> Result<u8, BatchError> {
        let (first, rest) = self.0.split_first().ok_or(SHORT)?;
        self.0 = rest;
        Ok(*first)
    }

    fn varint(&mut self) -> Result<u64, BatchError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(number);
            }
        }
        Err(BatchError::Damaged("a number is too long"))
    }

    fn difference(&mut self) -> Result<i64, BatchError> {
        Ok(unzigzag(self.varint()?))
    }

    fn float(&mut self) -> Result<f64, BatchError> {
        let (first, rest) = self.0.split_first_chunk().ok_or(SHORT)?;
        self.0 = rest;
        Ok(f64::from_le_bytes(*first))
    }
}

/// The rows of a batch, in the order they were written.
///
/// # Errors
/// [`BatchError`] when the bytes are not a batch.
pub fn read(bytes: &[u8]) -> Result<Vec<Numbered>, BatchError> {
    let (body, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(BatchError::Checksum)?;
    if crc32fast::hash(body).to_le_bytes() != *checksum {
        return Err(BatchError::Checksum);
    }
    let mut cursor = Cursor(body);
    let version = cursor.byte()?;
    if version != VERSION {
        return Err(BatchError::Version(version));
    }
    let count = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
    if count > MOST_ROWS || count > cursor.0.len() / LEAST_ROW {
        return Err(BatchError::Damaged("it cannot hold so many rows"));
    }
    let mut rows = Vec::with_capacity(count);
    let (mut series, mut time) = (0_i64, 0_i64);
    for _ in 0..count {
        series = series.wrapping_add(cursor.difference()?);
        time = time.wrapping_add(cursor.difference()?);
        let flags = cursor.byte()?;
        let places = flags >> 5;
        let value = if places == FLOAT {
            cursor.float()?
        } else {
            decimal::put_back(cursor.difference()?, places)
                .ok_or(BatchError::Damaged("its decimal places cannot be"))?
        };
        let series = u32::try_from(series).map_err(|_| BatchError::Damaged("a series has an impossible number"))?;
        let sample = Sample {
            time: Moment::from_millis(time).ok_or(BatchError::Damaged("a time is out of bounds"))?,
            value: Number::new(value).map_err(|_| BatchError::Damaged("a value is not a number that is kept"))?,
            quality: Quality::try_from(flags & QUALITY).map_err(|_| BatchError::Damaged("its qualities cannot be"))?,
        };
        rows.push(Numbered { series: SeriesNo(series), sample });
    }
    if cursor.0.is_empty() { Ok(rows) } else { Err(BatchError::Damaged("something follows its last row")) }
}
