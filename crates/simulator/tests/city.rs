//! Laws of the made-up city and its days.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use jiff::civil::{Date, DateTime, date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap, HashSet};
use tingzhou_city::{
    Catalogue, CatalogueDef, Facility, FacilityDef, Moment, Number, Period, PropertyId, STANDARD_TYPES, Stated,
};
use tingzhou_scenarios::air::{HourlyValues, Standing, assess_day};
use tingzhou_simulator::day::fault::Fault;
use tingzhou_simulator::day::parking::{Gate, Neighbourhood, Passage};
use tingzhou_simulator::{City, CityError, Kind, Made, Quantity};

fn at(text: &str) -> Moment {
    let civil: DateTime = text.parse().unwrap();
    jiff::tz::offset(8).to_timestamp(civil).unwrap().into()
}

fn catalogue() -> Catalogue {
    let def: CatalogueDef = toml::from_str(STANDARD_TYPES).unwrap();
    Catalogue::new(def).unwrap()
}

fn of_kind(city: &City, kind: Kind) -> impl Iterator<Item = &Made> {
    city.facilities().iter().filter(move |made| made.kind == kind)
}

#[test]
fn a_million_people() {
    let city = City::new(1, 1_000_000).unwrap();
    let catalogue = catalogue();
    let mut ids = HashSet::new();
    for made in city.facilities() {
        let facility = Facility::new(made.def.clone(), &catalogue).unwrap();
        assert!(facility.simulated && facility.name.zh.starts_with("模拟"), "{}", facility.name.zh);
        assert!(ids.insert(made.def.id.clone()), "{}", made.def.id);
        let (east, north) = (made.position.longitude() - 87.30, made.position.latitude() - 44.01);
        assert!(east.abs() < 0.12 && north.abs() < 0.08, "{:?}", made.position);
        for (quantity, interval) in made.kind.quantities() {
            let property =
                catalogue.property(&made.def.facility_type, &PropertyId::new(quantity.id()).unwrap()).unwrap();
            let longest = property.interval().unwrap().millis();
            assert!(i64::from(*interval) * 1_000 <= longest, "{:?}", made.kind);
        }
    }
    assert_eq!(city.facilities().len(), 5_052);
    // They come back from a file as they went into it.
    let text = toml::to_string(&HashMap::from([("facilities", vec![&city.facilities()[0].def])])).unwrap();
    let read: HashMap<String, Vec<FacilityDef>> = toml::from_str(&text).unwrap();
    assert_eq!(read["facilities"][0], city.facilities()[0].def);
}

#[test]
fn what_is_no_city() {
    assert!(matches!(City::new(1, 0), Err(CityError::People(0))));
    assert!(matches!(City::new(1, 30_000_001), Err(CityError::People(_))));
    assert!(matches!(City::around(1, 1, [87.3, 89.0]), Err(CityError::Centre(..))));
    assert!(matches!(City::around(1, 1, [f64::NAN, 44.0]), Err(CityError::Centre(..))));
    assert_eq!(City::new(1, 1).unwrap().facilities().len(), Kind::ALL.len());
}

#[test]
fn seeds() {
    let said = |seed: u64| -> (Vec<Made>, Vec<u64>) {
        let city = City::new(seed, 20_000).unwrap();
        let sky = city.sky(at("2025-10-31T08:00:00"));
        let values = city
            .facilities()
            .iter()
            .filter_map(|m| Some(city.truth(m, m.kind.quantities().first()?.0, &sky).to_bits()));
        (city.facilities().to_vec(), values.collect())
    };
    let (one, again, other) = (said(7), said(7), said(8));
    assert_eq!(one, again);
    assert_ne!(one.0, other.0);
    assert_ne!(one.1, other.1);
}

