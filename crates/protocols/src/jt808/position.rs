//! A position with alarms, status and additional items: JT/T 808-2019, 8.12.

use jiff::civil::DateTime;

use super::frame::Reader;
use crate::{Reason, bcd};

/// A position as a vehicle reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position<'a> {
    /// What is wrong.
    pub alarms: Alarms,
    /// How the vehicle is.
    pub status: Status,
    /// Latitude in millionths of a degree, south negative; -90,000,000 to 90,000,000.
    pub latitude: i32,
    /// Longitude in millionths of a degree, west negative; -180,000,000 to 180,000,000.
    pub longitude: i32,
    /// Metres above the sea. Below it, terminals write the two's complement.
    pub altitude: i16,
    /// Tenths of a kilometre an hour.
    pub speed: u16,
    /// Degrees clockwise from north, 0 to 359.
    pub direction: u16,
    /// When, in China's civil time.
    pub time: DateTime,
    /// The additional items as delivered; [`Position::extras`] reads them.
    pub additional: &'a [u8],
}

/// The alarm bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alarms(pub u32);

/// Alarm bits with their names: table 24 of 2013 and 2019. Bits 15 to 17 are of 2019 only.
pub const ALARMS: [(u8, &str, &str); 32] = [
    (0, "紧急报警", "emergency"),
    (1, "超速报警", "overspeed"),
    (2, "疲劳驾驶报警", "fatigue"),
    (3, "危险驾驶行为报警", "dangerous driving"),
    (4, "GNSS 模块故障", "positioning module faulty"),
    (5, "GNSS 天线未接或被剪断", "antenna cut"),
    (6, "GNSS 天线短路", "antenna short-circuited"),
    (7, "终端主电源欠压", "supply low"),
    (8, "终端主电源掉电", "supply off"),
    (9, "终端显示器故障", "display faulty"),
    (10, "TTS 模块故障", "voice module faulty"),
    (11, "摄像头故障", "camera faulty"),
    (12, "IC 卡模块故障", "card module faulty"),
    (13, "超速预警", "overspeed warning"),
    (14, "疲劳驾驶预警", "fatigue warning"),
    (15, "违规行驶报警", "forbidden driving"),
    (16, "胎压预警", "tyre pressure warning"),
    (17, "右转盲区异常报警", "right-turn blind spot"),
    (18, "当天累计驾驶超时", "driving too long today"),
    (19, "超时停车", "parked too long"),
    (20, "进出区域", "area entered or left"),
    (21, "进出路线", "route entered or left"),
    (22, "路段行驶时间不足或过长", "time on a section too short or long"),
    (23, "路线偏离报警", "off the route"),
    (24, "车辆 VSS 故障", "speed pick-up faulty"),
    (25, "车辆油量异常", "fuel abnormal"),
    (26, "车辆被盗", "stolen"),
    (27, "车辆非法点火", "unlawful ignition"),
    (28, "车辆非法位移", "unlawful displacement"),
    (29, "碰撞侧翻报警", "collision"),
    (30, "侧翻预警", "rollover warning"),
    (31, "非法开门报警", "unlawful door"),
];

impl Alarms {
    /// Whether a bit is set; none above 31 is.
    #[must_use]
    pub fn has(self, bit: u8) -> bool {
        bit < 32 && self.0 >> bit & 1 == 1
    }

    /// The alarms that are set, in Chinese and English.
    pub fn names(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        ALARMS.iter().filter(move |(bit, ..)| self.has(*bit)).map(|(_, zh, en)| (*zh, *en))
    }
}

/// How full a vehicle is: bits 8 and 9 of the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Empty.
    Empty,
    /// Half full.
    Half,
    /// Reserved by the standard.
    Reserved,
    /// Full.
    Full,
}

/// The status bits: table 25.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status(pub u32);

impl Status {
    fn has(self, bit: u8) -> bool {
        self.0 >> bit & 1 == 1
    }

