//! What was measured of one factor: values with their flag.

use jiff::civil::DateTime;
use rust_decimal::Decimal;

use super::packet::time;
use super::parameters::{Item, Parameters};
use crate::Reason;

/// The mark of a value, Flag: HJ 212-2017, 6.6.4, table 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataFlag {
    /// N: 正常, in normal operation.
    Normal,
    /// F: 停运, out of operation.
    Stopped,
    /// M: 维护, under maintenance.
    Maintained,
    /// S: 手工输入, entered by hand.
    Entered,
    /// D: 故障, faulty.
    Faulty,
    /// C: 校准, being calibrated.
    Calibrated,
    /// T: 超过测量上限, beyond what can be measured.
    OverRange,
    /// B: 通讯异常, instrument not reached.
    NotReached,
    /// Any other character, such as the digits of air stations.
    Other(u8),
}

impl DataFlag {
    fn read(value: &[u8]) -> Result<Self, Reason> {
        let [mark] = value else { return Err(Reason::BadField { field: "Flag" }) };
        Ok(match mark {
            b'N' => Self::Normal,
            b'F' => Self::Stopped,
            b'M' => Self::Maintained,
            b'S' => Self::Entered,
            b'D' => Self::Faulty,
            b'C' => Self::Calibrated,
            b'T' => Self::OverRange,
            b'B' => Self::NotReached,
            other if other.is_ascii_graphic() => Self::Other(*other),
            _ => return Err(Reason::NotAscii { field: "Flag" }),
        })
    }
}

/// Everything a packet says about one factor. The unit of each value is that of the factor's code (annex B).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading<'a> {
    /// The factor's code, such as `a34004` for PM2.5.
    pub code: &'a str,
    /// SampleTime: when the sample was taken, in civil time.
    pub sample_time: Option<DateTime>,
    /// Rtd: the real-time value.
    pub real_time: Option<Decimal>,
    /// Avg: the period's mean.
    pub mean: Option<Decimal>,
    /// Min: the period's smallest value.
    pub min: Option<Decimal>,
    /// Max: the period's largest value.
    pub max: Option<Decimal>,
    /// Cou: the period's sum, or discharge.
    pub sum: Option<Decimal>,
    /// ZsRtd: the real-time value, converted.
    pub converted_real_time: Option<Decimal>,
    /// ZsAvg: the mean, converted.
    pub converted_mean: Option<Decimal>,
    /// ZsMin: the smallest value, converted.
    pub converted_min: Option<Decimal>,
    /// ZsMax: the largest value, converted.
    pub converted_max: Option<Decimal>,
    /// Flag.
    pub flag: Option<DataFlag>,
    /// EFlag: the instrument's own mark.
    pub instrument_flag: Option<&'a [u8]>,
    /// Items with other suffixes, as received.
    pub others: Vec<Item<'a>>,
}

impl Reading<'_> {
    /// The value the packet is about: real time, else the mean, else the sum.
    #[must_use]
    pub fn value(&self) -> Option<Decimal> {
        self.real_time.or(self.mean).or(self.sum)
    }
}

/// Numbers of a packet, by their suffix.
fn slot<'r>(reading: &'r mut Reading<'_>, suffix: &str) -> Option<&'r mut Option<Decimal>> {
    Some(match suffix {
        "Rtd" => &mut reading.real_time,
        "Avg" => &mut reading.mean,
        "Min" => &mut reading.min,
        "Max" => &mut reading.max,
        "Cou" => &mut reading.sum,
        "ZsRtd" => &mut reading.converted_real_time,
        "ZsAvg" => &mut reading.converted_mean,
        "ZsMin" => &mut reading.converted_min,
        "ZsMax" => &mut reading.converted_max,
        _ => return None,
    })
}

/// Items of the same factor that stand side by side are one reading; a second value of the same kind begins another.
pub(super) fn readings<'a>(parameters: &Parameters<'a>) -> Result<Vec<Reading<'a>>, Reason> {
    let mut found: Vec<Reading<'a>> = Vec::new();
    let mut kinds: Vec<&str> = Vec::new();
    for item in parameters.items() {
        let Some(suffix) = item.suffix else { continue };
        let fits = found.last().is_some_and(|last| last.code == item.name) && !kinds.contains(&suffix);
        if !fits || kinds.len() == MOST_KINDS {
            found.push(Reading { code: item.name, ..Reading::default() });
            kinds.clear();
        }
        kinds.push(suffix);
        // One was pushed if there was none.
        let Some(reading) = found.last_mut() else { continue };
        if let Some(slot) = slot(reading, suffix) {
            *slot = item.number()?;
        } else if suffix == "Flag" {
            reading.flag = Some(DataFlag::read(item.value)?);
        } else if suffix == "EFlag" {
            reading.instrument_flag = Some(item.value);
        } else if suffix == "SampleTime" {
            reading.sample_time = Some(time("SampleTime", item.value, false)?);
        } else {
            reading.others.push(*item);
        }
    }
    Ok(found)
}

