//! Every route, for everyone: what each is answered.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{City, Reader, basic};
use serde_json::{Value, json};

/// The public, the unit that leads, another unit, the leader of the one that leads, the supervision office, the
/// administrator.
type Row = [u16; 6];
type Fields = &'static [(&'static str, &'static str)];

async fn readers(city: &City) -> [Reader; 6] {
    [
        Reader::default(),
        city.sign_in("education").await,
        city.sign_in("transport").await,
        city.sign_in("vice-mayor").await,
        city.sign_in("office").await,
        city.sign_in("admin").await,
    ]
}

#[tokio::test]
async fn pages() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    city.assign(&task, "education").await;
    city.observed().await;
    let order = city.order("education").await;
    let drill = city.drill("education").await;
    let rows: [(String, Row); 88] = [
        ("/".to_owned(), [200; 6]),
        ("/?report=2025&light=red".to_owned(), [200; 6]),
        ("/?report=1999".to_owned(), [404; 6]),
        ("/tasks".to_owned(), [200; 6]),
        ("/tasks?light=mauve".to_owned(), [422; 6]),
        ("/tasks.csv".to_owned(), [200; 6]),
        ("/tasks.xlsx".to_owned(), [200; 6]),
        ("/tasks/layouts/progress.xlsx".to_owned(), [200; 6]),
        ("/tasks/layouts/targets-2.csv".to_owned(), [200; 6]),
        ("/tasks/layouts/progress-2.csv".to_owned(), [404; 6]),
        ("/tasks/layouts/nothing.xlsx".to_owned(), [404; 6]),
        (format!("/tasks/{task}"), [200; 6]),
        (format!("/tasks/{task}/aside"), [200; 6]),
        (format!("/tasks/{task}/file"), [303, 200, 403, 403, 200, 200]),
        (format!("/tasks/{task}/attachments/{}", "0".repeat(64)), [303, 404, 403, 403, 404, 404]),
        ("/tasks/2025-999".to_owned(), [404; 6]),
        ("/measures".to_owned(), [200; 6]),
        ("/measures/gas-detectors-alive".to_owned(), [200; 6]),
        ("/measures/nothing".to_owned(), [404; 6]),
        ("/measures/gas-detectors-alive/rows.csv".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/measure-editor?id=projects-paid".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/livelihood".to_owned(), [200; 6]),
        ("/bulletins".to_owned(), [200; 6]),
        ("/bulletins/2025-10".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/bulletins/2025-10/docx".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/bulletins/2025-10/xlsx".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/bulletins/2025-10?filed_by=soon".to_owned(), [303, 403, 403, 403, 422, 422]),
        ("/bulletins/2025-13".to_owned(), [404; 6]),
        ("/year-end".to_owned(), [200; 6]),
        ("/year-end?report=1999".to_owned(), [404; 6]),
        ("/year-end/docx".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/vote".to_owned(), [200; 6]),
        ("/export/stratml.xml".to_owned(), [200; 6]),
        ("/export/stratml.xml?report=1999".to_owned(), [404; 6]),
        ("/findings".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/findings?report=1999".to_owned(), [303, 404, 404, 404, 404, 404]),
        ("/cases".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/cases?state=handling&over=1&waiting=1&ended=1".to_owned(), [303, 200, 200, 200, 200, 200]),
        (format!("/cases/{task}.d1"), [303, 200, 404, 200, 200, 200]),
        ("/notices".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/notices/addresses".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/decomposition".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/decomposition/i0".to_owned(), [303, 403, 403, 403, 404, 404]),
        ("/projects".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/projects?year=soon".to_owned(), [303, 422, 422, 422, 422, 422]),
        ("/projects.csv".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/projects.xlsx?behind=1".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/projects/import".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/projects/p2025-0001".to_owned(), [303, 200, 404, 200, 200, 200]),
        ("/projects/p2025-9999".to_owned(), [303, 404, 404, 404, 404, 404]),
        (format!("/projects/p2025-0001/photos/{}", "0".repeat(64)), [303, 404, 404, 404, 404, 404]),
        ("/city".to_owned(), [200; 6]),
        ("/city?scenario=gas&silent=1".to_owned(), [200; 6]),
        ("/city?type=a%20b".to_owned(), [422; 6]),
        ("/facilities/air-1".to_owned(), [200; 6]),
        ("/facilities/gas-1".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/facilities/nothing".to_owned(), [303, 404, 404, 404, 404, 404]),
        ("/facilities/gas-1/history.csv".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/air".to_owned(), [200; 6]),
        ("/air?year=1066".to_owned(), [422; 6]),
        ("/air/air-1?day=2025-10-30".to_owned(), [200; 6]),
        ("/air/gas-1".to_owned(), [404; 6]),
        ("/parking?night=1".to_owned(), [200; 6]),
        ("/parking?place=87.3,44.01&hours=2&class=new-energy".to_owned(), [200; 6]),
        ("/parking?tariff=lot&from=2025-10-31T08:00&to=2025-10-31T10:00&vehicle=ordinary".to_owned(), [200; 6]),
        ("/parking/park-1".to_owned(), [200; 6]),
        ("/parking/air-1".to_owned(), [404; 6]),
        ("/alarms".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/alarms?standing=sleeping".to_owned(), [303, 422, 422, 422, 422, 422]),
        ("/gas".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/orders".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/orders?state=done&over=1&ended=1&drills=1".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/orders?state=a%20b".to_owned(), [303, 422, 422, 422, 422, 422]),
        (format!("/orders/{order}"), [303, 200, 404, 200, 200, 200]),
        (format!("/orders/{drill}"), [303, 200, 404, 200, 200, 200]),
        ("/orders/order-0000000999".to_owned(), [303, 404, 404, 404, 404, 404]),
        (format!("/orders/{order}/photos/{}", "0".repeat(64)), [303, 404, 404, 404, 404, 404]),
        (format!("/cases/{order}"), [303, 404, 404, 404, 404, 404]),
        ("/devices".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/signin".to_owned(), [200; 6]),
        ("/me".to_owned(), [303, 200, 200, 200, 200, 200]),
        ("/adopt".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/log".to_owned(), [303, 403, 403, 403, 200, 200]),
        ("/about".to_owned(), [200; 6]),
        ("/map.geojson".to_owned(), [404; 6]),
        ("/map.pmtiles".to_owned(), [404; 6]),
        ("/health".to_owned(), [200; 6]),
        ("/nowhere".to_owned(), [404; 6]),
    ];
    city.dispatch(&task).await;
    city.list_project("education", Some("vice-mayor-social")).await;
    let readers = readers(&city).await;
    for (path, expected) in rows {
        let mut got = [0; 6];
        for (status, reader) in got.iter_mut().zip(&readers) {
            let answer = city.get(reader, &path).await;
            *status = answer.status.as_u16();
            for (name, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin")] {
                assert_eq!(answer.header(name), value, "{path} {name}");
            }
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        }
        assert_eq!(got, expected, "{path}");
    }
}

#[tokio::test]
async fn forms() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    city.assign(&task, "education").await;
    let path = |rest: &str| format!("/tasks/{task}/{rest}");
    let readers = readers(&city).await;
    // What is valid for whoever may do it; each is tried on the version as it is then.
    let finding = city.finding().await;
    let finding = |deed: &str| format!("/findings/2025/{finding}/{deed}");
    let filing: Fields =
        &[("value", "1"), ("unit", "公里"), ("from", "2025-01-01"), ("to", "2025-09-30"), ("reported", "under-way")];
    let new_project: Fields = &[
        ("name", "第四水厂"),
        ("lead", "education"),
        ("leader", "vice-mayor-social"),
        ("total", "100"),
        ("plan", "50"),
    ];
    let project = |rest: &str| format!("/projects/p2025-0001/{rest}");
    city.list_project("education", Some("vice-mayor-social")).await;
    let leak: Fields = &[("facility", "gas-1"), ("rule", "gas-leak"), ("deed", "acknowledge")];
    let device: Fields = &[("protocol", "mqtt"), ("address", "x"), ("facility", "gas-1")];
    city.observed().await;
    let sent: Fields = &[("facility", "gas-1"), ("rule", "gas-leak"), ("unit", "education")];
    let drill: Fields =
        &[("facility", "gas-1"), ("rule", "gas-leak"), ("level", "1"), ("minutes", "60"), ("unit", "education")];
    let rows: [(String, Fields, Row); 47] = [
        ("/tasks/confirm".to_owned(), &[], [401, 403, 403, 403, 200, 200]),
        (path("file"), filing, [401, 303, 403, 403, 303, 303]),
        (path("assign"), &[("lead", "education")], [401, 403, 403, 403, 303, 303]),
        (path("withdraw"), &[("evidence", "e0"), ("reason", "错了")], [401, 409, 409, 409, 409, 409]),
        (
            path("adjust"),
            &[("value", "9"), ("deadline", "2025-12-31"), ("reason", "会议决定")],
            [401, 403, 403, 403, 303, 422],
        ),
        (path("close"), &[("outcome", "not-met"), ("reason", "停建")], [401, 403, 403, 403, 303, 409]),
        (path("reopen"), &[("reason", "复工")], [401, 403, 403, 403, 303, 409]),
        ("/adopt".to_owned(), &[], [401, 403, 403, 403, 422, 422]),
        (finding("dismiss"), &[("reason", "口径不同")], [401, 403, 403, 403, 303, 409]),
        ("/bulletins/2025-10/issue".to_owned(), &[("filed_by", "2025-10-31")], [401, 403, 403, 403, 303, 409]),
        ("/year-end/publish".to_owned(), &[], [401, 403, 403, 403, 303, 409]),
        ("/year-end/objections/o0/answer".to_owned(), &[("answer", "已复核")], [401, 403, 403, 403, 404, 404]),
        ("/year-end/ballot/open".to_owned(), &[("codes", "3")], [401, 403, 403, 403, 200, 409]),
        ("/year-end/ballot/close".to_owned(), &[], [401, 403, 403, 403, 303, 409]),
        ("/decomposition".to_owned(), &[], [401, 403, 403, 403, 422, 422]),
        ("/decomposition/confirm".to_owned(), &[], [401, 403, 403, 403, 303, 303]),
        ("/projects".to_owned(), new_project, [401, 403, 403, 403, 303, 303]),
        ("/projects/import".to_owned(), &[], [401, 403, 403, 403, 422, 422]),
        ("/projects/import/confirm".to_owned(), &[("list", "[]")], [401, 403, 403, 403, 303, 303]),
        (project("report"), &[("month", "9"), ("spent", "3")], [401, 303, 404, 403, 303, 303]),
        (project("report"), &[("month", "9"), ("spent", "many")], [401, 422, 404, 422, 422, 422]),
        (project("obstacle"), &[("text", "用地")], [401, 303, 404, 403, 303, 303]),
        (project("obstacle/solve"), &[("obstacle", "0"), ("how", "已批")], [401, 303, 404, 403, 409, 409]),
        (
            project("change"),
            &[
                ("name", "扩建二期"),
                ("lead", "education"),
                ("leader", "vice-mayor-social"),
                ("total", "100"),
                ("plan", "50"),
            ],
            [401, 403, 404, 403, 303, 303],
        ),
        (project("drop"), &[("reason", "并入")], [401, 403, 404, 403, 303, 409]),
        (project("take-up"), &[("reason", "恢复")], [401, 403, 404, 403, 303, 409]),
        (path("roll-up"), &[("what", "begun")], [401, 403, 403, 403, 303, 303]),
        (path("roll-up"), &[("what", "")], [401, 403, 403, 403, 303, 303]),
        ("/measure-editor".to_owned(), &[("id", "own"), ("do", "try")], [401, 403, 403, 403, 422, 422]),
        ("/measure-editor".to_owned(), &[("id", "!"), ("do", "save")], [401, 403, 403, 403, 422, 422]),
        ("/measures/projects-paid/read".to_owned(), &[], [401, 403, 403, 403, 303, 303]),
        ("/measures/nothing/read".to_owned(), &[], [401, 403, 403, 403, 404, 404]),
        (path("measure"), &[("measure", "projects-paid")], [401, 403, 403, 403, 422, 422]),
        (path("measure/end"), &[("reason", "停用")], [401, 403, 403, 403, 422, 422]),
        ("/notices/read".to_owned(), &[("seq", "1")], [401, 303, 303, 303, 303, 303]),
        ("/notices/addresses".to_owned(), &[("address", "a@example.gov.cn")], [401, 303, 303, 303, 303, 409]),
        (
            "/notices/addresses".to_owned(),
            &[("channel", "webhook"), ("address", "https://oa.example.gov.cn/in")],
            [401, 403, 403, 403, 200, 409],
        ),
        ("/notices/addresses/s0/try".to_owned(), &[], [401, 404, 404, 404, 404, 404]),
        ("/notices/addresses/s0/remove".to_owned(), &[], [401, 404, 404, 404, 404, 404]),
        ("/tasks/dispatch".to_owned(), &[], [401, 403, 403, 403, 200, 200]),
        (path("dispatch"), &[], [401, 403, 403, 403, 409, 409]),
        ("/orders".to_owned(), sent, [401, 403, 403, 403, 303, 409]),
        ("/drills".to_owned(), drill, [401, 403, 403, 403, 303, 409]),
        ("/orders/order-0000000999/step".to_owned(), &[("transition", "accept")], [401, 404, 404, 404, 404, 404]),
        ("/alarms/act".to_owned(), leak, [401, 403, 403, 403, 303, 409]),
        ("/devices/adopt".to_owned(), device, [401, 403, 403, 403, 303, 303]),
        (finding("restore"), &[], [401, 403, 403, 403, 303, 409]),
    ];
    for (path, fields, expected) in rows {
        let mut got = [0; 6];
        for (status, reader) in got.iter_mut().zip(&readers) {
            let version =
                if path.starts_with("/projects/p") { city.project_version().await } else { city.version(&task).await };
            let mut fields = fields.to_vec();
            fields.push(("version", &version));
            let foreign = city.post_as_is(reader, &path, &fields).await;
            let unsigned = if reader.cookie.is_none() { 401 } else { 403 };
            assert_eq!(foreign.status.as_u16(), unsigned, "{path} without the form's word");
            *status = city.post(reader, &path, &fields).await.status.as_u16();
        }
        assert_eq!(got, expected, "{path}");
    }
}

/// Every step of a dispatch, by everyone in turn, on the version as it is then; by forms and by the API.
#[tokio::test]
async fn dispatches() {
    let steps: [(&str, Value, Row); 13] = [
        ("steps", json!({"transition": "sign"}), [401, 200, 404, 403, 403, 403]),
        ("steps", json!({"transition": "extend", "reason": "雨季"}), [401, 200, 404, 403, 403, 403]),
        ("decisions", json!({"transition": "extend", "approve": true}), [401, 403, 404, 200, 403, 403]),
        ("steps", json!({"transition": "suspend", "reason": "停工"}), [401, 200, 404, 403, 409, 409]),
        (
            "decisions",
            json!({"transition": "suspend", "approve": false, "reason": "照办"}),
            [401, 403, 404, 200, 403, 403],
        ),
        ("steps", json!({"transition": "report"}), [401, 422, 404, 403, 403, 403]),
        ("steps", json!({"transition": "reject", "reason": "缺表"}), [401, 409, 404, 409, 409, 409]),
        ("steps", json!({"transition": "continue"}), [401, 409, 404, 409, 409, 409]),
        ("steps", json!({"transition": "resume", "reason": "复工"}), [401, 409, 404, 409, 409, 409]),
        ("steps", json!({"transition": "strike-off"}), [401, 409, 404, 409, 409, 409]),
        ("steps", json!({"transition": "cancel", "reason": "合并办理"}), [401, 403, 404, 403, 200, 409]),
        ("steps", json!({"transition": "sign"}), [401, 409, 404, 409, 409, 409]),
        ("steps", json!({"transition": "vanish"}), [401, 422, 404, 422, 422, 422]),
    ];
    for forms in [false, true] {
        let city = City::adopted().await;
        let task = city.numbered().await;
        city.assign(&task, "education").await;
        city.dispatch(&task).await;
        let readers = readers(&city).await;
        let names = ["", "education", "transport", "vice-mayor", "office", "admin"];
        for (deed, body, expected) in &steps {
            let mut got = [0; 6];
            // Who may comes last, so that the others are refused for who they are; where several may, the first does.
            let mut order: Vec<usize> = (0..6).collect();
            if !expected.contains(&409) {
                order.sort_by_key(|who| expected[*who] == 200);
            }
            for who in order {
                let (status, name, reader) = (&mut got[who], names[who], &readers[who]);
                let version = city.case_version(&task).await;
                *status = if forms {
                    let deed = match (*deed, body["approve"].as_bool()) {
                        ("decisions", Some(true)) => "approve",
                        ("decisions", _) => "decline",
                        _ => "move",
                    };
                    let word = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
                    let (transition, reason, version) = (word("transition"), word("reason"), version.to_string());
                    let fields = [("transition", &*transition), ("reason", &*reason), ("version", &*version)];
                    let answer = city.post(reader, &format!("/cases/{task}.d1/{deed}"), &fields).await;
                    // A form that was carried out leads on to the next page.
                    if answer.status.as_u16() == 303 { 200 } else { answer.status.as_u16() }
                } else {
                    let mut headers = vec![("if-match", format!("\"v{version}\""))];
                    if !name.is_empty() {
                        headers.push(basic(name));
                    }
                    let path = format!("/api/v1/cases/{task}.d1/{deed}");
                    city.call("POST", &path, &headers, body).await.status.as_u16()
                };
            }
            assert_eq!(&got, expected, "{deed} {body} forms: {forms}");
        }
    }
}

/// Forms without an account: the same for everyone, whoever is signed in.
#[tokio::test]
async fn forms_of_everyone() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    let (readers, office) = (readers(&city).await, city.sign_in("office").await);
    let vote = [("code", "0000-0000-0000-0000"), ("item-1", "satisfied")];
    let objection = [("task", task.as_str()), ("text", "没有装")];
    for (opened, voted, objected) in [(false, 409, 404), (true, 422, 303)] {
        if opened {
            assert_eq!(city.post(&office, "/year-end/ballot/open", &[("codes", "1")]).await.status.as_u16(), 200);
            assert_eq!(city.post(&office, "/year-end/publish", &[]).await.status.as_u16(), 303);
        }
        for reader in &readers {
            assert_eq!(city.post(reader, "/vote", &vote).await.status.as_u16(), voted);
            assert_eq!(city.post(reader, "/year-end/objections", &objection).await.status.as_u16(), objected);
        }
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_not_taken() {
    let city = City::adopted().await;
    let reader = city.sign_in("office").await;
    for (header, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
        for path in ["/signin", "/signout", "/tasks/confirm"] {
            let request = reader
                .request("POST", path)
                .header(header, value)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(axum::body::Body::from(format!("csrf={}&name=office&password=x", reader.csrf)))
                .unwrap();
            assert_eq!(city.send(request).await.status.as_u16(), 403, "{path} {header}: {value}");
        }
    }
    assert_eq!(city.get(&reader, "/me").await.status.as_u16(), 200, "still signed in");
    let out = city.post(&reader, "/signout", &[]).await;
    assert_eq!(out.status.as_u16(), 303);
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    assert_eq!(city.get(&reader, "/me").await.status.as_u16(), 303, "signed out");
}

#[tokio::test]
async fn guessing_is_slowed() {
    let city = City::founded().await;
    let guess = [("name", "office"), ("password", "not the password")];
    for _ in 0..10 {
        assert_eq!(city.post_as_is(&Reader::default(), "/signin", &guess).await.status.as_u16(), 401);
    }
    let answer = city.post_as_is(&Reader::default(), "/signin", &guess).await;
    assert_eq!(answer.status.as_u16(), 429);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 200);
    let other = city.sign_in("education").await;
    assert!(other.cookie.is_some());
}

#[tokio::test]
async fn session_cookies_stay_out_of_reach() {
    let city = City::founded().await;
    let fields = [("name", "office"), ("password", common::PASSWORD), ("next", "//evil.example")];
    let answer = city.post_as_is(&Reader::default(), "/signin", &fields).await;
    let cookie = answer.header("set-cookie");
    for word in ["tz_session=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(word), "{word}: {cookie}");
    }
    assert_eq!(answer.header("location"), "/me");
}

#[tokio::test]
async fn the_api() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    city.assign(&task, "education").await;
    let path = |rest: &str| format!("/api/v1/tasks/{task}{rest}");
    let evidence = json!({"value": "1", "to": "2025-09-30", "reported": "under-way"});
    let why = json!({"reason": "会议决定"});
    let adjust = json!({"value": "9", "deadline": "2025-12-31", "reason": "会议决定"});
    let dismissal = format!("/api/v1/reports/2025/findings/{}/dismissal", city.finding().await);
    let close = json!({"outcome": "not-met", "reason": "停建"});
    let project = |rest: &str| format!("/api/v1/projects/p2025-0001{rest}");
    city.list_project("education", Some("vice-mayor-social")).await;
    let report = |rest: &str| format!("/api/v1/reports/2025/{rest}");
    let objection = json!({"task": task, "text": "数字与现场不符"});
    let webhook = json!({"channel": "webhook", "address": "https://oa.example.gov.cn/in"});
    let email = json!({"channel": "email", "address": "a@example.gov.cn"});
    let measure = json!({"name": {"zh": "一", "en": "One"}, "words": {"zh": "一", "en": "One"},
        "value": "SELECT 1 AS value", "evidence": "SELECT 'x' AS label"});
    let leak = json!({"command": "acknowledge"});
    let device = json!({"protocol": "mqtt", "address": "x", "facility": "gas-1"});
    city.observed().await;
    let sent = json!({"facility": "gas-1", "rule": "gas-leak", "unit": "education"});
    let drill = json!({"facility": "gas-1", "rule": "gas-leak", "unit": "education", "level": 1, "minutes": 60});
    let drilled = city.drill("education").await;
    let more = json!([{"id": "gas-9", "type": "GasDetector", "name": {"zh": "九号"}, "from": "2025-01-01"}]);
    let rows: [(&str, String, Value, Row); 91] = [
        ("PUT", "/api/v1/facilities".to_owned(), more, [401, 403, 403, 403, 200, 200]),
        ("GET", "/api/v1/gas".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("POST", "/api/v1/orders".to_owned(), sent, [401, 403, 403, 403, 201, 409]),
        ("POST", "/api/v1/drills".to_owned(), drill, [401, 403, 403, 403, 201, 409]),
        ("GET", "/api/v1/orders?ended=true".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("GET", format!("/api/v1/orders/{drilled}"), Value::Null, [401, 200, 404, 200, 200, 200]),
        (
            "POST",
            "/api/v1/orders/order-0000000999/steps".to_owned(),
            json!({"transition": "accept"}),
            [401, 404, 404, 404, 404, 404],
        ),
        ("GET", "/api/v1/reports".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/reports/2025".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/reports/2025/statements".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/reports/2025/findings".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("GET", "/api/v1/reports/2025/year-before".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("PUT", dismissal.clone(), json!({"reason": "口径不同"}), [401, 403, 403, 403, 204, 409]),
        ("DELETE", dismissal, Value::Null, [401, 403, 403, 403, 204, 409]),
        ("GET", "/api/v1/reports/2025/year-end".to_owned(), Value::Null, [404; 6]),
        ("POST", report("year-end"), Value::Null, [401, 403, 403, 403, 204, 409]),
        ("GET", report("year-end/objections"), Value::Null, [200; 6]),
        ("POST", report("year-end/objections"), objection, [204; 6]),
        ("PUT", "/api/v1/objections/o0/answer".to_owned(), json!({"answer": "已复核"}), [401, 404, 404, 404, 404, 404]),
        ("POST", report("ballot"), json!({"codes": 3}), [401, 403, 403, 403, 201, 409]),
        ("POST", report("ballot/votes"), json!({"code": "x", "opinions": {}}), [422; 6]),
        ("DELETE", report("ballot"), Value::Null, [401, 403, 403, 403, 204, 409]),
        ("POST", "/api/v1/decomposition/preview".to_owned(), Value::Null, [401, 403, 403, 403, 422, 422]),
        ("POST", "/api/v1/decomposition".to_owned(), json!({"rows": []}), [401, 403, 403, 403, 200, 200]),
        ("GET", "/api/v1/bulletins".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/bulletins/2025-10".to_owned(), Value::Null, [401, 403, 403, 403, 200, 200]),
        ("PUT", "/api/v1/bulletins/2025-10".to_owned(), json!({}), [401, 403, 403, 403, 200, 409]),
        ("GET", "/api/v1/bulletins/2025-10".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/tasks?limit=1".to_owned(), Value::Null, [200; 6]),
        ("GET", path(""), Value::Null, [200; 6]),
        ("GET", path("/plot"), Value::Null, [200; 6]),
        ("GET", path("/history"), Value::Null, [200; 6]),
        ("GET", path("/evidence"), Value::Null, [200; 6]),
        ("POST", path("/dispatch"), Value::Null, [401, 403, 403, 403, 201, 409]),
        ("GET", "/api/v1/cases?over=true".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("GET", "/api/v1/notices".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("PUT", "/api/v1/notices/read".to_owned(), json!({"seq": 1}), [401, 204, 204, 204, 204, 204]),
        ("GET", "/api/v1/projects".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("GET", project(""), Value::Null, [401, 200, 404, 200, 200, 200]),
        ("POST", project("/reports"), json!({"month": 9, "spent_fen": 1}), [401, 200, 404, 403, 200, 200]),
        ("POST", project("/obstacles"), json!({"text": "用地"}), [401, 200, 404, 403, 200, 200]),
        ("PUT", path("/roll-up"), json!({"what": "begun"}), [401, 403, 403, 403, 204, 204]),
        ("DELETE", path("/roll-up"), Value::Null, [401, 403, 403, 403, 204, 204]),
        ("GET", "/api/v1/measures?limit=1".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/measures/projects-paid".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/measures/projects-paid/rows".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("GET", "/api/v1/measure-views".to_owned(), Value::Null, [200; 6]),
        ("POST", "/api/v1/measure-previews".to_owned(), measure.clone(), [401, 403, 403, 403, 200, 200]),
        ("PUT", "/api/v1/measures/own".to_owned(), measure, [401, 403, 403, 403, 200, 409]),
        ("POST", "/api/v1/measures/own/readings".to_owned(), Value::Null, [401, 403, 403, 403, 200, 200]),
        ("PUT", path("/measure"), json!({"measure": "projects-paid"}), [401, 403, 403, 403, 422, 422]),
        ("DELETE", path("/measure?reason=x"), Value::Null, [401, 403, 403, 403, 422, 422]),
        ("POST", "/api/v1/observations".to_owned(), json!([]), [401, 403, 403, 403, 200, 200]),
        ("GET", "/api/v1/subscriptions".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("POST", "/api/v1/subscriptions".to_owned(), webhook, [401, 403, 403, 403, 201, 409]),
        ("POST", "/api/v1/subscriptions".to_owned(), email, [401, 201, 201, 201, 201, 409]),
        ("POST", "/api/v1/subscriptions/s0/trial".to_owned(), Value::Null, [401, 404, 404, 404, 404, 404]),
        ("DELETE", "/api/v1/subscriptions/s0".to_owned(), Value::Null, [401, 404, 404, 404, 404, 404]),
        ("GET", "/api/v1/facilities?limit=1".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/facilities.geojson?scenario=air".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/facilities/at?time=soon".to_owned(), Value::Null, [422; 6]),
        ("GET", "/api/v1/facilities/air-1".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/facilities/gas-1".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        (
            "GET",
            "/api/v1/facilities/gas-1/history?property=gas&grain=raw".to_owned(),
            Value::Null,
            [401, 200, 200, 200, 200, 200],
        ),
        ("GET", "/api/v1/air".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/air/days?station=air-1".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/air/days?station=gas-1".to_owned(), Value::Null, [422; 6]),
        ("GET", "/api/v1/parking".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/parking/lots?night=true".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/parking/lots/park-1".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/parking/nearest?place=here".to_owned(), Value::Null, [422; 6]),
        ("GET", "/api/v1/parking/tariffs".to_owned(), Value::Null, [200; 6]),
        (
            "GET",
            "/api/v1/parking/bill?tariff=lot&from=2025-10-31T08:00&to=2025-10-31T10:00".to_owned(),
            Value::Null,
            [200; 6],
        ),
        (
            "GET",
            "/api/v1/parking/bill?tariff=gold&from=2025-10-31T08:00&to=2025-10-31T10:00".to_owned(),
            Value::Null,
            [422; 6],
        ),
        ("POST", "/api/v1/parking/passages".to_owned(), json!([]), [401, 403, 403, 403, 200, 200]),
        ("GET", "/api/v1/alarms".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("GET", "/api/v1/alarms/history".to_owned(), Value::Null, [401, 200, 200, 200, 200, 200]),
        ("POST", "/api/v1/alarms/gas-1/gas-leak/commands".to_owned(), leak, [401, 403, 403, 403, 204, 409]),
        ("GET", "/api/v1/devices".to_owned(), Value::Null, [401, 403, 403, 403, 200, 200]),
        ("GET", "/api/v1/devices/strays".to_owned(), Value::Null, [401, 403, 403, 403, 200, 200]),
        ("POST", "/api/v1/devices/adoptions".to_owned(), device, [401, 403, 403, 403, 204, 204]),
        ("GET", "/api/v1/counts".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/units".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/me".to_owned(), Value::Null, [200; 6]),
        ("GET", "/api/v1/log".to_owned(), Value::Null, [401, 403, 403, 403, 200, 200]),
        ("POST", path("/evidence"), evidence, [401, 201, 403, 403, 201, 201]),
        ("PUT", path("/assignment"), json!({"lead": "education"}), [401, 403, 403, 403, 200, 200]),
        ("POST", path("/evidence/e0/withdrawal"), why, [401, 409, 409, 409, 409, 409]),
        ("POST", path("/adjustments"), adjust, [401, 403, 403, 403, 200, 422]),
        ("POST", path("/closing"), close, [401, 403, 403, 403, 200, 409]),
        ("DELETE", path("/closing?reason=x"), Value::Null, [401, 403, 403, 403, 200, 409]),
    ];
    for (method, path, body, expected) in rows {
        let mut got = [0; 6];
        for (status, name) in got.iter_mut().zip(["", "education", "transport", "vice-mayor", "office", "admin"]) {
            let version =
                if path.contains("/projects/p") { city.project_version().await } else { city.version(&task).await };
            let mut headers = vec![("if-match", format!("\"v{version}\""))];
            if !name.is_empty() {
                headers.push(basic(name));
            }
            let answer = city.call(method, &path, &headers, &body).await;
            *status = answer.status.as_u16();
            if *status >= 400 {
                assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
                let problem = answer.json();
                for key in ["type", "title", "status", "detail", "code"] {
                    assert!(!problem[key].is_null(), "{path}: {key} in {problem}");
                }
                assert!(problem["message"]["zh"].is_string() && problem["message"]["en"].is_string());
            }
        }
        assert_eq!(got, expected, "{method} {path}");
    }
}
