//! The made-up city: its streets, its facilities, and what their instruments say.

use crate::day::fault::{self, Fault};
use crate::day::fleet::{Route, Spot};
use crate::day::parking::Lot;
use crate::day::time::Time;
use crate::day::weather::Weather;
use crate::day::{air, gas, heat, water};
use crate::kind::Kind;
use crate::noise::{Noise, rounded, whole};
use crate::quantity::Quantity;
use jiff::civil::Date;
use std::collections::BTreeMap;
use tingzhou_calendar::Calendar;
use tingzhou_city::{
    Coordinates, FacilityDef, FacilityId, FacilityName, Geometry, IdError, Moment, Number, NumberError, Period, Place,
    PlaceError, Position, PropertyId, Stated, TypeId,
};

/// Where the city lies unless it is told otherwise: degrees east and north.
pub const CENTRE: [f64; 2] = [87.30, 44.01];

/// Most people a city can have.
pub const MOST_PEOPLE: u32 = 30_000_000;

/// The first day of every facility.
const BUILT: Date = Date::constant(2020, 1, 1);

/// From street to street, m.
const BLOCK: f64 = 400.0;

/// Metres of a degree of latitude.
const DEGREE: f64 = 111_320.0;

/// Why a city cannot be made up.
#[derive(Debug, thiserror::Error)]
pub enum CityError {
    /// Nobody, or more people than a city here can have.
    #[error("{0} people; a simulated city has 1 to {MOST_PEOPLE}")]
    People(u32),
    /// Its streets would leave the globe.
    #[error(
        "the centre [{0}, {1}] is too near a pole or the date line, or not on the globe; give degrees east, then degrees north"
    )]
    Centre(f64, f64),
    /// A name that is none.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A number that is none.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// A place that is none.
    #[error(transparent)]
    Place(#[from] PlaceError),
}

/// A city that does not exist, and its days.
#[derive(Debug)]
pub struct City {
    noise: Noise,
    calendar: Calendar,
    facilities: Vec<Made>,
}

/// A made-up facility.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// As the city pack has it.
    pub def: FacilityDef,
    /// What kind it is.
    pub kind: Kind,
    /// Its number among its kind, from 1.
    pub number: u32,
    /// Where it is, or where its depot is.
    pub position: Position,
    noise: Noise,
}

/// A moment with the weather over the city.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sky {
    /// The moment.
    pub time: Time,
    /// The weather.
    pub weather: Weather,
}

/// What an instrument says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said {
    /// When it was so, by the instrument's own clock.
    pub time: Moment,
    /// The value, with the decimals the instrument shows.
    pub value: f64,
    /// What is wrong with it; nothing as a rule.
    pub fault: Option<Fault>,
}

impl City {
    /// A city about [`CENTRE`].
    ///
    /// # Errors
    /// As [`City::around`].
    pub fn new(seed: u64, people: u32) -> Result<Self, CityError> {
        Self::around(seed, people, CENTRE)
    }

    /// A city of so many people about a centre, degrees east and north. The same seed gives the same city.
    ///
    /// # Errors
    /// [`CityError::People`] and [`CityError::Centre`] when there cannot be such a city.
    pub fn around(seed: u64, people: u32, centre: [f64; 2]) -> Result<Self, CityError> {
        if !(1..=MOST_PEOPLE).contains(&people) {
            return Err(CityError::People(people));
        }
        if !(centre[0].abs() < 178.0 && centre[1].abs() < 80.0) {
            return Err(CityError::Centre(centre[0], centre[1]));
        }
        let noise = Noise::new(seed);
        let streets = Streets::of(people, centre);
        let mut facilities = Vec::new();
        for kind in Kind::ALL {
            let count = u64::from(kind.in_a_million()) * u64::from(people) / 1_000_000;
            // The largest city has some thirty times the facilities of a million people.
            for number in 1..=u32::try_from(count).unwrap_or(1).max(1) {
                facilities.push(made(noise, kind, number, &streets)?);
            }
        }
        Ok(Self { noise, calendar: Calendar::national(), facilities })
    }

    /// All facilities, kind by kind.
    #[must_use]
    pub fn facilities(&self) -> &[Made] {
        &self.facilities
    }

    /// A facility by its name.
    #[must_use]
    pub fn find(&self, id: &FacilityId) -> Option<&Made> {
        self.facilities.iter().find(|made| made.def.id == *id)
    }

