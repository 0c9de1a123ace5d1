//! Documents name files that exist.

/// The repository's files and folders a Markdown text names in backticks, with their lines from 1. `NAME` stands for
/// any name and is left out.
#[must_use]
pub fn named(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let quoted = line.split('`').skip(1).step_by(2);
        let paths = quoted.filter(|q| ["crates/", "cities/", "docs/"].iter().any(|folder| q.starts_with(folder)));
        found.extend(paths.filter(|p| !p.contains([' ', '*']) && !p.contains("NAME")).map(|p| (i + 1, p)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_paths() {
        let text = "`read` in `crates/report/src/reader.rs`\ncrates/x and `cities/NAME`, `crates/*`, `cities/changji`";
        assert_eq!(named(text), [(1, "crates/report/src/reader.rs"), (2, "cities/changji")]);
    }
}
