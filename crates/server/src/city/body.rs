//! Facilities and values as JSON: the same for the API, the map and live events.

use super::{Marks, Sight};
use crate::api::{Message, instant};
use serde::Serialize;
use tingzhou_platform::city::{Facility, Moment, Property, Sample};
use utoipa::ToSchema;

/// A latest value.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct LatestBody {
    /// Of which property.
    pub(crate) property: String,
    /// Its name.
    name: Message,
    /// As the instrument gave it.
    value: f64,
    /// The same for people, without its unit.
    said: Message,
    /// Its unit, empty when there is none.
    unit: Message,
    /// When it was observed.
    time: String,
    /// What is known against it, or good.
    quality: Message,
    /// Whether nothing is known against it.
    good: bool,
}

impl LatestBody {
    pub(crate) fn of(property: &Property, sample: &Sample) -> Self {
        Self {
            property: property.id().to_string(),
            name: Message::of(property.name()),
            value: sample.value.get(),
            said: Message::of(&property.said(sample.value)),
            unit: Message::of(&property.unit()),
            time: at(sample.time),
            quality: Message::of(&sample.quality.words()),
            good: sample.quality.counts(),
        }
    }
}

/// A facility as it stands.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct FacilityBody {
    /// Its name for programs.
    id: String,
    /// Its proper name.
    name: Message,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    kind: String,
    /// The name of that.
    type_name: Message,
    /// The scenario it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<String>,
    /// Whether it is made up (模拟).
    simulated: bool,
    /// The most urgent standing of its alarms (unacknowledged, acknowledged, returned-unacknowledged, shelved,
    /// out-of-service, normal), or silent. The public is told silent and normal only.
    mark: &'static str,
    /// The same for people.
    mark_words: Message,
    /// Its latest values, in the order of its type.
    values: Vec<LatestBody>,
    /// Where it is: GeoJSON geometry, WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<serde_json::Value>,
}

impl FacilityBody {
    /// A facility without its place, which a map has beside it.
    pub(crate) fn placeless(sight: &Sight, facility: &Facility, marks: &Marks) -> Self {
        let kind = sight.kind(facility);
        let mark = sight.mark(facility, marks);
        Self {
            id: facility.id.to_string(),
            name: Message::of(&facility.name),
            kind: facility.facility_type.to_string(),
            type_name: Message::of(&kind.map(|kind| kind.name().clone()).unwrap_or_default()),
            scenario: facility.scenario.as_ref().map(ToString::to_string),
            simulated: facility.simulated,
            mark: mark.name(),
            mark_words: Message::of(&mark.words()),
            values: sight.latest(facility).iter().map(|(property, sample)| LatestBody::of(property, sample)).collect(),
            place: None,
        }
    }

    pub(crate) fn of(sight: &Sight, facility: &Facility, marks: &Marks) -> Self {
        let place = facility.place.as_ref().and_then(|place| serde_json::to_value(place).ok());
        Self { place, ..Self::placeless(sight, facility, marks) }
    }
}

/// An instant as the API writes it.
pub(crate) fn at(moment: Moment) -> String {
    instant(moment.into())
}
