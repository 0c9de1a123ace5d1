//! Measures on both databases: what a query may reach and how far, and one story from a query to a light and a new version.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what is wrong in a test fails it")]

use crate::common;

use common::instruments::{ago, def, series};
use common::{TestStore, account, city, day, postgres, sqlite};
use jiff::civil::{Date, date};
use serde_json::json;
use tingzhou_platform::city::{FacilityDef, PropertyId};
use tingzhou_platform::ledger::{AccountRole, Actor, MeasuredStatus, Source, TaskId, Two};
use tingzhou_platform::measure::{MeasureFault, MeasureId, MeasureText, Window};
use tingzhou_platform::{Clock, Pack, Platform, PlatformError};

const REPORT: &str = "# 庭山市政府工作报告\n\n2025年1月10日\n\n## 二、2025年重点工作\n\n### （一）城市\n\n\
新增停车位100个。改造老旧小区8个。\n";

fn id(name: &str) -> MeasureId {
    MeasureId::new(name).unwrap()
}

pub(crate) fn text(name: &str, value: &str, evidence: &str) -> MeasureText {
    MeasureText {
        id: id(name),
        name: Two::new("测试口径", "a measure"),
        words: Two::new("测试。", "For a test."),
        unit: "个".to_owned(),
        decimals: 2,
        window: Window::Year,
        public: true,
        value: value.to_owned(),
        evidence: evidence.to_owned(),
    }
}

pub(crate) const ROWS: &str = "SELECT facility AS label, opened AS day, facility FROM facility_fact";

async fn begin(test: &TestStore) -> (Platform, Actor) {
    let platform = city(&test.store).await;
    let office = account(&platform, "ducha", AccountRole::Supervisor, None).await;
    (platform, office)
}

/// A day's evidence is the whole day's: what comes after it was first filed, and late, is filed after the day has ended; so
/// for the last day of the year, and for others. What settled long ago stands.
async fn to_the_end_of_the_day(test: TestStore) {
    let at = |day: Date| Platform::open(test.store.clone(), None, Clock::standing_at(day));
    let (platform, office) = begin(&test).await;
    observed(&platform, &office).await;
    platform.adopt(&office, REPORT.as_bytes(), false).await.unwrap();
    let snapshot = platform.snapshot().await.unwrap();
    let task = snapshot.tasks.iter().find(|v| v.task.title.contains("停车")).unwrap().task.id.clone();
    let value = "SELECT sum(samples) AS value FROM observation_day WHERE property = 'relativeHumidity' AND day <= :to";
    platform.save_measure(&office, text("heard", value, ROWS), 0, "").await.unwrap();
    // How things stand: nothing of a later day is put down for an earlier one.
    let stands = "SELECT count(*) AS value FROM filing_fact";
    platform.save_measure(&office, text("stands", stands, ROWS), 0, "").await.unwrap();
    let other = snapshot.tasks.iter().find(|v| v.task.title.contains("老旧")).unwrap().task.id.clone();

    let (last, hour) = (date(2025, 12, 31), 3_600);
    // Values heard so many hours before noon of a day.
    let hear = async |platform: &Platform, hours: &[u32]| {
        let instruments = platform.instruments().await.unwrap();
        let no = series(&instruments, "air-1", "relativeHumidity");
        let now = instruments.now();
        instruments.ingest(hours.iter().map(|before| ago(no, now, before * hour, 50.0)).collect()).await.unwrap();
    };
    let filed = async |platform: &Platform, task: &TaskId| {
        let rows = measured(platform, task).await;
        rows.iter().map(|(value, day)| format!("{value} to {}", &day[5..])).collect::<Vec<_>>().join(", ")
    };
    let before = Box::pin(at(last.yesterday().unwrap())).await.unwrap();
    hear(&before, &[1]).await;
    before.link_measure(&office, &task, (&id("heard"), None), "").await.unwrap();
    before.link_measure(&office, &other, (&id("stands"), None), "").await.unwrap();
    before.measure_due().await.unwrap();
    // The rest of the day before, and the morning.
    let that_day = Box::pin(at(last)).await.unwrap();
    hear(&that_day, &[20, 1]).await;
    that_day.measure_due().await.unwrap();
    assert_eq!(filed(&that_day, &task).await, "1 to 12-30, 2 to 12-30, 3 to 12-31");
    // The evening, heard of until midnight; then one that comes late, in the new year.
    for (day, hours, expected) in [
        (1, [14, 13], "1 to 12-30, 2 to 12-30, 3 to 12-31, 5 to 12-31"),
        (3, [3 * 24 - 9, 1], "1 to 12-30, 2 to 12-30, 3 to 12-31, 5 to 12-31, 6 to 12-31"),
        (12, [12 * 24 - 8, 1], "1 to 12-30, 2 to 12-30, 3 to 12-31, 5 to 12-31, 6 to 12-31, 7 to 12-31"),
        (13, [13 * 24 - 7, 1], "1 to 12-30, 2 to 12-30, 3 to 12-31, 5 to 12-31, 6 to 12-31, 7 to 12-31"),
    ] {
        let later = Box::pin(at(date(2026, 1, day))).await.unwrap();
        hear(&later, &hours).await;
        later.measure_due().await.unwrap();
        assert_eq!(later.measure_due().await.unwrap(), 0, "{day}");
        assert_eq!(filed(&later, &task).await, expected, "{day}");
        later.audit().await.unwrap().unwrap();
    }
    let later = Box::pin(at(date(2026, 1, 14))).await.unwrap();
    assert_eq!(filed(&later, &other).await, "1 to 12-30, 4 to 12-31, 6 to 12-31");
}

