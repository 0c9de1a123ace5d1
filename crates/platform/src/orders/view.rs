//! Orders as somebody sees them: one, a page of them, those about an alarm or at a facility, how many are open.

use super::tend::open_ones;
use super::{alarm_of, holds, is_drill, matter, subject_of, text, title};
use crate::cases::{CaseView, ended, party_of};
use crate::error::PlatformError;
use crate::platform::Platform;
use jiff::Timestamp;
use tingzhou_cases::{Case, Event, PartyId, StateId, Two, Value};
use tingzhou_city::{FacilityId, RuleId};
use tingzhou_ledger::Actor;
use tingzhou_store::{CaseFilter, CaseRow};

/// Orders at a facility that are shown.
const AT_FACILITY: usize = 10;
/// Drills under way that are shown.
const DRILLS: u32 = 50;

/// An instant of an order's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderTime {
    /// The order was opened.
    Opened,
    /// It was accepted first.
    Accepted,
    /// Somebody was on site first.
    Arrived,
    /// It was reported done last.
    Done,
    /// It was moved last, which ends one that has ended.
    Last,
}

/// An order as someone sees it.
#[derive(Clone, Debug)]
pub struct OrderView {
    /// The case: where it stands, its clocks, who takes part, what the one who looks may do.
    pub case: CaseView,
    /// What it is about, with 演练 before it when it is a drill's.
    pub title: Two,
    /// Where.
    pub facility: FacilityId,
    /// Of which alarm rule.
    pub rule: RuleId,
    /// The highest level reached, from 1.
    pub level: u32,
    /// When the alarm was raised.
    pub raised: Timestamp,
    /// Whether it is a drill's.
    pub drill: bool,
    /// Whether the condition of its alarm holds now.
    pub holds: bool,
    /// When the drill ends by itself.
    pub ends: Option<Timestamp>,
    /// Whether the facility is simulated.
    pub simulated: bool,
    /// The hashes of its photographs.
    pub photos: Vec<String>,
}

impl OrderView {
    /// When something of its life happened; none when it has not.
    #[must_use]
    pub fn time(&self, what: OrderTime) -> Option<Timestamp> {
        time(&self.case.case, what)
    }

    /// A text of it: found, deed, place; empty when it has none.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        text(&self.case.case, field)
    }

    /// Whether it closes by itself once the alarm's condition is over.
    #[must_use]
    pub fn with_condition(&self) -> bool {
        self.case.case.fields.iter().any(|(id, v)| id.as_str() == "with-condition" && *v == Value::Flag(true))
    }
}

/// When something of an order's life happened.
pub(super) fn time(case: &Case, what: OrderTime) -> Option<Timestamp> {
    let moved =
        |about: &'static str| case.history.iter().filter(move |step| step.kind == "case-moved" && step.about == about);
    match what {
        OrderTime::Opened => case.history.first().map(|step| step.at),
        OrderTime::Accepted => moved("accept").next().map(|step| step.at),
        OrderTime::Arrived => moved("arrive").next().map(|step| step.at),
        OrderTime::Done => moved("done").next_back().map(|step| step.at),
        OrderTime::Last => {
            let moves = ["case-opened", "case-moved"];
            case.history.iter().rfind(|step| moves.contains(&step.kind.as_str())).map(|step| step.at)
        }
    }
}

/// Which orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderSelect {
    /// In this state.
    pub state: Option<StateId>,
    /// Only those whose first clock has ended.
    pub over: bool,
    /// Those that have ended, too.
    pub ended: bool,
    /// Of this unit; for those who see the orders of several.
    pub unit: Option<PartyId>,
    /// Drills instead of orders.
    pub drills: bool,
}

/// One page of orders.
#[derive(Clone, Debug)]
pub struct OrderPage {
    /// Open ones first, by the clock that ends first.
    pub rows: Vec<OrderView>,
    /// Where the next page begins, when there is one.
    pub next: Option<u32>,
}

