//! The demonstration's parking promises are proven by its instruments: what the measures come to is what the register and the
//! gates say, counted here by other means.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it stands")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tingzhou_e2e::{Api, DAY, Login, program, simulator, workspace};

/// How many people the instruments are for: what a county opens in a year does not depend on it.
const PEOPLE: u32 = 1_000;
/// A year of air and three days of the rest are sent and measured within this.
const MADE: Duration = Duration::from_secs(300);

/// The demonstration with its instruments, served until it is dropped.
struct Demo {
    child: Child,
    base: String,
    folder: TempDir,
}

impl Demo {
    /// Waits until the past is there and measured. The lines that say what is measured.
    fn start() -> (Self, Vec<String>) {
        assert!(simulator().is_file());
        let folder = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let child = Command::new(program())
            .args(["demo", "--city-pack", "cities/changji", "--day", DAY, "--listen", &address])
            .args(["--people", &PEOPLE.to_string(), "--folder", &folder.path().display().to_string()])
            .current_dir(workspace())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .env_remove("TINGZHOU_STORE")
            .spawn()
            .expect("the program starts");
        let mut demo = Self { child, base: format!("http://{address}"), folder };
        let (told, lines) = channel();
        let said = BufReader::new(demo.child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || said.map_while(Result::ok).for_each(|line| drop(told.send(line))));
        let (begun, mut all) = (Instant::now(), Vec::new());
        loop {
            let rest = MADE.saturating_sub(begun.elapsed());
            let line = lines.recv_timeout(rest).unwrap_or_else(|_| panic!("no instruments yet: {all:#?}"));
            assert!(!line.starts_with("instruments: "), "{line}: {all:#?}");
            if line.contains("simulating the city as it is now") {
                return (demo, all);
            }
            all.push(line);
        }
    }

