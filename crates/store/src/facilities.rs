//! Facilities, their series, and the devices that send their values.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Value};
use jiff::Timestamp;
use std::collections::BTreeMap;
use tingzhou_city::{FacilityDef, FacilityId, Moment, Number, PropertyId, Quality, Sample, SeriesNo};
use tingzhou_ledger::CityId;

const FACILITIES: &str = "SELECT version, body FROM facility WHERE city_id = $1 AND facility_id > $2 \
     ORDER BY facility_id LIMIT $3";
const FACILITY_VERSION: &str = "SELECT version FROM facility WHERE city_id = $1 AND facility_id = $2";
const PUT_FACILITY: &str = "INSERT INTO facility (city_id, facility_id, type_id, version, body) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (city_id, facility_id) \
     DO UPDATE SET type_id = excluded.type_id, version = excluded.version, body = excluded.body";
const SERIES: &str = "SELECT series_no, facility_id, property_id, last_at, last_value, last_quality, sealed_batch FROM series \
     WHERE city_id = $1 AND series_no > $2 ORDER BY series_no LIMIT $3";
const ADD_SERIES: &str =
    "INSERT INTO series (city_id, series_no, facility_id, property_id, sealed_batch) VALUES ($1, $2, $3, $4, $5)";
const SET_SEALED: &str = "UPDATE series SET last_at = $3, last_value = $4, last_quality = $5, sealed_batch = $6 WHERE city_id = $1 AND series_no = $2";
const SEALED_SUM: &str = "SELECT CAST(COALESCE(SUM(sealed_batch), 0) AS BIGINT) FROM series WHERE city_id = $1 \
     AND series_no >= $2 AND series_no <= $3";
const DEVICES: &str = "SELECT protocol, address, facility_id, first_seen, last_seen, refused FROM device \
     WHERE city_id = $1 AND (protocol, address) > ($2, $3) ORDER BY protocol, address LIMIT $4";
const PUT_DEVICE: &str = "INSERT INTO device \
     (city_id, protocol, address, facility_id, first_seen, last_seen, refused) VALUES ($1, $2, $3, $4, $5, $6, $7) \
     ON CONFLICT (city_id, protocol, address) DO UPDATE SET facility_id = excluded.facility_id, \
     last_seen = excluded.last_seen, refused = excluded.refused";
const FORGET_DEVICE: &str =
    "DELETE FROM device WHERE city_id = $1 AND protocol = $2 AND address = $3 AND facility_id IS NULL";

/// A facility as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct FacilityRow {
    /// How often it was described, from 1.
    pub version: i64,
    /// As its file or form says.
    pub def: FacilityDef,
}

/// A series: one property of one facility under its number.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesRow {
    /// Its number.
    pub no: SeriesNo,
    /// Which facility.
    pub facility: FacilityId,
    /// Which of its properties.
    pub property: PropertyId,
    /// The last sample that is sealed.
    pub last: Option<Sample>,
    /// Up to which batch of the journal it is sealed.
    pub sealed_batch: i64,
}

/// A device: what sends under an address of a protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// What it speaks.
    pub protocol: String,
    /// What it calls itself there.
    pub address: String,
    /// Whose values it sends; none while it is quarantined.
    pub facility: Option<FacilityId>,
    /// When it was first heard of.
    pub first_seen: Timestamp,
    /// When it was last heard of.
    pub last_seen: Timestamp,
    /// Refused frames by reason.
    pub refused: BTreeMap<String, u64>,
}

fn series(row: Vec<Value>) -> Result<SeriesRow, StoreError> {
    let damaged = |why: &str| StoreError::Damaged { table: "series", why: why.to_owned() };
    let mut columns = Columns::new("series", row);
    let no = number(columns.int()?).ok_or_else(|| damaged("an impossible number"))?;
    let (facility, property) = (columns.parsed(FacilityId::new)?, columns.parsed(PropertyId::new)?);
    let (at, value, quality) = (columns.opt_int()?, columns.opt_real()?, columns.opt_int()?);
    let last = match (at, value, quality) {
        (Some(at), Some(value), Some(quality)) => {
            let time = Moment::from_millis(at).ok_or_else(|| damaged("a time out of bounds"))?;
            let value = Number::new(value).map_err(|e| damaged(&e.to_string()))?;
            let quality = u8::try_from(quality).ok().and_then(|bits| Quality::try_from(bits).ok());
            Some(Sample { time, value, quality: quality.ok_or_else(|| damaged("an unknown quality"))? })
        }
        _ => None,
    };
    Ok(SeriesRow { no, facility, property, last, sealed_batch: columns.int()? })
}

pub(crate) fn number(number: i64) -> Option<SeriesNo> {
    u32::try_from(number).ok().map(SeriesNo)
}

