//! The shape of files: none too long to read, and every crate says what it is for.

use crate::Finding;

/// Longest Rust file under `src`, in lines.
pub const LONGEST: usize = 700;

/// A file that is too long.
#[must_use]
pub fn too_long(source: &str) -> Option<Finding> {
    let lines = source.lines().count();
    (lines > LONGEST).then(|| {
        Finding::new(LONGEST + 1, format!("{lines} lines, more than {LONGEST}; divide it by what it is about"))
    })
}

/// A file beside `tests/all.rs` that is not named in it, and so would never run. `path` begins at the folder `tests`.
#[must_use]
pub fn unlisted(path: &str, list: &str) -> Option<Finding> {
    let name = path.strip_suffix(".rs").filter(|name| !name.contains('/') && *name != "all")?;
    let named = list.lines().any(|line| line == format!("mod {name};"));
    (!named).then(|| Finding::new(1, format!("these tests are not run; add `mod {name};` to all.rs")))
}

/// A `lib.rs` or `main.rs` that does not begin by saying what it is for.
#[must_use]
pub fn unexplained(source: &str) -> Option<Finding> {
    let said = source
        .lines()
        .find(|l| !l.trim().is_empty())
        .and_then(|l| l.strip_prefix("//!"))
        .is_some_and(|l| l.trim().len() > 10);
    (!said).then(|| Finding::new(1, "the crate does not say what it is for; begin with a //! sentence"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files() {
        assert!(too_long(&"x\n".repeat(LONGEST)).is_none());
        assert_eq!(too_long(&"x\n".repeat(LONGEST + 1)).map(|f| f.line), Some(LONGEST + 1));
    }

    #[test]
    fn tests_that_never_run() {
        let list = "//! All.\n\nmod api;\nmod common;\n";
        for (path, found) in [("api.rs", false), ("all.rs", false), ("common/mod.rs", false), ("pages.rs", true)] {
            assert_eq!(unlisted(path, list).is_some(), found, "{path}");
        }
    }

    #[test]
    fn silent_crates() {
        assert!(unexplained("//! Reads a government work report.\n").is_none());
        assert!(unexplained("mod a;\n").is_some());
        assert!(unexplained("//!\nmod a;\n").is_some());
    }
}