/// How many orders are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderCount {
    /// Open.
    pub open: u64,
    /// Open, and past the end of a clock.
    pub over: u64,
}

impl Platform {
    pub(super) async fn order_view(&self, actor: &Actor, row: CaseRow) -> Result<OrderView, PlatformError> {
        self.order_view_at(actor, row, self.clock().now()).await
    }

    /// An order with its clocks as they read at an instant.
    pub(super) async fn order_view_at(
        &self,
        actor: &Actor,
        row: CaseRow,
        at: Timestamp,
    ) -> Result<OrderView, PlatformError> {
        let instruments = self.instruments().await?;
        let case = &row.case;
        let (facility, rule) = alarm_of(case).ok_or_else(|| tingzhou_store::StoreError::Damaged {
            table: "case_state",
            why: format!("order {} names no alarm", case.id),
        })?;
        let level = case.fields.iter().find(|(id, _)| id.as_str() == "level").map(|(_, value)| value);
        let opened = time(case, OrderTime::Opened).unwrap_or(case.touched);
        Ok(OrderView {
            title: title(case).unwrap_or_else(|| Two::new(case.id.as_str(), case.id.as_str())),
            level: if let Some(Value::Count(level)) = level { *level } else { 1 },
            raised: text(case, "raised").parse().unwrap_or(opened),
            drill: is_drill(case),
            holds: holds(case, &instruments),
            ends: text(case, "ends").parse().ok(),
            simulated: instruments.facility(&facility).is_some_and(|one| one.simulated),
            photos: case.materials.values().flatten().cloned().collect(),
            facility,
            rule,
            case: self.case_view_at(actor, row, at)?,
        })
    }

    async fn order_views(&self, actor: &Actor, rows: Vec<CaseRow>) -> Result<Vec<OrderView>, PlatformError> {
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            views.push(self.order_view(actor, row).await?);
        }
        Ok(views)
    }

    /// One page of the orders someone may see. `limit` is held to 1 to 200.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn orders(
        &self,
        actor: &Actor,
        select: &OrderSelect,
        offset: u32,
        limit: u32,
    ) -> Result<OrderPage, PlatformError> {
        let (now, limit) = (self.clock().now(), limit.clamp(1, 200));
        let party = if actor.role.supervises() { select.unit.clone() } else { party_of(actor)? };
        if party.is_none() && !actor.role.supervises() {
            return Ok(OrderPage { rows: Vec::new(), next: None });
        }
        let filter = CaseFilter {
            state: select.state.clone(),
            party,
            ended: select.ended,
            due_before: select.over.then_some(now),
            ..open_ones(matter(select.drills)?)
        };
        let mut rows = self.store().cases(self.city(), &filter, offset, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let rows = self.order_views(actor, rows).await?;
        Ok(OrderPage { rows, next: more.then(|| offset.saturating_add(limit)) })
    }

    /// Drills under way that someone may see, at most 50.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn drills(&self, actor: &Actor) -> Result<Vec<OrderView>, PlatformError> {
        let select = OrderSelect { drills: true, ..OrderSelect::default() };
        Ok(self.orders(actor, &select, 0, DRILLS).await?.rows)
    }

    /// How many orders someone may see are open. Drills are not counted.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn order_count(&self, actor: &Actor) -> Result<OrderCount, PlatformError> {
        let party = if actor.role.supervises() { None } else { party_of(actor)? };
        if party.is_none() && !actor.role.supervises() {
            return Ok(OrderCount::default());
        }
        let counts = self.store().case_counts(self.city(), &matter(false)?, party.as_ref(), self.clock().now()).await?;
        let states = self.order_states();
        let open = |state: &str| !states.iter().any(|(id, _, is_final)| id.as_str() == state && *is_final);
        let open = counts.iter().filter(|count| open(&count.state));
        Ok(open
            .fold(OrderCount::default(), |sum, one| OrderCount { open: sum.open + one.all, over: sum.over + one.over }))
    }

    /// Where an order can stand, in the order of its matter, and whether it ends there.
    #[must_use]
    pub fn order_states(&self) -> Vec<(StateId, Two, bool)> {
        let matter = self.matters().current(crate::matters::ORDER);
        let states = matter.map(|matter| matter.definition().states.as_slice()).unwrap_or_default();
        states.iter().map(|state| (state.id.clone(), state.name.clone(), state.is_final)).collect()
    }

    /// The open order about an alarm that someone may see.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn order_about(
        &self,
        actor: &Actor,
        rule: &RuleId,
        facility: &FacilityId,
    ) -> Result<Option<OrderView>, PlatformError> {
        let rows = self.store().cases_of(self.city(), &subject_of(false, facility, rule), 1).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let over = ended(self.matter_of(&row.case)?, &row.case);
        if over || !Self::may_see(actor, &row.case) {
            return Ok(None);
        }
        Ok(Some(self.order_view(actor, row).await?))
    }

    /// Whether there is an open order about an alarm, whoever may see it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn is_ordered(&self, rule: &RuleId, facility: &FacilityId) -> Result<bool, PlatformError> {
        let rows = self.store().cases_of(self.city(), &subject_of(false, facility, rule), 1).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(false) };
        Ok(!ended(self.matter_of(&row.case)?, &row.case))
    }

    /// The last orders and drills at a facility that someone may see, the newest first, at most 10.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn orders_at(&self, actor: &Actor, facility: &FacilityId) -> Result<Vec<OrderView>, PlatformError> {
        let instruments = self.instruments().await?;
        let Some(found) = instruments.facility(facility) else { return Ok(Vec::new()) };
        let mut rows = Vec::new();
        for rule in instruments.rules_at(&found) {
            for drill in [false, true] {
                let subject = subject_of(drill, facility, &rule.id);
                let own = self.store().cases_of(self.city(), &subject, 10).await?;
                rows.extend(own.into_iter().filter(|row| Self::may_see(actor, &row.case)));
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(time(&row.case, OrderTime::Opened)));
        rows.truncate(AT_FACILITY);
        self.order_views(actor, rows).await
    }
}

