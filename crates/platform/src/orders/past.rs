//! The orders that were open at an instant that is over, as they stood then. Drills are in no table of times and are left out.

use super::{OrderView, alarm_of};
use crate::cases::ended;
use crate::error::PlatformError;
use crate::platform::Platform;
use jiff::Timestamp;
use std::collections::BTreeMap;
use tingzhou_cases::{Case, CaseId, Event};
use tingzhou_city::FacilityId;
use tingzhou_ledger::Actor;
use tingzhou_store::{CaseRow, StoreError};

/// Orders looked back at, those opened last.
const MOST_ORDERS: u32 = 500;
/// Events of one order that are looked at.
const MOST_EVENTS: u32 = 1_000;

/// The orders that were open at an instant.
#[derive(Clone, Debug, Default)]
pub struct PastOrders {
    /// By facility, with state and clocks as they were then.
    pub orders: BTreeMap<FacilityId, Vec<OrderView>>,
    /// Whether there were more than are looked at.
    pub cut: bool,
}

impl Platform {
    /// The orders that were open at an instant and that someone may see, as they stood then.
    ///
    /// # Errors
    /// When the store does not answer, or an order goes by rules that are not there.
    pub async fn orders_open_at(&self, actor: &Actor, at: Timestamp) -> Result<PastOrders, PlatformError> {
        let mut ids = self.store().orders_open_at(self.city(), at, MOST_ORDERS + 1).await?;
        let mut past = PastOrders { cut: ids.len() > MOST_ORDERS as usize, ..PastOrders::default() };
        ids.truncate(MOST_ORDERS as usize);
        for id in ids {
            let Some(case) = self.case_at(&id, at).await? else { continue };
            // Who had it then sees it.
            if !Self::may_see(actor, &case) || ended(self.matter_of(&case)?, &case) {
                continue;
            }
            let Some((facility, _)) = alarm_of(&case) else { continue };
            let row = CaseRow { subject: String::new(), due: None, case };
            past.orders.entry(facility).or_default().push(self.order_view_at(actor, row, at).await?);
        }
        Ok(past)
    }

    /// A case as it stood at an instant; none when it was not open yet.
    async fn case_at(&self, id: &CaseId, at: Timestamp) -> Result<Option<Case>, PlatformError> {
        let rows = self.store().events_of(self.city(), id.as_str(), MOST_EVENTS).await?;
        // Whatever else the log has about an order is no step of its life.
        let events = rows.iter().filter_map(|row| serde_json::from_str::<Event>(&row.body).ok());
        let events: Vec<Event> = events.filter(|event| event.at() <= at).collect();
        if events.is_empty() {
            return Ok(None);
        }
        let case = Case::replay(&events)
            .map_err(|error| StoreError::Damaged { table: "event", why: format!("order {id}: {error}") })?;
        Ok(Some(case))
    }
}
