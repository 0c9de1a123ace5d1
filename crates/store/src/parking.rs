//! Passages through the gates of lots, and what they come to by hour and day.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Row, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use tingzhou_ledger::CityId;

const PUT_PASSAGE: &str = "INSERT INTO parking_passage (city_id, lot_id, token, at, way, class, energy) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (city_id, lot_id, token, at, way) DO NOTHING";
const PASSAGES: &str = "SELECT token, at, way, class, energy FROM parking_passage \
     WHERE city_id = $1 AND lot_id = $2 AND at >= $3 AND at < $4 ORDER BY at, token, way LIMIT $5";
const INSIDE: &str = "SELECT COUNT(*) FROM (SELECT MAX(at * 2 + way) AS last FROM parking_passage \
     WHERE city_id = $1 AND lot_id = $2 AND at >= $3 AND at <= $4 GROUP BY token) AS latest WHERE last % 2 = 1";
const FORGET: &str = "DELETE FROM parking_passage WHERE city_id = $1 AND at < $2";
const TOUCH_DAY: &str = "INSERT INTO parking_day (city_id, lot_id, day, stale, stays, minutes, median, new_energy, fen, \
     unpriced, entry_missing, exit_missing, twice) VALUES ($1, $2, $3, 1, 0, 0, NULL, 0, 0, 0, 0, 0, 0) \
     ON CONFLICT (city_id, lot_id, day) DO UPDATE SET stale = parking_day.stale + 1";
const PUT_DAY: &str = "UPDATE parking_day SET stale = 0, stays = $4, minutes = $5, median = $6, new_energy = $7, \
     fen = $8, unpriced = $9, entry_missing = $10, exit_missing = $11, twice = $12 \
     WHERE city_id = $1 AND lot_id = $2 AND day = $3";
const STALE: &str = "SELECT stale FROM parking_day WHERE city_id = $1 AND lot_id = $2 AND day = $3";
const STALE_DAYS: &str = "SELECT lot_id, day, stale FROM parking_day WHERE city_id = $1 AND stale > 0 \
     AND (lot_id = $2 OR $2 = '') AND day <= $3 ORDER BY day, lot_id LIMIT $4";
const DAYS: &str = "SELECT lot_id, day, stays, minutes, median, new_energy, fen, unpriced, entry_missing, exit_missing, \
     twice FROM parking_day WHERE city_id = $1 AND lot_id = $2 AND day >= $3 AND day <= $4 AND stale = 0 \
     ORDER BY day LIMIT $5";
const CLEAR_HOURS: &str =
    "DELETE FROM parking_hour WHERE city_id = $1 AND lot_id = $2 AND begin_at >= $3 AND begin_at < $4";
const PUT_HOUR: &str =
    "INSERT INTO parking_hour (city_id, lot_id, begin_at, entries, exits) VALUES ($1, $2, $3, $4, $5)";
const HOURS: &str = "SELECT begin_at, entries, exits FROM parking_hour WHERE city_id = $1 AND lot_id = $2 \
     AND begin_at >= $3 AND begin_at < $4 ORDER BY begin_at LIMIT $5";
const SECRET: &str = "SELECT body FROM city_secret WHERE city_id = $1 AND name = $2";
const PUT_SECRET: &str =
    "INSERT INTO city_secret (city_id, name, body) VALUES ($1, $2, $3) ON CONFLICT (city_id, name) DO NOTHING";

/// A passage through a gate. There is no vehicle in it: the token is a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageRow {
    /// Which lot.
    pub lot: String,
    /// A hash with the city's secret and the lot.
    pub token: String,
    /// When.
    pub at: Timestamp,
    /// In; otherwise out.
    pub entry: bool,
    /// The class of the vehicle, for programs.
    pub class: String,
    /// What it runs on, for programs.
    pub energy: String,
}

