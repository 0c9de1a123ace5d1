//! The tariffs of the tests.
#![allow(clippy::unwrap_used, reason = "helpers of tests: what is wrong here fails the test")]

use jiff::civil::{Date, date};
use std::collections::BTreeSet;
use tingzhou_scenarios::parking::{Tariff, TariffData};

/// Every tariff file.
pub(crate) const TARIFFS: [(&str, &str); 7] = [
    ("zone-1", include_str!("../tariffs/zone-1.toml")),
    ("zone-2", include_str!("../tariffs/zone-2.toml")),
    ("zone-3", include_str!("../tariffs/zone-3.toml")),
    ("daytime", include_str!("../tariffs/daytime.toml")),
    ("day-night", include_str!("../tariffs/day-night.toml")),
    ("cut", include_str!("../tariffs/cut.toml")),
    ("holiday", include_str!("../tariffs/holiday.toml")),
];

/// A tariff as written down.
pub(crate) fn data(id: &str) -> TariffData {
    let (_, text) = TARIFFS.iter().find(|(name, _)| *name == id).unwrap();
    toml::from_str(text).unwrap()
}

/// A tariff of the tests.
pub(crate) fn tariff(id: &str) -> Tariff {
    Tariff::checked(data(id)).unwrap()
}

/// The days off of the tests.
pub(crate) fn days_off() -> BTreeSet<Date> {
    [date(2025, 10, 1), date(2025, 10, 2), date(2025, 10, 3), date(2026, 1, 1)].into()
}
