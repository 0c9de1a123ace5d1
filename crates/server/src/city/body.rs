//! Facilities and values as JSON: the same for the API, the map and live events.

use super::Sight;
use super::marks::{Marks, OrderMark};
use crate::api::{LimitBody, Message, instant};
use serde::Serialize;
use tingzhou_platform::OrderView;
use tingzhou_platform::city::{Facility, Moment, Property, Sample, Stated, Two};
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

/// What is stated of a facility.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct StatedBody {
    /// Which property.
    property: String,
    /// Its name.
    name: Message,
    /// What is stated, for people, without its unit.
    said: Message,
    /// Its unit, empty when there is none.
    unit: Message,
}

impl StatedBody {
    fn of(property: &Property, value: &Stated) -> Self {
        Self {
            property: property.id().to_string(),
            name: Message::of(property.name()),
            said: Message::of(&said(value)),
            unit: Message::of(&property.unit()),
        }
    }
}

/// What is stated, for people, without its unit.
pub(crate) fn said(value: &Stated) -> Two {
    match value {
        Stated::Bool(true) => Two::new("是", "yes"),
        Stated::Bool(false) => Two::new("否", "no"),
        Stated::Number(number) => Two::new(number.to_string(), number.to_string()),
        Stated::Text(text) => Two::new(text.clone(), text.clone()),
    }
}

/// An open order or a drill at a facility.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct OrderAtBody {
    /// Identifier.
    pub(crate) id: String,
    /// What it is about; a drill's begins with 【演练】.
    title: Message,
    /// order, order-over or drill.
    pub(crate) mark: &'static str,
    /// Where it stands, for programs.
    state: String,
    /// The same for people.
    state_words: Message,
    /// The unit in charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Message>,
    /// The time limit that ends first.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<LimitBody>,
    /// When the drill ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<String>,
}

impl OrderAtBody {
    pub(crate) fn of(view: &OrderView) -> Self {
        let case = &view.case;
        Self {
            id: case.case.id.to_string(),
            title: Message::of(&view.title),
            mark: OrderMark::of(view).name(),
            state: case.case.state.to_string(),
            state_words: Message::of(&case.state()),
            unit: case.parties.first().map(|party| Message::of(&party.name)),
            limit: case.clocks.first().map(LimitBody::of),
            ends: view.ends.map(instant),
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
    /// How it is marked for its open orders: order, order-over (one is past a time limit) or drill; missing without any,
    /// and for the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_mark: Option<&'static str>,
    /// Its open orders and drills that the caller may see.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    orders: Vec<OrderAtBody>,
    /// Its latest values, in the order of its type.
    values: Vec<LatestBody>,
    /// What the register states of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stated: Vec<StatedBody>,
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
            order_mark: marks.order_mark(&facility.id).map(OrderMark::name),
            orders: marks.orders(&facility.id).iter().map(OrderAtBody::of).collect(),
            values: sight.latest(facility).iter().map(|(property, sample)| LatestBody::of(property, sample)).collect(),
            stated: sight
                .stated(facility)
                .into_iter()
                .map(|(property, value)| StatedBody::of(property, value))
                .collect(),
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