#[tokio::test]
async fn to_the_end_of_the_day_on_sqlite() {
    Box::pin(to_the_end_of_the_day(sqlite().await)).await;
}

#[tokio::test]
async fn to_the_end_of_the_day_on_postgresql() {
    if let Some(test) = postgres().await {
        Box::pin(to_the_end_of_the_day(test)).await;
    }
}

/// Three car parks and an air station with values of today and the days before.
async fn observed(platform: &Platform, office: &Actor) {
    let instruments = platform.instruments().await.unwrap();
    let mut lots: Vec<_> = ["lot-1", "lot-2", "lot-3"].map(|name| def(name, "OffStreetParking")).into();
    for (at, lot) in lots.iter_mut().enumerate() {
        let spaces = serde_json::from_value(serde_json::json!(10 * (at + 1))).unwrap();
        lot.stated.insert(PropertyId::new("totalSpotNumber").unwrap(), spaces);
        lot.from = date(if at == 0 { 2024 } else { 2025 }, 3, 1);
    }
    lots.push(def("air-1", "AirQualityObserved"));
    lots.push(def("gas-1", "GasDetector"));
    instruments.put_facilities(office, lots).await.unwrap();
    let now = instruments.now();
    let mut batch = Vec::new();
    for name in ["lot-1", "lot-2"] {
        let no = series(&instruments, name, "availableSpotNumber");
        batch.extend((0..48).map(|hour| ago(no, now, hour * 3_600 + 60, f64::from(hour % 7))));
    }
    let air = series(&instruments, "air-1", "pm25");
    batch.extend((0..24 * 10).map(|hour| ago(air, now, hour * 3_600 + 60, f64::from(40 + hour / 24 * 10))));
    // Fractions, below zero and not, in one hour and the one before.
    let degrees = series(&instruments, "air-1", "temperature");
    let cold = [(7_200, -0.1), (7_000, -12.75), (6_800, 1.0 / 3.0), (3_400, 0.0)];
    batch.extend(cold.map(|(before, value)| ago(degrees, now, before, value)));
    instruments.ingest(batch).await.unwrap();
    instruments.seal().await.unwrap();
}

