//! The city as its instruments see it: facilities, what is observed of them, and when a person is needed.
//!
//! Pure. A [`Catalogue`] says what kinds of facilities there are and what can be known of them. [`accept`] is the gate every value comes through; [`batch`] writes down what came together, [`chunk`] keeps a thousand of a series in few bytes,
//! [`rollup`] makes hours and days of them, [`hours`] writes the hours of a day down, [`gaps`] says what is missing; [`alarm`] says when a person is needed.
//!
//! Absent on purpose: where series are stored, what a value means to a field of work (air quality, tariffs, gas), and
//! people. Facilities are public things; nobody's movements are a series here.

mod aggregate;
pub mod alarm;
pub mod batch;
mod catalogue;
pub mod chunk;
mod decimal;
mod facility;
pub mod hours;
mod ids;
mod log;
mod mistake;
mod moment;
mod number;
mod observation;
mod place;
mod property;
mod quality;
mod series;

pub use aggregate::{Aggregate, Counted, rollup, touched};
pub use catalogue::{Catalogue, CatalogueDef, FacilityType, RetentionDef, STANDARD_RULES, STANDARD_TYPES, TypeDef};
pub use facility::{Coordinates, Facility, FacilityDef, FacilityName, Stated};
pub use ids::{FacilityId, IdError, PropertyId, RetentionId, RuleId, ScenarioId, SeriesNo, TypeId};
pub use log::InstrumentEvent;
pub use mistake::Mistake;
pub use moment::{Grain, Moment, Period, PeriodError};
pub use number::{Number, NumberError};
pub use observation::{Intake, Observation, Offered, Outcome, Reason, Sample, Tally, WrongClock, accept};
pub use place::{Gcj02, Geometry, MOST_POINTS, Place, PlaceError, Position};
pub use property::{Kind, KindDef, Property, PropertyDef, UnitDef};
pub use quality::{Quality, QualityError};
pub use series::{Arrived, Gap, gaps, merge};
pub use tingzhou_two::Two;