/// A year's weather stays in the climate, and has its extremes.
#[test]
fn a_continental_year() {
    for seed in [1, 2, 3] {
        let city = City::new(seed, 1_000).unwrap();
        let hours = (0..8_760).map(|hour| city.sky(at("2025-01-01T00:00:00").after(Period::from_secs(hour * 3_600))));
        let (mut coldest, mut warmest, mut rain, mut dusty, mut lid) = (99.0_f64, -99.0_f64, 0.0, 0, 0);
        for sky in hours {
            let weather = sky.weather;
            coldest = coldest.min(weather.temperature);
            warmest = warmest.max(weather.temperature);
            rain += weather.rain;
            dusty += usize::from(weather.dust > 0.3);
            lid += usize::from(weather.inversion > 0.5);
            assert!(weather.wind >= 0.0 && (0.0..360.0).contains(&weather.direction));
            assert!(!(4..=9).contains(&sky.time.date.month()) || weather.inversion < 0.2);
        }
        println!("seed {seed}: {coldest:.1} to {warmest:.1} °C, {rain:.0} mm, dust {dusty} h, inversion {lid} h");
        assert!((-22.0..=-13.0).contains(&coldest) && (31.0..=39.0).contains(&warmest), "{coldest} {warmest}");
        assert!((80.0..450.0).contains(&rain), "{rain}");
        assert!(dusty < 300 && (100..2_200).contains(&lid), "{dusty} {lid}");
    }
}

fn day_of(city: &City, station: &Made, day: Date) -> HourlyValues {
    let mut values = HourlyValues::default();
    for hour in 0..24 {
        let sky = city.sky(Moment::begin_of(day).after(Period::from_secs(hour * 3_600)));
        let value = |quantity| {
            let said = city.says(station, quantity, &sky)?;
            Decimal::try_from(said.value).ok()
        };
        let place = usize::try_from(hour).unwrap();
        values.pm25[place] = value(Quantity::Pm25);
        values.pm10[place] = value(Quantity::Pm10);
        values.so2[place] = value(Quantity::So2);
        values.no2[place] = value(Quantity::No2);
        values.co[place] = value(Quantity::Co);
        values.o3[place] = value(Quantity::O3);
    }
    values
}

/// A year's good days by the standard's own rules, faults and all: 200 to 330 for most seeds.
#[test]
fn a_plausible_years_air() {
    let mut plausible = 0;
    for seed in 0..8 {
        let city = City::new(seed, 1_000).unwrap();
        let station = of_kind(&city, Kind::AirStation).next().unwrap();
        let (mut good, mut invalid, mut months) = (0, 0, [0; 12]);
        let mut day = date(2025, 1, 1);
        while day.year() == 2025 {
            match assess_day(day, &day_of(&city, station, day)).unwrap().standing {
                Standing::Valid(index) if index.value <= 100 => {
                    good += 1;
                    months[usize::try_from(day.month() - 1).unwrap()] += 1;
                }
                Standing::Valid(_) => {}
                Standing::Invalid { .. } => invalid += 1,
            }
            day = day.tomorrow().unwrap();
        }
        println!("seed {seed}: {good} good, {invalid} invalid, by month {months:?}");
        plausible += usize::from((200..=330).contains(&good));
        assert!(invalid < 15, "{invalid}");
    }
    assert!(plausible >= 7, "{plausible} of 8");
}

/// What is said lies in the property's range, and is said at its time, unless a fault says otherwise.
#[test]
fn values_are_in_range() {
    let city = City::new(5, 60_000).unwrap();
    let catalogue = catalogue();
    let (mut said, mut faults) = (0_u32, 0_u32);
    for step in 0..420 {
        // Every 21 hours and 7 minutes of a year.
        let sky = city.sky(at("2025-01-01T00:00:00").after(Period::from_secs(step * 76_020)));
        for made in city.facilities() {
            for (quantity, _) in made.kind.quantities() {
                let Some(found) = city.says(made, *quantity, &sky) else {
                    faults += 1;
                    continue;
                };
                said += 1;
                let number = Number::new(found.value).unwrap();
                let property = PropertyId::new(quantity.id()).unwrap();
                let property = catalogue.property(&made.def.facility_type, &property).unwrap();
                let is_right = property.in_range(number) && found.time == sky.time.at;
                assert!(is_right || found.fault.is_some(), "{:?} {quantity:?} {found:?}", made.kind);
                faults += u32::from(found.fault.is_some());
                if let Some(Fault::Clock { .. }) = found.fault {
                    assert_ne!(found.time, sky.time.at);
                }
            }
        }
    }
    let share = f64::from(faults) / f64::from(said);
    println!("{said} values, {:.2} % faulty", share * 100.0);
    assert!((0.000_2..0.02).contains(&share), "{share}");
}