/// What each query comes to: the value, or the fault.
async fn come_to(test: TestStore) {
    let (platform, office) = begin(&test).await;
    observed(&platform, &office).await;
    // A city beside it, with facilities of its own.
    let mut other: Pack = common::pack();
    other.city = tingzhou_platform::ledger::CityId::new("elsewhere").unwrap();
    let other = Platform::found(test.store.clone(), other, Clock::standing_at(day())).await.unwrap();
    let theirs = account(&other, "ducha", AccountRole::Supervisor, None).await;
    other.instruments().await.unwrap().put_facilities(&theirs, vec![def("lot-9", "OffStreetParking")]).await.unwrap();

    let too_long = Err(MeasureFault::TooLong { limit: 2_000 });
    let cases: Vec<(&str, Result<&str, MeasureFault>)> = vec![
        ("SELECT count(*) AS value FROM facility_fact", Ok("5")),
        ("SELECT count(*) AS value FROM facility_fact WHERE type = 'OffStreetParking'", Ok("3")),
        ("SELECT count(*) AS value FROM facility_fact WHERE facility = 'lot-9' OR 1 = 1", Ok("5")),
        ("SELECT sum(number) AS value FROM facility_stated WHERE property = 'totalSpotNumber'", Ok("60")),
        (
            "SELECT count(DISTINCT facility) AS value FROM observation_day WHERE property = 'availableSpotNumber'",
            Ok("2"),
        ),
        ("SELECT sum(samples) AS value FROM observation_day WHERE property = 'pm25'", Ok("240")),
        ("SELECT sum(samples) AS value FROM observation_hour WHERE property = 'pm25' AND day <= :to", Ok("240")),
        ("SELECT max(mean) AS value FROM observation_hour WHERE type = 'AirQualityObserved'", Ok("130")),
        ("SELECT min(min) AS value FROM observation_hour WHERE property = 'temperature'", Ok("-12.75")),
        ("SELECT sum(first) AS value FROM observation_hour WHERE property = 'temperature' AND hour = 10", Ok("-0.1")),
        ("SELECT 3 * sum(last) AS value FROM observation_hour WHERE property = 'temperature'", Ok("1")),
        ("SELECT sum(samples) AS value FROM observation_hour WHERE property = 'temperature' AND hour = 11", Ok("1")),
        ("SELECT count(*) AS value FROM observation_day WHERE day > :today OR day < :from", Ok("0")),
        ("SELECT :year AS value", Ok("2025")),
        ("SELECT days_between(:from, :to) AS value", Ok("303")),
        ("SELECT 7 / 2 AS value", Ok("3.5")),
        ("SELECT 2 / 3 AS value", Ok("0.67")),
        ("SELECT 0.1 + 0.2 AS value", Ok("0.3")),
        ("SELECT avg(n) AS value FROM (SELECT 1 AS n UNION ALL SELECT 2 AS n) AS x", Ok("1.5")),
        ("SELECT length('庭州' || 'x') AS value", Ok("3")),
        ("SELECT count(*) AS value FROM facility_fact WHERE type LIKE 'offstreet%'", Ok("0")),
        ("SELECT count(*) AS value FROM facility_fact WHERE name LIKE '%\\_%'", Ok("0")),
        ("SELECT count(*) AS value FROM facility_fact WHERE name = 'it''s'' OR 1=1 --'", Ok("0")),
        // A backslash ends no quote in either: what follows it is a condition, and a comment.
        ("SELECT count(*) AS value FROM facility_fact WHERE name = '\\' OR 1=1 --'", Ok("5")),
        ("SELECT count(*) AS value FROM case_fact c JOIN case_step s ON s.case_id = c.case_id", Ok("0")),
        ("SELECT count(*) AS value FROM project_fact WHERE dropped = 0 AND begun <= :to AND paid >= 0", Ok("0")),
        ("SELECT count(minutes_to_clear) AS value FROM alarm_fact WHERE level >= 1 AND raised >= :from", Ok("0")),
        ("SELECT count(*) AS value FROM filing_fact WHERE source = 'filing' AND withdrawn = 0", Ok("0")),
        (
            "WITH RECURSIVE n (i) AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT max(i) AS value FROM n",
            Ok("9"),
        ),
        ("SELECT 1 / 0 AS value", Err(MeasureFault::NoValue)),
        ("SELECT sum(number) AS value FROM facility_stated WHERE property = 'nothing'", Err(MeasureFault::NoValue)),
        ("SELECT 1 AS value FROM case_fact", Err(MeasureFault::NoRow)),
        ("SELECT 1 AS value FROM facility_fact", Err(MeasureFault::SeveralRows)),
        (
            "SELECT max(name) AS value FROM facility_fact",
            Err(MeasureFault::NotANumber { column: "value".into(), given: "设施lot-3".into() }),
        ),
        (
            "SELECT 10000000000.0 * 10000000000.0 * 10000000000.0 AS value",
            Err(MeasureFault::OutOfBounds { column: "value".into() }),
        ),
        // Without an end, and too many to count.
        (
            "WITH RECURSIVE n (i) AS (SELECT 1 AS i UNION ALL SELECT i + 0 FROM n) SELECT count(*) AS value FROM n",
            too_long.clone(),
        ),
        (
            "SELECT count(*) AS value FROM observation_hour a CROSS JOIN observation_hour b CROSS JOIN observation_hour c \
             CROSS JOIN observation_hour d WHERE a.mean + b.mean + c.mean + d.mean < 0",
            too_long,
        ),
    ];
    for (query, expected) in cases {
        let preview = platform.preview_measure(&office, &text("x", query, ROWS)).await.unwrap();
        let got = preview.value.map(|figures| figures.value.to_string());
        assert_eq!(got, expected.map(str::to_owned), "{query}");
        assert!(preview.took.as_secs() < 5, "{query}: {:?}", preview.took);
    }
    // However many rows there are, a page has its limit; pages follow each other.
    let many =
        "SELECT 'x' AS label, a.day AS day, a.hour AS value FROM observation_hour a CROSS JOIN observation_hour b";
    platform.save_measure(&office, text("many", "SELECT 1 AS value", many), 0, "").await.unwrap();
    let page = platform.measure_rows(None, (&id("many"), 1), None, 0, 100_000).await.unwrap();
    assert_eq!((page.rows.unwrap().len(), page.more), (1_000, true));
    // The other city is asked for its own.
    let theirs =
        other.preview_measure(&theirs, &text("x", "SELECT count(*) AS value FROM facility_fact", ROWS)).await.unwrap();
    assert_eq!(theirs.value.unwrap().value.to_string(), "1");
    // Every measure of the pack runs here, whatever there is to measure.
    for line in platform.measures().await.unwrap() {
        let preview = platform.preview_measure(&office, &line.measure.text).await.unwrap();
        let failed = |fault: &MeasureFault| !matches!(fault, MeasureFault::NoValue);
        assert!(!preview.value.as_ref().is_err_and(failed), "{}: {:?}", line.measure.text.id, preview.value);
        assert!(preview.rows.is_ok(), "{}: {:?}", line.measure.text.id, preview.rows);
    }
}

