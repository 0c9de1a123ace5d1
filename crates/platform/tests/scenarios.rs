//! Air and parking over stored history, on both databases: days assessed, late values, the turn of the year; passages
//! taken, paired, counted, deleted; no vehicle anywhere.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::instruments::{def, facility, series};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use tingzhou_platform::city::{FacilityDef, Moment, Offered, Position, Quality, SeriesNo};
use tingzhou_platform::ledger::{AccountRole, Actor};
use tingzhou_platform::scenario::air::GoodDays;
use tingzhou_platform::scenario::parking::{Direction, Spaces, Stay, VehicleClass};
use tingzhou_platform::{
    ArrivedPassage, Arriving, Clock, Energy, Instruments, PassageError, Platform, PlatformError, Store,
};

const POLLUTANTS: [(&str, f64); 6] =
    [("so2", 10.0), ("no2", 20.0), ("pm10", 40.0), ("co", 0.6), ("o3", 60.0), ("pm25", 20.0)];

async fn at_day(store: &Store, day: Date) -> (Platform, Instruments) {
    let platform = Platform::open(store.clone(), None, Clock::standing_at(day)).await.unwrap();
    let instruments = platform.instruments().await.unwrap();
    (platform, instruments)
}

fn hour(day: Date, hour: i8) -> Moment {
    let civil = day.at(hour, 30, 0, 0);
    jiff::tz::offset(8).to_timestamp(civil).unwrap().into()
}

fn value(series: SeriesNo, time: Moment, value: f64) -> Arriving {
    Arriving { series, offered: Offered { time, value, quality: Quality::GOOD } }
}

/// The hours of a day at a station, from one on; fine dust as given.
fn hours(instruments: &Instruments, station: &str, day: Date, from: i8, pm25: f64) -> Vec<Arriving> {
    let mut all = Vec::new();
    for (name, usual) in POLLUTANTS {
        let no = series(instruments, station, name);
        let usual = if name == "pm25" { pm25 } else { usual };
        all.extend((from..24).map(|at| value(no, hour(day, at), usual)));
    }
    all
}

async fn city_days(platform: &Platform, year: i16) -> Vec<(String, Option<u16>, String, String)> {
    let days = platform.air_year(None, year).await.unwrap().days;
    days.into_iter().map(|row| (row.day.to_string(), row.aqi, row.pollutants, row.lack.0)).collect()
}

