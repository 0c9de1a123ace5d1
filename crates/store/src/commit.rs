//! What one transaction does: guards first, then rows, then events. The same on both backends.

use crate::logged::Logged;
use crate::value::Value;
use jiff::Timestamp;
use tingzhou_cases::CaseId;
use tingzhou_city::InstrumentEvent;
use tingzhou_ledger::project::ProjectEvent;
use tingzhou_ledger::{CityId, Event};
use tingzhou_measures::MeasureEvent;

/// A statement whose answer decides whether the transaction goes on.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    /// Returns at most one row with one whole number.
    pub(crate) sql: &'static str,
    pub(crate) params: Vec<Value>,
    /// What it must return; `None` for "no row".
    pub(crate) expected: Option<i64>,
    /// What it is about, for the message.
    pub(crate) what: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Write {
    pub(crate) sql: &'static str,
    pub(crate) params: Vec<Value>,
}

/// An event to be appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What it is about: a task's id, a report's, an account's.
    pub subject: String,
    /// What happened.
    pub event: Logged,
}

/// One transaction of a city. Built up by the methods beside each kind of row, carried out by `Store::commit`.
#[derive(Clone, Debug)]
pub struct Commit {
    pub(crate) city: CityId,
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
    /// Carried out before anything else: the row of a city that is being founded.
    pub(crate) first: Option<Write>,
    pub(crate) guards: Vec<Guard>,
    pub(crate) writes: Vec<Write>,
    pub(crate) events: Vec<NewEvent>,
}

impl Commit {
    /// An empty transaction of a city, at an instant, by someone.
    #[must_use]
    pub fn new(city: &CityId, at: Timestamp, actor: impl Into<String>) -> Self {
        Self {
            city: city.clone(),
            at,
            actor: actor.into(),
            first: None,
            guards: Vec::new(),
            writes: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Appends an event to the city's log.
    pub fn event(&mut self, subject: impl Into<String>, event: Event) {
        self.events.push(NewEvent { subject: subject.into(), event: Logged::City(event) });
    }

    /// Appends an event of a case to the city's log.
    pub fn case_event(&mut self, case: &CaseId, event: tingzhou_cases::Event) {
        self.events.push(NewEvent { subject: case.to_string(), event: Logged::Case(event) });
    }

    /// Appends an event of a key project to the city's log.
    pub fn project_event(&mut self, subject: &str, event: ProjectEvent) {
        self.events.push(NewEvent { subject: subject.to_owned(), event: Logged::Project(event) });
    }

    /// Appends an event of a measure to the city's log.
    pub fn measure_event(&mut self, subject: &str, event: MeasureEvent) {
        self.events.push(NewEvent { subject: subject.to_owned(), event: Logged::Measure(event) });
    }

    /// Appends an event of the city's instruments to the city's log.
    pub fn instrument_event(&mut self, subject: &str, event: InstrumentEvent) {
        self.events.push(NewEvent { subject: subject.to_owned(), event: Logged::Instruments(event) });
    }

    /// Does what another does too, after what this one does.
    pub fn append(&mut self, other: Self) {
        self.guards.extend(other.guards);
        self.writes.extend(other.writes);
        self.events.extend(other.events);
    }

    pub(crate) fn guard(&mut self, sql: &'static str, params: Vec<Value>, expected: Option<i64>, what: String) {
        self.guards.push(Guard { sql, params, expected, what });
    }

    pub(crate) fn write(&mut self, sql: &'static str, params: Vec<Value>) {
        self.writes.push(Write { sql, params });
    }
}

/// A transaction that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The number of the city's last event now.
    pub seq: i64,
}
