//! Real reports, when they lie beside the workspace.

use std::path::PathBuf;

use tingzhou_report::{SectionKind, parse_quantity, read};

#[test]
fn real_reports_are_read_in_full() {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(folder) = std::fs::read_dir(&shared) else {
        println!("skipped: no reports beside the workspace");
        return;
    };
    for entry in folder.flatten() {
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        let name = entry.file_name();
        let reading = read(&text).unwrap_or_else(|error| panic!("{}: {error}", name.display()));
        for kind in [SectionKind::Review, SectionKind::Plan] {
            assert!(reading.sections.iter().any(|section| section.kind == kind), "{}: no {kind:?}", name.display());
        }
        assert!(reading.year.is_some(), "{}", name.display());
        assert!(reading.statements.len() > 100, "{}: {}", name.display(), reading.statements.len());
        for quantity in reading.statements.iter().filter_map(|statement| statement.quantity.as_ref()) {
            let words = &text[quantity.span.start..quantity.span.end];
            let shares_unit = !quantity.unit.is_empty() && !words.contains(quantity.unit.chars().next().unwrap_or(' '));
            if shares_unit || words.contains("百分之") {
                continue;
            }
            let back = parse_quantity(words).map(|(value, _)| value);
            assert_eq!(back, Some(quantity.value), "{}: {words}", name.display());
        }
    }
}
