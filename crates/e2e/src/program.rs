//! The built program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The repository's root.
#[must_use]
pub fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository is where it was built")
}

/// The folder that holds what was built: two above the running test.
pub(crate) fn built() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a file");
    test.ancestors().nth(2).expect("tests are built in target/PROFILE/deps").to_owned()
}

/// The program under test: `TINGZHOU_BIN`, or the one built beside the tests.
///
/// # Panics
/// When it has not been built.
#[must_use]
pub fn program() -> PathBuf {
    let path = std::env::var_os("TINGZHOU_BIN").map_or_else(|| built().join("tingzhou"), PathBuf::from);
    assert!(
        path.is_file(),
        "the program is not built ({} is missing): run ./dev test, or set TINGZHOU_BIN",
        path.display()
    );
    path
}

/// The simulator of instruments: the one built beside the tests.
///
/// # Panics
/// When it has not been built.
#[must_use]
pub fn simulator() -> PathBuf {
    let path = built().join("tingzhou-simulator");
    assert!(path.is_file(), "the simulator is not built ({} is missing): run ./dev test", path.display());
    path
}

/// Runs the program in the repository's root until it ends.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run(arguments: &[&str]) -> Output {
    run_in(&workspace(), arguments)
}

/// Runs the program in a folder until it ends.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(program())
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_remove("TINGZHOU_STORE")
        .output()
        .expect("the program starts")
}
