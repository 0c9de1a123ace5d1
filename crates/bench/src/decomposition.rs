//! A decomposition table of 4,000 rows taken in, and its 4,000 tasks sent to their units and signed for.

use crate::figure::{alone, budgeted, compared};
use crate::workspace;
use std::fmt::Write as _;
use std::time::Instant;
use tempfile::TempDir;
use tingzhou_platform::ledger::{AccountId, AccountRole, Actor};
use tingzhou_platform::matter::{Command, Inputs, TransitionId};
use tingzhou_platform::{CaseSelect, Clock, Pack, Platform, Store, StoreUrl};

const ROWS: usize = 4_000;

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let beside = std::env::current_exe().expect("a running program has a file");
    let folder = TempDir::new_in(beside.parent().expect("a file has a folder")).expect("a folder");
    runtime.block_on(measure(&folder));
}

fn actor(name: &str, role: AccountRole, platform: &Platform, unit: Option<usize>) -> Actor {
    let unit = unit.and_then(|n| platform.pack().units.get(n)).map(|u| u.id.clone());
    Actor { account: AccountId::new(name).expect("an identifier"), role, unit, leader: None }
}

async fn measure(folder: &TempDir) {
    let pack = Pack::load(&workspace().join("cities/changji")).expect("the city's pack");
    let units: Vec<String> = pack.units.iter().take(20).map(|u| u.name.zh.clone()).collect();
    let store = Store::open(&StoreUrl::Sqlite(folder.path().join("city"))).await.expect("a store");
    let clock = Clock::standing_at(jiff::civil::date(2025, 10, 31));
    let platform = Platform::found(store, pack, clock).await.expect("a city");
    let office = actor("office", AccountRole::Supervisor, &platform, None);
    let mut report = String::from("# 市政府工作报告\n\n2025年1月10日\n\n## 二、2025年重点工作\n\n");
    let mut table = String::from("序号,工作任务,牵头单位,配合单位\n");
    for n in 0..ROWS {
        let task = format!("在第{n}街区新增停车位{}个", 100 + n);
        // Writing to a String cannot fail.
        let _ = writeln!(report, "{task}。\n");
        let lead = &units[n % units.len()];
        let _ = writeln!(table, "{n},{task},{lead},{}", units[(n + 1) % units.len()]);
    }
    platform.adopt(&office, report.as_bytes(), true).await.expect("the report is adopted");
    let tasks = platform.snapshot().await.expect("a snapshot").tasks.len();
    assert_eq!(tasks, ROWS, "every sentence is a task");

    let start = Instant::now();
    let sheets = tingzhou_documents::open_sheets(table.as_bytes()).expect("a table");
    let cells = start.elapsed();
    assert_eq!(sheets[0].rows.len(), ROWS + 1);
    let start = Instant::now();
    let preview = platform.preview_decomposition(table.as_bytes(), true).await.expect("a preview");
    let looked = start.elapsed();
    let rows: Vec<_> = preview.rows.into_iter().filter_map(|row| row.proposed.into_iter().next()).collect();
    assert!(rows.len() == ROWS && rows.iter().all(|row| row.sure), "every row finds its task");
    let start = Instant::now();
    let done = platform.confirm_decomposition(&office, rows, |_| ()).await.expect("an import");
    let written = start.elapsed();
    assert_eq!((done.assigned, done.failed.len()), (ROWS, 0));
    let (looked, written, cells) = (looked.as_secs_f64(), written.as_secs_f64(), cells.as_secs_f64());
    budgeted("decomposition.import (4,000 rows and tasks)", looked + written, "s", 5.0);
    compared("decomposition.preview", looked, "s", "reading the cells", cells);
    compared("decomposition.confirm", written, "s", "preview", looked);

    let ready: Vec<_> = platform.undispatched().await.expect("tasks").iter().map(|view| view.task.id.clone()).collect();
    let start = Instant::now();
    let sent = platform.dispatch_many(&office, &ready).await.expect("dispatches");
    assert_eq!((sent.opened.len(), sent.failed.len()), (ROWS, 0));
    alone("case.opened.durable (one after the other)", ROWS as f64 / start.elapsed().as_secs_f64(), "/s");

    let mut running = tokio::task::JoinSet::new();
    let mut waiting = Vec::new();
    for n in 0..units.len() {
        let unit = actor(&format!("unit{n}"), AccountRole::Unit, &platform, Some(n));
        let (mut offset, mut cases) = (0, Vec::new());
        let role = Some(tingzhou_platform::matter::RoleId::new("lead").expect("a role"));
        let select = CaseSelect { role, ..CaseSelect::default() };
        loop {
            let page = platform.cases(&unit, &select, offset, 200).await.expect("a page");
            cases.extend(page.rows.into_iter().map(|view| (view.case.id, view.case.version)));
            match page.next {
                Some(next) => offset = next,
                None => break,
            }
        }
        waiting.push((unit, cases));
    }
    let start = Instant::now();
    for (unit, cases) in waiting {
        // Several of a unit's people at once.
        for part in cases.chunks(cases.len().div_ceil(4).max(1)) {
            let (platform, unit, part) = (platform.clone(), unit.clone(), part.to_vec());
            running.spawn(async move {
                for (case, version) in &part {
                    let transition = TransitionId::new("sign").expect("a name");
                    let command = Command::Move { transition, inputs: Inputs::default() };
                    platform.run_case(&unit, case, *version, command).await.expect("signed");
                }
                part.len()
            });
        }
    }
    let signed: usize = running.join_all().await.into_iter().sum();
    assert_eq!(signed, ROWS);
    budgeted("case.transitions.durable (80 at once)", signed as f64 / start.elapsed().as_secs_f64(), "/s", 5_000.0);
}
