//! A city's measures from its pack: `measures.toml` and the files of `measures/`, strict, every mistake with its place.

use crate::pack::{PackError, read};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;
use tingzhou_measures::MeasureText;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Measures {
    #[serde(default)]
    measure: Vec<MeasureText>,
}

/// The files that are there, in the order of their names.
fn files(folder: &Path) -> Result<Vec<String>, PackError> {
    let mut names = Vec::new();
    if folder.join("measures.toml").exists() {
        names.push("measures.toml".to_owned());
    }
    let within = folder.join("measures");
    if within.is_dir() {
        let failed = |source| PackError::File { file: within.display().to_string(), source };
        for entry in std::fs::read_dir(&within).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if std::path::Path::new(&name).extension().is_some_and(|ending| ending == "toml") {
                names.push(format!("measures/{name}"));
            }
        }
    }
    names.sort();
    Ok(names)
}

pub(crate) fn load_measures(folder: &Path) -> Result<Vec<MeasureText>, PackError> {
    let mut all: Vec<MeasureText> = Vec::new();
    let mut seen: HashMap<String, String> = HashMap::new();
    for file in files(folder)? {
        let found: Measures = read(folder, &file)?;
        for text in found.measure {
            let form = |why: String| PackError::Form { file: file.clone(), why: format!("measure {}: {why}", text.id) };
            if let Err(refusal) = text.checked() {
                let field = refusal.field.unwrap_or("measure");
                return Err(form(format!("{field}: {} / {}", refusal.message.zh, refusal.message.en)));
            }
            if let Some(other) = seen.insert(text.id.to_string(), file.clone()) {
                return Err(form(format!("it is in {other} already; take another id")));
            }
            all.push(text);
        }
    }
    Ok(all)
}
