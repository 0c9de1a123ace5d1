//! Tables of who answers for what: out, in again, and out the same; and what is said of wrong ones.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::City;
use rust_xlsxwriter::Workbook;
use std::sync::Arc;
use tingzhou_platform::ledger::{Assign, Command};
use tingzhou_platform::{DecompositionPreview, TaskView};

/// The layouts as they go out: the files that are taken in, and all their sheets as CSV.
const LAYOUTS: [(&str, &[&str]); 4] = [
    ("decomposition", &["decomposition"]),
    ("progress", &["progress"]),
    ("completion", &["completion"]),
    ("targets", &["targets", "targets-2"]),
];

async fn views(city: &City) -> Vec<Arc<TaskView>> {
    city.platform.snapshot().await.unwrap().tasks.clone()
}

/// Confirms every lead as suggested.
async fn assign_all(city: &City) {
    let office = city.platform.verify_password("office", common::PASSWORD).await.unwrap();
    for view in views(city).await {
        let suggestion = view.task.suggestion.clone().unwrap();
        let (lead, co_units, leader) = (suggestion.lead, suggestion.co_units, suggestion.leader);
        let command = Command::Assign(Assign { lead, co_units, leader, plan: None });
        city.platform.run(&office, &view.task.id, view.task.version, command).await.unwrap();
    }
}

/// A table's rows without the notes under it, which name the moment.
async fn csv(city: &City, name: &str) -> String {
    let answer = city.get(&common::Reader::default(), &format!("/tasks/layouts/{name}.csv")).await;
    assert_eq!(answer.status.as_u16(), 200, "{name}");
    answer.body.lines().filter(|line| !line.contains("2025-10-31 ")).collect::<Vec<_>>().join("\n")
}

async fn bytes(city: &City, name: &str) -> Vec<u8> {
    city.get_bytes(&format!("/tasks/layouts/{name}")).await
}

async fn confirm(city: &City, preview: DecompositionPreview) {
    let office = city.platform.verify_password("office", common::PASSWORD).await.unwrap();
    let rows = preview.rows.into_iter().filter_map(|row| row.proposed.into_iter().next());
    let rows: Vec<_> = rows.filter(|row| row.sure && !row.unchanged).collect();
    let total = rows.len();
    let done = city.platform.confirm_decomposition(&office, rows, |_| ()).await.unwrap();
    assert_eq!((done.assigned, done.failed.len()), (total, 0));
}

fn problems(preview: &DecompositionPreview) -> Vec<String> {
    let own = preview.rows.iter().flat_map(|row| &row.problems);
    preview.problems.iter().chain(own).map(|p| format!("{} {:?} {}", p.cell, p.kind, p.message.zh)).collect()
}