fn lots(city: &City) -> impl Iterator<Item = &Made> {
    of_kind(city, Kind::CarPark).chain(of_kind(city, Kind::Bays))
}

/// Passages as somebody outside hears them: who is inside by token, with what does not fit.
#[derive(Default)]
struct Heard {
    inside: HashMap<u64, Moment>,
    gone: HashSet<u64>,
    stays: Vec<i64>,
    twice: usize,
    classes: BTreeMap<&'static str, usize>,
}

impl Heard {
    fn hear(&mut self, passage: &Passage) {
        if passage.entry {
            if self.gone.contains(&passage.token) || self.inside.contains_key(&passage.token) {
                self.twice += 1;
            } else {
                self.inside.insert(passage.token, passage.at);
                *self.classes.entry(passage.class.name()).or_default() += 1;
            }
        } else if let Some(entered) = self.inside.remove(&passage.token) {
            assert!(passage.at > entered, "{passage:?} before {entered:?}");
            assert!(self.gone.insert(passage.token), "{passage:?} came twice");
            self.stays.push(passage.at.since(entered).millis() / 60_000);
        } else {
            assert!(self.gone.contains(&passage.token), "{passage:?} never came");
            self.twice += 1;
        }
    }
}

/// Lots are never fuller than full; what goes through a gate adds up to what is taken at each count, but for the exits the
/// gate did not see; each vehicle comes once and leaves later.
#[test]
fn passages_add_up() {
    let city = City::new(3, 100_000).unwrap().opening(2025).unwrap();
    let begin = at("2025-09-26T00:00:00");
    let (mut stays, mut missed, mut twice, mut passages) = (Vec::new(), 0, 0, 0);
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut gates = city.gates(lots(&city), begin);
    for (id, gate) in &mut gates {
        let (lot, mut heard) = (city.find(id).unwrap().lot(), Heard::default());
        gate.entries().for_each(|passage| heard.hear(&passage));
        let (mut least, mut most, mut count) = (u32::MAX, 0, 0);
        for step in 1..=2_016 {
            let now = begin.after(Period::from_secs(step * 300));
            let told = gate.next(&city.sky(now).time);
            for passage in &told {
                // What is read twice may be told of a moment late.
                let since = passage.at.since(now.before(Gate::STEP)).millis();
                assert!((0..340_000).contains(&since), "{passage:?} between counts at {now:?}");
                heard.hear(passage);
            }
            let taken = lot.occupied(&city.sky(now).time);
            assert!(taken <= lot.spaces);
            assert_eq!(gate.inside().len(), usize::try_from(taken).unwrap());
            let inside: HashSet<u64> = gate.inside().iter().map(|one| one.token).collect();
            assert!(inside.iter().all(|token| heard.inside.contains_key(token)), "{id}");
            (least, most, count) = (least.min(taken), most.max(taken), count + told.len());
        }
        let not_seen = heard.inside.len() - gate.inside().len();
        assert!(not_seen * 200 < heard.stays.len() + 400, "{id}: {not_seen} exits missed");
        if lot.by != Neighbourhood::Homes && city.find(id).unwrap().opened.is_none() {
            assert!(most > lot.spaces / 2 && least < lot.spaces, "{lot:?} {least} {most}");
        }
        (missed, twice, passages) = (missed + not_seen, twice + heard.twice, passages + count);
        stays.append(&mut heard.stays);
        heard.classes.into_iter().for_each(|(class, count)| *classes.entry(class).or_default() += count);
    }
    stays.sort_unstable();
    let (middle, longest) = (stays[stays.len() / 2], stays[stays.len() - 1]);
    println!("{passages} passages, {missed} missed, {twice} twice, stays {middle} min, at most {longest}; {classes:?}");
    assert!((20..240).contains(&middle) && (720..=38 * 60).contains(&longest), "{middle} {longest}");
    let within = |count: usize, of: usize, low: usize, high: usize| (of * low..of * high).contains(&(count * 1_000));
    assert!(within(missed, stays.len(), 0, 3) && missed > 0, "{missed} of {}", stays.len());
    assert!(within(twice, passages, 1, 6), "{twice} of {passages}");
    let all: usize = classes.values().sum();
    assert!(within(classes["new-energy"], all, 140, 220), "{classes:?}");
    assert!(within(classes["ordinary"], all, 760, 860) && classes.len() == 4, "{classes:?}");
}