    /// Bit 0: the ignition is on.
    #[must_use]
    pub fn ignition(self) -> bool {
        self.has(0)
    }

    /// Bit 1: the position is fixed; otherwise it is the last one known.
    #[must_use]
    pub fn is_fixed(self) -> bool {
        self.has(1)
    }

    /// Bit 2: the latitude is south.
    #[must_use]
    pub fn south(self) -> bool {
        self.has(2)
    }

    /// Bit 3: the longitude is west.
    #[must_use]
    pub fn west(self) -> bool {
        self.has(3)
    }

    /// Bit 4: the vehicle is out of service.
    #[must_use]
    pub fn out_of_service(self) -> bool {
        self.has(4)
    }

    /// Bit 5: latitude and longitude are distorted by a map plug-in.
    #[must_use]
    pub fn is_distorted(self) -> bool {
        self.has(5)
    }

    /// Bits 8 and 9: how full it is.
    #[must_use]
    pub fn load(self) -> Load {
        match self.0 >> 8 & 0b11 {
            0 => Load::Empty,
            1 => Load::Half,
            2 => Load::Reserved,
            _ => Load::Full,
        }
    }

    /// Bit 10: the fuel is cut off.
    #[must_use]
    pub fn fuel_cut(self) -> bool {
        self.has(10)
    }

    /// Bit 11: the circuit is cut off.
    #[must_use]
    pub fn circuit_cut(self) -> bool {
        self.has(11)
    }

    /// Bit 12: the doors are locked.
    #[must_use]
    pub fn locked(self) -> bool {
        self.has(12)
    }

    /// Bits 13 to 17: whether door 1 to 5 is open (front, middle, rear, driver's, other).
    #[must_use]
    pub fn door(self, number: u8) -> bool {
        (1..=5).contains(&number) && self.has(12 + number)
    }

    /// Bits 18 to 21: whether GPS, `BeiDou`, GLONASS and Galileo are used.
    #[must_use]
    pub fn systems(self) -> [bool; 4] {
        [18, 19, 20, 21].map(|bit| self.has(bit))
    }

    /// Bit 22, of 2019: the vehicle moves.
    #[must_use]
    pub fn moving(self) -> bool {
        self.has(22)
    }
}

/// One additional item: table 27. An item of a known number and another length than the standard's is `Other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra<'a> {
    /// 01: mileage in tenths of a kilometre.
    Mileage(u32),
    /// 02: fuel in tenths of a litre.
    Fuel(u16),
    /// 03: speed of the recorder in tenths of a kilometre an hour.
    RecorderSpeed(u16),
    /// 04: number of an alarm a person must confirm.
    AlarmToConfirm(u16),
    /// 05, of 2019: tyre pressures in pascal, from the front left.
    TyrePressures(&'a [u8; 30]),
    /// 06, of 2019: temperature of the carriage in degrees Celsius.
    CarriageTemperature(i16),
    /// 11: where it was too fast.
    Overspeed {
        /// 0 nowhere in particular, 1 circle, 2 rectangle, 3 polygon, 4 section of a route.
        kind: u8,
        /// Number of the area or section.
        area: Option<u32>,
    },
    /// 12: what it entered or left.
    Crossing {
        /// As of overspeed.
        kind: u8,
        /// Number of the area or route.
        area: u32,
        /// 0 entered, 1 left.
        direction: u8,
    },
    /// 13: how long it took for a section.
    SectionTime {
        /// Number of the section.
        section: u32,
        /// Seconds.
        seconds: u16,
        /// 0 too short, 1 too long.
        result: u8,
    },
    /// 25: signals of the vehicle, by bits.
    Signals(u32),
    /// 2A: inputs and outputs, by bits.
    InputOutput(u16),
    /// 2B: analogue inputs, AD0 in the low half.
    Analogue(u32),
    /// 30: strength of the mobile network.
    SignalStrength(u8),
    /// 31: number of satellites.
    Satellites(u8),
    /// Anything else.
    Other {
        /// Number of the item.
        id: u8,
        /// Its value.
        value: &'a [u8],
    },
}

