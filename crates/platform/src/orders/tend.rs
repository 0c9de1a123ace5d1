//! What the program does to orders by itself, from time to time: opens those the city's rules ask for, tells an open one
//! what became of its alarm, closes what ends with its condition, ends drills whose time is over.
//!
//! Nothing here depends on having run before. Whether an alarm's event has its order is seen from the orders themselves, so
//! a restart, two servers or two runs open one; the place up to which events were looked at only saves work.

use super::{alarm_of, holds, is_drill, matter, subject_of, text};
use crate::cases::ended;
use crate::error::PlatformError;
use crate::instruments::{AlarmFilter, Instruments};
use crate::orders::pack::Opening;
use crate::platform::Platform;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use tingzhou_cases::{Case, FieldId, Inputs, Matter, StateId, Value};
use tingzhou_city::{Moment, Period};
use tingzhou_scenarios::sending::{EndedOrder, Occasion, OpenOrder, Sending, Telling, covers, telling};
use tingzhou_store::{AlarmEventRow, AlarmEventSelect, CaseFilter, CaseRow};

/// Events looked at in one go.
const AT_ONCE: u32 = 500;
/// Events looked back at in one go when the program starts, and how often at most.
const LOOKED_BACK: u32 = 1_000;
const MOST_LOOKED_BACK: usize = 200;
/// How far back it looks then.
const STILL_THERE: Period = Period::from_days(1);
/// Orders looked at in one go, and most in one run.
const ORDERS: u32 = 200;
const MOST_ORDERS: u32 = 2_000;

/// Old news that waits to be asked again, at most; what comes beyond that does not wait.
const MOST_WAITING: usize = 10_000;

/// Pages of alarms that stand, and events of one of them, that are looked through when the program starts.
const ALARMS: usize = 1_000;
const MOST_ALARMS: usize = 100_000;
const EVENTS_OF_ONE: u32 = 200;

/// How far orders were looked after.
#[derive(Debug, Default)]
pub(crate) struct Tended {
    /// The same as of the last look, for those who end orders in the middle of one; 0 before the first time.
    seen: AtomicI64,
    looked: tokio::sync::Mutex<Looked>,
}

#[derive(Debug, Default)]
struct Looked {
    /// Up to which alarm event; none before the first time.
    seen: Option<i64>,
    /// Events that are asked about again, by number, with their level and when they became known.
    waiting: BTreeMap<i64, (AlarmEventRow, u8, Timestamp)>,
}

impl Platform {
    /// Looks after orders; a job for every second. Tells how many steps were taken.
    ///
    /// # Errors
    /// When the store does not answer. What was done before stays done.
    pub async fn tend_orders(&self) -> Result<usize, PlatformError> {
        self.tend_orders_at(self.clock().now()).await
    }

    /// The same as if it were another time.
    ///
    /// # Errors
    /// As [`Platform::tend_orders`].
    pub async fn tend_orders_at(&self, now: Timestamp) -> Result<usize, PlatformError> {
        let instruments = self.instruments().await?;
        // One at a time in this process; the store keeps those of others apart.
        let mut looked = self.tended().looked.lock().await;
        let done = self.orders_of_alarms(&instruments, &mut looked, now).await?;
        drop(looked);
        Ok(done + self.close_with_condition(&instruments).await? + self.end_drills(now).await?)
    }

    async fn orders_of_alarms(
        &self,
        instruments: &Instruments,
        tended: &mut Looked,
        now: Timestamp,
    ) -> Result<usize, PlatformError> {
        let mut seen = match tended.seen {
            Some(seen) => seen,
            None => {
                let begin = self.begin_of_looking_back(instruments).await?;
                self.look_at_standing(instruments, tended, (begin, now)).await?;
                begin
            }
        };
        let mut done = 0;
        for (row, level, known) in tended.waiting.values().cloned().collect::<Vec<_>>() {
            let waiting = &mut tended.waiting;
            done += usize::from(self.tend_event(instruments, waiting, (&row, level), (now, known)).await?);
        }
        loop {
            let rows = self.store().alarm_events(self.city(), AlarmEventSelect::After(seen), AT_ONCE).await?;
            for row in &rows {
                if let Some(level) = row.event.raised() {
                    let waiting = &mut tended.waiting;
                    done += usize::from(self.tend_event(instruments, waiting, (row, level), (now, now)).await?);
                }
                seen = row.seq;
                tended.seen = Some(seen);
                self.tended().seen.store(seen, Ordering::Release);
            }
            if rows.len() < AT_ONCE as usize {
                tended.seen = Some(seen);
                self.tended().seen.store(seen, Ordering::Release);
                return Ok(done);
            }
        }
    }

