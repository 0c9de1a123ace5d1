//! A task's place in its report: the words around it.

use tingzhou_platform::ledger::Task;
use tingzhou_platform::{AdoptedReport, Block};

/// A piece of the text; marked where it is the task's own statement.
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) marked: bool,
}

/// Characters shown before and after the statement.
const AROUND: usize = 160;

/// The paragraph around a task's statement, shortened, with the headings it stands under.
pub(crate) fn part_of_report(report: &AdoptedReport, blocks: &[Block], task: &Task) -> (Vec<String>, Vec<Part>) {
    let own = usize::try_from(task.statement).ok();
    let headings = headings(report, own);
    for block in blocks {
        let Block::Paragraph { runs, .. } = block else { continue };
        if !runs.iter().any(|r| r.statement.is_some() && r.statement == own) {
            continue;
        }
        let mut parts: Vec<Part> = Vec::new();
        for run in runs {
            let marked = run.statement.is_some() && run.statement == own;
            match parts.last_mut() {
                Some(part) if part.marked == marked => part.text.push_str(&run.text),
                _ => parts.push(Part { text: run.text.clone(), marked }),
            }
        }
        shorten(&mut parts);
        return (headings, parts);
    }
    // The statement lies wholly inside smaller ones: its sentence is shown instead.
    (headings, vec![Part { text: task.sentence.clone(), marked: false }])
}

fn headings(report: &AdoptedReport, statement: Option<usize>) -> Vec<String> {
    let mut section = statement.and_then(|s| report.reading.statements.get(s)).map(|s| s.section);
    let mut path = Vec::new();
    while let Some(found) = section.and_then(|s| report.reading.sections.get(s)) {
        if !found.heading.is_empty() {
            path.push(found.heading.clone());
        }
        section = found.parent.filter(|_| path.len() < 8);
    }
    path.reverse();
    path
}

fn shorten(parts: &mut [Part]) {
    let marked: Vec<usize> = parts.iter().enumerate().filter(|(_, p)| p.marked).map(|(i, _)| i).collect();
    let (Some(first), Some(last)) = (marked.first().copied(), marked.last().copied()) else { return };
    let mut left = AROUND;
    for part in parts.iter_mut().take(first).rev() {
        let count = part.text.chars().count();
        if count > left {
            let tail: String = part.text.chars().skip(count - left).collect();
            part.text = if left == 0 { String::new() } else { format!("…{tail}") };
        }
        left = left.saturating_sub(count);
    }
    let mut left = AROUND;
    for part in parts.iter_mut().skip(last + 1) {
        let count = part.text.chars().count();
        if count > left {
            let head: String = part.text.chars().take(left).collect();
            part.text = if left == 0 { String::new() } else { format!("{head}…") };
        }
        left = left.saturating_sub(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_surroundings_are_cut_at_their_far_ends() {
        let part = |text: String, marked| Part { text, marked };
        let mut parts = vec![part("前".repeat(300), false), part("中".to_owned(), true), part("后".repeat(10), false)];
        shorten(&mut parts);
        assert_eq!(parts[0].text.chars().count(), AROUND + 1);
        assert!(parts[0].text.starts_with('…'));
        assert_eq!(parts[2].text, "后".repeat(10));
    }
}
