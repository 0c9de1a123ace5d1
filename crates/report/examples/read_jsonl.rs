//! Prints the statements of a report as JSON lines: `read_jsonl FILE [csv|table|explain|sections|items|talk|plain|time [ROUNDS]]`.

use std::error::Error;

use tingzhou_report::SectionKind;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("give the file of a report")?;
    let text = std::fs::read_to_string(&path)?;
    let reading = tingzhou_report::read(&text)?;
    let nowhere = tingzhou_report::Stands::default();
    let out = match arguments.next().as_deref() {
        Some("csv") => tingzhou_report::csv(&text, &reading, |_| nowhere),
        Some("table") => tingzhou_report::table(&text, &reading, |_| nowhere),
        Some("explain") => tingzhou_report::explain(&text, &reading),
        Some("sections") => {
            let mut out = String::new();
            for section in &reading.sections {
                let heading = text.get(section.heading.start..section.heading.end).unwrap_or_default();
                let indent = usize::from(section.level) * 2;
                out += &format!("{:indent$}{:?} {heading}\n", "", section.kind);
            }
            out
        }
        Some("items") => tingzhou_report::items_tsv(&text, &reading),
        // The promised clauses that no item holds.
        Some("talk") => {
            let items = tingzhou_report::items(&text, &reading);
            let held: std::collections::BTreeSet<usize> = items.into_iter().flat_map(|item| item.clauses).collect();
            let mut out = String::new();
            for (index, clause) in reading.clauses.iter().enumerate().filter(|(index, _)| !held.contains(index)) {
                let kind = reading.sections.get(clause.section).map(|section| section.kind);
                if matches!(kind, Some(SectionKind::Plan | SectionKind::Conduct | SectionKind::PromisedList)) {
                    let words = text.get(clause.span.start..clause.span.end).unwrap_or_default().replace('\n', "");
                    out += &format!("{index} {words}\n");
                }
            }
            out
        }
        Some("plain") => {
            let mut out = String::new();
            for statement in reading.statements.iter().filter(|statement| statement.quantity.is_none()) {
                let span = statement.span;
                out += &format!("{}\n", text.get(span.start..span.end).unwrap_or_default().replace('\n', ""));
            }
            out
        }
        Some("time") => {
            let rounds: u32 = arguments.next().map_or(Ok(2000), |rounds| rounds.parse())?;
            let mut took = Vec::new();
            for _ in 0..rounds.max(1) {
                let start = std::time::Instant::now();
                std::hint::black_box(tingzhou_report::read(std::hint::black_box(&text))?);
                took.push(start.elapsed());
            }
            took.sort_unstable();
            let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
            format!("{} bytes: {:?} at best, {:?} one in two\n", text.len(), at(0), at(50))
        }
        _ => tingzhou_report::jsonl(&text, &reading, |_| nowhere),
    };
    print!("{out}");
    Ok(())
}