    /// Sends somebody about an event, or notes it to be asked about again. Whether something was done.
    async fn tend_event(
        &self,
        instruments: &Instruments,
        waiting: &mut BTreeMap<i64, (AlarmEventRow, u8, Timestamp)>,
        (row, level): (&AlarmEventRow, u8),
        (now, known): (Timestamp, Timestamp),
    ) -> Result<bool, PlatformError> {
        let holds = instruments.alarm_holds(&row.rule, &row.facility);
        let done = match occasion(row, level).sending(now, known, holds) {
            Sending::Later if waiting.contains_key(&row.seq) => return Ok(false),
            Sending::Later if waiting.len() < MOST_WAITING => {
                waiting.insert(row.seq, (row.clone(), level, known));
                return Ok(false);
            }
            Sending::Now | Sending::Later => self.order_of(row, level).await?,
            // The alarm stands on the list, where the office may still send somebody.
            Sending::Never => false,
        };
        waiting.remove(&row.seq);
        Ok(done)
    }

    /// The number before the first event of the last day: a program that ended may have left any of them without its order.
    async fn begin_of_looking_back(&self, instruments: &Instruments) -> Result<i64, PlatformError> {
        let since = instruments.now().before(STILL_THERE);
        let (mut before, mut begin) = (i64::MAX, None);
        for _ in 0..MOST_LOOKED_BACK {
            let rows = self.store().alarm_events(self.city(), AlarmEventSelect::Before(before), LOOKED_BACK).await?;
            let Some(last) = rows.last() else { break };
            before = last.seq;
            begin = begin.or(rows.first().map(|row| row.seq));
            let first = rows.iter().filter(|row| row.event.at >= since).map(|row| row.seq - 1).min();
            // Events are nearly in the order of their times; where a thousand are older, all before them are.
            let Some(first) = first else { break };
            begin = Some(first);
        }
        Ok(begin.unwrap_or(0))
    }

    /// Alarms that stand, and were raised before what is looked back at: by a clock that is days behind, or while no program
    /// ran. They are asked about like other old news.
    async fn look_at_standing(
        &self,
        instruments: &Instruments,
        tended: &mut Looked,
        (begin, now): (i64, Timestamp),
    ) -> Result<(), PlatformError> {
        for offset in (0..MOST_ALARMS).step_by(ALARMS) {
            let page = instruments.alarms(&AlarmFilter::default(), offset, ALARMS);
            for alarm in &page.alarms {
                let rule = self.pack().orders.find(&alarm.rule, &alarm.facility, alarm.level);
                let by_itself = rule.is_some_and(|rule| rule.open == Opening::ByItself);
                if !by_itself || !instruments.alarm_holds(&alarm.rule, &alarm.facility) {
                    continue;
                }
                let until = Moment::from(Timestamp::MAX);
                let select = AlarmEventSelect::OfAlarm(&alarm.facility, &alarm.rule, until);
                let events = self.store().alarm_events(self.city(), select, EVENTS_OF_ONE).await?;
                let raised = events.into_iter().find_map(|row| row.event.raised().map(|level| (row, level)));
                let old = raised.filter(|(row, _)| row.seq <= begin);
                if let Some((row, level)) = old.filter(|_| tended.waiting.len() < MOST_WAITING) {
                    tended.waiting.insert(row.seq, (row, level, now));
                }
            }
            if offset + ALARMS >= page.total {
                break;
            }
        }
        Ok(())
    }

    /// Notes with a step that ends an order how far alarms have been looked at: what comes after is none of this order's.
    /// Nothing of a drill, or where the city's own matter does not take it.
    pub(super) async fn note_known(
        &self,
        matter: &Matter,
        case: &Case,
        transition: &str,
        inputs: &mut Inputs,
    ) -> Result<(), PlatformError> {
        let field = FieldId::new("alarm-known")?;
        let taken = matter.definition().transitions.iter().find(|one| one.id.as_str() == transition);
        if is_drill(case) || !taken.is_some_and(|one| one.takes.fields.contains(&field)) {
            return Ok(());
        }
        let seen = match self.tended().seen.load(Ordering::Acquire) {
            // Nobody has looked yet since the program began; what is stored was looked at by the one before.
            0 => self.store().last_alarm_event(self.city()).await?,
            seen => seen,
        };
        inputs.fields.insert(field, Value::Number(seen.into()));
        Ok(())
    }

    /// Sees that an alarm's event has its order. Whether something was done.
    async fn order_of(&self, event: &AlarmEventRow, level: u8) -> Result<bool, PlatformError> {
        let subject = subject_of(false, &event.facility, &event.rule);
        let orders = self.store().cases_of(self.city(), &subject, 20).await?;
        let mut open = None;
        for row in orders {
            let over = ended(self.matter_of(&row.case)?, &row.case);
            if !over {
                open = Some(row);
                break;
            }
            if covered(&row, &occasion(event, level)) {
                return Ok(false);
            }
        }
        if let Some(row) = open {
            return self.tell_order(row, event, level).await;
        }
        let rule = self.pack().orders.find(&event.rule, &event.facility, level);
        let Some(rule) = rule.filter(|rule| rule.open == Opening::ByItself) else { return Ok(false) };
        match self.open_by_itself(event, level, (&rule.unit, rule.close)).await {
            Err(PlatformError::Store(error)) => Err(PlatformError::Store(error)),
            // An order the city's own matter does not let the program open holds up no other.
            Err(error) => {
                tracing::error!(facility = %event.facility, rule = %event.rule, %error, "no order for an alarm");
                Ok(false)
            }
            opened => opened,
        }
    }

