//! A dispatch on both databases: sent, reminded of once, signed by filing, returned, given more time, concluded; raced
//! for, and tampered with.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is wrong in a test fails it")]

use crate::common;

use common::{TestStore, account, city, leader, postgres, sqlite};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use tingzhou_platform::ledger::{
    AccountRole, Actor, Assign, Basis, Close, Command, Confirmation, Outcome, Period, ReportedStatus, SetAdjustment,
    Source, TaskId, UnitId,
};
use tingzhou_platform::matter::{self, Inputs, RefusalKind, TransitionId};
use tingzhou_platform::{CaseSelect, CaseView, Clock, Filing, Platform, PlatformError, Store};

const REPORT: &str = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 二、2025年重点工作\n\n### （一）旅游\n\n\
全年力争接待游客1700万人次。\n\n### （二）城建\n\n改造老旧小区8个，新增车位1100个。\n";

struct Story {
    store: Store,
    platform: Platform,
    office: Actor,
    unit: Actor,
    other: Actor,
    leader: Actor,
    task: TaskId,
}

fn unit(id: &str) -> UnitId {
    UnitId::new(id).unwrap()
}

fn assign(lead: &str, co: &[&str]) -> Command {
    Command::Assign(Assign {
        lead: unit(lead),
        co_units: co.iter().map(|u| unit(u)).collect(),
        leader: None,
        plan: None,
    })
}

fn step(id: &str, reason: &str) -> matter::Command {
    let inputs = Inputs { reason: reason.to_owned(), ..Inputs::default() };
    matter::Command::Move { transition: TransitionId::new(id).unwrap(), inputs }
}

fn filing(value: i64) -> Filing {
    Filing {
        source: Source::Filing,
        value: Some(Decimal::from(value)),
        unit: "万人次".to_owned(),
        basis: Basis::Cumulative,
        period: Period { from: date(2025, 1, 1), to: date(2025, 10, 31) },
        place: String::new(),
        point: None,
        note: "到月底累计".to_owned(),
        reported: ReportedStatus::UnderWay,
        confirmed: Confirmation::ALL.to_vec(),
        milestone: None,
        simulated: false,
    }
}

impl Story {
    async fn begin(store: &Store) -> Self {
        let platform = city(store).await;
        let office = account(&platform, "ducha", AccountRole::Supervisor, None).await;
        let lead = account(&platform, "wenlv", AccountRole::Unit, Some("culture-tourism")).await;
        let other = account(&platform, "jiaoyu", AccountRole::Unit, Some("education")).await;
        let leader = leader(&platform, "fushizhang", "vice-mayor-commerce").await;
        platform.adopt(&office, REPORT.as_bytes(), false).await.unwrap();
        let snapshot = platform.snapshot().await.unwrap();
        let task = snapshot.tasks.iter().find(|v| v.task.title.contains("1700")).unwrap().task.id.clone();
        Self { store: store.clone(), platform, office, unit: lead, other, leader, task }
    }

    /// The city on another day.
    async fn on(&mut self, day: Date) {
        self.platform = Platform::open(self.store.clone(), None, Clock::standing_at(day)).await.unwrap();
    }

    async fn dispatched(store: &Store) -> Self {
        let story = Self::begin(store).await;
        let command = assign("culture-tourism", &["transport"]);
        story.platform.run(&story.office, &story.task, 1, command).await.unwrap();
        story.platform.dispatch(&story.office, &story.task).await.unwrap();
        story
    }

    async fn case(&self) -> CaseView {
        self.platform.cases_about(&self.office, self.task.as_str()).await.unwrap().remove(0)
    }

    async fn run(&self, actor: &Actor, command: matter::Command) -> Result<CaseView, PlatformError> {
        let case = self.case().await.case;
        self.platform.run_case(actor, &case.id, case.version, command).await
    }

    async fn version(&self) -> u64 {
        self.store.task(self.platform.city(), &self.task).await.unwrap().unwrap().version
    }

