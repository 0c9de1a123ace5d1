//! What the pages say and keep.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{City, PASSWORD, Reader};

#[tokio::test]
async fn every_task_is_marked_in_the_report() {
    let city = City::adopted().await;
    let page = city.get(&Reader::default(), "/").await.body;
    let snapshot = city.platform.snapshot().await.unwrap();
    let missing: Vec<String> = snapshot
        .tasks
        .iter()
        .filter(|v| !page.contains(&format!("href=\"/tasks/{}\"", v.task.id)))
        .map(|v| format!("{} {}", v.task.id, v.task.title))
        .collect();
    assert!(missing.is_empty(), "{} not marked: {missing:#?}", missing.len());
}

#[tokio::test]
async fn a_term_leads_to_its_explanation() {
    let city = City::founded().await;
    let admin = city.platform.verify_password("admin", PASSWORD).await.unwrap();
    let report = "2025年政府工作报告\n\n一、2024年工作回顾\n\n深入推进“两新”工作，“两新”成效明显。新建道路9公里。\n\n\
                  二、2025年重点工作\n\n落实“两新”政策，改造老旧小区8个。\n\n名词解释\n\n1.两新：设备更新和以旧换新。\n";
    city.platform.adopt(&admin, report.as_bytes(), false).await.unwrap();
    let page = city.get(&Reader::default(), "/").await.body;
    assert_eq!(page.matches("<dfn id=\"term-0\">两新</dfn>").count(), 1, "{page}");
    // Linked once a paragraph; the words of a task are a link already.
    assert!((1..=2).contains(&page.matches("href=\"#term-0\"").count()), "{page}");
    assert!(!page.contains("data-aside><a"), "{page}");
}

#[tokio::test]
async fn an_empty_city_says_what_to_do() {
    let city = City::founded().await;
    for path in ["/", "/tasks", "/livelihood", "/tasks.csv", "/api/v1/tasks", "/api/v1/reports"] {
        assert_eq!(city.get(&Reader::default(), path).await.status.as_u16(), 200, "{path}");
    }
    let office = city.sign_in("office").await;
    assert!(city.get(&office, "/").await.body.contains("href=\"/adopt\""));
}

#[tokio::test]
async fn a_report_is_reviewed_then_adopted() {
    let city = City::founded().await;
    let office = city.sign_in("office").await;
    let text = common::report();
    let upload = city.post_files(&office, "/adopt", &[], &[("report.md", &text)]).await;
    assert_eq!(upload.status, 303);
    let review = upload.header("location").to_owned();
    assert!(review.starts_with("/review/"), "{review}");
    let again = city.post_files(&office, "/adopt", &[], &[("report.md", &text)]).await;
    assert_eq!(again.header("location"), review, "the same text goes on where it was");
    assert!(city.platform.snapshot().await.unwrap().reports.is_empty(), "a review adopts nothing");
    assert!(city.get(&office, "/adopt").await.body.contains(&review));
    let adopted = city.post(&office, &review, &[("do", "adopt-accepting"), ("version", "1")]).await;
    assert_eq!((adopted.status.as_u16(), adopted.header("location")), (303, "/?report=2025"));
    let twice = city.post_files(&office, "/adopt", &[], &[("report.md", &text)]).await;
    assert_eq!(twice.status, 409);
    let nothing = city.post_files(&office, "/adopt", &[], &[("x.pdf", b"%PDF-1.4")]).await;
    assert_eq!(nothing.status, 422);
}

