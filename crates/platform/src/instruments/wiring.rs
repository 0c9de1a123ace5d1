//! What the codes of instruments mean: which property of its facility a value belongs to, and in which unit it comes.

use crate::pack::{PackError, read};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::path::Path;
use tingzhou_city::{Catalogue, FacilityType, PropertyId};

const FOLDER: &str = "instruments";

/// The span a value is the mean of; some protocols send one code for several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// None: it is how things are at its time.
    #[default]
    Now,
    /// Some minutes.
    Minutes,
    /// An hour.
    Hour,
    /// A day.
    Day,
}

/// One code of a protocol and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// The code, as the protocol writes it.
    pub code: String,
    /// The span of the value.
    #[serde(default)]
    pub of: Span,
    /// The property it is, of facilities that have it.
    pub property: PropertyId,
    /// The unit the instrument sends; the property's own when left out.
    #[serde(default)]
    pub unit: Option<String>,
    /// For this address only.
    #[serde(default)]
    pub address: Option<String>,
}

/// A value in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pointed {
    /// Where it stands: a JSON pointer (RFC 6901).
    pub at: String,
    /// The property it is.
    pub property: PropertyId,
    /// The unit it comes in; the property's own when left out.
    #[serde(default)]
    pub unit: Option<String>,
}

/// Topics of a broker and what their messages say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// The topic, with `{facility}` for one level and MQTT's `+` for levels that do not matter.
    pub topic: String,
    /// Where the time stands: RFC 3339 text, or a number of seconds or milliseconds since 1970. The time of arrival when left
    /// out.
    #[serde(default)]
    pub time: Option<String>,
    /// The values. When there are none, each member of the message that is named like a property of the facility is one.
    #[serde(default)]
    pub values: Vec<Pointed>,
}

/// What the codes of a city's instruments mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wiring {
    /// Factors of HJ 212. A later line wins over an earlier one, one with an address over one without.
    pub hj212: Vec<Wire>,
    /// Elements of SL 651.
    pub sl651: Vec<Wire>,
    /// Parts of a position of JT/T 808.
    pub jt808: Vec<Wire>,
    /// Topics of MQTT.
    pub mqtt: Vec<Topic>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wires {
    wires: Vec<Wire>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topics {
    topics: Vec<Topic>,
}

impl Default for Wiring {
    fn default() -> Self {
        // The standard texts are compiled in and tested; without them nothing would be mapped, which is counted by device.
        let wires = |text: &str| toml::from_str::<Wires>(text).unwrap_or_default().wires;
        Self {
            hj212: wires(include_str!("../../data/wiring/hj212.toml")),
            sl651: wires(include_str!("../../data/wiring/sl651.toml")),
            jt808: wires(include_str!("../../data/wiring/jt808.toml")),
            mqtt: toml::from_str::<Topics>(include_str!("../../data/wiring/mqtt.toml")).unwrap_or_default().topics,
        }
    }
}

/// Most lines of one file, so that nothing grows with a mistake.
const MOST_LINES: usize = 10_000;

impl Wiring {
    /// The standard lines and those of a pack's folder.
    pub(super) fn load(folder: &Path, catalogue: &Catalogue) -> Result<Self, PackError> {
        let mut wiring = Self::default();
        for (name, lines) in [("hj212", &mut wiring.hj212), ("sl651", &mut wiring.sl651), ("jt808", &mut wiring.jt808)]
        {
            let file = format!("{FOLDER}/{name}.toml");
            if !folder.join(&file).exists() {
                continue;
            }
            let own: Wires = read(folder, &file)?;
            for wire in &own.wires {
                let what = format!("code {}", wire.code);
                check(&file, &what, &wire.property, wire.unit.as_deref(), catalogue)?;
            }
            lines.extend(own.wires);
            bounded(&file, lines.len())?;
        }
        let file = format!("{FOLDER}/mqtt.toml");
        if folder.join(&file).exists() {
            let own: Topics = read(folder, &file)?;
            for topic in &own.topics {
                topic.check(&file)?;
                for value in &topic.values {
                    let what = format!("topic {}", topic.topic);
                    check(&file, &what, &value.property, value.unit.as_deref(), catalogue)?;
                }
            }
            bounded(&file, own.topics.len())?;
            wiring.mqtt = own.topics;
        }
        Ok(wiring)
    }
}

impl Topic {
    fn check(&self, file: &str) -> Result<(), PackError> {
        let wrong =
            |why: &str| Err(PackError::Form { file: file.to_owned(), why: format!("topic {}: {why}", self.topic) });
        let levels = || self.topic.split('/');
        if levels().filter(|level| *level == "{facility}").count() != 1 {
            return wrong("one level, and only one, must be {facility}");
        }
        if levels().any(|level| level != "+" && level != "{facility}" && level.contains(['+', '#', '{', '}'])) {
            return wrong("use + for a whole level; # is not taken");
        }
        let pointers = self.values.iter().map(|value| &value.at).chain(&self.time);
        if pointers.into_iter().any(|pointer| !pointer.starts_with('/')) {
            return wrong("a JSON pointer begins with /, such as /data/value");
        }
        Ok(())
    }

    /// The code of one of its values: where it stands, in messages of this topic.
    #[must_use]
    pub fn code(&self, value: &Pointed) -> String {
        format!("{} {}", self.topic, value.at)
    }

    /// The topic to subscribe to.
    #[must_use]
    pub fn filter(&self) -> String {
        self.topic.replace("{facility}", "+")
    }

    /// What stands for the facility in a topic; nothing when the topic is another.
    #[must_use]
    pub fn facility<'t>(&self, topic: &'t str) -> Option<&'t str> {
        let mut found = None;
        let mut levels = topic.split('/');
        for wanted in self.topic.split('/') {
            let level = levels.next()?;
            match wanted {
                "{facility}" => found = Some(level),
                "+" => {}
                wanted if wanted == level => {}
                _ => return None,
            }
        }
        if levels.next().is_some() { None } else { found }
    }
}

