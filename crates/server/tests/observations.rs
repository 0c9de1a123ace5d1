//! Observations in batches over HTTP: taken or refused one by one, with the reason.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use axum::body::Body;
use axum::http::Request;
use common::{Answer, City, PASSWORD, basic};
use serde_json::{Value, json};
use tingzhou_platform::city::{FacilityDef, FacilityId};

async fn city() -> City {
    let city = City::founded().await;
    let admin = city.platform.verify_password("admin", PASSWORD).await.unwrap();
    let facility = |id: &str, of: &str| -> FacilityDef {
        serde_json::from_value(json!({"id": id, "type": of, "name": {"zh": id, "en": id}, "from": "2024-01-01"}))
            .unwrap()
    };
    let instruments = city.platform.instruments().await.unwrap();
    let all = vec![facility("lot-1", "OffStreetParking"), facility("gas-1", "GasDetector")];
    instruments.put_facilities(&admin, all).await.unwrap();
    city
}

async fn post(city: &City, name: &str, key: Option<&str>, body: &str) -> Answer {
    let (header, value) = basic(name);
    let mut request = Request::post("/api/v1/observations").header(header, value);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    city.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

const AT: &str = "2025-10-31T11:30:00+08:00";

fn row(facility: &str, property: &str, value: f64) -> Value {
    json!({"facility": facility, "property": property, "time": AT, "value": value})
}

async fn latest(city: &City, facility: &str) -> Vec<(String, f64, u8)> {
    let instruments = city.platform.instruments().await.unwrap();
    let all = instruments.latest(&FacilityId::new(facility).unwrap()).into_iter();
    all.map(|(of, sample)| (of.as_str().to_owned(), sample.value.get(), sample.quality.bits())).collect()
}

#[tokio::test]
async fn arrays_and_lines() {
    let city = city().await;
    let array = json!([row("lot-1", "availableSpotNumber", 12.0), row("gas-1", "gas", 3.5)]).to_string();
    let answer = post(&city, "admin", None, &array).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    assert_eq!(answer.json(), json!({"accepted": 2, "refused": 0, "rows": [], "repeated": false}));
    assert_eq!(latest(&city, "gas-1").await, [("gas".to_owned(), 3.5, 0)]);
    let suspect = json!({"facility": "gas-1", "property": "gas", "time": "2025-10-31T11:31:00+08:00", "value": 4, "quality": "suspect"});
    let lines = format!("{}\n\n{suspect}\n", row("lot-1", "availableSpotNumber", 12.0));
    let answer = post(&city, "office", None, &lines).await;
    assert_eq!(answer.json()["accepted"], 2, "{}", answer.body);
    assert_eq!(latest(&city, "gas-1").await, [("gas".to_owned(), 4.0, 4)]);
    assert_eq!(post(&city, "admin", None, "[]").await.json()["accepted"], 0);
}

#[tokio::test]
async fn each_row_is_refused_by_itself_with_its_reason() {
    let city = city().await;
    let rows = [
        (row("lot-9", "availableSpotNumber", 1.0).to_string(), "no-such-facility"),
        (row("lot-1", "gas", 1.0).to_string(), "no-such-property"),
        (row("lot-1", "totalSpotNumber", 1.0).to_string(), "no-such-property"),
        (row("gas-1", "gas", 1e308).to_string(), "value"),
        (
            r#"{"facility": "gas-1", "property": "gas", "time": "2025-10-31T11:30:00+08:00", "value": 1e999}"#
                .to_owned(),
            "row-unreadable",
        ),
        (
            r#"{"facility": "gas-1", "property": "gas", "time": "2025-10-31T11:30:00+08:00", "value": "1"}"#.to_owned(),
            "row-unreadable",
        ),
        (
            json!({"facility": "gas-1", "property": "gas", "time": "2025-10-31 11:00", "value": 1}).to_string(),
            "time-unreadable",
        ),
        (
            json!({"facility": "gas-1", "property": "gas", "time": "2026-10-31T11:30:00Z", "value": 1}).to_string(),
            "clock-ahead",
        ),
        (
            json!({"facility": "gas-1", "property": "gas", "time": "1999-10-31T11:30:00Z", "value": 1}).to_string(),
            "too-old",
        ),
        (
            json!({"facility": "gas-1", "property": "gas", "time": AT, "value": 1, "quality": "fine"}).to_string(),
            "quality-unknown",
        ),
        (
            json!({"facility": "lot-1", "property": "availableSpotNumber", "time": AT, "value": 1, "plate": "x"})
                .to_string(),
            "row-unreadable",
        ),
        (row("gas-1", "gas", 2.0).to_string(), ""),
    ];
    let body = format!("[{}]", rows.iter().map(|(row, _)| row.as_str()).collect::<Vec<_>>().join(","));
    let answer = post(&city, "admin", None, &body).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    // 10⁹⁹⁹ is no JSON number that can be held, which is told with the whole array; by lines it is one row.
    let lines = rows.iter().map(|(row, _)| row.as_str()).collect::<Vec<_>>().join("\n");
    let by_line = post(&city, "admin", None, &lines).await.json();
    let expected: Vec<(u64, &str)> =
        (0..).zip(&rows).filter(|(_, (_, code))| !code.is_empty()).map(|(no, (_, code))| (no, *code)).collect();
    for told in [answer.json(), by_line] {
        assert_eq!((&told["accepted"], &told["refused"]), (&json!(1), &json!(11)));
        let found: Vec<(u64, &str)> = told["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                assert!(!row["message"]["zh"].as_str().unwrap().is_empty());
                (row["row"].as_u64().unwrap(), row["code"].as_str().unwrap())
            })
            .collect();
        assert_eq!(found, expected);
    }
    assert_eq!(latest(&city, "gas-1").await, [("gas".to_owned(), 2.0, 0)]);
}