#[tokio::test]
async fn queries_on_sqlite() {
    Box::pin(come_to(sqlite().await)).await;
}

#[tokio::test]
async fn queries_on_postgresql() {
    if let Some(test) = postgres().await {
        Box::pin(come_to(test)).await;
    }
}

async fn measured(platform: &Platform, task: &TaskId) -> Vec<(String, String)> {
    let snapshot = platform.snapshot().await.unwrap();
    let rows = snapshot.task(task).unwrap().task.evidence.clone();
    rows.iter()
        .filter(|e| e.source == Source::Measure)
        .map(|e| (e.value.unwrap().to_string(), e.period.to.to_string()))
        .collect()
}

fn code<T>(result: Result<T, PlatformError>) -> &'static str {
    match result {
        Err(PlatformError::Refused(refusal)) => refusal.code,
        Err(PlatformError::NotAllowed) => "not-allowed",
        Err(other) => panic!("{other}"),
        Ok(_) => "done",
    }
}

/// A measure, a task it measures, evidence, a judgement, a new version, a failure, another day, the log.
async fn story(test: TestStore) {
    let (platform, office) = begin(&test).await;
    observed(&platform, &office).await;
    let unit = account(&platform, "jiaoyu", AccountRole::Unit, Some("education")).await;
    platform.adopt(&office, REPORT.as_bytes(), false).await.unwrap();
    let snapshot = platform.snapshot().await.unwrap();
    let task = snapshot.tasks.iter().find(|v| v.task.title.contains("停车")).unwrap().task.id.clone();
    let lots = id("lots");

    let value =
        "SELECT sum(number) AS value, count(*) AS count FROM facility_stated WHERE property = 'totalSpotNumber'";
    let first = text("lots", value, ROWS);
    assert_eq!(code(platform.save_measure(&unit, first.clone(), 0, "").await), "supervision-office-only");
    let bad = text("lots", "SELECT count(*) AS value FROM account", ROWS);
    assert_eq!(code(platform.save_measure(&office, bad, 0, "").await), "unknown-table");
    assert_eq!(platform.save_measure(&office, first.clone(), 0, "").await.unwrap().version, 1);
    assert_eq!(
        code(platform.save_measure(&office, text("lots", "SELECT 1 AS value", ROWS), 0, "x").await),
        "measure-exists"
    );

    // Taken for a task: measured at once, filed once, judged by itself.
    let mut wrong = text("percent", "SELECT 1 AS value", ROWS);
    wrong.unit = "%".to_owned();
    platform.save_measure(&office, wrong, 0, "").await.unwrap();
    assert_eq!(code(platform.link_measure(&office, &task, (&id("percent"), None), "").await), "wrong-unit");
    assert_eq!(code(platform.link_measure(&unit, &task, (&lots, None), "").await), "supervision-office-only");
    platform.link_measure(&office, &task, (&lots, None), "").await.unwrap();
    assert_eq!(code(platform.link_measure(&office, &task, (&lots, Some(1)), "").await), "same");
    let today = day().to_string();
    assert_eq!(measured(&platform, &task).await, [("60".to_owned(), today.clone())]);
    for _ in 0..3 {
        assert_eq!(platform.measure_due().await.unwrap(), 0, "nothing changed, so nothing is filed");
    }
    let judged = platform.snapshot().await.unwrap().task(&task).unwrap().judgement.clone();
    assert_eq!(judged.reported_value, None, "what is measured is not what was reported");
    assert_ne!(judged.measured, MeasuredStatus::NoEvidence, "{judged:?}");

    // Another version does not move the task; the office does, with a reason.
    let second = text("lots", &value.replace("'totalSpotNumber'", "'totalSpotNumber' AND number > 10"), ROWS);
    assert_eq!(code(platform.save_measure(&office, second.clone(), 1, " ").await), "reason-missing");
    assert_eq!(platform.save_measure(&office, second.clone(), 1, "小停车场不计").await.unwrap().version, 2);
    assert_eq!(code(platform.save_measure(&office, first, 1, "又改回").await), "measure-changed");
    assert_eq!(platform.save_measure(&office, second, 2, "").await.unwrap().version, 2, "the same is no new version");
    platform.measure_due().await.unwrap();
    assert_eq!(measured(&platform, &task).await.len(), 1);
    assert_eq!(platform.measured_task(&task).await.unwrap().unwrap().newest, 2);
    assert_eq!(code(platform.link_measure(&office, &task, (&lots, None), "").await), "reason-missing");
    platform.link_measure(&office, &task, (&lots, None), "小停车场不计").await.unwrap();
    assert_eq!(measured(&platform, &task).await.last().unwrap().0, "50");

    // After a restart, the next day: read anew. A failure hides nothing that was read.
    let later = Platform::open(test.store.clone(), None, Clock::standing_at(date(2025, 11, 1))).await.unwrap();
    assert_eq!(later.measure_due().await.unwrap(), 1);
    assert_eq!(measured(&later, &task).await.last().unwrap(), &("50".to_owned(), "2025-11-01".to_owned()));
    assert_eq!(later.measure_due().await.unwrap(), 0);
    let broken = text("lots", "SELECT 1 AS value FROM case_fact", ROWS);
    later.save_measure(&office, broken, 2, "写错").await.unwrap();
    later.link_measure(&office, &task, (&lots, None), "试").await.unwrap();
    let stand = later.measured_task(&task).await.unwrap().unwrap();
    assert_eq!((stand.fault, stand.link.version), (Some(MeasureFault::NoRow), 3));
    assert_eq!(measured(&later, &task).await.len(), 3, "an older reading stays");

    // What the rules do not let the task have is said, and not filed.
    later.save_measure(&office, text("lots", "SELECT 0 - 5 AS value", ROWS), 3, "负数").await.unwrap();
    later.link_measure(&office, &task, (&lots, None), "负数").await.unwrap();
    let stand = later.measured_task(&task).await.unwrap().unwrap();
    assert!(matches!(stand.fault, Some(MeasureFault::Refused { .. })), "{:?}", stand.fault);
    assert_eq!(measured(&later, &task).await.len(), 3);

    assert_eq!(code(later.unlink_measure(&office, &task, "").await), "reason-missing");
    later.unlink_measure(&office, &task, "改由单位填报").await.unwrap();
    assert_eq!(code(later.unlink_measure(&office, &task, "x").await), "not-measured");
    let history = later.history(&task).await.unwrap();
    let said: Vec<&str> = history.iter().map(|e| e.words.en.as_str()).collect();
    assert!(
        said.contains(&"measured by lots version 1") && said.contains(&"no longer measured: 改由单位填报"),
        "{said:?}"
    );
    assert!(!said.iter().any(|words| words.contains("cannot be read")), "{said:?}");

    let view = later.measure_view(&lots).await.unwrap();
    assert_eq!(view.versions.iter().map(|m| m.version).collect::<Vec<_>>(), [4, 3, 2, 1]);
    assert_eq!(view.readings.iter().filter(|r| r.read.is_some()).count(), 4, "{:?}", view.readings);
    let rows = later.measure_rows(Some(&office), (&lots, 1), None, 0, 100).await.unwrap().rows.unwrap();
    assert_eq!(rows.len(), 5);
    let public = later.measure_rows(None, (&lots, 1), None, 0, 100).await.unwrap();
    assert_eq!((public.rows.unwrap().len(), public.hidden), (4, 1), "the public is not told of gas detectors");
    later.audit().await.unwrap().unwrap();
}

