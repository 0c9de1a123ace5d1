//! The built program under load: latency of its pages beside its smallest answer, memory, and time to start.

use crate::disk::synced_appends;
use crate::figure::{alone, budgeted, compared, milliseconds, quantile};
use crate::load::{self, PACE, agent, ask, latencies};
use crate::workspace;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const DAY: &str = "2025-10-31";
const STARTS: usize = 5;

struct Server {
    child: Child,
    base: String,
    started: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, built beside this one.
fn program() -> PathBuf {
    let own = std::env::current_exe().expect("a running program has a file");
    let path = own.with_file_name("tingzhou");
    assert!(path.is_file(), "{} is missing: cargo build --release -p tingzhou", path.display());
    path
}

fn serve(folder: &Path) -> Server {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let address = format!("127.0.0.1:{port}");
    let start = Instant::now();
    let child = Command::new(program())
        .args(["serve", "--store", &format!("sqlite:{}", folder.display()), "--listen", &address, "--day", DAY])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut server = Server { child, base: format!("http://{address}"), started: Duration::ZERO };
    let health = format!("{}/health", server.base);
    let agent = agent();
    while ask(&agent, &health).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20), "the server does not answer");
        thread::sleep(Duration::from_millis(1));
    }
    server.started = start.elapsed();
    server
}

/// Most memory a process ever held, in megabytes.
fn peak_memory(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    kilobytes * 1024.0 / 1e6
}

pub(crate) fn run() {
    let folder = TempDir::new().expect("a folder");
    let city = folder.path().join("city");
    let start = Instant::now();
    let made = Command::new(program())
        .args(["demo", "--no-serve", "--day", DAY, "--city-pack", "cities/changji", "--folder"])
        .arg(&city)
        .current_dir(workspace())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()), "the simulated city is not made");
    alone("pages.simulated-city", start.elapsed().as_secs_f64(), "s");

    let mut starts: Vec<Duration> = (1..STARTS).map(|_| serve(&city).started).collect();
    let server = serve(&city);
    starts.push(server.started);
    starts.sort_unstable();
    budgeted("pages.start", milliseconds(quantile(&starts, 500)), "ms", 1_000.0);

    let agent = agent();
    let smallest = latencies(&format!("{}/health", server.base));
    let task = first_task(&agent, &server.base);
    for (name, path) in [("report", "/"), ("task", task.as_str()), ("tasks", "/tasks"), ("api", "/api/v1/tasks")] {
        let address = format!("{}{path}", server.base);
        let size = load::ask(&agent, &address).unwrap_or_else(|e| panic!("{address}: {e}"));
        let took = latencies(&address);
        for (quantile_name, per_thousand) in [("p50", 500), ("p99", 990)] {
            let value = milliseconds(quantile(&took, per_thousand));
            let other = milliseconds(quantile(&smallest, per_thousand));
            let name = format!("pages.{name}.{quantile_name} ({PACE}/s, {} KB)", size.div_ceil(1_000));
            compared(&name, value, "ms", "/health", other);
        }
    }
    let filed = AtomicUsize::new(0);
    let over = AtomicBool::new(false);
    let logins = logins(&city);
    let (took, filings) = thread::scope(|scope| {
        for (name, password) in &logins {
            let (over, filed, base) = (&over, &filed, server.base.as_str());
            scope.spawn(move || file_until(over, filed, base, name, password));
        }
        let start = (filed.load(Ordering::Relaxed), Instant::now());
        let took = latencies(&format!("{}/", server.base));
        let filings = (filed.load(Ordering::Relaxed) - start.0) as f64 / start.1.elapsed().as_secs_f64();
        over.store(true, Ordering::Relaxed);
        (took, filings)
    });
    let name = |what: &str| format!("pages.{what} ({} units file at once, {PACE} pages/s)", logins.len());
    budgeted(&name("filings"), filings, "/s", 500.0);
    // What a disk gives a program that does nothing else; a machine that is slow today is slow in both.
    let appends = synced_appends(folder.path(), FILING);
    compared(&name("filings"), filings, "/s", "appends of 1 KB one after another, each synced", appends);
    budgeted(&name("report.p99"), milliseconds(quantile(&took, 990)), "ms", 20.0);
    budgeted("pages.memory", peak_memory(server.child.id()), "MB", 300.0);
}