    async fn file(&self, value: i64) {
        let version = self.version().await;
        self.platform.file(&self.unit, &self.task, version, filing(value), Vec::new(), None).await.unwrap();
    }

    async fn told(&self, actor: &Actor) -> Vec<String> {
        let notices = self.platform.notices(actor, i64::MAX, 50).await.unwrap();
        notices.into_iter().rev().map(|n| n.told.words.zh).collect()
    }
}

fn state(view: &CaseView) -> &str {
    view.case.state.as_str()
}

async fn refused(result: Result<CaseView, PlatformError>) -> &'static str {
    match result {
        Err(PlatformError::CaseRefused(refusal)) => refusal.code,
        Err(PlatformError::Refused(refusal)) => refusal.code,
        Err(PlatformError::NotFound { .. }) => "not-found",
        other => panic!("refused: {other:?}"),
    }
}

async fn from_dispatch_to_striking_off(test: TestStore) {
    let mut story = Story::begin(&test.store).await;
    let (office, task) = (story.office.clone(), story.task.clone());
    assert_eq!(refused(story.platform.dispatch(&office, &task).await).await, "not-assigned");
    let assigned = assign("culture-tourism", &["transport"]);
    story.platform.run(&office, &task, 1, assigned).await.unwrap();
    assert_eq!(refused(story.platform.dispatch(&story.unit, &task).await).await, "not-allowed");
    let view = story.platform.dispatch(&office, &task).await.unwrap();
    assert_eq!((state(&view), view.subject.as_str()), ("assigned", task.as_str()));
    let ends: Vec<_> = view.clocks.iter().map(|c| (c.id.as_str(), c.reading.due.date.to_string())).collect();
    // Friday, 31 October: two working days later is Tuesday; the task's own deadline is the year's last day.
    assert_eq!(ends, [("sign", "2025-11-04".to_owned()), ("handle", "2025-12-31".to_owned())]);
    assert_eq!(refused(story.platform.dispatch(&office, &task).await).await, "dispatched-already");
    assert_eq!(story.told(&story.unit).await, ["交办"]);
    assert_eq!(story.told(&story.leader).await, ["交办"]);
    assert_eq!(story.told(&story.other).await, [""; 0]);

    // Who is no party sees nothing of it.
    let id = view.case.id.clone();
    assert_eq!(refused(story.platform.case(&story.other, &id).await).await, "not-found");
    assert!(story.platform.cases(&story.other, &CaseSelect::default(), 0, 10).await.unwrap().rows.is_empty());
    let mine = story.platform.cases(&story.unit, &CaseSelect::default(), 0, 10).await.unwrap().rows;
    assert_eq!(mine[0].can.iter().map(|t| t.id.as_str()).collect::<Vec<_>>(), ["sign"]);

    // Nobody signs; each reminder goes out once however often the job runs.
    assert_eq!(story.platform.remind().await.unwrap(), 0);
    story.on(date(2025, 11, 4)).await;
    assert_eq!(story.platform.remind().await.unwrap(), 1);
    story.on(date(2025, 11, 5)).await;
    assert_eq!(story.platform.remind().await.unwrap(), 1);
    for _ in 0..20 {
        assert_eq!(story.platform.remind().await.unwrap(), 0);
    }
    let told = story.told(&story.unit).await;
    assert_eq!(told[1..], ["今天是签收的最后一日（2025-11-04）", "已过签收时限（2025-11-04）"]);
    assert_eq!(story.told(&office).await, ["已过签收时限（2025-11-04）"]);
    assert_eq!(story.platform.notices_unread(&story.unit).await.unwrap(), 3);
    let seen = story.platform.notices(&story.unit, i64::MAX, 1).await.unwrap()[0].seq;
    story.platform.read_notices(&story.unit, seen).await.unwrap();
    assert_eq!(story.platform.notices_unread(&story.unit).await.unwrap(), 0);
    let late = CaseSelect { over: true, ..CaseSelect::default() };
    assert_eq!(story.platform.cases(&office, &late, 0, 10).await.unwrap().rows.len(), 1);

    // Filing signs and reports: nothing is entered twice.
    story.file(1_100).await;
    let view = story.case().await;
    assert_eq!(state(&view), "reported");
    let result = format!("{:?}", view.case.fields.values().collect::<Vec<_>>());
    assert!(result.contains("1,100 万人次；推进中；到月底累计"), "{result}");
    assert_eq!(view.clocks.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["review", "handle"]);

    assert_eq!(refused(story.run(&story.unit, step("reject", "x")).await).await, "not-allowed");
    assert_eq!(refused(story.run(&office, step("reject", " ")).await).await, "reason-missing");
    story.run(&office, step("reject", "请附统计表")).await.unwrap();
    assert_eq!(story.told(&story.unit).await.last().unwrap(), "驳回：请附统计表");
    story.file(1_150).await;
    assert_eq!(state(&story.run(&office, step("continue", "")).await.unwrap()), "handling");

    // More time waits for the leader, and not for another's.
    let asked = story.run(&story.unit, step("extend", "景区检修")).await.unwrap();
    assert_eq!(
        asked.clocks.iter().find(|c| c.id.as_str() == "handle").unwrap().reading.due.date.to_string(),
        "2025-12-31"
    );
    let approve = || matter::Command::Approve { transition: TransitionId::new("extend").unwrap(), note: String::new() };
    assert_eq!(refused(story.run(&office, approve()).await).await, "not-allowed");
    let waiting = CaseSelect { waiting: true, ..CaseSelect::default() };
    let to_approve = story.platform.cases(&story.leader, &waiting, 0, 10).await.unwrap().rows.remove(0).to_approve;
    assert_eq!(to_approve.iter().map(|t| t.id.as_str()).collect::<Vec<_>>(), ["extend"]);
    let given = story.run(&story.leader, approve()).await.unwrap();
    let due = given.clocks.iter().find(|c| c.id.as_str() == "handle").unwrap().reading.due.date;
    assert!(due > date(2026, 3, 1), "{due}");

    // The task's own changes move its dispatch.
    let adjust =
        SetAdjustment { value: Decimal::from(16_000_000), deadline: date(2025, 11, 28), reason: "常务会议".into() };
    let version = story.version().await;
    story.platform.run(&office, &task, version, Command::Adjust(adjust)).await.unwrap();
    let view = story.case().await;
    assert_eq!(view.clocks.iter().find(|c| c.id.as_str() == "handle").unwrap().reading.due.date, date(2025, 11, 28));
    story.platform.run(&office, &task, version + 1, assign("transport", &["education"])).await.unwrap();
    let view = story.case().await;
    assert_eq!((state(&view), view.parties[0].name.zh.as_str()), ("assigned", "市交通运输局"));
    assert_eq!(refused(story.platform.case(&story.unit, &id).await).await, "not-found");
    assert_eq!(story.platform.cases(&story.other, &CaseSelect::default(), 0, 10).await.unwrap().rows.len(), 1);

    let close =
        Close { outcome: Outcome::NotMet, reason: "如期收尾".into(), confirmed: Confirmation::ALL.to_vec() };
    let version = story.version().await;
    story.platform.run(&office, &task, version, Command::Close(close)).await.unwrap();
    let view = story.case().await;
    assert_eq!((state(&view), view.clocks.len()), ("done", 0));
    let ended = story.run(&office, step("strike-off", "")).await.unwrap();
    assert!(ended.ended() && ended.can.is_empty());
    assert_eq!(story.platform.audit().await.unwrap().unwrap().tasks, 3);
}

