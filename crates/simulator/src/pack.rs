//! What a city's pack needs to know of the made-up facilities, as files.

use crate::city::City;
use crate::frames;
use serde::Serialize;
use tingzhou_city::FacilityDef;

#[derive(Serialize)]
struct Facilities<'a> {
    facilities: Vec<&'a FacilityDef>,
}

#[derive(Serialize)]
struct Addresses {
    #[serde(rename = "devices")]
    addresses: Vec<Address>,
}

/// Which facility speaks under an address.
#[derive(Serialize)]
struct Address {
    protocol: &'static str,
    address: String,
    facility: String,
}

const HEAD: &str = "# 模拟：本文件中的设施均为虚构。 Simulated: no facility in this file exists.\n\n";

/// `facilities.toml`: all facilities, each marked as simulated.
///
/// # Errors
/// When they cannot be written as TOML.
pub fn facilities(city: &City) -> Result<String, toml::ser::Error> {
    let facilities = city.facilities().iter().map(|made| &made.def).collect();
    Ok(format!("{HEAD}{}", toml::to_string(&Facilities { facilities })?))
}

/// `devices.toml`: the addresses under which they speak. HTTP batches name facilities themselves.
///
/// # Errors
/// When they cannot be written as TOML.
pub fn addresses(city: &City) -> Result<String, toml::ser::Error> {
    let addresses = city.facilities().iter().filter_map(|made| {
        let (protocol, facility) = (made.kind.protocol().name(), made.def.id.as_str().to_owned());
        Some(Address { protocol, address: frames::address(made)?, facility })
    });
    Ok(format!("{HEAD}{}", toml::to_string(&Addresses { addresses: addresses.collect() })?))
}
