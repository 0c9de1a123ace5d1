//! Which passages of a lot are taken in, which days they change, and what a day of passages comes to.

use super::{Direction, Fen, Paired, PairingRules, Stay, VehicleClass, pair};
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, offset};
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};
use tingzhou_two::Two;

/// Days and hours are those of Beijing, all year.
const BEIJING: Offset = offset(8);
/// Minutes a gate's clock may be ahead.
const AHEAD_MINUTES: i64 = 5;
const MICROS_OF_AN_HOUR: i64 = 3_600_000_000;

/// Why a passage is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassageError {
    /// There is no such lot.
    NoLot,
    /// It has not happened yet.
    Ahead,
    /// It is older than passages are kept.
    TooOld,
}

impl PassageError {
    /// For programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoLot => "no-such-lot",
            Self::Ahead => "clock-ahead",
            Self::TooOld => "too-old",
        }
    }

    /// For people.
    #[must_use]
    pub fn message(self) -> Two {
        match self {
            Self::NoLot => {
                Two::new("没有这个停车场或路段；请先登记设施。", "There is no such lot; put the facility first.")
            }
            Self::Ahead => {
                Two::new("时间晚于现在；请校准道闸时钟。", "The time is ahead of now; set the gate's clock.")
            }
            Self::TooOld => Two::new(
                "记录早于保存期限，不再接收；请核对时间。",
                "It is older than passages are kept and is not taken any more; check the time.",
            ),
        }
    }
}

/// When passages are taken: of which times, and for how many hours the other half of one may be away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    oldest: Timestamp,
    latest: Timestamp,
    today: Date,
    longest_hours: i64,
}

impl Gate {
    /// As it stands at an instant, where passages are kept for so many days. What is taken is younger than what is deleted
    /// by as much as a stay may last, so that its other half is still there.
    #[must_use]
    pub fn at(now: Timestamp, keep_days: u32, rules: PairingRules) -> Self {
        let today = day_of(now);
        let kept = i64::from(keep_days).saturating_mul(24).saturating_sub(rules.longest_hours);
        Self {
            oldest: hours_before(begin(today), kept),
            latest: now.checked_add(AHEAD_MINUTES.minutes()).unwrap_or(now),
            today,
            longest_hours: rules.longest_hours,
        }
    }

    /// Lets a passage through, or says why not.
    ///
    /// # Errors
    /// When there is no such lot, or it is of a time that is not taken.
    pub fn admit(&self, lot_known: bool, at: Timestamp) -> Result<(), PassageError> {
        match () {
            () if !lot_known => Err(PassageError::NoLot),
            () if at > self.latest => Err(PassageError::Ahead),
            () if at < self.oldest => Err(PassageError::TooOld),
            () => Ok(()),
        }
    }

    /// The days a passage changes: those its other half may be on, as far as they have come, and the last of them, on which
    /// it is known that an exit never came.
    #[must_use]
    pub fn changed(&self, at: Timestamp) -> Vec<Date> {
        let (first, last) = (day_of(at), day_of(hours_before(at, -self.longest_hours)));
        let days = first.series(1.day()).take_while(|day| *day <= last);
        days.filter(|day| *day <= self.today || *day == last).collect()
    }
}

/// A passage of one vehicle in one lot, without the vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// When.
    pub at: Timestamp,
    /// Which way.
    pub direction: Direction,
    /// The class of the vehicle.
    pub class: VehicleClass,
}

/// What a day of a lot comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayFigures {
    /// Stays that ended.
    pub stays: u32,
    /// Minutes of all of them.
    pub minutes: i64,
    /// Their median, in minutes.
    pub median: Option<i64>,
    /// Stays of new-energy vehicles.
    pub new_energy: u32,
    /// What they cost.
    pub due: Fen,
    /// Stays no price could be told of.
    pub unpriced: u32,
    /// Exits without an entry.
    pub entry_missing: u32,
    /// Entries whose exit was not recorded.
    pub exit_missing: u32,
    /// Passages read twice.
    pub twice: u32,
    /// Hours with passages: when each begins, entries and exits.
    pub hours: Vec<(Timestamp, u32, u32)>,
}