/// Bytes of a position without additional items.
const FIXED: usize = 28;

/// Whether a body is as long as a position and says that its receiver has no fix: where and when it is may be anything
/// then, and [`Position::read`] may refuse it.
#[must_use]
pub fn has_no_fix(body: &[u8]) -> bool {
    let status = body.get(4..8).and_then(|status| status.first_chunk());
    body.len() >= FIXED && status.is_some_and(|status| !Status(u32::from_be_bytes(*status)).is_fixed())
}

impl<'a> Position<'a> {
    /// Reads a position from a body.
    ///
    /// # Errors
    /// `BadField` when it is too short or the time is not made of digits, `OutOfRange` when latitude, longitude, direction
    /// or time cannot be.
    pub fn read(body: &'a [u8]) -> Result<Self, Reason> {
        let mut reader = Reader { field: "position", rest: body };
        let alarms = Alarms(reader.double()?);
        let status = Status(reader.double()?);
        let latitude = degrees("latitude", reader.double()?, 90, status.south())?;
        let longitude = degrees("longitude", reader.double()?, 180, status.west())?;
        let altitude = i16::from_be_bytes(reader.array()?);
        let speed = reader.word()?;
        let direction = reader.word()?;
        if direction > 359 {
            return Err(Reason::OutOfRange { field: "direction" });
        }
        let time = bcd::time("time", &reader.array::<6>()?)?;
        let additional = reader.rest;
        Ok(Self { alarms, status, latitude, longitude, altitude, speed, direction, time, additional })
    }

    /// The additional items in their order.
    ///
    /// # Errors
    /// When the last item is longer than what is left.
    pub fn extras(&self) -> Result<Vec<Extra<'a>>, Reason> {
        let mut reader = Reader { field: "additional", rest: self.additional };
        let mut found = Vec::new();
        while !reader.rest.is_empty() {
            let (id, length) = (reader.byte()?, reader.byte()?);
            found.push(extra(id, reader.take(length.into())?));
        }
        Ok(found)
    }
}

/// Millionths of a degree; the sign comes from the status.
fn degrees(field: &'static str, value: u32, most: u32, negative: bool) -> Result<i32, Reason> {
    if value > most * 1_000_000 {
        return Err(Reason::OutOfRange { field });
    }
    let value = i32::try_from(value).map_err(|_| Reason::OutOfRange { field })?;
    Ok(if negative { -value } else { value })
}

