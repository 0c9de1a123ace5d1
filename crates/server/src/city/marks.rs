//! How facilities are marked on the map and in lists: by their alarms, and by the orders about them.

use std::collections::HashMap;
use tingzhou_platform::city::alarm::Standing;
use tingzhou_platform::city::{Counted, FacilityId, Moment, Property, Two};
use tingzhou_platform::{AlarmView, OrderView};

/// How a facility is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// By the most urgent of its alarms.
    Alarm(Standing),
    /// Nothing is heard of it.
    Silent,
}

impl Mark {
    /// For programs, scripts and the style sheet.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Alarm(standing) => standing.name(),
            Self::Silent => "silent",
        }
    }

    pub(crate) fn words(self) -> Two {
        match self {
            Self::Alarm(standing) => standing.words(),
            Self::Silent => Two::new("无数据", "no data"),
        }
    }
}

/// The flag beside the mark of a facility somebody is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OrderMark {
    /// A drill is under way, and nothing else.
    Drill,
    /// An order is open.
    Open,
    /// An order is open and past a time limit.
    Over,
}

impl OrderMark {
    pub(crate) const ALL: [Self; 3] = [Self::Open, Self::Over, Self::Drill];

    /// Of one order.
    pub(crate) fn of(order: &OrderView) -> Self {
        match order {
            _ if order.drill => Self::Drill,
            _ if order.case.clocks.iter().any(|clock| clock.reading.over) => Self::Over,
            _ => Self::Open,
        }
    }

    /// For programs, scripts and the style sheet.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Drill => "drill",
            Self::Open => "order",
            Self::Over => "order-over",
        }
    }

    pub(crate) fn words(self) -> Two {
        match self {
            Self::Drill => Two::new("演练", "drill"),
            Self::Open => Two::new("有未结工单", "open order"),
            Self::Over => Two::new("工单已超时限", "order past a time limit"),
        }
    }
}

/// An hour that is over, or the one that is under way so far: what every facility was in it.
#[derive(Debug)]
pub(crate) struct Hour {
    /// Its end; now while it is under way. Marks are as they were then.
    pub(crate) end: Moment,
    /// Of each property its least, mean and greatest value.
    pub(crate) values: HashMap<FacilityId, Vec<(Property, Counted)>>,
}

/// The most urgent standing of each facility that has an alarm, and its open orders: now, or at the end of an hour.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    standing: HashMap<FacilityId, Standing>,
    orders: HashMap<FacilityId, Vec<OrderView>>,
    /// Whether there are more alarms or open orders than these.
    pub(super) cut: bool,
    /// Which hour; none for now.
    pub(crate) hour: Option<Hour>,
}

impl Marks {
    /// Of an hour in which nothing is known to have stood yet.
    pub(super) fn of_hour(hour: Hour) -> Self {
        Self { hour: Some(hour), ..Self::default() }
    }

    pub(super) fn add(&mut self, alarm: &AlarmView) {
        self.stands(&alarm.facility, alarm.standing);
    }

    pub(super) fn stands(&mut self, facility: &FacilityId, standing: Standing) {
        let own = self.standing.entry(facility.clone()).or_insert(standing);
        *own = own.more_urgent(standing);
    }

    pub(super) fn put_orders(&mut self, id: &FacilityId, orders: Vec<OrderView>) {
        if !orders.is_empty() {
            self.orders.insert(id.clone(), orders);
        }
    }

    pub(super) fn standing(&self, id: &FacilityId) -> Option<Standing> {
        self.standing.get(id).copied()
    }

    /// Whether an alarm of it is on the list.
    pub(crate) fn on_the_list(&self, id: &FacilityId) -> bool {
        let shown = [Standing::Unacknowledged, Standing::Acknowledged, Standing::ReturnedUnacknowledged];
        self.standing.get(id).is_some_and(|standing| shown.contains(standing))
    }

    /// The open orders and drills there.
    pub(crate) fn orders(&self, id: &FacilityId) -> &[OrderView] {
        self.orders.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The most urgent of them.
    pub(crate) fn order_mark(&self, id: &FacilityId) -> Option<OrderMark> {
        self.orders(id).iter().map(OrderMark::of).max()
    }

    /// What a facility was in the hour; none for now.
    pub(crate) fn values(&self, id: &FacilityId) -> Option<&[(Property, Counted)]> {
        self.hour.as_ref().map(|hour| hour.values.get(id).map(Vec::as_slice).unwrap_or_default())
    }

    /// Whether there are more alarms or open orders than these.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }
}