fn bounded(file: &str, lines: usize) -> Result<(), PackError> {
    if lines <= MOST_LINES {
        return Ok(());
    }
    Err(PackError::Form { file: file.to_owned(), why: format!("{lines} lines; at most {MOST_LINES} are read") })
}

/// A property some type has, in a unit that can be had from the one sent.
fn check(
    file: &str,
    what: &str,
    property: &PropertyId,
    unit: Option<&str>,
    catalogue: &Catalogue,
) -> Result<(), PackError> {
    let form = |why: String| PackError::Form { file: file.to_owned(), why };
    let mut having = catalogue.types().iter().filter(|one| one.property(property).is_some()).peekable();
    if having.peek().is_none() {
        return Err(form(format!("{what}: no facility type has a property {property}")));
    }
    match having.find(|of| scale(of, property, unit).is_none()) {
        None => Ok(()),
        Some(of) => {
            let unit = unit.unwrap_or_default();
            Err(form(format!("{what}: {unit} cannot be turned into the unit of {property} of {}", of.id())))
        }
    }
}

/// What a number in the unit sent is multiplied by to be in the property's unit; nothing when the type has no such
/// property or the units do not fit.
#[must_use]
pub fn scale(of: &FacilityType, property: &PropertyId, sent: Option<&str>) -> Option<Decimal> {
    let kept = of.property(property)?.unit();
    let Some(sent) = sent else { return Some(Decimal::ONE) };
    if sent == kept.zh || sent == kept.en {
        return Some(Decimal::ONE);
    }
    UNITS.iter().find_map(|(one, other, times, decimals)| match (sent, kept.zh.as_str()) {
        pair if pair == (*one, *other) => Some(Decimal::new(*times, *decimals)),
        pair if pair == (*other, *one) => Decimal::ONE.checked_div(Decimal::new(*times, *decimals)),
        _ => None,
    })
}

/// Units of the same quantity: so much of the second is one of the first (number, decimals).
const UNITS: &[(&str, &str, i64, u32)] = &[
    ("mg/m³", "µg/m³", 1_000, 0),
    ("ng/m³", "µg/m³", 1, 3),
    ("MPa", "kPa", 1_000, 0),
    ("kPa", "hPa", 10, 0),
    ("MPa", "hPa", 10_000, 0),
    ("m/s", "km/h", 36, 1),
    ("m³/s", "L/s", 1_000, 0),
    ("m", "cm", 100, 0),
    ("m", "mm", 1_000, 0),
    ("cm", "mm", 10, 0),
    ("万m³", "m³", 10_000, 0),
    ("km", "m", 1_000, 0),
];

#[cfg(test)]
mod tests {
    use super::*;
    use tingzhou_city::{CatalogueDef, STANDARD_TYPES};

    fn catalogue() -> Catalogue {
        Catalogue::new(toml::from_str::<CatalogueDef>(STANDARD_TYPES).unwrap()).unwrap()
    }