#[tokio::test]
async fn what_was_typed_comes_back() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    city.assign(&task, "education").await;
    let unit = city.sign_in("education").await;
    let path = format!("/tasks/{task}/file");
    let version = city.version(&task).await;
    let typed = |value: &'static str| {
        vec![
            ("value", value),
            ("unit", "公里"),
            ("from", "2025-01-01"),
            ("to", "2025-09-30"),
            ("reported", "blocked"),
            ("note", "写了很长的说明 <b>"),
            ("place", "三工镇"),
            ("key", "k1"),
        ]
    };
    let send = |value: &'static str, version: String| {
        let (city, unit, path) = (&city, &unit, &path);
        async move {
            let mut fields = typed(value);
            fields.push(("version", &version));
            city.post_files(unit, path, &fields, &[("照片说明.txt", "现场".as_bytes())]).await
        }
    };
    let kept = ["写了很长的说明 &#60;b&#62;", "value=\"三工镇\"", "照片说明.txt", "name=\"kept_content\""];

    // A wrong number: the message stands at its field, everything else is there.
    let refused = send("很多", version.clone()).await;
    assert_eq!(refused.status.as_u16(), 422);
    for word in kept.iter().chain(&["aria-invalid=\"true\"", "id=\"w-value\"", "value=\"很多\""]) {
        assert!(refused.body.contains(word), "{word}");
    }

    // Odd but possible: it can be confirmed.
    let odd = send("999999", version.clone()).await;
    assert_eq!(odd.status.as_u16(), 409);
    assert!(odd.body.contains("name=\"confirmed\" value=\"far-above-target\""));

    // Somebody else was first: their change is shown beside what was typed, with the version to go on from.
    city.assign(&task, "education").await;
    let body = serde_json::json!({"value": "0.5", "to": "2025-08-31", "reported": "under-way", "note": "另一人"});
    let headers = [common::basic("education"), ("if-match", format!("\"v{version}\""))];
    let first = city.call("POST", &format!("/api/v1/tasks/{task}/evidence"), &headers, &body).await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.body);
    let conflict = send("1", version).await;
    assert_eq!(conflict.status.as_u16(), 409);
    let now = city.version(&task).await;
    for word in kept.iter().chain(&["另一人", "value=\"1\"", &format!("name=\"version\" value=\"{now}\"")]) {
        assert!(conflict.body.contains(word), "{word}");
    }
    let done = send("1", now).await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.body);
    // The same form once more is the same filing.
    let version = city.version(&task).await;
    assert_eq!(send("1", version.clone()).await.status.as_u16(), 303);
    assert_eq!(city.version(&task).await, version);

    // Its file is for the unit and the office.
    let snapshot = city.platform.snapshot().await.unwrap();
    let view = snapshot.tasks.iter().find(|v| v.task.id.as_str() == task).unwrap();
    let sha256 = &view.task.evidence.last().unwrap().attachments[0].sha256;
    let address = format!("/tasks/{task}/attachments/{sha256}");
    let file = city.get(&unit, &address).await;
    assert_eq!((file.status.as_u16(), file.body.as_str()), (200, "现场"));
    assert!(file.header("content-disposition").starts_with("attachment; filename*=UTF-8''%E7%85%A7"));
    assert_eq!(city.get(&city.sign_in("transport").await, &address).await.status.as_u16(), 403);
    assert!(!city.get(&Reader::default(), &format!("/tasks/{task}")).await.body.contains(&address));
}

#[tokio::test]
async fn leads_are_confirmed_many_at_once() {
    let city = City::adopted().await;
    let office = city.sign_in("office").await;
    let snapshot = city.platform.snapshot().await.unwrap();
    let chosen: Vec<String> =
        snapshot.tasks.iter().take(5).map(|v| format!("{}:{}", v.task.id, v.task.version)).collect();
    let stale = format!("{}:99", snapshot.tasks[6].task.id);
    let mut fields: Vec<(&str, &str)> = chosen.iter().map(|c| ("task", c.as_str())).collect();
    fields.push(("task", &stale));
    let answer = city.post(&office, "/tasks/confirm", &fields).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(answer.body.contains(snapshot.tasks[6].task.id.as_str()), "the one that failed is named");
    let after = city.platform.snapshot().await.unwrap();
    let confirmed = after.tasks.iter().filter(|v| v.task.assignment.is_some()).count();
    assert_eq!(confirmed, 5);
}

