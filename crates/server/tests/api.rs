//! The API's promises to programs: cursors, versions, keys, problems.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use axum::body::Body;
use common::{City, Reader, basic};
use serde_json::{Value, json};

#[test]
fn the_description_is_as_published() {
    let description: Value = serde_json::from_str(&tingzhou_server::openapi()).unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    insta::assert_json_snapshot!("openapi", description);
}

#[tokio::test]
async fn every_task_is_read_once_by_cursor() {
    let city = City::adopted().await;
    let public = Reader::default();
    let total = city.platform.snapshot().await.unwrap().tasks.len();
    for (query, limit) in [("", 200), ("sort=title&descending=1", 37)] {
        let mut seen = std::collections::HashSet::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/api/v1/tasks?limit={limit}&{query}&cursor={cursor}");
            let page = city.get(&public, &path).await.json();
            for task in page["items"].as_array().unwrap() {
                assert!(seen.insert(task["id"].as_str().unwrap().to_owned()), "{} twice", task["id"]);
            }
            assert_eq!(page["total"], total);
            let Some(next) = page["next"].as_str() else { break };
            next.clone_into(&mut cursor);
        }
        assert_eq!(seen.len(), total, "{query}");
    }
    let first = city.get(&public, "/api/v1/tasks?light=grey&limit=1").await.json();
    let foreign = format!("/api/v1/tasks?light=red&cursor={}", first["next"].as_str().unwrap());
    let answer = city.get(&public, &foreign).await;
    assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (422, Some("cursor")));
}

#[tokio::test]
async fn versions_guard_and_keys_repeat() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    city.assign(&task, "education").await;
    let public = Reader::default();
    let path = format!("/api/v1/tasks/{task}");
    let filing = format!("{path}/evidence");
    let body = json!({"value": "1.5", "unit": "公里", "to": "2025-09-30", "reported": "under-way", "note": "路基完成"});
    let before = city.get(&public, &path).await;
    let etag = before.header("etag").to_owned();
    assert_eq!(etag, format!("\"v{}-20251031\"", before.json()["version"]));

    let unchanged = public.request("GET", &path).header("if-none-match", &etag).body(Body::empty()).unwrap();
    assert_eq!(city.send(unchanged).await.status.as_u16(), 304);

    let none = city.call("POST", &filing, &[basic("education")], &body).await;
    assert_eq!((none.status.as_u16(), none.json()["code"].as_str()), (428, Some("if-match-missing")));

    let key = ("idempotency-key", "abc".to_owned());
    let headers = [basic("education"), ("if-match", etag.clone()), key.clone()];
    let made = city.call("POST", &filing, &headers, &body).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    assert_eq!(made.json()["amount"], json!({"value": "1.5", "unit": "公里"}));
    assert!(made.header("location").contains(made.json()["id"].as_str().unwrap()));
    assert_ne!(made.header("etag"), etag);

    let again = city.call("POST", &filing, &headers, &body).await;
    assert_eq!((again.status.as_u16(), again.json()["id"].clone()), (201, made.json()["id"].clone()));

    let other = json!({"value": "2", "to": "2025-09-30", "reported": "under-way"});
    let reused = city.call("POST", &filing, &headers, &other).await;
    assert_eq!((reused.status.as_u16(), reused.json()["code"].as_str()), (422, Some("key-reused")));

    let stale = city.call("POST", &filing, &[basic("education"), ("if-match", etag)], &other).await;
    assert_eq!((stale.status.as_u16(), stale.json()["code"].as_str()), (412, Some("changed-meanwhile")));
    assert_eq!(stale.header("etag"), format!("\"v{}\"", stale.json()["version"]), "the version now");
    assert!(made.header("etag").starts_with(stale.header("etag").trim_end_matches('"')));

    let rows = city.get(&public, &filing).await.json();
    assert_eq!(rows["items"].as_array().unwrap().len(), 1);
    assert!(rows["items"][0]["at"].as_str().unwrap().ends_with("+08:00"), "{}", rows["items"][0]["at"]);
}

#[tokio::test]
async fn refusals_name_code_and_field() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    city.assign(&task, "education").await;
    let path = format!("/api/v1/tasks/{task}/evidence");
    let rows = [
        (json!({"value": "many", "to": "2025-09-30", "reported": "under-way"}), 422, "invalid-field", "value"),
        (json!({"value": "1", "to": "soon", "reported": "under-way"}), 422, "invalid-field", "period"),
        (json!({"value": "1", "to": "2025-12-01", "reported": "under-way"}), 422, "period-in-future", "period"),
        (json!({"value": "1", "unit": "亩", "to": "2025-09-30", "reported": "under-way"}), 422, "wrong-unit", "unit"),
        (json!({"to": "2025-09-30", "reported": "under-way"}), 422, "value-missing", "value"),
        (json!({"value": "1", "to": "2025-09-30", "reported": "nearly"}), 422, "invalid-field", "reported"),
        (json!({"value": "999999", "to": "2025-09-30", "reported": "under-way"}), 409, "far-above-target", "value"),
    ];
    for (body, status, code, field) in rows {
        let headers = [basic("education"), ("if-match", format!("\"v{}\"", city.version(&task).await))];
        let answer = city.call("POST", &path, &headers, &body).await;
        let problem = answer.json();
        let got = (answer.status.as_u16(), problem["code"].as_str().unwrap(), problem["field"].as_str().unwrap());
        assert_eq!(got, (status, code, field), "{body}");
    }
    let headers = [basic("education"), ("if-match", format!("\"v{}\"", city.version(&task).await))];
    for body in [json!({"value": "1"}), json!({"value": 1, "to": "2025-09-30", "reported": "done"}), json!([1])] {
        assert_eq!(city.call("POST", &path, &headers, &body).await.status.as_u16(), 400, "{body}");
    }
    let wrong = ("authorization", "Basic eDp5".to_owned());
    let answer = city.call("POST", &path, &[wrong], &json!({})).await;
    assert_eq!(answer.status.as_u16(), 401);
    assert!(answer.header("www-authenticate").starts_with("Basic"));
    let large = json!({"value": "1", "to": "2025-09-30", "reported": "done", "note": "长".repeat(40_000)});
    assert_eq!(city.call("POST", &path, &headers, &large).await.status.as_u16(), 413);
}

#[tokio::test]
async fn a_session_writes_with_its_word_only() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    let reader = city.sign_in("office").await;
    let path = format!("/api/v1/tasks/{task}/assignment");
    let body = json!({"lead": "education"});
    let version = ("if-match", format!("\"v{}\"", city.version(&task).await));
    let cookie = ("cookie", reader.cookie.clone().unwrap());
    let answer = city.call("PUT", &path, &[cookie.clone(), version.clone()], &body).await;
    assert_eq!(answer.status.as_u16(), 403);
    let word = ("x-csrf-token", reader.csrf.clone());
    assert_eq!(city.call("PUT", &path, &[cookie, version, word], &body).await.status.as_u16(), 200);
}