fn extra(id: u8, value: &[u8]) -> Extra<'_> {
    match (id, value) {
        (0x01, &[a, b, c, d]) => Extra::Mileage(u32::from_be_bytes([a, b, c, d])),
        (0x02, &[a, b]) => Extra::Fuel(u16::from_be_bytes([a, b])),
        (0x03, &[a, b]) => Extra::RecorderSpeed(u16::from_be_bytes([a, b])),
        (0x04, &[a, b]) => Extra::AlarmToConfirm(u16::from_be_bytes([a, b])),
        (0x05, value) if value.len() == 30 => match value.first_chunk() {
            Some(pressures) => Extra::TyrePressures(pressures),
            None => Extra::Other { id, value },
        },
        (0x06, &[a, b]) => Extra::CarriageTemperature(i16::from_be_bytes([a, b])),
        (0x11, &[0]) => Extra::Overspeed { kind: 0, area: None },
        (0x11, &[kind, a, b, c, d]) => Extra::Overspeed { kind, area: Some(u32::from_be_bytes([a, b, c, d])) },
        (0x12, &[kind, a, b, c, d, direction]) => {
            Extra::Crossing { kind, area: u32::from_be_bytes([a, b, c, d]), direction }
        }
        (0x13, &[a, b, c, d, e, f, result]) => Extra::SectionTime {
            section: u32::from_be_bytes([a, b, c, d]),
            seconds: u16::from_be_bytes([e, f]),
            result,
        },
        (0x25, &[a, b, c, d]) => Extra::Signals(u32::from_be_bytes([a, b, c, d])),
        (0x2A, &[a, b]) => Extra::InputOutput(u16::from_be_bytes([a, b])),
        (0x2B, &[a, b, c, d]) => Extra::Analogue(u32::from_be_bytes([a, b, c, d])),
        (0x30, &[strength]) => Extra::SignalStrength(strength),
        (0x31, &[number]) => Extra::Satellites(number),
        _ => Extra::Other { id, value },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    /// A body with these numbers and no additional items.
    fn body(status: u32, latitude: u32, longitude: u32, direction: u16, time: [u8; 6]) -> Vec<u8> {
        let mut body = Vec::new();
        for double in [1, status, latitude, longitude] {
            body.extend(double.to_be_bytes());
        }
        body.extend([0xFF, 0x66, 0x00, 0x3C]);
        body.extend(direction.to_be_bytes());
        body.extend(time);
        body
    }

    const AT: [u8; 6] = [0x25, 0x02, 0x28, 0x23, 0x59, 0x59];

    #[test]
    fn places() {
        let check = |status: u32, latitude: u32, longitude: u32, expected: Result<(i32, i32), Reason>| {
            let body = body(status, latitude, longitude, 359, AT);
            let found = Position::read(&body);
            assert_eq!(found.map(|position| (position.latitude, position.longitude)), expected);
        };
        check(3, 44_011_182, 87_308_224, Ok((44_011_182, 87_308_224)));
        check(0b1100, 44_011_182, 87_308_224, Ok((-44_011_182, -87_308_224)));
        check(0, 90_000_000, 180_000_000, Ok((90_000_000, 180_000_000)));
        check(0, 90_000_001, 0, Err(Reason::OutOfRange { field: "latitude" }));
        check(0, 95_000_000, 0, Err(Reason::OutOfRange { field: "latitude" }));
        check(0, 0, 180_000_001, Err(Reason::OutOfRange { field: "longitude" }));
        check(0, u32::MAX, 0, Err(Reason::OutOfRange { field: "latitude" }));
    }

    #[test]
    fn times_and_directions() {
        let check = |direction: u16, time: [u8; 6], expected: Result<DateTime, Reason>| {
            let body = body(0, 1, 2, direction, time);
            let found = Position::read(&body);
            if let Ok(found) = &found {
                assert_eq!((found.altitude, found.speed, found.direction), (-154, 60, direction));
            }
            assert_eq!(found.map(|position| position.time), expected);
        };
        check(0, AT, Ok(datetime(2025, 2, 28, 23, 59, 59, 0)));
        check(360, AT, Err(Reason::OutOfRange { field: "direction" }));
        check(0, [0x25, 0x13, 1, 0, 0, 0], Err(Reason::OutOfRange { field: "time" }));
        check(0, [0x25, 0x02, 0x29, 0, 0, 0], Err(Reason::OutOfRange { field: "time" }));
        check(0, [0; 6], Err(Reason::OutOfRange { field: "time" }));
        check(0, [0x25, 0x0A, 1, 0, 0, 0], Err(Reason::BadField { field: "time" }));
        assert_eq!(Position::read(&body(0, 1, 2, 3, AT)[..27]), Err(Reason::BadField { field: "position" }));
    }

    #[test]
    fn what_has_no_fix_says_so_before_anything_else() {
        let check = |body: &[u8], expected: bool| assert_eq!(has_no_fix(body), expected, "{body:02X?}");
        check(&body(0, u32::MAX, u32::MAX, 999, [0; 6]), true);
        check(&body(1, 1, 2, 3, AT), true);
        check(&body(2, u32::MAX, u32::MAX, 999, [0; 6]), false);
        check(&body(0, 1, 2, 3, AT)[..27], false);
        check(&[], false);
    }

    #[test]
    fn additional_items() {
        let check = |items: &[u8], expected: Result<Vec<Extra<'_>>, Reason>| {
            let body = [&body(0, 1, 2, 3, AT)[..], items].concat();
            assert_eq!(Position::read(&body).unwrap().extras(), expected);
        };
        check(&[], Ok(vec![]));
        check(
            &[1, 4, 0, 0, 0, 100, 2, 2, 1, 0, 3, 2, 0, 9, 4, 2, 0, 7],
            Ok(vec![Extra::Mileage(100), Extra::Fuel(256), Extra::RecorderSpeed(9), Extra::AlarmToConfirm(7)]),
        );
        check(
            &[6, 2, 0xFF, 0xFB, 0x11, 1, 0, 0x11, 5, 4, 0, 0, 0, 3, 0x12, 6, 1, 0, 0, 0, 2, 1],
            Ok(vec![
                Extra::CarriageTemperature(-5),
                Extra::Overspeed { kind: 0, area: None },
                Extra::Overspeed { kind: 4, area: Some(3) },
                Extra::Crossing { kind: 1, area: 2, direction: 1 },
            ]),
        );
        check(
            &[
                0x13, 7, 0, 0, 0, 5, 0, 60, 1, 0x25, 4, 0, 0, 0, 1, 0x2A, 2, 0, 1, 0x2B, 4, 0, 1, 0, 2, 0x30, 1, 31,
                0x31, 1, 8,
            ],
            Ok(vec![
                Extra::SectionTime { section: 5, seconds: 60, result: 1 },
                Extra::Signals(1),
                Extra::InputOutput(1),
                Extra::Analogue(0x0001_0002),
                Extra::SignalStrength(31),
                Extra::Satellites(8),
            ]),
        );
        let tyres = [&[5, 30][..], &[7; 30]].concat();
        check(&tyres, Ok(vec![Extra::TyrePressures(&[7; 30])]));
        // A known item of another length and an unknown one are kept as they are.
        check(
            &[1, 1, 9, 0xE1, 0],
            Ok(vec![Extra::Other { id: 1, value: &[9] }, Extra::Other { id: 0xE1, value: &[] }]),
        );
        check(&[1], Err(Reason::BadField { field: "additional" }));
        check(&[1, 4, 0], Err(Reason::BadField { field: "additional" }));
    }

    #[test]
    fn bits() {
        let english = |alarms: u32| Alarms(alarms).names().map(|(_, en)| en).collect::<Vec<_>>().join(", ");
        assert_eq!(english(0), "");
        assert_eq!(english(1 | 1 << 8 | 1 << 31), "emergency, supply off, unlawful door");
        assert_eq!(Alarms(u32::MAX).names().count(), 32);
        let bits: Vec<u8> = ALARMS.iter().map(|(bit, ..)| *bit).collect();
        assert_eq!(bits, (0..32).collect::<Vec<u8>>());
        assert!(!Alarms(u32::MAX).has(32));
        let status = Status(0b11_0011);
        assert_eq!((status.ignition(), status.is_fixed(), status.south(), status.west()), (true, true, false, false));
        assert_eq!((status.out_of_service(), status.is_distorted(), status.load()), (true, true, Load::Empty));
        assert_eq!(Status(0x300).load(), Load::Full);
        assert_eq!(Status(1 << 19).systems(), [false, true, false, false]);
        assert_eq!(
            (1..=5).map(|n| Status(1 << 13 | 1 << 17).door(n)).collect::<Vec<_>>(),
            [true, false, false, false, true]
        );
        assert!(
            Status(1 << 22).moving()
                && Status(1 << 12).locked()
                && Status(1 << 10).fuel_cut()
                && Status(1 << 11).circuit_cut()
        );
    }
}
