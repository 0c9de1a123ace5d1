//! What people do with a city's instruments, as it stands in the city's log. What instruments say does not: it is a
//! million values an hour, kept as series and as the events of alarms.

use crate::alarm::Command;
use crate::facility::FacilityDef;
use crate::ids::{FacilityId, RuleId};
use serde::{Deserialize, Serialize};

/// Something somebody did with instruments, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum InstrumentEvent {
    /// A facility is there from now on, or is described anew.
    FacilityPut {
        /// As its file or its form says.
        facility: Box<FacilityDef>,
        /// How often it was described, from 1.
        version: i64,
    },
    /// What a device sends is a facility's from now on.
    DeviceAdopted {
        /// What it speaks.
        protocol: String,
        /// What it calls itself there.
        address: String,
        /// Whose values it sends.
        facility: FacilityId,
    },
    /// Somebody acknowledged, hid or showed an alarm.
    AlarmCommanded {
        /// The rule.
        rule: RuleId,
        /// At which facility.
        facility: FacilityId,
        /// What was done.
        command: Command,
        /// What was said about it; may be empty.
        note: String,
    },
}

impl InstrumentEvent {
    /// All kinds, as they stand in the log's own column.
    pub const KINDS: [&'static str; 3] = ["facility-put", "device-adopted", "alarm-commanded"];

    /// The kind, as it stands in the log's own column.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::FacilityPut { .. } => Self::KINDS[0],
            Self::DeviceAdopted { .. } => Self::KINDS[1],
            Self::AlarmCommanded { .. } => Self::KINDS[2],
        }
    }
}
