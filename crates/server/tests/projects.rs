//! Key projects by form, table and API: listed, reported with photographs, measured by, and out again as the same table.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use crate::common;

use common::{City, basic};
use serde_json::{Value, json};

const TABLE: &str = "\u{feff}序号,项目名称,项目类别,建设内容,建设地点,总投资（万元）,年度计划投资（万元）,责任单位,建设阶段\r\n\
1,第四水厂,民生,日供水5万方,城南,12000,6000,市教育局,在建\r\n\
2,断头路打通,基础设施,,老城,900,900,市交通运输局,前期\r\n\
3,无人负责,民生,,,1,1,某某局,前期\r\n";

/// The hidden list of a preview.
fn list_of(page: &str) -> String {
    let at = page.split("name=\"list\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    at.replace("&#34;", "\"").replace("&quot;", "\"").replace("&amp;", "&").replace("&#39;", "'")
}

#[tokio::test]
async fn a_list_is_taken_in_and_out_again() {
    let city = City::adopted().await;
    let office = city.sign_in("office").await;
    let empty = city.get(&office, "/projects").await;
    assert!(empty.body.contains("导入项目清单"), "{}", empty.body);
    let preview =
        city.post_files(&office, "/projects/import", &[("year", "2025")], &[("l.csv", TABLE.as_bytes())]).await;
    assert_eq!(preview.status, 200);
    for words in ["第四水厂", "12,000", "H4", "没有这个单位“某某局”"] {
        assert!(preview.body.contains(words), "{words} in {}", preview.body);
    }
    assert!(city.get(&office, "/projects").await.body.contains("导入项目清单"), "nothing is written before");
    let list = list_of(&preview.body);
    let confirmed = city.post(&office, "/projects/import/confirm", &[("year", "2025"), ("list", &list)]).await;
    assert_eq!(confirmed.status, 303, "{}", confirmed.body);
    let page = city.get(&office, "/projects").await;
    for words in ["第四水厂", "断头路打通", "12,900", "6,900"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    // Out as a table and in again: nothing is new, nothing changed.
    for (path, name) in [("/projects.csv", "l.csv"), ("/projects.xlsx", "l.xlsx")] {
        let table = city.get_bytes_as(&office, path).await;
        let preview = city.post_files(&office, "/projects/import", &[("year", "2025")], &[(name, &table)]).await;
        let list: Vec<Value> = serde_json::from_str(&list_of(&preview.body)).unwrap();
        assert_eq!(list.len(), 2, "{path}: {}", preview.body);
        let before = city.call("GET", "/api/v1/projects", &[basic("office")], &Value::Null).await.json();
        let list = serde_json::to_string(&list).unwrap();
        city.post(&office, "/projects/import/confirm", &[("year", "2025"), ("list", &list)]).await;
        let after = city.call("GET", "/api/v1/projects", &[basic("office")], &Value::Null).await.json();
        assert_eq!(before, after, "{path}");
    }
    // A unit sees its own, in list, table and API.
    let unit = city.sign_in("education").await;
    let page = city.get(&unit, "/projects").await;
    assert!(page.body.contains("第四水厂") && !page.body.contains("断头路打通"));
    assert!(!city.get(&unit, "/projects.csv").await.body.contains("断头路打通"));
    let own = city.call("GET", "/api/v1/projects", &[basic("education")], &Value::Null).await.json();
    assert_eq!(own["total"], 1);
}

/// A JPEG of a header and a day: 30 September 2025.
fn picture() -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x32\0\x02\0\0\0\x14\0\0\0\x1a\0\0\0\0".to_vec();
    tiff.extend(b"2025:09:30 10:11:12\0");
    let length = u16::try_from(tiff.len() + 8).unwrap();
    [b"\xff\xd8\xff\xe1".as_slice(), &length.to_be_bytes(), b"Exif\0\0", &tiff, b"\xff\xd9"].concat()
}

#[tokio::test]
async fn a_month_with_a_photograph() {
    let city = City::adopted().await;
    city.list_project("education", Some("vice-mayor-social")).await;
    let unit = city.sign_in("education").await;
    let path = "/projects/p2025-0001";
    let version = city.project_version().await;
    let fields = [
        ("version", version.as_str()),
        ("month", "9"),
        ("spent", "120.5"),
        ("stage", "started"),
        ("stage_on", "2025-09-15"),
        ("point", "87.30412, 44.01325"),
        ("note", "主体施工"),
    ];
    let report = format!("{path}/report");
    let sent = city.post_files(&unit, &report, &fields, &[("现场.jpg", &picture())]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let page = city.get(&unit, path).await;
    for words in ["120.5", "2025-09-30 ", "87.304120, 44.013250", "主体施工", "开工"] {
        assert!(page.body.replace("</time>", " ").contains(words), "{words} in {}", page.body);
    }
    let project = city.call("GET", "/api/v1/projects/p2025-0001", &[basic("office")], &Value::Null).await.json();
    assert_eq!((&project["stage"], &project["spent_fen"][8]), (&json!("started"), &json!(120_500_000)));
    let sha = project["photos"][0]["sha256"].as_str().unwrap().to_owned();
    let photo = city.get(&unit, &format!("{path}/photos/{sha}")).await;
    assert_eq!((photo.status.as_u16(), photo.header("content-type")), (200, "image/jpeg"));
    let leader = city.sign_in("vice-mayor").await;
    assert_eq!(city.get(&leader, &format!("{path}/photos/{sha}")).await.status, 200);
    let other = city.sign_in("transport").await;
    assert_eq!(city.get(&other, &format!("{path}/photos/{sha}")).await.status, 404);

    // What is refused comes back with what was typed; a stale form says so.
    let typed = [("version", "2"), ("month", "10"), ("spent", "99999999"), ("note", "手误")];
    let refused = city.post_files(&unit, &report, &typed, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("value=\"99999999\"") && refused.body.contains("手误"), "{}", refused.body);
    let stale = [("version", "1"), ("month", "10"), ("spent", "3")];
    let refused = city.post_files(&unit, &report, &stale, &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("项目刚刚被他人更新"), "{}", refused.body);
    let not = city.post_files(&unit, &report, &[("version", "2"), ("month", "9")], &[("a.txt", b"words")]).await;
    assert!(not.status == 422 && not.body.contains("不是图片"), "{}", not.body);
}

#[tokio::test]
async fn projects_measure_the_task_that_promises_them() {
    let city = City::adopted().await;
    let find = |unit: &'static str, words: &'static str| {
        let platform = city.platform.clone();
        async move {
            let snapshot = platform.snapshot().await.unwrap();
            let of = |view: &&std::sync::Arc<tingzhou_platform::TaskView>| {
                view.task.title.contains(words) && view.task.target.as_ref().is_some_and(|t| t.unit == unit)
            };
            snapshot.tasks.iter().find(of).unwrap().task.id.to_string()
        }
    };
    let (count, money) = (find("个", "重点项目").await, find("元", "计划投资").await);
    city.list_project("education", None).await;
    let office = city.sign_in("office").await;
    let put = |task: &str, body: Value| {
        let path = format!("/api/v1/tasks/{task}/roll-up");
        let city = &city;
        async move { city.call("PUT", &path, &[basic("office")], &body).await }
    };
    assert_eq!(put(&count, json!({"what": "begun"})).await.status, 204);
    assert_eq!(put(&money, json!({"what": "paid"})).await.status, 204);
    let wrong = put(&money, json!({"what": "begun"})).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["code"]), (422, &json!("other-unit")));
    let measured = |task: &str| {
        let path = format!("/api/v1/tasks/{task}/evidence");
        let city = &city;
        async move {
            let list = city.call("GET", &path, &[basic("office")], &Value::Null).await.json();
            let rows = list["items"].as_array().unwrap().clone();
            rows.iter()
                .map(|row| (row["source"].as_str().unwrap().to_owned(), row["amount"]["value"].clone()))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(measured(&count).await, [("measure".to_owned(), json!("0"))]);
    // What changes within the hour waits; asked for by hand it is measured at once.
    let etag = format!("\"v{}\"", city.project_version().await);
    let body = json!({"month": 9, "spent_fen": 120_000_000, "stage": "started", "stage_on": "2025-09-15"});
    let path = "/api/v1/projects/p2025-0001/reports";
    let reported = city.call("POST", path, &[basic("education"), ("if-match", etag)], &body).await;
    assert_eq!(reported.status, 200, "{}", reported.body);
    assert_eq!(measured(&count).await.len(), 1);
    let set = city.post(&office, &format!("/tasks/{count}/roll-up"), &[("what", "begun")]).await;
    assert_eq!(set.status, 303);
    assert_eq!(measured(&count).await.last(), Some(&("measure".to_owned(), json!("1"))));
    assert_eq!(measured(&money).await.last(), Some(&("measure".to_owned(), json!("1200000"))));
    let page = city.get(&office, &format!("/tasks/{count}")).await;
    assert!(page.body.contains("由重点项目清单汇总"), "{}", page.body);
    let set = city.post(&office, &format!("/tasks/{count}/roll-up"), &[("what", "paid")]).await;
    assert!(set.status == 422 && set.body.contains("请改选"), "{}", set.body);
    city.platform.audit().await.unwrap().unwrap();
}
