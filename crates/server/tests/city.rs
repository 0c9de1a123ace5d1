//! Map, facilities, alarms and devices, by page and by API.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use crate::common;

use axum::body::Body;
use common::{City, Reader, basic};
use serde_json::{Value, json};
use std::time::Duration;
use tingzhou_platform::city::Period;
use tower::ServiceExt;

/// A page has some words and lacks others.
async fn check(city: &City, reader: &Reader, path: &str, has: &[&str], lacks: &[&str]) {
    let page = city.get(reader, path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    for words in has {
        assert!(page.body.contains(words), "{words} in {path}: {}", page.body);
    }
    for words in lacks {
        assert!(!page.body.contains(words), "no {words} in {path}: {}", page.body);
    }
}

#[tokio::test]
async fn the_public_sees_air_and_parking_only() {
    let city = City::founded().await;
    let (public, unit) = (Reader::default(), city.sign_in("education").await);
    check(&city, &public, "/city", &["还没有登记设施"], &["data-city"]).await;
    city.observed().await;
    check(&city, &public, "/city", &["城南空气站", "广场停车场", "模拟", "<b>42</b> 个"], &["探测器", "未确认"]).await;
    let all = ["城南空气站", "一号探测器", "二号探测器", "告警，未确认", "无数据", "<b>60.5</b> %LEL"];
    check(&city, &unit, "/city", &all, &[]).await;
    check(&city, &unit, "/city?alarm=1", &["一号探测器"], &["城南空气站", "二号探测器"]).await;
    check(&city, &unit, "/city?silent=1", &["二号探测器"], &["城南空气站", "一号探测器"]).await;
    check(&city, &unit, "/city?scenario=parking", &["广场停车场"], &["城南空气站"]).await;
    check(&city, &unit, "/city?type=GasDetector&lang=en", &["Detector one", "simulated"], &["Air station"]).await;
    for path in ["/facilities/gas-1", "/facilities/nothing"] {
        assert_eq!(city.get(&public, path).await.status, 303, "{path}");
        let path = format!("/api/v1{path}");
        assert_eq!(city.call("GET", &path, &[], &Value::Null).await.status, 401, "{path}");
    }
    let places = |answer: Value| answer["features"].as_array().unwrap().len();
    let open = city.call("GET", "/api/v1/facilities.geojson", &[], &Value::Null).await.json();
    let whole = city.call("GET", "/api/v1/facilities.geojson", &[basic("education")], &Value::Null).await.json();
    assert_eq!((places(open), places(whole)), (2, 4));
}

#[tokio::test]
async fn what_is_stated_is_shown_where_nothing_is_heard() {
    let city = City::founded().await;
    let instruments = city.observed().await;
    let office = city.platform.verify_password("office", common::PASSWORD).await.unwrap();
    let def = json!({"id": "ev-1", "type": "EVChargingStation", "name": {"zh": "城北充电站"}, "from": "2024-01-01",
        "simulated": true, "stated": {"socketNumber": 8}});
    instruments.put_facilities(&office, vec![serde_json::from_value(def).unwrap()]).await.unwrap();
    let public = Reader::default();
    check(
        &city,
        &public,
        "/city?type=EVChargingStation",
        &["充电桩数", "<b>8</b> 个"],
        &["row-values\">还没有收到数值"],
    )
    .await;
    check(&city, &public, "/facilities/ev-1", &["充电桩数", "<dd>8 个</dd>"], &[]).await;
    let body = city.call("GET", "/api/v1/facilities/ev-1", &[], &Value::Null).await.json();
    let stated = json!([{"property": "socketNumber", "name": {"zh": "充电桩数", "en": "chargers"},
        "said": {"zh": "8", "en": "8"}, "unit": {"zh": "个", "en": "chargers"}}]);
    assert_eq!((&body["stated"], &body["values"]), (&stated, &json!([])));
    // Nothing is stated of a detector nobody has heard of.
    let unit = city.sign_in("education").await;
    check(&city, &unit, "/city?silent=1", &["二号探测器", "row-values\">还没有收到数值"], &[]).await;
}

/// The public, the unit it is sent to, another unit, the office.
#[tokio::test]
async fn orders_stand_at_their_facilities() {
    let city = City::founded().await;
    city.observed().await;
    let none = "没有符合条件的设施";
    let office = city.sign_in("office").await;
    check(&city, &office, "/city?order=1", &[none], &[]).await;
    let (order, drill) = (city.order("education").await, city.drill("education").await);
    let (order_link, drill_link) = (format!("/orders/{order}"), format!("/orders/{drill}"));
    let both = [order_link.as_str(), drill_link.as_str(), "【演练】", "接单时限：还剩", "演练自动结束", "待接单"];
    for (name, sees) in [("", false), ("education", true), ("transport", false), ("office", true)] {
        let reader = if name.is_empty() { Reader::default() } else { city.sign_in(name).await };
        let headers = if name.is_empty() { Vec::new() } else { vec![basic(name)] };
        let (has, lacks): (&[&str], &[&str]) =
            if sees { (&both, &[none]) } else { (&[none], &["/orders/order-", "/orders/drill-"]) };
        check(&city, &reader, "/city?order=1&scenario=gas", has, lacks).await;
        let found = city.call("GET", "/api/v1/facilities.geojson?order=true", &headers, &Value::Null).await.json();
        let marks = |of: &Value| (of["properties"]["id"].clone(), of["properties"]["order_mark"].clone());
        let marks: Vec<_> = found["features"].as_array().unwrap().iter().map(marks).collect();
        let expected = [(json!("gas-1"), json!("order")), (json!("gas-2"), json!("drill"))];
        assert_eq!(marks, if sees { expected.to_vec() } else { Vec::new() }, "{name}");
    }
    // Of alarm, order and silent one is enough.
    let any = ["href=\"/facilities/gas-1\"", "href=\"/facilities/gas-2\""];
    check(&city, &office, "/city?alarm=1&silent=1&scenario=gas", &any, &[]).await;
    check(&city, &office, "/city?alarm=1&scenario=gas", &any[..1], &any[1..]).await;
    let one = |api: Value| api["orders"][0].clone();
    let gas_1 = city.call("GET", "/api/v1/facilities/gas-1", &[basic("office")], &Value::Null).await;
    let at = one(gas_1.json());
    assert_eq!((&at["id"], &at["state"], &at["limit"]["over"]), (&json!(order), &json!("assigned"), &json!(false)));
    assert!(at["title"]["zh"].as_str().unwrap().contains("一号探测器") && at["unit"]["zh"].is_string(), "{at}");
    // What was changed a moment ago is seen at once.
    city.step(&order, "education", &json!({"transition": "accept"})).await;
    let gas_1 = city.call("GET", "/api/v1/facilities/gas-1", &[basic("office")], &Value::Null).await;
    assert_eq!(one(gas_1.json())["state"], "accepted");
    // An order of a facility without a place is told by itself: it is on no map.
    let page = city.get(&office, "/city").await.body;
    assert!(!page.contains("不在地图上的工单"), "{page}");
    city.displace("gas-1").await;
    check(&city, &office, "/city", &["不在地图上的工单", "没有位置，不在地图上 <b>1</b>"], &[]).await;
}

#[tokio::test]
async fn a_facility_with_its_history() {
    let city = City::founded().await;
    let instruments = city.observed().await;
    let public = Reader::default();
    let has = ["城南空气站", "细颗粒物", "<b>39</b> µg/m³", "87.300000, 44.010000", "data-series", "模拟"];
    check(&city, &public, "/facilities/air-1", &has, &["这个设施的告警"]).await;
    check(&city, &public, "/facilities/air-1?range=30d&lang=en", &["Mean", "Values counted", "PM2.5"], &[]).await;
    check(&city, &public, "/facilities/air-1?range=1y", &["最小值"], &[]).await;
    assert_eq!(city.get(&public, "/facilities/air-1?range=ever").await.status, 422);
    let csv = city.get(&public, "/facilities/air-1/history.csv?range=30d&lang=zh").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    // A head, and the thirty hours.
    assert_eq!(csv.body.lines().count(), 31, "{}", csv.body);
    assert!(csv.body.contains("µg/m³") && csv.body.contains("模拟"), "{}", csv.body);
    // An hour that was, in the list and by the API; what lies beyond a week is refused.
    let then = instruments.now().before(common::instruments::hours(5)).civil().strftime("%Y-%m-%dT%H:00").to_string();
    check(&city, &public, &format!("/city?time={then}"), &["该小时的平均值", "<b>34 (34–34)</b>"], &[]).await;
    let at = city.call("GET", &format!("/api/v1/facilities/at?time={then}"), &[], &Value::Null).await.json();
    assert_eq!(at["items"][0]["values"][0]["mean"], "34");
    assert_eq!(city.get(&public, "/city?time=2024-01-01T00:00").await.status, 422);
    // History in pieces is the whole history.
    let path = |cursor: &str| {
        let from = tingzhou_platform::Clock::standing_at("2025-10-29".parse().unwrap()).today();
        format!(
            "/api/v1/facilities/air-1/history?property=pm25&grain=hour&limit=12&from={from}T00:00:00%2B08:00&to=2026-01-01T00:00:00Z{cursor}"
        )
    };
    let (mut values, mut next) = (Vec::new(), String::new());
    loop {
        let page = city.call("GET", &path(&next), &[], &Value::Null).await.json();
        values.extend(page["items"].as_array().unwrap().iter().map(|item| item["value"].as_f64().unwrap()));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(values, (0..30).map(|hour| f64::from(hour) + 10.0).collect::<Vec<_>>());
    for (query, field) in [
        ("property=so3&grain=raw", "property"),
        ("property=pm25&grain=week", "grain"),
        ("property=pm25&grain=raw&from=soon", "from"),
    ] {
        let answer = city.call("GET", &format!("/api/v1/facilities/air-1/history?{query}"), &[], &Value::Null).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (422, &json!(field)), "{query}");
    }
}

#[tokio::test]
async fn an_hour_that_is_over_is_shown_as_it_was() {
    let city = City::founded().await;
    let instruments = city.observed().await;
    let (public, unit) = (Reader::default(), city.sign_in("education").await);
    let order = city.order("education").await;
    let hour = |before| {
        instruments.now().before(common::instruments::hours(before)).civil().strftime("%Y-%m-%dT%H:00").to_string()
    };
    // What needs somebody comes first, whatever its name.
    let page = city.get(&unit, "/city").await.body;
    let at = |page: &str, name: &str| page.find(&format!("data-facility=\"{name}\"")).unwrap();
    assert!(at(&page, "gas-1") < at(&page, "gas-2") && at(&page, "gas-2") < at(&page, "air-1"), "{page}");
    let then = async |hour: &str, who: Option<&str>| {
        let headers: Vec<_> = who.map(basic).into_iter().collect();
        let path = format!("/api/v1/facilities/at?time={hour}");
        let answer = city.call("GET", &path, &headers, &Value::Null).await.json();
        let items = answer["items"].as_array().unwrap().clone();
        let item = |id: &str| items.iter().find(|item| item["id"] == id).cloned().unwrap_or_default();
        (answer["cut"].clone(), item("air-1"), item("gas-1"))
    };
    // Five hours ago the detector had not spoken, and nobody was sent to it.
    let (cut, air, gas) = then(&hour(5), Some("education")).await;
    assert_eq!((cut, &air["mark"], &gas["mark"]), (json!(false), &json!("normal"), &json!("silent")));
    assert!(gas["orders"].is_null() && gas["values"] == json!([]) && gas["simulated"] == true, "{gas}");
    let past = format!("/city?time={}", hour(5));
    check(&city, &unit, &past, &["该小时没有数值", "该小时结束时的状态"], &[&format!("/orders/{order}")]).await;
    check(&city, &unit, &format!("{past}&alarm=1"), &["没有符合条件的设施"], &["一号探测器"]).await;
    // In the hour that is under way things are as they are now.
    let (_, _, gas) = then(&hour(0), Some("education")).await;
    assert_eq!((&gas["mark"], &gas["order_mark"]), (&json!("unacknowledged"), &json!("order")));
    assert_eq!((&gas["orders"][0]["id"], &gas["orders"][0]["state"]), (&json!(order), &json!("assigned")));
    let now = format!("/city?time={}&alarm=1", hour(0));
    check(&city, &unit, &now, &["一号探测器", "告警，未确认", &format!("/orders/{order}")], &["二号探测器"]).await;
    // The public is told of neither.
    let (_, air, gas) = then(&hour(0), None).await;
    assert!(air["mark"] == "normal" && gas.is_null(), "{air} {gas}");
    // A page of somebody who is signed out is told so, and does not go on as the public's.
    let events = city.get(&public, "/city/events?as=account").await;
    assert!(events.status == 200 && events.body.contains("event: signed-out"), "{}", events.body);
}

#[tokio::test]
async fn alarms_are_acted_upon() {
    let city = City::founded().await;
    let instruments = city.observed().await;
    let (office, unit) = (city.sign_in("office").await, city.sign_in("education").await);
    let has = ["一号探测器", "告警，未确认", "优先级 <b>高</b>", "60.5 %LEL", "告警负荷", "最忙的 10 分钟"];
    check(&city, &office, "/alarms", &has, &[]).await;
    check(&city, &unit, "/alarms", &["一号探测器", "由督查室办理"], &["/alarms/act"]).await;
    let act = |deed: &'static str, more: Vec<(&'static str, String)>| {
        let (city, office) = (&city, &office);
        async move {
            let mut fields = vec![("facility", "gas-1"), ("rule", "gas-leak"), ("deed", deed), ("back", "/alarms?")];
            fields.extend(more.iter().map(|(name, value)| (*name, value.as_str())));
            city.post(office, "/alarms/act", &fields).await
        }
    };
    let reason = |text: &str| vec![("reason", text.to_owned())];
    assert_eq!(act("acknowledge", reason("已派人")).await.status, 303);
    check(&city, &office, "/alarms", &["告警，已确认", "已确认，尚未恢复"], &[]).await;
    let again = act("acknowledge", Vec::new()).await;
    assert!(again.status == 409 && again.body.contains("没有待确认的告警"), "{}", again.body);
    // Refused, the form comes back with what was typed.
    let until = instruments.now().before(Period::from_secs(60)).civil().strftime("%Y-%m-%dT%H:%M").to_string();
    let past = act("shelve", vec![("reason", "检修阀门".to_owned()), ("until", until)]).await;
    assert!(past.status == 409 && past.body.contains("检修阀门</textarea>"), "{}", past.body);
    let never = act("shelve", vec![("reason", "检修".to_owned()), ("until", "soon".to_owned())]).await;
    assert!(never.status == 422 && never.body.contains("搁置的结束时间"), "{}", never.body);
    let until = instruments.now().after(Period::from_secs(3_600)).civil().strftime("%Y-%m-%dT%H:%M").to_string();
    assert_eq!(act("shelve", vec![("reason", "检修".to_owned()), ("until", until)]).await.status, 303);
    check(&city, &office, "/alarms", &["没有符合条件的告警"], &[]).await;
    check(&city, &office, "/alarms?standing=shelved", &["一号探测器", "结束搁置"], &[]).await;
    assert_eq!(act("unshelve", Vec::new()).await.status, 303);
    assert_eq!(act("take-out-of-service", reason("停用检修")).await.status, 303);
    let listed = city.call("GET", "/api/v1/alarms?standing=out-of-service", &[basic("education")], &Value::Null).await;
    assert_eq!(listed.json()["items"][0]["rule"], "gas-leak");
    let path = "/api/v1/alarms/gas-1/gas-leak/commands";
    let back = city.call("POST", path, &[basic("office")], &json!({"command": "put-in-service"})).await;
    assert_eq!(back.status, 204, "{}", back.body);
    let history = city.call("GET", "/api/v1/alarms/history?limit=2", &[basic("education")], &Value::Null).await.json();
    // Back in service it is raised again, which nobody did.
    let actors: Vec<_> = history["items"].as_array().unwrap().iter().map(|item| item["actor"].clone()).collect();
    assert_eq!(actors, ["", "office"]);
    let rest = format!("/api/v1/alarms/history?limit=2&cursor={}", history["next"].as_str().unwrap());
    let rest = city.call("GET", &rest, &[basic("education")], &Value::Null).await.json();
    assert!(rest["items"][0]["seq"].as_i64() < history["items"][1]["seq"].as_i64());
    check(&city, &unit, "/facilities/gas-1", &["这个设施的告警", "经过", "停用检修"], &[]).await;
}

