//! Rows of HTTP batches, and MQTT messages.

use crate::city::{City, Made, Said, Sky};
use crate::kind::Protocol;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// One observation of a batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The facility's name.
    pub facility: String,
    /// The property's name.
    pub property: &'static str,
    /// When it was so.
    pub time: Timestamp,
    /// The value, in the property's unit.
    pub value: f64,
}

/// One passage of a batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PassageRow {
    /// The lot's name.
    pub lot: String,
    /// entry or exit.
    pub direction: &'static str,
    /// When it was.
    pub time: Timestamp,
    /// What tells the vehicle from others; never a plate.
    pub vehicle: String,
    /// Its class.
    pub class: &'static str,
}

/// Everything that facilities have to say at a moment by one of these protocols: what is due then, and not silent.
#[must_use]
pub fn rows(city: &City, of: &[&Made], protocols: &[Protocol], sky: &Sky) -> Vec<Row> {
    of.iter()
        .flat_map(|made| due(city, made, protocols, sky).map(|(property, said)| row(made, property, said)))
        .collect()
}

fn row(made: &Made, property: &'static str, said: Said) -> Row {
    Row { facility: made.def.id.as_str().to_owned(), property, time: said.time.into(), value: said.value }
}

fn due<'a>(
    city: &'a City,
    made: &'a Made,
    protocols: &'a [Protocol],
    sky: &'a Sky,
) -> impl Iterator<Item = (&'static str, Said)> + 'a {
    let spoken = |quantity| protocols.contains(&made.kind.protocol_of(quantity));
    let quantities = made.kind.quantities().iter().filter(move |(quantity, interval)| {
        spoken(*quantity) && sky.time.at.millis().rem_euclid(i64::from(*interval) * 1_000) == 0
    });
    quantities.filter_map(|(quantity, _)| Some((quantity.id(), city.says(made, *quantity, sky)?)))
}

/// The topic a facility publishes to.
#[must_use]
pub fn topic(made: &Made) -> String {
    format!("tingzhou/observations/{}", made.def.id)
}

/// What a facility publishes at a moment, as JSON: the time, and each property that is due. Nothing when it is silent.
#[must_use]
pub fn message(city: &City, made: &Made, sky: &Sky) -> Option<String> {
    let mut time = None;
    let mut values = BTreeMap::new();
    for (property, said) in due(city, made, &[Protocol::Mqtt], sky) {
        time = Some(Timestamp::from(said.time));
        values.insert(property, serde_json::Value::from(said.value));
    }
    values.insert("time", time?.to_string().into());
    serde_json::to_string(&values).ok()
}
