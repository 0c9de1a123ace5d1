//! Observations taken in durably with rules on, beside appends of the same bytes that are brought to the same disk; what a
//! sealed sample takes; how fast latest values, days and hours are there.
//!
//! `TINGZHOU_BENCH_OBSERVATIONS` says how many are taken in, ten million when it does not; `TINGZHOU_BENCH_POSTGRES` names an
//! empty database to take instead of SQLite.

use crate::figure::{alone, best_median, budgeted, compared, milliseconds, quantile};
use crate::memory::{growth, highest};
use crate::workspace;
use jiff::civil::date;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tingzhou_platform::city::batch::{Numbered, write};
use tingzhou_platform::city::{
    FacilityDef, FacilityId, Moment, Number, Offered, Period, PropertyId, Quality, Sample, SeriesNo, TypeId,
};
use tingzhou_platform::ledger::{AccountId, AccountRole, Actor};
use tingzhou_platform::{Arriving, Clock, Instruments, Pack, Platform, Store, StoreUrl};

const FACILITIES: u32 = 10_000;
const BATCH: u32 = 500;
/// Seconds from one value of a detector to the next.
const STEP: u32 = 80;
/// Callers that wait for their answers at the same time.
const CALLERS: usize = 40;
/// Observations a second that are to be taken in.
const RATE: f64 = 100_000.0;
/// Where the address of an empty database stands.
const POSTGRES: &str = "TINGZHOU_BENCH_POSTGRES";
/// Batches sent at that rate, at most: twenty seconds.
const MOST_PACED: u32 = 4_000;
/// Days of the one series that is asked for by day.
const DAYS: u32 = 365;

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let beside = std::env::current_exe().expect("a running program has a file");
    let folder = TempDir::new_in(beside.parent().expect("a file has a folder")).expect("a folder");
    let wanted = std::env::var("TINGZHOU_BENCH_OBSERVATIONS").ok().and_then(|text| text.parse().ok());
    let rounds: u32 = wanted.unwrap_or(10_000_000_u32).div_ceil(FACILITIES);
    let city = runtime.block_on(city(folder.path(), rounds));
    let grown = growth(|| take_in(&runtime, &city, rounds, folder.path()));
    if let Some(bytes) = grown {
        alone("instruments.memory that taking in and sealing added", bytes as f64 / 1e6, "MB");
    }
    sealed(&runtime, &city, folder.path());
    ask(&runtime, &city);
    if let Some(bytes) = highest() {
        budgeted("instruments.memory of the whole process, its load included", bytes as f64 / 1e6, "MB", 300.0);
    }
    start_again(&runtime, folder.path());
}

struct City {
    instruments: Instruments,
    office: Actor,
    series: Arc<Vec<SeriesNo>>,
    of: (TypeId, PropertyId),
    year: SeriesNo,
    begin: Moment,
    now: Moment,
}

async fn opened(folder: &Path) -> Platform {
    let url = std::env::var(POSTGRES).map_or_else(|_| StoreUrl::Sqlite(folder.join("city")), StoreUrl::Postgres);
    let store = Store::open(&url).await.expect("a store");
    let clock = Clock::standing_at(date(2025, 10, 31));
    if store.cities().await.expect("the cities").is_empty() {
        let pack = Pack::load(&workspace().join("cities/changji")).expect("the city's pack");
        Platform::found(store, pack, clock).await.expect("a city")
    } else {
        Platform::open(store, None, clock).await.expect("the city")
    }
}

fn facility(number: u32) -> FacilityId {
    FacilityId::new(format!("detector-{number}")).expect("a name")
}