async fn air(store: &Store) {
    let last = date(2025, 12, 31);
    Platform::found(store.clone(), common::pack(), Clock::standing_at(last)).await.unwrap();
    let (platform, instruments) = at_day(store, last).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let stations = ["a1", "a2", "a3"].map(|id| def(id, "AirQualityObserved"));
    instruments.put_facilities(&office, stations.to_vec()).await.unwrap();

    // The 29th is whole; on the 30th a station has 19 hours; one of three lacking is less than three quarters.
    for (day, from, pm25) in [(29, 0, 80.0), (30, 0, 20.0)] {
        let day = date(2025, 12, day);
        for station in ["a1", "a2", "a3"] {
            let from = if station == "a3" && day.day() == 30 { 5 } else { from };
            instruments.ingest(hours(&instruments, station, day, from, pm25)).await.unwrap();
        }
    }
    assert_eq!(platform.assess_air(date(2025, 1, 1), false).await.unwrap(), 2);
    assert_eq!(platform.assess_air(date(2025, 1, 1), false).await.unwrap(), 0, "nothing has changed");
    let days = city_days(&platform, 2025).await;
    // PM2.5 of 80 lies between 75 (100) and 115 (150): 106.25, rounded up.
    assert_eq!(days[0], ("2025-12-29".to_owned(), Some(107), "pm25".to_owned(), String::new()));
    assert_eq!((days[1].1, days[1].3.contains("3 个站点中仅 2 个有效")), (None, true), "{days:?}");
    let year = platform.air_year(None, 2025).await.unwrap();
    let so_far = year.so_far.unwrap();
    assert_eq!((so_far.valid, so_far.good, so_far.as_of), (1, 0, date(2025, 12, 30)));
    assert!(matches!(year.outlook, Some(GoodDays::TooEarly { .. } | GoodDays::Expected(_))));

    // The missing hour comes late, is sealed, and comes again: the day counts, once.
    let late: Vec<Arriving> = hours(&instruments, "a3", date(2025, 12, 30), 4, 20.0)
        .into_iter()
        .filter(|one| one.offered.time == hour(date(2025, 12, 30), 4))
        .collect();
    assert_eq!(late.len(), 6);
    instruments.ingest(late.clone()).await.unwrap();
    instruments.ingest(late).await.unwrap();
    assert_eq!(platform.assess_air(date(2025, 1, 1), false).await.unwrap(), 1);
    let days = city_days(&platform, 2025).await;
    assert_eq!(days[1], ("2025-12-30".to_owned(), Some(40), String::new(), String::new()));

    // The turn of the year: on 1 January nothing of the new year is over, and yesterday is assessed.
    let (platform, instruments) = at_day(store, date(2026, 1, 1)).await;
    for station in ["a1", "a2", "a3"] {
        instruments.ingest(hours(&instruments, station, last, 0, 20.0)).await.unwrap();
    }
    assert_eq!(platform.tend_air(false).await.unwrap(), 1);
    let (old, new) = (platform.air_year(None, 2025).await.unwrap(), platform.air_year(None, 2026).await.unwrap());
    assert_eq!((old.so_far.unwrap().valid, new.so_far.is_none(), new.days.len()), (3, true, 0));
    assert_eq!(platform.air_years().await.unwrap(), [2026, 2025]);

    // A value of the last year comes in the new one, by the edition of its own day; all anew gives the same.
    let no = series(&instruments, "a1", "pm25");
    let late = (0..24).map(|at| value(no, hour(last, at), 200.0)).collect();
    instruments.ingest(late).await.unwrap();
    assert_eq!(platform.tend_air(false).await.unwrap(), 1);
    let before = city_days(&platform, 2025).await;
    assert_eq!(before[2].1, Some(107), "the mean of 200, 20 and 20 is 80");
    assert_eq!(platform.tend_air(true).await.unwrap(), 3);
    assert_eq!(city_days(&platform, 2025).await, before);

    // From March 2026 on the new edition: PM2.5 of 80 lies between 60 (100) and 115 (150).
    let (platform, instruments) = at_day(store, date(2026, 3, 3)).await;
    for station in ["a1", "a2", "a3"] {
        instruments.ingest(hours(&instruments, station, date(2026, 3, 2), 0, 80.0)).await.unwrap();
    }
    platform.tend_air(false).await.unwrap();
    assert_eq!(city_days(&platform, 2026).await[0].1, Some(119));
    let now = platform.air_now().await.unwrap();
    let values: Vec<(usize, Option<u16>)> =
        now.stations.iter().map(|one| (one.values.len(), one.index.as_ref().map(|index| index.value))).collect();
    assert_eq!(values, [(6, Some(119)); 3]);
    assert!(platform.air_year(Some(&facility("a1")), 2026).await.unwrap().outlook.is_none());

    // Years long gone come by an import: they are assessed when the next program starts, and by night.
    let import = async |day: Date| {
        for station in ["a1", "a2", "a3"] {
            instruments.ingest_from(&office, hours(&instruments, station, day, 0, 20.0)).await.unwrap();
        }
    };
    import(date(2024, 2, 29)).await;
    assert_eq!(platform.tend_air(false).await.unwrap(), 0, "not every ten minutes");
    let (platform, instruments) = at_day(store, date(2026, 3, 3)).await;
    assert_eq!(platform.tend_air(false).await.unwrap(), 1);
    assert_eq!(city_days(&platform, 2024).await[0].1, Some(40));
    let import = async |day: Date| {
        for station in ["a1", "a2", "a3"] {
            instruments.ingest_from(&office, hours(&instruments, station, day, 0, 20.0)).await.unwrap();
        }
    };
    import(date(2024, 3, 1)).await;
    assert_eq!(platform.tend_air(false).await.unwrap(), 0);
    assert_eq!(platform.tend_air(true).await.unwrap(), 6, "all that is there");
    assert_eq!(platform.air_years().await.unwrap(), [2026, 2025, 2024]);
}