    /// Tells an open order that its alarm was raised again or has reached a higher level.
    async fn tell_order(&self, row: CaseRow, event: &AlarmEventRow, level: u8) -> Result<bool, PlatformError> {
        let transition = match telling(&open_order(&row), &occasion(event, level)) {
            Some(Telling::RaiseAgain) => "raise-again",
            Some(Telling::Escalate) => "escalate",
            None => return Ok(false),
        };
        let alarm = super::open::Raised {
            facility: &event.facility,
            rule: &event.rule,
            level,
            at: event.event.at,
            seq: Some(event.seq),
        };
        let title = self.order_title(&alarm).await?;
        let mut inputs = Inputs::default();
        inputs.fields.extend([
            (FieldId::new("level")?, Value::Count(level.into())),
            (FieldId::new("alarm-event")?, Value::Number(event.seq.into())),
            (FieldId::new("title-zh")?, Value::Text(title.zh)),
            (FieldId::new("title-en")?, Value::Text(title.en)),
        ]);
        self.system_step(row, transition, inputs).await
    }

    async fn close_with_condition(&self, instruments: &Instruments) -> Result<usize, PlatformError> {
        let mut ready = Vec::new();
        for offset in (0..MOST_ORDERS).step_by(ORDERS as usize) {
            let filter = CaseFilter { state: Some(StateId::new("done")?), ..open_ones(matter(false)?) };
            let rows = self.store().cases(self.city(), &filter, offset, ORDERS).await?;
            let last = rows.len() < ORDERS as usize;
            ready.extend(rows.into_iter().filter(|row| with_condition(row) && !holds(&row.case, instruments)));
            if last {
                break;
            }
        }
        let mut done = 0;
        for row in ready {
            let inputs = Inputs {
                reason: "告警条件已解除 (the alarm's condition is over)".to_owned(),
                ..Inputs::default()
            };
            done += usize::from(self.system_step(row, "close", inputs).await?);
        }
        Ok(done)
    }

    async fn end_drills(&self, now: Timestamp) -> Result<usize, PlatformError> {
        let rows = self.store().cases(self.city(), &open_ones(matter(true)?), 0, ORDERS).await?;
        let mut done = 0;
        for row in rows {
            let ends: Result<Timestamp, _> = text(&row.case, "ends").parse();
            if ends.is_ok_and(|ends| ends > now) {
                continue;
            }
            done += usize::from(self.system_step(row, "end-drill", Inputs::default()).await?);
        }
        Ok(done)
    }
}

pub(super) fn open_ones(matter: tingzhou_cases::MatterId) -> CaseFilter {
    CaseFilter {
        matter,
        state: None,
        party: None,
        role: None,
        ended: false,
        waiting: false,
        due_from: None,
        due_before: None,
    }
}

fn with_condition(row: &CaseRow) -> bool {
    row.case.fields.iter().any(|(id, value)| id.as_str() == "with-condition" && *value == Value::Flag(true))
}

/// The number of an event that an order has in a field.
fn event_in(row: &CaseRow, field: &str) -> Option<i64> {
    match row.case.fields.iter().find(|(id, _)| id.as_str() == field)?.1 {
        Value::Number(seq) => Some(i64::try_from(*seq).unwrap_or(i64::MAX)),
        _ => None,
    }
}

/// The number of the last event an order knows of.
fn told_of(row: &CaseRow) -> i64 {
    event_in(row, "alarm-event").unwrap_or(0)
}

/// An alarm's event, as those see it who are sent.
fn occasion(event: &AlarmEventRow, level: u8) -> Occasion {
    Occasion { number: event.seq, level: level.into(), at: event.event.at.into() }
}

fn open_order(row: &CaseRow) -> OpenOrder {
    let level = match row.case.fields.iter().find(|(id, _)| id.as_str() == "level") {
        Some((_, Value::Count(level))) => Some(*level),
        _ => None,
    };
    OpenOrder { told: told_of(row), level, done: row.case.state.as_str() == "done" }
}

/// Whether an order that has ended was the one for an occasion. One that names no alarm was found by this one's name.
fn covered(row: &CaseRow, occasion: &Occasion) -> bool {
    let raised = text(&row.case, "raised").parse().ok();
    let known = event_in(row, "alarm-known");
    let order = EndedOrder { told: told_of(row), known, raised, ended: row.case.touched };
    alarm_of(&row.case).is_none() || covers(&order, occasion)
}