/// A step of an order, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderEntry {
    /// When.
    pub at: Timestamp,
    /// The account, or `orders` for the program itself.
    pub by: String,
    /// Whether the program itself did it.
    pub system: bool,
    /// What was done.
    pub name: Two,
    /// Why; may be empty.
    pub reason: String,
    /// The unit it was sent to with this step.
    pub unit: Option<Two>,
}

/// Steps of an order that are shown.
const MOST_STEPS: u32 = 1_000;

impl Platform {
    /// What happened to an order, oldest first, at most 1,000 events of the log.
    ///
    /// # Errors
    /// When there is none that this account may see, or the store does not answer.
    pub async fn order_steps(&self, order: &OrderView) -> Result<Vec<OrderEntry>, PlatformError> {
        let rows = self.store().events_of(self.city(), order.case.case.id.as_str(), MOST_STEPS).await?;
        let mut steps = Vec::new();
        for row in rows {
            let Ok(event) = serde_json::from_str::<Event>(&row.body) else { continue };
            let (Event::CaseOpened { moved, at, .. } | Event::CaseMoved { moved, at }) = event else { continue };
            let name = order.case.matter.transition(&moved.transition).map(|t| t.name.clone());
            let unit = moved.inputs.parties.iter().find(|(role, _)| role.as_str() == "unit");
            steps.push(OrderEntry {
                at,
                by: moved.by.to_string(),
                system: moved.role.as_str() == "system",
                name: name.unwrap_or_else(|| Two::new(moved.transition.as_str(), moved.transition.as_str())),
                reason: moved.inputs.reason.clone(),
                unit: unit.and_then(|(_, units)| units.first()).map(|unit| self.party_name(unit)),
            });
        }
        // Whichever way the log is read, the oldest come first.
        steps.sort_by_key(|step| step.at);
        Ok(steps)
    }
}