/// Most kinds of values of one factor; the standard knows seventeen.
const MOST_KINDS: usize = 32;

/// An exact number; nothing when there are no digits at all.
pub(super) fn number(value: &[u8]) -> Result<Option<Decimal>, Reason> {
    if value.is_empty() {
        return Ok(None);
    }
    if !value.is_ascii() {
        return Err(Reason::NotAscii { field: "CP" });
    }
    let unsigned = value.strip_prefix(b"-").or(value.strip_prefix(b"+")).unwrap_or(value);
    let digits = unsigned.iter().filter(|byte| byte.is_ascii_digit()).count();
    let points = unsigned.iter().filter(|byte| **byte == b'.').count();
    if digits == 0 || points > 1 || digits + points != unsigned.len() {
        return Err(Reason::BadField { field: "CP" });
    }
    let text = std::str::from_utf8(value).map_err(|_| Reason::NotAscii { field: "CP" })?;
    Decimal::from_str_exact(text).map(Some).map_err(|_| Reason::OutOfRange { field: "CP" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |text: &str, expected: Result<Option<&str>, Reason>| {
            let expected = expected.map(|text| text.map(|text| text.parse::<Decimal>().unwrap()));
            let found = number(text.as_bytes());
            assert_eq!(found, expected, "{text}");
        };
        check("0.09055002", Ok(Some("0.09055002")));
        check("-3", Ok(Some("-3")));
        check("+3.5", Ok(Some("3.5")));
        check("", Ok(None));
        for wrong in ["-", ".", "1.2.3", "1e3", "NaN", " 1", "1_000", "--1", "0x1"] {
            check(wrong, Err(Reason::BadField { field: "CP" }));
        }
        check("123456789012345678901234567890", Err(Reason::OutOfRange { field: "CP" }));
        // A value keeps the digits it was written with.
        assert_eq!(number(b"3.20").unwrap().unwrap().to_string(), "3.20");
    }

    #[test]
    fn factors() {
        let content = b"DataTime=20240101000000;w01-Min=1,w01-Avg=2.50,w01-Max=4,w01-Cou=9,w01-Flag=D;\
                        w02-SampleTime=20240101020304,w02-Rtd=7,w02-ZsRtd=8,w02-EFlag=A01,w02-Ala=1;w02-Rtd=;i1-Info=//x//";
        let parameters = Parameters::read(content).unwrap();
        let readings = parameters.readings().unwrap();
        let codes: Vec<&str> = readings.iter().map(|reading| reading.code).collect();
        assert_eq!(codes, ["w01", "w02", "w02", "i1"]);
        assert_eq!(readings[0].flag, Some(DataFlag::Faulty));
        assert_eq!(readings[0].value(), Some(Decimal::new(250, 2)));
        assert_eq!((readings[0].min, readings[0].max), (Some(1.into()), Some(4.into())));
        assert_eq!(readings[0].sum, Some(9.into()));
        assert_eq!(readings[1].converted_real_time, Some(8.into()));
        assert_eq!(readings[1].instrument_flag, Some(&b"A01"[..]));
        assert_eq!(readings[1].others[0].suffix, Some("Ala"));
        assert_eq!(readings[1].sample_time, Some("2024-01-01T02:03:04".parse().unwrap()));
        assert_eq!(readings[2].value(), None);
        assert_eq!(readings[3].others[0].value, b"//x//");
    }

    #[test]
    fn refuses() {
        let check = |content: &str, expected: Reason| {
            let parameters = Parameters::read(content.as_bytes()).unwrap();
            assert_eq!(parameters.readings(), Err(expected), "{content}");
        };
        check("a-Flag=NN", Reason::BadField { field: "Flag" });
        check("a-Flag=", Reason::BadField { field: "Flag" });
        check("a-Flag=\u{1}", Reason::NotAscii { field: "Flag" });
        check("a-Rtd=x", Reason::BadField { field: "CP" });
        check("a-SampleTime=20241301000000", Reason::OutOfRange { field: "SampleTime" });
    }
}