/// Counts a day. Each of `vehicles` is the passages of one vehicle from before the day, as long as a stay may last, to its
/// end. A stay belongs to the day of its exit, a missing exit to the day it was known; `bill` says what a stay costs, if
/// that can be told.
#[must_use]
pub fn count_day<'a>(
    vehicles: impl IntoIterator<Item = &'a [Passage]>,
    day: Date,
    rules: PairingRules,
    now: Timestamp,
    mut bill: impl FnMut(&Stay) -> Option<Fen>,
) -> DayFigures {
    let (from, to) = (begin(day), begin(day.tomorrow().unwrap_or(day)));
    let own = |at: Timestamp| (from..to).contains(&at);
    let mut figures = DayFigures::default();
    let mut hours: BTreeMap<Timestamp, (u32, u32)> = BTreeMap::new();
    let mut minutes = Vec::new();
    for passages in vehicles {
        let ways: Vec<(Timestamp, Direction)> = passages.iter().map(|one| (one.at, one.direction)).collect();
        let mut twice = BTreeSet::new();
        for one in pair(&ways, rules, to.min(now)) {
            match one {
                Paired::Stay { entry, exit } if own(exit) => {
                    minutes.push((exit.as_second() - entry.as_second()) / 60);
                    let out = passages.iter().find(|one| one.at == exit && one.direction == Direction::Exit);
                    let class = out.map_or(VehicleClass::Ordinary, |one| one.class);
                    figures.new_energy += u32::from(class == VehicleClass::NewEnergy);
                    match bill(&Stay { entry: civil(entry), exit: civil(exit), class, card: None }) {
                        Some(due) => figures.due = figures.due.plus(due),
                        None => figures.unpriced += 1,
                    }
                }
                Paired::ExitMissing { known, .. } if own(known) => figures.exit_missing += 1,
                Paired::EntryMissing { exit } if own(exit) => figures.entry_missing += 1,
                Paired::Twice { at } => {
                    figures.twice += u32::from(own(at));
                    twice.insert(at);
                }
                _ => {}
            }
        }
        for (at, way) in ways.into_iter().filter(|(at, _)| own(*at) && !twice.contains(at)) {
            let (entries, exits) = hours.entry(hour(at)).or_default();
            *(if way == Direction::Entry { entries } else { exits }) += 1;
        }
    }
    figures.stays = u32::try_from(minutes.len()).unwrap_or(u32::MAX);
    figures.minutes = minutes.iter().sum();
    figures.median = median(&mut minutes);
    figures.hours = hours.into_iter().map(|(at, (entries, exits))| (at, entries, exits)).collect();
    figures
}

/// When a day begins.
fn begin(day: Date) -> Timestamp {
    // Years of four digits are instants; beyond them nothing is compared.
    BEIJING.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
}

fn civil(at: Timestamp) -> DateTime {
    BEIJING.to_datetime(at)
}

fn day_of(at: Timestamp) -> Date {
    civil(at).date()
}

fn hours_before(at: Timestamp, hours: i64) -> Timestamp {
    let beyond = if hours < 0 { Timestamp::MAX } else { Timestamp::MIN };
    at.checked_sub(hours.hours()).unwrap_or(beyond)
}

/// When the hour of an instant begins. Beijing is whole hours away from where instants are counted.
fn hour(at: Timestamp) -> Timestamp {
    let micros = at.as_microsecond();
    Timestamp::from_microsecond(micros - micros.rem_euclid(MICROS_OF_AN_HOUR)).unwrap_or(at)
}

fn median(minutes: &mut [i64]) -> Option<i64> {
    minutes.sort_unstable();
    let middle = minutes.len() / 2;
    let upper = *minutes.get(middle)?;
    if minutes.len() % 2 == 1 {
        return Some(upper);
    }
    Some(i64::midpoint(*minutes.get(middle.checked_sub(1)?)?, upper))
}
