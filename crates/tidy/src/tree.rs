//! The repository's files.

use std::fs;
use std::path::Path;

/// A text file of the repository.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// The folder under `crates/` it belongs to.
    #[must_use]
    pub fn in_crate(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// Whether it is Rust that goes into a library or program: under `src`, and not a file of tests.
    #[must_use]
    pub fn is_source(&self) -> bool {
        self.is_rust()
            && self.path.contains("/src/")
            && !self.path.split('/').any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"))
    }

    /// Whether it is Rust.
    #[must_use]
    pub fn is_rust(&self) -> bool {
        has_ending(&self.path, "rs")
    }
}

/// Whether a path ends in `.ending`.
#[must_use]
pub fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e.eq_ignore_ascii_case(ending))
}

/// Every text file under `root` that `.gitignore` does not leave out.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn files(root: &Path) -> std::io::Result<Vec<File>> {
    let ignored = fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let ignored: Vec<&str> = ignored.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    let mut found = Vec::new();
    walk(root, "", &ignored, &mut found)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(root: &Path, folder: &str, ignored: &[&str], found: &mut Vec<File>) -> std::io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if name == ".git" || ignored.iter().any(|pattern| is_ignored(&path, &name, pattern)) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(root, &path, ignored, found)?;
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            // What is not UTF-8 is a picture or a font.
            found.push(File { path, text });
        }
    }
    Ok(())
}

/// The part of `.gitignore` this repository uses: `/path`, `name` and `*part*`.
fn is_ignored(path: &str, name: &str, pattern: &str) -> bool {
    let pattern = pattern.trim_end_matches('/');
    if let Some(anchored) = pattern.strip_prefix('/') {
        return path == anchored;
    }
    if pattern.contains('*') {
        return name.contains(pattern.trim_matches('*'));
    }
    name == pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_as_git_does() {
        assert!(is_ignored("target", "target", "/target"));
        assert!(!is_ignored("a/target", "target", "/target"));
        assert!(is_ignored("a/x.sqlite-wal", "x.sqlite-wal", "*.sqlite*"));
        assert!(is_ignored("a/node_modules", "node_modules", "node_modules/"));
    }

    #[test]
    fn sources() {
        let file = |path: &str| File { path: path.to_owned(), text: String::new() };
        assert!(file("crates/a/src/b.rs").is_source());
        assert!(!file("crates/a/src/b/tests.rs").is_source());
        assert!(!file("crates/a/tests/b.rs").is_source());
        assert_eq!(file("crates/a/src/b.rs").in_crate(), Some("a"));
    }
}
