//! Facilities and observations for tests.

use tingzhou_platform::city::{FacilityDef, FacilityId, Moment, Offered, Period, PropertyId, Quality, SeriesNo};
use tingzhou_platform::{Arriving, Instruments};

pub(crate) fn facility(name: &str) -> FacilityId {
    FacilityId::new(name).unwrap()
}

pub(crate) fn property(name: &str) -> PropertyId {
    PropertyId::new(name).unwrap()
}

/// A facility of a standard type.
pub(crate) fn def(name: &str, facility_type: &str) -> FacilityDef {
    let json =
        format!(r#"{{"id":"{name}","type":"{facility_type}","name":{{"zh":"设施{name}"}},"from":"2024-01-01"}}"#);
    serde_json::from_str(&json).unwrap()
}

/// A series that must be there.
pub(crate) fn series(instruments: &Instruments, name: &str, of: &str) -> SeriesNo {
    instruments.series(&facility(name), &property(of)).unwrap()
}

pub(crate) fn seconds(count: u32) -> Period {
    Period::from_secs(count)
}

/// An observation so many seconds before an instant.
pub(crate) fn ago(series: SeriesNo, now: Moment, before: u32, value: f64) -> Arriving {
    Arriving { series, offered: Offered { time: now.before(seconds(before)), value, quality: Quality::GOOD } }
}
