//! What entries and exits of one vehicle in one lot come to: stays, and passages whose other half is missing.

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// Which way through the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// In.
    Entry,
    /// Out.
    Exit,
}

/// What passages come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paired {
    /// An entry and the exit after it.
    Stay {
        /// In.
        entry: Timestamp,
        /// Out.
        exit: Timestamp,
    },
    /// In, and not yet out.
    Inside {
        /// In.
        entry: Timestamp,
    },
    /// In, and then in again or not out for too long: the exit was not recorded.
    ExitMissing {
        /// In.
        entry: Timestamp,
        /// When that was known.
        known: Timestamp,
    },
    /// Out without having come in: the entry was not recorded.
    EntryMissing {
        /// Out.
        exit: Timestamp,
    },
    /// The same way again within moments: read twice.
    Twice {
        /// The second time.
        at: Timestamp,
    },
}

/// How passages are paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairingRules {
    /// Within so many seconds the same way again is one passage read twice.
    pub twice_within: i64,
    /// After so many hours without an exit, the exit was not recorded.
    pub longest_hours: i64,
}

/// Pairs the passages of one vehicle in one lot. Their order does not matter, and one given again changes nothing; of an
/// entry and an exit at the same instant the exit comes first when the vehicle is inside, and the entry when it is not.
#[must_use]
pub fn pair(passages: &[(Timestamp, Direction)], rules: PairingRules, now: Timestamp) -> Vec<Paired> {
    let mut all = passages.to_vec();
    all.sort_by_key(|(at, direction)| (*at, *direction == Direction::Entry));
    all.dedup();
    let limit = |entry: Timestamp| entry.checked_add(rules.longest_hours.hours()).unwrap_or(Timestamp::MAX);
    let too_long = |entry: Timestamp, until: Timestamp| until > limit(entry);
    let missing = |entry: Timestamp, by: Timestamp| Paired::ExitMissing { entry, known: by.min(limit(entry)) };
    let (mut found, mut inside): (Vec<Paired>, Option<Timestamp>) = (Vec::with_capacity(all.len()), None);
    let mut last: Option<(Timestamp, Direction)> = None;
    for place in 0..all.len() {
        let Some((at, mut direction)) = all.get(place).copied() else { break };
        // Both at once stand there exit first.
        let both = direction == Direction::Exit && all.get(place + 1).is_some_and(|(other, _)| *other == at);
        if both && inside.is_none_or(|entry| too_long(entry, at)) {
            all.swap(place, place + 1);
            direction = Direction::Entry;
        }
        let again = last.is_some_and(|(before, way)| {
            way == direction && at.as_second().saturating_sub(before.as_second()) <= rules.twice_within
        });
        last = Some((at, direction));
        match (direction, inside) {
            _ if again => found.push(Paired::Twice { at }),
            (Direction::Entry, before) => {
                found.extend(before.map(|entry| missing(entry, at)));
                inside = Some(at);
            }
            (Direction::Exit, Some(entry)) if !too_long(entry, at) => {
                found.push(Paired::Stay { entry, exit: at });
                inside = None;
            }
            (Direction::Exit, before) => {
                found.extend(before.map(|entry| missing(entry, at)));
                found.push(Paired::EntryMissing { exit: at });
                inside = None;
            }
        }
    }
    found.extend(inside.map(|entry| if too_long(entry, now) { missing(entry, now) } else { Paired::Inside { entry } }));
    found
}
