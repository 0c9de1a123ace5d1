//! The alarms of a city: every rule at every facility, and when to look again.

use super::command::{Command, Refusal, command};
use super::event::AlarmEvent;
use super::rule::{Rule, RuleBook};
use super::state::State;
use super::step::{Input, next_due, step};
use crate::ids::{FacilityId, PropertyId, RuleId, TypeId};
use crate::moment::Moment;
use crate::observation::Sample;
use crate::two::Two;
use std::collections::{BTreeSet, HashMap};

/// Where something happened: a rule at a facility. Valid for the [`Watch`] that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(usize);

/// Something that happened, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Where.
    pub place: Place,
    /// What.
    pub event: AlarmEvent,
}

/// One rule at one facility.
#[derive(Clone, Debug)]
struct Slot {
    facility: FacilityId,
    rule: usize,
    state: State,
    /// When it stands in the queue.
    queued: Option<Moment>,
}

/// The states of all rules at all facilities. It grows with facilities and rules and with nothing else; the queue holds
/// each of them once at most.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    book: RuleBook,
    slots: Vec<Slot>,
    by_facility: HashMap<FacilityId, usize>,
    /// Of each facility, its properties with the places of their rules.
    own: Vec<Vec<(PropertyId, usize)>>,
    queue: BTreeSet<(Moment, usize)>,
}

impl Watch {
    /// Watches by these rules; no facilities yet.
    #[must_use]
    pub fn new(book: RuleBook) -> Self {
        Self { book, ..Self::default() }
    }

    /// Begins to watch a facility of a type. One that is watched already is left as it is.
    pub fn add(&mut self, facility: &FacilityId, facility_type: &TypeId, now: Moment) {
        if self.by_facility.contains_key(facility) {
            return;
        }
        let mut own = Vec::new();
        for (rule, property) in self.book.of_type(facility_type) {
            own.push((property.clone(), self.slots.len()));
            self.slots.push(Slot { facility: facility.clone(), rule, state: State::new(now), queued: None });
        }
        for (_, place) in &own {
            self.requeue(*place);
        }
        self.by_facility.insert(facility.clone(), self.own.len());
        self.own.push(own);
    }

    /// The place of a rule at a facility.
    #[must_use]
    pub fn place(&self, rule: &RuleId, facility: &FacilityId) -> Option<Place> {
        let own = self.own.get(*self.by_facility.get(facility)?)?;
        let found = own.iter().find(|(_, place)| &self.rule_at(*place).id == rule)?;
        Some(Place(found.1))
    }

    /// All places, in the order they began to be watched.
    pub fn places(&self) -> impl Iterator<Item = Place> + use<> {
        (0..self.slots.len()).map(Place)
    }

    /// The rule, facility and state of a place.
    #[must_use]
    pub fn look(&self, place: Place) -> Option<(&Rule, &FacilityId, &State)> {
        let slot = self.slots.get(place.0)?;
        Some((self.rule_at(place.0), &slot.facility, &slot.state))
    }

    /// Puts back what was kept of a place while the program was not running.
    pub fn restore(&mut self, place: Place, state: State) {
        if let Some(slot) = self.slots.get_mut(place.0) {
            slot.state = state;
            self.requeue(place.0);
        }
    }

    /// Takes the alarms of a facility's property on with a value. A value that changes nothing allocates nothing.
    pub fn observe(
        &mut self,
        facility: &FacilityId,
        property: &PropertyId,
        sample: Sample,
        now: Moment,
        told: &mut Vec<Told>,
    ) {
        let Some(&facility) = self.by_facility.get(facility) else { return };
        for rule in 0..self.own[facility].len() {
            let (of, place) = &self.own[facility][rule];
            if of == property {
                self.step(*place, Input::Value(sample), now, told);
            }
        }
    }

    /// When to call [`Watch::tick`] next; none when nothing is waited for. Sometimes there is nothing to do then.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// Tells what became due, at most for so many places; call again while [`Watch::next_due`] is past.
    pub fn tick(&mut self, now: Moment, most: usize, told: &mut Vec<Told>) {
        for _ in 0..most {
            let Some((_, place)) = self.queue.first().copied().filter(|(at, _)| *at <= now) else { return };
            self.queue.pop_first();
            if let Some(slot) = self.slots.get_mut(place) {
                slot.queued = None;
            }
            self.step(place, Input::Tick, now, told);
        }
    }

    /// Carries a command of a person out.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such place, or its alarm does not stand so.
    pub fn command(&mut self, place: Place, what: Command, now: Moment, told: &mut Vec<Told>) -> Result<(), Refusal> {
        let Some(slot) = self.slots.get(place.0) else {
            let message = Two::new("没有这条告警；请刷新列表。", "There is no such alarm; look at the list again.");
            return Err(Refusal { code: "no-such-alarm", message });
        };
        let (state, events) = command(self.rule_at(place.0), &slot.state, what, now)?;
        self.keep(place.0, state, events, told);
        Ok(())
    }

    fn rule_at(&self, place: usize) -> &Rule {
        let slot = &self.slots[place];
        self.book.at(slot.rule, &slot.facility)
    }

    fn step(&mut self, place: usize, input: Input, now: Moment, told: &mut Vec<Told>) {
        let (state, events) = step(self.rule_at(place), &self.slots[place].state, input, now);
        self.keep(place, state, events, told);
    }

    fn keep(&mut self, place: usize, state: State, events: Vec<AlarmEvent>, told: &mut Vec<Told>) {
        self.slots[place].state = state;
        told.extend(events.into_iter().map(|event| Told { place: Place(place), event }));
        self.requeue(place);
    }

    /// A place stands in the queue no later than it is due. When its time moves on, as silence does with every value, it
    /// stays and is put back when its turn comes.
    fn requeue(&mut self, place: usize) {
        let due = next_due(self.rule_at(place), &self.slots[place].state);
        let slot = &mut self.slots[place];
        let Some(due) = due else { return };
        if slot.queued.is_some_and(|queued| queued <= due) {
            return;
        }
        if let Some(queued) = slot.queued.replace(due) {
            self.queue.remove(&(queued, place));
        }
        self.queue.insert((due, place));
    }
}
