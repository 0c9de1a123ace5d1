//! Work orders by forms and by the API: every step, by everyone in turn, and what the pages show of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{City, Reader, basic};
use serde_json::{Value, json};

const NAMES: [&str; 6] = ["", "education", "transport", "vice-mayor", "office", "admin"];

async fn version(city: &City, order: &str) -> String {
    let answer = city.call("GET", &format!("/api/v1/orders/{order}"), &[basic("office")], &Value::Null).await;
    answer.json()["version"].to_string()
}

/// The public, the unit it is sent to, another unit, the leader of the first, the office, the administrator.
#[tokio::test]
async fn steps() {
    let done = json!({"transition": "done", "found": "垫片老化", "deed": "已更换"});
    let reason = |transition: &str| json!({"transition": transition, "reason": "有理由"});
    let send = |unit: &str| json!({"transition": "reassign", "reason": "有理由", "unit": unit});
    let rows: [(Value, [u16; 6]); 15] = [
        (json!({"transition": "arrive"}), [401, 409, 404, 409, 409, 409]),
        (json!({"transition": "vanish"}), [401, 422, 404, 422, 422, 422]),
        (json!({"transition": "accept"}), [401, 200, 404, 403, 403, 403]),
        (json!({"transition": "refuse"}), [401, 422, 404, 403, 403, 403]),
        (reason("refuse"), [401, 200, 404, 403, 403, 403]),
        (json!({"transition": "reassign", "reason": "有理由"}), [401, 422, 404, 422, 422, 422]),
        (send("nobody"), [401, 422, 404, 422, 422, 422]),
        (send("education"), [401, 403, 404, 403, 200, 200]),
        (json!({"transition": "accept"}), [401, 200, 404, 403, 403, 403]),
        (json!({"transition": "arrive", "place": "here"}), [401, 422, 404, 422, 422, 422]),
        (json!({"transition": "arrive", "place": "87.3, 44.0"}), [401, 200, 404, 403, 403, 403]),
        (done, [401, 200, 404, 403, 403, 403]),
        // The gas is still there.
        (json!({"transition": "verify"}), [401, 403, 404, 403, 409, 409]),
        (json!({"transition": "close", "reason": "我自己来"}), [401, 403, 404, 403, 403, 403]),
        (reason("cancel"), [401, 403, 404, 403, 200, 409]),
    ];
    for forms in [false, true] {
        let city = City::founded().await;
        city.observed().await;
        let order = city.order("education").await;
        let mut readers = vec![Reader::default()];
        for name in &NAMES[1..] {
            readers.push(city.sign_in(name).await);
        }
        for (body, expected) in &rows {
            let mut got = [0; 6];
            // Who may comes last, so that the others are refused for who they are; where several may, the first does.
            let mut turns: Vec<usize> = (0..6).collect();
            if !expected.contains(&409) {
                turns.sort_by_key(|who| expected[*who] == 200);
            }
            for who in turns {
                let version = version(&city, &order).await;
                got[who] = if forms {
                    let mut fields = vec![("version", version.as_str())];
                    for (key, value) in body.as_object().unwrap() {
                        fields.push((key, value.as_str().unwrap()));
                    }
                    let answer = city.post(&readers[who], &format!("/orders/{order}/step"), &fields).await;
                    // A form that was carried out leads on to the next page.
                    if answer.status.as_u16() == 303 { 200 } else { answer.status.as_u16() }
                } else {
                    let mut headers = vec![("if-match", format!("\"v{version}\""))];
                    if !NAMES[who].is_empty() {
                        headers.push(basic(NAMES[who]));
                    }
                    city.call("POST", &format!("/api/v1/orders/{order}/steps"), &headers, body).await.status.as_u16()
                };
            }
            assert_eq!(&got, expected, "{body} forms: {forms}");
        }
    }
}