/// A run from any moment has the vehicles of one that began earlier.
#[test]
fn gates_remember_nothing() {
    let city = City::new(5, 60_000).unwrap().opening(2025).unwrap();
    for from in ["2025-10-01T00:00:00", "2025-10-31T12:00:00", "2025-12-31T23:55:00"] {
        let mut gates = city.gates(lots(&city), at(from));
        for (hours, step) in [(1, 12), (30, 348), (31, 12)] {
            for _ in 0..step {
                for (_, gate) in &mut gates {
                    let next = Moment::from_millis(gate.counted().millis() + Gate::STEP.millis()).unwrap();
                    gate.next(&city.sky(next).time);
                }
            }
            let afresh = city.gates(lots(&city), at(from).after(Period::from_secs(hours * 3_600)));
            assert_eq!(afresh, gates, "{hours} h after {from}");
        }
    }
}

/// What is opened in a year is in the register from its day on, says nothing before it, and follows from the seed alone.
#[test]
fn opened_this_year() {
    let (mut spaces, mut chargers) = (Vec::new(), Vec::new());
    for seed in 0..20 {
        let plain = City::new(seed, 50_000).unwrap();
        let city = City::new(seed, 50_000).unwrap().opening(2025).unwrap();
        // The rest of the city is as it was.
        assert_eq!(&city.facilities()[..plain.facilities().len()], plain.facilities());
        let opened = &city.facilities()[plain.facilities().len()..];
        let of = |kind: Kind| opened.iter().filter(move |made| made.kind == kind);
        assert!((5..=10).contains(&of(Kind::CarPark).count()) && (3..=9).contains(&of(Kind::Bays).count()));
        assert!((10..=20).contains(&of(Kind::Charging).count()));
        let number = |made: &Made, property: &str| match made.def.stated[&PropertyId::new(property).unwrap()] {
            Stated::Number(number) => number.get(),
            _ => panic!("{property} is no number"),
        };
        let catalogue = catalogue();
        for made in opened {
            assert_eq!((Some(made.def.from), made.def.from.year()), (made.opened, 2025));
            Facility::new(made.def.clone(), &catalogue).unwrap();
            assert!(!made.def.stated.contains_key(&PropertyId::new("commercial").unwrap()));
            let opening = Moment::begin_of(made.def.from);
            let says = |at: Moment| made.kind.quantities().iter().find_map(|(q, _)| city.says(made, *q, &city.sky(at)));
            assert!((1..1_000).all(|step| says(opening.before(Period::from_secs(step * 300))).is_none()));
            if made.kind == Kind::Charging {
                continue;
            }
            let lot = made.lot();
            assert_eq!(lot.occupied(&city.sky(opening.before(Period::from_secs(300))).time), 0);
            assert_eq!(lot.occupied(&city.sky(opening).time), 0);
            let month = (0..288).filter_map(|step| says(opening.after(Period::from_secs(40 * 86_400 + step * 300))));
            assert!(month.count() > 200, "{}", made.def.id);
        }
        let sum = |kinds: &[Kind], property: &str| -> f64 {
            opened.iter().filter(|made| kinds.contains(&made.kind)).map(|made| number(made, property)).sum()
        };
        spaces.push(sum(&[Kind::CarPark, Kind::Bays], "totalSpotNumber"));
        chargers.push(sum(&[Kind::Charging], "socketNumber"));
        assert_ne!(City::new(seed, 50_000).unwrap().opening(2024).unwrap().facilities(), city.facilities());
    }
    println!("spaces opened: {spaces:?}, chargers opened: {chargers:?}");
    assert!(spaces.iter().any(|sum| *sum > 1_200.0) && spaces.iter().any(|sum| *sum < 1_100.0), "{spaces:?}");
    assert!(chargers.iter().any(|sum| *sum > 220.0) && chargers.iter().any(|sum| *sum < 180.0), "{chargers:?}");
    let large = City::new(1, 4_000_000).unwrap().opening(2025).unwrap();
    assert!(of_kind(&large, Kind::CarPark).filter(|made| made.opened.is_some()).count() >= 20);
    assert!(matches!(City::new(1, 1).unwrap().opening(1), Err(CityError::Year(1))));
    assert!(matches!(City::new(1, 1).unwrap().opening(i16::MAX), Err(CityError::Year(_))));
}

