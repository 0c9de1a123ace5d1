//! Arrows go down. Which crate may know which, and what a pure crate may depend on at all.

use crate::Finding;
use toml::{Table, Value};

/// The floors of the house, from the ground up. A crate may depend on crates of lower floors only.
pub const FLOORS: &[&[&str]] = &[
    &["calendar", "two"],
    &["report", "city", "cases", "scenarios", "protocols"],
    &["ledger", "simulator"],
    &["measures"],
    &["store", "documents"],
    &["platform"],
    &["server"],
    &["tingzhou"],
    &["e2e", "bench"],
];

/// Arrows that would go down but are not wanted.
const UNWANTED: &[(&str, &str, &str)] = &[
    ("store", "report", "the store keeps what it is given and does not read reports"),
    ("store", "documents", "the store keeps what it is given and does not read documents"),
    ("documents", "report", "documents turns files into text and does not read it"),
    ("documents", "ledger", "documents turns files into text and knows no tasks"),
    ("simulator", "report", "the simulator knows what instruments know"),
    ("simulator", "cases", "the simulator knows what instruments know"),
    ("server", "store", "screens go through platform, which loads, decides and stores"),
];

/// What a pure crate may depend on, tests aside: computation only.
pub const PURE: &[(&str, &[&str])] = &[
    (
        "report",
        &[
            "aho-corasick",
            "memchr",
            "regex",
            "regex-automata",
            "rust_decimal",
            "serde",
            "serde_json",
            "smallvec",
            "thiserror",
        ],
    ),
    // The error function, for how likely a target is met.
    (
        "ledger",
        &["jiff", "libm", "rust_decimal", "serde", "serde_json", "thiserror", "tingzhou-report", "tingzhou-two"],
    ),
    // Sealed chunks are compressed and carry a checksum; sines that are the same on every machine shift coordinates.
    ("city", &["crc32fast", "jiff", "libm", "pco", "serde", "thiserror", "tingzhou-two"]),
    // Queries are taken apart by a parser, which is computation only.
    ("measures", &["jiff", "rust_decimal", "serde", "sqlparser", "tingzhou-ledger"]),
    ("cases", &["jiff", "rust_decimal", "serde", "serde_json", "thiserror", "tingzhou-calendar", "tingzhou-two"]),
    ("scenarios", &["jiff", "rust_decimal", "serde", "serde_json", "thiserror", "tingzhou-two"]),
    // HJ 212-2025 encrypts with SM4, which is computation only.
    ("protocols", &["encoding_rs", "jiff", "memchr", "rust_decimal", "serde", "sm4", "thiserror"]),
    ("calendar", &["jiff", "serde", "thiserror"]),
    ("two", &["serde"]),
];

/// Pure parts of crates that also speak to the world, by the beginning of their path.
pub const PURE_PARTS: &[&str] = &[
    "crates/simulator/src/city.rs",
    "crates/simulator/src/day/",
    "crates/simulator/src/frames/",
    "crates/simulator/src/kind.rs",
    "crates/simulator/src/noise.rs",
    "crates/simulator/src/quantity.rs",
];

/// One dependency as written in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package's name.
    pub package: String,
    /// Whether only tests see it.
    pub dev: bool,
    /// The line of the manifest, from 1.
    pub line: usize,
}

/// All dependencies of a manifest, those of single targets included.
///
/// # Errors
/// When it is not TOML.
pub fn dependencies(manifest: &str) -> Result<Vec<Dependency>, toml::de::Error> {
    let table: Table = toml::from_str(manifest)?;
    let mut found = Vec::new();
    collect(&table, manifest, &mut found);
    for target in table.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values) {
        if let Some(target) = target.as_table() {
            collect(target, manifest, &mut found);
        }
    }
    Ok(found)
}

fn collect(table: &Table, manifest: &str, found: &mut Vec<Dependency>) {
    for (section, dev) in [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)] {
        for (name, how) in table.get(section).and_then(Value::as_table).into_iter().flatten() {
            let package = how.get("package").and_then(Value::as_str).unwrap_or(name).to_owned();
            let starts = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '.', '=']));
            let line = manifest.lines().position(starts).map_or(1, |i| i + 1);
            found.push(Dependency { package, dev, line });
        }
    }
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

