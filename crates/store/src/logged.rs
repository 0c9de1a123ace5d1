//! What stands in the log: things that happened to the city and its tasks, to cases, key projects, measures and instruments.

use serde::Serialize;
use tingzhou_cases::Event as CaseEvent;
use tingzhou_city::InstrumentEvent;
use tingzhou_ledger::Event;
use tingzhou_ledger::project::ProjectEvent;
use tingzhou_measures::MeasureEvent;

/// Something that happened, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Logged {
    /// To the city, a report, a task, a draft.
    City(Event),
    /// To a case.
    Case(CaseEvent),
    /// To a key project.
    Project(ProjectEvent),
    /// To a measure, or to what a task is measured by.
    Measure(MeasureEvent),
    /// To the city's instruments.
    Instruments(InstrumentEvent),
}

impl Logged {
    /// The kind, as it stands in the log's own column.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::City(event) => event.kind(),
            Self::Case(event) => event.kind(),
            Self::Project(event) => event.kind(),
            Self::Measure(event) => event.kind(),
            Self::Instruments(event) => event.kind(),
        }
    }

    /// An event from its row.
    ///
    /// # Errors
    /// When the body is not one of its kind.
    pub fn read(kind: &str, body: &str) -> Result<Self, serde_json::Error> {
        if CaseEvent::KINDS.contains(&kind) {
            serde_json::from_str(body).map(Self::Case)
        } else if ProjectEvent::KINDS.contains(&kind) {
            serde_json::from_str(body).map(Self::Project)
        } else if MeasureEvent::KINDS.contains(&kind) {
            serde_json::from_str(body).map(Self::Measure)
        } else if InstrumentEvent::KINDS.contains(&kind) {
            serde_json::from_str(body).map(Self::Instruments)
        } else {
            serde_json::from_str(body).map(Self::City)
        }
    }
}
