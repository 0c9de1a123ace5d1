//! From concentrations to sub-indices (IAQI), the index (AQI) and the primary pollutant.

use super::edition::INDEX;
use super::{Above, AirClass, Averaging, Concentration, Edition, Pollutant};
use crate::Two;

/// The index of one pollutant's mean (IAQI).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubIndex {
    /// 0 to 500.
    pub value: u16,
    /// Whether the concentration lies above the last breakpoint ("爆表").
    pub beyond: bool,
}

/// Why a mean has no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubIndexError {
    /// The index knows no such mean.
    #[error("the index has no {} of {pollutant}", averaging.name().en)]
    NoScale {
        /// Of which pollutant.
        pollutant: Pollutant,
        /// Over which time.
        averaging: Averaging,
    },
    /// Above the last breakpoint, where the edition uses another mean.
    #[error("a {} of {pollutant} above {last} {} has no index; use {}", averaging.name().en, pollutant.unit(), instead.name().en)]
    AboveScale {
        /// Of which pollutant.
        pollutant: Pollutant,
        /// Over which time.
        averaging: Averaging,
        /// The last breakpoint.
        last: u16,
        /// The mean to use.
        instead: Averaging,
    },
    /// Nothing was given that has an index.
    #[error("no concentration has an index; give at least one")]
    Nothing,
}

impl SubIndexError {
    /// The same for people.
    #[must_use]
    pub fn message(&self) -> Two {
        let zh = match self {
            Self::NoScale { pollutant, averaging } => {
                format!("指数中没有{}的{}。", pollutant.name().zh, averaging.name().zh)
            }
            Self::AboveScale { pollutant, averaging, last, instead } => format!(
                "{}{}高于 {last} {} 时不计算分指数，改按{}计。",
                pollutant.name().zh,
                averaging.name().zh,
                pollutant.unit(),
                instead.name().zh
            ),
            Self::Nothing => "没有可计算分指数的浓度；至少提供一项。".to_owned(),
        };
        Two::new(zh, self.to_string())
    }
}

/// The sub-index of a mean: linear between breakpoints, rounded up (HJ 633, formula 1).
///
/// # Errors
/// When the edition gives such a mean no index.
pub fn sub_index(
    edition: Edition,
    averaging: Averaging,
    concentration: Concentration,
) -> Result<SubIndex, SubIndexError> {
    let pollutant = concentration.pollutant();
    let scale = edition.scale(pollutant, averaging).ok_or(SubIndexError::NoScale { pollutant, averaging })?;
    let tenths = concentration.tenths();
    let (mut low, mut index_low) = (0_i64, 0_i64);
    for (limit, index) in scale.limits.iter().zip(INDEX) {
        let (high, index_high) = (i64::from(*limit) * 10, i64::from(index));
        if tenths <= high {
            // Whole numbers throughout, so that rounding up is exact.
            let (rise, run) = ((index_high - index_low) * (tenths - low), high - low);
            let value = index_low + rise / run + i64::from(rise % run != 0);
            return Ok(SubIndex { value: u16::try_from(value).unwrap_or(index), beyond: false });
        }
        (low, index_low) = (high, index_high);
    }
    let last = scale.limits.last().copied().unwrap_or_default();
    match scale.above {
        Above::Cap | Above::Last => {
            Ok(SubIndex { value: u16::try_from(index_low).unwrap_or(INDEX[INDEX.len() - 1]), beyond: true })
        }
        Above::NoIndex => {
            let instead = if pollutant == Pollutant::O3 { Averaging::Hour } else { Averaging::Day };
            Err(SubIndexError::AboveScale { pollutant, averaging, last, instead })
        }
    }
}

/// One pollutant's part in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Over which time the mean was taken.
    pub averaging: Averaging,
    /// The rounded concentration.
    pub concentration: Concentration,
    /// Its index.
    pub index: SubIndex,
}

/// An air quality index (AQI) with what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The edition it was made by.
    pub edition: Edition,
    /// The largest sub-index, 0 to 500.
    pub value: u16,
    /// Whether a pollutant with that sub-index lies above its last breakpoint.
    pub beyond: bool,
    /// The pollutants with the largest sub-index, all of them on a tie; none up to 50 (HJ 633: 首要污染物).
    pub primary: Vec<Pollutant>,
    /// The parts, in the order given.
    pub parts: Vec<Part>,
}

impl Index {
    /// Its class.
    #[must_use]
    pub fn class(&self) -> AirClass {
        AirClass::of(self.value)
    }
}