#[tokio::test]
async fn alarms_and_orders_show_each_other() {
    let city = City::founded().await;
    city.observed().await;
    let (office, unit, other) =
        (city.sign_in("office").await, city.sign_in("education").await, city.sign_in("transport").await);
    let shows = async |reader: &Reader, path: &str, words: &str| city.get(reader, path).await.body.contains(words);
    // Nobody is sent yet: the office has the button, with the unit the city's rules name chosen; others do not.
    for page in ["/alarms", "/facilities/gas-1"] {
        let alarms = city.get(&office, page).await.body;
        assert!(alarms.contains("action=\"/orders\"") && alarms.contains("value=\"gas\" selected"), "{alarms}");
    }
    assert!(!shows(&unit, "/alarms", "action=\"/orders\"").await);
    let sent = [("facility", "gas-1"), ("rule", "gas-leak"), ("unit", "education")];
    let answer = city.post(&office, "/orders", &sent).await;
    let place = answer.header("location");
    let path = place.split('?').next().unwrap();
    assert!(path.starts_with("/orders/order-"), "{place}");
    for (page, reader, there) in [
        ("/alarms", &office, true),
        ("/alarms", &unit, true),
        ("/alarms", &other, false),
        ("/city", &office, true),
        ("/city", &unit, true),
        ("/city", &other, false),
        ("/city", &Reader::default(), false),
        ("/facilities/gas-1", &office, true),
        ("/facilities/gas-1", &unit, true),
        ("/facilities/gas-1", &other, false),
        ("/me", &unit, true),
        ("/me", &office, true),
        ("/me", &other, false),
        ("/orders", &unit, true),
        ("/orders", &other, false),
        ("/notices", &unit, true),
        ("/notices", &other, false),
    ] {
        assert_eq!(shows(reader, page, &format!("href=\"{path}\"")).await, there, "{page}");
    }
    for page in ["/alarms", "/facilities/gas-1"] {
        assert!(!shows(&office, page, "action=\"/orders\"").await, "one order an alarm");
    }
    for back in ["/facilities/gas-1", "/alarms?facility=gas-1", "/city?facility=gas-1"] {
        assert!(shows(&unit, path, &format!("href=\"{back}\"")).await, "{back}");
    }
    // Refused, a form comes back with what was typed.
    let version = version(&city, path.trim_start_matches("/orders/")).await;
    let empty = [("transition", "refuse"), ("reason", ""), ("version", version.as_str())];
    let answer = city.post(&unit, &format!("{path}/step"), &empty).await;
    assert!(answer.status.as_u16() == 422 && answer.body.contains("role=\"alert\""), "{}", answer.body);
}

#[tokio::test]
async fn a_drill_is_marked_and_counted_nowhere() {
    let city = City::founded().await;
    city.observed().await;
    let drill = city.drill("education").await;
    let (office, unit) = (city.sign_in("office").await, city.sign_in("education").await);
    for reader in [&office, &unit] {
        for page in ["/orders", "/alarms", "/city", "/gas", "/me", "/facilities/gas-2", &format!("/orders/{drill}")] {
            let body = city.get(reader, page).await.body;
            assert!(body.contains("演练") && body.contains(&format!("/orders/{drill}")), "{page}: {body}");
        }
    }
    assert!(city.get(&unit, "/notices").await.body.contains("【演练】"));
    let gas = city.call("GET", "/api/v1/gas", &[basic("office")], &Value::Null).await.json();
    assert_eq!(gas["orders"]["orders"], 0, "{gas}");
    let orders = city.call("GET", "/api/v1/orders?ended=true", &[basic("office")], &Value::Null).await.json();
    assert_eq!(orders["items"], json!([]));
    let drills = city.call("GET", "/api/v1/orders?drills=true", &[basic("office")], &Value::Null).await.json();
    assert_eq!((&drills["items"][0]["drill"], &drills["items"][0]["alarm_holds"]), (&json!(true), &json!(true)));
    let english = city.get(&office, &format!("/orders/{drill}?lang=en")).await.body;
    assert!(english.contains("[DRILL]"), "{english}");
}

#[tokio::test]
async fn a_drill_that_is_not_started_keeps_its_form() {
    let city = City::founded().await;
    city.observed().await;
    let office = city.sign_in("office").await;
    let form = async |changed: &str, value: &str| {
        let all =
            [("facility", "gas-2"), ("rule", "gas-leak"), ("level", "1"), ("unit", "education"), ("minutes", "45")];
        let fields: Vec<_> = all.map(|(name, own)| (name, if name == changed { value } else { own })).to_vec();
        city.post(&office, "/drills", &fields).await
    };
    for (field, typed) in [
        ("facility", "二号 探测器"),
        ("facility", "gas-9"),
        ("rule", "no rule!"),
        ("rule", "co2"),
        ("level", "9"),
        ("unit", "a b"),
        ("minutes", "1"),
    ] {
        let answer = form(field, typed).await;
        assert_eq!(answer.status.as_u16(), 422, "{field} {typed}: {}", answer.body);
        let kept = |words: &str| assert!(answer.body.contains(words), "{field} {typed}: {words}: {}", answer.body);
        kept("role=\"alert\"");
        for (name, own) in [("facility", "gas-2"), ("level", "1"), ("minutes", "45")] {
            kept(&format!("value=\"{}\"", if name == field { typed } else { own }));
        }
        if field != "rule" {
            kept("value=\"gas-leak\" selected");
        }
        if field != "unit" {
            kept("value=\"education\" selected");
        }
    }
    assert_eq!(form("", "").await.status, 303);
    // Started already, it is not started again.
    let again = form("", "").await;
    assert!(again.status == 409 && again.body.contains("value=\"45\""), "{}", again.body);
    // Nobody is sent to what can be no alarm; that is a mistake of the form, too.
    let sent = city.post(&office, "/orders", &[("facility", "a b"), ("rule", "gas-leak"), ("unit", "education")]).await;
    assert_eq!(sent.status, 422, "{}", sent.body);
    // Who may start none is shown no form.
    let unit = city.sign_in("education").await;
    let fields = [("facility", "gas-9"), ("rule", "gas-leak"), ("level", "1"), ("minutes", "45")];
    let answer = city.post(&unit, "/drills", &fields).await;
    assert!(answer.status == 403 && !answer.body.contains("action=\"/drills\""), "{}", answer.body);
}