#[tokio::test]
async fn from_dispatch_to_striking_off_on_sqlite() {
    from_dispatch_to_striking_off(sqlite().await).await;
}

#[tokio::test]
async fn from_dispatch_to_striking_off_on_postgresql() {
    if let Some(test) = postgres().await {
        from_dispatch_to_striking_off(test).await;
    }
}

async fn two_people_race(test: TestStore) {
    let story = Story::dispatched(&test.store).await;
    let case = story.case().await.case;
    let sign = || story.platform.run_case(&story.unit, &case.id, case.version, step("sign", ""));
    let (one, two) = tokio::join!(sign(), sign());
    let stale = |r: &Result<CaseView, PlatformError>| match r {
        Err(PlatformError::CaseRefused(refusal)) => {
            matches!(&refusal.kind, RefusalKind::Stale { changed } if changed.len() == 3)
        }
        _ => false,
    };
    assert!((one.is_ok() && stale(&two)) || (two.is_ok() && stale(&one)), "{one:?} {two:?}");
    // Filings and the office's steps at once: the task never loses a filing to its dispatch.
    for round in 0..5 {
        let take_note = async {
            let _ = story.run(&story.office, step("continue", "")).await;
        };
        tokio::join!(story.file(1_000 + round), take_note);
    }
    let task = story.store.task(story.platform.city(), &story.task).await.unwrap().unwrap();
    assert_eq!(task.evidence.len(), 5);
    story.platform.audit().await.unwrap().unwrap();
}

