//! Air stations: hour data (CN 2061) of HJ 212-2017 with an answer asked for. Concentrations are in µg/m³, carbon monoxide
//! in mg/m³, as hour values of air stations are written.

use super::{Letter, Receipt};
use crate::city::{City, Made, Sky};
use crate::quantity::Quantity;
use tingzhou_city::Moment;
use tingzhou_protocols::Reason;
use tingzhou_protocols::hj212::Packet;
use tingzhou_protocols::hj212::codes::{cn, st};

/// Factor codes of HJ 212-2017, annex B.
const FACTORS: [(Quantity, &str); 10] = [
    (Quantity::Pm25, "a34004"),
    (Quantity::Pm10, "a34002"),
    (Quantity::So2, "a21026"),
    (Quantity::No2, "a21004"),
    (Quantity::Co, "a21005"),
    (Quantity::O3, "a05024"),
    (Quantity::Temperature, "a01001"),
    (Quantity::Humidity, "a01002"),
    (Quantity::WindSpeed, "a01007"),
    (Quantity::WindDirection, "a01008"),
];

/// MN, 24 characters.
#[must_use]
pub fn station(made: &Made) -> String {
    format!("SIM000000000000000{:06}", made.number)
}

/// The factor's code of a quantity, if the standard has one.
#[must_use]
pub fn factor(quantity: Quantity) -> Option<&'static str> {
    FACTORS.iter().find(|(one, _)| *one == quantity).map(|(_, code)| *code)
}

/// The hour that begins at the sky's moment; nothing when the station is silent. `sent` makes the number of the request,
/// so no two letters of a station may have the same.
///
/// # Errors
/// When the packet would not be one: a year that has no four digits.
pub fn hour(city: &City, made: &Made, sky: &Sky, sent: Moment) -> Result<Option<Letter>, Reason> {
    let mut data_time = None;
    let mut groups = String::new();
    let mut observations = 0;
    for (quantity, code) in FACTORS {
        let Some(said) = city.says(made, quantity, sky) else { continue };
        data_time = Some(said.time);
        let decimals = usize::from(quantity.decimals());
        groups.push_str(&format!(";{code}-Avg={:.decimals$},{code}-Flag=N", said.value));
        observations += 1;
    }
    let Some(data_time) = data_time else { return Ok(None) };
    let qn = sent.civil().strftime("%Y%m%d%H%M%S%3f").to_string();
    let data_time = data_time.civil().strftime("%Y%m%d%H%M%S");
    let segment = format!(
        "QN={qn};ST={:02};CN={};PW=123456;MN={};Flag=5;CP=&&DataTime={data_time}{groups}&&",
        st::AIR,
        cn::HOUR,
        station(made)
    );
    let bytes = Packet::build(segment)?.to_line();
    Ok(Some(Letter { bytes, receipt: Receipt::Hj212(qn.into_bytes()), observations }))
}