#[tokio::test]
async fn air_on_sqlite() {
    air(&common::sqlite().await.store).await;
}

#[tokio::test]
async fn air_on_postgres() {
    if let Some(test) = common::postgres().await {
        air(&test.store).await;
    }
}

/// A station that tells minutes: an hour of few values is none, and neither is the one that is not over.
#[tokio::test]
async fn hours_need_most_of_their_minutes() {
    let test = common::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    common::copy(&common::pack_folder(), folder.path());
    let types = tingzhou_platform::city::STANDARD_TYPES;
    let (head, rest) = types.split_once("id = \"AirQualityObserved\"").unwrap();
    let (own, rest) = rest.split_once("[[types]]").unwrap();
    let own = own.replace("interval = \"1h\"", "interval = \"5m\"");
    let types = format!("{head}id = \"AirQualityObserved\"{own}[[types]]{rest}");
    std::fs::write(folder.path().join("facility-types.toml"), types).unwrap();
    // Rules of alarms come with the types; without them no order can name one.
    std::fs::remove_file(folder.path().join("orders.toml")).unwrap();
    let pack = tingzhou_platform::Pack::load(folder.path()).map_err(|error| error.to_string()).unwrap();
    let day = date(2025, 10, 31);
    Platform::found(test.store.clone(), pack, Clock::standing_at(day)).await.unwrap();
    let (platform, instruments) = at_day(&test.store, day).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    instruments.put_facilities(&office, vec![def("a1", "AirQualityObserved")]).await.unwrap();
    let begin = |of: Date, at: i8| -> Moment { jiff::tz::offset(8).to_timestamp(of.at(at, 0, 0, 0)).unwrap().into() };
    let fill = async |of: Date, at: i8, values: u32| {
        let mut all = Vec::new();
        for (name, usual) in POLLUTANTS {
            let no = series(&instruments, "a1", name);
            let minutes = (0..values).map(|n| begin(of, at).after(tingzhou_platform::city::Period::from_secs(n * 300)));
            all.extend(minutes.map(|time| value(no, time, usual)));
        }
        instruments.ingest(all).await.unwrap();
    };
    // Four hours of eight values, forty minutes, leave twenty; a fifth leaves too few.
    let (good, poor) = (date(2025, 10, 29), date(2025, 10, 30));
    for at in 0..24 {
        fill(good, at, if at < 4 { 8 } else { 9 }).await;
        fill(poor, at, if at < 5 { 8 } else { 12 }).await;
    }
    platform.tend_air(false).await.unwrap();
    let days = city_days(&platform, 2025).await;
    assert_eq!(days.iter().map(|day| day.1).collect::<Vec<_>>(), [Some(40), None], "{days:?}");
    // What the station says now is its last whole hour.
    let now = instruments.now();
    let hour_of = |moment: Moment| moment.civil().hour();
    fill(day, hour_of(now) - 1, 12).await;
    fill(day, hour_of(now), 1).await;
    let said = platform.air_now().await.unwrap().stations.remove(0);
    assert_eq!((said.hour.map(hour_of), said.values.len()), (Some(hour_of(now) - 1), 6));
}

fn lot(id: &str, spaces: u32, place: [f64; 2], more: &str) -> FacilityDef {
    let [longitude, latitude] = place;
    let json = format!(
        r#"{{"id":"{id}","type":"OffStreetParking","name":{{"zh":"停车场{id}"}},"from":"2025-03-01",
        "place":{{"type":"Point","coordinates":[{longitude},{latitude}]}},"stated":{{"totalSpotNumber":{spaces}{more}}}}}"#
    );
    serde_json::from_str(&json).unwrap()
}

/// What a sender calls vehicles here: as a plate looks. None of it may be found anywhere.
const PLATES: [&str; 3] = ["新B12345", "新BD00017", "SECRET-7f3a"];

fn at(text: &str) -> Timestamp {
    format!("{text}+08:00").parse().unwrap()
}

