//! Facilities that say something, for tests.

use super::{City, PASSWORD};
use tingzhou_platform::city::{FacilityDef, FacilityId, Moment, Offered, Period, PropertyId, Quality, RuleId};
use tingzhou_platform::ledger::UnitId;
use tingzhou_platform::{Arriving, Instruments, NewDrill};

/// A simulated facility of a standard type.
fn def(id: &str, kind: &str, zh: &str, en: &str, place: [f64; 2]) -> FacilityDef {
    let place = serde_json::json!({"type": "Point", "coordinates": place});
    let json = serde_json::json!({"id": id, "type": kind, "name": {"zh": zh, "en": en}, "from": "2024-01-01",
        "place": place, "simulated": true});
    serde_json::from_value(json).unwrap()
}

impl City {
    /// An air station, a car park, and two gas detectors, of which the first has raised an alarm and the second says nothing.
    pub(crate) async fn observed(&self) -> Instruments {
        let office = self.platform.verify_password("office", PASSWORD).await.unwrap();
        let instruments = self.platform.instruments().await.unwrap();
        let facilities = vec![
            def("air-1", "AirQualityObserved", "城南空气站", "Air station south", [87.30, 44.01]),
            def("park-1", "OffStreetParking", "广场停车场", "Square car park", [87.31, 44.02]),
            def("gas-1", "GasDetector", "一号探测器", "Detector one", [87.28, 44.00]),
            def("gas-2", "GasDetector", "二号探测器", "Detector two", [87.29, 44.03]),
        ];
        instruments.put_facilities(&office, facilities).await.unwrap();
        let now = instruments.now();
        self.say(
            &instruments,
            "air-1",
            "pm25",
            (0..30).map(|hour| (now.before(hours(29 - hour)), f64::from(hour) + 10.0)),
        )
        .await;
        self.say(&instruments, "park-1", "availableSpotNumber", [(now.before(Period::from_secs(60)), 42.0)]).await;
        self.say(&instruments, "gas-1", "gas", [(now.before(Period::from_secs(40)), 60.5)]).await;
        instruments
    }

    /// Sends a unit to the gas alarm of `observed`.
    pub(crate) async fn order(&self, unit: &str) -> String {
        let office = self.platform.verify_password("office", PASSWORD).await.unwrap();
        let (rule, facility) = (RuleId::new("gas-leak").unwrap(), FacilityId::new("gas-1").unwrap());
        let unit = UnitId::new(unit).unwrap();
        let view = self.platform.dispatch_alarm(&office, &rule, &facility, Some(&unit)).await.unwrap();
        view.case.case.id.to_string()
    }

    /// Takes a step of an order as somebody.
    pub(crate) async fn step(&self, order: &str, who: &str, step: &serde_json::Value) {
        let path = format!("/api/v1/orders/{order}");
        let seen = self.call("GET", &path, &[super::basic("office")], &serde_json::Value::Null).await.json();
        let version = ("if-match", format!("\"v{}\"", seen["version"]));
        let answer = self.call("POST", &format!("{path}/steps"), &[super::basic(who), version], step).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Takes the place of a gas detector away.
    pub(crate) async fn displace(&self, id: &str) {
        let office = self.platform.verify_password("office", PASSWORD).await.unwrap();
        let mut def = def(id, "GasDetector", "一号探测器", "Detector one", [87.28, 44.00]);
        def.place = None;
        self.platform.instruments().await.unwrap().put_facilities(&office, vec![def]).await.unwrap();
    }

    /// Starts a drill at the other gas detector.
    pub(crate) async fn drill(&self, unit: &str) -> String {
        let office = self.platform.verify_password("office", PASSWORD).await.unwrap();
        let drill = NewDrill {
            facility: FacilityId::new("gas-2").unwrap(),
            rule: RuleId::new("gas-leak").unwrap(),
            level: 1,
            unit: Some(UnitId::new(unit).unwrap()),
            minutes: 60,
        };
        self.platform.start_drill(&office, &drill).await.unwrap().case.case.id.to_string()
    }

    pub(crate) async fn say(
        &self,
        instruments: &Instruments,
        facility: &str,
        property: &str,
        values: impl IntoIterator<Item = (Moment, f64)>,
    ) {
        let series =
            instruments.series(&FacilityId::new(facility).unwrap(), &PropertyId::new(property).unwrap()).unwrap();
        let offered = |(time, value)| Arriving { series, offered: Offered { time, value, quality: Quality::GOOD } };
        let done = instruments.ingest(values.into_iter().map(offered).collect()).await.unwrap();
        assert_eq!(done.refused_in_all, 0, "{:?}", done.refused);
    }
}

pub(crate) fn hours(count: u32) -> Period {
    Period::from_secs(count * 3_600)
}
