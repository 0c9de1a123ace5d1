//! Air and parking as people and programs see them; passages over HTTP, and that no vehicle is told anywhere.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use axum::body::Body;
use axum::http::Request;
use common::{Answer, City, PASSWORD, Reader, basic};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tingzhou_platform::city::{FacilityDef, Moment};

const PLATES: [&str; 2] = ["新B98765", "hash-of-a-plate-0001"];

async fn city() -> City {
    let city = City::founded().await;
    let office = city.platform.verify_password("admin", PASSWORD).await.unwrap();
    let facility = |id: &str, kind: &str, stated: Value| -> FacilityDef {
        serde_json::from_value(
            json!({"id": id, "type": kind, "name": {"zh": format!("甲{id}"), "en": format!("The {id}")},
            "from": "2025-02-01", "simulated": true, "stated": stated,
            "place": {"type": "Point", "coordinates": [87.304, 44.013]}}),
        )
        .unwrap()
    };
    let instruments = city.platform.instruments().await.unwrap();
    let all = vec![
        facility("lot-1", "OffStreetParking", json!({"totalSpotNumber": 40, "commercial": true})),
        facility("air-1", "AirQualityObserved", json!({})),
        facility("ev-1", "EVChargingStation", json!({"socketNumber": 12})),
    ];
    instruments.put_facilities(&office, all).await.unwrap();
    for (property, value) in [("so2", 9.0), ("no2", 20.0), ("pm10", 40.0), ("co", 0.5), ("o3", 60.0), ("pm25", 80.0)] {
        let begin = Moment::begin_of(jiff::civil::date(2025, 10, 30));
        let hours = (0..36).map(|hour| (begin.after(common::instruments::hours(hour)), value));
        city.say(&instruments, "air-1", property, hours).await;
    }
    let now = instruments.now();
    city.say(&instruments, "lot-1", "availableSpotNumber", [(now, 7.0)]).await;
    city.platform.tend_air(false).await.unwrap();
    city
}

async fn post(city: &City, name: &str, key: Option<&str>, body: &str) -> Answer {
    let (header, value) = basic(name);
    let mut request = Request::post("/api/v1/parking/passages").header(header, value);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    city.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

fn row(vehicle: &str, direction: &str, time: &str) -> Value {
    json!({"lot": "lot-1", "direction": direction, "time": format!("2025-10-30T{time}:00+08:00"), "vehicle": vehicle, "energy": "electric"})
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn passages_by_row() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let city = city().await;
    tracing::info!("what is logged is read");
    let check = |text: String| {
        for plate in PLATES {
            assert!(!text.contains(plate), "{plate} in {text}");
        }
    };
    let rows = json!([
        row(PLATES[0], "entry", "09:00"),
        row(PLATES[0], "exit", "10:30"),
        row(PLATES[1], "entry", "09:30"),
        {"lot": "nowhere", "direction": "entry", "time": "2025-10-30T09:00:00+08:00", "vehicle": PLATES[0]},
        {"lot": "lot-1", "direction": PLATES[0], "time": "2025-10-30T09:00:00+08:00", "vehicle": PLATES[0]},
        {"lot": "lot-1", "direction": "entry", "time": PLATES[0], "vehicle": PLATES[0]},
        {"lot": "lot-1", "direction": "entry", "time": "2025-10-30T09:00:00+08:00", "vehicle": PLATES[0], "plate": PLATES[0]},
        {"lot": "lot-1", "direction": "entry", "time": "2025-10-30T09:00:00+08:00", "vehicle": " "},
        {"lot": "lot-1", "direction": "entry", "time": "2035-10-30T09:00:00+08:00", "vehicle": PLATES[0]},
        {"lot": "lot-1", "direction": "entry", "time": "2025-01-30T09:00:00+08:00", "vehicle": PLATES[0]},
        PLATES[0],
    ]);
    let answer = post(&city, "office", Some("k"), &rows.to_string()).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    let done = answer.json();
    let codes: Vec<(u64, &str)> = done["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["row"].as_u64().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    let expected = [
        (3, "no-such-lot"),
        (4, "row-unreadable"),
        (5, "time-unreadable"),
        (6, "row-unreadable"),
        (7, "vehicle-unreadable"),
        (8, "clock-ahead"),
        (9, "too-old"),
        (10, "row-unreadable"),
    ];
    assert_eq!((codes.as_slice(), &done["accepted"]), (expected.as_slice(), &json!(3)));
    check(answer.body.clone());
    // Again under its key, another under the same key, again without one, by lines, and who may not.
    assert_eq!(post(&city, "office", Some("k"), &rows.to_string()).await.json()["repeated"], true);
    assert_eq!(post(&city, "office", Some("k"), "[]").await.status.as_u16(), 422);
    let lines = format!("{}\n{}\n", row(PLATES[0], "entry", "09:00"), row(PLATES[0], "exit", "10:30"));
    assert_eq!(post(&city, "admin", None, &lines).await.json()["accepted"], 2);
    assert_eq!(post(&city, "education", None, &lines).await.status.as_u16(), 403);
    let many = vec![row(PLATES[0], "entry", "09:00"); 10_001];
    assert_eq!(post(&city, "office", None, &json!(many).to_string()).await.status.as_u16(), 422);
    assert_eq!(post(&city, "office", None, &format!("[{}", PLATES[0])).await.status.as_u16(), 400);

    let detail = city.get(&Reader::default(), "/api/v1/parking/lots/lot-1").await;
    let day = detail.json()["days"][0].clone();
    // 90 minutes of a new-energy vehicle: 3 and 2 yuan, the half of it.
    assert_eq!((&day["stays"], &day["median_minutes"], &day["fen"]), (&json!(1), &json!(90), &json!(250)), "{day}");
    assert_eq!((&detail.json()["inside"], &day["turnover"]), (&json!(1), &json!("0.03")));
    for path in ["/parking/lot-1", "/parking", "/api/v1/parking/lots", "/facilities/lot-1", "/city"] {
        for reader in [Reader::default(), city.sign_in("office").await] {
            check(city.get(&reader, path).await.body);
        }
    }
    check(city.get(&city.sign_in("admin").await, "/log").await.body);
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("what is logged is read"), "{log}");
    check(log);
}