async fn city(folder: &Path, rounds: u32) -> City {
    let platform = opened(folder).await;
    let instruments = platform.instruments().await.expect("instruments");
    let account = AccountId::new("office").expect("a name");
    let office = Actor { account, role: AccountRole::Supervisor, unit: None, leader: None };
    let def = |number: u32| -> FacilityDef {
        let name = facility(number);
        let json = format!(
            r#"{{"id":"{name}","type":"GasDetector","name":{{"zh":"探测器 {number}"}},"from":"2024-01-01","simulated":true}}"#
        );
        serde_json::from_str(&json).expect("a facility")
    };
    instruments.put_facilities(&office, (0..=FACILITIES).map(def).collect()).await.expect("facilities");
    let gas = PropertyId::new("gas").expect("a name");
    let series = (0..FACILITIES).map(|number| instruments.series(&facility(number), &gas).expect("a series"));
    let now = instruments.now();
    City {
        series: Arc::new(series.collect()),
        year: instruments.series(&facility(FACILITIES), &gas).expect("a series"),
        of: (TypeId::new("GasDetector").expect("a name"), gas),
        // All of it is over when it comes.
        begin: now.before(Period::from_secs(rounds * STEP + 86_400)).begin(tingzhou_platform::city::Grain::Day),
        now,
        instruments,
        office,
    }
}

/// What a detector shows: a slow wave with a little noise, one decimal place, far below any limit.
fn value(series: u32, round: u32) -> f64 {
    let mixed =
        u64::from(series).wrapping_mul(0x9e37_79b9).wrapping_add(u64::from(round)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let noise = (mixed >> 60) as f64;
    let wave = (f64::from(round) / 90.0 + f64::from(series)).sin() * 20.0;
    (40.0 + wave + noise).round() / 10.0
}

fn batch(series: &[SeriesNo], begin: Moment, number: u32) -> Vec<Arriving> {
    let (round, first) = (number / (FACILITIES / BATCH), number % (FACILITIES / BATCH) * BATCH);
    // Each detector at a second of its own.
    let time = |at: u32| begin.after(Period::from_secs(round * STEP + at % 60));
    let one = |at: u32| {
        let offered = Offered { time: time(at), value: value(at, round), quality: Quality::GOOD };
        Arriving { series: series[at as usize], offered }
    };
    (first..first + BATCH).map(one).collect()
}

/// Calls of one run and how long each took, from when it was due; all at once when there is no pace.
fn send(
    runtime: &tokio::runtime::Runtime,
    city: &City,
    batches: std::ops::Range<u32>,
    pace: Option<f64>,
) -> Vec<Duration> {
    let (first, end) = (batches.start, batches.end);
    let next = Arc::new(AtomicU32::new(first));
    let start = Instant::now();
    let mut took: Vec<Duration> = runtime.block_on(async {
        let sealing = city.instruments.clone();
        let sealer = tokio::spawn(async move {
            loop {
                sealing.seal_due().await.expect("sealed");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (instruments, series) = (city.instruments.clone(), Arc::clone(&city.series));
                let (next, begin) = (Arc::clone(&next), city.begin);
                tokio::spawn(async move {
                    let mut took = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= end {
                            return took;
                        }
                        let batch = batch(&series, begin, number);
                        let due = pace.map(|pace| start + Duration::from_secs_f64(f64::from(number - first) / pace));
                        if let Some(due) = due {
                            tokio::time::sleep_until(due.into()).await;
                        }
                        let due = due.unwrap_or_else(Instant::now);
                        let done = instruments.ingest(batch).await.expect("taken in");
                        assert_eq!(done.accepted, BATCH as usize);
                        took.push(due.elapsed());
                    }
                })
            })
            .collect();
        let mut all = Vec::new();
        for caller in callers {
            all.extend(caller.await.expect("a caller"));
        }
        sealer.abort();
        all
    });
    took.sort_unstable();
    took
}

fn take_in(runtime: &tokio::runtime::Runtime, city: &City, rounds: u32, folder: &Path) {
    let batches = rounds * (FACILITIES / BATCH);
    // As fast as it goes, then at the budget's rate: what a call takes says something only where calls do not queue.
    let paced = (batches / 5).min(MOST_PACED);
    let start = Instant::now();
    let took = send(runtime, city, 0..batches - paced, None);
    let rate = f64::from(batches - paced) * f64::from(BATCH) / start.elapsed().as_secs_f64();
    budgeted("instruments.ingest (batches of 500, rules and sealing on)", rate, "/s", RATE);
    let raw = append(city, folder);
    compared("instruments.ingest", rate, "/s", "the same batches appended to a file, each synced", raw);
    alone("instruments.ingest.p50 (40 callers, each always waiting)", milliseconds(quantile(&took, 500)), "ms");
    alone("instruments.ingest.p99 (40 callers, each always waiting)", milliseconds(quantile(&took, 990)), "ms");
    let took = send(runtime, city, batches - paced..batches, Some(RATE / f64::from(BATCH)));
    alone("instruments.ingest.p50 (at 100,000/s)", milliseconds(quantile(&took, 500)), "ms");
    budgeted("instruments.ingest.p99 (at 100,000/s)", milliseconds(quantile(&took, 990)), "ms", 50.0);
}

/// Observations a second when each batch is appended to a file and brought to the disk.
fn append(city: &City, folder: &Path) -> f64 {
    const APPENDS: u32 = 1_000;
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join("appends")).expect("a file");
    let start = Instant::now();
    for number in 0..APPENDS {
        let sample = |offered: Offered| Sample {
            time: offered.time,
            value: Number::new(offered.value).expect("a number"),
            quality: offered.quality,
        };
        let rows = batch(&city.series, city.begin, number).into_iter();
        let rows: Vec<Numbered> =
            rows.map(|one| Numbered { series: one.series, sample: sample(one.offered) }).collect();
        file.write_all(&write(&rows)).expect("appended");
        file.sync_data().expect("synced");
    }
    f64::from(APPENDS * BATCH) / start.elapsed().as_secs_f64()
}

