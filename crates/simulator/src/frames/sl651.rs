//! Rain, river and reservoir gauges: hourly reports (34) of SL 651-2014 in mode M2, which are confirmed.

use super::{Letter, Receipt};
use crate::city::{City, Made, Sky};
use crate::kind::Kind;
use crate::noise::{rounded, whole};
use crate::quantity::Quantity;
use tingzhou_city::Moment;
use tingzhou_protocols::bcd;
use tingzhou_protocols::sl651::frame::function;
use tingzhou_protocols::sl651::{Code, Control, Direction, Frame, Start};

/// The code of a quantity's element: annex C.
#[must_use]
pub fn element(kind: Kind, quantity: Quantity) -> Option<u8> {
    match (kind, quantity) {
        (Kind::RainGauge, Quantity::Rain) => Some(0x1A),
        (Kind::River, Quantity::Height) => Some(0x39),
        (Kind::River, Quantity::Flow) => Some(0x27),
        (Kind::Reservoir, Quantity::Height) => Some(0x3B),
        _ => None,
    }
}

fn station(made: &Made) -> [u8; 5] {
    let (kind, letter) = match made.kind {
        Kind::RainGauge => (1, made.number),
        Kind::River => (2, made.number),
        _ => (3, made.number),
    };
    let two = |of: u32| bcd::of(u8::try_from(of % 100).unwrap_or(0));
    [0x99, kind, two(letter / 10_000), two(letter / 100), two(letter)]
}

/// The station's address, ten digits.
#[must_use]
pub fn address(made: &Made) -> String {
    bcd::digits(&station(made)).unwrap_or_default()
}

fn frame(made: &Made, function: u8, body: Vec<u8>) -> Frame {
    Frame {
        direction: Direction::Up,
        centre: 1,
        station: station(made),
        password: 0,
        function,
        start: Some(Start::Whole),
        body,
        end: Control::LastText,
    }
}

/// Keeps the connection (2F): a gauge that says so is not sent away after each report. It is never answered.
#[must_use]
pub fn keep_alive(made: &Made, sent: Moment, serial: u16) -> Vec<u8> {
    let mut body = serial.to_be_bytes().to_vec();
    body.extend(bcd::of_time(sent.civil()));
    frame(made, function::KEEP_ALIVE, body).to_bytes()
}

/// The report of an hour; nothing when the gauge is silent. `serial` counts the station's messages.
#[must_use]
pub fn hourly(city: &City, made: &Made, sky: &Sky, sent: Moment, serial: u16) -> Option<Letter> {
    let mut elements = Vec::new();
    let mut time = None;
    let mut observations = 0;
    for (quantity, _) in made.kind.quantities() {
        let Some(code) = element(made.kind, *quantity) else { continue };
        let Some(said) = city.says(made, *quantity, sky) else { continue };
        time = Some(said.time);
        write(code, said.value, &mut elements);
        observations += 1;
    }
    let time = bcd::of_time(time?.civil());
    let kind = match made.kind {
        Kind::RainGauge => b'P',
        Kind::River => b'H',
        _ => b'K',
    };
    let mut body = serial.to_be_bytes().to_vec();
    body.extend(bcd::of_time(sent.civil()));
    body.extend([0xF1, 0xF1]);
    body.extend(station(made));
    body.push(kind);
    body.extend([0xF0, 0xF0]);
    body.extend(&time[..5]);
    body.extend(elements);
    let frame = frame(made, function::HOURLY, body);
    Some(Letter { bytes: frame.to_bytes(), receipt: Receipt::Sl651(serial), observations })
}

/// An element with as many bytes and decimals as the standard has for it. What does not fit is the nearest that does.
fn write(code: u8, value: f64, out: &mut Vec<u8>) {
    let Some(element) = Code::One(code).element() else { return };
    let (bytes, decimals) = (element.bytes(), element.decimals);
    // At most 31 bytes and 7 decimals by the standard's table.
    let count = u8::try_from(bytes).unwrap_or(0);
    out.extend([code, count << 3 | decimals]);
    let scaled = whole(rounded(value * libm::pow(10.0, f64::from(decimals)), 0));
    let digits = if scaled < 0 { bytes.saturating_sub(1) } else { bytes };
    let most = 100_u64.saturating_pow(u32::try_from(digits).unwrap_or(0)).saturating_sub(1);
    let mut rest = scaled.unsigned_abs().min(most);
    let mut written = vec![0; digits];
    for place in written.iter_mut().rev() {
        *place = bcd::of(u8::try_from(rest % 100).unwrap_or(0));
        rest /= 100;
    }
    // A minus sign takes a byte.
    if digits < bytes {
        out.push(0xFF);
    }
    out.extend(written);
}