    #[test]
    fn the_standard_lines_are_read() {
        let wiring = Wiring::default();
        assert_eq!((wiring.hj212.len(), wiring.sl651.len(), wiring.jt808.len(), wiring.mqtt.len()), (10, 4, 3, 1));
        let catalogue = catalogue();
        for wire in wiring.hj212.iter().chain(&wiring.sl651).chain(&wiring.jt808) {
            check("f", &wire.code, &wire.property, wire.unit.as_deref(), &catalogue).unwrap();
        }
        for topic in &wiring.mqtt {
            topic.check("f").unwrap();
        }
    }

    #[test]
    fn units() {
        let catalogue = catalogue();
        let check = |of: &str, property: &str, sent: Option<&str>, expected: Option<&str>| {
            let of = catalogue.types().iter().find(|one| one.id().as_str() == of).unwrap();
            let found = scale(of, &PropertyId::new(property).unwrap(), sent);
            assert_eq!(found, expected.map(|text| text.parse().unwrap()), "{property} in {sent:?}");
        };
        check("AirQualityObserved", "pm25", None, Some("1"));
        check("AirQualityObserved", "pm25", Some("µg/m³"), Some("1"));
        check("AirQualityObserved", "pm25", Some("mg/m³"), Some("1000"));
        check("AirQualityObserved", "pm25", Some("℃"), None);
        check("AirQualityObserved", "co", Some("µg/m³"), Some("0.001"));
        check("GasRegulator", "inletPressure", Some("kPa"), Some("0.001"));
        check("Reservoir", "volume", Some("m³"), Some("0.0001"));
        check("Reservoir", "volume", Some("10⁴ m³"), Some("1"));
        check("Reservoir", "pm25", None, None);
    }

    fn topic(text: &str) -> Topic {
        Topic { topic: text.to_owned(), time: None, values: Vec::new() }
    }

    #[test]
    fn topics() {
        let check = |pattern: &str, filter: &str, given: &str, expected: Option<&str>| {
            let pattern = topic(pattern);
            pattern.check("f").unwrap();
            assert_eq!((pattern.filter().as_str(), pattern.facility(given)), (filter, expected), "{given}");
        };
        check("gas/{facility}/up", "gas/+/up", "gas/g-1/up", Some("g-1"));
        check("gas/{facility}/up", "gas/+/up", "gas/g-1/up/x", None);
        check("gas/{facility}/up", "gas/+/up", "gas/g-1", None);
        check("gas/{facility}/up", "gas/+/up", "air/g-1/up", None);
        check("+/{facility}", "+/+", "any/g-1", Some("g-1"));
        for wrong in ["gas/up", "{facility}/{facility}", "gas/{facility}/#", "gas/x+/{facility}", "gas/a{facility}"] {
            assert!(topic(wrong).check("f").is_err(), "{wrong}");
        }
        let pointed = Topic { time: Some("ts".to_owned()), ..topic("a/{facility}") };
        assert!(pointed.check("f").is_err());
    }

    #[test]
    fn a_citys_own_lines() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            std::fs::create_dir_all(folder.path().join(FOLDER)).unwrap();
            std::fs::write(folder.path().join(FOLDER).join(name), text).unwrap();
        };
        let load = || Wiring::load(folder.path(), &catalogue());
        assert_eq!(load().unwrap(), Wiring::default());
        put("hj212.toml", "wires = [{ code = 'a34004', property = 'pm25', unit = 'mg/m³', address = 'A' }]");
        assert_eq!(load().unwrap().hj212.last().unwrap().address.as_deref(), Some("A"));
        let refused = |words: &str| assert!(load().unwrap_err().to_string().contains(words), "{words}");
        put("hj212.toml", "wires = [{ code = 'a34004', property = 'pm25', unit = '℃' }]");
        refused("cannot be turned into the unit of pm25");
        put("hj212.toml", "wires = [{ code = 'a34004', property = 'pm26' }]");
        refused("no facility type has a property pm26");
        put("hj212.toml", "wires = [{ code = 'a34004', property = 'pm25', units = '℃' }]");
        refused("units");
        std::fs::remove_file(folder.path().join(FOLDER).join("hj212.toml")).unwrap();
        put("mqtt.toml", "topics = [{ topic = 'a/{facility}/#' }]");
        refused("# is not taken");
        put("mqtt.toml", "topics = [{ topic = 'a/{facility}', values = [{ at = '/v', property = 'gas' }] }]");
        assert_eq!(load().unwrap().mqtt.len(), 1);
    }
}