/// About what a filing writes, in bytes.
const FILING: usize = 1_000;

/// Units that file while pages are read.
const UNITS: usize = 20;

/// Names and passwords of units, as the simulated city wrote them down.
fn logins(city: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(city.join("logins.tsv")).expect("the simulated city has logins");
    let units = text.lines().skip(1).filter_map(|line| {
        let mut columns = line.split('\t');
        let (name, password, who) = (columns.next()?, columns.next()?, columns.next()?);
        (!["admin", "supervisor"].iter().any(|role| who.contains(role))).then(|| (name.to_owned(), password.to_owned()))
    });
    units.take(UNITS).collect()
}

/// Filings a second that one unit tries.
const UNIT_PACE: u32 = 50;

/// Files for the unit's tasks, one after another at a pace, until it is over.
fn file_until(over: &AtomicBool, filed: &AtomicUsize, base: &str, name: &str, password: &str) {
    let agent = agent();
    let login = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
    let body = read_json(agent.get(format!("{base}/api/v1/tasks?unit={name}&limit=50")).call());
    let open = body.pointer("/items").and_then(serde_json::Value::as_array).into_iter().flatten();
    // Those it leads: who helps files for others' tasks now and then, not all the time.
    let leads =
        |task: &&serde_json::Value| task.pointer("/assignment/lead").and_then(|lead| lead.as_str()) == Some(name);
    let open = open.filter(leads).filter(|task| task.pointer("/closing").is_none_or(serde_json::Value::is_null));
    let mut tasks: Vec<serde_json::Value> = open.cloned().collect();
    if tasks.is_empty() {
        return;
    }
    let start = Instant::now();
    let count = tasks.len();
    for turn in 0_u32.. {
        thread::sleep((start + Duration::from_secs(1) * turn / UNIT_PACE).saturating_duration_since(Instant::now()));
        if over.load(Ordering::Relaxed) {
            return;
        }
        let task = &mut tasks[turn as usize % count];
        let version = task.pointer("/version").and_then(serde_json::Value::as_u64).expect("a version");
        let number = task.pointer("/target_now").is_some_and(serde_json::Value::is_object);
        let filing = serde_json::json!({
            "value": number.then_some("1"), "to": DAY, "reported": "under-way", "note": "按计划推进，下月继续。",
            "confirmed": ["lower-than-last", "overlapping-period", "far-above-target", "same-file", "same-place"],
        });
        let own =
            format!("{base}/api/v1/tasks/{}", task.pointer("/id").and_then(serde_json::Value::as_str).expect("an id"));
        let request = agent.post(format!("{own}/evidence")).header("authorization", &login);
        let request = request.header("if-match", format!("\"v{version}\"")).header("content-type", "application/json");
        match request.send(filing.to_string()) {
            Ok(_) => {
                filed.fetch_add(1, Ordering::Relaxed);
                task["version"] = (version + 1).into();
            }
            // A co-unit was quicker: the task is looked at again.
            Err(ureq::Error::StatusCode(412)) => *task = read_json(agent.get(&own).call()),
            Err(error) => panic!("{own}: {error}"),
        }
    }
}

fn read_json(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> serde_json::Value {
    let mut answer = answer.expect("the API answers");
    let text = answer.body_mut().with_config().limit(100_000_000).read_to_string().expect("a text");
    serde_json::from_str(&text).expect("JSON")
}

/// The page of the first task the list names.
fn first_task(agent: &ureq::Agent, base: &str) -> String {
    let mut answer = agent.get(format!("{base}/api/v1/tasks")).call().expect("the API answers");
    let list: serde_json::Value =
        serde_json::from_str(&answer.body_mut().read_to_string().expect("a list")).expect("JSON");
    let id = list.pointer("/items/0/id").and_then(serde_json::Value::as_str).expect("a first task");
    format!("/tasks/{id}")
}
