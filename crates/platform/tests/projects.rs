//! Key projects on both databases: the list, a month, two people at once, what measures a task and how often, and a row
//! changed behind the log.
#![expect(clippy::unwrap_used, reason = "what is wrong in a test fails it")]

use crate::common;

use common::{TestStore, account, city, postgres, sqlite};
use jiff::civil::date;
use tingzhou_platform::ledger::project::{
    ProjectCommand, ProjectDetails, ProjectReport, RollUp, RollUpRule, Stage, StageReached, evenly,
};
use tingzhou_platform::ledger::{AccountRole, Actor, Fen, ProjectId, Source, TaskId, UnitId};
use tingzhou_platform::{Clock, ListedProject, Platform, PlatformError, ProjectsDone, Store};

const REPORT: &str = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 二、2025年重点工作\n\n### （一）项目\n\n\
实施重点项目2个，年内计划投资1.2亿元。\n";

fn wan(amount: &str) -> Fen {
    Fen::parse_wan_yuan(amount).unwrap()
}

fn listed(name: &str, plan: &str) -> ListedProject {
    let details = ProjectDetails {
        name: name.to_owned(),
        category: "民生".to_owned(),
        content: String::new(),
        place: String::new(),
        point: None,
        total: wan("20000"),
        plan: evenly(wan(plan)),
        lead: UnitId::new("education").unwrap(),
        leader: None,
        milestones: Vec::new(),
    };
    ListedProject { details, stage: Some(Stage::Preparing) }
}

fn month(month: u8, spent: &str, stage: Option<Stage>) -> ProjectCommand {
    let stage = stage.map(|stage| StageReached { stage, on: date(2025, 9, 1) });
    ProjectCommand::Report(Box::new(ProjectReport {
        month,
        spent: Some(wan(spent)),
        stage,
        reached: Vec::new(),
        photos: Vec::new(),
        note: String::new(),
    }))
}

struct Story {
    platform: Platform,
    office: Actor,
    unit: Actor,
    count: TaskId,
    money: TaskId,
}

async fn begin(store: &Store) -> Story {
    let platform = city(store).await;
    let office = account(&platform, "ducha", AccountRole::Supervisor, None).await;
    let unit = account(&platform, "jiaoyu", AccountRole::Unit, Some("education")).await;
    platform.adopt(&office, REPORT.as_bytes(), false).await.unwrap();
    let snapshot = platform.snapshot().await.unwrap();
    let find = |unit: &str| {
        let of =
            |v: &&std::sync::Arc<tingzhou_platform::TaskView>| v.task.target.as_ref().is_some_and(|t| t.unit == unit);
        snapshot.tasks.iter().find(of).unwrap().task.id.clone()
    };
    let (count, money) = (find("个"), find("元"));
    Story { platform, office, unit, count, money }
}

async fn measured(platform: &Platform, task: &TaskId) -> Vec<String> {
    let snapshot = platform.snapshot().await.unwrap();
    let rows = snapshot.task(task).unwrap().task.evidence.clone();
    rows.iter().filter(|e| e.source == Source::Measure).map(|e| e.value.unwrap().to_string()).collect()
}

