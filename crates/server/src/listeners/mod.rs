//! The ways in: ports that the city's instruments connect to.
//!
//! One loop serves every connection (`connection.rs`); a protocol adds whose a frame is, what it says and how it is answered.
//! An answer goes out after the values it speaks for are durable, and not before. What stands behind is an [`Intake`].

mod adapter;
mod connection;
mod hj212;
mod intake;
mod jt808;
mod sl651;
mod tcp;
mod turn;

#[cfg(test)]
mod double;
#[cfg(test)]
mod tests;