/// What the passages of a lot come to on a day. Stays are counted on the day they end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParkingDayRow {
    /// Which lot.
    pub lot: String,
    /// Which day.
    pub day: Date,
    /// Stays that ended.
    pub stays: u32,
    /// Minutes of all of them.
    pub minutes: i64,
    /// Their median, in minutes.
    pub median: Option<i64>,
    /// Stays of new-energy vehicles.
    pub new_energy: u32,
    /// What they cost by the tariff in force, in fen.
    pub fen: i64,
    /// Stays no price could be told of.
    pub unpriced: u32,
    /// Exits without an entry.
    pub entry_missing: u32,
    /// Entries whose exit was not recorded.
    pub exit_missing: u32,
    /// Passages read twice.
    pub twice: u32,
}

fn count(number: i64) -> Result<u32, StoreError> {
    let damaged = |_| StoreError::Damaged { table: "parking_day", why: "an impossible count".to_owned() };
    u32::try_from(number).map_err(damaged)
}

fn passage(lot: &str, row: Row) -> Result<PassageRow, StoreError> {
    let mut c = Columns::new("parking_passage", row);
    Ok(PassageRow {
        lot: lot.to_owned(),
        token: c.text()?,
        at: instant(c.int()?)?,
        entry: c.int()? == 1,
        class: c.text()?,
        energy: c.text()?,
    })
}

fn day(row: Row) -> Result<ParkingDayRow, StoreError> {
    let mut c = Columns::new("parking_day", row);
    Ok(ParkingDayRow {
        lot: c.text()?,
        day: c.parsed(|text| text.parse::<Date>())?,
        stays: count(c.int()?)?,
        minutes: c.int()?,
        median: c.opt_int()?,
        new_energy: count(c.int()?)?,
        fen: c.int()?,
        unpriced: count(c.int()?)?,
        entry_missing: count(c.int()?)?,
        exit_missing: count(c.int()?)?,
        twice: count(c.int()?)?,
    })
}

impl Store {
    /// Passages of a lot from an instant to before another, in the order of time, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn passages(
        &self,
        city: &CityId,
        lot: &str,
        (from, to): (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<PassageRow>, StoreError> {
        let params = vec![
            Value::text(city.as_str()),
            Value::text(lot),
            Value::Int(from.as_microsecond()),
            Value::Int(to.as_microsecond()),
            Value::Int(i64::from(limit)),
        ];
        self.query(PASSAGES, params).await?.into_iter().map(|row| passage(lot, row)).collect()
    }

    /// How many tokens of a lot came in last, since an instant.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn inside(
        &self,
        city: &CityId,
        lot: &str,
        (since, now): (Timestamp, Timestamp),
    ) -> Result<u32, StoreError> {
        let (since, now) = (Value::Int(since.as_microsecond()), Value::Int(now.as_microsecond()));
        let rows = self.query(INSIDE, vec![Value::text(city.as_str()), Value::text(lot), since, now]).await?;
        rows.into_iter().next().map_or(Ok(0), |row| count(Columns::new("parking_passage", row).int()?))
    }

