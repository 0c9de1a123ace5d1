//! Every route, for everyone: what each is answered.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

mod common;

use common::{City, Reader, basic};
use serde_json::{Value, json};

/// The public, the unit that leads, another unit, the supervision office, the administrator.
type Row = [u16; 5];
type Fields = &'static [(&'static str, &'static str)];

async fn readers(city: &City) -> [Reader; 5] {
    [
        Reader::default(),
        city.sign_in("education").await,
        city.sign_in("transport").await,
        city.sign_in("office").await,
        city.sign_in("admin").await,
    ]
}

#[tokio::test]
async fn pages() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    city.assign(&task, "education").await;
    let rows: [(String, Row); 38] = [
        ("/".to_owned(), [200; 5]),
        ("/?report=2025&light=red".to_owned(), [200; 5]),
        ("/?report=1999".to_owned(), [404; 5]),
        ("/tasks".to_owned(), [200; 5]),
        ("/tasks?light=mauve".to_owned(), [422; 5]),
        ("/tasks.csv".to_owned(), [200; 5]),
        ("/tasks.xlsx".to_owned(), [200; 5]),
        ("/tasks/layouts/progress.xlsx".to_owned(), [200; 5]),
        ("/tasks/layouts/targets-2.csv".to_owned(), [200; 5]),
        ("/tasks/layouts/progress-2.csv".to_owned(), [404; 5]),
        ("/tasks/layouts/nothing.xlsx".to_owned(), [404; 5]),
        (format!("/tasks/{task}"), [200; 5]),
        (format!("/tasks/{task}/aside"), [200; 5]),
        (format!("/tasks/{task}/file"), [303, 200, 403, 200, 200]),
        (format!("/tasks/{task}/attachments/{}", "0".repeat(64)), [303, 404, 403, 404, 404]),
        ("/tasks/2025-999".to_owned(), [404; 5]),
        ("/livelihood".to_owned(), [200; 5]),
        ("/bulletins".to_owned(), [200; 5]),
        ("/bulletins/2025-10".to_owned(), [303, 403, 403, 200, 200]),
        ("/bulletins/2025-10/docx".to_owned(), [303, 403, 403, 200, 200]),
        ("/bulletins/2025-10/xlsx".to_owned(), [303, 403, 403, 200, 200]),
        ("/bulletins/2025-10?filed_by=soon".to_owned(), [303, 403, 403, 422, 422]),
        ("/bulletins/2025-13".to_owned(), [404; 5]),
        ("/year-end".to_owned(), [200; 5]),
        ("/year-end?report=1999".to_owned(), [404; 5]),
        ("/year-end/docx".to_owned(), [303, 403, 403, 200, 200]),
        ("/vote".to_owned(), [200; 5]),
        ("/export/stratml.xml".to_owned(), [200; 5]),
        ("/export/stratml.xml?report=1999".to_owned(), [404; 5]),
        ("/findings".to_owned(), [303, 200, 200, 200, 200]),
        ("/findings?report=1999".to_owned(), [303, 404, 404, 404, 404]),
        ("/signin".to_owned(), [200; 5]),
        ("/me".to_owned(), [303, 200, 200, 200, 200]),
        ("/adopt".to_owned(), [303, 403, 403, 200, 200]),
        ("/log".to_owned(), [303, 403, 403, 200, 200]),
        ("/about".to_owned(), [200; 5]),
        ("/health".to_owned(), [200; 5]),
        ("/nowhere".to_owned(), [404; 5]),
    ];
    let readers = readers(&city).await;
    for (path, expected) in rows {
        let mut got = [0; 5];
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
    let rows: [(String, Fields, Row); 15] = [
        ("/tasks/confirm".to_owned(), &[], [401, 403, 403, 200, 200]),
        (path("file"), filing, [401, 303, 403, 303, 303]),
        (path("assign"), &[("lead", "education")], [401, 403, 403, 303, 303]),
        (path("withdraw"), &[("evidence", "e0"), ("reason", "错了")], [401, 409, 409, 409, 409]),
        (
            path("adjust"),
            &[("value", "9"), ("deadline", "2025-12-31"), ("reason", "会议决定")],
            [401, 403, 403, 303, 422],
        ),
        (path("close"), &[("outcome", "not-met"), ("reason", "停建")], [401, 403, 403, 303, 409]),
        (path("reopen"), &[("reason", "复工")], [401, 403, 403, 303, 409]),
        ("/adopt".to_owned(), &[], [401, 403, 403, 422, 422]),
        (finding("dismiss"), &[("reason", "口径不同")], [401, 403, 403, 303, 409]),
        ("/bulletins/2025-10/issue".to_owned(), &[("filed_by", "2025-10-31")], [401, 403, 403, 303, 409]),
        ("/year-end/publish".to_owned(), &[], [401, 403, 403, 303, 409]),
        ("/year-end/objections/o0/answer".to_owned(), &[("answer", "已复核")], [401, 403, 403, 404, 404]),
        ("/year-end/ballot/open".to_owned(), &[("codes", "3")], [401, 403, 403, 200, 409]),
        ("/year-end/ballot/close".to_owned(), &[], [401, 403, 403, 303, 409]),
        (finding("restore"), &[], [401, 403, 403, 303, 409]),
    ];
    for (path, fields, expected) in rows {
        let mut got = [0; 5];
        for (status, reader) in got.iter_mut().zip(&readers) {
            let version = city.version(&task).await;
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
    let rows: [(&str, String, Value, Row); 27] = [
        ("GET", "/api/v1/reports".to_owned(), Value::Null, [200; 5]),
        ("GET", "/api/v1/reports/2025".to_owned(), Value::Null, [200; 5]),
        ("GET", "/api/v1/reports/2025/statements".to_owned(), Value::Null, [200; 5]),
        ("GET", "/api/v1/reports/2025/findings".to_owned(), Value::Null, [401, 200, 200, 200, 200]),
        ("GET", "/api/v1/reports/2025/year-before".to_owned(), Value::Null, [401, 200, 200, 200, 200]),
        ("PUT", dismissal.clone(), json!({"reason": "口径不同"}), [401, 403, 403, 204, 409]),
        ("DELETE", dismissal, Value::Null, [401, 403, 403, 204, 409]),
        ("GET", "/api/v1/reports/2025/year-end".to_owned(), Value::Null, [404; 5]),
        ("GET", "/api/v1/bulletins".to_owned(), Value::Null, [200; 5]),
        ("GET", "/api/v1/bulletins/2025-10".to_owned(), Value::Null, [401, 403, 403, 200, 200]),
        ("PUT", "/api/v1/bulletins/2025-10".to_owned(), json!({}), [401, 403, 403, 200, 409]),
        ("GET", "/api/v1/bulletins/2025-10".to_owned(), Value::Null, [200; 5]),
        ("GET", "/api/v1/tasks?limit=1".to_owned(), Value::Null, [200; 5]),
        ("GET", path(""), Value::Null, [200; 5]),
        ("GET", path("/plot"), Value::Null, [200; 5]),
        ("GET", path("/history"), Value::Null, [200; 5]),
        ("GET", path("/evidence"), Value::Null, [200; 5]),
        ("GET", "/api/v1/counts".to_owned(), Value::Null, [200; 5]),
        ("GET", "/api/v1/units".to_owned(), Value::Null, [200; 5]),
        ("GET", "/api/v1/me".to_owned(), Value::Null, [200; 5]),
        ("GET", "/api/v1/log".to_owned(), Value::Null, [401, 403, 403, 200, 200]),
        ("POST", path("/evidence"), evidence, [401, 201, 403, 201, 201]),
        ("PUT", path("/assignment"), json!({"lead": "education"}), [401, 403, 403, 200, 200]),
        ("POST", path("/evidence/e0/withdrawal"), why, [401, 409, 409, 409, 409]),
        ("POST", path("/adjustments"), adjust, [401, 403, 403, 200, 422]),
        ("POST", path("/closing"), close, [401, 403, 403, 200, 409]),
        ("DELETE", path("/closing?reason=x"), Value::Null, [401, 403, 403, 200, 409]),
    ];
    for (method, path, body, expected) in rows {
        let mut got = [0; 5];
        for (status, name) in got.iter_mut().zip(["", "education", "transport", "office", "admin"]) {
            let mut headers = vec![("if-match", format!("\"v{}\"", city.version(&task).await))];
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