    fn login(&self, name: &str) -> Login {
        let all = std::fs::read_to_string(self.folder.path().join("logins.tsv")).unwrap();
        let password = all.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t')?.split('\t').next());
        Login { name: name.to_owned(), password: password.unwrap().to_owned() }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Asked to end, it ends its simulator as well.
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().is_ok_and(|status| status.success());
        if !asked {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// The register as the simulator wrote it: facilities by their type that are there on the day.
fn register(demo: &Demo) -> BTreeMap<String, Vec<toml::Table>> {
    let text = std::fs::read_to_string(demo.folder.path().join("instruments/facilities.toml")).unwrap();
    let all: toml::Table = text.parse().unwrap();
    let mut found: BTreeMap<String, Vec<toml::Table>> = BTreeMap::new();
    for one in all["facilities"].as_array().unwrap() {
        let one = one.as_table().unwrap();
        if one["from"].as_str().unwrap() <= DAY {
            found.entry(one["type"].as_str().unwrap().to_owned()).or_default().push(one.clone());
        }
    }
    found
}

fn stated<'a>(one: &'a toml::Table, name: &str) -> Option<&'a toml::Value> {
    one.get("stated")?.get(name)
}

#[test]
fn parking_promises_are_proven() {
    let (demo, lines) = Demo::start();
    let office = Api::with(&demo.base, &demo.login("ducha"));
    let register = register(&demo);
    let of = |name: &str| register.get(name).map(Vec::as_slice).unwrap_or_default();
    let opened = |name: &str| of(name).iter().filter(|one| one["from"].as_str().unwrap().starts_with(&DAY[..4]));
    let number = |one: &toml::Table, name: &str| {
        let value = stated(one, name).unwrap();
        value.as_float().or_else(|| Some(f64::from(i32::try_from(value.as_integer()?).ok()?))).unwrap()
    };
    let lots = opened("OffStreetParking").count();
    let spaces: f64 =
        opened("OffStreetParking").chain(opened("OnStreetParking")).map(|one| number(one, "totalSpotNumber")).sum();
    let chargers: f64 = opened("EVChargingStation").map(|one| number(one, "socketNumber")).sum();
    let is = |one: &&toml::Table, name: &str| stated(one, name).and_then(toml::Value::as_bool) == Some(true);
    let night = of("OffStreetParking").iter().filter(|one| is(one, "commercial") && is(one, "nightFree")).count();
    println!("{spaces} spaces, {lots} lots, {chargers} chargers, {night} free at night; {lines:#?}");
    assert!(lots > 0 && spaces > 0.0 && chargers > 0.0);

    let read = |measure: &str| -> (String, Vec<String>) {
        let body = office.get(&format!("/api/v1/measures/{measure}")).json();
        let tasks = body["tasks"].as_array().unwrap().iter().map(|one| one["task"].as_str().unwrap().to_owned());
        (body["readings"][0]["figures"]["value"].as_str().unwrap_or_default().to_owned(), tasks.collect())
    };
    let check = |measure: &str, expected: &str, titles: &[&str]| {
        let (value, tasks) = read(measure);
        assert_eq!(value, expected, "{measure}");
        let found: Vec<Value> = tasks.iter().map(|task| office.get(&format!("/api/v1/tasks/{task}")).json()).collect();
        let named: Vec<&str> = found.iter().map(|task| task["title"].as_str().unwrap()).collect();
        assert_eq!(named, titles, "{measure}");
        for task in &found {
            // What was filed is beside it, and is not what was measured.
            assert_ne!(task["standing"]["measured"], "no-evidence", "{measure}");
            if !task["target"].is_null() {
                assert_eq!(task["standing"]["latest"]["value"], expected, "{measure}");
                assert_eq!(task["standing"]["latest"]["unit"], task["target"]["unit"], "{measure}");
            }
        }
    };
    check("parking-spaces-opened", &spaces.to_string(), &["新增车位1100个"]);
    check("lots-opened", &lots.to_string(), &["新建生态停车场6个"]);
    // Two tasks speak of them, in two units.
    check("chargers-opened", &chargers.to_string(), &["新增充电桩200个", "新建充电桩200台"]);
    check("night-free-lots", &night.to_string(), &[]);
    let (alive, tasks) = read("gas-detectors-alive");
    assert!(alive.parse::<f64>().unwrap() > 0.0 && tasks.len() == 1, "{alive} {tasks:?}");
    // Some tasks have nothing to show still.
    let all = office.get("/api/v1/tasks?limit=200").json();
    assert!(all["items"].as_array().unwrap().iter().any(|task| task["standing"]["latest"].is_null()));

    the_gates_agree(&office);
}

/// By the passages as many are inside as the counts say, but for what instruments get wrong.
fn the_gates_agree(office: &Api) {
    let lots = office.get("/api/v1/parking/lots?limit=200").json();
    let lots = lots["items"].as_array().unwrap();
    let (mut agree, mut stays) = (0, 0);
    for lot in lots {
        let detail = office.get(&format!("/api/v1/parking/lots/{}", lot["id"].as_str().unwrap())).json();
        let of = |value: &Value| value.as_i64().unwrap_or_default();
        let taken = of(&detail["lot"]["spaces"]) - of(&detail["lot"]["free"]);
        // A few exits of the last days were not seen.
        agree += usize::from((of(&detail["inside"]) - taken).abs() <= 2 + taken / 25);
        for day in detail["days"].as_array().unwrap() {
            stays += of(&day["stays"]);
            assert_eq!((of(&day["entry_missing"]), of(&day["unpriced"])), (0, 0), "{day}");
            // A few may all be free of charge.
            assert!(of(&day["stays"]) < 50 || of(&day["fen"]) > 0, "{day}");
        }
    }
    println!("{agree} of {} lots agree, {stays} stays", lots.len());
    assert!(agree * 4 >= lots.len() * 3 && stays > 1_000, "{agree} of {} lots, {stays} stays", lots.len());
}
