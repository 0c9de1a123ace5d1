//! The StratML export says what the ledger holds, and is valid by the schema where that lies beside the project.
#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use crate::common;

use common::{account, city, sqlite};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::process::Command;
use tingzhou_platform::ledger::AccountRole;

/// How often each element stands, and the texts of identifiers.
fn elements(xml: &str) -> (BTreeMap<String, usize>, Vec<String>) {
    let mut reader = Reader::from_str(xml);
    let (mut counts, mut identifiers, mut open): (BTreeMap<String, usize>, Vec<String>, Vec<String>) =
        Default::default();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                *counts.entry(name.clone()).or_default() += 1;
                open.push(name);
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) if open.last().is_some_and(|name| name == "Identifier") => {
                identifiers.push(text.to_string());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    (counts, identifiers)
}

#[tokio::test]
async fn a_simulated_year() {
    let own = sqlite().await;
    let platform = city(&own.store).await;
    let office = account(&platform, "office", AccountRole::Supervisor, None).await;
    let report = std::fs::read(common::pack_folder().join("report-2025.md")).unwrap();
    platform.adopt(&office, &report, true).await.unwrap();
    platform.simulate(&office, |_| ()).await.unwrap();
    let snapshot = platform.snapshot().await.unwrap();
    let adopted = snapshot.report(None).unwrap();
    let xml = platform.stratml(&snapshot, adopted).unwrap();

    let (counts, identifiers) = elements(&xml);
    let tasks = snapshot.tasks.len();
    for (name, expected) in [
        ("Objective", tasks),
        ("PerformanceIndicator", tasks),
        ("MeasurementInstance", tasks),
        ("UnitOfMeasurement", tasks),
        ("TargetResult", tasks + snapshot.tasks.iter().filter(|v| !v.task.adjustments.is_empty()).count()),
    ] {
        assert_eq!(counts.get(name), Some(&expected), "{name}");
    }
    let areas: HashSet<_> = snapshot.tasks.iter().map(|v| &v.task.area).collect();
    assert_eq!(counts.get("Goal"), Some(&areas.len()));
    assert!(counts["ActualResult"] > tasks / 2, "{counts:?}");
    assert!(counts["Stakeholder"] >= tasks, "{counts:?}");
    let letters = |id: &String| id.starts_with(|c: char| c.is_ascii_alphabetic()) && !id.contains(' ');
    assert!(identifiers.iter().all(letters));
    assert_eq!(identifiers.iter().collect::<HashSet<_>>().len(), identifiers.len(), "identifiers are unique");

    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/stratml");
    let schema = beside.join("PerformancePlanOrReport20160216.xsd");
    if !schema.exists() {
        eprintln!("not validated: there is no {}", schema.display());
        return;
    }
    let file = own.folder.as_ref().unwrap().path().join("stratml.xml");
    std::fs::write(&file, &xml).unwrap();
    match Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(&schema).arg(&file).output() {
        Ok(done) => assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr)),
        Err(error) => eprintln!("not validated: xmllint cannot be run: {error}"),
    }
}