    /// A number that stands for the seed, to tell the messages of one city from those of another.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.noise.bits()
    }

    /// The weather at a moment, to be asked once for all facilities.
    #[must_use]
    pub fn sky(&self, at: Moment) -> Sky {
        let time = Time::of(at, &self.calendar);
        Sky { time, weather: Weather::at(self.noise, &time) }
    }

    /// The true value at a moment, with the decimals an instrument shows; 0 for what the facility does not measure.
    #[must_use]
    pub fn truth(&self, made: &Made, quantity: Quantity, sky: &Sky) -> f64 {
        rounded(self.exact(made, quantity, sky), quantity.decimals())
    }

    fn exact(&self, made: &Made, quantity: Quantity, sky: &Sky) -> f64 {
        let Sky { time, weather } = sky;
        let noise = made.noise;
        match (made.kind, quantity) {
            (Kind::CarPark | Kind::Bays, Quantity::FreeSpaces) => {
                let lot = made.lot();
                f64::from(lot.spaces - lot.occupied(time))
            }
            (Kind::AirStation, _) => air_station(noise, quantity, time, weather),
            (Kind::Detector | Kind::HomeDetector, Quantity::Gas) => gas::concentration(noise, time),
            (Kind::Detector | Kind::HomeDetector, Quantity::Battery) => gas::battery(noise, time),
            (Kind::Regulator, Quantity::InletPressure) => gas::pressures(noise, time, weather).0,
            (Kind::Regulator, Quantity::OutletPressure) => gas::pressures(noise, time, weather).1,
            (Kind::WaterMeter, Quantity::Consumption) => water::counted(noise, time.days),
            (Kind::WaterPressure, Quantity::Pressure) => water::pressure(noise, time),
            (Kind::HeatStation, Quantity::SupplyTemperature) => heat::station(noise, time, weather).0,
            (Kind::HeatStation, Quantity::ReturnTemperature) => heat::station(noise, time, weather).1,
            (Kind::Room, Quantity::Temperature) => heat::room(noise, time, weather),
            (Kind::RainGauge, Quantity::Rain) => water::rain(noise, time, weather),
            (Kind::River, Quantity::Flow) => water::flow(noise, time, self.rain_before(time.at)),
            (Kind::River, Quantity::Height) => water::stage(noise, water::flow(noise, time, self.rain_before(time.at))),
            (Kind::Reservoir, Quantity::Volume) => water::volume(noise, time),
            (Kind::Reservoir, Quantity::Height) => water::level(noise, water::volume(noise, time)),
            (Kind::Vehicle, Quantity::Speed) => made.spot(time).speed,
            (Kind::Vehicle, Quantity::Longitude) => {
                let metres = DEGREE * libm::cos(made.position.latitude().to_radians());
                made.position.longitude() + made.spot(time).east / metres
            }
            (Kind::Vehicle, Quantity::Latitude) => made.position.latitude() + made.spot(time).north / DEGREE,
            _ => 0.0,
        }
    }

    /// What an instrument says at a moment; nothing when it is silent, or does not measure this.
    #[must_use]
    pub fn says(&self, made: &Made, quantity: Quantity, sky: &Sky) -> Option<Said> {
        if !made.kind.quantities().iter().any(|(one, _)| *one == quantity) {
            return None;
        }
        let at = sky.time.at;
        let property = made.noise.named(quantity.id());
        let mut found = fault::fault(made.noise, property, at);
        // Half a position that is stuck or far off would be no position.
        if made.kind == Kind::Vehicle && matches!(found, Some(Fault::Stuck { .. } | Fault::Spike)) {
            found = None;
        }
        let value = || self.truth(made, quantity, sky);
        let (time, value) = match found {
            None => (at, value()),
            Some(Fault::Silent) => return None,
            Some(Fault::Stuck { since }) => (at, self.truth(made, quantity, &self.sky(since))),
            Some(Fault::Spike) => (at, rounded(fault::spike(property, at, value()), quantity.decimals())),
            Some(Fault::Clock { off }) => (fault::by_clock(at, off), value()),
        };
        Some(Said { time, value, fault: found })
    }

    /// Rain of the last two days, mm an hour on the mean.
    fn rain_before(&self, at: Moment) -> f64 {
        let hours = (1..=8).map(|i| self.sky(at.before(Period::from_secs(i * 6 * 3_600))).weather.rain);
        hours.sum::<f64>() / 8.0
    }
}

impl Made {
    /// The lot of a car park or street.
    #[must_use]
    pub fn lot(&self) -> Lot {
        Lot::of(self.noise, self.kind == Kind::Bays)
    }

    /// Where a vehicle is, from its depot.
    #[must_use]
    pub fn spot(&self, time: &Time) -> Spot {
        Route::of(self.noise, BLOCK).at(time)
    }

