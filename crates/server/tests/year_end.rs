//! The year's end as people meet it: published, objected to without an account, voted on with a code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{City, Reader};

#[tokio::test]
async fn published_objected_to_and_answered() {
    let city = City::adopted().await;
    let (public, office) = (Reader::default(), city.sign_in("office").await);
    let task = city.numbered().await;
    let path = "/year-end";
    let none = city.get(&public, path).await.body;
    assert!(none.contains("还没有公布") && !none.contains("无佐证。"), "{none}");
    assert!(city.get(&office, path).await.body.contains("尚未公布"));
    let objection = [("task", task.as_str()), ("text", "路灯没有装")];
    assert_eq!(city.post(&public, "/year-end/objections", &objection).await.status.as_u16(), 404, "not yet published");
    assert_eq!(city.post(&office, "/year-end/publish", &[]).await.status.as_u16(), 303);
    let seen = city.get(&public, path).await.body;
    assert!(seen.contains("无佐证。") && seen.contains("2025-11-07"), "{seen}");
    assert_eq!(city.get(&public, "/year-end/docx").await.status.as_u16(), 200);

    assert_eq!(city.post(&public, "/year-end/objections", &objection).await.status.as_u16(), 303);
    let long = "长".repeat(2_001);
    let wrong = city.post(&public, "/year-end/objections", &[("task", &task), ("text", &long)]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(wrong.body.contains(&long) && wrong.body.contains("最多 2000 字"), "what was typed comes back");
    let unknown = city.post(&public, "/year-end/objections", &[("task", "2025-999"), ("text", "x")]).await;
    assert_eq!(unknown.status.as_u16(), 404);
    let foreign = public.request("POST", "/year-end/objections").header("origin", "https://evil.example");
    let foreign = foreign.header("content-type", "application/x-www-form-urlencoded");
    let foreign = city.send(foreign.body(axum::body::Body::from("task=x&text=y")).unwrap()).await;
    assert_eq!(foreign.status.as_u16(), 403);

    let seen = city.get(&public, path).await.body;
    assert!(seen.contains("路灯没有装") && seen.contains("尚未答复"), "{seen}");
    let id = city.platform.objections(&"2025".to_owned().try_into().unwrap(), 0, 1).await.unwrap()[0].id.to_string();
    let answer = format!("/year-end/objections/{id}/answer");
    let unit = city.sign_in("education").await;
    let words = [("answer", "已于本周安装，见佐证。")];
    for (reader, expected) in [(&public, 401), (&unit, 403), (&office, 303), (&office, 409)] {
        assert_eq!(city.post(reader, &answer, &words).await.status.as_u16(), expected);
    }
    assert!(city.get(&public, path).await.body.contains("已于本周安装，见佐证。"));
    let body = city.call("GET", "/api/v1/reports/2025/year-end", &[], &serde_json::Value::Null).await.json();
    let tasks = city.platform.snapshot().await.unwrap().tasks.len();
    assert_eq!(body["completions"].as_array().unwrap().len(), tasks);
    assert_eq!(
        (body["objections_until"].as_str(), body["completions"][0]["item"].as_u64()),
        (Some("2025-11-07"), Some(1))
    );
}

#[tokio::test]
async fn deputies_vote_with_a_code() {
    let city = City::adopted().await;
    let (public, office) = (Reader::default(), city.sign_in("office").await);
    assert!(city.get(&public, "/vote").await.body.contains("没有进行中的测评"));
    let ballot = |code: &str| vec![("code", code.to_owned()), ("item-1", "satisfied".to_owned())];
    let send = async |fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        city.post(&public, "/vote", &fields).await
    };
    assert_eq!(send(ballot("x")).await.status.as_u16(), 409);
    let wrong = city.post(&office, "/year-end/ballot/open", &[("codes", "many")]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    let opened = city.post(&office, "/year-end/ballot/open", &[("codes", "2")]).await;
    assert_eq!((opened.status.as_u16(), opened.header("cache-control")), (200, "no-store"));
    let codes: Vec<&str> = opened.body.split("<li><code>").skip(1).map(|rest| &rest[..19]).collect();
    assert_eq!(codes.len(), 2, "{}", opened.body);

    let refused = send(ballot("0000-0000-0000-0000")).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert!(refused.body.contains("value=\"satisfied\" checked"), "what was chosen comes back");
    assert!(!refused.body.contains("0000-0000"), "a code does not");
    assert_eq!(send(ballot(codes[0])).await.header("location"), "/vote?report=2025&done=1");
    assert_eq!(send(ballot(codes[0])).await.status.as_u16(), 422);
    let open = city.get(&public, "/year-end").await.body;
    assert!(open.contains("1 / 2") && !open.contains("基本满意"), "no count before the end: {open}");
    assert_eq!(city.post(&office, "/year-end/ballot/close", &[]).await.status.as_u16(), 303);
    let closed = city.get(&public, "/year-end").await.body;
    assert!(closed.contains("<td>1</td><td>0</td><td>0</td>"), "{closed}");
    assert_eq!(send(ballot(codes[1])).await.status.as_u16(), 409);
}
