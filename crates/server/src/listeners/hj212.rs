//! HJ 212: what a station's packets say, and how they are answered.
//!
//! Data (2011, 2051, 2061, 2031) are answered by 9014 once they are durable; notices (9015, 1013) by 9013. Other uploads,
//! such as the hours equipment ran, are answered so that stations stop repeating them; they are not kept, and counted. A
//! station in quarantine is not answered, so that it keeps its data and sends them again.

use super::connection::{Speech, Waiting};
use super::intake::{Channels, Known, Protocol};
use super::turn::{Turn, moment};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tingzhou_platform::Span;
use tingzhou_platform::city::{Moment, Quality};
use tingzhou_protocols::Reason;
use tingzhou_protocols::hj212::answer::answer_to;
use tingzhou_protocols::hj212::codes::cn;
use tingzhou_protocols::hj212::{self, DataFlag, Hj212, Key, Packet, PacketId, Parameters, Reading, Splits};
use tingzhou_protocols::parts::Joined;
#[cfg(test)]
use tingzhou_protocols::parts::PartLimits;

/// Keys (SM4) of the stations that encrypt, by MN.
pub(super) type Keys = Arc<HashMap<String, Key>>;

/// Messages that became whole and are remembered.
const MOST_JOINED: usize = 16;
/// Seconds for which they are: a station repeats a part of which it missed the answer at most a few times, seconds apart.
const REPEATED: u64 = 60;

/// A message that became whole, with the time its parts have that say none.
struct Whole {
    id: PacketId,
    time: Moment,
    at: u64,
}

/// One connection's state.
#[derive(Default)]
pub(super) struct Stations {
    splits: Splits,
    joined: VecDeque<Whole>,
    keys: Keys,
}

impl Stations {
    pub(super) fn new(keys: Keys) -> Self {
        Self { keys, ..Self::default() }
    }

    /// With other bounds of what waits for its parts.
    #[cfg(test)]
    pub(super) fn within(limits: PartLimits) -> Self {
        Self { splits: Splits::new(limits), ..Self::default() }
    }

    fn hear(&mut self, packet: Packet, channels: &Channels, turn: &mut Turn) -> Result<(), Reason> {
        let packet = self.opened(packet)?;
        let header = packet.header()?;
        let Some(span) = span(header.cn) else {
            if !matches!(header.cn, cn::REQUEST_ANSWER..=cn::HEARTBEAT | cn::TIME_REQUEST) {
                turn.refuse("not-kept");
            }
            return answer(&packet, turn);
        };
        // A part that says its own time stands by itself: its station may wait for the answer before it sends the next.
        let stated = packet.parameters()?.data_time()?.map(moment).transpose()?;
        if stated.is_some() || header.part.is_none() {
            take(&packet, None, span, channels, turn)?;
        }
        if header.part.is_none() {
            return Ok(());
        }
        let id = packet.id().map(|id| PacketId { part: None, ..id });
        if let Some(time) = id.as_ref().and_then(|id| self.time_of(id, turn.seconds)) {
            match stated {
                // The message is whole and gone; only the answer to this part was lost.
                None => return take(&packet, Some(time), span, channels, turn),
                Some(stated) if stated == time => return Ok(()),
                // Another message under the same number.
                Some(_) => self.joined.retain(|whole| Some(&whole.id) != id.as_ref()),
            }
        }
        // The others have the time of the part that says one.
        let parts = match self.splits.add(packet, turn.seconds) {
            Ok(Joined::Whole(parts)) => parts,
            Ok(Joined::Missing(_) | Joined::Again) => return Ok(()),
            // What stands by itself is taken, whatever becomes of the others.
            Err(_) if stated.is_some() => return Ok(()),
            Err(reason) => return Err(reason),
        };
        let (mut time, mut bare) = (None, Vec::new());
        for part in &parts {
            match part.parameters()?.data_time()? {
                Some(stated) => time = Some(moment(stated)?),
                None => bare.push(part),
            }
        }
        for part in bare {
            if let Err(reason) = take(part, time, span, channels, turn) {
                turn.refuse(reason.code());
            }
        }
        if let (Some(id), Some(time)) = (id, time) {
            if self.joined.len() >= MOST_JOINED {
                self.joined.pop_front();
            }
            self.joined.push_back(Whole { id, time, at: turn.seconds });
        }
        Ok(())
    }

    /// The time of a message that became whole not long ago.
    fn time_of(&self, id: &PacketId, now: u64) -> Option<Moment> {
        let found = self.joined.iter().find(|whole| whole.id == *id)?;
        (now.saturating_sub(found.at) <= REPEATED).then_some(found.time)
    }

