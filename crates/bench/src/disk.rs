//! What the disk gives a program that does nothing but append.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// Appends measured.
const APPENDS: u32 = 2_000;

/// Appends of a size a second, one after another, each brought to the disk before the next.
pub(crate) fn synced_appends(folder: &Path, size: usize) -> f64 {
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join("appends")).expect("a file");
    let line = vec![b'x'; size];
    let start = Instant::now();
    for _ in 0..APPENDS {
        file.write_all(&line).expect("an append");
        file.sync_data().expect("an append on disk");
    }
    f64::from(APPENDS) / start.elapsed().as_secs_f64()
}
