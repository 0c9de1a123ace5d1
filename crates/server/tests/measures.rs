//! Measures in a city whose report is real and whose instruments are simulated, and what is marked as simulated beside them.

use crate::common::{City, PASSWORD, Reader, basic};
use serde_json::{Value, json};

fn measure(value: &str, unit: &str, expected: u32) -> Value {
    json!({"name": {"zh": "停车场", "en": "Lots"}, "words": {"zh": "停车场。", "en": "Lots."}, "unit": unit,
        "value": value, "public": true, "expected": expected, "reason": "改口径",
        "evidence": "SELECT name AS label, opened AS day, facility FROM facility_fact WHERE type = 'OffStreetParking'"})
}

/// Each reading stands in the unit of its own version, and says when it rests on what is simulated; rows say of what they are.
#[tokio::test]
async fn readings_of_versions() {
    let city = City::adopted().await;
    city.observed().await;
    let office = [basic("office")];
    let count = "SELECT count(*) AS value FROM facility_fact WHERE type = 'OffStreetParking'";
    for (query, unit, expected) in [(count, "处", 0), ("SELECT 50 AS value", "%", 1)] {
        let saved = city.call("PUT", "/api/v1/measures/own", &office, &measure(query, unit, expected)).await;
        assert_eq!(saved.status, 200, "{}", saved.body);
        let read = city.call("POST", "/api/v1/measures/own/readings", &office, &Value::Null).await.json();
        assert_eq!((&read["unit"], &read["simulated"]), (&json!(unit), &json!(expected == 0)), "{read}");
        let list = city.get(&Reader::default(), "/measures").await.body;
        assert_eq!(list.contains(r#"<span class="tag sim">模拟</span>"#), expected == 0, "{list}");
    }
    let one = city.call("GET", "/api/v1/measures/own", &[], &Value::Null).await.json();
    let readings: Vec<_> = one["readings"].as_array().unwrap().iter().map(|r| (&r["version"], &r["unit"])).collect();
    assert_eq!(readings, [(&json!(2), &json!("%")), (&json!(1), &json!("处"))]);
    let rows = city.call("GET", "/api/v1/measures/own/rows?version=1", &[], &Value::Null).await.json();
    assert_eq!(rows["items"][0]["simulated"], true, "{rows}");

    let public = Reader::default();
    let page = city.get(&public, "/measures/own").await.body;
    let marked = r#"1 处 <span class="tag sim">模拟</span>"#;
    assert!(
        page.contains(marked) && page.contains("50%") && !page.contains("1%<") && !page.contains("50 处"),
        "{page}"
    );
    assert!(page.contains("版本 2 · 截至") && !page.contains("不是最新版本"), "{page}");
    let earlier = city.get(&public, "/measures/own?version=1&day=2025-10-30").await.body;
    assert!(earlier.contains("版本 1 (不是最新版本) · 截至 2025-10-30 · 口径的单位"), "{earlier}");
    let csv = city.get(&public, "/measures/own/rows.csv?version=1").await.body;
    assert!(csv.contains("广场停车场") && csv.contains(",模拟"), "{csv}");
}

/// Whatever rests on simulated facilities says so, on pages and in the API.
#[tokio::test]
async fn what_is_simulated_says_so() {
    let city = City::adopted().await;
    let instruments = city.observed().await;
    let office = city.platform.verify_password("office", PASSWORD).await.unwrap();
    let lot = json!({"id": "night-1", "type": "OffStreetParking", "name": {"zh": "夜间停车场"}, "from": "2024-01-01",
        "simulated": true, "stated": {"commercial": true, "nightFree": true, "totalSpotNumber": 9}});
    instruments.put_facilities(&office, vec![serde_json::from_value(lot).unwrap()]).await.unwrap();
    let api = async |path: &str| city.call("GET", path, &[basic("office")], &Value::Null).await.json();
    let (alarms, history) = (api("/api/v1/alarms").await, api("/api/v1/alarms/history").await);
    assert_eq!((&alarms["items"][0]["simulated"], &history["items"][0]["simulated"]), (&json!(true), &json!(true)));
    assert_eq!(api("/api/v1/air").await["year"]["simulated"], true);
    let parking = api("/api/v1/parking").await;
    assert_eq!((&parking["night_free_commercial"], &parking["night_free_simulated"]), (&json!(1), &json!(1)));

    let reader = city.sign_in("office").await;
    let page = city.get(&reader, "/alarms").await.body;
    let marks = |page: &str| page.matches(r#"<span class="tag sim">模拟</span>"#).count();
    // The alarm, the figures, the alarm that came most often, and what happened.
    assert!(marks(&page) >= 4, "{page}");
    let parking = city.get(&reader, "/parking").await.body;
    let night = parking.split("</th>").find(|part| part.contains("夜间免费") && part.contains("<th scope=\"row\">"));
    assert!(night.is_some_and(|part| marks(part) == 1), "{parking}");
}
