//! A bulletin as an official text.

use crate::i18n::{Lang, words};
use crate::official::{Cell, Grid, Numbering, Official, Piece, lines};
use rust_decimal::Decimal;
use tingzhou_platform::ledger::bulletin::{Behind, BulletinClass, ClassGroup, ClassTable, Move, Moved};
use tingzhou_platform::ledger::{Light, Two};
use tingzhou_platform::{BulletinView, Clock, Pack};

fn light(lang: Lang, light: Light) -> String {
    match lang {
        Lang::Zh => format!("{}灯", light.words().zh),
        Lang::En => light.words().en,
    }
}

fn columns(all: &[(&str, u32)]) -> Vec<(String, u32)> {
    all.iter().map(|(words, share)| ((*words).to_owned(), *share)).collect()
}

fn counts(lang: Lang, table: &ClassTable) -> Grid {
    let w = words(lang);
    let line = |row: &tingzhou_platform::ledger::bulletin::ClassRow| {
        let percent = row.percent.map_or_else(|| Cell::Text("—".to_owned()), Cell::Percent);
        vec![Cell::Text(lang.of(&row.class.words()).to_owned()), Cell::Count(u64::from(row.count)), percent]
    };
    let mut rows: Vec<_> = table.rows.iter().map(line).collect();
    let whole = if table.total > 0 { Cell::Percent(Decimal::new(1_000, 1)) } else { Cell::Text("—".to_owned()) };
    rows.push(vec![Cell::Text(w.total.to_owned()), Cell::Count(table.total), whole]);
    let columns = columns(&[(w.bulletin_class, 40), (w.bulletin_count, 30), (w.bulletin_share, 30)]);
    Grid { name: w.bulletin_counts.to_owned(), columns, rows }
}

fn groups(lang: Lang, name: &str, head: &str, groups: &[ClassGroup]) -> Grid {
    let w = words(lang);
    let mut own = vec![(head.to_owned(), 34)];
    own.extend(BulletinClass::ALL.map(|class| (lang.of(&class.words()).to_owned(), 11)));
    own.push((w.total.to_owned(), 11));
    let row = |group: &ClassGroup| {
        let mut row = vec![Cell::Text(lang.of(&group.name).to_owned())];
        row.extend(BulletinClass::ALL.map(|class| Cell::Count(u64::from(group.counts.of(class)))));
        row.push(Cell::Count(group.counts.total()));
        row
    };
    Grid { name: name.to_owned(), columns: own, rows: groups.iter().map(row).collect() }
}

fn task(id: &impl ToString, title: &str) -> Cell {
    let id = id.to_string();
    Cell::Link(format!("{id} {title}"), format!("/tasks/{id}"))
}

fn behind(lang: Lang, rows: &[Behind]) -> Grid {
    let w = words(lang);
    let row = |(i, row): (usize, &Behind)| {
        let lead = row.lead.as_ref().map_or(w.bulletin_no_lead, |lead| lang.of(lead));
        let note = row.note.as_ref().map_or_else(|| w.none.to_owned(), |(note, day)| format!("{note}（{day}）"));
        vec![
            Cell::Count(i as u64 + 1),
            task(&row.task, &row.title),
            Cell::Text(lead.to_owned()),
            Cell::Text(lang.of(&row.sentence).to_owned()),
            Cell::Text(note),
        ]
    };
    let columns = columns(&[
        (w.bulletin_no, 7),
        (w.task, 26),
        (w.lead_unit, 15),
        (w.light_sentence, 28),
        (w.bulletin_latest_note, 24),
    ]);
    Grid { name: w.bulletin_behind.to_owned(), columns, rows: rows.iter().enumerate().map(row).collect() }
}

fn move_words(lang: Lang, what: &Move) -> String {
    let w = words(lang);
    match what {
        Move::Done => w.bulletin_newly_done.to_owned(),
        Move::Light { from, to } => format!("{} → {}", light(lang, *from), light(lang, *to)),
        Move::Adjusted { from, to, reason } => {
            let of = |two: &Two| lang.of(two).to_owned();
            format!("{}{}{} → {}（{reason}）", w.bulletin_adjusted, w.colon, of(from), of(to))
        }
    }
}

fn moved(lang: Lang, rows: &[Moved]) -> Grid {
    let w = words(lang);
    let row = |(i, row): (usize, &Moved)| {
        let moves: Vec<_> = row.moves.iter().map(|what| move_words(lang, what)).collect();
        let sentence = Cell::Text(lang.of(&row.sentence).to_owned());
        vec![Cell::Count(i as u64 + 1), task(&row.task, &row.title), Cell::Text(moves.join(w.bulletin_and)), sentence]
    };
    let columns = columns(&[(w.bulletin_no, 7), (w.task, 31), (w.bulletin_what_moved, 26), (w.light_sentence, 36)]);
    Grid { name: w.bulletin_moved.to_owned(), columns, rows: rows.iter().enumerate().map(row).collect() }
}

/// A bulletin as an official text in a language.
pub(crate) fn of_bulletin(lang: Lang, pack: &Pack, clock: &Clock, view: &BulletinView) -> Official {
    let (w, b) = (words(lang), &view.bulletin);
    let mut number = Numbering::new(lang);
    let mut pieces = Vec::new();
    if b.simulated {
        pieces.push(Piece::Note(w.official_simulated.to_owned()));
    }
    if view.issued.is_none() {
        pieces.push(Piece::Note(w.bulletin_draft_note.to_owned()));
    }
    pieces.push(number.heading(w.bulletin_counts));
    pieces.extend(b.summary.iter().map(|words| Piece::Text(lang.of(words).to_owned())));
    pieces.push(Piece::Table(counts(lang, &b.table)));
    pieces.extend(b.table.note.as_ref().map(|note| Piece::Note(lang.of(note).to_owned())));
    pieces.push(Piece::Note(lang.of(&b.classes).to_owned()));
    pieces.push(number.heading(w.bulletin_areas));
    pieces.push(Piece::Table(groups(lang, w.bulletin_areas, w.area, &b.areas)));
    pieces.push(number.heading(w.bulletin_units));
    pieces.push(Piece::Table(groups(lang, w.bulletin_units, w.lead_unit, &b.units)));
    pieces.push(number.heading(w.bulletin_behind));
    if b.behind.is_empty() {
        pieces.push(Piece::Text(w.bulletin_none_behind.to_owned()));
    } else {
        pieces.push(Piece::Table(behind(lang, &b.behind)));
    }
    pieces.push(number.heading(w.bulletin_moved));
    if b.moved.is_empty() {
        pieces.push(Piece::Text(w.bulletin_none_moved.to_owned()));
    } else {
        pieces.push(Piece::Table(moved(lang, &b.moved)));
    }
    let office = format!("{}{}", lang.of(&pack.name).trim(), w.bulletin_office);
    let signed = view.issued.as_ref().map(|line| vec![office, clock.day_of(line.issued_at).to_string()]);
    let hash = view.issued.as_ref().map(|line| format!(" · SHA-256 {}", line.sha256)).unwrap_or_default();
    let source = format!(
        "{}{}{} · {} {} · {} {}{hash}",
        w.report, w.colon, b.report_title, w.as_of, b.day, w.bulletin_filed_by, b.filed_by
    );
    Official {
        lang,
        // A title is broken between words, never within one.
        title: lines(lang.of(&b.title), "政府工作报告"),
        pieces,
        signed: signed.unwrap_or_default(),
        source,
        file_name: format!("bulletin-{}-{}", pack.city, b.period),
    }
}
