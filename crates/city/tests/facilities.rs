//! Facility types, facilities and places, as files and as coordinates.
#![expect(clippy::float_cmp, clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::s;
use proptest::prelude::*;
use serde::Deserialize;
use tingzhou_city::alarm::{RuleBook, RuleDef};
use tingzhou_city::{
    Catalogue, CatalogueDef, Facility, FacilityDef, FacilityId, Gcj02, Place, Position, RuleId, STANDARD_RULES,
    STANDARD_TYPES, TypeId,
};

fn standard() -> Catalogue {
    let def: CatalogueDef = toml::from_str(STANDARD_TYPES).unwrap();
    Catalogue::new(def).unwrap()
}

#[test]
fn what_cities_begin_with() {
    #[derive(Deserialize)]
    struct File {
        rules: Vec<RuleDef>,
    }
    let catalogue = standard();
    let file: File = toml::from_str(STANDARD_RULES).unwrap();
    let book = RuleBook::new(&file.rules, |kind, property| catalogue.property(kind, property)).unwrap();
    let rule = book.rule(&RuleId::new("gas-leak").unwrap(), &FacilityId::new("f").unwrap()).unwrap();
    assert_eq!((rule.unit.zh.as_str(), rule.condition.levels()), ("%LEL", 2));
    // Whatever sends values regularly is expected to, and kept.
    for facility_type in catalogue.types() {
        for property in facility_type.properties() {
            assert_eq!(property.interval().is_some(), property.kept().is_some(), "{}", property.id());
        }
    }
}

#[test]
fn types_are_checked() {
    let check = |text: &str, expected: &[&str]| {
        let def: CatalogueDef = toml::from_str(text).unwrap();
        let found = Catalogue::new(def).err().unwrap_or_default();
        let found: Vec<String> = found.iter().map(|m| format!("{} {}", m.place, m.code)).collect();
        assert_eq!(found, expected, "{text}");
    };
    let class = "[[retention]]\nid = 'a'\nname = { zh = '甲', en = 'a' }\nsamples = '10d'\n";
    let kind = "[[types]]\nid = 'T'\nname = { zh = '类', en = 'type' }\n";
    let property = "{ id = 'p', name = { zh = '项', en = 'item' }, kind = 'number', retention = 'a' }";
    check(&format!("{class}{kind}properties = [{property}]"), &[]);
    check(&format!("{kind}properties = [{property}]"), &["types.T.p.retention no-such-retention"]);
    check(&format!("{class}{kind}properties = [{property}, {property}]"), &["types.T.p twice"]);
    check(
        &format!("{class}{class}{kind}properties = []\n{kind}properties = []"),
        &["retention.a twice", "types.T twice"],
    );
    check(&format!("{class}hours = '9d'"), &["retention.a.samples retention"]);
    check(&format!("{class}hours = '10d'"), &[]);
    check(&format!("{}properties = []", kind.replace("'type'", "' '")), &["types.T.name unnamed"]);
    check(
        &format!("{class}{kind}properties = [{}]", property.replace("'number'", "'number', min = 2, max = 1")),
        &["types.T.p.min empty-range"],
    );
}

const LOT: &str = "id = 'urn:ngsi-ld:OffStreetParking:1'\ntype = 'OffStreetParking'\nname = { zh = '人民广场停车场' }\n\
    from = '2025-09-01'\n";

fn facility(text: &str) -> Result<Facility, Vec<String>> {
    let def: FacilityDef = toml::from_str(text).map_err(|error| vec![error.message().to_owned()])?;
    let told = |m: &tingzhou_city::Mistake| format!("{} {}", m.place.rsplit(':').next().unwrap_or_default(), m.code);
    Facility::new(def, &standard()).map_err(|found| found.iter().map(told).collect())
}

#[test]
fn facilities_are_checked() {
    let check = |text: &str, expected: &[&str]| {
        let found = facility(&format!("{LOT}{text}")).err().unwrap_or_default();
        assert_eq!(found, expected, "{text}");
    };
    check("", &[]);
    check("to = '2025-09-01'", &[]);
    check("to = '2025-08-31'", &["1.to never"]);
    check("[stated]\ntotalSpotNumber = 120\nopeningHours = '全天'", &[]);
    check("[stated]\ntotalSpotNumber = -1", &["1.stated.totalSpotNumber value"]);
    check(
        "[stated]\ntotalSpotNumber = 'many'\nopeningHours = 24",
        &["1.stated.openingHours value", "1.stated.totalSpotNumber value"],
    );
    check("[stated]\ncolour = 'blue'", &["1.stated.colour no-such-property"]);
    let other = |from: &str, to: &str| facility(&LOT.replace(from, to)).err().unwrap_or_default();
    assert_eq!(other("OffStreetParking'\nname", "Palace'\nname"), ["1.type no-such-type"]);
    assert_eq!(other("人民广场停车场", " "), ["1.name unnamed"]);
    let state = "id = 'd'\ntype = 'Device'\nname = { zh = '终端', en = 'Terminal' }\nfrom = '2025-09-01'\n[stated]\ndeviceState = ";
    assert!(facility(&format!("{state}'正常'")).is_ok());
    assert!(facility(&format!("{state}'faulty'")).is_ok());
    assert_eq!(facility(&format!("{state}'odd'")).err().unwrap(), ["facilities.d.stated.deviceState value"]);
}