#[tokio::test]
async fn story_on_sqlite() {
    Box::pin(story(sqlite().await)).await;
}

#[tokio::test]
async fn story_on_postgresql() {
    if let Some(test) = postgres().await {
        Box::pin(story(test)).await;
    }
}

#[tokio::test]
async fn a_version_changed_behind_the_log_is_found() {
    let test = sqlite().await;
    let (platform, office) = begin(&test).await;
    platform.save_measure(&office, text("lots", "SELECT 1 AS value", ROWS), 0, "").await.unwrap();
    platform.audit().await.unwrap().unwrap();
    let file = test.folder.as_ref().unwrap().path().join("tingzhou.sqlite");
    let database = rusqlite::Connection::open(file).unwrap();
    let changed = database
        .execute("UPDATE measure SET body = replace(body, 'SELECT 1', 'SELECT 2') WHERE measure_id = 'lots'", [])
        .unwrap();
    assert_eq!(changed, 1);
    let fault = platform.audit().await.unwrap().unwrap_err();
    assert!(fault.to_string().contains("lots"), "{fault}");
}

/// What rests on simulated facilities says so, in a city whose report is real; what does not is not touched by them.
async fn of_simulated_facilities(test: TestStore) {
    let (platform, office) = begin(&test).await;
    observed(&platform, &office).await;
    platform.adopt(&office, REPORT.as_bytes(), false).await.unwrap();
    let made_up = |name: &str, kind: &str| FacilityDef { simulated: true, ..def(name, kind) };
    let instruments = platform.instruments().await.unwrap();
    let more = vec![made_up("sim-lot", "OffStreetParking"), made_up("sim-gas", "GasDetector")];
    let queries = [
        ("SELECT count(*) AS value FROM facility_fact WHERE type = 'OffStreetParking'", true),
        ("SELECT count(*) AS value FROM facility_fact WHERE type = 'AirQualityObserved'", false),
        ("SELECT count(*) AS value FROM facility_fact WHERE type = 'OffStreetParking' AND simulated = 0", false),
        ("SELECT sum(number) AS value FROM facility_stated WHERE property = 'totalSpotNumber'", false),
        ("SELECT sum(samples) AS value FROM observation_day WHERE property = 'availableSpotNumber'", true),
        ("SELECT sum(samples) AS value FROM observation_day WHERE property = 'pm25'", false),
        ("SELECT count(*) AS value FROM observation_hour WHERE type = 'OffStreetParking'", true),
        ("SELECT sum(simulated) AS value FROM observation_hour WHERE type = 'OffStreetParking'", true),
        ("SELECT count(*) AS value FROM observation_hour WHERE type = 'AirQualityObserved'", false),
        ("SELECT count(*) AS value FROM air_fact", false),
        ("SELECT count(*) AS value FROM parking_fact WHERE simulated = 1", false),
        ("SELECT count(*) AS value FROM alarm_fact WHERE simulated = 1", false),
        ("SELECT count(*) AS value FROM case_fact c JOIN case_step s ON s.simulated = c.simulated", false),
    ];
    let check = async |expected: &dyn Fn(bool) -> bool| {
        for (query, rests) in queries {
            let preview = platform.preview_measure(&office, &text("x", query, ROWS)).await.unwrap();
            assert!(preview.value.is_ok(), "{query}: {:?}", preview.value);
            assert_eq!(preview.simulated, expected(rests), "{query}");
        }
    };
    check(&|_| false).await;
    instruments.put_facilities(&office, more).await.unwrap();
    let (no, now) = (series(&instruments, "sim-lot", "availableSpotNumber"), instruments.now());
    instruments.ingest(vec![ago(no, now, 600, 5.0)]).await.unwrap();
    instruments.seal().await.unwrap();
    check(&|rests| rests).await;

    // The reading and the evidence of a task that is no simulation.
    let snapshot = platform.snapshot().await.unwrap();
    for (task, query, simulated) in [("停车", queries[0].0, true), ("老旧", queries[1].0, false)] {
        let task = snapshot.tasks.iter().find(|v| v.task.title.contains(task)).unwrap().task.clone();
        let name = format!("of-{}", task.id.as_str().to_lowercase());
        platform.save_measure(&office, text(&name, query, ROWS), 0, "").await.unwrap();
        platform.link_measure(&office, &task.id, (&id(&name), None), "").await.unwrap();
        let evidence = platform.snapshot().await.unwrap().task(&task.id).unwrap().task.evidence.clone();
        let found: Vec<bool> = evidence.iter().map(|one| one.simulated).collect();
        assert_eq!((task.simulated, found), (false, vec![simulated]), "{query}");
        let reading = platform.measured_task(&task.id).await.unwrap().unwrap().reading.unwrap();
        assert_eq!(reading.simulated, simulated, "{query}");
        let rows = platform.measure_rows(Some(&office), (&id(&name), 1), None, 0, 100).await.unwrap().rows.unwrap();
        let marked = |row: &tingzhou_platform::MeasureRow| row.simulated == row.label.starts_with("sim-");
        assert!(rows.len() == 7 && rows.iter().all(marked), "{rows:?}");
    }
    platform.audit().await.unwrap().unwrap();
}

