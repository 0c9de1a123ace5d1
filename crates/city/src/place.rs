//! Where a facility is.

use crate::Two;
use serde::{Deserialize, Serialize};

/// A longitude and latitude in WGS-84, degrees; written as `[longitude, latitude]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct Position {
    longitude: f64,
    latitude: f64,
}

/// Why numbers are not a place.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlaceError {
    /// Not on the globe.
    #[error("[{0}, {1}] is no longitude (-180 to 180) and latitude (-90 to 90); write longitude first")]
    Position(f64, f64),
    /// Too few or too many points.
    #[error("{0} points; a line has 2 to {MOST_POINTS}, an area 4 to {MOST_POINTS} with the first again at the end")]
    Points(usize),
    /// An area whose last point is not its first.
    #[error("the last point of an area must be its first again")]
    Open,
}

impl PlaceError {
    /// For people: what is wrong and what to do.
    #[must_use]
    pub fn message(&self) -> Two {
        let zh = match self {
            Self::Position(longitude, latitude) => {
                format!("[{longitude}, {latitude}] 不是经度（-180 至 180）和纬度（-90 至 90）；请先写经度。")
            }
            Self::Points(count) => {
                format!("有 {count} 个点；线应有 2 至 {MOST_POINTS} 个点，面应有 4 至 {MOST_POINTS} 个点且首尾相同。")
            }
            Self::Open => "面的最后一点应与第一点相同。".to_owned(),
        };
        Two::new(zh, format!("{self}."))
    }
}

/// Most points of a line or area.
pub const MOST_POINTS: usize = 10_000;

fn on_globe(longitude: f64, latitude: f64) -> Result<(), PlaceError> {
    let there = (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude);
    if there { Ok(()) } else { Err(PlaceError::Position(longitude, latitude)) }
}

impl Position {
    /// Checks and wraps degrees.
    ///
    /// # Errors
    /// [`PlaceError::Position`] when they are not on the globe or not numbers.
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, PlaceError> {
        on_globe(longitude, latitude)?;
        Ok(Self { longitude, latitude })
    }

    /// Degrees east.
    #[must_use]
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// Degrees north.
    #[must_use]
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// The same point in GCJ-02.
    #[must_use]
    pub fn to_gcj02(self) -> Gcj02 {
        let (east, north) = shift(self.longitude, self.latitude);
        Gcj02 { longitude: self.longitude + east, latitude: self.latitude + north }
    }
}

impl TryFrom<[f64; 2]> for Position {
    type Error = PlaceError;
    fn try_from([longitude, latitude]: [f64; 2]) -> Result<Self, PlaceError> {
        Self::new(longitude, latitude)
    }
}

impl From<Position> for [f64; 2] {
    fn from(position: Position) -> Self {
        [position.longitude, position.latitude]
    }
}

/// A longitude and latitude in GCJ-02, the shifted coordinates of Chinese maps and of most integrators here. A type of its
/// own, so that one is never taken for the other: they lie 100 to 700 m apart.
///
/// The shift is the formula in public use, not the official program. Back and forth by this formula is exact to
/// 10⁻⁹ degrees (0.1 mm); how far the formula is from official maps is not published. It applies within a box about
/// China (72.004 to 137.8347° E, 0.8293 to 55.8271° N) and not at all outside; within 700 m of the box's edge there is no way
/// back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gcj02 {
    longitude: f64,
    latitude: f64,
}

impl Gcj02 {
    /// Checks and wraps degrees.
    ///
    /// # Errors
    /// [`PlaceError::Position`] when they are not on the globe or not numbers.
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, PlaceError> {
        on_globe(longitude, latitude)?;
        Ok(Self { longitude, latitude })
    }

    /// Degrees east.
    #[must_use]
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// Degrees north.
    #[must_use]
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// The same point in WGS-84. The shift changes by less than a hundredth of the way gone, so each round is a hundred
    /// times closer; six are more than floating point can tell.
    #[must_use]
    pub fn to_wgs84(self) -> Position {
        let (mut longitude, mut latitude) = (self.longitude, self.latitude);
        for _ in 0..6 {
            let (east, north) = shift(longitude, latitude);
            (longitude, latitude) = (self.longitude - east, self.latitude - north);
        }
        Position { longitude, latitude }
    }
}

/// Krasovsky 1940, which the formula rests on: half of the longer axis in m, and the square of the eccentricity.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

