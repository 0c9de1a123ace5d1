//! A simulated city, made once by the program and copied for every test.

use crate::program::{built, program, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tempfile::TempDir;

/// The day the simulated city stands at.
pub const DAY: &str = "2025-10-31";

/// Who can sign in, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Name.
    pub name: String,
    /// Password.
    pub password: String,
}

/// A simulated city in a folder of its own.
#[derive(Debug)]
pub struct City {
    folder: TempDir,
    logins: Vec<Login>,
}

impl City {
    /// A city with a year of simulated evidence.
    ///
    /// # Panics
    /// When the program cannot make it.
    #[must_use]
    pub fn simulated() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        copy_files(&made_once(), folder.path());
        Self::made(folder)
    }

    /// The same with the instruments of so many people, in its own folder: nobody else asks for them.
    ///
    /// # Panics
    /// When the program cannot make it.
    #[must_use]
    pub fn with_instruments(people: u32) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let (people, to) = (people.to_string(), folder.path().display().to_string());
        let demo = ["demo", "--city-pack", "cities/changji", "--no-serve", "--day", DAY];
        let out = run(&[demo.as_slice(), &["--people", &people, "--folder", &to]].concat());
        assert!(out.status.success(), "the demo is not made: {}", String::from_utf8_lossy(&out.stderr));
        Self::made(folder)
    }

    fn made(folder: TempDir) -> Self {
        let text = fs::read_to_string(folder.path().join("logins.tsv")).expect("the demo writes its logins");
        let logins = text.lines().skip(1).filter_map(|line| {
            let mut columns = line.split('\t');
            Some(Login { name: columns.next()?.to_owned(), password: columns.next()?.to_owned() })
        });
        Self { logins: logins.collect(), folder }
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its store, as the command line names it.
    #[must_use]
    pub fn store(&self) -> String {
        format!("sqlite:{}", self.folder.path().display())
    }

    /// The login of an account.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn login(&self, name: &str) -> Login {
        let found = self.logins.iter().find(|l| l.name == name);
        found.unwrap_or_else(|| panic!("no account {name} among {:?}", self.logins)).clone()
    }

    /// The names of the units that can sign in.
    pub fn units(&self) -> impl Iterator<Item = &str> {
        self.logins.iter().map(|l| l.name.as_str()).filter(|n| !matches!(*n, "admin" | "ducha"))
    }
}

/// The folder of a demo made by this build of the program. Tests run side by side; the first one makes it.
fn made_once() -> PathBuf {
    let program = program();
    let about = fs::metadata(&program).expect("the program has a file");
    let at = about.modified().ok().and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default();
    let parent = built().join("simulated-cities");
    fs::create_dir_all(&parent).expect("a folder beside the tests");
    let folder = parent.join(format!("{}-{}", at.as_nanos(), about.len()));
    let lock = fs::File::create(parent.join("lock")).expect("a file beside the tests");
    lock.lock().expect("one maker at a time");
    if !folder.join("whole").is_file() {
        forget(&parent);
        let path = folder.display().to_string();
        let out = run(&["demo", "--city-pack", "cities/changji", "--folder", &path, "--no-serve", "--day", DAY]);
        assert!(out.status.success(), "the demo is not made: {}", String::from_utf8_lossy(&out.stderr));
        fs::write(folder.join("whole"), "").expect("a mark that nothing is missing");
    }
    folder
}

/// Removes what earlier builds made.
fn forget(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            // What cannot be removed now is removed another time.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn copy_files(from: &Path, to: &Path) {
    // What the city is served from are files; a folder holds what it was made from.
    let files = fs::read_dir(from).expect("the demo's folder").flatten().filter(|entry| entry.path().is_file());
    for entry in files {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy of the demo");
    }
}
