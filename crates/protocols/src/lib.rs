//! What the city's instruments speak: HJ 212 (air, water, pollution), SL 651 (rivers, rain, reservoirs) and JT/T 808
//! (vehicles), from bytes to frames and back.
//!
//! Bytes go in, frames or refusals come out, and answers are bytes. There is no socket and no clock here: who reads, who
//! writes and when a peer has been silent for too long is decided elsewhere, and where an age matters it is an argument.
//!
//! Every protocol has the same two steps. A [`Reassembler`] finds frames in a stream that may hold half a frame, several,
//! or anything else between them; what stands in a frame is then asked of the frame, and may be refused for reasons of
//! its own. A valid frame is written back byte for byte by its `to_bytes`.

pub mod bcd;
pub mod civil;
mod crc_table;
pub mod hj212;
pub mod jt808;
pub mod parts;
pub mod refusal;
pub mod sl651;
pub mod stream;

pub use refusal::{Reason, Refusal};
pub use stream::{Reassembler, Tally};
