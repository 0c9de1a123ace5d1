//! Only `server` knows HTTP. Tests that drive the built program (`e2e`, `bench`) speak it too.

use crate::Finding;
use crate::layers::Dependency;
use crate::rust::paths;

const LIBRARIES: &[&str] = &[
    "actix-web",
    "axum",
    "axum-extra",
    "fantoccini",
    "http",
    "hyper",
    "hyper-util",
    "reqwest",
    "tower",
    "tower-http",
    "ureq",
    "utoipa",
    "utoipa-axum",
    "warp",
];

/// HTTP libraries used in a source text outside its tests.
#[must_use]
pub fn http(source: &str) -> Vec<Finding> {
    let used = paths(source).into_iter().filter(|p| !p.test && p.text.contains("::"));
    let used = used.filter(|p| LIBRARIES.iter().any(|l| p.within(&l.replace('-', "_"))));
    used.map(|p| Finding::new(p.line, format!("{} speaks HTTP; only crates/server does", p.text))).collect()
}

/// HTTP libraries among a crate's dependencies, those of tests included.
#[must_use]
pub fn libraries(dependencies: &[Dependency]) -> Vec<Finding> {
    let bad = dependencies.iter().filter(|d| LIBRARIES.contains(&d.package.as_str()));
    bad.map(|d| Finding::new(d.line, format!("{} speaks HTTP; only crates/server does", d.package))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    #[test]
    fn finds_http() {
        let check = |source: &str, expected: &[usize]| assert_eq!(lines(&http(source)), expected, "{source}");
        check("use axum::{Router, routing::get};", &[1, 1]);
        check("\nlet a = reqwest::get(x);", &[2]);
        check("let http = 1; let a = crate::http::x; // axum::Router", &[]);
        let manifest = "[dependencies]\naxum.workspace = true\n[dev-dependencies]\nhyper = '1'";
        assert_eq!(lines(&libraries(&crate::layers::dependencies(manifest).unwrap())), [2, 4]);
    }
}
