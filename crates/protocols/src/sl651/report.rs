//! What a station's message says: its body, element by element.

use jiff::civil::DateTime;

use super::element::Code;
use super::frame::{Direction, Frame, Start, function};
use super::value::{self, Value};
use crate::{Reason, bcd};

/// A station's kind: annex A.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StationKind {
    /// P: 降水, rain.
    Rain,
    /// H: 河道, river.
    River,
    /// K: 水库（湖泊）, reservoir or lake.
    Reservoir,
    /// Z: 闸坝, sluice.
    Sluice,
    /// D: 泵站, pumps.
    Pumps,
    /// T: 潮汐, tide.
    Tide,
    /// M: 墒情, soil moisture.
    Soil,
    /// G: 地下水, ground water.
    GroundWater,
    /// Q: 水质, water quality.
    Quality,
    /// I: 取水口, intake.
    Intake,
    /// O: 排水口, outlet.
    Outlet,
    /// Anything else.
    Other(u8),
}

impl StationKind {
    fn of(byte: u8) -> Self {
        match byte {
            b'P' => Self::Rain,
            b'H' => Self::River,
            b'K' => Self::Reservoir,
            b'Z' => Self::Sluice,
            b'D' => Self::Pumps,
            b'T' => Self::Tide,
            b'M' => Self::Soil,
            b'G' => Self::GroundWater,
            b'Q' => Self::Quality,
            b'I' => Self::Intake,
            b'O' => Self::Outlet,
            other => Self::Other(other),
        }
    }
}

/// One element of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation<'a> {
    /// Which element; [`Code::element`] tells its name and unit.
    pub code: Code,
    /// When it was observed, in China's civil time, to the minute: the last time stated before it.
    pub at: Option<DateTime>,
    /// Which value it is of several at even intervals, from 0.
    pub place: usize,
    /// Decimals as the frame states them.
    pub decimals: u8,
    /// Its bytes.
    pub raw: &'a [u8],
    /// What they say.
    pub value: Value,
}

/// A station's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<'a> {
    /// Serial number, 1 to 65,535.
    pub serial: u16,
    /// When it was sent, in China's civil time.
    pub sent: DateTime,
    /// Address of the station, ten digits as delivered, when the body states it.
    pub station: Option<[u8; 5]>,
    /// The station's kind, when the body states it.
    pub kind: Option<StationKind>,
    /// The elements in their order.
    pub observations: Vec<Observation<'a>>,
    /// Text or picture after F2 or F3, to the end of the body.
    pub attached: Option<(u8, &'a [u8])>,
}

const ADDRESS: u8 = 0xF1;
const TIME: u8 = 0xF0;
const STEP: u8 = 0x04;

impl Frame {
    /// What a station's frame says that holds its whole body.
    ///
    /// # Errors
    /// `Fragment` when it holds only a part, `UnknownDirection` when it goes down, and as [`Report::read`].
    pub fn report(&self) -> Result<Report<'_>, Reason> {
        match (self.direction, self.start) {
            (Direction::Down, _) => Err(Reason::UnknownDirection { found: 8 }),
            (Direction::Up, Some(Start::Part(_))) => Err(Reason::Fragment),
            (Direction::Up, _) => Report::read(self.function, &self.body),
        }
    }
}

impl<'a> Report<'a> {
    /// Reads the whole body of a station's message.
    ///
    /// # Errors
    /// `BadField` when it is cut off or a time is not made of digits, `OutOfRange` when there is no such time. A value that
    /// cannot be read does not hide the others.
    pub fn read(function: u8, body: &'a [u8]) -> Result<Self, Reason> {
        let mut reader = Reader { rest: body };
        let serial = u16::from_be_bytes(reader.array("serial")?);
        let sent = bcd::time("sent", &reader.array::<6>("sent")?)?;
        let mut report = Self { serial, sent, station: None, kind: None, observations: Vec::new(), attached: None };
        let says_kind = (function::TEST..=function::ELEMENTS).contains(&function);
        let even = matches!(function, function::INTERVALS | function::PERIOD);
        let mut at = None;
        while let Some(code) = reader.code()? {
            match code {
                Code::One(ADDRESS) => {
                    report.station = Some(reader.array("F1F1")?);
                    // Answers to settings and the like have an address and no kind.
                    if says_kind {
                        report.kind = Some(StationKind::of(reader.array::<1>("F1F1")?[0]));
                    }
                }
                Code::One(TIME) => at = Some(bcd::time("F0F0", &reader.array::<5>("F0F0")?)?),
                Code::One(kind @ (0xF2 | 0xF3 | 0xFD)) => {
                    report.attached = Some((kind, reader.rest));
                    break;
                }
                code => {
                    let (bytes, decimals) = reader.definition()?;
                    let raw = reader.take("element", bytes)?;
                    let value = read(code, raw, decimals);
                    let step = matches!(value, Value::Step { .. });
                    report.observations.push(Observation { code, at, place: 0, decimals, raw, value });
                    if step && even && !is_plain(reader.rest) {
                        series(&mut reader, at, &mut report.observations)?;
                    }
                }
            }
        }
        Ok(report)
    }
}