/// The index of means: the largest sub-index. A mean that the edition gives no index is left out when another mean of
/// the same pollutant has one: ozone's one-hour maximum stands in for its eight-hour one, and SO₂'s 24-hour mean for its
/// one-hour mean, and count for nothing otherwise.
///
/// # Errors
/// When a pollutant's only mean has no index, or nothing was given.
pub fn index_of(edition: Edition, means: &[(Averaging, Concentration)]) -> Result<Index, SubIndexError> {
    let mut parts: Vec<Part> = Vec::new();
    for pollutant in Pollutant::ALL {
        let mut refused = None;
        let mut own: Vec<Part> = Vec::new();
        for &(averaging, concentration) in means.iter().filter(|(_, c)| c.pollutant() == pollutant) {
            match sub_index(edition, averaging, concentration) {
                Ok(index) => own.push(Part { averaging, concentration, index }),
                Err(why) => refused = Some(why),
            }
        }
        // The other mean of these two stands in where this one has no index, and is not a part beside it.
        let first = match pollutant {
            Pollutant::O3 => Some(Averaging::EightHours),
            Pollutant::So2 => Some(Averaging::Hour),
            _ => None,
        };
        if own.iter().any(|p| Some(p.averaging) == first) {
            own.retain(|p| Some(p.averaging) == first);
        }
        match refused {
            Some(why) if own.is_empty() => return Err(why),
            _ => parts.append(&mut own),
        }
    }
    let value = parts.iter().map(|p| p.index.value).max().ok_or(SubIndexError::Nothing)?;
    let largest = || parts.iter().filter(|p| p.index.value == value);
    let mut primary: Vec<Pollutant> =
        if value > 50 { largest().map(|p| p.concentration.pollutant()).collect() } else { Vec::new() };
    primary.dedup();
    let beyond = largest().any(|p| p.index.beyond);
    Ok(Index { edition, value, beyond, primary, parts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Averaging::{Day, EightHours, Hour};
    use Pollutant::{Co, No2, O3, Pm10, Pm25, So2};

    fn of(pollutant: Pollutant, text: &str) -> Concentration {
        Concentration::new(pollutant, text.parse().unwrap()).unwrap()
    }

    /// Every breakpoint of both tables, row by row, and the concentration one step above it.
    #[test]
    fn every_row() {
        let both = [Edition::Of2012, Edition::Of2026];
        let (old, new) = ([Edition::Of2012], [Edition::Of2026]);
        let check = |editions: &[Edition], pollutant, averaging, limits: &[&str]| {
            for &edition in editions {
                for (limit, index) in limits.iter().zip([0, 50, 100, 150, 200, 300, 400, 500]) {
                    let at = |c| sub_index(edition, averaging, c).unwrap();
                    let found = at(of(pollutant, limit));
                    assert_eq!((found.value, found.beyond), (index, false), "{edition:?} {pollutant} {limit}");
                    if index < 500 && Some(limit) != limits.last() {
                        let step = if pollutant == Co { "0.1" } else { "1" };
                        let above = limit.parse::<rust_decimal::Decimal>().unwrap()
                            + step.parse::<rust_decimal::Decimal>().unwrap();
                        let above = at(Concentration::new(pollutant, above).unwrap());
                        assert!(above.value > index, "{edition:?} {pollutant} above {limit}");
                    }
                }
            }
        };
        check(&old, Pm25, Day, &["0", "35", "75", "115", "150", "250", "350", "500"]);
        check(&new, Pm25, Day, &["0", "35", "60", "115", "150", "250", "350", "500"]);
        check(&old, Pm10, Day, &["0", "50", "150", "250", "350", "420", "500", "600"]);
        check(&new, Pm10, Day, &["0", "50", "120", "250", "350", "420", "500", "600"]);
        check(&both, So2, Day, &["0", "50", "150", "475", "800", "1600", "2100", "2620"]);
        check(&both, So2, Hour, &["0", "150", "500", "650", "800"]);
        check(&both, No2, Day, &["0", "40", "80", "180", "280", "565", "750", "940"]);
        check(&both, No2, Hour, &["0", "100", "200", "700", "1200", "2340", "3090", "3840"]);
        check(&both, Co, Day, &["0", "2", "4", "14", "24", "36", "48", "60"]);
        check(&both, Co, Hour, &["0", "5", "10", "35", "60", "90", "120", "150"]);
        check(&both, O3, EightHours, &["0", "100", "160", "215", "265", "800"]);
        check(&both, O3, Hour, &["0", "160", "200", "300", "400", "800", "1000", "1200"]);
    }

    #[test]
    fn between_and_beyond() {
        let check = |edition, pollutant, averaging, text: &str, expected: Option<(u16, bool)>| {
            let found = sub_index(edition, averaging, of(pollutant, text)).ok().map(|i| (i.value, i.beyond));
            assert_eq!(found, expected, "{edition:?} {pollutant} {text}");
        };
        let (old, new) = (Edition::Of2012, Edition::Of2026);
        // 100 / 70 = 1.43, up to 2; 50 + 50 × 1/40 = 51.25, up to 52.
        check(old, Pm25, Day, "1", Some((2, false)));
        check(old, Pm25, Day, "36", Some((52, false)));
        // 50 + 50 × 15/40 = 68.75; 50 + 50 × 15/25 = 80 exactly.
        check(old, Pm25, Day, "50", Some((69, false)));
        check(new, Pm25, Day, "50", Some((80, false)));
        // A day of 75: good in the old edition, 100 + 50 × 15/55 = 113.6 in the new.
        check(old, Pm25, Day, "75", Some((100, false)));
        check(new, Pm25, Day, "75", Some((114, false)));
        check(new, Pm10, Day, "150", Some((112, false)));
        check(old, Pm25, Day, "75.5", Some((102, false)));
        check(old, Pm25, Day, "74.5", Some((99, false)));
        check(old, Pm25, Day, "501", Some((500, true)));
        check(old, Pm10, Day, "9999", Some((500, true)));
        check(old, Co, Day, "0.1", Some((3, false)));
        check(old, Co, Day, "4.1", Some((101, false)));
        check(old, Co, Hour, "150.1", Some((500, true)));
        check(old, No2, Day, "81", Some((101, false)));
        check(old, O3, EightHours, "801", None);
        check(new, O3, EightHours, "801", Some((300, true)));
        check(old, So2, Hour, "801", None);
        check(new, So2, Hour, "801", Some((200, true)));
        check(old, O3, EightHours, "800.4", Some((300, false)));
        check(old, O3, Day, "100", None);
        check(new, Pm25, EightHours, "10", None);
    }

    #[test]
    fn index_and_primary() {
        let check = |edition, means: &[(Averaging, Pollutant, &str)], expected: &str| {
            let means: Vec<_> = means.iter().map(|(a, p, c)| (*a, of(*p, c))).collect();
            let found = match index_of(edition, &means) {
                Ok(index) => {
                    let primary: Vec<String> = index.primary.iter().map(ToString::to_string).collect();
                    let beyond = if index.beyond { "+" } else { "" };
                    format!("{}{beyond} {} {}", index.value, index.class().name().zh, primary.join(","))
                }
                Err(why) => why.message().zh,
            };
            assert_eq!(found.trim(), expected, "{edition:?} {means:?}");
        };
        let old = Edition::Of2012;
        check(old, &[(Day, Pm25, "35"), (Day, Pm10, "50"), (EightHours, O3, "100")], "50 优");
        check(old, &[(Day, Pm25, "35"), (Day, Pm10, "52")], "51 良 PM10");
        check(old, &[(Day, Pm25, "36"), (Day, Pm10, "50")], "52 良 PM2.5");
        check(old, &[(Day, Pm25, "75"), (Day, Pm10, "150"), (Day, Co, "4")], "100 良 PM10,CO,PM2.5");
        check(old, &[(Day, Pm25, "600"), (Day, Pm10, "600")], "500+ 严重污染 PM10,PM2.5");
        check(old, &[(EightHours, O3, "161")], "101 轻度污染 O₃");
        // The one-hour maximum counts only where the eight-hour mean has no index.
        check(old, &[(EightHours, O3, "150"), (Hour, O3, "250")], "92 良 O₃");
        check(old, &[(EightHours, O3, "801"), (Hour, O3, "900")], "350 严重污染 O₃");
        check(Edition::Of2026, &[(EightHours, O3, "801"), (Hour, O3, "900")], "300+ 重度污染 O₃");
        check(old, &[(EightHours, O3, "801")], "臭氧8 小时平均高于 800 µg/m³ 时不计算分指数，改按1 小时平均计。");
        check(old, &[(Hour, So2, "801"), (Day, So2, "150"), (Hour, Pm25, "20")], "100 良 SO₂");
        check(old, &[], "没有可计算分指数的浓度；至少提供一项。");
    }
}