#[tokio::test]
async fn of_simulated_facilities_on_sqlite() {
    Box::pin(of_simulated_facilities(sqlite().await)).await;
}

#[tokio::test]
async fn of_simulated_facilities_on_postgresql() {
    if let Some(test) = postgres().await {
        Box::pin(of_simulated_facilities(test)).await;
    }
}

/// A facility that is there from one day to another, and what is stated of it.
fn there(name: &str, facility_type: &str, from: Date, to: Option<Date>, stated: serde_json::Value) -> FacilityDef {
    let stated = serde_json::from_value(stated).unwrap();
    FacilityDef { from, to, stated, ..def(name, facility_type) }
}

/// What the pack's measures read of the register is what facilities state that are there and, where it matters, report.
async fn of_the_register(test: TestStore) {
    let (platform, office) = begin(&test).await;
    observed(&platform, &office).await;
    let instruments = platform.instruments().await.unwrap();
    let (may, tomorrow) = (date(2025, 5, 1), day().tomorrow().unwrap());
    let (lot, street, chargers) = ("OffStreetParking", "OnStreetParking", "EVChargingStation");
    let of_business = |night_free: Option<bool>| match night_free {
        Some(night_free) => json!({"totalSpotNumber": 7, "commercial": true, "nightFree": night_free}),
        None => json!({"totalSpotNumber": 7, "commercial": true}),
    };
    let old = date(2020, 1, 1);
    let more = vec![
        there("ev-1", chargers, may, None, json!({"socketNumber": 8})),
        there("ev-2", chargers, may, None, json!({})),
        there("ev-3", chargers, old, None, json!({"socketNumber": 50})),
        there("ev-4", chargers, tomorrow, None, json!({"socketNumber": 90})),
        there("bays-1", street, may, None, json!({"totalSpotNumber": 5})),
        // It is tried out before it opens, and does not count yet.
        there("lot-4", lot, tomorrow, None, json!({"totalSpotNumber": 400})),
        there("lot-5", lot, old, None, of_business(Some(true))),
        there("lot-6", lot, old, None, of_business(Some(false))),
        there("lot-7", lot, old, None, of_business(None)),
        there("lot-8", lot, old, Some(may), of_business(Some(true))),
        there("lot-9", lot, old, None, json!({"nightFree": true})),
        there("lot-10", lot, tomorrow, None, of_business(Some(true))),
    ];
    instruments.put_facilities(&office, more).await.unwrap();
    let now = instruments.now();
    let free = ["bays-1", "lot-4", "lot-5"].map(|name| series(&instruments, name, "availableSpotNumber"));
    instruments.ingest(free.iter().map(|no| ago(*no, now, 600, 1.0)).collect()).await.unwrap();
    instruments.seal().await.unwrap();
    // Of the lots that report, one was opened this year, and one street.
    let check = async |measure: &str, value: &str, of: Option<&str>, rows: usize| {
        let row = platform.measure_now(&office, &id(measure)).await.unwrap();
        let figures = row.read.unwrap().0;
        let found = (figures.value.to_string(), figures.denominator.map(|all| all.to_string()));
        assert_eq!(found, (value.to_owned(), of.map(str::to_owned)), "{measure}");
        let proofs = platform.measure_rows(Some(&office), (&id(measure), 1), None, 0, 100).await.unwrap();
        assert_eq!(proofs.rows.unwrap().len(), rows, "{measure}");
    };
    check("chargers-opened", "8", None, 1).await;
    check("parking-spaces-opened", "25", None, 2).await;
    check("lots-opened", "1", None, 1).await;
    check("night-free-lots", "1", Some("3"), 3).await;
    check("gas-detectors-alive", "0", Some("1"), 1).await;
}