/// Takes values off the beginning of a body.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, field: &'static str, length: usize) -> Result<&'a [u8], Reason> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Reason::BadField { field })?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Reason> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Reason::BadField { field })?;
        self.rest = rest;
        Ok(*taken)
    }

    /// The next code; nothing at the end. Codes that have no length are written twice.
    fn code(&mut self) -> Result<Option<Code>, Reason> {
        let [first, rest @ ..] = self.rest else { return Ok(None) };
        self.rest = rest;
        Ok(Some(match *first {
            0xFF => Code::Extended(self.array::<1>("element")?[0]),
            guide @ (ADDRESS | TIME | 0xF2 | 0xF3 | 0xFD) => match self.array::<1>("element")? {
                [again] if again == guide => Code::One(guide),
                // Velocities in a batch are written FD F6, too.
                [0xF6] if guide == 0xFD => Code::One(guide),
                _ => return Err(Reason::BadField { field: "element" }),
            },
            code => Code::One(code),
        }))
    }

    /// The byte after a code: five bits of length, three of decimals.
    fn definition(&mut self) -> Result<(usize, u8), Reason> {
        let [definition] = self.array("element")?;
        if definition >> 3 == 0 {
            return Err(Reason::BadField { field: "element" });
        }
        Ok((usize::from(definition >> 3), definition & 0b111))
    }
}

fn read(code: Code, raw: &[u8], decimals: u8) -> Value {
    match (code, raw) {
        (Code::One(STEP), raw) => value::step(raw),
        (Code::One(0x45), &[a, b, c, d]) => Value::Bits(u32::from_be_bytes([a, b, c, d])),
        (Code::One(0xF4), raw) => value::rain(raw),
        (Code::One(0xF5..=0xFC), raw) => value::levels(raw),
        (_, raw) => value::number(raw, decimals),
    }
}

fn is_standard(code: Code, bytes: usize, decimals: u8) -> bool {
    code.element().is_some_and(|element| element.bytes() == bytes && element.decimals == decimals)
}

/// Whether nothing follows, or a time or address, or elements of the standard each with one value.
fn is_plain(rest: &[u8]) -> bool {
    let mut ahead = Reader { rest };
    loop {
        match (ahead.code(), ahead.definition()) {
            (Ok(None | Some(Code::One(ADDRESS | TIME))), _) => return true,
            (Ok(Some(code)), Ok((bytes, decimals))) if is_standard(code, bytes, decimals) => {
                if ahead.take("element", bytes).is_err() {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// Values at even intervals: after the step, the elements are named once with their lengths, and their values follow in
/// turn, interval by interval, to the end. Nothing marks where the names end: they are as many known elements with the
/// standard's own lengths as leave whole intervals.
fn series<'a>(
    reader: &mut Reader<'a>,
    at: Option<DateTime>,
    observations: &mut Vec<Observation<'a>>,
) -> Result<(), Reason> {
    let mut names = Vec::new();
    let mut interval = 0;
    let mut fitting = None;
    let mut ahead = Reader { rest: reader.rest };
    while let (Ok(Some(code)), Ok((bytes, decimals))) = (ahead.code(), ahead.definition()) {
        // The first is named in any case.
        if !names.is_empty() && !is_standard(code, bytes, decimals) {
            break;
        }
        names.push((code, bytes, decimals));
        interval += bytes;
        if !ahead.rest.is_empty() && ahead.rest.len().is_multiple_of(interval) {
            fitting = Some((names.len(), ahead.rest));
        }
    }
    let (named, rest) = fitting.ok_or(Reason::BadField { field: "element" })?;
    reader.rest = rest;
    let mut place = 0;
    while !reader.rest.is_empty() {
        for (code, bytes, decimals) in names[..named].iter().copied() {
            let raw = reader.take("element", bytes)?;
            let value = read(code, raw, decimals);
            observations.push(Observation { code, at, place, decimals, raw, value });
        }
        place += 1;
    }
    Ok(())
}
