//! Hours and days of series.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::facilities::number;
use crate::store::Store;
use crate::value::{Columns, Value};
use tingzhou_city::hours::{read, write};
use tingzhou_city::{Aggregate, Counted, Grain, Moment, Number, Period, SeriesNo};
use tingzhou_ledger::CityId;

/// Day by day, so that each is looked up by its key; not before the first day there is, nor after the last.
const HOURS: &str = "WITH RECURSIVE ends(first_day, last_day) AS (SELECT \
     (SELECT MIN(day_at) FROM hour WHERE city_id = $1), (SELECT MAX(day_at) FROM hour WHERE city_id = $1)), \
     wanted(day_at) AS (SELECT CASE WHEN first_day > $3 THEN first_day ELSE CAST($3 AS BIGINT) END FROM ends \
     WHERE first_day IS NOT NULL UNION ALL SELECT wanted.day_at + 86400000 FROM wanted CROSS JOIN ends \
     WHERE wanted.day_at + 86400000 < $4 AND wanted.day_at + 86400000 <= last_day) \
     SELECT h.day_at, h.body FROM wanted CROSS JOIN hour h WHERE h.city_id = $1 AND h.day_at = wanted.day_at \
     AND h.series_no = $2 ORDER BY h.day_at LIMIT $5";
const DAYS: &str = "SELECT begin_at, set_aside, samples, least, most, total, first_value, first_at, last_value, \
     last_at FROM day WHERE city_id = $1 AND series_no = $2 AND begin_at >= $3 AND begin_at < $4 \
     ORDER BY begin_at LIMIT $5";
/// Days of series read at once.
const DAYS_AT_ONCE: u64 = 20_000;
const HOURS_OF: &str = "SELECT day_at, body, series_no FROM hour WHERE city_id = $1 AND day_at >= $2 AND day_at < $3 \
     AND series_no >= $4 AND series_no <= $5";
const PUT_HOURS: &str = "INSERT INTO hour (city_id, day_at, series_no, body) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (city_id, day_at, series_no) DO UPDATE SET body = excluded.body";
const PUT_DAY: &str = "INSERT INTO day (city_id, series_no, begin_at, set_aside, samples, least, most, total, \
     first_value, first_at, last_value, last_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
     ON CONFLICT (city_id, series_no, begin_at) DO UPDATE SET set_aside = excluded.set_aside, \
     samples = excluded.samples, least = excluded.least, most = excluded.most, total = excluded.total, \
     first_value = excluded.first_value, first_at = excluded.first_at, last_value = excluded.last_value, \
     last_at = excluded.last_at";
/// Forgetting is a job of every day; unless everything is wanted, it looks at so many days before those that go.
const FORGOTTEN_DAYS: u16 = 400;
/// Day by day too: the days of other series are not looked at.
const FORGET_HOURS: &str = "DELETE FROM hour WHERE city_id = $1 AND series_no = $2 AND day_at IN (WITH RECURSIVE \
     old(day_at) AS (SELECT CASE WHEN (SELECT MIN(day_at) FROM hour WHERE city_id = $1) > $3 \
     THEN (SELECT MIN(day_at) FROM hour WHERE city_id = $1) ELSE CAST($3 AS BIGINT) END \
     UNION ALL SELECT day_at + 86400000 FROM old WHERE day_at + 86400000 < $4) \
     SELECT day_at FROM old WHERE day_at < $4)";

/// Hours or days of a series as they are stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RollupRows {
    /// When each begins and what it comes to, in order.
    pub rows: Vec<(Moment, Aggregate)>,
    /// Days whose row cannot be read, in order, and why.
    pub damaged: Vec<(Moment, String)>,
}

/// Hours of many series as they are stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HourRows {
    /// Of each series its days in no order, the hours of a day in order.
    pub rows: Vec<(SeriesNo, Vec<(Moment, Aggregate)>)>,
    /// Days of series whose row cannot be read, and why.
    pub damaged: Vec<(SeriesNo, Moment, String)>,
}

/// When the day of a row begins.
fn begin(table: &'static str, columns: &mut Columns) -> Result<Moment, StoreError> {
    let why = || StoreError::Damaged { table, why: "a day out of bounds".to_owned() };
    Moment::from_millis(columns.int()?).ok_or_else(why)
}

/// What a row says, or why it cannot be read.
fn told<T>(row: Result<T, StoreError>) -> Result<Result<T, String>, StoreError> {
    match row {
        Ok(read) => Ok(Ok(read)),
        Err(StoreError::Damaged { why, .. }) => Ok(Err(why)),
        Err(error) => Err(error),
    }
}

fn hours(day: Moment, columns: &mut Columns) -> Result<Vec<(Moment, Aggregate)>, StoreError> {
    read(day, &columns.bytes()?).map_err(|error| StoreError::Damaged { table: "hour", why: error.to_string() })
}

