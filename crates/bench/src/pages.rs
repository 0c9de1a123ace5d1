//! The built program under load: latency of its pages beside its smallest answer, memory, and time to start.

use crate::figure::{alone, budgeted, compared, milliseconds, quantile};
use crate::load::{self, PACE, agent, ask, latencies};
use crate::workspace;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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
    budgeted("pages.memory", peak_memory(server.child.id()), "MB", 300.0);
}

/// The page of the first task the list names.
fn first_task(agent: &ureq::Agent, base: &str) -> String {
    let mut answer = agent.get(format!("{base}/api/v1/tasks")).call().expect("the API answers");
    let list: serde_json::Value =
        serde_json::from_str(&answer.body_mut().read_to_string().expect("a list")).expect("JSON");
    let id = list.pointer("/items/0/id").and_then(serde_json::Value::as_str).expect("a first task");
    format!("/tasks/{id}")
}
