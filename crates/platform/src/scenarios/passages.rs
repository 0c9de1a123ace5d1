//! Passages through the gates of lots: taken in without vehicles, paired into stays, counted, deleted after their term.
//!
//! What a sender calls a vehicle is hashed with a secret of the city and with the lot before anything else happens to
//! it. So a vehicle is a different token in each lot, and no token tells where else it was. Whoever holds the whole
//! database could still try all plates; that ends with the term, when tokens are deleted.

use super::LotView;
use crate::error::PlatformError;
use crate::platform::Platform;
use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::{BTreeSet, HashMap};
use tingzhou_city::{FacilityId, Moment};
use tingzhou_ledger::Actor;
pub use tingzhou_scenarios::parking::PassageError;
use tingzhou_scenarios::parking::{Direction, Gate, Passage, VehicleClass, count_day};
use tingzhou_store::{Commit, ParkingDayRow, PassageRow, StoreError};

/// Most passages of one call.
pub const MOST_PASSAGES: usize = 10_000;
/// Most passages of a lot over the days one day's stays may have begun in.
const MOST_OF_LOT: u32 = 1_000_000;
/// Days counted before others are let through.
const COUNTED_AT_ONCE: u32 = 100;
/// Turns of counting before passages are deleted.
const MOST_TURNS: usize = 1_000;
const SECRET: &str = "parking-token";
/// Bytes of a hash that are kept: 128 bits tell vehicles apart.
const TOKEN_BYTES: usize = 16;

/// What a vehicle runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Energy {
    /// Not told.
    #[default]
    Unknown,
    /// Petrol, diesel or gas.
    Fuel,
    /// Electricity.
    Electric,
    /// Both, charged at a plug.
    PlugInHybrid,
    /// Hydrogen.
    Hydrogen,
}

impl Energy {
    fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Fuel => "fuel",
            Self::Electric => "electric",
            Self::PlugInHybrid => "plug-in-hybrid",
            Self::Hydrogen => "hydrogen",
        }
    }

    /// The class of a vehicle of which nothing else is told.
    #[must_use]
    pub fn class(self) -> VehicleClass {
        match self {
            Self::Unknown | Self::Fuel => VehicleClass::Ordinary,
            Self::Electric | Self::PlugInHybrid | Self::Hydrogen => VehicleClass::NewEnergy,
        }
    }
}

/// A passage as it arrives. It has no `Debug`, so that no log shows what the sender calls the vehicle.
pub struct Arrived<'a> {
    /// Which lot.
    pub lot: &'a str,
    /// What the sender calls the vehicle; hashed at once, never kept.
    pub vehicle: &'a str,
    /// When.
    pub at: Timestamp,
    /// Which way.
    pub direction: Direction,
    /// The class of the vehicle.
    pub class: VehicleClass,
    /// What it runs on.
    pub energy: Energy,
}

/// What became of passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassagesTaken {
    /// Durable; those that were there already count.
    pub accepted: usize,
    /// Not taken: their places in what was given, and why.
    pub refused: Vec<(usize, PassageError)>,
}

/// What is known of a lot from its passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LotFigures {
    /// Entries and exits of the last 24 hours, by hour.
    pub hours: Vec<(Timestamp, u32, u32)>,
    /// Days of the last 30, in order.
    pub days: Vec<ParkingDayRow>,
    /// Vehicles inside, as their passages have it; none when no passages came lately.
    pub inside: Option<u32>,
}

impl LotFigures {
    /// The last day that is over and has stays.
    #[must_use]
    pub fn last_day(&self, today: Date) -> Option<&ParkingDayRow> {
        self.days.iter().rev().find(|one| one.day < today && one.stays > 0)
    }
}

fn begin(day: Date) -> Timestamp {
    Moment::begin_of(day).into()
}

fn before(at: Timestamp, hours: i64) -> Timestamp {
    at.checked_sub(hours.hours()).unwrap_or(Timestamp::MIN)
}

