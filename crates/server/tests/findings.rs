//! Findings on their page, on a task's page and in the API.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{City, Reader, basic};
use serde_json::{Value, json};

/// The first finding that asks somebody to look.
async fn first(city: &City) -> Value {
    let path = "/api/v1/reports/2025/findings?asks=true";
    city.call("GET", path, &[basic("office")], &Value::Null).await.json()["items"][0].clone()
}

#[tokio::test]
async fn the_page_shows_both_places_and_their_numbers() {
    let city = City::adopted().await;
    let office = city.sign_in("office").await;
    let page = city.get(&office, "/findings").await.body;
    for words in ["373 辆", "444 辆", "同一数量出现两处", "单位与量级", "/findings/2025/"] {
        assert!(page.contains(words), "{words}");
    }
    // Every place leads to an anchor the living report has.
    let report = city.get(&Reader::default(), "/?report=2025").await.body;
    let all = city.get(&office, "/findings?show=all").await.body;
    let links: Vec<&str> =
        all.split("href=\"/?report=2025#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() > 60, "{}", links.len());
    let missing: Vec<_> = links.iter().filter(|link| !report.contains(&format!("id=\"{link}\""))).collect();
    assert!(missing.is_empty(), "{missing:?} of {} lead nowhere", links.len());
    let english = city.get(&office, "/findings?lang=en").await.body;
    assert!(english.contains("One quantity in two places") && english.contains("373 辆"));
}

#[tokio::test]
async fn a_finding_is_dismissed_with_a_reason_and_restored() {
    let city = City::adopted().await;
    let office = city.sign_in("office").await;
    let finding = first(&city).await;
    let (id, sentence) = (finding["id"].as_str().unwrap(), finding["sentence"]["zh"].as_str().unwrap());
    let (dismiss, restore) = (format!("/findings/2025/{id}/dismiss"), format!("/findings/2025/{id}/restore"));

    let long = "长".repeat(4_001);
    for (reason, kept) in [("  ", "请写明理由"), (long.as_str(), "请缩短")] {
        let refused = city.post(&office, &dismiss, &[("reason", reason), ("show", "open")]).await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.body.contains(kept) && refused.body.contains(&format!("id=\"w-{id}\"")), "{kept}");
    }
    let done = city.post(&office, &dismiss, &[("reason", "两处口径不同 <b>"), ("show", "open")]).await;
    assert_eq!(done.header("location"), "/findings?report=2025&show=open&kind=&done=dismissed");
    assert!(!city.get(&office, "/findings").await.body.contains(sentence), "set aside");
    let aside = city.get(&office, "/findings?show=dismissed").await.body;
    assert!(aside.contains(sentence) && aside.contains("两处口径不同 &#60;b&#62;") && aside.contains(&restore));
    let again = city.post(&office, &dismiss, &[("reason", "再次")]).await;
    assert_eq!(again.status.as_u16(), 409);
    // A unit sees that it was set aside, and no form.
    let unit = city.sign_in("education").await;
    let page = city.get(&unit, "/findings?show=dismissed").await.body;
    assert!(page.contains(sentence) && !page.contains(&restore));

    let log = city.get(&office, "/log").await.body;
    assert!(log.contains("finding-dismissed") && !log.contains(&format!("href=\"/tasks/{id}\"")));
    assert!(city.platform.audit().await.unwrap().is_ok());
    assert_eq!(city.post(&office, &restore, &[]).await.status.as_u16(), 303);
    assert!(city.get(&office, "/findings").await.body.contains(sentence), "taken up again");
    assert_eq!(city.post(&office, &restore, &[]).await.status.as_u16(), 409);
    assert_eq!(city.post(&office, "/findings/2025/nothing/dismiss", &[("reason", "无")]).await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_tasks_page_mentions_its_findings() {
    let city = City::adopted().await;
    let finding = first(&city).await;
    let sentence = finding["sentence"]["zh"].as_str().unwrap();
    let task = finding["places"][0]["task"].as_str().unwrap();
    let path = format!("/tasks/{task}");
    let unit = city.sign_in("education").await;
    assert!(city.get(&unit, &path).await.body.contains(sentence));
    assert!(!city.get(&Reader::default(), &path).await.body.contains(sentence), "not for the public");
    let id = finding["id"].as_str().unwrap();
    let address = format!("/api/v1/reports/2025/findings/{id}/dismissal");
    let put = city.call("PUT", &address, &[basic("office")], &json!({"reason": "口径不同"})).await;
    assert_eq!(put.status.as_u16(), 204, "{}", put.body);
    assert!(!city.get(&unit, &path).await.body.contains(sentence), "set aside");
}

#[tokio::test]
async fn the_api_lists_filters_and_pages() {
    let city = City::adopted().await;
    let get = |query: &str| {
        let (city, path) = (&city, format!("/api/v1/reports/2025/findings?{query}"));
        async move { city.call("GET", &path, &[basic("education")], &Value::Null).await }
    };
    let all = get("limit=200").await.json();
    let total = all["total"].as_u64().unwrap();
    assert_eq!(all["items"].as_array().unwrap().len() as u64, total);
    for kind in ["same-quantity", "target-reached", "level-and-growth", "parts-and-sums", "units"] {
        let own = get(&format!("kind={kind}")).await.json();
        let items = own["items"].as_array().unwrap();
        assert!(!items.is_empty() && items.iter().all(|item| item["kind"] == kind), "{kind}");
    }
    let one = get("limit=1").await.json();
    let next = get(&format!("limit=1&cursor={}", one["next"].as_str().unwrap())).await.json();
    assert_ne!(one["items"][0]["id"], next["items"][0]["id"]);
    assert_eq!(get("kind=mauve").await.status.as_u16(), 422);
    assert_eq!(get("dismissed=true").await.json()["total"], 0);
    let span = &all["items"][0]["places"][0]["span"];
    assert!(span[0].as_u64() < span[1].as_u64());
    let years = city.call("GET", "/api/v1/reports/2025/year-before", &[basic("office")], &Value::Null).await.json();
    assert_eq!(years["total"], 0, "no report of the year before");
}

#[tokio::test]
async fn two_years_tell_what_became_of_commitments() {
    let city = City::founded().await;
    let admin = city.platform.verify_password("admin", common::PASSWORD).await.unwrap();
    let report = |year: i16, review: &str, plan: &str| {
        format!(
            "# 政府工作报告\n\n{year}年1月10日\n\n## 一、{}年工作回顾\n\n{review}\n\n## 二、{year}年重点工作\n\n{plan}\n",
            year - 1
        )
    };
    let older = report(2024, "工作平稳。", "改造老旧小区20个。新建农村公路80公里。");
    let newer = report(2025, "改造老旧小区24个。新建农村公路70公里。", "新建农村公路90公里。");
    for text in [&older, &newer] {
        city.platform.adopt(&admin, text.as_bytes(), false).await.unwrap();
    }
    let office = city.sign_in("office").await;
    let page = city.get(&office, "/findings?report=2025").await.body;
    for words in ["上年承诺的落实", "未达到", "已完成", "80 公里", "24 个", "/?report=2024#at-"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!city.get(&office, "/findings?report=2024").await.body.contains("上年承诺的落实"));
    let path = "/api/v1/reports/2025/year-before?limit=200";
    let years = city.call("GET", path, &[basic("office")], &Value::Null).await.json();
    let verdicts: Vec<_> = years["items"].as_array().unwrap().iter().map(|item| item["verdict"].clone()).collect();
    assert_eq!(verdicts, ["missed", "met", "baseline"]);
    assert_eq!(years["items"][2]["baseline"], json!({"value": "70", "unit": "公里"}));
}

#[tokio::test]
async fn without_a_report_the_page_says_so() {
    let city = City::founded().await;
    let office = city.sign_in("office").await;
    let page = city.get(&office, "/findings").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.body.contains("采纳一份报告后"));
}