/// Businesses' car parks say whether a night costs nothing; others say nothing of it.
#[test]
fn businesses_at_night() {
    let city = City::new(1, 1_000_000).unwrap();
    let is =
        |made: &Made, name: &str| made.def.stated.get(&PropertyId::new(name).unwrap()) == Some(&Stated::Bool(true));
    let business: Vec<&Made> = of_kind(&city, Kind::CarPark).filter(|made| is(made, "commercial")).collect();
    let free = business.iter().filter(|made| is(made, "nightFree")).count();
    println!("{} of businesses, {free} free at night", business.len());
    assert!((40..80).contains(&business.len()) && (20..60).contains(&free));
    assert!(business.iter().all(|made| made.lot().by == Neighbourhood::Shops));
    assert!(city.facilities().iter().all(|made| !is(made, "nightFree") || is(made, "commercial")));
    // Those that are not free charge by a tariff of the pack, when it has one; nothing else changes.
    let tariff = PropertyId::new("tariff").unwrap();
    assert!(city.facilities().iter().all(|made| !made.def.stated.contains_key(&tariff)));
    let charging = City::new(1, 1_000_000).unwrap().charging_nights("dear").unwrap();
    let dear = Some(&Stated::Text("dear".to_owned()));
    for (one, other) in city.facilities().iter().zip(charging.facilities()) {
        let is_dear = is(one, "commercial") && !is(one, "nightFree");
        assert_eq!(other.def.stated.get(&tariff), dear.filter(|_| is_dear), "{}", one.def.id);
        assert!(is_dear || one == other);
    }
}

/// A leak goes up, stays, and fades, in this order; and a city of a million has some every week.
#[test]
fn leaks() {
    let city = City::new(9, 1_000_000).unwrap();
    let begin = at("2025-10-31T08:00:00");
    for made in of_kind(&city, Kind::Detector).take(50) {
        let leak = made.leak(begin);
        assert_eq!(leak.adds(begin.before(Period::from_secs(1))).to_bits(), 0.0_f64.to_bits());
        let values: Vec<f64> = (0..240).map(|minute| leak.adds(begin.after(Period::from_secs(minute * 60)))).collect();
        let top = values.iter().position(|value| (value - leak.peak).abs() < 1e-9).unwrap();
        let last = values.iter().rposition(|value| (value - leak.peak).abs() < 1e-9).unwrap();
        assert!(values[..=top].is_sorted() && values[last..].iter().rev().is_sorted(), "{leak:?}");
        assert!(leak.peak > 25.0 && last - top >= 7 && values[239] < 1.0, "{leak:?}");
    }
    let raised = |day: u16| {
        let from = begin.after(Period::from_days(day));
        let detectors = city.facilities().iter().filter(|made| made.def.facility_type.as_str() == "GasDetector");
        detectors
            .filter(|made| {
                (0..48).any(|half| {
                    let sky = city.sky(from.after(Period::from_secs(half * 1_800)));
                    city.truth(made, Quantity::Gas, &sky) >= 25.0
                })
            })
            .count()
    };
    let week: Vec<usize> = (0..7).map(raised).collect();
    println!("detectors above 25 %LEL by day: {week:?}");
    assert!((2..40).contains(&week.iter().sum::<usize>()), "{week:?}");
}

