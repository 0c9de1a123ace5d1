//! What is measured, by the names of the city's facility types.

/// A property a simulated instrument tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    /// Free spaces of a lot.
    FreeSpaces,
    /// PM2.5, µg/m³.
    Pm25,
    /// PM10, µg/m³.
    Pm10,
    /// Sulphur dioxide, µg/m³.
    So2,
    /// Nitrogen dioxide, µg/m³.
    No2,
    /// Carbon monoxide, mg/m³.
    Co,
    /// Ozone, µg/m³.
    O3,
    /// Temperature of air or a room, °C.
    Temperature,
    /// Relative humidity, %.
    Humidity,
    /// Wind speed, m/s.
    WindSpeed,
    /// Wind direction, °.
    WindDirection,
    /// Rain of the hour gone, mm.
    Rain,
    /// Level of a river or reservoir, m.
    Height,
    /// Discharge of a river, m³/s.
    Flow,
    /// What a reservoir holds, 10⁴ m³.
    Volume,
    /// Combustible gas, %LEL.
    Gas,
    /// Charge of a battery, %.
    Battery,
    /// Pressure before a regulating station, MPa.
    InletPressure,
    /// Pressure after a regulating station, MPa.
    OutletPressure,
    /// Water counted by a meter, m³.
    Consumption,
    /// Pressure in a supply pipe, MPa.
    Pressure,
    /// Temperature of the water leaving a heat exchange station, °C.
    SupplyTemperature,
    /// Temperature of the water coming back, °C.
    ReturnTemperature,
    /// Degrees east.
    Longitude,
    /// Degrees north.
    Latitude,
    /// Speed of a vehicle, km/h.
    Speed,
}

impl Quantity {
    /// The property's name in the facility types.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::FreeSpaces => "availableSpotNumber",
            Self::Pm25 => "pm25",
            Self::Pm10 => "pm10",
            Self::So2 => "so2",
            Self::No2 => "no2",
            Self::Co => "co",
            Self::O3 => "o3",
            Self::Temperature => "temperature",
            Self::Humidity => "relativeHumidity",
            Self::WindSpeed => "windSpeed",
            Self::WindDirection => "windDirection",
            Self::Rain => "precipitation",
            Self::Height => "height",
            Self::Flow => "flow",
            Self::Volume => "volume",
            Self::Gas => "gas",
            Self::Battery => "batteryLevel",
            Self::InletPressure => "inletPressure",
            Self::OutletPressure => "outletPressure",
            Self::Consumption => "waterConsumption",
            Self::Pressure => "pressure",
            Self::SupplyTemperature => "supplyTemperature",
            Self::ReturnTemperature => "returnTemperature",
            Self::Longitude => "longitude",
            Self::Latitude => "latitude",
            Self::Speed => "speed",
        }
    }

    /// Decimals an instrument shows.
    #[must_use]
    pub fn decimals(self) -> u8 {
        match self {
            Self::FreeSpaces
            | Self::Pm25
            | Self::Pm10
            | Self::So2
            | Self::No2
            | Self::O3
            | Self::WindDirection
            | Self::Battery => 0,
            Self::Co
            | Self::Temperature
            | Self::Humidity
            | Self::WindSpeed
            | Self::Rain
            | Self::Gas
            | Self::Consumption
            | Self::SupplyTemperature
            | Self::ReturnTemperature
            | Self::Speed
            | Self::Volume => 1,
            Self::Height | Self::Flow | Self::InletPressure | Self::Pressure => 3,
            Self::OutletPressure => 5,
            Self::Longitude | Self::Latitude => 6,
        }
    }
}
