//! SL 651: what rivers, rain gauges and reservoirs report, and how they are answered.
//!
//! Whether a station works in mode M1 (it wants no answer) or M2 (it repeats until it is answered) does not stand in its
//! frames, so the mode is a setting of the port. A station that sends 2F keeps its connection and is told to stay; any
//! other is let go after its last text, so that it can switch its radio off.

use super::connection::{Speech, Waiting};
use super::intake::{Channels, Known, Protocol};
use super::turn::{Turn, moment};
use rust_decimal::Decimal;
use tingzhou_platform::Span;
use tingzhou_platform::city::{Moment, Period, Quality};
use tingzhou_protocols::Reason;
use tingzhou_protocols::parts::Joined;
use tingzhou_protocols::sl651::answer::confirm;
use tingzhou_protocols::sl651::frame::function;
use tingzhou_protocols::sl651::{self, Code, Control, Direction, Frame, Observation, Packets, Report, Sl651, Value};

/// Longest body of a report, in bytes, put together of its parts; pictures may be longer.
const LONGEST_REPORT: usize = 64 * 1024;
/// Most observations of a report: more than a month of five minutes.
const MOST_OBSERVATIONS: usize = 10_000;

/// One connection's state.
pub(super) struct Gauges {
    packets: Packets,
    answers: bool,
    stays: bool,
}

impl Gauges {
    /// `answers` is mode M2; without it the centre is silent, as in M1.
    pub(super) fn new(answers: bool) -> Self {
        Self { packets: Packets::default(), answers, stays: false }
    }

    fn hear(&mut self, frame: Frame, channels: &Channels, turn: &mut Turn) -> Result<(), Reason> {
        if frame.direction == Direction::Down {
            return Err(Reason::UnknownDirection { found: 8 });
        }
        if frame.function == function::KEEP_ALIVE {
            self.stays = true;
            return Ok(());
        }
        let seconds = turn.seconds;
        let Joined::Whole(frame) = self.packets.add(frame, seconds)? else { return Ok(()) };
        match frame.function {
            function::TEST..=function::HOURLY | function::REAL_TIME | function::PERIOD | function::ELEMENTS => {
                if frame.body.len() > LONGEST_REPORT {
                    return Err(Reason::Crowded { limit: LONGEST_REPORT, of: "bytes" });
                }
                let report = frame.report()?;
                if report.observations.len() > MOST_OBSERVATIONS {
                    return Err(Reason::Crowded { limit: MOST_OBSERVATIONS, of: "observations" });
                }
                offer(&report, channels, turn)?;
            }
            _ => turn.refuse("not-kept"),
        }
        if self.answers {
            let stays = self.stays || frame.end == Control::MoreText;
            let end = if stays { Control::Stay } else { Control::End };
            turn.answers.extend(confirm(&frame, end, turn.now.civil())?.unwrap_or_default());
        }
        Ok(())
    }
}

impl Speech for Gauges {
    type Frame = Frame;
    type Framing = Sl651;
    type Whose = [u8; 5];

    const PROTOCOL: Protocol = Protocol::Sl651;

    fn framing() -> Sl651 {
        Sl651
    }

    fn whose(frame: &Frame) -> Result<[u8; 5], Reason> {
        Ok(frame.station)
    }

    fn address(station: &[u8; 5]) -> Result<String, Reason> {
        sl651::address(station)
    }

    fn claimed(refused: &[u8]) -> Option<[u8; 5]> {
        sl651::claimed(refused)
    }

    fn bytes(frame: &Frame) -> Vec<u8> {
        frame.to_bytes()
    }

    fn waiting(&mut self) -> &mut dyn Waiting {
        self.packets.waiting_mut()
    }

    fn take(&mut self, frame: Frame, known: &Known, turn: &mut Turn) {
        let Known::Adopted(channels) = known else { return };
        let values = turn.arriving.len();
        if let Err(reason) = self.hear(frame, channels, turn) {
            turn.arriving.truncate(values);
            turn.refuse(reason.code());
        }
    }
}

/// Offers a report's elements; codes are two hexadecimal digits, `FF` before those a maker adds.
fn offer(report: &Report<'_>, channels: &Channels, turn: &mut Turn) -> Result<(), Reason> {
    let sent = moment(report.sent)?;
    let mut step = Period::ZERO;
    // Two levels are not one series: where both go to the same, a report with one above the dam means that one.
    let series = |code: &str| channels.find(Span::Now, code).map(|channel| channel.series);
    let above_dam = report.observations.iter().any(|one| one.code == LEVEL_ABOVE_DAM);
    let hides_level = above_dam && series("39") == series("3B");
    for observation in &report.observations {
        if let Value::Step { days, hours, minutes } = observation.value {
            let all = (u32::from(days) * 24 + u32::from(hours)) * 60 + u32::from(minutes);
            step = Period::from_secs(all * 60);
            continue;
        }
        let code = match observation.code {
            Code::One(code) => format!("{code:02X}"),
            Code::Extended(code) => format!("FF{code:02X}"),
        };
        let channel = channels.find(Span::Now, &code).filter(|_| !(hides_level && observation.code == LEVEL));
        let Some(channel) = channel else {
            turn.refuse("not-mapped");
            continue;
        };
        let at = observation.at.map_or(Ok(sent), moment)?;
        let put = |time: Moment, value: &Decimal, turn: &mut Turn| {
            turn.offer(channel, time, channel.value(*value), Quality::GOOD);
        };
        match &observation.value {
            Value::Number(value) => put(later(at, step, observation)?, value, turn),
            Value::Series(values) => {
                // Each stands for the five minutes that end at its time, the last for those before the report's.
                let mut time = at;
                for value in values.iter().rev() {
                    if let Some(value) = value {
                        put(time, value, turn);
                    }
                    time = time.before(FIVE_MINUTES);
                }
            }
            // The station says that it has none.
            Value::Missing => {}
            Value::Bits(_) | Value::Unread | Value::Step { .. } => turn.refuse("unread"),
        }
    }
    Ok(())
}

const LEVEL: Code = Code::One(0x39);
const LEVEL_ABOVE_DAM: Code = Code::One(0x3B);
const FIVE_MINUTES: Period = Period::from_secs(300);

/// The time of one of several values at even intervals.
fn later(at: Moment, step: Period, observation: &Observation<'_>) -> Result<Moment, Reason> {
    let place = i64::try_from(observation.place).unwrap_or(i64::MAX);
    let millis = at.millis().saturating_add(step.millis().saturating_mul(place));
    Moment::from_millis(millis).ok_or(Reason::OutOfRange { field: "time" })
}
