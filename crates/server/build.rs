//! Says so when the scripts of others are not there; the server builds without them and shows tables instead of plots.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=assets/own");
    println!("cargo::rerun-if-changed=assets/vendor");
    println!("cargo::rerun-if-changed=templates");
    for name in ["htmx.min.js", "echarts.min.js"] {
        if !Path::new("assets/vendor").join(name).exists() {
            println!(
                "cargo::warning=assets/vendor/{name} is missing, plots fall back to tables; run ./dev assets (npm ci in crates/server/assets)"
            );
        }
    }
}
