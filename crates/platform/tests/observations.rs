//! However observations come, are cut into batches and sealed, the history is the same; damage is named; nothing that was
//! acknowledged is lost when the program is killed.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;

use common::instruments::{ago, def, facility, series};
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;
use tingzhou_platform::city::{
    Aggregate, Arrived, Grain, Moment, Number, Offered, Period, Quality, Sample, SeriesNo, merge, rollup,
};
use tingzhou_platform::ledger::AccountRole;
use tingzhou_platform::{Arriving, Clock, Instruments, Platform, Store, StoreUrl};

const MANY: usize = 100_000;

pub(crate) async fn with_facilities(store: &Store, names: &[&str]) -> (Platform, Instruments) {
    let platform = common::city(store).await;
    let office = common::account(&platform, "office", AccountRole::Supervisor, None).await;
    let instruments = platform.instruments().await.unwrap();
    let defs = names.iter().map(|name| def(name, "WaterObserved")).collect();
    instruments.put_facilities(&office, defs).await.unwrap();
    (platform, instruments)
}

pub(crate) async fn opened(store: &Store) -> Instruments {
    let platform = Platform::open(store.clone(), None, Clock::standing_at(common::day())).await.unwrap();
    platform.instruments().await.unwrap()
}

/// One step of a history: a value so many half hours ago, or sealing, or a restart.
#[derive(Clone, Copy, Debug)]
enum Step {
    Value { half_hours: u32, value: i32 },
    Commit,
    Seal,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0_u32..200, -3_i32..4).prop_map(|(half_hours, value)| Step::Value { half_hours, value }),
        3 => Just(Step::Commit),
        2 => Just(Step::Seal),
        1 => Just(Step::Restart),
    ]
}

/// Hours or days as they should be.
fn expected(samples: &[Sample], grain: Grain) -> Vec<(Moment, Aggregate)> {
    rollup(samples, grain)
}