#[tokio::test]
async fn two_people_race_on_sqlite() {
    two_people_race(sqlite().await).await;
}

#[tokio::test]
async fn two_people_race_on_postgresql() {
    if let Some(test) = postgres().await {
        two_people_race(test).await;
    }
}

#[tokio::test]
async fn a_case_changed_in_the_database_is_found() {
    for (what, sql) in [
        ("body", "UPDATE case_state SET body = replace(body, '\"lead\"', '\"co\"')"),
        ("gone", "DELETE FROM case_state"),
        ("listed", "UPDATE case_state SET state = 'done'"),
    ] {
        let test = sqlite().await;
        let story = Story::dispatched(&test.store).await;
        story.platform.audit().await.unwrap().unwrap();
        let file = test.folder.as_ref().unwrap().path().join("tingzhou.sqlite");
        let changed = rusqlite::Connection::open(file).unwrap().execute(sql, []).unwrap();
        assert_eq!(changed, 1, "{what}");
        // A row that contradicts itself cannot even be read.
        let found = story.platform.audit().await;
        assert!(!matches!(found, Ok(Ok(_))), "{what}: {found:?}");
    }
}

#[tokio::test]
async fn several_are_sent_at_once() {
    let test = sqlite().await;
    let story = Story::begin(&test.store).await;
    let snapshot = story.platform.snapshot().await.unwrap();
    let ids: Vec<TaskId> = snapshot.tasks.iter().map(|v| v.task.id.clone()).collect();
    for id in &ids[..2] {
        story.platform.run(&story.office, id, 1, assign("culture-tourism", &[])).await.unwrap();
    }
    let done = story.platform.dispatch_many(&story.office, &ids).await.unwrap();
    assert_eq!((done.opened.len(), done.failed.len()), (2, 1));
    let counts = story.platform.case_counts(&story.unit).await.unwrap();
    assert_eq!(counts.iter().map(|c| (c.state.as_str(), c.all, c.over)).collect::<Vec<_>>(), [("assigned", 2, 0)]);
    assert!(matches!(story.platform.dispatch_many(&story.unit, &ids).await, Err(PlatformError::NotAllowed)));
    // Pages join without a gap.
    let first = story.platform.cases(&story.office, &CaseSelect::default(), 0, 1).await.unwrap();
    let second = story.platform.cases(&story.office, &CaseSelect::default(), first.next.unwrap(), 1).await.unwrap();
    assert!(second.next.is_none() && first.rows[0].case.id != second.rows[0].case.id);
}
