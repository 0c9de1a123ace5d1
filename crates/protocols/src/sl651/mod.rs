//! SL 651-2014: rivers, rain and reservoirs. Binary (HEX/BCD) over TCP.
//!
//! A frame is 7E 7E, the centre's and the station's address, a password, a function, a direction with a length, the body
//! between two control characters, and a checksum.

pub mod answer;
pub mod crc;
pub mod element;
pub mod frame;
pub mod framing;
pub mod packets;
pub mod report;
pub mod value;

pub use element::{Code, Element};
pub use frame::{Control, Direction, Frame, Part, Start, address, claimed};
pub use framing::Sl651;
pub use packets::Packets;
pub use report::{Observation, Report, StationKind};
pub use value::Value;