fn row<'a>(lot: &'a str, vehicle: usize, way: char, time: &str) -> ArrivedPassage<'a> {
    let energy = if vehicle == 1 { Energy::Electric } else { Energy::Fuel };
    ArrivedPassage {
        lot,
        vehicle: PLATES[vehicle],
        at: at(time),
        direction: if way == '+' { Direction::Entry } else { Direction::Exit },
        class: energy.class(),
        energy,
    }
}

async fn take(platform: &Platform, actor: &Actor, rows: &[ArrivedPassage<'_>]) -> (usize, Vec<(usize, PassageError)>) {
    let taken = platform.take_passages(actor, rows).await.unwrap();
    (taken.accepted, taken.refused)
}

/// Stays, median, fen, entries missing, exits missing, read twice of a day.
async fn day(platform: &Platform, id: &str, of: Date) -> (u32, Option<i64>, i64, u32, u32, u32) {
    let view = platform.lot(&facility(id)).await.unwrap();
    let days = platform.lot_figures(&view).await.unwrap().days;
    let own = days.into_iter().find(|one| one.day == of).unwrap_or_default();
    (own.stays, own.median, own.fen, own.entry_missing, own.exit_missing, own.twice)
}

async fn passages(store: &Store) {
    let platform = common::city(store).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let unit = common::account(&platform, "unit", AccountRole::Unit, Some("housing")).await;
    let instruments = platform.instruments().await.unwrap();
    let lots = vec![
        lot("p1", 100, [87.300, 44.010], ""),
        lot("p2", 50, [87.304, 44.013], r#","commercial":true"#),
        lot("p3", 10, [87.400, 44.100], r#","tariff":"street","nightFree":false"#),
    ];
    instruments.put_facilities(&office, lots).await.unwrap();
    let (today, yesterday) = (date(2025, 10, 31), date(2025, 10, 30));

    // Who may, and which rows are taken.
    let one = [row("p1", 0, '+', "2025-10-30T09:00")];
    assert!(matches!(platform.take_passages(&unit, &one).await, Err(PlatformError::NotAllowed)));
    let rows = [
        row("p1", 0, '+', "2025-10-30T09:00"),
        row("p1", 0, '-', "2025-10-30T11:30"),
        row("p1", 1, '+', "2025-10-30T09:10"),
        row("nowhere", 0, '+', "2025-10-30T09:00"),
        row("p1", 0, '+', "2025-11-02T09:00"),
        row("p1", 0, '+', "2025-09-01T09:00"),
        row("p1", 2, '-', "2025-10-30T12:00"),
        row("p1", 0, '-', "2025-10-30T11:30:30"),
    ];
    let refused = vec![(3, PassageError::NoLot), (4, PassageError::Ahead), (5, PassageError::TooOld)];
    assert_eq!(take(&platform, &office, &rows).await, (5, refused.clone()));
    assert_eq!(take(&platform, &office, &rows).await, (5, refused), "the same again changes nothing");
    // 150 minutes by day: 3 yuan, and twice 2 of the second and third hour.
    assert_eq!(day(&platform, "p1", yesterday).await, (1, Some(150), 700, 1, 0, 1));
    let view = platform.lot(&facility("p1")).await.unwrap();
    let figures = platform.lot_figures(&view).await.unwrap();
    assert_eq!(figures.inside, Some(1), "the electric one");

    // The entry of the exit that had none comes late, and so does the electric one's exit: half price.
    let late = [row("p1", 2, '+', "2025-10-30T11:40"), row("p1", 1, '-', "2025-10-30T10:10")];
    assert_eq!(take(&platform, &office, &late).await.0, 2);
    assert_eq!(day(&platform, "p1", yesterday).await, (3, Some(60), 700 + 150, 0, 0, 1));
    assert_eq!(platform.lot_figures(&view).await.unwrap().inside, Some(0));

    // Over midnight the stay is of the day it ends on; an entry without an exit is known after three days.
    let night = [row("p2", 0, '+', "2025-10-30T21:30"), row("p2", 0, '-', "2025-10-31T08:30")];
    take(&platform, &office, &night).await;
    take(&platform, &office, &[row("p2", 1, '+', "2025-10-27T09:00")]).await;
    assert_eq!(day(&platform, "p2", yesterday).await, (0, None, 0, 0, 1, 0));
    assert_eq!(day(&platform, "p2", today).await.0, 1);

    // Nearest with its price; what is full, far or not counted comes after.
    let free = |id: &str, count: f64| value(series(&instruments, id, "availableSpotNumber"), instruments.now(), count);
    instruments.ingest(vec![free("p1", 12.0), free("p2", 0.0), free("p3", 3.0)]).await.unwrap();
    let now = Moment::from(platform.clock().now()).civil();
    let stay = Stay { entry: now, exit: now + 2.hours(), class: VehicleClass::Ordinary, card: None };
    let place = Position::new(87.304, 44.013).unwrap();
    let near = platform.nearest_lots(place, stay, 3).await.unwrap();
    let said: Vec<(&str, Spaces, Option<i64>)> = near
        .iter()
        .map(|one| (one.lot.facility.id.as_str(), one.spaces, one.bill.as_ref().ok().map(|bill| bill.total.0)))
        .collect();
    let expected =
        [("p1", Spaces::Free(12), Some(500)), ("p3", Spaces::Free(3), Some(400)), ("p2", Spaces::Full, Some(500))];
    assert_eq!(said, expected);
    let new = platform.new_of_year(2025).await.unwrap();
    assert_eq!((new.lots, new.spaces, new.chargers, new.simulated), (3, 160, 0, 0));
    // A list and the lot's own page go by one age: a clock a little ahead is of now, a quarter of an hour is too old.
    for (before, of, stale) in [(0_i64, Spaces::Free(12), false), (-120, Spaces::Free(12), false)] {
        let time = Moment::from(Timestamp::from(instruments.now()) - jiff::SignedDuration::from_secs(before));
        instruments.ingest(vec![value(series(&instruments, "p1", "availableSpotNumber"), time, 12.0)]).await.unwrap();
        let near = platform.nearest_lots(place, stay, 1).await.unwrap();
        let own = platform.lot(&facility("p1")).await.unwrap();
        assert_eq!((near[0].spaces, near[0].lot.stale, own.stale), (of, stale, stale), "{before}");
    }
    let free_at_night: Vec<bool> = platform.lots().await.unwrap().iter().map(|one| one.night_free).collect();
    assert_eq!(free_at_night, [true, true, false]);
    let forecast = platform.occupancy(&platform.lot(&facility("p1")).await.unwrap()).await.unwrap();
    assert_eq!(forecast.unwrap().unwrap().taken.to_string(), "88", "the last count, for want of weeks");

    // After the term tokens are gone and counts stay.
    let tokens = || async {
        store.passages(platform.city(), "p1", (at("2025-01-01T00:00"), at("2026-12-31T00:00")), 99).await.unwrap()
    };
    let kept = tokens().await;
    assert_eq!(kept.len(), 7);
    assert!(kept.iter().all(|row| row.token.len() == 32 && row.token.bytes().all(|b| b.is_ascii_hexdigit())));
    let elsewhere = store.passages(platform.city(), "p2", (at("2025-01-01T00:00"), at("2026-12-31T00:00")), 99).await;
    let same = elsewhere.unwrap().iter().any(|other| kept.iter().any(|row| row.token == other.token));
    assert!(!same, "a vehicle is another token in another lot");
    let before = day(&platform, "p1", yesterday).await;
    platform.forget_passages().await.unwrap();
    assert_eq!(tokens().await.len(), 7, "not yet");
    let (later, _) = at_day(store, date(2025, 11, 30)).await;
    later.forget_passages().await.unwrap();
    assert!(tokens().await.is_empty());
    assert_eq!(day(&platform, "p1", yesterday).await, before);
    platform.audit().await.unwrap().unwrap();
}

#[tokio::test]
async fn passages_on_sqlite() {
    let test = common::sqlite().await;
    passages(&test.store).await;
    // Nothing of what the sender called a vehicle is in any file of the database, deleted pages and the log included.
    let folder = test.folder.as_ref().unwrap().path();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for plate in PLATES {
            let found = bytes.windows(plate.len()).any(|window| window == plate.as_bytes());
            assert!(!found, "{plate} is in {}", path.display());
        }
    }
}

#[tokio::test]
async fn passages_on_postgres() {
    if let Some(test) = common::postgres().await {
        passages(&test.store).await;
    }
}

#[test]
fn maps_that_cannot_be_drawn_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    common::copy(&common::pack_folder(), folder.path());
    let check = |map: &str, wanted: &str| {
        std::fs::write(folder.path().join("map.geojson"), map).unwrap();
        match tingzhou_platform::Pack::load(folder.path()) {
            Ok(pack) => assert_eq!((wanted, pack.map.as_deref()), ("", Some(map))),
            Err(error) => {
                let said = error.to_string();
                assert!(!wanted.is_empty() && said.contains("map.geojson") && said.contains(wanted), "{said}");
            }
        }
    };
    let feature = |geometry: &str| {
        let good = r#"{"type":"Feature","properties":{},"geometry":null}"#;
        format!(r#"{{"type":"FeatureCollection","features":[{good},{{"type":"Feature","geometry":{geometry}}}]}}"#)
    };
    check(&feature(r#"{"type":"LineString","coordinates":[[87.3,44.0],[87.4,44.1,500]]}"#), "");
    check(&feature(r#"{"type":"MultiPolygon","coordinates":[[[[87,44],[88,44],[88,45],[87,44]]]]}"#), "");
    check("{", "EOF");
    check("[]", "no GeoJSON FeatureCollection");
    check(r#"{"type":"FeatureCollection"}"#, "no list of features");
    check(&feature(r#"{"type":"Circle","coordinates":[87,44]}"#), "feature 2: geometry Circle");
    check(&feature(r#"{"type":"LineString","coordinates":[87.3,44.0]}"#), "feature 2: coordinates are not nested");
    check(&feature(r#"{"type":"Point","coordinates":["87",44]}"#), "feature 2: a position");
    check(&feature(r#"{"type":"Point","coordinates":[29543210.5,4876543]}"#), "EPSG:4326");
    check(r#"{"type":"FeatureCollection","features":[{"type":"Feature"}]}"#, "feature 1: has no geometry");
}

#[test]
fn packs_with_mistakes_name_them() {
    let folder = tempfile::tempdir().unwrap();
    common::copy(&common::pack_folder(), folder.path());
    // One tariff is enough, and is for all then.
    std::fs::remove_file(folder.path().join("tariffs/street.toml")).unwrap();
    let good = std::fs::read_to_string(common::pack_folder().join("tariffs/lot.toml")).unwrap();
    let settings = std::fs::read_to_string(common::pack_folder().join("scenarios.toml")).unwrap();
    let settings = settings.replace("street-tariff = \"street\"", "street-tariff = \"lot\"");
    let check = |tariff: &str, settings: &str, wanted: &str| {
        std::fs::write(folder.path().join("tariffs/lot.toml"), tariff).unwrap();
        std::fs::write(folder.path().join("scenarios.toml"), settings).unwrap();
        let said = tingzhou_platform::Pack::load(folder.path()).map(drop).map_err(|e| e.to_string());
        match said {
            Ok(()) => assert_eq!(wanted, ""),
            Err(said) => assert!(!wanted.is_empty() && said.contains(wanted), "{said}"),
        }
    };
    check(&good, &settings, "");
    check(&good.replace("percent-paid", "percent"), &settings, "unknown field");
    check(&good.replace("to = \"22:00\"", "to = \"21:00\""), &settings, "lot.toml");
    check(&good, &settings.replace("keep-days = 30", "keep-days = 0"), "parking.keep-days: 0; give 7 to 400");
    check(&good, &settings.replace("longest-hours = 72", "longest-hours = 999"), "parking.longest-hours: 999");
    check(&good, &settings.replace("lot-tariff = \"lot\"", "lot-tariff = \"other\""), "refers to other");
    check(&good, &format!("{settings}\nunknown = 1\n"), "unknown field");
    std::fs::write(folder.path().join("tariffs/again.toml"), &good).unwrap();
    check(&good, &settings, "version 1 of lot is in another file already");
}