/// What counts in 台 measures a task in 个, and is filed in the task's unit.
async fn counted_otherwise(test: TestStore) {
    let (platform, office) = begin(&test).await;
    platform.adopt(&office, REPORT.as_bytes(), false).await.unwrap();
    let snapshot = platform.snapshot().await.unwrap();
    let titled = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Platform::tasks_titled(&snapshot, 2025, &words).iter().map(|view| view.task.title.clone()).collect::<Vec<_>>()
    };
    assert_eq!(titled(&["停车位", "老旧小区"]), ["新增停车位100个", "改造老旧小区8个"]);
    assert_eq!((titled(&[]), titled(&[""]), titled(&["充电桩"])), (vec![], vec![], vec![]));
    let task = snapshot.tasks.iter().find(|view| view.task.title.contains("停车")).unwrap().task.id.clone();
    let mut counted = text("counted", "SELECT 12 AS value", ROWS);
    for (unit, expected) in [("户", Some("wrong-unit")), ("万台", Some("wrong-unit")), ("台", None)] {
        counted.unit = unit.to_owned();
        counted.id = id(&format!("counted-{}", unit.chars().map(u32::from).sum::<u32>()));
        platform.save_measure(&office, counted.clone(), 0, "").await.unwrap();
        let linked = platform.link_measure(&office, &task, (&counted.id, None), "试用").await;
        match expected {
            Some(refused) => assert_eq!(code(linked), refused, "{unit}"),
            None => linked.unwrap(),
        }
    }
    assert_eq!(measured(&platform, &task).await, [("12".to_owned(), day().to_string())]);
    platform.audit().await.unwrap().unwrap();
}