#[test]
fn a_facility_is_there_for_its_days() {
    let lot = facility(&LOT.replace("2025-09-01'", "2026-03-01'\nto = '2026-03-02'\nsimulated = true")).unwrap();
    let check = |second: i64, expected: bool| assert_eq!(lot.exists(s(second)), expected, "{second}");
    check(-1, false);
    check(0, true);
    check(2 * 86_400 - 1, true);
    check(2 * 86_400, false);
    // The scenario is its type's, and the Chinese name stands for an English one.
    assert_eq!(
        (lot.scenario.unwrap().as_str(), lot.name.en.as_str(), lot.simulated),
        ("parking", "人民广场停车场", true)
    );
}

#[test]
fn places_are_read() {
    let check = |text: &str, expected: Result<[f64; 4], &str>| {
        let got = serde_json::from_str::<Place>(text).map(|place| {
            let (low, high) = place.corners();
            [low.longitude(), low.latitude(), high.longitude(), high.latitude()]
        });
        match expected {
            Ok(corners) => assert_eq!(got.unwrap(), corners, "{text}"),
            Err(part) => {
                let error = got.unwrap_err().to_string();
                assert!(error.contains(part), "{text}: {error}");
            }
        }
    };
    check(r#"{"type":"Point","coordinates":[87.3,44.0]}"#, Ok([87.3, 44.0, 87.3, 44.0]));
    check(r#"{"type":"LineString","coordinates":[[87.3,44.1],[87.2,44.2]]}"#, Ok([87.2, 44.1, 87.3, 44.2]));
    check(r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,3],[1,1]]]}"#, Ok([1.0, 1.0, 2.0, 3.0]));
    check(r#"{"type":"Point","coordinates":[44.0,187.3]}"#, Err("longitude first"));
    check(r#"{"type":"LineString","coordinates":[[87.3,44.1]]}"#, Err("1 points"));
    check(r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,3],[1,2]]]}"#, Err("its first again"));
    check(r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[1,1]]]}"#, Err("3 points"));
    check(r#"{"type":"Circle","coordinates":[1,1]}"#, Err("Circle"));
    assert!(Position::new(f64::NAN, 0.0).is_err());
}

/// The longitude and latitude of points in both, from a table in public use.
#[test]
fn shifted_coordinates() {
    let check = |wgs: [f64; 2], gcj: [f64; 2]| {
        let there = Position::new(wgs[0], wgs[1]).unwrap().to_gcj02();
        assert!((there.longitude() - gcj[0]).abs() < 1e-6 && (there.latitude() - gcj[1]).abs() < 1e-6, "{there:?}");
        let back = Gcj02::new(gcj[0], gcj[1]).unwrap().to_wgs84();
        assert!((back.longitude() - wgs[0]).abs() < 1e-6 && (back.latitude() - wgs[1]).abs() < 1e-6, "{back:?}");
    };
    check([121.527_210_6, 31.177_427_6], [121.531_541_859_215, 31.175_303_983_645_97]);
    check([113.912_316, 22.543_847], [113.917_176_480_836_3, 22.540_796_131_694_766]);
    check([116.377_817, 39.911_954], [116.384_047_224_556_57, 39.913_345_455_360_69]);
    // Outside the box nothing is shifted.
    check([2.294_5, 48.858_4], [2.294_5, 48.858_4]);
    let lot = facility(&format!(
        "{LOT}coordinates = 'gcj-02'\nplace = {{ type = 'Point', coordinates = [116.384047, 39.913345] }}"
    ));
    let (point, _) = lot.unwrap().place.unwrap().corners();
    assert!((point.longitude() - 116.377_817).abs() < 1e-5 && (point.latitude() - 39.911_954).abs() < 1e-5);
    assert!(standard().find(&TypeId::new("OffStreetParking").unwrap()).is_some());
}

proptest! {
    /// There and back by the formula is exact to 10⁻⁹ degrees, away from the edge of the box.
    #[test]
    fn there_and_back(longitude in 72.1..137.7, latitude in 0.9..55.8) {
        let here = Position::new(longitude, latitude).unwrap();
        let back = here.to_gcj02().to_wgs84();
        prop_assert!((back.longitude() - longitude).abs() < 1e-9, "{} {:?}", longitude, back);
        prop_assert!((back.latitude() - latitude).abs() < 1e-9, "{} {:?}", latitude, back);
        let apart = here.to_gcj02();
        prop_assert!((apart.longitude() - longitude).abs() < 0.02 && (apart.latitude() - latitude).abs() < 0.02);
    }
}
