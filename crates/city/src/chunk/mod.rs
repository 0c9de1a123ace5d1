//! Sealed chunks: up to 1,024 samples in few bytes.
//!
//! A chunk says in its header what its samples come to, so that a question about a year opens only the chunks at its
//! ends. Its layout, all numbers little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 1 |
//! | 2, 2 | samples, samples that count |
//! | 1 | decimal places of the values, or 255 for values kept as floats |
//! | 8, 8 | first and last time of any sample, ms |
//! | 8 × 7 | of the samples that count: min, max, sum, first, last, and when the last two were (zero when none counts) |
//! | 2, 2 | bytes of times, of values |
//! | … | times and values, each a page of pco; then qualities as runs of (flags 1, length 2) |
//! | 4 | CRC-32 of all before |
//!
//! The checksum finds what a disk did, not what somebody did; the log's hashes do that. Nothing read from a chunk is
//! trusted all the same: decoding answers with samples or an error whatever the bytes, and holds a few MB at most.

mod column;
mod layout;

pub use layout::{ChunkError, Header, SealError, header, open, seal};

use crate::observation::Sample;
use crate::series::{Arrived, merge};

/// Most samples of a chunk.
pub const MOST_SAMPLES: usize = 1_024;

/// Longest chunk in bytes. Values that nothing can be said of take 8 bytes and their times as many.
pub const LONGEST: usize = 32 * 1_024;

/// Seals as many samples as there are, in chunks of about the same size, so that a late row makes no crumbs.
///
/// # Errors
/// [`SealError`] when they are not in the order of time, one for each instant.
pub fn seal_all(samples: &[Sample]) -> Result<Vec<Vec<u8>>, SealError> {
    let chunks = samples.len().div_ceil(MOST_SAMPLES).max(1);
    samples.chunks(samples.len().div_ceil(chunks).max(1)).map(seal).collect()
}

/// Why late rows could not be put into a chunk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResealError {
    /// What is there cannot be read.
    #[error(transparent)]
    Chunk(#[from] ChunkError),
    /// What would be there cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Puts rows that came after a chunk was sealed into it ([`merge`]). What no longer fits makes chunks of about the same
/// size; the same rows again make the same chunks.
///
/// # Errors
/// [`ResealError`] when the bytes are not a chunk.
pub fn reseal(bytes: &[u8], later: &[Arrived]) -> Result<Vec<Vec<u8>>, ResealError> {
    Ok(seal_all(&merge(&open(bytes)?, later))?)
}
