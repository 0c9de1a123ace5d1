//! The alarms of a city: every rule at every facility, and when to look again.

use super::command::{Command, Refusal, command};
use super::event::AlarmEvent;
use super::rule::{Condition, Rule, RuleBook};
use super::state::State;
use super::step::{Input, next_due, step};
use crate::Two;
use crate::ids::{FacilityId, PropertyId, RuleId, TypeId};
use crate::moment::Moment;
use crate::observation::Sample;
use std::collections::{BTreeSet, HashMap};

/// Where something happened: a rule at a facility. Valid for the [`Watch`] that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(usize);

/// Something that happened, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Where.
    pub key: Key,
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
/// each of them once at most. When rules or facilities change, a new one is made and each state put back
/// ([`Watch::restore`]).
#[derive(Clone, Debug, Default)]
pub struct Watch {
    book: RuleBook,
    slots: Vec<Slot>,
    by_facility: HashMap<FacilityId, usize>,
    /// Of each facility, its properties with the slots of their rules.
    own: Vec<Vec<(PropertyId, usize)>>,
    queue: BTreeSet<(Moment, usize)>,
    /// Whose condition began to hold or ceased to since [`Watch::moved`] was asked.
    moved: BTreeSet<Key>,
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
        for (_, slot) in &own {
            self.requeue(*slot);
        }
        self.by_facility.insert(facility.clone(), self.own.len());
        self.own.push(own);
    }

    /// The key of a rule at a facility.
    #[must_use]
    pub fn key(&self, rule: &RuleId, facility: &FacilityId) -> Option<Key> {
        let own = self.own.get(*self.by_facility.get(facility)?)?;
        let found = own.iter().find(|(_, slot)| &self.rule_at(*slot).id == rule)?;
        Some(Key(found.1))
    }

    /// All keys, in the order they began to be watched.
    pub fn keys(&self) -> impl Iterator<Item = Key> + use<> {
        (0..self.slots.len()).map(Key)
    }

    /// The keys of all rules of a facility's property.
    #[must_use]
    pub fn keys_of(&self, facility: &FacilityId, property: &PropertyId) -> Vec<Key> {
        let own = self.by_facility.get(facility).and_then(|place| self.own.get(*place));
        own.into_iter().flatten().filter(|(of, _)| of == property).map(|(_, slot)| Key(*slot)).collect()
    }

    /// The rule, facility and state of a key.
    #[must_use]
    pub fn look(&self, key: Key) -> Option<(&Rule, &FacilityId, &State)> {
        let slot = self.slots.get(key.0)?;
        Some((self.rule_at(key.0), &slot.facility, &slot.state))
    }

    /// Puts back what was kept of a key while the program was not running.
    pub fn restore(&mut self, key: Key, state: State) {
        if let Some(slot) = self.slots.get_mut(key.0) {
            slot.state = state;
            self.requeue(key.0);
        }
    }

    /// Nobody listened before an instant: silence that is not there yet counts from then on at the earliest.
    pub fn listen(&mut self, since: Moment) {
        for number in 0..self.slots.len() {
            let silence = matches!(self.rule_at(number).condition, Condition::Silence { .. });
            let slot = &mut self.slots[number];
            if silence && slot.state.holding() == 0 {
                slot.state.listen(since);
                self.requeue(number);
            }
        }
    }

    /// The keys whose condition began to hold or ceased to, told or not, since this was asked last.
    pub fn moved(&mut self) -> BTreeSet<Key> {
        std::mem::take(&mut self.moved)
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
            let (of, slot) = &self.own[facility][rule];
            if of == property {
                self.step(*slot, Input::Value(sample), now, told);
            }
        }
    }

    /// Takes one alarm on with a value of its property, for who keeps the keys of a series ([`Watch::keys_of`]) instead of
    /// looking for them with each value.
    pub fn value(&mut self, key: Key, sample: Sample, now: Moment, told: &mut Vec<Told>) {
        if key.0 < self.slots.len() {
            self.step(key.0, Input::Value(sample), now, told);
        }
    }

    /// When to call [`Watch::tick`] next; none when nothing is waited for. Sometimes there is nothing to do then.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// Tells what became due, at most for so many keys; call again while [`Watch::next_due`] is past.
    pub fn tick(&mut self, now: Moment, most: usize, told: &mut Vec<Told>) {
        for _ in 0..most {
            let Some((_, slot)) = self.queue.first().copied().filter(|(at, _)| *at <= now) else { return };
            self.queue.pop_first();
            if let Some(slot) = self.slots.get_mut(slot) {
                slot.queued = None;
            }
            self.step(slot, Input::Tick, now, told);
        }
    }

    /// Carries a command of a person out.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such key, or its alarm does not stand so.
    pub fn command(&mut self, key: Key, what: Command, now: Moment, told: &mut Vec<Told>) -> Result<(), Refusal> {
        let Some(slot) = self.slots.get(key.0) else {
            let message = Two::new("没有这条告警；请刷新列表。", "There is no such alarm; look at the list again.");
            return Err(Refusal { code: "no-such-alarm", message });
        };
        let (state, events) = command(self.rule_at(key.0), &slot.state, what, now)?;
        self.keep(key.0, state, events, told);
        Ok(())
    }

    fn rule_at(&self, number: usize) -> &Rule {
        let slot = &self.slots[number];
        self.book.at(slot.rule, &slot.facility)
    }

    fn step(&mut self, slot: usize, input: Input, now: Moment, told: &mut Vec<Told>) {
        let (state, events) = step(self.rule_at(slot), &self.slots[slot].state, input, now);
        self.keep(slot, state, events, told);
    }

    fn keep(&mut self, slot: usize, state: State, events: Vec<AlarmEvent>, told: &mut Vec<Told>) {
        if self.slots[slot].state.holds() != state.holds() {
            self.moved.insert(Key(slot));
        }
        self.slots[slot].state = state;
        told.extend(events.into_iter().map(|event| Told { key: Key(slot), event }));
        self.requeue(slot);
    }

    /// A slot stands in the queue no later than it is due. When its time moves on, as silence does with every value, it
    /// stays and is put back when its turn comes.
    fn requeue(&mut self, number: usize) {
        let due = next_due(self.rule_at(number), &self.slots[number].state);
        let slot = &mut self.slots[number];
        let Some(due) = due else { return };
        if slot.queued.is_some_and(|queued| queued <= due) {
            return;
        }
        if let Some(queued) = slot.queued.replace(due) {
            self.queue.remove(&(queued, number));
        }
        self.queue.insert((due, number));
    }
}
