//! The bytes of a chunk.

use super::column::{pack, unpack};
use super::{LONGEST, MOST_SAMPLES};
use crate::aggregate::{Aggregate, Counted};
use crate::decimal;
use crate::moment::Moment;
use crate::number::Number;
use crate::observation::Sample;
use crate::quality::Quality;

const VERSION: u8 = 1;
/// Instead of decimal places: values are kept as floats.
const FLOATS: u8 = 255;
const HEADER: usize = 1 + 2 + 2 + 1 + 8 + 8 + 56 + 2 + 2;
const CHECKSUM: usize = 4;

/// What a chunk says of itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Header {
    /// How many samples it holds; at least one.
    pub count: usize,
    /// The time of the first.
    pub from: Moment,
    /// The time of the last.
    pub to: Moment,
    /// What they come to.
    pub aggregate: Aggregate,
}

/// Why samples cannot be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// None, or more than [`MOST_SAMPLES`].
    #[error("{0} samples; a chunk holds 1 to {MOST_SAMPLES}")]
    Count(usize),
    /// A sample is not later than the one before.
    #[error("sample {0}, counted from 0, is not later than the one before; merge rows of one instant first")]
    Order(usize),
    /// The compressor refused, or gave something that does not come back.
    #[error("the samples cannot be compressed, keep them as rows: {0}")]
    Column(String),
}

/// Why bytes are not a chunk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// Too short or too long.
    #[error("{0} bytes cannot be a chunk; restore it from a copy")]
    Length(usize),
    /// A version this program does not know.
    #[error("a chunk of version {0}; this program reads version {VERSION}: use the newer program that wrote it")]
    Version(u8),
    /// The checksum is another.
    #[error("its checksum does not match; restore it from a copy")]
    Checksum,
    /// What is in it contradicts itself.
    #[error("{0}; restore it from a copy")]
    Damaged(&'static str),
}

/// Seals 1 to 1,024 samples in the order of time. The same samples give the same bytes; they have been opened once and
/// compared.
///
/// # Errors
/// [`SealError`] when there are none or too many, they are not in order, or do not come back.
pub fn seal(samples: &[Sample]) -> Result<Vec<u8>, SealError> {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Err(SealError::Count(0)) };
    if samples.len() > MOST_SAMPLES {
        return Err(SealError::Count(samples.len()));
    }
    if let Some(place) = samples.windows(2).position(|pair| pair[0].time >= pair[1].time) {
        return Err(SealError::Order(place + 1));
    }
    let refused = |error: pco::errors::PcoError| SealError::Column(error.to_string());
    let times: Vec<i64> = samples.iter().map(|sample| sample.time.millis()).collect();
    let times = pack(&times, &[1, 2]).map_err(refused)?;
    let values: Vec<f64> = samples.iter().map(|sample| sample.value.get()).collect();
    let (places, values) = match whole(&values) {
        Some((places, whole)) => (places, pack(&whole, &[0, 1]).map_err(refused)?),
        None => (FLOATS, pack(&values, &[0, 1]).map_err(refused)?),
    };
    let aggregate = Aggregate::of(samples);
    let mut bytes = Vec::with_capacity(HEADER + times.len() + values.len() + 16);
    bytes.push(VERSION);
    bytes.extend(short(samples.len())?);
    bytes.extend(short(samples.len() - aggregate.set_aside as usize)?);
    bytes.push(places);
    bytes.extend(first.time.millis().to_le_bytes());
    bytes.extend(last.time.millis().to_le_bytes());
    match aggregate.counted {
        None => bytes.extend([0; 56]),
        Some(c) => {
            for value in [c.min.get(), c.max.get(), c.sum, c.first.get(), c.last.get()] {
                bytes.extend(value.to_le_bytes());
            }
            bytes.extend(c.first_at.millis().to_le_bytes());
            bytes.extend(c.last_at.millis().to_le_bytes());
        }
    }
    bytes.extend(short(times.len())?);
    bytes.extend(short(values.len())?);
    bytes.extend(times);
    bytes.extend(values);
    for run in samples.chunk_by(|a, b| a.quality == b.quality) {
        bytes.push(run[0].quality.bits());
        bytes.extend(short(run.len())?);
    }
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    // The rows are taken away once they are sealed. A fifth more time makes sure that they come back.
    let same = |(a, b): (&Sample, &Sample)| a.time == b.time && a.value.same(b.value) && a.quality == b.quality;
    let back = open(&bytes).map_err(|error| SealError::Column(error.to_string()))?;
    if back.iter().zip(samples).all(same) {
        Ok(bytes)
    } else {
        Err(SealError::Column("the values do not come back to the bit".to_owned()))
    }
}

fn short(length: usize) -> Result<[u8; 2], SealError> {
    let length = u16::try_from(length).map_err(|_| SealError::Column(format!("{length} bytes of a column")))?;
    Ok(length.to_le_bytes())
}

/// Values as whole numbers and how many decimal places to put back, when that gives every value to the bit.
fn whole(values: &[f64]) -> Option<(u8, Vec<i64>)> {
    let all = |places| values.iter().map(|value| decimal::whole(*value, places)).collect::<Option<Vec<i64>>>();
    (0..=decimal::MOST_PLACES).find_map(|places| Some((places, all(places)?)))
}

