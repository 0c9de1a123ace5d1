//! The breakpoints of both editions, as data with their sources.

use super::{Averaging, Pollutant};
use crate::refusal::Refusal;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// The edition of the rules an index is made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Edition {
    /// GB 3095-2012, HJ 633-2012, HJ 663-2013.
    #[serde(rename = "2012")]
    Of2012,
    /// GB 3095-2026, HJ 633-2026, HJ 663-2026, with the limits of the years until 2030.
    #[serde(rename = "2026")]
    Of2026,
}

impl Edition {
    /// The edition in force on a day. The 2012 edition is used for every day before 1 March 2026.
    ///
    /// # Errors
    /// For days from 2031 on: GB 3095-2026 has lower limits from then, and no index table for them is known here.
    pub fn on(day: Date) -> Result<Self, Refusal> {
        if day < date(2026, 3, 1) {
            Ok(Self::Of2012)
        } else if day < date(2031, 1, 1) {
            Ok(Self::Of2026)
        } else {
            Err(Refusal::new(
                "no-edition",
                "date",
                format!("{day} 起执行 GB 3095-2026 第二阶段限值，尚无对应的指数分级表；请先更新分级表。"),
                format!("{day} falls under the second stage of GB 3095-2026; add its table of breakpoints first."),
            ))
        }
    }

    /// The standards' numbers, for screens.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::Of2012 => "HJ 633-2012",
            Self::Of2026 => "HJ 633-2026",
        }
    }

    /// The scale of a pollutant's mean; none when the index knows no such mean.
    #[must_use]
    pub fn scale(self, pollutant: Pollutant, averaging: Averaging) -> Option<Scale> {
        use Averaging::{Day, EightHours, Hour};
        use Pollutant::{Co, No2, O3, Pm10, Pm25, So2};
        let new = self == Self::Of2026;
        // Where an edition gives a pollutant no further breakpoint: 2012 has no index above it, 2026 stays at the last.
        let end = if new { Above::Last } else { Above::NoIndex };
        let (limits, above): (&'static [u16], Above) = match (pollutant, averaging) {
            (So2, Day) => (&SO2_DAY, Above::Cap),
            (So2, Hour) => (&SO2_HOUR, end),
            (No2, Day) => (&NO2_DAY, Above::Cap),
            (No2, Hour) => (&NO2_HOUR, Above::Cap),
            (Co, Day) => (&CO_DAY, Above::Cap),
            (Co, Hour) => (&CO_HOUR, Above::Cap),
            (O3, EightHours) => (&O3_EIGHT_HOURS, end),
            (O3, Hour) => (&O3_HOUR, Above::Cap),
            (Pm10, Day | Hour) => (if new { &PM10_2026 } else { &PM10_2012 }, Above::Cap),
            (Pm25, Day | Hour) => (if new { &PM25_2026 } else { &PM25_2012 }, Above::Cap),
            (So2 | No2 | Co | Pm10 | Pm25, EightHours) | (O3, Day) => return None,
        };
        Some(Scale { limits, above })
    }
}

/// The index at each breakpoint (HJ 633 table 1, first column), after 0.
pub(super) const INDEX: [u16; 7] = [50, 100, 150, 200, 300, 400, 500];

/// What a concentration above the last breakpoint has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Above {
    /// 500, marked as beyond the index.
    Cap,
    /// The index of the last breakpoint, marked as beyond the index.
    Last,
    /// None: another mean of the same pollutant is used.
    NoIndex,
}

/// The breakpoints of one mean of one pollutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Concentrations at the index 50, 100, 150, 200, 300, 400 and 500, or as far as they go; in the pollutant's unit.
    pub limits: &'static [u16],
    /// What comes above the last.
    pub above: Above,
}

impl Scale {
    /// The concentration with the index 100: the second-class limit.
    #[must_use]
    pub fn limit(self) -> u16 {
        self.limits.get(1).copied().unwrap_or(u16::MAX)
    }
}

// HJ 633-2012 table 1. The rows of one hour are for hourly reports; its note 2 gives SO₂ above 800 no one-hour index
// (the 24-hour mean is used), note 3 O₃ above 800 no eight-hour index (the one-hour mean is used). Hourly rows were
// compared with two public implementations, not with the printed standard.
//
// HJ 633-2026 changes PM2.5 and PM10, and SO₂ and O₃ above 800. The latter (200 and 300) and SO₂'s row of 24 hours rest
// on public implementations of the new edition, not on the printed standard; one of them gives SO₂'s 24 hours the row of
// one hour, two others the row below, which GB 3095-2026 gives no reason to change.
const SO2_DAY: [u16; 7] = [50, 150, 475, 800, 1600, 2100, 2620];
const SO2_HOUR: [u16; 4] = [150, 500, 650, 800];
const NO2_DAY: [u16; 7] = [40, 80, 180, 280, 565, 750, 940];
const NO2_HOUR: [u16; 7] = [100, 200, 700, 1200, 2340, 3090, 3840];
const CO_DAY: [u16; 7] = [2, 4, 14, 24, 36, 48, 60];
const CO_HOUR: [u16; 7] = [5, 10, 35, 60, 90, 120, 150];
const O3_EIGHT_HOURS: [u16; 5] = [100, 160, 215, 265, 800];
const O3_HOUR: [u16; 7] = [160, 200, 300, 400, 800, 1000, 1200];
// Particles have one row; hourly reports use it for the mean of an hour too.
const PM10_2012: [u16; 7] = [50, 150, 250, 350, 420, 500, 600];
const PM10_2026: [u16; 7] = [50, 120, 250, 350, 420, 500, 600];
const PM25_2012: [u16; 7] = [35, 75, 115, 150, 250, 350, 500];
const PM25_2026: [u16; 7] = [35, 60, 115, 150, 250, 350, 500];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_force() {
        let check = |day: Date, expected: Option<Edition>| assert_eq!(Edition::on(day).ok(), expected, "{day}");
        check(date(2013, 1, 1), Some(Edition::Of2012));
        check(date(2025, 12, 31), Some(Edition::Of2012));
        check(date(2026, 2, 28), Some(Edition::Of2012));
        check(date(2026, 3, 1), Some(Edition::Of2026));
        check(date(2030, 12, 31), Some(Edition::Of2026));
        check(date(2031, 1, 1), None);
    }

    #[test]
    fn breakpoints_rise_and_fit_the_index() {
        for edition in [Edition::Of2012, Edition::Of2026] {
            for pollutant in Pollutant::ALL {
                for averaging in [Averaging::Hour, Averaging::EightHours, Averaging::Day] {
                    let Some(scale) = edition.scale(pollutant, averaging) else { continue };
                    assert!(scale.limits.windows(2).all(|w| w[0] < w[1]), "{pollutant} {averaging:?}");
                    assert!(scale.limits.len() <= INDEX.len(), "{pollutant} {averaging:?}");
                    assert_eq!(scale.above == Above::Cap, scale.limits.len() == INDEX.len(), "{pollutant}");
                }
            }
        }
    }
}
