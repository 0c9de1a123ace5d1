//! The made-up city: its streets, its facilities, and what their instruments say.

use crate::day::fault::{self, Fault};
use crate::day::fleet::{Route, Spot};
use crate::day::parking::{Gate, Lot, Neighbourhood};
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

/// The first day of every facility that was not opened in the year asked for.
const BUILT: Date = Date::constant(2020, 1, 1);

/// The share of businesses' car parks that cost nothing at night.
const NIGHT_FREE: f64 = 0.6;

/// Years facilities can be opened in.
const LEAST_YEAR: i16 = 1970;
const MOST_YEAR: i16 = 9_998;

/// Days of a year, from its first, on which facilities are opened: nothing is finished in deep winter.
const BUILDING: (f64, f64) = (60.0, 345.0);

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
    /// No year facilities can be opened in.
    #[error("{0} is no year to open facilities in; give {LEAST_YEAR} to {MOST_YEAR}")]
    Year(i16),
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
    people: u32,
    streets: Streets,
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
    /// Its opening day, when it was opened in the year asked for.
    pub opened: Option<Date>,
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
                facilities.push(made(noise.named(kind.words().0).of(i64::from(number)), kind, number, &streets, None)?);
            }
        }
        Ok(Self { noise, calendar: Calendar::national(), facilities, people, streets })
    }

    /// The same city, with the car parks, street bays and charging stations it opens in a year. They stand in the register with
    /// their opening day and say nothing before it. How many, how large and when follows from the seed and the year.
    ///
    /// Without this nothing is opened: a year taken from the moment a command runs at would give two commands of one
    /// city two registers.
    ///
    /// # Errors
    /// [`CityError::Year`] when it is no year for that.
    pub fn opening(mut self, year: i16) -> Result<Self, CityError> {
        if !(LEAST_YEAR..=MOST_YEAR).contains(&year) {
            return Err(CityError::Year(year));
        }
        let mut opened = Vec::new();
        for kind in Kind::ALL {
            let Some((least, most)) = kind.opened_a_year() else { continue };
            let noise = self.noise.named(kind.words().0).named("opened").of(i64::from(year));
            let a_county = noise.named("count").between(f64::from(least), f64::from(most) + 1.0);
            let counties = (f64::from(self.people) / 1e6).max(1.0);
            let before = self.facilities.iter().filter(|made| made.kind == kind).count();
            let before = u32::try_from(before).unwrap_or(0);
            // At most thirty times what a county opens.
            for number in 1..=u32::try_from(whole(a_county * counties)).unwrap_or(0) {
                let noise = noise.of(i64::from(number));
                let day = i32::try_from(whole(noise.named("day").between(BUILDING.0, BUILDING.1))).unwrap_or(0);
                // 31 December of the last year there is lies before the end of days.
                let day = Date::constant(year, 1, 1).saturating_add(jiff::Span::new().days(day));
                opened.push(made(noise, kind, before + number, &self.streets, Some(day))?);
            }
        }
        self.facilities.append(&mut opened);
        Ok(self)
    }

    /// The same city, with a tariff of the city's pack stated of the businesses' car parks that are not free at night.
    ///
    /// # Errors
    /// [`CityError::Id`] when the property cannot be named.
    pub fn charging_nights(mut self, tariff: &str) -> Result<Self, CityError> {
        let (night_free, name) = (PropertyId::new("nightFree")?, PropertyId::new("tariff")?);
        for made in &mut self.facilities {
            if made.def.stated.get(&night_free) == Some(&Stated::Bool(false)) {
                made.def.stated.insert(name.clone(), Stated::Text(tariff.to_owned()));
            }
        }
        Ok(self)
    }

    /// All facilities: kind by kind, then those opened in the year asked for.
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
        if made.opened.is_some_and(|day| sky.time.date < day) {
            return None;
        }
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

    /// The gates of lots and street bays, with who is inside at a moment.
    #[must_use]
    pub fn gates<'a>(&self, of: impl Iterator<Item = &'a Made>, at: Moment) -> Vec<(FacilityId, Gate)> {
        let lots = of.filter(|made| matches!(made.kind, Kind::CarPark | Kind::Bays));
        let times = Gate::times_before(at, &self.calendar);
        lots.map(|made| (made.def.id.clone(), Gate::at(made.lot(), &times))).collect()
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
        lot(self.noise, self.kind, self.opened)
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

fn lot(noise: Noise, kind: Kind, opened: Option<Date>) -> Lot {
    Lot::of(noise, kind == Kind::Bays, opened)
}

/// Streets in a grid, a block apart: 40 by 30 blocks for a million people.
#[derive(Debug)]
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

/// What is stated of a facility. Tariffs are not: which there are is known to the city's pack, and each type has its usual one;
/// [`City::charging_nights`] states the one that is not usual.
fn stated(noise: Noise, kind: Kind, opened: Option<Date>) -> Result<BTreeMap<PropertyId, Stated>, CityError> {
    let mut stated = BTreeMap::new();
    let mut state = |name: &str, what: Stated| PropertyId::new(name).map(|id| stated.insert(id, what));
    match kind {
        Kind::CarPark | Kind::Bays => {
            let lot = lot(noise, kind, opened);
            state("totalSpotNumber", Stated::Number(Number::new(f64::from(lot.spaces))?))?;
            // What a city opens belongs to nobody's business.
            if kind == Kind::CarPark && opened.is_none() && lot.by == Neighbourhood::Shops {
                state("commercial", Stated::Bool(true))?;
                state("nightFree", Stated::Bool(noise.named("night-free").unit() < NIGHT_FREE))?;
            }
        }
        Kind::Charging => {
            let sockets = rounded(noise.named("sockets").between(5.5, 24.5), 0);
            state("socketNumber", Stated::Number(Number::new(sockets)?))?;
        }
        Kind::HomeDetector => drop(state("householdsServed", Stated::Number(Number::new(1.0)?))?),
        _ => {}
    }
    Ok(stated)
}

fn made(noise: Noise, kind: Kind, number: u32, streets: &Streets, opened: Option<Date>) -> Result<Made, CityError> {
    let (slug, zh, en) = kind.words();
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
        from: opened.unwrap_or(BUILT),
        to: None,
        scenario: None,
        simulated: true,
        stated: stated(noise, kind, opened)?,
    };
    Ok(Made { def, kind, number, position, opened, noise })
}