#[tokio::test]
async fn language_and_size_are_remembered() {
    let city = City::adopted().await;
    let answer = city.get(&Reader::default(), "/?lang=en&size=large").await;
    assert!(answer.body.contains("<html lang=\"en\" class=\"large\">"));
    let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()).collect();
    assert!(
        cookies.iter().any(|c| c.starts_with("tz_lang=en")) && cookies.iter().any(|c| c.starts_with("tz_size=large"))
    );
    let reader = Reader { cookie: Some("tz_lang=en".to_owned()), csrf: String::new() };
    assert!(city.get(&reader, "/about").await.body.contains("What the lights mean"));
    assert!(city.get(&Reader::default(), "/about").await.body.contains("灯的含义"));
}

#[tokio::test]
async fn the_standing_clock_is_said_on_every_page() {
    let city = City::adopted().await;
    let office = city.sign_in("office").await;
    let task = city.numbered().await;
    for path in ["/", "/tasks", "/livelihood", "/about", "/me", "/adopt", "/log", "/nowhere", &format!("/tasks/{task}")]
    {
        let body = city.get(&office, path).await.body;
        assert!(body.contains("class=\"banner\"") && body.contains("2025-10-31"), "{path}");
    }
}

#[tokio::test]
async fn assets_never_change_under_their_address() {
    let city = City::founded().await;
    let page = city.get(&Reader::default(), "/about").await.body;
    let address = page.split("href=\"").find(|p| p.starts_with("/assets/") && p.contains("style.css")).unwrap();
    let address = address.split('"').next().unwrap();
    let style = city.get(&Reader::default(), address).await;
    assert_eq!(style.status.as_u16(), 200);
    assert!(style.header("cache-control").contains("immutable"));
    assert_eq!(city.get(&Reader::default(), "/assets/0000000000000000/style.css").await.status.as_u16(), 404);
}

#[tokio::test]
async fn lists_as_files_hold_what_the_list_shows() {
    let city = City::adopted().await;
    let csv = city.get(&Reader::default(), "/tasks.csv?light=grey").await;
    assert!(csv.body.starts_with('\u{feff}') && csv.header("content-type").starts_with("text/csv"));
    let rows = csv::Reader::from_reader(csv.body.as_bytes()).into_records().count();
    let snapshot = city.platform.snapshot().await.unwrap();
    let grey = snapshot.tasks.iter().filter(|v| v.judgement.light.name() == "grey").count();
    assert_eq!(rows, grey);
}

#[tokio::test]
async fn usual_tables_hold_what_the_tasks_say() {
    let city = City::adopted().await;
    let task = city.numbered().await;
    city.assign(&task, "education").await;
    let public = Reader::default();
    let check = async |file: &str, head: &str, holds: &[&str]| {
        let text = city.get(&public, &format!("/tasks/layouts/{file}?unit=education")).await.body;
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        assert_eq!(lines.next(), Some(head), "{file}");
        let own = lines.find(|line| holds.iter().all(|words| line.contains(words)));
        assert!(own.is_some(), "{file}: {text}");
    };
    let snapshot = city.platform.snapshot().await.unwrap();
    let view = snapshot.tasks.iter().find(|view| view.task.id.as_str() == task).unwrap();
    let title = view.task.title.as_str();
    check("decomposition.csv", "类别,任务内容,牵头领导,责任单位", &[title, "市教育局"]).await;
    let head = "序号,重点工作任务,牵头责任单位,工作评价,进展情况,近期工作安排";
    check("progress.csv", head, &[title, "市教育局", "无佐证"]).await;
    let head = "序号,任务,责任单位,目标值,完成值,完成比例,数值日期,数值来源,序时状态,灯的说明";
    check("completion.csv", head, &[title]).await;
    let head = "序号,任务,目标值,一季度应达,上半年应达,前三季度应达,完成时限,牵头领导,责任单位";
    check("targets.csv", head, &[title, "2025-12-31", "市教育局"]).await;
    check("targets-2.csv", "序号,重点工作任务,里程碑,完成时限,牵头领导,责任单位", &["2025-12-31"]).await;
}