/// A meter never runs backwards, and a vehicle goes no further than its speed allows.
#[test]
fn meters_and_vehicles_move_on() {
    let city = City::new(4, 50_000).unwrap();
    let begin = at("2025-06-30T00:00:00");
    let skies: Vec<_> = (0..2_880).map(|i| city.sky(begin.after(Period::from_secs(i * 30)))).collect();
    for made in of_kind(&city, Kind::WaterMeter) {
        let counted: Vec<f64> = skies.iter().map(|sky| city.truth(made, Quantity::Consumption, sky)).collect();
        assert!(counted.is_sorted() && counted[0] > 0.0 && counted[2_879] > counted[0] + 20.0, "{}", made.def.id);
    }
    for made in of_kind(&city, Kind::Vehicle) {
        let mut way = 0.0;
        for pair in skies.windows(2) {
            let (from, to) = (made.spot(&pair[0].time), made.spot(&pair[1].time));
            let gone = (to.east - from.east).abs() + (to.north - from.north).abs();
            // 30 seconds at the most at twice the mean speed of 14 km/h.
            assert!(gone < 30.0 * 2.0 * 15.0 / 3.6 && from.speed < 30.0, "{from:?} {to:?}");
            way += gone;
        }
        assert!((50_000.0..160_000.0).contains(&way), "{way}");
        assert!(!made.spot(&city.sky(at("2025-06-30T02:00:00")).time).working);
    }
}

/// Homes are warm in winter, all but a few; water is hotter when it is colder outside.
#[test]
fn heating() {
    let city = City::new(6, 1_000_000).unwrap();
    let sky = city.sky(at("2026-01-10T20:00:00"));
    let rooms: Vec<f64> =
        of_kind(&city, Kind::Room).map(|made| city.truth(made, Quantity::Temperature, &sky)).collect();
    let cold = rooms.iter().filter(|room| **room < 18.0).count();
    assert!(rooms.iter().all(|room| (14.0..26.0).contains(room)) && (10..70).contains(&cold), "{cold}");
    let summer = city.sky(at("2026-07-10T20:00:00"));
    for made in of_kind(&city, Kind::HeatStation) {
        let of = |quantity, sky| city.truth(made, quantity, sky);
        assert!(of(Quantity::SupplyTemperature, &sky) > of(Quantity::ReturnTemperature, &sky) + 4.0);
        assert!(of(Quantity::SupplyTemperature, &summer) < 30.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// No seed, no year, no moment makes what is no number, or a value outside its range without a fault.
    #[test]
    fn any_seed_any_moment(seed: u64, millis in 0_i64..4_000_000_000_000) {
        let city = City::new(seed, 1).unwrap();
        let sky = city.sky(Moment::from_millis(millis).unwrap());
        let catalogue = catalogue();
        for made in city.facilities() {
            for (quantity, _) in made.kind.quantities() {
                let value = city.truth(made, *quantity, &sky);
                prop_assert!(value.is_finite(), "{quantity:?}");
                let property = PropertyId::new(quantity.id()).unwrap();
                let property = catalogue.property(&made.def.facility_type, &property).unwrap();
                // A meter of 2020 had counted nothing in 1970.
                if *quantity != Quantity::Consumption || millis > 1_577_836_800_000 {
                    prop_assert!(property.in_range(Number::new(value).unwrap()), "{quantity:?} {value}");
                }
                prop_assert_eq!(city.says(made, *quantity, &sky), city.says(made, *quantity, &sky));
            }
        }
    }
}
