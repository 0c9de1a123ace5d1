//! One column of a chunk as a page of pco, and back.

use super::layout::ChunkError;
use pco::data_types::Number;
use pco::errors::PcoError;
use pco::wrapped::{FileCompressor, FileDecompressor};
use pco::{ChunkConfig, DeltaSpec};

/// Values or their differences, whichever comes out shorter. pco's own choice also tries kinds that buy little on
/// so few values and would let a few bytes ask for a hundred MB on the way back; [`modest`] refuses those.
pub(super) fn pack<T: Number>(values: &[T], deltas: &[usize]) -> Result<Vec<u8>, PcoError> {
    let mut best: Option<Vec<u8>> = None;
    for &order in deltas {
        let delta = if order == 0 { DeltaSpec::NoOp } else { DeltaSpec::TryConsecutive(order) };
        let packed = pack_as(values, &ChunkConfig::default().with_delta_spec(delta))?;
        if best.as_ref().is_none_or(|best| packed.len() < best.len()) {
            best = Some(packed);
        }
    }
    Ok(best.unwrap_or_default())
}

fn pack_as<T: Number>(values: &[T], config: &ChunkConfig) -> Result<Vec<u8>, PcoError> {
    let file = FileCompressor::default();
    let mut packed = file.write_header(Vec::new())?;
    let mut chunk = file.chunk_compressor(values, config)?;
    packed = chunk.write_meta(packed)?;
    chunk.write_page(0, packed)
}

/// The `count` values of a column.
pub(super) fn unpack<T: Number + Default>(bytes: &[u8], count: usize) -> Result<Vec<T>, ChunkError> {
    let damaged = |_: PcoError| ChunkError::Damaged("a column cannot be decompressed");
    let (file, rest) = FileDecompressor::new(bytes).map_err(damaged)?;
    if !modest(rest) {
        return Err(ChunkError::Damaged("a column is of a kind that is not written"));
    }
    let (mut chunk, rest) = file.chunk_decompressor::<T, &[u8]>(rest).map_err(damaged)?;
    let mut values = vec![T::default(); count];
    let mut page = chunk.page_decompressor(rest, count).map_err(damaged)?;
    let progress = page.read(&mut values).map_err(damaged)?;
    let whole = progress.finished && progress.n_processed == count && page.into_src().is_empty();
    if whole { Ok(values) } else { Err(ChunkError::Damaged("a column has another length")) }
}

/// Whether a chunk of pco is of a kind [`pack`] writes. Its first four bits are the mode, followed by what belongs to the
/// mode; then four bits tell how differences are taken. Dictionaries and lookback windows give their own size, up to
/// 2²⁵ values.
fn modest(chunk: &[u8]) -> bool {
    let (classic, multiple_of_whole, multiple_of_float, quantized) = (0, 1, 2, 3);
    let Some(mode) = chunk.first().map(|byte| byte & 15) else { return false };
    let after_mode = if mode == classic {
        0
    } else if mode == multiple_of_whole || mode == multiple_of_float {
        8
    } else if mode == quantized {
        1
    } else {
        return false;
    };
    let (none, consecutive) = (0, 1);
    chunk.get(after_mode).is_some_and(|byte| [none, consecutive].contains(&(byte >> 4)))
}