fn token(secret: &Hmac<Sha256>, lot: &str, vehicle: &str) -> String {
    let hash = secret.clone().chain_update(lot).chain_update([0]).chain_update(vehicle).finalize().into_bytes();
    hash.iter().take(TOKEN_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn class_of(word: &str) -> Option<VehicleClass> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

impl Platform {
    async fn parking_secret(&self) -> Result<&[u8], PlatformError> {
        let made = self.scenarios().secret.get_or_try_init(|| async {
            if let Some(kept) = self.store().city_secret(self.city(), SECRET).await? {
                return Ok::<Vec<u8>, PlatformError>(kept);
            }
            let mut bytes = vec![0; 32];
            getrandom::fill(&mut bytes).map_err(|e| PlatformError::Password(format!("no random numbers: {e}")))?;
            let mut commit = Commit::new(self.city(), self.clock().now(), "installation");
            commit.put_city_secret(SECRET, bytes);
            self.store().commit(commit).await?;
            // Another server may have been first; what is kept counts.
            let kept = self.store().city_secret(self.city(), SECRET).await?;
            kept.ok_or_else(|| StoreError::Missing { what: "the city's secret".to_owned() }.into())
        });
        Ok(made.await?.as_slice())
    }

    /// Takes passages of the supervision office's senders; what is accepted is durable. One that is known changes nothing.
    ///
    /// # Errors
    /// When the account may not, there are more than [`MOST_PASSAGES`], or the store does not answer.
    pub async fn take_passages(&self, actor: &Actor, all: &[Arrived<'_>]) -> Result<PassagesTaken, PlatformError> {
        if !actor.role.supervises() {
            return Err(PlatformError::NotAllowed);
        }
        if all.len() > MOST_PASSAGES {
            let (given, most) = (all.len(), MOST_PASSAGES);
            return Err(PlatformError::File(format!(
                "一次最多 {most} 条进出记录，收到 {given} 条。At most {most} passages at once, {given} were given."
            )));
        }
        let lots: BTreeSet<String> = self.lots().await?.into_iter().map(|lot| lot.facility.id.to_string()).collect();
        let (now, settings) = (self.clock().now(), &self.pack().scenarios.parking);
        let gate = Gate::at(now, settings.keep_days.into(), settings.pairing());
        // A key of any length is one.
        let secret = Hmac::<Sha256>::new_from_slice(self.parking_secret().await?)
            .map_err(|e| PlatformError::Password(e.to_string()))?;
        let mut taken = PassagesTaken::default();
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        let mut touched: BTreeSet<(&str, Date)> = BTreeSet::new();
        for (place, one) in all.iter().enumerate() {
            if let Err(why) = gate.admit(lots.contains(one.lot), one.at) {
                taken.refused.push((place, why));
                continue;
            }
            commit.put_passage(&PassageRow {
                lot: one.lot.to_owned(),
                token: token(&secret, one.lot, one.vehicle),
                at: one.at,
                entry: one.direction == Direction::Entry,
                class: word(&one.class),
                energy: one.energy.word().to_owned(),
            });
            taken.accepted += 1;
            touched.extend(gate.changed(one.at).into_iter().map(|day| (one.lot, day)));
        }
        for (lot, day) in touched {
            commit.touch_parking_day(lot, day);
        }
        if taken.accepted > 0 {
            self.store().commit(commit).await?;
        }
        Ok(taken)
    }

    /// Counts the days passages came for; of one lot, or of all. Tells how many.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn count_passages(&self, lot: Option<&FacilityId>) -> Result<usize, PlatformError> {
        let _one = self.scenarios().counting.lock().await;
        let (name, today) = (lot.map_or("", FacilityId::as_str), self.clock().today());
        let stale = self.store().stale_parking_days(self.city(), name, today, COUNTED_AT_ONCE).await?;
        let count = stale.len();
        for (lot, day, times) in stale {
            match self.count_day(&lot, day, times).await {
                // More came meanwhile: it is stale again, and counted at the next turn.
                Ok(()) | Err(PlatformError::Store(StoreError::Conflict { .. })) => {}
                // One lot with more than can be must not keep the others from being counted.
                Err(PlatformError::Store(error @ StoreError::Busy { .. })) => {
                    tracing::warn!(%error, "a day of a lot is not counted");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    async fn count_day(&self, lot: &str, day: Date, times: i64) -> Result<(), PlatformError> {
        let rules = self.pack().scenarios.parking.pairing();
        let (from, to) = (begin(day), begin(day.tomorrow().unwrap_or(day)));
        // An hour more, so that a passage read twice at the edge is seen as such.
        let since = before(from, rules.longest_hours + 1);
        let rows = self.store().passages(self.city(), lot, (since, to), MOST_OF_LOT).await?;
        if rows.len() >= MOST_OF_LOT as usize {
            return Err(StoreError::Busy { what: format!("{MOST_OF_LOT} passages of lot {lot} about {day}") }.into());
        }
        let mut by_token: HashMap<&str, Vec<Passage>> = HashMap::new();
        for row in &rows {
            by_token.entry(row.token.as_str()).or_default().push(Passage {
                at: row.at,
                direction: if row.entry { Direction::Entry } else { Direction::Exit },
                class: class_of(&row.class).unwrap_or(VehicleClass::Ordinary),
            });
        }
        let tariff = match FacilityId::new(lot).ok() {
            Some(id) => self.lot(&id).await.ok().and_then(|view| view.tariff),
            None => None,
        };
        let vehicles = by_token.values().map(Vec::as_slice);
        let figures = count_day(vehicles, day, rules, self.clock().now(), |stay| {
            Some(self.bill(tariff.as_deref()?, stay).ok()?.total)
        });
        let counted = ParkingDayRow {
            lot: lot.to_owned(),
            day,
            stays: figures.stays,
            minutes: figures.minutes,
            median: figures.median,
            new_energy: figures.new_energy,
            fen: figures.due.0,
            unpriced: figures.unpriced,
            entry_missing: figures.entry_missing,
            exit_missing: figures.exit_missing,
            twice: figures.twice,
        };
        let hours = figures.hours;
        let mut commit = Commit::new(self.city(), self.clock().now(), "installation");
        commit.put_parking_day(&counted, times, &hours, (from, to));
        self.store().commit(commit).await?;
        Ok(())
    }

    /// Deletes passages that are older than the pack's term, after everything is counted that they are part of. Hours and
    /// days stay.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn forget_passages(&self) -> Result<(), PlatformError> {
        // Bounded, since more may come as fast as it is counted.
        for _ in 0..MOST_TURNS {
            if self.count_passages(None).await? < COUNTED_AT_ONCE as usize {
                break;
            }
        }
        let keep = i64::from(self.pack().scenarios.parking.keep_days);
        let limit = before(begin(self.clock().today()), keep * 24);
        let mut commit = Commit::new(self.city(), self.clock().now(), "installation");
        commit.forget_passages(limit);
        self.store().commit(commit).await?;
        Ok(())
    }

    /// What is known of a lot from its passages.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn lot_figures(&self, lot: &LotView) -> Result<LotFigures, PlatformError> {
        let id = &lot.facility.id;
        self.count_passages(Some(id)).await?;
        let (now, today) = (self.clock().now(), self.clock().today());
        let month = today.checked_sub(30.days()).unwrap_or(today);
        let days = self.store().parking_days(self.city(), id.as_str(), (month, today), 40).await?;
        let hours = self.store().parking_hours(self.city(), id.as_str(), (before(now, 24), now), 30).await?;
        let longest = i64::from(self.pack().scenarios.parking.longest_hours);
        let inside = if days.is_empty() {
            None
        } else {
            Some(self.store().inside(self.city(), id.as_str(), (before(now, longest), now)).await?)
        };
        Ok(LotFigures { hours, days, inside })
    }
}
