//! Kinds of simulated facilities: how many a city has, what they measure, how they speak.

use crate::day::parking::Gate;
use crate::quantity::Quantity;

/// A kind of facility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// 停车场, a car park.
    CarPark,
    /// 路内停车, marked bays of a street.
    Bays,
    /// 充电站, a charging station; it is stated and says nothing.
    Charging,
    /// 空气站, an air quality station.
    AirStation,
    /// 燃气探测器, a gas detector in a valve well or beside a pipe.
    Detector,
    /// 户用燃气报警器, a gas detector in a home, placed at its block's corner only.
    HomeDetector,
    /// 调压站, a gas regulating station.
    Regulator,
    /// 供水计量点, a meter of a water district.
    WaterMeter,
    /// 供水压力点, a pressure gauge on a supply pipe.
    WaterPressure,
    /// 换热站, a heat exchange station.
    HeatStation,
    /// 室温测点, a room's thermometer.
    Room,
    /// 雨量站, a rain gauge.
    RainGauge,
    /// 河道水文站, a river gauge.
    River,
    /// 水库, a reservoir.
    Reservoir,
    /// 环卫车, a sanitation vehicle.
    Vehicle,
}

/// The protocol a facility speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// HJ 212-2017 and -2025.
    Hj212,
    /// SL 651-2014.
    Sl651,
    /// JT/T 808-2013 and -2019.
    Jt808,
    /// HTTP batches.
    Http,
    /// MQTT, or HTTP batches when there is no broker.
    Mqtt,
}

impl Protocol {
    /// Its name in files and commands.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hj212 => "hj212",
            Self::Sl651 => "sl651",
            Self::Jt808 => "jt808",
            Self::Http => "http",
            Self::Mqtt => "mqtt",
        }
    }
}

