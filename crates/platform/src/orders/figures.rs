//! How soon alarms had their orders and somebody was on site. Drills are another matter and never among them.

use super::view::{OrderTime, time};
use super::{alarm_of, text};
use crate::error::PlatformError;
use crate::matters::ORDER;
use crate::platform::Platform;
use jiff::Timestamp;
use std::collections::HashMap;
use tingzhou_cases::Case;
use tingzhou_city::{FacilityId, Moment, ScenarioId};
use tingzhou_store::OrderTimesRow;

pub use tingzhou_scenarios::response::Spread;

/// Orders counted, the latest alarm first.
const MOST_COUNTED: u32 = 20_000;
/// An order is to be there within this after its alarm, in milliseconds.
const A_MINUTE: i64 = 60_000;

/// How soon alarms of a scenario had their orders, and somebody was on site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderFigures {
    /// Of alarms raised from here on.
    pub from: Moment,
    /// Orders counted.
    pub orders: usize,
    /// Those of them that are open.
    pub open: usize,
    /// Whether there are more than are counted; then the newest are.
    pub more: bool,
    /// From the alarm to its order.
    pub to_order: Option<Spread>,
    /// Orders that were there within a minute.
    pub within_a_minute: usize,
    /// From the order to somebody on site; of those where somebody has been.
    pub to_site: Option<Spread>,
}

/// What is kept of an order to be counted; none of a drill, nor of a case without an alarm.
pub(crate) fn order_times(case: &Case, ended: bool) -> Option<OrderTimesRow> {
    if case.matter.as_str() != ORDER {
        return None;
    }
    let (facility, _) = alarm_of(case)?;
    Some(OrderTimesRow {
        case: case.id.clone(),
        facility,
        raised: text(case, "raised").parse().ok()?,
        opened: time(case, OrderTime::Opened)?,
        arrived: time(case, OrderTime::Arrived),
        ended: if ended { time(case, OrderTime::Last) } else { None },
    })
}

impl Platform {
    /// How soon alarms at a scenario's facilities, raised from an instant on, had their orders.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn order_figures(&self, scenario: &ScenarioId, from: Moment) -> Result<OrderFigures, PlatformError> {
        let instruments = self.instruments().await?;
        let mut of_scenario: HashMap<FacilityId, bool> = HashMap::new();
        let mut own = |facility: &FacilityId| {
            if let Some(own) = of_scenario.get(facility) {
                return *own;
            }
            let is = instruments.facility(facility).is_some_and(|one| one.scenario.as_ref() == Some(scenario));
            of_scenario.insert(facility.clone(), is);
            is
        };
        let mut rows = self.store().order_times(self.city(), from.into(), MOST_COUNTED + 1).await?;
        let more = rows.len() > MOST_COUNTED as usize;
        rows.truncate(MOST_COUNTED as usize);
        rows.retain(|row| own(&row.facility));
        let between = |from: Timestamp, to: Timestamp| to.as_millisecond() - from.as_millisecond();
        let to_order: Vec<i64> = rows.iter().map(|row| between(row.raised, row.opened)).collect();
        let to_site = rows.iter().filter_map(|row| Some(between(row.opened, row.arrived?))).collect();
        Ok(OrderFigures {
            from,
            orders: rows.len(),
            open: rows.iter().filter(|row| row.ended.is_none()).count(),
            more,
            within_a_minute: to_order.iter().filter(|time| **time <= A_MINUTE).count(),
            to_order: Spread::of(to_order),
            to_site: Spread::of(to_site),
        })
    }
}