#[tokio::test]
async fn a_key_is_good_for_one_batch() {
    let city = city().await;
    let first = json!([row("gas-1", "gas", 1.0), row("gas-9", "gas", 1.0)]).to_string();
    let other = json!([row("gas-1", "gas", 2.0)]).to_string();
    let done = post(&city, "admin", Some("k"), &first).await.json();
    assert_eq!((&done["accepted"], &done["refused"], &done["repeated"]), (&json!(1), &json!(1), &json!(false)));
    let again = post(&city, "admin", Some("k"), &first).await.json();
    assert_eq!((&again["accepted"], &again["refused"], &again["repeated"]), (&json!(1), &json!(1), &json!(true)));
    let reused = post(&city, "admin", Some("k"), &other).await;
    assert_eq!((reused.status.as_u16(), reused.json()["code"].as_str()), (422, Some("key-reused")));
    // Another account's keys are its own.
    assert_eq!(post(&city, "office", Some("k"), &other).await.json()["accepted"], 1);
    let long = "k".repeat(129);
    assert_eq!(post(&city, "admin", Some(&long), &first).await.status.as_u16(), 422);
}

#[tokio::test]
async fn what_is_no_batch_is_refused_whole() {
    let city = city().await;
    let check = async |name: &str, body: &str, status: u16, code: &str| {
        let answer = post(&city, name, None, body).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (status, Some(code)), "{}", answer.body);
    };
    check("admin", "[{\"facility\": ", 400, "body-unreadable").await;
    check("vice-mayor", "[]", 403, "not-allowed").await;
    check("nobody", "[]", 401, "sign-in-failed").await;
    check("admin", &format!("[{}1]", "1,".repeat(50_000)), 422, "invalid-field").await;
    check("admin", &" ".repeat(9 * 1024 * 1024), 413, "too-large").await;
    let public = city.send(Request::post("/api/v1/observations").body(Body::from("[]")).unwrap()).await;
    assert_eq!(public.status.as_u16(), 401);
}

/// Of two batches that come under one key at the same time one is taken.
#[tokio::test]
async fn a_key_is_good_for_one_batch_at_a_time() {
    let city = city().await;
    let batch = |value: f64| json!([row("gas-1", "gas", value)]).to_string();
    let (one, other) = (batch(1.0), batch(2.0));
    let (one, other) = tokio::join!(post(&city, "admin", Some("k"), &one), post(&city, "admin", Some("k"), &other));
    let mut told =
        [one, other].map(|answer| (answer.status.as_u16(), answer.json()["code"].as_str().map(str::to_owned)));
    told.sort_unstable();
    assert_eq!(told[0], (200, None));
    // The later one came while the first was taken, or after it.
    let later = [(409, Some("key-in-use".to_owned())), (422, Some("key-reused".to_owned()))];
    assert!(later.contains(&told[1]), "{told:?}");
    assert_eq!(latest(&city, "gas-1").await.len(), 1);
}