/// Reads a chunk's bytes from the front.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ChunkError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(ChunkError::Damaged("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ChunkError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(ChunkError::Damaged("it ends too early"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, ChunkError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn short(&mut self) -> Result<usize, ChunkError> {
        Ok(usize::from(u16::from_le_bytes(self.array()?)))
    }

    fn moment(&mut self) -> Result<Moment, ChunkError> {
        Moment::from_millis(i64::from_le_bytes(self.array()?)).ok_or(ChunkError::Damaged("a time is out of bounds"))
    }

    fn float(&mut self) -> Result<f64, ChunkError> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    fn number(&mut self) -> Result<Number, ChunkError> {
        number(self.float()?)
    }
}

fn number(value: f64) -> Result<Number, ChunkError> {
    Number::new(value).map_err(|_| ChunkError::Damaged("a value is not a number that is kept"))
}

/// A chunk's parts, its checksum held against it.
struct Parts<'a> {
    header: Header,
    places: u8,
    times: &'a [u8],
    values: &'a [u8],
    qualities: &'a [u8],
}

fn parts(bytes: &[u8]) -> Result<Parts<'_>, ChunkError> {
    if !(HEADER + CHECKSUM..=LONGEST).contains(&bytes.len()) {
        return Err(ChunkError::Length(bytes.len()));
    }
    if bytes[0] != VERSION {
        return Err(ChunkError::Version(bytes[0]));
    }
    let (body, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    if crc32fast::hash(body).to_le_bytes() != checksum {
        return Err(ChunkError::Checksum);
    }
    let mut cursor = Cursor(&body[1..]);
    let (count, counting) = (cursor.short()?, cursor.short()?);
    if !(1..=MOST_SAMPLES).contains(&count) || counting > count {
        return Err(ChunkError::Damaged("its counts cannot be"));
    }
    let places = cursor.byte()?;
    let (from, to) = (cursor.moment()?, cursor.moment()?);
    let counted = Counted {
        count: u32::try_from(counting).unwrap_or_default(),
        min: cursor.number()?,
        max: cursor.number()?,
        sum: cursor.float()?,
        first: cursor.number()?,
        last: cursor.number()?,
        first_at: cursor.moment()?,
        last_at: cursor.moment()?,
    };
    let set_aside = u32::try_from(count - counting).unwrap_or_default();
    let aggregate = Aggregate { set_aside, counted: (counting > 0).then_some(counted) };
    let (times, values) = (cursor.short()?, cursor.short()?);
    let (times, values) = (cursor.take(times)?, cursor.take(values)?);
    Ok(Parts { header: Header { count, from, to, aggregate }, places, times, values, qualities: cursor.0 })
}

/// A chunk's header. The checksum of the whole is looked at, its samples are not.
///
/// # Errors
/// [`ChunkError`] when the bytes are not a chunk.
pub fn header(bytes: &[u8]) -> Result<Header, ChunkError> {
    Ok(parts(bytes)?.header)
}

/// A chunk's samples, to the bit as they were sealed, in the order of time.
///
/// # Errors
/// [`ChunkError`] when the bytes are not a chunk, or its samples are not what its header says.
pub fn open(bytes: &[u8]) -> Result<Vec<Sample>, ChunkError> {
    let parts = parts(bytes)?;
    let count = parts.header.count;
    let times: Vec<i64> = unpack(parts.times, count)?;
    let values: Vec<f64> = match parts.places {
        FLOATS => unpack(parts.values, count)?,
        places => {
            let whole: Vec<i64> = unpack(parts.values, count)?;
            let back =
                |whole| decimal::put_back(whole, places).ok_or(ChunkError::Damaged("its decimal places cannot be"));
            whole.into_iter().map(back).collect::<Result<_, _>>()?
        }
    };
    let mut qualities = Vec::with_capacity(count);
    let mut cursor = Cursor(parts.qualities);
    while !cursor.0.is_empty() {
        let flags = cursor.byte()?;
        let quality = Quality::try_from(flags).map_err(|_| ChunkError::Damaged("its qualities cannot be"))?;
        let run = cursor.short()?;
        if run == 0 || run > count - qualities.len() {
            return Err(ChunkError::Damaged("its qualities have another length"));
        }
        qualities.resize(qualities.len() + run, quality);
    }
    if qualities.len() != count {
        return Err(ChunkError::Damaged("its qualities have another length"));
    }
    let mut samples: Vec<Sample> = Vec::with_capacity(count);
    for ((time, value), quality) in times.into_iter().zip(values).zip(qualities) {
        let time = Moment::from_millis(time).ok_or(ChunkError::Damaged("a time is out of bounds"))?;
        if samples.last().is_some_and(|last| last.time >= time) {
            return Err(ChunkError::Damaged("its samples are not in the order of time"));
        }
        samples.push(Sample { time, value: number(value)?, quality });
    }
    let (from, to) = (samples.first().map(|s| s.time), samples.last().map(|s| s.time));
    let header = Header {
        count,
        from: from.unwrap_or(parts.header.from),
        to: to.unwrap_or(parts.header.to),
        aggregate: Aggregate::of(&samples),
    };
    if header != parts.header {
        return Err(ChunkError::Damaged("its samples are not what its header says"));
    }
    Ok(samples)
}