#[tokio::test]
async fn pages_in_both_languages() {
    let city = city().await;
    let nearest = "/parking?place=87.304,44.013&hours=2&class=new-energy";
    let bill = "/parking?tariff=lot&from=2025-10-30T09:10&to=2025-10-31T10:00&vehicle=new-energy";
    let rows: [(&str, &[&str], &[&str]); 8] = [
        (
            "/air",
            &["模拟", "HJ 633-2012", "107", "轻度污染", "PM2.5", "优良天数", "暂不推算", "2025-10-30"],
            &["lightly polluted", "Good days", "Too early", "simulated"],
        ),
        ("/air?year=2025&day=2025-10-30", &["当日详情", "24 小时平均"], &["The day", "24 h mean"]),
        ("/air?year=2025&day=2025-10-29", &["这一天没有评价结果"], &["This day was not assessed"]),
        ("/air/air-1", &["甲air-1", "轻度污染", "逐日评价"], &["The air-1", "lightly polluted"]),
        (nearest, &["甲lot-1", "<b>7</b>", "2.50", "步行约"], &["The lot-1", "2.50"]),
        (bill, &["12.00", "每日封顶", "新能源汽车按 50% 计收"], &["12.00", "To pay"]),
        ("/parking?place=here", &["请写成"], &["Give longitude and latitude"]),
        (
            "/parking/lot-1",
            &["首个 1 小时 3 元", "不含车牌", "夜间免费"],
            &["the first hour 3 yuan", "no plates", "Free at night"],
        ),
    ];
    for (path, zh, en) in rows {
        let joined = if path.contains('?') { '&' } else { '?' };
        for (lang, wanted) in [("zh", zh), ("en", en)] {
            let answer = city.get(&Reader::default(), &format!("{path}{joined}lang={lang}")).await;
            assert_eq!(answer.status.as_u16(), 200, "{path}");
            for words in wanted {
                assert!(answer.body.contains(words), "{path} {lang} without {words}: {}", answer.body);
            }
        }
    }
    // What is new is counted by the register.
    let body = city.get(&Reader::default(), "/parking").await.body;
    for figure in ["<b>40</b>", "<b>12</b>"] {
        assert!(body.contains(figure), "{figure}");
    }
    let new = city.get(&Reader::default(), "/api/v1/parking").await.json();
    let figures: Vec<&Value> = new["new"].as_array().unwrap().iter().map(|one| &one["figure"]).collect();
    assert_eq!(figures, [&json!(40), &json!(12), &json!(1)]);
    assert_eq!((&new["night_free_commercial"], &new["simulated"]), (&json!(1), &json!(2)));
    let air = city.get(&Reader::default(), "/api/v1/air").await.json();
    assert_eq!((&air["year"]["good"], &air["year"]["valid"], &air["day"]["aqi"]), (&json!(0), &json!(1), &json!(107)));
    assert_eq!((&air["stations"][0]["aqi"], &air["stations"][0]["primary"]), (&json!(107), &json!(["pm25"])));
    let near = city.get(&Reader::default(), "/api/v1/parking/nearest?place=87.304,44.013").await.json();
    assert_eq!((&near["items"][0]["spaces"], &near["items"][0]["bill"]["total_fen"]), (&json!("free"), &json!(500)));
}

#[tokio::test]
async fn a_bill_takes_instants_and_says_which_field_is_wrong() {
    let city = city().await;
    let ask = async |tariff: &str, from: &str, to: &str| {
        let (from, to) = (common::encoded(from), common::encoded(to));
        city.get(&Reader::default(), &format!("/api/v1/parking/bill?tariff={tariff}&from={from}&to={to}")).await
    };
    let local = ask("lot", "2025-10-30T09:10", "2025-10-30T12:00").await.json();
    assert!(local["total_fen"].as_i64().unwrap() > 0, "{local}");
    for (from, to) in [
        ("2025-10-30T09:10:00+08:00", "2025-10-30T12:00:00+08:00"),
        ("2025-10-30T01:10:00Z", "2025-10-30T04:00:00Z"),
        ("2025-10-30T01:10:00+00:00", "2025-10-30T12:00"),
    ] {
        assert_eq!(ask("lot", from, to).await.json(), local, "{from} {to}");
    }
    for (tariff, from, to, field) in [
        ("lot", "2025-10-30T09:10", "2025-10-30T09:00", "to"),
        ("lot", "2025-10-30T09:10", "2027-10-30T09:00", "to"),
        ("lot", "2025-10-30T09:10[Asia/Shanghai]", "2025-10-30T12:00", "from"),
        ("lot", "2025-10-30T09:10", "noon", "to"),
        ("nothing", "2025-10-30T09:10", "2025-10-30T12:00", "tariff"),
    ] {
        let answer = ask(tariff, from, to).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (422, &json!(field)), "{tariff} {from} {to}");
    }
}
