//! Durable filings a second, beside appends to a file that are each brought to the same disk.

use crate::disk::synced_appends;
use crate::figure::{compared, milliseconds, quantile};
use crate::workspace;
use jiff::civil::date;
use rust_decimal::Decimal;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tingzhou_platform::ledger::{
    AccountId, AccountRole, Actor, Assign, Basis, Command, Confirmation, Evidence, Period, ReportedStatus, Source,
    TaskId, UnitId,
};
use tingzhou_platform::{Clock, Filing, Pack, Platform, Store, StoreUrl};

/// Units that file at once.
const UNITS: usize = 20;
/// Months each task is filed for, as in a year.
const MONTHS: i8 = 10;

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    // Beside what was built: temporary folders may be in memory, where nothing is ever brought to a disk.
    let beside = std::env::current_exe().expect("a running program has a file");
    let folder = TempDir::new_in(beside.parent().expect("a file has a folder")).expect("a folder");
    let (platform, city) = runtime.block_on(city(&StoreUrl::Sqlite(folder.path().join("city"))));
    let start = Instant::now();
    let (mut took, size) = runtime.block_on(file_all(&platform, &city));
    let whole = start.elapsed();
    took.sort_unstable();
    let filings = took.len() as f64 / whole.as_secs_f64();
    let appends = synced_appends(folder.path(), size);
    compared("filing.durable (20 units)", filings, "/s", &format!("appends of {size} B, each synced"), appends);
    let append = 1e3 / appends;
    compared("filing.p50", milliseconds(quantile(&took, 500)), "ms", "one synced append", append);
    compared("filing.p99", milliseconds(quantile(&took, 990)), "ms", "one synced append", append);
}

/// A city in an empty store, every task assigned; the tasks by unit.
pub(crate) async fn city(url: &StoreUrl) -> (Platform, Vec<(Actor, Vec<TaskId>)>) {
    let pack = Pack::load(&workspace().join("cities/changji")).expect("the city's pack");
    let text = fs::read(workspace().join("cities/changji").join(&pack.report_file)).expect("the city's report");
    let units: Vec<UnitId> = pack.units.iter().take(UNITS).map(|u| u.id.clone()).collect();
    let store = Store::open(url).await.expect("a store");
    let platform = Platform::found(store, pack, Clock::standing_at(date(2025, 10, 31))).await.expect("a city");
    let office = actor("office", AccountRole::Supervisor, None);
    platform.adopt(&office, &text, true).await.expect("the report is adopted");
    let mut city: Vec<(Actor, Vec<TaskId>)> =
        units.iter().map(|u| (actor(u.as_str(), AccountRole::Unit, Some(u.clone())), Vec::new())).collect();
    let snapshot = platform.snapshot().await.expect("a snapshot");
    let numbered = snapshot.tasks.iter().filter(|view| view.task.target.is_some());
    for (index, view) in numbered.enumerate() {
        let (unit, tasks) = &mut city[index % UNITS];
        let lead = unit.unit.clone().expect("a unit's account has its unit");
        let assign = Assign { lead, co_units: Vec::new(), leader: None, plan: None };
        let done = platform.run(&office, &view.task.id, view.task.version, Command::Assign(assign)).await;
        tasks.push(done.expect("an assigned task").task.id);
    }
    (platform, city)
}

fn actor(name: &str, role: AccountRole, unit: Option<UnitId>) -> Actor {
    Actor { account: AccountId::new(name).expect("an identifier"), role, unit, leader: None }
}

/// Everything is filed; how long each took, and the usual size of what is filed.
pub(crate) async fn file_all(platform: &Platform, city: &[(Actor, Vec<TaskId>)]) -> (Vec<Duration>, usize) {
    let size = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let mut running = tokio::task::JoinSet::new();
    for (unit, tasks) in city {
        let (platform, size, unit, tasks) = (platform.clone(), Arc::clone(&size), unit.clone(), tasks.clone());
        running.spawn(async move {
            let mut took = Vec::new();
            for month in 1..=MONTHS {
                for task in &tasks {
                    let (time, evidence) = file(&platform, &unit, task, month).await;
                    let written = serde_json::to_string(&evidence).expect("evidence is written as JSON").len();
                    size.fetch_max(written, std::sync::atomic::Ordering::Relaxed);
                    took.push(time);
                }
            }
            took
        });
    }
    let took = running.join_all().await.concat();
    (took, size.load(std::sync::atomic::Ordering::Relaxed))
}

async fn file(platform: &Platform, unit: &Actor, task: &TaskId, month: i8) -> (Duration, Evidence) {
    let to = date(2025, month, 1).last_of_month();
    let filing = Filing {
        source: Source::Filing,
        value: Some(Decimal::from(month)),
        unit: String::new(),
        basis: Basis::Cumulative,
        period: Period { from: date(2025, 1, 1), to },
        place: "延安北路".to_owned(),
        point: None,
        note: "按计划推进，本月完成情况见附表；下月继续。".repeat(3),
        reported: ReportedStatus::UnderWay,
        confirmed: Confirmation::ALL.to_vec(),
        milestone: None,
        simulated: true,
    };
    // Nobody else files for this task: assigned once, then filed once a month.
    let expected = 1 + u64::try_from(month).expect("months count from 1");
    let start = Instant::now();
    let filed = platform.file(unit, task, expected, filing, Vec::new(), None).await.expect("a filing");
    let time = start.elapsed();
    (time, filed.view.task.evidence.last().expect("what was filed").clone())
}