#[tokio::test]
async fn counted_otherwise_on_sqlite() {
    counted_otherwise(sqlite().await).await;
}

#[tokio::test]
async fn counted_otherwise_on_postgresql() {
    if let Some(test) = postgres().await {
        counted_otherwise(test).await;
    }
}

#[tokio::test]
async fn of_the_register_on_sqlite() {
    of_the_register(sqlite().await).await;
}

#[tokio::test]
async fn of_the_register_on_postgresql() {
    if let Some(test) = common::postgres().await {
        of_the_register(test).await;
    }
}

/// A pack's mistakes are named: the file, the measure, the place.
#[test]
fn mistakes_of_a_pack() {
    let check = |measure: &str, expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        common::copy(&common::pack_folder(), folder.path());
        std::fs::create_dir(folder.path().join("measures")).unwrap();
        std::fs::write(folder.path().join("measures/own.toml"), measure).unwrap();
        let found = Pack::load(folder.path()).map(|pack| pack.measures.len()).map_err(|error| error.to_string());
        match expected {
            "" => assert!(found.is_ok(), "{found:?}"),
            words => assert!(
                found.as_ref().is_err_and(|e| e.contains(words) && e.contains("own.toml")),
                "{words}: {found:?}"
            ),
        }
    };
    let good = "[[measure]]\nid = \"a\"\nname = { zh = \"一\", en = \"One\" }\nwords = { zh = \"一\", en = \"One\" }\n\
        value = \"SELECT 1 AS value\"\nevidence = \"SELECT 'x' AS label\"\n";
    check(good, "");
    check(
        &good.replace("id = \"a\"", "id = \"projects-paid\""),
        "measure projects-paid: it is in measures.toml already",
    );
    check(&good.replace("id = \"a\"", "id = \"A b\""), "no identifier of a measure");
    check(&good.replace("SELECT 1 AS value", "SELECT 1 AS value FROM account"), "measure a: value: 第 1 行第 24 列");
    check(&good.replace("evidence = ", "proofs = "), "proofs");
    check(&good.replace("'x' AS label", "1 AS value"), "evidence: 第 1 行");
}
