//! Twenty units file at once, for one task and for their own, on both databases: nothing is lost and nothing is twice.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is wrong in a test fails it")]

use crate::common;

use common::{TestStore, account, city, postgres, sqlite};
use jiff::civil::date;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use tingzhou_platform::ledger::{
    AccountId, AccountRole, Actor, Assign, Basis, Command, Confirmation, Period, ReportedStatus, Source, TaskId, UnitId,
};
use tingzhou_platform::{Filing, Platform, PlatformError};

const REPORT: &str = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 一、2024年工作回顾\n\n去年接待游客1500万人次。\n\n\
## 二、2025年重点工作\n\n全年力争接待游客1700万人次，改造老旧小区8个，新增车位1100个，新建公园3个，绿化荒山900亩。\n";

/// Units that file at once.
const UNITS: usize = 20;
/// What each of them files for one task.
const EACH: u8 = 5;

fn filing(note: String, day: u8) -> Filing {
    Filing {
        source: Source::Filing,
        value: Some(Decimal::ONE),
        unit: String::new(),
        basis: Basis::Period,
        period: Period { from: date(2025, 3, 1), to: date(2025, 3, i8::try_from(day).unwrap()) },
        place: String::new(),
        point: None,
        note,
        reported: ReportedStatus::UnderWay,
        confirmed: Confirmation::ALL.to_vec(),
        milestone: None,
        simulated: false,
    }
}

/// Files as a person would: who comes too late looks at what changed, and files again.
async fn file(platform: &Platform, unit: &Actor, task: &TaskId, note: &str, day: u8) -> u32 {
    let mut version = platform.snapshot().await.unwrap().task(task).unwrap().task.version;
    let mut conflicts = 0;
    loop {
        match platform.file(unit, task, version, filing(note.to_owned(), day), Vec::new(), None).await {
            Ok(_) => return conflicts,
            Err(PlatformError::Conflict { current, .. }) => {
                version = current.task.version;
                conflicts += 1;
            }
            Err(error) => panic!("{note}: {error}"),
        }
    }
}

async fn nothing_is_lost(store: &TestStore) {
    let platform = city(&store.store).await;
    let office = account(&platform, "ducha", AccountRole::Supervisor, None).await;
    platform.adopt(&office, REPORT.as_bytes(), false).await.unwrap();
    let units: Vec<UnitId> = platform.pack().units.iter().take(UNITS).map(|unit| unit.id.clone()).collect();
    let snapshot = platform.snapshot().await.unwrap();
    let tasks: Vec<TaskId> = snapshot.tasks.iter().map(|view| view.task.id.clone()).collect();
    assert!(tasks.len() >= 4, "{tasks:?}");
    for (index, view) in snapshot.tasks.iter().enumerate() {
        let (lead, others) = (units.get(index).unwrap(), units.iter().enumerate().filter(|(other, _)| *other != index));
        let co_units = others.map(|(_, unit)| unit.clone()).collect();
        let assign = Assign { lead: lead.clone(), co_units, leader: None, plan: None };
        platform.run(&office, &view.task.id, view.task.version, Command::Assign(assign)).await.unwrap();
    }
    let mut running = tokio::task::JoinSet::new();
    for (number, unit) in units.into_iter().enumerate() {
        let name = AccountId::new(unit.as_str()).unwrap();
        let actor = Actor { account: name, role: AccountRole::Unit, unit: Some(unit), leader: None };
        // The first task is everybody's; the other is shared by a few.
        let (platform, tasks) = (platform.clone(), [tasks[0].clone(), tasks[1 + number % (tasks.len() - 1)].clone()]);
        running.spawn(async move {
            let mut conflicts = 0;
            for day in 1..=EACH {
                for task in &tasks {
                    let note = format!("{} {task} {day}", actor.account);
                    conflicts += Box::pin(file(&platform, &actor, task, &note, day)).await;
                }
            }
            conflicts
        });
    }
    let conflicts: u32 = running.join_all().await.into_iter().sum();
    let after = platform.snapshot().await.unwrap();
    let evidence: Vec<_> = after.tasks.iter().flat_map(|view| view.task.evidence.iter()).collect();
    let all = UNITS * usize::from(EACH) * 2;
    let notes: BTreeSet<&str> = evidence.iter().map(|evidence| evidence.note.as_str()).collect();
    assert_eq!((evidence.len(), notes.len()), (all, all), "after {conflicts} conflicts");
    for view in &after.tasks {
        // Opened, assigned, and once for each filing.
        let filed = u64::try_from(view.task.evidence.len()).unwrap();
        assert_eq!(view.task.version, 2 + filed, "{}", view.task.id);
    }
    assert!(conflicts > 0, "nobody came too late, so nothing was tried");
    platform.audit().await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    nothing_is_lost(&sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    if let Some(store) = postgres().await {
        nothing_is_lost(&store).await;
    }
}
