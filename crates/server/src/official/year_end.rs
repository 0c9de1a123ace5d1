//! What the year's end says, as an official text: every number with the way to its evidence.

use crate::i18n::{Lang, words};
use crate::official::{Cell, Grid, Numbering, Official, Piece, lines};
use jiff::civil::Date;
use tingzhou_platform::ledger::year_end::{Completion, CompletionGroup};
use tingzhou_platform::{AdoptedReport, Pack};

fn row(lang: Lang, number: usize, row: &Completion) -> Vec<Cell> {
    let w = words(lang);
    let met = match row.met {
        Some(true) => w.year_end_met,
        Some(false) => w.year_end_not_met,
        None => w.year_end_open,
    };
    // Each piece of evidence the number is made of, by its place; without evidence there is nothing to lead to.
    let evidence = row.evidence.iter().enumerate();
    let links = evidence.map(|(i, id)| (format!("[{}]", i + 1), format!("/tasks/{}#{id}", row.task))).collect();
    let evidence = if row.evidence.is_empty() { Cell::Text(w.no_evidence.to_owned()) } else { Cell::Links(links) };
    let mut notes: Vec<&str> = row.contradictions.iter().map(|words| lang.of(words)).collect();
    if row.simulated {
        notes.push(w.simulated);
    }
    let task = Cell::Link(format!("{} {}", row.task, row.title), format!("/tasks/{}", row.task));
    vec![
        Cell::Count(number as u64),
        task,
        Cell::Text(lang.of(&row.sentence).to_owned()),
        Cell::Text(met.to_owned()),
        evidence,
        Cell::Text(notes.join(" ")),
    ]
}

fn grid(lang: Lang, name: String, rows: &[Completion]) -> Grid {
    let w = words(lang);
    let heads = [
        (w.bulletin_no, 7),
        (w.task, 27),
        (w.year_end_sentence, 32),
        (w.year_end_state, 10),
        (w.evidence, 10),
        (w.year_end_notes, 14),
    ];
    let columns = heads.map(|(words, share)| (words.to_owned(), share)).to_vec();
    Grid { name, columns, rows: rows.iter().enumerate().map(|(i, own)| row(lang, i + 1, own)).collect() }
}

/// The completions of a report's tasks as an official text. `draft` says so when they are not published.
pub(crate) fn of_year_end(
    lang: Lang,
    pack: &Pack,
    report: &AdoptedReport,
    (day, groups): (Date, &[CompletionGroup]),
    draft: bool,
) -> Official {
    let w = words(lang);
    let mut number = Numbering::new(lang);
    let mut pieces = Vec::new();
    if report.simulated {
        pieces.push(Piece::Note(w.official_simulated.to_owned()));
    }
    if draft {
        pieces.push(Piece::Note(w.year_end_draft.to_owned()));
    }
    let (mut items, mut others) = (Vec::new(), Vec::new());
    for group in groups {
        match group.item {
            Some(no) => {
                let title = report.reading.items.iter().find(|item| item.no == no).map(|item| lang.of(&item.title));
                items.push(Piece::Table(grid(lang, format!("{no}. {}", title.unwrap_or_default()), &group.rows)));
            }
            None => others.push(Piece::Table(grid(lang, w.year_end_others.to_owned(), &group.rows))),
        }
    }
    for (heading, tables) in [(w.nav_livelihood, items), (w.year_end_others, others)] {
        if !tables.is_empty() {
            pieces.push(number.heading(heading));
            pieces.extend(tables);
        }
    }
    if groups.is_empty() {
        pieces.push(Piece::Text(w.nothing_here.to_owned()));
    }
    let name = lang.of(&pack.name).trim();
    let title = match lang {
        Lang::Zh => format!("{name}{}年政府工作报告任务完成情况", report.year),
        Lang::En => format!("{name}: what was completed of the government work report {}", report.year),
    };
    Official {
        lang,
        title: lines(&title, "政府工作报告"),
        pieces,
        signed: Vec::new(),
        source: format!("{}{}{} · {} {day}", w.report, w.colon, report.title, w.as_of),
        file_name: format!("year-end-{}-{}", pack.city, report.id),
    }
}
