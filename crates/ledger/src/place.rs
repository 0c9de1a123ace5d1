//! A point on the ground.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longitude and latitude in WGS-84 (EPSG:4326), in millionths of a degree: about a tenth of a metre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(f64, f64)", into = "(f64, f64)")]
pub struct Point {
    longitude: i32,
    latitude: i32,
}

/// Metres to a degree of latitude (mean meridian of WGS-84).
const METRES_A_DEGREE: f64 = 111_195.0;

impl Point {
    /// From degrees; `None` outside ±180 and ±90 or when not a number.
    #[must_use]
    pub fn new(longitude: f64, latitude: f64) -> Option<Self> {
        let inside = |degrees: f64, most: f64| degrees.is_finite() && degrees.abs() <= most;
        let millionths = |degrees: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "at most 180 million, checked above")]
            let whole = (degrees * 1e6).round() as i32;
            whole
        };
        (inside(longitude, 180.0) && inside(latitude, 90.0))
            .then(|| Self { longitude: millionths(longitude), latitude: millionths(latitude) })
    }

    /// From `87.30412, 44.01325`: longitude first, any comma or a space between. `None` when it is no point.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split([',', '，', ' ', '\u{3000}']).filter(|part| !part.is_empty()).collect();
        let [longitude, latitude] = parts.as_slice() else { return None };
        Self::new(longitude.parse().ok()?, latitude.parse().ok()?)
    }

    /// In degrees east.
    #[must_use]
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude) / 1e6
    }

    /// In degrees north.
    #[must_use]
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude) / 1e6
    }

    /// Metres to another point, on a sphere cut flat between the two: within 0.5 % over the size of a county.
    #[must_use]
    pub fn metres_to(self, other: Self) -> f64 {
        let middle = f64::midpoint(self.latitude(), other.latitude()).to_radians();
        let east = (self.longitude() - other.longitude()) * libm::cos(middle);
        let north = self.latitude() - other.latitude();
        libm::hypot(east, north) * METRES_A_DEGREE
    }
}

impl TryFrom<(f64, f64)> for Point {
    type Error = String;
    fn try_from((longitude, latitude): (f64, f64)) -> Result<Self, String> {
        Self::new(longitude, latitude).ok_or_else(|| format!("{longitude}, {latitude} is no place on the ground"))
    }
}

impl From<Point> for (f64, f64) {
    fn from(point: Point) -> Self {
        (point.longitude(), point.latitude())
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}, {:.6}", self.longitude(), self.latitude())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it stands")]
mod tests {
    use super::Point;

    #[test]
    fn points() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Point::parse(text).map(|p| p.to_string()).as_deref(), expected, "{text}");
        };
        check("87.30412, 44.01325", Some("87.304120, 44.013250"));
        check("87.30412，44.01325", Some("87.304120, 44.013250"));
        check("-180 -90", Some("-180.000000, -90.000000"));
        check("181, 44", None);
        check("87, 91", None);
        check("NaN, 44", None);
        check("87.3", None);
        check("东经87度", None);
        let point = Point::parse("87.304123, 44.013256").unwrap();
        let kept: Point = serde_json::from_str(&serde_json::to_string(&point).unwrap()).unwrap();
        assert_eq!(kept, point);
    }

    #[test]
    fn distances() {
        // A hundredth of a degree of latitude is 1,112 m; of longitude at 44° north 800 m.
        let at = |text: &str| Point::parse(text).unwrap();
        assert!((at("87.30, 44.00").metres_to(at("87.30, 44.01")) - 1_111.95).abs() < 1.0);
        assert!((at("87.30, 44.00").metres_to(at("87.31, 44.00")) - 799.9).abs() < 1.0);
        assert!(at("87.30, 44.00").metres_to(at("87.30, 44.00")) < 1e-9);
    }
}
