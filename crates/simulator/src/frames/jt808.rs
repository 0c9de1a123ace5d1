//! The fleet's terminals: registration, authentication and positions of JT/T 808, every other one of 2013. No plate is
//! ever sent: the vehicle is known by its terminal.

use super::{Letter, Receipt};
use crate::city::{City, Made, Sky};
use crate::day::fleet::degrees;
use crate::noise::{rounded, whole};
use crate::quantity::Quantity;
use tingzhou_protocols::jt808::message::id;
use tingzhou_protocols::jt808::{Frame, Terminal};
use tingzhou_protocols::{Reason, bcd};

/// Ignition on and position fixed; ignition off and position fixed.
const WORKING: u32 = 0b11;
const STANDING: u32 = 0b10;

/// Metres above the sea.
const ALTITUDE: i16 = 580;

/// The terminal of a vehicle, as the digits of a telephone number nobody has.
#[must_use]
pub fn terminal(made: &Made) -> Terminal {
    let two = |of: u32| bcd::of(u8::try_from(of % 100).unwrap_or(0));
    let number = made.number;
    let last = [two(number / 10_000), two(number / 100), two(number)];
    if number.is_multiple_of(2) {
        Terminal::Of2019([0, 0, 0, 0, 0x01, 0x00, 0x99, last[0], last[1], last[2]])
    } else {
        Terminal::Of2013([0x01, 0x00, 0x99, last[0], last[1], last[2]])
    }
}

fn letter(id: u16, made: &Made, serial: u16, body: Vec<u8>, observations: u32) -> Result<Letter, Reason> {
    let bytes = Frame::new(id, terminal(made), serial, body)?.to_bytes();
    Ok(Letter { bytes, receipt: Receipt::Jt808 { serial, id }, observations })
}

/// The terminal registers itself: province 65, no plate.
///
/// # Errors
/// Never, as the body is short; the frame's own bound is asked all the same.
pub fn register(made: &Made, serial: u16) -> Result<Letter, Reason> {
    let (maker, model, number) = match terminal(made) {
        Terminal::Of2013(_) => (5, 20, 7),
        Terminal::Of2019(_) => (11, 30, 30),
    };
    let mut body = vec![0, 65, 0x09, 0x09];
    let mut field = |text: &str, length: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(length, 0);
        body.extend(bytes);
    };
    field("SIM", maker);
    field("SIMULATED", model);
    field(&format!("S{:06}", made.number), number);
    // Colour 0: no plate.
    body.push(0);
    letter(id::REGISTER, made, serial, body, 0)
}

/// The terminal authenticates itself with the code it was given.
///
/// # Errors
/// When the code is too long for a frame.
pub fn authenticate(made: &Made, serial: u16, code: &[u8]) -> Result<Letter, Reason> {
    let body = match terminal(made) {
        Terminal::Of2013(_) => code.to_vec(),
        Terminal::Of2019(_) => {
            let length = u8::try_from(code.len()).map_err(|_| Reason::TooLong { limit: 255 })?;
            [&[length][..], code, &[b'0'; 15], &[0; 20]].concat()
        }
    };
    letter(id::AUTHENTICATE, made, serial, body, 0)
}

/// A position; nothing when the terminal is silent.
///
/// # Errors
/// Never, as the body is short; the frame's own bound is asked all the same.
pub fn position(city: &City, made: &Made, sky: &Sky, serial: u16) -> Result<Option<Letter>, Reason> {
    let said = |quantity| city.says(made, quantity, sky);
    let (Some(longitude), Some(latitude), Some(speed)) =
        (said(Quantity::Longitude), said(Quantity::Latitude), said(Quantity::Speed))
    else {
        return Ok(None);
    };
    let spot = made.spot(&sky.time);
    let millionths = |degrees: f64| u32::try_from(whole(rounded(degrees.abs() * 1e6, 0))).unwrap_or(0);
    let south = u32::from(latitude.value < 0.0) << 2 | u32::from(longitude.value < 0.0) << 3;
    let status = south | if spot.working { WORKING } else { STANDING };
    let mut body = Vec::with_capacity(28);
    for double in [0, status, millionths(latitude.value), millionths(longitude.value)] {
        body.extend(double.to_be_bytes());
    }
    body.extend(ALTITUDE.to_be_bytes());
    let tenths = u16::try_from(whole(rounded(speed.value * 10.0, 0))).unwrap_or(0);
    body.extend(tenths.to_be_bytes());
    body.extend(degrees(spot.direction).to_be_bytes());
    body.extend(bcd::of_time(longitude.time.civil()));
    letter(id::POSITION, made, serial, body, 3).map(Some)
}
