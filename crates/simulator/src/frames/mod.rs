//! What instruments say, as the bytes of their protocols, and what they expect in return.

pub mod hj212;
pub mod json;
pub mod jt808;
pub mod sl651;

use crate::city::Made;
use crate::kind::Protocol;

/// One message, and the answer that says it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// As it goes on the line.
    pub bytes: Vec<u8>,
    /// What the answer will name.
    pub receipt: Receipt,
    /// How many observations it carries.
    pub observations: u32,
}

/// What an answer names of the message it answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Receipt {
    /// HJ 212: the QN.
    Hj212(Vec<u8>),
    /// SL 651: the serial number.
    Sl651(u16),
    /// JT/T 808: the serial number and the kind of message.
    Jt808 {
        /// Serial number.
        serial: u16,
        /// Kind of message.
        id: u16,
    },
}

/// An answer as it was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// What it answers.
    pub receipt: Receipt,
    /// Whether the message was taken.
    pub taken: bool,
    /// What a terminal will authenticate itself with, when it was registered.
    pub code: Option<Vec<u8>>,
}

/// The address by which a facility is known in its protocol. Of terminals the digits without the zeros before them, which
/// the two editions write differently. Nothing for HTTP and MQTT, which name facilities themselves.
#[must_use]
pub fn address(made: &Made) -> Option<String> {
    match made.kind.protocol() {
        Protocol::Hj212 => Some(hj212::station(made)),
        Protocol::Sl651 => Some(sl651::address(made)),
        Protocol::Jt808 => Some(jt808::terminal(made).digits().ok()?.trim_start_matches('0').to_owned()),
        Protocol::Mqtt | Protocol::Http => None,
    }
}
