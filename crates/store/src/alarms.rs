//! How alarms stand, and what happened to them.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Columns, Value};
use tingzhou_city::alarm::{AlarmEvent, State};
use tingzhou_city::{FacilityId, Moment, RuleId, Two};
use tingzhou_ledger::CityId;

const STATES: &str = "SELECT facility_id, rule_id, batch_no, body FROM alarm_state WHERE city_id = $1 \
     AND (facility_id, rule_id) > ($2, $3) ORDER BY facility_id, rule_id LIMIT $4";
const PUT_STATE: &str = "INSERT INTO alarm_state (city_id, facility_id, rule_id, batch_no, body) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (city_id, facility_id, rule_id) \
     DO UPDATE SET batch_no = excluded.batch_no, body = excluded.body";
const ADD_EVENT: &str = "INSERT INTO alarm_event (city_id, alarm_seq, rule_id, facility_id, at, actor, body, zh, en, raises, level) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const LAST_EVENT: &str = "SELECT COALESCE(MAX(alarm_seq), 0) FROM alarm_event WHERE city_id = $1";
const EVENTS: &str = "SELECT alarm_seq, rule_id, facility_id, actor, body, zh, en FROM alarm_event \
     WHERE city_id = $1 AND alarm_seq < $2 ORDER BY alarm_seq DESC LIMIT $3";
const EVENTS_OF: &str = "SELECT alarm_seq, rule_id, facility_id, actor, body, zh, en FROM alarm_event \
     WHERE city_id = $1 AND alarm_seq < $2 AND facility_id = $4 ORDER BY alarm_seq DESC LIMIT $3";
const EVENTS_OF_ALARM: &str = "SELECT alarm_seq, rule_id, facility_id, actor, body, zh, en FROM alarm_event \
     WHERE city_id = $1 AND facility_id = $2 AND rule_id = $3 AND at <= $4 ORDER BY alarm_seq DESC LIMIT $5";
const EVENTS_AFTER: &str = "SELECT alarm_seq, rule_id, facility_id, actor, body, zh, en FROM alarm_event \
     WHERE city_id = $1 AND alarm_seq > $2 ORDER BY alarm_seq LIMIT $3";
const RAISED: &str = "SELECT rule_id, level, CAST(COUNT(*) AS BIGINT) FROM alarm_event \
     WHERE city_id = $1 AND raises = 1 AND at >= $2 AND at < $3 GROUP BY rule_id, level ORDER BY rule_id, level LIMIT 100000";
const EVENTS_BETWEEN: &str = "SELECT alarm_seq, rule_id, facility_id, actor, body, zh, en FROM alarm_event \
     WHERE city_id = $1 AND at >= $2 AND at < $3 ORDER BY at DESC, alarm_seq DESC LIMIT $4";

/// What somebody had to look at, and what began to chatter; the page after one event, by the index of times.
const COUNTED: &str = "SELECT alarm_seq, rule_id, facility_id, body FROM alarm_event WHERE city_id = $1 \
     AND at >= $2 AND at < $3 AND (at, alarm_seq) < ($4, $5) AND (raises = 1 OR body LIKE '%\"what\":\"chattering\"%') \
     ORDER BY at DESC, alarm_seq DESC LIMIT $6";

/// An event of an alarm without its words.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmCounted {
    /// Its number within the city.
    pub seq: i64,
    /// The rule.
    pub rule: RuleId,
    /// The facility.
    pub facility: FacilityId,
    /// What happened, and when.
    pub event: AlarmEvent,
}

/// How the alarm of a rule at a facility stands.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmStateRow {
    /// The rule.
    pub rule: RuleId,
    /// The facility.
    pub facility: FacilityId,
    /// The last batch that is in it.
    pub batch: i64,
    /// How it stands.
    pub state: State,
}

/// Something that happened to an alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmEventRow {
    /// Its number within the city, in the order it was stored.
    pub seq: i64,
    /// The rule.
    pub rule: RuleId,
    /// The facility.
    pub facility: FacilityId,
    /// Which account did it; empty when nobody did.
    pub actor: String,
    /// What happened, and when.
    pub event: AlarmEvent,
    /// The same as a sentence, in the words of the rule then.
    pub words: Two,
}

/// Which events of alarms.
#[derive(Clone, Copy, Debug)]
pub enum AlarmEventSelect<'a> {
    /// All of them before one of a number, newest first.
    Before(i64),
    /// A facility's before one of a number, newest first.
    Of(&'a FacilityId, i64),
    /// All of them after one of a number, oldest first.
    After(i64),
    /// Those that happened from an instant to before another, newest first.
    Between(Moment, Moment),
    /// Those of one rule at one facility up to an instant, newest first.
    OfAlarm(&'a FacilityId, &'a RuleId, Moment),
}

fn state(row: Vec<Value>) -> Result<AlarmStateRow, StoreError> {
    let mut columns = Columns::new("alarm_state", row);
    let (facility, rule) = (columns.parsed(FacilityId::new)?, columns.parsed(RuleId::new)?);
    Ok(AlarmStateRow { rule, facility, batch: columns.int()?, state: columns.json()? })
}

fn event(row: Vec<Value>) -> Result<AlarmEventRow, StoreError> {
    let mut columns = Columns::new("alarm_event", row);
    let seq = columns.int()?;
    let (rule, facility) = (columns.parsed(RuleId::new)?, columns.parsed(FacilityId::new)?);
    let (actor, event) = (columns.text()?, columns.json()?);
    Ok(AlarmEventRow { seq, rule, facility, actor, event, words: Two::new(columns.text()?, columns.text()?) })
}