fn sealed(runtime: &tokio::runtime::Runtime, city: &City, folder: &Path) {
    let start = Instant::now();
    let rest = runtime.block_on(city.instruments.seal()).expect("sealed");
    if rest > 0 {
        alone("instruments.seal", rest as f64 / start.elapsed().as_secs_f64(), "/s");
    }
    let (samples, bytes) = runtime.block_on(city.instruments.sealed_size()).expect("a size");
    let each = bytes as f64 / samples as f64;
    budgeted(&format!("instruments.bytes a sealed sample (of {samples})"), each, "B", 2.0);
    if let Ok(file) = folder.join("city/tingzhou.sqlite").metadata() {
        alone("instruments.bytes a sample of the whole file", file.len() as f64 / samples as f64, "B");
    }
}

fn ask(runtime: &tokio::runtime::Runtime, city: &City) {
    let instruments = &city.instruments;
    let latest = best_median(3, 20, || instruments.latest_of_type(&city.of.0));
    budgeted("instruments.latest of 10,000", milliseconds(latest), "ms", 10.0);
    let year = (0..DAYS * 24).map(|hour| Arriving {
        series: city.year,
        offered: Offered {
            time: city.now.before(Period::from_secs((DAYS * 24 - hour) * 3_600)),
            value: value(hour, hour),
            quality: Quality::GOOD,
        },
    });
    runtime.block_on(instruments.ingest_from(&city.office, year.collect())).expect("a year");
    runtime.block_on(instruments.seal()).expect("sealed");
    let from = city.now.before(Period::from_days(366));
    let days = best_median(3, 20, || {
        let days = runtime.block_on(instruments.by_day(city.year, from, city.now, 400)).expect("days");
        assert!(days.rows.len() >= DAYS as usize, "{}", days.rows.len());
    });
    budgeted("instruments.a year of one series by day", milliseconds(days), "ms", 5.0);
    let end = city.begin.after(Period::from_days(1));
    let mut count = 0;
    let hours = best_median(1, 3, || {
        let hours = runtime.block_on(instruments.hours_of_type(&city.of.0, &city.of.1, city.begin, end));
        count = hours.expect("hours").values().map(Vec::len).sum::<usize>();
    });
    budgeted(&format!("instruments.a day of 10,000 by hour ({count} hours)"), milliseconds(hours), "ms", 100.0);
}

/// A store of its own is opened on what is there, as after a restart.
fn start_again(runtime: &tokio::runtime::Runtime, folder: &Path) {
    let start = Instant::now();
    runtime.block_on(async {
        let platform = opened(folder).await;
        platform.instruments().await.expect("instruments");
    });
    budgeted("instruments.start with 10,001 facilities", milliseconds(start.elapsed()), "ms", 1_000.0);
}