    /// The leak that would begin at its detector now.
    #[must_use]
    pub fn leak(&self, now: Moment) -> gas::Leak {
        gas::Leak::beginning(now, self.noise)
    }
}

fn air_station(noise: Noise, quantity: Quantity, time: &Time, weather: &Weather) -> f64 {
    let air = air::Air::at(noise, time, weather);
    match quantity {
        Quantity::Pm25 => air.pm25,
        Quantity::Pm10 => air.pm10,
        Quantity::So2 => air.so2,
        Quantity::No2 => air.no2,
        Quantity::Co => air.co,
        Quantity::O3 => air.o3,
        Quantity::Temperature => weather.temperature + noise.named("shade").between(-0.6, 0.6),
        Quantity::Humidity => weather.humidity,
        Quantity::WindSpeed => weather.wind * noise.named("open").between(0.7, 1.2),
        // Written with no decimals, 360 would be north said twice.
        Quantity::WindDirection => libm::floor(weather.direction),
        _ => 0.0,
    }
}

/// Streets in a grid, a block apart: 40 by 30 blocks for a million people.
struct Streets {
    centre: [f64; 2],
    columns: f64,
    rows: f64,
}

impl Streets {
    fn of(people: u32, centre: [f64; 2]) -> Self {
        let scale = (f64::from(people) / 1e6).sqrt();
        Self { centre, columns: libm::ceil(40.0 * scale).max(4.0), rows: libm::ceil(30.0 * scale).max(4.0) }
    }

    /// A crossing, denser towards the middle, as the numbers of its two streets from the south-west.
    fn crossing(&self, noise: Noise) -> (f64, f64) {
        let near = |name: &str, count: f64| {
            let noise = noise.named(name);
            libm::floor(count * (noise.of(1).unit() + noise.of(2).unit()) / 2.0)
        };
        (near("column", self.columns), near("row", self.rows))
    }

    /// A place so many metres from a crossing.
    fn position(&self, (column, row): (f64, f64), (east, north): (f64, f64)) -> Result<Position, PlaceError> {
        let latitude = self.centre[1] + ((row - self.rows / 2.0) * BLOCK + north) / DEGREE;
        let metres = DEGREE * libm::cos(self.centre[1].to_radians());
        let longitude = self.centre[0] + ((column - self.columns / 2.0) * BLOCK + east) / metres;
        Position::new(rounded(longitude, 6), rounded(latitude, 6))
    }
}

fn made(city: Noise, kind: Kind, number: u32, streets: &Streets) -> Result<Made, CityError> {
    let (slug, zh, en) = kind.words();
    let noise = city.named(slug).of(i64::from(number));
    let (column, row) = streets.crossing(noise);
    // Bays and vehicles are on the street; a home is placed at its block's corner, so that nobody's door is on a map.
    let on_street = matches!(kind, Kind::Bays | Kind::Vehicle | Kind::HomeDetector | Kind::Room);
    let aside = |name: &str| if on_street { 0.0 } else { noise.named(name).between(20.0, BLOCK - 20.0) };
    let from_crossing = (aside("east"), aside("north"));
    let position = streets.position((column, row), from_crossing)?;
    let place = if kind == Kind::Bays {
        let end = streets.position((column, row), (noise.named("long").between(60.0, BLOCK - 20.0), 0.0))?;
        Place::new(Geometry::Line(vec![position, end]))?
    } else {
        Place::new(Geometry::Point(position))?
    };
    let streets_zh = format!("经{}路纬{}路", whole(column) + 1, whole(row) + 1);
    let mut stated = BTreeMap::new();
    if matches!(kind, Kind::CarPark | Kind::Bays) {
        let spaces = Lot::of(noise, kind == Kind::Bays).spaces;
        stated.insert(PropertyId::new("totalSpotNumber")?, Stated::Number(Number::new(f64::from(spaces))?));
    }
    if kind == Kind::HomeDetector {
        stated.insert(PropertyId::new("householdsServed")?, Stated::Number(Number::new(1.0)?));
    }
    let def = FacilityDef {
        id: FacilityId::new(format!("sim-{slug}-{number:05}"))?,
        facility_type: TypeId::new(kind.facility_type())?,
        name: FacilityName {
            zh: format!("模拟{streets_zh}{zh}{number}"),
            en: Some(format!("Simulated {en} {number}, streets {} and {}", whole(column) + 1, whole(row) + 1)),
        },
        // A vehicle is where it says it is.
        place: (kind != Kind::Vehicle).then_some(place),
        coordinates: Coordinates::Wgs84,
        from: BUILT,
        to: None,
        scenario: None,
        simulated: true,
        stated,
    };
    Ok(Made { def, kind, number, position, noise })
}