    /// Lots and days passages came for since they were counted, until one, the oldest first, with how often; of one lot, or
    /// under no name of all.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn stale_parking_days(
        &self,
        city: &CityId,
        lot: &str,
        until: Date,
        limit: u32,
    ) -> Result<Vec<(String, Date, i64)>, StoreError> {
        let until = Value::text(until.to_string());
        let params = vec![Value::text(city.as_str()), Value::text(lot), until, Value::Int(i64::from(limit))];
        let stale = |row| {
            let mut c = Columns::new("parking_day", row);
            Ok((c.text()?, c.parsed(|text| text.parse::<Date>())?, c.int()?))
        };
        self.query(STALE_DAYS, params).await?.into_iter().map(stale).collect()
    }

    /// Counted days of a lot between two, both included, in order, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn parking_days(
        &self,
        city: &CityId,
        lot: &str,
        (from, to): (Date, Date),
        limit: u32,
    ) -> Result<Vec<ParkingDayRow>, StoreError> {
        let params = vec![
            Value::text(city.as_str()),
            Value::text(lot),
            Value::text(from.to_string()),
            Value::text(to.to_string()),
            Value::Int(i64::from(limit)),
        ];
        self.query(DAYS, params).await?.into_iter().map(day).collect()
    }

    /// Hours of a lot with their entries and exits from an instant to before another, in order, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn parking_hours(
        &self,
        city: &CityId,
        lot: &str,
        (from, to): (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<(Timestamp, u32, u32)>, StoreError> {
        let params = vec![
            Value::text(city.as_str()),
            Value::text(lot),
            Value::Int(from.as_microsecond()),
            Value::Int(to.as_microsecond()),
            Value::Int(i64::from(limit)),
        ];
        let hour = |row| {
            let mut c = Columns::new("parking_hour", row);
            Ok((instant(c.int()?)?, count(c.int()?)?, count(c.int()?)?))
        };
        self.query(HOURS, params).await?.into_iter().map(hour).collect()
    }

    /// A secret of the city.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn city_secret(&self, city: &CityId, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let rows = self.query(SECRET, vec![Value::text(city.as_str()), Value::text(name)]).await?;
        rows.into_iter().next().map(|row| Columns::new("city_secret", row).bytes()).transpose()
    }
}

impl Commit {
    /// Keeps a passage; one that is known changes nothing.
    pub fn put_passage(&mut self, row: &PassageRow) {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(&row.lot),
            Value::text(&row.token),
            Value::Int(row.at.as_microsecond()),
            Value::flag(row.entry),
            Value::text(&row.class),
            Value::text(&row.energy),
        ];
        self.write(PUT_PASSAGE, params);
    }

    /// Notes that passages came for a day of a lot.
    pub fn touch_parking_day(&mut self, lot: &str, of: Date) {
        self.write(TOUCH_DAY, vec![Value::text(self.city.as_str()), Value::text(lot), Value::text(of.to_string())]);
    }

    /// Keeps what a day of a lot comes to, and its hours; refused when passages came meanwhile.
    pub fn put_parking_day(
        &mut self,
        row: &ParkingDayRow,
        stale: i64,
        hours: &[(Timestamp, u32, u32)],
        day: (Timestamp, Timestamp),
    ) {
        let key = vec![Value::text(self.city.as_str()), Value::text(&row.lot), Value::text(row.day.to_string())];
        self.guard(STALE, key.clone(), Some(stale), format!("parking day {} {}", row.lot, row.day));
        let number = |count: u32| Value::Int(i64::from(count));
        let mut params = key;
        params.extend([
            number(row.stays),
            Value::Int(row.minutes),
            row.median.map_or(Value::Null, Value::Int),
            number(row.new_energy),
            Value::Int(row.fen),
            number(row.unpriced),
            number(row.entry_missing),
            number(row.exit_missing),
            number(row.twice),
        ]);
        self.write(PUT_DAY, params);
        let (city, lot) = (Value::text(self.city.as_str()), Value::text(&row.lot));
        let (from, to) = (Value::Int(day.0.as_microsecond()), Value::Int(day.1.as_microsecond()));
        self.write(CLEAR_HOURS, vec![city.clone(), lot.clone(), from, to]);
        for (begin, entries, exits) in hours {
            let begin = Value::Int(begin.as_microsecond());
            self.write(PUT_HOUR, vec![city.clone(), lot.clone(), begin, number(*entries), number(*exits)]);
        }
    }

    /// Takes out passages before an instant, with their tokens.
    pub fn forget_passages(&mut self, before: Timestamp) {
        self.write(FORGET, vec![Value::text(self.city.as_str()), Value::Int(before.as_microsecond())]);
    }

    /// Keeps a secret of the city when it has none under that name.
    pub fn put_city_secret(&mut self, name: &str, body: Vec<u8>) {
        self.write(PUT_SECRET, vec![Value::text(self.city.as_str()), Value::text(name), Value::Bytes(body)]);
    }
}