async fn from_the_list_to_the_task(test: TestStore) {
    let story = begin(&test.store).await;
    let (platform, office, unit) = (&story.platform, &story.office, &story.unit);
    let two = vec![listed("第四水厂", "6000"), listed("断头路", "6000")];
    let done = platform.list_projects(office, 2025, two.clone()).await.unwrap();
    assert_eq!(done, ProjectsDone { added: 2, changed: 0, same: 0 });
    let mut again = two;
    again[1] = listed("断头路", "7000");
    again.push(listed("学校", "100"));
    let done = platform.list_projects(office, 2025, again).await.unwrap();
    assert_eq!(done, ProjectsDone { added: 1, changed: 1, same: 1 });
    let all = platform.projects(office, 2025).await.unwrap();
    assert_eq!(all.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["p2025-0001", "p2025-0002", "p2025-0003"]);

    // All or nothing: one bad row, and none is listed.
    let mut bad = vec![listed("好的", "1"), listed("太多", "1")];
    bad[1].details.total = wan("0.5");
    assert!(matches!(platform.list_projects(office, 2025, bad).await, Err(PlatformError::Refused(_))));
    assert_eq!(platform.projects(office, 2025).await.unwrap().len(), 3);

    let rule = |what| Some(RollUpRule { what, category: String::new() });
    platform.set_roll_up(office, &story.count, rule(RollUp::Begun)).await.unwrap();
    platform.set_roll_up(office, &story.money, rule(RollUp::Paid)).await.unwrap();
    let refused = platform.set_roll_up(unit, &story.count, None).await;
    assert!(matches!(refused, Err(PlatformError::NotAllowed)));
    assert_eq!(measured(platform, &story.count).await, ["0"]);

    let id = all[0].id.clone();
    let version = all[0].version;
    let run = |version, command| platform.run_project(unit, &id, version, command);
    run(version, month(9, "500", Some(Stage::Started))).await.unwrap();
    let stale = run(version, month(9, "600", None)).await;
    assert!(matches!(stale, Err(PlatformError::ProjectConflict { current }) if current == version + 1), "{stale:?}");
    // Within the hour the task is not measured again; an hour later it is, once, however often the job runs.
    assert_eq!(measured(platform, &story.count).await, ["0"]);
    let later = Platform::open(test.store.clone(), None, Clock::standing_at(date(2025, 11, 1))).await.unwrap();
    assert_eq!(later.roll_up().await.unwrap(), 2);
    for _ in 0..5 {
        assert_eq!(later.roll_up().await.unwrap(), 0);
    }
    assert_eq!(measured(&later, &story.count).await, ["0", "1"]);
    assert_eq!(measured(&later, &story.money).await, ["0", "5000000"]);
    later.audit().await.unwrap().unwrap();

    // Two at once: one is first, the other is told; nothing is lost.
    let project = later.project(unit, &id).await.unwrap();
    let (a, b) = (month(10, "100", None), month(8, "50", None));
    let (a, b) = tokio::join!(
        later.run_project(unit, &id, project.version, a),
        later.run_project(unit, &id, project.version, b)
    );
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1);
    let other = ProjectId::new("p2025-0002").unwrap();
    let renamed = ProjectCommand::Change(Box::new(listed("第四水厂", "6000").details));
    let taken = later.run_project(office, &other, later.project(office, &other).await.unwrap().version, renamed).await;
    assert!(matches!(&taken, Err(PlatformError::Refused(r)) if r.code == "name-taken"), "{taken:?}");
}

#[tokio::test]
async fn on_sqlite() {
    Box::pin(from_the_list_to_the_task(sqlite().await)).await;
}

#[tokio::test]
async fn on_postgresql() {
    if let Some(test) = postgres().await {
        Box::pin(from_the_list_to_the_task(test)).await;
    }
}

#[tokio::test]
async fn a_project_changed_behind_the_log_is_named() {
    let test = sqlite().await;
    let story = begin(&test.store).await;
    story.platform.list_projects(&story.office, 2025, vec![listed("第四水厂", "6000")]).await.unwrap();
    story.platform.audit().await.unwrap().unwrap();
    let file = std::fs::read_dir(test.folder.as_ref().unwrap().path()).unwrap();
    let file =
        file.map(|f| f.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "db" || e == "sqlite")).unwrap();
    let database = rusqlite::Connection::open(file).unwrap();
    database.execute("UPDATE project SET body = REPLACE(body, '第四水厂', '第五水厂')", []).unwrap();
    let fault = story.platform.audit().await.unwrap().unwrap_err();
    assert!(fault.to_string().contains("p2025-0001"), "{fault}");
}
