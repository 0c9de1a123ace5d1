//! One story on both databases: adopt, assign, file, contradict, adjust, close; then copied, audited, tampered with.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is wrong in a test fails it")]

use crate::common;

use common::{TestStore, account, city, day, postgres, sqlite};
use jiff::civil::date;
use rust_decimal::Decimal;
use tingzhou_platform::ledger::{
    AccountRole, Actor, Assign, Basis, Close, Command, Confirmation, Outcome, Period, RefusalKind, ReportedStatus,
    SetAdjustment, Source, TaskId, UnitId,
};
use tingzhou_platform::{Filing, Platform, PlatformError, Store, TaskView, Upload, copy_store};

const REPORT: &str = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 一、2024年工作回顾\n\n去年接待游客1500万人次。\n\n\
## 二、2025年重点工作\n\n### （一）旅游\n\n全年力争接待游客1700万人次，旅游收入达到120亿元。推动索道项目开工。\n\n\
### （二）城建\n\n改造老旧小区8个，新增车位1100个。空气优良天数达到300天以上。\n";

fn number(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn filing(source: Source, value: &str, unit: &str, month: i8, reported: ReportedStatus) -> Filing {
    Filing {
        source,
        value: (!value.is_empty()).then(|| number(value)),
        unit: unit.to_owned(),
        basis: Basis::Cumulative,
        period: Period { from: date(2025, 1, 1), to: date(2025, month, 1).last_of_month() },
        place: String::new(),
        point: None,
        note: "到月底累计".to_owned(),
        reported,
        confirmed: Vec::new(),
        milestone: None,
        simulated: false,
    }
}

fn find(views: &[std::sync::Arc<TaskView>], words: &str) -> TaskId {
    let found = views.iter().find(|v| v.task.title.contains(words));
    found.unwrap_or_else(|| panic!("no task with {words}")).task.id.clone()
}

struct Story {
    platform: Platform,
    supervisor: Actor,
    unit: Actor,
    visitors: TaskId,
    lines: Vec<String>,
}

impl Story {
    fn tell(&mut self, view: &TaskView) {
        let j = &view.judgement;
        let codes: Vec<&str> = j.contradictions.iter().map(|c| c.code).collect();
        self.lines.push(format!("v{} {} {} {:?}", view.task.version, j.schedule.name(), j.sentence.zh, codes));
    }

    async fn run(&mut self, actor: &Actor, version: u64, command: Command) {
        let view = self.platform.run(actor, &self.visitors, version, command).await.unwrap();
        self.tell(&view);
    }

    async fn file(&mut self, actor: &Actor, version: u64, filing: Filing) {
        let done = self.platform.file(actor, &self.visitors, version, filing, Vec::new(), None).await.unwrap();
        self.tell(&done.view);
    }
}

async fn begin(store: &Store) -> Story {
    let platform = city(store).await;
    let supervisor = account(&platform, "ducha", AccountRole::Supervisor, None).await;
    let unit = account(&platform, "wenlv", AccountRole::Unit, Some("culture-tourism")).await;
    platform.adopt(&supervisor, REPORT.as_bytes(), false).await.unwrap();
    let snapshot = platform.snapshot().await.unwrap();
    let visitors = find(&snapshot.tasks, "1700万人次");
    let mut story = Story { platform, supervisor, unit, visitors, lines: Vec::new() };
    let titles: Vec<_> = snapshot.tasks.iter().map(|v| v.task.title.clone()).collect();
    story.lines.push(titles.join(" | "));
    story
}

async fn tell(store: &Store) -> Vec<String> {
    let mut story = begin(store).await;
    let (supervisor, unit) = (story.supervisor.clone(), story.unit.clone());
    let lead = UnitId::new("culture-tourism").unwrap();
    let assign = Assign { lead, co_units: vec![UnitId::new("transport").unwrap()], leader: None, plan: None };
    story.run(&supervisor, 1, Command::Assign(assign)).await;
    story.file(&unit, 2, filing(Source::Filing, "460", "万人次", 3, ReportedStatus::UnderWay)).await;
    story.file(&unit, 3, filing(Source::Filing, "1020", "万人次", 10, ReportedStatus::UnderWay)).await;
    // The unit says done; the supervision office looks and finds less.
    story.file(&unit, 4, filing(Source::Filing, "1710", "万人次", 10, ReportedStatus::Done)).await;
    story.file(&supervisor, 5, filing(Source::Check, "1500", "万人次", 10, ReportedStatus::UnderWay)).await;
    let adjust = SetAdjustment {
        value: number("15000000"),
        deadline: date(2025, 12, 31),
        reason: "景区封闭检修，市政府常务会议同意".into(),
    };
    story.run(&supervisor, 6, Command::Adjust(adjust)).await;
    let mut close = Close { outcome: Outcome::Met, reason: "核查属实".into(), confirmed: Vec::new() };
    let refused = story.platform.run(&supervisor, &story.visitors, 7, Command::Close(close.clone())).await;
    match refused {
        Err(PlatformError::Refused(r)) => {
            assert_eq!(r.kind, RefusalKind::AskBack(Confirmation::ClosedDespiteContradiction));
            story.lines.push(r.message.zh);
        }
        other => panic!("a contradiction must be looked into first: {other:?}"),
    }
    close.confirmed = vec![Confirmation::ClosedDespiteContradiction];
    story.run(&supervisor, 7, Command::Close(close)).await;
    let after = filing(Source::Filing, "1720", "万人次", 10, ReportedStatus::Done);
    let refused = story.platform.file(&unit, &story.visitors, 8, after, Vec::new(), None).await;
    match refused {
        Err(PlatformError::Refused(r)) => story.lines.push(r.code.to_owned()),
        other => panic!("a closed task takes no filing: {other:?}"),
    }
    let history = story.platform.history(&story.visitors).await.unwrap();
    story.lines.extend(history.into_iter().map(|h| format!("{} {}", h.actor, h.words.zh)));
    let audit = story.platform.audit().await.unwrap().unwrap();
    story.lines.push(format!("{} events, {} tasks", audit.events, audit.tasks));
    story.lines
}

const EXPECTED: &str = "\
接待游客1700万人次 | 旅游收入达到120亿元 | 推动索道项目开工 | 改造老旧小区8个 | 新增车位1100个 | 空气优良天数达到300天以上
v2 no-evidence 灰: 无佐证；目标 1,700 万人次（完成时限 2025-12-31） []
v3 on-path 绿: 3 月底 460 万人次，按序时应达 425 万人次 (25%)，完成应达的 108.2%（填报） []
v4 behind 黄: 10 月底 1,020 万人次，按序时应达 1,417 万人次 (83.3%)，完成应达的 72%（填报） []
v5 met 蓝: 10 月底 1,710 万人次，已达目标 1,700 万人次（填报） []
v6 on-path 绿: 10 月底 1,500 万人次，按序时应达 1,417 万人次 (83.3%)，完成应达的 105.9%（核查） [\"done-but-measured-short\", \"values-differ\"]
v7 met 蓝: 10 月底 1,500 万人次，已达目标 1,500 万人次（核查） [\"values-differ\"]
仍有矛盾：填报数 1,710 万人次 与核查或口径数 1,500 万人次 不一致。若已核实请勾选确认。
v8 met 蓝: 办结，最后数 1,500 万人次 [\"values-differ\"]
task-closed
ducha 立项，目标 1,700 万人次，时限 2025-12-31
ducha 确认牵头单位：市文化体育广播电视和旅游局；配合单位：市交通运输局
wenlv 市文化体育广播电视和旅游局填报 460 万人次（2025-01-01 至 2025-03-31，推进中）
wenlv 市文化体育广播电视和旅游局填报 1,020 万人次（2025-01-01 至 2025-10-31，推进中）
wenlv 市文化体育广播电视和旅游局填报 1,710 万人次（2025-01-01 至 2025-10-31，已完成）
ducha 督查室核查 1,500 万人次（2025-01-01 至 2025-10-31，推进中）
ducha 目标调整为 1,500 万人次，时限 2025-12-31：景区封闭检修，市政府常务会议同意
ducha 办结：核查属实
28 events, 6 tasks";

#[tokio::test]
async fn the_story_on_sqlite() {
    let kept = sqlite().await;
    assert_eq!(tell(&kept.store).await.join("\n"), EXPECTED);
}

#[tokio::test]
async fn the_story_on_postgresql() {
    let Some(kept) = postgres().await else { return };
    assert_eq!(tell(&kept.store).await.join("\n"), EXPECTED);
}

#[tokio::test]
async fn a_store_is_copied_both_ways_with_equal_hashes() {
    let from = sqlite().await;
    tell(&from.store).await;
    // Without PostgreSQL the copy still goes through both readers and writers once, to another folder.
    let middle = match postgres().await {
        Some(store) => store,
        None => sqlite().await,
    };
    let back = sqlite().await;
    let there = copy_store(&from.store, &middle.store, |_| {}).await.unwrap();
    let again = copy_store(&middle.store, &back.store, |_| {}).await.unwrap();
    assert_eq!(there, again);
    assert_eq!(there, from.store.content_hash().await.unwrap());
    let refused = copy_store(&from.store, &middle.store, |_| {}).await;
    assert!(matches!(refused, Err(tingzhou_platform::StoreError::NotEmpty { .. })), "a full store is not copied into");
    // The copy works: the log goes on in it.
    let platform =
        Platform::open(back.store.clone(), None, tingzhou_platform::Clock::standing_at(day())).await.unwrap();
    assert!(platform.audit().await.unwrap().is_ok());
    assert_eq!(platform.sign_in("wenlv", common::PASSWORD).await.unwrap().session.actor.account.as_str(), "wenlv");
}

/// Changes one byte of one column of one stored event, as somebody with the database in hand would.
async fn tamper(kept: &TestStore, seq: i64, column: &str) {
    let path = kept.folder.as_ref().unwrap().path().join("tingzhou.sqlite");
    let database = rusqlite::Connection::open(path).unwrap();
    let change = match column {
        "at" => "at = at + 1".to_owned(),
        "prev_hash" | "hash" => format!("{column} = CAST(zeroblob(1) || substr({column}, 2) AS BLOB)"),
        text => format!(
            "{text} = CASE substr({text}, 3, 1) WHEN 'x' THEN substr({text}, 1, 2) || 'y' || substr({text}, 4) \
             ELSE substr({text}, 1, 2) || 'x' || substr({text}, 4) END"
        ),
    };
    let changed = database.execute(&format!("UPDATE event SET {change} WHERE seq = ?1"), [seq]).unwrap();
    assert_eq!(changed, 1);
}

#[tokio::test]
async fn any_changed_byte_of_an_event_is_named() {
    let check = async |seq: i64, column: &'static str| {
        let kept = sqlite().await;
        tell(&kept.store).await;
        let platform =
            Platform::open(kept.store.clone(), None, tingzhou_platform::Clock::standing_at(day())).await.unwrap();
        assert!(platform.audit().await.unwrap().is_ok());
        tamper(&kept, seq, column).await;
        let fault = platform.audit().await.unwrap().expect_err(column);
        assert!(fault.to_string().contains(&format!("event {seq} ")), "{column}: {fault}");
    };
    for column in ["at", "actor", "kind", "subject", "body", "prev_hash", "hash"] {
        check(9, column).await;
    }
    check(1, "body").await;
    check(17, "body").await;
}

#[tokio::test]
async fn a_row_changed_behind_the_log_is_named() {
    let kept = sqlite().await;
    tell(&kept.store).await;
    let path = kept.folder.as_ref().unwrap().path().join("tingzhou.sqlite");
    let database = rusqlite::Connection::open(path).unwrap();
    let changed = database
        .execute("UPDATE task SET body = replace(body, '17000000', '10000000') WHERE body LIKE '%17000000%'", [])
        .unwrap();
    assert!(changed > 0);
    let platform =
        Platform::open(kept.store.clone(), None, tingzhou_platform::Clock::standing_at(day())).await.unwrap();
    let fault = platform.audit().await.unwrap().expect_err("the target was changed");
    assert!(fault.to_string().contains("task 2025-001"), "{fault}");
}

async fn twenty_at_once(store: &Store) {
    let story = begin(store).await;
    let lead = UnitId::new("culture-tourism").unwrap();
    let assign = Command::Assign(Assign { lead, co_units: Vec::new(), leader: None, plan: None });
    story.platform.run(&story.supervisor, &story.visitors, 1, assign).await.unwrap();
    let mut tries = tokio::task::JoinSet::new();
    for i in 0..20_i64 {
        let (platform, unit, task) = (story.platform.clone(), story.unit.clone(), story.visitors.clone());
        tries.spawn(async move {
            let value = (100 + i).to_string();
            platform
                .file(
                    &unit,
                    &task,
                    2,
                    filing(Source::Filing, &value, "万人次", 3, ReportedStatus::UnderWay),
                    Vec::new(),
                    None,
                )
                .await
        });
    }
    let (mut won, mut lost) = (0, 0);
    while let Some(answer) = tries.join_next().await {
        match answer.unwrap() {
            Ok(_) => won += 1,
            Err(PlatformError::Conflict { expected: 2, current }) => {
                assert_eq!(current.task.version, 3);
                lost += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((won, lost), (1, 19));
}

#[tokio::test]
async fn of_twenty_at_once_on_the_same_version_one_wins() {
    twenty_at_once(&sqlite().await.store).await;
    if let Some(kept) = postgres().await {
        twenty_at_once(&kept.store).await;
    }
}

#[tokio::test]
async fn the_same_key_is_answered_twice_and_done_once() {
    let story = begin(&sqlite().await.store).await;
    let lead = UnitId::new("culture-tourism").unwrap();
    let assign = Command::Assign(Assign { lead, co_units: Vec::new(), leader: None, plan: None });
    story.platform.run(&story.supervisor, &story.visitors, 1, assign).await.unwrap();
    let upload = Upload { name: "佐证.txt".into(), content: "三月底统计".into() };
    let once = filing(Source::Filing, "300", "万人次", 3, ReportedStatus::UnderWay);
    let first = story
        .platform
        .file(&story.unit, &story.visitors, 2, once.clone(), vec![upload.clone()], Some("k1"))
        .await
        .unwrap();
    let again =
        story.platform.file(&story.unit, &story.visitors, 2, once.clone(), vec![upload], Some("k1")).await.unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!(first.evidence, again.evidence);
    assert_eq!(again.view.task.evidence.len(), 1);
    let other = Filing { note: "另一件".into(), ..once };
    let reused = story.platform.file(&story.unit, &story.visitors, 3, other, Vec::new(), Some("k1")).await;
    assert!(matches!(reused, Err(PlatformError::KeyReused)));
    let file = &again.view.task.evidence[0].attachments[0];
    let got = story.platform.attachment(&story.supervisor, &story.visitors, &file.sha256).await.unwrap();
    assert_eq!(got.content, "三月底统计".as_bytes());
}

#[tokio::test]
async fn adopting_twice_or_nonsense_stores_nothing() {
    let kept = sqlite().await;
    let story = begin(&kept.store).await;
    let before = kept.store.content_hash().await.unwrap();
    let check = async |bytes: &[u8]| {
        assert!(story.platform.adopt(&story.supervisor, bytes, false).await.is_err());
        assert_eq!(kept.store.content_hash().await.unwrap(), before);
    };
    check(REPORT.as_bytes()).await;
    check(b"").await;
    check(b"%PDF-1.4").await;
    check("只有一句话，没有数字。".as_bytes()).await;
    assert!(matches!(
        story.platform.adopt(&story.unit, "改造8个小区。".as_bytes(), false).await,
        Err(PlatformError::NotAllowed)
    ));
}