fn day(columns: &mut Columns) -> Result<Aggregate, StoreError> {
    let damaged = |why: &str| StoreError::Damaged { table: "day", why: why.to_owned() };
    let moment = |millis: i64| Moment::from_millis(millis).ok_or_else(|| damaged("a time out of bounds"));
    let number = |value: f64| Number::new(value).map_err(|e| damaged(&e.to_string()));
    let count = |count: i64| u32::try_from(count).map_err(|_| damaged("an impossible count"));
    let (set_aside, samples) = (count(columns.int()?)?, count(columns.int()?)?);
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
        _ if samples > 0 => return Err(damaged("samples without what they come to")),
        _ => None,
    };
    Ok(Aggregate { set_aside, counted })
}

impl Store {
    /// Hours or days of a series that begin from `from` to before `to`, in order, at most `limit`. Those without samples
    /// are left out. A row that cannot be read is told and keeps nobody from the others.
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
    ) -> Result<RollupRows, StoreError> {
        let first_day = from.begin(Grain::Day);
        let (sql, first, rows) = match grain {
            // Each day has an hour at least, but those of the first may all be before what is asked for.
            Grain::Hour => (HOURS, first_day, limit.saturating_add(1)),
            Grain::Day => (DAYS, from, limit),
        };
        let params = vec![
            Value::text(city.as_str()),
            Value::Int(i64::from(series.0)),
            Value::Int(first.millis()),
            Value::Int(to.millis()),
            Value::Int(i64::from(rows)),
        ];
        let mut found = RollupRows::default();
        for row in self.query(sql, params).await? {
            let table = if grain == Grain::Hour { "hour" } else { "day" };
            let mut columns = Columns::new(table, row);
            let day_at = begin(table, &mut columns)?;
            let read = match grain {
                Grain::Hour => hours(day_at, &mut columns),
                Grain::Day => day(&mut columns).map(|whole| vec![(day_at, whole)]),
            };
            match told(read)? {
                Ok(own) => found.rows.extend(own.into_iter().filter(|(begin, _)| (from..to).contains(begin))),
                Err(why) => found.damaged.push((day_at, why)),
            }
        }
        found.rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Hours of many series that begin from `from` to before `to`. `series` in ascending order. The caller bounds what it
    /// asks for. A row that cannot be read is told and keeps nobody from the others.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn hours_of(
        &self,
        city: &CityId,
        series: &[SeriesNo],
        (from, to): (Moment, Moment),
    ) -> Result<HourRows, StoreError> {
        let first_day = from.begin(Grain::Day);
        let days = to.since(first_day).millis().unsigned_abs().div_ceil(Period::from_days(1).millis().unsigned_abs());
        let width = u32::try_from(DAYS_AT_ONCE / days.max(1)).unwrap_or(u32::MAX).max(1);
        let (mut found, mut rest) = (HourRows::default(), series);
        while let Some(first) = rest.first() {
            // Neighbours by number are read in one go; what lies between them is read with them, but not kept.
            let (own, others) = rest.split_at(rest.partition_point(|no| no.0 - first.0 < width));
            rest = others;
            let last = own.last().unwrap_or(first);
            let params = vec![
                Value::text(city.as_str()),
                Value::Int(first_day.millis()),
                Value::Int(to.millis()),
                Value::Int(i64::from(first.0)),
                Value::Int(i64::from(last.0)),
            ];
            for mut row in self.query(HOURS_OF, params).await? {
                let no = row.pop().map(|value| Columns::new("hour", vec![value]).int()).transpose()?;
                let no = no
                    .and_then(number)
                    .ok_or_else(|| StoreError::Damaged { table: "hour", why: "an impossible series".to_owned() })?;
                if own.binary_search(&no).is_ok() {
                    let mut columns = Columns::new("hour", row);
                    let day_at = begin("hour", &mut columns)?;
                    match told(hours(day_at, &mut columns))? {
                        Ok(mut own) => {
                            own.retain(|(begin, _)| (from..to).contains(begin));
                            found.rows.push((no, own));
                        }
                        Err(why) => found.damaged.push((no, day_at, why)),
                    }
                }
            }
        }
        Ok(found)
    }
}

impl Commit {
    /// Keeps the hours of the day of a series that begins at `day`, in place of those it had.
    pub fn put_hours(&mut self, series: SeriesNo, day: Moment, hours: &[(Moment, Aggregate)]) {
        let (day_at, no) = (Value::Int(day.millis()), Value::Int(i64::from(series.0)));
        self.write(PUT_HOURS, vec![Value::text(self.city.as_str()), day_at, no, Value::Bytes(write(day, hours))]);
    }

    /// Keeps what a day of a series comes to, in place of what it came to before.
    pub fn put_day(&mut self, series: SeriesNo, begin: Moment, aggregate: &Aggregate) {
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
        self.write(PUT_DAY, params);
    }

    /// Takes the hours of a series out that are of days before the one an instant is in: all of them, or those of the last
    /// 400 days, which are looked up sooner.
    pub fn forget_hours(&mut self, series: SeriesNo, before: Moment, all: bool) {
        let end = before.begin(Grain::Day);
        let from = if all { i64::MIN } else { end.before(Period::from_days(FORGOTTEN_DAYS)).millis() };
        let params = vec![
            Value::text(self.city.as_str()),
            Value::Int(i64::from(series.0)),
            Value::Int(from),
            Value::Int(end.millis()),
        ];
        self.write(FORGET_HOURS, params);
    }
}
