//! Killed again and again under a stream of filings: what was acknowledged is there, once, and the log is whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

use serde_json::{Value, json};
use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};
use tingzhou_e2e::{Api, City, DAY, Login, Server, run};

const WORKERS: usize = 4;

/// A request that was sent and not yet answered.
#[derive(Clone)]
struct Sent {
    task: usize,
    number: usize,
}

/// One unit that files for its own tasks, one request after another.
struct Worker {
    name: String,
    login: Login,
    /// Tasks with their current versions.
    tasks: Vec<(String, String)>,
    /// Acknowledged: number of the filing to task and evidence.
    acknowledged: Vec<(usize, String, String)>,
    unanswered: Option<Sent>,
    /// Requests sent again after a kill.
    repeated: usize,
    next: usize,
}

impl Worker {
    fn note(&self, number: usize) -> String {
        format!("中断试验 {}-{number}", self.name)
    }

    /// Sends requests until the server no longer answers, or so many are acknowledged.
    fn file_on(&mut self, base: &str, most: usize) {
        let api = Api::with(base, &self.login);
        for _ in 0..most {
            let sent =
                self.unanswered.clone().unwrap_or(Sent { task: self.next % self.tasks.len(), number: self.next });
            self.repeated += usize::from(self.unanswered.is_some());
            let (task, version) = self.tasks[sent.task].clone();
            let note = self.note(sent.number);
            let body = json!({
                "value": (sent.number + 1).to_string(),
                "to": DAY,
                "reported": "under-way",
                "note": note,
                "confirmed": ["lower-than-last", "far-above-target"],
                "simulated": true,
            });
            let key = format!("{}-{}", self.name, sent.number);
            self.unanswered = Some(sent.clone());
            let headers = [("if-match", version.as_str()), ("idempotency-key", key.as_str())];
            let Some(reply) = api.try_post(&format!("/api/v1/tasks/{task}/evidence"), &headers, &body) else { return };
            assert_eq!(reply.status, 201, "{task} {version} {note}: {}", reply.text);
            let evidence = reply.json()["id"].as_str().unwrap().to_owned();
            self.tasks[sent.task].1 = reply.etag.clone().unwrap();
            self.acknowledged.push((sent.number, task, evidence));
            self.unanswered = None;
            self.next = sent.number + 1;
        }
    }
}

/// The units with most tasks that count something, each with its tasks.
fn workers(city: &City, api: &Api) -> Vec<Worker> {
    let mut by_unit: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for task in all(api, "/api/v1/tasks?limit=200") {
        let lead = task["assignment"]["lead"].as_str().unwrap_or_default();
        if task["target"]["role"] == "amount" && city.units().any(|unit| unit == lead) {
            let version = format!("\"v{}\"", task["version"]);
            by_unit.entry(lead.to_owned()).or_default().push((task["id"].as_str().unwrap().to_owned(), version));
        }
    }
    let mut units: Vec<_> = by_unit.into_iter().collect();
    units.sort_by_key(|(unit, tasks)| (std::cmp::Reverse(tasks.len()), unit.clone()));
    units.truncate(WORKERS);
    assert_eq!(units.len(), WORKERS);
    let worker = |(name, tasks): (String, _)| Worker {
        login: city.login(&name),
        name,
        tasks,
        acknowledged: Vec::new(),
        unanswered: None,
        repeated: 0,
        next: 0,
    };
    units.into_iter().map(worker).collect()
}

/// All rows of a list, page by page.
fn all(api: &Api, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = api.get(&format!("{path}{cursor}"));
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        let page = page.json();
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { return rows };
        cursor = format!("&cursor={next}");
    }
}

/// From 30 ms on, up to 250 ms or four times what a first filing takes here, another each time.
fn moment(round: u64, first: Duration) -> Duration {
    let mixed = (round + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let most = u64::try_from(4 * first.as_millis()).unwrap_or(u64::MAX).clamp(221, 10_000);
    Duration::from_millis(30 + (mixed >> 33) % most)
}

#[test]
fn what_was_acknowledged_survives_a_hundred_kills() {
    let kills: u64 = std::env::var("TINGZHOU_KILLS").ok().and_then(|k| k.parse().ok()).unwrap_or(100);
    let city = City::simulated();
    let server = Server::start(city.folder());
    let mut workers = workers(&city, &Api::public(server.base()));
    // How long this machine takes from a start to the first acknowledged filing.
    server.kill();
    let server = Server::start(city.folder());
    let start = Instant::now();
    workers[0].file_on(server.base(), 1);
    let first = start.elapsed();
    server.kill();

    let began = Instant::now();
    let mut starting = Duration::ZERO;
    for round in 0..kills {
        let start = Instant::now();
        let server = Server::start(city.folder());
        starting += start.elapsed();
        let base = server.base().to_owned();
        thread::scope(|scope| {
            for worker in &mut workers {
                let base = base.as_str();
                scope.spawn(move || worker.file_on(base, usize::MAX));
            }
            thread::sleep(moment(round, first));
            server.kill();
        });
    }
    let took = began.elapsed();

    let server = Server::start(city.folder());
    let api = Api::public(server.base());
    for worker in &workers {
        let mut found: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for (task, _) in &worker.tasks {
            for row in all(&api, &format!("/api/v1/tasks/{task}/evidence?limit=200")) {
                let note = row["note"].as_str().unwrap_or_default().to_owned();
                found.entry(note).or_default().push((task.clone(), row["id"].as_str().unwrap().to_owned()));
            }
        }
        for (number, task, evidence) in &worker.acknowledged {
            let rows = found.remove(&worker.note(*number)).unwrap_or_default();
            assert_eq!(rows, [(task.clone(), evidence.clone())], "filing {number} of {}", worker.name);
        }
        // The last request may have been kept without an answer, and nothing else may be there.
        let last = worker.unanswered.as_ref().map(|sent| worker.note(sent.number));
        for (note, rows) in found.iter().filter(|(note, _)| note.starts_with("中断试验")) {
            assert!(Some(note) == last.as_ref() && rows.len() == 1, "{note}: {rows:?} was never acknowledged");
        }
    }
    server.kill();
    let audit = run(&["audit", "--store", &city.store(), "verify"]);
    assert_eq!(audit.status.code(), Some(0), "{}", String::from_utf8_lossy(&audit.stderr));
    let database = rusqlite::Connection::open(city.folder().join("tingzhou.sqlite")).unwrap();
    let sound: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");

    let acknowledged: usize = workers.iter().map(|w| w.acknowledged.len()).sum();
    let repeated: usize = workers.iter().map(|w| w.repeated).sum();
    println!(
        "{kills} kills, {acknowledged} filings acknowledged and all there once, {repeated} sent again after a kill"
    );
    println!("{took:?} in all, {:?} a start", starting / u32::try_from(kills.max(1)).unwrap());
    print!("{}", String::from_utf8_lossy(&audit.stdout));
    assert!(kills == 0 || acknowledged > 0, "nothing was filed: the kills came too soon to say anything");
}
