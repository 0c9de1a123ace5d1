//! All measures of the city's pack over a year of a county of a million people, beside reading the database's file once.
//!
//! `TINGZHOU_BENCH_POSTGRES` names an empty database to take instead of SQLite; what is printed beside it is the budget only.

use crate::figure::{alone, best_median, budgeted, compared, milliseconds};
use crate::filing;
use crate::year::{self, ALARMS, DISPATCHES, ORDERS, TODAY};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tingzhou_platform::ledger::{AccountId, AccountRole, Actor};
use tingzhou_platform::{Clock, Platform, Store, StoreUrl};

/// Where the address of an empty database stands.
const POSTGRES: &str = "TINGZHOU_BENCH_POSTGRES";

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let beside = std::env::current_exe().expect("a running program has a file");
    let folder = TempDir::new_in(beside.parent().expect("a file has a folder")).expect("a folder");
    let url = std::env::var(POSTGRES).map_or_else(|_| StoreUrl::Sqlite(folder.path().join("city")), StoreUrl::Postgres);
    let start = Instant::now();
    let rows = runtime.block_on(fill(&url));
    alone("measures.rows of the year", rows as f64, "");
    alone("measures.time to write them", start.elapsed().as_secs_f64(), "s");
    let platform = runtime.block_on(async {
        let store = Store::open(&url).await.expect("the store");
        let platform = Platform::open(store, None, Clock::standing_at(TODAY)).await.expect("the city");
        // Facilities are in memory, as in a program that runs.
        platform.instruments().await.expect("instruments");
        platform
    });
    let first = all(&runtime, &platform);
    let (first, _) = first;
    let again = (0..2).map(|_| all(&runtime, &platform)).min_by_key(|(total, _)| *total).expect("it ran");
    let (total, each) = again;
    budgeted("measures.all, the first time", milliseconds(first), "ms", 1_000.0);
    budgeted("measures.all, again", milliseconds(total), "ms", 1_000.0);
    if let Some(file) = year::largest(&folder.path().join("city")) {
        let megabytes = file.metadata().map_or(0, |about| about.len()) as f64 / 1e6;
        let read = best_median(1, 3, || read_once(&file));
        let name = format!("reading the database's {megabytes:.0} MB once");
        compared("measures.all, again", milliseconds(total), "ms", &name, milliseconds(read));
    }
    for (name, took) in &each {
        alone(&format!("measures.{name}"), milliseconds(*took), "ms");
    }
    let behind = runtime.block_on(rows_behind(&platform));
    for (name, took) in behind {
        alone(&format!("measures.rows behind {name} (1,000 at most)"), milliseconds(took), "ms");
    }
    let figures = || runtime.block_on(platform.gas_figures()).expect("figures").orders.orders;
    let orders = figures();
    assert!(orders > 0, "orders are counted");
    let took = milliseconds(best_median(3, 5, figures));
    budgeted(&format!("gas.a look ({orders} orders of {ORDERS}, {ALARMS} alarms)"), took, "ms", 20.0);
}

fn office() -> Actor {
    let account = AccountId::new("office").expect("a name");
    Actor { account, role: AccountRole::Supervisor, unit: None, leader: None }
}

/// A city with its report, a year of filings, and everything else of a year.
async fn fill(url: &StoreUrl) -> usize {
    let (platform, units) = filing::city(url).await;
    let (filed, _) = filing::file_all(&platform, &units).await;
    let names: Vec<_> = units.iter().filter_map(|(unit, _)| unit.unit.clone()).collect();
    let city = platform.pack().city.clone();
    drop(platform);
    let store = Store::open(url).await.expect("the store");
    filed.len() + year::fill(&store, &city, &names).await
}

/// Reads every measure now, with keeping what it came to; how long all took, and each query by itself.
fn all(runtime: &tokio::runtime::Runtime, platform: &Platform) -> (Duration, Vec<(String, Duration)>) {
    runtime.block_on(async {
        let office = office();
        let known = platform.measures().await.expect("measures");
        assert!(known.len() >= 9, "the pack's measures are there");
        let start = Instant::now();
        let mut each = Vec::new();
        for line in &known {
            let id = &line.measure.text.id;
            let reading = platform.measure_now(&office, id).await.expect("a reading");
            assert!(reading.fault.is_none(), "{id}: {:?}", reading.fault);
            let (figures, _) = reading.read.expect("a reading without a fault has figures");
            assert!(figures.count.is_none_or(|count| count > 0.into()), "{id} is about something");
            let took = Duration::from_micros(u64::try_from(reading.took).unwrap_or(0));
            each.push((format!("{id} (comes to {})", figures.value.normalize()), took));
        }
        (start.elapsed(), each)
    })
}

async fn rows_behind(platform: &Platform) -> Vec<(String, Duration)> {
    let mut behind = Vec::new();
    for line in platform.measures().await.expect("measures") {
        let (id, version) = (&line.measure.text.id, line.measure.version);
        let page = platform.measure_rows(Some(&office()), (id, version), None, 0, 1_000).await.expect("rows");
        let rows = page.rows.unwrap_or_else(|fault| panic!("{id}: {fault:?}"));
        assert!(!rows.is_empty(), "{id} has rows");
        behind.push((format!("{id}"), page.took));
    }
    assert!(behind.len() >= 9, "of {DISPATCHES} dispatches and all else");
    behind
}

/// Reads a file from its beginning to its end.
fn read_once(file: &Path) -> u64 {
    let mut file = File::open(file).expect("a file");
    let (mut buffer, mut sum) = (vec![0; 1 << 20], 0_u64);
    loop {
        let read = file.read(&mut buffer).expect("a part of it");
        if read == 0 {
            return sum;
        }
        sum += u64::from(buffer[0]) + read as u64;
    }
}