impl Store {
    /// How alarms stand, after one, by facility and rule, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn alarm_states(
        &self,
        city: &CityId,
        after: (&str, &str),
        limit: u32,
    ) -> Result<Vec<AlarmStateRow>, StoreError> {
        let (facility, rule) = (Value::text(after.0), Value::text(after.1));
        let params = vec![Value::text(city.as_str()), facility, rule, Value::Int(i64::from(limit))];
        self.query(STATES, params).await?.into_iter().map(state).collect()
    }

    /// How often alarms were raised or escalated from an instant to before another, by rule and the level reached.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn alarms_raised(
        &self,
        city: &CityId,
        from: Moment,
        to: Moment,
    ) -> Result<Vec<(RuleId, u8, u64)>, StoreError> {
        let params = vec![Value::text(city.as_str()), Value::Int(from.millis()), Value::Int(to.millis())];
        let rows = self.query(RAISED, params).await?.into_iter().map(|row| {
            let mut columns = Columns::new("alarm_event", row);
            let rule = columns.parsed(RuleId::new)?;
            let (level, count) = (columns.int()?, columns.int()?);
            Ok((rule, u8::try_from(level).unwrap_or(u8::MAX), u64::try_from(count).unwrap_or(0)))
        });
        rows.collect()
    }

    /// The events that figures count, from an instant to before another, newest first, at most `limit`: alarms raised,
    /// escalated, or chattering. `after` is when the last one already seen happened, and its number.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn alarms_counted(
        &self,
        city: &CityId,
        (from, to): (Moment, Moment),
        after: Option<(Moment, i64)>,
        limit: u32,
    ) -> Result<Vec<AlarmCounted>, StoreError> {
        let (at, seq) = after.map_or((i64::MAX, i64::MAX), |(at, seq)| (at.millis(), seq));
        let numbers = [from.millis(), to.millis(), at, seq, i64::from(limit)].map(Value::Int);
        let params = [Value::text(city.as_str())].into_iter().chain(numbers).collect();
        let counted = |row| {
            let mut columns = Columns::new("alarm_event", row);
            let seq = columns.int()?;
            let (rule, facility) = (columns.parsed(RuleId::new)?, columns.parsed(FacilityId::new)?);
            Ok(AlarmCounted { seq, rule, facility, event: columns.json()? })
        };
        self.query(COUNTED, params).await?.into_iter().map(counted).collect()
    }

    /// The number of the last event of alarms; 0 before the first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn last_alarm_event(&self, city: &CityId) -> Result<i64, StoreError> {
        let rows = self.query(LAST_EVENT, vec![Value::text(city.as_str())]).await?;
        rows.into_iter().next().map_or(Ok(0), |row| Columns::new("alarm_event", row).int())
    }

    /// What happened to alarms, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn alarm_events(
        &self,
        city: &CityId,
        select: AlarmEventSelect<'_>,
        limit: u32,
    ) -> Result<Vec<AlarmEventRow>, StoreError> {
        let (city, limit) = (Value::text(city.as_str()), Value::Int(i64::from(limit)));
        let rows = match select {
            AlarmEventSelect::Before(seq) => self.query(EVENTS, vec![city, Value::Int(seq), limit]).await?,
            AlarmEventSelect::After(seq) => self.query(EVENTS_AFTER, vec![city, Value::Int(seq), limit]).await?,
            AlarmEventSelect::Of(facility, seq) => {
                let params = vec![city, Value::Int(seq), limit, Value::text(facility.as_str())];
                self.query(EVENTS_OF, params).await?
            }
            AlarmEventSelect::Between(from, to) => {
                let params = vec![city, Value::Int(from.millis()), Value::Int(to.millis()), limit];
                self.query(EVENTS_BETWEEN, params).await?
            }
            AlarmEventSelect::OfAlarm(facility, rule, until) => {
                let (facility, rule) = (Value::text(facility.as_str()), Value::text(rule.as_str()));
                self.query(EVENTS_OF_ALARM, vec![city, facility, rule, Value::Int(until.millis()), limit]).await?
            }
        };
        rows.into_iter().map(event).collect()
    }
}

impl Commit {
    /// Keeps how an alarm stands.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put_alarm_state(&mut self, row: &AlarmStateRow) -> Result<(), StoreError> {
        let params = vec![
            Value::text(self.city.as_str()),
            Value::text(row.facility.as_str()),
            Value::text(row.rule.as_str()),
            Value::Int(row.batch),
            Value::Text(serde_json::to_string(&row.state)?),
        ];
        self.write(PUT_STATE, params);
        Ok(())
    }

    /// Appends something that happened to an alarm; fails when there is an event of its number.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn add_alarm_event(&mut self, row: &AlarmEventRow) -> Result<(), StoreError> {
        let raised = row.event.raised();
        let params = vec![
            Value::text(self.city.as_str()),
            Value::Int(row.seq),
            Value::text(row.rule.as_str()),
            Value::text(row.facility.as_str()),
            Value::Int(row.event.at.millis()),
            Value::text(&row.actor),
            Value::Text(serde_json::to_string(&row.event)?),
            Value::text(&row.words.zh),
            Value::text(&row.words.en),
            Value::flag(raised.is_some()),
            Value::Int(i64::from(raised.unwrap_or(0))),
        ];
        self.write(ADD_EVENT, params);
        Ok(())
    }
}
