//! What was, by page, by file and by the API, and the times people and programs ask for it with.

use crate::common;

use common::{City, Reader, basic};
use serde_json::{Value, json};
use std::time::Duration;
use tingzhou_platform::Instruments;
use tingzhou_platform::city::{Moment, Period};

/// So many values of the car park, 14 seconds apart, of which the last was a minute and a half ago.
async fn dense(city: &City, instruments: &Instruments, count: u32) {
    let last = instruments.now().before(Period::from_secs(90));
    let all: Vec<(Moment, f64)> =
        (0..count).map(|no| (last.before(Period::from_secs((count - 1 - no) * 14)), f64::from(no))).collect();
    for some in all.chunks(1_000) {
        city.say(instruments, "park-1", "availableSpotNumber", some.iter().copied()).await;
    }
}

#[tokio::test]
async fn a_dense_day_shows_its_newest_values_and_its_file_has_all() {
    let city = City::founded().await;
    let instruments = city.observed().await;
    dense(&city, &instruments, 6_100).await;
    let public = Reader::default();
    let page = city.get(&public, "/facilities/park-1").await.body;
    // The table is of the newest 200, of which the first is the one of `observed`.
    assert!(
        page.contains("<td class=\"number\">6099</td>") && page.contains("<td class=\"number\">5901</td>"),
        "{page}"
    );
    assert!(!page.contains("<td class=\"number\">5900</td>"), "{page}");
    assert!(page.contains("图表只画最新的 5,000 个") && page.contains("<span class=\"count\">5000</span>"), "{page}");
    // The plot begins where its values do.
    let plot = page.split("data-series=\"").nth(1).unwrap().split('"').next().unwrap();
    let plot: Value = serde_json::from_str(&plot.replace("&quot;", "\"").replace("&#34;", "\"")).unwrap();
    let points = plot["points"].as_array().unwrap();
    assert_eq!((points.len(), &points[0][1][0], &points[4_999][1][0]), (5_000, &json!(1_101.0), &json!(42.0)));
    assert_eq!(plot["from"], points[0][0]);
    let csv = city.get(&public, "/facilities/park-1/history.csv?lang=zh").await;
    let cells = |line: &str| line.split(',').nth(3).unwrap().to_owned();
    let told: Vec<String> = csv.body.lines().skip(1).map(cells).collect();
    let all: Vec<String> = (0..6_100).map(|no: u32| no.to_string()).chain(["42".to_owned()]).collect();
    assert_eq!(told, all);
    assert!(csv.body.starts_with("\u{feff}设施,") && csv.body.ends_with("\r\n"), "{}", &csv.body[..200]);
}

#[tokio::test]
async fn history_to_now_goes_on_by_its_cursor() {
    let city = City::founded().await;
    let instruments = city.observed().await;
    let mut values = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("/api/v1/facilities/air-1/history?property=pm25&grain=raw&limit=7{next}");
        let page = city.call("GET", &path, &[], &Value::Null).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let page = page.json();
        values.extend(page["items"].as_array().unwrap().iter().map(|item| item["value"].as_f64().unwrap()));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
        // What comes later is not of this list.
        tokio::time::sleep(Duration::from_millis(3)).await;
        city.say(&instruments, "air-1", "pm25", [(instruments.now(), 99.0)]).await;
    }
    // The last 24 of the hours.
    assert_eq!(values, (6..30).map(|hour| f64::from(hour) + 10.0).collect::<Vec<_>>());
    for other in ["grain=hour", "grain=raw&to=2026-01-01T00:00:00Z"] {
        let path = format!("/api/v1/facilities/air-1/history?property=pm25&limit=7&{other}{next}");
        let answer = city.call("GET", &path, &[], &Value::Null).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (422, &json!("cursor")), "{other}");
    }
}

#[tokio::test]
async fn times_are_instants_or_beijing_time() {
    let city = City::founded().await;
    let instruments = city.observed().await;
    // The hour of the air station that was five hours ago, said in five ways.
    let then = instruments.now().before(common::instruments::hours(5));
    let utc = jiff::Timestamp::from(then);
    let ways = [
        then.civil().strftime("%Y-%m-%dT%H:%M").to_string(),
        then.civil().strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string(),
        utc.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        utc.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string(),
        utc.strftime("%Y-%m-%dT%H:%M:%S.5-00:00").to_string(),
    ];
    for way in ways {
        let path = format!("/api/v1/facilities/at?time={}", common::encoded(&way));
        let at = city.call("GET", &path, &[], &Value::Null).await.json();
        assert_eq!(at["items"][0]["values"][0]["mean"], "34", "{way}: {at}");
    }
    for wrong in ["soon", "2025-10-31T08:00 08:00", "2025-10-31T08:00[Asia/Shanghai]", "2025-10-31T08:00+99:00"] {
        let path = format!("/api/v1/facilities/at?time={}", common::encoded(wrong));
        let answer = city.call("GET", &path, &[], &Value::Null).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (422, &json!("time")), "{wrong}");
    }
    // An hour from now, told with the offset of another place.
    let until = jiff::Timestamp::from(instruments.now().after(Period::from_secs(3_600)));
    let path = "/api/v1/alarms/gas-1/gas-leak/commands";
    let body =
        json!({"command": "shelve", "reason": "检修", "until": until.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()});
    let shelved = city.call("POST", path, &[basic("office")], &body).await;
    assert_eq!(shelved.status, 204, "{}", shelved.body);
    let listed = city.call("GET", "/api/v1/alarms?standing=shelved", &[basic("office")], &Value::Null).await.json();
    assert_eq!(listed["items"][0]["rule"], "gas-leak");
}