    fn opened(&self, packet: Packet) -> Result<Packet, Reason> {
        if !packet.is_sealed() {
            return Ok(packet);
        }
        let key = self.keys.get(packet.station()?).ok_or(Reason::Encrypted)?;
        packet.open(key)
    }
}

impl Speech for Stations {
    type Frame = Packet;
    type Framing = Hj212;
    type Whose = Vec<u8>;

    const PROTOCOL: Protocol = Protocol::Hj212;

    fn framing() -> Hj212 {
        Hj212
    }

    fn whose(packet: &Packet) -> Result<Vec<u8>, Reason> {
        packet.station().map(|station| station.as_bytes().to_vec())
    }

    fn address(whose: &Vec<u8>) -> Result<String, Reason> {
        String::from_utf8(whose.clone()).map_err(|_| Reason::NotAscii { field: "MN" })
    }

    fn claimed(refused: &[u8]) -> Option<Vec<u8>> {
        hj212::claimed(refused).map(|mn| mn.as_bytes().to_vec())
    }

    fn bytes(packet: &Packet) -> Vec<u8> {
        packet.to_bytes()
    }

    fn waiting(&mut self) -> &mut dyn Waiting {
        self.splits.waiting_mut()
    }

    fn take(&mut self, packet: Packet, known: &Known, turn: &mut Turn) {
        let Known::Adopted(channels) = known else { return };
        if let Err(reason) = self.hear(packet, channels, turn) {
            turn.refuse(reason.code());
        }
    }
}

fn span(cn: u16) -> Option<Span> {
    Some(match cn {
        cn::REAL_TIME => Span::Now,
        cn::MINUTES => Span::Minutes,
        cn::HOUR => Span::Hour,
        cn::DAY => Span::Day,
        _ => return None,
    })
}

/// Takes what a packet says and answers it: as a whole or not at all, so that its station repeats it.
fn take(packet: &Packet, time: Option<Moment>, span: Span, channels: &Channels, turn: &mut Turn) -> Result<(), Reason> {
    let (values, answers) = (turn.arriving.len(), turn.answers.len());
    let taken = data(&packet.parameters()?, time, span, channels, turn).and_then(|()| answer(packet, turn));
    if taken.is_err() {
        turn.arriving.truncate(values);
        turn.answers.truncate(answers);
    }
    taken
}

fn answer(packet: &Packet, turn: &mut Turn) -> Result<(), Reason> {
    if let Some(bytes) = answer_to(packet)? {
        turn.answers.extend(bytes);
    }
    Ok(())
}

/// Offers what a packet's content says. A factor that cannot be read does not hide the others.
fn data(
    parameters: &Parameters<'_>,
    time: Option<Moment>,
    span: Span,
    channels: &Channels,
    turn: &mut Turn,
) -> Result<(), Reason> {
    let stated = parameters.data_time()?.map(moment).transpose()?;
    let time = stated.or(time).ok_or(Reason::BadField { field: "DataTime" })?;
    match parameters.readings() {
        Ok(readings) => offer(&readings, time, span, channels, turn)?,
        Err(_) => {
            for group in &parameters.groups {
                let one = Parameters { groups: vec![group.clone()] };
                match one.readings() {
                    Ok(readings) => offer(&readings, time, span, channels, turn)?,
                    Err(reason) => turn.refuse(reason.code()),
                }
            }
        }
    }
    Ok(())
}

fn offer(
    readings: &[Reading<'_>],
    time: Moment,
    span: Span,
    channels: &Channels,
    turn: &mut Turn,
) -> Result<(), Reason> {
    for reading in readings {
        let Some(value) = reading.value() else { continue };
        let Some(channel) = channels.find(span, reading.code) else {
            turn.refuse("not-mapped");
            continue;
        };
        let time = reading.sample_time.map_or(Ok(time), moment)?;
        turn.offer(channel, time, channel.value(value), quality(reading.flag));
    }
    Ok(())
}

/// What a mark of table 8 says of a value. Air stations of HJ/T 212-2005 write digits: 0 being calibrated, 1 weather,
/// 2 abnormal, 3 normal. A mark nobody knows is no reason to trust a value.
fn quality(flag: Option<DataFlag>) -> Quality {
    match flag {
        None | Some(DataFlag::Normal | DataFlag::Other(b'1' | b'3')) => Quality::GOOD,
        Some(DataFlag::Maintained | DataFlag::Calibrated | DataFlag::Other(b'0')) => Quality::MAINTENANCE,
        Some(DataFlag::OverRange) => Quality::OUT_OF_RANGE,
        Some(DataFlag::Stopped | DataFlag::Faulty | DataFlag::NotReached | DataFlag::Entered | DataFlag::Other(_)) => {
            Quality::SUSPECT
        }
    }
}