fn short(package: &str) -> Option<&str> {
    if package == "tingzhou" { Some(package) } else { package.strip_prefix("tingzhou-") }
}

/// Arrows of one crate that do not go down.
#[must_use]
pub fn upward(name: &str, dependencies: &[Dependency]) -> Vec<Finding> {
    if name == "tidy" || name == "e2e" {
        let known = dependencies.iter().filter(|d| short(&d.package).is_some());
        return known
            .map(|d| Finding::new(d.line, format!("{name} looks at the house from outside; drop this dependency")))
            .collect();
    }
    let Some(own) = floor(name) else {
        return vec![Finding::new(
            1,
            format!("crate {name} has no floor; give it one in crates/tidy/src/layers.rs (FLOORS)"),
        )];
    };
    let mut found = Vec::new();
    for dependency in dependencies {
        let Some(other) = short(&dependency.package) else { continue };
        match floor(other) {
            None => found.push(Finding::new(
                dependency.line,
                format!("{other} has no floor; give it one in crates/tidy/src/layers.rs"),
            )),
            Some(floor) if floor >= own => found.push(Finding::new(
                dependency.line,
                format!("{name} must not depend on {other}: arrows only go down; move what both need to a lower crate"),
            )),
            Some(_) => {
                for (_, _, why) in UNWANTED.iter().filter(|(from, to, _)| *from == name && *to == other) {
                    found.push(Finding::new(dependency.line, format!("{name} must not depend on {other}: {why}")));
                }
            }
        }
    }
    found
}

/// Dependencies a pure crate must not have.
#[must_use]
pub fn impure(name: &str, dependencies: &[Dependency]) -> Vec<Finding> {
    let Some((_, allowed)) = PURE.iter().find(|(pure, _)| *pure == name) else { return Vec::new() };
    let others = dependencies.iter().filter(|d| !d.dev && !allowed.contains(&d.package.as_str()));
    others
        .map(|d| {
            let what = format!("{name} is pure and may not depend on {}; do this in platform or store, or add it to PURE with a reason", d.package);
            Finding::new(d.line, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    fn of(manifest: &str) -> Vec<Dependency> {
        dependencies(manifest).unwrap()
    }

    #[test]
    fn arrows() {
        let check = |name: &str, manifest: &str, expected: &[usize]| {
            assert_eq!(lines(&upward(name, &of(manifest))), expected, "{name}: {manifest}");
        };
        check("platform", "[dependencies]\ntingzhou-store.workspace = true\ntingzhou-report.workspace = true", &[]);
        check("ledger", "[dependencies]\ntingzhou-report.workspace = true", &[]);
        check("report", "[dependencies]\ntingzhou-ledger.workspace = true", &[2]);
        check("store", "[dependencies]\n\ntingzhou-platform = { path = '../platform' }", &[3]);
        check("store", "[dev-dependencies]\ntingzhou-report.workspace = true", &[2]);
        check("store", "[target.'cfg(unix)'.dependencies]\nother = { package = 'tingzhou-server', path = '..' }", &[2]);
        check("bench", "[dependencies]\ntingzhou-e2e.workspace = true\ntingzhou-store.workspace = true", &[2]);
        check("e2e", "[dependencies]\ntingzhou-report.workspace = true", &[2]);
        check("attic", "", &[1]);
        check("tidy", "[dependencies]\ntingzhou-report.workspace = true", &[2]);
    }

    #[test]
    fn pure_crates_only_compute() {
        let manifest = "[dependencies]\nserde = '1'\ntokio = '1'\n[dev-dependencies]\ntempfile = '3'";
        assert_eq!(lines(&impure("report", &of(manifest))), [3]);
        assert_eq!(lines(&impure("platform", &of(manifest))), Vec::<usize>::new());
    }
}
