//! Hours and days of series.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::facilities::number;
use crate::store::Store;
use crate::value::{Columns, Value};
use tingzhou_city::{Aggregate, Counted, Grain, Moment, Number, PropertyId, SeriesNo, TypeId};
use tingzhou_ledger::CityId;

const HOURS: &str = "SELECT begin_at, set_aside, samples, least, most, total, first_value, first_at, last_value, \
     last_at FROM hour WHERE city_id = $1 AND series_no = $2 AND begin_at >= $3 AND begin_at < $4 \
     ORDER BY begin_at LIMIT $5";
const DAYS: &str = "SELECT begin_at, set_aside, samples, least, most, total, first_value, first_at, last_value, \
     last_at FROM day WHERE city_id = $1 AND series_no = $2 AND begin_at >= $3 AND begin_at < $4 \
     ORDER BY begin_at LIMIT $5";
const HOURS_OF_TYPE: &str = "SELECT h.begin_at, h.set_aside, h.samples, h.least, h.most, h.total, h.first_value, \
     h.first_at, h.last_value, h.last_at, h.series_no FROM facility f \
     JOIN series s ON s.city_id = f.city_id AND s.facility_id = f.facility_id AND s.property_id = $3 \
     JOIN hour h ON h.city_id = s.city_id AND h.series_no = s.series_no AND h.begin_at >= $4 AND h.begin_at < $5 \
     WHERE f.city_id = $1 AND f.type_id = $2 LIMIT $6";
const PUT_HOUR: &str = "INSERT INTO hour (city_id, series_no, begin_at, set_aside, samples, least, most, total, \
     first_value, first_at, last_value, last_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
     ON CONFLICT (city_id, series_no, begin_at) DO UPDATE SET set_aside = excluded.set_aside, \
     samples = excluded.samples, least = excluded.least, most = excluded.most, total = excluded.total, \
     first_value = excluded.first_value, first_at = excluded.first_at, last_value = excluded.last_value, \
     last_at = excluded.last_at";
const PUT_DAY: &str = "INSERT INTO day (city_id, series_no, begin_at, set_aside, samples, least, most, total, \
     first_value, first_at, last_value, last_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
     ON CONFLICT (city_id, series_no, begin_at) DO UPDATE SET set_aside = excluded.set_aside, \
     samples = excluded.samples, least = excluded.least, most = excluded.most, total = excluded.total, \
     first_value = excluded.first_value, first_at = excluded.first_at, last_value = excluded.last_value, \
     last_at = excluded.last_at";
const FORGET_HOURS: &str = "DELETE FROM hour WHERE city_id = $1 AND series_no = $2 AND begin_at < $3";

fn rollup(table: &'static str, columns: &mut Columns) -> Result<(Moment, Aggregate), StoreError> {
    let damaged = |why: &str| StoreError::Damaged { table, why: why.to_owned() };
    let moment = |millis: i64| Moment::from_millis(millis).ok_or_else(|| damaged("a time out of bounds"));
    let number = |value: f64| Number::new(value).map_err(|e| damaged(&e.to_string()));
    let count = |count: i64| u32::try_from(count).map_err(|_| damaged("an impossible count"));
    let (begin, set_aside, samples) = (moment(columns.int()?)?, count(columns.int()?)?, count(columns.int()?)?);
    let (least, most, total) = (columns.opt_real()?, columns.opt_real()?, columns.opt_real()?);
    let (first, first_at) = (columns.opt_real()?, columns.opt_int()?);
    let (last, last_at) = (columns.opt_real()?, columns.opt_int()?);
    let counted = match (least, most, total, first.zip(first_at), last.zip(last_at)) {
        (Some(least), Some(most), Some(sum), Some(first), Some(last)) => Some(Counted {
            count: samples,
            min: number(least)?,
            max: number(most)?,
            sum,
            first: number(first.0)?,
            first_at: moment(first.1)?,
            last: number(last.0)?,
            last_at: moment(last.1)?,
        }),
        _ => None,
    };
    Ok((begin, Aggregate { set_aside, counted }))
}

impl Store {
    /// Hours or days of a series that begin from `from` to before `to`, in order, at most `limit`. Those without samples
    /// are left out.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn rollups(
        &self,
        city: &CityId,
        grain: Grain,
        series: SeriesNo,
        (from, to): (Moment, Moment),
        limit: u32,
    ) -> Result<Vec<(Moment, Aggregate)>, StoreError> {
        let (sql, table) = match grain {
            Grain::Hour => (HOURS, "hour"),
            Grain::Day => (DAYS, "day"),
        };
        let params = vec![
            Value::text(city.as_str()),
            Value::Int(i64::from(series.0)),
            Value::Int(from.millis()),
            Value::Int(to.millis()),
            Value::Int(i64::from(limit)),
        ];
        self.query(sql, params).await?.into_iter().map(|row| rollup(table, &mut Columns::new(table, row))).collect()
    }

    /// Hours of a property of all facilities of a type that begin from `from` to before `to`, in no order, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn hours_of_type(
        &self,
        city: &CityId,
        (facility_type, property): (&TypeId, &PropertyId),
        (from, to): (Moment, Moment),
        limit: u32,
    ) -> Result<Vec<(SeriesNo, Moment, Aggregate)>, StoreError> {
        let params = vec![
            Value::text(city.as_str()),
            Value::text(facility_type.as_str()),
            Value::text(property.as_str()),
            Value::Int(from.millis()),
            Value::Int(to.millis()),
            Value::Int(i64::from(limit)),
        ];
        let hour = |row| {
            let mut columns = Columns::new("hour", row);
            let (begin, aggregate) = rollup("hour", &mut columns)?;
            let no = number(columns.int()?)
                .ok_or_else(|| StoreError::Damaged { table: "hour", why: "an impossible series".to_owned() })?;
            Ok((no, begin, aggregate))
        };
        self.query(HOURS_OF_TYPE, params).await?.into_iter().map(hour).collect()
    }
}

impl Commit {
    /// Keeps what an hour or a day of a series comes to, in place of what it came to before.
    pub fn put_rollup(&mut self, grain: Grain, series: SeriesNo, begin: Moment, aggregate: &Aggregate) {
        let sql = match grain {
            Grain::Hour => PUT_HOUR,
            Grain::Day => PUT_DAY,
        };
        let counted = aggregate.counted;
        let real = |pick: fn(&Counted) -> f64| counted.as_ref().map_or(Value::Null, |c| Value::real(pick(c)));
        let at = |pick: fn(&Counted) -> Moment| counted.as_ref().map_or(Value::Null, |c| Value::Int(pick(c).millis()));
        let params = vec![
            Value::text(self.city.as_str()),
            Value::Int(i64::from(series.0)),
            Value::Int(begin.millis()),
            Value::Int(i64::from(aggregate.set_aside)),
            Value::Int(counted.map_or(0, |c| i64::from(c.count))),
            real(|c| c.min.get()),
            real(|c| c.max.get()),
            real(|c| c.sum),
            real(|c| c.first.get()),
            at(|c| c.first_at),
            real(|c| c.last.get()),
            at(|c| c.last_at),
        ];
        self.write(sql, params);
    }

    /// Takes the hours of a series out that begin before an instant.
    pub fn forget_hours(&mut self, series: SeriesNo, before: Moment) {
        let no = Value::Int(i64::from(series.0));
        self.write(FORGET_HOURS, vec![Value::text(self.city.as_str()), no, Value::Int(before.millis())]);
    }
}
