//! The database is killed under load and started again: taking in goes on by itself, and everything acknowledged is there
//! once.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

use crate::common;
use crate::observations::{number_at, numbered, opened, whole, with_facilities};
use common::instruments::series;
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tingzhou_platform::city::{Offered, Quality};
use tingzhou_platform::{Arriving, Store, StoreUrl};

const KILLS: u32 = 5;
const WRITERS: u32 = 4;
const ROWS: u32 = 50;

/// A cluster of its own, that may be killed.
struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// None, said aloud, where PostgreSQL's own programs are not.
    fn start() -> Option<Self> {
        let folders = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let found = folders.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").is_file()).max();
        let on_path =
            std::env::var_os("PATH").into_iter().flat_map(|all| std::env::split_paths(&all).collect::<Vec<_>>());
        let Some(programs) = on_path.into_iter().find(|folder| folder.join("initdb").is_file()).or(found) else {
            eprintln!("skipped: initdb of PostgreSQL is not there");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { folder, programs, port };
        if is_root() {
            // The server refuses to run as root.
            assert!(Command::new("chown").arg("nobody").arg(cluster.folder.path()).status().unwrap().success());
        }
        cluster.run("initdb", &["-U", "tingzhou", "-A", "trust", "-E", "UTF8", "--locale=C"]);
        cluster.up();
        Some(cluster)
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "nobody", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg("-D").arg(self.folder.path().join("data")).args(arguments).current_dir("/");
        let done = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(done.success(), "{command:?}");
    }

    fn up(&self) {
        let folder = self.folder.path().display();
        let options = format!("-p {} -k {folder} -c listen_addresses=127.0.0.1", self.port);
        let log = format!("{folder}/log");
        self.run("pg_ctl", &["-s", "-w", "-t", "60", "-l", &log, "-o", &options, "start"]);
    }

    /// As if the power went: no checkpoint, no good-bye; what is in its log is replayed at the next start.
    fn kill(&self) {
        self.run("pg_ctl", &["-s", "-w", "-t", "60", "-m", "immediate", "stop"]);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.kill();
        }
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_acknowledged_is_there_once() {
    let Some(cluster) = Cluster::start() else { return };
    let url = StoreUrl::Postgres(format!("postgres://tingzhou@127.0.0.1:{}/postgres", cluster.port));
    let store = Store::open(&url).await.unwrap();
    let names: Vec<String> = (0..WRITERS).map(|writer| format!("w{writer}")).collect();
    let (_platform, instruments) = with_facilities(&store, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let over = Arc::new(AtomicBool::new(false));
    let sealer = tokio::spawn({
        let (instruments, over) = (instruments.clone(), Arc::clone(&over));
        async move {
            while !over.load(Ordering::Relaxed) {
                // While the database is away nothing can be sealed; it is tried again.
                let _ = instruments.seal().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    });
    let writers: Vec<_> = names
        .iter()
        .map(|name| {
            let (instruments, over) = (instruments.clone(), Arc::clone(&over));
            let no = series(&instruments, name, "height");
            tokio::spawn(async move {
                let (mut acknowledged, mut refused) = (BTreeSet::new(), 0);
                let mut next = 0;
                while !over.load(Ordering::Relaxed) {
                    let one = |number: u32| Arriving {
                        series: no,
                        offered: Offered { time: numbered(number), value: f64::from(number), quality: Quality::GOOD },
                    };
                    // What was not acknowledged is sent again, as an instrument does.
                    match instruments.ingest((next..next + ROWS).map(one).collect()).await {
                        Ok(done) => {
                            assert_eq!(done.accepted, ROWS as usize);
                            acknowledged.insert(next);
                            next += ROWS;
                        }
                        Err(_) => {
                            refused += 1;
                            tokio::time::sleep(Duration::from_millis(10)).await;
                        }
                    }
                }
                (acknowledged, refused)
            })
        })
        .collect();
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(300)).await;
        tokio::task::block_in_place(|| {
            cluster.kill();
            std::thread::sleep(Duration::from_millis(50));
            cluster.up();
        });
        // It goes on by itself: nobody touches the program.
        let (up, before) = (Instant::now(), instruments.unsealed());
        while instruments.unsealed() == before {
            assert!(up.elapsed() < Duration::from_secs(20), "taking in did not go on");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    over.store(true, Ordering::Relaxed);
    sealer.await.unwrap();
    let instruments = opened(&store).await;
    assert_eq!(instruments.faults(), Vec::<String>::new());
    let (mut all, mut turned_away) = (0, 0);
    for (name, writer) in names.iter().zip(writers) {
        let (acknowledged, refused) = writer.await.unwrap();
        let there = whole(&instruments, series(&instruments, name, "height"), numbered(0), numbered(10_000_000)).await;
        for number in acknowledged.iter().flat_map(|first| *first..first + ROWS) {
            assert_eq!(there.get(&numbered(number)), Some(&number_at(numbered(number))), "{number} of {name}");
        }
        all += acknowledged.len() * ROWS as usize;
        turned_away += refused;
    }
    assert!(turned_away > 0, "the database was never away");
    println!("{all} acknowledged over {KILLS} kills, {turned_away} batches turned away meanwhile");
}
