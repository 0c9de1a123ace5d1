//! HJ 212-2017 and HJ 212-2025: air, water and pollution stations. ASCII over TCP.
//!
//! A packet is `##`, four digits of length, the segment, four hexadecimal digits of checksum, and a line end. The
//! segment is `QN=…;ST=…;CN=…;PW=…;MN=…;Flag=…;PNUM=…;PNO=…;CP=&&…&&`.

pub mod answer;
pub mod codes;
pub mod crc;
pub mod flag;
pub mod framing;
pub mod packet;
pub mod parameters;
pub mod reading;
pub mod seal;
pub mod split;

pub use flag::{Edition, PacketFlag};
pub use framing::Hj212;
pub use packet::{Packet, PacketHeader, PacketId, claimed};
pub use parameters::{Item, Parameters};
pub use reading::{DataFlag, Reading};
pub use seal::Key;
pub use split::Splits;