const MINUTE: u32 = 60;
const HOUR: u32 = 3_600;
const DAY: u32 = 86_400;

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 15] = [
        Self::CarPark,
        Self::Bays,
        Self::Charging,
        Self::AirStation,
        Self::Detector,
        Self::HomeDetector,
        Self::Regulator,
        Self::WaterMeter,
        Self::WaterPressure,
        Self::HeatStation,
        Self::Room,
        Self::RainGauge,
        Self::River,
        Self::Reservoir,
        Self::Vehicle,
    ];

    /// The facility type.
    #[must_use]
    pub fn facility_type(self) -> &'static str {
        match self {
            Self::CarPark => "OffStreetParking",
            Self::Bays => "OnStreetParking",
            Self::Charging => "EVChargingStation",
            Self::AirStation => "AirQualityObserved",
            Self::Detector | Self::HomeDetector => "GasDetector",
            Self::Regulator => "GasRegulator",
            Self::WaterMeter => "WaterConsumptionObserved",
            Self::WaterPressure => "WaterPressurePoint",
            Self::HeatStation => "HeatExchangeStation",
            Self::Room => "IndoorEnvironmentObserved",
            Self::RainGauge => "WeatherObserved",
            Self::River => "WaterObserved",
            Self::Reservoir => "Reservoir",
            Self::Vehicle => "Vehicle",
        }
    }

    /// The part of an identifier that names it, and its words in Chinese and English.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::CarPark => ("lot", "停车场", "car park"),
            Self::Bays => ("bays", "路内泊位", "street bays"),
            Self::Charging => ("charging", "充电站", "charging station"),
            Self::AirStation => ("air", "空气站", "air station"),
            Self::Detector => ("gas", "燃气探测器", "gas detector"),
            Self::HomeDetector => ("home", "户用燃气报警器", "home gas detector"),
            Self::Regulator => ("regulator", "调压站", "regulating station"),
            Self::WaterMeter => ("meter", "供水计量点", "water meter"),
            Self::WaterPressure => ("pipe", "供水压力点", "water pressure point"),
            Self::HeatStation => ("heat", "换热站", "heat exchange station"),
            Self::Room => ("room", "室温测点", "room thermometer"),
            Self::RainGauge => ("rain", "雨量站", "rain gauge"),
            Self::River => ("river", "河道站", "river gauge"),
            Self::Reservoir => ("reservoir", "水库", "reservoir"),
            Self::Vehicle => ("vehicle", "环卫车", "sanitation vehicle"),
        }
    }

    /// How many a city of a million people has here. Homes and rooms are a sample of what would be there.
    #[must_use]
    pub fn in_a_million(self) -> u32 {
        match self {
            Self::CarPark => 160,
            Self::Bays | Self::WaterPressure => 120,
            Self::Charging => 60,
            Self::AirStation => 8,
            Self::Detector => 1_200,
            Self::HomeDetector => 1_800,
            Self::Regulator => 150,
            Self::WaterMeter => 400,
            Self::HeatStation => 300,
            Self::Room => 500,
            Self::RainGauge => 40,
            Self::River => 12,
            Self::Reservoir => 2,
            Self::Vehicle => 180,
        }
    }

    /// How many a county opens in a year, at least and at most; nothing for kinds of which none are opened. A year's building
    /// is a county's own, so a county has it whatever its size up to a million people, and larger cities in proportion.
    #[must_use]
    pub fn opened_a_year(self) -> Option<(u32, u32)> {
        match self {
            Self::CarPark => Some((5, 10)),
            Self::Bays => Some((3, 9)),
            Self::Charging => Some((10, 20)),
            _ => None,
        }
    }

    /// The protocol it speaks.
    #[must_use]
    pub fn protocol(self) -> Protocol {
        match self {
            Self::AirStation => Protocol::Hj212,
            Self::RainGauge | Self::River | Self::Reservoir => Protocol::Sl651,
            Self::Vehicle => Protocol::Jt808,
            Self::Detector | Self::HomeDetector => Protocol::Mqtt,
            _ => Protocol::Http,
        }
    }

    /// The protocol by which it tells one of its quantities: what a reservoir holds is told by its operator, since the
    /// gauge has no element for it.
    #[must_use]
    pub fn protocol_of(self, quantity: Quantity) -> Protocol {
        if quantity == Quantity::Volume { Protocol::Http } else { self.protocol() }
    }

    /// What it measures, each with the seconds from one value to the next.
    #[must_use]
    pub fn quantities(self) -> &'static [(Quantity, u32)] {
        use Quantity as Q;
        match self {
            Self::CarPark | Self::Bays => &[(Q::FreeSpaces, Gate::SECONDS)],
            Self::Charging => &[],
            Self::AirStation => &[
                (Q::Pm25, HOUR),
                (Q::Pm10, HOUR),
                (Q::So2, HOUR),
                (Q::No2, HOUR),
                (Q::Co, HOUR),
                (Q::O3, HOUR),
                (Q::Temperature, HOUR),
                (Q::Humidity, HOUR),
                (Q::WindSpeed, HOUR),
                (Q::WindDirection, HOUR),
            ],
            Self::Detector | Self::HomeDetector => &[(Q::Gas, MINUTE), (Q::Battery, DAY)],
            Self::Regulator => &[(Q::InletPressure, MINUTE), (Q::OutletPressure, MINUTE)],
            Self::WaterMeter => &[(Q::Consumption, 15 * MINUTE)],
            Self::WaterPressure => &[(Q::Pressure, 5 * MINUTE)],
            Self::HeatStation => &[(Q::SupplyTemperature, 10 * MINUTE), (Q::ReturnTemperature, 10 * MINUTE)],
            Self::Room => &[(Q::Temperature, HOUR)],
            Self::RainGauge => &[(Q::Rain, HOUR)],
            Self::River => &[(Q::Height, HOUR), (Q::Flow, HOUR)],
            Self::Reservoir => &[(Q::Height, HOUR), (Q::Volume, HOUR)],
            Self::Vehicle => &[(Q::Longitude, 30), (Q::Latitude, 30), (Q::Speed, 30)],
        }
    }
}
