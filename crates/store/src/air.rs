//! Days of air as they were assessed.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Row, Value};
use jiff::civil::Date;
use tingzhou_ledger::CityId;

const DAYS: &str = "SELECT station_id, day, aqi, pollutants, class, edition, lack_zh, lack_en, source, body FROM air_day \
     WHERE city_id = $1 AND station_id = $2 AND day >= $3 AND day <= $4 ORDER BY day LIMIT $5";
const OF_DAY: &str = "SELECT station_id, day, aqi, pollutants, class, edition, lack_zh, lack_en, source, body FROM air_day \
     WHERE city_id = $1 AND station_id > $2 AND day = $3 ORDER BY station_id LIMIT $4";
const PUT: &str = "INSERT INTO air_day (city_id, station_id, day, valid, aqi, pollutants, class, edition, lack_zh, \
     lack_en, source, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
     ON CONFLICT (city_id, station_id, day) DO UPDATE SET valid = excluded.valid, aqi = excluded.aqi, \
     pollutants = excluded.pollutants, class = excluded.class, edition = excluded.edition, \
     lack_zh = excluded.lack_zh, lack_en = excluded.lack_en, source = excluded.source, body = excluded.body";

/// A day of air, of a station or of the city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AirDayRow {
    /// Which station; empty for the city.
    pub station: String,
    /// The day.
    pub day: Date,
    /// Its index; none when it does not count.
    pub aqi: Option<u16>,
    /// The primary pollutants, for programs, between commas.
    pub pollutants: String,
    /// Its class, for programs; empty when it does not count.
    pub class: String,
    /// The edition it was assessed by.
    pub edition: String,
    /// Why it does not count, in Chinese and English; empty when it does.
    pub lack: (String, String),
    /// A hash of what it was made of.
    pub source: String,
    /// Its means, JSON.
    pub body: String,
}

fn day(row: Row) -> Result<AirDayRow, StoreError> {
    let damaged = |why: String| StoreError::Damaged { table: "air_day", why };
    let mut c = Columns::new("air_day", row);
    let (station, day) = (c.text()?, c.parsed(|text| text.parse::<Date>())?);
    let aqi = c.opt_int()?.map(u16::try_from).transpose().map_err(|e| damaged(e.to_string()))?;
    let (pollutants, class, edition) = (c.text()?, c.text()?, c.text()?);
    Ok(AirDayRow {
        station,
        day,
        aqi,
        pollutants,
        class,
        edition,
        lack: (c.text()?, c.text()?),
        source: c.text()?,
        body: c.text()?,
    })
}

impl Store {
    /// Days of a station (or, under no name, of the city) between two, both included, in order, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn air_days(
        &self,
        city: &CityId,
        station: &str,
        (from, to): (Date, Date),
        limit: u32,
    ) -> Result<Vec<AirDayRow>, StoreError> {
        let params = vec![
            Value::text(city.as_str()),
            Value::text(station),
            Value::text(from.to_string()),
            Value::text(to.to_string()),
            Value::Int(i64::from(limit)),
        ];
        self.query(DAYS, params).await?.into_iter().map(day).collect()
    }

    /// The day of every station after one of a name, by name, at most `limit`; the city's is not among them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn air_stations_of_day(
        &self,
        city: &CityId,
        after: &str,
        of: Date,
        limit: u32,
    ) -> Result<Vec<AirDayRow>, StoreError> {
        let (after, of) = (Value::text(after), Value::text(of.to_string()));
        let params = vec![Value::text(city.as_str()), after, of, Value::Int(i64::from(limit))];
        self.query(OF_DAY, params).await?.into_iter().map(day).collect()
    }
}

impl Commit {
    /// Keeps a day of air in place of what was known of it.
    pub fn put_air_day(&mut self, row: &AirDayRow) {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(&row.station),
            Value::text(row.day.to_string()),
            Value::flag(row.aqi.is_some()),
            row.aqi.map_or(Value::Null, |aqi| Value::Int(i64::from(aqi))),
            Value::text(&row.pollutants),
            Value::text(&row.class),
            Value::text(&row.edition),
            Value::text(&row.lack.0),
            Value::text(&row.lack.1),
            Value::text(&row.source),
            Value::text(&row.body),
        ];
        self.write(PUT, params);
    }
}
