//! JT/T 808-2013 and -2019: vehicles. Binary over TCP.
//!
//! A frame stands between two bytes 7E; inside, 7E is written 7D 02 and 7D is written 7D 01. It is a header, a body of up
//! to 1,023 bytes and the XOR of both.

pub mod answer;
pub mod fragments;
pub mod frame;
pub mod framing;
pub mod message;
pub mod position;

pub use fragments::Fragments;
pub use frame::{Edition, Frame, Part, Terminal};
pub use framing::Jt808;
pub use message::{Message, Whole};
pub use position::{Alarms, Extra, Position, Status};
