//! When alarms had their orders and somebody was on site: what is known of each order without reading its case.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Row, Value};
use jiff::Timestamp;
use tingzhou_cases::CaseId;
use tingzhou_city::FacilityId;
use tingzhou_ledger::CityId;

const PUT: &str = "INSERT INTO order_time (city_id, case_id, facility_id, raised_at, opened_at, arrived_at, ended, \
     ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (city_id, case_id) DO UPDATE SET facility_id = excluded.facility_id, \
     raised_at = excluded.raised_at, opened_at = excluded.opened_at, arrived_at = excluded.arrived_at, \
     ended = excluded.ended, ended_at = excluded.ended_at";
const SINCE: &str = "SELECT case_id, facility_id, raised_at, opened_at, arrived_at, ended_at FROM order_time \
     WHERE city_id = $1 AND raised_at >= $2 ORDER BY raised_at DESC, case_id DESC LIMIT $3";
const OPEN_AT: &str = "SELECT case_id FROM order_time WHERE city_id = $1 AND opened_at <= $2 \
     AND (ended_at IS NULL OR ended_at > $2) ORDER BY opened_at DESC, case_id DESC LIMIT $3";

/// The times of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderTimesRow {
    /// The order.
    pub case: CaseId,
    /// Where its alarm is.
    pub facility: FacilityId,
    /// When that was raised.
    pub raised: Timestamp,
    /// When the order was opened.
    pub opened: Timestamp,
    /// When somebody was on site first.
    pub arrived: Option<Timestamp>,
    /// When it ended; none while it is open.
    pub ended: Option<Timestamp>,
}

fn times(row: Row) -> Result<OrderTimesRow, StoreError> {
    let mut columns = Columns::new("order_time", row);
    Ok(OrderTimesRow {
        case: columns.parsed(CaseId::new)?,
        facility: columns.parsed(FacilityId::new)?,
        raised: instant(columns.int()?)?,
        opened: instant(columns.int()?)?,
        arrived: columns.opt_int()?.map(instant).transpose()?,
        ended: columns.opt_int()?.map(instant).transpose()?,
    })
}

impl Store {
    /// The times of orders whose alarm was raised at an instant or later, the latest alarm first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn order_times(
        &self,
        city: &CityId,
        from: Timestamp,
        limit: u32,
    ) -> Result<Vec<OrderTimesRow>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(from.as_microsecond()), Value::Int(i64::from(limit))];
        self.query(SINCE, params).await?.into_iter().map(times).collect()
    }

    /// Orders that were open at an instant, the one opened last first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn orders_open_at(&self, city: &CityId, at: Timestamp, limit: u32) -> Result<Vec<CaseId>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(at.as_microsecond()), Value::Int(i64::from(limit))];
        let rows = self.query(OPEN_AT, params).await?.into_iter();
        rows.map(|row| Columns::new("order_time", row).parsed(CaseId::new)).collect()
    }
}

impl Commit {
    /// Keeps the times of an order, in place of those it had; belongs with its case.
    pub fn put_order_times(&mut self, row: &OrderTimesRow) {
        let time = |at: Option<Timestamp>| at.map_or(Value::Null, |at| Value::Int(at.as_microsecond()));
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(row.case.as_str()),
            Value::text(row.facility.as_str()),
            Value::Int(row.raised.as_microsecond()),
            Value::Int(row.opened.as_microsecond()),
            time(row.arrived),
            Value::flag(row.ended.is_some()),
            time(row.ended),
        ];
        self.write(PUT, params);
    }
}
