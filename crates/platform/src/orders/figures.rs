//! How soon alarms had their orders and somebody was on site. Drills are another matter and never among them.

use super::view::{OrderTime, time};
use super::{alarm_of, matter, text};
use crate::error::PlatformError;
use crate::platform::Platform;
use jiff::Timestamp;
use std::collections::HashMap;
use tingzhou_city::{FacilityId, Moment, ScenarioId};
use tingzhou_store::CaseRow;

pub use tingzhou_scenarios::response::Spread;

/// Orders counted, the newest first.
const MOST_COUNTED: usize = 5_000;
/// Orders read in one go.
const AT_ONCE: u32 = 500;
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

impl Platform {
    /// How soon alarms at a scenario's facilities, raised from an instant on, had their orders.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn order_figures(&self, scenario: &ScenarioId, from: Moment) -> Result<OrderFigures, PlatformError> {
        let instruments = self.instruments().await?;
        let mut of_scenario: HashMap<FacilityId, bool> = HashMap::new();
        let mut own = |facility: FacilityId| {
            let known =
                |id: &FacilityId| instruments.facility(id).is_some_and(|one| one.scenario.as_ref() == Some(scenario));
            if let Some(own) = of_scenario.get(&facility) {
                return *own;
            }
            let is = known(&facility);
            of_scenario.insert(facility, is);
            is
        };
        let begin: Timestamp = from.into();
        let (mut to_order, mut to_site, mut open, mut more) = (Vec::new(), Vec::new(), 0, false);
        let (mut before, mut read) = (None, 0);
        'all: loop {
            let rows: Vec<CaseRow> =
                self.store().cases_before(self.city(), &matter(false)?, before.as_ref(), AT_ONCE).await?;
            let last = rows.len() < AT_ONCE as usize;
            before = rows.last().map(|row| row.case.id.clone());
            for row in rows {
                if read == MOST_COUNTED {
                    more = true;
                    break 'all;
                }
                read += 1;
                let (Some((facility, _)), Some(opened)) = (alarm_of(&row.case), time(&row.case, OrderTime::Opened))
                else {
                    continue;
                };
                let Ok(raised) = text(&row.case, "raised").parse::<Timestamp>() else { continue };
                if raised < begin || !own(facility) {
                    continue;
                }
                open += usize::from(!crate::cases::ended(self.matter_of(&row.case)?, &row.case));
                to_order.push(opened.as_millisecond() - raised.as_millisecond());
                if let Some(arrived) = time(&row.case, OrderTime::Arrived) {
                    to_site.push(arrived.as_millisecond() - opened.as_millisecond());
                }
            }
            if last {
                break;
            }
        }
        Ok(OrderFigures {
            from,
            orders: to_order.len(),
            open,
            more,
            within_a_minute: to_order.iter().filter(|time| **time <= A_MINUTE).count(),
            to_order: Spread::of(to_order),
            to_site: Spread::of(to_site),
        })
    }
}
