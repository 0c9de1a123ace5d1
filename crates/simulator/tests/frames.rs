//! What the instruments send is what was meant, by the protocols' own decoders.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use jiff::civil::DateTime;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::HashSet;
use tingzhou_city::{Moment, Period};
use tingzhou_protocols::Reassembler;
use tingzhou_protocols::hj212::Hj212;
use tingzhou_protocols::jt808::{Jt808, Message};
use tingzhou_protocols::sl651::{Code, Sl651, Value};
use tingzhou_simulator::frames::{self, Receipt, hj212, json, jt808, sl651};
use tingzhou_simulator::{City, Kind, Made, Protocol, Quantity};

fn at(text: &str) -> Moment {
    let civil: DateTime = text.parse().unwrap();
    jiff::tz::offset(8).to_timestamp(civil).unwrap().into()
}

fn of_kind(city: &City, kind: Kind) -> impl Iterator<Item = &Made> {
    city.facilities().iter().filter(move |made| made.kind == kind)
}

fn near(found: f64, meant: f64) -> bool {
    (found - meant).abs() < 1e-9
}

/// Hours of a few weeks, so that faults are among them.
fn hours() -> impl Iterator<Item = Moment> {
    (0..900).map(|hour| at("2025-10-20T00:00:00").after(Period::from_secs(hour * 3_600)))
}

#[test]
fn air_stations() {
    let city = City::new(1, 1_000_000).unwrap();
    let mut letters = 0;
    for moment in hours() {
        let sky = city.sky(moment);
        for made in of_kind(&city, Kind::AirStation) {
            let pm25 = city.says(made, Quantity::Pm25, &sky);
            let Some(letter) = hj212::hour(&city, made, &sky, moment).unwrap() else {
                assert!(pm25.is_none());
                continue;
            };
            letters += 1;
            let frames = Reassembler::new(Hj212).push(&letter.bytes);
            let [Ok(packet)] = &frames[..] else { panic!("{frames:?}") };
            let header = packet.header().unwrap();
            assert_eq!((header.st, header.cn, packet.station().unwrap()), (22, 2061, &*hj212::station(made)));
            assert!(header.flag.wants_answer());
            assert_eq!(letter.receipt, Receipt::Hj212(packet.field("QN").unwrap().to_vec()));
            let parameters = packet.parameters().unwrap();
            assert_eq!(parameters.data_time().unwrap(), Some(pm25.unwrap().time.civil()));
            let readings = parameters.readings().unwrap();
            assert_eq!(readings.len(), usize::try_from(letter.observations).unwrap());
            for (quantity, _) in made.kind.quantities() {
                let code = hj212::factor(*quantity).unwrap();
                let reading = readings.iter().find(|reading| reading.code == code).unwrap();
                let meant = city.says(made, *quantity, &sky).unwrap().value;
                assert!(near(reading.mean.unwrap().to_f64().unwrap(), meant), "{code} {meant}");
            }
        }
    }
    assert!(letters > 7_000, "{letters}");
}

#[test]
fn gauges() {
    let city = City::new(2, 1_000_000).unwrap();
    let gauges = || city.facilities().iter().filter(|made| made.kind.protocol() == Protocol::Sl651);
    assert_eq!(gauges().count(), 54);
    for (serial, moment) in hours().enumerate().step_by(7) {
        let serial = u16::try_from(serial).unwrap() + 1;
        let sky = city.sky(moment);
        for made in gauges() {
            let Some(letter) = sl651::hourly(&city, made, &sky, moment, serial) else {
                assert!(city.says(made, made.kind.quantities()[0].0, &sky).is_none());
                continue;
            };
            let frames = Reassembler::new(Sl651).push(&letter.bytes);
            let [Ok(frame)] = &frames[..] else { panic!("{frames:?}") };
            let report = frame.report().unwrap();
            assert_eq!((report.serial, report.sent, letter.receipt), (serial, moment.civil(), Receipt::Sl651(serial)));
            assert_eq!(report.observations.len(), usize::try_from(letter.observations).unwrap());
            for (quantity, _) in made.kind.quantities() {
                let Some(code) = sl651::element(made.kind, *quantity) else { continue };
                let said = city.says(made, *quantity, &sky).unwrap();
                let found = report.observations.iter().find(|one| one.code == Code::One(code)).unwrap();
                assert_eq!(found.at, Some(said.time.civil()));
                let Value::Number(value) = &found.value else { panic!("{found:?}") };
                // What has no room for its digits is the nearest that has.
                let meant = Decimal::try_from(said.value).unwrap();
                let most = found.raw.iter().all(|byte| *byte == 0x99) || found.raw[0] == 0xFF;
                assert!(*value == meant || (most && said.fault.is_some()), "{value} {said:?}");
            }
        }
    }
}