#[tokio::test]
async fn devices_are_adopted() {
    let city = City::founded().await;
    let instruments = city.observed().await;
    let office = city.sign_in("office").await;
    instruments.count_refused("hj212", "unknown-7", "crc");
    instruments.count_refused("hj212", "unknown-7", "crc");
    assert!(instruments.quarantine("mqtt", "gas-2"));
    check(&city, &office, "/devices", &["unknown-7", "crc <b>2</b>", "采用为 二号探测器"], &["采用为 一号"]).await;
    // Every reason in words; what names nobody is counted by itself.
    instruments.count_all_refused("hj212", "unknown-7", "bad-checksum", 3);
    instruments.count_nobodys("sl651", "other-encoding", 4);
    instruments.count_nobodys("hj212", "noise", 5);
    let words = ["校验错误 <b>3</b>", "不知来自哪台设备的拒收", "编码不支持 <b>4</b>", "不是报文 <b>5</b>"];
    check(&city, &office, "/devices", &words, &["bad-checksum", "other-encoding"]).await;
    let strays = |path: String| {
        let city = &city;
        async move { city.call("GET", &path, &[basic("office")], &Value::Null).await.json() }
    };
    let first = strays("/api/v1/devices/strays?limit=1".to_owned()).await;
    assert_eq!(first["items"], json!([{"protocol": "hj212", "reason": "noise", "count": 5}]));
    let rest = strays(format!("/api/v1/devices/strays?limit=1&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!(rest["items"], json!([{"protocol": "sl651", "reason": "other-encoding", "count": 4}]));
    assert_eq!((&rest["total"], &rest["next"]), (&json!(2), &Value::Null));
    let adopt = |address: &'static str, facility: &'static str, protocol: &'static str| {
        let (city, office) = (&city, &office);
        async move {
            let fields = [("protocol", protocol), ("address", address), ("facility", facility)];
            city.post(office, "/devices/adopt", &fields).await
        }
    };
    let wrong = adopt("unknown-7", "nothing-like-it", "hj212").await;
    assert!(wrong.status == 422 && wrong.body.contains("value=\"nothing-like-it\""), "{}", wrong.body);
    assert_eq!(adopt("unknown-7", "air-1", "hj212").await.status, 303);
    assert_eq!(adopt("gas-2", "gas-2", "mqtt").await.status, 303);
    check(&city, &office, "/devices?done=adopted", &["没有隔离的设备", "已采用。", "城南空气站"], &[]).await;
    let known =
        city.call("GET", "/api/v1/devices?quarantined=false&limit=1", &[basic("office")], &Value::Null).await.json();
    assert_eq!((&known["total"], &known["items"][0]["facility"]), (&json!(2), &json!("air-1")));
    let body = json!({"protocol": "mqtt", "address": "a/b", "facility": "gas-1"});
    let adopted = city.call("POST", "/api/v1/devices/adoptions", &[basic("office")], &body).await;
    assert_eq!(adopted.status, 204, "{}", adopted.body);
    assert_eq!(instruments.known("mqtt", "a/b").unwrap().as_str(), "gas-1");
}

/// What the next events of a stream say, until some words were among them.
async fn until(body: &mut axum::body::BodyDataStream, words: &str) -> String {
    use futures_util::StreamExt;
    let mut text = String::new();
    while !text.contains(words) {
        let part = tokio::time::timeout(Duration::from_secs(10), body.next()).await;
        text.push_str(&String::from_utf8_lossy(&part.unwrap().unwrap().unwrap()));
    }
    text
}

#[tokio::test]
async fn live_events_begin_with_everything_and_tell_what_changes() {
    let city = City::founded().await;
    let instruments = city.observed().await;
    let open = |reader: Reader| {
        let router = city.router.clone();
        async move {
            let request = reader.request("GET", "/city/events").body(Body::empty()).unwrap();
            let response = router.oneshot(request).await.unwrap();
            assert_eq!(response.headers()["content-type"], "text/event-stream");
            response.into_body().into_data_stream()
        }
    };
    let mut public = open(Reader::default()).await;
    let mut signed_in = open(city.sign_in("education").await).await;
    let first = until(&mut public, "park-1").await;
    assert!(first.contains("event: facilities") && first.contains("air-1") && !first.contains("gas-1"), "{first}");
    until(&mut signed_in, "gas-2").await;
    let now = instruments.now();
    city.say(&instruments, "gas-2", "gas", [(now, 77.0)]).await;
    city.say(&instruments, "park-1", "availableSpotNumber", [(now, 41.0)]).await;
    let told = until(&mut signed_in, "77.0").await;
    assert!(told.contains("gas-2") && told.contains("unacknowledged") && !told.contains("air-1"), "{told}");
    let told = until(&mut public, "41.0").await;
    assert!(!told.contains("gas-2"), "{told}");
    // An order is told where its facility is, to those who may see it; its steps and its end, too.
    let mut other = open(city.sign_in("transport").await).await;
    until(&mut other, "gas-2").await;
    let order = city.order("education").await;
    let told = until(&mut signed_in, &order).await;
    assert!(told.contains("\"order_mark\":\"order\"") && told.contains("待接单"), "{told}");
    city.step(&order, "education", &json!({"transition": "accept"})).await;
    until(&mut signed_in, "已接单").await;
    city.step(&order, "office", &json!({"transition": "cancel", "reason": "误报"})).await;
    city.say(&instruments, "park-1", "availableSpotNumber", [(now.after(Period::from_millis(1)), 40.5)]).await;
    let told = until(&mut signed_in, "40.5").await;
    assert!(told.contains("gas-1") && !told.contains(&order), "{told}");
    let told = until(&mut other, "40.5").await;
    assert!(told.contains("gas-1") && !told.contains("order"), "{told}");
    // Places are few, and free again when a client is gone; the public cannot take those of who has an account.
    let mut all = Vec::new();
    for _ in 0..199 {
        all.push(open(Reader::default()).await);
    }
    assert_eq!(city.get(&Reader::default(), "/city/events").await.status, 503);
    all.push(open(city.sign_in("office").await).await);
    drop(all.remove(0));
    drop(open(Reader::default()).await);
}

#[tokio::test]
async fn facilities_are_registered_by_the_office() {
    let city = City::founded().await;
    let put = async |name: &str, body: &Value| city.call("PUT", "/api/v1/facilities", &[basic(name)], body).await;
    let one = json!({"id": "air-7", "type": "AirQualityObserved", "name": {"zh": "城东空气站", "en": "Air station east"},
        "from": "2025-01-01", "place": {"type": "Point", "coordinates": [87.32, 44.0]}});
    check(&city, &Reader::default(), "/city", &["PUT /api/v1/facilities"], &["data-city"]).await;
    assert_eq!(put("education", &json!([one])).await.status, 403);
    let done = put("office", &json!([one])).await;
    assert_eq!((done.status.as_u16(), done.json()), (200, json!({"given": 1, "changed": 1})), "{}", done.body);
    check(&city, &Reader::default(), "/facilities/air-7", &["城东空气站"], &["模拟"]).await;
    // The same again is nothing new.
    assert_eq!(put("office", &json!([one])).await.json(), json!({"given": 1, "changed": 0}));
    let wrong = |field: &str, value: Value| {
        let mut wrong = one.clone();
        wrong[field] = value;
        json!([one, wrong])
    };
    for (body, status, words) in [
        (wrong("type", json!("Nothing")), 422, "air-7.type"),
        (wrong("place", json!({"type": "Point", "coordinates": [187.3, 44.0]})), 400, "187.3"),
        (wrong("colour", json!("red")), 400, "colour"),
        (json!({"id": "air-8"}), 400, "invalid type"),
    ] {
        let answer = put("office", &body).await;
        assert!(
            answer.status.as_u16() == status && answer.body.contains(words),
            "{body}: {} {}",
            answer.status,
            answer.body
        );
    }
}

#[tokio::test]
async fn a_refused_deed_comes_back_where_it_was_done() {
    let city = City::founded().await;
    city.observed().await;
    let office = city.sign_in("office").await;
    // The alarm is not of these lists any more, or beyond their page.
    let lists =
        ["/alarms?scenario=gas&type=&facility=&standing=shelved", "/alarms?scenario=gas&type=GasDetector&offset=50"];
    for back in lists {
        let fields = [("facility", "gas-1"), ("rule", "gas-leak"), ("deed", "shelve"), ("back", back)];
        let typed = [("reason", "检修阀门"), ("until", "2020-01-01T00:00")];
        let refused = city.post(&office, "/alarms/act", &[&fields[..], &typed[..]].concat()).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        let kept = |words: &str| assert!(refused.body.contains(words), "{back}: {words}: {}", refused.body);
        kept("检修阀门</textarea>");
        kept("value=\"2020-01-01T00:00\"");
        kept("value=\"gas\" selected");
        if back.ends_with("shelved") {
            kept("value=\"shelved\" selected");
        }
        // And the next try leads there, too.
        kept(&format!("name=\"back\" value=\"{}", &back.replace('&', "&#38;")[..30]));
    }
}