#[tokio::test]
async fn every_layout_comes_back_the_same() {
    let from = City::adopted().await;
    assign_all(&from).await;
    let tasks = views(&from).await.len();
    for (layout, sheets) in LAYOUTS {
        for kind in ["xlsx", "csv"] {
            let to = City::adopted().await;
            let files: Vec<String> = match kind {
                "xlsx" => vec![format!("{layout}.xlsx")],
                _ => sheets.iter().map(|sheet| format!("{sheet}.csv")).collect(),
            };
            let mut rows = 0;
            for file in &files {
                let table = bytes(&from, file).await;
                // Into the city it came from, nothing changes.
                let same = from.platform.preview_decomposition(&table, true).await.unwrap();
                assert_eq!(problems(&same), [""; 0], "{file}");
                assert!(same.rows.iter().all(|row| row.proposed.first().is_some_and(|p| p.unchanged)), "{file}");
                let preview = to.platform.preview_decomposition(&table, true).await.unwrap();
                rows += preview.rows.len();
                confirm(&to, preview).await;
            }
            assert_eq!(rows, tasks, "{layout} {kind}");
            for sheet in sheets {
                assert_eq!(csv(&to, sheet).await, csv(&from, sheet).await, "{sheet} by {kind}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_wrong_is_named_by_cell_and_nothing_is_written() {
    let city = City::adopted().await;
    let titles: Vec<String> = views(&city).await.iter().take(3).map(|v| v.task.title.clone()).collect();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let head = ["类别", "重点工作任务", "牵头领导", "责任单位", "完成时限"];
    for (column, cell) in (0..).zip(head) {
        sheet.write(1, column, cell).unwrap();
    }
    let rows: [[&str; 5]; 6] = [
        ["经济", &titles[0], "市长", "市发展改革委、市财政局", "2025-06-30"],
        ["经济", &titles[1], "市長大人", "市教育局", ""],
        ["经济", &titles[2], "", "市教育居、市财政局", ""],
        ["经济", &titles[0], "", "市教育局", ""],
        ["经济", "与报告无关的一项", "", "市教育局", ""],
        ["经济", "", "", "市教育局", ""],
    ];
    for (row, cells) in (2..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    let before = city.platform.store().head(city.platform.city()).await.unwrap();
    let preview = city.platform.preview_decomposition(&book.save_to_buffer().unwrap(), true).await.unwrap();
    let said = problems(&preview);
    let cells: Vec<&str> = said.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(cells, ["B8", "C4", "D5", "B6"], "{said:?}");
    assert!(said[2].contains("市教育居") && said[2].contains("是否为“市教育局”"), "{}", said[2]);
    assert!(said[3].contains("B3"), "both cells are named: {}", said[3]);
    let first = &preview.rows[0].proposed[0];
    assert_eq!((first.lead.as_str(), first.co_units[0].as_str()), ("dev-reform", "finance"));
    assert_eq!(first.leader.as_ref().unwrap().as_str(), "mayor");
    assert_eq!(first.other_deadline.as_deref(), Some("2025-06-30"), "shown, not taken over");
    assert!(preview.rows[4].proposed.first().is_none_or(|p| !p.sure));
    assert_eq!(city.platform.store().head(city.platform.city()).await.unwrap(), before);
    for (table, why) in [(&b"a,b\n1,2\n"[..], "NoHead"), (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "")] {
        match city.platform.preview_decomposition(table, true).await {
            Ok(preview) => assert!(problems(&preview)[0].contains(why)),
            Err(error) => assert!(why.is_empty() && error.to_string().contains("XLSX"), "{error}"),
        }
    }
}

#[tokio::test]
async fn a_table_is_looked_at_confirmed_and_carried_out() {
    let from = City::adopted().await;
    assign_all(&from).await;
    let table = bytes(&from, "decomposition.xlsx").await;
    let city = City::adopted().await;
    let office = city.sign_in("office").await;
    let answer = city.post_files(&office, "/decomposition", &[], &[("分解表.xlsx", &table)]).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    let tasks = views(&city).await.len();
    assert_eq!(answer.body.matches("<select name=\"row\"").count(), tasks);
    // What the form sends: the option chosen in every row.
    let chosen: Vec<String> = answer
        .body
        .split("<select name=\"row\"")
        .skip(1)
        .map(|select| {
            let option = select.split("<option ").find(|option| option.contains(" selected")).unwrap();
            option.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        })
        .collect();
    let fields: Vec<(&str, &str)> = chosen.iter().map(|value| ("row", value.as_str())).collect();
    let answer = city.post(&office, "/decomposition/confirm", &fields).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
    let page = answer.header("location").to_owned();
    for _ in 0..300 {
        let answer = city.get(&office, &page).await;
        assert_eq!(answer.status.as_u16(), 200);
        if !answer.body.contains("http-equiv=\"refresh\"") {
            assert!(answer.body.contains(&format!("{tasks} / {tasks}")), "{}", answer.body);
            assert!(views(&city).await.iter().all(|view| view.task.assignment.is_some()));
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("it does not end");
}

#[tokio::test]
async fn programs_do_the_same() {
    let from = City::adopted().await;
    assign_all(&from).await;
    let table = bytes(&from, "decomposition.csv").await;
    let city = City::adopted().await;
    let request = axum::http::Request::builder().method("POST").uri("/api/v1/decomposition/preview");
    let (name, login) = common::basic("office");
    let preview = city.send(request.header(name, login).body(table.into()).unwrap()).await.json();
    let tasks = views(&city).await.len();
    let rows = preview["rows"].as_array().unwrap();
    assert_eq!((rows.len(), preview["untouched"].as_array().unwrap().len()), (tasks, 0));
    let chosen: Vec<&serde_json::Value> = rows.iter().map(|row| &row["candidates"][0]["assignment"]).collect();
    let body = serde_json::json!({ "rows": chosen });
    let done = city.call("POST", "/api/v1/decomposition", &[common::basic("office")], &body).await.json();
    assert_eq!((&done["assigned"], &done["failed"]), (&tasks.into(), &serde_json::json!([])));
    // Based on versions that are over, none is carried out again.
    let again = city.call("POST", "/api/v1/decomposition", &[common::basic("office")], &body).await.json();
    assert_eq!((&again["assigned"], again["failed"].as_array().unwrap().len()), (&0.into(), tasks));
    assert_eq!(again["failed"][0]["code"], "changed-meanwhile");
}