#[test]
fn vehicles() {
    let city = City::new(3, 1_000_000).unwrap();
    for (serial, moment) in hours().enumerate().step_by(11) {
        let serial = u16::try_from(serial).unwrap();
        let sky = city.sky(moment);
        for made in of_kind(&city, Kind::Vehicle) {
            let Some(letter) = jt808::position(&city, made, &sky, serial).unwrap() else { continue };
            let frames = Reassembler::new(Jt808).push(&letter.bytes);
            let [Ok(frame)] = &frames[..] else { panic!("{frames:?}") };
            assert_eq!((frame.terminal, frame.serial), (jt808::terminal(made), serial));
            let Message::Position(position) = frame.message().unwrap() else { panic!("{frame:?}") };
            let said = |quantity| city.says(made, quantity, &sky).unwrap();
            assert!(near(f64::from(position.longitude) / 1e6, said(Quantity::Longitude).value));
            assert!(near(f64::from(position.latitude) / 1e6, said(Quantity::Latitude).value));
            assert!(near(f64::from(position.speed) / 10.0, said(Quantity::Speed).value));
            assert_eq!(position.time, said(Quantity::Speed).time.civil());
            assert!(position.status.is_fixed());
        }
    }
}

#[test]
fn terminals_sign_in_without_a_plate() {
    let city = City::new(3, 100_000).unwrap();
    for made in of_kind(&city, Kind::Vehicle) {
        let letters = [jt808::register(made, 1).unwrap(), jt808::authenticate(made, 2, b"code").unwrap()];
        let bytes: Vec<u8> = letters.iter().flat_map(|letter| letter.bytes.clone()).collect();
        let frames = Reassembler::new(Jt808).push(&bytes);
        let [Ok(register), Ok(authenticate)] = &frames[..] else { panic!("{frames:?}") };
        let Message::Register(register) = register.message().unwrap() else { panic!("{register:?}") };
        assert_eq!((register.plate, register.plate_colour, register.province), (&b""[..], 0, 65));
        let Message::Authenticate(said) = authenticate.message().unwrap() else { panic!("{authenticate:?}") };
        assert_eq!(said.code, b"code");
    }
}

#[test]
fn batches_and_messages() {
    let city = City::new(4, 100_000).unwrap();
    let all: Vec<&Made> = city.facilities().iter().collect();
    let count = |text: &str, protocols: &[Protocol]| json::rows(&city, &all, protocols, &city.sky(at(text))).len();
    let (minute, five) =
        (count("2025-10-31T08:01:00", &[Protocol::Http]), count("2025-10-31T08:05:00", &[Protocol::Http]));
    // Two pressures of each regulating station, and every five minutes lots and pipes as well.
    assert!((25..=30).contains(&minute) && (60..=70).contains(&five), "{minute} {five}");
    assert_eq!(count("2025-10-31T08:00:01", &[Protocol::Http, Protocol::Mqtt]), 0);
    let sky = city.sky(at("2025-10-31T08:00:00"));
    let made = of_kind(&city, Kind::Detector).find(|made| city.says(made, Quantity::Gas, &sky).is_some()).unwrap();
    let text = json::message(&city, made, &sky).unwrap();
    let message: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(message["time"], "2025-10-31T00:00:00Z");
    assert!(near(message["gas"].as_f64().unwrap(), city.truth(made, Quantity::Gas, &sky)), "{text}");
    // A battery tells its charge at midnight of UTC, which is 8 o'clock.
    assert!(message["batteryLevel"].is_number());
    let row = serde_json::to_value(&json::rows(&city, &[made], &[Protocol::Mqtt], &sky)[0]).unwrap();
    assert_eq!((row["property"].as_str(), row["facility"].as_str()), (Some("gas"), Some(made.def.id.as_str())));
}

#[test]
fn addresses_are_their_own() {
    let city = City::new(5, 1_000_000).unwrap();
    let mut seen = HashSet::new();
    for made in city.facilities() {
        let address = frames::address(made);
        assert_eq!(address.is_none(), matches!(made.kind.protocol(), Protocol::Http | Protocol::Mqtt));
        if let Some(address) = address {
            assert!(seen.insert((made.kind.protocol().name(), address)));
        }
    }
    assert_eq!(seen.len(), 8 + 54 + 180);
}