/// How far GCJ-02 lies from WGS-84 at a point: degrees east and north. Sines are libm's, so that every machine gives the
/// same.
fn shift(longitude: f64, latitude: f64) -> (f64, f64) {
    use std::f64::consts::PI;
    if !((72.004..=137.8347).contains(&longitude) && (0.8293..=55.8271).contains(&latitude)) {
        return (0.0, 0.0);
    }
    let (x, y) = (longitude - 105.0, latitude - 35.0);
    let wave = |amplitude: f64, turns: f64| amplitude * libm::sin(turns * PI);
    let root = x.abs().sqrt();
    let common = (wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x)) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + common
        + (wave(20.0, y) + wave(40.0, y / 3.0) + wave(160.0, y / 12.0) + wave(320.0, y / 30.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + common
        + (wave(20.0, x) + wave(40.0, x / 3.0) + wave(150.0, x / 12.0) + wave(300.0, x / 30.0)) * 2.0 / 3.0;
    let angle = latitude.to_radians();
    let sine = libm::sin(angle);
    let bend = 1.0 - ECCENTRICITY * sine * sine;
    let meridian = AXIS * (1.0 - ECCENTRICITY) / (bend * bend.sqrt());
    let parallel = AXIS / bend.sqrt() * libm::cos(angle);
    ((east / parallel).to_degrees(), (north / meridian).to_degrees())
}

/// Where a facility is: a point, a line or an area; written as GeoJSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Geometry", into = "Geometry")]
pub struct Place(Geometry);

/// A place as GeoJSON writes it. An area has its outline only: a facility with a hole in it is drawn without.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
pub enum Geometry {
    /// A station, a lot's entrance.
    Point(Position),
    /// A pipe, a road.
    #[serde(rename = "LineString")]
    Line(Vec<Position>),
    /// A lot, a reservoir. One closed ring.
    #[serde(rename = "Polygon")]
    Area([Vec<Position>; 1]),
}

impl Place {
    /// Checks points. They may cross themselves, as pipes and careless outlines do.
    ///
    /// # Errors
    /// [`PlaceError`] when there are too few or too many, or an area is not closed.
    pub fn new(geometry: Geometry) -> Result<Self, PlaceError> {
        let (points, least) = match &geometry {
            Geometry::Point(_) => return Ok(Self(geometry)),
            Geometry::Line(points) => (points, 2),
            Geometry::Area([points]) => (points, 4),
        };
        if !(least..=MOST_POINTS).contains(&points.len()) {
            return Err(PlaceError::Points(points.len()));
        }
        if least == 4 && points.first() != points.last() {
            return Err(PlaceError::Open);
        }
        Ok(Self(geometry))
    }

    /// Its points.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.0
    }

    /// The south-western and north-eastern corners of the box it lies in.
    #[must_use]
    pub fn corners(&self) -> (Position, Position) {
        let points = self.points();
        points.iter().fold((points[0], points[0]), |(low, high), one| {
            let low =
                Position { longitude: low.longitude.min(one.longitude), latitude: low.latitude.min(one.latitude) };
            let high =
                Position { longitude: high.longitude.max(one.longitude), latitude: high.latitude.max(one.latitude) };
            (low, high)
        })
    }

    /// The same place when its numbers are GCJ-02, in WGS-84.
    #[must_use]
    pub fn read_as_gcj02(self) -> Self {
        let move_one = |one: Position| Gcj02 { longitude: one.longitude, latitude: one.latitude }.to_wgs84();
        let move_all = |all: Vec<Position>| all.into_iter().map(move_one).collect();
        Self(match self.0 {
            Geometry::Point(point) => Geometry::Point(move_one(point)),
            Geometry::Line(points) => Geometry::Line(move_all(points)),
            Geometry::Area([points]) => Geometry::Area([move_all(points)]),
        })
    }

    fn points(&self) -> &[Position] {
        match &self.0 {
            Geometry::Point(point) => std::slice::from_ref(point),
            Geometry::Line(points) | Geometry::Area([points]) => points,
        }
    }
}

impl TryFrom<Geometry> for Place {
    type Error = PlaceError;
    fn try_from(geometry: Geometry) -> Result<Self, PlaceError> {
        Self::new(geometry)
    }
}

impl From<Place> for Geometry {
    fn from(place: Place) -> Self {
        place.0
    }
}