fn device(row: Vec<Value>) -> Result<DeviceRow, StoreError> {
    let mut columns = Columns::new("device", row);
    let (protocol, address) = (columns.text()?, columns.text()?);
    let facility = columns.opt_text()?.map(FacilityId::new).transpose();
    let facility = facility.map_err(|e| StoreError::Damaged { table: "device", why: e.to_string() })?;
    let (first_seen, last_seen) = (instant(columns.int()?)?, instant(columns.int()?)?);
    Ok(DeviceRow { protocol, address, facility, first_seen, last_seen, refused: columns.json()? })
}

impl Store {
    /// Facilities after one of a name, by name, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn facilities(&self, city: &CityId, after: &str, limit: u32) -> Result<Vec<FacilityRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::text(after), Value::Int(i64::from(limit))];
        let facility = |row| {
            let mut columns = Columns::new("facility", row);
            Ok(FacilityRow { version: columns.int()?, def: columns.json()? })
        };
        self.query(FACILITIES, params).await?.into_iter().map(facility).collect()
    }

    /// Series after one of a number, by number, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn series(&self, city: &CityId, after: SeriesNo, limit: u32) -> Result<Vec<SeriesRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(i64::from(after.0)), Value::Int(i64::from(limit))];
        self.query(SERIES, params).await?.into_iter().map(series).collect()
    }

    /// Devices after one, by protocol and address, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn devices(&self, city: &CityId, after: (&str, &str), limit: u32) -> Result<Vec<DeviceRow>, StoreError> {
        let (protocol, address) = (Value::text(after.0), Value::text(after.1));
        let params = vec![Value::text(city.as_str()), protocol, address, Value::Int(i64::from(limit))];
        self.query(DEVICES, params).await?.into_iter().map(device).collect()
    }
}

impl Commit {
    /// Keeps a facility as it is described now; refused when somebody else described it meanwhile.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put_facility(&mut self, row: &FacilityRow) -> Result<(), StoreError> {
        let (city, id) = (Value::text(self.city.as_str()), Value::text(row.def.id.as_str()));
        let before = (row.version > 1).then_some(row.version - 1);
        self.guard(FACILITY_VERSION, vec![city.clone(), id.clone()], before, format!("facility {}", row.def.id));
        let kind = Value::text(row.def.facility_type.as_str());
        let body = Value::Text(serde_json::to_string(&row.def)?);
        self.write(PUT_FACILITY, vec![city, id, kind, Value::Int(row.version), body]);
        Ok(())
    }

    /// Gives a property of a facility its number. Nothing of it is in batches up to `batch`.
    pub fn add_series(&mut self, no: SeriesNo, facility: &FacilityId, property: &PropertyId, batch: i64) {
        let (facility, property) = (Value::text(facility.as_str()), Value::text(property.as_str()));
        let params =
            vec![Value::text(self.city.as_str()), Value::Int(i64::from(no.0)), facility, property, Value::Int(batch)];
        self.write(ADD_SERIES, params);
    }

    /// Notes the last sample of a series that is sealed, and up to which batch of the journal it is.
    pub fn set_sealed(&mut self, no: SeriesNo, last: &Sample, batch: i64) {
        let (at, value) = (Value::Int(last.time.millis()), Value::real(last.value.get()));
        let quality = Value::Int(i64::from(last.quality.bits()));
        let (city, no) = (Value::text(self.city.as_str()), Value::Int(i64::from(no.0)));
        self.write(SET_SEALED, vec![city, no, at, value, quality, Value::Int(batch)]);
    }

    /// Refuses everything unless what `first` to `last` are sealed up to comes to `sum`, over all series between. Of each it
    /// only grows, so that the sum says whether anybody sealed one: one question for many series.
    pub fn sealed_so_far(&mut self, (first, last): (SeriesNo, SeriesNo), sum: i64) {
        let range = [first, last].map(|no| Value::Int(i64::from(no.0)));
        let params = [Value::text(self.city.as_str())].into_iter().chain(range).collect();
        self.guard(SEALED_SUM, params, Some(sum), format!("what is sealed of the series {first} to {last}"));
    }

    /// Keeps a device as it stands.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put_device(&mut self, row: &DeviceRow) -> Result<(), StoreError> {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(&row.protocol),
            Value::text(&row.address),
            Value::opt(row.facility.as_ref().map(FacilityId::as_str)),
            Value::Int(row.first_seen.as_microsecond()),
            Value::Int(row.last_seen.as_microsecond()),
            Value::Text(serde_json::to_string(&row.refused)?),
        ];
        self.write(PUT_DEVICE, params);
        Ok(())
    }

    /// Forgets a device that nobody has adopted; one that somebody has stays.
    pub fn forget_device(&mut self, protocol: &str, address: &str) {
        let params = vec![Value::text(self.city.as_str()), Value::text(protocol), Value::text(address)];
        self.write(FORGET_DEVICE, params);
    }
}