async fn the_same_history(steps: Vec<Step>) {
    let test = common::sqlite().await;
    let (_, mut instruments) = with_facilities(&test.store, &["w"]).await;
    let (no, now) = (series(&instruments, "w", "height"), instruments.now());
    let (mut waiting, mut sent) = (Vec::new(), Vec::new());
    for step in steps.into_iter().chain([Step::Commit]) {
        match step {
            Step::Value { half_hours, value } => {
                // A quarter of an hour off the hour, so that no value becomes late while the test runs.
                let one = ago(no, now, half_hours * 1_800 + 900, value.into());
                let quality = if half_hours < 2 { Quality::GOOD } else { Quality::LATE };
                let sample = Sample { time: one.offered.time, value: Number::new(value.into()).unwrap(), quality };
                sent.push(Arrived { sample, received: now });
                waiting.push(one);
            }
            Step::Commit => {
                let count = waiting.len();
                assert_eq!(instruments.ingest(std::mem::take(&mut waiting)).await.unwrap().accepted, count);
            }
            Step::Seal => {
                instruments.seal().await.unwrap();
            }
            Step::Restart => instruments = opened(&test.store).await,
        }
    }
    let samples = merge(&[], &sent);
    for sealed in [false, true] {
        if sealed {
            instruments.seal().await.unwrap();
        }
        let (from, to) = (now.before(Period::from_days(9)), now);
        let raw = instruments.raw(no, from, to, MANY).await.unwrap();
        assert_eq!(raw.samples, samples, "sealed: {sealed}");
        let hours = instruments.by_hour(no, from, to, MANY).await.unwrap();
        assert_eq!(hours.rows, expected(&samples, Grain::Hour), "sealed: {sealed}");
        let days = instruments.by_day(no, from, to, MANY).await.unwrap();
        assert_eq!(days.rows, expected(&samples, Grain::Day), "sealed: {sealed}");
        assert_eq!(instruments.latest(&facility("w")).first().map(|(_, latest)| *latest), samples.last().copied());
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The order of values of one instant decides; batches, sealing and restarts do not.
    #[test]
    fn batches_and_sealing_change_nothing(steps in proptest::collection::vec(step(), 1..80)) {
        wait(the_same_history(steps));
    }

    /// Of different instants the order does not matter either.
    #[test]
    fn order_changes_nothing(
        values in proptest::collection::btree_map(0_u32..200, -3_i32..4, 1..40),
        order in any::<prop::sample::Selector>(),
        seals in proptest::collection::vec(any::<bool>(), 40),
    ) {
        let mut left: BTreeMap<u32, i32> = values;
        let mut steps = Vec::new();
        while !left.is_empty() {
            let half_hours = *order.select(left.keys());
            let value = left.remove(&half_hours).unwrap();
            steps.push(Step::Value { half_hours, value });
            if seals[left.len() % seals.len()] {
                steps.extend([Step::Commit, Step::Seal]);
            }
        }
        wait(the_same_history(steps));
    }
}

#[tokio::test]
async fn more_than_a_chunk() {
    let test = common::sqlite().await;
    let (_, instruments) = with_facilities(&test.store, &["w"]).await;
    let (no, now) = (series(&instruments, "w", "flow"), instruments.now());
    // Backwards in time, so that every batch is late, and then one value into the middle of a full chunk.
    for some in (0..5_000_u32).rev().collect::<Vec<_>>().chunks(700).rev() {
        let batch = some.iter().map(|i| ago(no, now, i * 60 + 30, f64::from(*i))).collect();
        instruments.ingest(batch).await.unwrap();
        instruments.seal().await.unwrap();
    }
    instruments.ingest(vec![ago(no, now, 2_000 * 60, 7.0)]).await.unwrap();
    instruments.seal().await.unwrap();
    let from = now.before(Period::from_days(9));
    let raw = instruments.raw(no, from, now, MANY).await.unwrap();
    assert_eq!(raw.samples.len(), 5_001);
    let hours = instruments.by_hour(no, from, now, MANY).await.unwrap();
    assert_eq!(hours.rows, rollup(&raw.samples, Grain::Hour));
    let (sealed, bytes) = instruments.sealed_size().await.unwrap();
    assert_eq!(sealed, 5_001);
    assert!(bytes < 5_001 * 3, "{bytes} bytes");
}

#[tokio::test]
async fn damage_is_named_and_stays_where_it_is() {
    let test = common::sqlite().await;
    let (_, instruments) = with_facilities(&test.store, &["a", "b"]).await;
    let (a, b, now) = (series(&instruments, "a", "height"), series(&instruments, "b", "height"), instruments.now());
    instruments.ingest(vec![ago(a, now, 600, 1.0), ago(b, now, 600, 2.0)]).await.unwrap();
    instruments.seal().await.unwrap();
    instruments.ingest(vec![ago(a, now, 300, 1.5)]).await.unwrap();
    instruments.ingest(vec![ago(b, now, 300, 2.5)]).await.unwrap();
    let file = test.folder.as_ref().unwrap().path().join("tingzhou.sqlite");
    let database = rusqlite::Connection::open(file).unwrap();
    let damage = |sql: &str| assert_eq!(database.execute(sql, []).unwrap(), 1, "{sql}");
    // The first batch left is the second that was taken in.
    damage("UPDATE intake SET body = x'0102' WHERE batch_no = 2");
    damage(&format!("UPDATE chunk SET body = x'01' WHERE series_no = {}", b.0));

    let instruments = opened(&test.store).await;
    let faults = instruments.faults();
    assert!(faults.len() == 1 && faults[0].contains("batch 2 of the journal"), "{faults:?}");
    let (from, to) = (now.before(Period::from_days(1)), now);
    let values = |samples: &[Sample]| samples.iter().map(|sample| sample.value.get()).collect::<Vec<_>>();
    let raw = instruments.raw(b, from, to, MANY).await.unwrap();
    assert_eq!((values(&raw.samples), raw.faults.len()), (vec![2.5], 1));
    assert_eq!(values(&instruments.raw(a, from, to, MANY).await.unwrap().samples), [1.0]);

    // Sealing goes on beside it, and leaves what is damaged for a copy to mend.
    assert_eq!(instruments.seal().await.unwrap(), 1);
    assert!(instruments.faults().iter().any(|fault| fault.contains(&format!("chunk of series {b}"))));
    let raw = instruments.raw(b, from, to, MANY).await.unwrap();
    assert_eq!((values(&raw.samples), raw.faults.len()), (vec![2.5], 1));
    let hours = instruments.by_day(b, from, to, MANY).await.unwrap();
    assert_eq!(hours.rows.iter().filter_map(|(_, all)| all.counted).map(|all| all.count).sum::<u32>(), 2);
    let left = |no: i64| -> i64 {
        database.query_row("SELECT COUNT(*) FROM intake WHERE batch_no = ?1", [no], |row| row.get(0)).unwrap()
    };
    // The last one stays too, for its number.
    assert_eq!([1, 2, 3].map(left), [0, 1, 1]);
    // A late value for the damaged chunk's time.
    instruments.ingest(vec![ago(b, now, 900, 3.0), ago(b, now, 500, 4.0)]).await.unwrap();
    instruments.seal().await.unwrap();
    let raw = instruments.raw(b, from, to, MANY).await.unwrap();
    assert_eq!(values(&raw.samples), [3.0, 4.0, 2.5]);
}

const CHILD: &str = "TINGZHOU_TEST_CHILD";
const WRITERS: u32 = 4;
const RUN: u32 = 1_000_000;

/// The instant of a numbered observation.
pub(crate) fn numbered(number: u32) -> Moment {
    let begin = Moment::begin_of(date(2025, 10, 1));
    Moment::from_millis(begin.millis() + i64::from(number) * 20).unwrap()
}

/// The value that belongs to an instant.
pub(crate) fn number_at(time: Moment) -> Number {
    let number = u32::try_from(time.since(numbered(0)).millis() / 20).unwrap();
    Number::new(number.into()).unwrap()
}

/// Takes in one batch after the other, seals beside it, says what was acknowledged, until it is killed.
async fn child(folder: &str, run: u32) {
    let store = Store::open(&StoreUrl::Sqlite(folder.into())).await.unwrap();
    let instruments = opened(&store).await;
    let sealing = instruments.clone();
    tokio::spawn(async move {
        loop {
            sealing.seal().await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let writers = (0..WRITERS).map(|writer| {
        let instruments = instruments.clone();
        let no = series(&instruments, &format!("w{writer}"), "height");
        tokio::spawn(async move {
            let mut next = run * RUN + writer * (RUN / WRITERS);
            loop {
                let one = |number: u32| Arriving {
                    series: no,
                    offered: Offered { time: numbered(number), value: f64::from(number), quality: Quality::GOOD },
                };
                let done = instruments.ingest((next..next + 50).map(one).collect()).await.unwrap();
                assert_eq!(done.accepted, 50);
                println!("acknowledged {writer} {next}");
                next += 50;
            }
        })
    });
    // They go on until the process is killed.
    let writers: Vec<_> = writers.collect();
    if let Some(writer) = writers.into_iter().next() {
        writer.await.unwrap();
    }
}

/// `TINGZHOU_TEST_KILLS` says how often; 20 when it does not.
#[test]
fn nothing_acknowledged_is_lost() {
    let me = concat!(module_path!(), "::nothing_acknowledged_is_lost");
    let me = me.split_once("::").map_or(me, |(_, name)| name);
    if let Ok(task) = std::env::var(CHILD) {
        let (run, folder) = task.split_once(' ').unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(child(folder, run.parse().unwrap()));
        return;
    }
    let kills: u32 = std::env::var("TINGZHOU_TEST_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let names: Vec<String> = (0..WRITERS).map(|writer| format!("w{writer}")).collect();
    let test = wait(async {
        let test = common::sqlite().await;
        with_facilities(&test.store, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
        test
    });
    let folder = test.folder.as_ref().unwrap().path().display().to_string();
    let mut acknowledged: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); WRITERS as usize];
    let mut chance = u64::from(std::process::id()) | 1;
    for run in 0..kills {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", me, "--nocapture"])
            .env(CHILD, format!("{run} {folder}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut note = |line: &str| {
            let Some(numbers) = line.strip_prefix("acknowledged ") else { return false };
            let (writer, first) = numbers.split_once(' ').unwrap();
            let Ok(first) = first.parse::<u32>() else { return false };
            acknowledged[writer.parse::<usize>().unwrap()].insert(first);
            true
        };
        assert!(lines.by_ref().any(|line| note(&line)), "run {run} acknowledged nothing");
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        std::thread::sleep(Duration::from_millis(chance % 150));
        // SIGKILL; what it had printed is still in the pipe. A line cut in the middle was printed after it was acknowledged,
        // and not counting it only asks for less.
        process.kill().unwrap();
        process.wait().unwrap();
        let rest: Vec<String> = lines.collect();
        for line in &rest {
            note(line);
        }
    }
    wait(async {
        let store = Store::open(&StoreUrl::Sqlite(folder.clone().into())).await.unwrap();
        let instruments = opened(&store).await;
        assert_eq!(instruments.faults(), Vec::<String>::new());
        let (from, to) = (numbered(0), numbered(kills * RUN));
        let mut all = 0;
        for sealed in [false, true] {
            if sealed {
                instruments.seal().await.unwrap();
            }
            for (name, firsts) in names.iter().zip(&acknowledged) {
                let no: SeriesNo = series(&instruments, name, "height");
                let there = whole(&instruments, no, from, to).await;
                for number in firsts.iter().flat_map(|first| *first..first + 50) {
                    assert_eq!(there.get(&numbered(number)), Some(&number_at(numbered(number))), "{number} of {name}");
                }
                assert!(there.iter().all(|(time, value)| number_at(*time) == *value), "only what was sent");
                let hours = instruments.by_hour(no, from, to, MANY).await.unwrap();
                let counted = hours.rows.iter().filter_map(|(_, hour)| hour.counted).map(|hour| hour.count as usize);
                assert_eq!(counted.sum::<usize>(), there.len(), "hours of {name}, sealed: {sealed}");
                all += firsts.len() * 50;
            }
        }
        println!("{} acknowledged over {kills} kills", all / 2);
    });
}

/// All values of a series, page by page.
pub(crate) async fn whole(
    instruments: &Instruments,
    no: SeriesNo,
    from: Moment,
    to: Moment,
) -> BTreeMap<Moment, Number> {
    let (mut all, mut from) = (BTreeMap::new(), from);
    loop {
        let page = instruments.raw(no, from, to, MANY).await.unwrap();
        assert_eq!(page.faults, Vec::<String>::new());
        for sample in &page.samples {
            assert!(all.insert(sample.time, sample.value).is_none(), "{} twice", sample.time);
        }
        match page.samples.last().filter(|_| page.more) {
            Some(last) => from = last.time.after(Period::from_millis(1)),
            None => return all,
        }
    }
}
