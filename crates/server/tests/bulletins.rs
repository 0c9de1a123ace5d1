//! Bulletins as people meet them: drafts of the office, issued ones of everyone, and their files.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{City, Reader, basic};
use serde_json::{Value, json};

#[tokio::test]
async fn a_draft_is_the_offices_and_what_is_issued_is_everybodys() {
    let city = City::adopted().await;
    let (public, office) = (Reader::default(), city.sign_in("office").await);
    let list = city.get(&public, "/bulletins").await.body;
    assert!(list.contains("还没有印发过通报。") && !list.contains("生成草稿"), "{list}");
    let list = city.get(&office, "/bulletins").await.body;
    assert!(list.contains("生成草稿") && list.contains("2025年10月") && !list.contains("2025年11月"), "{list}");
    let chosen = city.get(&office, "/bulletins?period=2025-10&filed_by=2025-10-31").await;
    assert_eq!((chosen.status.as_u16(), chosen.header("location")), (303, "/bulletins/2025-10?filed_by=2025-10-31"));
    let draft = city.get(&office, "/bulletins/2025-10").await.body;
    for words in [
        "关于昌吉市2025年10月政府工作报告任务进展情况的通报",
        "草稿（未印发）",
        "与2025年9月30日相比",
        "没有欠进度事项",
    ] {
        assert!(draft.contains(words), "{words}: {draft}");
    }
    let wrong = city.post(&office, "/bulletins/2025-10/issue", &[("filed_by", "2025-09-01")]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(wrong.body.contains("填报截止日应在 2025-10-31 与 2025-10-31 之间"), "{}", wrong.body);
    assert_eq!(city.get(&public, "/bulletins/2025-10").await.status.as_u16(), 303);

    let issued = city.post(&office, "/bulletins/2025-10/issue", &[("filed_by", "2025-10-31")]).await;
    assert_eq!((issued.status.as_u16(), issued.header("location")), (303, "/bulletins/2025-10"));
    let seen = city.get(&public, "/bulletins/2025-10").await.body;
    assert!(seen.contains("已印发") && seen.contains("昌吉市人民政府督查室") && !seen.contains("草稿"), "{seen}");
    let english = city.get(&public, "/bulletins/2025-10?lang=en").await.body;
    assert!(
        english.contains("Bulletin on the tasks") && english.contains("By lead unit, in official order"),
        "{english}"
    );
    let list = city.get(&public, "/bulletins").await.body;
    assert!(list.contains("任务进展情况的通报") && !list.contains("office"), "{list}");
    for (file, kind) in [("docx", "wordprocessingml"), ("xlsx", "spreadsheetml")] {
        let answer = city.get(&public, &format!("/bulletins/2025-10/{file}")).await;
        assert!(answer.header("content-type").contains(kind));
        assert!(answer.header("content-disposition").contains(&format!("bulletin-changji-2025-10.{file}")));
        assert!(answer.body.starts_with("PK"));
    }
    let log = city.get(&office, "/log").await.body;
    assert!(log.contains("bulletin-issued"));
}

#[tokio::test]
async fn programs_get_the_same() {
    let city = City::adopted().await;
    let path = "/api/v1/bulletins/2025-Q3";
    let draft = city.call("GET", path, &[basic("office")], &Value::Null).await.json();
    assert!(draft["issued"].is_null());
    let counts: u64 = draft["classes"].as_array().unwrap().iter().map(|c| c["count"].as_u64().unwrap()).sum();
    assert_eq!(counts, draft["total"].as_u64().unwrap());
    let issued = city.call("PUT", path, &[basic("office")], &json!({"filed_by": "2025-10-08"})).await.json();
    assert_eq!(issued["filed_by"], "2025-10-08");
    let public = city.call("GET", path, &[], &Value::Null).await.json();
    assert_eq!(public, issued);
    let listed = city.call("GET", "/api/v1/bulletins", &[], &Value::Null).await.json();
    assert_eq!(listed["items"][0], public["issued"]);
    let wrong = city.call("PUT", "/api/v1/bulletins/2025-10", &[basic("office")], &json!({"filed_by": "soon"})).await;
    assert_eq!((wrong.status.as_u16(), wrong.json()["field"].as_str()), (422, Some("filed_by")));
}
